// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { BetMath } from "../libraries/BetMath.sol";
import { Room } from "../room/Room.sol";
import { IBetAmendments } from "./interfaces/IBetAmendments.sol";
import { IBetBook } from "./interfaces/IBetBook.sol";
import { IBetContracts } from "./interfaces/IBetContracts.sol";
import { IBetRules } from "./interfaces/IBetRules.sol";

/// @title BetAmendments
/// @notice See {IBetAmendments}.
contract BetAmendments is IBetAmendments, Room {
    struct Pledge {
        // slot 0
        bytes32 hash; // of the party's terms; zero: not signed
        // slot 1
        int64 contributionChange;
        uint16 shareBps;
    }

    uint16 public constant MAX_AMENDMENTS = 16; // agreed ones of a bet: a report may look back over them
    uint16 private constant _MIN_SEATED = 2; // parties that go on

    IBetRules private immutable _RULES;

    mapping(address bets => mapping(uint256 betId => uint256 count)) private _counts;
    mapping(address bets => mapping(uint256 betId => mapping(uint256 amendmentId => Amendment))) private _amendments;
    mapping(
        address bets => mapping(uint256 betId => mapping(uint256 amendmentId => mapping(address account => Pledge)))
    ) private _pledges;
    // Of newcomers.
    mapping(address bets => mapping(uint256 betId => mapping(uint256 amendmentId => IBetBook.Seat))) private _seats;
    mapping(address bets => mapping(uint256 betId => Ending)) private _endings;
    mapping(address bets => mapping(uint256 betId => bytes32 figures)) private _endFigures;
    mapping(address bets => mapping(uint256 betId => mapping(uint256 round => mapping(address account => bool))))
        private _endSigned;

    constructor(IParticipants participants, IBetRules rules, uint256 edition) Room(participants, edition) {
        _RULES = rules;
    }

    /* PROPOSE */

    /// @inheritdoc IBetAmendments
    function proposeAmendment(
        address bets,
        uint256 betId,
        IBetBook.BetTerms calldata terms,
        ChangeTerms calldata change
    ) external returns (uint256 amendmentId) {
        if (!_holds(Offices.SCORER, bets)) revert BetAmendments_NotABetContract(bets);
        IBetBook.Bet memory record = _activeBet(bets, betId);
        bytes32 given = _RULES.hashTerms(terms);
        if (given != record.termsHash) revert BetAmendments_NotTheTerms(betId, given, record.termsHash);
        if (msg.sender != record.sponsor) {
            if (!IBetBook(bets).isParty(betId, msg.sender)) revert BetAmendments_NotAParty(betId, msg.sender);
            if (change.start != record.start || change.periods != record.periods) {
                revert BetAmendments_OnlyTheSponsorMovesDates(betId, msg.sender);
            }
        }
        _checkMayJoin(msg.sender, 0);
        bytes32 changeHash = _RULES.checkChange(change, terms, record.start, record.periods);
        _checkFromPeriod(bets, betId, record.amendment, change.fromPeriod);
        _checkSeats(bets, betId, record.seated, change);

        amendmentId = ++_counts[bets][betId];
        _write(_amendments[bets][betId][amendmentId], change, changeHash, record.amendment);
        emit BetAmendmentProposed(bets, betId, msg.sender, amendmentId, change, changeHash);
    }

    /* SIGN */

    /// @inheritdoc IBetAmendments
    function signAmendment(address bets, uint256 betId, uint256 amendmentId, IBetBook.SignedPledge calldata signed)
        external
    {
        (IBetBook.Bet memory record, Amendment storage change) = _open(bets, betId, amendmentId);
        IBetBook.PartyTerms calldata terms = signed.terms;
        _checkMayJoin(terms.account, Offices.NODE);
        Pledge storage pledge = _pledges[bets][betId][amendmentId][terms.account];
        if (pledge.hash != bytes32(0)) revert BetAmendments_AlreadySigned(betId, terms.account);
        pledge.hash =
            _RULES.checkAmendmentSigned(bets, betId, amendmentId, change.changeHash, change.partiesRoot, signed);

        pledge.shareBps = terms.shareBps;
        if (terms.account == change.newcomer) {
            _seats[bets][betId][amendmentId] = IBetBook.Seat({
                account: terms.account,
                stake: terms.stake,
                shareBps: terms.shareBps,
                toleranceBps: terms.toleranceBps,
                slopeBps: terms.slopeBps,
                capBps: terms.capBps
            });
        } else {
            pledge.contributionChange = _goOn(bets, betId, record, change, terms);
            change.weightChange += pledge.contributionChange;
        }
        change.signed += 1;
        emit BetAmendmentSigned(bets, betId, terms.account, amendmentId, terms, change.signed);
        _adoptIfComplete(bets, betId, record, amendmentId, change);
    }

    /// @inheritdoc IBetAmendments
    function grantLeave(address bets, uint256 betId, uint256 amendmentId, bytes32 reasonRef) external {
        (IBetBook.Bet memory record, Amendment storage change) = _open(bets, betId, amendmentId);
        address leaver = change.leaver;
        if (leaver == address(0)) revert BetAmendments_NotTheLeaver(betId, msg.sender, leaver);
        if (msg.sender != leaver) _checkArbiter(bets, betId);
        if (change.leaveGranted) revert BetAmendments_AlreadySigned(betId, leaver);
        _checkReference(reasonRef);

        change.leaveGranted = true;
        emit BetLeaveGranted(bets, betId, leaver, amendmentId, msg.sender, reasonRef);
        _adoptIfComplete(bets, betId, record, amendmentId, change);
    }

    /* END */

    /// @inheritdoc IBetAmendments
    function endByConsent(address bets, uint256 betId, address account, uint40 deadline, bytes calldata signature)
        external
    {
        IBetBook.Bet memory record = _activeBet(bets, betId);
        if (account != record.sponsor && !IBetBook(bets).isParty(betId, account)) {
            revert BetAmendments_NotAParty(betId, account);
        }
        Ending storage ending = _endings[bets][betId];
        bytes32 figures = _figuresOf(record);
        uint32 round = _endRound(ending, record.amendment, _endFigures[bets][betId] != figures);
        if (round != ending.round) {
            ending.round = round;
            ending.signed = 0;
            ending.amendment = record.amendment;
        }
        if (ending.signed == 0) _endFigures[bets][betId] = figures;
        if (_endSigned[bets][betId][round][account]) revert BetAmendments_EndedBefore(betId, account);
        _RULES.checkEndSigned(bets, betId, round, account, deadline, signature);

        _endSigned[bets][betId][round][account] = true;
        if (ending.signed == 0 || deadline < ending.endBy) ending.endBy = deadline;
        ending.signed += 1;
        emit BetEndSigned(bets, betId, account, round, ending.signed, ending.endBy);
        // A sponsor that is a party too signs once. Who left signs too: its share of what is not yet reported would
        // be gone.
        uint256 needed = uint256(record.parties) + (IBetBook(bets).isParty(betId, record.sponsor) ? 0 : 1);
        if (ending.signed == needed) IBetContracts(bets).settleByConsent(betId);
    }

    /* VIEWS */

    /// @inheritdoc IBetAmendments
    function endingOf(address bets, uint256 betId) external view returns (Ending memory) {
        return _endings[bets][betId];
    }

    /// @inheritdoc IBetAmendments
    function endRoundOf(address bets, uint256 betId) external view returns (uint32) {
        IBetBook.Bet memory record = IBetBook(bets).bet(betId);
        bool reported = _endFigures[bets][betId] != _figuresOf(record);
        return _endRound(_endings[bets][betId], record.amendment, reported);
    }

    /// @inheritdoc IBetAmendments
    function amendment(address bets, uint256 betId, uint256 amendmentId) external view returns (Amendment memory) {
        return _amendments[bets][betId][amendmentId];
    }

    /// @inheritdoc IBetAmendments
    function pledgeOf(address bets, uint256 betId, address account, uint256 amendmentId)
        external
        view
        returns (bytes32 hash, int64 contributionChange, uint16 shareBps)
    {
        Pledge storage signed = _pledges[bets][betId][amendmentId][account];
        return (signed.hash, signed.contributionChange, signed.shareBps);
    }

    /* INTERNALS */

    function _write(Amendment storage record, ChangeTerms calldata change, bytes32 changeHash, uint32 previous)
        private
    {
        record.changeHash = changeHash;
        record.partiesRoot = change.partiesRoot;
        record.leaver = change.leaver;
        record.signBy = change.signBy;
        record.fromPeriod = change.fromPeriod;
        record.newcomer = change.newcomer;
        record.previous = previous;
        record.start = change.start;
        record.periods = change.periods;
    }

    function _checkArbiter(address bets, uint256 betId) private view {
        (, uint32 arbiterPost) = IBetBook(bets).postsOf(betId);
        _checkHolder(arbiterPost);
    }

    /// @dev Agreed amendments have rising first periods, so that the newest that has begun is in force.
    function _checkFromPeriod(address bets, uint256 betId, uint256 inForce, uint16 fromPeriod) private view {
        uint16 lastFrom = _amendments[bets][betId][inForce].fromPeriod;
        if (fromPeriod < lastFrom) revert BetAmendments_FromBeforeTheLast(betId, fromPeriod, lastFrom);
    }

    /// @dev Of periods that are not reported yet, the contribution is that of the default: so its change is known now.
    function _goOn(
        address bets,
        uint256 betId,
        IBetBook.Bet memory record,
        Amendment storage change,
        IBetBook.PartyTerms calldata pledge
    ) private view returns (int64) {
        IBetBook.Party memory member = IBetBook(bets).party(betId, pledge.account);
        if (member.stake == 0 || member.left || pledge.account == change.leaver) {
            revert BetAmendments_NotAParty(betId, pledge.account);
        }
        if (
            pledge.stake != member.stake || pledge.toleranceBps != member.toleranceBps
                || pledge.slopeBps != member.slopeBps || pledge.capBps != member.capBps
        ) revert BetAmendments_StakeIsFixed(betId, pledge.account);
        uint256 afterwards = BetMath.byDefault(pledge.shareBps, change.fromPeriod, change.periods);
        uint256 before = BetMath.byDefault(member.shareBps, change.fromPeriod, record.periods);
        return int64(uint64(afterwards)) - int64(uint64(before));
    }

    function _adoptIfComplete(
        address bets,
        uint256 betId,
        IBetBook.Bet memory record,
        uint256 amendmentId,
        Amendment storage change
    ) private {
        bool leaves = change.leaver != address(0);
        uint256 needed = uint256(record.seated) + (change.newcomer != address(0) ? 1 : 0) - (leaves ? 1 : 0);
        if (change.signed != needed || (leaves && !change.leaveGranted)) return;
        if (leaves || record.parties != record.seated) _checkDilution(bets, betId, record, amendmentId, change);

        change.agreed = true;
        IBetContracts(bets)
            .adoptAmendment(
                betId,
                amendmentId,
                IBetBook.Adoption({
                fromPeriod: change.fromPeriod,
                periods: change.periods,
                start: change.start,
                leaver: change.leaver,
                weightChange: change.weightChange,
                newcomer: _seats[bets][betId][amendmentId]
            })
            );
    }

    /// @dev Who left signs no more, and its share is its contribution over the sum of all: that sum does not grow,
    /// or those who go on, who set their shares and periods themselves, would take what it earned. Example: A, B, C
    /// with 5,000; C leaves after two of three periods, and then A and B would have 10,000 in the third.
    ///     sum             5,000 × (30,000 + 30,000 + 20,000)      400,000,000     of C: 25 %
    ///     as A, B wish    + 2 × (10,000 − 5,000) × 10,000         500,000,000     of C: 20 %, refused
    function _checkDilution(
        address bets,
        uint256 betId,
        IBetBook.Bet memory record,
        uint256 amendmentId,
        Amendment storage change
    ) private view {
        uint16 newcomersBps = _seats[bets][betId][amendmentId].shareBps;
        uint256 joined = BetMath.byDefault(newcomersBps, change.fromPeriod, change.periods);
        uint256 released;
        if (change.leaver != address(0)) {
            uint16 shareBps = IBetBook(bets).party(betId, change.leaver).shareBps;
            released = BetMath.byDefault(shareBps, change.fromPeriod, record.periods);
        }
        int256 grown = int256(change.weightChange) + int256(joined) - int256(released);
        if (grown > 0) revert BetAmendments_DilutesWhoLeft(betId, grown);
    }

    /// @dev Who is in the bet, or what is reported, may have changed since: signatures of another team, under other
    /// figures or from too long ago count no more.
    function _endRound(Ending storage ending, uint32 amendmentId, bool reported) private view returns (uint32) {
        bool over = ending.signed != 0 && (reported || block.timestamp >= ending.endBy);
        return over || ending.amendment != amendmentId ? ending.round + 1 : ending.round;
    }

    /// @dev What a settlement is paid by. A larger pool is not among it: anybody tops it up, and nobody loses by it.
    function _figuresOf(IBetBook.Bet memory record) private pure returns (bytes32) {
        return keccak256(abi.encode(record.penalties, record.valueAdded, record.weight));
    }

    function _goesOn(address bets, uint256 betId, address account) private view returns (bool) {
        IBetBook.Party memory member = IBetBook(bets).party(betId, account);
        return member.stake != 0 && !member.left;
    }

    function _activeBet(address bets, uint256 betId) private view returns (IBetBook.Bet memory record) {
        record = IBetBook(bets).bet(betId);
        if (record.status != IBetBook.BetStatus.Active) revert BetAmendments_NotActive(betId, record.status);
    }

    /// @dev What a signature changes was counted on what was in force when the amendment was proposed.
    function _open(address bets, uint256 betId, uint256 amendmentId)
        private
        view
        returns (IBetBook.Bet memory record, Amendment storage change)
    {
        change = _amendments[bets][betId][amendmentId];
        if (change.signBy == 0) revert BetAmendments_Unknown(betId, amendmentId);
        record = _activeBet(bets, betId);
        if (record.amendment != change.previous) {
            revert BetAmendments_Overtaken(betId, amendmentId, record.amendment);
        }
        if (record.agreedAmendments >= MAX_AMENDMENTS) revert BetAmendments_TooMany(betId, MAX_AMENDMENTS);
        _checkBefore(change.signBy);
    }

    function _checkSeats(address bets, uint256 betId, uint16 seated, ChangeTerms calldata terms) private view {
        if (terms.leaver != address(0)) {
            if (!_goesOn(bets, betId, terms.leaver)) revert BetAmendments_NotAParty(betId, terms.leaver);
            seated -= 1;
        }
        if (terms.newcomer != address(0)) {
            if (IBetBook(bets).isParty(betId, terms.newcomer)) {
                revert BetAmendments_NewcomerIsAParty(betId, terms.newcomer);
            }
            seated += 1;
        }
        if (seated < _MIN_SEATED) revert BetAmendments_TooFewLeft(betId, seated);
    }
}
