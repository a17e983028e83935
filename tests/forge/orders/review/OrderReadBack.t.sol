// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IOrderChanges } from "../../../../contracts/settlement/interfaces/IOrderChanges.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// What a reader sees of an order and of a delivery, every field, after every step of its life.
contract OrderReadBackTest is OrderHouse {
    bytes32 private constant REGION = "typhoon coast";

    uint256 private orderId;
    IPurchaseOrders.Order private _order;
    IPurchaseOrders.Delivery private _delivery;

    function setUp() public override {
        super.setUp();
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.region = REGION;
        orderId = openOrder(terms, AMOUNT);
        _order.buyer = buyer;
        _order.supplier = supplier;
        _order.status = IPurchaseOrders.OrderStatus.Opened;
        _order.fundBy = uint40(block.timestamp) + FUND_SECONDS;
        _order.quantity = QUANTITY;
        _order.amount = AMOUNT;
        _order.terms = terms.order;
        _order.terms.fundSeconds = 0;
    }

    function _checkOrder(string memory step) private view {
        assertEq(abi.encode(orders.order(orderId)), abi.encode(_order), step);
    }

    function _checkDelivery(string memory step) private view {
        assertEq(abi.encode(orders.delivery(orderId, 1)), abi.encode(_delivery), step);
    }

    function _check(string memory step) private view {
        _checkOrder(step);
        _checkDelivery(step);
    }

    function _fund() private {
        uint128 deposit = required(orderId);
        fund(orderId, deposit);
        (_order.status, _order.fundBy, _order.escrowed) = (IPurchaseOrders.OrderStatus.Funded, 0, deposit);
    }

    function _ship(uint128 quantity) private {
        ship(orderId, quantity);
        (_order.deliveries, _order.inTransit, _order.underway) = (1, 1, quantity);
        _delivery.status = IPurchaseOrders.DeliveryStatus.Shipped;
        _delivery.shipped = quantity;
        _delivery.shippedAt = _delivery.reportedAt = block.timestamp;
    }

    function _receive(uint128 quantity) private {
        receiveNow(orderId, 1, quantity);
        (_order.inTransit, _order.unsettled, _order.underway) = (0, 1, quantity);
        _delivery.status = IPurchaseOrders.DeliveryStatus.Received;
        _delivery.received = quantity;
        _delivery.receivedAt = _delivery.reportedAt = block.timestamp;
    }

    function _inspect(uint128 accepted, uint128 amount) private {
        inspect(orderId, 1, accepted);
        (_order.underway, _order.accepted, _order.acceptedAmount) = (accepted, accepted, amount);
        _delivery.status = IPurchaseOrders.DeliveryStatus.Inspected;
        (_delivery.accepted, _delivery.acceptedAmount, _delivery.reportedAt) = (accepted, amount, block.timestamp);
    }

    /// Everything as ordered: what was paid is in the events, the record keeps what could be disputed.
    function test_an_order_that_goes_as_ordered_reads_the_same_after_every_step() public {
        _checkOrder("opened");
        _check("nothing shipped yet");
        _fund();
        _checkOrder("funded");
        skip(1 days);
        _ship(QUANTITY);
        _check("shipped");
        skip(1 days);
        _receive(QUANTITY);
        _check("received");
        skip(1 days);
        _inspect(QUANTITY, AMOUNT);
        _check("inspected");
        skip(1 days);
        accept(orderId, 1, AMOUNT, 149_500);
        _order.status = IPurchaseOrders.OrderStatus.Closed;
        (_order.escrowed, _order.unsettled, _order.closedAt) = (0, 0, uint40(block.timestamp));
        _delivery.status = IPurchaseOrders.DeliveryStatus.Settled;
        _delivery.reportedAt = block.timestamp;
        _check("closed");
    }

    /// Short, partly rejected, disputed, a part given up, ruled, and ended by hand.
    function test_an_order_that_goes_wrong_reads_the_same_after_every_step() public {
        _fund();
        skip(1 days);
        _ship(90);
        _check("shipped");
        skip(1 days);
        _receive(80);
        _check("received");
        skip(1 days);
        _inspect(70, 805_000);
        _check("inspected");
        skip(1 hours);
        dispute(orderId, 1, supplier);
        (_order.disputed, _delivery.heard) = (1, true);
        _check("disputed");
        accept(orderId, 1, 805_000, 104_650);
        (_order.unsettled, _order.escrowed) = (0, _order.escrowed - 909_650);
        _order.contestableUntil = uint40(block.timestamp) + SILENCE_SECONDS;
        _delivery.status = IPurchaseOrders.DeliveryStatus.Settled;
        (_delivery.net, _delivery.tax, _delivery.reportedAt) = (805_000, 104_650, block.timestamp);
        _check("paid");
        _cancelPart();
        _check("a part given up");
        skip(1 days);
        ruleDelivery(orderId, 1, 85, 80);
        (_order.disputed, _order.escrowed) = (0, _order.escrowed - 115_000 - 14_950);
        (_order.underway, _order.accepted, _order.acceptedAmount) = (80, 80, 920_000);
        (_delivery.received, _delivery.accepted, _delivery.acceptedAmount) = (85, 80, 920_000);
        _delivery.reportedAt = block.timestamp;
        _check("ruled");
        vm.warp(uint256(_order.terms.promisedAt) + GRACE_SECONDS + SILENCE_SECONDS);
        orders.close(orderId);
        _order.status = IPurchaseOrders.OrderStatus.Closed;
        (_order.escrowed, _order.closedAt) = (0, uint40(block.timestamp));
        _check("closed");
    }

    function _cancelPart() private {
        uint128 refunded = required(orderId) - orders.requiredDeposit(AMOUNT - 57_500, TAX_BPS, TOLERANCE_BPS);
        vm.expectEmit(address(orders));
        emit IOrderChanges.OrderPartCancelled(orderId, buyer, supplier, 1, 5, 57_500, refunded);
        vm.prank(supplier);
        orders.cancelPart(orderId, 5);
        (_order.quantity, _order.amount, _order.defaulted) = (95, AMOUNT - 57_500, 57_500);
        (_order.revision, _order.escrowed) = (1, _order.escrowed - refunded);
    }

    /// Late, discounted and paid below the price: the promise that it was late against is the delivery's own.
    function test_a_late_delivery_at_a_discount_is_read_back_whole() public {
        _fund();
        _ship(50);
        uint256 promisedAt = _order.terms.promisedAt;
        vm.warp(promisedAt + 2 days);
        _receive(50);
        (_delivery.promisedAt, _delivery.daysLate) = (promisedAt, 2);
        _check("received");
        grantDiscount(orderId, 1, 500_000);
        (_delivery.discounted, _delivery.net) = (true, 500_000);
        _check("discounted");
        skip(1 days);
        _inspect(50, 575_000);
        _check("inspected");
        skip(1 days);
        accept(orderId, 1, 500_000, 65_000);
        (_order.unsettled, _order.escrowed) = (0, _order.escrowed - 565_000 + 5750);
        _order.contestableUntil = uint40(block.timestamp) + SILENCE_SECONDS;
        _delivery.status = IPurchaseOrders.DeliveryStatus.Settled;
        (_delivery.tax, _delivery.reportedAt) = (65_000, block.timestamp);
        _check("paid");
    }

    function test_a_delivery_paid_below_its_price_without_a_discount_is_marked_so() public {
        _fund();
        _ship(50);
        _receive(50);
        _inspect(50, 575_000);
        accept(orderId, 1, 570_000, 74_100);
        (_order.unsettled, _order.escrowed) = (0, _order.escrowed - 644_100);
        _order.contestableUntil = uint40(block.timestamp) + SILENCE_SECONDS;
        _delivery.status = IPurchaseOrders.DeliveryStatus.Settled;
        (_delivery.underpaid, _delivery.net, _delivery.tax) = (true, 570_000, 74_100);
        _check("paid");
    }

    /// Nobody reported: the ruling is its receipt, and the order is late no more than the ruling says.
    function test_a_delivery_that_nobody_reported_is_read_back_whole_after_its_ruling() public {
        _fund();
        _ship(60);
        skip(SILENCE_SECONDS);
        dispute(orderId, 1, supplier);
        (_order.disputed, _delivery.heard) = (1, true);
        _check("disputed");
        vm.warp(uint256(_order.terms.promisedAt) + 3 days);
        uint256 receivedAt = uint256(_order.terms.promisedAt) + 1;
        ruleDelivery(orderId, 1, 55, 50, receivedAt);
        (_order.inTransit, _order.disputed, _order.underway) = (0, 0, 50);
        (_order.accepted, _order.acceptedAmount) = (50, 575_000);
        _order.escrowed -= 575_000 + 74_750 - 2875;
        _delivery.status = IPurchaseOrders.DeliveryStatus.Settled;
        (_delivery.received, _delivery.accepted, _delivery.acceptedAmount) = (55, 50, 575_000);
        (_delivery.receivedAt, _delivery.reportedAt) = (receivedAt, block.timestamp);
        (_delivery.promisedAt, _delivery.daysLate) = (_order.terms.promisedAt, 1);
        (_delivery.net, _delivery.tax) = (0, 0);
        _check("ruled");
    }
}
