// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IParticipants } from "../../identity/interfaces/IParticipants.sol";
import { Amounts } from "../../libraries/Amounts.sol";
import { Hearing } from "../../libraries/Hearing.sol";
import { Room } from "../../room/Room.sol";
import { IOrderDisputes } from "../interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../interfaces/IPurchaseOrders.sol";

/// @title OrderRecords
/// @notice The records of all orders and how they are read. See {IPurchaseOrders}.
/// An order costs four slots and a delivery one; whatever few of them need lies in mappings beside them: a delivery that
/// is short, late, rejected, scheduled or priced below the order has a {Deviation}, a disputed one a {Hearing-Case}.
abstract contract OrderRecords is IOrderDisputes, Room, ReentrancyGuard {
    /// @dev Quantity, amount, underway and accepted are those since the last change: see {Earlier}.
    struct OrderRecord {
        // slot 0, what every step reads and most write
        uint64 escrowOrTime; // see {_fundBy}, {_escrowed}, {_closedAt}
        uint40 promisedAt;
        uint32 attesterPost;
        uint32 arbiterPost;
        uint24 paymentSeconds;
        OrderStatus status;
        uint8 deliveries;
        uint8 inTransit;
        uint8 unsettled;
        uint8 disputed;
        bool regional; // a region is in {_regions}
        bool scheduled; // a root is in {_schedules}
        // slot 1
        address supplier;
        uint32 graceSeconds;
        uint32 silenceSeconds;
        uint16 latenessBpsPerDay;
        uint16 latenessCapBps;
        // slot 2
        address buyer;
        uint16 taxBps;
        uint16 toleranceBps;
        uint40 contestableUntil;
        // slot 3
        uint64 quantity;
        uint64 amount;
        uint64 underway;
        uint64 accepted;
    }

    struct DeliveryRecord {
        // slot 0
        uint64 quantity; // see {_shippedOf}, {_receivedOf}
        uint64 acceptedAmount;
        uint40 shippedAt;
        uint32 receivedAfter; // seconds after despatch: see {_receivedAt}
        uint32 reportedAfter; // seconds after despatch: see {_reportedAt}
        DeliveryStatus status;
        bool deviates; // something is in {_deviations}
        bool heard; // something is in {_hearings}
    }

    /// @dev How a delivery differs from what was ordered.
    struct Deviation {
        // slot 0
        uint64 missing; // of the quantity shipped
        uint64 rejected; // of the quantity received
        uint64 net; // granted by the supplier; once Settled: as paid
        uint64 tax; // as paid
        // slot 1
        uint40 promisedAt; // that it counts against; zero: the order's
        uint16 daysLate;
        bool discounted;
    }

    /// @dev What left an order's own record when the rest was based anew. With an order of 100 for 1,000:
    ///
    ///     30 are accepted             record 100 for 1,000, accepted 30: worth 300       earlier   0 for   0
    ///     20 are given up: first
    ///     what was accepted leaves    record  70 for   700, accepted  0                  earlier  30 for 300
    ///     then the part leaves        record  50 for   500                 defaulted 200 earlier  30 for 300
    ///     25 are accepted             record  50 for   500, accepted 25: worth 250       the order: 55 for 550
    ///     both sign 75 for 825: what
    ///     was accepted leaves         record  25 for   250, accepted  0                  earlier  55 for 550
    ///     the rest is priced anew     record  20 for   275                               earlier  55 for 550
    ///     20 are accepted             record  20 for   275, accepted 20: worth 275       the order: 75 for 825
    ///
    /// No delivery's amount ever changes by it, and the last one makes the whole exact.
    struct Earlier {
        // slot 0
        uint64 accepted; // quantity
        uint64 acceptedAmount;
        uint64 defaulted;
        uint64 revision;
    }

    uint16 public constant MAX_DELIVERIES = 64; // part deliveries of one order

    mapping(uint256 orderId => OrderRecord) internal _orders;
    mapping(uint256 orderId => mapping(uint256 deliveryId => DeliveryRecord)) internal _deliveries;
    mapping(uint256 orderId => mapping(uint256 deliveryId => Deviation)) internal _deviations;
    mapping(uint256 orderId => mapping(uint256 deliveryId => Hearing.Case)) internal _hearings;
    mapping(uint256 orderId => Earlier) internal _earlier;
    mapping(uint256 orderId => bytes32 region) internal _regions;
    mapping(uint256 orderId => bytes32 root) internal _schedules;

    constructor(IParticipants participants, uint256 edition) Room(participants, edition) { }

    /* VIEWS */

    /// @inheritdoc IPurchaseOrders
    function order(uint256 orderId) external view returns (Order memory found) {
        OrderRecord storage record = _orders[orderId];
        Earlier storage earlier = _earlier[orderId];
        found.buyer = record.buyer;
        found.supplier = record.supplier;
        found.status = record.status;
        found.fundBy = _fundBy(record);
        found.closedAt = _closedAt(record);
        found.contestableUntil = record.contestableUntil;
        found.deliveries = record.deliveries;
        found.inTransit = record.inTransit;
        found.unsettled = record.unsettled;
        found.disputed = record.disputed;
        found.revision = earlier.revision;
        found.quantity = earlier.accepted + record.quantity;
        found.amount = earlier.acceptedAmount + record.amount;
        found.underway = earlier.accepted + record.underway;
        found.accepted = earlier.accepted + record.accepted;
        found.acceptedAmount = earlier.acceptedAmount + _worth(record, record.accepted);
        found.defaulted = earlier.defaulted;
        found.escrowed = _escrowed(record);
        found.terms = _termsOf(record, orderId);
    }

    /// @inheritdoc IPurchaseOrders
    function delivery(uint256 orderId, uint256 deliveryId) external view returns (Delivery memory found) {
        DeliveryRecord storage part = _deliveries[orderId][deliveryId];
        Deviation memory deviation = _deviationOf(part, orderId, deliveryId);
        DeliveryStatus status = part.status;
        found.status = status;
        found.shipped = _shippedOf(part, deviation);
        found.shippedAt = part.shippedAt;
        found.promisedAt = deviation.promisedAt;
        if (status == DeliveryStatus.Shipped) {
            if (_orders[orderId].status == OrderStatus.Closed) found.status = DeliveryStatus.Lost;
            return found;
        }
        found.received = part.quantity;
        found.accepted = _acceptedOf(part, deviation);
        found.acceptedAmount = part.acceptedAmount;
        found.net = deviation.net;
        found.tax = deviation.tax;
        found.discounted = deviation.discounted;
        found.receivedAt = _receivedAt(part);
        found.reportedAt = _reportedAt(part);
        found.daysLate = deviation.daysLate;
    }

    /// @inheritdoc IOrderDisputes
    function disputeOf(uint256 orderId, uint256 deliveryId) external view returns (Hearing.Case memory) {
        return _hearings[orderId][deliveryId];
    }

    /* WHAT THE FIELDS OF AN ORDER SAY */

    /// @dev While Opened: until when the buyer funds.
    function _fundBy(OrderRecord storage record) internal view returns (uint40) {
        return record.status == OrderStatus.Opened ? uint40(record.escrowOrTime) : 0;
    }

    /// @dev While Funded: what is held for it, minor units.
    function _escrowed(OrderRecord storage record) internal view returns (uint64) {
        return record.status == OrderStatus.Funded ? record.escrowOrTime : 0;
    }

    /// @dev Once Closed: when it was.
    function _closedAt(OrderRecord storage record) internal view returns (uint40) {
        return record.status == OrderStatus.Closed ? uint40(record.escrowOrTime) : 0;
    }

    /// @dev Nothing ships from here on.
    function _shipBy(OrderRecord storage record) internal view returns (uint256) {
        return uint256(record.promisedAt) + record.graceSeconds;
    }

    /// @dev What nobody reported or disputed by then is lost.
    function _lostAt(OrderRecord storage record) internal view returns (uint256) {
        return _shipBy(record) + 2 * uint256(record.silenceSeconds);
    }

    function _openQuantity(OrderRecord storage record) internal view returns (uint64) {
        return record.quantity - record.underway;
    }

    function _isComplete(OrderRecord storage record) internal view returns (bool) {
        return record.accepted == record.quantity;
    }

    /* WHAT THE FIELDS OF A DELIVERY SAY */

    function _deviationOf(DeliveryRecord storage part, uint256 orderId, uint256 deliveryId)
        internal
        view
        returns (Deviation memory deviation)
    {
        if (part.deviates) deviation = _deviations[orderId][deliveryId];
    }

    /// @dev `quantity` is what was shipped, and from the receipt on what was received; the difference is missing.
    function _shippedOf(DeliveryRecord storage part, Deviation memory deviation) internal view returns (uint64) {
        return part.quantity + deviation.missing;
    }

    /// @dev From the inspection on: what was received and not rejected.
    function _acceptedOf(DeliveryRecord storage part, Deviation memory deviation) internal view returns (uint64) {
        DeliveryStatus status = part.status;
        bool inspected = status == DeliveryStatus.Inspected || status == DeliveryStatus.Settled;
        return inspected ? part.quantity - deviation.rejected : 0;
    }

    function _receivedAt(DeliveryRecord storage part) internal view returns (uint40) {
        return part.shippedAt + part.receivedAfter;
    }

    /// @dev Of the last report; of the despatch while there is none.
    function _reportedAt(DeliveryRecord storage part) internal view returns (uint40) {
        return part.shippedAt + part.reportedAfter;
    }

    /* WORTH */

    /// @dev A quantity of zero is worth nothing; any other is part of a quantity that is not zero.
    function _worth(OrderRecord storage record, uint64 accepted) internal view returns (uint64) {
        return accepted == 0 ? 0 : uint64(Amounts.cumulativeDown(record.amount, accepted, record.quantity));
    }

    function _accept(OrderRecord storage record, uint64 accepted) internal returns (uint64 acceptedAmount) {
        uint64 before = record.accepted;
        uint64 total = before + accepted;
        acceptedAmount = _worth(record, total) - _worth(record, before);
        record.accepted = total;
    }

    /// @dev What was accepted so far keeps its amount; what remains is an order of its own, with an own price.
    function _rebase(OrderRecord storage record, uint256 orderId) internal returns (Earlier storage earlier) {
        earlier = _earlier[orderId];
        uint64 accepted = record.accepted;
        uint64 worth = _worth(record, accepted);
        earlier.accepted += accepted;
        earlier.acceptedAmount += worth;
        record.quantity -= accepted;
        record.amount -= worth;
        record.underway -= accepted;
        record.accepted = 0;
    }

    /* CHECKS */

    function _inStatus(uint256 orderId, OrderStatus status) internal view returns (OrderRecord storage record) {
        record = _orders[orderId];
        OrderStatus found = record.status;
        if (found == OrderStatus.None) revert PurchaseOrders_Unknown(orderId);
        if (found != status) revert PurchaseOrders_WrongStatus(orderId, found);
    }

    function _attested(uint256 orderId) internal view returns (OrderRecord storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        _checkHolder(record.attesterPost);
    }

    function _bySupplier(uint256 orderId) internal view returns (OrderRecord storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        if (msg.sender != record.supplier) revert PurchaseOrders_NotTheSupplier(orderId, msg.sender);
    }

    function _knownDelivery(uint256 orderId, uint256 deliveryId) internal view returns (DeliveryRecord storage part) {
        part = _deliveries[orderId][deliveryId];
        if (part.status == DeliveryStatus.None) revert PurchaseOrders_DeliveryUnknown(orderId, deliveryId);
    }

    function _inDeliveryStatus(uint256 orderId, uint256 deliveryId, DeliveryStatus status)
        internal
        view
        returns (DeliveryRecord storage part)
    {
        part = _knownDelivery(orderId, deliveryId);
        if (part.status != status) revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, part.status);
    }

    /// @dev Received or inspected, and not yet paid.
    function _unsettledDelivery(uint256 orderId, uint256 deliveryId)
        internal
        view
        returns (DeliveryRecord storage part)
    {
        part = _knownDelivery(orderId, deliveryId);
        DeliveryStatus status = part.status;
        if (status != DeliveryStatus.Received && status != DeliveryStatus.Inspected) {
            revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, status);
        }
    }

    function _termsOf(OrderRecord storage record, uint256 orderId) private view returns (OrderTerms memory terms) {
        terms.attesterPost = record.attesterPost;
        terms.arbiterPost = record.arbiterPost;
        if (record.regional) terms.region = _regions[orderId];
        if (record.scheduled) terms.scheduleRoot = _schedules[orderId];
        terms.promisedAt = record.promisedAt;
        terms.graceSeconds = record.graceSeconds;
        terms.silenceSeconds = record.silenceSeconds;
        terms.latenessBpsPerDay = record.latenessBpsPerDay;
        terms.latenessCapBps = record.latenessCapBps;
        terms.taxBps = record.taxBps;
        terms.toleranceBps = record.toleranceBps;
        terms.paymentSeconds = record.paymentSeconds;
    }
}
