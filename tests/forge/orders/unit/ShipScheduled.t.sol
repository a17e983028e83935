// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { OrderLens } from "../../../../contracts/settlement/OrderLens.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// Call-offs: an order of 100 in two deliveries, each with a promise of its own.
contract ShipScheduledTest is OrderHouse {
    bytes32 private constant REF = keccak256("despatch advice");

    uint256 private orderId;
    uint40 private first;
    uint40 private last;

    function setUp() public override {
        super.setUp();
        ITenders.TenderTerms memory terms = tenderTerms();
        last = terms.order.promisedAt;
        first = last - 30 days;
        terms.order.scheduleRoot = _root();
        orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
    }

    /// As OpenZeppelin's standard tree makes them, computed away from the contract.
    function _leaf(uint256 deliveryId, uint128 quantity, uint40 promisedAt) private pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(deliveryId, quantity, promisedAt))));
    }

    function _root() private view returns (bytes32) {
        (bytes32 a, bytes32 b) = (_leaf(1, 60, first), _leaf(2, 40, last));
        return a < b ? keccak256(bytes.concat(a, b)) : keccak256(bytes.concat(b, a));
    }

    function _proof(bytes32 sibling) private pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = sibling;
    }

    function _shipFirst() private {
        vm.prank(supplier);
        orders.shipScheduled(orderId, 1, 60, first, _proof(_leaf(2, 40, last)), REF);
    }

    function _refusedShipment(bytes memory reason, uint256 deliveryId, uint128 quantity, uint40 promisedAt) private {
        bytes32[] memory proof = _proof(_leaf(2, 40, last));
        refused(reason);
        vm.prank(supplier);
        orders.shipScheduled(orderId, deliveryId, quantity, promisedAt, proof, REF);
    }

    function test_a_call_off_is_late_against_its_own_promise() public {
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.DeliveryShipped(orderId, 1, REF, supplier, 60, first);
        _shipFirst();
        vm.warp(uint256(first) + 2 days);
        receiveNow(orderId, 1, 60);
        assertEq(orders.delivery(orderId, 1).daysLate, 2);
        assertEq(orders.delivery(orderId, 1).promisedAt, first);
        vm.prank(supplier);
        orders.shipScheduled(orderId, 2, 40, last, _proof(_leaf(1, 60, first)), REF);
        receiveNow(orderId, 2, 40);
        assertEq(orders.delivery(orderId, 2).daysLate, 0);
        inspect(orderId, 2, 40);
        accept(orderId, 2, 460_000, 0);
        assertEq(orders.order(orderId).contestableUntil, 0, "in time, whole, at its price: nothing to dispute");
    }

    function test_nothing_ships_that_is_not_in_the_schedule() public {
        bytes memory reason = abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotInSchedule.selector, orderId, 1);
        _refusedShipment(reason, 1, 61, first);
        _refusedShipment(reason, 1, 60, first + 1);
        _refusedShipment(
            abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotInSchedule.selector, orderId, 2), 2, 60, first
        );
        refused(reason);
        vm.prank(supplier);
        orders.ship(orderId, 1, 60, REF);
        _shipFirst();
        _refusedShipment(outOfBounds(IPurchaseOrders.Value.DeliveryId, 1, 2, 2), 1, 60, first);
    }

    function test_an_order_without_a_schedule_ships_nothing_by_one() public {
        orderId = fundedOrder();
        _refusedShipment(
            abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotInSchedule.selector, orderId, 1), 1, 60, first
        );
    }

    /// A promise after the order's would count days that the order does not have.
    function test_a_promise_after_the_orders_is_refused() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        what.promisedAt = first - 1;
        amend(what);
        _refusedShipment(outOfBounds(IPurchaseOrders.Value.PromisedAt, first, 1, first - 1), 1, 60, first);
    }

    /// What was rejected ships again by the next schedule that both sign; what is under way keeps its promise.
    function test_both_sign_another_schedule_or_none() public {
        _shipFirst();
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        what.scheduleRoot = _leaf(2, 40, first + 5 days);
        amend(what);
        assertEq(orders.order(orderId).terms.scheduleRoot, what.scheduleRoot);
        vm.prank(supplier);
        orders.shipScheduled(orderId, 2, 40, first + 5 days, new bytes32[](0), REF);
        what = amendment(orderId);
        what.scheduleRoot = bytes32(0);
        amend(what);
        assertEq(orders.order(orderId).terms.scheduleRoot, bytes32(0));
        vm.warp(uint256(first) + 6 days);
        receiveNow(orderId, 1, 59);
        receiveNow(orderId, 2, 40);
        assertEq(orders.delivery(orderId, 1).daysLate, 6);
        assertEq(orders.delivery(orderId, 2).daysLate, 1);
        vm.prank(supplier);
        orders.ship(orderId, 3, 1, REF);
        assertEq(orders.delivery(orderId, 3).promisedAt, 0, "the order's");
    }

    // ---- what readers compute ----

    function test_the_lens_says_when_and_at_which_price() public {
        OrderLens lens = new OrderLens(orders);
        assertEq(lens.scheduleLeaf(1, 60, first), _leaf(1, 60, first));
        uint256 shipBy = uint256(last) + GRACE_SECONDS;
        assertEq(lens.closableAt(orderId), shipBy + SILENCE_SECONDS);
        assertEq(lens.lostAt(orderId), shipBy + 2 * SILENCE_SECONDS);
        assertEq(lens.latestCloseOf(orderId), shipBy + 5 * SILENCE_SECONDS + 60 days);
        _shipFirst();
        (uint256 from, uint256 until) = lens.disputableWithin(orderId, 1);
        assertEq(from, block.timestamp + SILENCE_SECONDS);
        assertEq(until, shipBy + 2 * SILENCE_SECONDS);
        assertEq(lens.closableAt(orderId), shipBy + 2 * SILENCE_SECONDS);
        assertEq(lens.claimableAt(orderId, 1), 0);
        receiveNow(orderId, 1, 60);
        (from, until) = lens.disputableWithin(orderId, 1);
        assertEq(from, block.timestamp);
        assertEq(until, block.timestamp + SILENCE_SECONDS);
        assertEq(lens.claimableAt(orderId, 1), until);
        inspect(orderId, 1, 60);
        (uint256 least, uint256 most) = lens.netBounds(orderId, 1);
        assertEq(least, 676_200, "690,000 less 2 %");
        assertEq(most, 703_800);
        grantDiscount(orderId, 1, 5);
        (least,) = lens.netBounds(orderId, 1);
        assertEq(least, 5);
    }
}
