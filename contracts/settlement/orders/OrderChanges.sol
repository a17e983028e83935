// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IOrderChanges } from "../interfaces/IOrderChanges.sol";
import { IOrderRules } from "../interfaces/IOrderRules.sol";
import { OrderSettlement } from "./OrderSettlement.sol";

/// @title OrderChanges
/// @notice See {IOrderChanges}.
abstract contract OrderChanges is IOrderChanges, OrderSettlement {
    uint32 public constant MAX_PROMISE_SECONDS = 10 * 365 days; // a typo holds no money for ever
    uint128 private constant _MAX_QUANTITY = 2 ** 60; // as in a tender
    uint128 private constant _MAX_AMOUNT = 2 ** 60;

    IOrderRules internal immutable _RULES;

    constructor(IOrderRules rules) {
        _RULES = rules;
    }

    /* AMEND */

    /// @inheritdoc IOrderChanges
    function amend(
        IOrderRules.OrderAmendment calldata amendment,
        bytes calldata buyerSignature,
        bytes calldata supplierSignature
    ) external nonReentrant {
        uint256 orderId = amendment.orderId;
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        uint256 expected = uint256(_earlier[orderId].revision) + 1;
        if (amendment.revision != expected) {
            revert PurchaseOrders_WrongRevision(orderId, amendment.revision, expected);
        }
        _RULES.checkAmendment(amendment, record.buyer, record.supplier, buyerSignature, supplierSignature);
        _checkTerm(amendment.quantity, 0, _MAX_QUANTITY);
        _checkTerm(amendment.amount, 0, _MAX_AMOUNT);
        _setDates(record, orderId, amendment.promisedAt, amendment.scheduleRoot);

        (uint64 toppedUp, uint64 refunded) =
            _setAmounts(record, orderId, uint64(amendment.quantity), uint64(amendment.amount));
        _emitAmended(record, amendment, toppedUp, refunded);
        _refund(record, refunded + _endIfComplete(record, orderId));
        _deposit(record.buyer, toppedUp);
    }

    function _emitAmended(
        OrderRecord storage record,
        IOrderRules.OrderAmendment calldata amendment,
        uint64 toppedUp,
        uint64 refunded
    ) private {
        emit OrderAmended(
            amendment.orderId,
            record.buyer,
            record.supplier,
            uint64(amendment.revision),
            amendment.quantity,
            amendment.amount,
            amendment.promisedAt,
            amendment.scheduleRoot,
            toppedUp,
            refunded
        );
    }

    function _setDates(OrderRecord storage record, uint256 orderId, uint40 promisedAt, bytes32 scheduleRoot) private {
        if (promisedAt != record.promisedAt) {
            _checkTerm(promisedAt, block.timestamp + 1, block.timestamp + MAX_PROMISE_SECONDS);
            record.promisedAt = promisedAt;
        }
        if (record.scheduled || scheduleRoot != bytes32(0)) {
            record.scheduled = scheduleRoot != bytes32(0);
            _schedules[orderId] = scheduleRoot;
        }
    }

    function _setAmounts(OrderRecord storage record, uint256 orderId, uint64 quantity, uint64 amount)
        private
        returns (uint64 toppedUp, uint64 refunded)
    {
        Earlier storage earlier = _rebase(record, orderId);
        _checkAmounts(record, earlier, orderId, quantity, amount);
        (toppedUp, refunded) = _reprice(record, earlier.acceptedAmount + record.amount, amount);
        record.quantity = quantity - earlier.accepted;
        record.amount = amount - earlier.acceptedAmount;
        earlier.revision += 1;
    }

    function _checkAmounts(
        OrderRecord storage record,
        Earlier storage earlier,
        uint256 orderId,
        uint64 quantity,
        uint64 amount
    ) private view {
        uint64 underway = earlier.accepted + record.underway;
        if (quantity < underway) revert PurchaseOrders_QuantityBelowUnderway(orderId, quantity, underway);
        uint64 acceptedAmount = earlier.acceptedAmount;
        if (amount < acceptedAmount) revert PurchaseOrders_AmountBelowAccepted(orderId, amount, acceptedAmount);
        if (quantity == earlier.accepted && amount != acceptedAmount) {
            revert PurchaseOrders_AmountWithoutQuantity(orderId, amount, acceptedAmount);
        }
    }

    /* CANCEL A PART */

    /// @inheritdoc IOrderChanges
    function cancelPart(uint256 orderId, uint128 quantity) external nonReentrant {
        OrderRecord storage record = _bySupplier(orderId);
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        uint64 open = _openQuantity(record);
        if (quantity > open) revert PurchaseOrders_QuantityExceedsOrder(orderId, quantity, open);

        Earlier storage earlier = _rebase(record, orderId);
        uint64 amount = record.amount;
        uint64 left = _worth(record, record.quantity - uint64(quantity));
        // Of the whole order, not of the rest alone: so roundings of many cancels never add up.
        (, uint64 refunded) = _reprice(record, earlier.acceptedAmount + amount, earlier.acceptedAmount + left);
        record.quantity -= uint64(quantity);
        record.amount = left;
        earlier.defaulted += amount - left;
        uint64 revision = ++earlier.revision;
        emit OrderPartCancelled(orderId, record.buyer, msg.sender, revision, quantity, amount - left, refunded);
        _recordDefault(record, orderId, amount - left);
        _refund(record, refunded + _endIfComplete(record, orderId));
    }

    /* INTERNALS */

    /// @dev The escrow changes by what the required deposit does: what was paid before stays paid, and what an amount
    /// still costs at the worst invoices stays covered.
    function _reprice(OrderRecord storage record, uint64 amountBefore, uint64 amountNow)
        private
        returns (uint64 toppedUp, uint64 refunded)
    {
        uint64 before = _requiredDeposit(record, amountBefore);
        uint64 required = _requiredDeposit(record, amountNow);
        if (required > before) {
            toppedUp = required - before;
            _held(record, toppedUp);
        } else {
            refunded = before - required;
            _released(record, refunded);
        }
    }

    function _requiredDeposit(OrderRecord storage record, uint64 amount) private view returns (uint64) {
        return uint64(requiredDeposit(amount, record.taxBps, record.toleranceBps));
    }
}
