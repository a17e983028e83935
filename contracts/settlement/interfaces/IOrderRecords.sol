// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "../../procurement/interfaces/IAwardTaker.sol";

/// @title IOrderRecords
/// @notice What an order and its deliveries are, and how they are read. 订单台账.
/// @custom:security-contact See SECURITY.md
interface IOrderRecords {
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
        IAwardTaker.OrderTerms terms; // as they stand now; `fundSeconds` is zero: it has become `fundBy`
    }

    struct Delivery {
        DeliveryStatus status;
        uint128 quantity; // shipped; once its receipt is reported or ruled: received
        uint128 accepted;
        uint128 acceptedAmount;
        uint40 reportedAt; // shipped at; from the receipt on: of the last report, from which the silence time runs
        uint32 daysLate; // against the promise as it stands now
    }

    struct Dispute {
        // slot 0
        address disputant; // zero: never disputed
        uint40 ruleBy; // an arbiter rules before this time
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

    /// @notice An order, whole; status None when unknown.
    function order(uint256 orderId) external view returns (Order memory);

    /// @notice A delivery of an order, numbered from 1; status None when unknown.
    function delivery(uint256 orderId, uint256 deliveryId) external view returns (Delivery memory);

    /// @notice The dispute over a delivery, open or past; all zero when there never was one.
    function disputeOf(uint256 orderId, uint256 deliveryId) external view returns (Dispute memory);

    /// @notice What force majeure did to an order's promise; all zero when none was reported.
    function forceMajeureOf(uint256 orderId) external view returns (ForceMajeure memory);
}
