// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { Amounts } from "../libraries/Amounts.sol";
import { Hearing } from "../libraries/Hearing.sol";
import { Room } from "../room/Room.sol";
import { IGuarantees } from "./interfaces/IGuarantees.sol";
import { IPurchaseOrders } from "./interfaces/IPurchaseOrders.sol";

/// @title Guarantees
/// @notice See {IGuarantees}.
contract Guarantees is IGuarantees, Room, ReentrancyGuard {
    using SafeERC20 for IERC20;
    using Hearing for Hearing.Case;

    uint128 public constant MAX_GUARANTEE = 2 ** 60;
    uint32 public constant MAX_WARRANTY_SECONDS = 5 * 365 days;
    uint32 public constant RULING_SECONDS = 30 days; // the arbiter's time, from the end of the window for disputes

    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;
    IPurchaseOrders private immutable _ORDERS;

    mapping(uint256 orderId => Guarantee) private _guarantees;
    mapping(uint256 orderId => mapping(uint256 deliveryId => Defect)) private _defects;
    mapping(uint256 orderId => mapping(uint256 deliveryId => Hearing.Case)) private _hearings; // of the last report

    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IERC20 token,
        IPurchaseOrders orders,
        uint256 edition
    ) Room(participants, edition) {
        _CREDIT = credit;
        _TOKEN = token;
        _ORDERS = orders;
    }

    /* REQUEST AND PLEDGE */

    /// @inheritdoc IGuarantees
    function requestGuarantee(uint256 orderId, uint128 amount, uint32 warrantySeconds) external {
        IPurchaseOrders.Order memory order = _known(orderId);
        if (msg.sender != order.buyer) revert Guarantees_NotTheBuyer(orderId, msg.sender);
        _checkMayJoin(msg.sender, Offices.BUYER);
        Guarantee storage record = _guarantees[orderId];
        _checkPledgeable(orderId, order, record);
        _checkBounds(orderId, amount, 1, warrantySeconds, 0);

        record.status = GuaranteeStatus.Requested;
        record.amount = uint64(amount);
        record.warrantySeconds = warrantySeconds;
        emit GuaranteeRequested(orderId, order.buyer, order.supplier, amount, warrantySeconds);
    }

    /// @inheritdoc IGuarantees
    function pledge(uint256 orderId, uint128 amount, uint32 warrantySeconds) external nonReentrant {
        IPurchaseOrders.Order memory order = _known(orderId);
        if (msg.sender != order.supplier) revert Guarantees_NotTheSupplier(orderId, msg.sender);
        _checkMayJoin(msg.sender, Offices.SUPPLIER);
        Guarantee storage record = _guarantees[orderId];
        _checkPledgeable(orderId, order, record);
        bool requested = record.status == GuaranteeStatus.Requested;
        _checkBounds(orderId, amount, requested ? record.amount : 1, warrantySeconds, record.warrantySeconds);

        record.status = GuaranteeStatus.Pledged;
        record.amount = uint64(amount);
        record.left = uint64(amount);
        record.warrantySeconds = warrantySeconds;
        emit GuaranteePledged(orderId, order.buyer, order.supplier, amount, warrantySeconds);
        _TOKEN.safeTransferFrom(msg.sender, address(this), amount);
    }

    /* DEFAULT */

    /// @inheritdoc IGuarantees
    function claimUndelivered(uint256 orderId) external nonReentrant {
        IPurchaseOrders.Order memory order = _known(orderId);
        Guarantee storage record = _pledged(orderId);
        if (order.status != IPurchaseOrders.OrderStatus.Closed) revert Guarantees_OrderNotClosed(orderId);
        if (record.shareClaimed) revert Guarantees_ShareClaimedBefore(orderId);

        _payBuyer(order.buyer, _claimShare(record, orderId, order));
    }

    /* DEFECTS */

    /// @inheritdoc IGuarantees
    function reportDefect(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 defectRef) external {
        IPurchaseOrders.Order memory order = _known(orderId);
        _checkHolder(order.terms.attesterPost);
        Guarantee storage record = _pledged(orderId);
        IPurchaseOrders.Delivery memory delivery = _ORDERS.delivery(orderId, deliveryId);
        if (delivery.status != IPurchaseOrders.DeliveryStatus.Settled) {
            revert Guarantees_DeliveryNotSettled(orderId, deliveryId);
        }
        Defect storage found = _defects[orderId][deliveryId];
        if (found.pending != 0) revert Guarantees_DefectPending(orderId, deliveryId);
        uint128 sound = uint128(delivery.accepted) - found.standing;
        if (quantity == 0 || quantity > sound) {
            revert Guarantees_DefectOutOfBounds(orderId, deliveryId, quantity, sound);
        }
        _checkReference(defectRef);
        if (order.status == IPurchaseOrders.OrderStatus.Closed) {
            uint256 warrantyEnd = _warrantyEnd(record, order);
            if (block.timestamp >= warrantyEnd) {
                revert Guarantees_WarrantyOver(orderId, block.timestamp, warrantyEnd);
            }
        }

        record.pendingDefects += 1;
        found.pending = uint64(quantity);
        found.reportedAt = uint40(block.timestamp);
        delete _hearings[orderId][deliveryId]; // an earlier report's hearing is over
        emit DefectReported(orderId, deliveryId, defectRef, msg.sender, quantity, uint40(_disputeBy(found, order)));
    }

    /// @inheritdoc IGuarantees
    function disputeDefect(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external {
        IPurchaseOrders.Order memory order = _known(orderId);
        if (msg.sender != order.supplier) revert Guarantees_NotTheSupplier(orderId, msg.sender);
        Defect storage found = _pendingDefect(orderId, deliveryId);
        _checkReference(reasonRef);

        uint40 ruleBy = _hearings[orderId][deliveryId].dispute(
            msg.sender, found.reportedAt, _disputeBy(found, order), RULING_SECONDS
        );
        emit DefectDisputed(orderId, deliveryId, reasonRef, msg.sender, ruleBy);
    }

    /// @inheritdoc IGuarantees
    function withdrawDefectDispute(uint256 orderId, uint256 deliveryId) external {
        _known(orderId);
        _pendingDefect(orderId, deliveryId);

        _hearings[orderId][deliveryId].withdraw(msg.sender);
        emit DefectDisputeWithdrawn(orderId, deliveryId, msg.sender);
    }

    /// @inheritdoc IGuarantees
    function ruleDefect(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 rulingRef)
        external
        nonReentrant
    {
        IPurchaseOrders.Order memory order = _known(orderId);
        _checkHolder(order.terms.arbiterPost);
        Defect storage found = _pendingDefect(orderId, deliveryId);
        if (quantity > found.pending) {
            revert Guarantees_RulingExceedsReport(orderId, deliveryId, quantity, found.pending);
        }
        _checkReference(rulingRef);

        _hearings[orderId][deliveryId].rule();
        _settleDefect(order, orderId, deliveryId, uint64(quantity), rulingRef);
    }

    /// @inheritdoc IGuarantees
    function settleDefect(uint256 orderId, uint256 deliveryId) external nonReentrant {
        IPurchaseOrders.Order memory order = _known(orderId);
        Defect storage found = _pendingDefect(orderId, deliveryId);
        Hearing.Case storage hearing = _hearings[orderId][deliveryId];
        uint256 standsAt = hearing.standsAt(_disputeBy(found, order));
        if (block.timestamp < standsAt) {
            revert Guarantees_DefectContestable(orderId, deliveryId, block.timestamp, standsAt);
        }

        if (hearing.isDisputed()) hearing.lapse();
        _settleDefect(order, orderId, deliveryId, found.pending, bytes32(0));
    }

    /* RELEASE */

    /// @inheritdoc IGuarantees
    function release(uint256 orderId) external nonReentrant {
        IPurchaseOrders.Order memory order = _known(orderId);
        Guarantee storage record = _pledged(orderId);
        uint64 share;
        if (order.status != IPurchaseOrders.OrderStatus.Cancelled) {
            if (order.status != IPurchaseOrders.OrderStatus.Closed) revert Guarantees_OrderNotClosed(orderId);
            if (record.pendingDefects != 0) revert Guarantees_DefectsPending(orderId, record.pendingDefects);
            uint256 warrantyEnd = _warrantyEnd(record, order);
            if (block.timestamp < warrantyEnd) {
                revert Guarantees_WarrantyRunning(orderId, block.timestamp, warrantyEnd);
            }
            if (!record.shareClaimed) share = _claimShare(record, orderId, order);
        }

        uint64 left = record.left;
        record.status = GuaranteeStatus.Released;
        record.left = 0;
        emit GuaranteeReleased(orderId, order.supplier, left);
        _payBuyer(order.buyer, share);
        if (left != 0) _TOKEN.safeTransfer(order.supplier, left);
    }

    /* VIEWS */

    /// @inheritdoc IGuarantees
    function guarantee(uint256 orderId) external view returns (Guarantee memory) {
        return _guarantees[orderId];
    }

    /// @inheritdoc IGuarantees
    function defect(uint256 orderId, uint256 deliveryId) external view returns (Defect memory) {
        return _defects[orderId][deliveryId];
    }

    /// @inheritdoc IGuarantees
    function defectHearing(uint256 orderId, uint256 deliveryId) external view returns (Hearing.Case memory) {
        return _hearings[orderId][deliveryId];
    }

    /* INTERNALS */

    /// @dev Of all that was ordered, less what both sides agreed to drop: what was given up or not delivered.
    function _claimShare(Guarantee storage record, uint256 orderId, IPurchaseOrders.Order memory order)
        private
        returns (uint64 share)
    {
        uint128 ordered = order.amount + order.defaulted;
        uint128 undelivered = ordered - order.acceptedAmount;
        uint64 left = record.left;
        if (undelivered != 0) share = uint64(Amounts.cumulativeDown(record.amount, undelivered, ordered));
        if (share > left) share = left;
        record.shareClaimed = true;
        record.left = left - share;
        emit GuaranteeShareClaimed(orderId, order.buyer, undelivered, ordered, share);
    }

    /// @dev Defects of a delivery are valued cumulatively, as deliveries of an order are: all of it is exactly all.
    function _settleDefect(
        IPurchaseOrders.Order memory order,
        uint256 orderId,
        uint256 deliveryId,
        uint64 quantity,
        bytes32 rulingRef
    ) private {
        Guarantee storage record = _guarantees[orderId];
        Defect storage found = _defects[orderId][deliveryId];
        uint128 amount = _defectWorth(orderId, deliveryId, found.standing, quantity);
        uint64 paid = amount < record.left ? uint64(amount) : record.left;
        record.pendingDefects -= 1;
        record.left -= paid;
        found.standing += quantity;
        found.pending = 0;
        address arbiter = rulingRef == bytes32(0) ? address(0) : msg.sender;
        emit DefectSettled(orderId, deliveryId, rulingRef, arbiter, quantity, amount, paid);
        if (amount != 0) _CREDIT.recordDefault(order.supplier, orderId, amount);
        _payBuyer(order.buyer, paid);
    }

    function _defectWorth(uint256 orderId, uint256 deliveryId, uint256 standing, uint256 quantity)
        private
        view
        returns (uint128)
    {
        IPurchaseOrders.Delivery memory delivery = _ORDERS.delivery(orderId, deliveryId);
        return uint128(
            Amounts.cumulativeDown(delivery.acceptedAmount, standing + quantity, delivery.accepted)
                - Amounts.cumulativeDown(delivery.acceptedAmount, standing, delivery.accepted)
        );
    }

    function _payBuyer(address buyer, uint256 amount) private {
        if (amount != 0) _TOKEN.safeTransfer(buyer, amount);
    }

    function _known(uint256 orderId) private view returns (IPurchaseOrders.Order memory order) {
        order = _ORDERS.order(orderId);
        if (order.status == IPurchaseOrders.OrderStatus.None) revert Guarantees_OrderUnknown(orderId);
    }

    function _pledged(uint256 orderId) private view returns (Guarantee storage record) {
        record = _guarantees[orderId];
        if (record.status != GuaranteeStatus.Pledged) revert Guarantees_NotPledged(orderId, record.status);
    }

    function _pendingDefect(uint256 orderId, uint256 deliveryId) private view returns (Defect storage found) {
        found = _defects[orderId][deliveryId];
        if (found.pending == 0) revert Guarantees_NoDefectPending(orderId, deliveryId);
    }

    function _disputeBy(Defect storage found, IPurchaseOrders.Order memory order) private view returns (uint256) {
        return uint256(found.reportedAt) + order.terms.silenceSeconds;
    }

    function _warrantyEnd(Guarantee storage record, IPurchaseOrders.Order memory order) private view returns (uint256) {
        return uint256(order.closedAt) + record.warrantySeconds;
    }

    function _checkPledgeable(uint256 orderId, IPurchaseOrders.Order memory order, Guarantee storage record)
        private
        view
    {
        if (order.status != IPurchaseOrders.OrderStatus.Opened) revert Guarantees_OrderNotOpened(orderId);
        if (record.status != GuaranteeStatus.None && record.status != GuaranteeStatus.Requested) {
            revert Guarantees_PledgedBefore(orderId, record.status);
        }
    }

    function _checkBounds(
        uint256 orderId,
        uint128 amount,
        uint128 minAmount,
        uint32 warrantySeconds,
        uint32 minWarranty
    ) private pure {
        if (amount < minAmount || amount > MAX_GUARANTEE) {
            revert Guarantees_AmountOutOfBounds(orderId, amount, minAmount, MAX_GUARANTEE);
        }
        if (warrantySeconds < minWarranty || warrantySeconds > MAX_WARRANTY_SECONDS) {
            revert Guarantees_WarrantyOutOfBounds(orderId, warrantySeconds, minWarranty, MAX_WARRANTY_SECONDS);
        }
    }
}
