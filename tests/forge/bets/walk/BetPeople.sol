// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetAmendments } from "../../../../contracts/bets/BetAmendments.sol";
import { BetContracts } from "../../../../contracts/bets/BetContracts.sol";
import { BetRules } from "../../../../contracts/bets/BetRules.sol";
import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { BetTrees } from "../../support/BetTrees.sol";
import { BetModel } from "./BetModel.sol";

/// What the people of a bet write and sign, computed away from the contracts, and what they find to do: mostly something
/// that can be done, from a random place on; else anything.
abstract contract BetPeople is BetModel, BetTrees {
    BetContracts public immutable bets;
    BetAmendments public immutable amendments;
    BetRules public immutable rules;
    Participants public immutable participants;

    uint256[MEMBERS] internal _keys;
    uint256 internal _sponsorKey;
    uint32 internal immutable _reporterPost;
    uint32 internal immutable _arbiterPost;

    constructor(
        BetContracts bets_,
        BetAmendments amendments_,
        BetRules rules_,
        Participants participants_,
        uint32[2] memory posts,
        uint256[MEMBERS] memory keys,
        uint256 sponsorKey
    ) {
        (bets, amendments, rules, participants) = (bets_, amendments_, rules_, participants_);
        (_reporterPost, _arbiterPost) = (posts[0], posts[1]);
        _keys = keys;
        _sponsorKey = sponsorKey;
        sponsor = vm.addr(sponsorKey);
        for (uint256 i; i < MEMBERS; ++i) {
            members.push(vm.addr(keys[i]));
        }
        for (uint256 i; i < 2; ++i) {
            reporters[i] = i == 0 ? participants_.holderOf(posts[0]) : vm.addr(7001);
            arbiters[i] = i == 0 ? participants_.holderOf(posts[1]) : vm.addr(7002);
        }
    }

    function _terms(uint256 id) internal view returns (IBetBook.BetTerms memory terms) {
        Known storage known = _known[id];
        terms.termsRef = bytes32(id);
        terms.partiesRoot = rootOf(leavesOf(_list(id, 0)));
        terms.reporterPost = _reporterPost;
        terms.arbiterPost = _arbiterPost;
        (terms.signBy, terms.start) = (known.signBy, known.signBy);
        terms.partyCount = uint16(known.partyCount);
        (terms.periods, terms.periodSeconds, terms.reportSeconds) = (uint16(known.firstPeriods), PERIOD, PERIOD);
        (terms.disputeSeconds, terms.rulingSeconds) = (DISPUTE, RULING);
        terms.valuePool = uint64(known.firstPool);
    }

    /// Terms of those who are in the tree of an amendment (0: the bet's own).
    function _list(uint256 id, uint256 amendmentId) internal view returns (IBetBook.PartyTerms[] memory list) {
        uint256 size;
        for (uint256 i; i < MEMBERS; ++i) {
            if (_isIn(id, amendmentId, i)) ++size;
        }
        list = new IBetBook.PartyTerms[](size);
        size = 0;
        for (uint256 i; i < MEMBERS; ++i) {
            if (_isIn(id, amendmentId, i)) list[size++] = _pledge(id, amendmentId, i);
        }
    }

    function _pledge(uint256 id, uint256 amendmentId, uint256 i)
        internal
        view
        returns (IBetBook.PartyTerms memory terms)
    {
        Promise memory made = promiseOf(id, amendmentId, i);
        terms.account = members[i];
        (terms.stake, terms.shareBps) = (stakeOf(id, i), made.shareBps);
        (terms.toleranceBps, terms.slopeBps, terms.capBps) = curveOf(id, i);
        terms.targets = new IBetBook.Target[](1);
        terms.targets[0] = IBetBook.Target(1, false, 10_000, 0, made.base, 2 * made.base);
    }

    function _signed(uint256 id, uint256 amendmentId, uint256 i, bytes32 digestOf)
        internal
        view
        returns (IBetBook.SignedPledge memory signed)
    {
        signed.terms = _pledge(id, amendmentId, i);
        signed.deadline = uint40(block.timestamp) + 1;
        bytes32 hash = pledgeHash(signed.terms);
        bytes32 digest = amendmentId == 0
            ? rules.betDigest(address(bets), id, sponsor, digestOf, hash, signed.deadline)
            : rules.amendmentDigest(address(bets), id, amendmentId, digestOf, hash, signed.deadline);
        signed.signature = signatureOf(_keys[i], digest);
        IBetBook.PartyTerms[] memory list = _list(id, amendmentId);
        for (uint256 k; k < list.length; ++k) {
            if (list[k].account == members[i]) signed.proof = proofOf(leavesOf(list), k);
        }
    }

    function _changeTerms(uint256 id, uint256 number) internal view returns (IBetAmendments.ChangeTerms memory terms) {
        Change storage change = _changes[id][number];
        IBetBook.PartyTerms[] memory list = _list(id, number);
        terms.partiesRoot = list.length == 0 ? bytes32(0) : rootOf(leavesOf(list));
        terms.termsRef = bytes32(number);
        if (change.leaver < MEMBERS) terms.leaver = members[change.leaver];
        if (change.newcomer < MEMBERS) terms.newcomer = members[change.newcomer];
        (terms.start, terms.periods, terms.fromPeriod, terms.signBy) =
        (change.start, uint16(change.periods), uint16(change.from), change.signBy);
    }

    function _endCall(uint256 id, uint256 i, address account, uint32 round) internal view returns (bytes memory) {
        uint40 deadline = uint40(block.timestamp) + 6 hours;
        bytes32 digest = rules.endDigest(address(bets), id, round, account, deadline);
        bytes memory signature = signatureOf(i == MEMBERS ? _sponsorKey : _keys[i], digest);
        return abi.encodeCall(amendments.endByConsent, (address(bets), id, account, deadline, signature));
    }

    function _figuresCall(uint256 id, uint256 subject, uint16 period, uint64 value, bool forged, bool ruled)
        internal
        view
        returns (bytes memory)
    {
        uint64[] memory values = new uint64[](1);
        values[0] = value;
        IBetBook.PartyTerms memory terms;
        if (subject != VALUE) terms = _pledge(id, _by[id][subject][period], subject);
        if (forged) terms.shareBps += 1;
        address account = _address(subject);
        return ruled
            ? abi.encodeCall(bets.rule, (id, account, period, values, terms, "ruling"))
            : abi.encodeCall(bets.report, (id, account, period, values, terms, "evidence"));
    }

    function _open(uint256 id, uint256 seed) internal view returns (uint256 subject, uint16 period) {
        for (uint256 k; k < 25 && seed % 8 != 0; ++k) {
            (subject, period) = _place(seed, k);
            if (_mayRule(id, subject, period)) return (subject, period);
        }
        return _subject(seed);
    }

    function _reportable(uint256 id, uint256 seed) internal view returns (uint256 subject, uint16 period) {
        for (uint256 k; k < 25 && seed % 8 != 0; ++k) {
            (subject, period) = _place(seed, k);
            if (_mayReport(id, subject, period)) return (subject, period);
        }
        return _subject(seed);
    }

    function _disputable(uint256 id, uint256 seed, address caller)
        internal
        view
        returns (uint256 subject, uint16 period)
    {
        for (uint256 k; k < 25 && seed % 8 != 0; ++k) {
            (subject, period) = _place(seed, k);
            if (_mayDispute(id, subject, period, caller)) return (subject, period);
        }
        return _subject(seed);
    }

    function _place(uint256 seed, uint256 k) internal pure returns (uint256 subject, uint16 period) {
        uint256 place = (seed % 997 + k) % 25;
        subject = place % (MEMBERS + 1);
        period = uint16(subject == VALUE ? 0 : 1 + place / (MEMBERS + 1) % MAX_PERIODS);
    }

    function _subject(uint256 seed) internal pure returns (uint256 subject, uint16 period) {
        subject = seed % (MEMBERS + 1);
        period = uint16(subject == VALUE ? 0 : 1 + (seed >> 8) % MAX_PERIODS);
    }

    function _address(uint256 subject) internal view returns (address) {
        return subject == VALUE ? address(0) : members[subject];
    }

    function _mayRule(uint256 id, uint256 subject, uint16 period) internal view returns (bool) {
        Said storage said = _said[id][subject][period];
        return _hasPeriod(id, subject, period) && said.open && block.timestamp < said.ruleBy;
    }

    /// The newest amendment may still be signed.
    function _waits(uint256 id) internal view returns (bool) {
        Change storage newest = _changes[id][_known[id].amendments];
        return newest.signBy > block.timestamp && !newest.agreed && newest.previous == _known[id].inForce;
    }

    function _stranger(uint256 id, uint256 seed) internal view returns (uint256 i) {
        i = seed % MEMBERS;
        for (uint256 k; k < MEMBERS && seed % 8 != 0 && _seats[id][i].signed; ++k) {
            i = (i + 1) % MEMBERS;
        }
    }

    function _anybody(uint256 seed) internal view returns (address) {
        uint256 k = seed % (MEMBERS + 6);
        if (k < MEMBERS) return members[k];
        if (k == MEMBERS) return sponsor;
        if (k < MEMBERS + 3) return reporters[k - MEMBERS - 1];
        if (k < MEMBERS + 5) return arbiters[k - MEMBERS - 3];
        return address(0xdead);
    }

    function _pick(uint256 seed) internal view returns (uint256) {
        return count == 0 ? 0 : 1 + (seed >> 200) % count;
    }
}
