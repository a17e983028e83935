// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Amounts } from "../../libraries/Amounts.sol";
import { Hearing } from "../../libraries/Hearing.sol";
import { IPurchaseOrders } from "../interfaces/IPurchaseOrders.sol";
import { OrderSettlement } from "./OrderSettlement.sol";

/// @title OrderDeliveries
/// @notice The life of a delivery that nobody disputes: despatch, receipt, inspection, match or claim.
abstract contract OrderDeliveries is OrderSettlement {
    using Hearing for Hearing.Case;

    /* SHIP */

    /// @inheritdoc IPurchaseOrders
    function ship(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 despatchRef) external {
        OrderRecord storage record = _bySupplier(orderId);
        if (record.scheduled) revert PurchaseOrders_Scheduled(orderId, true);
        _ship(record, orderId, deliveryId, quantity, record.promisedAt, despatchRef);
    }

    /// @inheritdoc IPurchaseOrders
    function shipScheduled(
        uint256 orderId,
        uint256 deliveryId,
        uint128 quantity,
        uint40 promisedAt,
        bytes32[] calldata proof,
        bytes32 despatchRef
    ) external {
        OrderRecord storage record = _bySupplier(orderId);
        if (!record.scheduled) revert PurchaseOrders_Scheduled(orderId, false);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(deliveryId, quantity, promisedAt))));
        if (!MerkleProof.verifyCalldata(proof, _schedules[orderId], leaf)) {
            revert PurchaseOrders_NotInSchedule(orderId, deliveryId);
        }
        _checkTerm(promisedAt, 1, record.promisedAt);

        DeliveryRecord storage part = _ship(record, orderId, deliveryId, quantity, promisedAt, despatchRef);
        part.deviates = true;
        _deviations[orderId][deliveryId].promisedAt = promisedAt;
    }

    function _ship(
        OrderRecord storage record,
        uint256 orderId,
        uint256 deliveryId,
        uint128 quantity,
        uint40 promisedAt,
        bytes32 despatchRef
    ) private returns (DeliveryRecord storage part) {
        uint256 expected = uint256(record.deliveries) + 1;
        if (deliveryId != expected) revert PurchaseOrders_WrongDeliveryNumber(orderId, deliveryId, expected);
        if (expected > MAX_DELIVERIES) revert PurchaseOrders_TooManyDeliveries(orderId, MAX_DELIVERIES);
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        uint64 open = _openQuantity(record);
        if (quantity > open) revert PurchaseOrders_QuantityExceedsOrder(orderId, quantity, open);
        _checkReference(despatchRef);
        uint256 shipBy = _shipBy(record);
        if (block.timestamp >= shipBy) revert PurchaseOrders_ShippingClosed(orderId, block.timestamp, shipBy);

        record.deliveries += 1;
        record.inTransit += 1;
        record.underway += uint64(quantity);
        part = _deliveries[orderId][deliveryId];
        part.quantity = uint64(quantity);
        part.shippedAt = uint40(block.timestamp);
        part.status = DeliveryStatus.Shipped;
        emit DeliveryShipped(orderId, deliveryId, despatchRef, msg.sender, quantity, promisedAt);
    }

    /* RECEIVE */

    /// @inheritdoc IPurchaseOrders
    function receiveDelivery(
        uint256 orderId,
        uint256 deliveryId,
        uint128 quantity,
        uint40 receivedAt,
        bytes32 receiptRef
    ) external {
        OrderRecord storage record = _attested(orderId);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Shipped);
        uint64 shipped = part.quantity;
        uint40 shippedAt = part.shippedAt;
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        if (quantity > shipped) revert PurchaseOrders_ReceivedExceedsShipped(orderId, deliveryId, quantity, shipped);
        _checkReference(receiptRef);
        if (receivedAt < shippedAt || receivedAt > block.timestamp) {
            revert PurchaseOrders_ReceivedOutOfTime(receivedAt, shippedAt, block.timestamp);
        }
        _answerSilence(record, part, orderId, deliveryId);

        record.inTransit -= 1;
        record.unsettled += 1;
        if (quantity != shipped) record.underway -= shipped - uint64(quantity);
        part.quantity = uint64(quantity);
        part.receivedAfter = uint32(receivedAt - shippedAt);
        part.reportedAfter = uint32(block.timestamp - shippedAt);
        part.status = DeliveryStatus.Received;
        uint16 daysLate = _keepReceipt(record, part, orderId, deliveryId, shipped - uint64(quantity));
        emit DeliveryReceived(orderId, deliveryId, receiptRef, quantity, receivedAt, daysLate);
    }

    /// @dev A silence that is disputed is over with the receipt; without a dispute it is too late for one at some time.
    function _answerSilence(
        OrderRecord storage record,
        DeliveryRecord storage part,
        uint256 orderId,
        uint256 deliveryId
    ) private {
        bool disputed = part.heard && _hearings[orderId][deliveryId].isDisputed();
        if (!disputed && block.timestamp >= record.promisedAt) {
            uint256 lostAt = _lostAt(record);
            if (block.timestamp >= lostAt) revert PurchaseOrders_ReceiptClosed(orderId, block.timestamp, lostAt);
        }
        if (!part.heard) return;
        if (disputed) record.disputed -= 1;
        part.heard = false;
        delete _hearings[orderId][deliveryId];
    }

    function _keepReceipt(
        OrderRecord storage record,
        DeliveryRecord storage part,
        uint256 orderId,
        uint256 deliveryId,
        uint64 missing
    ) private returns (uint16 daysLate) {
        uint40 promisedAt = record.promisedAt;
        if (part.deviates) promisedAt = _deviations[orderId][deliveryId].promisedAt;
        daysLate = _daysLate(record, orderId, _receivedAt(part), promisedAt);
        if (missing == 0 && daysLate == 0) return 0;
        Deviation storage deviation = _deviations[orderId][deliveryId];
        deviation.missing = missing;
        deviation.promisedAt = promisedAt;
        deviation.daysLate = daysLate;
        part.deviates = true;
    }

    /* INSPECT */

    /// @inheritdoc IPurchaseOrders
    function inspectDelivery(uint256 orderId, uint256 deliveryId, uint128 accepted, bytes32 inspectionRef) external {
        OrderRecord storage record = _attested(orderId);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Received);
        uint64 received = part.quantity;
        if (accepted > received) {
            revert PurchaseOrders_AcceptedExceedsReceived(orderId, deliveryId, accepted, received);
        }
        _checkReference(inspectionRef);
        _report(record, part, orderId, deliveryId);

        uint64 rejected = received - uint64(accepted);
        uint64 acceptedAmount = _accept(record, uint64(accepted));
        part.acceptedAmount = acceptedAmount;
        part.status = DeliveryStatus.Inspected;
        emit DeliveryInspected(orderId, deliveryId, inspectionRef, accepted, rejected, acceptedAmount);
        if (rejected == 0) return;
        record.underway -= rejected;
        part.deviates = true;
        _deviations[orderId][deliveryId].rejected = rejected;
        if (accepted == 0) _settleRejected(record, part, orderId, deliveryId);
    }

    /// @dev Never the last: what was rejected is open again.
    function _settleRejected(
        OrderRecord storage record,
        DeliveryRecord storage part,
        uint256 orderId,
        uint256 deliveryId
    ) private {
        Deviation memory deviation = _deviations[orderId][deliveryId];
        Settlement memory settled = _settlement(record, part, deviation, orderId, deliveryId);
        _keepContestable(record, part, deviation, settled);
        _recordOutcome(record, settled);
    }

    /* MATCH */

    /// @inheritdoc IPurchaseOrders
    function grantDiscount(uint256 orderId, uint256 deliveryId, uint128 net, bytes32 grantRef) external {
        _bySupplier(orderId);
        DeliveryRecord storage part = _unsettledDelivery(orderId, deliveryId);
        _checkReference(grantRef);
        _checkTerm(net, 0, type(uint64).max);

        part.deviates = true;
        Deviation storage deviation = _deviations[orderId][deliveryId];
        deviation.net = uint64(net);
        deviation.discounted = true;
        emit DiscountGranted(orderId, deliveryId, grantRef, msg.sender, net);
    }

    /// @inheritdoc IPurchaseOrders
    function acceptDelivery(uint256 orderId, uint256 deliveryId, uint128 net, uint128 tax, bytes32 matchRef)
        external
        nonReentrant
    {
        OrderRecord storage record = _attested(orderId);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Inspected);
        Deviation memory deviation = _deviationOf(part, orderId, deliveryId);
        _checkPrice(record, part, deviation, orderId, deliveryId, net);
        uint256 taxAllowed = Amounts.taxAllowedUp(net, record.taxBps);
        if (tax > taxAllowed) revert PurchaseOrders_TaxOverRate(orderId, deliveryId, tax, uint128(taxAllowed));
        _checkReference(matchRef);
        _report(record, part, orderId, deliveryId);

        Settlement memory settled = _settlement(record, part, deviation, orderId, deliveryId);
        settled.matchRef = matchRef;
        settled.net = net;
        settled.tax = tax;
        _keepContestable(record, part, deviation, settled);
        _settle(record, settled);
    }

    function _checkPrice(
        OrderRecord storage record,
        DeliveryRecord storage part,
        Deviation memory deviation,
        uint256 orderId,
        uint256 deliveryId,
        uint128 net
    ) private view {
        uint64 acceptedAmount = part.acceptedAmount;
        uint16 toleranceBps = record.toleranceBps;
        uint256 least = Amounts.netFloorUp(acceptedAmount, toleranceBps);
        if (deviation.discounted && deviation.net < least) least = deviation.net;
        uint256 most = Amounts.netAllowedDown(acceptedAmount, toleranceBps);
        if (net < least || net > most) {
            revert PurchaseOrders_InvoiceOutOfTolerance(orderId, deliveryId, net, uint128(least), uint128(most));
        }
    }

    /* CLAIM */

    /// @inheritdoc IPurchaseOrders
    function claim(uint256 orderId, uint256 deliveryId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        DeliveryRecord storage part = _unsettledDelivery(orderId, deliveryId);
        uint256 silenceEnd = uint256(_reportedAt(part)) + record.silenceSeconds;
        if (block.timestamp < silenceEnd) {
            revert PurchaseOrders_SilenceNotOver(orderId, deliveryId, block.timestamp, silenceEnd);
        }
        _report(record, part, orderId, deliveryId);

        if (part.status == DeliveryStatus.Received) {
            part.acceptedAmount = _accept(record, part.quantity);
            part.status = DeliveryStatus.Inspected;
        }
        Deviation memory deviation = _deviationOf(part, orderId, deliveryId);
        Settlement memory settled = _settlement(record, part, deviation, orderId, deliveryId);
        settled.net = settled.acceptedAmount;
        settled.tax = Amounts.taxDown(settled.net, record.taxBps);
        emit DeliveryClaimed(
            orderId,
            deliveryId,
            uint128(settled.accepted),
            uint128(settled.acceptedAmount),
            uint128(settled.net),
            uint128(settled.tax)
        );
        _keepContestable(record, part, deviation, settled);
        _settle(record, settled);
    }

    /* INTERNALS */

    /// @dev The delivery is settled from now on; what is paid for it is still to be said.
    function _settlement(
        OrderRecord storage record,
        DeliveryRecord storage part,
        Deviation memory deviation,
        uint256 orderId,
        uint256 deliveryId
    ) private returns (Settlement memory settled) {
        settled.orderId = orderId;
        settled.deliveryId = deliveryId;
        settled.received = part.quantity;
        settled.accepted = _acceptedOf(part, deviation);
        settled.acceptedAmount = part.acceptedAmount;
        settled.daysLate = deviation.daysLate;
        part.status = DeliveryStatus.Settled;
        record.unsettled -= 1;
    }
}
