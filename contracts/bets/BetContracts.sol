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
import { BetTypes } from "./BetTypes.sol";
import { IBetContracts } from "./interfaces/IBetContracts.sol";
import { IBetOutcomes } from "./interfaces/IBetOutcomes.sol";
import { IBetRules } from "./interfaces/IBetRules.sol";

/// @title BetContracts
/// @notice See {IBetContracts}.
contract BetContracts is IBetContracts, EIP712, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint16 public constant MAX_AMENDMENTS = 16; // agreed ones: a report may look back over them
    uint128 private constant _MAX_AMOUNT = 2 ** 60; // of all stakes: with the pool they fit the ledger's 63 bits
    uint64 private constant _MAX_VALUE = 2 ** 60; // of an index
    uint16 private constant _BPS = 10_000;

    // Spelled out in {BetTypes}; kept here so that the spelling is not deployed twice.
    bytes32 private immutable _BET_TYPEHASH = BetTypes.BET_SIGNATURE_TYPEHASH;
    bytes32 private immutable _AMENDMENT_TYPEHASH = BetTypes.AMENDMENT_SIGNATURE_TYPEHASH;

    IParticipants private immutable _PARTICIPANTS;
    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;
    IBetRules private immutable _RULES;

    struct Record {
        Bet state;
        BetTerms terms;
    }

    uint256 private _lastBetId;
    mapping(uint256 betId => Record) private _bets;
    mapping(uint256 betId => mapping(address account => Party)) private _parties;
    mapping(uint256 betId => mapping(address account => mapping(uint256 amendmentId => Target[]))) private _targets;
    mapping(uint256 betId => mapping(uint256 amendmentId => Amendment)) private _amendments;
    // Account zero: the index of the period, or with period zero the value added.
    mapping(uint256 betId => mapping(address account => mapping(uint256 period => Report))) private _reports;

    constructor(IParticipants participants, ICreditRegistry credit, IERC20 token, IBetRules rules)
        EIP712("BetContracts", "1")
    {
        _PARTICIPANTS = participants;
        _CREDIT = credit;
        _TOKEN = token;
        _RULES = rules;
    }

    /* PROPOSE */

    /// @inheritdoc IBetContracts
    function proposeBet(BetTerms calldata terms) external nonReentrant returns (uint256 betId) {
        _checkNotPaused();
        _checkNode(msg.sender);
        bytes32 termsHash = _RULES.checkTerms(terms, msg.sender);

        betId = ++_lastBetId;
        Record storage record = _bets[betId];
        record.state.sponsor = msg.sender;
        record.state.status = BetStatus.Proposed;
        record.state.termsHash = termsHash;
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
        Record storage record = _inStatus(betId, BetStatus.Proposed);
        _checkSigner(betId, record, pledge.account);
        bytes32 pledgeHash = _RULES.checkPledge(pledge);
        _checkTerm(pledge.stake, 1, _MAX_AMOUNT - record.state.staked);
        _checkLeaf(betId, record.terms.partiesRoot, pledge.account, pledgeHash, proof);
        _checkConsent(betId, pledge.account, betDigest(betId, pledgeHash, deadline), deadline, signature);
        _checkBefore(betId, record.terms.signBy);

        _enter(betId, record, pledge);
        // The party signed for its stake.
        // slither-disable-next-line arbitrary-send-erc20
        _TOKEN.safeTransferFrom(pledge.account, address(this), pledge.stake);
    }

    /// @inheritdoc IBetContracts
    function voidBet(uint256 betId) external {
        Record storage record = _inStatus(betId, BetStatus.Proposed);
        _checkFrom(betId, record.terms.signBy);

        record.state.status = BetStatus.Voided;
        record.state.remainder = record.terms.valuePool;
        emit BetVoided(betId, record.state.sponsor, record.state.signed, record.state.remainder);
    }

    /* AMEND */

    /// @inheritdoc IBetContracts
    function proposeAmendment(uint256 betId, bytes32 targetsRoot, bytes32 termsRef, uint16 fromPeriod, uint40 signBy)
        external
        returns (uint256 amendmentId)
    {
        Record storage record = _known(betId);
        _checkInsider(betId, record);
        _checkActive(betId, record);
        _checkNotPaused();
        _checkReference(termsRef);
        _checkPeriod(betId, record, fromPeriod);
        _checkTerm(signBy, block.timestamp + 1, _periodEnd(record, fromPeriod));

        uint32 id = ++record.state.proposedAmendments;
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
        bytes32 targetsHash = _RULES.checkTargets(targets);
        _checkLeaf(betId, change.targetsRoot, account, targetsHash, proof);
        _checkConsent(
            betId, account, amendmentDigest(betId, amendmentId, account, targetsHash, deadline), deadline, signature
        );
        _checkBefore(betId, change.signBy);

        _agree(betId, amendmentId, change, account, targets);
    }

    /* INDEX */

    /// @inheritdoc IBetContracts
    function reportIndex(uint256 betId, uint16 period, uint64 value, bytes32 evidenceRef) external {
        Record storage record = _forReporter(betId, evidenceRef);
        if (record.terms.indexBaseline == 0) revert BetContracts_NoIndex(betId);
        _checkPeriod(betId, record, period);
        Report storage entry = _reports[betId][address(0)][period];
        _checkReportStatus(betId, entry, ReportStatus.None);
        _checkTerm(value, 0, _MAX_VALUE);
        // A later index could still be in dispute when the first report comes that it decides.
        _checkBefore(betId, _periodEnd(record, period) - record.terms.disputeSeconds - record.terms.rulingSeconds);

        uint16 factorBps = _factor(record, value);
        entry.status = ReportStatus.Reported;
        entry.reportedAt = uint40(block.timestamp);
        entry.factorBps = factorBps;
        emit BetIndexReported(betId, period, value, factorBps, evidenceRef);
    }

    /// @inheritdoc IBetContracts
    function ruleIndex(uint256 betId, uint16 period, uint64 value, bytes32 evidenceRef) external {
        Record storage record = _forArbiter(betId, evidenceRef);
        _checkPeriod(betId, record, period);
        Report storage entry = _reports[betId][address(0)][period];
        _checkReportStatus(betId, entry, ReportStatus.Disputed);
        _checkTerm(value, 0, _MAX_VALUE);
        _closeDispute(betId, record, entry, period);

        uint16 factorBps = _factor(record, value);
        entry.factorBps = factorBps;
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
        Record storage record = _forReporter(betId, evidenceRef);
        _knownParty(betId, account);
        _checkPeriod(betId, record, period);
        Report storage entry = _reports[betId][account][period];
        _checkReportStatus(betId, entry, ReportStatus.None);
        (uint16 keptBps, uint16 attainmentBps) = _measure(betId, account, period, values);
        _checkReportTime(betId, record, period);

        entry.status = ReportStatus.Reported;
        entry.reportedAt = uint40(block.timestamp);
        _setDefault(entry);
        _parties[betId][account].measured += 1;
        Standing memory standing = _count(betId, account, entry, keptBps, attainmentBps);
        emit BetPerformanceReported(betId, account, evidenceRef, period, values, standing);
    }

    /// @inheritdoc IBetContracts
    function rulePerformance(
        uint256 betId,
        address account,
        uint16 period,
        uint64[] calldata values,
        bytes32 evidenceRef
    ) external {
        Record storage record = _forArbiter(betId, evidenceRef);
        _knownParty(betId, account);
        Report storage entry = _reports[betId][account][period];
        _checkReportStatus(betId, entry, ReportStatus.Disputed);
        (uint16 keptBps, uint16 attainmentBps) = _measure(betId, account, period, values);
        _closeDispute(betId, record, entry, period);

        if (entry.reportedAt == 0) _parties[betId][account].measured += 1;
        Standing memory standing = _count(betId, account, entry, keptBps, attainmentBps);
        emit BetPerformanceRuled(betId, account, evidenceRef, period, values, standing);
    }

    /* VALUE ADDED */

    /// @inheritdoc IBetContracts
    function reportValue(uint256 betId, uint128 valueAdded, bytes32 evidenceRef) external {
        Record storage record = _forReporter(betId, evidenceRef);
        Report storage entry = _reports[betId][address(0)][0];
        _checkReportStatus(betId, entry, ReportStatus.None);
        _checkValue(betId, record, valueAdded);
        _checkReportTime(betId, record, record.terms.periods);

        entry.status = ReportStatus.Reported;
        entry.reportedAt = uint40(block.timestamp);
        record.state.valueAdded = valueAdded;
        emit BetValueReported(betId, evidenceRef, valueAdded);
    }

    /// @inheritdoc IBetContracts
    function ruleValue(uint256 betId, uint128 valueAdded, bytes32 evidenceRef) external {
        Record storage record = _forArbiter(betId, evidenceRef);
        Report storage entry = _reports[betId][address(0)][0];
        _checkReportStatus(betId, entry, ReportStatus.Disputed);
        _checkValue(betId, record, valueAdded);
        _closeDispute(betId, record, entry, 0);

        record.state.valueAdded = valueAdded;
        emit BetValueRuled(betId, evidenceRef, valueAdded);
    }

    /* DISPUTE */

    /// @inheritdoc IBetContracts
    function dispute(uint256 betId, address account, uint16 period, bytes32 reasonRef) external {
        Record storage record = _known(betId);
        _checkInsider(betId, record);
        _checkActive(betId, record);
        _checkReference(reasonRef);
        if (account != address(0)) _knownParty(betId, account);
        if (account != address(0) || period != 0) _checkPeriod(betId, record, period);
        Report storage entry = _reports[betId][account][period];
        uint256 opensAt = _disputableFrom(betId, record, entry, account, period);
        _checkFrom(betId, opensAt);
        _checkBefore(betId, opensAt + record.terms.disputeSeconds);

        if (entry.status == ReportStatus.None && account != address(0)) _setDefault(entry);
        entry.status = ReportStatus.Disputed;
        entry.disputedAt = uint40(block.timestamp);
        emit BetReportDisputed(betId, account, msg.sender, period, reasonRef);
    }

    /* SETTLE AND WITHDRAW */

    /// @inheritdoc IBetContracts
    function settleBet(uint256 betId) external {
        Record storage record = _inStatus(betId, BetStatus.Active);
        _checkFrom(betId, _settleableAt(record));

        record.state.status = BetStatus.Settled;
        record.state.settledAt = uint40(block.timestamp);
        if (record.state.weight == 0) {
            record.state.valueAdded = 0;
            record.state.penalties = 0;
        }
        record.state.remainder = record.terms.valuePool - record.state.valueAdded;
        emit BetSettled(
            betId,
            record.state.sponsor,
            record.state.valueAdded,
            record.state.penalties,
            record.state.weight,
            record.state.remainder
        );
    }

    /// @inheritdoc IBetContracts
    function withdraw(uint256 betId) external {
        withdrawFor(betId, msg.sender);
    }

    /// @inheritdoc IBetContracts
    function withdrawFor(uint256 betId, address account) public nonReentrant {
        Record storage record = _known(betId);
        Party storage member = _knownParty(betId, account);
        if (member.withdrawn) revert BetContracts_AlreadyWithdrawn(betId, account);
        BetStatus status = record.state.status;
        if (status != BetStatus.Settled && status != BetStatus.Voided) {
            revert BetContracts_WrongStatus(betId, status);
        }

        member.withdrawn = true;
        record.state.withdrawn += 1;
        uint128 paid = member.stake;
        if (status == BetStatus.Voided) emit BetStakeReturned(betId, account, paid);
        else paid = _payOut(betId, record, account, member);
        if (paid != 0) _TOKEN.safeTransfer(account, paid);
    }

    /// @inheritdoc IBetContracts
    function withdrawRemainder(uint256 betId) external nonReentrant {
        Record storage record = _known(betId);
        uint128 amount = record.state.remainder;
        if (amount == 0) revert BetContracts_NothingToWithdraw(betId, record.state.sponsor);

        record.state.remainder = 0;
        emit BetRemainderWithdrawn(betId, record.state.sponsor, amount);
        _TOKEN.safeTransfer(record.state.sponsor, amount);
    }

    /* VIEWS */

    /// @inheritdoc IBetContracts
    function bet(uint256 betId) external view returns (Bet memory) {
        return _bets[betId].state;
    }

    /// @inheritdoc IBetContracts
    function rolesOf(uint256 betId) external view returns (address reporter, address arbiter) {
        BetTerms storage terms = _bets[betId].terms;
        return (terms.reporter, terms.arbiter);
    }

    /// @inheritdoc IBetContracts
    function reportWindow(uint256 betId, uint16 period) external view returns (uint256 opensAt, uint256 closesAt) {
        Record storage record = _known(betId);
        return (_periodEnd(record, period), _reportEnd(record, period));
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
    function report(uint256 betId, address account, uint16 period) external view returns (Report memory) {
        return _reports[betId][account][period];
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
    function betDigest(uint256 betId, bytes32 pledgeHash, uint40 deadline) public view returns (bytes32) {
        Record storage record = _bets[betId];
        return _hashTypedDataV4(
            keccak256(
                abi.encode(_BET_TYPEHASH, betId, record.state.sponsor, record.state.termsHash, pledgeHash, deadline)
            )
        );
    }

    /// @inheritdoc IBetContracts
    function amendmentDigest(uint256 betId, uint256 amendmentId, address account, bytes32 targetsHash, uint40 deadline)
        public
        view
        returns (bytes32)
    {
        Amendment storage change = _amendments[betId][amendmentId];
        return _hashTypedDataV4(
            keccak256(
                abi.encode(
                    _AMENDMENT_TYPEHASH,
                    betId,
                    amendmentId,
                    change.targetsRoot,
                    change.termsRef,
                    change.fromPeriod,
                    account,
                    targetsHash,
                    deadline
                )
            )
        );
    }

    /// @inheritdoc IBetOutcomes
    function groupOf(uint256 betId) external view returns (uint256 groupId) {
        return _bets[betId].terms.groupId;
    }

    /// @inheritdoc IBetOutcomes
    function sponsorOf(uint256 betId) external view returns (address sponsor) {
        return _bets[betId].state.sponsor;
    }

    /// @inheritdoc IBetOutcomes
    function isActive(uint256 betId) external view returns (bool) {
        return _bets[betId].state.status == BetStatus.Active;
    }

    /// @inheritdoc IBetOutcomes
    function settledAt(uint256 betId) external view returns (uint40) {
        return _bets[betId].state.settledAt;
    }

    /// @inheritdoc IBetOutcomes
    function isParty(uint256 betId, address account) public view returns (bool) {
        return _parties[betId][account].stake != 0;
    }

    /* INTERNALS: SIGNING */

    function _enter(uint256 betId, Record storage record, PartyTerms calldata pledge) private {
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
            withdrawn: false,
            measured: 0
        });
        _store(_targets[betId][pledge.account][0], pledge.targets);
        record.state.signed += 1;
        record.state.staked += pledge.stake;
        record.state.weight += uint128(BetMath.contribution(pledge.shareBps, uint256(periods) * _BPS));
        emit BetSigned(betId, pledge.account, pledge, record.state.signed, record.state.staked, record.state.weight);
        if (record.state.signed == record.terms.partyCount) {
            record.state.status = BetStatus.Active;
            emit BetActivated(betId, record.state.signed, record.state.staked, record.state.weight);
        }
    }

    function _agree(
        uint256 betId,
        uint256 amendmentId,
        Amendment storage change,
        address account,
        Target[] calldata targets
    ) private {
        Record storage record = _bets[betId];
        _store(_targets[betId][account][amendmentId], targets);
        change.signed += 1;
        emit BetAmendmentSigned(betId, account, amendmentId, targets, change.signed);
        if (change.signed == record.state.signed) {
            change.agreed = true;
            change.previous = record.state.amendment;
            record.state.amendment = uint32(amendmentId);
            record.state.agreedAmendments += 1;
            emit BetAmendmentAgreed(betId, amendmentId, change.fromPeriod, change.previous);
        }
    }

    function _store(Target[] storage to, Target[] calldata targets) private {
        for (uint256 i; i < targets.length; ++i) {
            to.push(targets[i]);
        }
    }

    /* INTERNALS: REPORTING */

    function _measure(uint256 betId, address account, uint16 period, uint64[] calldata values)
        private
        view
        returns (uint16 keptBps, uint16 attainmentBps)
    {
        Target[] memory targets = _targetsIn(betId, account, period);
        if (values.length != targets.length) {
            revert BetContracts_ValuesMismatch(betId, values.length, targets.length);
        }
        uint16 factorBps = _reports[betId][address(0)][period].factorBps;
        return _RULES.measure(targets, values, factorBps == 0 ? _BPS : factorBps);
    }

    /// @dev Puts new figures of a period in the place of those that counted so far, in the sums of party and bet.
    function _count(uint256 betId, address account, Report storage entry, uint16 keptBps, uint16 attainmentBps)
        private
        returns (Standing memory standing)
    {
        Record storage record = _bets[betId];
        Party storage member = _parties[betId][account];
        uint32 shortfall = member.shortfall + entry.keptBps - keptBps;
        uint32 attained = member.attained + attainmentBps - entry.attainmentBps;
        uint128 penalty = _penalty(record, member, shortfall);
        uint128 contribution = uint128(BetMath.contribution(member.shareBps, attained));
        uint128 penalties = record.state.penalties + penalty - member.penalty;
        uint128 weight =
            record.state.weight + contribution - uint128(BetMath.contribution(member.shareBps, member.attained));

        entry.keptBps = keptBps;
        entry.attainmentBps = attainmentBps;
        member.shortfall = shortfall;
        member.attained = attained;
        member.penalty = penalty;
        record.state.penalties = penalties;
        record.state.weight = weight;
        return Standing(keptBps, attainmentBps, penalty, contribution, penalties, weight);
    }

    /// @dev What counts while nothing is reported: kept, exactly at the base.
    function _setDefault(Report storage entry) private {
        entry.keptBps = _BPS;
        entry.attainmentBps = _BPS;
    }

    /// @dev A report may be disputed since it was made; the want of one since the time for it was over.
    function _disputableFrom(uint256 betId, Record storage record, Report storage entry, address account, uint16 period)
        private
        view
        returns (uint256)
    {
        bool ofIndex = account == address(0) && period != 0;
        if (entry.status != ReportStatus.Reported && (entry.status != ReportStatus.None || ofIndex)) {
            revert BetContracts_WrongReportStatus(betId, entry.status);
        }
        return _disputeStart(record, entry, period);
    }

    function _disputeStart(Record storage record, Report storage entry, uint16 period) private view returns (uint256) {
        if (entry.reportedAt != 0) return entry.reportedAt;
        return _reportEnd(record, period == 0 ? record.terms.periods : period);
    }

    /// @dev The ruling time runs from the last moment for a dispute: who disputes first does not shorten it.
    function _closeDispute(uint256 betId, Record storage record, Report storage entry, uint16 period) private {
        uint256 disputeEnd = _disputeStart(record, entry, period) + record.terms.disputeSeconds;
        _checkBefore(betId, disputeEnd + record.terms.rulingSeconds);
        entry.status = ReportStatus.Ruled;
    }

    /* INTERNALS: PAYING */

    function _payOut(uint256 betId, Record storage record, address account, Party storage member)
        private
        returns (uint128 paid)
    {
        (uint128 penalty, uint128 share) = _payout(record, member);
        paid = member.stake - penalty + share;
        record.state.shared += share;
        uint256 measured = member.measured;
        uint16 outcomeBps = uint16(BetMath.outcomeDown(member.shortfall, measured));
        emit BetPayoutWithdrawn(betId, account, member.stake, penalty, share, paid, outcomeBps);
        if (record.state.withdrawn == record.terms.partyCount) {
            uint128 rounding = record.state.valueAdded + record.state.penalties - record.state.shared;
            if (rounding != 0) {
                record.state.remainder += rounding;
                emit BetRoundingReturned(betId, record.state.sponsor, rounding);
            }
        }
        uint256 value = BetMath.outcomeValueDown(member.stake, measured, record.terms.periods);
        if (value != 0) _CREDIT.recordBet(account, betId, value, outcomeBps);
    }

    /// @dev Where nobody contributed there is nobody to pay a penalty to.
    function _payout(Record storage record, Party storage member)
        private
        view
        returns (uint128 penalty, uint128 share)
    {
        uint256 weight = record.state.weight;
        if (weight == 0) return (0, 0);
        uint256 pot = uint256(record.state.valueAdded) + record.state.penalties;
        uint256 contribution = BetMath.contribution(member.shareBps, member.attained);
        return (member.penalty, uint128(BetMath.shareDown(pot, contribution, weight)));
    }

    function _penalty(Record storage record, Party storage member, uint256 shortfall) private view returns (uint128) {
        return uint128(
            BetMath.penaltyUp(
                member.stake, shortfall, record.terms.periods, member.toleranceBps, member.slopeBps, member.capBps
            )
        );
    }

    /* INTERNALS: LOOKING UP */

    function _known(uint256 betId) private view returns (Record storage record) {
        record = _bets[betId];
        if (record.state.status == BetStatus.None) revert BetContracts_Unknown(betId);
    }

    function _inStatus(uint256 betId, BetStatus status) private view returns (Record storage record) {
        record = _known(betId);
        if (record.state.status != status) revert BetContracts_WrongStatus(betId, record.state.status);
    }

    function _knownParty(uint256 betId, address account) private view returns (Party storage member) {
        member = _parties[betId][account];
        if (member.stake == 0) revert BetContracts_NotAParty(betId, account);
    }

    function _forReporter(uint256 betId, bytes32 evidenceRef) private view returns (Record storage record) {
        record = _known(betId);
        if (msg.sender != record.terms.reporter || !_holds(Offices.REPORTER, msg.sender)) {
            revert BetContracts_NotTheReporter(betId, msg.sender);
        }
        _checkActive(betId, record);
        _checkReference(evidenceRef);
    }

    function _forArbiter(uint256 betId, bytes32 evidenceRef) private view returns (Record storage record) {
        record = _known(betId);
        if (msg.sender != record.terms.arbiter || !_holds(Offices.ARBITER, msg.sender)) {
            revert BetContracts_NotTheArbiter(betId, msg.sender);
        }
        _checkActive(betId, record);
        _checkReference(evidenceRef);
    }

    /// @dev Agreed amendments have rising first periods, so the newest that has begun is in force.
    function _targetsIn(uint256 betId, address account, uint16 period) private view returns (Target[] storage) {
        uint256 id = _bets[betId].state.amendment;
        while (id != 0 && _amendments[betId][id].fromPeriod > period) {
            id = _amendments[betId][id].previous;
        }
        return _targets[betId][account][id];
    }

    function _factor(Record storage record, uint64 value) private view returns (uint16) {
        BetTerms storage terms = record.terms;
        return uint16(
            BetMath.indexFactor(
                value, terms.indexBaseline, terms.indexElasticityBps, terms.indexMaxUpBps, terms.indexMaxDownBps
            )
        );
    }

    function _periodEnd(Record storage record, uint256 period) private view returns (uint256) {
        return uint256(record.terms.start) + period * record.terms.periodSeconds;
    }

    function _reportEnd(Record storage record, uint256 period) private view returns (uint256) {
        return _periodEnd(record, period) + record.terms.reportSeconds;
    }

    function _settleableAt(Record storage record) private view returns (uint256) {
        BetTerms storage terms = record.terms;
        return _reportEnd(record, terms.periods) + terms.disputeSeconds + terms.rulingSeconds;
    }

    function _holds(bytes32 office, address account) private view returns (bool) {
        return IAccessControl(address(_PARTICIPANTS)).hasRole(office, account);
    }

    /* INTERNALS: CHECKING */

    function _checkSigner(uint256 betId, Record storage record, address account) private view {
        _checkNotPaused();
        _checkNode(account);
        if (account == record.terms.reporter || account == record.terms.arbiter) {
            revert BetContracts_NotIndependent(betId, account);
        }
        if (isParty(betId, account)) revert BetContracts_AlreadySigned(betId, account);
    }

    function _checkAmendment(uint256 betId, uint256 amendmentId, Amendment storage change, address account)
        private
        view
    {
        Record storage record = _inStatus(betId, BetStatus.Active);
        if (change.signBy == 0) revert BetContracts_AmendmentUnknown(betId, amendmentId);
        _checkNotPaused();
        _knownParty(betId, account);
        _checkNode(account);
        if (_targets[betId][account][amendmentId].length != 0) revert BetContracts_AlreadySigned(betId, account);
        uint256 inForce = record.state.amendment;
        if (amendmentId < inForce || change.fromPeriod < _amendments[betId][inForce].fromPeriod) {
            revert BetContracts_AmendmentOvertaken(betId, amendmentId, inForce);
        }
        if (record.state.agreedAmendments >= MAX_AMENDMENTS) {
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

    function _checkInsider(uint256 betId, Record storage record) private view {
        if (msg.sender != record.state.sponsor && !isParty(betId, msg.sender)) {
            revert BetContracts_NotAParty(betId, msg.sender);
        }
    }

    function _checkActive(uint256 betId, Record storage record) private view {
        if (record.state.status != BetStatus.Active) revert BetContracts_WrongStatus(betId, record.state.status);
    }

    function _checkNotPaused() private view {
        if (_PARTICIPANTS.obligationsPaused()) revert BetContracts_ObligationsPaused();
    }

    function _checkPeriod(uint256 betId, Record storage record, uint16 period) private view {
        if (period == 0 || period > record.terms.periods) {
            revert BetContracts_PeriodUnknown(betId, period, record.terms.periods);
        }
    }

    function _checkReportStatus(uint256 betId, Report storage entry, ReportStatus status) private view {
        if (entry.status != status) revert BetContracts_WrongReportStatus(betId, entry.status);
    }

    function _checkReportTime(uint256 betId, Record storage record, uint16 period) private view {
        _checkFrom(betId, _periodEnd(record, period));
        _checkBefore(betId, _reportEnd(record, period));
    }

    function _checkValue(uint256 betId, Record storage record, uint128 valueAdded) private view {
        if (valueAdded > record.terms.valuePool) {
            revert BetContracts_ValueExceedsPool(betId, valueAdded, record.terms.valuePool);
        }
    }

    /// @dev Windows are half open: they begin at their first second and end before their last.
    function _checkFrom(uint256 betId, uint256 opensAt) private view {
        if (block.timestamp < opensAt) revert BetContracts_TooEarly(betId, block.timestamp, opensAt);
    }

    function _checkBefore(uint256 betId, uint256 closesAt) private view {
        if (block.timestamp >= closesAt) revert BetContracts_TooLate(betId, block.timestamp, closesAt);
    }

    function _checkNode(address account) private view {
        if (!_PARTICIPANTS.isActive(account, Offices.NODE)) revert BetContracts_NotANode(account);
    }

    function _checkReference(bytes32 ref) private pure {
        if (ref == bytes32(0)) revert BetContracts_ZeroReference();
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert BetContracts_TermOutOfBounds(actual, min, max);
    }
}
