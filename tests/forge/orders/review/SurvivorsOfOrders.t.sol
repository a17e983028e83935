// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
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

    /// `takeAward`: the deposit that is named is the deposit that funds, also of an order without tax.
    function test_the_deposit_named_at_the_award_is_the_one_that_funds() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.taxBps = 0;
        uint256 tenderId = openTender(terms);
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PurchaseOrderOpened(
            FIRST_ORDER,
            buyer,
            supplier,
            address(tenders),
            tenderId,
            terms.requisitionRef,
            QUANTITY,
            AMOUNT,
            1_173_000, // and nothing for the rounding of taxes that there are none of
            terms.order
        );
        uint256 orderId = award(tenderId);
        refused(outOfBounds(IPurchaseOrders.Value.Deposit, 1_172_999, 1_173_000, 2_346_000));
        fund(orderId, 1_172_999);
        fund(orderId, 1_173_000);
    }

    /// `fund`: twice what is required, as long as the ledger can write it; then what the ledger can write.
    function test_a_huge_deposit_is_bounded_by_twice_what_is_required_or_by_the_ledger() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.ceiling, terms.order.taxBps, terms.order.toleranceBps) = (2 ** 60, 10_000, 10_000);
        uint256[2] memory amounts = [uint256(2 ** 59), 2 ** 60];
        for (uint256 i; i < 2; ++i) {
            terms.requisitionRef = newReference();
            terms.order.promisedAt = uint40(block.timestamp) + 60 days;
            uint256 orderId = openOrder(terms, uint128(amounts[i]));
            uint256 least = 4 * amounts[i] + 64;
            uint256 most = i == 0 ? 2 * least : 2 ** 63 - 1;
            refused(outOfBounds(IPurchaseOrders.Value.Deposit, most + 1, least, most));
            fund(orderId, uint128(most + 1));
        }
        terms.requisitionRef = newReference();
        terms.order.promisedAt = uint40(block.timestamp) + 60 days;
        uint256 between = openOrder(terms, 2 ** 60 - 2 ** 57); // three times its deposit is too much, twice is not
        uint256 enough = 4 * uint256(2 ** 60 - 2 ** 57) + 64;
        refused(outOfBounds(IPurchaseOrders.Value.Deposit, 2 * enough + 1, enough, 2 * enough));
        fund(between, uint128(2 * enough + 1));
    }

    /// `_report`: whom a new report answers may join again or not; the report after it waits for nobody.
    function test_a_report_answers_who_joined_and_the_next_one_waits_for_nobody() public {
        uint256 orderId = fundedOrder();
        uint256 deliveryId = ship(orderId, 90);
        receiveNow(orderId, deliveryId, 89);
        dispute(orderId, deliveryId, supplier);
        dispute(orderId, deliveryId, buyer);
        assertTrue(orders.disputeOf(orderId, deliveryId).joined, "joined");
        skip(SILENCE_SECONDS);
        inspect(orderId, deliveryId, 80);
        Hearing.Case memory expected = Hearing.Case({
            disputant: supplier,
            ruleBy: uint40(block.timestamp) + SILENCE_SECONDS + 30 days,
            stage: Hearing.Stage.Disputed,
            joined: false
        });
        assertEq(abi.encode(orders.disputeOf(orderId, deliveryId)), abi.encode(expected), "inspected");
        skip(1);
        accept(orderId, deliveryId, 920_000, 0);
        expected.ruleBy += 1;
        assertEq(abi.encode(orders.disputeOf(orderId, deliveryId)), abi.encode(expected), "paid");
        withdraw(orderId, deliveryId, supplier);
        assertEq(orders.order(orderId).disputed, 0);
    }

    /// `_accept`: nothing is left of the order, and a ruling that adds nothing still ends the dispute that holds it open.
    function test_a_dispute_about_an_order_that_was_amended_to_what_was_accepted_is_ruled() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 33, 30);
        accept(orderId, 1, 345_000, 44_850);
        dispute(orderId, 1, supplier);
        amend(orderId, 30, 345_000);
        ruleDelivery(orderId, 1, 33, 30);
        assertEq(orders.order(orderId).disputed, 0);
        skip(SILENCE_SECONDS);
        orders.close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 389_850);
        assertEq(token.balanceOf(address(orders)), 0, "the rest is the buyer's again");
    }

    /// `_fillTerms`: every term that was awarded is what a reader finds, each with a value of its own.
    function test_every_term_of_an_order_is_read_back() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.region = "region";
        terms.order.scheduleRoot = "root";
        (terms.order.graceSeconds, terms.order.silenceSeconds) = (11 days, 5 days);
        (terms.order.latenessBpsPerDay, terms.order.latenessCapBps) = (51, 502);
        (terms.order.taxBps, terms.order.toleranceBps, terms.order.paymentSeconds) = (1301, 203, 61 days);
        uint256 orderId = openOrder(terms, AMOUNT);
        terms.order.fundSeconds = 0; // it has become the time by which to fund
        assertEq(abi.encode(orders.order(orderId).terms), abi.encode(terms.order));
    }

    /// `_forget`: what was disputed about the report before is over, and a reader sees nobody heard about the next one.
    function test_the_next_report_is_not_marked_as_heard() public {
        uint256 orderId = fundedOrder();
        uint256 deliveryId = ship(orderId, 90);
        receiveNow(orderId, deliveryId, 80);
        dispute(orderId, deliveryId, supplier);
        withdraw(orderId, deliveryId, supplier);
        assertTrue(orders.delivery(orderId, deliveryId).heard, "received, disputed, withdrawn");
        inspect(orderId, deliveryId, 80);
        assertFalse(orders.delivery(orderId, deliveryId).heard, "inspected");
        Hearing.Case memory none;
        assertEq(abi.encode(orders.disputeOf(orderId, deliveryId)), abi.encode(none), "a new case");
    }

    /// `_payDelivery`: a payment tells until when something of the order can be disputed, and zero when nothing can.
    function test_a_payment_in_the_second_in_which_the_last_dispute_ends_names_no_time_to_dispute() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 50, 49);
        accept(orderId, 1, 563_500, 73_255);
        uint40 until = orders.order(orderId).contestableUntil;
        assertEq(until, block.timestamp + SILENCE_SECONDS);
        deliver(orderId, 20, 20);
        deliver(orderId, 20, 20);
        vm.warp(until - 1);
        _paid(orderId, 2, until);
        vm.warp(until);
        _paid(orderId, 3, 0);
        assertEq(orders.order(orderId).contestableUntil, until, "of the first delivery");
    }

    /// 20 units at the order's price, without tax.
    function _paid(uint256 orderId, uint256 deliveryId, uint40 contestableUntil) private {
        bytes32 ref = newReference();
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(
            orderId, deliveryId, ref, supplier, 230_000, 230_000, 0, 0, 230_000, contestableUntil
        );
        vm.prank(attester);
        orders.acceptDelivery(orderId, deliveryId, 230_000, 0, ref);
    }

    /// `_recordOutcome`: a single unit that was rejected counts for credit as any other.
    function test_credit_learns_of_a_single_unit_that_was_rejected() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 90, 89);
        vm.expectCall(
            address(credit), abi.encodeCall(credit.recordDelivery, (supplier, orderId, 1, 1_035_000, 0, 90, 89)), 1
        );
        accept(orderId, 1, 1_023_500, 133_055);
        assertEq(credit.recordOf(supplier).value, 1_035_000);
    }
}
