// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IAwardTaker
/// @notice What a tender needs of the contract that turns its award into an order. 授标承接.
interface IAwardTaker {
    /// @notice Terms of the order that were published with the tender and bind both sides from the award on.
    struct OrderTerms {
        // slot 0
        address attester; // reports receipt, inspection and match; neither buyer nor supplier
        uint40 promisedAt; // unix seconds: goods received after it are late
        uint32 fundSeconds; // the buyer funds the escrow within this time of the award, and before the promise
        // slot 1
        uint32 graceSeconds; // nothing ships later than this after the promise
        uint32 silenceSeconds; // a report that fails to come for so long is taken as consent
        uint16 latenessBpsPerDay; // penalty on the accepted amount for each day begun
        uint16 latenessCapBps; // at most this
        uint16 taxBps; // tax on the net amount
        uint16 toleranceBps; // how far an invoice may exceed the order's amount
        uint24 paymentSeconds; // payment is due so long after acceptance; zero: T+0, in the same transaction
    }

    /// @notice An award, whole.
    struct Award {
        uint256 tenderId;
        bytes32 requisitionRef;
        address buyer;
        address supplier;
        uint128 quantity;
        uint128 amount;
        OrderTerms terms;
    }

    /// @notice Turns an award into an order and returns its id. Reverts unless the caller is an awarder.
    /// @custom:erp PurchaseOrder
    /// @custom:pause open
    function takeAward(Award calldata award) external returns (uint256 orderId);

    /// @notice Reverts unless the terms are ones that an order can have, for a tender that ends at `revealEnd`.
    function checkTerms(OrderTerms calldata terms, address buyer, uint40 revealEnd) external view;
}
