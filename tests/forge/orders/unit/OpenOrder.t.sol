// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract OpenOrderTest is House {
    function test_an_award_becomes_an_order_with_its_deposit_named() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        uint128 deposit = orders.requiredDeposit(AMOUNT, TAX_BPS, TOLERANCE_BPS);
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PurchaseOrderOpened(
            FIRST_ORDER,
            buyer,
            supplier,
            address(tenders),
            tenderId,
            terms.requisitionRef,
            QUANTITY,
            AMOUNT,
            deposit,
            terms.order
        );
        assertEq(award(tenderId), FIRST_ORDER);
        IPurchaseOrders.Order memory record = orders.order(FIRST_ORDER);
        assertEq(status(FIRST_ORDER), uint256(IPurchaseOrders.OrderStatus.Opened));
        assertEq(record.buyer, buyer);
        assertEq(record.supplier, supplier);
        assertEq(record.quantity, QUANTITY);
        assertEq(record.amount, AMOUNT);
        assertEq(record.fundBy, block.timestamp + FUND_SECONDS);
        assertEq(record.escrowed, 0);
        terms.order.fundSeconds = 0; // it has become the time by which to fund
        assertEq(keccak256(abi.encode(record.terms)), keccak256(abi.encode(terms.order)));
    }

    function test_only_an_awarder_opens_orders() public {
        IAwardTaker.Award memory award;
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotAnAwarder.selector, admin));
        vm.prank(admin);
        orders.takeAward(award);
    }

    /// An awarder is trusted with what a tender bounds; what does not fit is refused all the same, not cut.
    function test_an_award_that_does_not_fit_is_refused_not_cut() public {
        appoint(Offices.AWARDER, outsider);
        IAwardTaker.Award memory award;
        award.quantity = 2 ** 64;
        refused(outOfBounds(IPurchaseOrders.Value.Quantity, 2 ** 64, 1, 2 ** 60));
        vm.prank(outsider);
        orders.takeAward(award);
        (award.quantity, award.amount) = (1, 2 ** 64);
        refused(outOfBounds(IPurchaseOrders.Value.Amount, 2 ** 64, 0, 2 ** 60));
        vm.prank(outsider);
        orders.takeAward(award);
    }

    function test_an_unknown_order_has_status_none() public view {
        assertEq(status(1), uint256(IPurchaseOrders.OrderStatus.None));
        assertEq(status(1, 1), uint256(IPurchaseOrders.DeliveryStatus.None));
    }

    // ---- requiredDeposit ----

    function test_the_deposit_covers_net_with_tolerance_tax_and_rounding() public view {
        // 1,150,000 + 2 % = 1,173,000; 13 % of it 152,490; 64 invoices may round up.
        assertEq(orders.requiredDeposit(AMOUNT, TAX_BPS, TOLERANCE_BPS), 1_173_000 + 152_490 + 64);
        assertEq(orders.requiredDeposit(AMOUNT, 0, 0), AMOUNT);
    }

    /// Anchored: the cast cut silently, so a huge amount seemed to need a tiny deposit.
    function test_a_deposit_that_does_not_fit_is_refused_not_cut() public {
        refused(outOfBounds(IPurchaseOrders.Value.Amount, type(uint128).max, 0, 2 ** 60));
        orders.requiredDeposit(type(uint128).max, 0, 10_000);
    }
}

contract CheckTermsTest is House {
    uint40 private revealEnd;

    function setUp() public override {
        super.setUp();
        revealEnd = uint40(block.timestamp) + COMMIT_SECONDS + REVEAL_SECONDS;
    }

    function _refusedTerms(IAwardTaker.OrderTerms memory terms, bytes memory reason) private {
        refused(reason);
        orderRules.checkTerms(terms, revealEnd);
    }

    function _outOfBounds(uint256 actual, uint256 min, uint256 max) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, actual, min, max);
    }

    function test_terms_at_their_bounds_are_good() public view {
        IAwardTaker.OrderTerms memory terms = orderTerms();
        (terms.fundSeconds, terms.graceSeconds, terms.silenceSeconds) = (1 hours, 0, 1 days);
        (terms.latenessBpsPerDay, terms.latenessCapBps, terms.taxBps, terms.toleranceBps) = (0, 0, 0, 0);
        terms.promisedAt = revealEnd + 1;
        orderRules.checkTerms(terms, revealEnd);
        (terms.fundSeconds, terms.graceSeconds, terms.silenceSeconds) = (90 days, 2 * 365 days, 365 days);
        (terms.latenessBpsPerDay, terms.latenessCapBps) = (10_000, 10_000);
        (terms.taxBps, terms.toleranceBps) = (10_000, 10_000);
        terms.paymentSeconds = 180 days;
        terms.promisedAt = revealEnd + 10 * 365 days;
        orderRules.checkTerms(terms, revealEnd);
    }

    function test_both_posts_exist_and_are_of_their_office() public {
        IAwardTaker.OrderTerms memory terms = orderTerms();
        terms.attesterPost = arbiterPost;
        _refusedTerms(terms, _notAPost(arbiterPost, Offices.ATTESTER));
        terms = orderTerms();
        terms.arbiterPost = 99;
        _refusedTerms(terms, _notAPost(99, Offices.ARBITER));
    }

    /// A vacant post gets a holder again; who relies on it knows the post.
    function test_a_vacant_post_is_a_post() public {
        vacate(attesterPost);
        orderRules.checkTerms(orderTerms(), revealEnd);
    }

    function _notAPost(uint32 postId, bytes32 office) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, postId, office);
    }

    function test_every_window_has_bounds() public {
        IAwardTaker.OrderTerms memory terms = orderTerms();
        terms.fundSeconds = 1 hours - 1;
        _refusedTerms(terms, _outOfBounds(1 hours - 1, 1 hours, 90 days));
        terms.fundSeconds = 90 days + 1;
        _refusedTerms(terms, _outOfBounds(90 days + 1, 1 hours, 90 days));
        terms = orderTerms();
        terms.graceSeconds = 730 days + 1;
        _refusedTerms(terms, _outOfBounds(730 days + 1, 0, 730 days));
        terms = orderTerms();
        terms.silenceSeconds = 1 days - 1;
        _refusedTerms(terms, _outOfBounds(1 days - 1, 1 days, 365 days));
        terms.silenceSeconds = 365 days + 1;
        _refusedTerms(terms, _outOfBounds(365 days + 1, 1 days, 365 days));
        terms = orderTerms();
        terms.paymentSeconds = 180 days + 1;
        _refusedTerms(terms, _outOfBounds(180 days + 1, 0, 180 days));
    }

    function test_every_rate_is_at_most_the_whole() public {
        bytes memory reason = _outOfBounds(10_001, 0, 10_000);
        IAwardTaker.OrderTerms memory terms = orderTerms();
        terms.latenessBpsPerDay = 10_001;
        _refusedTerms(terms, reason);
        terms = orderTerms();
        terms.latenessCapBps = 10_001;
        _refusedTerms(terms, reason);
        terms = orderTerms();
        terms.taxBps = 10_001;
        _refusedTerms(terms, reason);
        terms = orderTerms();
        terms.toleranceBps = 10_001;
        _refusedTerms(terms, reason);
    }

    function test_the_promise_lies_after_the_tender() public {
        IAwardTaker.OrderTerms memory terms = orderTerms();
        for (uint40 early; early < 2; ++early) {
            terms.promisedAt = revealEnd - early;
            _refusedTerms(
                terms,
                abi.encodeWithSelector(IOrderRules.OrderRules_PromiseBeforeAward.selector, revealEnd - early, revealEnd)
            );
        }
    }

    /// Anchored: a promise in the year 36,812 locked the escrow until then, since only time ends an idle order.
    function test_a_promise_too_far_away_is_refused() public {
        IAwardTaker.OrderTerms memory terms = orderTerms();
        uint256 last = uint256(revealEnd) + 10 * 365 days;
        terms.promisedAt = uint40(last) + 1;
        _refusedTerms(terms, _outOfBounds(last + 1, revealEnd, last));
        terms.promisedAt = type(uint40).max;
        _refusedTerms(terms, _outOfBounds(type(uint40).max, revealEnd, last));
    }
}
