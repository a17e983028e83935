// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetReports } from "./IBetReports.sol";
import { IBetSigning } from "./IBetSigning.sol";

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
/// Change: all who go on agree to an amendment from a period on whose reports have not begun. Targets and shares count
/// from that period; what was measured before stays. Who leaves keeps what its periods earned and owe, and is paid
/// with all others; who joins counts from that period on.
///
/// Example: three periods; A and B have a share of 5,000 each and kept period 1 at base; B leaves, C joins from
/// period 2.
///     contribution of A     5,000 × (10,000 + 10,000 + 10,000)      150,000,000
///     contribution of B     5,000 ×  10,000                          50,000,000
///     contribution of C     5,000 ×          (10,000 + 10,000)      100,000,000
///     of a pot of 600.00    A 300.00, B 100.00, C 200.00
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the holder of the reporter's post reports what the ERP measured; it can be disputed;
/// - the holder of the arbiter's post rules by the evidence: once anybody with money in the bet disputes, it is
/// trusted with the stakes, within the penalty curves, and with the value pool; so is the reporter where nobody
/// disputes. It may let a party go whose leave all others signed;
/// - a party reads the tree of parties before it signs: it agrees to its root, and to how many must sign.
/// Assumptions for liveness:
/// - none of the people: every state ends by time alone, by a call that anybody may make;
/// - the admin leaves this contract its scorer office and its place among the participants while bets run.
/// @custom:security-contact See SECURITY.md
interface IBetContracts is IBetReports, IBetSigning {
    error BetContracts_AlreadyWithdrawn(uint256 betId, address party);
    error BetContracts_NothingToWithdraw(uint256 betId, address sponsor);

    /// @notice Fixes the outcome once every window is over. Anybody may call. 结算.
    /// When nobody contributed anything, penalties are waived and the whole pool returns to the sponsor.
    /// @dev Emits {BetSettled}. Requirements: Active; from {settleableAt} on.
    /// @custom:erp BetSettlement
    /// @custom:pause open
    function settleBet(uint256 betId) external;

    /// @notice Settles a bet as it stands, since all who are in it signed its end. 一致同意提前结束.
    /// @dev Emits {BetSettled}. Requirements: caller is the contract of amendments; Active.
    /// @custom:erp BetSettlement
    /// @custom:pause open
    function settleByConsent(uint256 betId) external;

    /// @notice Pays one party what is its, and counts its outcome in its credit. Anybody may call: nobody escapes a
    /// bad outcome by not claiming. Credit sees measured periods only, each with its part of the stake: silence pays
    /// as if kept, but proves nothing. 代为提取.
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

    /// @notice From when on anybody may settle, unix seconds.
    function settleableAt(uint256 betId) external view returns (uint256);
}
