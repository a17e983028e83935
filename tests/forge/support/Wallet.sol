// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// A firm whose account is a contract: it signs by ERC-1271, through the key of its clerk.
contract Wallet {
    address private immutable _CLERK;

    constructor(address clerk) {
        _CLERK = clerk;
    }

    function approve(IERC20 token, address spender) external {
        token.approve(spender, type(uint256).max);
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer,,) = ECDSA.tryRecover(digest, signature);
        return signer == _CLERK ? this.isValidSignature.selector : bytes4(0);
    }
}
