// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { House } from "../../support/House.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { GuaranteeHandler } from "./GuaranteeHandler.sol";

/// Numbered in contracts/README.md: G1 to G4.
contract GuaranteeInvariants is House, WalkTest {
    GuaranteeHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new GuaranteeHandler(orders, guarantees, [buyer, supplier, attester, arbiter]);
        appoint(Offices.AWARDER, address(handler));
        bytes4[] memory steps = new bytes4[](13);
        steps[0] = GuaranteeHandler.open.selector;
        steps[1] = GuaranteeHandler.request.selector;
        steps[2] = GuaranteeHandler.pledge.selector;
        steps[3] = GuaranteeHandler.fund.selector;
        steps[4] = GuaranteeHandler.deliver.selector;
        steps[5] = GuaranteeHandler.end.selector;
        steps[6] = GuaranteeHandler.claimUndelivered.selector;
        steps[7] = GuaranteeHandler.reportDefect.selector;
        steps[8] = GuaranteeHandler.disputeDefect.selector;
        steps[9] = GuaranteeHandler.ruleDefect.selector;
        steps[10] = GuaranteeHandler.settleDefect.selector;
        steps[11] = GuaranteeHandler.release.selector;
        steps[12] = GuaranteeHandler.wait.selector;
        walkWith(address(handler), steps);
    }

    /// The random walk is no idle one: every step is really taken.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "open, request, pledge, fund, deliver, cancel, close, claim, report, dispute, rule, settle, release, "
            "wait",
            24,
            128,
            3
        );
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 240) % 13;
        seed >>= 16;
        if (which == 0) handler.open(seed);
        else if (which == 1) handler.request(seed);
        else if (which == 2) handler.pledge(seed);
        else if (which == 3) handler.fund(seed);
        else if (which == 4) handler.deliver(seed);
        else if (which == 5) handler.end(seed);
        else if (which == 6) handler.claimUndelivered(seed);
        else if (which == 7) handler.reportDefect(seed);
        else if (which == 8) handler.disputeDefect(seed);
        else if (which == 9) handler.ruleDefect(seed);
        else if (which == 10) handler.settleDefect(seed);
        else if (which == 11) handler.release(seed);
        else handler.wait(uint32(seed));
    }

    /// One walk for all: forge runs a whole campaign for each invariant.
    function invariant_every_promise_of_guarantees_holds() public view {
        if (!handler.moved()) return;
        holds_G1_the_balance_is_the_sum_of_what_is_left();
        holds_G2_a_guarantee_is_paid_out_once_and_whole();
        holds_G3_a_guarantee_never_goes_back();
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

    function holds_G3_a_guarantee_never_goes_back() public view {
        assertEq(handler.backwards(), 0);
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
