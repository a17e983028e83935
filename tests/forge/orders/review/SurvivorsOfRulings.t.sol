// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { ForceMajeureHouse } from "../../support/ForceMajeureHouse.sol";
import { Vm } from "../../support/Vm.sol";

/// Faults that `make mutants` planted in rulings and that no test saw: what a ruling pays, what it tells the credit
/// registry, what it says about the day, and that it says nothing of a payment that was none.
contract SurvivorsOfRulingsTest is ForceMajeureHouse {
    bytes32 private constant REF = keccak256("ruling");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
    }

    function _promisedAt() private view returns (uint256) {
        return orders.order(orderId).terms.promisedAt;
    }

    /// Shipped and received late by some time, inspected, and paid at the order's price with its tax.
    function _paidLate(uint128 received, uint128 accepted, uint256 late) private {
        ship(orderId, received);
        vm.warp(_promisedAt() + late);
        receiveNow(orderId, 1, received);
        inspect(orderId, 1, accepted);
        uint128 net = accepted * 11_500;
        accept(orderId, 1, net, net * 13 / 100);
    }

    function _rule(uint128 received, uint128 accepted, uint256 receivedAt) private {
        vm.prank(arbiter);
        orders.ruleDelivery(orderId, 1, received, accepted, uint40(receivedAt), REF);
    }

    function _creditLearns(uint256 value, uint256 daysLate, uint256 received, uint256 accepted) private {
        vm.expectCall(
            address(credit),
            abi.encodeCall(credit.recordDelivery, (supplier, orderId, 1, value, daysLate, received, accepted)),
            1
        );
    }

    function _supplement(uint128 amount, uint128 tax, uint128 returned, uint128 penalty, uint128 paid) private {
        vm.expectEmit(address(orders));
        emit IOrderDisputes.SupplementPaid(orderId, 1, REF, supplier, amount, amount, tax, returned, penalty, paid);
    }

    function _count(bytes32 topic, Vm.Log[] memory logs) private pure returns (uint256 found) {
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == topic) ++found;
        }
    }

    // ---- a delivery that was not yet paid ----

    function test_a_delivery_ruled_to_be_all_bad_is_no_payment_and_counts_as_all_bad() public {
        deliver(orderId, 90, 90);
        dispute(orderId, 1, buyer);
        _creditLearns(1_035_000, 0, 90, 0);
        vm.recordLogs();
        _rule(90, 0, block.timestamp);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(_count(IPurchaseOrders.PaymentReleased.selector, logs), 0, "no payment is told of");
        assertEq(_count(IOrderDisputes.DeliveryRuled.selector, logs), 1, "a ruling is");
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    function test_a_single_good_unit_is_paid() public {
        deliver(orderId, 90, 90);
        dispute(orderId, 1, buyer);
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(orderId, 1, bytes32(0), supplier, 11_500, 11_500, 1495, 0, 12_995, 0);
        _rule(90, 1, block.timestamp);
        assertEq(token.balanceOf(supplier), FUNDS + 12_995);
    }

    // ---- a delivery that was paid ----

    function test_credit_learns_of_a_supplement_what_it_adds_and_no_more() public {
        deliver(orderId, 90, 86);
        accept(orderId, 1, 989_000, 128_570);
        dispute(orderId, 1, supplier);
        _creditLearns(34_500, 0, 3, 3);
        _rule(90, 89, block.timestamp);
        assertEq(orders.delivery(orderId, 1).acceptedAmount, 1_023_500);
    }

    function test_a_ruling_that_adds_nothing_tells_of_no_supplement() public {
        deliver(orderId, 90, 86);
        accept(orderId, 1, 989_000, 128_570);
        dispute(orderId, 1, supplier);
        vm.recordLogs();
        _rule(90, 86, block.timestamp);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(_count(IOrderDisputes.SupplementPaid.selector, logs), 0, "no supplement is told of");
        assertEq(_count(IOrderDisputes.DeliveryRuled.selector, logs), 1, "a ruling is");
    }

    /// What is accepted on top was late, too: its penalty is kept.
    function test_the_penalty_on_what_a_ruling_adds_is_kept() public {
        _paidLate(90, 80, 2 days);
        uint256 held = token.balanceOf(supplier);
        dispute(orderId, 1, supplier);
        _supplement(115_000, 14_950, 0, 1150, 128_800);
        _creditLearns(115_000, 2, 10, 10);
        _rule(90, 90, block.timestamp);
        assertEq(token.balanceOf(supplier), held + 128_800);
    }

    /// The price that was granted was just above the penalty: no ruling on the day it was reported makes it larger.
    function test_a_penalty_that_took_nearly_the_whole_price_stays_what_it_was() public {
        ship(orderId, 50);
        vm.warp(_promisedAt() + 10 days);
        receiveNow(orderId, 1, 50);
        inspect(orderId, 1, 50);
        grantDiscount(orderId, 1, 26_000);
        accept(orderId, 1, 26_000, 3380);
        assertEq(token.balanceOf(supplier), FUNDS + 630, "5 % of 575,000 is 28,750");
        dispute(orderId, 1, supplier);
        _rule(50, 50, block.timestamp);
        assertEq(token.balanceOf(supplier), FUNDS + 630);
    }

    // ---- the day ----

    function test_a_delivery_reported_one_day_late_and_ruled_in_time_gets_its_penalty_back() public {
        _paidLate(50, 50, 1);
        uint256 promisedAt = _promisedAt();
        assertEq(orders.delivery(orderId, 1).daysLate, 1);
        dispute(orderId, 1, supplier);
        _supplement(0, 0, 2875, 0, 2875);
        _creditLearns(575_000, 0, 50, 50);
        _rule(50, 50, promisedAt);
        assertEq(orders.delivery(orderId, 1).daysLate, 0);
        assertEq(orders.delivery(orderId, 1).promisedAt, promisedAt);
        assertEq(token.balanceOf(supplier), FUNDS + 575_000 + 74_750);
    }

    /// Reported half an hour into a day of storm, which excuses one of its two days; ruled to have come an hour before,
    /// when no storm excused anything: two days by the calendar, and still no more than was reported.
    function test_no_ruling_makes_a_delivery_later_than_it_was_reported() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        uint32 day = today() + 60;
        terms.order.region = REGION;
        terms.order.promisedAt = uint40(atHour(day, 12));
        orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
        ship(orderId, 90);
        uint256 reported = atHour(day + 2, 0) + 30 minutes;
        vm.warp(reported);
        storm(day + 2, 1);
        receiveAt(orderId, 1, 80, uint40(reported));
        assertEq(orders.delivery(orderId, 1).daysLate, 1);
        dispute(orderId, 1, supplier);
        vm.expectEmit(address(orders));
        emit IOrderDisputes.DeliveryRuled(orderId, 1, REF, arbiter, 80, 80, 920_000, uint40(reported - 1 hours), 1);
        _rule(80, 80, reported - 1 hours);
        assertEq(orders.delivery(orderId, 1).daysLate, 1);
    }
}
