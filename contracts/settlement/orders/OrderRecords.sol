// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { IParticipants } from "../../identity/interfaces/IParticipants.sol";
import { Amounts } from "../../libraries/Amounts.sol";
import { Hearing } from "../../libraries/Hearing.sol";
import { Room } from "../../room/Room.sol";
import { IOrderDisputes } from "../interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../interfaces/IPurchaseOrders.sol";
import { DeliveryRecords } from "./DeliveryRecords.sol";

/// @title OrderRecords
/// @notice The records of all orders and how they are read. See {IPurchaseOrders}.
/// An order costs four slots; whatever few of them need lies in mappings beside it.
abstract contract OrderRecords is IOrderDisputes, DeliveryRecords, Room, ReentrancyGuard {
    struct OrderRecord {
        // slot 0, what every step reads and most write
        uint64 escrowOrTime; // Opened: fund by; Funded: escrow, minor units; Closed: closed at
        uint32 counts; // deliveries 8 | in transit 8 | unsettled 8 | disputed 8
        OrderStatus status;
        uint40 promisedAt;
        uint32 attesterPost;
        uint32 arbiterPost;
        uint24 paymentSeconds;
        bool regional; // a region is in {_regions}
        bool scheduled; // a root is in {_schedules}
        bool changed; // something is in {_earlier}
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
        uint256 rest; // quantity 64 | amount 64 | underway 64 | accepted 64, all since the last change: see {Sums}
    }

    /// @dev The sums of an order: of its rest, and of what left it when the rest was based anew. An order of 100 for
    /// 1,000:
    ///
    ///     30 are accepted             rest 100 for 1,000, accepted 30: worth 300       earlier   0 for   0
    ///     20 are given up: first
    ///     what was accepted leaves    rest  70 for   700, accepted  0                  earlier  30 for 300
    ///     then the part leaves        rest  50 for   500                 defaulted 200 earlier  30 for 300
    ///     25 are accepted             rest  50 for   500, accepted 25: worth 250       the order: 55 for 550
    ///     both sign 75 for 825: what
    ///     was accepted leaves         rest  25 for   250, accepted  0                  earlier  55 for 550
    ///     the rest is priced anew     rest  20 for   275                               earlier  55 for 550
    ///     20 are accepted             rest  20 for   275, accepted 20: worth 275       the order: 75 for 825
    ///
    /// No delivery's amount ever changes by it, and the last one makes the whole exact.
    struct Sums {
        uint256 quantity;
        uint256 amount;
        uint256 underway;
        uint256 accepted;
        uint256 earlierAccepted; // quantity
        uint256 earlierAmount;
        uint256 defaulted;
        uint256 revision;
    }

    uint16 internal constant _MAX_DELIVERIES = 64; // part deliveries of one order
    uint128 internal constant _MAX_QUANTITY = 2 ** 60; // as in a tender
    uint128 internal constant _MAX_AMOUNT = 2 ** 60;

    // One of each in {OrderRecord-counts}.
    uint32 internal constant _DELIVERY = 1;
    uint32 internal constant _IN_TRANSIT = 1 << 8;
    uint32 internal constant _UNSETTLED = 1 << 16;
    uint32 internal constant _DISPUTED = 1 << 24;
    // One unit of quantity in {OrderRecord-rest}.
    uint256 internal constant _UNDERWAY = 1 << 128;
    uint256 internal constant _ACCEPTED = 1 << 192;

    mapping(uint256 orderId => OrderRecord) internal _orders;
    mapping(uint256 orderId => uint256 word) private _earlier; // accepted 64 | amount 64 | defaulted 64 | revision 64
    mapping(uint256 orderId => bytes32 region) internal _regions;
    mapping(uint256 orderId => bytes32 root) internal _schedules;
    mapping(uint256 orderId => mapping(uint256 deliveryId => Hearing.Case)) internal _hearings;

    constructor(IParticipants participants, uint256 edition) Room(participants, edition) { }

    /* VIEWS */

    /// @inheritdoc IPurchaseOrders
    function order(uint256 orderId) external view returns (Order memory found) {
        OrderRecord storage record = _orders[orderId];
        Sums memory sums = _sumsOf(record, orderId);
        _rebase(sums);
        found.buyer = record.buyer;
        found.supplier = record.supplier;
        OrderStatus status = record.status;
        found.status = status;
        uint64 escrowOrTime = record.escrowOrTime;
        if (status == OrderStatus.Opened) found.fundBy = uint40(escrowOrTime);
        if (status == OrderStatus.Funded) found.escrowed = escrowOrTime;
        if (status == OrderStatus.Closed) found.closedAt = uint40(escrowOrTime);
        found.contestableUntil = record.contestableUntil;
        uint32 counts = record.counts;
        found.deliveries = uint8(counts);
        found.inTransit = uint8(counts >> 8);
        found.unsettled = uint8(counts >> 16);
        found.disputed = uint8(counts >> 24);
        found.revision = uint64(sums.revision);
        found.quantity = uint128(sums.earlierAccepted + sums.quantity);
        found.amount = uint128(sums.earlierAmount + sums.amount);
        found.underway = uint128(sums.earlierAccepted + sums.underway);
        found.accepted = uint128(sums.earlierAccepted);
        found.acceptedAmount = uint128(sums.earlierAmount);
        found.defaulted = uint128(sums.defaulted);
        _fillTerms(found.terms, record, orderId);
    }

    /// @inheritdoc IPurchaseOrders
    function delivery(uint256 orderId, uint256 deliveryId) external view returns (Delivery memory part) {
        part = _load(orderId, deliveryId);
        bool shipped = part.status == DeliveryStatus.Shipped;
        if (shipped && _orders[orderId].status == OrderStatus.Closed) part.status = DeliveryStatus.Lost;
    }

    /// @inheritdoc IOrderDisputes
    function disputeOf(uint256 orderId, uint256 deliveryId) external view returns (Hearing.Case memory) {
        return _hearings[orderId][deliveryId];
    }

    /* WHAT THE FIELDS OF AN ORDER SAY */

    /// @dev While Opened: until when the buyer funds.
    function _fundBy(OrderRecord storage record) internal view returns (uint64) {
        return record.escrowOrTime;
    }

    function _inTransit(OrderRecord storage record) internal view returns (uint8) {
        return uint8(record.counts >> 8);
    }

    /// @dev Nothing ships from here on.
    function _shipBy(OrderRecord storage record) internal view returns (uint256) {
        unchecked {
            return uint256(record.promisedAt) + record.graceSeconds; // 40 bits and 32
        }
    }

    /// @dev What nobody reported or disputed by then is lost.
    function _lostAt(OrderRecord storage record) internal view returns (uint256) {
        unchecked {
            return _shipBy(record) + 2 * uint256(record.silenceSeconds); // 41 bits and 33
        }
    }

    function _openQuantity(OrderRecord storage record) internal view returns (uint256) {
        uint256 rest = record.rest;
        return uint64(rest) - uint64(rest >> 128);
    }

    function _isComplete(OrderRecord storage record) internal view returns (bool) {
        uint256 rest = record.rest;
        return uint64(rest) == rest >> 192;
    }

    /// @dev From here on a report that fails to come counts as consent, and nothing reported is disputed any more.
    function _silenceEnd(OrderRecord storage record, Delivery memory part) internal view returns (uint256) {
        unchecked {
            return part.reportedAt + record.silenceSeconds; // 41 bits and 32
        }
    }

    /* WORTH */

    /// @dev What a quantity of the rest is worth. Zero is worth nothing; any other is part of one that is not zero.
    function _worthDown(OrderRecord storage record, uint256 quantity) internal view returns (uint256) {
        uint256 rest = record.rest;
        return quantity == 0 ? 0 : Amounts.cumulativeDown(uint64(rest >> 64), quantity, uint64(rest));
    }

    function _accept(OrderRecord storage record, uint256 quantity) internal returns (uint256 acceptedAmount) {
        if (quantity == 0) return 0;
        uint256 rest = record.rest;
        (uint256 whole, uint256 amount, uint256 before) = (uint64(rest), uint64(rest >> 64), rest >> 192);
        acceptedAmount =
            Amounts.cumulativeDown(amount, before + quantity, whole) - Amounts.cumulativeDown(amount, before, whole);
        record.rest = rest + quantity * _ACCEPTED;
    }

    /* SUMS: READ WHOLE, CHANGED, WRITTEN WHOLE */

    function _sumsOf(OrderRecord storage record, uint256 orderId) internal view returns (Sums memory sums) {
        uint256 rest = record.rest;
        sums.quantity = uint64(rest);
        sums.amount = uint64(rest >> 64);
        sums.underway = uint64(rest >> 128);
        sums.accepted = rest >> 192;
        if (!record.changed) return sums;
        uint256 earlier = _earlier[orderId];
        sums.earlierAccepted = uint64(earlier);
        sums.earlierAmount = uint64(earlier >> 64);
        sums.defaulted = uint64(earlier >> 128);
        sums.revision = earlier >> 192;
    }

    /// @dev All of them fit 64 bits: quantities and amounts are checked where they come in, and only move here.
    function _setSums(OrderRecord storage record, uint256 orderId, Sums memory sums) internal {
        record.changed = true;
        record.rest = sums.quantity | sums.amount << 64 | sums.underway << 128 | sums.accepted << 192;
        _earlier[orderId] =
            sums.earlierAccepted | sums.earlierAmount << 64 | sums.defaulted << 128 | sums.revision << 192;
    }

    /// @dev What was accepted so far keeps its amount; what remains is an order of its own, with an own price.
    function _rebase(Sums memory sums) internal pure {
        uint256 accepted = sums.accepted;
        if (accepted == 0) return;
        uint256 worth = Amounts.cumulativeDown(sums.amount, accepted, sums.quantity);
        sums.quantity -= accepted;
        sums.amount -= worth;
        sums.underway -= accepted;
        sums.accepted = 0;
        sums.earlierAccepted += accepted;
        sums.earlierAmount += worth;
    }

    /* CHECKS */

    function _inStatus(uint256 orderId, OrderStatus status) internal view returns (OrderRecord storage record) {
        record = _orders[orderId];
        if (record.status != status) revert PurchaseOrders_WrongStatus(orderId, record.status);
    }

    function _attested(uint256 orderId) internal view returns (OrderRecord storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        _checkHolder(record.attesterPost);
    }

    function _bySupplier(uint256 orderId) internal view returns (OrderRecord storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        _checkIs(orderId, record.supplier);
    }

    function _checkIs(uint256 orderId, address party) internal view {
        if (msg.sender != party) revert PurchaseOrders_NotTheParty(orderId, msg.sender);
    }

    function _checkWithin(Value value, uint256 actual, uint256 least, uint256 most) internal pure {
        if (actual < least || actual > most) revert PurchaseOrders_OutOfBounds(value, actual, least, most);
    }

    function _fillTerms(OrderTerms memory terms, OrderRecord storage record, uint256 orderId) private view {
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
