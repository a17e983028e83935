// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract AwardTenderTest is House {
    function _twoBids(uint128 first, uint128 second, bool rivalRevealsFirst) private returns (uint256 tenderId) {
        tenderId = openTender();
        commit(tenderId, supplier, first);
        commit(tenderId, rival, second);
        warpToReveal(tenderId);
        if (rivalRevealsFirst) reveal(tenderId, rival, second);
        reveal(tenderId, supplier, first);
        if (!rivalRevealsFirst) reveal(tenderId, rival, second);
        warpToAward(tenderId);
    }

    function test_the_lowest_bid_wins_in_whichever_order_they_are_revealed() public {
        for (uint256 i; i < 2; ++i) {
            uint256 tenderId = _twoBids(AMOUNT, AMOUNT - 1, i == 0);
            vm.expectEmit(address(tenders));
            emit ITenders.TenderAwarded(tenderId, rival, FIRST_ORDER + i, AMOUNT - 1, 2);
            vm.prank(outsider);
            uint256 orderId = award(tenderId);
            IPurchaseOrders.Order memory record = orders.order(orderId);
            assertEq(record.supplier, rival);
            assertEq(record.buyer, buyer);
            assertEq(record.amount, AMOUNT - 1);
            assertEq(record.quantity, QUANTITY);
            assertEq(uint256(tenders.tender(tenderId).status), uint256(ITenders.TenderStatus.Awarded));
        }
    }

    function test_a_tie_goes_to_better_credit() public {
        appoint(Offices.SCORER, address(this));
        credit.recordDelivery(rival, 1, 1, 1_000_000, 0, 1, 1);
        for (uint256 i; i < 2; ++i) {
            uint256 tenderId = _twoBids(AMOUNT, AMOUNT, i == 0);
            assertEq(tenders.tender(tenderId).leader, rival);
        }
    }

    function test_a_tie_in_credit_goes_to_the_earlier_commitment() public {
        for (uint256 i; i < 2; ++i) {
            uint256 tenderId = _twoBids(AMOUNT, AMOUNT, i == 0);
            assertEq(tenders.tender(tenderId).leader, supplier);
        }
    }

    function test_credit_counts_as_it_was_at_commitment() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        appoint(Offices.SCORER, address(this));
        credit.recordDelivery(rival, 1, 1, 1_000_000, 0, 1, 1);
        warpToReveal(tenderId);
        reveal(tenderId, rival, AMOUNT);
        reveal(tenderId, supplier, AMOUNT);
        assertEq(tenders.tender(tenderId).leader, supplier);
    }

    function test_no_valid_bid_voids_the_tender() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, CEILING + 1);
        commit(tenderId, rival, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, CEILING + 1);
        warpToAward(tenderId);
        vm.expectEmit(address(tenders));
        emit ITenders.TenderVoided(tenderId, terms.requisitionRef, 2);
        assertEq(award(tenderId), 0);
        assertEq(uint256(tenders.tender(tenderId).status), uint256(ITenders.TenderStatus.Void));
    }

    function test_award_refuses_an_unknown_tender() public {
        refused(abi.encodeWithSelector(ITenders.Tenders_Unknown.selector, 99));
        award(99);
    }

    function test_a_tender_is_settled_once() public {
        uint256 awarded = _twoBids(AMOUNT, AMOUNT, true);
        award(awarded);
        refused(
            abi.encodeWithSelector(ITenders.Tenders_AlreadySettled.selector, awarded, ITenders.TenderStatus.Awarded)
        );
        award(awarded);
        uint256 voided = openTender();
        warpToAward(voided);
        award(voided);
        refused(abi.encodeWithSelector(ITenders.Tenders_AlreadySettled.selector, voided, ITenders.TenderStatus.Void));
        award(voided);
    }

    function test_award_opens_at_reveal_end() public {
        uint256 tenderId = _twoBids(AMOUNT, AMOUNT, true);
        uint40 revealEnd = tenders.tender(tenderId).revealEnd;
        vm.warp(revealEnd - 1);
        refused(abi.encodeWithSelector(ITenders.Tenders_AwardNotOpen.selector, tenderId, revealEnd - 1, revealEnd));
        award(tenderId);
        uint256 state = vm.snapshotState();
        vm.warp(revealEnd);
        award(tenderId);
        vm.revertToState(state);
        vm.warp(revealEnd + 1);
        award(tenderId);
    }

    function test_pause_suspension_and_a_lost_office_of_the_attester_do_not_stop_the_award() public {
        uint256 tenderId = _twoBids(AMOUNT, AMOUNT, true);
        pause();
        suspend(buyer);
        suspend(supplier);
        revoke(Offices.ATTESTER, attester);
        assertEq(orders.order(award(tenderId)).supplier, supplier);
    }

    function test_award_waits_while_the_office_of_awarder_is_taken_but_no_bond_does() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        revoke(Offices.AWARDER, address(tenders));
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotAnAwarder.selector, address(tenders)));
        award(tenderId);
        forfeit(tenderId, rival);
        assertEq(token.balanceOf(address(tenders)), 0);
        appoint(Offices.AWARDER, address(tenders));
        award(tenderId);
    }
}
