// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract ShipDeliveryTest is House {
    bytes32 private constant REF = keccak256("despatch advice");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
    }

    function _ship(address caller, uint128 quantity, bytes32 ref) private {
        _ship(caller, orders.order(orderId).deliveries + 1, quantity, ref);
    }

    function _ship(address caller, uint256 deliveryId, uint128 quantity, bytes32 ref) private {
        vm.prank(caller);
        orders.ship(orderId, deliveryId, quantity, ref);
    }

    function test_a_despatch_is_numbered_and_dated() public {
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.DeliveryShipped(orderId, 1, REF, supplier, 90, orders.order(orderId).terms.promisedAt);
        _ship(supplier, 90, REF);
        IPurchaseOrders.Delivery memory delivery = orders.delivery(orderId, 1);
        assertEq(delivery.shipped, 90);
        assertEq(delivery.reportedAt, block.timestamp);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Shipped));
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.underway, 90);
        assertEq(record.inTransit, 1);
        assertEq(record.deliveries, 1);
    }

    function test_ship_refuses_an_unknown_order_and_one_without_money() public {
        uint256 unfunded = openOrder();
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        vm.prank(supplier);
        orders.ship(99, 1, 1, REF);
        refused(wrongStatus(unfunded, IPurchaseOrders.OrderStatus.Opened));
        vm.prank(supplier);
        orders.ship(unfunded, 1, 1, REF);
    }

    function test_only_the_supplier_ships() public {
        refused(notTheParty(orderId, rival));
        _ship(rival, 1, 1, REF);
    }

    function test_an_order_takes_64_deliveries() public {
        for (uint256 i; i < 64; ++i) {
            ship(orderId, 1);
        }
        refused(outOfBounds(IPurchaseOrders.Value.DeliveryId, 65, 65, 64));
        _ship(supplier, 65, 1, REF);
    }

    function test_ship_refuses_nothing_and_more_than_is_open() public {
        refused(outOfBounds(IPurchaseOrders.Value.Quantity, 0, 1, 100));
        _ship(supplier, 1, 0, REF);
        ship(orderId, 60);
        refused(outOfBounds(IPurchaseOrders.Value.Quantity, 41, 1, 40));
        _ship(supplier, 2, 41, REF);
        _ship(supplier, 40, REF);
    }

    function test_what_was_missing_or_rejected_may_be_shipped_again_and_no_more() public {
        uint256 deliveryId = ship(orderId, 90);
        receiveNow(orderId, deliveryId, 80);
        inspect(orderId, deliveryId, 75);
        refused(outOfBounds(IPurchaseOrders.Value.Quantity, 26, 1, 25));
        _ship(supplier, 2, 26, REF);
        _ship(supplier, 25, REF);
    }

    function test_shipping_closes_after_promise_and_grace() public {
        uint256 shipBy = uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(shipBy + late);
            refused(tooLate(shipBy));
            _ship(supplier, 1, 1, REF);
        }
        vm.warp(shipBy - 1);
        _ship(supplier, 1, REF);
    }

    function test_a_despatch_reference_is_never_empty() public {
        refused(zeroReference());
        _ship(supplier, 1, 1, bytes32(0));
    }

    function test_the_same_despatch_is_refused_the_second_time() public {
        vm.startPrank(supplier);
        orders.ship(orderId, 1, 1, REF);
        refused(outOfBounds(IPurchaseOrders.Value.DeliveryId, 1, 2, 2));
        orders.ship(orderId, 1, 1, REF);
        vm.stopPrank();
    }

    function test_deliveries_are_numbered_without_gaps() public {
        for (uint256 wrong; wrong < 3; wrong += 2) {
            refused(outOfBounds(IPurchaseOrders.Value.DeliveryId, wrong, 1, 1));
            vm.prank(supplier);
            orders.ship(orderId, wrong, 1, REF);
        }
    }

    function test_nobody_uses_up_the_reference_of_another() public {
        ship(orderId, 1);
        vm.prank(attester);
        orders.receiveDelivery(orderId, 1, 1, uint40(block.timestamp), REF);
        _ship(supplier, 1, REF);
    }
}
