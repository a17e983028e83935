// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { BetContracts } from "../../../contracts/bets/BetContracts.sol";
import { BetRules } from "../../../contracts/bets/BetRules.sol";
import { IBetContracts } from "../../../contracts/bets/interfaces/IBetContracts.sol";
import { House } from "./House.sol";
import { BetTrees } from "./BetTrees.sol";

/// The house with its bet contracts: a sponsor, members with keys, a reporter and an arbiter. Each verb acts as the one
/// who may do it.
abstract contract BetHouse is House, BetTrees {
    uint128 internal constant POOL = 1_000_000;
    uint128 internal constant STAKE = 100_000;
    uint16 internal constant PERIODS = 3;
    uint32 internal constant SIGN_SECONDS = 7 days;
    uint32 internal constant PERIOD_SECONDS = 30 days;
    uint32 internal constant REPORT_SECONDS = 5 days;
    uint32 internal constant DISPUTE_SECONDS = 3 days;
    uint32 internal constant RULING_SECONDS = 4 days;
    uint64 internal constant BASELINE = 1000;
    bytes32 internal constant EVIDENCE = "evidence";

    BetRules internal rules;
    BetContracts internal bets;
    address internal sponsor;
    address internal reporter;

    function setUp() public virtual override {
        super.setUp();
        sponsor = actor("sponsor");
        reporter = actor("reporter");
        rules = new BetRules(participants);
        bets = new BetContracts(participants, credit, token, rules);
        appoint(Offices.REPORTER, reporter);
        appoint(Offices.SCORER, address(bets));
        registerCustodian(address(bets));
        join(sponsor);
        for (uint256 i; i < 3; ++i) {
            join(member(i));
        }
    }

    // ---- people ----

    /// A node in funds that lets the bet contracts take them.
    function join(address account) internal {
        enrol(account, Offices.NODE, address(bets));
    }

    function member(uint256 i) internal returns (address account) {
        return actor(string.concat("member ", vm.toString(i)));
    }

    function keyOf(uint256 i) internal returns (uint256 key) {
        (, key) = actorWithKey(string.concat("member ", vm.toString(i)));
    }

    // ---- terms ----

    /// At least 100, at best 200, of what is made; no defects, ten are the end.
    function targets() internal pure returns (IBetContracts.Target[] memory list) {
        list = new IBetContracts.Target[](2);
        list[0] =
            IBetContracts.Target({ metric: 1, followsIndex: true, weightBps: 6000, floor: 0, base: 100, stretch: 200 });
        list[1] =
            IBetContracts.Target({ metric: 2, followsIndex: false, weightBps: 4000, floor: 10, base: 0, stretch: 0 });
    }

    function pledge(uint256 i) internal returns (IBetContracts.PartyTerms memory) {
        return IBetContracts.PartyTerms({
            account: member(i),
            stake: STAKE * uint128(i + 1),
            shareBps: 5000,
            toleranceBps: 0,
            slopeBps: 10_000,
            capBps: 5000,
            targets: targets()
        });
    }

    function pledges(uint256 count) internal returns (IBetContracts.PartyTerms[] memory list) {
        list = new IBetContracts.PartyTerms[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = pledge(i);
        }
    }

    function betTerms(IBetContracts.PartyTerms[] memory list) internal view returns (IBetContracts.BetTerms memory) {
        uint40 signBy = uint40(block.timestamp) + SIGN_SECONDS;
        return IBetContracts.BetTerms({
            termsRef: "terms",
            groupId: 7,
            partiesRoot: rootOf(leavesOf(list)),
            reporter: reporter,
            signBy: signBy,
            start: signBy + 1 days,
            partyCount: uint16(list.length),
            arbiter: arbiter,
            reportSeconds: REPORT_SECONDS,
            disputeSeconds: DISPUTE_SECONDS,
            rulingSeconds: RULING_SECONDS,
            valuePool: POOL,
            indexBaseline: BASELINE,
            indexElasticityBps: 10_000,
            indexMaxUpBps: 5000,
            indexMaxDownBps: 5000,
            periods: PERIODS,
            periodSeconds: PERIOD_SECONDS
        });
    }

    // ---- signatures ----

    function consent(uint256 betId, IBetContracts.PartyTerms memory terms, uint256 key, uint40 deadline)
        internal
        view
        returns (bytes memory)
    {
        return signatureOf(key, bets.betDigest(betId, pledgeHash(terms), deadline));
    }

    // ---- life of a bet ----

    function propose(IBetContracts.BetTerms memory terms) internal returns (uint256 betId) {
        vm.prank(sponsor);
        return bets.proposeBet(terms);
    }

    function proposed(uint256 count) internal returns (uint256 betId) {
        return propose(betTerms(pledges(count)));
    }

    function sign(uint256 betId, IBetContracts.PartyTerms[] memory list, uint256 i) internal {
        _sign(betId, list[i], keyOf(i), proofOf(leavesOf(list), i));
    }

    function signAll(uint256 betId, IBetContracts.PartyTerms[] memory list) internal {
        bytes32[] memory leaves = leavesOf(list);
        for (uint256 i; i < list.length; ++i) {
            _sign(betId, list[i], keyOf(i), proofOf(leaves, i));
        }
    }

    function _sign(uint256 betId, IBetContracts.PartyTerms memory terms, uint256 key, bytes32[] memory proof) private {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        bets.signBet(betId, terms, proof, deadline, consent(betId, terms, key, deadline));
    }

    function active(uint256 count) internal returns (uint256 betId) {
        IBetContracts.PartyTerms[] memory list = pledges(count);
        betId = propose(betTerms(list));
        signAll(betId, list);
    }

    function warpToEnd(uint256 betId, uint16 period) internal {
        (uint256 opensAt,) = bets.reportWindow(betId, period);
        vm.warp(opensAt);
    }

    function pair(uint64 made, uint64 defects) internal pure returns (uint64[] memory values) {
        values = new uint64[](2);
        (values[0], values[1]) = (made, defects);
    }

    function report(uint256 betId, uint256 i, uint16 period, uint64 made, uint64 defects) internal {
        address account = member(i);
        vm.prank(reporter);
        bets.reportPerformance(betId, account, period, pair(made, defects), EVIDENCE);
    }

    function reportValue(uint256 betId, uint128 value) internal {
        vm.prank(reporter);
        bets.reportValue(betId, value, EVIDENCE);
    }

    function disputeAs(address caller, uint256 betId, address account, uint16 period) internal {
        vm.prank(caller);
        bets.dispute(betId, account, period, "reason");
    }

    function rule(uint256 betId, uint256 i, uint16 period, uint64 made, uint64 defects) internal {
        address account = member(i);
        vm.prank(arbiter);
        bets.rulePerformance(betId, account, period, pair(made, defects), EVIDENCE);
    }

    function settle(uint256 betId) internal {
        vm.warp(bets.settleableAt(betId));
        bets.settleBet(betId);
    }

    function statusOf(uint256 betId) internal view returns (uint256) {
        return uint256(bets.bet(betId).status);
    }

    // ---- refusals ----

    function refusedTooEarly(uint256 betId, uint256 opensAt) internal {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_TooEarly.selector, betId, block.timestamp, opensAt));
    }

    function refusedTooLate(uint256 betId, uint256 closesAt) internal {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_TooLate.selector, betId, block.timestamp, closesAt));
    }

    function refusedIn(uint256 betId, IBetContracts.BetStatus status) internal {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_WrongStatus.selector, betId, status));
    }

    function refusedReport(uint256 betId, IBetContracts.ReportStatus status) internal {
        refused(abi.encodeWithSelector(IBetContracts.BetContracts_WrongReportStatus.selector, betId, status));
    }

    function refusedBecause(bytes4 selector, uint256 betId) internal {
        refused(abi.encodeWithSelector(selector, betId));
    }

    function refusedBecause(bytes4 selector, uint256 betId, address account) internal {
        refused(abi.encodeWithSelector(selector, betId, account));
    }
}
