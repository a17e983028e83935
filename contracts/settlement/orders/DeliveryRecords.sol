// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "../interfaces/IPurchaseOrders.sol";

/// @title DeliveryRecords
/// @notice How deliveries are kept: a delivery that went as ordered in one slot, its record; one that deviates (short,
/// late, rejected, scheduled, discounted, underpaid) in three. Everybody else sees {IPurchaseOrders-Delivery}, which
/// is read whole, changed, and written whole.
///
///     record       quantity 64 | acceptedAmount 64 | shippedAt 40 | receivedAfter 32 | reportedAfter 32 | status 8 |
///                  heard 8 | deviates 8. The quantity is what was shipped, from the receipt on what was received; the
///                  two times are seconds after despatch
///     quantities   missing of what was shipped 64 | rejected of what was received 64 | net 64 | tax 64
///     marks        promisedAt 40 | daysLate 16 | discounted 8 | underpaid 8
abstract contract DeliveryRecords is IPurchaseOrders {
    struct DeliverySlots {
        // slot 0
        uint256 record;
        // slot 1
        uint256 quantities;
        // slot 2
        uint256 marks;
    }

    uint256 private constant _DEVIATES = 1 << 248;
    uint256 private constant _HEARD = 1 << 240;

    mapping(uint256 orderId => mapping(uint256 deliveryId => DeliverySlots)) private _deliveries;

    function _load(uint256 orderId, uint256 deliveryId) internal view returns (Delivery memory part) {
        DeliverySlots storage slots = _deliveries[orderId][deliveryId];
        uint256 record = slots.record;
        uint256 shippedAt = uint40(record >> 128);
        part.status = DeliveryStatus(uint8(record >> 232));
        part.heard = record & _HEARD != 0;
        part.shippedAt = shippedAt;
        part.reportedAt = shippedAt + uint32(record >> 200);
        part.shipped = uint64(record);
        if (part.status > DeliveryStatus.Shipped) {
            part.receivedAt = shippedAt + uint32(record >> 168);
            part.received = uint64(record);
            part.acceptedAmount = uint64(record >> 64);
            if (part.status > DeliveryStatus.Received) part.accepted = uint64(record);
        }
        if (record & _DEVIATES != 0) {
            uint256 quantities = slots.quantities;
            uint256 marks = slots.marks;
            part.shipped += uint64(quantities);
            part.accepted -= uint64(quantities >> 64);
            part.net = uint64(quantities >> 128);
            part.tax = uint64(quantities >> 192);
            part.promisedAt = uint40(marks);
            part.daysLate = uint16(marks >> 40);
            part.discounted = uint8(marks >> 56) != 0;
            part.underpaid = uint8(marks >> 64) != 0;
        }
    }

    /// @dev Quantities and amounts fit 64 bits: they were checked where they came in.
    function _store(uint256 orderId, uint256 deliveryId, Delivery memory part) internal {
        DeliverySlots storage slots = _deliveries[orderId][deliveryId];
        bool arrived = part.status != DeliveryStatus.Shipped;
        uint256 quantity = arrived ? part.received : part.shipped;
        uint256 missing = part.shipped - quantity;
        uint256 rejected = part.status > DeliveryStatus.Received ? quantity - part.accepted : 0;
        uint256 record = quantity | part.acceptedAmount << 64 | part.shippedAt << 128
            | uint256(uint32(part.reportedAt - part.shippedAt)) << 200 | uint256(part.status) << 232;
        if (arrived) record |= uint256(uint32(part.receivedAt - part.shippedAt)) << 168;
        if (part.heard) record |= _HEARD;
        uint256 marks = part.promisedAt | part.daysLate << 40;
        if (part.discounted) marks |= 1 << 56;
        if (part.underpaid) marks |= 1 << 64;
        if (missing + rejected + marks != 0) {
            record |= _DEVIATES;
            slots.quantities = missing | rejected << 64 | part.net << 128 | part.tax << 192;
            slots.marks = marks;
        }
        slots.record = record;
    }

    /// @dev It is in one of the two states, or in the same twice.
    function _checkIn(
        Delivery memory part,
        DeliveryStatus status,
        DeliveryStatus orStatus,
        uint256 orderId,
        uint256 deliveryId
    ) internal pure {
        if (part.status != status && part.status != orStatus) {
            revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, part.status);
        }
    }
}
