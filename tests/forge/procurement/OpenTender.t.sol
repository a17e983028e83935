// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../support/House.sol";

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
        assertEq(record.buyer, buyer);
        assertEq(record.commitEnd, commitEnd);
        assertEq(record.revealEnd, revealEnd);
        assertEq(uint256(record.status), uint256(ITenders.TenderStatus.Open));
        assertEq(keccak256(abi.encode(record.terms)), keccak256(abi.encode(terms)));
        assertEq(tenders.tenderFor(buyer, terms.requisitionRef), 1);
    }

    function test_open_refuses_whoever_is_no_active_buyer() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        address[2] memory callers = [supplier, outsider];
        for (uint256 i; i < callers.length; ++i) {
            refused(abi.encodeWithSelector(ITenders.Tenders_NotABuyer.selector, callers[i]));
            vm.prank(callers[i]);
            tenders.openTender(terms, new address[](0));
        }
        suspend(buyer);
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_NotABuyer.selector, buyer));
    }

    function test_open_refuses_while_paused() public {
        pause();
        _refusedTerms(tenderTerms(), abi.encodeWithSelector(ITenders.Tenders_ObligationsPaused.selector));
    }

    function test_open_refuses_a_zero_reference() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.requisitionRef = bytes32(0);
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_ZeroReference.selector));
    }

    function test_open_refuses_quantity_ceiling_and_bond_out_of_bounds() public {
        uint128 max = tenders.MAX_QUANTITY();
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.quantity = 0;
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_QuantityOutOfBounds.selector, 0, max));
        terms.quantity = max + 1;
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_QuantityOutOfBounds.selector, max + 1, max));
        terms.quantity = max;
        max = tenders.MAX_AMOUNT();
        terms.ceiling = 0;
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_CeilingOutOfBounds.selector, 0, max));
        terms.ceiling = max + 1;
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_CeilingOutOfBounds.selector, max + 1, max));
        terms.ceiling = max;
        terms.bond = max + 1;
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_BondOutOfBounds.selector, max + 1, max));
        terms.bond = max;
        openTender(terms);
    }

    function test_open_refuses_a_credit_above_the_scale() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.minCreditBps = 10_001;
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_CreditOutOfBounds.selector, 10_001));
        terms.minCreditBps = 10_000;
        openTender(terms);
    }

    function test_open_refuses_windows_out_of_bounds() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.promisedAt += 180 days;
        uint32[2] memory wrong = [uint32(1 minutes - 1), 90 days + 1];
        for (uint256 i; i < wrong.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(
                ITenders.Tenders_WindowOutOfBounds.selector, wrong[i], uint32(1 minutes), uint32(90 days)
            );
            (terms.commitSeconds, terms.revealSeconds) = (wrong[i], REVEAL_SECONDS);
            _refusedTerms(terms, reason);
            (terms.commitSeconds, terms.revealSeconds) = (COMMIT_SECONDS, wrong[i]);
            _refusedTerms(terms, reason);
        }
        (terms.commitSeconds, terms.revealSeconds) = (1 minutes, 90 days);
        openTender(terms);
    }

    function test_open_refuses_too_many_invited() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.invitedRoot = keccak256("root");
        refused(abi.encodeWithSelector(ITenders.Tenders_TooManyInvited.selector, 65, 64));
        vm.prank(buyer);
        tenders.openTender(terms, new address[](65));
        vm.prank(buyer);
        tenders.openTender(terms, new address[](64));
    }

    function test_open_refuses_a_list_without_a_root_and_a_root_without_a_list() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        refused(abi.encodeWithSelector(ITenders.Tenders_InvitedMismatch.selector));
        vm.prank(buyer);
        tenders.openTender(terms, new address[](1));
        terms.invitedRoot = keccak256("root");
        _refusedTerms(terms, abi.encodeWithSelector(ITenders.Tenders_InvitedMismatch.selector));
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
        vm.prank(outsider);
        uint256 copied = tenders.openTender(terms, new address[](0));
        uint256 own = openTender(terms);
        assertEq(tenders.tenderFor(outsider, terms.requisitionRef), copied);
        assertEq(tenders.tenderFor(buyer, terms.requisitionRef), own);
    }

    function test_open_refuses_order_terms_that_no_order_can_have() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.attester = buyer;
        _refusedTerms(
            terms, abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_AttesterNotIndependent.selector, buyer)
        );
        terms.order.attester = outsider;
        _refusedTerms(
            terms, abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_AttesterWithoutOffice.selector, outsider)
        );
    }
}
