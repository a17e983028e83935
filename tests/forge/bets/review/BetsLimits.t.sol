// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IBetRules } from "../../../../contracts/bets/interfaces/IBetRules.sol";
import { IBetSigning } from "../../../../contracts/bets/interfaces/IBetSigning.sol";
import { BetContracts } from "../../../../contracts/bets/BetContracts.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// Signs by calling back: what a contract can do while it is asked for its signature.
contract GreedyWallet {
    BetContracts private immutable _BETS;

    constructor(BetContracts bets_) {
        _BETS = bets_;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        _BETS.withdrawRemainder(1);
        return this.isValidSignature.selector;
    }
}

/// Limits of the design at their size, and suspicions that came to nothing.
contract BetsLimitsTest is BetHouse {
    bytes32 private constant _BET_DIGEST = 0xd017bb84648fa3f1b56f23d15905414e6ddae26b468887c46f01bd280228d111;
    bytes32 private constant _END_DIGEST = 0x99c2a1faa2d3976a19d85d2576a97446a81fd5db35618fb68a93d40c1613338d;
    bytes32 private constant _AMENDMENT_DIGEST = 0x6a9dbb2d8cb0f4ff733902ca6a1a803fdf88b90924891de8e244c62a5fd18427;

    function _gain(uint256 betId, address account) private returns (int256) {
        uint256 before = token.balanceOf(account);
        bets.withdrawFor(betId, account);
        return int256(token.balanceOf(account)) - int256(before) - int256(uint256(bets.party(betId, account).stake));
    }

    // ---- limits ----

    /// The reporter is honest; an arbiter and one party take the pool and the others' stakes up to their caps.
    function test_known_issue_an_arbiter_and_one_party_decide_a_bet() public {
        uint256 betId = active(2);
        for (uint16 period = 1; period <= PERIODS; ++period) {
            warpToEnd(betId, period);
            report(betId, 0, period, 0, 10);
            report(betId, 1, period, 100, 0);
            if (period == PERIODS) reportValue(betId, 0);
            disputeAs(member(0), betId, member(0), period);
            disputeAs(member(0), betId, member(1), period);
            rule(betId, 0, period, 100, 0);
            rule(betId, 1, period, 0, 10);
        }
        disputeAs(member(0), betId, address(0), 0);
        ruleAs(arbiter, betId, address(0), 0, one(POOL));
        settle(betId);
        assertEq(uint256(_gain(betId, member(0))), uint256(POOL) + STAKE, "pool and half of a stake of two");
        assertEq(uint256(-_gain(betId, member(1))), STAKE, "its cap");
    }

    /// Reported before its period, an index can be disputed only while nobody knows the true one.
    function test_known_issue_the_index_of_every_period_may_be_reported_on_the_first_day() public {
        uint256 betId = active(2);
        for (uint16 period = 1; period <= PERIODS; ++period) {
            reportAs(reporter, betId, address(0), period, one(2000));
        }
        uint256 reportedAt = block.timestamp;
        vm.warp(reportedAt + DISPUTE_SECONDS);
        refused(
            abi.encodeWithSelector(
                Hearing.Hearing_NoLongerDisputable.selector, block.timestamp, reportedAt + DISPUTE_SECONDS
            )
        );
        disputeAs(sponsor, betId, address(0), PERIODS);
        warpToEnd(betId, PERIODS);
        report(betId, 0, PERIODS, 100, 0);
        // Targets half as high again: 6,000 by 100 of 150, and 4,000.
        assertEq(reportOf(betId, member(0), PERIODS).shortfallBps, 2001);
    }

    function _amendToNothing(uint256 betId) private {
        IBetBook.PartyTerms[] memory list = pledges(2);
        for (uint256 i; i < 2; ++i) {
            (list[i].targets[0].floor, list[i].targets[0].base, list[i].targets[0].stretch) = (2, 1, 1);
            list[i].targets[1].floor = 1000;
        }
        agree(betId, list, 1);
    }

    /// All together may say in the last second of a period that what happened was the target: their credit, and where
    /// nobody would have contributed the pool, follow.
    function test_known_issue_parties_that_all_agree_lower_their_targets_in_the_last_second() public {
        uint256 betId = active(2);
        uint256 end = endOf(betId, 1);
        vm.warp(end - 1);
        _amendToNothing(betId);
        vm.warp(end);
        report(betId, 0, 1, 0, 0);
        assertEq(reportOf(betId, member(0), 1).shortfallBps, 0);
    }

    /// An index that no second is early enough for stays silent.
    function test_known_issue_where_windows_are_longer_than_the_way_to_its_end_a_period_has_no_index() public {
        IBetBook.BetTerms memory terms = betTerms(pledges(2));
        (terms.disputeSeconds, terms.rulingSeconds) = (20 days, 20 days);
        uint256 betId = propose(terms);
        signAll(betId, pledges(2));
        uint256 end = endOf(betId, 1);
        refusedTooLate(end - 40 days);
        reportAs(reporter, betId, address(0), 1, one(900));
    }

    /// Credit comes with the payout, so that nobody takes the one without the other.
    function test_known_issue_without_its_scorer_office_bets_pay_no_measured_party() public {
        uint256 betId = active(2);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 50, 0);
        settle(betId);
        revoke(Offices.SCORER, address(bets));
        address measured = member(0);
        vm.expectRevert();
        bets.withdrawFor(betId, measured);
        bets.withdrawFor(betId, member(1));
        bets.withdrawRemainder(betId);
        appoint(Offices.SCORER, address(bets));
        bets.withdrawFor(betId, member(0));
        if (bets.bet(betId).remainder != 0) bets.withdrawRemainder(betId);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    /// Credit asks whether promises were kept, not how much was promised.
    function test_known_issue_trivial_targets_make_full_credit_once_they_are_measured() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        (list[0].targets[0].base, list[0].targets[0].stretch) = (1, 1);
        list[0].targets[1].floor = 2 ** 60;
        uint256 betId = propose(betTerms(list));
        signAll(betId, list);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 1, 0);
        assertEq(reportOf(betId, member(0), 1).shortfallBps, 0);
    }

    /// What a proposal may say about a group: anything. Who believes it must ask whose the bet is.
    function test_any_node_may_name_any_group() public {
        IBetBook.BetTerms memory terms = betTerms(pledges(2));
        terms.groupId = 123_456;
        address stranger = member(2);
        vm.prank(stranger);
        uint256 betId = bets.proposeBet(terms);
        assertEq(bets.groupOf(betId), 123_456);
    }

    // ---- suspicions that came to nothing ----

    function test_the_largest_sums_settle_to_the_last_unit() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        for (uint256 i; i < 2; ++i) {
            bytes32 ref = newReference();
            vm.prank(treasurer);
            token.issue(list[i].account, 2 ** 60, ref);
            list[i].stake = 2 ** 59;
            (list[i].slopeBps, list[i].capBps, list[i].shareBps) = (50_000, 10_000, 10_000);
        }
        bytes32 other = newReference();
        vm.prank(treasurer);
        token.issue(sponsor, 2 ** 60, other);
        IBetBook.BetTerms memory terms = betTerms(list);
        (terms.periods, terms.valuePool) = (60, 2 ** 60);
        uint256 betId = propose(terms);
        signAll(betId, list);
        for (uint16 period = 1; period <= 60; ++period) {
            warpToEnd(betId, period);
            report(betId, 0, period, 0, 10);
            report(betId, 1, period, 2 ** 60, 0);
        }
        reportValue(betId, 2 ** 60);
        settle(betId);
        assertEq(bets.party(betId, member(0)).shortfall, 600_000);
        assertEq(uint256(-_gain(betId, member(0))), 2 ** 59);
        assertEq(uint256(_gain(betId, member(1))), 2 ** 60 + 2 ** 59);
        assertEq(token.balanceOf(address(bets)), 0);
    }

    function test_two_leaves_of_one_account_are_still_one_party() public {
        IBetBook.PartyTerms[] memory list = pledges(3);
        list[2] = pledge(0);
        list[2].shareBps = 9000;
        uint256 betId = propose(betTerms(list));
        sign(betId, list, 0);
        bytes32[] memory proof = proofOf(leavesOf(list), 2);
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        bytes memory signature = consent(betId, list[2], keyOf(0), deadline);
        refusedBecause(IBetSigning.BetContracts_AlreadySigned.selector, betId, member(0));
        bets.signBet(betId, IBetBook.SignedPledge(list[2], proof, deadline, signature));
    }

    function test_a_proof_cut_short_is_refused() public {
        IBetBook.PartyTerms[] memory list = pledges(3);
        uint256 betId = propose(betTerms(list));
        bytes32[] memory leaves = leavesOf(list);
        bytes32[] memory proof = proofOf(leaves, 0);
        bytes32[] memory shorter = new bytes32[](1);
        shorter[0] = proof[1];
        bytes memory signature = consent(betId, list[0], keyOf(0), uint40(block.timestamp) + 1);
        refused(abi.encodeWithSelector(IBetRules.BetRules_NotInTheTree.selector, member(0)));
        bets.signBet(betId, IBetBook.SignedPledge(list[0], shorter, uint40(block.timestamp) + 1, signature));
    }

    function test_a_wallet_that_calls_back_signs_nothing() public {
        GreedyWallet wallet = new GreedyWallet(bets);
        join(address(wallet));
        uint256 voided = proposed(2);
        vm.warp(block.timestamp + SIGN_SECONDS);
        bets.voidBet(voided);
        IBetBook.PartyTerms[] memory list = pledges(2);
        list[0].account = address(wallet);
        uint256 betId = propose(betTerms(list));
        bytes32[] memory proof = proofOf(leavesOf(list), 0);
        refused(abi.encodeWithSelector(IBetRules.BetRules_BadSignature.selector, address(wallet)));
        bets.signBet(betId, IBetBook.SignedPledge(list[0], proof, uint40(block.timestamp) + 1, ""));
    }

    /// Of a post that nobody holds nothing comes; who disputes the silence still gets a ruling.
    function test_a_bet_whose_reporters_post_is_vacant_is_still_ruled() public {
        uint256 betId = active(2);
        vacate(reporterPost);
        vm.warp(reportEndOf(betId, 1));
        disputeAs(member(1), betId, member(0), 1);
        rule(betId, 0, 1, 0, 10);
        assertEq(bets.party(betId, member(0)).shortfall, 10_000);
    }

    /// The digests that eth_account computes from the typed data, on chain 31337 for a contract at 0x0be7.
    function test_what_is_signed_is_what_wallets_compute() public {
        address fixed_ = address(0x0be7);
        IBetBook.BetTerms memory terms = betTerms(pledges(2));
        terms.valuePool = 0;
        terms.partiesRoot = "root";
        uint40 deadline = uint40(START) + 1 hours;
        bytes32 hash = rules.hashPledge(pledge(0));
        assertEq(rules.betDigest(fixed_, 1, sponsor, rules.hashTerms(terms), hash, deadline), _BET_DIGEST);
        IBetAmendments.ChangeTerms memory change = IBetAmendments.ChangeTerms({
            partiesRoot: "root",
            termsRef: "amendment",
            leaver: member(1),
            newcomer: member(2),
            start: terms.start,
            periods: PERIODS,
            fromPeriod: 2,
            signBy: uint40(START) + 9 days
        });
        bytes32 changeHash = rules.checkChange(change, terms, terms.start, PERIODS);
        assertEq(rules.amendmentDigest(fixed_, 1, 1, changeHash, hash, deadline), _AMENDMENT_DIGEST);
        assertEq(rules.endDigest(fixed_, 1, 3, member(0), deadline), _END_DIGEST);
    }
}
