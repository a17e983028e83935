// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract AcceptDeliveryTest is House {
    bytes32 private constant REF = keccak256("match");
    uint128 private constant NET = 997_600;
    uint128 private constant TAX = 129_688;

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        deliver(orderId, 90, 86);
    }

    function _accept(address caller, uint256 deliveryId, uint128 net, uint128 tax, bytes32 ref) private {
        vm.prank(caller);
        orders.acceptDelivery(orderId, deliveryId, net, tax, ref);
    }

    function test_acceptance_pays_in_the_same_transaction() public {
        uint128 escrowed = orders.order(orderId).escrowed;
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(
            orderId, 1, REF, supplier, 989_000, NET, TAX, 0, NET + TAX, uint40(block.timestamp) + SILENCE_SECONDS
        );
        _accept(attester, 1, NET, TAX, REF);
        assertEq(token.balanceOf(supplier), FUNDS + NET + TAX);
        assertEq(orders.order(orderId).escrowed, escrowed - NET - TAX);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
        assertEq(orders.order(orderId).unsettled, 0);
        assertEq(credit.recordOf(supplier).value, 1_035_000, "the received quantity is the weight");
    }

    function test_a_delivery_is_paid_once() public {
        accept(orderId, 1, NET, TAX);
        _refusedStatus(1, IPurchaseOrders.DeliveryStatus.Settled);
        skip(SILENCE_SECONDS);
        refused(_wrongStatus(1, IPurchaseOrders.DeliveryStatus.Settled));
        orders.claim(orderId, 1);
    }

    function test_the_last_acceptance_closes_the_order_and_refunds() public {
        uint128 escrowed = orders.order(orderId).escrowed;
        accept(orderId, 1, 989_000, 128_570);
        skip(SILENCE_SECONDS);
        deliver(orderId, 14, 14);
        uint128 refund = escrowed - 989_000 - 128_570 - 161_000 - 20_930;
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.OrderClosed(orderId, buyer, QUANTITY, AMOUNT, refund);
        accept(orderId, 2, 161_000, 20_930);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
        assertEq(token.balanceOf(buyer) + token.balanceOf(supplier), 2 * uint256(FUNDS));
    }

    function test_an_order_stays_open_until_every_inspected_delivery_is_paid() public {
        deliver(orderId, 14, 14);
        accept(orderId, 2, 161_000, 20_930);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded));
        accept(orderId, 1, 989_000, 128_570);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded), "four rejected units can be disputed");
        skip(SILENCE_SECONDS);
        orders.close(orderId);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    function test_accept_refuses_an_unknown_order_and_delivery() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        vm.prank(attester);
        orders.acceptDelivery(99, 1, 1, 1, REF);
        refused(wrongStatus(orderId, 2, IPurchaseOrders.DeliveryStatus.None));
        _accept(attester, 2, 1, 1, REF);
    }

    function test_only_the_attester_in_office_accepts() public {
        refused(notTheHolder(attesterPost, supplier));
        _accept(supplier, 1, NET, TAX, REF);
        vacate(attesterPost);
        refused(notTheHolder(attesterPost, attester));
        _accept(attester, 1, NET, TAX, REF);
    }

    function test_accept_refuses_what_was_not_inspected() public {
        ship(orderId, 10);
        _refusedStatus(2, IPurchaseOrders.DeliveryStatus.Shipped);
        receiveNow(orderId, 2, 10);
        _refusedStatus(2, IPurchaseOrders.DeliveryStatus.Received);
        inspect(orderId, 2, 0);
        _refusedStatus(2, IPurchaseOrders.DeliveryStatus.Settled);
    }

    function test_accept_refuses_an_invoice_one_unit_over_or_below_the_tolerance() public {
        refused(outOfBounds(IPurchaseOrders.Value.Net, 1_008_781, 969_220, 1_008_780));
        _accept(attester, 1, 1_008_781, 0, REF);
        refused(outOfBounds(IPurchaseOrders.Value.Net, 969_219, 969_220, 1_008_780));
        _accept(attester, 1, 969_219, 0, REF);
        uint256 state = vm.snapshotState();
        _accept(attester, 1, 1_008_780, 0, REF);
        vm.revertToState(state);
        _accept(attester, 1, 969_220, 0, REF);
    }

    function test_accept_refuses_tax_one_unit_over_its_rate() public {
        refused(outOfBounds(IPurchaseOrders.Value.Tax, TAX + 1, 0, TAX));
        _accept(attester, 1, NET, TAX + 1, REF);
        _accept(attester, 1, NET, TAX, REF);
    }

    function test_the_same_match_is_refused_the_second_time() public {
        deliver(orderId, 10, 10);
        _accept(attester, 1, NET, TAX, REF);
        refused(_wrongStatus(1, IPurchaseOrders.DeliveryStatus.Settled));
        _accept(attester, 1, NET, TAX, REF);
    }

    function test_accept_refuses_an_empty_reference() public {
        refused(zeroReference());
        _accept(attester, 1, NET, TAX, bytes32(0));
    }

    function test_pause_and_suspension_never_stop_a_payment() public {
        pause();
        suspend(supplier);
        suspend(buyer);
        accept(orderId, 1, NET, TAX);
        assertEq(token.balanceOf(supplier), FUNDS + NET + TAX);
    }

    // ---- penalties ----

    function test_lateness_is_kept_from_the_payment_and_refunded_to_the_buyer() public {
        uint256 late = _lateOrder(3 days);
        uint128 escrowed = orders.order(late).escrowed;
        // 3 days x 0.5 % of 1,150,000 = 17,250
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(
            late,
            1,
            REF,
            supplier,
            AMOUNT,
            AMOUNT,
            149_500,
            17_250,
            AMOUNT + 149_500 - 17_250,
            uint40(block.timestamp) + SILENCE_SECONDS
        );
        vm.prank(attester);
        orders.acceptDelivery(late, 1, AMOUNT, 149_500, REF);
        assertEq(orders.order(late).contestableUntil, block.timestamp + SILENCE_SECONDS, "lateness can be disputed");
        skip(SILENCE_SECONDS);
        orders.close(late);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500 - 17_250);
        assertEq(token.balanceOf(buyer), FUNDS - orders.order(orderId).escrowed - AMOUNT - 149_500 + 17_250);
        assertGt(escrowed, AMOUNT + 149_500, "deposit");
    }

    function test_lateness_stops_at_the_cap() public {
        uint256 late = _lateOrder(20 days);
        accept(late, 1, AMOUNT, 0);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT - 57_500, "5 % of the amount");
    }

    function test_a_penalty_larger_than_the_invoice_leaves_nothing_owed() public {
        uint256 late = _lateOrder(20 days);
        grantDiscount(late, 1, 100);
        uint40 until = uint40(block.timestamp) + SILENCE_SECONDS;
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(late, 1, REF, supplier, AMOUNT, 100, 13, 113, 0, until);
        vm.prank(attester);
        orders.acceptDelivery(late, 1, 100, 13, REF);
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    /// A funded order whose whole quantity arrived so long after the promise and passed.
    function _lateOrder(uint256 lateness) private returns (uint256 late) {
        late = fundedOrder();
        vm.warp(orders.order(late).terms.promisedAt + lateness);
        deliver(late, QUANTITY, QUANTITY);
    }

    function _wrongStatus(uint256 deliveryId, IPurchaseOrders.DeliveryStatus found)
        private
        view
        returns (bytes memory)
    {
        return wrongStatus(orderId, deliveryId, found);
    }

    function _refusedStatus(uint256 deliveryId, IPurchaseOrders.DeliveryStatus found) private {
        refused(_wrongStatus(deliveryId, found));
        _accept(attester, deliveryId, 1, 0, REF);
    }
}
