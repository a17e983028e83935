// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { ReceivableHandler } from "./ReceivableHandler.sol";

/// Numbered in contracts/README.md: V1 to V4.
contract ReceivableInvariants is ReceivableHouse, WalkTest {
    ReceivableHandler private handler;

    function setUp() public override {
        super.setUp();
        address second = actor("issuer of another edition");
        appoint(Offices.CLAIM_ISSUER, second);
        enrol(second, Offices.BUYER, address(receivables));
        handler = new ReceivableHandler(receivables, participants, [issuer, second], buyer, guardian);
        approve(supplier, address(receivables));
        approve(rival, address(receivables));
        bytes4[] memory steps = new bytes4[](17);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 2) return handler.issue.selector;
        if (i < 4) return handler.split.selector;
        if (i == 4) return handler.transfer.selector;
        if (i < 7) return handler.offer.selector;
        if (i == 7) return handler.withdrawOffer.selector;
        if (i == 8) return handler.buy.selector;
        if (i == 9) return handler.buySigned.selector;
        if (i == 10) return handler.pay.selector;
        if (i == 11) return handler.stop.selector;
        if (i < 15) return handler.intrude.selector;
        return handler.wait.selector;
    }

    /// The random walk is no idle one: in two dozen walks of 96 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "issue, split, transfer, offer, withdrawOffer, buy, buySigned, pay, stop, issue in a retired room, intrude, "
            "wait",
            24,
            96,
            3
        );
    }

    function _step(uint256 seed) internal override {
        callHandler(abi.encodePacked(_selector((seed >> 240) % 17), seed >> 16, seed >> 100 & 0xFFFFFFFF));
    }

    /// One walk for all: forge runs a whole campaign for each invariant.
    function invariant_every_promise_of_receivables_holds() public view {
        if (!handler.moved()) return;
        holds_V1_the_balance_is_the_sum_of_all_open_claims();
        holds_V2_parts_sum_to_the_whole();
        holds_V3_a_claim_is_paid_once_and_stays_paid();
        holds_V4_nobody_but_the_holder_moves_a_claim();
    }

    function holds_V1_the_balance_is_the_sum_of_all_open_claims() public view {
        uint256 books;
        uint256 logs;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IReceivables.Claim memory claim = receivables.claim(id);
            if (claim.status == IReceivables.ClaimStatus.Open) books += claim.amount;
            if (handler.payments(id) == 0) logs += handler.amountOf(id);
        }
        assertEq(token.balanceOf(address(receivables)), books, "storage");
        assertEq(token.balanceOf(address(receivables)), logs, "events");
    }

    function holds_V2_parts_sum_to_the_whole() public view {
        uint256[] memory sums = new uint256[](handler.count() + 1);
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IReceivables.Claim memory claim = receivables.claim(id);
            assertGt(claim.amount, 0, "an empty part");
            assertEq(claim.amount, handler.amountOf(id), "events");
            sums[claim.originId] += claim.amount;
        }
        for (uint256 id = 1; id <= handler.count(); ++id) {
            assertEq(sums[id], handler.issuedAs(id), "whole");
        }
    }

    function holds_V3_a_claim_is_paid_once_and_stays_paid() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            bool paid = receivables.claim(id).status == IReceivables.ClaimStatus.Paid;
            assertEq(handler.payments(id), paid ? 1 : 0, "payments");
        }
    }

    /// The handler keeps holders, offers and due dates itself; nothing passed that it says must not, nor the other way
    /// round.
    function holds_V4_nobody_but_the_holder_moves_a_claim() public view {
        assertEq(handler.disagreed(), 0, "what passes");
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IReceivables.Claim memory claim = receivables.claim(id);
            ReceivableHandler.Kept memory kept = handler.keptOf(id);
            assertEq(claim.holder, kept.holder, "holder");
            assertEq(claim.amount, kept.amount, "amount");
            assertEq(claim.dueAt, kept.dueAt, "due");
            assertEq(claim.revision, kept.revision, "revision");
            assertEq(claim.originId, kept.originId, "origin");
            IReceivables.Offer memory offered = receivables.offerOf(id);
            if (kept.paid) continue;
            assertEq(offered.price, kept.price, "price");
            assertEq(offered.financier, kept.financier, "financier");
            assertEq(offered.expiresAt, kept.expiresAt, "expiry");
        }
    }
}
