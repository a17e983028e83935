// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "./IBetBook.sol";

/// @title IBetReports
/// @notice How figures come into a bet, are disputed and ruled: one kind of report for parties, index and value
/// added. See {IBetContracts}. Account zero as subject means the index of the period, or with period zero the value
/// added.
interface IBetReports is IBetBook {
    error BetContracts_NoIndex(uint256 betId);
    error BetContracts_ReportedBefore(uint256 betId, address subject, uint16 period);
    error BetContracts_NothingToDispute(uint256 betId, address subject, uint16 period);
    error BetContracts_ValuesMismatch(uint256 betId, uint256 values, uint256 expected);
    error BetContracts_ValueExceedsPool(uint256 betId, uint64 valueAdded, uint64 valuePool);

    /// @notice Reports all figures of one subject for one period; they count at once. 业绩、指数与增值报告.
    /// @dev Emits {BetReported}. Requirements: Active; caller holds the reporter's post; not reported; and
    /// - of a party: known, in one of its periods, within [end of the period, + reportSeconds); one value per target;
    /// `terms` are its terms in force in the period, as {BetSigned} or {BetAmendmentSigned} published them;
    /// - of the index (account zero): the bet has one; early enough to be disputed and ruled before the period ends;
    /// - of the value added (account zero, period zero): at most the pool; in the reporting time of the last period.
    /// @param values Of a party in the order of its targets, each in the unit of its metric; else one value: the
    /// index, or minor units that come out of the pool.
    /// @param terms Of the party; not read for index and value added.
    /// @custom:erp BetReport
    /// @custom:pause open
    function report(
        uint256 betId,
        address subject,
        uint16 period,
        uint64[] calldata values,
        PartyTerms calldata terms,
        bytes32 evidenceRef
    ) external;

    /// @notice Disputes a report, or (not of an index) that there is none: whoever has money in the bet may. 异议.
    /// @dev Emits {BetReportDisputed}. Requirements: Active; caller is or was a party, or the sponsor; a report, or
    /// its time over; within disputeSeconds from there; each disputant once ({Hearing}).
    /// @custom:erp Dispute
    /// @custom:pause open
    function dispute(uint256 betId, address subject, uint16 period, bytes32 reasonRef) external;

    /// @notice Takes a dispute back. 撤回异议.
    /// @dev Emits {BetDisputeWithdrawn}. Requirements: Active; caller opened the dispute, nobody joined it, no ruling.
    /// @custom:erp Dispute
    /// @custom:pause open
    function withdrawDispute(uint256 betId, address subject, uint16 period) external;

    /// @notice Rules what was disputed: these figures count instead. 裁决.
    /// @dev Emits {BetReported}. Requirements: Active; caller holds the arbiter's post; disputed; within the ruling
    /// time; values and terms as in {report}.
    /// @custom:erp Ruling
    /// @custom:pause open
    function rule(
        uint256 betId,
        address subject,
        uint16 period,
        uint64[] calldata values,
        PartyTerms calldata terms,
        bytes32 evidenceRef
    ) external;
}
