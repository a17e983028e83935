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
        if (record.scheduled) revert PurchaseOrders_NotInSchedule(orderId, deliveryId);
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
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(deliveryId, quantity, promisedAt))));
        if (!record.scheduled || !MerkleProof.verifyCalldata(proof, _schedules[orderId], leaf)) {
            revert PurchaseOrders_NotInSchedule(orderId, deliveryId);
        }
        _checkWithin(Value.PromisedAt, promisedAt, 1, record.promisedAt);

        _ship(record, orderId, deliveryId, quantity, promisedAt, despatchRef);
    }

    function _ship(
        OrderRecord storage record,
        uint256 orderId,
        uint256 deliveryId,
        uint128 quantity,
        uint40 promisedAt,
        bytes32 despatchRef
    ) private {
        uint256 next = uint256(uint8(record.counts)) + 1;
        _checkWithin(Value.DeliveryId, deliveryId, next, next < _MAX_DELIVERIES ? next : _MAX_DELIVERIES);
        _checkWithin(Value.Quantity, quantity, 1, _openQuantity(record));
        _checkReference(despatchRef);
        _checkBefore(_shipBy(record));

        record.counts += _DELIVERY + _IN_TRANSIT;
        record.rest += quantity * _UNDERWAY;
        Delivery memory part;
        part.status = DeliveryStatus.Shipped;
        part.shipped = quantity;
        part.shippedAt = part.reportedAt = block.timestamp;
        if (record.scheduled) part.promisedAt = promisedAt;
        _store(orderId, deliveryId, part);
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
        Delivery memory part = _load(orderId, deliveryId);
        _checkIn(part, DeliveryStatus.Shipped, DeliveryStatus.Shipped, orderId, deliveryId);
        _checkWithin(Value.Received, quantity, 1, part.shipped);
        _checkWithin(Value.ReceivedAt, receivedAt, part.shippedAt, block.timestamp);
        _checkReference(receiptRef);
        _answerSilence(record, orderId, deliveryId, part);

        record.counts = record.counts - _IN_TRANSIT + _UNSETTLED;
        if (quantity != part.shipped) record.rest -= (part.shipped - quantity) * _UNDERWAY;
        part.status = DeliveryStatus.Received;
        part.received = quantity;
        part.receivedAt = receivedAt;
        part.reportedAt = block.timestamp;
        part.daysLate = _daysLate(record, orderId, part);
        if (part.daysLate != 0) part.promisedAt = _promiseOf(record, part); // whatever becomes of the order's
        _store(orderId, deliveryId, part);
        emit DeliveryReceived(orderId, deliveryId, receiptRef, quantity, receivedAt, uint32(part.daysLate));
    }

    /// @dev A silence that is disputed is over with the receipt; one that nobody disputes is too long at some time.
    function _answerSilence(OrderRecord storage record, uint256 orderId, uint256 deliveryId, Delivery memory part)
        private
    {
        bool disputed = part.heard && _hearings[orderId][deliveryId].isDisputed();
        if (!disputed && block.timestamp >= record.promisedAt) _checkBefore(_lostAt(record));
        if (part.heard) _forget(record, orderId, deliveryId, part);
    }

    /* INSPECT */

    /// @inheritdoc IPurchaseOrders
    function inspectDelivery(uint256 orderId, uint256 deliveryId, uint128 accepted, bytes32 inspectionRef) external {
        OrderRecord storage record = _attested(orderId);
        Delivery memory part = _load(orderId, deliveryId);
        _checkIn(part, DeliveryStatus.Received, DeliveryStatus.Received, orderId, deliveryId);
        _checkWithin(Value.Accepted, accepted, 0, part.received);
        _checkReference(inspectionRef);
        _report(record, orderId, deliveryId, part);

        uint256 rejected = part.received - accepted;
        _inspect(record, part, accepted);
        if (rejected != 0) record.rest -= rejected * _UNDERWAY;
        emit DeliveryInspected(
            orderId, deliveryId, inspectionRef, accepted, uint128(rejected), uint128(part.acceptedAmount)
        );
        if (accepted != 0) {
            _store(orderId, deliveryId, part);
        } else {
            _settleReported(record, orderId, deliveryId, part);
            _recordOutcome(record, orderId, deliveryId, part); // never the last: what was rejected is open again
        }
    }

    function _inspect(OrderRecord storage record, Delivery memory part, uint256 accepted) private {
        part.status = DeliveryStatus.Inspected;
        part.accepted = accepted;
        part.acceptedAmount = _accept(record, accepted);
    }

    /* MATCH */

    /// @inheritdoc IPurchaseOrders
    function grantDiscount(uint256 orderId, uint256 deliveryId, uint128 net, bytes32 grantRef) external {
        _bySupplier(orderId);
        Delivery memory part = _load(orderId, deliveryId);
        _checkIn(part, DeliveryStatus.Received, DeliveryStatus.Inspected, orderId, deliveryId);
        _checkReference(grantRef);
        _checkWithin(Value.Net, net, 0, type(uint64).max);

        part.discounted = true;
        part.net = net;
        _store(orderId, deliveryId, part);
        emit DiscountGranted(orderId, deliveryId, grantRef, msg.sender, net);
    }

    /// @inheritdoc IPurchaseOrders
    /// @dev Without a guard, which every purchase would pay for: all is written before a token moves.
    function acceptDelivery(uint256 orderId, uint256 deliveryId, uint128 net, uint128 tax, bytes32 matchRef) external {
        OrderRecord storage record = _attested(orderId);
        Delivery memory part = _load(orderId, deliveryId);
        _checkIn(part, DeliveryStatus.Inspected, DeliveryStatus.Inspected, orderId, deliveryId);
        _checkPrice(record, part, net);
        _checkWithin(Value.Tax, tax, 0, Amounts.taxAllowedUp(net, record.taxBps));
        _checkReference(matchRef);
        _report(record, orderId, deliveryId, part);

        part.net = net;
        part.tax = tax;
        part.underpaid = net < part.acceptedAmount && !part.discounted;
        _settleReported(record, orderId, deliveryId, part);
        _payDelivery(record, orderId, deliveryId, part, matchRef);
    }

    function _checkPrice(OrderRecord storage record, Delivery memory part, uint256 net) private view {
        uint16 toleranceBps = record.toleranceBps;
        uint256 least = Amounts.netFloorUp(part.acceptedAmount, toleranceBps);
        if (part.discounted && part.net < least) least = part.net;
        _checkWithin(Value.Net, net, least, Amounts.netAllowedDown(part.acceptedAmount, toleranceBps));
    }

    /* CLAIM */

    /// @inheritdoc IPurchaseOrders
    function claim(uint256 orderId, uint256 deliveryId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        Delivery memory part = _load(orderId, deliveryId);
        _checkIn(part, DeliveryStatus.Received, DeliveryStatus.Inspected, orderId, deliveryId);
        _checkFrom(_silenceEnd(record, part));
        _report(record, orderId, deliveryId, part);

        if (part.status == DeliveryStatus.Received) _inspect(record, part, part.received);
        _setPrice(record, part);
        (uint128 accepted, uint128 acceptedAmount) = (uint128(part.accepted), uint128(part.acceptedAmount));
        emit DeliveryClaimed(orderId, deliveryId, accepted, acceptedAmount, acceptedAmount, uint128(part.tax));
        _settleReported(record, orderId, deliveryId, part);
        _payDelivery(record, orderId, deliveryId, part, bytes32(0));
    }
}
