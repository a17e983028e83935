// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../libraries/Hearing.sol";
import { IRoom } from "../../room/IRoom.sol";

/// @title IGuarantees
/// @notice A supplier's performance deposit for an order, and the defects found after acceptance. 履约保证金、质保.
/// Pledged before the order is funded, so that the buyer sees it first. The undelivered share of it goes to the buyer
/// when the order closes in default; defects found within the warranty are paid out of it at the order's price, never
/// more than is left; the rest returns to the supplier.
///
/// Who reports and who rules are the holders of the order's posts at the time of the call: a warranty outlives every
/// key. A defect is heard as {Hearing} says: the supplier disputes it within the order's silence time of the report,
/// the arbiter rules within RULING_SECONDS of the end of that window. Each report has a hearing of its own.
///
/// An edition guarantees the orders of one edition. Nothing begins here that did not begin there: who retires this
/// contract changes nothing, a guarantee of any order that is open goes on.
///
/// Example: silence time 100, RULING_SECONDS 50; 100 pieces accepted for 1,000; 300 pledged.
///     at 10   40 pieces reported                     disputable until 110
///     at 20   the supplier disputes                  rulable until 160
///     at 30   the arbiter rules 20                   200 to the buyer, 100 left, 20 pieces found defective
///     at 40   80 pieces reported (no more are sound) disputable until 140
///     at 140  anybody settles                        worth 800, 100 to the buyer, nothing left
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the attester reports defects that the ERP posted; the supplier may dispute each, and the arbiter rules.
/// Assumptions for liveness:
/// - the order ends, which every order does by time alone;
/// - a post that is empty reports nothing, and is filled in two days at the earliest: a warranty does not wait for it;
/// - the admin leaves this contract its scorer office and its place among the participants while guarantees run.
/// @custom:security-contact See SECURITY.md
interface IGuarantees is IRoom {
    enum GuaranteeStatus {
        None,
        Requested, // None | Requested -> Requested by requestGuarantee
        Pledged, // None | Requested -> Pledged by pledge
        Released // Pledged -> Released by release
    }

    struct Guarantee {
        // slot 0
        GuaranteeStatus status;
        uint32 warrantySeconds; // after the order's close
        uint16 pendingDefects; // reported, not settled
        bool shareClaimed; // the undelivered share has gone to the buyer, or was nothing
        uint64 amount; // requested or pledged, minor units
        uint64 left; // held now
    }

    struct Defect {
        // slot 0
        uint64 standing; // quantity found defective for good
        uint64 pending; // quantity reported, neither settled nor ruled; zero: none is pending
        uint40 reportedAt; // of the last report
    }

    /// @notice A buyer said which guarantee it wants to see before it funds an order.
    /// @custom:aggregate order:{orderId}
    event GuaranteeRequested(
        uint256 indexed orderId, address indexed buyer, address indexed supplier, uint128 amount, uint32 warrantySeconds
    );
    /// @notice A supplier paid in the performance deposit of an order.
    /// @custom:aggregate order:{orderId}
    event GuaranteePledged(
        uint256 indexed orderId, address indexed buyer, address indexed supplier, uint128 amount, uint32 warrantySeconds
    );
    /// @notice The buyer took the share of the deposit that stands for goods never delivered.
    /// @custom:aggregate order:{orderId}
    event GuaranteeShareClaimed(
        uint256 indexed orderId, address indexed buyer, uint128 undeliveredAmount, uint128 orderedAmount, uint128 paid
    );
    /// @notice Goods accepted before were reported as defective.
    /// @custom:aggregate order:{orderId}
    event DefectReported(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed defectRef,
        address attester,
        uint128 quantity,
        uint40 disputeBy
    );
    /// @notice The supplier disputed a reported defect.
    /// @custom:aggregate order:{orderId}
    event DefectDisputed(
        uint256 indexed orderId, uint256 indexed deliveryId, bytes32 indexed reasonRef, address supplier, uint40 ruleBy
    );
    /// @notice The supplier took its dispute of a defect back.
    /// @custom:aggregate order:{orderId}
    event DefectDisputeWithdrawn(uint256 indexed orderId, uint256 indexed deliveryId, address indexed supplier);
    /// @notice A defect was decided and paid to the buyer out of the deposit.
    /// @dev `rulingRef` and `arbiter` are zero when time settled it.
    /// @custom:aggregate order:{orderId}
    event DefectSettled(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed rulingRef,
        address arbiter,
        uint128 quantity,
        uint128 amount,
        uint128 paid
    );
    /// @notice What was left of a performance deposit went back to the supplier.
    /// @custom:aggregate order:{orderId}
    event GuaranteeReleased(uint256 indexed orderId, address indexed supplier, uint128 amount);

    error Guarantees_OrderUnknown(uint256 orderId);
    error Guarantees_NotTheBuyer(uint256 orderId, address caller);
    error Guarantees_NotTheSupplier(uint256 orderId, address caller);
    error Guarantees_OrderNotOpened(uint256 orderId);
    error Guarantees_OrderNotClosed(uint256 orderId);
    error Guarantees_NotPledged(uint256 orderId, GuaranteeStatus status);
    error Guarantees_PledgedBefore(uint256 orderId, GuaranteeStatus status);
    error Guarantees_AmountOutOfBounds(uint256 orderId, uint128 amount, uint128 min, uint128 max);
    error Guarantees_WarrantyOutOfBounds(uint256 orderId, uint32 warrantySeconds, uint32 min, uint32 max);
    error Guarantees_ShareClaimedBefore(uint256 orderId);
    error Guarantees_DeliveryNotSettled(uint256 orderId, uint256 deliveryId);
    error Guarantees_DefectPending(uint256 orderId, uint256 deliveryId);
    error Guarantees_NoDefectPending(uint256 orderId, uint256 deliveryId);
    error Guarantees_DefectOutOfBounds(uint256 orderId, uint256 deliveryId, uint128 quantity, uint128 max);
    error Guarantees_WarrantyOver(uint256 orderId, uint256 timestamp, uint256 warrantyEnd);
    error Guarantees_WarrantyRunning(uint256 orderId, uint256 timestamp, uint256 warrantyEnd);
    error Guarantees_DefectsPending(uint256 orderId, uint16 pending);
    error Guarantees_DefectContestable(uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 standsAt);
    error Guarantees_RulingExceedsReport(uint256 orderId, uint256 deliveryId, uint128 quantity, uint128 reported);

    /// @notice Says which guarantee the buyer wants to see before it funds. Binds nobody. 要求保证金.
    /// @dev Emits {GuaranteeRequested}. Requirements: order known; caller is its buyer, active; obligations not
    /// paused; order Opened; not pledged; amount and warranty within bounds.
    /// @param amount Minor units, 1 to 2**60.
    /// @param warrantySeconds After the order's close, at most MAX_WARRANTY_SECONDS.
    /// @custom:erp GuaranteeRequest
    /// @custom:pause stops
    function requestGuarantee(uint256 orderId, uint128 amount, uint32 warrantySeconds) external;

    /// @notice Pays the guarantee in: at least what was requested, or an offer of the supplier's own. 缴纳保证金.
    /// @dev Emits {GuaranteePledged}. Requirements: order known; caller is its supplier, active; obligations not
    /// paused; order Opened; not pledged; amount and warranty within bounds and not below the request; amount
    /// approved.
    /// @custom:erp GuaranteeDeposit
    /// @custom:pause stops
    function pledge(uint256 orderId, uint128 amount, uint32 warrantySeconds) external;

    /// @notice Pays the buyer the share of the guarantee that was not delivered, by amount. Anybody may call. 违约扣罚.
    /// @dev Emits {GuaranteeShareClaimed}. Requirements: order known; guarantee Pledged; order Closed; not claimed
    /// before.
    /// @custom:erp GuaranteeShare
    /// @custom:pause open
    function claimUndelivered(uint256 orderId) external;

    /// @notice Reports that goods accepted before are defective. 验收后缺陷.
    /// @dev Emits {DefectReported}. Requirements: order known; caller holds its attester's post; guarantee Pledged;
    /// delivery Settled; none pending for it; 0 < quantity <= accepted and not yet found defective; reference not
    /// zero; before close + warranty.
    /// @param defectRef Commitment to the ERP's defect report.
    /// @custom:erp DefectReport
    /// @custom:pause open
    function reportDefect(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 defectRef) external;

    /// @notice Disputes a defect. 质疑缺陷.
    /// @dev Emits {DefectDisputed}. Requirements: order known; caller is its supplier; one is pending, not disputed
    /// before; reference not zero; within the order's silence time of the report.
    /// @custom:erp DefectDispute
    /// @custom:pause open
    function disputeDefect(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external;

    /// @notice Takes the dispute of a defect back: the report stands when the time for disputes is over. 撤回质疑.
    /// @dev Emits {DefectDisputeWithdrawn}. Requirements: order known; one is pending and disputed; caller is the
    /// disputant.
    /// @custom:erp DefectDisputeWithdrawal
    /// @custom:pause open
    function withdrawDefectDispute(uint256 orderId, uint256 deliveryId) external;

    /// @notice Rules how much of it is defective, and pays the buyer for that. 裁决缺陷.
    /// @dev Emits {DefectSettled}; what stands counts against the supplier's credit. Requirements: order known; caller
    /// holds its arbiter's post; one is pending and disputed; at most the quantity reported; reference not zero;
    /// within RULING_SECONDS of the end of the window for disputes.
    /// @custom:erp DefectRuling
    /// @custom:pause open
    function ruleDefect(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 rulingRef) external;

    /// @notice Pays for a defect that nobody disputes, or nobody ruled. Anybody may call.
    /// @dev Emits {DefectSettled}; it counts against the supplier's credit. Requirements: order known; one is pending;
    /// the order's silence time is over, or disputed and RULING_SECONDS after it are over too.
    /// @custom:erp DefectSettlement
    /// @custom:pause open
    function settleDefect(uint256 orderId, uint256 deliveryId) external;

    /// @notice Returns what is left to the supplier. Anybody may call. 退还保证金.
    /// @dev Emits {GuaranteeReleased}, and {GuaranteeShareClaimed} before it when that was not done. Requirements:
    /// order known; guarantee Pledged; order Cancelled, or Closed, its warranty over and no defect pending.
    /// @custom:erp GuaranteeRefund
    /// @custom:pause open
    function release(uint256 orderId) external;

    /// @notice The guarantee of an order, whole.
    function guarantee(uint256 orderId) external view returns (Guarantee memory);

    /// @notice The defects of a delivery.
    function defect(uint256 orderId, uint256 deliveryId) external view returns (Defect memory);

    /// @notice The hearing of the last report of a defect of a delivery; stage None when nobody disputed it.
    function defectHearing(uint256 orderId, uint256 deliveryId) external view returns (Hearing.Case memory);
}
