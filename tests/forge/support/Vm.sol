// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// The cheat codes of forge that the tests use; forge-std is not installed, and this is all of it we need.
/// Each works on the call that follows it unless it says otherwise.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    /// The next call comes from `sender`.
    function prank(address sender) external;
    /// All calls until `stopPrank` come from `sender`.
    function startPrank(address sender) external;
    function stopPrank() external;

    /// `block.timestamp` is `time` (Unix seconds) from now on.
    function warp(uint256 time) external;
    /// `block.number` is `number` from now on.
    function roll(uint256 number) external;
    /// The chain has id `id` from now on.
    function chainId(uint256 id) external;
    /// `account` holds `balance` wei from now on.
    function deal(address account, uint256 balance) external;
    /// `account` has code `code` from now on.
    function etch(address account, bytes calldata code) external;
    function load(address account, bytes32 slot) external view returns (bytes32 value);
    function store(address account, bytes32 slot, bytes32 value) external;

    /// `account` and its storage are as at the beginning of a transaction: the next touch is paid in full.
    function cool(address account) external;

    /// The next call reverts, whatever the reason.
    function expectRevert() external;
    /// The next call reverts with an error of this selector and no arguments.
    function expectRevert(bytes4 selector) external;
    /// The next call reverts with exactly this data: `abi.encodeWithSelector(Error.selector, arguments)`.
    function expectRevert(bytes calldata data) external;
    /// The next call reverts with an error of this selector, whatever its arguments.
    function expectPartialRevert(bytes4 selector) external;

    /// The event emitted right after this is the one that the call after it must emit, in all its parts.
    function expectEmit() external;
    /// As above, emitted by `emitter`.
    function expectEmit(address emitter) external;
    /// As above, comparing only the topics and the data that are asked for.
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);
    /// The next call must call `callee` with data that begins with `data`.
    function expectCall(address callee, bytes calldata data) external;
    /// The same, exactly `count` times.
    function expectCall(address callee, bytes calldata data, uint64 count) external;

    /// Signature of `digest` by the private key.
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    /// The address of the private key.
    function addr(uint256 privateKey) external pure returns (address account);
    /// Traces show `account` as `name`.
    function label(address account, string calldata name) external;
    function toString(uint256 value) external pure returns (string memory text);
    function readFile(string calldata path) external view returns (string memory text);

    /// What the last call cost; with `forge test --isolate` a transaction, its 21,000 included.
    function lastCallGas() external view returns (Gas memory gas);

    /// From here on gas is neither counted nor limited: for walks longer than a block.
    function pauseGasMetering() external;

    /// A fuzz run whose arguments do not satisfy `condition` is drawn again.
    function assume(bool condition) external pure;

    /// The whole state now, to come back to with `revertToState`.
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool done);
}
