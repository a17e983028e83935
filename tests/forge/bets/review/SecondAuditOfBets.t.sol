// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { BetHouse } from "../../support/BetHouse.sol";

/// What the second audit showed, turned round: each of these failed on the contracts before.
contract SecondAuditOfBetsTest is BetHouse {
    /// F2: the reporter's daemon gets a new key in mid-term, and the value is reported all the same.
    function test_f2_a_routine_key_change_of_the_reporter_decides_nothing() public {
        uint256 betId = active(3);
        address next = actor("next reporter");
        handOver(reporterPost, next);
        warpToEnd(betId, PERIODS);
        reportAs(next, betId, address(0), 0, one(POOL));
        settle(betId);
        assertEq(bets.bet(betId).valueAdded, POOL);
        assertEq(bets.bet(betId).remainder, 0, "nothing of it goes back to the sponsor");
    }

    function test_f2_a_stolen_post_is_empty_at_once_and_its_next_holder_goes_on() public {
        uint256 betId = active(3);
        address next = actor("next arbiter");
        warpToEnd(betId, PERIODS);
        reportValue(betId, 1);
        disputeAs(member(0), betId, address(0), 0);
        vacate(arbiterPost);
        vm.prank(admin);
        participants.announceReplacement(arbiterPost, next);
        skip(2 days);
        vm.prank(next);
        participants.takePost(arbiterPost);
        ruleAs(next, betId, address(0), 0, one(POOL));
        assertEq(bets.bet(betId).valueAdded, POOL);
    }

    /// F2: who reports or rules is never a party, also after the post changed hands.
    function test_f2_no_party_becomes_reporter_or_arbiter_of_its_own_bet() public {
        active(3);
        address party = member(0);
        vm.prank(arbiter);
        participants.offerPost(arbiterPost, party);
        vm.prank(party);
        vm.expectRevert();
        participants.takePost(arbiterPost);
    }

    /// F7: all agree that it is over, and it is.
    function test_f7_consent_of_all_ends_a_bet() public {
        uint256 betId = active(2);
        signEnd(betId, 0, sponsor, sponsorKey());
        signEnd(betId, 0, member(0), keyOf(0));
        signEnd(betId, 0, member(1), keyOf(1));
        assertEq(bets.settledAt(betId), block.timestamp);
    }

    /// A dispute that was settled in an hour does not wait for an arbiter.
    function test_f7_a_dispute_is_taken_back() public {
        uint256 betId = active(2);
        warpToEnd(betId, PERIODS);
        reportValue(betId, 5);
        disputeAs(sponsor, betId, address(0), 0);
        vm.prank(sponsor);
        bets.withdrawDispute(betId, address(0), 0);
        settle(betId);
        assertEq(bets.bet(betId).valueAdded, 5);
    }

    /// A5: value above what was put down is shared, since anybody may add to the pool.
    function test_a5_the_pool_grows_with_the_value() public {
        uint256 betId = active(2);
        vm.prank(sponsor);
        bets.topUpPool(betId, POOL);
        warpToEnd(betId, PERIODS);
        reportValue(betId, 2 * POOL);
        settle(betId);
        assertEq(bets.bet(betId).valueAdded, 2 * POOL);
    }

    /// B3: four days of thirty under force majeure: 3,000 bps missing count 2,600.
    function test_b3_days_of_force_majeure_excuse_their_part_of_a_shortfall() public {
        IBetBook.PartyTerms[] memory list = pledges(2);
        IBetBook.BetTerms memory terms = betTerms(list);
        terms.region = REGION;
        uint256 betId = propose(terms);
        signAll(betId, list);
        vm.warp(uint256(terms.start) + 5 days);
        bytes32 ref = newReference();
        vm.prank(weatherDesk);
        uint256 declaration = majeure.declare(REGION, uint32(block.timestamp / 1 days) - 4, 4, ref);
        skip(MAJEURE_DISPUTE);
        majeure.applyDeclaration(declaration);
        warpToEnd(betId, 1);
        report(betId, 0, 1, 50, 0);
        assertEq(reportOf(betId, member(0), 1).shortfallBps, 2600);
        assertEq(reportOf(betId, member(0), 1).attainmentBps, 7000, "what was attained is attained");
    }

    function test_b3_a_bet_without_a_region_asks_nobody() public {
        uint256 betId = active(2);
        vm.etch(address(majeure), "");
        warpToEnd(betId, 1);
        report(betId, 0, 1, 50, 0);
        assertEq(reportOf(betId, member(0), 1).shortfallBps, 3000);
    }
}
