// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { BetHouse } from "../../support/BetHouse.sol";

contract BetRulesTest is BetHouse {
    uint64 private constant _MOST = 2 ** 60;

    function _outOfBounds(IBetContracts.PartyTerms memory terms, uint256 actual, uint256 min, uint256 max) private {
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, actual, min, max));
        rules.checkPledge(terms);
    }

    function _targetRefused(uint64 floor, uint64 base, uint64 stretch, bytes memory reason) private {
        IBetContracts.Target[] memory list = targets();
        (list[1].floor, list[1].base, list[1].stretch) = (floor, base, stretch);
        refused(reason);
        rules.checkTargets(list);
    }

    function _targetAccepted(uint64 floor, uint64 base, uint64 stretch) private view {
        IBetContracts.Target[] memory list = targets();
        (list[1].floor, list[1].base, list[1].stretch) = (floor, base, stretch);
        assertEq(rules.checkTargets(list), targetsHash(list));
    }

    function test_hashes_and_leaves_are_those_a_party_computes() public {
        IBetContracts.PartyTerms memory terms = pledge(1);
        assertEq(rules.checkPledge(terms), pledgeHash(terms));
        assertEq(rules.checkTargets(terms.targets), targetsHash(terms.targets));
        assertEq(rules.partyLeaf(terms), leafOf(terms.account, pledgeHash(terms)));
        assertEq(rules.targetsLeaf(terms.account, terms.targets), leafOf(terms.account, targetsHash(terms.targets)));
    }

    function test_a_pledge_has_bounds() public {
        IBetContracts.PartyTerms memory terms = pledge(0);
        terms.stake = 0;
        _outOfBounds(terms, 0, 1, _MOST);
        terms.stake = _MOST + 1;
        _outOfBounds(terms, _MOST + 1, 1, _MOST);
        terms.stake = _MOST;
        terms.shareBps = 10_001;
        _outOfBounds(terms, 10_001, 0, 10_000);
        terms.shareBps = 10_000;
        terms.toleranceBps = 10_001;
        _outOfBounds(terms, 10_001, 0, 10_000);
        terms.toleranceBps = 10_000;
        terms.slopeBps = 50_001;
        _outOfBounds(terms, 50_001, 0, 50_000);
        terms.slopeBps = 50_000;
        terms.capBps = 10_001;
        _outOfBounds(terms, 10_001, 0, 10_000);
        terms.capBps = 10_000;
        rules.checkPledge(terms);
    }

    function test_one_to_four_targets() public {
        IBetContracts.Target[] memory list = new IBetContracts.Target[](0);
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 0, 1, 4));
        rules.checkTargets(list);
        list = new IBetContracts.Target[](5);
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 5, 1, 4));
        rules.checkTargets(list);
        list = new IBetContracts.Target[](4);
        for (uint256 i; i < 4; ++i) {
            list[i] = targets()[0];
            list[i].weightBps = 2500;
        }
        rules.checkTargets(list);
    }

    function test_tiers_have_bounds() public {
        bytes memory reason = abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, _MOST + 1, 0, _MOST);
        _targetRefused(_MOST + 1, 1, 1, reason);
        _targetRefused(1, _MOST + 1, 1, reason);
        _targetRefused(1, 2, _MOST + 1, reason);
        _targetAccepted(_MOST, 1, 0);
        _targetAccepted(0, _MOST - 1, _MOST);
    }

    function test_a_floor_says_the_direction_and_the_stretch_lies_beyond_the_base() public {
        _targetRefused(5, 5, 6, abi.encodeWithSelector(IBetRules.BetRules_TargetWithoutDirection.selector, 1));
        bytes memory reason = abi.encodeWithSelector(IBetRules.BetRules_StretchBelowBase.selector, 1);
        _targetRefused(5, 6, 5, reason);
        _targetRefused(6, 5, 6, reason);
        _targetAccepted(5, 6, 6);
        _targetAccepted(6, 5, 5);
    }

    function test_weights_make_the_whole() public {
        IBetContracts.Target[] memory list = targets();
        list[0].weightBps = 6001;
        refused(abi.encodeWithSelector(IBetRules.BetRules_WeightsNotWhole.selector, 10_001));
        rules.checkTargets(list);
        list[0].weightBps = 5999;
        refused(abi.encodeWithSelector(IBetRules.BetRules_WeightsNotWhole.selector, 9999));
        rules.checkTargets(list);
    }

    function test_measuring_wants_one_bounded_value_for_each_target() public {
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 1, 2, 2));
        rules.measure(targets(), new uint64[](1), 10_000);
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, _MOST + 1, 0, _MOST));
        rules.measure(targets(), pair(0, _MOST + 1), 10_000);
        (uint16 kept, uint16 attained) = rules.measure(targets(), pair(_MOST, _MOST), 10_000);
        assertEq(kept, 6000);
        assertEq(attained, 12_000);
    }

    /// What was surpassed in one target does not make up for another, in what is kept.
    function test_kept_and_attained() public view {
        _measured(100, 0, 10_000, 10_000, 10_000);
        _measured(99, 0, 10_000, 9940, 9940);
        _measured(150, 0, 10_000, 10_000, 13_000);
        _measured(200, 5, 10_000, 8000, 14_000);
        _measured(0, 10, 10_000, 0, 0);
        _measured(0, 0, 10_000, 4000, 4000);
        // The index moves the first target only: its base is 150, then 50.
        _measured(150, 0, 15_000, 10_000, 10_000);
        _measured(75, 0, 15_000, 7000, 7000);
        _measured(100, 1, 5000, 9600, 15_600);
    }

    function _measured(uint64 made, uint64 defects, uint16 factor, uint256 kept, uint256 attained) private view {
        (uint16 keptBps, uint16 attainmentBps) = rules.measure(targets(), pair(made, defects), factor);
        assertEq(keptBps, kept, "kept");
        assertEq(attainmentBps, attained, "attained");
    }
}
