// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

contract DefectsTest is OrderHouse {
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
