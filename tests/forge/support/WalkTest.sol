// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TestBase } from "./TestBase.sol";

/// What a walk asks of its handler: how often a step was really taken, and not merely tried.
interface Walker {
    function taken(string calldata step) external view returns (uint256 times);
}

/// The base of every random walk: which functions of a handler forge draws from, and the proof that such a walk reaches
/// every step. The contract of the walk adds `_step`, its handler, and one invariant for all of its promises.
abstract contract WalkTest is TestBase {
    Walker private _walker;

    /// forge draws from these functions of `handler` alone; one that is named twice is drawn twice as often.
    function walkWith(address handler, bytes4[] memory steps) internal {
        _walker = Walker(handler);
        targetContract(handler);
        targetSelectors(handler, steps);
    }

    /// Takes one step: which one, and with which arguments, follows from `seed` alone.
    function _step(uint256 seed) internal virtual;

    /// A step through a call of its own, so that its memory is given back.
    function takeStep(uint256 seed) external {
        _step(seed);
    }

    /// Calls the handler with arguments that were put together by hand.
    function callHandler(bytes memory callData) internal {
        (bool done,) = address(_walker).call(callData);
        assertTrue(done, "a step reverted");
    }

    /// In `walks` walks of `length` steps, each from the present state, every step of `names` is taken `least` times or
    /// more, all walks together. `names` are those that the handler counts by, with ", " between them. The last walk is
    /// not undone: a test may look at where it ended.
    function takesEveryStep(string memory names, uint256 walks, uint256 length, uint256 least) internal {
        vm.pauseGasMetering();
        string[] memory steps = _split(names);
        uint256[] memory times = new uint256[](steps.length);
        for (uint256 walk; walk < walks; ++walk) {
            uint256 state = vm.snapshotState();
            for (uint256 i; i < length; ++i) {
                this.takeStep(uint256(keccak256(abi.encode(walk, i))));
            }
            for (uint256 i; i < steps.length; ++i) {
                times[i] += _walker.taken(steps[i]);
            }
            if (walk + 1 < walks) vm.revertToState(state);
        }
        for (uint256 i; i < steps.length; ++i) {
            assertGe(times[i], least, steps[i]);
        }
    }

    function _split(string memory names) private pure returns (string[] memory parts) {
        bytes memory text = bytes(names);
        uint256 commas;
        for (uint256 i; i < text.length; ++i) {
            if (text[i] == ",") ++commas;
        }
        parts = new string[](commas + 1);
        uint256 start;
        uint256 found;
        for (uint256 i; i <= text.length; ++i) {
            if (i < text.length && text[i] != ",") continue;
            bytes memory part = new bytes(i - start);
            for (uint256 j; j < part.length; ++j) {
                part[j] = text[start + j];
            }
            parts[found++] = string(part);
            start = i + 2;
        }
    }
}
