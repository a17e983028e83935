// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Vm } from "./Vm.sol";

/// What every forge test starts from: the cheat codes as `vm`, assertions that say what differed, actors
/// with keys, and the hooks through which forge asks an invariant test what to call.
abstract contract TestBase {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error NotTrue(string what);
    error Differs(string what, uint256 left, uint256 right);
    error DiffersSigned(string what, int256 left, int256 right);
    error DiffersBytes32(string what, bytes32 left, bytes32 right);
    error DiffersAddress(string what, address left, address right);
    error DiffersBytes(string what, bytes left, bytes right);
    error NotLess(string what, uint256 left, uint256 right);
    error NotAtMost(string what, uint256 left, uint256 right);
    error EmptyRange(uint256 low, uint256 high);

    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// forge looks here for the verdict of a test that does not revert.
    bool public IS_TEST = true;

    address[] private targetedContracts;
    address[] private excludedContracts;
    address[] private targetedSenders;
    address[] private excludedSenders;
    FuzzSelector[] private targetedSelectors;

    // ---- assertions ----

    function assertTrue(bool condition) internal pure {
        assertTrue(condition, "condition");
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function assertFalse(bool condition) internal pure {
        assertTrue(!condition, "not condition");
    }

    function assertFalse(bool condition, string memory what) internal pure {
        assertTrue(!condition, what);
    }

    function assertEq(uint256 left, uint256 right) internal pure {
        assertEq(left, right, "");
    }

    function assertEq(uint256 left, uint256 right, string memory what) internal pure {
        if (left != right) revert Differs(what, left, right);
    }

    function assertEq(int256 left, int256 right) internal pure {
        assertEq(left, right, "");
    }

    function assertEq(int256 left, int256 right, string memory what) internal pure {
        if (left != right) revert DiffersSigned(what, left, right);
    }

    function assertEq(bool left, bool right) internal pure {
        assertEq(left, right, "");
    }

    function assertEq(bool left, bool right, string memory what) internal pure {
        assertEq(left ? 1 : 0, right ? uint256(1) : 0, what);
    }

    function assertEq(address left, address right) internal pure {
        assertEq(left, right, "");
    }

    function assertEq(address left, address right, string memory what) internal pure {
        if (left != right) revert DiffersAddress(what, left, right);
    }

    function assertEq(bytes32 left, bytes32 right) internal pure {
        assertEq(left, right, "");
    }

    function assertEq(bytes32 left, bytes32 right, string memory what) internal pure {
        if (left != right) revert DiffersBytes32(what, left, right);
    }

    function assertEq(bytes memory left, bytes memory right) internal pure {
        assertEq(left, right, "");
    }

    function assertEq(bytes memory left, bytes memory right, string memory what) internal pure {
        if (keccak256(left) != keccak256(right)) revert DiffersBytes(what, left, right);
    }

    function assertEq(string memory left, string memory right) internal pure {
        assertEq(bytes(left), bytes(right), "");
    }

    function assertNotEq(uint256 left, uint256 right, string memory what) internal pure {
        if (left == right) revert Differs(what, left, right);
    }

    function assertNotEq(bytes32 left, bytes32 right, string memory what) internal pure {
        if (left == right) revert DiffersBytes32(what, left, right);
    }

    function assertLt(uint256 left, uint256 right, string memory what) internal pure {
        if (left >= right) revert NotLess(what, left, right);
    }

    function assertLe(uint256 left, uint256 right, string memory what) internal pure {
        if (left > right) revert NotAtMost(what, left, right);
    }

    function assertGt(uint256 left, uint256 right, string memory what) internal pure {
        assertLt(right, left, what);
    }

    function assertGe(uint256 left, uint256 right, string memory what) internal pure {
        assertLe(right, left, what);
    }

    /// Always fails: for a line that must not be reached.
    function fail(string memory what) internal pure {
        revert NotTrue(what);
    }

    // ---- inputs and actors ----

    /// `value` folded into [low, high], both ends included; values inside stay as they are.
    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256 inside) {
        if (low > high) revert EmptyRange(low, high);
        if (value >= low && value <= high) return value;
        uint256 size = high - low;
        if (size == type(uint256).max) return value;
        return low + (value % (size + 1));
    }

    /// The account of a role, with its key; the same role always gets the same account.
    function actorWithKey(string memory role) internal returns (address account, uint256 privateKey) {
        privateKey = uint256(keccak256(bytes(role))) >> 1;
        account = vm.addr(privateKey);
        vm.label(account, role);
    }

    /// The account of a role.
    function actor(string memory role) internal returns (address account) {
        (account,) = actorWithKey(role);
    }

    /// What a wallet with this key answers to `digest`: r, s and v in 65 bytes.
    function signatureOf(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// The EIP-712 digest of a struct hash, computed as a wallet does it: away from the contract.
    function typedDigest(string memory name, uint256 chainId, address verifier, bytes32 structHash)
        internal
        pure
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                chainId,
                verifier
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /// Time moves `seconds_` forward.
    function skip(uint256 seconds_) internal {
        vm.warp(block.timestamp + seconds_);
    }

    // ---- what an invariant test lets forge call; to be used in setUp ----

    /// forge calls this contract's functions.
    function targetContract(address target) internal {
        targetedContracts.push(target);
    }

    /// forge leaves this contract alone.
    function excludeContract(address target) internal {
        excludedContracts.push(target);
    }

    /// forge calls as this account.
    function targetSender(address sender) internal {
        targetedSenders.push(sender);
    }

    /// forge never calls as this account.
    function excludeSender(address sender) internal {
        excludedSenders.push(sender);
    }

    /// forge calls only these functions of `target`.
    function targetSelectors(address target, bytes4[] memory selectors) internal {
        targetedSelectors.push(FuzzSelector({ addr: target, selectors: selectors }));
    }

    // ---- where forge asks ----

    function targetContracts() public view returns (address[] memory) {
        return targetedContracts;
    }

    function excludeContracts() public view returns (address[] memory) {
        return excludedContracts;
    }

    function targetSenders() public view returns (address[] memory) {
        return targetedSenders;
    }

    function excludeSenders() public view returns (address[] memory) {
        return excludedSenders;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return targetedSelectors;
    }
}
