// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TestBase } from "./TestBase.sol";
import { Vm } from "./Vm.sol";

/// Something to try the cheat codes on.
contract Bell {
    event Rung(address indexed by, uint256 count);

    error NotTheKeeper(address caller);
    error TooEarly();

    address public immutable keeper;
    uint256 public immutable opensAt;
    uint256 public count;

    constructor(address keeper_, uint256 opensAt_) {
        keeper = keeper_;
        opensAt = opensAt_;
    }

    function ring() external {
        if (msg.sender != keeper) revert NotTheKeeper(msg.sender);
        if (block.timestamp < opensAt) revert TooEarly();
        ++count;
        emit Rung(msg.sender, count);
    }
}

/// The only way in which the invariant run may ring.
contract BellHandler is TestBase {
    Bell public immutable bell;
    uint256 public rung;

    constructor(Bell bell_) {
        bell = bell_;
    }

    function ring(uint256 wait) external {
        skip(bound(wait, 0, 1 days));
        vm.prank(bell.keeper());
        bell.ring();
        ++rung;
    }

    function forbidden() external pure {
        fail("a selector outside the target list was called");
    }
}

/// The support itself keeps its word: each cheat code and each assertion is seen to work and to fail.
contract SupportTest is TestBase {
    event Rung(address indexed by, uint256 count);

    uint256 private constant OPENS_AT = 1_146_441_600;

    Bell private bell;
    BellHandler private handler;
    address private keeper;
    uint256 private keeperKey;

    function setUp() public {
        (keeper, keeperKey) = actorWithKey("keeper");
        bell = new Bell(keeper, OPENS_AT);
        handler = new BellHandler(bell);
        vm.warp(OPENS_AT);
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = BellHandler.ring.selector;
        targetContract(address(handler));
        targetSelectors(address(handler), selectors);
    }

    function test_prank_lasts_one_call() public {
        vm.prank(keeper);
        bell.ring();
        vm.expectRevert(abi.encodeWithSelector(Bell.NotTheKeeper.selector, address(this)));
        bell.ring();
    }

    function test_start_prank_lasts_until_stopped() public {
        vm.startPrank(keeper);
        bell.ring();
        bell.ring();
        vm.stopPrank();
        assertEq(bell.count(), 2);
        vm.expectPartialRevert(Bell.NotTheKeeper.selector);
        bell.ring();
    }

    function test_warp_is_a_boundary() public {
        vm.warp(OPENS_AT - 1);
        vm.startPrank(keeper);
        vm.expectRevert(Bell.TooEarly.selector);
        bell.ring();
        skip(1);
        bell.ring();
        vm.stopPrank();
        assertEq(block.timestamp, OPENS_AT);
    }

    function test_expect_emit_compares_everything() public {
        vm.expectEmit(address(bell));
        emit Rung(keeper, 1);
        vm.prank(keeper);
        bell.ring();
    }

    function test_recorded_logs() public {
        vm.recordLogs();
        vm.prank(keeper);
        bell.ring();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].topics[0], keccak256("Rung(address,uint256)"));
        assertEq(logs[0].data, abi.encode(uint256(1)));
    }

    function test_signature_recovers_to_its_actor() public view {
        bytes32 digest = keccak256("promise");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keeperKey, digest);
        assertEq(ecrecover(digest, v, r, s), keeper);
    }

    function test_snapshot_restores() public {
        uint256 id = vm.snapshotState();
        vm.prank(keeper);
        bell.ring();
        assertEq(bell.count(), 1);
        assertTrue(vm.revertToState(id));
        assertEq(bell.count(), 0);
    }

    function test_deal_and_roll() public {
        vm.deal(keeper, 3);
        vm.roll(77);
        assertEq(keeper.balance, 3);
        assertEq(block.number, 77);
    }

    function test_a_false_assertion_fails() public {
        vm.expectRevert(abi.encodeWithSelector(Differs.selector, "sum", 1, 2));
        this.differ(1, 2);
        vm.expectRevert(abi.encodeWithSelector(NotTrue.selector, "reached"));
        this.reach();
    }

    function differ(uint256 left, uint256 right) external pure {
        assertEq(left, right, "sum");
    }

    function reach() external pure {
        fail("reached");
    }

    function testFuzz_bound_stays_inside(uint256 value, uint256 low, uint256 high) public pure {
        vm.assume(low <= high);
        uint256 inside = bound(value, low, high);
        assertGe(inside, low, "low");
        assertLe(inside, high, "high");
        if (value >= low && value <= high) assertEq(inside, value, "unchanged");
    }

    function invariant_every_ring_was_counted() public view {
        assertEq(bell.count(), handler.rung());
    }
}
