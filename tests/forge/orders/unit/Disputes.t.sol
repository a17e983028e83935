// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract DisputeDeliveryTest is House {
    bytes32 private constant REF = keccak256("reason");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
    }

    function _dispute(address caller, uint256 deliveryId) private {
        vm.prank(caller);
        orders.disputeDelivery(orderId, deliveryId, REF);
    }

    function _refusedDispute(address caller, bytes memory reason) private {
        refused(reason);
        _dispute(caller, 1);
    }

    function _wrongStatus(IPurchaseOrders.DeliveryStatus found) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_WrongDeliveryStatus.selector, orderId, 1, found);
    }

    function test_the_supplier_disputes_goods_that_nobody_reports() public {
        uint256 from = block.timestamp + SILENCE_SECONDS;
        vm.warp(from - 1);
        _refusedDispute(
            supplier,
            abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_NotYetDisputable.selector, orderId, 1, from - 1, from)
        );
        vm.warp(from);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryDisputed(orderId, 1, REF, supplier, uint40(from + 30 days));
        _dispute(supplier, 1);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Disputed));
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.inTransit, 0);
        assertEq(record.unsettled, 1);
        IPurchaseOrders.Dispute memory found = orders.disputeOf(orderId, 1);
        assertEq(found.disputant, supplier);
        assertEq(found.ruleBy, from + 30 days);
        assertEq(uint256(found.from), uint256(IPurchaseOrders.DeliveryStatus.Shipped));
    }

    function test_the_supplier_disputes_a_rejection_within_the_silence_after_it_even_when_it_was_paid() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        accept(orderId, 1, 989_000, 128_570);
        vm.warp(silenceEnd);
        _refusedDispute(
            supplier,
            abi.encodeWithSelector(
                IOrderDisputes.PurchaseOrders_NoLongerDisputable.selector, orderId, 1, silenceEnd, silenceEnd
            )
        );
        vm.warp(silenceEnd - 1);
        _dispute(supplier, 1);
        assertEq(orders.order(orderId).unsettled, 1, "the order cannot close over it");
    }

    function test_the_supplier_disputes_a_delivery_rejected_whole() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 0);
        _dispute(supplier, 1);
        assertEq(orders.order(orderId).unsettled, 1);
    }

    function test_the_supplier_has_nothing_to_dispute_in_a_receipt_or_in_full_acceptance() public {
        receiveNow(orderId, 1, 90);
        _refusedDispute(supplier, _wrongStatus(IPurchaseOrders.DeliveryStatus.Received));
        inspect(orderId, 1, 90);
        _refusedDispute(
            supplier, abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_NothingRejected.selector, orderId, 1)
        );
    }

    function test_the_buyer_disputes_what_was_received_or_inspected_and_not_yet_paid() public {
        _refusedDispute(buyer, _wrongStatus(IPurchaseOrders.DeliveryStatus.Shipped));
        receiveNow(orderId, 1, 90);
        uint256 state = vm.snapshotState();
        _dispute(buyer, 1);
        vm.revertToState(state);
        inspect(orderId, 1, 90);
        state = vm.snapshotState();
        _dispute(buyer, 1);
        vm.revertToState(state);
        accept(orderId, 1, 1, 0);
        _refusedDispute(buyer, _wrongStatus(IPurchaseOrders.DeliveryStatus.Settled));
    }

    function test_a_delivery_is_disputed_once() public {
        receiveNow(orderId, 1, 90);
        _dispute(buyer, 1);
        bytes memory reason = abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_DisputedBefore.selector, orderId, 1);
        _refusedDispute(supplier, reason);
        skip(30 days);
        orders.lapseDispute(orderId, 1);
        _refusedDispute(buyer, reason);
    }

    function test_dispute_refuses_unknown_orders_and_deliveries_strangers_and_empty_reasons() public {
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_Unknown.selector, 99));
        orders.disputeDelivery(99, 1, REF);
        _refusedDispute(
            attester, abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotAParty.selector, orderId, attester)
        );
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_DeliveryUnknown.selector, orderId, 2));
        _dispute(supplier, 2);
        receiveNow(orderId, 1, 90);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ZeroReference.selector));
        vm.prank(buyer);
        orders.disputeDelivery(orderId, 1, bytes32(0));
    }

    function test_a_disputed_delivery_stands_still_and_nothing_else_does() public {
        receiveNow(orderId, 1, 90);
        _dispute(buyer, 1);
        bytes memory reason = _wrongStatus(IPurchaseOrders.DeliveryStatus.Disputed);
        vm.startPrank(attester);
        refused(reason);
        orders.receiveDelivery(orderId, 1, 90, uint40(block.timestamp), REF);
        refused(reason);
        orders.inspectDelivery(orderId, 1, 90, REF);
        refused(reason);
        orders.acceptDelivery(orderId, 1, 1, 0, REF);
        vm.stopPrank();
        skip(SILENCE_SECONDS);
        refused(reason);
        orders.claim(orderId, 1);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_DeliveriesUnsettled.selector, orderId, 1));
        vm.prank(supplier);
        orders.close(orderId);
        deliver(orderId, 10, 10);
        accept(orderId, 2, 115_000, 14_950);
        assertEq(token.balanceOf(supplier), FUNDS + 115_000 + 14_950);
    }

    function test_pause_and_suspension_never_stop_a_dispute_or_its_ruling() public {
        receiveNow(orderId, 1, 90);
        pause();
        suspend(buyer);
        suspend(supplier);
        _dispute(buyer, 1);
        ruleDelivery(orderId, 1, 90, 90);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
    }
}

contract LapseDisputeTest is House {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
    }

    function _lapse() private {
        uint256 ruleBy = orders.disputeOf(orderId, 1).ruleBy;
        vm.warp(ruleBy - 1);
        refused(abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_RulingOpen.selector, orderId, ruleBy - 1, ruleBy));
        orders.lapseDispute(orderId, 1);
        vm.warp(ruleBy);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryDisputeLapsed(orderId, 1, orders.disputeOf(orderId, 1).from);
        vm.prank(outsider);
        orders.lapseDispute(orderId, 1);
    }

    function test_an_unruled_dispute_over_a_receipt_returns_to_it_and_the_silence_runs_anew() public {
        receiveNow(orderId, 1, 90);
        dispute(orderId, 1, buyer);
        _lapse();
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Received));
        skip(SILENCE_SECONDS - 1);
        vm.expectPartialRevert(IPurchaseOrders.PurchaseOrders_SilenceNotOver.selector);
        orders.claim(orderId, 1);
        skip(1);
        orders.claim(orderId, 1);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
    }

    function test_an_unruled_dispute_over_an_inspection_returns_to_it() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        dispute(orderId, 1, supplier);
        _lapse();
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Inspected));
        accept(orderId, 1, 989_000, 128_570);
    }

    function test_an_unruled_dispute_over_goods_on_their_way_returns_them_to_it() public {
        uint40 shippedAt = uint40(block.timestamp);
        skip(SILENCE_SECONDS);
        dispute(orderId, 1, supplier);
        _lapse();
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Shipped));
        assertEq(orders.order(orderId).inTransit, 1);
        assertEq(orders.order(orderId).unsettled, 0);
        receiveAt(orderId, 1, 90, shippedAt);
    }

    function test_an_unruled_dispute_over_a_paid_delivery_leaves_it_paid() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        accept(orderId, 1, 989_000, 128_570);
        dispute(orderId, 1, supplier);
        _lapse();
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
        assertEq(orders.order(orderId).unsettled, 0);
    }

    /// All was replaced and paid while the dispute waited: its end is the order's.
    function test_the_last_dispute_to_lapse_closes_a_complete_order() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        accept(orderId, 1, 989_000, 128_570);
        dispute(orderId, 1, supplier);
        deliver(orderId, 14, 14);
        accept(orderId, 2, 161_000, 20_930);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded));
        _lapse();
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_lapse_refuses_what_is_not_disputed() public {
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_Unknown.selector, 99));
        orders.lapseDispute(99, 1);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_DeliveryUnknown.selector, orderId, 2));
        orders.lapseDispute(orderId, 2);
        refused(
            abi.encodeWithSelector(
                IPurchaseOrders.PurchaseOrders_WrongDeliveryStatus.selector,
                orderId,
                1,
                IPurchaseOrders.DeliveryStatus.Shipped
            )
        );
        orders.lapseDispute(orderId, 1);
    }
}
