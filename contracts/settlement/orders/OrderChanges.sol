// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Amounts } from "../../libraries/Amounts.sol";
import { IAwardTaker } from "../../procurement/interfaces/IAwardTaker.sol";
import { IOrderChanges } from "../interfaces/IOrderChanges.sol";
import { IOrderRules } from "../interfaces/IOrderRules.sol";
import { OrderSettlement } from "./OrderSettlement.sol";

/// @title OrderChanges
/// @notice See {IOrderChanges}.
abstract contract OrderChanges is IOrderChanges, OrderSettlement {
    uint32 private constant _MAX_PROMISE_SECONDS = 10 * 365 days; // as in a tender: a typo holds no money for ever

    /// @inheritdoc IAwardTaker
    address public immutable RULES;

    constructor(IOrderRules rules) {
        RULES = address(rules);
    }

    /* AMEND */

    /// @inheritdoc IOrderChanges
    /// @dev In memory: read from calldata it takes hundreds of bytes more.
    // solhint-disable gas-calldata-parameters
    function amend(
        IOrderRules.OrderAmendment memory amendment,
        bytes calldata buyerSignature,
        bytes calldata supplierSignature
    ) external nonReentrant {
        uint256 orderId = amendment.orderId;
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        Sums memory sums = _sumsOf(record, orderId);
        _checkWithin(Value.Revision, amendment.revision, sums.revision + 1, sums.revision + 1);
        IOrderRules(RULES).checkAmendment(amendment, record.buyer, record.supplier, buyerSignature, supplierSignature);
        _rebase(sums);
        (uint256 accepted, uint256 acceptedAmount) = (sums.earlierAccepted, sums.earlierAmount);
        uint256 most = amendment.quantity == accepted ? acceptedAmount : _MAX_AMOUNT;
        _checkWithin(Value.Quantity, amendment.quantity, accepted + sums.underway, _MAX_QUANTITY);
        _checkWithin(Value.Amount, amendment.amount, acceptedAmount, most);
        _setDates(record, orderId, amendment.promisedAt, amendment.scheduleRoot);

        (uint256 toppedUp, uint256 refunded) = _reprice(record, acceptedAmount + sums.amount, amendment.amount);
        sums.quantity = amendment.quantity - accepted;
        sums.amount = amendment.amount - acceptedAmount;
        sums.revision += 1;
        _setSums(record, orderId, sums);
        _emitAmended(record, amendment, toppedUp, refunded);
        _refund(record, refunded + _endIfComplete(record, orderId));
        _deposit(record.buyer, toppedUp);
    }
    // solhint-enable gas-calldata-parameters

    function _emitAmended(
        OrderRecord storage record,
        IOrderRules.OrderAmendment memory amendment,
        uint256 toppedUp,
        uint256 refunded
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
            uint128(toppedUp),
            uint128(refunded)
        );
    }

    function _setDates(OrderRecord storage record, uint256 orderId, uint40 promisedAt, bytes32 scheduleRoot) private {
        if (promisedAt != record.promisedAt) {
            uint256 latest = block.timestamp + _MAX_PROMISE_SECONDS;
            _checkWithin(Value.PromisedAt, promisedAt, block.timestamp + 1, latest);
            record.promisedAt = promisedAt;
        }
        record.scheduled = scheduleRoot != bytes32(0);
        _schedules[orderId] = scheduleRoot;
    }

    /* CANCEL A PART */

    /// @inheritdoc IOrderChanges
    function cancelPart(uint256 orderId, uint128 quantity) external nonReentrant {
        OrderRecord storage record = _bySupplier(orderId);
        _checkWithin(Value.Quantity, quantity, 1, _openQuantity(record));

        Sums memory sums = _sumsOf(record, orderId);
        _rebase(sums);
        uint256 left = Amounts.cumulativeDown(sums.amount, sums.quantity - quantity, sums.quantity);
        uint256 lost = sums.amount - left;
        // Of the whole order, not of the rest alone: so roundings of many cancels never add up.
        uint256 before = sums.earlierAmount + sums.amount;
        (, uint256 refunded) = _reprice(record, before, before - lost);
        sums.quantity -= quantity;
        sums.amount = left;
        sums.defaulted += lost;
        sums.revision += 1;
        _setSums(record, orderId, sums);
        emit OrderPartCancelled(
            orderId, record.buyer, msg.sender, uint64(sums.revision), quantity, uint128(lost), uint128(refunded)
        );
        _recordDefault(record, orderId, lost);
        _refund(record, refunded + _endIfComplete(record, orderId));
    }

    /* INTERNALS */

    /// @dev The escrow changes by what the required deposit does: what was paid before stays paid, and what an amount
    /// still costs at the worst invoices stays covered.
    function _reprice(OrderRecord storage record, uint256 amountBefore, uint256 amountNow)
        private
        returns (uint256 toppedUp, uint256 refunded)
    {
        (uint16 taxBps, uint16 toleranceBps) = (record.taxBps, record.toleranceBps);
        uint256 before = requiredDeposit(uint128(amountBefore), taxBps, toleranceBps);
        uint256 required = requiredDeposit(uint128(amountNow), taxBps, toleranceBps);
        if (required > before) {
            toppedUp = required - before;
            _held(record, toppedUp);
        } else {
            refunded = before - required;
            _released(record, refunded);
        }
    }
}
