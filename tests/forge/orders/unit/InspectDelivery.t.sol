// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract InspectDeliveryTest is House {
    bytes32 private constant REF = keccak256("inspection");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
        receiveNow(orderId, 1, 90);
        skip(1 days);
    }

    function _inspect(address caller, uint256 deliveryId, uint128 accepted, bytes32 ref) private {
        vm.prank(caller);
        orders.inspectDelivery(orderId, deliveryId, accepted, ref);
    }

    function test_an_inspection_values_only_what_passed() public {
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.DeliveryInspected(orderId, 1, REF, 86, 4, 989_000);
        _inspect(attester, 1, 86, REF);
        IPurchaseOrders.Delivery memory delivery = orders.delivery(orderId, 1);
        assertEq(delivery.accepted, 86);
        assertEq(delivery.acceptedAmount, 989_000);
        assertEq(delivery.reportedAt, block.timestamp);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Inspected));
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.accepted, 86);
        assertEq(record.acceptedAmount, 989_000);
        assertEq(record.underway, 86);
        assertEq(record.unsettled, 1);
    }

    function test_a_delivery_rejected_whole_is_settled_at_once_and_counts_against_quality() public {
        // Score: delivery (7,000 x 1,000,000 + 10,000 x 1,035,000) / 2,035,000 = 8,525; quality 3,439; mean 5,982.
        vm.expectEmit(address(credit));
        emit ICreditRegistry.CreditRecorded(supplier, address(orders), orderId, 1, 1_035_000, 10_000, 0, 5982);
        _inspect(attester, 1, 0, REF);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.unsettled, 0);
        assertEq(record.underway, 0);
        assertEq(record.acceptedAmount, 0);
        ship(orderId, 100);
    }

    function test_inspect_refuses_an_unknown_order() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        vm.prank(attester);
        orders.inspectDelivery(99, 1, 1, REF);
    }

    function test_only_the_attester_in_office_inspects() public {
        refused(notTheHolder(attesterPost, buyer));
        _inspect(buyer, 1, 86, REF);
        vacate(attesterPost);
        refused(notTheHolder(attesterPost, attester));
        _inspect(attester, 1, 86, REF);
    }

    function test_inspect_refuses_an_unknown_delivery_one_not_received_and_one_inspected_before() public {
        refused(wrongStatus(orderId, 2, IPurchaseOrders.DeliveryStatus.None));
        _inspect(attester, 2, 1, REF);
        ship(orderId, 10);
        _refusedStatus(2, IPurchaseOrders.DeliveryStatus.Shipped);
        inspect(orderId, 1, 86);
        _refusedStatus(1, IPurchaseOrders.DeliveryStatus.Inspected);
    }

    function _refusedStatus(uint256 deliveryId, IPurchaseOrders.DeliveryStatus found) private {
        refused(wrongStatus(orderId, deliveryId, found));
        _inspect(attester, deliveryId, 1, REF);
    }

    function test_inspect_refuses_more_than_was_received() public {
        refused(outOfBounds(IPurchaseOrders.Value.Accepted, 91, 0, 90));
        _inspect(attester, 1, 91, REF);
        _inspect(attester, 1, 90, REF);
    }

    function test_the_same_inspection_is_refused_the_second_time() public {
        _inspect(attester, 1, 86, REF);
        _refusedStatus(1, IPurchaseOrders.DeliveryStatus.Inspected);
    }

    function test_inspect_refuses_an_empty_reference() public {
        refused(zeroReference());
        _inspect(attester, 1, 86, bytes32(0));
    }
}
