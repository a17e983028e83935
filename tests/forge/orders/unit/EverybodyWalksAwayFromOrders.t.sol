// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// From every state, with every person gone, a stranger and the clock return all money.
contract EverybodyWalksAwayFromOrdersTest is OrderHouse {
    address private stranger;

    function setUp() public override {
        super.setUp();
        stranger = actor("stranger");
    }

    /// Every person leaves, is suspended, loses its office; the house is paused.
    function _everybodyWalksAway() private {
        pause();
        suspend(buyer);
        suspend(supplier);
        suspend(rival);
        vacate(attesterPost);
        vacate(arbiterPost);
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.TREASURER, treasurer);
        revoke(Offices.REGISTRAR, registrar);
    }

    function _noMoneyIsLeftBehind() private view {
        assertEq(token.balanceOf(address(orders)), 0, "orders");
        assertEq(token.balanceOf(address(tenders)), 0, "tenders");
        assertEq(token.balanceOf(address(guarantees)), 0, "guarantees");
        assertEq(token.balanceOf(stranger), 0, "stranger");
        assertEq(
            token.balanceOf(buyer) + token.balanceOf(supplier) + token.balanceOf(rival), 3 * uint256(FUNDS), "parties"
        );
    }

    function _warpToClose(uint256 orderId) private {
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + SILENCE_SECONDS);
    }

    /// With goods on their way the supplier has a silence more to dispute.
    function _close(uint256 orderId) private {
        if (orders.order(orderId).inTransit != 0) skip(SILENCE_SECONDS);
        uint256 contestableUntil = orders.order(orderId).contestableUntil;
        if (block.timestamp < contestableUntil) vm.warp(contestableUntil);
        vm.prank(stranger);
        orders.close(orderId);
        _noMoneyIsLeftBehind();
    }

    function _claim(uint256 orderId, uint256 deliveryId) private {
        vm.prank(stranger);
        orders.claim(orderId, deliveryId);
    }

    function test_from_a_tender_with_sealed_bids() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        _everybodyWalksAway();
        warpToAward(tenderId);
        vm.startPrank(stranger);
        assertEq(award(tenderId), 0, "void");
        forfeit(tenderId, supplier);
        forfeit(tenderId, rival);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
    }

    function test_from_a_tender_with_a_leader() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        _everybodyWalksAway();
        warpToAward(tenderId);
        vm.startPrank(stranger);
        uint256 orderId = award(tenderId);
        forfeit(tenderId, rival);
        vm.warp(block.timestamp + FUND_SECONDS);
        orders.cancel(orderId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
    }

    function test_from_an_order_without_money() public {
        uint256 orderId = openOrder();
        _everybodyWalksAway();
        skip(FUND_SECONDS);
        vm.prank(stranger);
        orders.cancel(orderId);
        _noMoneyIsLeftBehind();
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS, "nobody broke a promise to anybody");
    }

    function test_from_a_funded_order() public {
        uint256 orderId = fundedOrder();
        _everybodyWalksAway();
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    function test_from_goods_on_their_way() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    function test_from_goods_received() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        receiveNow(orderId, 1, 90);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _claim(orderId, 1);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
    }

    function test_from_goods_inspected() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 90, 86);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _claim(orderId, 1);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 989_000 + 128_570);
    }

    function test_from_goods_rejected_whole() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 90, 0);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    function test_from_a_part_paid_a_part_received_and_a_part_on_its_way() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 30, 30);
        accept(orderId, 1, 345_000, 44_850);
        ship(orderId, 30);
        receiveNow(orderId, 2, 30);
        ship(orderId, 30);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _claim(orderId, 2);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 2 * 345_000 + 2 * 44_850);
    }

    /// The last report can come on the last day; even then one silence is all that anybody waits.
    function test_from_a_receipt_reported_at_the_last_moment() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        _warpToClose(orderId);
        receiveNow(orderId, 1, 90);
        _everybodyWalksAway();
        skip(SILENCE_SECONDS);
        _claim(orderId, 1);
        _close(orderId);
    }

    // ---- disputes, changes, guarantees ----

    function _lapse(uint256 orderId, uint256 deliveryId) private {
        vm.warp(orders.disputeOf(orderId, deliveryId).ruleBy);
        vm.prank(stranger);
        orders.lapseDispute(orderId, deliveryId);
    }

    function test_from_a_dispute_over_goods_on_their_way() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        skip(SILENCE_SECONDS);
        dispute(orderId, 1, supplier);
        _everybodyWalksAway();
        _lapse(orderId, 1);
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    function test_from_a_dispute_over_goods_received() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        receiveNow(orderId, 1, 90);
        dispute(orderId, 1, buyer);
        _everybodyWalksAway();
        _lapse(orderId, 1);
        skip(SILENCE_SECONDS);
        _claim(orderId, 1);
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
    }

    function test_from_a_dispute_over_an_inspection() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 90, 86);
        dispute(orderId, 1, supplier);
        _everybodyWalksAway();
        _lapse(orderId, 1);
        skip(SILENCE_SECONDS);
        _claim(orderId, 1);
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 989_000 + 128_570);
    }

    function test_from_a_dispute_over_goods_rejected_whole() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 90, 0);
        dispute(orderId, 1, supplier);
        _everybodyWalksAway();
        _lapse(orderId, 1);
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    /// The latest a dispute can begin: at the last second of an order with goods on their way.
    function test_from_a_dispute_at_the_last_moment() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        _warpToClose(orderId);
        skip(SILENCE_SECONDS - 1);
        dispute(orderId, 1, supplier);
        _everybodyWalksAway();
        _lapse(orderId, 1);
        _close(orderId);
    }

    function test_from_an_order_that_was_amended_and_cut() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 33, 33);
        accept(orderId, 1, 379_500, 0);
        amend(orderId, 120, 1_500_000);
        vm.prank(supplier);
        orders.cancelPart(orderId, 11);
        ship(orderId, 5);
        receiveNow(orderId, 2, 5);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _claim(orderId, 2);
        _close(orderId);
    }

    function test_from_a_payment_that_is_not_yet_due() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.paymentSeconds = 60 days;
        uint256 orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
        deliver(orderId, 100, 100);
        _everybodyWalksAway();
        skip(SILENCE_SECONDS);
        _claim(orderId, 1);
        assertEq(token.balanceOf(address(orders)), 0, "orders");
        assertEq(token.balanceOf(address(receivables)), AMOUNT + 149_500, "with the receivables, due in time");
    }

    function test_from_a_guarantee_for_an_order_without_money() public {
        uint256 orderId = openOrder();
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        _everybodyWalksAway();
        skip(FUND_SECONDS);
        vm.startPrank(stranger);
        orders.cancel(orderId);
        guarantees.release(orderId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    function test_from_a_guarantee_for_an_order_that_is_never_delivered() public {
        uint256 orderId = guaranteedOrder();
        _everybodyWalksAway();
        _warpToClose(orderId);
        vm.startPrank(stranger);
        orders.close(orderId);
        skip(WARRANTY_SECONDS);
        guarantees.release(orderId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
        assertEq(token.balanceOf(buyer), FUNDS + GUARANTEE);
    }

    function test_from_defects_reported_and_disputed() public {
        uint256 orderId = guaranteedOrder();
        deliver(orderId, 50, 50);
        deliver(orderId, 50, 50);
        accept(orderId, 1, 575_000, 0);
        accept(orderId, 2, 575_000, 0);
        reportDefect(orderId, 1, 1);
        reportDefect(orderId, 2, 1);
        bytes32 ref = newReference();
        vm.prank(supplier);
        guarantees.disputeDefect(orderId, 2, ref);
        _everybodyWalksAway();
        skip(WARRANTY_SECONDS);
        vm.startPrank(stranger);
        guarantees.settleDefect(orderId, 1);
        guarantees.settleDefect(orderId, 2);
        guarantees.release(orderId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT - 23_000);
    }
}
