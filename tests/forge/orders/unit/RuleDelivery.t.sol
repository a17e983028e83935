// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
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

    function _rule(address caller, uint256 deliveryId, uint128 received, uint128 accepted, bytes32 ref) private {
        vm.prank(caller);
        orders.ruleDelivery(orderId, deliveryId, received, accepted, ref);
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
        emit IOrderDisputes.DeliveryRuled(orderId, 1, REF, arbiter, 80, 70, 805_000);
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(orderId, 1, bytes32(0), supplier, 805_000, 805_000, 104_650, 0, 909_650);
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
        assertEq(delivery.quantity, 60);
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
        refused(abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_AcceptedBelowPaid.selector, orderId, 1, 85, 86));
        _rule(arbiter, 1, 90, 85, REF);
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(orderId, 1, bytes32(0), supplier, 34_500, 34_500, 4485, 0, 38_985);
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
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_QuantityExceedsOrder.selector, orderId, 3, 2));
        _rule(arbiter, 1, 90, 89, REF);
        _rule(arbiter, 1, 90, 88, REF);
    }

    /// Others were valued on top of the one that is ruled down: they keep their amounts, and the whole stays the whole.
    function test_an_inspection_ruled_down_leaves_the_amounts_of_others_and_the_sum_exact() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 90);
        deliver(orderId, 10, 10);
        dispute(orderId, 1, buyer);
        uint128 other = orders.delivery(orderId, 2).acceptedAmount;
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
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_Unknown.selector, 99));
        orders.ruleDelivery(99, 1, 1, 1, REF);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_DeliveryUnknown.selector, orderId, 2));
        _rule(arbiter, 2, 1, 1, REF);
        refused(
            abi.encodeWithSelector(
                IPurchaseOrders.PurchaseOrders_WrongDeliveryStatus.selector,
                orderId,
                1,
                IPurchaseOrders.DeliveryStatus.Shipped
            )
        );
        _rule(arbiter, 1, 1, 1, REF);
    }

    function test_only_an_arbiter_who_is_neither_party_nor_attester_rules() public {
        _disputedReceipt();
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotAnArbiter.selector, outsider));
        _rule(outsider, 1, 1, 1, REF);
        address[3] memory involved = [buyer, supplier, attester];
        for (uint256 i; i < involved.length; ++i) {
            appoint(Offices.ARBITER, involved[i]);
            refused(
                abi.encodeWithSelector(
                    IPurchaseOrders.PurchaseOrders_ArbiterNotIndependent.selector, orderId, involved[i]
                )
            );
            _rule(involved[i], 1, 1, 1, REF);
        }
    }

    function test_rule_refuses_more_than_came_and_an_empty_reference() public {
        _disputedReceipt();
        refused(
            abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ReceivedExceedsShipped.selector, orderId, 1, 91, 90)
        );
        _rule(arbiter, 1, 91, 90, REF);
        refused(
            abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_AcceptedExceedsReceived.selector, orderId, 1, 81, 80)
        );
        _rule(arbiter, 1, 80, 81, REF);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ZeroReference.selector));
        _rule(arbiter, 1, 80, 80, bytes32(0));
    }

    function test_the_arbiter_has_thirty_days() public {
        _disputedReceipt();
        uint256 ruleBy = block.timestamp + 30 days;
        for (uint256 late; late < 2; ++late) {
            vm.warp(ruleBy + late);
            refused(
                abi.encodeWithSelector(
                    IOrderDisputes.PurchaseOrders_RulingClosed.selector, orderId, ruleBy + late, ruleBy
                )
            );
            _rule(arbiter, 1, 90, 90, REF);
        }
        vm.warp(ruleBy - 1);
        _rule(arbiter, 1, 90, 90, REF);
    }
}
