// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

abstract contract DisputeHouse is House {
    bytes32 internal constant REF = keccak256("reason");

    uint256 internal orderId;

    function setUp() public virtual override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
    }

    function _dispute(address caller, uint256 deliveryId) internal {
        vm.prank(caller);
        orders.disputeDelivery(orderId, deliveryId, REF);
    }

    function _refusedDispute(address caller, bytes memory reason) internal {
        refused(reason);
        _dispute(caller, 1);
    }

    function _nothing() internal view returns (bytes memory) {
        return abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_NothingToDispute.selector, orderId, 1);
    }

    function _before(address disputant) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Hearing.Hearing_DisputedBefore.selector, disputant);
    }

    function _awaits(uint256 ruleBy) internal view returns (bytes memory) {
        return tooEarly(ruleBy);
    }

    function _late() internal view returns (uint256) {
        return uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + 2 * SILENCE_SECONDS;
    }
}

contract DisputeDeliveryTest is DisputeHouse {
    // ---- the supplier's ----

    function test_the_supplier_disputes_goods_that_nobody_reports() public {
        uint256 from = block.timestamp + SILENCE_SECONDS;
        vm.warp(from - 1);
        _refusedDispute(supplier, abi.encodeWithSelector(Hearing.Hearing_NotYetDisputable.selector, from - 1, from));
        vm.warp(from);
        uint40 ruleBy = uint40(_late() + 30 days);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryDisputed(orderId, 1, REF, supplier, ruleBy);
        _dispute(supplier, 1);
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.inTransit, 1, "it is where it was");
        assertEq(record.disputed, 1);
        Hearing.Case memory found = orders.disputeOf(orderId, 1);
        assertEq(found.disputant, supplier);
        assertEq(found.ruleBy, ruleBy);
    }

    /// Each kind of report, within [report, report + silence): one second before, at and after the end.
    function test_the_supplier_disputes_what_was_reported_short_late_or_rejected_within_the_silence_time() public {
        uint256 state = vm.snapshotState();
        for (uint256 kind; kind < 4; ++kind) {
            if (kind == 0) receiveNow(orderId, 1, 89);
            if (kind == 1) _receivedLate();
            if (kind == 2) _inspected(89);
            if (kind == 3) _inspected(0);
            _disputableUntil(block.timestamp + SILENCE_SECONDS);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
    }

    /// Paid meanwhile: the time runs from the payment.
    function test_the_supplier_disputes_what_was_paid_short_late_rejected_or_below_the_price() public {
        uint256 state = vm.snapshotState();
        for (uint256 kind; kind < 4; ++kind) {
            uint128 net = 1_035_000;
            if (kind == 0) (net,) = (1_023_500, _received(89));
            if (kind == 1) _receivedLate();
            if (kind == 2) (net,) = (1_023_500, _received(90));
            if (kind == 3) (net,) = (1_034_999, _received(90));
            skip(3 days);
            inspect(orderId, 1, kind == 2 || kind == 0 ? 89 : 90);
            skip(3 days);
            accept(orderId, 1, net, 0);
            assertEq(orders.order(orderId).contestableUntil, block.timestamp + SILENCE_SECONDS, "kept open");
            _disputableUntil(block.timestamp + SILENCE_SECONDS);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
    }

    function test_the_supplier_has_nothing_to_dispute_in_what_came_in_time_whole_and_at_its_price() public {
        receiveNow(orderId, 1, 90);
        _refusedDispute(supplier, _nothing());
        inspect(orderId, 1, 90);
        _refusedDispute(supplier, _nothing());
        accept(orderId, 1, 1_035_000, 134_550);
        _refusedDispute(supplier, _nothing());
        assertEq(orders.order(orderId).contestableUntil, 0);
    }

    function test_a_discount_that_was_granted_is_nothing_to_dispute() public {
        receiveNow(orderId, 1, 90);
        grantDiscount(orderId, 1, 900_000);
        inspect(orderId, 1, 90);
        accept(orderId, 1, 900_000, 0);
        _refusedDispute(supplier, _nothing());
        assertEq(orders.order(orderId).contestableUntil, 0);
    }

    function test_a_dispute_of_the_supplier_stops_nothing_but_the_end() public {
        receiveNow(orderId, 1, 89);
        _dispute(supplier, 1);
        inspect(orderId, 1, 89);
        accept(orderId, 1, 1_023_500, 133_055);
        assertEq(token.balanceOf(supplier), FUNDS + 1_023_500 + 133_055, "what is undisputed is paid at once");
        deliver(orderId, 11, 11);
        accept(orderId, 2, 126_500, 0);
        skip(2 * SILENCE_SECONDS);
        bytes memory reason = abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_DeliveriesOpen.selector, orderId);
        refused(reason);
        orders.close(orderId);
        refused(reason);
        vm.prank(supplier);
        orders.close(orderId);
    }

    function test_one_dispute_covers_the_reports_that_follow_and_is_not_repeated() public {
        receiveNow(orderId, 1, 89);
        _dispute(supplier, 1);
        inspect(orderId, 1, 80);
        _refusedDispute(supplier, _before(supplier));
        accept(orderId, 1, 920_000, 0);
        _refusedDispute(supplier, _before(supplier));
        ruleDelivery(orderId, 1, 90, 90);
        assertEq(orders.delivery(orderId, 1).accepted, 90);
        _refusedDispute(supplier, _nothing());
    }

    /// What was withdrawn about one report leaves the next one disputable.
    function test_each_report_may_be_disputed_anew() public {
        receiveNow(orderId, 1, 89);
        _dispute(supplier, 1);
        withdraw(orderId, 1, supplier);
        _refusedDispute(supplier, _before(supplier));
        inspect(orderId, 1, 80);
        _dispute(supplier, 1);
        withdraw(orderId, 1, supplier);
        accept(orderId, 1, 920_000, 0);
        _dispute(supplier, 1);
    }

    function test_a_receipt_answers_the_silence_that_was_disputed() public {
        skip(SILENCE_SECONDS);
        _dispute(supplier, 1);
        receiveNow(orderId, 1, 80);
        assertEq(orders.order(orderId).disputed, 0);
        assertEq(uint256(orders.disputeOf(orderId, 1).stage), uint256(Hearing.Stage.None));
        _dispute(supplier, 1); // of the receipt
    }

    // ---- the buyer's ----

    function test_the_buyer_disputes_what_was_received_or_inspected_and_not_yet_paid() public {
        _refusedDispute(buyer, wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Shipped));
        receiveNow(orderId, 1, 90);
        uint256 state = vm.snapshotState();
        _dispute(buyer, 1);
        vm.revertToState(state);
        inspect(orderId, 1, 90);
        state = vm.snapshotState();
        _dispute(buyer, 1);
        vm.revertToState(state);
        accept(orderId, 1, 1_035_000, 0);
        _refusedDispute(buyer, wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Settled));
    }

    /// A buyer's dispute is ruled by the end of the silence; then it is as if it had never been made.
    function test_a_buyers_dispute_stops_reports_until_the_silence_is_over_and_gains_no_time() public {
        receiveNow(orderId, 1, 90);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        skip(1 days);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryDisputed(orderId, 1, REF, buyer, uint40(silenceEnd));
        _dispute(buyer, 1);
        vm.warp(silenceEnd - 1);
        refused(_awaits(silenceEnd));
        vm.prank(attester);
        orders.inspectDelivery(orderId, 1, 90, REF);
        refused(tooEarly(silenceEnd));
        orders.claim(orderId, 1);
        vm.warp(silenceEnd);
        uint256 state = vm.snapshotState();
        orders.claim(orderId, 1);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
        vm.revertToState(state);
        inspect(orderId, 1, 90);
        accept(orderId, 1, 1_035_000, 0);
    }

    function test_a_buyers_dispute_of_an_inspection_stops_its_payment_until_the_silence_is_over() public {
        deliver(orderId, 10, 10);
        _inspected(90);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        _dispute(buyer, 1);
        accept(orderId, 2, 115_000, 0); // nothing else is stopped
        refused(_awaits(silenceEnd));
        vm.prank(attester);
        orders.acceptDelivery(orderId, 1, 1_035_000, 0, REF);
        vm.warp(silenceEnd);
        accept(orderId, 1, 1_035_000, 0);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    /// The supplier spoke first: the buyer joins, and the payment waits for it all the same.
    function test_the_buyer_joins_a_dispute_of_the_supplier() public {
        receiveNow(orderId, 1, 89);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        _dispute(supplier, 1);
        _dispute(buyer, 1);
        refused(_awaits(silenceEnd));
        vm.prank(attester);
        orders.inspectDelivery(orderId, 1, 89, REF);
        refused(abi.encodeWithSelector(Hearing.Hearing_Joined.selector, supplier));
        vm.prank(supplier);
        orders.withdrawDispute(orderId, 1);
        vm.warp(silenceEnd);
        orders.claim(orderId, 1);
        assertEq(orders.order(orderId).disputed, 1, "the supplier's goes on");
        ruleDelivery(orderId, 1, 90, 90);
        assertEq(orders.order(orderId).disputed, 0);
    }

    /// The buyer spoke first: the supplier has its say about the settlement that follows.
    function test_a_buyer_that_disputes_first_does_not_use_up_the_suppliers_word() public {
        receiveNow(orderId, 1, 89);
        _dispute(buyer, 1);
        _refusedDispute(supplier, _before(buyer));
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 1);
        _dispute(supplier, 1);
        ruleDelivery(orderId, 1, 90, 90);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
    }

    // ---- anybody's ----

    function test_dispute_refuses_unknown_orders_and_deliveries_strangers_and_empty_reasons() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.disputeDelivery(99, 1, REF);
        _refusedDispute(attester, notTheParty(orderId, attester));
        refused(_nothingOf(2));
        _dispute(supplier, 2);
        refused(wrongStatus(orderId, 2, IPurchaseOrders.DeliveryStatus.None));
        _dispute(buyer, 2);
        receiveNow(orderId, 1, 90);
        refused(zeroReference());
        vm.prank(buyer);
        orders.disputeDelivery(orderId, 1, bytes32(0));
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

    // ---- helpers ----

    function _nothingOf(uint256 deliveryId) private view returns (bytes memory) {
        return abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_NothingToDispute.selector, orderId, deliveryId);
    }

    function _received(uint128 quantity) private returns (uint128) {
        receiveNow(orderId, 1, quantity);
        return quantity;
    }

    function _receivedLate() private {
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + 1);
        receiveNow(orderId, 1, 90);
    }

    function _inspected(uint128 accepted) private {
        receiveNow(orderId, 1, 90);
        skip(1 days);
        inspect(orderId, 1, accepted);
    }

    function _disputableUntil(uint256 end) private {
        uint256 state = vm.snapshotState();
        _dispute(supplier, 1);
        assertEq(orders.disputeOf(orderId, 1).ruleBy, end + 30 days, "ruled by");
        vm.revertToState(state);
        for (uint256 late; late < 2; ++late) {
            vm.warp(end + late);
            _refusedDispute(
                supplier, abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, end + late, end)
            );
        }
        vm.warp(end - 1);
        _dispute(supplier, 1);
    }
}

contract WithdrawDisputeTest is DisputeHouse {
    function test_a_dispute_is_withdrawn_by_who_made_it() public {
        receiveNow(orderId, 1, 90);
        _dispute(buyer, 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotTheDisputant.selector, supplier, buyer));
        withdraw(orderId, 1, supplier);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryDisputeWithdrawn(orderId, 1, buyer);
        withdraw(orderId, 1, buyer);
        inspect(orderId, 1, 90);
        accept(orderId, 1, 1_035_000, 134_550);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550, "settled in an hour");
    }

    function test_the_last_withdrawal_closes_a_complete_order() public {
        receiveNow(orderId, 1, 89);
        _dispute(supplier, 1);
        inspect(orderId, 1, 89);
        accept(orderId, 1, 1_023_500, 0);
        deliver(orderId, 11, 11);
        accept(orderId, 2, 126_500, 0);
        skip(SILENCE_SECONDS);
        withdraw(orderId, 1, supplier);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_withdraw_refuses_unknown_orders_and_what_is_not_disputed() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.withdrawDispute(99, 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.None));
        withdraw(orderId, 1, supplier);
    }
}

contract LapseDisputeTest is DisputeHouse {
    function _lapse() private {
        uint256 ruleBy = orders.disputeOf(orderId, 1).ruleBy;
        vm.warp(ruleBy - 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_RulingOpen.selector, ruleBy - 1, ruleBy));
        orders.lapseDispute(orderId, 1);
        vm.warp(ruleBy);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryDisputeLapsed(orderId, 1, orders.delivery(orderId, 1).status);
        vm.prank(outsider);
        orders.lapseDispute(orderId, 1);
        assertEq(orders.order(orderId).disputed, 0);
    }

    function test_an_unruled_dispute_of_the_buyer_lapses_with_the_silence() public {
        receiveNow(orderId, 1, 90);
        _dispute(buyer, 1);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        _lapse();
        assertEq(block.timestamp, silenceEnd);
        orders.claim(orderId, 1);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
    }

    function test_an_unruled_dispute_over_an_inspection_leaves_it_as_reported() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        _dispute(supplier, 1);
        _lapse();
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Inspected));
        accept(orderId, 1, 989_000, 128_570);
    }

    function test_an_unruled_dispute_over_goods_on_their_way_leaves_them_lost() public {
        skip(SILENCE_SECONDS);
        _dispute(supplier, 1);
        _lapse();
        refused(tooLate(_late()));
        vm.prank(attester);
        orders.receiveDelivery(orderId, 1, 90, uint40(block.timestamp), REF);
        orders.close(orderId);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Lost));
    }

    function test_an_unruled_dispute_over_a_paid_delivery_leaves_it_paid() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        accept(orderId, 1, 989_000, 128_570);
        _dispute(supplier, 1);
        _lapse();
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
        _refusedDispute(supplier, _before(supplier));
    }

    /// All was replaced and paid while the dispute waited: its end is the order's.
    function test_the_last_dispute_to_lapse_closes_a_complete_order() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        accept(orderId, 1, 989_000, 128_570);
        _dispute(supplier, 1);
        deliver(orderId, 14, 14);
        accept(orderId, 2, 161_000, 20_930);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded));
        _lapse();
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_lapse_refuses_what_is_not_disputed() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.lapseDispute(99, 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_NotDisputed.selector, Hearing.Stage.None));
        orders.lapseDispute(orderId, 1);
    }
}
