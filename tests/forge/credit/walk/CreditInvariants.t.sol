// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { IdentityHouse } from "../../support/IdentityHouse.sol";
import { CreditBook } from "../../support/CreditBook.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { CreditHandler } from "./CreditHandler.sol";

/// Numbered in contracts/README.md: C1 to C4.
contract CreditInvariants is IdentityHouse, WalkTest {
    CreditHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new CreditHandler(participants, credit, [buyer, supplier, rival]);
        appoint(Offices.SCORER, address(handler));
        bytes4[] memory steps = new bytes4[](7);
        steps[0] = CreditHandler.deliver.selector;
        steps[1] = CreditHandler.breakPromise.selector;
        steps[2] = CreditHandler.bet.selector;
        steps[3] = CreditHandler.ratePeer.selector;
        steps[4] = CreditHandler.feedBack.selector;
        steps[5] = CreditHandler.wait.selector;
        steps[6] = CreditHandler.succeed.selector;
        walkWith(address(handler), steps);
    }

    function test_the_walk_takes_every_step() public {
        takesEveryStep("deliver, default, bet, peers, users, wait, succeed", 1, 128, 2);
        holds_C1_credit_recomputed_from_events_is_the_score();
        holds_C3_time_alone_moves_no_average_away_from_the_newcomers();
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 240) % 7;
        if (which == 0) handler.deliver(seed, seed >> 1, uint8(seed % 3), uint16(seed >> 40));
        else if (which == 1) handler.breakPromise(seed, seed >> 1);
        else if (which == 2) handler.bet(seed, seed >> 1, uint16(seed >> 2));
        else if (which == 3) handler.ratePeer(seed, seed >> 1, uint16(seed >> 2));
        else if (which == 4) handler.feedBack(seed, seed >> 1, uint16(seed >> 2));
        else if (which == 5) handler.wait(seed, uint32(seed >> 3));
        else handler.succeed(seed);
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_credit_holds() public view {
        holds_C1_credit_recomputed_from_events_is_the_score();
        holds_C2_scores_stay_in_basis_points_and_a_newcomer_has_the_prior();
        holds_C3_time_alone_moves_no_average_away_from_the_newcomers();
        holds_C4_a_full_outcome_lowers_no_score_and_none_raises_it();
    }

    function holds_C1_credit_recomputed_from_events_is_the_score() public view {
        for (uint256 i; i < 3; ++i) {
            address account = handler.account(i);
            ICreditRegistry.ComponentRecord[5] memory components = handler.credit().componentsOf(account);
            for (uint256 j; j < 5; ++j) {
                CreditBook.CreditSums memory sums = handler.creditSums(account, j);
                assertEq(components[j].value, sums.value, "value");
                assertEq(components[j].weighted, sums.weighted, "weighted");
                assertEq(components[j].outcomes, sums.outcomes, "outcomes");
            }
            assertEq(
                handler.credit().scoreOf(account), handler.creditScore(account, NEWCOMER_BPS, NEWCOMER_VALUE), "score"
            );
        }
        assertEq(handler.carriedWrong(), 0, "sums go on as they were");
        assertEq(handler.lastEventsThatLied(), 0, "every event carries the score after it");
    }

    function holds_C2_scores_stay_in_basis_points_and_a_newcomer_has_the_prior() public view {
        for (uint256 i; i < 3; ++i) {
            address account = handler.account(i);
            assertLe(handler.credit().scoreOf(account), 10_000, "score");
            if (handler.creditEvents(account) == 0) {
                assertEq(handler.credit().scoreOf(account), NEWCOMER_BPS, "newcomer");
            }
        }
        assertEq(handler.credit().scoreOf(outsider), NEWCOMER_BPS, "stranger");
    }

    function holds_C3_time_alone_moves_no_average_away_from_the_newcomers() public view {
        assertEq(handler.memoriesThatGrew(), 0);
    }

    function holds_C4_a_full_outcome_lowers_no_score_and_none_raises_it() public view {
        assertEq(handler.praiseThatHurt(), 0, "praise");
        assertEq(handler.blameThatHelped(), 0, "blame");
    }
}
