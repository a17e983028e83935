// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IBidding } from "../../../../contracts/procurement/interfaces/IBidding.sol";
import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { Tenders } from "../../../../contracts/procurement/Tenders.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { House } from "../../support/House.sol";

contract OpenTenderTest is House {
    function _refusedTerms(ITenders.TenderTerms memory terms, bytes memory reason) private {
        refused(reason);
        vm.prank(buyer);
        tenders.openTender(terms, new address[](0));
    }

    function test_opening_fixes_both_windows_and_publishes_all_terms() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        uint40 commitEnd = uint40(block.timestamp) + COMMIT_SECONDS;
        uint40 revealEnd = commitEnd + REVEAL_SECONDS;
        vm.expectEmit(address(tenders));
        emit ITenders.TenderOpened(1, buyer, terms.requisitionRef, terms, commitEnd, revealEnd, new address[](0));
        assertEq(openTender(terms), 1);
        ITenders.Tender memory record = tenders.tender(1);
        assertEq(record.commitEnd, commitEnd);
        assertEq(record.revealEnd, revealEnd);
        assertEq(uint256(record.status), uint256(ITenders.TenderStatus.Open));
        assertEq(record.leader, address(0));
        assertEq(tenders.tenderFor(buyer, terms.requisitionRef), 1);
    }

    function test_open_refuses_whoever_is_no_active_buyer() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        address[2] memory callers = [supplier, outsider];
        for (uint256 i; i < callers.length; ++i) {
            refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, callers[i], Offices.BUYER));
            vm.prank(callers[i]);
            tenders.openTender(terms, new address[](0));
        }
        suspend(buyer);
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.BUYER));
    }

    function test_open_refuses_while_paused() public {
        pause();
        _refusedTerms(tenderTerms(), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_open_refuses_a_zero_reference() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.requisitionRef = bytes32(0);
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
    }

    function test_open_refuses_quantity_ceiling_and_bond_out_of_bounds() public {
        uint128 max = tenders.MAX_QUANTITY();
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.quantity = 0;
        _refusedTerms(terms, abi.encodeWithSelector(IProcurement.Procurement_QuantityOutOfBounds.selector, 0, max));
        terms.quantity = max + 1;
        _refusedTerms(
            terms, abi.encodeWithSelector(IProcurement.Procurement_QuantityOutOfBounds.selector, max + 1, max)
        );
        terms.quantity = max;
        max = tenders.MAX_AMOUNT();
        terms.ceiling = 0;
        _refusedTerms(terms, abi.encodeWithSelector(IProcurement.Procurement_AmountOutOfBounds.selector, 0, max));
        terms.ceiling = max + 1;
        _refusedTerms(terms, abi.encodeWithSelector(IProcurement.Procurement_AmountOutOfBounds.selector, max + 1, max));
        terms.ceiling = max;
        terms.bond = max + 1;
        _refusedTerms(terms, abi.encodeWithSelector(IBidding.Bidding_BondOutOfBounds.selector, max + 1, max));
        terms.bond = max;
        openTender(terms);
    }

    function test_open_refuses_a_credit_above_the_scale() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        bytes memory reason = abi.encodeWithSelector(IBidding.Bidding_RateOutOfBounds.selector, 10_001, 10_000);
        terms.minCreditBps = 10_001;
        _refusedTerms(terms, reason);
        terms.minCreditBps = 10_000;
        terms.creditWeightBps = 10_001;
        _refusedTerms(terms, reason);
        terms.creditWeightBps = 10_000;
        openTender(terms);
    }

    function test_open_refuses_days_without_value_and_value_without_days() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.maxDays = 1;
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_DaysMismatch.selector, 0, 1));
        (terms.dayValue, terms.maxDays) = (1, 0);
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_DaysMismatch.selector, 1, 0));
    }

    function test_open_refuses_a_day_worth_more_than_any_amount() public {
        uint128 max = tenders.MAX_AMOUNT();
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.dayValue, terms.maxDays) = (max + 1, 1);
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_DayValueOutOfBounds.selector, max + 1, max));
        terms.dayValue = max;
        openTender(terms);
    }

    function test_the_longest_offer_fits_below_the_promise_even_after_a_ranking() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.dayValue, terms.maxDays, terms.reviewSeconds) = (1, 365, 2 hours);
        uint40 rankEnd = uint40(block.timestamp) + COMMIT_SECONDS + REVEAL_SECONDS + 4 hours;
        terms.order.promisedAt = rankEnd + 365 days - 1;
        _refusedTerms(
            terms,
            abi.encodeWithSelector(
                ITenders.Tenders_DaysBeyondPromise.selector, rankEnd + 365 days, terms.order.promisedAt
            )
        );
        terms.order.promisedAt += 1;
        openTender(terms);
    }

    function test_the_promise_lies_after_the_last_moment_of_a_ranking() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.reviewSeconds = 2 hours;
        uint40 rankEnd = uint40(block.timestamp) + COMMIT_SECONDS + REVEAL_SECONDS + 4 hours;
        terms.order.promisedAt = rankEnd;
        _refusedTerms(
            terms, abi.encodeWithSelector(IOrderRules.OrderRules_PromiseBeforeAward.selector, rankEnd, rankEnd)
        );
        terms.order.promisedAt += 1;
        openTender(terms);
    }

    function test_nobody_opens_a_tender_in_the_name_of_another_buyer() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        enrol(outsider, Offices.BUYER);
        refused(abi.encodeWithSelector(IProcurement.Procurement_NotTheBuyer.selector, buyer, outsider));
        vm.prank(outsider);
        tenders.openTender(terms, new address[](0));
    }

    function test_open_refuses_windows_out_of_bounds() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.promisedAt += 180 days;
        uint32[2] memory wrong = [uint32(1 minutes - 1), 90 days + 1];
        terms.bond = 0;
        for (uint256 i; i < wrong.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(
                IBidding.Bidding_WindowOutOfBounds.selector, wrong[i], uint32(1 minutes), uint32(90 days)
            );
            (terms.commitSeconds, terms.revealSeconds) = (wrong[i], REVEAL_SECONDS);
            _refusedTerms(terms, reason);
            (terms.commitSeconds, terms.revealSeconds) = (COMMIT_SECONDS, wrong[i]);
            _refusedTerms(terms, reason);
            (terms.revealSeconds, terms.reviewSeconds) = (REVEAL_SECONDS, wrong[i]);
            _refusedTerms(terms, reason);
        }
        terms.reviewSeconds = 1 minutes;
        (terms.commitSeconds, terms.revealSeconds) = (1 minutes, 90 days);
        openTender(terms);
    }

    /// Who leaves reveals out of the blocks for a window takes every bond: a window for bonds is an hour at least.
    function test_windows_with_a_bond_are_an_hour_at_least() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.bond = 1;
        uint32 short = 1 hours - 1;
        bytes memory reason = abi.encodeWithSelector(
            IBidding.Bidding_WindowOutOfBounds.selector, short, uint32(1 hours), uint32(90 days)
        );
        (terms.commitSeconds, terms.revealSeconds) = (short, 1 hours);
        _refusedTerms(terms, reason);
        (terms.commitSeconds, terms.revealSeconds) = (1 hours, short);
        _refusedTerms(terms, reason);
        (terms.revealSeconds, terms.reviewSeconds) = (1 hours, 1 minutes); // no bond waits for a review
        openTender(terms);
        (terms.requisitionRef, terms.commitSeconds, terms.revealSeconds) = (newReference(), short, short);
        terms.bond = 0;
        openTender(terms);
    }

    function test_a_retired_edition_opens_no_tender_and_the_next_one_does() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        retire(address(tenders));
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        Tenders next = new Tenders(participants, credit, token, orders, 7);
        vm.prank(buyer);
        assertEq(next.openTender(terms, new address[](0)), 7_000_000_001, "and numbers of two editions never meet");
        assertEq(next.tenderFor(buyer, terms.requisitionRef), 7_000_000_001);
        assertEq(next.tenderFor(buyer, newReference()), 0);
    }

    function test_open_refuses_too_many_invited() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.invitedRoot = keccak256("root");
        refused(abi.encodeWithSelector(IBidding.Bidding_TooManyInvited.selector, 65, 64));
        vm.prank(buyer);
        tenders.openTender(terms, new address[](65));
        vm.prank(buyer);
        tenders.openTender(terms, new address[](64));
    }

    function test_open_refuses_a_list_without_a_root_and_a_root_without_a_list() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        refused(abi.encodeWithSelector(IBidding.Bidding_InvitedMismatch.selector));
        vm.prank(buyer);
        tenders.openTender(terms, new address[](1));
        terms.invitedRoot = keccak256("root");
        _refusedTerms(terms, abi.encodeWithSelector(IBidding.Bidding_InvitedMismatch.selector));
    }

    function test_a_requisition_gets_one_tender() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        uint256 tenderId = openTender(terms);
        _refusedTerms(
            terms, abi.encodeWithSelector(ITenders.Tenders_ReferenceSeen.selector, terms.requisitionRef, tenderId)
        );
    }

    function test_nobody_uses_up_the_requisition_of_another_buyer() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        enrol(outsider, Offices.BUYER);
        terms.buyer = outsider;
        uint256 copied = openTender(terms);
        terms.buyer = buyer;
        uint256 own = openTender(terms);
        assertEq(tenders.tenderFor(outsider, terms.requisitionRef), copied);
        assertEq(tenders.tenderFor(buyer, terms.requisitionRef), own);
    }

    function test_open_refuses_order_terms_that_no_order_can_have() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.attesterPost = arbiterPost;
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, arbiterPost, Offices.ATTESTER));
        (terms.order.attesterPost, terms.order.arbiterPost) = (attesterPost, attesterPost);
        _refusedTerms(terms, abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, attesterPost, Offices.ARBITER));
    }
}
