// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IGroupPay } from "../../../../contracts/chaingroup/interfaces/IGroupPay.sol";
import { IUserReviews } from "../../../../contracts/chaingroup/interfaces/IUserReviews.sol";
import { GroupSteps } from "./GroupSteps.sol";

/// What must hold of chain groups after every step: the contracts say what the book says. Numbered in
/// contracts/README.md: N1 to N8 and N13.
abstract contract GroupPromises is GroupSteps {
    function holds_all() external view {
        holds_N1_the_balance_is_stakes_unpaid_earnings_and_the_rest_of_the_budget();
        holds_N2_what_is_earned_is_the_exact_share_of_the_pay();
        holds_N3_N6_nothing_goes_back_and_no_group_forms_uncovered();
        holds_N4_counters_say_who_stands_holds_and_consents();
        holds_N5_N8_the_best_stands_unless_the_leader_selected_another_or_rejected_it();
        holds_N7_members_are_the_leader_and_all_who_hold_or_held_a_role();
        holds_N13_windows_are_those_of_the_terms_and_of_what_moved_them();
    }

    function holds_N1_the_balance_is_stakes_unpaid_earnings_and_the_rest_of_the_budget() public view {
        uint256 owed;
        for (uint256 id = 1; id <= count; ++id) {
            IGroupPay.Purse memory purse = pay.purseOf(id);
            if (!purse.budgetReturned) owed += purse.budget - purse.earned;
            for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
                for (uint256 round = 1; round <= _parts[id][roleId].round; ++round) {
                    IGroupPay.RoundPay memory found = pay.roundPayOf(id, roleId, round);
                    owed += found.earned - found.paid;
                    owed += _stakes(id, roleId, round);
                }
            }
        }
        assertEq(token.balanceOf(address(pay)), owed, "storage");
        assertEq(int256(token.balanceOf(address(pay))), held, "events");
        assertEq(token.balanceOf(address(groups)), 0, "no money in the groups");
    }

    function _stakes(uint256 id, uint256 roleId, uint256 round) private view returns (uint256 sum) {
        Entry[] storage all = _entries[id][roleId][round];
        for (uint256 i; i < all.length; ++i) {
            uint256 stake = pay.stakeOf(id, roleId, round, all[i].node);
            assertEq(stake, all[i].stake, "stake");
            sum += stake;
        }
    }

    function holds_N2_what_is_earned_is_the_exact_share_of_the_pay() public view {
        for (uint256 id = 1; id <= count; ++id) {
            (uint256 whole, uint256 budget) = (0, 0);
            for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
                IGroupPay.RolePay memory found = pay.rolePayOf(id, roleId);
                uint256 sum;
                for (uint256 round = 1; round <= _parts[id][roleId].round; ++round) {
                    IGroupPay.RoundPay memory part = pay.roundPayOf(id, roleId, round);
                    assertEq(part.earned, _turns[id][roleId][round].earned, "earned in the round");
                    assertEq(part.paid, _turns[id][roleId][round].paid, "paid in the round");
                    sum += part.earned;
                }
                uint256 share = _parts[id][roleId].terms.pay;
                budget += share;
                assertEq(found.earned, sum, "rounds");
                assertEq(found.earnedBps, _parts[id][roleId].earnedBps, "bps");
                assertEq(found.earned, share * found.earnedBps / WHOLE, "share");
                whole += found.earned;
            }
            IGroupPay.Purse memory purse = pay.purseOf(id);
            assertEq(purse.earned, whole, "roles");
            assertEq(purse.budget, budget, "budget");
            assertEq(purse.allEarnedAt, _teams[id].allEarnedAt, "all earned at");
        }
    }

    function holds_N3_N6_nothing_goes_back_and_no_group_forms_uncovered() public view {
        assertEq(backwards, 0, "backwards");
        assertEq(formedUncovered, 0, "an empty role, or under target");
        for (uint256 id = 1; id <= count; ++id) {
            assertEq(uint256(groups.group(id).status), uint256(_teams[id].status), "status");
            for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
                assertEq(groups.role(id, roleId).round, _parts[id][roleId].round, "round");
            }
        }
    }

    function holds_N4_counters_say_who_stands_holds_and_consents() public view {
        for (uint256 id = 1; id <= count; ++id) {
            IChainGroups.Group memory record = groups.group(id);
            (uint256 filled, uint256 pledged, uint256 consents) = filledOf(id);
            assertEq(record.filled, filled, "filled");
            assertEq(record.pledged, pledged, "pledged");
            assertEq(record.consents, consents, "consents");
            assertTrue(record.consentBits & 1 != 0 == _teams[id].leaderConsents, "the leader's");
            for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
                assertEq(groups.holderOf(id, roleId), _holder(id, roleId), "holder");
                bool consents_ = record.consentBits >> roleId & 1 != 0;
                assertTrue(consents_ == _present(id, roleId).consents, "a holder's");
            }
        }
    }

    function holds_N5_N8_the_best_stands_unless_the_leader_selected_another_or_rejected_it() public view {
        for (uint256 id = 1; id <= count; ++id) {
            for (uint256 roleId = 1; roleId <= _teams[id].roles; ++roleId) {
                for (uint256 round = 1; round <= _parts[id][roleId].round; ++round) {
                    IChainGroups.Round memory found = groups.roundOf(id, roleId, round);
                    Turn storage turn = _turns[id][roleId][round];
                    assertEq(found.standing, turn.standing, "standing");
                    assertEq(found.pledge, turn.pledge, "pledge");
                    assertEq(found.candidates, _entries[id][roleId][round].length, "candidates");
                    assertTrue(found.selected == turn.selected, "selected");
                    _checkStanding(id, roleId, round);
                    _checkReviews(id, roleId, round);
                }
            }
        }
    }

    function _checkStanding(uint256 id, uint256 roleId, uint256 round) private view {
        Turn storage turn = _turns[id][roleId][round];
        uint256 place = _entryOf(id, roleId, round, turn.standing);
        if (place != 0) assertTrue(!_entries[id][roleId][round][place - 1].rejected, "a rejected one stands");
        if (turn.selected) return;
        address best = _bestOf(id, roleId, round);
        if (best == address(0)) return;
        bool rejected = _entries[id][roleId][round][_entryOf(id, roleId, round, best) - 1].rejected;
        assertEq(turn.standing, rejected ? address(0) : best, "the best");
    }

    function _checkReviews(uint256 id, uint256 roleId, uint256 round) private view {
        IUserReviews.Reviews memory sums = reviews.reviewsOf(id, roleId, round);
        Turn storage turn = _turns[id][roleId][round];
        assertEq(sums.count, turn.reviews, "reviews");
        assertEq(sums.weight, turn.weight, "weight");
        assertEq(sums.weighted, turn.weighted, "weighted");
    }

    function holds_N7_members_are_the_leader_and_all_who_hold_or_held_a_role() public view {
        for (uint256 id = 1; id <= count; ++id) {
            assertTrue(groups.isMember(id, leader) == (_teams[id].formedAt != 0), "leader");
            for (uint256 i; i < _nodes.length; ++i) {
                assertTrue(groups.isMember(id, _nodes[i]) == _everHeld[id][_nodes[i]], "node");
            }
        }
    }

    function holds_N13_windows_are_those_of_the_terms_and_of_what_moved_them() public view {
        for (uint256 id = 1; id <= count; ++id) {
            IChainGroups.Group memory record = groups.group(id);
            Team storage team = _teams[id];
            assertEq(record.grabEnd, team.grabEnd, "grab end");
            assertEq(record.selectEnd, team.selectEnd, "select end");
            assertEq(record.workEnd, team.workEnd, "work end");
            assertEq(record.reportEnd, team.reportEnd, "report end");
            assertEq(record.betDueAt, team.betDueAt, "bet due at");
            assertEq(record.settledAt, team.settledAt, "settled at");
            assertEq(record.extendedDays, team.extendedDays, "extended days");
            assertTrue(record.endedByConsent == team.ended, "ended by consent");
            for (uint256 roleId = 1; roleId <= team.roles; ++roleId) {
                IChainGroups.Round memory found = groups.roundOf(id, roleId, _parts[id][roleId].round);
                Turn storage turn = _present(id, roleId);
                assertEq(found.grabEnd, turn.grabEnd, "grab end of the round");
                assertEq(found.selectEnd, turn.selectEnd, "select end of the round");
                assertEq(found.seatedAt, turn.seatedAt, "seated at");
                assertEq(found.endedAt, turn.endedAt, "ended at");
            }
        }
    }
}
