// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20Errors } from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ISettlementToken } from "../../../../contracts/settlement/interfaces/ISettlementToken.sol";
import { IdentityHouse } from "../../support/IdentityHouse.sol";

contract SettlementTokenTest is IdentityHouse {
    bytes32 private constant BANK_REF = keccak256("bank movement");

    function test_one_unit_is_one_minor_unit() public view {
        assertEq(token.decimals(), 2);
    }

    // ---- issue ----

    function test_issue_mints_against_a_bank_movement() public {
        vm.expectEmit(address(token));
        emit ISettlementToken.TokensIssued(buyer, 5, BANK_REF);
        vm.prank(treasurer);
        token.issue(buyer, 5, BANK_REF);
        assertEq(token.balanceOf(buyer), FUNDS + 5);
        assertEq(token.totalSupply(), 3 * uint256(FUNDS) + 5);
    }

    function test_issue_refuses_everybody_but_a_treasurer() public {
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_NotATreasurer.selector, admin));
        vm.prank(admin);
        token.issue(buyer, 5, BANK_REF);
    }

    function test_issue_refuses_nothing() public {
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_ZeroAmount.selector));
        vm.prank(treasurer);
        token.issue(buyer, 0, BANK_REF);
    }

    function test_a_bank_movement_is_issued_once() public {
        vm.startPrank(treasurer);
        token.issue(buyer, 5, BANK_REF);
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_ReferenceSeen.selector, treasurer, BANK_REF));
        token.issue(supplier, 6, BANK_REF);
        vm.stopPrank();
    }

    /// Anchored: references were kept per treasurer, so a new key could issue all old bank money again.
    function test_a_bank_movement_is_issued_once_even_after_the_treasurer_changed() public {
        vm.prank(treasurer);
        token.issue(buyer, 5, BANK_REF);
        address successor = actor("second treasurer");
        appoint(Offices.TREASURER, successor);
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_ReferenceSeen.selector, successor, BANK_REF));
        vm.prank(successor);
        token.issue(buyer, 5, BANK_REF);
    }

    function test_issue_refuses_whoever_takes_no_part() public {
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_NotAParticipant.selector, outsider));
        vm.prank(treasurer);
        token.issue(outsider, 5, BANK_REF);
    }

    // ---- redeem ----

    function test_redeem_burns_against_a_payout() public {
        vm.expectEmit(address(token));
        emit ISettlementToken.TokensRedeemed(buyer, 5, BANK_REF);
        vm.prank(buyer);
        token.redeem(5, BANK_REF);
        assertEq(token.balanceOf(buyer), FUNDS - 5);
    }

    function test_redeem_refuses_nothing_and_a_payout_twice() public {
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_ZeroAmount.selector));
        vm.prank(buyer);
        token.redeem(0, BANK_REF);
        vm.startPrank(buyer);
        token.redeem(5, BANK_REF);
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_ReferenceSeen.selector, buyer, BANK_REF));
        token.redeem(5, BANK_REF);
        vm.stopPrank();
    }

    function test_nobody_uses_up_the_payout_reference_of_another() public {
        vm.prank(rival);
        token.redeem(1, BANK_REF);
        vm.prank(supplier);
        token.redeem(1, BANK_REF);
        vm.prank(treasurer);
        token.issue(supplier, 1, BANK_REF);
    }

    function test_redeem_refuses_more_than_is_held() public {
        refused(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, buyer, FUNDS, uint256(FUNDS) + 1)
        );
        vm.prank(buyer);
        token.redeem(uint256(FUNDS) + 1, BANK_REF);
    }

    // ---- transfer ----

    function test_participants_pay_each_other_even_while_suspended() public {
        suspend(buyer);
        vm.prank(buyer);
        assertTrue(token.transfer(supplier, 7));
        assertEq(token.balanceOf(supplier), FUNDS + 7);
    }

    function test_tokens_never_leave_the_participants() public {
        refused(abi.encodeWithSelector(ISettlementToken.SettlementToken_NotAParticipant.selector, outsider));
        vm.prank(buyer);
        token.transfer(outsider, 7);
        refused(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, outsider, 0, 1));
        vm.prank(outsider);
        token.transfer(buyer, 1);
    }

    /// Anchored: tokens sent straight to a contract were lost, and made its balance differ from its books for ever.
    function test_nobody_sends_tokens_to_a_custodian_past_its_books() public {
        bytes memory reason = abi.encodeWithSelector(ISettlementToken.SettlementToken_CustodianTakes.selector, orders);
        refused(reason);
        vm.prank(buyer);
        token.transfer(orders, 1);
        refused(reason);
        vm.prank(treasurer);
        token.issue(orders, 1, BANK_REF);
        vm.prank(buyer);
        token.approve(rival, 1);
        refused(reason);
        vm.prank(rival);
        token.transferFrom(buyer, orders, 1);
    }
}
