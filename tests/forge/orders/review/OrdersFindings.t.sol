// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CreditRegistry } from "../../../../contracts/identity/CreditRegistry.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

/// Promises about orders that a reviewer found broken, or tried to break.
contract OrdersFindingsTest is OrderHouse {
    bytes32 private constant REF = keccak256("reason");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
    }

    function _closableAt() private view returns (uint256) {
        return uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + 2 * SILENCE_SECONDS;
    }

    function _refusedDispute(address party, bytes memory reason) private {
        refused(reason);
        vm.prank(party);
        orders.disputeDelivery(orderId, 1, REF);
    }

    // ---- disputes in a chain ----

    /// Found: 64 deliveries of one unit, each disputed when the last dispute ends, held the deposit for five years.
    function test_no_chain_of_disputes_holds_an_order_open_for_longer_than_one_ruling() public {
        for (uint256 i; i < 64; ++i) {
            ship(orderId, 1);
        }
        uint256 closableAt = _closableAt();
        vm.warp(closableAt - 1);
        dispute(orderId, 1, supplier);
        vm.warp(closableAt + 30 days - 1);
        refused(abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, block.timestamp, closableAt));
        vm.prank(supplier);
        orders.disputeDelivery(orderId, 2, REF);
        skip(1);
        orders.lapseDispute(orderId, 1);
        orders.close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS, "all comes back");
    }

    function test_goods_that_nobody_reports_are_disputed_until_anybody_may_close() public {
        vm.warp(_closableAt() - GRACE_SECONDS - 2 * SILENCE_SECONDS);
        skip(GRACE_SECONDS - 1); // the last second to ship
        ship(orderId, 100);
        uint256 closableAt = _closableAt();
        vm.warp(closableAt);
        _refusedDispute(
            supplier, abi.encodeWithSelector(Hearing.Hearing_NoLongerDisputable.selector, closableAt, closableAt)
        );
        vm.warp(closableAt - 1);
        dispute(orderId, 1, supplier);
        ruleDelivery(orderId, 1, 100, 100);
        assertEq(token.balanceOf(address(orders)), 0, "paid and closed");
    }

    // ---- the word of the other ----

    /// Found: a supplier disputed the silence about goods at sea, which no arbiter could rule, and the buyer's word
    /// about what then arrived was gone.
    function test_a_supplier_that_disputed_silence_leaves_the_buyer_its_own_word() public {
        ship(orderId, 100);
        skip(SILENCE_SECONDS);
        dispute(orderId, 1, supplier);
        receiveNow(orderId, 1, 100);
        inspect(orderId, 1, 100);
        dispute(orderId, 1, buyer);
        ruleDelivery(orderId, 1, 100, 0);
        assertEq(token.balanceOf(supplier), FUNDS, "nothing for scrap");
    }

    /// Found: a buyer disputed the receipt, and the supplier's word about the rejection that followed was gone.
    function test_a_buyer_whose_dispute_lapsed_leaves_the_supplier_its_own() public {
        ship(orderId, 100);
        receiveNow(orderId, 1, 100);
        dispute(orderId, 1, buyer);
        skip(SILENCE_SECONDS);
        orders.lapseDispute(orderId, 1);
        inspect(orderId, 1, 0);
        dispute(orderId, 1, supplier);
        ruleDelivery(orderId, 1, 100, 100);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500, "paid like a claim");
    }

    /// A delivery with rejections is paid at the order's end: the supplier has a silence time to dispute it, although
    /// everybody would close at once.
    function test_a_payment_at_the_end_of_an_order_leaves_the_supplier_its_silence_time() public {
        skip(_closableAt() - block.timestamp - 2 * SILENCE_SECONDS - 1);
        ship(orderId, 100);
        receiveNow(orderId, 1, 100);
        skip(3 * SILENCE_SECONDS);
        inspect(orderId, 1, 60);
        uint256 contestableUntil = block.timestamp + SILENCE_SECONDS;
        accept(orderId, 1, 690_000, 89_700);
        vm.warp(contestableUntil - 1);
        refused(tooEarly(contestableUntil));
        orders.close(orderId);
        dispute(orderId, 1, supplier);
        ruleDelivery(orderId, 1, 100, 100);
        skip(1);
        orders.close(orderId);
        assertEq(token.balanceOf(address(orders)), 0, "paid and closed");
    }

    function test_nobody_disputes_twice_about_one_report_nor_against_a_ruling() public {
        ship(orderId, 100);
        receiveNow(orderId, 1, 100);
        inspect(orderId, 1, 50);
        dispute(orderId, 1, buyer);
        bytes memory reason = abi.encodeWithSelector(Hearing.Hearing_DisputedBefore.selector, buyer);
        _refusedDispute(supplier, reason);
        _refusedDispute(buyer, reason);
        ruleDelivery(orderId, 1, 100, 40);
        _refusedDispute(supplier, reason);
        _refusedDispute(buyer, wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Settled));
    }

    // ---- escrow ----

    /// The rest is repriced twice, one delivery is ruled down and one ruled up after it was paid, every invoice is the
    /// worst that the terms allow: the escrow pays all of it.
    function testFuzz_the_escrow_pays_the_worst_invoices_whatever_changes(uint128 first, uint128 second) public {
        _accept(deliver(orderId, 7, 7));
        deliver(orderId, 13, 11); // ruled down
        _accept(deliver(orderId, 17, 3)); // ruled up
        dispute(orderId, 2, buyer);
        dispute(orderId, 3, supplier);
        amend(orderId, 100, uint128(bound(first, orders.order(orderId).acceptedAmount, 5_000_000)));
        ruleDelivery(orderId, 2, 12, 5);
        amend(orderId, 91, uint128(bound(second, orders.order(orderId).acceptedAmount, 5_000_000)));
        ruleDelivery(orderId, 3, 17, 16);
        vm.prank(supplier);
        orders.cancelPart(orderId, 2);
        for (uint256 open = 89 - 28; open != 0; --open) {
            if (orders.order(orderId).deliveries == 63) {
                _accept(deliver(orderId, uint128(open), uint128(open)));
                break;
            }
            _accept(deliver(orderId, 1, 1));
        }
        vm.prank(supplier); // leaves what was rejected undisputed
        orders.close(orderId);
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.acceptedAmount, record.amount, "the parts are the whole");
        assertEq(token.balanceOf(address(orders)), 0);
        assertEq(token.balanceOf(buyer) + token.balanceOf(supplier), 2 * uint256(FUNDS));
    }

    function _accept(uint256 deliveryId) private {
        uint256 net = uint256(orders.delivery(orderId, deliveryId).acceptedAmount) * (10_000 + TOLERANCE_BPS) / 10_000;
        accept(orderId, deliveryId, uint128(net), uint128((net * TAX_BPS + 9999) / 10_000));
    }

    // ---- limits ----

    /// Was a limit: an attester that reported one delivery each time that the last was claimed held the rest of the
    /// deposit for a silence each. Now what nobody reports or disputes in time is lost.
    function test_an_attester_that_reports_one_delivery_after_the_other_holds_the_rest_no_longer() public {
        for (uint256 i; i < 64; ++i) {
            ship(orderId, 1);
        }
        uint256 lostAt = _closableAt();
        vm.warp(lostAt - 1);
        receiveNow(orderId, 1, 1);
        skip(1);
        refused(tooLate(lostAt));
        vm.prank(attester);
        orders.receiveDelivery(orderId, 2, 1, uint40(block.timestamp), REF);
        skip(SILENCE_SECONDS - 1);
        orders.claim(orderId, 1);
        skip(SILENCE_SECONDS); // it came late, and lateness can be disputed
        orders.close(orderId);
        assertEq(orders.order(orderId).closedAt, lostAt + 2 * SILENCE_SECONDS - 1, "once for all");
    }

    /// Both signatures are the parties' own word: no pause and no suspension takes it away, even when money is due.
    function test_limit_an_amendment_takes_a_top_up_under_pause_from_a_suspended_buyer() public {
        uint256 before = token.balanceOf(buyer);
        pause();
        suspend(buyer);
        suspend(supplier);
        amend(orderId, 200, 2 * AMOUNT);
        assertGt(before, token.balanceOf(buyer), "the buyer owes twice as much as before the pause");
        assertEq(before - token.balanceOf(buyer), 1_325_490, "the deposit for it");
    }

    /// A price that changed between two defects of one delivery, and a ruling up between them, value it twice.
    function test_limit_defects_around_a_ruling_at_another_price_cost_more_than_the_delivery() public {
        orderId = openOrder();
        pledge(orderId, 2_000_000, WARRANTY_SECONDS);
        fund(orderId, required(orderId));
        deliver(orderId, 100, 40);
        accept(orderId, 1, 460_000, 59_800);
        amend(orderId, 100, 460_060);
        reportDefect(orderId, 1, 40);
        dispute(orderId, 1, supplier);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        ruleDelivery(orderId, 1, 100, 100);
        reportDefect(orderId, 1, 60);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        assertEq(orders.delivery(orderId, 1).acceptedAmount, 460_060, "worth of the delivery");
        assertEq(2_000_000 - guarantees.guarantee(orderId).left, 736_036, "worth of its defects");
    }

    /// A part given up stays a default, also when both sign it back into the order and all is delivered.
    function test_limit_a_part_given_up_and_signed_back_keeps_its_share_of_the_guarantee() public {
        orderId = guaranteedOrder();
        vm.prank(supplier);
        orders.cancelPart(orderId, 40);
        amend(orderId, 100, AMOUNT);
        deliver(orderId, 100, 100);
        accept(orderId, 1, AMOUNT, 149_500);
        guarantees.claimUndelivered(orderId);
        assertEq(GUARANTEE - guarantees.guarantee(orderId).left, 28_571, "40 of 140");
    }

    // ---- credit at its bounds ----

    function test_credit_keeps_its_bounds_at_the_largest_values_over_a_hundred_years() public {
        appoint(Offices.SCORER, address(this));
        _keepsItsBounds(credit, NEWCOMER_BPS);
        _keepsItsBounds(
            new CreditRegistry(participants, 10_000, type(uint128).max, ICreditRegistry(address(0))), 10_000
        );
        _keepsItsBounds(new CreditRegistry(participants, 0, 1, ICreditRegistry(address(0))), 0);
    }

    function _keepsItsBounds(CreditRegistry registry, uint256 newcomerBps) private {
        for (uint256 i; i < 6; ++i) {
            uint256 outcome = i % 2 == 0 ? 10_000 : 1;
            registry.recordDelivery(supplier, 1, 1, type(uint256).max, i, type(uint64).max, type(uint64).max);
            registry.recordBet(supplier, 1, type(uint256).max, outcome);
            registry.recordPeerRating(supplier, 1, type(uint256).max, outcome);
            registry.recordFeedback(supplier, 1, type(uint256).max, outcome);
            registry.recordDefault(supplier, 1, type(uint56).max / 3);
            uint256 value = registry.recordOf(supplier).value;
            assertLe(registry.scoreOf(supplier), 10_000, "score");
            assertLe(value, type(uint56).max, "value");
            assertLe(registry.recordOf(supplier).deliveryWeighted, value * 10_000, "share");
            skip(i == 3 ? 36_500 days : 17 days);
        }
        skip(36_500 days);
        assertEq(registry.recordOf(supplier).value, 0, "forgotten");
        assertEq(registry.scoreOf(supplier), newcomerBps, "a newcomer again");
    }
}
