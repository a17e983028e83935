// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ChainGroups } from "../../../contracts/chaingroup/ChainGroups.sol";
import { GroupLens } from "../../../contracts/chaingroup/GroupLens.sol";
import { GroupPay } from "../../../contracts/chaingroup/GroupPay.sol";
import { GroupRules } from "../../../contracts/chaingroup/GroupRules.sol";
import { IChainGroups } from "../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IPeerRatings } from "../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { PeerRatings } from "../../../contracts/chaingroup/PeerRatings.sol";
import { UserReviews } from "../../../contracts/chaingroup/UserReviews.sol";
import { ICreditRegistry } from "../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../contracts/identity/Offices.sol";
import { ForceMajeureHouse } from "./ForceMajeureHouse.sol";
import { StandInBets } from "./StandInBets.sol";
import { StandInCredit } from "./StandInCredit.sol";

/// The house with chain groups in it: a leader, a reporter and four nodes, a group of two roles.
abstract contract GroupHouse is ForceMajeureHouse {
    uint32 internal constant GRAB_SECONDS = 1 days;
    uint32 internal constant SELECT_SECONDS = 2 days;
    uint32 internal constant WORK_SECONDS = 30 days;
    uint32 internal constant REPORT_SECONDS = 5 days;
    uint32 internal constant REVIEW_SECONDS = 3 days;
    uint32 internal constant SEAL_SECONDS = 3 days;
    uint32 internal constant OPEN_SECONDS = 2 days;
    uint128 internal constant PEER_VALUE = 200_000;
    uint128 internal constant FEEDBACK_VALUE = 500_000;
    uint128 internal constant STAKE = 5000;
    uint128 internal constant FLOOR = 400;
    uint128 internal constant MOST = 10_000;
    uint128 internal constant TARGET = 1000;
    uint128 internal constant PLANT_PAY = 100_000;
    uint128 internal constant MARKET_PAY = 50_001;
    uint128 internal constant BUDGET = PLANT_PAY + MARKET_PAY;
    uint16 internal constant MARK_BPS = 6000;
    uint32 internal constant MIN_REVIEWS = 3;
    uint256 internal constant PLANT = 1;
    uint256 internal constant MARKET = 2;

    address internal leader;
    address internal reporter;
    uint32 internal reporterPost;
    address internal hefei;
    address internal shanghai;
    address internal qingdao;
    address internal chengdu;

    StandInCredit internal book;
    StandInBets internal bets;
    ChainGroups internal groups;
    GroupRules internal groupRules;
    GroupPay internal groupPay;
    UserReviews internal userReviews;
    GroupLens internal groupLens;
    PeerRatings internal ratings;

    function setUp() public virtual override {
        super.setUp();
        leader = actor("leader");
        reporter = actor("reporter");
        hefei = actor("hefei plant");
        shanghai = actor("shanghai market");
        qingdao = actor("qingdao plant");
        chengdu = actor("chengdu market");
        book = new StandInCredit();
        bets = new StandInBets(leader);
        ICreditRegistry scores = ICreditRegistry(address(book));
        groupRules = new GroupRules(participants, 0);
        groupPay = new GroupPay(participants, token, 0);
        userReviews = new UserReviews(participants, scores, FEEDBACK_VALUE, 0);
        groups = new ChainGroups(participants, scores, bets, majeure, groupRules, groupPay, userReviews, 0);
        groupLens = new GroupLens(groups, groupPay, userReviews);
        ratings = new PeerRatings(participants, scores, groups, SEAL_SECONDS, OPEN_SECONDS, PEER_VALUE, 0);
        reporterPost = createPost(Offices.REPORTER, reporter);
        registerCustodian(address(groupPay));
        enrolNode(leader);
        enrolNode(hefei);
        enrolNode(shanghai);
        enrolNode(qingdao);
        enrolNode(chengdu);
    }

    function enrolNode(address account) internal {
        enrol(account, Offices.NODE, address(groupPay));
    }

    // ---- terms ----

    function groupTerms() internal returns (IChainGroups.GroupTerms memory) {
        return IChainGroups.GroupTerms({
            needRef: newReference(),
            region: bytes32(0),
            target: TARGET,
            reporterPost: reporterPost,
            grabSeconds: GRAB_SECONDS,
            selectSeconds: SELECT_SECONDS,
            workSeconds: WORK_SECONDS,
            reportSeconds: REPORT_SECONDS,
            reviewSeconds: REVIEW_SECONDS,
            betSeconds: 0
        });
    }

    function roleTerms(uint128 pay) internal returns (IChainGroups.RoleTerms memory) {
        return IChainGroups.RoleTerms({
            roleRef: newReference(),
            floor: FLOOR,
            most: MOST,
            stake: STAKE,
            pay: pay,
            minReviews: MIN_REVIEWS,
            minCreditBps: 5000,
            reviewMarkBps: MARK_BPS,
            shortfallMarkBps: 0,
            creditWeightBps: 0,
            stakeBpsOfPledge: 0
        });
    }

    function twoRoles() internal returns (IChainGroups.RoleTerms[] memory roles) {
        roles = new IChainGroups.RoleTerms[](2);
        roles[0] = roleTerms(PLANT_PAY);
        roles[1] = roleTerms(MARKET_PAY);
    }

    // ---- groups ----

    function openGroup() internal returns (uint256 groupId) {
        return openGroup(groupTerms(), twoRoles());
    }

    function openGroup(IChainGroups.GroupTerms memory terms, IChainGroups.RoleTerms[] memory roles)
        internal
        returns (uint256 groupId)
    {
        vm.prank(leader);
        return groups.openGroup(terms, roles);
    }

    function planOf(address node) internal pure returns (bytes32) {
        return keccak256(abi.encode("plan", node));
    }

    function saltOf(address node) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", node));
    }

    /// The commitment to a plan, computed as a node does it: away from the contract.
    function sealPlan(uint256 groupId, uint256 roleId, address node) internal view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(groups), groupId, roleId, node, planOf(node), saltOf(node)));
    }

    function grab(uint256 groupId, uint256 roleId, address node, uint128 pledge) internal {
        bytes32 plan = sealPlan(groupId, roleId, node);
        vm.prank(node);
        groups.grabRole(groupId, roleId, pledge, plan);
    }

    function select(uint256 groupId, uint256 roleId, address node) internal {
        vm.prank(leader);
        groups.selectCandidate(groupId, roleId, node);
    }

    function reject(uint256 groupId, uint256 roleId, address node) internal {
        vm.prank(leader);
        groups.rejectCandidate(groupId, roleId, node);
    }

    function consent(uint256 groupId, uint256 roleId, address account) internal {
        vm.prank(account);
        groups.consentToEnd(groupId, roleId, true);
    }

    function bind(uint256 groupId, uint256 betId) internal {
        vm.prank(leader);
        groups.bindBet(groupId, betId);
    }

    /// Two candidates for each role; hefei and shanghai stand.
    function grabbedGroup() internal returns (uint256 groupId) {
        groupId = openGroup();
        grab(groupId, PLANT, hefei, 600);
        grab(groupId, PLANT, qingdao, 500);
        grab(groupId, MARKET, shanghai, 500);
        grab(groupId, MARKET, chengdu, 450);
    }

    /// The same, formed by rule.
    function formedGroup() internal returns (uint256 groupId) {
        groupId = grabbedGroup();
        warpToForm(groupId);
        groups.form(groupId);
    }

    /// The same, its work and reports over, closed by a stranger.
    function settledGroup() internal returns (uint256 groupId) {
        groupId = formedGroup();
        warpToClose(groupId);
        groups.close(groupId);
    }

    function warpToSelect(uint256 groupId) internal {
        vm.warp(groups.group(groupId).grabEnd);
    }

    function warpToForm(uint256 groupId) internal {
        vm.warp(groups.group(groupId).selectEnd);
    }

    function warpToWorkEnd(uint256 groupId) internal {
        vm.warp(groups.group(groupId).workEnd);
    }

    function warpToClose(uint256 groupId) internal {
        vm.warp(groups.group(groupId).reportEnd);
    }

    /// Of the present holder.
    function progress(uint256 groupId, uint256 roleId, uint16 earnedBps) internal {
        progress(groupId, roleId, groups.role(groupId, roleId).round, earnedBps);
    }

    function progress(uint256 groupId, uint256 roleId, uint256 round, uint16 earnedBps) internal {
        bytes32 ref = newReference();
        vm.prank(reporter);
        groupPay.reportProgress(groupId, roleId, round, earnedBps, ref);
    }

    function review(uint256 groupId, uint256 roleId, uint16 scoreBps, uint128 weight) internal {
        bytes32 ref = newReference();
        uint256 round = groups.role(groupId, roleId).round;
        vm.prank(reporter);
        userReviews.recordReview(groupId, roleId, round, scoreBps, weight, ref);
    }

    /// As many bad reviews as it takes.
    function complain(uint256 groupId, uint256 roleId) internal {
        for (uint256 i; i < MIN_REVIEWS; ++i) {
            review(groupId, roleId, 2000, 100);
        }
    }

    /// A formed group whose plant role was reopened after a third of its pay was earned.
    function reopenedGroup() internal returns (uint256 groupId) {
        groupId = formedGroup();
        progress(groupId, PLANT, 3333);
        complain(groupId, PLANT);
        groups.reopenRole(groupId, PLANT);
    }

    function warpToSeat(uint256 groupId, uint256 roleId) internal {
        vm.warp(groups.roundOf(groupId, roleId, groups.role(groupId, roleId).round).selectEnd);
    }

    function groupStatus(uint256 groupId) internal view returns (uint256) {
        return uint256(groups.group(groupId).status);
    }

    // ---- ratings ----

    /// The list of three that `rater` gives, in ascending order.
    function listOf(address[3] memory rated, uint16[3] memory scores)
        internal
        pure
        returns (IPeerRatings.Rating[] memory list)
    {
        list = new IPeerRatings.Rating[](3);
        for (uint256 i; i < 3; ++i) {
            list[i] = IPeerRatings.Rating({ rated: rated[i], scoreBps: scores[i], reasonRef: bytes32(i) });
        }
        sortList(list);
    }

    function pairOf(address first, uint16 firstBps, address second, uint16 secondBps)
        internal
        pure
        returns (IPeerRatings.Rating[] memory list)
    {
        list = new IPeerRatings.Rating[](2);
        list[0] = IPeerRatings.Rating({ rated: first, scoreBps: firstBps, reasonRef: bytes32(0) });
        list[1] = IPeerRatings.Rating({ rated: second, scoreBps: secondBps, reasonRef: bytes32(0) });
        sortList(list);
    }

    function sortList(IPeerRatings.Rating[] memory list) internal pure {
        for (uint256 i = 1; i < list.length; ++i) {
            for (uint256 j = i; j > 0 && list[j].rated < list[j - 1].rated; --j) {
                (list[j], list[j - 1]) = (list[j - 1], list[j]);
            }
        }
    }

    function sealList(uint256 groupId, address rater, IPeerRatings.Rating[] memory list)
        internal
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(ratings), groupId, rater, list, saltOf(rater)));
    }

    function commitList(uint256 groupId, address rater, IPeerRatings.Rating[] memory list) internal {
        bytes32 commitment = sealList(groupId, rater, list);
        vm.prank(rater);
        ratings.commitRatings(groupId, commitment);
    }

    function revealList(uint256 groupId, address rater, IPeerRatings.Rating[] memory list) internal {
        vm.prank(rater);
        ratings.revealRatings(groupId, list, saltOf(rater));
    }

    function warpToOpening(uint256 groupId) internal {
        (uint256 commitEnd,) = ratings.windowsOf(groupId);
        vm.warp(commitEnd);
    }

    function warpToRecord(uint256 groupId) internal {
        (, uint256 revealEnd) = ratings.windowsOf(groupId);
        vm.warp(revealEnd);
    }
}
