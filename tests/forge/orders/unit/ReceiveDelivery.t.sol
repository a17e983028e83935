// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract ReceiveDeliveryTest is House {
    bytes32 private constant REF = keccak256("goods receipt");

    uint256 private orderId;
    uint40 private shippedAt;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
        shippedAt = uint40(block.timestamp);
        skip(10 days);
    }

    function _receive(address caller, uint256 deliveryId, uint128 quantity, uint40 when, bytes32 ref) private {
        vm.prank(caller);
        orders.receiveDelivery(orderId, deliveryId, quantity, when, ref);
    }

    function test_a_receipt_records_quantity_and_time() public {
        uint40 when = uint40(block.timestamp) - 1 days;
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.DeliveryReceived(orderId, 1, REF, 80, when, 0);
        _receive(attester, 1, 80, when, REF);
        IPurchaseOrders.Delivery memory delivery = orders.delivery(orderId, 1);
        assertEq(delivery.received, 80);
        assertEq(delivery.daysLate, 0);
        assertEq(delivery.reportedAt, block.timestamp);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Received));
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.underway, 80, "what is missing is open again");
        assertEq(record.inTransit, 0);
        assertEq(record.unsettled, 1);
    }

    function test_days_late_count_from_the_promise() public {
        uint40 promisedAt = orders.order(orderId).terms.promisedAt;
        vm.warp(promisedAt + 3 days);
        uint256 state = vm.snapshotState();
        uint40[5] memory when =
            [promisedAt - 1, promisedAt, promisedAt + 1, promisedAt + 1 days, promisedAt + 1 days + 1];
        uint8[5] memory late = [0, 0, 1, 1, 2];
        for (uint256 i; i < when.length; ++i) {
            _receive(attester, 1, 90, when[i], REF);
            assertEq(orders.delivery(orderId, 1).daysLate, late[i]);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
    }

    function test_receive_refuses_an_unknown_order_and_one_that_has_ended() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        vm.prank(attester);
        orders.receiveDelivery(99, 1, 1, uint40(block.timestamp), REF);
        vm.warp(block.timestamp + 365 days);
        orders.close(orderId);
        refused(wrongStatus(orderId, IPurchaseOrders.OrderStatus.Closed));
        _receive(attester, 1, 90, uint40(block.timestamp), REF);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Lost));
    }

    function test_only_the_holder_of_the_orders_post_receives() public {
        address other = actor("other attester");
        createPost(Offices.ATTESTER, other);
        address[3] memory callers = [buyer, supplier, other];
        for (uint256 i; i < callers.length; ++i) {
            refused(notTheHolder(attesterPost, callers[i]));
            _receive(callers[i], 1, 90, uint40(block.timestamp), REF);
        }
    }

    /// Anchored: a stolen attester key went on reporting in running orders, whatever the admin took from it.
    function test_a_stolen_attester_key_is_stopped_by_vacating_its_post() public {
        vacate(attesterPost);
        refused(notTheHolder(attesterPost, attester));
        _receive(attester, 1, 90, uint40(block.timestamp), REF);
    }

    function test_receive_refuses_an_unknown_delivery_and_one_received_before() public {
        refused(wrongStatus(orderId, 2, IPurchaseOrders.DeliveryStatus.None));
        _receive(attester, 2, 1, uint40(block.timestamp), REF);
        receiveNow(orderId, 1, 90);
        refused(wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Received));
        _receive(attester, 1, 90, uint40(block.timestamp), REF);
    }

    function test_receive_refuses_nothing_and_more_than_was_shipped() public {
        refused(outOfBounds(IPurchaseOrders.Value.Received, 0, 1, 90));
        _receive(attester, 1, 0, uint40(block.timestamp), REF);
        refused(outOfBounds(IPurchaseOrders.Value.Received, 91, 1, 90));
        _receive(attester, 1, 91, uint40(block.timestamp), REF);
    }

    function test_receipt_time_lies_between_despatch_and_now() public {
        uint40[2] memory wrong = [shippedAt - 1, uint40(block.timestamp) + 1];
        for (uint256 i; i < wrong.length; ++i) {
            refused(outOfBounds(IPurchaseOrders.Value.ReceivedAt, wrong[i], shippedAt, block.timestamp));
            _receive(attester, 1, 90, wrong[i], REF);
        }
        uint256 state = vm.snapshotState();
        _receive(attester, 1, 90, shippedAt, REF);
        vm.revertToState(state);
        _receive(attester, 1, 90, uint40(block.timestamp), REF);
    }

    function test_the_same_receipt_is_refused_the_second_time() public {
        _receive(attester, 1, 90, uint40(block.timestamp), REF);
        refused(wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Received));
        _receive(attester, 1, 90, uint40(block.timestamp), REF);
    }

    function test_receive_refuses_an_empty_reference() public {
        refused(zeroReference());
        _receive(attester, 1, 90, uint40(block.timestamp), bytes32(0));
    }
}
