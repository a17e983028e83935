// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Amounts } from "../libraries/Amounts.sol";
import { IOrderLens } from "./interfaces/IOrderLens.sol";
import { IPurchaseOrders } from "./interfaces/IPurchaseOrders.sol";

/// @title OrderLens
/// @notice See {IOrderLens}.
contract OrderLens is IOrderLens {
    uint16 public constant MAX_DELIVERIES = 64; // of one order, as in the orders
    uint32 public constant RULING_SECONDS = 30 days; // as in the orders

    IPurchaseOrders public immutable ORDERS;

    constructor(IPurchaseOrders orders) {
        ORDERS = orders;
    }

    /// @inheritdoc IOrderLens
    function closableAt(uint256 orderId) external view returns (uint256) {
        IPurchaseOrders.Order memory order = ORDERS.order(orderId);
        if (order.accepted == order.quantity) return order.contestableUntil;
        uint256 silences = order.inTransit == 0 ? 1 : 2;
        uint256 idle = _shipBy(order) + silences * order.terms.silenceSeconds;
        return Math.max(idle, order.contestableUntil);
    }

    /// @inheritdoc IOrderLens
    function latestCloseOf(uint256 orderId) external view returns (uint256) {
        IPurchaseOrders.Order memory order = ORDERS.order(orderId);
        return _shipBy(order) + 5 * uint256(order.terms.silenceSeconds) + 2 * uint256(RULING_SECONDS);
    }

    /// @inheritdoc IOrderLens
    function lostAt(uint256 orderId) external view returns (uint256) {
        return _lostAt(ORDERS.order(orderId));
    }

    /// @inheritdoc IOrderLens
    function disputableWithin(uint256 orderId, uint256 deliveryId) external view returns (uint256 from, uint256 until) {
        IPurchaseOrders.Order memory order = ORDERS.order(orderId);
        IPurchaseOrders.Delivery memory part = ORDERS.delivery(orderId, deliveryId);
        uint256 silenceEnd = uint256(part.reportedAt) + order.terms.silenceSeconds;
        if (part.status == IPurchaseOrders.DeliveryStatus.Shipped) return (silenceEnd, _lostAt(order));
        return (part.reportedAt, silenceEnd);
    }

    /// @inheritdoc IOrderLens
    function claimableAt(uint256 orderId, uint256 deliveryId) external view returns (uint256) {
        IPurchaseOrders.Delivery memory part = ORDERS.delivery(orderId, deliveryId);
        bool unsettled = part.status == IPurchaseOrders.DeliveryStatus.Received
            || part.status == IPurchaseOrders.DeliveryStatus.Inspected;
        return unsettled ? uint256(part.reportedAt) + ORDERS.order(orderId).terms.silenceSeconds : 0;
    }

    /// @inheritdoc IOrderLens
    function netBounds(uint256 orderId, uint256 deliveryId) external view returns (uint256 least, uint256 most) {
        uint16 toleranceBps = ORDERS.order(orderId).terms.toleranceBps;
        IPurchaseOrders.Delivery memory part = ORDERS.delivery(orderId, deliveryId);
        least = Amounts.netFloorUp(part.acceptedAmount, toleranceBps);
        if (part.discounted) least = Math.min(least, part.net);
        most = Amounts.netAllowedDown(part.acceptedAmount, toleranceBps);
    }

    /// @inheritdoc IOrderLens
    function scheduleLeaf(uint256 deliveryId, uint128 quantity, uint40 promisedAt) external pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(deliveryId, quantity, promisedAt))));
    }

    function _shipBy(IPurchaseOrders.Order memory order) private pure returns (uint256) {
        return uint256(order.terms.promisedAt) + order.terms.graceSeconds;
    }

    function _lostAt(IPurchaseOrders.Order memory order) private pure returns (uint256) {
        return _shipBy(order) + 2 * uint256(order.terms.silenceSeconds);
    }
}
