// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract RuleDeliveryTest is House {
    bytes32 private constant REF = keccak256("ruling");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
    }

    /// On the day that was reported, or, when nobody reported, on that of despatch.
    function _rule(address caller, uint256 deliveryId, uint128 received, uint128 accepted, bytes32 ref) private {
        uint256 when = orders.delivery(orderId, deliveryId).receivedAt;
        if (when == 0) when = orders.delivery(orderId, deliveryId).shippedAt;
        vm.prank(caller);
        orders.ruleDelivery(orderId, deliveryId, received, accepted, uint40(when), ref);
    }

    function _refusedRuling(bytes memory reason, uint128 received, uint128 accepted, bytes32 ref) private {
        uint40 when = uint40(orders.delivery(orderId, 1).receivedAt);
        refused(reason);
        vm.prank(arbiter);
        orders.ruleDelivery(orderId, 1, received, accepted, when, ref);
    }

    function _disputedReceipt() private {
        receiveNow(orderId, 1, 90);
        dispute(orderId, 1, buyer);
    }

    // ---- what a ruling does ----

    function test_goods_that_nobody_reported_are_ruled_and_paid_like_a_claim() public {
        skip(SILENCE_SECONDS);
        dispute(orderId, 1, supplier);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryRuled(
            orderId, 1, REF, arbiter, 80, 70, 805_000, uint40(block.timestamp - SILENCE_SECONDS), 0
        );
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(orderId, 1, bytes32(0), supplier, 805_000, 805_000, 104_650, 0, 909_650, 0);
        _rule(arbiter, 1, 80, 70, REF);
        assertEq(token.balanceOf(supplier), FUNDS + 909_650);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
        assertEq(orders.order(orderId).underway, 70, "missing and rejected goods may be shipped again");
        assertEq(credit.recordOf(supplier).value, 920_000, "80 received");
        ship(orderId, 30);
    }

    function test_a_delivery_lost_whole_is_written_off_and_replaced() public {
        skip(SILENCE_SECONDS);
        dispute(orderId, 1, supplier);
        _rule(arbiter, 1, 0, 0, REF);
        assertEq(credit.recordOf(supplier).outcomes, 0, "no outcome yet");
        deliver(orderId, 100, 100);
        accept(orderId, 2, AMOUNT, 0);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_goods_shipped_late_are_ruled_late() public {
        uint256 late = fundedOrder();
        vm.warp(orders.order(late).terms.promisedAt + 2 days);
        ship(late, 100);
        skip(SILENCE_SECONDS);
        dispute(late, 1, supplier);
        ruleDelivery(late, 1, 100, 100);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500 - 11_500, "2 days at 0.5 %");
    }

    function test_a_receipt_disputed_by_the_buyer_is_ruled_down() public {
        _disputedReceipt();
        _rule(arbiter, 1, 60, 50, REF);
        assertEq(token.balanceOf(supplier), FUNDS + 575_000 + 74_750);
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.underway, 50);
        assertEq(record.accepted, 50);
        assertEq(record.unsettled, 0);
        IPurchaseOrders.Delivery memory delivery = orders.delivery(orderId, 1);
        assertEq(delivery.received, 60);
        assertEq(delivery.accepted, 50);
        assertEq(delivery.acceptedAmount, 575_000);
    }

    function test_an_inspection_disputed_by_the_supplier_is_ruled_up() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 40);
        dispute(orderId, 1, supplier);
        _rule(arbiter, 1, 90, 90, REF);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
        assertEq(credit.recordOf(supplier).outcomes, 1);
        assertEq(credit.recordOf(supplier).qualityWeighted, 1_035_000 * 10_000);
    }

    function test_a_delivery_rejected_whole_is_ruled_good() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 0);
        dispute(orderId, 1, supplier);
        _rule(arbiter, 1, 90, 90, REF);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
        assertEq(credit.recordOf(supplier).outcomes, 2, "the rejection stays, what was ruled counts as good");
    }

    function test_of_a_delivery_that_was_paid_only_the_rest_is_paid() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        accept(orderId, 1, 989_000, 128_570);
        dispute(orderId, 1, supplier);
        _refusedRuling(outOfBounds(IPurchaseOrders.Value.Accepted, 85, 86, 90), 90, 85, REF);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.SupplementPaid(orderId, 1, REF, supplier, 34_500, 34_500, 4485, 0, 0, 38_985);
        _rule(arbiter, 1, 90, 89, REF);
        assertEq(orders.delivery(orderId, 1).acceptedAmount, 989_000 + 34_500);
        assertEq(orders.order(orderId).underway, 89);
    }

    function test_a_ruling_that_changes_nothing_of_a_paid_delivery_pays_nothing() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        accept(orderId, 1, 989_000, 128_570);
        dispute(orderId, 1, supplier);
        _rule(arbiter, 1, 90, 86, REF);
        assertEq(token.balanceOf(supplier), FUNDS + 989_000 + 128_570);
        assertEq(credit.recordOf(supplier).outcomes, 1);
        assertEq(orders.order(orderId).unsettled, 0);
    }

    function test_what_was_replaced_already_is_not_accepted_again() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        dispute(orderId, 1, supplier);
        ship(orderId, 12);
        _refusedRuling(outOfBounds(IPurchaseOrders.Value.Quantity, 3, 0, 2), 90, 89, REF);
        _rule(arbiter, 1, 90, 88, REF);
    }

    /// Others were valued on top of the one that is ruled down: they keep their amounts, and the whole stays the whole.
    function test_an_inspection_ruled_down_leaves_the_amounts_of_others_and_the_sum_exact() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 90);
        deliver(orderId, 10, 10);
        dispute(orderId, 1, buyer);
        uint128 other = uint128(orders.delivery(orderId, 2).acceptedAmount);
        _rule(arbiter, 1, 90, 31, REF);
        assertEq(orders.delivery(orderId, 1).acceptedAmount, 356_500, "31 x 115.00");
        assertEq(orders.delivery(orderId, 2).acceptedAmount, other);
        assertEq(orders.order(orderId).acceptedAmount, 356_500 + other);
        accept(orderId, 2, other, 0);
        deliver(orderId, 59, 59);
        assertEq(orders.order(orderId).acceptedAmount, AMOUNT);
        accept(orderId, 3, 678_500, 0);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_an_inspection_ruled_down_to_nothing_is_settled_unpaid() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 90);
        dispute(orderId, 1, buyer);
        _rule(arbiter, 1, 90, 0, REF);
        assertEq(token.balanceOf(supplier), FUNDS);
        assertEq(orders.order(orderId).acceptedAmount, 0);
        assertEq(orders.order(orderId).underway, 0);
        assertEq(credit.recordOf(supplier).qualityWeighted, 0);
        assertEq(credit.recordOf(supplier).value, 1_035_000);
    }

    function test_the_last_ruling_closes_the_order() public {
        ship(orderId, 10);
        receiveNow(orderId, 2, 10);
        inspect(orderId, 2, 10);
        accept(orderId, 2, 115_000, 14_950);
        _disputedReceipt();
        _rule(arbiter, 1, 90, 90, REF);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
    }

    // ---- what it refuses ----

    function test_rule_refuses_unknown_orders_and_what_is_not_disputed() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.ruleDelivery(99, 1, 1, 1, 1, REF);
        bytes memory reason = abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.None);
        refused(reason);
        vm.prank(arbiter);
        orders.ruleDelivery(orderId, 2, 1, 1, 1, REF);
        refused(reason);
        vm.prank(arbiter);
        orders.ruleDelivery(orderId, 1, 1, 1, uint40(block.timestamp), REF);
    }

    /// The terms name the post: another arbiter of the house is a stranger here.
    function test_only_the_holder_of_the_orders_post_rules() public {
        _disputedReceipt();
        address other = actor("other arbiter");
        createPost(Offices.ARBITER, other);
        address[4] memory involved = [other, buyer, supplier, attester];
        for (uint256 i; i < involved.length; ++i) {
            bytes memory reason = notTheHolder(arbiterPost, involved[i]);
            refused(reason);
            vm.prank(involved[i]);
            orders.ruleDelivery(orderId, 1, 90, 90, uint40(block.timestamp), REF);
        }
    }

    function test_the_day_ruled_lies_between_despatch_and_what_was_reported() public {
        uint256 shippedAt = block.timestamp;
        skip(3 days);
        uint40 reported = uint40(block.timestamp) - 1 days;
        receiveAt(orderId, 1, 80, reported);
        dispute(orderId, 1, supplier);
        uint256[2] memory wrong = [shippedAt - 1, uint256(reported) + 1];
        for (uint256 i; i < 2; ++i) {
            refused(outOfBounds(IPurchaseOrders.Value.ReceivedAt, wrong[i], shippedAt, reported));
            vm.prank(arbiter);
            orders.ruleDelivery(orderId, 1, 90, 90, uint40(wrong[i]), REF);
        }
        ruleDelivery(orderId, 1, 90, 90, uint40(shippedAt));
        assertEq(orders.delivery(orderId, 1).receivedAt, shippedAt);
    }

    function test_rule_refuses_more_than_came_and_an_empty_reference() public {
        _disputedReceipt();
        _refusedRuling(outOfBounds(IPurchaseOrders.Value.Received, 91, 0, 90), 91, 90, REF);
        _refusedRuling(outOfBounds(IPurchaseOrders.Value.Accepted, 81, 0, 80), 80, 81, REF);
        _refusedRuling(zeroReference(), 80, 80, bytes32(0));
    }

    function test_the_arbiter_has_thirty_days_after_the_time_to_dispute() public {
        receiveNow(orderId, 1, 80);
        skip(1 days);
        dispute(orderId, 1, supplier);
        _ruledBefore(block.timestamp - 1 days + SILENCE_SECONDS + 30 days);
    }

    function test_a_dispute_of_the_buyer_is_ruled_before_the_silence_is_over() public {
        _disputedReceipt();
        _ruledBefore(block.timestamp + SILENCE_SECONDS);
    }

    function _ruledBefore(uint256 ruleBy) private {
        for (uint256 late; late < 2; ++late) {
            vm.warp(ruleBy + late);
            refused(abi.encodeWithSelector(Hearing.Hearing_RulingClosed.selector, ruleBy + late, ruleBy));
            vm.prank(arbiter);
            orders.ruleDelivery(orderId, 1, 90, 90, uint40(block.timestamp), REF);
        }
        vm.warp(ruleBy - 1);
        _rule(arbiter, 1, 90, 90, REF);
    }

    // ---- supplements ----

    /// The worked example of {OrderDisputes}, to the last unit.
    function test_the_worked_example_of_a_ruling_over_what_was_paid() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.order.latenessBpsPerDay, terms.order.latenessCapBps) = (100, 10_000);
        uint256 id = openOrder(terms, 1000);
        fund(id, required(id));
        uint40 promisedAt = orders.order(id).terms.promisedAt;
        vm.warp(promisedAt - 1 days);
        ship(id, 100);
        vm.warp(promisedAt + 2 days);
        receiveNow(id, 1, 90);
        inspect(id, 1, 80);
        accept(id, 1, 800, 104);
        assertEq(token.balanceOf(supplier), FUNDS + 888, "800 + 104 - 16");
        dispute(id, 1, supplier);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryRuled(id, 1, REF, arbiter, 100, 95, 950, promisedAt + 1, 1);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.SupplementPaid(id, 1, REF, supplier, 150, 150, 19, 7, 0, 176);
        vm.prank(arbiter);
        orders.ruleDelivery(id, 1, 100, 95, promisedAt + 1, REF);
        assertEq(token.balanceOf(supplier), FUNDS + 950 + 123 - 9);
        assertEq(orders.order(id).underway, 95);
    }

    function test_a_ruling_on_the_day_returns_the_penalty_and_keeps_the_price_that_was_granted() public {
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + 2 days);
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        grantDiscount(orderId, 1, 900_000);
        accept(orderId, 1, 900_000, 0);
        assertEq(token.balanceOf(supplier), FUNDS + 900_000 - 9890);
        dispute(orderId, 1, supplier);
        ruleDelivery(orderId, 1, 90, 90, orders.delivery(orderId, 1).shippedAt);
        // 4 more at the order's price; tax of the whole, which was matched without; the penalty comes back.
        assertEq(token.balanceOf(supplier), FUNDS + 946_000 + 122_980);
        assertEq(orders.delivery(orderId, 1).daysLate, 0);
    }

    /// What was paid above the order's price, within the tolerance, stays; the supplement is what the whole exceeds it by.
    function test_what_was_paid_above_the_price_is_no_gain_of_the_ruling() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 89);
        accept(orderId, 1, 1_043_970, 135_717); // 2 % above 1,023,500
        dispute(orderId, 1, supplier);
        vm.expectEmit(address(orders)); // for the books: one unit more is accepted, and nothing is owed for it
        emit IOrderDisputes.SupplementPaid(orderId, 1, REF, supplier, 11_500, 0, 0, 0, 0, 0);
        _rule(arbiter, 1, 90, 90, REF);
        assertEq(token.balanceOf(supplier), FUNDS + 1_043_970 + 135_717, "1,035,000 is less than that");
        assertEq(orders.delivery(orderId, 1).acceptedAmount, 1_035_000);
    }

    function test_a_supplement_of_a_deferred_payment_is_deferred_too() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.paymentSeconds = 60 days;
        uint256 id = openOrder(terms, AMOUNT);
        fund(id, required(id));
        deliver(id, 90, 86);
        accept(id, 1, 989_000, 128_570);
        dispute(id, 1, supplier);
        ruleDelivery(id, 1, 90, 90);
        assertEq(receivables.claim(2).amount, 46_000 + 5980);
    }
}
