// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";

contract IssueAndPayTest is ReceivableHouse {
    function _refusedIssue(address who, address to, uint128 amount, uint40 dueAt, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        receivables.issue(7, 3, to, buyer, amount, dueAt);
    }

    function test_a_claim_is_covered_whole_from_the_start() public {
        uint40 dueAt = uint40(block.timestamp) + TERM;
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimIssued(1, supplier, buyer, 7, 3, CLAIM, dueAt);
        assertEq(issue(), 1);
        IReceivables.Claim memory record = receivables.claim(1);
        assertEq(record.holder, supplier);
        assertEq(record.dueAt, dueAt);
        assertEq(record.revision, 0);
        assertEq(uint256(record.status), uint256(IReceivables.ClaimStatus.Open));
        assertEq(record.amount, CLAIM);
        assertEq(record.originId, 1);
        assertEq(record.orderId, 7);
        assertEq(record.deliveryId, 3);
        assertEq(record.supplier, supplier);
        assertEq(record.buyer, buyer);
        assertEq(token.balanceOf(address(receivables)), CLAIM);
        assertEq(token.balanceOf(issuer), FUNDS - CLAIM);
    }

    function test_only_a_claim_issuer_issues_and_only_what_it_pays_for() public {
        uint40 dueAt = uint40(block.timestamp) + TERM;
        _refusedIssue(
            buyer,
            supplier,
            CLAIM,
            dueAt,
            abi.encodeWithSelector(IReceivables.Receivables_NotAClaimIssuer.selector, buyer)
        );
        vm.prank(issuer);
        token.approve(address(receivables), CLAIM - 1);
        vm.expectRevert();
        issue();
        assertEq(uint256(receivables.claim(1).status), 0);
    }

    function test_a_claim_has_an_amount_and_a_holder_who_can_be_paid() public {
        uint40 dueAt = uint40(block.timestamp) + TERM;
        address[2] memory wrong = [outsider, address(orders)];
        for (uint256 i; i < 2; ++i) {
            _refusedIssue(
                issuer,
                wrong[i],
                CLAIM,
                dueAt,
                abi.encodeWithSelector(IReceivables.Receivables_CannotHold.selector, wrong[i])
            );
        }
        _refusedIssue(issuer, supplier, 0, dueAt, abi.encodeWithSelector(IReceivables.Receivables_ZeroAmount.selector));
        suspend(supplier);
        assertEq(issue(), 1, "what it delivered is owed to a suspended supplier too");
    }

    function test_the_due_date_lies_ahead_and_not_too_far() public {
        uint40 nowAt = uint40(block.timestamp);
        uint40 latest = nowAt + 366 days;
        uint40[3] memory wrong = [nowAt - 1, nowAt, latest + 1];
        for (uint256 i; i < 3; ++i) {
            _refusedIssue(
                issuer,
                supplier,
                CLAIM,
                wrong[i],
                abi.encodeWithSelector(IReceivables.Receivables_DueOutOfBounds.selector, wrong[i], nowAt, latest)
            );
        }
        issue(CLAIM, nowAt + 1);
        issue(CLAIM, latest);
    }

    function test_anybody_has_a_due_claim_paid_to_its_holder_once() public {
        uint256 claimId = issue();
        uint40 dueAt = dueAtOf(claimId);
        vm.warp(dueAt - 1);
        refused(abi.encodeWithSelector(IReceivables.Receivables_NotYetDue.selector, claimId, dueAt - 1, dueAt));
        vm.prank(supplier);
        receivables.pay(claimId);
        vm.warp(dueAt);
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimPaid(claimId, supplier, buyer, CLAIM);
        vm.prank(outsider);
        receivables.pay(claimId);
        assertEq(token.balanceOf(supplier), FUNDS + CLAIM);
        assertEq(token.balanceOf(address(receivables)), 0);
        refused(abi.encodeWithSelector(IReceivables.Receivables_AlreadyPaid.selector, claimId));
        receivables.pay(claimId);
    }

    function test_a_claim_long_overdue_is_still_paid() public {
        uint256 claimId = issue();
        vm.warp(uint256(dueAtOf(claimId)) + 1000 days);
        receivables.pay(claimId);
        assertEq(token.balanceOf(supplier), FUNDS + CLAIM);
    }

    function test_an_unknown_claim_is_not_paid() public {
        refused(abi.encodeWithSelector(IReceivables.Receivables_Unknown.selector, 9));
        receivables.pay(9);
    }

    /// Every person is gone, suspended, without office, and the house is paused: a stranger has every part paid.
    function test_everybody_walks_away_and_every_claim_is_paid() public {
        uint256 claimId = issue();
        uint256 sold = issue();
        uint256 part = split(claimId, 400_000);
        offer(sold);
        buy(financier, sold);
        offer(part, lender, 399_000, dueAtOf(part));
        pause();
        retire(address(receivables));
        suspend(supplier);
        suspend(buyer);
        suspend(financier);
        suspend(lender);
        revoke(Offices.CLAIM_ISSUER, issuer);
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.REGISTRAR, registrar);
        vm.warp(dueAtOf(claimId));
        vm.startPrank(outsider);
        receivables.pay(claimId);
        receivables.pay(part);
        receivables.pay(sold);
        vm.stopPrank();
        assertEq(token.balanceOf(address(receivables)), 0);
        assertEq(token.balanceOf(supplier), FUNDS + CLAIM + PRICE);
        assertEq(token.balanceOf(financier), FUNDS + CLAIM - PRICE);
    }
}
