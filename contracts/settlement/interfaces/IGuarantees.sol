// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IGuarantees
/// @notice A supplier's performance deposit for an order, and the defects found after acceptance. 履约保证金、质保.
/// Pledged before the order is funded, so that the buyer sees it first. The undelivered share of it goes to the buyer
/// when the order closes in default; defects found within the warranty are paid out of it at the order's price, never
/// more than is left; the rest returns to the supplier.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the attester reports defects that the ERP posted; the supplier may dispute each, and an arbiter rules.
/// Assumptions for liveness:
/// - the order ends, which every order does by time alone;
/// - the admin leaves this contract its scorer office and its place among the participants while guarantees run.
/// @custom:security-contact See SECURITY.md
interface IGuarantees {
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
        uint40 reportedAt; // of the pending report
        uint40 ruleBy; // of the pending report: an arbiter rules before this time; zero: undisputed
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
    error Guarantees_NotTheAttester(uint256 orderId, address caller);
    error Guarantees_AttesterWithoutOffice(address attester);
    error Guarantees_NotAnArbiter(address caller);
    error Guarantees_ArbiterNotIndependent(uint256 orderId, address arbiter);
    error Guarantees_NotASupplier(address caller);
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
    error Guarantees_ZeroReference();
    error Guarantees_ObligationsPaused();
    error Guarantees_WarrantyOver(uint256 orderId, uint256 timestamp, uint256 warrantyEnd);
    error Guarantees_WarrantyRunning(uint256 orderId, uint256 timestamp, uint256 warrantyEnd);
    error Guarantees_DefectsPending(uint256 orderId, uint16 pending);
    error Guarantees_DisputedBefore(uint256 orderId, uint256 deliveryId);
    error Guarantees_Undisputed(uint256 orderId, uint256 deliveryId);
    error Guarantees_NoLongerDisputable(uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 disputeBy);
    error Guarantees_StillDisputable(uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 disputeBy);
    error Guarantees_RulingExceedsReport(uint256 orderId, uint256 deliveryId, uint128 quantity, uint128 reported);
    error Guarantees_RulingClosed(uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 ruleBy);
    error Guarantees_RulingOpen(uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 ruleBy);

    /// @notice Says which guarantee the buyer wants to see before it funds. Binds nobody. 要求保证金.
    /// @dev Emits {GuaranteeRequested}. Requirements: order known; caller is its buyer; order Opened; not pledged;
    /// amount and warranty within bounds.
    /// @param amount Minor units, 1 to 2**60.
    /// @param warrantySeconds After the order's close, at most MAX_WARRANTY_SECONDS.
    /// @custom:erp GuaranteeRequest
    /// @custom:pause open
    function requestGuarantee(uint256 orderId, uint128 amount, uint32 warrantySeconds) external;

    /// @notice Pays the guarantee in: at least what was requested, or an offer of the supplier's own. 缴纳保证金.
    /// @dev Emits {GuaranteePledged}. Requirements: order known; caller is its supplier, active; order Opened; not
    /// pledged; amount and warranty within bounds and not below the request; obligations not paused; amount approved.
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
    /// @dev Emits {DefectReported}. Requirements: order known; caller is its attester, in office; guarantee Pledged;
    /// delivery Settled; none pending for it; 0 < quantity <= accepted and not yet found defective; reference not
    /// zero; before close + warranty.
    /// @param defectRef Commitment to the ERP's defect report.
    /// @custom:erp DefectReport
    /// @custom:pause open
    function reportDefect(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 defectRef) external;

    /// @notice Disputes a defect.
    /// @dev Emits {DefectDisputed}. Requirements: order known; caller is its supplier; one is pending, not disputed;
    /// reference not zero; within the order's silence time of the report.
    /// @custom:erp DefectDispute
    /// @custom:pause open
    function disputeDefect(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external;

    /// @notice Rules how much of it is defective, and pays the buyer for that.
    /// @dev Emits {DefectSettled}; what stands counts against the supplier's credit. Requirements: order known; caller
    /// is an arbiter and neither buyer, supplier nor attester; one is pending and disputed; at most the quantity
    /// reported; reference not zero; within RULING_SECONDS.
    /// @custom:erp DefectRuling
    /// @custom:pause open
    function ruleDefect(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 rulingRef) external;

    /// @notice Pays for a defect that nobody disputed, or nobody ruled. Anybody may call.
    /// @dev Emits {DefectSettled}; it counts against the supplier's credit. Requirements: order known; one is pending;
    /// the order's silence time is over, or disputed and RULING_SECONDS are over.
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
}
