// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { Hearing } from "../libraries/Hearing.sol";
import { Room } from "../room/Room.sol";
import { IBetAmendments } from "./interfaces/IBetAmendments.sol";
import { IBetBook } from "./interfaces/IBetBook.sol";
import { IBetOutcomes } from "./interfaces/IBetOutcomes.sol";
import { IBetRules } from "./interfaces/IBetRules.sol";

/// @title BetBook
/// @notice The records of all bets, and how they are looked up. See {IBetBook}.
abstract contract BetBook is IBetBook, Room, ReentrancyGuard {
    /// @dev What of the terms every call about a running bet asks.
    struct Clock {
        // slot 0
        uint32 reporterPost;
        uint32 arbiterPost;
        uint40 signBy;
        uint32 periodSeconds;
        uint32 reportSeconds;
        uint32 disputeSeconds;
        uint32 rulingSeconds;
        // slot 1
        uint16 partyCount; // how many must sign
        uint64 indexBaseline;
        uint16 indexElasticityBps;
        uint16 indexMaxUpBps;
        uint16 indexMaxDownBps;
        uint64 groupId;
        // slot 2
        bytes32 partiesRoot; // as proposed
    }

    struct Adopted {
        // slot 0
        uint32 previous;
        uint16 fromPeriod;
    }

    uint64 internal constant _MAX_AMOUNT = 2 ** 60; // of all stakes, of the pool: both fit the ledger's 63 bits
    uint16 internal constant _BPS = 10_000;

    IERC20 internal immutable _TOKEN;
    IBetRules internal immutable _RULES;
    IBetAmendments internal immutable _AMENDMENTS;

    uint256 internal _betCount;
    mapping(uint256 betId => Bet) internal _bets;
    mapping(uint256 betId => Clock) internal _clocks;
    mapping(uint256 betId => bytes32 region) internal _regions;
    mapping(uint256 betId => mapping(address account => Party)) internal _parties;
    mapping(uint256 betId => mapping(address account => bytes32 pledgeHash)) internal _pledgeHashes; // as signed first
    mapping(uint256 betId => mapping(uint256 amendmentId => Adopted)) internal _adopted;
    // Account zero: the index of the period, or with period zero the value added.
    mapping(uint256 betId => mapping(address subject => mapping(uint256 period => Report))) internal _reports;
    mapping(uint256 betId => mapping(address subject => mapping(uint256 period => Hearing.Case))) internal _cases;

    constructor(IParticipants participants, IERC20 token, IBetRules rules, IBetAmendments amendments, uint256 edition)
        Room(participants, edition)
    {
        _TOKEN = token;
        _RULES = rules;
        _AMENDMENTS = amendments;
    }

    /* VIEWS */

    /// @inheritdoc IBetBook
    function bet(uint256 betId) external view returns (Bet memory) {
        return _bets[betId];
    }

    /// @inheritdoc IBetBook
    function postsOf(uint256 betId) external view returns (uint32 reporterPost, uint32 arbiterPost) {
        Clock storage clock = _clocks[betId];
        return (clock.reporterPost, clock.arbiterPost);
    }

    /// @inheritdoc IBetBook
    function party(uint256 betId, address account) public view returns (Party memory member) {
        member = _parties[betId][account];
        uint32 newest = _bets[betId].amendment;
        uint256 counted = member.amendment;
        if (member.stake == 0 || member.left) return member;
        member.toPeriod = _bets[betId].periods;
        if (newest == counted) return member;
        int256 contribution = int256(uint256(member.contribution));
        for (uint256 id = newest; id > counted; id = _adopted[betId][id].previous) {
            (, int64 change, uint16 shareBps) = _AMENDMENTS.pledgeOf(address(this), betId, account, id);
            contribution += change;
            if (id == newest) member.shareBps = shareBps;
        }
        member.contribution = uint64(uint256(contribution));
        member.amendment = newest;
    }

    /// @inheritdoc IBetBook
    function reportOf(uint256 betId, address subject, uint16 period)
        external
        view
        returns (Report memory found, Hearing.Case memory hearing)
    {
        return (_reports[betId][subject][period], _cases[betId][subject][period]);
    }

    /// @inheritdoc IBetOutcomes
    function groupOf(uint256 betId) external view returns (uint256 groupId) {
        return _clocks[betId].groupId;
    }

    /// @inheritdoc IBetOutcomes
    function sponsorOf(uint256 betId) external view returns (address sponsor) {
        return _bets[betId].sponsor;
    }

    /// @inheritdoc IBetOutcomes
    function isActive(uint256 betId) external view returns (bool) {
        return _bets[betId].status == BetStatus.Active;
    }

    /// @inheritdoc IBetOutcomes
    function settledAt(uint256 betId) external view returns (uint40) {
        return _bets[betId].settledAt;
    }

    /// @inheritdoc IBetOutcomes
    function isParty(uint256 betId, address account) public view returns (bool) {
        return _parties[betId][account].stake != 0;
    }

    /// @inheritdoc IBetOutcomes
    function shortfallOf(uint256 betId, address account)
        external
        view
        returns (uint256 shortfallBps, uint16 measured, uint16 periods)
    {
        Party storage member = _parties[betId][account];
        return (member.shortfall, member.measured, _bets[betId].firstPeriods);
    }

    /* LOOKING UP */

    function _known(uint256 betId) internal view returns (Bet storage record) {
        record = _bets[betId];
        if (record.status == BetStatus.None) revert BetContracts_Unknown(betId);
    }

    function _inStatus(uint256 betId, BetStatus status) internal view returns (Bet storage record) {
        record = _known(betId);
        if (record.status != status) revert BetContracts_WrongStatus(betId, record.status);
    }

    function _knownParty(uint256 betId, address account) internal view returns (Party storage member) {
        member = _parties[betId][account];
        if (member.stake == 0) revert BetContracts_NotAParty(betId, account);
    }

    /// @dev The record of a party with everything that was agreed counted in.
    function _current(uint256 betId, address account) internal returns (Party storage member) {
        member = _knownParty(betId, account);
        if (!member.left && member.amendment != _bets[betId].amendment) {
            Party memory counted = party(betId, account);
            member.contribution = counted.contribution;
            member.shareBps = counted.shareBps;
            member.amendment = counted.amendment;
        }
    }

    /// @dev Agreed amendments have rising first periods, so the newest that has begun and that the party signed is in
    /// force.
    function _pledgeHashIn(uint256 betId, address account, uint256 period) internal view returns (bytes32 hash) {
        Party storage member = _parties[betId][account];
        uint256 id = member.left ? member.amendment : _bets[betId].amendment;
        while (id != 0 && _adopted[betId][id].fromPeriod > period) {
            id = _adopted[betId][id].previous;
        }
        if (id == 0) return _pledgeHashes[betId][account];
        (hash,,) = _AMENDMENTS.pledgeOf(address(this), betId, account, id);
    }

    /* TIMES */

    function _periodEnd(Bet storage record, Clock storage clock, uint256 period) internal view returns (uint256) {
        return uint256(record.start) + period * clock.periodSeconds;
    }

    function _reportEnd(Bet storage record, Clock storage clock, uint256 period) internal view returns (uint256) {
        return _periodEnd(record, clock, period) + clock.reportSeconds;
    }

    /* CHECKS */

    /// @dev Whoever has or had money in the bet.
    function _checkInsider(uint256 betId, Bet storage record) internal view {
        if (msg.sender != record.sponsor && !isParty(betId, msg.sender)) {
            revert BetContracts_NotAParty(betId, msg.sender);
        }
    }

    function _checkAmendments() internal view {
        if (msg.sender != address(_AMENDMENTS)) revert BetContracts_NotTheAmendments(msg.sender);
    }

    function _checkPeriod(uint256 betId, uint16 period, uint16 first, uint16 last) internal pure {
        if (period < first || period > last) revert BetContracts_PeriodUnknown(betId, period, first, last);
    }

    function _checkNode(address account) internal view {
        _checkMayJoin(account, Offices.NODE);
    }
}
