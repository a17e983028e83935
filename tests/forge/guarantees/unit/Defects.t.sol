// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { SettlementHouse } from "../../support/SettlementHouse.sol";

contract PledgeTest is SettlementHouse {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = openOrder();
    }

    function _request(address caller, uint128 amount, uint32 warrantySeconds) private {
        vm.prank(caller);
        guarantees.requestGuarantee(orderId, amount, warrantySeconds);
    }

    function _amountOut(uint128 amount, uint128 min) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IGuarantees.Guarantees_AmountOutOfBounds.selector, orderId, amount, min, uint128(2 ** 60)
        );
    }

    function _warrantyOut(uint32 warrantySeconds, uint32 min) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IGuarantees.Guarantees_WarrantyOutOfBounds.selector, orderId, warrantySeconds, min, 5 * 365 days
        );
    }

    function test_a_request_binds_nobody_and_can_be_changed() public {
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeRequested(orderId, buyer, supplier, GUARANTEE, WARRANTY_SECONDS);
        _request(buyer, GUARANTEE, WARRANTY_SECONDS);
        _request(buyer, 1, 0);
        IGuarantees.Guarantee memory found = guarantees.guarantee(orderId);
        assertEq(uint256(found.status), uint256(IGuarantees.GuaranteeStatus.Requested));
        assertEq(found.amount, 1);
        assertEq(found.left, 0);
        fund(orderId, required(orderId));
    }

    function test_a_pledge_is_seen_before_the_buyer_funds() public {
        _request(buyer, GUARANTEE, WARRANTY_SECONDS);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteePledged(orderId, buyer, supplier, GUARANTEE, WARRANTY_SECONDS);
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        IGuarantees.Guarantee memory found = guarantees.guarantee(orderId);
        assertEq(uint256(found.status), uint256(IGuarantees.GuaranteeStatus.Pledged));
        assertEq(found.amount, GUARANTEE);
        assertEq(found.left, GUARANTEE);
        assertEq(token.balanceOf(address(guarantees)), GUARANTEE);
    }

    function test_a_supplier_may_offer_what_nobody_asked_for() public {
        refused(_amountOut(0, 1));
        pledge(orderId, 0, 0);
        pledge(orderId, 1, 0);
    }

    function test_a_pledge_is_not_below_the_request() public {
        _request(buyer, GUARANTEE, WARRANTY_SECONDS);
        refused(_amountOut(GUARANTEE - 1, GUARANTEE));
        pledge(orderId, GUARANTEE - 1, WARRANTY_SECONDS);
        refused(_warrantyOut(WARRANTY_SECONDS - 1, WARRANTY_SECONDS));
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS - 1);
        pledge(orderId, GUARANTEE + 1, WARRANTY_SECONDS + 1);
    }

    function test_amount_and_warranty_have_bounds() public {
        refused(_amountOut(0, 1));
        _request(buyer, 0, 0);
        refused(_amountOut(2 ** 60 + 1, 1));
        _request(buyer, 2 ** 60 + 1, 0);
        refused(_warrantyOut(5 * 365 days + 1, 0));
        _request(buyer, 1, 5 * 365 days + 1);
        _request(buyer, 2 ** 60, 5 * 365 days);
    }

    function test_only_the_parties_of_a_known_order_ask_and_pledge() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderUnknown.selector, 99));
        vm.prank(buyer);
        guarantees.requestGuarantee(99, 1, 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotTheBuyer.selector, orderId, supplier));
        _request(supplier, 1, 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotTheSupplier.selector, orderId, rival));
        vm.prank(rival);
        guarantees.pledge(orderId, 1, 0);
    }

    function test_a_guarantee_is_pledged_once_and_before_the_money_comes() public {
        pledge(orderId, 1, 0);
        bytes memory reason = abi.encodeWithSelector(
            IGuarantees.Guarantees_PledgedBefore.selector, orderId, IGuarantees.GuaranteeStatus.Pledged
        );
        refused(reason);
        pledge(orderId, 1, 0);
        refused(reason);
        _request(buyer, 1, 0);
        orderId = fundedOrder();
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotOpened.selector, orderId));
        pledge(orderId, 1, 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotOpened.selector, orderId));
        _request(buyer, 1, 0);
    }

    function test_a_pledge_is_a_new_obligation() public {
        pause();
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_ObligationsPaused.selector));
        pledge(orderId, 1, 0);
        suspend(supplier);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotASupplier.selector, supplier));
        pledge(orderId, 1, 0);
    }
}

contract ClaimUndeliveredTest is SettlementHouse {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = guaranteedOrder();
    }

    function _claim(uint128 undelivered, uint128 ordered, uint128 paid) private {
        uint256 held = token.balanceOf(buyer);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeShareClaimed(orderId, buyer, undelivered, ordered, paid);
        vm.prank(outsider);
        guarantees.claimUndelivered(orderId);
        assertEq(token.balanceOf(buyer), held + paid);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - paid);
    }

    function test_the_share_that_was_not_delivered_goes_to_the_buyer_rounded_down() public {
        deliver(orderId, 67, 67);
        accept(orderId, 1, 770_500, 0);
        vm.prank(supplier);
        orders.close(orderId);
        _claim(379_500, AMOUNT, 33_000);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_ShareClaimedBefore.selector, orderId));
        guarantees.claimUndelivered(orderId);
    }

    function test_what_was_given_up_counts_as_not_delivered_and_what_both_dropped_does_not() public {
        vm.prank(supplier);
        orders.cancelPart(orderId, 10);
        amend(orderId, 80, 920_000);
        deliver(orderId, 80, 80);
        accept(orderId, 1, 920_000, 0);
        _claim(115_000, 1_035_000, 11_111);
    }

    function test_an_order_delivered_whole_leaves_the_guarantee_whole() public {
        deliver(orderId, 100, 100);
        accept(orderId, 1, AMOUNT, 0);
        _claim(0, AMOUNT, 0);
    }

    function test_an_order_dropped_by_both_leaves_the_guarantee_whole() public {
        amend(orderId, 0, 0);
        _claim(0, 0, 0);
    }

    function test_the_share_is_never_more_than_is_left() public {
        deliver(orderId, 100, 90);
        accept(orderId, 1, 1_035_000, 0);
        reportDefect(orderId, 1, 90);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        vm.prank(supplier);
        orders.close(orderId);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeShareClaimed(orderId, buyer, 115_000, AMOUNT, 0);
        guarantees.claimUndelivered(orderId);
    }

    function test_claim_refuses_what_is_unknown_not_pledged_or_running() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderUnknown.selector, 99));
        guarantees.claimUndelivered(99);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotClosed.selector, orderId));
        guarantees.claimUndelivered(orderId);
        uint256 bare = fundedOrder();
        refused(
            abi.encodeWithSelector(IGuarantees.Guarantees_NotPledged.selector, bare, IGuarantees.GuaranteeStatus.None)
        );
        guarantees.claimUndelivered(bare);
    }
}

contract DefectTest is SettlementHouse {
    bytes32 private constant REF = keccak256("defect");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = warrantedOrder();
    }

    function _report(address caller, uint256 deliveryId, uint128 quantity, bytes32 ref) private {
        vm.prank(caller);
        guarantees.reportDefect(orderId, deliveryId, quantity, ref);
    }

    function _dispute(address caller, bytes32 ref) private {
        vm.prank(caller);
        guarantees.disputeDefect(orderId, 1, ref);
    }

    function _rule(address caller, uint128 quantity, bytes32 ref) private {
        vm.prank(caller);
        guarantees.ruleDefect(orderId, 1, quantity, ref);
    }

    function test_an_undisputed_defect_is_paid_at_the_order_price_after_the_silence() public {
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectReported(orderId, 1, REF, attester, 5, uint40(block.timestamp) + SILENCE_SECONDS);
        _report(attester, 1, 5, REF);
        uint256 disputeBy = block.timestamp + SILENCE_SECONDS;
        vm.warp(disputeBy - 1);
        refused(
            abi.encodeWithSelector(
                IGuarantees.Guarantees_StillDisputable.selector, orderId, 1, disputeBy - 1, disputeBy
            )
        );
        guarantees.settleDefect(orderId, 1);
        vm.warp(disputeBy);
        uint256 held = token.balanceOf(buyer);
        uint256 value = credit.recordOf(supplier).value;
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectSettled(orderId, 1, bytes32(0), address(0), 5, 57_500, 57_500);
        vm.prank(outsider);
        guarantees.settleDefect(orderId, 1);
        assertEq(token.balanceOf(buyer), held + 57_500);
        assertEq(credit.recordOf(supplier).value, value + 57_500, "a default by value");
        IGuarantees.Defect memory found = guarantees.defect(orderId, 1);
        assertEq(found.standing, 5);
        assertEq(found.pending, 0);
        assertEq(guarantees.guarantee(orderId).pendingDefects, 0);
    }

    function test_defects_never_take_more_than_is_left() public {
        _report(attester, 1, 5, REF);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        _report(attester, 1, 95, REF);
        skip(SILENCE_SECONDS);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectSettled(orderId, 1, bytes32(0), address(0), 95, 1_092_500, 42_500);
        guarantees.settleDefect(orderId, 1);
        assertEq(token.balanceOf(address(guarantees)), 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectOutOfBounds.selector, orderId, 1, 1, 0));
        _report(attester, 1, 1, REF);
    }

    function test_a_disputed_defect_is_ruled() public {
        _report(attester, 1, 5, REF);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectDisputed(orderId, 1, REF, supplier, uint40(block.timestamp) + 30 days);
        _dispute(supplier, REF);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.DefectSettled(orderId, 1, REF, arbiter, 2, 23_000, 23_000);
        _rule(arbiter, 2, REF);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - 23_000);
    }

    function test_a_defect_ruled_away_costs_nothing() public {
        _report(attester, 1, 5, REF);
        _dispute(supplier, REF);
        _rule(arbiter, 0, REF);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE);
        assertEq(credit.recordOf(supplier).outcomes, 1);
        _report(attester, 1, 100, REF);
    }

    function test_a_silent_arbiter_lets_the_defect_stand() public {
        _report(attester, 1, 5, REF);
        _dispute(supplier, REF);
        uint256 ruleBy = block.timestamp + 30 days;
        vm.warp(ruleBy - 1);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_RulingOpen.selector, orderId, 1, ruleBy - 1, ruleBy));
        guarantees.settleDefect(orderId, 1);
        vm.warp(ruleBy);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_RulingClosed.selector, orderId, 1, ruleBy, ruleBy));
        _rule(arbiter, 5, REF);
        guarantees.settleDefect(orderId, 1);
        assertEq(guarantees.guarantee(orderId).left, GUARANTEE - 57_500);
    }

    function test_defects_are_reported_within_the_warranty() public {
        uint256 warrantyEnd = block.timestamp + WARRANTY_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(warrantyEnd + late);
            refused(
                abi.encodeWithSelector(
                    IGuarantees.Guarantees_WarrantyOver.selector, orderId, warrantyEnd + late, warrantyEnd
                )
            );
            _report(attester, 1, 1, REF);
        }
        vm.warp(warrantyEnd - 1);
        _report(attester, 1, 1, REF);
    }

    function test_only_the_attester_in_office_reports() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotTheAttester.selector, orderId, buyer));
        _report(buyer, 1, 1, REF);
        revoke(Offices.ATTESTER, attester);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_AttesterWithoutOffice.selector, attester));
        _report(attester, 1, 1, REF);
    }

    function test_report_refuses_what_was_not_accepted_or_is_pending() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DeliveryNotSettled.selector, orderId, 2));
        _report(attester, 2, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectOutOfBounds.selector, orderId, 1, 0, 100));
        _report(attester, 1, 0, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectOutOfBounds.selector, orderId, 1, 101, 100));
        _report(attester, 1, 101, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_ZeroReference.selector));
        _report(attester, 1, 1, bytes32(0));
        _report(attester, 1, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectPending.selector, orderId, 1));
        _report(attester, 1, 1, REF);
    }

    function test_only_the_supplier_disputes_once_and_in_time() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NoDefectPending.selector, orderId, 1));
        _dispute(supplier, REF);
        _report(attester, 1, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotTheSupplier.selector, orderId, buyer));
        _dispute(buyer, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_ZeroReference.selector));
        _dispute(supplier, bytes32(0));
        uint256 disputeBy = block.timestamp + SILENCE_SECONDS;
        vm.warp(disputeBy);
        refused(
            abi.encodeWithSelector(IGuarantees.Guarantees_NoLongerDisputable.selector, orderId, 1, disputeBy, disputeBy)
        );
        _dispute(supplier, REF);
        vm.warp(disputeBy - 1);
        _dispute(supplier, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DisputedBefore.selector, orderId, 1));
        _dispute(supplier, REF);
    }

    function test_only_an_arbiter_who_is_not_involved_rules_what_was_disputed() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotAnArbiter.selector, outsider));
        _rule(outsider, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NoDefectPending.selector, orderId, 1));
        _rule(arbiter, 1, REF);
        _report(attester, 1, 1, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_Undisputed.selector, orderId, 1));
        _rule(arbiter, 1, REF);
        _dispute(supplier, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_RulingExceedsReport.selector, orderId, 1, 2, 1));
        _rule(arbiter, 2, REF);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_ZeroReference.selector));
        _rule(arbiter, 1, bytes32(0));
        address[3] memory involved = [buyer, supplier, attester];
        for (uint256 i; i < involved.length; ++i) {
            appoint(Offices.ARBITER, involved[i]);
            refused(abi.encodeWithSelector(IGuarantees.Guarantees_ArbiterNotIndependent.selector, orderId, involved[i]));
            _rule(involved[i], 1, REF);
        }
    }

    function test_settle_refuses_what_is_not_pending() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NoDefectPending.selector, orderId, 1));
        guarantees.settleDefect(orderId, 1);
    }

    function testFuzz_defects_of_a_delivery_sum_to_what_it_was_worth(uint8 first) public {
        first = uint8(bound(first, 1, 99));
        uint256 worth;
        for (uint256 i; i < 2; ++i) {
            _report(attester, 1, i == 0 ? first : 100 - first, REF);
            skip(SILENCE_SECONDS);
            uint256 value = credit.recordOf(supplier).value;
            guarantees.settleDefect(orderId, 1);
            worth += credit.recordOf(supplier).value - value;
        }
        assertEq(worth, AMOUNT);
    }
}

contract ReleaseTest is SettlementHouse {
    function test_after_the_warranty_the_rest_returns_to_the_supplier() public {
        uint256 orderId = warrantedOrder();
        uint256 held = token.balanceOf(supplier);
        uint256 warrantyEnd = block.timestamp + WARRANTY_SECONDS;
        vm.warp(warrantyEnd - 1);
        refused(
            abi.encodeWithSelector(
                IGuarantees.Guarantees_WarrantyRunning.selector, orderId, warrantyEnd - 1, warrantyEnd
            )
        );
        guarantees.release(orderId);
        vm.warp(warrantyEnd);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeReleased(orderId, supplier, GUARANTEE);
        vm.prank(outsider);
        guarantees.release(orderId);
        assertEq(token.balanceOf(supplier), held + GUARANTEE);
        refused(
            abi.encodeWithSelector(
                IGuarantees.Guarantees_NotPledged.selector, orderId, IGuarantees.GuaranteeStatus.Released
            )
        );
        guarantees.release(orderId);
    }

    function test_the_buyer_gets_its_share_first_whoever_calls() public {
        uint256 orderId = guaranteedOrder();
        vm.prank(supplier);
        orders.close(orderId);
        uint256 held = token.balanceOf(buyer);
        skip(WARRANTY_SECONDS);
        guarantees.release(orderId);
        assertEq(token.balanceOf(buyer), held + GUARANTEE);
        assertEq(token.balanceOf(address(guarantees)), 0);
    }

    function test_a_share_claimed_before_is_not_claimed_again() public {
        uint256 orderId = guaranteedOrder();
        deliver(orderId, 50, 50);
        accept(orderId, 1, 575_000, 0);
        vm.prank(supplier);
        orders.close(orderId);
        guarantees.claimUndelivered(orderId);
        skip(WARRANTY_SECONDS);
        guarantees.release(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 575_000 - GUARANTEE / 2);
    }

    function test_the_guarantee_of_a_cancelled_order_returns_at_once() public {
        uint256 orderId = openOrder();
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotClosed.selector, orderId));
        guarantees.release(orderId);
        vm.prank(buyer);
        orders.cancel(orderId);
        guarantees.release(orderId);
        assertEq(token.balanceOf(supplier), FUNDS);
    }

    function test_a_pending_defect_holds_the_guarantee_until_it_is_settled() public {
        uint256 orderId = warrantedOrder();
        skip(WARRANTY_SECONDS - 1);
        reportDefect(orderId, 1, 1);
        skip(1);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_DefectsPending.selector, orderId, 1));
        guarantees.release(orderId);
        skip(SILENCE_SECONDS);
        guarantees.settleDefect(orderId, 1);
        guarantees.release(orderId);
        assertEq(token.balanceOf(address(guarantees)), 0);
    }

    function test_pause_and_suspension_never_stop_a_release() public {
        uint256 orderId = warrantedOrder();
        pause();
        suspend(supplier);
        skip(WARRANTY_SECONDS);
        guarantees.release(orderId);
        assertEq(token.balanceOf(address(guarantees)), 0);
    }
}
