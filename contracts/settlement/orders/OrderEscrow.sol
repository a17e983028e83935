// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { IReceivables } from "../../receivables/interfaces/IReceivables.sol";
import { OrderRecords } from "./OrderRecords.sol";

/// @title OrderEscrow
/// @notice The money of orders: every token that comes in or goes out passes through here. It knows amounts only; who
/// gets them, and why, is decided by those who call it. What is held for an order never exceeds what came in for it:
/// the sum of all escrows is this contract's balance.
/// Records are written by {_held}, {_released} first, tokens move last.
abstract contract OrderEscrow is OrderRecords {
    using SafeERC20 for IERC20;

    IERC20 private immutable _TOKEN;
    IReceivables private immutable _RECEIVABLES;

    constructor(IERC20 token, IReceivables receivables) {
        _TOKEN = token;
        _RECEIVABLES = receivables;
    }

    /* RECORDS */

    /// @dev More is held for the order.
    function _held(OrderRecord storage record, uint256 amount) internal {
        record.escrowOrTime = uint64(record.escrowOrTime + amount);
    }

    /// @dev Less is held for the order; reverts when there is less.
    function _released(OrderRecord storage record, uint256 amount) internal {
        record.escrowOrTime = uint64(record.escrowOrTime - amount);
    }

    /* TOKENS */

    function _deposit(address buyer, uint256 amount) internal {
        // Of the caller, or of a buyer that signed for it.
        // slither-disable-next-line arbitrary-send-erc20
        if (amount != 0) _TOKEN.safeTransferFrom(buyer, address(this), amount);
    }

    /// @dev At once, or as a claim of the supplier that is due later.
    function _pay(OrderRecord storage record, uint256 orderId, uint256 deliveryId, uint256 amount) internal {
        if (amount == 0) return;
        uint24 paymentSeconds = record.paymentSeconds;
        if (paymentSeconds == 0) {
            _TOKEN.safeTransfer(record.supplier, amount);
        } else {
            _TOKEN.forceApprove(address(_RECEIVABLES), amount);
            _RECEIVABLES.issue(
                orderId,
                deliveryId,
                record.supplier,
                record.buyer,
                uint128(amount),
                uint40(block.timestamp) + paymentSeconds
            );
        }
    }

    function _refund(OrderRecord storage record, uint256 amount) internal {
        if (amount != 0) _TOKEN.safeTransfer(record.buyer, amount);
    }
}
