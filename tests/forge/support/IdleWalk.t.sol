// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { WalkTest } from "./WalkTest.sol";

/// A handler with a step that is tried and never taken.
contract Sleeper {
    mapping(string step => uint256 times) public taken;

    function turn() external {
        ++taken["turn over"];
    }

    function rise() external { }

    function fall() external pure {
        revert("fell out of bed");
    }
}

/// The base of all walks keeps its word: it counts over all walks, and says which step a walk does not take.
contract IdleWalkTest is WalkTest {
    Sleeper private sleeper;

    function setUp() public {
        sleeper = new Sleeper();
        bytes4[] memory steps = new bytes4[](2);
        (steps[0], steps[1]) = (Sleeper.turn.selector, Sleeper.rise.selector);
        walkWith(address(sleeper), steps);
    }

    function _step(uint256 seed) internal override {
        if (seed % 2 == 0) sleeper.turn();
        else sleeper.rise();
    }

    function walk(string calldata names, uint256 walks, uint256 least) external {
        takesEveryStep(names, walks, 16, least);
    }

    function test_a_walk_that_takes_its_steps_passes_and_only_the_last_stays() public {
        this.walk("turn over", 4, 17);
        uint256 times = sleeper.taken("turn over");
        assertGt(times, 0, "the last walk stays");
        assertLt(times, 17, "and no other");
    }

    function test_a_walk_that_never_takes_a_step_is_told_which() public {
        vm.expectRevert(abi.encodeWithSelector(NotAtMost.selector, "rise", 1, 0));
        this.walk("turn over, rise", 1, 1);
    }

    function callAndFall() external {
        callHandler(abi.encodeCall(Sleeper.fall, ()));
    }

    function test_a_step_that_reverts_fails_the_walk() public {
        vm.expectRevert(abi.encodeWithSelector(NotTrue.selector, "a step reverted"));
        this.callAndFall();
    }
}
