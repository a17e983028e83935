// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// What a review found and mended: each of these failed before.
contract BetsFindingsTest is BetHouse {
    uint256 internal betId;

    function setUp() public override {
        super.setUp();
        betId = active(2);
    }

    // ---- amendments ----

    function _list(uint64 base) private pure returns (IBetContracts.Target[] memory list) {
        list = targets();
        (list[0].base, list[0].stretch) = (base, 2 * base);
    }

    function _leaves(uint64 base) private returns (bytes32[] memory leaves) {
        leaves = new bytes32[](2);
        for (uint256 i; i < 2; ++i) {
            leaves[i] = leafOf(member(i), targetsHash(_list(base)));
        }
    }

    function _propose(uint64 base, uint16 fromPeriod) private returns (uint256) {
        bytes32 root = rootOf(_leaves(base));
        vm.prank(sponsor);
        return bets.proposeAmendment(betId, root, "amendment", fromPeriod, uint40(block.timestamp) + 7 days);
    }

    function _sign(uint256 id, uint256 i, uint64 base) private {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        IBetContracts.Target[] memory list = _list(base);
        bytes memory signature =
            signatureOf(keyOf(i), bets.amendmentDigest(betId, id, member(i), targetsHash(list), deadline));
        bets.signAmendment(betId, id, member(i), list, proofOf(_leaves(base), i), deadline, signature);
    }

    /// Member 1 holds its signature back until all have agreed to something newer, and would choose between the two.
    function _heldBack(uint16 olderFrom, uint16 newerFrom) private {
        uint256 older = _propose(10, olderFrom);
        _sign(older, 0, 10);
        uint256 newer = _propose(90, newerFrom);
        _sign(newer, 0, 90);
        _sign(newer, 1, 90);
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        IBetContracts.Target[] memory list = _list(10);
        bytes32[] memory proof = proofOf(_leaves(10), 1);
        bytes memory signature =
            signatureOf(keyOf(1), bets.amendmentDigest(betId, older, member(1), targetsHash(list), deadline));
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_AmendmentOvertaken.selector, betId, older, newer));
        bets.signAmendment(betId, older, member(1), list, proof, deadline, signature);
        assertEq(bets.targetsOf(betId, member(0), PERIODS)[0].base, 90);
    }

    function test_a_signature_held_back_does_not_undo_what_all_agreed_since() public {
        _heldBack(2, 2);
    }

    function test_a_signature_held_back_does_not_undo_the_later_periods_of_what_all_agreed_since() public {
        _heldBack(3, 2);
    }

    // ---- disputes ----

    /// A party whom a report favours disputes it itself, at once: the arbiter and whoever has evidence lose no time.
    function test_an_early_dispute_does_not_shorten_the_time_for_a_ruling() public {
        warpToEnd(betId, 1);
        report(betId, 0, 1, 200, 0);
        disputeAs(member(0), betId, member(0), 1);
        skip(DISPUTE_SECONDS + RULING_SECONDS - 1);
        rule(betId, 0, 1, 0, 10);
        assertEq(bets.party(betId, member(0)).shortfall, 10_000);
    }

    function test_an_early_dispute_of_an_index_does_not_shorten_it_either_and_the_ruling_precedes_the_reports() public {
        (uint256 end,) = bets.reportWindow(betId, 1);
        vm.warp(end - DISPUTE_SECONDS - RULING_SECONDS - 1);
        vm.prank(reporter);
        bets.reportIndex(betId, 1, 1100, EVIDENCE);
        disputeAs(member(0), betId, address(0), 1);
        skip(DISPUTE_SECONDS + RULING_SECONDS - 1);
        vm.prank(arbiter);
        bets.ruleIndex(betId, 1, 900, EVIDENCE);
        assertLt(block.timestamp, end, "in time");
        vm.warp(end);
        assertEq(bets.report(betId, address(0), 1).factorBps, 9000);
    }

    function test_an_early_dispute_of_the_last_report_is_ruled_before_the_settlement() public {
        (, uint256 over) = bets.reportWindow(betId, PERIODS);
        vm.warp(over - 1);
        reportValue(betId, 5);
        disputeAs(sponsor, betId, address(0), 0);
        skip(DISPUTE_SECONDS + RULING_SECONDS - 1);
        assertLt(block.timestamp, bets.settleableAt(betId), "before");
        vm.prank(arbiter);
        bets.ruleValue(betId, 9, EVIDENCE);
        settle(betId);
        assertEq(bets.bet(betId).valueAdded, 9);
    }

    // ---- credit ----

    function test_silence_is_no_credit() public {
        settle(betId);
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE), uint256(10_000))),
            0
        );
        bets.withdrawFor(betId, member(0));
        assertEq(bets.party(betId, member(0)).measured, 0);
    }

    function test_only_measured_periods_count_in_the_credit_each_with_its_part_of_the_stake() public {
        warpToEnd(betId, 1);
        report(betId, 0, 1, 50, 0);
        settle(betId);
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE) / 3, uint256(7000)))
        );
        bets.withdrawFor(betId, member(0));
    }

    function test_a_ruled_silence_is_measured_once_and_an_unruled_one_is_not() public {
        (, uint256 over) = bets.reportWindow(betId, 1);
        vm.warp(over);
        disputeAs(sponsor, betId, member(0), 1);
        disputeAs(sponsor, betId, member(1), 1);
        rule(betId, 0, 1, 50, 0);
        assertEq(bets.party(betId, member(0)).measured, 1);
        assertEq(bets.party(betId, member(1)).measured, 0);
        warpToEnd(betId, 2);
        report(betId, 0, 2, 100, 0);
        disputeAs(sponsor, betId, member(0), 2);
        rule(betId, 0, 2, 0, 0);
        assertEq(bets.party(betId, member(0)).measured, 2, "report and ruling are one");
        settle(betId);
        // 3,000 and 6,000 short of two periods.
        vm.expectCall(
            address(credit),
            abi.encodeCall(ICreditRegistry.recordBet, (member(0), betId, uint256(STAKE) * 2 / 3, uint256(5500)))
        );
        bets.withdrawFor(betId, member(0));
    }
}
