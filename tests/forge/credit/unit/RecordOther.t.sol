// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { CreditHouse } from "../../support/CreditHouse.sol";

/// Bets, peers and users: the same promises hold for each.
contract RecordOtherTest is CreditHouse {
    ICreditRegistry.Component private constant BETS = ICreditRegistry.Component.Bets;
    ICreditRegistry.Component private constant PEERS = ICreditRegistry.Component.Peers;
    ICreditRegistry.Component private constant USERS = ICreditRegistry.Component.Users;

    function _others() private pure returns (ICreditRegistry.Component[3] memory) {
        return [BETS, PEERS, USERS];
    }

    function test_an_outcome_enters_its_own_component_alone() public {
        for (uint256 i; i < 3; ++i) {
            uint256 state = vm.snapshotState();
            said(_others()[i], 1_000_000, 9000);
            ICreditRegistry.ComponentRecord[5] memory components = credit.componentsOf(supplier);
            for (uint256 j; j < 5; ++j) {
                bool own = j == i + 2;
                assertEq(uint256(components[j].component), j, "in order");
                assertEq(components[j].value, own ? 1_000_000 : 0, "value");
                assertEq(components[j].weighted, own ? 9_000_000_000 : 0, "weighted");
                assertEq(components[j].outcomes, own ? 1 : 0, "outcomes");
                assertEq(components[j].averageBps, own ? 8000 : NEWCOMER_BPS, "average with the prior");
            }
            assertEq(credit.scoreOf(rival), NEWCOMER_BPS, "others keep theirs");
            vm.revertToState(state);
        }
    }

    function test_a_bet_weighs_twenty_times_its_evidence() public {
        // Evidence one half: (60 x 7,000 + 20 x 1/2 x 10,000) / (60 + 10) = 7,428.
        vm.expectEmit(address(credit));
        emit ICreditRegistry.ComponentRecorded(supplier, scorer, 9, BETS, 1_000_000, 10_000, 7428);
        said(BETS, supplier, 9, 1_000_000, 10_000);
        assertEq(credit.scoreOf(supplier), 7428);
    }

    function test_peers_and_users_weigh_ten_times_their_evidence() public {
        // (60 x 7,000 + 10 x 1/2 x 10,000) / (60 + 5) = 7,230.
        vm.expectEmit(address(credit));
        emit ICreditRegistry.ComponentRecorded(supplier, scorer, 9, PEERS, 1_000_000, 10_000, 7230);
        said(PEERS, supplier, 9, 1_000_000, 10_000);
        // (60 x 7,000 + 5 x 10,000 + 5 x 0) / (60 + 5 + 5) = 6,714.
        vm.expectEmit(address(credit));
        emit ICreditRegistry.ComponentRecorded(supplier, scorer, 9, USERS, 1_000_000, 0, 6714);
        said(USERS, supplier, 9, 1_000_000, 0);
        assertEq(credit.scoreOf(supplier), 6714);
    }

    function test_all_five_together_weigh_as_the_weights_say() public {
        uint256 much = 2 ** 55;
        delivered(much);
        said(BETS, much, 0);
        assertEq(credit.scoreOf(supplier), 7499, "60 of 80, with a trace of the prior");
        said(PEERS, much, 0);
        said(USERS, much, 0);
        assertEq(credit.scoreOf(supplier), 5999, "60 of 100");
        uint256 total;
        for (uint8 i; i < 5; ++i) {
            total += credit.weightOf(ICreditRegistry.Component(i));
        }
        assertEq(total, 100);
    }

    function test_the_first_small_outcome_moves_a_good_score_by_little() public {
        delivered(9_000_000);
        uint256 score = credit.scoreOf(supplier);
        said(USERS, 1000, 0);
        assertLe(score - credit.scoreOf(supplier), 2, "one bad review of 10.00");
    }

    function test_an_account_that_never_bet_can_have_the_best_score() public {
        delivered(2 ** 55);
        assertEq(credit.scoreOf(supplier), 9999, "the prior is a trace");
    }

    function test_bets_and_opinions_alone_move_a_score_at_most_forty_of_a_hundred() public {
        uint256 much = 2 ** 55;
        for (uint256 i; i < 3; ++i) {
            said(_others()[i], much, 10_000);
        }
        assertEq(credit.scoreOf(supplier), 8199, "60 x 7,000 + 40 x 10,000, with a trace of the prior");
    }

    function test_outcomes_at_the_bound_are_taken_and_above_refused() public {
        for (uint256 i; i < 3; ++i) {
            said(_others()[i], 1, 10_000);
            refused(
                abi.encodeWithSelector(ICreditRegistry.CreditRegistry_OutcomeOutOfBounds.selector, 4, 10_001, 10_000)
            );
            said(_others()[i], supplier, 4, 1, 10_001);
        }
    }

    function test_the_unregistered_are_refused() public {
        for (uint256 i; i < 3; ++i) {
            refused(abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotRegistered.selector, outsider));
            said(_others()[i], outsider, 1, 1, 1);
        }
    }

    function test_whoever_is_no_scorer_is_refused() public {
        bytes memory reason = abi.encodeWithSelector(ICreditRegistry.CreditRegistry_NotAScorer.selector, buyer);
        vm.startPrank(buyer);
        refused(reason);
        credit.recordBet(supplier, 1, 1, 1);
        refused(reason);
        credit.recordPeerRating(supplier, 1, 1, 1);
        refused(reason);
        credit.recordFeedback(supplier, 1, 1, 1);
        vm.stopPrank();
    }

    function test_sums_that_are_full_forget_their_oldest_part() public {
        for (uint256 i; i < 3; ++i) {
            said(_others()[i], type(uint256).max, 10_000);
            said(_others()[i], 2 ** 55, 0);
            ICreditRegistry.ComponentRecord memory record = sums(_others()[i]);
            assertEq(record.value, type(uint56).max, "full");
            assertEq(record.weighted, (uint256(type(uint56).max) - 2 ** 55) * 10_000, "half of the old");
            assertEq(record.outcomes, 2);
        }
    }
}
