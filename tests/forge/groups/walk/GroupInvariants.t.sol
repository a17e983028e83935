// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ChainGroups } from "../../../../contracts/chaingroup/ChainGroups.sol";
import { GroupPay } from "../../../../contracts/chaingroup/GroupPay.sol";
import { UserReviews } from "../../../../contracts/chaingroup/UserReviews.sol";
import { IForceMajeure } from "../../../../contracts/forcemajeure/interfaces/IForceMajeure.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { GroupHouse } from "../../support/GroupHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { GroupFormingSteps } from "./GroupFormingSteps.sol";
import { GroupHandler } from "./GroupHandler.sol";
import { WalkedWeather } from "./WalkedWeather.sol";

/// Numbered in contracts/README.md: N1 to N8 and N13.
contract GroupInvariants is GroupHouse, WalkTest {
    GroupHandler private handler;

    function setUp() public override {
        super.setUp();
        WalkedWeather weather = new WalkedWeather();
        ICreditRegistry scores = ICreditRegistry(address(book));
        groupPay = new GroupPay(participants, token, 0);
        userReviews = new UserReviews(participants, scores, FEEDBACK_VALUE, 0);
        IForceMajeure days_ = IForceMajeure(address(weather));
        groups = new ChainGroups(participants, scores, bets, days_, groupRules, groupPay, userReviews, 0);
        registerCustodian(address(groupPay));
        vm.prank(admin);
        handler = new GroupHandler(groups, groupPay, userReviews, book, bets, weather, token);
        address[] memory nodes = new address[](4);
        (nodes[0], nodes[1], nodes[2], nodes[3]) = (hefei, shanghai, qingdao, chengdu);
        for (uint256 i; i < 4; ++i) {
            approve(nodes[i], address(groupPay));
        }
        approve(leader, address(groupPay));
        address[] memory reporters = new address[](3);
        (reporters[0], reporters[1], reporters[2]) = (reporter, actor("second reporter"), actor("third reporter"));
        address[] memory strangers = new address[](2);
        (strangers[0], strangers[1]) = (outsider, buyer);
        handler.begin(leader, nodes, reporters, strangers, reporterPost);
        walkWith(address(handler), _steps());
    }

    function _steps() private pure returns (bytes4[] memory steps) {
        bytes4[38] memory all = [
            GroupFormingSteps.open.selector,
            GroupFormingSteps.grab.selector,
            GroupFormingSteps.grab.selector,
            GroupFormingSteps.grab.selector,
            GroupFormingSteps.grab.selector,
            GroupFormingSteps.select.selector,
            GroupFormingSteps.select.selector,
            GroupFormingSteps.reject.selector,
            GroupFormingSteps.waitForChoice.selector,
            GroupFormingSteps.form.selector,
            GroupFormingSteps.form.selector,
            GroupFormingSteps.dissolve.selector,
            GroupFormingSteps.bind.selector,
            GroupFormingSteps.settleBet.selector,
            GroupFormingSteps.weighBet.selector,
            GroupHandler.progress.selector,
            GroupHandler.progress.selector,
            GroupHandler.review.selector,
            GroupHandler.review.selector,
            GroupHandler.reopen.selector,
            GroupHandler.reopen.selector,
            GroupHandler.resign.selector,
            GroupHandler.seat.selector,
            GroupHandler.add.selector,
            GroupHandler.storm.selector,
            GroupHandler.extend.selector,
            GroupHandler.consent.selector,
            GroupHandler.consent.selector,
            GroupHandler.consent.selector,
            GroupHandler.close.selector,
            GroupHandler.release.selector,
            GroupHandler.payOut.selector,
            GroupHandler.returnBudget.selector,
            GroupHandler.score.selector,
            GroupHandler.wait.selector,
            GroupHandler.wait.selector,
            GroupHandler.changeHands.selector,
            GroupHandler.intrude.selector
        ];
        steps = new bytes4[](all.length);
        for (uint256 i; i < all.length; ++i) {
            steps[i] = all[i];
        }
    }

    /// The random walk is no idle one: in a few dozen walks of 128 steps every step is really taken.
    function test_the_walk_of_groups_takes_every_step() public {
        takesEveryStep(
            "open, grab, grab again, select, select again, reject, wait for choice, form, dissolve, "
            "dissolve without bet, bind, settle bet, weigh bet, progress, progress of former, review, reopen for reviews, "
            "reopen unsigned, reopen short, reopen deserted, resign, seat, add, storm, extend, consent, "
            "consent taken back, end by consent, close, close early, release, pay, return, score, wait, hand over, vacate, "
            "replace, intrude, intrude in vain",
            160,
            128,
            1
        );
        handler.holds_all();
    }

    function _step(uint256 seed) internal override {
        bytes4 selector = _steps()[(seed >> 240) % 38];
        callHandler(abi.encodeWithSelector(selector, seed >> 8, (seed >> 100) % 2 ** 16, (seed >> 116) % 2 ** 64));
    }

    function invariant_every_promise_of_chain_groups_holds() public view {
        if (handler.moved()) handler.holds_all();
    }
}
