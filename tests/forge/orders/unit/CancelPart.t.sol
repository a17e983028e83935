// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IOrderChanges } from "../../../../contracts/settlement/interfaces/IOrderChanges.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

contract CancelPartTest is OrderHouse {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
    }

    function _cancelPart(uint128 quantity) private {
        vm.prank(supplier);
        orders.cancelPart(orderId, quantity);
    }

    function test_a_part_given_up_leaves_the_order_with_its_amount_and_its_deposit() public {
        deliver(orderId, 33, 33);
        accept(orderId, 1, 379_500, 0);
        uint128 refund = required(orderId) - orders.requiredDeposit(AMOUNT - 230_000, TAX_BPS, TOLERANCE_BPS);
        uint256 held = token.balanceOf(buyer);
        vm.expectEmit(address(orders));
        emit IOrderChanges.OrderPartCancelled(orderId, buyer, supplier, 1, 20, 230_000, refund);
        _cancelPart(20);
        assertEq(token.balanceOf(buyer), held + refund);
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.quantity, 80);
        assertEq(record.amount, AMOUNT - 230_000);
        assertEq(record.defaulted, 230_000);
        assertEq(record.acceptedAmount, 379_500);
        assertEq(credit.recordOf(supplier).value, 379_500 + 230_000, "a default by value");
        deliver(orderId, 47, 47);
        accept(orderId, 2, 540_500, 0);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(supplier), FUNDS + 920_000);
    }

    function test_giving_up_all_that_is_left_closes_the_order() public {
        deliver(orderId, 33, 33);
        accept(orderId, 1, 379_500, 0);
        _cancelPart(67);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
        assertEq(credit.recordOf(supplier).outcomes, 2, "one default, not two");
    }

    function test_an_order_with_goods_unpaid_stays_open_when_the_rest_is_given_up() public {
        deliver(orderId, 33, 30);
        _cancelPart(70);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded));
        accept(orderId, 1, 345_000, 44_850);
        skip(SILENCE_SECONDS);
        orders.close(orderId);
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_a_part_worth_nothing_is_no_default() public {
        amend(orderId, QUANTITY, 0);
        _cancelPart(1);
        assertEq(credit.recordOf(supplier).outcomes, 0);
    }

    function test_only_the_supplier_gives_up_and_only_what_is_open() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.cancelPart(99, 1);
        refused(notTheParty(orderId, buyer));
        vm.prank(buyer);
        orders.cancelPart(orderId, 1);
        refused(outOfBounds(IPurchaseOrders.Value.Quantity, 0, 1, 100));
        _cancelPart(0);
        ship(orderId, 60);
        refused(outOfBounds(IPurchaseOrders.Value.Quantity, 41, 1, 40));
        _cancelPart(41);
        _cancelPart(40);
    }

    function testFuzz_parts_given_up_and_delivered_sum_to_the_whole(uint128 amount, uint8 first, uint8 given) public {
        amount = uint128(bound(amount, 1, CEILING));
        amend(orderId, QUANTITY, amount);
        first = uint8(bound(first, 1, 98));
        given = uint8(bound(given, 1, 99 - first));
        _deliverAndPay(first);
        _cancelPart(given);
        _deliverAndPay(uint128(QUANTITY - first - given));
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(uint256(record.status), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(record.acceptedAmount + record.defaulted, amount);
        assertEq(token.balanceOf(supplier), FUNDS + record.acceptedAmount);
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function _deliverAndPay(uint128 quantity) private {
        uint256 deliveryId = deliver(orderId, quantity, quantity);
        accept(orderId, deliveryId, uint128(orders.delivery(orderId, deliveryId).acceptedAmount), 0);
    }
}
