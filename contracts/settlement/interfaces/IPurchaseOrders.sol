// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "../../procurement/interfaces/IAwardTaker.sol";

/// @title IPurchaseOrders
/// @notice Orders with escrow: ship, receive, inspect, match, and payment in the transaction that accepts. 采购订单与托管.
/// An order line holds a quantity and an amount. What a part delivery is worth is the amount of the cumulative
/// accepted quantity minus the amount of what was accepted before it: parts add up exactly and no unit price is
/// rounded. Here is an order that goes as planned; what else can happen to it stands in {IOrderDisputes} and
/// {IOrderChanges}.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the attester reports what the ERP posted (the audit proves it) and is neither buyer nor supplier (checked);
/// taking   its office away stops it at once, and its orders go on as with a silent attester.
/// Assumptions for liveness:
/// - if the buyer does not fund, anybody cancels after the funding time;
/// - if the attester falls silent after a receipt, anybody claims for the supplier after the silence time;
/// - if the supplier does not deliver, anybody closes after promise + grace + silence, and the escrow returns;
/// - the admin leaves this contract its scorer office, its claim issuer office where payment is deferred, and its
/// place   among the participants while orders run.
/// @custom:security-contact See SECURITY.md
interface IPurchaseOrders is IAwardTaker {
    enum OrderStatus {
        None,
        Opened, // None -> Opened by takeAward
        Funded, // Opened -> Funded by fund
        Closed, // Funded -> Closed by the last payment, ruling, amendment or part cancel, or by close
        Cancelled // Opened -> Cancelled by cancel
    }

    enum DeliveryStatus {
        None,
        Shipped, // None -> Shipped by ship; Disputed -> Shipped by lapseDispute
        Received, // Shipped -> Received by receiveDelivery; Disputed -> Received by lapseDispute
        Inspected, // Received -> Inspected by inspectDelivery, when something was accepted; Disputed -> by lapseDispute
        Settled, // Received -> Settled by inspectDelivery, when nothing was accepted
        // Inspected -> Settled by acceptDelivery; Received | Inspected -> Settled by claim; Disputed -> Settled by
        // ruleDelivery, and by lapseDispute when it was settled before
        Lost, // derived: Shipped in an order that is Closed
        Disputed // Shipped | Received | Inspected | Settled with rejections -> Disputed by disputeDelivery
    }

    struct Order {
        address buyer;
        address supplier;
        OrderStatus status;
        uint40 fundBy; // while Opened; zero from then on
        uint40 closedAt; // once Closed
        uint16 deliveries; // how many were shipped
        uint16 inTransit; // shipped, not yet received, not disputed
        uint16 unsettled; // received or disputed, not yet settled
        uint64 revision; // how often quantity, amount or promise changed
        uint128 quantity;
        uint128 amount; // net, minor units
        uint128 underway; // shipped and neither rejected nor missing: includes what was accepted
        uint128 accepted; // quantity accepted so far
        uint128 acceptedAmount; // its amount
        uint128 defaulted; // amount that the supplier gave up by part cancels: no longer part of the amount above
        uint128 escrowed; // held for this order now
        OrderTerms terms; // as they stand now; `fundSeconds` is zero: it has become `fundBy`
    }

    struct Delivery {
        DeliveryStatus status;
        uint128 quantity; // shipped; once its receipt is reported or ruled: received
        uint128 accepted;
        uint128 acceptedAmount;
        uint40 reportedAt; // shipped at; from the receipt on: of the last report or lapse: silence runs from it
        uint32 daysLate; // against the promise as it stands now
    }

    struct Dispute {
        // slot 0
        address disputant; // of the last one; zero: never disputed
        uint40 ruleBy; // an arbiter rules before this time; zero once it lapsed
        DeliveryStatus from; // the state to which the delivery returns when nobody rules
    }

    struct ForceMajeure {
        // slot 0
        uint16 grantedDays; // by which the promise has moved
        uint16 pendingDays; // reported, neither applied nor ruled; zero: none is pending
        uint8 reports; // how many were made
        uint40 reportedAt; // of the pending one
        uint40 ruleBy; // of the pending one: an arbiter rules before this time; zero: undisputed
    }

    /// @notice An award became an order.
    /// @custom:aggregate order:{orderId}
    event PurchaseOrderOpened(
        uint256 indexed orderId,
        address indexed buyer,
        address indexed supplier,
        uint256 tenderId,
        bytes32 requisitionRef,
        uint128 quantity,
        uint128 amount,
        uint128 deposit,
        OrderTerms terms
    );
    /// @notice The buyer's money is in escrow.
    /// @custom:aggregate order:{orderId}
    event OrderFunded(uint256 indexed orderId, address indexed buyer, uint128 deposit);
    /// @notice The supplier says that goods are on their way.
    /// @custom:aggregate order:{orderId}
    event DeliveryShipped(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed despatchRef,
        address supplier,
        uint128 quantity
    );
    /// @notice A goods receipt was reported.
    /// @custom:aggregate order:{orderId}
    event DeliveryReceived(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed receiptRef,
        uint128 quantity,
        uint40 receivedAt,
        uint32 daysLate
    );
    /// @notice An inspection was reported.
    /// @custom:aggregate order:{orderId}
    event DeliveryInspected(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed inspectionRef,
        uint128 accepted,
        uint128 rejected,
        uint128 acceptedAmount
    );
    /// @notice The attester fell silent and the supplier claimed the delivery.
    /// @custom:aggregate order:{orderId}
    event DeliveryClaimed(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        uint128 accepted,
        uint128 acceptedAmount,
        uint128 net,
        uint128 tax
    );
    /// @notice A delivery was paid to its supplier out of escrow.
    /// @custom:aggregate order:{orderId}
    event PaymentReleased(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed matchRef,
        address supplier,
        uint128 acceptedAmount,
        uint128 net,
        uint128 tax,
        uint128 penalty,
        uint128 paid
    );
    /// @notice The order ended; what was left in escrow went back to the buyer.
    /// @custom:aggregate order:{orderId}
    event OrderClosed(
        uint256 indexed orderId, address indexed buyer, uint128 accepted, uint128 acceptedAmount, uint128 refunded
    );
    /// @notice The order ended before it was funded.
    /// @custom:aggregate order:{orderId}
    event OrderCancelled(uint256 indexed orderId, address indexed caller);

    error PurchaseOrders_Unknown(uint256 orderId);
    error PurchaseOrders_NotTheBuyer(uint256 orderId, address caller);
    error PurchaseOrders_NotTheSupplier(uint256 orderId, address caller);
    error PurchaseOrders_NotTheAttester(uint256 orderId, address caller);
    error PurchaseOrders_NotAParty(uint256 orderId, address caller);
    error PurchaseOrders_NotAnArbiter(address caller);
    error PurchaseOrders_ArbiterNotIndependent(uint256 orderId, address arbiter);
    error PurchaseOrders_AttesterWithoutOffice(address attester);
    error PurchaseOrders_WrongStatus(uint256 orderId, OrderStatus status);
    error PurchaseOrders_DeliveryUnknown(uint256 orderId, uint256 deliveryId);
    error PurchaseOrders_WrongDeliveryStatus(uint256 orderId, uint256 deliveryId, DeliveryStatus status);
    error PurchaseOrders_ZeroReference();
    error PurchaseOrders_ZeroQuantity(uint256 orderId);
    error PurchaseOrders_QuantityExceedsOrder(uint256 orderId, uint128 quantity, uint128 open);
    error PurchaseOrders_AcceptedExceedsReceived(
        uint256 orderId, uint256 deliveryId, uint128 accepted, uint128 received
    );
    error PurchaseOrders_ReceivedExceedsShipped(uint256 orderId, uint256 deliveryId, uint128 received, uint128 shipped);
    error PurchaseOrders_TermOutOfBounds(uint256 actual, uint256 min, uint256 max);
    error PurchaseOrders_NotAnAwarder(address caller);
    error PurchaseOrders_AttesterNotIndependent(address attester);
    error PurchaseOrders_PromiseBeforeAward(uint40 promisedAt, uint40 revealEnd);
    error PurchaseOrders_DepositTooSmall(uint256 orderId, uint128 deposit, uint128 required);
    error PurchaseOrders_FundingClosed(uint256 orderId, uint256 timestamp, uint256 fundBy);
    error PurchaseOrders_ShippingClosed(uint256 orderId, uint256 timestamp, uint256 shipBy);
    error PurchaseOrders_WrongDeliveryNumber(uint256 orderId, uint256 deliveryId, uint256 expected);
    error PurchaseOrders_TooManyDeliveries(uint256 orderId, uint256 maxDeliveries);
    error PurchaseOrders_ReceivedOutOfTime(uint40 receivedAt, uint40 shippedAt, uint256 timestamp);
    error PurchaseOrders_InvoiceOverTolerance(uint256 orderId, uint256 deliveryId, uint128 net, uint128 allowed);
    error PurchaseOrders_TaxOverRate(uint256 orderId, uint256 deliveryId, uint128 tax, uint128 allowed);
    error PurchaseOrders_SilenceNotOver(uint256 orderId, uint256 deliveryId, uint256 timestamp, uint256 silenceEnd);
    error PurchaseOrders_ForceMajeurePending(uint256 orderId);
    error PurchaseOrders_DeliveriesUnsettled(uint256 orderId, uint16 unsettled);
    error PurchaseOrders_DeliveriesInTransit(uint256 orderId, uint16 inTransit);
    error PurchaseOrders_NotYetClosable(uint256 orderId, uint256 timestamp, uint256 closableAt);
    error PurchaseOrders_NotYetCancellable(uint256 orderId, uint256 timestamp, uint256 fundBy);

    /// @notice Puts the order's money into escrow. 托管入账.
    /// @dev Emits {OrderFunded}. Requirements: order Opened; caller is its buyer; deposit at least {requiredDeposit};
    /// within the funding time and before the promise; deposit approved.
    /// @custom:erp EscrowDeposit
    /// @custom:pause open
    function fund(uint256 orderId, uint128 deposit) external;

    /// @notice Says that goods are on their way. 发货.
    /// @dev Emits {DeliveryShipped}. Requirements: Funded; caller is the supplier; the delivery's number is the next,
    /// so that a repeated call is refused; fewer than MAX_DELIVERIES so far; quantity still open; reference not zero;
    /// before promise + grace.
    /// @custom:erp Despatch
    /// @custom:pause open
    function ship(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 despatchRef) external;

    /// @notice Reports what arrived and when. What is missing may be shipped again. 收货.
    /// @dev Emits {DeliveryReceived}. Requirements: Funded; caller is the attester; delivery Shipped; 0 < quantity <=
    /// shipped; shipped at <= receivedAt <= now; reference not zero.
    /// @custom:erp GoodsReceipt
    /// @custom:pause open
    function receiveDelivery(
        uint256 orderId,
        uint256 deliveryId,
        uint128 quantity,
        uint40 receivedAt,
        bytes32 receiptRef
    ) external;

    /// @notice Reports what passed inspection. What was rejected may be shipped again. 质检.
    /// @dev Emits {DeliveryInspected}. Requirements: Funded; caller is the attester; delivery Received; accepted <=
    /// received; reference not zero.
    /// @custom:erp Inspection
    /// @custom:pause open
    function inspectDelivery(uint256 orderId, uint256 deliveryId, uint128 accepted, bytes32 inspectionRef) external;

    /// @notice Accepts a delivery whose order, receipt and invoice match, and pays for it. 三单匹配，T+0 付款.
    /// With a payment time in the terms the money goes to the receivables, as a claim of the supplier due then.
    /// @dev Emits {PaymentReleased}, and {OrderClosed} with the refund when it was the last. Requirements: Funded;
    /// caller is the attester; delivery Inspected; net within tolerance of the accepted amount; tax within the rate;
    /// reference not zero; not late, or no force majeure pending.
    /// @custom:erp Payment
    /// @custom:pause open
    function acceptDelivery(uint256 orderId, uint256 deliveryId, uint128 net, uint128 tax, bytes32 matchRef) external;

    /// @notice Pays for a delivery on which the attester fell silent, at the order's price. Anybody may call. 逾期视同验收.
    /// @dev Emits {DeliveryClaimed} and {PaymentReleased}. Requirements: Funded; delivery Received or Inspected;
    /// silence over; not late, or no force majeure pending.
    /// @custom:erp SilentAcceptance
    /// @custom:pause open
    function claim(uint256 orderId, uint256 deliveryId) external;

    /// @notice Ends an order and returns what is left in escrow. 关闭订单.
    /// @dev Emits {OrderClosed}; the undelivered rest counts against the supplier's credit. Requirements: Funded; no
    /// delivery received or disputed and unsettled; caller is the supplier with nothing on its way, or promise +
    /// grace + silence has passed: one silence more while goods are on their way, so that the supplier can dispute,
    /// as many days more as a force majeure that is pending, and never within the silence after a late rejection or a
    /// lapse.
    /// @custom:erp OrderClose
    /// @custom:pause open
    function close(uint256 orderId) external;

    /// @notice Ends an order that was never funded. 取消订单.
    /// @dev Emits {OrderCancelled}. Requirements: Opened; caller is the buyer or the supplier, or the funding time (at
    /// the latest the promise) has passed.
    /// A supplier that walks away within the funding time breaks its bid: that counts against its credit.
    /// @custom:erp OrderCancel
    /// @custom:pause open
    function cancel(uint256 orderId) external;

    /// @notice The least deposit that covers every invoice the terms allow, minor units.
    function requiredDeposit(uint128 amount, uint16 taxBps, uint16 toleranceBps) external pure returns (uint128);

    /// @notice An order, whole; status None when unknown.
    function order(uint256 orderId) external view returns (Order memory);

    /// @notice A delivery of an order, numbered from 1; status None when unknown.
    function delivery(uint256 orderId, uint256 deliveryId) external view returns (Delivery memory);

    /// @notice The last dispute over a delivery, open or past; all zero when there never was one.
    function disputeOf(uint256 orderId, uint256 deliveryId) external view returns (Dispute memory);

    /// @notice What force majeure did to an order's promise; all zero when none was reported.
    function forceMajeureOf(uint256 orderId) external view returns (ForceMajeure memory);
}
