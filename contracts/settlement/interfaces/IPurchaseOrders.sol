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
/// What is reported is disputable. A delivery that is short, late, rejected or priced below the order leaves its
/// supplier the silence time to dispute it; what is undisputed is paid at once, and an order whose last settlement
/// leaves something to dispute stays open for as long ({PaymentReleased} says until when). A purchase that is in time,
/// whole and at its price closes in the transaction that pays it.
///
/// An order is over by itself at the latest at promise + grace + five silence times + two times for a ruling, when
/// everybody but a stranger is silent: nothing ships after promise + grace; what is then under way is received or
/// disputed within two silence times, or lost; a silence that is disputed is ruled within RULING_SECONDS; a receipt is
/// inspected within one silence time and paid within another, or claimed; what was paid is disputed within one, and
/// ruled within RULING_SECONDS.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the holder of the attester's post reports what the ERP posted (the audit proves it, the supplier may dispute it);
/// - the holder of the arbiter's post rules what is true; a holder is no participant (checked by {IPosts}).
/// Assumptions for liveness:
/// - if the buyer does not fund, anybody cancels after the funding time;
/// - if the attester falls silent after a receipt, anybody claims for the supplier after the silence time;
/// - if the supplier does not deliver, anybody closes after promise + grace + silence, and the escrow returns;
/// - a post that changes hands decides nothing: the new holder reports and rules where the old one left off;
/// - the admin leaves this contract its scorer office, its claim issuer office where payment is deferred, and its
///   place among the participants while orders run.
/// @custom:security-contact See SECURITY.md
interface IPurchaseOrders is IAwardTaker {
    enum OrderStatus {
        None,
        Opened, // None -> Opened by takeAward
        Funded, // Opened -> Funded by fund
        Closed, // Funded -> Closed by close, or the last payment, ruling, withdrawal, lapse, amendment, part cancel
        Cancelled // Opened -> Cancelled by cancel
    }

    enum DeliveryStatus {
        None,
        Shipped, // None -> Shipped by ship, shipScheduled
        Received, // Shipped -> Received by receiveDelivery
        Inspected, // Received -> Inspected by inspectDelivery, when something was accepted
        Settled, // Received -> Settled by inspectDelivery, when nothing was accepted; Inspected -> Settled by
        // acceptDelivery; Received | Inspected -> Settled by claim; Shipped | Received | Inspected -> Settled by
        // ruleDelivery
        Lost // derived: Shipped in an order that is Closed
    }

    /// @dev What was out of its bounds.
    enum Value {
        Deposit,
        DeliveryId,
        Quantity,
        Amount,
        PromisedAt,
        Revision,
        Received,
        ReceivedAt,
        Accepted,
        Net,
        Tax
    }

    struct Order {
        address buyer;
        address supplier;
        OrderStatus status;
        uint40 fundBy; // while Opened; zero from then on
        uint40 closedAt; // once Closed
        uint40 contestableUntil; // until then the supplier may dispute something that was settled; zero: never was so
        uint16 deliveries; // how many were shipped
        uint16 inTransit; // shipped, not yet received or ruled
        uint16 unsettled; // received, not yet settled
        uint16 disputed; // how many the supplier disputes now
        uint64 revision; // how often quantity, amount, promise or schedule changed
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
        bool heard; // somebody disputed its last report, or silence: see {IOrderDisputes-disputeOf}
        bool discounted; // the supplier granted a discount
        bool underpaid; // paid below the order's price without a discount
        uint256 shippedAt;
        uint256 receivedAt; // as reported or ruled; zero while Shipped
        uint256 reportedAt; // of the last report or ruling; silence and the time to dispute run from it
        uint256 promisedAt; // that it counts against; zero unless it is late or scheduled: the order's
        uint256 daysLate; // without those of force majeure
        uint256 shipped;
        uint256 received; // zero while Shipped
        uint256 accepted; // zero before the inspection
        uint256 acceptedAmount;
        uint256 net; // granted as a discount; once Settled: as paid, when something of it could be disputed
        uint256 tax; // as paid, when something of it could be disputed
    }

    /// @notice An award became an order.
    /// @custom:aggregate order:{orderId}
    event PurchaseOrderOpened(
        uint256 indexed orderId,
        address indexed buyer,
        address indexed supplier,
        address awarder,
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
    /// @notice The supplier says that goods are on their way. Received after `promisedAt` they are late.
    /// @custom:aggregate order:{orderId}
    event DeliveryShipped(
        uint256 indexed orderId,
        uint256 indexed deliveryId,
        bytes32 indexed despatchRef,
        address supplier,
        uint128 quantity,
        uint40 promisedAt
    );
    /// @notice A goods receipt was reported.
    /// @dev `daysLate` are those that no force majeure excuses.
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
    /// @notice The supplier lets a delivery be matched at a lower price: at `net` or above.
    /// @custom:aggregate order:{orderId}
    event DiscountGranted(
        uint256 indexed orderId, uint256 indexed deliveryId, bytes32 indexed grantRef, address supplier, uint128 net
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
    /// @notice A delivery was paid to its supplier out of escrow: paid = net + tax - penalty.
    /// @dev `matchRef` is zero for a claim or a ruling. `contestableUntil`: until then something that was settled of
    /// this order can be disputed, and the order does not close by itself; then anybody closes it. Zero: nothing is
    /// left.
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
        uint128 paid,
        uint40 contestableUntil
    );
    /// @notice The order ended; what was left in escrow went back to the buyer.
    /// @custom:aggregate order:{orderId}
    event OrderClosed(
        uint256 indexed orderId, address indexed buyer, uint128 accepted, uint128 acceptedAmount, uint128 refunded
    );
    /// @notice The order ended before it was funded.
    /// @custom:aggregate order:{orderId}
    event OrderCancelled(uint256 indexed orderId, address indexed caller);

    error PurchaseOrders_NotAnAwarder(address caller);
    error PurchaseOrders_NotTheParty(uint256 orderId, address caller);
    error PurchaseOrders_WrongStatus(uint256 orderId, OrderStatus status);
    error PurchaseOrders_WrongDeliveryStatus(uint256 orderId, uint256 deliveryId, DeliveryStatus status);
    error PurchaseOrders_OutOfBounds(Value value, uint256 actual, uint256 least, uint256 most);
    error PurchaseOrders_NotInSchedule(uint256 orderId, uint256 deliveryId);
    error PurchaseOrders_DeliveriesOpen(uint256 orderId);

    /// @notice Puts the order's money into escrow. 托管入账.
    /// @dev Emits {OrderFunded}. Requirements: order Opened; caller is its buyer; deposit at least {requiredDeposit}
    /// and at most twice that, within the ledger's 63 bits; within the funding time and before the promise; deposit
    /// approved.
    /// @custom:erp EscrowDeposit
    /// @custom:pause open
    function fund(uint256 orderId, uint128 deposit) external;

    /// @notice Says that goods are on their way. 发货.
    /// @dev Emits {DeliveryShipped}. Requirements: Funded, without a schedule; caller is the supplier; the delivery's
    /// number is the next, so that a repeated call is refused; fewer than 64 so far; quantity still open;
    /// reference not zero; before promise + grace.
    /// @custom:erp Despatch
    /// @custom:pause open
    function ship(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 despatchRef) external;

    /// @notice The same in an order with a schedule (分批要货): a call-off with a promise of its own, against which it is
    /// late or not. What is missing or rejected ships again when both parties sign a schedule that says so.
    /// @dev Emits {DeliveryShipped}. Requirements: as {ship}, and with a schedule, in which this delivery stands with
    /// this quantity and this promise; the promise not after the order's.
    /// @param proof Merkle proof in `scheduleRoot`, leaves as OpenZeppelin's standard tree makes them of (uint256
    /// deliveryId, uint128 quantity, uint40 promisedAt).
    /// @custom:erp Despatch
    /// @custom:pause open
    function shipScheduled(
        uint256 orderId,
        uint256 deliveryId,
        uint128 quantity,
        uint40 promisedAt,
        bytes32[] calldata proof,
        bytes32 despatchRef
    ) external;

    /// @notice Reports what arrived and when. What is missing may be shipped again. 收货.
    /// @dev Emits {DeliveryReceived}. A dispute over the silence about it is over: it was answered. Requirements:
    /// Funded; caller holds the attester's post; delivery Shipped; 0 < quantity <= shipped; shipped at <= receivedAt
    /// <= now; reference not zero; the silence is disputed, or promise + grace + two silence times have not passed.
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
    /// @dev Emits {DeliveryInspected}. Requirements: Funded; caller holds the attester's post; delivery Received;
    /// accepted <= received; reference not zero; no dispute of the buyer's awaits a ruling.
    /// @custom:erp Inspection
    /// @custom:pause open
    function inspectDelivery(uint256 orderId, uint256 deliveryId, uint128 accepted, bytes32 inspectionRef) external;

    /// @notice The supplier lets a delivery be matched below the order's price. 让价.
    /// @dev Emits {DiscountGranted}. It binds the match of the attester only: a claim or a ruling is at the order's
    /// price. Requirements: Funded; caller is the supplier; delivery Received or Inspected; reference not zero.
    /// @param net The least that the delivery may be matched at; the last grant counts.
    /// @custom:erp Discount
    /// @custom:pause open
    function grantDiscount(uint256 orderId, uint256 deliveryId, uint128 net, bytes32 grantRef) external;

    /// @notice Accepts a delivery whose order, receipt and invoice match, and pays for it. 三单匹配，T+0 付款.
    /// With a payment time in the terms the money goes to the receivables, as a claim of the supplier due then.
    /// @dev Emits {PaymentReleased}, and {OrderClosed} with the refund when it was the last and nothing is left to
    /// dispute. Requirements: Funded; caller holds the attester's post; delivery Inspected; net within the tolerance
    /// of the accepted amount, above and below, or not below the discount granted; tax within the rate; reference not
    /// zero; no dispute of the buyer's awaits a ruling.
    /// @custom:erp Payment
    /// @custom:pause open
    function acceptDelivery(uint256 orderId, uint256 deliveryId, uint128 net, uint128 tax, bytes32 matchRef) external;

    /// @notice Pays for a delivery on which the attester fell silent, at the order's price. Anybody may call. 逾期视同验收.
    /// @dev Emits {DeliveryClaimed} and {PaymentReleased}. Requirements: Funded; delivery Received or Inspected;
    /// silence over. A dispute of the buyer's is over by then.
    /// @custom:erp SilentAcceptance
    /// @custom:pause open
    function claim(uint256 orderId, uint256 deliveryId) external;

    /// @notice Ends an order and returns what is left in escrow. 关闭订单.
    /// @dev Emits {OrderClosed}; the undelivered rest counts against the supplier's credit. Requirements: Funded; no
    /// delivery received and unsettled; none disputed by the supplier; and nothing is left to dispute and all was
    /// accepted, or promise + grace + silence has passed: one silence more while goods are on their way, so that the
    /// supplier can dispute. The supplier need not wait: with nothing on its way it closes at once.
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
}
