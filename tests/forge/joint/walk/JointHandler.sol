// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { IPeerRatings } from "../../../../contracts/chaingroup/interfaces/IPeerRatings.sol";
import { BetTrees } from "../../support/BetTrees.sol";
import { JointGroupSteps } from "./JointGroupSteps.sol";

/// The same people's bets, ratings and storms; the reporter's post changes hands; strangers try anything.
contract JointHandler is JointGroupSteps, BetTrees {
    uint256 public constant MAX_BETS = 3;
    uint256 private constant _PERIODS = 2;
    uint256 public intruded;
    mapping(uint256 betId => address[2]) private _parties;

    constructor(Rooms memory rooms, Crew memory crew_, uint256 sealSeconds, uint256 openSeconds) {
        _r = rooms;
        _crew = crew_;
        _reporter = crew_.reporters[0];
        (_sealSeconds, _openSeconds) = (sealSeconds, openSeconds);
    }

    function people() external view returns (address[4] memory) {
        return _crew.people;
    }

    function groupPage(uint256 id) external view returns (GroupPage memory) {
        return _groupPages[id];
    }

    function betPage(uint256 id) external view returns (BetPage memory) {
        return _betPages[id];
    }

    function shortfallOf(uint256 betId, address party) external view returns (uint256) {
        return _shortfallOf[betId][party];
    }

    // ---- bets ----

    function propose(uint256 seed) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Formed);
        if (!found || betCount == MAX_BETS || _groupPages[id].betId != 0) return;
        address[2] memory two = [_groupPages[id].holder[1], _groupPages[id].holder[2]];
        if (two[0] == address(0) || two[1] == address(0)) return;
        _parties[betCount + 1] = two;
        IBetBook.BetTerms memory terms = IBetBook.BetTerms({
            termsRef: _ref(),
            groupId: id,
            partiesRoot: rootOf(leavesOf(_pledges(betCount + 1))),
            region: seed % 2 == 0 ? REGION : bytes32(0),
            reporterPost: _crew.reporterPost,
            arbiterPost: _crew.arbiterPost,
            signBy: uint40(block.timestamp) + 12 hours,
            start: uint40(block.timestamp) + 13 hours,
            partyCount: 2,
            reportSeconds: 1 days,
            disputeSeconds: 12 hours,
            rulingSeconds: 12 hours,
            valuePool: 10_000,
            indexBaseline: 0,
            indexElasticityBps: 0,
            indexMaxUpBps: 0,
            indexMaxDownBps: 0,
            periods: uint16(_PERIODS),
            periodSeconds: 12 hours
        });
        bool done = _try("propose", _leader(), address(_r.bets), abi.encodeCall(_r.bets.proposeBet, (terms)));
        assertTrue(done, "propose");
        uint256 betId = betCount;
        // Most sign at once; the last may leave it.
        for (uint256 i; i < 2; ++i) {
            if ((seed >> 8) % 6 != 0 || i == 0) _sign(betId, i);
        }
    }

    function sign(uint256 seed) external {
        if (betCount != 0) _sign(1 + seed % betCount, (seed >> 8) % 2);
    }

    function report(uint256 seed, uint64 value) external {
        (bool found, uint256 betId) = _active(seed);
        if (!found) return;
        uint16 period = _periodNow(betId, seed >> 8);
        uint256 place = (seed >> 16) % 2;
        IBetBook.PartyTerms memory terms = _pledges(betId)[place];
        address subject = period == 0 ? address(0) : terms.account;
        uint64[] memory values = new uint64[](1);
        values[0] = period == 0 ? value % 10_001 : (seed >> 24) % 3 == 0 ? 0 : value % 220;
        bool ruled = (seed >> 32) % 3 == 0;
        bytes memory data = ruled
            ? abi.encodeCall(_r.bets.rule, (betId, subject, period, values, terms, _ref()))
            : abi.encodeCall(_r.bets.report, (betId, subject, period, values, terms, _ref()));
        bool done = _try(ruled ? "rule" : "report", ruled ? _crew.arbiter : _reporter, address(_r.bets), data);
        if (!done || ruled || (seed >> 40) % 2 == 0) return;
        data = abi.encodeCall(_r.bets.dispute, (betId, subject, period, "no"));
        _try("dispute", _leader(), address(_r.bets), data);
    }

    function dispute(uint256 seed) external {
        (bool found, uint256 betId) = _active(seed);
        if (!found) return;
        uint16 period = _periodNow(betId, seed >> 8);
        address subject = period == 0 ? address(0) : _parties[betId][(seed >> 16) % 2];
        bool back = (seed >> 24) % 3 == 0;
        bytes memory data = back
            ? abi.encodeCall(_r.bets.withdrawDispute, (betId, subject, period))
            : abi.encodeCall(_r.bets.dispute, (betId, subject, period, "no"));
        _try(
            back ? "withdrawDispute" : "dispute",
            back ? _leader() : _crew.people[(seed >> 32) % 4],
            address(_r.bets),
            data
        );
    }

    function endBet(uint256 seed) external {
        if (betCount == 0) return;
        uint256 betId = 1 + seed % betCount;
        BetPage storage page = _betPages[betId];
        uint256 settleable = page.start + _PERIODS * 12 hours + 2 days;
        uint256 what = (seed >> 8) % 5;
        if (what == 0) {
            bool may = page.status == IBetBook.BetStatus.Proposed && block.timestamp >= page.signBy;
            bytes memory data = abi.encodeCall(_r.bets.voidBet, (betId));
            assertEq(_try("void", _crew.outsider, address(_r.bets), data), may, "void");
        } else if (what < 3) {
            bool may = page.status == IBetBook.BetStatus.Active && block.timestamp >= settleable;
            bytes memory data = abi.encodeCall(_r.bets.settleBet, (betId));
            assertEq(_try("settle", _crew.outsider, address(_r.bets), data), may, "settle");
        } else if (what == 3) {
            bytes memory data = abi.encodeCall(_r.bets.withdrawFor, (betId, _parties[betId][(seed >> 16) % 2]));
            _try("withdraw", _crew.outsider, address(_r.bets), data);
        } else {
            _try("remainder", _crew.outsider, address(_r.bets), abi.encodeCall(_r.bets.withdrawRemainder, (betId)));
        }
    }

    /// Parties and sponsor sign the end, one by one.
    function endBetByConsent(uint256 seed) external {
        (bool found, uint256 betId) = _active(seed);
        if (!found || (seed >> 64) % 3 != 0) return;
        uint256 place = _placeOf([_leader(), _parties[betId][0], _parties[betId][1]][(seed >> 8) % 3]);
        address account = _crew.people[place];
        uint32 round = _r.betAmendments.endRoundOf(address(_r.bets), betId);
        uint40 deadline = uint40(block.timestamp) + 2 days;
        bytes32 digest = _r.betRules.endDigest(address(_r.bets), betId, round, account, deadline);
        bytes memory signature = signatureOf(_crew.keys[place], digest);
        bytes memory data =
            abi.encodeCall(_r.betAmendments.endByConsent, (address(_r.bets), betId, account, deadline, signature));
        _try("endByConsent", _crew.outsider, address(_r.betAmendments), data);
    }

    // ---- ratings ----

    function rate(uint256 seed) external {
        if (groupCount == 0) return;
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Settled, IChainGroups.GroupStatus.Settled);
        if (!found) id = 1 + seed % groupCount;
        address rater = _crew.people[(seed >> 8) % 4];
        IPeerRatings.Rating[] memory list = _listOf(id, rater);
        bool opens = (seed >> 16) % 2 == 0;
        bytes memory data = opens
            ? abi.encodeCall(_r.ratings.revealRatings, (id, list, "salt"))
            : abi.encodeCall(_r.ratings.commitRatings, (id, _r.ratings.sealRatings(id, rater, list, "salt")));
        _try(opens ? "reveal" : "commit", rater, address(_r.ratings), data);
    }

    function recordOutcome(uint256 seed) external {
        if (groupCount == 0) return;
        uint256 id = 1 + seed % groupCount;
        bool ofPeers = (seed >> 8) % 2 == 0;
        bytes memory data = ofPeers
            ? abi.encodeCall(_r.ratings.recordRatings, (id, _crew.people[(seed >> 16) % 4]))
            : abi.encodeCall(_r.userReviews.recordFeedback, (id, 1 + (seed >> 16) % ROLES, 1 + (seed >> 24) % 2));
        address target = ofPeers ? address(_r.ratings) : address(_r.userReviews);
        _try(ofPeers ? "recordRatings" : "recordFeedback", _crew.outsider, target, data);
    }

    // ---- the world ----

    function storm(uint256 seed) external {
        uint32 today = uint32(block.timestamp / 1 days);
        bytes memory data = seed % 2 == 0
            ? abi.encodeCall(_r.majeure.declare, (REGION, today - uint32((seed >> 8) % 3), 1, "evidence"))
            : abi.encodeCall(_r.majeure.applyDeclaration, (1 + (seed >> 8) % 8));
        _try(seed % 2 == 0 ? "declare" : "apply", _crew.weatherDesk, address(_r.majeure), data);
    }

    function changeHands(uint256) external {
        address heir = _reporter == _crew.reporters[0] ? _crew.reporters[1] : _crew.reporters[0];
        ++taken["handOver"];
        vm.prank(_reporter);
        _r.participants.offerPost(_crew.reporterPost, heir);
        vm.prank(heir);
        _r.participants.takePost(_crew.reporterPost);
        _reporter = heir;
    }

    /// Any function that is not for anybody, with any arguments, by somebody who has no part in it.
    function intrude(uint256 seed, uint256 x, uint256 y, bytes32 z) external {
        address who = [_crew.outsider, _crew.admin, _crew.weatherDesk, address(_r.bets)][seed % 4];
        uint256 id = 1 + x % 4;
        uint256 role = 1 + y % 3;
        address[5] memory targets = [
            address(_r.groups), address(_r.groupPay), address(_r.bets), address(_r.userReviews), address(_r.ratings)
        ];
        bytes[14] memory calls = [
            abi.encodeCall(_r.groups.grabRole, (id, role, uint128(y), z)),
            abi.encodeCall(_r.groups.selectCandidate, (id, role, _node(x))),
            abi.encodeCall(_r.groups.rejectCandidate, (id, role, _node(x))),
            abi.encodeCall(_r.groups.bindBet, (id, 1 + y % 3)),
            abi.encodeCall(_r.groups.resignRole, (id, role)),
            abi.encodeCall(_r.groups.consentToEnd, (id, role - 1, true)),
            abi.encodeCall(_r.groupPay.takeBudget, (id, _leader(), uint128(y))),
            abi.encodeCall(_r.groupPay.takeStake, (id, role, 1, _node(x), uint128(y))),
            abi.encodeCall(_r.groupPay.reportProgress, (id, role, 1, uint16(y), z)),
            abi.encodeCall(_r.bets.settleByConsent, (id)),
            abi.encodeCall(_r.bets.dispute, (id, _node(x), uint16(y % 3), z)),
            abi.encodeCall(_r.userReviews.recordReview, (id, role, 1, uint16(y), uint128(x), z)),
            abi.encodeCall(_r.ratings.commitRatings, (id, z)),
            abi.encodePacked(bytes4(z), abi.encode(x, y, z))
        ];
        uint256 which = (seed >> 8) % 14;
        uint256 place = which < 6 ? 0 : which < 9 ? 1 : which < 11 ? 2 : which == 11 ? 3 : which == 12 ? 4 : x % 5;
        vm.prank(who);
        (bool done,) = targets[place].call(calls[which]);
        ++taken["intrude"];
        if (done) ++intruded;
    }

    function wait(uint256 time) external {
        ++taken["wait"];
        skip(bound(time, 1, time % 3 == 0 ? 20 hours : 4 hours));
    }

    // ---- helpers ----

    function _sign(uint256 betId, uint256 place) private {
        IBetBook.PartyTerms[] memory list = _pledges(betId);
        IBetBook.PartyTerms memory terms = list[place];
        uint40 deadline = uint40(block.timestamp) + 1 hours;
        IBetBook.Bet memory record = _r.bets.bet(betId);
        bytes32 digest = _r.betRules
        .betDigest(address(_r.bets), betId, record.sponsor, record.termsHash, pledgeHash(terms), deadline);
        IBetBook.SignedPledge memory signed = IBetBook.SignedPledge({
            terms: terms,
            proof: proofOf(leavesOf(list), place),
            deadline: deadline,
            signature: signatureOf(_crew.keys[_placeOf(terms.account)], digest)
        });
        _try("sign", _crew.outsider, address(_r.bets), abi.encodeCall(_r.bets.signBet, (betId, signed)));
    }

    function _pledges(uint256 betId) private view returns (IBetBook.PartyTerms[] memory list) {
        list = new IBetBook.PartyTerms[](2);
        for (uint256 i; i < 2; ++i) {
            IBetBook.Target[] memory targets = new IBetBook.Target[](1);
            targets[0] = IBetBook.Target(1, false, 10_000, 0, 100, 200);
            list[i] = IBetBook.PartyTerms({
                account: _parties[betId][i],
                stake: uint64(2000 + i),
                shareBps: 5000,
                toleranceBps: 0,
                slopeBps: 10_000,
                capBps: 5000,
                targets: targets
            });
        }
    }

    /// All others, in ascending order; who is no member is no matter of the list's, the contract refuses it.
    function _listOf(uint256 id, address rater) private view returns (IPeerRatings.Rating[] memory list) {
        address[4] memory found;
        uint256 length;
        for (uint256 i; i < 4; ++i) {
            address one = _crew.people[i];
            if (one != rater && _r.groups.isMember(id, one)) found[length++] = one;
        }
        list = new IPeerRatings.Rating[](length);
        for (uint256 i; i < length; ++i) {
            uint16 bps = uint16(uint256(keccak256(abi.encode(id, rater, found[i]))) % 10_001);
            list[i] = IPeerRatings.Rating(found[i], bps, 0);
            for (uint256 j = i; j > 0 && list[j].rated < list[j - 1].rated; --j) {
                (list[j], list[j - 1]) = (list[j - 1], list[j]);
            }
        }
    }

    function _placeOf(address account) private view returns (uint256 place) {
        while (_crew.people[place] != account) ++place;
    }

    /// The period whose reports are due now, or the value added after the last.
    function _periodNow(uint256 betId, uint256 seed) private view returns (uint16) {
        if (block.timestamp < _betPages[betId].start + 1 days) return 1;
        return seed % 3 == 0 ? 0 : 2;
    }

    function _active(uint256 seed) private view returns (bool, uint256 betId) {
        for (uint256 i; i < betCount; ++i) {
            betId = 1 + ((seed >> 96) % betCount + i) % betCount;
            if (_betPages[betId].status == IBetBook.BetStatus.Active) return (true, betId);
        }
        return (false, 0);
    }
}
