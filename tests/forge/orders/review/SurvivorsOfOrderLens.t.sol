// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { OrderLens } from "../../../../contracts/settlement/OrderLens.sol";
import { House } from "../../support/House.sol";

/// Faults that `make mutants` planted in what readers compute, and that no test saw.
contract SurvivorsOfOrderLensTest is House {
    OrderLens private lens;
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        lens = new OrderLens(orders);
        orderId = fundedOrder();
    }

    /// `closableAt`: of an order that is complete only what can still be disputed is awaited, and the order says the same.
    function test_an_order_that_is_complete_waits_for_disputes_only() public {
        deliver(orderId, QUANTITY, QUANTITY);
        assertEq(lens.closableAt(orderId), 0, "nothing to dispute");
        accept(orderId, 1, AMOUNT - 1, 0);
        uint256 until = block.timestamp + SILENCE_SECONDS;
        assertEq(lens.closableAt(orderId), until, "paid one unit below its price");
        vm.warp(until - 1);
        refused(tooEarly(until));
        orders.close(orderId);
        vm.warp(until);
        orders.close(orderId);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    /// `claimableAt`: what was inspected is claimed as what was received, and from the second that the lens names.
    function test_an_inspected_delivery_is_claimable_when_the_lens_says_so() public {
        deliver(orderId, 90, 80);
        uint256 from = block.timestamp + SILENCE_SECONDS;
        assertEq(lens.claimableAt(orderId, 1), from);
        vm.warp(from - 1);
        refused(tooEarly(from));
        orders.claim(orderId, 1);
        vm.warp(from);
        orders.claim(orderId, 1);
        assertEq(lens.claimableAt(orderId, 1), 0, "settled");
    }

    /// `MAX_DELIVERIES`: the bound that readers are told is the one that the order has.
    function test_the_lens_names_as_many_deliveries_as_an_order_takes() public {
        uint256 most = lens.MAX_DELIVERIES();
        for (uint256 i; i < most; ++i) {
            ship(orderId, 1);
        }
        bytes32 ref = newReference();
        refused(outOfBounds(IPurchaseOrders.Value.DeliveryId, most + 1, most + 1, most));
        vm.prank(supplier);
        orders.ship(orderId, most + 1, 1, ref);
    }
}
