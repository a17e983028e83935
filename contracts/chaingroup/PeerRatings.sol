// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { RatingMath } from "../libraries/RatingMath.sol";
import { Room } from "../room/Room.sol";
import { IChainGroups } from "./interfaces/IChainGroups.sol";
import { IPeerRatings } from "./interfaces/IPeerRatings.sol";

/// @title PeerRatings
/// @notice See {IPeerRatings}.
contract PeerRatings is IPeerRatings, Room {
    uint256 public constant MIN_RATED = 2; // below, a rater has no mean to differ from
    uint256 public constant MAX_RATED = 64; // entries of one list
    uint32 public constant PAIR_SECONDS = 90 days; // a rater counts once for one rated in this time
    uint32 public constant MIN_WINDOW_SECONDS = 1 hours;
    uint32 public constant MAX_WINDOW_SECONDS = 90 days;
    uint128 public constant MIN_VALUE = uint128(RatingMath.PRIOR_WEIGHT) + 1; // so that no record weighs nothing
    uint128 public constant MAX_VALUE = 2 ** 60;
    uint16 public constant MAX_BPS = 10_000;

    struct Seal {
        // slot 0
        bytes32 commitment;
        // slot 1
        uint16 creditBps; // the rater's, at commitment
        bool revealed;
    }

    ICreditRegistry private immutable _CREDIT;
    IChainGroups private immutable _GROUPS;
    uint32 private immutable _COMMIT_SECONDS;
    uint32 private immutable _REVEAL_SECONDS;
    uint128 private immutable _PEER_VALUE;

    mapping(uint256 groupId => mapping(address rater => Seal)) private _seals;
    mapping(uint256 groupId => mapping(address member => Tally)) private _tallies;
    mapping(address rater => mapping(address rated => uint40)) private _countedAt;

    /// @param commitSeconds From settlement on, ratings are sealed.
    /// @param revealSeconds From then on they are revealed.
    /// @param peerValue What one group's word on a member weighs in the credit registry at most, minor units.
    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IChainGroups groups,
        uint32 commitSeconds,
        uint32 revealSeconds,
        uint128 peerValue,
        uint256 edition
    ) Room(participants, edition) {
        _checkTerm(commitSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(revealSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(peerValue, MIN_VALUE, MAX_VALUE);
        _CREDIT = credit;
        _GROUPS = groups;
        _COMMIT_SECONDS = commitSeconds;
        _REVEAL_SECONDS = revealSeconds;
        _PEER_VALUE = peerValue;
    }

    /* COMMIT */

    /// @inheritdoc IPeerRatings
    function commitRatings(uint256 groupId, bytes32 commitment) external {
        (uint256 commitEnd,) = _settledWindows(groupId);
        if (!_GROUPS.isMember(groupId, msg.sender)) revert PeerRatings_NotAMember(groupId, msg.sender);
        if (!_PARTICIPANTS.isActive(msg.sender, Offices.NODE)) revert Room_NotActive(msg.sender, Offices.NODE);
        Seal storage seal = _seals[groupId][msg.sender];
        if (seal.commitment != bytes32(0)) revert PeerRatings_AlreadyCommitted(groupId, msg.sender);
        _checkReference(commitment);
        _checkBefore(commitEnd);

        uint16 creditBps = _CREDIT.scoreOf(msg.sender);
        seal.commitment = commitment;
        seal.creditBps = creditBps;
        emit RatingsCommitted(groupId, msg.sender, commitment, creditBps);
    }

    /* REVEAL */

    /// @inheritdoc IPeerRatings
    function revealRatings(uint256 groupId, Rating[] calldata ratings, bytes32 salt) external {
        (uint256 commitEnd, uint256 revealEnd) = _settledWindows(groupId);
        Seal storage seal = _seals[groupId][msg.sender];
        if (seal.commitment == bytes32(0)) revert PeerRatings_NoRatings(groupId, msg.sender);
        if (seal.revealed) revert PeerRatings_AlreadyRevealed(groupId, msg.sender);
        bytes32 revealed = sealRatings(groupId, msg.sender, ratings, salt);
        if (revealed != seal.commitment) {
            revert PeerRatings_CommitmentMismatch(groupId, msg.sender, revealed, seal.commitment);
        }
        _checkFrom(commitEnd);
        _checkBefore(revealEnd);
        (uint256 total, uint256 count) = _checkList(groupId, ratings);

        seal.revealed = true;
        uint256 weight = count < MIN_RATED ? 0 : RatingMath.weightDown(seal.creditBps, _CREDIT.newcomerBps());
        for (uint256 i; i < ratings.length; ++i) {
            _count(groupId, ratings[i], weight, total, count);
        }
    }

    /* RECORD */

    /// @inheritdoc IPeerRatings
    function recordRatings(uint256 groupId, address member) external {
        (, uint256 revealEnd) = _settledWindows(groupId);
        Tally storage tally = _tallies[groupId][member];
        if (tally.recorded) revert PeerRatings_AlreadyRecorded(groupId, member);
        if (tally.weight == 0) revert PeerRatings_NothingCounted(groupId, member);
        _checkFrom(revealEnd);

        tally.recorded = true;
        (uint256 weight, uint16 outcomeBps) = outcomeOf(groupId, member);
        emit PeerOutcomeRecorded(groupId, member, tally.ratings, weight, outcomeBps);
        _CREDIT.recordPeerRating(member, groupId, weight, outcomeBps);
    }

    /* VIEWS */

    /// @inheritdoc IPeerRatings
    function sealRatings(uint256 groupId, address rater, Rating[] calldata ratings, bytes32 salt)
        public
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(block.chainid, address(this), groupId, rater, ratings, salt));
    }

    /// @inheritdoc IPeerRatings
    function windowsOf(uint256 groupId) public view returns (uint256 commitEnd, uint256 revealEnd) {
        uint256 settledAt = _GROUPS.settledAt(groupId);
        if (settledAt == 0) return (0, 0);
        commitEnd = settledAt + _COMMIT_SECONDS;
        revealEnd = commitEnd + _REVEAL_SECONDS;
    }

    /// @inheritdoc IPeerRatings
    function tallyOf(uint256 groupId, address member) external view returns (Tally memory) {
        return _tallies[groupId][member];
    }

    /// @inheritdoc IPeerRatings
    function outcomeOf(uint256 groupId, address member) public view returns (uint256 weight, uint16 outcomeBps) {
        Tally storage tally = _tallies[groupId][member];
        weight = RatingMath.recordWeightDown(_PEER_VALUE, tally.weight);
        outcomeBps = uint16(RatingMath.outcome(tally.centreBps, tally.weighted, tally.weight));
    }

    /// @inheritdoc IPeerRatings
    function commitmentOf(uint256 groupId, address rater)
        external
        view
        returns (bytes32 commitment, uint16 creditBps, bool revealed)
    {
        Seal storage seal = _seals[groupId][rater];
        return (seal.commitment, seal.creditBps, seal.revealed);
    }

    /// @inheritdoc IPeerRatings
    function countedAt(address rater, address rated) external view returns (uint40) {
        return _countedAt[rater][rated];
    }

    /* INTERNALS */

    function _settledWindows(uint256 groupId) private view returns (uint256 commitEnd, uint256 revealEnd) {
        (commitEnd, revealEnd) = windowsOf(groupId);
        if (commitEnd == 0) revert PeerRatings_NotSettled(groupId);
    }

    /// @dev Checks the list and sums what counts of it.
    function _checkList(uint256 groupId, Rating[] calldata ratings)
        private
        view
        returns (uint256 total, uint256 count)
    {
        if (ratings.length < MIN_RATED || ratings.length > MAX_RATED) {
            revert PeerRatings_RatedOutOfBounds(ratings.length, MIN_RATED, MAX_RATED);
        }
        address previous;
        for (uint256 i; i < ratings.length; ++i) {
            address rated = ratings[i].rated;
            if (rated <= previous) revert PeerRatings_NotAscending(rated, previous);
            if (rated == msg.sender) revert PeerRatings_SelfRated(groupId, msg.sender);
            if (!_GROUPS.isMember(groupId, rated)) revert PeerRatings_NotAMember(groupId, rated);
            if (ratings[i].scoreBps > MAX_BPS) {
                revert PeerRatings_ScoreOutOfBounds(rated, ratings[i].scoreBps, MAX_BPS);
            }
            previous = rated;
            if (!_counts(rated)) continue;
            total += ratings[i].scoreBps;
            ++count;
        }
    }

    /// @dev Adds one rating to its member's sums, unless the pair has counted lately; the list is ascending, so that
    /// none is met twice.
    function _count(uint256 groupId, Rating calldata rating, uint256 weight, uint256 total, uint256 count) private {
        Tally storage tally = _tallies[groupId][rating.rated];
        int256 weighted;
        if (weight == 0 || !_counts(rating.rated)) {
            weight = 0;
        } else {
            if (tally.ratings == 0) tally.centreBps = _CREDIT.scoreOf(rating.rated);
            weighted = RatingMath.weightedTowardZero(weight, rating.scoreBps, total, count);
            tally.weighted += int128(weighted);
            tally.weight += uint64(weight);
            tally.ratings += 1;
            _countedAt[msg.sender][rating.rated] = uint40(block.timestamp);
        }
        emit PeerRated(
            groupId,
            msg.sender,
            rating.rated,
            rating.scoreBps,
            uint64(weight),
            int128(weighted),
            tally.centreBps,
            rating.reasonRef
        );
    }

    function _counts(address rated) private view returns (bool) {
        uint256 last = _countedAt[msg.sender][rated];
        return last == 0 || block.timestamp >= last + PAIR_SECONDS;
    }
}
