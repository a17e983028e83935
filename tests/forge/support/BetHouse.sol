// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { BetAmendments } from "../../../contracts/bets/BetAmendments.sol";
import { BetContracts } from "../../../contracts/bets/BetContracts.sol";
import { BetLens } from "../../../contracts/bets/BetLens.sol";
import { BetRules } from "../../../contracts/bets/BetRules.sol";
import { IBetAmendments } from "../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../contracts/bets/interfaces/IBetBook.sol";
import { IRoom } from "../../../contracts/room/IRoom.sol";
import { House } from "./House.sol";
import { BetTrees } from "./BetTrees.sol";

/// The house with its bet contracts: a sponsor, members with keys, a reporter and an arbiter. Each verb acts as the one
/// who may do it.
abstract contract BetHouse is House, BetTrees {
    uint64 internal constant POOL = 1_000_000;
    uint64 internal constant STAKE = 100_000;
    uint16 internal constant PERIODS = 3;
    uint32 internal constant SIGN_SECONDS = 7 days;
    uint32 internal constant PERIOD_SECONDS = 30 days;
    uint32 internal constant REPORT_SECONDS = 5 days;
    uint32 internal constant DISPUTE_SECONDS = 3 days;
    uint32 internal constant RULING_SECONDS = 4 days;
    uint64 internal constant BASELINE = 1000;
    bytes32 internal constant EVIDENCE = "evidence";
    bytes32 internal constant REGION = keccak256("CN-ZJ Ningbo");

    BetRules internal rules;
    BetContracts internal bets;
    BetAmendments internal betAmendments;
    BetLens internal betLens;
    address internal sponsor;
    address internal reporter;
    uint32 internal reporterPost;

    mapping(uint256 betId => IBetBook.BetTerms) private _termsOf;
    mapping(uint256 betId => mapping(address account => IBetBook.PartyTerms)) private _pledged;

    function setUp() public virtual override {
        super.setUp();
        sponsor = actor("sponsor");
        reporter = actor("reporter");
        reporterPost = createPost(Offices.REPORTER, reporter);
        rules = new BetRules();
        betAmendments = new BetAmendments(participants, rules, 0);
        bets = new BetContracts(participants, credit, token, rules, betAmendments, majeure, 0);
        betLens = new BetLens(bets, betAmendments, rules);
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
    function targets() internal pure returns (IBetBook.Target[] memory list) {
        list = new IBetBook.Target[](2);
        list[0] = IBetBook.Target({ metric: 1, followsIndex: true, weightBps: 6000, floor: 0, base: 100, stretch: 200 });
        list[1] = IBetBook.Target({ metric: 2, followsIndex: false, weightBps: 4000, floor: 10, base: 0, stretch: 0 });
    }

    function pledge(uint256 i) internal returns (IBetBook.PartyTerms memory) {
        return IBetBook.PartyTerms({
            account: member(i),
            stake: STAKE * uint64(i + 1),
            shareBps: 5000,
            toleranceBps: 0,
            slopeBps: 10_000,
            capBps: 5000,
            targets: targets()
        });
    }

    function pledges(uint256 count) internal returns (IBetBook.PartyTerms[] memory list) {
        list = new IBetBook.PartyTerms[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = pledge(i);
        }
    }

    function betTerms(IBetBook.PartyTerms[] memory list) internal view returns (IBetBook.BetTerms memory) {
        uint40 signBy = uint40(block.timestamp) + SIGN_SECONDS;
        return IBetBook.BetTerms({
            termsRef: "terms",
            groupId: 7,
            partiesRoot: rootOf(leavesOf(list)),
            region: 0,
            reporterPost: reporterPost,
            arbiterPost: arbiterPost,
            signBy: signBy,
            start: signBy + 1 days,
            partyCount: uint16(list.length),
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

    /// The terms of a party of a bet that was signed by the verbs below, as reports bring them along.
    function pledged(uint256 betId, address account) internal view returns (IBetBook.PartyTerms memory) {
        return _pledged[betId][account];
    }

    function remember(uint256 betId, IBetBook.PartyTerms memory terms) internal {
        IBetBook.PartyTerms storage kept = _pledged[betId][terms.account];
        kept.account = terms.account;
        kept.stake = terms.stake;
        kept.shareBps = terms.shareBps;
        kept.toleranceBps = terms.toleranceBps;
        kept.slopeBps = terms.slopeBps;
        kept.capBps = terms.capBps;
        delete kept.targets;
        for (uint256 i; i < terms.targets.length; ++i) {
            kept.targets.push(terms.targets[i]);
        }
    }

    function nobody() internal pure returns (IBetBook.PartyTerms memory terms) { }

    // ---- signatures ----

    function consent(uint256 betId, IBetBook.PartyTerms memory terms, uint256 key, uint40 deadline)
        internal
        view
        returns (bytes memory)
    {
        IBetBook.Bet memory record = bets.bet(betId);
        return signatureOf(
            key, rules.betDigest(address(bets), betId, record.sponsor, record.termsHash, pledgeHash(terms), deadline)
        );
    }

    /// `key` signs the terms of the list at `place`, good for an hour.
    function signedPledge(uint256 betId, IBetBook.PartyTerms[] memory list, uint256 place, uint256 key)
        internal
        view
        returns (IBetBook.SignedPledge memory)
    {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        return IBetBook.SignedPledge({
            terms: list[place],
            proof: proofOf(leavesOf(list), place),
            deadline: deadline,
            signature: consent(betId, list[place], key, deadline)
        });
    }

    // ---- life of a bet ----

    function propose(IBetBook.BetTerms memory terms) internal returns (uint256 betId) {
        vm.prank(sponsor);
        betId = bets.proposeBet(terms);
        _termsOf[betId] = terms;
    }

    /// The terms of a bet proposed by the verb above.
    function termsOfBet(uint256 betId) internal view returns (IBetBook.BetTerms memory) {
        return _termsOf[betId];
    }

    function proposed(uint256 count) internal returns (uint256 betId) {
        return propose(betTerms(pledges(count)));
    }

    function sign(uint256 betId, IBetBook.PartyTerms[] memory list, uint256 i) internal {
        remember(betId, list[i]);
        bets.signBet(betId, signedPledge(betId, list, i, keyOf(i)));
    }

    function signAll(uint256 betId, IBetBook.PartyTerms[] memory list) internal {
        bytes32[] memory leaves = leavesOf(list);
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        for (uint256 i; i < list.length; ++i) {
            remember(betId, list[i]);
            bytes memory signature = consent(betId, list[i], keyOf(i), deadline);
            bets.signBet(
                betId,
                IBetBook.SignedPledge({
                    terms: list[i], proof: proofOf(leaves, i), deadline: deadline, signature: signature
                })
            );
        }
    }

    function active(uint256 count) internal returns (uint256 betId) {
        return active(pledges(count));
    }

    function active(IBetBook.PartyTerms[] memory list) internal returns (uint256 betId) {
        betId = propose(betTerms(list));
        signAll(betId, list);
    }

    function endOf(uint256 betId, uint16 period) internal view returns (uint256) {
        return uint256(bets.bet(betId).start) + uint256(period) * _termsOf[betId].periodSeconds;
    }

    function reportEndOf(uint256 betId, uint16 period) internal view returns (uint256) {
        return endOf(betId, period) + _termsOf[betId].reportSeconds;
    }

    function warpToEnd(uint256 betId, uint16 period) internal {
        vm.warp(endOf(betId, period));
    }

    function pair(uint64 made, uint64 defects) internal pure returns (uint64[] memory values) {
        values = new uint64[](2);
        (values[0], values[1]) = (made, defects);
    }

    function one(uint64 value) internal pure returns (uint64[] memory values) {
        values = new uint64[](1);
        values[0] = value;
    }

    function report(uint256 betId, uint256 i, uint16 period, uint64 made, uint64 defects) internal {
        reportAs(reporter, betId, member(i), period, pair(made, defects));
    }

    function reportAs(address caller, uint256 betId, address subject, uint16 period, uint64[] memory values) internal {
        IBetBook.PartyTerms memory terms = subject == address(0) ? nobody() : pledged(betId, subject);
        vm.prank(caller);
        bets.report(betId, subject, period, values, terms, EVIDENCE);
    }

    function reportValue(uint256 betId, uint64 value) internal {
        reportAs(reporter, betId, address(0), 0, one(value));
    }

    function reportIndex(uint256 betId, uint16 period, uint64 value) internal {
        reportAs(reporter, betId, address(0), period, one(value));
    }

    function disputeAs(address caller, uint256 betId, address account, uint16 period) internal {
        vm.prank(caller);
        bets.dispute(betId, account, period, "reason");
    }

    function rule(uint256 betId, uint256 i, uint16 period, uint64 made, uint64 defects) internal {
        ruleAs(arbiter, betId, member(i), period, pair(made, defects));
    }

    function ruleAs(address caller, uint256 betId, address subject, uint16 period, uint64[] memory values) internal {
        IBetBook.PartyTerms memory terms = subject == address(0) ? nobody() : pledged(betId, subject);
        vm.prank(caller);
        bets.rule(betId, subject, period, values, terms, EVIDENCE);
    }

    function ruleValue(uint256 betId, uint64 value) internal {
        ruleAs(arbiter, betId, address(0), 0, one(value));
    }

    function ruleIndex(uint256 betId, uint16 period, uint64 value) internal {
        ruleAs(arbiter, betId, address(0), period, one(value));
    }

    function settle(uint256 betId) internal {
        vm.warp(settleableAt(betId));
        bets.settleBet(betId);
    }

    /// Every window over: of the last report, of its dispute, of the ruling.
    function settleableAt(uint256 betId) internal view returns (uint256) {
        IBetBook.BetTerms memory terms = _termsOf[betId];
        return reportEndOf(betId, bets.bet(betId).periods) + terms.disputeSeconds + terms.rulingSeconds;
    }

    function statusOf(uint256 betId) internal view returns (uint256) {
        return uint256(bets.bet(betId).status);
    }

    // ---- amendments ----

    /// What changes nothing but the terms of the parties in `list`, from a period on.
    function changeTerms(uint256 betId, IBetBook.PartyTerms[] memory list, uint16 fromPeriod)
        internal
        view
        returns (IBetAmendments.ChangeTerms memory)
    {
        return IBetAmendments.ChangeTerms({
            partiesRoot: rootOf(leavesOf(list)),
            termsRef: "amendment",
            leaver: address(0),
            newcomer: address(0),
            start: bets.bet(betId).start,
            periods: bets.bet(betId).periods,
            fromPeriod: fromPeriod,
            signBy: uint40(endOf(betId, fromPeriod))
        });
    }

    function amend(uint256 betId, IBetAmendments.ChangeTerms memory change) internal returns (uint256 amendmentId) {
        vm.prank(sponsor);
        return betAmendments.proposeAmendment(address(bets), betId, _termsOf[betId], change);
    }

    function amendmentConsent(
        uint256 betId,
        uint256 amendmentId,
        IBetBook.PartyTerms memory terms,
        uint256 key,
        uint40 deadline
    ) internal view returns (bytes memory) {
        bytes32 changeHash = betAmendments.amendment(address(bets), betId, amendmentId).changeHash;
        return signatureOf(
            key, rules.amendmentDigest(address(bets), betId, amendmentId, changeHash, pledgeHash(terms), deadline)
        );
    }

    function signAmendment(
        uint256 betId,
        uint256 amendmentId,
        IBetBook.PartyTerms[] memory list,
        uint256 place,
        uint256 key
    ) internal {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        IBetBook.SignedPledge memory signed = IBetBook.SignedPledge({
            terms: list[place],
            proof: proofOf(leavesOf(list), place),
            deadline: deadline,
            signature: amendmentConsent(betId, amendmentId, list[place], key, deadline)
        });
        betAmendments.signAmendment(address(bets), betId, amendmentId, signed);
    }

    /// All members of `list` (whose places are their numbers) sign what is proposed here, and it is in force.
    function agree(uint256 betId, IBetBook.PartyTerms[] memory list, uint16 fromPeriod)
        internal
        returns (uint256 amendmentId)
    {
        amendmentId = amend(betId, changeTerms(betId, list, fromPeriod));
        for (uint256 i; i < list.length; ++i) {
            signAmendment(betId, amendmentId, list, i, keyOf(i));
            remember(betId, list[i]);
        }
    }

    // ---- the end ----

    function endConsent(uint256 betId, uint32 round, address account, uint256 key, uint40 deadline)
        internal
        view
        returns (bytes memory)
    {
        return signatureOf(key, rules.endDigest(address(bets), betId, round, account, deadline));
    }

    function signEnd(uint256 betId, uint32 round, address account, uint256 key) internal {
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        bytes memory signature = endConsent(betId, round, account, key, deadline);
        betAmendments.endByConsent(address(bets), betId, account, deadline, signature);
    }

    function sponsorKey() internal returns (uint256 key) {
        (, key) = actorWithKey("sponsor");
    }

    // ---- figures as they stand ----

    function reportOf(uint256 betId, address subject, uint16 period)
        internal
        view
        returns (IBetBook.Report memory entry)
    {
        (entry,) = bets.reportOf(betId, subject, period);
    }

    // ---- refusals ----

    function refusedTooEarly(uint256 opensAt) internal {
        refused(abi.encodeWithSelector(IRoom.Room_TooEarly.selector, block.timestamp, opensAt));
    }

    function refusedTooLate(uint256 closesAt) internal {
        refused(abi.encodeWithSelector(IRoom.Room_TooLate.selector, block.timestamp, closesAt));
    }

    function refusedTerm(uint256 actual, uint256 min, uint256 max) internal {
        refused(abi.encodeWithSelector(IRoom.Room_TermOutOfBounds.selector, actual, min, max));
    }

    function refusedHolder(uint32 postId, address account, address holder) internal {
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, postId, account, holder));
    }

    function refusedIn(uint256 betId, IBetBook.BetStatus status) internal {
        refused(abi.encodeWithSelector(IBetBook.BetContracts_WrongStatus.selector, betId, status));
    }

    function refusedBecause(bytes4 selector, uint256 betId) internal {
        refused(abi.encodeWithSelector(selector, betId));
    }

    function refusedBecause(bytes4 selector, uint256 betId, address account) internal {
        refused(abi.encodeWithSelector(selector, betId, account));
    }
}
