// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// What the second audit found in orders (F2, F4, F6, F7, O4, Info), each turned round: every one of these fails on the
/// contracts of the first edition.
contract SecondAuditOfOrdersTest is OrderHouse {
    /// 20 % a day, no cap: all of it is lost in five days.
    function _harshOrder() private returns (uint256 id) {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.latenessBpsPerDay = 2000;
        terms.order.latenessCapBps = 10_000;
        id = openOrder(terms, AMOUNT);
        fund(id, required(id));
        vm.warp(uint256(orders.order(id).terms.promisedAt) - 2 days);
        ship(id, QUANTITY); // arrives tomorrow, one day before the promise
        skip(SILENCE_SECONDS - 1);
        receiveNow(id, 1, QUANTITY); // "arrived just now": five days late, the whole net as penalty
    }

    function _inTime(uint256 id) private view returns (uint40) {
        return orders.order(id).terms.promisedAt - 1 days;
    }

    // ---- F2 ----

    /// A yearly change of the daemon's key with goods under way: the new holder goes on where the old one stopped.
    function test_a_routine_key_change_does_not_pay_for_bad_goods() public {
        uint256 id = fundedOrder();
        ship(id, QUANTITY);
        receiveNow(id, 1, QUANTITY);
        address next = actor("next attester");
        handOver(attesterPost, next);
        bytes32 ref = newReference();
        refused(notTheHolder(attesterPost, attester));
        vm.prank(attester);
        orders.inspectDelivery(id, 1, 0, ref);
        vm.prank(next);
        orders.inspectDelivery(id, 1, 0, ref);
        skip(SILENCE_SECONDS);
        refused(wrongStatus(id, 1, IPurchaseOrders.DeliveryStatus.Settled));
        orders.claim(id, 1);
        assertEq(token.balanceOf(supplier), FUNDS, "nothing for a wrong shipment");
    }

    /// A stolen key is stopped at once, and its successor comes within the silence time.
    function test_a_stolen_attester_key_is_replaced_before_the_silence_decides() public {
        uint256 id = fundedOrder();
        ship(id, QUANTITY);
        receiveNow(id, 1, QUANTITY);
        address next = actor("next attester");
        vacate(attesterPost);
        vm.prank(admin);
        participants.announceReplacement(attesterPost, next);
        skip(2 days);
        vm.prank(next);
        participants.takePost(attesterPost);
        inspect(id, 1, 0);
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    /// Nor does the arbiter's: a hearing goes on before the next holder of the post.
    function test_a_hearing_goes_on_before_the_next_arbiter() public {
        uint256 id = fundedOrder();
        deliver(id, QUANTITY, 0);
        dispute(id, 1, supplier);
        handOver(arbiterPost, actor("next arbiter"));
        ruleDelivery(id, 1, QUANTITY, QUANTITY);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500);
    }

    // ---- F4: lateness ----

    function test_a_false_lateness_is_disputed_before_the_inspection_and_ruled() public {
        uint256 id = _harshOrder();
        assertEq(orders.delivery(id, 1).daysLate, 5);
        dispute(id, 1, supplier);
        ruleDelivery(id, 1, QUANTITY, QUANTITY, _inTime(id));
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500, "paid whole");
    }

    /// Paid meanwhile and all of net gone: the order stays open for it, and the ruling pays what is missing.
    function test_a_false_lateness_is_disputed_after_the_payment_and_ruled() public {
        uint256 id = _harshOrder();
        inspect(id, 1, QUANTITY);
        accept(id, 1, AMOUNT, 149_500);
        assertEq(token.balanceOf(supplier), FUNDS + 149_500, "what is undisputed, at once");
        assertEq(status(id), uint256(IPurchaseOrders.OrderStatus.Funded), "not closed over it");
        dispute(id, 1, supplier);
        ruleDelivery(id, 1, QUANTITY, QUANTITY, _inTime(id));
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500);
        assertEq(orders.delivery(id, 1).daysLate, 0);
    }

    function test_a_claim_carries_no_false_lateness() public {
        uint256 id = _harshOrder();
        skip(SILENCE_SECONDS);
        orders.claim(id, 1);
        assertEq(token.balanceOf(supplier), FUNDS + 149_500);
        dispute(id, 1, supplier);
        ruleDelivery(id, 1, QUANTITY, QUANTITY, _inTime(id));
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500);
    }

    /// Credit takes nothing back; the whole delivery in time outweighs what was said.
    function test_credit_hears_of_the_day_that_was_ruled() public {
        uint256 id = _harshOrder();
        inspect(id, 1, QUANTITY);
        accept(id, 1, AMOUNT, 149_500);
        uint256 before = credit.recordOf(supplier).deliveryWeighted;
        dispute(id, 1, supplier);
        ruleDelivery(id, 1, QUANTITY, QUANTITY, _inTime(id));
        assertGe(credit.recordOf(supplier).deliveryWeighted - before, uint256(AMOUNT) * 9990, "once more, in time");
    }

    // ---- F4: short receipt ----

    function test_a_short_receipt_is_disputed_and_ruled() public {
        uint256 id = fundedOrder();
        ship(id, QUANTITY);
        receiveNow(id, 1, 60);
        inspect(id, 1, 60);
        accept(id, 1, 690_000, 89_700);
        dispute(id, 1, supplier);
        ruleDelivery(id, 1, QUANTITY, QUANTITY);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500);
        assertEq(orders.order(id).accepted, QUANTITY);
    }

    // ---- F4: price (known issue 5) ----

    function test_goods_for_nothing_are_refused() public {
        uint256 id = fundedOrder();
        deliver(id, QUANTITY, QUANTITY);
        bytes32 ref = newReference();
        uint256[2] memory wrong = [uint256(0), 1_126_999];
        for (uint256 i; i < 2; ++i) {
            refused(outOfBounds(IPurchaseOrders.Value.Net, wrong[i], 1_127_000, 1_173_000));
            vm.prank(attester);
            orders.acceptDelivery(id, 1, uint128(wrong[i]), 0, ref);
        }
    }

    function test_a_price_within_the_tolerance_below_the_orders_is_disputed_and_ruled() public {
        uint256 id = fundedOrder();
        deliver(id, QUANTITY, QUANTITY);
        accept(id, 1, 1_127_000, 146_510);
        dispute(id, 1, supplier);
        ruleDelivery(id, 1, QUANTITY, QUANTITY);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500);
    }

    function test_only_the_supplier_grants_a_discount_and_the_match_stays_at_or_above_it() public {
        uint256 id = fundedOrder();
        deliver(id, QUANTITY, QUANTITY);
        bytes32 ref = newReference();
        refused(notTheParty(id, buyer));
        vm.prank(buyer);
        orders.grantDiscount(id, 1, 0, ref);
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.DiscountGranted(id, 1, ref, supplier, 500_000);
        vm.prank(supplier);
        orders.grantDiscount(id, 1, 500_000, ref);
        refused(outOfBounds(IPurchaseOrders.Value.Net, 499_999, 500_000, 1_173_000));
        vm.prank(attester);
        orders.acceptDelivery(id, 1, 499_999, 0, ref);
        accept(id, 1, 500_000, 0);
        assertEq(status(id), uint256(IPurchaseOrders.OrderStatus.Closed), "nothing is left to dispute");
    }

    /// The floor is rounded up: a single unit cannot be had for nothing by rounding.
    function test_the_floor_is_rounded_up() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.order.taxBps, terms.order.toleranceBps) = (0, 9999);
        uint256 id = openOrder(terms, 3);
        fund(id, required(id));
        deliver(id, QUANTITY, QUANTITY);
        bytes32 ref = newReference();
        refused(outOfBounds(IPurchaseOrders.Value.Net, 0, 1, 5));
        vm.prank(attester);
        orders.acceptDelivery(id, 1, 0, 0, ref);
        accept(id, 1, 1, 0);
    }

    // ---- F6 ----

    /// No office reaches an order's amount: only both signatures do.
    function test_the_admin_and_a_supplier_cannot_raise_what_a_buyer_pays() public {
        uint256 id = fundedOrder();
        IOrderRules.OrderAmendment memory what = amendment(id);
        what.amount = 800_000_000;
        bytes memory ofSupplier = sign("supplier", what);
        bytes memory ofAdmin = sign("admin", what);
        refused(abi.encodeWithSelector(IOrderRules.OrderRules_NotSigned.selector, id, buyer));
        vm.prank(admin);
        orders.amend(what, ofAdmin, ofSupplier);
    }

    /// The terms name the arbiter's post: one arbiter more in the house rules nothing here.
    function test_another_arbiter_of_the_house_rules_nothing() public {
        uint256 id = fundedOrder();
        deliver(id, QUANTITY, 0);
        dispute(id, 1, supplier);
        address friend = actor("friend of the supplier");
        createPost(Offices.ARBITER, friend);
        appoint(Offices.ARBITER, friend);
        bytes32 ref = newReference();
        refused(notTheHolder(arbiterPost, friend));
        vm.prank(friend);
        orders.ruleDelivery(id, 1, QUANTITY, QUANTITY, uint40(block.timestamp), ref);
    }

    // ---- F7 ----

    function test_a_buyers_dispute_gains_no_time_and_can_be_withdrawn() public {
        uint256 id = fundedOrder();
        deliver(id, QUANTITY, QUANTITY);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        skip(1 days);
        dispute(id, 1, buyer);
        uint256 state = vm.snapshotState();
        vm.warp(silenceEnd); // not thirty days and a silence later
        orders.claim(id, 1);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500);
        vm.revertToState(state);
        withdraw(id, 1, buyer);
        accept(id, 1, AMOUNT, 149_500);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500, "settled in an hour");
    }

    // ---- O4 ----

    /// Kills the mutant that re-prices the rest alone: with many part cancels its roundings add up.
    function test_many_part_cancels_leave_exactly_the_deposit_of_the_rest() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.quantity = 3001;
        terms.order.toleranceBps = 133;
        uint256 id = openOrder(terms, 1_000_003);
        fund(id, required(id));
        deliver(id, 1000, 1000);
        grantDiscount(id, 1, 0);
        accept(id, 1, 0, 0);
        uint256 held = orders.order(id).escrowed;
        uint256 before = required(id);
        for (uint256 i; i < 200; ++i) {
            vm.prank(supplier);
            orders.cancelPart(id, uint128(1 + i % 7));
        }
        assertEq(held - orders.order(id).escrowed, before - required(id), "the change of the required deposit");
    }

    // ---- Info ----

    function test_a_deposit_is_at_most_twice_what_is_required_and_fits_the_ledger() public {
        uint256 id = openOrder();
        uint128 least = required(id);
        refused(outOfBounds(IPurchaseOrders.Value.Deposit, 2 * least + 1, least, 2 * least));
        vm.prank(buyer);
        orders.fund(id, 2 * least + 1);
        ITenders.TenderTerms memory terms = tenderTerms();
        (terms.ceiling, terms.order.taxBps, terms.order.toleranceBps) = (2 ** 60, 10_000, 10_000);
        id = openOrder(terms, 2 ** 60);
        refused(outOfBounds(IPurchaseOrders.Value.Deposit, 2 ** 63, 2 ** 62 + 64, 2 ** 63 - 1));
        vm.prank(buyer);
        orders.fund(id, 2 ** 63);
    }

    /// An award of a tender that was open when the room was retired still becomes an order.
    function test_a_tender_open_when_the_orders_were_retired_still_becomes_an_order() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        retire(address(orders));
        retire(address(tenders));
        pause();
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        uint256 id = award(tenderId);
        fund(id, required(id));
        deliver(id, QUANTITY, QUANTITY);
        accept(id, 1, AMOUNT, 149_500);
        assertEq(status(id), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    // ---- O8 ----

    /// The slowest way that anybody but a stranger can go: last second of shipping, silence disputed at its last second,
    /// answered at its last second, inspected, claimed and disputed at the last second each, and never ruled.
    function test_an_order_is_over_at_the_latest_at_its_bound() public {
        uint256 id = fundedOrder();
        uint256 shipBy = uint256(orders.order(id).terms.promisedAt) + GRACE_SECONDS;
        vm.warp(shipBy - 1);
        ship(id, QUANTITY);
        vm.warp(shipBy + 2 * SILENCE_SECONDS - 1);
        dispute(id, 1, supplier);
        uint256 ruleBy = orders.disputeOf(id, 1).ruleBy;
        vm.warp(ruleBy - 1);
        receiveNow(id, 1, QUANTITY - 1);
        skip(SILENCE_SECONDS - 1);
        inspect(id, 1, QUANTITY - 2);
        skip(SILENCE_SECONDS);
        orders.claim(id, 1);
        skip(SILENCE_SECONDS - 1);
        dispute(id, 1, supplier);
        vm.warp(orders.disputeOf(id, 1).ruleBy);
        orders.lapseDispute(id, 1);
        orders.close(id);
        uint256 bound = shipBy + 5 * SILENCE_SECONDS + 2 * 30 days;
        assertLe(block.timestamp, bound, "the bound");
        assertGe(block.timestamp + 10, bound, "and no slacker than it is");
    }
}
