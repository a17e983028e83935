// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IOrderChanges } from "../../../../contracts/settlement/interfaces/IOrderChanges.sol";
import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract ForceMajeureTest is House {
    bytes32 private constant REF = keccak256("typhoon");

    uint256 private orderId;
    uint40 private promisedAt;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        promisedAt = orders.order(orderId).terms.promisedAt;
    }

    function _report(uint16 delayDays) private {
        vm.prank(attester);
        orders.reportForceMajeure(orderId, delayDays, REF);
    }

    function _dispute(address party) private {
        vm.prank(party);
        orders.disputeForceMajeure(orderId, REF);
    }

    function _rule(uint16 grantedDays) private {
        vm.prank(arbiter);
        orders.ruleForceMajeure(orderId, grantedDays, REF);
    }

    /// All of it arrived and passed, so many days after the promise.
    function _late(uint256 daysLate) private {
        vm.warp(promisedAt + daysLate * 1 days);
        deliver(orderId, 100, 100);
    }

    // ---- what it does ----

    function test_an_undisputed_event_moves_the_promise_after_the_silence() public {
        vm.expectEmit(address(orders));
        emit IOrderChanges.ForceMajeureReported(orderId, REF, attester, 10, uint40(block.timestamp) + SILENCE_SECONDS);
        _report(10);
        uint256 disputeBy = block.timestamp + SILENCE_SECONDS;
        vm.warp(disputeBy - 1);
        refused(
            abi.encodeWithSelector(
                IOrderChanges.PurchaseOrders_ForceMajeureDisputable.selector, orderId, disputeBy - 1, disputeBy
            )
        );
        orders.applyForceMajeure(orderId);
        vm.warp(disputeBy);
        vm.expectEmit(address(orders));
        emit IOrderChanges.ForceMajeureApplied(orderId, 10, promisedAt + 10 days, 1);
        vm.prank(outsider);
        orders.applyForceMajeure(orderId);
        assertEq(orders.order(orderId).terms.promisedAt, promisedAt + 10 days);
        IPurchaseOrders.ForceMajeure memory found = orders.forceMajeureOf(orderId);
        assertEq(found.grantedDays, 10);
        assertEq(found.pendingDays, 0);
        assertEq(found.reports, 1);
        _late(10);
        accept(orderId, 1, AMOUNT, 0);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT, "no penalty");
        assertEq(credit.recordOf(supplier).deliveryWeighted, uint256(AMOUNT) * 10_000, "in time");
    }

    function test_shipping_and_closing_move_with_the_promise() public {
        _report(10);
        skip(SILENCE_SECONDS);
        orders.applyForceMajeure(orderId);
        vm.warp(promisedAt + GRACE_SECONDS + 10 days - 1);
        ship(orderId, 1);
        receiveNow(orderId, 1, 1);
        inspect(orderId, 1, 1);
        accept(orderId, 1, 1, 0);
        vm.warp(promisedAt + GRACE_SECONDS + SILENCE_SECONDS + 10 days - 1);
        vm.expectPartialRevert(IPurchaseOrders.PurchaseOrders_NotYetClosable.selector);
        orders.close(orderId);
        skip(1);
        orders.close(orderId);
    }

    function test_a_delivery_received_before_the_event_was_known_is_excused_too() public {
        _late(3);
        assertEq(orders.delivery(orderId, 1).daysLate, 3);
        _report(2);
        bytes32 ref = newReference();
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ForceMajeurePending.selector, orderId));
        vm.prank(attester);
        orders.acceptDelivery(orderId, 1, AMOUNT, 0, ref);
        skip(SILENCE_SECONDS);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ForceMajeurePending.selector, orderId));
        orders.claim(orderId, 1);
        orders.applyForceMajeure(orderId);
        assertEq(orders.delivery(orderId, 1).daysLate, 1);
        accept(orderId, 1, AMOUNT, 0);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT - 5750, "one day of three");
    }

    function test_lateness_beyond_the_moved_promise_is_late() public {
        _report(10);
        skip(SILENCE_SECONDS);
        orders.applyForceMajeure(orderId);
        _late(12);
        assertEq(orders.delivery(orderId, 1).daysLate, 2);
        accept(orderId, 1, AMOUNT, 0);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT - 11_500);
    }

    function test_a_delivery_in_time_does_not_wait() public {
        deliver(orderId, 90, 90);
        _report(10);
        accept(orderId, 1, 1_035_000, 0);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000);
    }

    function test_a_delivery_rejected_whole_does_not_wait_either() public {
        vm.warp(promisedAt + 3 days);
        ship(orderId, 100);
        receiveNow(orderId, 1, 100);
        _report(2);
        inspect(orderId, 1, 0);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
        assertEq(credit.recordOf(supplier).deliveryWeighted, uint256(AMOUNT) * 9800, "as if it were granted");
    }

    /// Or an attester could stop every ruling by a report.
    function test_a_ruling_does_not_wait_and_counts_what_is_pending_as_granted() public {
        vm.warp(promisedAt + 3 days);
        ship(orderId, 100);
        receiveNow(orderId, 1, 100);
        dispute(orderId, 1, buyer);
        _report(2);
        ruleDelivery(orderId, 1, 100, 100);
        assertEq(token.balanceOf(supplier), FUNDS + AMOUNT + 149_500 - 5750);
    }

    function test_an_order_stays_open_for_the_days_that_are_pending() public {
        vm.warp(promisedAt);
        uint256 closableAt = uint256(promisedAt) + GRACE_SECONDS + SILENCE_SECONDS;
        vm.warp(closableAt - 1);
        _report(1);
        vm.warp(closableAt + 1 days - 1);
        refused(
            abi.encodeWithSelector(
                IPurchaseOrders.PurchaseOrders_NotYetClosable.selector,
                orderId,
                closableAt + 1 days - 1,
                closableAt + 1 days
            )
        );
        orders.close(orderId);
        skip(1);
        orders.close(orderId);
    }

    // ---- dispute and ruling ----

    function test_a_disputed_event_is_ruled_and_only_what_is_granted_moves() public {
        _report(10);
        vm.expectEmit(address(orders));
        emit IOrderChanges.ForceMajeureDisputed(orderId, buyer, REF, uint40(block.timestamp) + 30 days);
        _dispute(buyer);
        vm.expectEmit(address(orders));
        emit IOrderChanges.ForceMajeureRuled(orderId, arbiter, REF, 4, promisedAt + 4 days, 1);
        _rule(4);
        assertEq(orders.order(orderId).terms.promisedAt, promisedAt + 4 days);
        _report(1);
    }

    function test_a_silent_arbiter_lets_the_report_stand() public {
        _report(10);
        _dispute(supplier);
        uint256 ruleBy = block.timestamp + 30 days;
        vm.warp(ruleBy - 1);
        refused(abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_RulingOpen.selector, orderId, ruleBy - 1, ruleBy));
        orders.applyForceMajeure(orderId);
        vm.warp(ruleBy);
        refused(abi.encodeWithSelector(IOrderDisputes.PurchaseOrders_RulingClosed.selector, orderId, ruleBy, ruleBy));
        _rule(0);
        orders.applyForceMajeure(orderId);
        assertEq(orders.order(orderId).terms.promisedAt, promisedAt + 10 days);
    }

    function test_dispute_refuses_strangers_a_second_time_and_too_late() public {
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotAParty.selector, orderId, attester));
        _dispute(attester);
        refused(abi.encodeWithSelector(IOrderChanges.PurchaseOrders_NoForceMajeure.selector, orderId));
        _dispute(buyer);
        _report(10);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ZeroReference.selector));
        vm.prank(buyer);
        orders.disputeForceMajeure(orderId, bytes32(0));
        uint256 disputeBy = block.timestamp + SILENCE_SECONDS;
        vm.warp(disputeBy);
        refused(
            abi.encodeWithSelector(
                IOrderChanges.PurchaseOrders_ForceMajeureStands.selector, orderId, disputeBy, disputeBy
            )
        );
        _dispute(buyer);
        vm.warp(disputeBy - 1);
        _dispute(buyer);
        refused(abi.encodeWithSelector(IOrderChanges.PurchaseOrders_ForceMajeureDisputedBefore.selector, orderId));
        _dispute(supplier);
    }

    function test_rule_refuses_others_what_is_undisputed_and_more_than_was_reported() public {
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotAnArbiter.selector, attester));
        vm.prank(attester);
        orders.ruleForceMajeure(orderId, 1, REF);
        refused(abi.encodeWithSelector(IOrderChanges.PurchaseOrders_NoForceMajeure.selector, orderId));
        _rule(1);
        _report(10);
        refused(abi.encodeWithSelector(IOrderChanges.PurchaseOrders_ForceMajeureUndisputed.selector, orderId));
        _rule(1);
        _dispute(buyer);
        refused(abi.encodeWithSelector(IOrderChanges.PurchaseOrders_GrantExceedsReport.selector, orderId, 11, 10));
        _rule(11);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ZeroReference.selector));
        vm.prank(arbiter);
        orders.ruleForceMajeure(orderId, 1, bytes32(0));
        appoint(Offices.ARBITER, attester);
        refused(
            abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ArbiterNotIndependent.selector, orderId, attester)
        );
        vm.prank(attester);
        orders.ruleForceMajeure(orderId, 1, REF);
    }

    // ---- report ----

    function test_only_the_attester_in_office_reports_and_only_while_money_is_there() public {
        uint256 unfunded = openOrder();
        refused(
            abi.encodeWithSelector(
                IPurchaseOrders.PurchaseOrders_WrongStatus.selector, unfunded, IPurchaseOrders.OrderStatus.Opened
            )
        );
        vm.prank(attester);
        orders.reportForceMajeure(unfunded, 1, REF);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_NotTheAttester.selector, orderId, supplier));
        vm.prank(supplier);
        orders.reportForceMajeure(orderId, 1, REF);
        revoke(Offices.ATTESTER, attester);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_AttesterWithoutOffice.selector, attester));
        _report(1);
    }

    function test_one_is_pending_at_a_time_and_180_days_are_all() public {
        bytes4 outOfBounds = IOrderChanges.PurchaseOrders_DelayOutOfBounds.selector;
        refused(abi.encodeWithSelector(outOfBounds, orderId, 0, 180));
        _report(0);
        refused(abi.encodeWithSelector(outOfBounds, orderId, 181, 180));
        _report(181);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ZeroReference.selector));
        vm.prank(attester);
        orders.reportForceMajeure(orderId, 1, bytes32(0));
        _report(179);
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_ForceMajeurePending.selector, orderId));
        _report(1);
        skip(SILENCE_SECONDS);
        orders.applyForceMajeure(orderId);
        refused(abi.encodeWithSelector(outOfBounds, orderId, 2, 1));
        _report(2);
        _report(1);
    }

    /// Or an attester could hold a late delivery for ever by reports that are denied.
    function test_an_order_takes_four_reports_whatever_becomes_of_them() public {
        for (uint256 i; i < 4; ++i) {
            _report(1);
            _dispute(buyer);
            _rule(0);
        }
        assertEq(orders.order(orderId).revision, 0, "nothing changed");
        refused(abi.encodeWithSelector(IOrderChanges.PurchaseOrders_TooManyReports.selector, orderId, 4));
        _report(1);
    }

    function test_apply_refuses_an_unknown_order_and_none_pending() public {
        refused(abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_Unknown.selector, 99));
        orders.applyForceMajeure(99);
        refused(abi.encodeWithSelector(IOrderChanges.PurchaseOrders_NoForceMajeure.selector, orderId));
        orders.applyForceMajeure(orderId);
    }
}
