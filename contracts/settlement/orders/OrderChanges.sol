// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Offices } from "../../identity/Offices.sol";
import { IOrderChanges } from "../interfaces/IOrderChanges.sol";
import { OrderForceMajeure } from "./OrderForceMajeure.sol";

/// @title OrderChanges
/// @notice See {IOrderChanges}.
abstract contract OrderChanges is OrderForceMajeure {
    using SafeERC20 for IERC20;

    /* AMEND */

    /// @inheritdoc IOrderChanges
    function amendOrder(uint256 orderId, uint128 quantity, uint128 amount, uint40 promisedAt) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        if (!_holds(Offices.AMENDER, msg.sender)) revert PurchaseOrders_NotAnAmender(msg.sender);
        _checkTerm(quantity, 0, _MAX_QUANTITY);
        _checkTerm(amount, 0, _MAX_AMOUNT);
        if (promisedAt != record.promisedAt) {
            _checkTerm(promisedAt, block.timestamp + 1, block.timestamp + MAX_PROMISE_SECONDS);
            record.promisedAt = promisedAt;
        }

        (uint64 toppedUp, uint64 refunded) = _amend(record, orderId, uint64(quantity), uint64(amount));
        _refund(record, refunded + _endIfComplete(record, orderId));
        // The buyer signed for the new amount.
        // slither-disable-next-line arbitrary-send-erc20
        if (toppedUp != 0) _TOKEN.safeTransferFrom(record.buyer, address(this), toppedUp);
    }

    /* CANCEL A PART */

    /// @inheritdoc IOrderChanges
    function cancelPart(uint256 orderId, uint128 quantity) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        if (msg.sender != record.supplier) revert PurchaseOrders_NotTheSupplier(orderId, msg.sender);
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        uint64 open = record.quantity - record.underway;
        if (quantity > open) revert PurchaseOrders_QuantityExceedsOrder(orderId, quantity, open);

        Earlier storage earlier = _rebase(record, orderId);
        uint64 amount = record.amount;
        uint64 kept = _worth(record, record.quantity - uint64(quantity));
        (, uint64 refunded) = _reprice(record, earlier.acceptedAmount + amount, earlier.acceptedAmount + kept);
        record.quantity -= uint64(quantity);
        record.amount = kept;
        earlier.defaulted += amount - kept;
        uint64 revision = ++earlier.revision;
        emit OrderPartCancelled(orderId, record.buyer, msg.sender, revision, quantity, amount - kept, refunded);
        if (amount != kept) _recordDefault(record, orderId, amount - kept);
        _refund(record, refunded + _endIfComplete(record, orderId));
    }

    /* INTERNALS */

    function _amend(OrderRecord storage record, uint256 orderId, uint64 quantity, uint64 amount)
        private
        returns (uint64 toppedUp, uint64 refunded)
    {
        Earlier storage earlier = _rebase(record, orderId);
        _checkAmounts(record, orderId, quantity, amount);
        (toppedUp, refunded) = _reprice(record, earlier.acceptedAmount + record.amount, amount);
        record.quantity = quantity - earlier.accepted;
        record.amount = amount - earlier.acceptedAmount;
        earlier.revision += 1;
        _emitAmended(record, orderId, toppedUp, refunded);
    }

    function _emitAmended(OrderRecord storage record, uint256 orderId, uint64 toppedUp, uint64 refunded) private {
        Earlier storage earlier = _earlier[orderId];
        emit OrderAmended(
            orderId,
            record.buyer,
            record.supplier,
            earlier.revision,
            earlier.accepted + record.quantity,
            earlier.acceptedAmount + record.amount,
            record.promisedAt,
            toppedUp,
            refunded
        );
    }

    /// @dev The escrow changes by what the required deposit does: what was paid before stays paid, and what an amount
    /// still costs at the worst invoices stays covered.
    function _reprice(OrderRecord storage record, uint64 amountBefore, uint64 amountNow)
        private
        returns (uint64 toppedUp, uint64 refunded)
    {
        uint64 before = _requiredDeposit(record, amountBefore);
        uint64 required = _requiredDeposit(record, amountNow);
        if (required > before) toppedUp = required - before;
        else refunded = before - required;
        record.heldOrTime = record.heldOrTime + toppedUp - refunded;
    }

    function _checkAmounts(OrderRecord storage record, uint256 orderId, uint64 quantity, uint64 amount) private view {
        Earlier storage earlier = _earlier[orderId];
        uint64 underway = earlier.accepted + record.underway;
        if (quantity < underway) revert PurchaseOrders_QuantityBelowUnderway(orderId, quantity, underway);
        uint64 acceptedAmount = earlier.acceptedAmount;
        if (amount < acceptedAmount) revert PurchaseOrders_AmountBelowAccepted(orderId, amount, acceptedAmount);
        if (quantity == earlier.accepted && amount != acceptedAmount) {
            revert PurchaseOrders_AmountWithoutQuantity(orderId, amount, acceptedAmount);
        }
    }

    function _requiredDeposit(OrderRecord storage record, uint64 amount) private view returns (uint64) {
        return uint64(requiredDeposit(amount, record.taxBps, record.toleranceBps));
    }
}
