// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A payee that does whatever its owner bids it, and refuses everything that reaches it of itself: ether, hooks, any
/// call it does not know.
contract RevertingReceiver {
    error Refuses(address caller);

    address private immutable _OWNER;

    constructor(address owner) {
        _OWNER = owner;
    }

    receive() external payable {
        revert Refuses(msg.sender);
    }

    fallback() external payable {
        revert Refuses(msg.sender);
    }

    function act(address target, bytes calldata data) external returns (bytes memory answer) {
        if (msg.sender != _OWNER) revert Refuses(msg.sender);
        bool ok;
        (ok, answer) = target.call(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
