// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetOutcomes } from "./IBetOutcomes.sol";

/// @title IBetContracts
/// @notice Bets of up to 128 parties: each pledges targets, stakes money and shares the value added. 多方对赌契约.
/// A sponsor proposes terms and pays in the most that may be shared; every party signs the same terms and its own
/// pledge. Performance is reported once per party and period, counts at once, and is corrected by a ruling. So the
/// totals are right at every moment, and no call looks at more than one party: cost does not grow with their number
/// (a signature alone carries a Merkle proof).
///
/// Time: period p of n is [start + (p - 1) * periodSeconds, start + p * periodSeconds). Its reports come within
/// reportSeconds after its end. A report, or its absence, may be disputed within disputeSeconds; a dispute is ruled
/// before rulingSeconds after that time are over. After the last of these windows anybody settles.
/// Silence harms nobody: an unreported period counts as kept exactly at base, an unreported value added as nothing,
/// an unreported index as no change, and a dispute that is not ruled leaves the report (or its absence) as it stood.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the reporter reports what the ERP measured: neither party nor sponsor (checked), it can be disputed, and taking
/// its office away stops it at once;
/// - the arbiter, neither reporter nor party nor sponsor (checked), rules by the evidence: once anybody with money in
/// the bet disputes, a party or the sponsor alone, it is trusted with the stakes, within the penalty curves, and with
/// the value pool; so is the reporter where nobody disputes;
/// - a party reads the tree of parties before it signs: it agrees to its root, and to how many must sign.
/// Assumptions for liveness:
/// - none of the people: every state ends by time alone, by a call that anybody may make;
/// - the admin leaves this contract its scorer office and its place among the participants while bets run.
/// @custom:security-contact See SECURITY.md
interface IBetContracts is IBetOutcomes {
    enum BetStatus {
        None,
        Proposed, // None -> Proposed by proposeBet
        Active, // Proposed -> Active by the last party's signBet
        Voided, // Proposed -> Voided by voidBet
        Settled // Active -> Settled by settleBet
    }

    enum ReportStatus {
        None,
        Reported, // None -> Reported by a report
        Disputed, // Reported | None -> Disputed by a dispute
        Ruled // Disputed -> Ruled by a ruling
    }

    /// @notice What the sponsor proposes and every party signs.
    struct BetTerms {
        // slot 0
        bytes32 termsRef; // commitment to the ERP document of the bet
        // slot 1
        uint256 groupId; // chain group; zero: none
        // slot 2
        bytes32 partiesRoot; // standard Merkle tree of (account, hash of PartyTerms): {IBetRules.partyLeaf}
        // slot 3
        address reporter;
        uint40 signBy;
        uint40 start;
        uint16 partyCount;
        // slot 4
        address arbiter;
        uint32 reportSeconds; // after the end of a period
        uint32 disputeSeconds; // after a report, or after the time for one
        uint32 rulingSeconds; // after the time for disputes, however early one came
        // slot 5
        uint128 valuePool; // the most that may be shared, minor units; paid in with the proposal
        uint64 indexBaseline; // index at which targets stand as signed; zero: no index
        uint16 indexElasticityBps; // change of the targets per change of the index
        uint16 indexMaxUpBps;
        uint16 indexMaxDownBps;
        uint16 periods;
        // slot 6
        uint32 periodSeconds;
    }

    /// @notice One pledged figure of a period, in the unit of its metric. At the floor it is missed whole (0), at the
    /// base kept (10,000 bps), at the stretch surpassed (20,000); linear between. A floor below the base means *at
    /// least*, above it *at most*. Zero defects: base 0, stretch 0, floor 1.
    struct Target {
        // slot 0
        uint32 metric; // code in the ERP's catalogue of metrics
        bool followsIndex; // floor, base and stretch move with the index
        uint16 weightBps; // the weights of a party's targets make 10,000
        uint64 floor;
        uint64 base;
        uint64 stretch; // equal to base: cannot be surpassed
    }

    /// @notice What one party pledges, stakes and may win: its leaf of the tree.
    struct PartyTerms {
        address account;
        uint128 stake; // minor units
        uint16 shareBps; // how its attainment counts in the sharing
        uint16 toleranceBps; // average shortfall that costs nothing
        uint16 slopeBps; // part of the stake lost per shortfall beyond: 10,000 loses 1 % for 1 %
        uint16 capBps; // the most that is lost
        Target[] targets; // 1 to MAX_TARGETS
    }

    struct Bet {
        // slot 0
        address sponsor;
        uint40 settledAt; // zero: not settled
        BetStatus status;
        uint16 signed; // how many parties did
        uint16 withdrawn; // how many parties did, from a settled bet or a void one
        // slot 1
        uint128 staked; // sum of all stakes
        uint128 penalties; // sum of all penalties, as reported so far
        // slot 2
        uint128 weight; // sum of all contributions, as reported so far
        uint128 valueAdded; // as reported so far
        // slot 3
        uint128 shared; // of the pot, paid to parties so far
        uint128 remainder; // what the sponsor may withdraw now
        // slot 4
        uint32 proposedAmendments; // how many were proposed: the last one's id
        uint32 amendment; // the one agreed last; zero: none
        uint16 agreedAmendments;
        // slot 5
        bytes32 termsHash; // EIP-712 hash of the terms, which stand in {BetProposed}
    }

    struct Party {
        // slot 0
        uint128 stake; // zero: not a party
        uint128 penalty; // as reported so far
        // slot 1
        uint32 shortfall; // sum over the periods of 10,000 - kept, basis points
        uint32 attained; // sum over all periods of the attainment, 10,000 where nothing is reported
        uint16 shareBps;
        uint16 toleranceBps;
        uint16 slopeBps;
        uint16 capBps;
        bool withdrawn;
        uint16 measured; // periods that were reported or ruled: only they count in the credit
    }

    /// @notice A report of performance (kept, attainment), of an index (factor), or of the value added.
    struct Report {
        // slot 0
        ReportStatus status;
        uint40 reportedAt;
        uint40 disputedAt;
        uint16 keptBps; // performance: weighted, each target counting 10,000 at most
        uint16 attainmentBps; // performance: weighted, each target counting 20,000 at most
        uint16 factorBps; // index: by what indexed targets of the period are multiplied
    }

    /// @notice What a report of performance says, and where party and bet stand after it.
    struct Standing {
        uint16 keptBps;
        uint16 attainmentBps;
        uint128 penalty; // of the party, minor units
        uint128 contribution; // of the party
        uint128 penalties; // of all, minor units
        uint128 weight; // sum of all contributions
    }

    /// @notice New targets for all parties from a period on.
    struct Amendment {
        // slot 0
        bytes32 targetsRoot; // standard Merkle tree of (account, hash of its targets): {IBetRules.targetsLeaf}
        // slot 1
        bytes32 termsRef; // commitment to the ERP document of the amendment
        // slot 2
        uint40 signBy;
        uint16 fromPeriod;
        uint16 signed;
        uint32 previous; // the amendment in force before, once agreed
        bool agreed;
    }

    /// @notice A sponsor proposed a bet with its terms.
    /// @custom:aggregate bet:{betId}
    event BetProposed(uint256 indexed betId, address indexed sponsor, BetTerms terms, bytes32 termsHash);
    /// @notice A party signed a bet and paid in its stake.
    /// @custom:aggregate bet:{betId}
    event BetSigned(
        uint256 indexed betId, address indexed party, PartyTerms terms, uint16 signed, uint128 staked, uint128 weight
    );
    /// @notice All parties had signed in time, so the bet binds.
    /// @custom:aggregate bet:{betId}
    event BetActivated(uint256 indexed betId, uint16 parties, uint128 staked, uint128 weight);
    /// @notice Not everybody signed a bet in time, so it ended.
    /// @custom:aggregate bet:{betId}
    event BetVoided(uint256 indexed betId, address indexed sponsor, uint16 signed, uint128 remainder);
    /// @notice A party proposed other targets from a period on.
    /// @custom:aggregate bet:{betId}
    event BetAmendmentProposed(
        uint256 indexed betId,
        address indexed proposer,
        uint256 amendmentId,
        bytes32 targetsRoot,
        bytes32 termsRef,
        uint16 fromPeriod,
        uint40 signBy
    );
    /// @notice A party signed an amendment with its own targets.
    /// @custom:aggregate bet:{betId}
    event BetAmendmentSigned(
        uint256 indexed betId, address indexed party, uint256 amendmentId, Target[] targets, uint16 signed
    );
    /// @notice All parties had signed an amendment, so it binds.
    /// @custom:aggregate bet:{betId}
    event BetAmendmentAgreed(uint256 indexed betId, uint256 amendmentId, uint16 fromPeriod, uint256 previous);
    /// @notice The attester reported the index of a period.
    /// @custom:aggregate bet:{betId}
    event BetIndexReported(
        uint256 indexed betId, uint16 period, uint64 value, uint16 factorBps, bytes32 indexed evidenceRef
    );
    /// @notice An arbiter decided the disputed index of a period.
    /// @custom:aggregate bet:{betId}
    event BetIndexRuled(
        uint256 indexed betId, uint16 period, uint64 value, uint16 factorBps, bytes32 indexed evidenceRef
    );
    /// @notice The attester reported what a party did in a period.
    /// @custom:aggregate bet:{betId}
    event BetPerformanceReported(
        uint256 indexed betId,
        address indexed party,
        bytes32 indexed evidenceRef,
        uint16 period,
        uint64[] values,
        Standing standing
    );
    /// @notice An arbiter decided the disputed performance of a party in a period.
    /// @custom:aggregate bet:{betId}
    event BetPerformanceRuled(
        uint256 indexed betId,
        address indexed party,
        bytes32 indexed evidenceRef,
        uint16 period,
        uint64[] values,
        Standing standing
    );
    /// @notice The attester reported the value added.
    /// @custom:aggregate bet:{betId}
    event BetValueReported(uint256 indexed betId, bytes32 indexed evidenceRef, uint128 valueAdded);
    /// @notice An arbiter decided the disputed value added.
    /// @custom:aggregate bet:{betId}
    event BetValueRuled(uint256 indexed betId, bytes32 indexed evidenceRef, uint128 valueAdded);
    /// @notice A party or the sponsor disputed a report, or that there is none.
    /// @dev `account` zero: the index of the period, or with period zero the value added.
    /// @custom:aggregate bet:{betId}
    event BetReportDisputed(
        uint256 indexed betId, address indexed account, address indexed disputer, uint16 period, bytes32 reasonRef
    );
    /// @notice Penalties and the value to share were fixed for all parties.
    /// @custom:aggregate bet:{betId}
    event BetSettled(
        uint256 indexed betId,
        address indexed sponsor,
        uint128 valueAdded,
        uint128 penalties,
        uint128 weight,
        uint128 remainder
    );
    /// @notice A party took its stake less its penalty, and its share.
    /// @dev `outcomeBps` is of the measured periods; 10,000 where none was, which counts in no credit.
    /// @custom:aggregate bet:{betId}
    event BetPayoutWithdrawn(
        uint256 indexed betId,
        address indexed party,
        uint128 stake,
        uint128 penalty,
        uint128 share,
        uint128 paid,
        uint16 outcomeBps
    );
    /// @notice A party got its stake back from a void bet.
    /// @custom:aggregate bet:{betId}
    event BetStakeReturned(uint256 indexed betId, address indexed party, uint128 stake);
    /// @notice What rounding left over went to the sponsor.
    /// @custom:aggregate bet:{betId}
    event BetRoundingReturned(uint256 indexed betId, address indexed sponsor, uint128 amount);
    /// @notice The sponsor took what no party was entitled to.
    /// @custom:aggregate bet:{betId}
    event BetRemainderWithdrawn(uint256 indexed betId, address indexed sponsor, uint128 amount);

    error BetContracts_ObligationsPaused();
    error BetContracts_NotANode(address account);
    error BetContracts_TermOutOfBounds(uint256 actual, uint256 min, uint256 max);
    error BetContracts_ZeroReference();
    error BetContracts_Unknown(uint256 betId);
    error BetContracts_WrongStatus(uint256 betId, BetStatus status);
    error BetContracts_NotIndependent(uint256 betId, address account);
    error BetContracts_AlreadySigned(uint256 betId, address account);
    error BetContracts_NotInTheTree(uint256 betId, address account);
    error BetContracts_BadSignature(uint256 betId, address account);
    error BetContracts_SignatureExpired(uint256 betId, uint256 timestamp, uint40 deadline);
    error BetContracts_TooEarly(uint256 betId, uint256 timestamp, uint256 opensAt);
    error BetContracts_TooLate(uint256 betId, uint256 timestamp, uint256 closesAt);
    error BetContracts_NotAParty(uint256 betId, address account);
    error BetContracts_NotTheReporter(uint256 betId, address caller);
    error BetContracts_NotTheArbiter(uint256 betId, address caller);
    error BetContracts_AmendmentUnknown(uint256 betId, uint256 amendmentId);
    error BetContracts_AmendmentOvertaken(uint256 betId, uint256 amendmentId, uint256 byAmendmentId);
    error BetContracts_TooManyAmendments(uint256 betId, uint16 maxAmendments);
    error BetContracts_NoIndex(uint256 betId);
    error BetContracts_PeriodUnknown(uint256 betId, uint16 period, uint16 periods);
    error BetContracts_WrongReportStatus(uint256 betId, ReportStatus status);
    error BetContracts_ValuesMismatch(uint256 betId, uint256 values, uint256 targets);
    error BetContracts_ValueExceedsPool(uint256 betId, uint128 valueAdded, uint128 valuePool);
    error BetContracts_AlreadyWithdrawn(uint256 betId, address party);
    error BetContracts_NothingToWithdraw(uint256 betId, address sponsor);

    /// @notice Proposes a bet and pays in the most that may be shared. 发起对赌.
    /// @dev Emits {BetProposed}. Requirements: not paused; caller is an active node; reporter and arbiter hold their
    /// offices; sponsor, reporter and arbiter are three; terms within bounds; value pool approved.
    /// @custom:erp BetContract
    /// @custom:pause stops
    function proposeBet(BetTerms calldata terms) external returns (uint256 betId);

    /// @notice Brings in one party's signature and takes its stake; the last one makes the bet active. 签署契约.
    /// Anybody may call: the signature of {betDigest} is the consent. Contracts sign by ERC-1271.
    /// @dev Emits {BetSigned}, and {BetActivated} with the last. Requirements: Proposed; not paused; the party is an
    /// active node, neither reporter nor arbiter, and signs the first time; its terms are a leaf of the tree and within
    /// bounds; signature valid; before its deadline and signBy; stake approved.
    /// @param deadline Unix seconds before which the signature is good.
    /// @custom:erp BetSignature
    /// @custom:pause stops
    function signBet(
        uint256 betId,
        PartyTerms calldata pledge,
        bytes32[] calldata proof,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Ends a bet that not everybody signed in time. Anybody may call. 契约作废.
    /// @dev Emits {BetVoided}. Requirements: Proposed; from signBy on.
    /// @custom:erp BetVoid
    /// @custom:pause open
    function voidBet(uint256 betId) external;

    /// @notice Proposes new targets for all parties, from a period on. 提议调整目标.
    /// Stakes, shares and penalty curves stay. The sponsor need not agree: targets move money between parties, and its
    /// pool only as far as they decide whether anybody contributed at all.
    /// @dev Emits {BetAmendmentProposed}. Requirements: Active; not paused; caller is a party or the sponsor; period
    /// known; now < signBy <= end of that period: targets are never changed once reports can come.
    /// @custom:erp BetAmendment
    /// @custom:pause stops
    function proposeAmendment(uint256 betId, bytes32 targetsRoot, bytes32 termsRef, uint16 fromPeriod, uint40 signBy)
        external
        returns (uint256 amendmentId);

    /// @notice Brings in one party's signature under an amendment; with the last it is agreed. 一致同意调整目标.
    /// Anybody may call: the signature of {amendmentDigest} is the consent.
    /// @dev Emits {BetAmendmentSigned}, and {BetAmendmentAgreed} with the last. Requirements: Active; not paused; known
    /// amendment; an active node that is a party and signs the first time; none agreed that was proposed later or
    /// begins later: who agreed to something newer is not taken back; fewer than MAX_AMENDMENTS agreed; its targets are
    /// a leaf of the tree and within bounds; signature valid; before its deadline and signBy.
    /// @custom:erp BetAmendmentSignature
    /// @custom:pause stops
    function signAmendment(
        uint256 betId,
        uint256 amendmentId,
        address account,
        Target[] calldata targets,
        bytes32[] calldata proof,
        uint40 deadline,
        bytes calldata signature
    ) external;

    /// @notice Reports the market index of a period, by which its indexed targets move. 指数调整目标.
    /// @dev Emits {BetIndexReported}. Requirements: Active; caller is the reporter and holds the office; the bet has an
    /// index; period known and without one; early enough to be disputed and ruled before the period ends.
    /// @param value In the unit of the index; at the baseline targets stand as signed.
    /// @custom:erp IndexReport
    /// @custom:pause open
    function reportIndex(uint256 betId, uint16 period, uint64 value, bytes32 evidenceRef) external;

    /// @notice Rules a disputed index. 指数裁决.
    /// @dev Emits {BetIndexRuled}. Requirements: Active; caller is the arbiter and holds the office; Disputed; within
    /// the ruling time.
    /// @custom:erp Ruling
    /// @custom:pause open
    function ruleIndex(uint256 betId, uint16 period, uint64 value, bytes32 evidenceRef) external;

    /// @notice Reports all figures of one party for one period; they count at once. 业绩报告.
    /// @dev Emits {BetPerformanceReported}. Requirements: Active; caller is the reporter and holds the office; known
    /// party and period; not reported; one value per target; within [end of the period, + reportSeconds).
    /// @param values In the order of the targets in force, each in the unit of its metric.
    /// @custom:erp PerformanceReport
    /// @custom:pause open
    function reportPerformance(
        uint256 betId,
        address account,
        uint16 period,
        uint64[] calldata values,
        bytes32 evidenceRef
    ) external;

    /// @notice Disputes a report, or that there is none: whoever has money in the bet may. 异议.
    /// @dev Emits {BetReportDisputed}. Requirements: Active; caller is a party or the sponsor; known party and period;
    /// Reported, or (not of an index) None after the time for reports; within the dispute time from there.
    /// @param account The party whose performance is disputed; zero: the index of the period, or with period zero the
    /// value added.
    /// @custom:erp Dispute
    /// @custom:pause open
    function dispute(uint256 betId, address account, uint16 period, bytes32 reasonRef) external;

    /// @notice Rules a disputed performance: these figures count instead. 业绩裁决.
    /// @dev Emits {BetPerformanceRuled}. Requirements: Active; caller is the arbiter and holds the office; Disputed;
    /// one value per target; within the ruling time.
    /// @custom:erp Ruling
    /// @custom:pause open
    function rulePerformance(
        uint256 betId,
        address account,
        uint16 period,
        uint64[] calldata values,
        bytes32 evidenceRef
    ) external;

    /// @notice Reports the value added by all together. 增值报告.
    /// @dev Emits {BetValueReported}. Requirements: Active; caller is the reporter and holds the office; not reported;
    /// at most the pool; within [end of the last period, + reportSeconds).
    /// @param valueAdded Minor units; comes out of the value pool.
    /// @custom:erp ValueReport
    /// @custom:pause open
    function reportValue(uint256 betId, uint128 valueAdded, bytes32 evidenceRef) external;

    /// @notice Rules a disputed value added. 增值裁决.
    /// @dev Emits {BetValueRuled}. Requirements: Active; caller is the arbiter and holds the office; Disputed; at most
    /// the pool; within the ruling time.
    /// @custom:erp Ruling
    /// @custom:pause open
    function ruleValue(uint256 betId, uint128 valueAdded, bytes32 evidenceRef) external;

    /// @notice Fixes the outcome once every window is over. Anybody may call. 结算.
    /// When nobody contributed anything, penalties are waived and the whole pool returns to the sponsor.
    /// @dev Emits {BetSettled}. Requirements: Active; from {settleableAt} on.
    /// @custom:erp BetSettlement
    /// @custom:pause open
    function settleBet(uint256 betId) external;

    /// @notice Pays the caller its stake, less its penalty, plus its share; or its stake when the bet is void. 提取.
    /// @dev As {withdrawFor} for the caller.
    /// @custom:erp BetPayout
    /// @custom:pause open
    function withdraw(uint256 betId) external;

    /// @notice Pays one party what is its, and counts its outcome in its credit. Anybody may call: nobody escapes a bad
    /// outcome by not claiming. Credit sees measured periods only, each with its part of the stake: silence pays as if
    /// kept, but proves nothing. 代为提取.
    /// @dev Emits {BetPayoutWithdrawn}, or {BetStakeReturned} when void. Requirements: Settled or Voided; a party; not
    /// withdrawn. Shares do not depend on who comes first; what divisions leave of the pot, fewer units than parties,
    /// goes to the sponsor with the last ({BetRoundingReturned}).
    /// @custom:erp BetPayout
    /// @custom:pause open
    function withdrawFor(uint256 betId, address account) external;

    /// @notice Pays the sponsor what was not shared. Anybody may call. 退回未分享部分.
    /// @dev Emits {BetRemainderWithdrawn}. Requirements: known; something to withdraw.
    /// @custom:erp BetRemainder
    /// @custom:pause open
    function withdrawRemainder(uint256 betId) external;

    /// @notice How a bet stands; status None when unknown. Its terms are in {BetProposed}, under this hash.
    function bet(uint256 betId) external view returns (Bet memory);

    /// @notice Who reports on a bet, and who rules its disputes.
    function rolesOf(uint256 betId) external view returns (address reporter, address arbiter);

    /// @notice When the reports of a period may come, unix seconds, [opensAt, closesAt); the value added with the last.
    function reportWindow(uint256 betId, uint16 period) external view returns (uint256 opensAt, uint256 closesAt);

    /// @notice What is known of a party; stake zero when it is none.
    function party(uint256 betId, address account) external view returns (Party memory);

    /// @notice The targets of a party in force in a period, before the index.
    function targetsOf(uint256 betId, address account, uint16 period) external view returns (Target[] memory);

    /// @notice The report on a party's period; of account zero: on the index of the period, or with period zero on the
    /// value added.
    function report(uint256 betId, address account, uint16 period) external view returns (Report memory);

    /// @notice An amendment of a bet, numbered from 1.
    function amendment(uint256 betId, uint256 amendmentId) external view returns (Amendment memory);

    /// @notice What a party gets if nothing more is reported: its penalty and its share of the pot, minor units.
    function payoutOf(uint256 betId, address account) external view returns (uint128 penalty, uint128 share);

    /// @notice From when on anybody may settle, unix seconds.
    function settleableAt(uint256 betId) external view returns (uint256);

    /// @notice What a party signs to enter a bet: EIP-712 typed data, spelled out in {BetTypes}.
    /// @param pledgeHash {IBetRules.checkPledge} of its terms.
    function betDigest(uint256 betId, bytes32 pledgeHash, uint40 deadline) external view returns (bytes32);

    /// @notice What a party signs to agree to an amendment: EIP-712 typed data, spelled out in {BetTypes}.
    /// @param targetsHash {IBetRules.checkTargets} of its new targets.
    function amendmentDigest(uint256 betId, uint256 amendmentId, address account, bytes32 targetsHash, uint40 deadline)
        external
        view
        returns (bytes32);
}
