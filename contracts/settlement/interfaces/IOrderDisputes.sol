// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../libraries/Hearing.sol";
import { IPurchaseOrders } from "./IPurchaseOrders.sol";

/// @title IOrderDisputes
/// @notice When a party does not agree with what was reported of a delivery, or with silence about it. 争议与裁定.
/// One hearing for each delivery, see {Hearing}. Each report (receipt, inspection, settlement) may be disputed anew; a
/// dispute of the supplier that still runs covers the reports that follow, each of which gives the
/// arbiter its whole time again (silence time and 30 days), and one over silence ends with the receipt.
///
/// The supplier disputes what was reported short, late, rejected or below the price, within the silence time of the
/// report, also when it was paid meanwhile; and the silence itself. Its dispute stops nothing: inspection, acceptance
/// and payment of what is undisputed go on. The order stays open until it is ruled, withdrawn or lapsed.
///
/// The buyer disputes a delivery before it is paid. Its dispute stops inspection and acceptance, and is ruled within
/// the silence time of the report; then the supplier may claim as if it had never been made: a buyer gains no time by
/// it.
///
/// Assumptions for safety:
/// - the holder of the arbiter's post rules what is true; it can give the supplier no more than the order's price of
///   what was shipped, and the buyer no more than an unpaid delivery for nothing.
/// Assumptions for liveness: none: a dispute that nobody rules is lapsed by anybody.
/// @custom:security-contact See SECURITY.md
interface IOrderDisputes is IPurchaseOrders {
    /// @notice Buyer or supplier disputed a delivery.
    /// @custom:aggregate order:{orderId}
    event DeliveryDisputed(
        uint256 indexed orderId, uint256 indexed deliveryId, bytes32 indexed reasonRef, address disputant, uint40 ruleBy
    );
    /// @notice The disputant took its dispute back.
    /// @custom:aggregate order:{orderId}
    event DeliveryDisputeWithdrawn(uint256 indexed orderId, uint256 indexed deliveryId, address indexed disputant);
    /// @notice The arbiter decided what of a delivery was received and accepted, and when it arrived.
    /// @dev All values are those of the whole delivery after the ruling. A delivery that was not yet settled is
    /// settled by it: {PaymentReleased} follows when something was accepted. One that was settled is topped up:
    /// {SupplementPaid} follows when it adds something, paid or not.
    /// @custom:aggregate order:{orderId}
    event DeliveryRuled(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed rulingRef,
        address arbiter,
        uint128 received,
        uint128 accepted,
        uint128 acceptedAmount,
        uint40 receivedAt,
        uint32 daysLate
    );
    /// @notice A ruling added to what was settled before, and that was paid.
    /// @dev paid = net + tax + penaltyReturned - penalty. `penaltyReturned` is what the penalty falls by, `penalty`
    /// what it grows by with the amount; one is zero.
    /// @custom:aggregate order:{orderId}
    event SupplementPaid(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed rulingRef,
        address supplier,
        uint128 acceptedAmount,
        uint128 net,
        uint128 tax,
        uint128 penaltyReturned,
        uint128 penalty,
        uint128 paid
    );
    /// @notice A dispute that nobody ruled ended; the delivery stands as it stands.
    /// @custom:aggregate order:{orderId}
    event DeliveryDisputeLapsed(uint256 indexed orderId, uint256 indexed deliveryId, DeliveryStatus status);

    error PurchaseOrders_NothingToDispute(uint256 orderId, uint256 deliveryId);

    /// @notice Disputes a delivery. 提出争议.
    /// @dev Emits {DeliveryDisputed}. Requirements: order Funded; caller is its buyer or supplier; reference not zero;
    /// those of {Hearing-dispute}; and, for the supplier: Shipped and not reported for the silence time, before
    /// promise + grace + two silence times; or something of it is missing, late, rejected, or was paid below the
    /// order's price without a discount, within the silence time of the last report; for the buyer: Received or
    /// Inspected, within the silence time of the report.
    /// @param reasonRef Commitment to the document that gives the reason.
    /// @custom:erp DeliveryDispute
    /// @custom:pause open
    function disputeDelivery(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external;

    /// @notice Takes a dispute back: what was reported stands as if it had never been disputed. 撤回争议.
    /// @dev Emits {DeliveryDisputeWithdrawn}, and {OrderClosed} when nothing else was open. Requirements: order
    /// Funded; disputed; caller is the disputant.
    /// @custom:erp DeliveryDispute
    /// @custom:pause open
    function withdrawDispute(uint256 orderId, uint256 deliveryId) external;

    /// @notice Rules what arrived, when, and what of it is good, and pays what is missing at the order's price. 裁定.
    /// What is missing or rejected may be shipped again: a delivery lost whole is ruled as zero received. A delivery
    /// that was settled before gets what its worth, with tax and less the penalty as it is now, exceeds what was
    /// paid; never is anything taken back. A discount that was granted and used stays.
    /// @dev Emits {DeliveryRuled}, then {PaymentReleased} or {SupplementPaid} when something is to be paid, and
    /// {OrderClosed} when it was the last. Requirements: order Funded; caller holds the arbiter's post; disputed,
    /// before ruleBy; reference not zero; accepted <= received <= shipped; accepted not below what was paid for, and
    /// beyond what was underway at most what is still open; shipped at <= receivedAt <= as reported, or now when
    /// nobody reported.
    /// @custom:erp DeliveryRuling
    /// @custom:pause open
    function ruleDelivery(
        uint256 orderId,
        uint256 deliveryId,
        uint128 received,
        uint128 accepted,
        uint40 receivedAt,
        bytes32 rulingRef
    ) external;

    /// @notice Ends a dispute that nobody ruled in time. Anybody may call. 争议失效.
    /// @dev Emits {DeliveryDisputeLapsed}, and {OrderClosed} when nothing else was open. Requirements: order Funded;
    /// disputed; its time for a ruling is over.
    /// @custom:erp DeliveryDispute
    /// @custom:pause open
    function lapseDispute(uint256 orderId, uint256 deliveryId) external;

    /// @notice The hearing over a delivery: about its last report, or the one before it that is still disputed.
    function disputeOf(uint256 orderId, uint256 deliveryId) external view returns (Hearing.Case memory);
}
