// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";

/// Whole orders, with every figure.
contract OrderStoriesTest is ForceMajeureHouse {
    /// 100 ordered at 115.00, 90 delivered, 4 rejected, billed at 116.00, VAT 13 %, deposit 13,500.00.
    function test_the_worked_case_to_the_last_fen() public {
        uint256 orderId = openOrder();
        fund(orderId, 1_350_000);
        assertEq(token.balanceOf(buyer), FUNDS - 1_350_000);
        uint256 deliveryId = deliver(orderId, 90, 86);
        assertEq(orders.delivery(orderId, deliveryId).acceptedAmount, 989_000, "86 x 115.00");
        accept(orderId, deliveryId, 997_600, 129_688);
        assertEq(token.balanceOf(supplier), FUNDS + 1_127_288, "9,976.00 + 1,296.88");
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.OrderClosed(orderId, buyer, 86, 989_000, 222_712);
        vm.prank(supplier);
        orders.close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS - 1_127_288, "2,227.12 came back");
        assertEq(token.balanceOf(address(orders)), 0);
    }

    /// 3 units for 100: parts are worth 33, 33 and 34, whatever was rejected and missing between them.
    function test_partial_and_reject_pays_the_exact_cumulative_amount() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.quantity = 3;
        terms.order.taxBps = 0;
        terms.order.toleranceBps = 0;
        uint256 orderId = openOrder(terms, 100);
        fund(orderId, 100);
        _deliverAndPay(orderId, 2, 1, 33, 0);
        uint256 missing = ship(orderId, 2);
        receiveNow(orderId, missing, 1);
        inspect(orderId, missing, 0);
        _deliverAndPay(orderId, 1, 1, 33, 0);
        // The last one comes three days late: 1.5 % of 34 is less than one unit, rounded down for the supplier.
        vm.warp(terms.order.promisedAt + 3 days);
        _deliverAndPay(orderId, 1, 1, 34, 0);
        skip(SILENCE_SECONDS);
        orders.close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 100);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    /// Two deliveries, part rejected, part late: penalty, refund, exact sums.
    function test_partial_late_and_reject_splits_the_deposit_exactly() public {
        uint256 orderId = fundedOrder();
        uint128 deposit = orders.order(orderId).escrowed;
        _deliverAndPay(orderId, 60, 57, 655_500, 0);
        vm.warp(orders.order(orderId).terms.promisedAt + 2 days);
        // 1 % of 494,500 for two days
        _deliverAndPay(orderId, 43, 43, 494_500, 4945);
        uint256 paid = 655_500 + 85_215 + 494_500 + 64_285 - 4945;
        assertEq(token.balanceOf(supplier), FUNDS + paid);
        vm.prank(supplier); // has nothing to dispute
        orders.close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS - paid);
        assertGt(deposit, paid, "deposit");
        assertEq(token.balanceOf(address(orders)), 0);
    }

    /// Fewer units of money than of goods: most parts are worth nothing, and the whole is still the whole.
    function test_an_order_cheaper_than_its_count_still_adds_up() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.quantity = 10;
        terms.order.taxBps = 0;
        terms.order.toleranceBps = 0;
        uint256 orderId = openOrder(terms, 3);
        fund(orderId, 3);
        for (uint256 i; i < 10; ++i) {
            uint256 deliveryId = deliver(orderId, 1, 1);
            accept(orderId, deliveryId, uint128(orders.delivery(orderId, deliveryId).acceptedAmount), 0);
        }
        assertEq(token.balanceOf(supplier), FUNDS + 3);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    /// Half comes in time; a typhoon delays the other half by five days, eight of them were late; what was rejected
    /// wrongly is ruled good; the supplier gives up what it cannot make any more.
    function test_a_typhoon_a_dispute_and_a_part_given_up_to_the_last_fen() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.region = REGION;
        uint256 orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
        uint40 promisedAt = orders.order(orderId).terms.promisedAt;
        _deliverAndPay(orderId, 50, 50, 575_000, 0);
        ship(orderId, 30);
        vm.warp(promisedAt + 8 days);
        uint256 late = 2;
        receiveNow(orderId, late, 30);
        inspect(orderId, late, 20);
        assertEq(orders.delivery(orderId, late).daysLate, 8, "pending days count for nothing");
        dispute(orderId, late, supplier);
        storm(uint32(promisedAt / 1 days) + 1, 5);
        ruleDelivery(orderId, late, 30, 30);
        // 345,000 and 44,850 tax, less 1.5 % for the three days that nothing excuses
        assertEq(token.balanceOf(supplier), FUNDS + 649_750 + 345_000 + 44_850 - 5175);
        uint256 value = credit.recordOf(supplier).value;
        vm.prank(supplier);
        orders.cancelPart(orderId, 20);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(buyer), FUNDS - 649_750 - 345_000 - 44_850 + 5175);
        assertEq(token.balanceOf(address(orders)), 0);
        assertEq(orders.order(orderId).acceptedAmount, 920_000, "delivered");
        assertEq(credit.recordOf(supplier).value, value + 230_000, "given up");
    }

    function testFuzz_64_invoices_at_the_limit_of_the_terms_are_always_covered(
        uint128 amount,
        uint16 tax,
        uint16 tolerance
    ) public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.quantity = 64;
        terms.order.taxBps = uint16(bound(tax, 0, 10_000));
        terms.order.toleranceBps = uint16(bound(tolerance, 0, 10_000));
        amount = uint128(bound(amount, 1, CEILING));
        uint256 orderId = openOrder(terms, amount);
        fund(orderId, required(orderId));
        for (uint256 i; i < 64; ++i) {
            uint256 deliveryId = deliver(orderId, 1, 1);
            uint256 worth = orders.delivery(orderId, deliveryId).acceptedAmount;
            uint256 net = worth * (10_000 + terms.order.toleranceBps) / 10_000;
            uint256 most = (net * terms.order.taxBps + 9999) / 10_000;
            accept(orderId, deliveryId, uint128(net), uint128(most));
        }
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(orders.order(orderId).acceptedAmount, amount);
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function _deliverAndPay(uint256 orderId, uint128 quantity, uint128 accepted, uint128 net, uint128 penalty) private {
        uint256 deliveryId = deliver(orderId, quantity, accepted);
        uint128 tax = net * orders.order(orderId).terms.taxBps / 10_000;
        uint256 held = token.balanceOf(supplier);
        assertEq(orders.delivery(orderId, deliveryId).acceptedAmount, net, "part");
        accept(orderId, deliveryId, net, tax);
        assertEq(token.balanceOf(supplier) - held, net + tax - penalty, "paid");
    }
}
