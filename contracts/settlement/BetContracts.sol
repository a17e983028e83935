// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { BetMath } from "../libraries/BetMath.sol";
import { BetTypes } from "../libraries/BetTypes.sol";
import { IBetContracts } from "./interfaces/IBetContracts.sol";
import { IBetOutcomes } from "./interfaces/IBetOutcomes.sol";

/// @title BetContracts
/// @notice See {IBetContracts}.
contract BetContracts is IBetContracts, EIP712, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint16 public constant MIN_PARTIES = 2;
    uint16 public constant MAX_PARTIES = 128;
    uint256 public constant MAX_TARGETS = 4; // of one party
    uint16 public constant MAX_PERIODS = 60;
    uint16 public constant MAX_AMENDMENTS = 16; // agreed ones: a report may look back over them
    uint128 public constant MAX_AMOUNT = 2 ** 60; // of the pool, and of all stakes: their sum fits the ledger's 63 bits
    uint64 public constant MAX_VALUE = 2 ** 60; // of a tier, a reported figure, an index
    uint32 public constant MAX_SIGN_SECONDS = 90 days; // stakes are not held longer for a bet that may be void
    uint32 public constant MAX_START_SECONDS = 365 days; // after the signatures
    uint32 public constant MIN_WINDOW_SECONDS = 1 hours; // of a period, a report, a dispute, a ruling
    uint32 public constant MAX_WINDOW_SECONDS = 90 days;
    uint32 public constant MAX_PERIOD_SECONDS = 366 days;
    uint32 public constant MAX_RUN_SECONDS = 5 * 366 days; // all periods together
    uint16 public constant MAX_SLOPE_BPS = 50_000; // five times the shortfall
    uint16 public constant MAX_INDEX_BPS = 20_000; // elasticity, and the way up: targets at most treble
    uint16 private constant _BPS = 10_000;

    IParticipants private immutable _PARTICIPANTS;
    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;

    uint256 private _lastBetId;
    mapping(uint256 betId => Bet) private _bets;
    mapping(uint256 betId => mapping(address account => Party)) private _parties;
    mapping(uint256 betId => mapping(address account => mapping(uint256 amendmentId => Target[]))) private _targets;
    mapping(uint256 betId => mapping(uint256 amendmentId => Amendment)) private _amendments;
    mapping(uint256 betId => mapping(address account => mapping(uint256 period => Report))) private _performances;
    mapping(uint256 betId => mapping(uint256 period => Report)) private _indexes;
    mapping(uint256 betId => Report) private _values;

    constructor(IParticipants participants, ICreditRegistry credit, IERC20 token) EIP712("BetContracts", "1") {
        _PARTICIPANTS = participants;
        _CREDIT = credit;
        _TOKEN = token;
    }

    /* PROPOSE */

    /// @inheritdoc IBetContracts
    function proposeBet(BetTerms calldata terms) external nonReentrant returns (uint256 betId) {
        _checkNotPaused();
        if (!_PARTICIPANTS.isActive(msg.sender, Offices.NODE)) revert BetContracts_NotANode(msg.sender);
        _checkRoles(terms);
        _checkSizes(terms);
        _checkTimes(terms);

        betId = ++_lastBetId;
        bytes32 termsHash = BetTypes.hashTerms(terms);
        Bet storage record = _bets[betId];
        record.sponsor = msg.sender;
        record.status = BetStatus.Proposed;
        record.termsHash = termsHash;
        record.terms = terms;
        emit BetProposed(betId, msg.sender, terms, termsHash);
        if (terms.valuePool != 0) _TOKEN.safeTransferFrom(msg.sender, address(this), terms.valuePool);
    }

    /* SIGN */

    /// @inheritdoc IBetContracts
    function signBet(
        uint256 betId,
        PartyTerms calldata pledge,
        bytes32[] calldata proof,
        uint40 deadline,
        bytes calldata signature
    ) external nonReentrant {
        Bet storage record = _inStatus(betId, BetStatus.Proposed);
        _checkSigner(betId, record, pledge.account);
        _checkLeaf(betId, record.terms.partiesRoot, pledge.account, BetTypes.hashParty(pledge), proof);
        _checkConsent(betId, pledge.account, betDigest(betId, pledge, deadline), deadline, signature);
        _checkTerm(pledge.stake, 1, MAX_AMOUNT - record.staked);
        _checkCurve(pledge);
        _checkTargets(pledge.targets);
        if (block.timestamp >= record.terms.signBy) {
            revert BetContracts_SigningClosed(betId, block.timestamp, record.terms.signBy);
        }

        _enter(betId, record, pledge);
        _TOKEN.safeTransferFrom(pledge.account, address(this), pledge.stake);
    }

    /// @inheritdoc IBetContracts
    function voidBet(uint256 betId) external {
        Bet storage record = _inStatus(betId, BetStatus.Proposed);
        if (block.timestamp < record.terms.signBy) {
            revert BetContracts_SigningOpen(betId, block.timestamp, record.terms.signBy);
        }

        record.status = BetStatus.Voided;
        record.remainder = record.terms.valuePool;
        emit BetVoided(betId, record.sponsor, record.signed, record.remainder);
    }

    /* AMEND */

    /// @inheritdoc IBetContracts
    function proposeAmendment(uint256 betId, bytes32 targetsRoot, bytes32 termsRef, uint16 fromPeriod, uint40 signBy)
        external
        returns (uint256 amendmentId)
    {
        Bet storage record = _known(betId);
        _checkInsider(betId, record);
        _checkActive(betId, record);
        _checkNotPaused();
        _checkReference(termsRef);
        _checkPeriod(betId, record, fromPeriod);
        _checkTerm(signBy, block.timestamp + 1, _periodEnd(record, fromPeriod));

        uint32 id = ++record.proposedAmendments;
        Amendment storage change = _amendments[betId][id];
        change.targetsRoot = targetsRoot;
        change.termsRef = termsRef;
        change.signBy = signBy;
        change.fromPeriod = fromPeriod;
        emit BetAmendmentProposed(betId, msg.sender, id, targetsRoot, termsRef, fromPeriod, signBy);
        return id;
    }

    /// @inheritdoc IBetContracts
    function signAmendment(
        uint256 betId,
        uint256 amendmentId,
        address account,
        Target[] calldata targets,
        bytes32[] calldata proof,
        uint40 deadline,
        bytes calldata signature
    ) external {
        Amendment storage change = _amendments[betId][amendmentId];
        _checkAmendment(betId, amendmentId, change, account);
        _checkLeaf(betId, change.targetsRoot, account, BetTypes.hashTargets(targets), proof);
        _checkConsent(
            betId, account, amendmentDigest(betId, amendmentId, account, targets, deadline), deadline, signature
        );
        _checkTargets(targets);
        if (block.timestamp >= change.signBy) {
            revert BetContracts_SigningClosed(betId, block.timestamp, change.signBy);
        }

        _agree(betId, amendmentId, change, account, targets);
    }

    /* INDEX */

    /// @inheritdoc IBetContracts
    function reportIndex(uint256 betId, uint16 period, uint64 value, bytes32 evidenceRef) external {
        Bet storage record = _forReporter(betId, evidenceRef);
        if (record.terms.indexBaseline == 0) revert BetContracts_NoIndex(betId);
        _checkPeriod(betId, record, period);
        Report storage report = _indexes[betId][period];
        _checkReportStatus(betId, report, ReportStatus.None);
        _checkTerm(value, 0, MAX_VALUE);
        // A later index could still be in dispute when the first report comes that it decides.
        uint256 closesAt = _periodEnd(record, period) - record.terms.disputeSeconds - record.terms.rulingSeconds;
        if (block.timestamp >= closesAt) revert BetContracts_ReportingClosed(betId, block.timestamp, closesAt);

        uint16 factorBps = _factor(record, value);
        report.status = ReportStatus.Reported;
        report.reportedAt = uint40(block.timestamp);
        report.factorBps = factorBps;
        emit BetIndexReported(betId, period, value, factorBps, evidenceRef);
    }

    /// @inheritdoc IBetContracts
    function disputeIndex(uint256 betId, uint16 period, bytes32 reasonRef) external {
        Bet storage record = _forInsider(betId, reasonRef);
        _checkPeriod(betId, record, period);
        Report storage report = _indexes[betId][period];
        _checkReportStatus(betId, report, ReportStatus.Reported);
        _openDispute(betId, record, report, 0);
        emit BetIndexDisputed(betId, msg.sender, period, reasonRef);
    }

    /// @inheritdoc IBetContracts
    function ruleIndex(uint256 betId, uint16 period, uint64 value, bytes32 evidenceRef) external {
        Bet storage record = _forArbiter(betId, evidenceRef);
        Report storage report = _indexes[betId][period];
        _checkReportStatus(betId, report, ReportStatus.Disputed);
        _checkTerm(value, 0, MAX_VALUE);
        _closeDispute(betId, record, report);

        uint16 factorBps = _factor(record, value);
        report.factorBps = factorBps;
        emit BetIndexRuled(betId, period, value, factorBps, evidenceRef);
    }

    /* PERFORMANCE */

    /// @inheritdoc IBetContracts
    function reportPerformance(
        uint256 betId,
        address account,
        uint16 period,
        uint64[] calldata values,
        bytes32 evidenceRef
    ) external {
        Bet storage record = _forReporter(betId, evidenceRef);
        Report storage report = _knownPerformance(betId, record, account, period);
        _checkReportStatus(betId, report, ReportStatus.None);
        (uint16 keptBps, uint16 attainmentBps) = _measure(betId, account, period, values);
        _checkReportTime(betId, record, period);

        report.status = ReportStatus.Reported;
        report.reportedAt = uint40(block.timestamp);
        report.keptBps = _BPS; // what counted so far
        report.attainmentBps = _BPS;
        Standing memory standing = _count(betId, account, report, keptBps, attainmentBps);
        emit BetPerformanceReported(betId, account, evidenceRef, period, values, standing);
    }

    /// @inheritdoc IBetContracts
    function disputePerformance(uint256 betId, address account, uint16 period, bytes32 reasonRef) external {
        Bet storage record = _forInsider(betId, reasonRef);
        Report storage report = _knownPerformance(betId, record, account, period);
        if (report.status == ReportStatus.None) {
            report.keptBps = _BPS;
            report.attainmentBps = _BPS;
        }
        _openDispute(betId, record, report, _reportEnd(record, period));
        emit BetPerformanceDisputed(betId, account, msg.sender, period, reasonRef);
    }

    /// @inheritdoc IBetContracts
    function rulePerformance(
        uint256 betId,
        address account,
        uint16 period,
        uint64[] calldata values,
        bytes32 evidenceRef
    ) external {
        Bet storage record = _forArbiter(betId, evidenceRef);
        Report storage report = _performances[betId][account][period];
        _checkReportStatus(betId, report, ReportStatus.Disputed);
        (uint16 keptBps, uint16 attainmentBps) = _measure(betId, account, period, values);
        _closeDispute(betId, record, report);

        Standing memory standing = _count(betId, account, report, keptBps, attainmentBps);
        emit BetPerformanceRuled(betId, account, evidenceRef, period, values, standing);
    }

    /* VALUE ADDED */

    /// @inheritdoc IBetContracts
    function reportValue(uint256 betId, uint128 valueAdded, bytes32 evidenceRef) external {
        Bet storage record = _forReporter(betId, evidenceRef);
        Report storage report = _values[betId];
        _checkReportStatus(betId, report, ReportStatus.None);
        _checkValue(betId, record, valueAdded);
        _checkReportTime(betId, record, record.terms.periods);

        report.status = ReportStatus.Reported;
        report.reportedAt = uint40(block.timestamp);
        record.valueAdded = valueAdded;
        emit BetValueReported(betId, evidenceRef, valueAdded);
    }

    /// @inheritdoc IBetContracts
    function disputeValue(uint256 betId, bytes32 reasonRef) external {
        Bet storage record = _forInsider(betId, reasonRef);
        _openDispute(betId, record, _values[betId], _reportEnd(record, record.terms.periods));
        emit BetValueDisputed(betId, msg.sender, reasonRef);
    }

    /// @inheritdoc IBetContracts
    function ruleValue(uint256 betId, uint128 valueAdded, bytes32 evidenceRef) external {
        Bet storage record = _forArbiter(betId, evidenceRef);
        Report storage report = _values[betId];
        _checkReportStatus(betId, report, ReportStatus.Disputed);
        _checkValue(betId, record, valueAdded);
        _closeDispute(betId, record, report);

        record.valueAdded = valueAdded;
        emit BetValueRuled(betId, evidenceRef, valueAdded);
    }

    /* SETTLE AND WITHDRAW */

    /// @inheritdoc IBetContracts
    function settleBet(uint256 betId) external {
        Bet storage record = _inStatus(betId, BetStatus.Active);
        uint256 from = _settleableAt(record);
        if (block.timestamp < from) revert BetContracts_NotYetSettleable(betId, block.timestamp, from);

        record.status = BetStatus.Settled;
        record.settledAt = uint40(block.timestamp);
        if (record.weight == 0) {
            record.valueAdded = 0;
            record.penalties = 0;
        }
        record.remainder = record.terms.valuePool - record.valueAdded;
        emit BetSettled(betId, record.sponsor, record.valueAdded, record.penalties, record.weight, record.remainder);
    }

    /// @inheritdoc IBetContracts
    function withdraw(uint256 betId) external {
        withdrawFor(betId, msg.sender);
    }

    /// @inheritdoc IBetContracts
    function withdrawFor(uint256 betId, address account) public nonReentrant {
        Bet storage record = _known(betId);
        Party storage member = _knownParty(betId, account);
        if (member.withdrawn) revert BetContracts_AlreadyWithdrawn(betId, account);
        BetStatus status = record.status;
        if (status != BetStatus.Settled && status != BetStatus.Voided) {
            revert BetContracts_WrongStatus(betId, status);
        }

        member.withdrawn = true;
        record.withdrawn += 1;
        uint128 paid = member.stake;
        if (status == BetStatus.Voided) emit BetStakeReturned(betId, account, paid);
        else paid = _payOut(betId, record, account, member);
        if (paid != 0) _TOKEN.safeTransfer(account, paid);
    }

    /// @inheritdoc IBetContracts
    function withdrawRemainder(uint256 betId) external nonReentrant {
        Bet storage record = _known(betId);
        uint128 amount = record.remainder;
        if (amount == 0) revert BetContracts_NothingToWithdraw(betId, record.sponsor);

        record.remainder = 0;
        emit BetRemainderWithdrawn(betId, record.sponsor, amount);
        _TOKEN.safeTransfer(record.sponsor, amount);
    }

    /* VIEWS */

    /// @inheritdoc IBetContracts
    function bet(uint256 betId) external view returns (Bet memory) {
        return _bets[betId];
    }

    /// @inheritdoc IBetContracts
    function party(uint256 betId, address account) external view returns (Party memory) {
        return _parties[betId][account];
    }

    /// @inheritdoc IBetContracts
    function targetsOf(uint256 betId, address account, uint16 period) external view returns (Target[] memory) {
        return _targetsIn(betId, account, period);
    }

    /// @inheritdoc IBetContracts
    function performance(uint256 betId, address account, uint16 period) external view returns (Report memory) {
        return _performances[betId][account][period];
    }

    /// @inheritdoc IBetContracts
    function indexReport(uint256 betId, uint16 period) external view returns (Report memory) {
        return _indexes[betId][period];
    }

    /// @inheritdoc IBetContracts
    function valueReport(uint256 betId) external view returns (Report memory) {
        return _values[betId];
    }

    /// @inheritdoc IBetContracts
    function amendment(uint256 betId, uint256 amendmentId) external view returns (Amendment memory) {
        return _amendments[betId][amendmentId];
    }

    /// @inheritdoc IBetContracts
    function payoutOf(uint256 betId, address account) external view returns (uint128 penalty, uint128 share) {
        return _payout(_bets[betId], _parties[betId][account]);
    }

    /// @inheritdoc IBetContracts
    function settleableAt(uint256 betId) external view returns (uint256) {
        return _settleableAt(_known(betId));
    }

    /// @inheritdoc IBetContracts
    function partyLeaf(PartyTerms calldata pledge) external pure returns (bytes32) {
        return BetTypes.leaf(pledge.account, BetTypes.hashParty(pledge));
    }

    /// @inheritdoc IBetContracts
    function targetsLeaf(address account, Target[] calldata targets) external pure returns (bytes32) {
        return BetTypes.leaf(account, BetTypes.hashTargets(targets));
    }

    /// @inheritdoc IBetContracts
    function betDigest(uint256 betId, PartyTerms calldata pledge, uint40 deadline) public view returns (bytes32) {
        Bet storage record = _bets[betId];
        return _hashTypedDataV4(
            BetTypes.hashBetSignature(betId, record.sponsor, record.termsHash, BetTypes.hashParty(pledge), deadline)
        );
    }

    /// @inheritdoc IBetContracts
    function amendmentDigest(
        uint256 betId,
        uint256 amendmentId,
        address account,
        Target[] calldata targets,
        uint40 deadline
    ) public view returns (bytes32) {
        return _hashTypedDataV4(
            BetTypes.hashAmendmentSignature(
                betId, amendmentId, _amendments[betId][amendmentId], account, BetTypes.hashTargets(targets), deadline
            )
        );
    }

    /// @inheritdoc IBetOutcomes
    function groupOf(uint256 betId) external view returns (uint256 groupId) {
        return _bets[betId].terms.groupId;
    }

    /// @inheritdoc IBetOutcomes
    function settledAt(uint256 betId) external view returns (uint40) {
        return _bets[betId].settledAt;
    }

    /// @inheritdoc IBetOutcomes
    function isParty(uint256 betId, address account) public view returns (bool) {
        return _parties[betId][account].stake != 0;
    }

    /* INTERNALS: SIGNING */

    function _enter(uint256 betId, Bet storage record, PartyTerms calldata pledge) private {
        uint16 periods = record.terms.periods;
        _parties[betId][pledge.account] = Party({
            stake: pledge.stake,
            penalty: 0,
            shortfall: 0,
            attained: uint32(periods) * _BPS,
            shareBps: pledge.shareBps,
            toleranceBps: pledge.toleranceBps,
            slopeBps: pledge.slopeBps,
            capBps: pledge.capBps,
            withdrawn: false
        });
        _store(_targets[betId][pledge.account][0], pledge.targets);
        record.signed += 1;
        record.staked += pledge.stake;
        record.weight += uint128(BetMath.contribution(pledge.shareBps, uint256(periods) * _BPS));
        emit BetSigned(betId, pledge.account, pledge, record.signed, record.staked, record.weight);
        if (record.signed == record.terms.partyCount) {
            record.status = BetStatus.Active;
            emit BetActivated(betId, record.signed, record.staked, record.weight);
        }
    }

    function _agree(
        uint256 betId,
        uint256 amendmentId,
        Amendment storage change,
        address account,
        Target[] calldata targets
    ) private {
        Bet storage record = _bets[betId];
        _store(_targets[betId][account][amendmentId], targets);
        change.signed += 1;
        emit BetAmendmentSigned(betId, account, amendmentId, targets, change.signed);
        if (change.signed == record.signed) {
            change.agreed = true;
            change.previous = record.amendment;
            record.amendment = uint32(amendmentId);
            record.agreedAmendments += 1;
            emit BetAmendmentAgreed(betId, amendmentId, change.fromPeriod, change.previous);
        }
    }

    function _store(Target[] storage to, Target[] calldata targets) private {
        for (uint256 i; i < targets.length; ++i) {
            to.push(targets[i]);
        }
    }

    /* INTERNALS: REPORTING */

    /// @dev What a party attained in a period by these values: all targets weighted, and the same without what was
    /// surpassed: one target does not make up for another.
    function _measure(uint256 betId, address account, uint16 period, uint64[] calldata values)
        private
        view
        returns (uint16 keptBps, uint16 attainmentBps)
    {
        Target[] storage targets = _targetsIn(betId, account, period);
        if (values.length != targets.length) {
            revert BetContracts_ValuesMismatch(betId, values.length, targets.length);
        }
        uint16 factorBps = _indexes[betId][period].factorBps;
        uint256 kept;
        uint256 attained;
        for (uint256 i; i < values.length; ++i) {
            _checkTerm(values[i], 0, MAX_VALUE);
            Target memory target = targets[i];
            uint256 attainment = BetMath.attainmentDown(
                values[i],
                target.floor,
                target.base,
                target.stretch,
                target.followsIndex && factorBps != 0 ? factorBps : _BPS
            );
            attained += attainment * target.weightBps;
            kept += (attainment < _BPS ? attainment : _BPS) * target.weightBps;
        }
        return (uint16(kept / _BPS), uint16(attained / _BPS));
    }

    /// @dev Puts new figures of a period in the place of those that counted so far, in the sums of party and bet.
    function _count(uint256 betId, address account, Report storage report, uint16 keptBps, uint16 attainmentBps)
        private
        returns (Standing memory standing)
    {
        Bet storage record = _bets[betId];
        Party storage member = _parties[betId][account];
        uint32 shortfall = member.shortfall + report.keptBps - keptBps;
        uint32 attained = member.attained + attainmentBps - report.attainmentBps;
        uint128 penalty = _penalty(record, member, shortfall);
        uint128 contribution = uint128(BetMath.contribution(member.shareBps, attained));
        uint128 penalties = record.penalties + penalty - member.penalty;
        uint128 weight = record.weight + contribution - uint128(BetMath.contribution(member.shareBps, member.attained));

        report.keptBps = keptBps;
        report.attainmentBps = attainmentBps;
        member.shortfall = shortfall;
        member.attained = attained;
        member.penalty = penalty;
        record.penalties = penalties;
        record.weight = weight;
        return Standing(keptBps, attainmentBps, penalty, contribution, penalties, weight);
    }

    /// @dev A report, or the want of one since `missingFrom`, becomes disputed.
    function _openDispute(uint256 betId, Bet storage record, Report storage report, uint256 missingFrom) private {
        if (report.status != ReportStatus.None && report.status != ReportStatus.Reported) {
            revert BetContracts_WrongReportStatus(betId, report.status);
        }
        uint256 from = report.status == ReportStatus.None ? missingFrom : report.reportedAt;
        if (block.timestamp < from) revert BetContracts_DisputeNotOpen(betId, block.timestamp, from);
        uint256 closesAt = from + record.terms.disputeSeconds;
        if (block.timestamp >= closesAt) revert BetContracts_DisputeClosed(betId, block.timestamp, closesAt);

        report.status = ReportStatus.Disputed;
        report.disputedAt = uint40(block.timestamp);
    }

    function _closeDispute(uint256 betId, Bet storage record, Report storage report) private {
        uint256 closesAt = uint256(report.disputedAt) + record.terms.rulingSeconds;
        if (block.timestamp >= closesAt) revert BetContracts_RulingClosed(betId, block.timestamp, closesAt);
        report.status = ReportStatus.Ruled;
    }

    /* INTERNALS: PAYING */

    function _payOut(uint256 betId, Bet storage record, address account, Party storage member)
        private
        returns (uint128 paid)
    {
        (uint128 penalty, uint128 share) = _payout(record, member);
        paid = member.stake - penalty + share;
        record.shared += share;
        uint16 outcomeBps = uint16(BetMath.outcomeDown(member.shortfall, record.terms.periods));
        emit BetPayoutWithdrawn(betId, account, member.stake, penalty, share, paid, outcomeBps);
        if (record.withdrawn == record.terms.partyCount) {
            uint128 rounding = record.valueAdded + record.penalties - record.shared;
            if (rounding != 0) {
                record.remainder += rounding;
                emit BetRoundingReturned(betId, record.sponsor, rounding);
            }
        }
        _CREDIT.recordBet(account, betId, member.stake, outcomeBps);
    }

    /// @dev Where nobody contributed there is nobody to pay a penalty to.
    function _payout(Bet storage record, Party storage member) private view returns (uint128 penalty, uint128 share) {
        uint256 weight = record.weight;
        if (weight == 0) return (0, 0);
        uint256 pot = uint256(record.valueAdded) + record.penalties;
        uint256 contribution = BetMath.contribution(member.shareBps, member.attained);
        return (member.penalty, uint128(BetMath.shareDown(pot, contribution, weight)));
    }

    function _penalty(Bet storage record, Party storage member, uint256 shortfall) private view returns (uint128) {
        return uint128(
            BetMath.penaltyUp(
                member.stake, shortfall, record.terms.periods, member.toleranceBps, member.slopeBps, member.capBps
            )
        );
    }

    /* INTERNALS: LOOKING UP */

    function _known(uint256 betId) private view returns (Bet storage record) {
        record = _bets[betId];
        if (record.status == BetStatus.None) revert BetContracts_Unknown(betId);
    }

    function _inStatus(uint256 betId, BetStatus status) private view returns (Bet storage record) {
        record = _known(betId);
        if (record.status != status) revert BetContracts_WrongStatus(betId, record.status);
    }

    function _knownParty(uint256 betId, address account) private view returns (Party storage member) {
        member = _parties[betId][account];
        if (member.stake == 0) revert BetContracts_NotAParty(betId, account);
    }

    function _knownPerformance(uint256 betId, Bet storage record, address account, uint16 period)
        private
        view
        returns (Report storage)
    {
        _knownParty(betId, account);
        _checkPeriod(betId, record, period);
        return _performances[betId][account][period];
    }

    function _forReporter(uint256 betId, bytes32 evidenceRef) private view returns (Bet storage record) {
        record = _known(betId);
        if (msg.sender != record.terms.reporter || !_holds(Offices.REPORTER, msg.sender)) {
            revert BetContracts_NotTheReporter(betId, msg.sender);
        }
        _checkActive(betId, record);
        _checkReference(evidenceRef);
    }

    function _forArbiter(uint256 betId, bytes32 evidenceRef) private view returns (Bet storage record) {
        record = _known(betId);
        if (msg.sender != record.terms.arbiter || !_holds(Offices.ARBITER, msg.sender)) {
            revert BetContracts_NotTheArbiter(betId, msg.sender);
        }
        _checkActive(betId, record);
        _checkReference(evidenceRef);
    }

    function _forInsider(uint256 betId, bytes32 reasonRef) private view returns (Bet storage record) {
        record = _known(betId);
        _checkInsider(betId, record);
        _checkActive(betId, record);
        _checkReference(reasonRef);
    }

    /// @dev Agreed amendments have rising first periods, so the newest that has begun is in force.
    function _targetsIn(uint256 betId, address account, uint16 period) private view returns (Target[] storage) {
        uint256 id = _bets[betId].amendment;
        while (id != 0 && _amendments[betId][id].fromPeriod > period) {
            id = _amendments[betId][id].previous;
        }
        return _targets[betId][account][id];
    }

    function _factor(Bet storage record, uint64 value) private view returns (uint16) {
        BetTerms storage terms = record.terms;
        return uint16(
            BetMath.indexFactor(
                value, terms.indexBaseline, terms.indexElasticityBps, terms.indexMaxUpBps, terms.indexMaxDownBps
            )
        );
    }

    function _periodEnd(Bet storage record, uint256 period) private view returns (uint256) {
        return uint256(record.terms.start) + period * record.terms.periodSeconds;
    }

    function _reportEnd(Bet storage record, uint256 period) private view returns (uint256) {
        return _periodEnd(record, period) + record.terms.reportSeconds;
    }

    function _settleableAt(Bet storage record) private view returns (uint256) {
        BetTerms storage terms = record.terms;
        return _reportEnd(record, terms.periods) + terms.disputeSeconds + terms.rulingSeconds;
    }

    function _holds(bytes32 office, address account) private view returns (bool) {
        return IAccessControl(address(_PARTICIPANTS)).hasRole(office, account);
    }

    /* INTERNALS: CHECKING */

    function _checkRoles(BetTerms calldata terms) private view {
        if (!_holds(Offices.REPORTER, terms.reporter)) revert BetContracts_ReporterWithoutOffice(terms.reporter);
        if (!_holds(Offices.ARBITER, terms.arbiter)) revert BetContracts_ArbiterWithoutOffice(terms.arbiter);
        if (terms.reporter == terms.arbiter || msg.sender == terms.reporter || msg.sender == terms.arbiter) {
            revert BetContracts_RolesNotSeparate(msg.sender, terms.reporter, terms.arbiter);
        }
    }

    function _checkSizes(BetTerms calldata terms) private pure {
        _checkReference(terms.termsRef);
        _checkTerm(terms.partyCount, MIN_PARTIES, MAX_PARTIES);
        _checkTerm(terms.valuePool, 0, MAX_AMOUNT);
        _checkTerm(terms.indexBaseline, 0, MAX_VALUE);
        _checkTerm(terms.indexElasticityBps, 0, MAX_INDEX_BPS);
        _checkTerm(terms.indexMaxUpBps, 0, MAX_INDEX_BPS);
        _checkTerm(terms.indexMaxDownBps, 0, _BPS - 1);
    }

    function _checkTimes(BetTerms calldata terms) private view {
        _checkTerm(terms.signBy, block.timestamp + 1, block.timestamp + MAX_SIGN_SECONDS);
        _checkTerm(terms.start, terms.signBy, uint256(terms.signBy) + MAX_START_SECONDS);
        _checkTerm(terms.periods, 1, MAX_PERIODS);
        _checkTerm(terms.periodSeconds, MIN_WINDOW_SECONDS, MAX_PERIOD_SECONDS);
        _checkTerm(uint256(terms.periods) * terms.periodSeconds, 0, MAX_RUN_SECONDS);
        _checkTerm(terms.reportSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.disputeSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
        _checkTerm(terms.rulingSeconds, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS);
    }

    function _checkSigner(uint256 betId, Bet storage record, address account) private view {
        _checkNotPaused();
        if (!_PARTICIPANTS.isActive(account, Offices.NODE)) revert BetContracts_NotANode(account);
        if (account == record.terms.reporter || account == record.terms.arbiter) {
            revert BetContracts_NotIndependent(betId, account);
        }
        if (isParty(betId, account)) revert BetContracts_AlreadySigned(betId, account);
    }

    function _checkAmendment(uint256 betId, uint256 amendmentId, Amendment storage change, address account)
        private
        view
    {
        Bet storage record = _inStatus(betId, BetStatus.Active);
        if (change.signBy == 0) revert BetContracts_AmendmentUnknown(betId, amendmentId);
        _checkNotPaused();
        _knownParty(betId, account);
        if (!_PARTICIPANTS.isActive(account, Offices.NODE)) revert BetContracts_NotANode(account);
        if (_targets[betId][account][amendmentId].length != 0) revert BetContracts_AlreadySigned(betId, account);
        if (change.fromPeriod < _amendments[betId][record.amendment].fromPeriod) {
            revert BetContracts_AmendmentOvertaken(betId, amendmentId, record.amendment);
        }
        if (record.agreedAmendments >= MAX_AMENDMENTS) {
            revert BetContracts_TooManyAmendments(betId, MAX_AMENDMENTS);
        }
    }

    function _checkLeaf(uint256 betId, bytes32 root, address account, bytes32 hash, bytes32[] calldata proof)
        private
        pure
    {
        if (!MerkleProof.verifyCalldata(proof, root, BetTypes.leaf(account, hash))) {
            revert BetContracts_NotInTheTree(betId, account);
        }
    }

    function _checkConsent(uint256 betId, address account, bytes32 digest, uint40 deadline, bytes calldata signature)
        private
        view
    {
        if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) {
            revert BetContracts_BadSignature(betId, account);
        }
        if (block.timestamp >= deadline) revert BetContracts_SignatureExpired(betId, block.timestamp, deadline);
    }

    function _checkCurve(PartyTerms calldata pledge) private pure {
        _checkTerm(pledge.shareBps, 0, _BPS);
        _checkTerm(pledge.toleranceBps, 0, _BPS);
        _checkTerm(pledge.slopeBps, 0, MAX_SLOPE_BPS);
        _checkTerm(pledge.capBps, 0, _BPS);
    }

    function _checkTargets(Target[] calldata targets) private pure {
        _checkTerm(targets.length, 1, MAX_TARGETS);
        uint256 weights;
        for (uint256 i; i < targets.length; ++i) {
            Target calldata target = targets[i];
            _checkTerm(target.floor, 0, MAX_VALUE);
            _checkTerm(target.base, 0, MAX_VALUE);
            _checkTerm(target.stretch, 0, MAX_VALUE);
            if (target.floor == target.base) revert BetContracts_TargetWithoutDirection(i);
            bool beyond = target.floor < target.base ? target.stretch >= target.base : target.stretch <= target.base;
            if (!beyond) revert BetContracts_StretchBelowBase(i);
            weights += target.weightBps;
        }
        if (weights != _BPS) revert BetContracts_WeightsNotWhole(weights);
    }

    function _checkInsider(uint256 betId, Bet storage record) private view {
        if (msg.sender != record.sponsor && !isParty(betId, msg.sender)) {
            revert BetContracts_NotAParty(betId, msg.sender);
        }
    }

    function _checkActive(uint256 betId, Bet storage record) private view {
        if (record.status != BetStatus.Active) revert BetContracts_WrongStatus(betId, record.status);
    }

    function _checkNotPaused() private view {
        if (_PARTICIPANTS.obligationsPaused()) revert BetContracts_ObligationsPaused();
    }

    function _checkPeriod(uint256 betId, Bet storage record, uint16 period) private view {
        if (period == 0 || period > record.terms.periods) {
            revert BetContracts_PeriodUnknown(betId, period, record.terms.periods);
        }
    }

    function _checkReportStatus(uint256 betId, Report storage report, ReportStatus status) private view {
        if (report.status != status) revert BetContracts_WrongReportStatus(betId, report.status);
    }

    function _checkReportTime(uint256 betId, Bet storage record, uint16 period) private view {
        uint256 opensAt = _periodEnd(record, period);
        if (block.timestamp < opensAt) revert BetContracts_ReportingNotOpen(betId, block.timestamp, opensAt);
        uint256 closesAt = opensAt + record.terms.reportSeconds;
        if (block.timestamp >= closesAt) revert BetContracts_ReportingClosed(betId, block.timestamp, closesAt);
    }

    function _checkValue(uint256 betId, Bet storage record, uint128 valueAdded) private view {
        if (valueAdded > record.terms.valuePool) {
            revert BetContracts_ValueExceedsPool(betId, valueAdded, record.terms.valuePool);
        }
    }

    function _checkReference(bytes32 ref) private pure {
        if (ref == bytes32(0)) revert BetContracts_ZeroReference();
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert BetContracts_TermOutOfBounds(actual, min, max);
    }
}
