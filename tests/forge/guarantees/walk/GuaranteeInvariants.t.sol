// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { Guarantees } from "../../../../contracts/settlement/Guarantees.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { House } from "../../support/House.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { GuaranteeBook } from "./GuaranteeBook.sol";
import { GuaranteeHandler } from "./GuaranteeHandler.sol";

/// Numbered in contracts/README.md: G1 to G4.
contract GuaranteeInvariants is House, WalkTest {
    GuaranteeHandler private handler;

    function setUp() public override {
        super.setUp();
        _deployAnew();
        handler = new GuaranteeHandler(
            orders,
            guarantees,
            participants,
            [attesterPost, arbiterPost],
            [buyer, supplier, attester, arbiter, admin, guardian]
        );
        appoint(Offices.AWARDER, address(handler));
        bytes4[] memory steps = new bytes4[](26);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    /// Orders that are numbered from 1 on: the handler counts them.
    function _deployAnew() private {
        orders = new PurchaseOrders(participants, credit, token, receivables, orderRules, majeure, 0);
        guarantees = new Guarantees(participants, credit, token, orders, 0);
        registerCustodian(address(orders));
        registerCustodian(address(guarantees));
        appoint(Offices.SCORER, address(orders));
        appoint(Offices.SCORER, address(guarantees));
        approve(buyer, address(orders));
        approve(supplier, address(guarantees));
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i == 0) return handler.open.selector;
        if (i == 1) return handler.request.selector;
        if (i == 2) return handler.pledge.selector;
        if (i == 3) return handler.fund.selector;
        if (i < 6) return handler.deliver.selector;
        if (i == 6) return handler.end.selector;
        if (i == 7) return handler.claimUndelivered.selector;
        if (i < 10) return handler.reportDefect.selector;
        if (i == 10 || i == 21) return handler.disputeDefect.selector;
        if (i == 11) return handler.withdrawDispute.selector;
        if (i == 12) return handler.ruleDefect.selector;
        if (i == 13) return handler.settleDefect.selector;
        if (i == 14) return handler.release.selector;
        if (i == 15) return handler.rotate.selector;
        if (i == 16) return handler.stop.selector;
        if (i < 19) return handler.intrude.selector;
        if (i == 19) return handler.claimUndelivered.selector;
        if (i == 20) return handler.end.selector;
        if (i == 22) return handler.deliver.selector;
        if (i == 23) return handler.reportDefect.selector;
        return handler.wait.selector;
    }

    /// The random walk is no idle one: every step is really taken.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "open, request, pledge, fund, deliver, cancel, close, claim, report, dispute, withdraw, rule, settle, "
            "release, hand over, vacate, replace, stop, intrude, wait",
            32,
            160,
            3
        );
    }

    function _step(uint256 seed) internal override {
        callHandler(abi.encodePacked(_selector((seed >> 240) % 26), seed >> 16));
    }

    /// One walk for all: forge runs a whole campaign for each invariant.
    function invariant_every_promise_of_guarantees_holds() public view {
        if (!handler.moved()) return;
        holds_G1_the_balance_is_the_sum_of_what_is_left();
        holds_G2_a_guarantee_is_paid_out_once_and_whole();
        holds_G3_windows_turns_and_states_are_those_of_the_orders_the_posts_and_the_clock();
        holds_G4_defects_are_never_more_than_what_was_accepted();
    }

    function holds_G1_the_balance_is_the_sum_of_what_is_left() public view {
        uint256 left;
        uint256 known;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            left += guarantees.guarantee(id).left;
            GuaranteeHandler.Flow memory flow = handler.flow(id);
            known += flow.pledged - flow.toBuyer - flow.toSupplier;
        }
        assertEq(token.balanceOf(address(guarantees)), left, "storage");
        assertEq(token.balanceOf(address(guarantees)), known, "events");
    }

    function holds_G2_a_guarantee_is_paid_out_once_and_whole() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IGuarantees.Guarantee memory found = guarantees.guarantee(id);
            GuaranteeHandler.Flow memory flow = handler.flow(id);
            assertLe(flow.toBuyer, flow.pledged, "to the buyer");
            if (found.status == IGuarantees.GuaranteeStatus.Released) {
                assertEq(flow.toBuyer + flow.toSupplier, flow.pledged, "released");
            }
        }
    }

    /// The handler keeps them itself; and nothing passed that it says must not, nor the other way round.
    function holds_G3_windows_turns_and_states_are_those_of_the_orders_the_posts_and_the_clock() public view {
        assertEq(handler.disagreed(), 0, "what passes");
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IGuarantees.Guarantee memory found = guarantees.guarantee(id);
            GuaranteeBook.Booked memory known = handler.bookedOf(id);
            assertEq(uint256(found.status), uint256(known.status), "status");
            assertEq(found.amount, known.amount, "amount");
            assertEq(found.left, known.left, "left");
            assertEq(found.warrantySeconds, known.warranty, "warranty");
            assertEq(found.shareClaimed, known.shareClaimed, "share");
            assertEq(found.pendingDefects, known.pendingDefects, "pending defects");
            for (uint256 part = 1; part <= orders.order(id).deliveries; ++part) {
                IGuarantees.Defect memory defect = guarantees.defect(id, part);
                GuaranteeBook.BookedDefect memory booked = handler.defectOf(id, part);
                assertEq(defect.standing, booked.standing, "standing");
                assertEq(defect.pending, booked.pending, "pending");
                if (booked.pending == 0) continue;
                Hearing.Case memory hearing = guarantees.defectHearing(id, part);
                assertEq(defect.reportedAt + handler.SILENCE(), booked.disputeBy, "end of disputes");
                assertEq(hearing.stage == Hearing.Stage.Disputed, booked.heard, "heard");
                assertEq(hearing.stage != Hearing.Stage.None, booked.disputedBefore, "disputed");
                if (booked.heard) assertEq(hearing.ruleBy, booked.disputeBy + handler.RULING(), "end of rulings");
            }
        }
    }

    function holds_G4_defects_are_never_more_than_what_was_accepted() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            uint256 pending;
            for (uint256 part = 1; part <= orders.order(id).deliveries; ++part) {
                IGuarantees.Defect memory found = guarantees.defect(id, part);
                if (found.pending != 0) ++pending;
                assertLe(uint256(found.standing) + found.pending, orders.delivery(id, part).accepted, "accepted");
            }
            assertEq(pending, guarantees.guarantee(id).pendingDefects, "pending");
        }
    }
}
