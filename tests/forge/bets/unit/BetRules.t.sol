// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { BetHouse } from "../../support/BetHouse.sol";

contract BetRulesTest is BetHouse {
    uint64 private constant _MOST = 2 ** 60;

    function _outOfBounds(IBetBook.PartyTerms memory terms, uint256 actual, uint256 min, uint256 max) private {
        _pledgeRefused(terms, abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, actual, min, max));
    }

    function _pledgeRefused(IBetBook.PartyTerms memory terms, bytes memory reason) private {
        IBetBook.SignedPledge memory signed = _signed(terms);
        refused(reason);
        _ask(signed);
    }

    function _pledgeAccepted(IBetBook.PartyTerms memory terms) private {
        assertEq(_ask(_signed(terms)), pledgeHash(terms));
    }

    /// Member 0 signs a tree of one leaf, for a bet of this contract.
    function _signed(IBetBook.PartyTerms memory terms) private returns (IBetBook.SignedPledge memory signed) {
        signed.terms = terms;
        signed.deadline = uint40(block.timestamp) + 1;
        bytes32 digest = rules.betDigest(address(this), 1, sponsor, "terms", pledgeHash(terms), signed.deadline);
        signed.signature = signatureOf(keyOf(0), digest);
    }

    function _ask(IBetBook.SignedPledge memory signed) private view returns (bytes32) {
        bytes32 root = leafOf(signed.terms.account, pledgeHash(signed.terms));
        return rules.checkSigned(1, sponsor, "terms", root, signed);
    }

    function _with(IBetBook.Target[] memory list) private returns (IBetBook.PartyTerms memory terms) {
        terms = pledge(0);
        terms.targets = list;
    }

    function _targetRefused(uint64 floor, uint64 base, uint64 stretch, bytes memory reason) private {
        _pledgeRefused(_tiers(floor, base, stretch), reason);
    }

    function _targetAccepted(uint64 floor, uint64 base, uint64 stretch) private {
        _pledgeAccepted(_tiers(floor, base, stretch));
    }

    function _tiers(uint64 floor, uint64 base, uint64 stretch) private returns (IBetBook.PartyTerms memory) {
        IBetBook.Target[] memory list = targets();
        (list[1].floor, list[1].base, list[1].stretch) = (floor, base, stretch);
        return _with(list);
    }

    function test_hashes_and_leaves_are_those_a_party_computes() public {
        IBetBook.PartyTerms memory terms = pledge(0);
        _pledgeAccepted(terms);
        assertEq(rules.hashPledge(terms), pledgeHash(terms));
        assertEq(rules.partyLeaf(terms), leafOf(terms.account, pledgeHash(terms)));
    }

    function test_a_signature_is_for_the_bets_of_one_contract_only() public {
        IBetBook.SignedPledge memory signed = _signed(pledge(0));
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, signed.terms.account));
        vm.prank(address(bets));
        _ask(signed);
    }

    function test_a_pledge_has_bounds() public {
        IBetBook.PartyTerms memory terms = pledge(0);
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
        _pledgeAccepted(terms);
    }

    function test_one_to_four_targets() public {
        IBetBook.Target[] memory list = new IBetBook.Target[](0);
        _pledgeRefused(_with(list), abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 0, 1, 4));
        list = new IBetBook.Target[](5);
        _pledgeRefused(_with(list), abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 5, 1, 4));
        list = new IBetBook.Target[](4);
        for (uint256 i; i < 4; ++i) {
            list[i] = targets()[0];
            list[i].weightBps = 2500;
        }
        _pledgeAccepted(_with(list));
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
        IBetBook.Target[] memory list = targets();
        list[0].weightBps = 6001;
        _pledgeRefused(_with(list), abi.encodeWithSelector(IBetRules.BetRules_WeightsNotWhole.selector, 10_001));
        list[0].weightBps = 5999;
        _pledgeRefused(_with(list), abi.encodeWithSelector(IBetRules.BetRules_WeightsNotWhole.selector, 9999));
    }

    function test_measuring_wants_one_bounded_value_for_each_target() public {
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, 1, 2, 2));
        rules.measure(pledgeHash(pledge(0)), pledge(0), new uint64[](1), 10_000);
        refused(abi.encodeWithSelector(IBetRules.BetRules_TermOutOfBounds.selector, _MOST + 1, 0, _MOST));
        rules.measure(pledgeHash(pledge(0)), pledge(0), pair(0, _MOST + 1), 10_000);
        (uint16 kept, uint16 attained) = rules.measure(pledgeHash(pledge(0)), pledge(0), pair(_MOST, _MOST), 10_000);
        assertEq(kept, 6000);
        assertEq(attained, 12_000);
    }

    /// What was surpassed in one target does not make up for another, in what is kept.
    function test_kept_and_attained() public {
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

    function _measured(uint64 made, uint64 defects, uint16 factor, uint256 kept, uint256 attained) private {
        (uint16 keptBps, uint16 attainmentBps) =
            rules.measure(pledgeHash(pledge(0)), pledge(0), pair(made, defects), factor);
        assertEq(keptBps, kept, "kept");
        assertEq(attainmentBps, attained, "attained");
    }
}
