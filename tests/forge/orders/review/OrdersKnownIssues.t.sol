// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

/// What stays, shown in its true size: see "Known issues" in contracts/README.md. A test that fails here
/// means that an issue grew or went, and that the README must say so.
contract OrdersKnownIssuesTest is House {
    /// Shrunk: the supplier may dispute for a silence after the first; without an arbiter nothing has changed.
    function test_issue_1_shipped_goods_that_are_never_reported_need_an_arbiter() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 100);
        skip(SILENCE_SECONDS);
        uint256 state = vm.snapshotState();
        dispute(orderId, 1, supplier);
        ruleDelivery(orderId, 1, 100, 100);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500, "paid like a claim");
        vm.revertToState(state);
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + 2 * SILENCE_SECONDS);
        orders.close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS, "not paid");
        assertEq(credit.recordOf(supplier).value, AMOUNT, "and in default");
    }

    /// Shrunk: an arbiter writes the delivery off, and its quantity may be shipped again.
    function test_issue_2_a_whole_delivery_lost_on_the_way_needs_an_arbiter_to_be_replaced() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 100);
        bytes32 ref = newReference();
        vm.expectPartialRevert(IPurchaseOrders.PurchaseOrders_OutOfBounds.selector);
        vm.prank(supplier);
        orders.ship(orderId, 2, 1, ref);
        vm.expectPartialRevert(IPurchaseOrders.PurchaseOrders_OutOfBounds.selector);
        vm.prank(attester);
        orders.receiveDelivery(orderId, 1, 0, uint40(block.timestamp), ref);
        skip(SILENCE_SECONDS);
        dispute(orderId, 1, supplier);
        ruleDelivery(orderId, 1, 0, 0);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS, "no outcome: nothing arrived, and it can still come");
        ship(orderId, 100);
    }

    function test_issue_3_a_winner_at_one_unit_walks_away_at_the_cost_of_one_unit_of_credit() public {
        uint256 tenderId = openTender();
        commit(tenderId, rival, 1);
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, rival, 1);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        uint256 orderId = award(tenderId);
        vm.prank(rival);
        orders.cancel(orderId);
        assertEq(token.balanceOf(rival), FUNDS, "the bond came back with the reveal");
        assertGe(credit.scoreOf(rival), NEWCOMER_BPS - 1, "a default counts by its value, and the value was 1");
    }

    function test_issue_4_a_buyer_that_never_funds_loses_nothing() public {
        uint256 orderId = openOrder();
        vm.prank(buyer);
        orders.cancel(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
        assertEq(credit.scoreOf(buyer), NEWCOMER_BPS);
    }

    function test_issue_6_a_claim_carries_tax_without_an_invoice() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 100, 100);
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 1);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500);
    }

    function test_issue_7_without_its_scorer_office_the_contract_cannot_end_an_order_until_it_is_given_back() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 100, 100);
        revoke(Offices.SCORER, address(orders));
        bytes32 ref = newReference();
        refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotAScorer.selector, address(orders)));
        vm.prank(attester);
        orders.acceptDelivery(orderId, 1, AMOUNT, 0, ref);
        appoint(Offices.SCORER, address(orders));
        accept(orderId, 1, AMOUNT, 0);
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_issue_8_money_in_a_circle_buys_credit() public {
        // Buyer and supplier in one hand: the deposit goes round, the score goes up.
        uint256 orderId = fundedOrder();
        deliver(orderId, 100, 100);
        accept(orderId, 1, AMOUNT, 0);
        assertEq(token.balanceOf(buyer) + token.balanceOf(supplier), 2 * uint256(FUNDS));
        assertGt(credit.scoreOf(supplier), NEWCOMER_BPS, "score");
    }

    function test_issue_9_a_supplier_suspended_after_its_commitment_can_still_win() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        suspend(supplier);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        warpToAward(tenderId);
        assertEq(orders.order(award(tenderId)).supplier, supplier);
    }

    function test_issue_10_a_deposit_in_the_last_second_before_the_promise_leaves_only_the_grace_to_ship() public {
        uint256 promisedAt = block.timestamp + 60 days;
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        vm.warp(promisedAt - 1);
        uint256 orderId = award(tenderId);
        fund(orderId, required(orderId));
        skip(2);
        deliver(orderId, 100, 100);
        assertEq(orders.delivery(orderId, 1).daysLate, 1);
    }
}
