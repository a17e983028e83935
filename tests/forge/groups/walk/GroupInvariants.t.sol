// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { GroupBook } from "./GroupBook.sol";
import { GroupHandler } from "./GroupHandler.sol";

/// Numbered in contracts/README.md: N1 to N7.
contract GroupInvariants is GroupHouse, WalkTest {
    uint256 private constant ROLES = 2;

    GroupHandler private handler;
    address[] private nodes;

    function setUp() public override {
        super.setUp();
        nodes = [hefei, shanghai, qingdao, chengdu];
        handler = new GroupHandler(groups, book, bets, leader, reporter, nodes);
        bytes4[] memory steps = new bytes4[](21);
        steps[0] = GroupHandler.open.selector;
        steps[1] = GroupHandler.grab.selector;
        steps[2] = GroupHandler.grab.selector;
        steps[3] = GroupHandler.grab.selector;
        steps[4] = GroupHandler.select.selector;
        steps[5] = GroupHandler.decide.selector;
        steps[6] = GroupHandler.progress.selector;
        steps[7] = GroupHandler.review.selector;
        steps[8] = GroupHandler.reopen.selector;
        steps[9] = GroupHandler.seat.selector;
        steps[10] = GroupHandler.bet.selector;
        steps[11] = GroupHandler.close.selector;
        steps[12] = GroupHandler.release.selector;
        steps[13] = GroupHandler.pay.selector;
        steps[14] = GroupHandler.returnBudget.selector;
        steps[15] = GroupHandler.score.selector;
        steps[16] = GroupHandler.wait.selector;
        steps[17] = GroupHandler.wait.selector;
        steps[18] = GroupHandler.selectAgain.selector;
        steps[19] = GroupHandler.decide.selector;
        steps[20] = GroupHandler.progressOfFormer.selector;
        walkWith(address(handler), steps);
    }

    /// The random walk is no idle one: in a few dozen walks of 128 steps every step is really taken.
    function test_the_walk_of_groups_takes_every_step() public {
        takesEveryStep(
            "open, grab, grab again, select, select again, form, dissolve, progress, progress of former, review, "
            "reopen, reopen deserted, seat, bind, settle bet, close, release, pay, return, score, wait",
            20,
            128,
            1
        );
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 240) % 21;
        uint256 value = seed >> 100;
        if (which < 10) _early(which, seed, value);
        else if (which == 10) handler.bet(seed);
        else if (which == 11) handler.close(seed);
        else if (which == 12) handler.release(seed);
        else if (which == 13) handler.pay(seed);
        else if (which == 14) handler.returnBudget(seed);
        else if (which == 15) handler.score(seed, uint16(value));
        else if (which < 18) handler.wait(uint32(value));
        else if (which == 18) handler.selectAgain(seed);
        else if (which == 19) handler.decide(seed);
        else handler.progressOfFormer(seed, uint16(value));
    }

    function _early(uint256 which, uint256 seed, uint256 value) private {
        if (which == 0) handler.open(seed);
        else if (which < 4) handler.grab(seed, uint128(value));
        else if (which == 4) handler.select(seed);
        else if (which == 5) handler.decide(seed);
        else if (which == 6) handler.progress(seed, uint16(value));
        else if (which == 7) handler.review(seed, uint16(value), uint64(value >> 16));
        else if (which == 8) handler.reopen(seed);
        else handler.seat(seed);
    }

    function invariant_every_promise_of_chain_groups_holds() public view {
        if (!handler.moved()) return;
        holds_N1_the_balance_is_stakes_unpaid_earnings_and_the_rest_of_the_budget();
        holds_N2_what_is_earned_is_the_exact_share_of_the_pay();
        holds_N3_N6_nothing_goes_back_and_no_group_forms_uncovered();
        holds_N4_counters_say_who_stands_and_who_holds();
        holds_N5_the_best_stands_unless_the_leader_selected_another();
        holds_N7_members_are_the_leader_and_all_who_hold_or_held_a_role();
    }

    function holds_N1_the_balance_is_stakes_unpaid_earnings_and_the_rest_of_the_budget() public view {
        uint256 owed;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IChainGroups.Group memory record = groups.group(id);
            if (!record.budgetReturned) owed += record.budget - record.earned;
            for (uint256 roleId = 1; roleId <= ROLES; ++roleId) {
                for (uint256 round = 1; round <= handler.lastRound(id, roleId); ++round) {
                    IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
                    owed += filling.earned - filling.paid;
                    for (uint256 i; i < nodes.length; ++i) {
                        owed += groups.candidate(id, roleId, round, nodes[i]).stake;
                    }
                }
            }
        }
        assertEq(token.balanceOf(address(groups)), owed, "storage");
        assertEq(int256(token.balanceOf(address(groups))), handler.held(), "events");
    }

    function holds_N2_what_is_earned_is_the_exact_share_of_the_pay() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            uint256 whole;
            uint256 budget;
            for (uint256 roleId = 1; roleId <= ROLES; ++roleId) {
                IChainGroups.Role memory part = groups.role(id, roleId);
                uint256 sum;
                for (uint256 round = 1; round <= part.round; ++round) {
                    IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
                    assertLe(filling.paid, filling.earned, "paid");
                    sum += filling.earned;
                }
                assertEq(part.earned, sum, "rounds");
                assertEq(part.earned, uint256(part.terms.pay) * part.earnedBps / 10_000, "share");
                whole += part.earned;
                budget += part.terms.pay;
            }
            assertEq(groups.group(id).earned, whole, "roles");
            assertEq(groups.group(id).budget, budget, "budget");
        }
    }

    function holds_N3_N6_nothing_goes_back_and_no_group_forms_uncovered() public view {
        assertEq(handler.backwards(), 0, "backwards");
        for (uint256 id = 1; id <= handler.count(); ++id) {
            assertEq(uint256(groups.group(id).status), uint256(handler.statusOf(id)), "status");
            for (uint256 roleId = 1; roleId <= ROLES; ++roleId) {
                assertEq(groups.role(id, roleId).round, handler.lastRound(id, roleId), "round");
            }
        }
        assertEq(handler.formedUncovered(), 0, "an empty role, or under target");
    }

    function holds_N4_counters_say_who_stands_and_who_holds() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IChainGroups.Group memory record = groups.group(id);
            uint256 filled;
            uint256 pledged;
            for (uint256 roleId = 1; roleId <= ROLES; ++roleId) {
                IChainGroups.Round memory filling = groups.roundOf(id, roleId, handler.lastRound(id, roleId));
                bool counts =
                    record.formedAt == 0 ? filling.standing != address(0) : groups.holderOf(id, roleId) != address(0);
                if (!counts) continue;
                ++filled;
                pledged += filling.pledge;
            }
            assertEq(record.filled, filled, "filled");
            assertEq(record.pledged, pledged, "pledged");
        }
    }

    function holds_N5_the_best_stands_unless_the_leader_selected_another() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            for (uint256 roleId = 1; roleId <= ROLES; ++roleId) {
                for (uint256 round = 1; round <= handler.lastRound(id, roleId); ++round) {
                    IChainGroups.Round memory filling = groups.roundOf(id, roleId, round);
                    assertEq(filling.standing, handler.standingOf(id, roleId, round), "standing");
                    GroupBook.Entry[] memory entries = handler.entries(id, roleId, round);
                    assertEq(filling.candidates, entries.length, "candidates");
                    for (uint256 i; i < entries.length; ++i) {
                        if (entries[i].node == filling.standing) assertEq(filling.pledge, entries[i].pledge, "pledge");
                    }
                }
            }
        }
    }

    function holds_N7_members_are_the_leader_and_all_who_hold_or_held_a_role() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            assertEq(groups.isMember(id, leader), handler.everHeld(id, leader), "leader");
            for (uint256 i; i < nodes.length; ++i) {
                assertEq(groups.isMember(id, nodes[i]), handler.everHeld(id, nodes[i]), "node");
            }
        }
    }
}
