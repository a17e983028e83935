// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { JointHouse } from "../../support/JointHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { JointBook } from "./JointBook.sol";
import { JointGroupSteps } from "./JointGroupSteps.sol";
import { JointHandler } from "./JointHandler.sol";

/// Groups, their pay, reviews, bets, ratings, credit and force majeure, all real. Numbered in contracts/README.md: J1 to J5.
contract JointInvariants is JointHouse, WalkTest {
    uint256 private constant _STEPS = 64;

    JointHandler private handler;
    uint256 private supply;

    function setUp() public override {
        super.setUp();
        JointGroupSteps.Rooms memory rooms = JointGroupSteps.Rooms(
            participants, majeure, betRules, betAmendments, bets, groupPay, userReviews, groups, ratings
        );
        JointGroupSteps.Crew memory crew = JointGroupSteps.Crew({
            people: [leader, nodes[0], nodes[1], nodes[2]],
            keys: keys,
            reporters: [reporter, actor("reporter two")],
            reporterPost: reporterPost,
            arbiter: arbiter,
            arbiterPost: arbiterPost,
            weatherDesk: weatherDesk,
            outsider: outsider,
            admin: admin
        });
        handler = new JointHandler(rooms, crew, SEAL_SECONDS, OPEN_SECONDS);
        supply = token.totalSupply();
        bytes4[] memory steps = new bytes4[](_STEPS);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 2) return handler.openGroup.selector;
        if (i < 8) return handler.grab.selector;
        if (i < 10) return handler.choose.selector;
        if (i < 13) return handler.form.selector;
        if (i < 16) return handler.propose.selector;
        if (i < 17) return handler.sign.selector;
        if (i < 20) return handler.bind.selector;
        if (i < 25) return handler.report.selector;
        if (i < 27) return handler.dispute.selector;
        if (i < 30) return handler.endBet.selector;
        if (i < 31) return handler.endBetByConsent.selector;
        if (i < 33) return handler.progress.selector;
        if (i < 34) return handler.review.selector;
        if (i < 37) return handler.change.selector;
        if (i < 38) return handler.extend.selector;
        if (i < 39) return handler.consent.selector;
        if (i < 41) return handler.close.selector;
        if (i < 43) return handler.payOut.selector;
        if (i < 46) return handler.rate.selector;
        if (i < 48) return handler.recordOutcome.selector;
        if (i < 49) return handler.storm.selector;
        if (i < 50) return handler.changeHands.selector;
        if (i < 51) return handler.intrude.selector;
        return handler.wait.selector;
    }

    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "openGroup, grab, select, reject, form, dissolve, propose, sign, bind, report, rule, dispute, "
            "withdrawDispute, void, settle, withdraw, remainder, endByConsent, progress, review, reopen, resign, "
            "seat, consent, close, releaseStake, payEarnings, returnBudget, commit, reveal, "
            "recordFeedback, declare, apply, handOver, intrude, refused, wait",
            64,
            200,
            1
        );
    }

    function _step(uint256 seed) internal override {
        uint256 x = uint256(keccak256(abi.encode(seed)));
        bytes memory rest = abi.encode(x, x >> 100 & 0xFFFF, x >> 40, keccak256(abi.encode(x)));
        callHandler(abi.encodePacked(_selector((seed >> 240) % _STEPS), rest));
    }

    function invariant_every_joint_promise_holds() public view {
        holds_J1_no_token_is_made_or_lost();
        holds_J2_groups_hold_what_the_events_say();
        holds_J3_bets_hold_what_the_events_say();
        holds_J4_credit_of_all_is_recomputed_from_the_events_of_all();
        holds_J5_each_room_says_of_the_other_what_the_other_says();
        assertEq(handler.intruded(), 0, "intruded");
    }

    function holds_J1_no_token_is_made_or_lost() public view {
        uint256 total = token.balanceOf(address(bets)) + token.balanceOf(address(groupPay));
        address[4] memory people = handler.people();
        for (uint256 i; i < 4; ++i) {
            total += token.balanceOf(people[i]);
        }
        total += token.balanceOf(buyer) + token.balanceOf(supplier) + token.balanceOf(rival);
        assertEq(total, supply, "all accounts together");
        assertEq(token.totalSupply(), supply, "supply");
    }

    function holds_J2_groups_hold_what_the_events_say() public view {
        assertEq(token.balanceOf(address(groupPay)), handler.groupMoney());
    }

    function holds_J3_bets_hold_what_the_events_say() public view {
        assertEq(token.balanceOf(address(bets)), handler.betMoney());
    }

    function holds_J4_credit_of_all_is_recomputed_from_the_events_of_all() public view {
        address[4] memory people = handler.people();
        for (uint256 i; i < 4; ++i) {
            assertEq(credit.scoreOf(people[i]), handler.creditScore(people[i], NEWCOMER_BPS, NEWCOMER_VALUE), "score");
        }
    }

    function holds_J5_each_room_says_of_the_other_what_the_other_says() public view {
        for (uint256 id = 1; id <= handler.groupCount(); ++id) {
            JointBook.GroupPage memory page = handler.groupPage(id);
            assertEq(groups.settledAt(id), page.settledAt, "settledAt");
            assertEq(groups.group(id).betId, page.betId, "betId");
            assertEq(groups.group(id).workEnd, page.workEnd, "workEnd");
            for (uint256 role = 1; role <= 2; ++role) {
                assertEq(groups.holderOf(id, role), page.holder[role], "holder");
            }
            if (page.betId != 0) assertEq(bets.groupOf(page.betId), id, "the bet names its group");
        }
        for (uint256 id = 1; id <= handler.betCount(); ++id) {
            JointBook.BetPage memory page = handler.betPage(id);
            assertEq(uint256(bets.bet(id).status), uint256(page.status), "status of a bet");
            for (uint256 i; i < page.parties.length; ++i) {
                (uint256 shortfall,,) = bets.shortfallOf(id, page.parties[i]);
                assertEq(shortfall, handler.shortfallOf(id, page.parties[i]), "shortfall");
            }
        }
    }

    // ---- and everybody walks away, from wherever a walk ended ----

    function test_from_wherever_a_walk_ends_a_stranger_and_the_clock_return_all_money() public {
        vm.pauseGasMetering();
        for (uint256 walk; walk < 12; ++walk) {
            uint256 state = vm.snapshotState();
            for (uint256 i; i < 100; ++i) {
                this.takeStep(uint256(keccak256(abi.encode("away", walk, i))));
            }
            _everybodyWalksAway();
            assertEq(token.balanceOf(address(bets)), 0, "bets");
            assertEq(token.balanceOf(address(groupPay)), 0, "groups");
            vm.revertToState(state);
        }
    }

    function _everybodyWalksAway() private {
        pause();
        vacate(reporterPost);
        vacate(arbiterPost);
        for (uint256 i; i < 4; ++i) {
            suspend(handler.people()[i]);
        }
        skip(300 days);
        vm.startPrank(outsider);
        for (uint256 id = 1; id <= handler.betCount(); ++id) {
            IBetBook.BetStatus status = bets.bet(id).status;
            if (status == IBetBook.BetStatus.Proposed) bets.voidBet(id);
            if (status == IBetBook.BetStatus.Active) bets.settleBet(id);
            for (uint256 i; i < 4; ++i) {
                _call(address(bets), abi.encodeCall(bets.withdrawFor, (id, handler.people()[i])));
            }
            _call(address(bets), abi.encodeCall(bets.withdrawRemainder, (id)));
        }
        for (uint256 id = 1; id <= handler.groupCount(); ++id) {
            _call(address(groups), abi.encodeCall(groups.dissolve, (id)));
            _call(address(groups), abi.encodeCall(groups.close, (id)));
            for (uint256 role = 1; role <= 2; ++role) {
                for (uint256 round = 1; round <= 16; ++round) {
                    _call(address(groupPay), abi.encodeCall(groupPay.payEarnings, (id, role, round)));
                    for (uint256 i = 1; i < 4; ++i) {
                        bytes memory data =
                            abi.encodeCall(groupPay.releaseStake, (id, role, round, handler.people()[i]));
                        _call(address(groupPay), data);
                    }
                }
            }
            _call(address(groupPay), abi.encodeCall(groupPay.returnBudget, (id)));
        }
        vm.stopPrank();
    }

    function _call(address target, bytes memory data) private {
        (bool done,) = target.call(data);
        done;
    }
}
