// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Amounts } from "../../libraries/Amounts.sol";
import { IOrderDisputes } from "../interfaces/IOrderDisputes.sol";
import { OrderBook } from "./OrderBook.sol";

/// @title OrderDisputes
/// @notice See {IOrderDisputes}.
abstract contract OrderDisputes is IOrderDisputes, OrderBook {
    uint32 public constant RULING_SECONDS = 30 days; // an arbiter's time for one dispute

    /* DISPUTE */

    /// @inheritdoc IOrderDisputes
    function disputeDelivery(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external {
        OrderRecord storage record = _byParty(orderId);
        DeliveryRecord storage part = _knownDelivery(orderId, deliveryId);
        Dispute storage dispute = _disputes[orderId][deliveryId];
        _checkTurn(orderId, deliveryId, dispute);
        DeliveryStatus from = part.status;
        if (msg.sender == record.supplier) {
            _checkDisputeOfSupplier(record, part, orderId, deliveryId);
        } else if (from != DeliveryStatus.Received && from != DeliveryStatus.Inspected) {
            revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, from);
        }
        _checkReference(reasonRef);

        uint40 ruleBy = uint40(block.timestamp) + RULING_SECONDS;
        dispute.disputant = msg.sender;
        dispute.ruleBy = ruleBy;
        dispute.from = from;
        part.status = DeliveryStatus.Disputed;
        // What is disputed counts as unsettled, so that the order cannot close over it.
        if (from == DeliveryStatus.Shipped) record.inTransit -= 1;
        if (from == DeliveryStatus.Shipped || from == DeliveryStatus.Settled) record.unsettled += 1;
        emit DeliveryDisputed(orderId, deliveryId, reasonRef, msg.sender, ruleBy);
    }

    /* RULE */

    /// @inheritdoc IOrderDisputes
    function ruleDelivery(uint256 orderId, uint256 deliveryId, uint128 received, uint128 accepted, bytes32 rulingRef)
        external
        nonReentrant
    {
        OrderRecord storage record = _arbitrated(orderId);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Disputed);
        if (received > part.quantity) {
            revert PurchaseOrders_ReceivedExceedsShipped(orderId, deliveryId, received, part.quantity);
        }
        if (accepted > received) {
            revert PurchaseOrders_AcceptedExceedsReceived(orderId, deliveryId, accepted, received);
        }
        _checkReference(rulingRef);
        uint256 ruleBy = _disputes[orderId][deliveryId].ruleBy;
        if (block.timestamp >= ruleBy) revert PurchaseOrders_RulingClosed(orderId, block.timestamp, ruleBy);

        Settlement memory settled = _applyRuling(record, part, orderId, deliveryId, uint64(received), uint64(accepted));
        emit DeliveryRuled(orderId, deliveryId, rulingRef, msg.sender, received, accepted, part.acceptedAmount);
        if (settled.accepted != 0) {
            _settle(record, settled);
        } else {
            _refund(record, _finish(record, settled));
        }
    }

    /* LAPSE */

    /// @inheritdoc IOrderDisputes
    function lapseDispute(uint256 orderId, uint256 deliveryId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Disputed);
        Dispute storage dispute = _disputes[orderId][deliveryId];
        uint256 ruleBy = dispute.ruleBy;
        if (block.timestamp < ruleBy) revert PurchaseOrders_RulingOpen(orderId, block.timestamp, ruleBy);

        DeliveryStatus from = dispute.from;
        dispute.ruleBy = 0;
        part.status = from;
        if (from == DeliveryStatus.Shipped) record.inTransit += 1;
        if (from == DeliveryStatus.Shipped || from == DeliveryStatus.Settled) {
            record.unsettled -= 1;
        } else {
            part.reportedAt = uint40(block.timestamp);
            // A supplier that may now dispute a rejection itself keeps its time to do so.
            _contestableUntil[orderId] = block.timestamp + record.silenceSeconds;
        }
        emit DeliveryDisputeLapsed(orderId, deliveryId, from);
        _refund(record, _endIfComplete(record, orderId));
    }

    /* INTERNALS */

    /// @dev Not while a dispute runs, not after a ruling, and not twice in turn: nobody disputes for ever alone, and
    /// nobody uses up the other's word.
    function _checkTurn(uint256 orderId, uint256 deliveryId, Dispute storage dispute) private view {
        address disputant = dispute.disputant;
        if (disputant != address(0) && (disputant == msg.sender || dispute.ruleBy != 0)) {
            revert PurchaseOrders_DisputedBefore(orderId, deliveryId);
        }
    }

    function _checkDisputeOfSupplier(
        OrderRecord storage record,
        DeliveryRecord storage part,
        uint256 orderId,
        uint256 deliveryId
    ) private view {
        DeliveryStatus from = part.status;
        uint256 silenceEnd = uint256(part.reportedAt) + record.silenceSeconds;
        if (from == DeliveryStatus.Shipped) {
            if (block.timestamp < silenceEnd) {
                revert PurchaseOrders_NotYetDisputable(orderId, deliveryId, block.timestamp, silenceEnd);
            }
            // Or a dispute of the next delivery, each time that one lapses, would hold an order open for years.
            uint256 closableAt = _closableAt(record, orderId);
            if (block.timestamp >= closableAt) {
                revert PurchaseOrders_NoLongerDisputable(orderId, deliveryId, block.timestamp, closableAt);
            }
        } else {
            if (from == DeliveryStatus.Received) revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, from);
            if (part.accepted == part.quantity) revert PurchaseOrders_NothingRejected(orderId, deliveryId);
            if (block.timestamp >= silenceEnd) {
                revert PurchaseOrders_NoLongerDisputable(orderId, deliveryId, block.timestamp, silenceEnd);
            }
        }
    }

    /// @dev Writes what the ruling says, and returns what of it is to be settled, at the order's price.
    function _applyRuling(
        OrderRecord storage record,
        DeliveryRecord storage part,
        uint256 orderId,
        uint256 deliveryId,
        uint64 received,
        uint64 accepted
    ) private returns (Settlement memory settled) {
        DeliveryStatus from = _disputes[orderId][deliveryId].from;
        uint64 before = part.accepted;
        if (from == DeliveryStatus.Shipped) {
            part.unexcusedDays = _unexcusedDays(orderId, part.reportedAt, record.promisedAt);
        }
        if (from == DeliveryStatus.Shipped || from == DeliveryStatus.Received) record.underway -= part.quantity;

        settled.orderId = orderId;
        settled.deliveryId = deliveryId;
        settled.daysLate = _daysLateNow(orderId, part.unexcusedDays);
        if (accepted >= before) {
            settled.acceptedAmount = _acceptMore(record, orderId, accepted - before);
            part.acceptedAmount += uint64(settled.acceptedAmount);
        } else if (from == DeliveryStatus.Settled) {
            revert PurchaseOrders_AcceptedBelowPaid(orderId, deliveryId, accepted, before);
        } else {
            part.acceptedAmount = _acceptLess(record, part, orderId, accepted);
        }
        part.quantity = received;
        part.accepted = accepted;
        part.status = DeliveryStatus.Settled;

        if (from == DeliveryStatus.Settled) {
            settled.received = accepted - before;
            settled.accepted = accepted - before;
        } else {
            settled.received = received;
            settled.accepted = accepted;
            settled.acceptedAmount = part.acceptedAmount;
        }
        settled.net = settled.acceptedAmount;
        settled.tax = Amounts.taxDown(settled.net, record.taxBps);
    }

    function _acceptMore(OrderRecord storage record, uint256 orderId, uint64 more) private returns (uint64) {
        uint64 open = record.quantity - record.underway;
        if (more > open) revert PurchaseOrders_QuantityExceedsOrder(orderId, more, open);
        record.underway += more;
        return _accept(record, more);
    }

    /// @dev Other deliveries were valued on top of this one: the rest is based anew, so that they keep their amounts.
    function _acceptLess(OrderRecord storage record, DeliveryRecord storage part, uint256 orderId, uint64 accepted)
        private
        returns (uint64 acceptedAmount)
    {
        uint64 less = part.accepted - accepted;
        acceptedAmount = uint64(Amounts.cumulativeDown(part.acceptedAmount, accepted, part.accepted));
        uint64 returned = part.acceptedAmount - acceptedAmount;
        Earlier storage earlier = _rebase(record, orderId);
        earlier.accepted -= less;
        earlier.acceptedAmount -= returned;
        record.quantity += less;
        record.amount += returned;
    }
}
