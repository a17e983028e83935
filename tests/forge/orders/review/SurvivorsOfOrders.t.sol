// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// Faults that `make mutants` planted and that no test saw.
contract SurvivorsOfOrdersTest is OrderHouse {
    /// `receiveDelivery`: the promise a late delivery was late against is its own; one in time needs none.
    function test_a_late_delivery_keeps_its_promise_when_the_orders_moves() public {
        uint256 orderId = fundedOrder();
        uint256 inTime = ship(orderId, 10);
        receiveNow(orderId, inTime, 10);
        uint256 late = ship(orderId, 10);
        uint40 promisedAt = orders.order(orderId).terms.promisedAt;
        vm.warp(uint256(promisedAt) + 3 days);
        receiveNow(orderId, late, 10);
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        what.promisedAt = uint40(block.timestamp) + 30 days;
        amend(what);
        assertEq(orders.delivery(orderId, late).promisedAt, promisedAt, "its own");
        assertEq(orders.delivery(orderId, late).daysLate, 3);
        assertEq(orders.delivery(orderId, inTime).promisedAt, 0, "the order's");
    }

    /// `_setDates`: an order that was awarded without a schedule gets its first one.
    function test_both_sign_the_first_schedule_of_an_order() public {
        uint256 orderId = fundedOrder();
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        what.scheduleRoot = keccak256(bytes.concat(keccak256(abi.encode(uint256(1), QUANTITY, what.promisedAt))));
        amend(what);
        assertEq(orders.order(orderId).terms.scheduleRoot, what.scheduleRoot);
        vm.prank(supplier);
        orders.shipScheduled(orderId, 1, QUANTITY, what.promisedAt, new bytes32[](0), newReference());
    }

    /// `_deposit`: one unit more is drawn as well.
    function test_an_amendment_by_one_unit_tops_up_one_unit() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.order.taxBps, terms.order.toleranceBps) = (0, 0);
        uint256 orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
        uint256 held = token.balanceOf(address(orders));
        amend(orderId, QUANTITY, AMOUNT + 1);
        assertEq(token.balanceOf(address(orders)), held + 1);
        assertEq(orders.order(orderId).escrowed, AMOUNT + 1);
    }

    /// `_store`: nobody disputed anything, and that is what a reader sees.
    function test_what_nobody_disputed_is_not_marked_as_heard() public {
        uint256 orderId = fundedOrder();
        uint256 deliveryId = ship(orderId, QUANTITY);
        assertFalse(orders.delivery(orderId, deliveryId).heard, "shipped");
        receiveNow(orderId, deliveryId, QUANTITY);
        assertFalse(orders.delivery(orderId, deliveryId).heard, "received");
        inspect(orderId, deliveryId, QUANTITY - 1);
        assertFalse(orders.delivery(orderId, deliveryId).heard, "inspected");
    }
}
