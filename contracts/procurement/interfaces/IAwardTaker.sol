// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IAwardTaker
/// @notice What a tender needs of the contract that turns its award into an order. 授标承接.
interface IAwardTaker {
    /// @notice Terms of the order that were published with the tender and bind both sides from the award on.
    struct OrderTerms {
        uint32 attesterPost; // whose holder reports receipt, inspection and match
        uint32 arbiterPost; // whose holder rules disputes
        bytes32 region; // where force majeure excuses lateness; zero: it is not asked
        bytes32 scheduleRoot; // of the promises per delivery, see {IPurchaseOrders-shipScheduled}; zero: no schedule
        uint40 promisedAt; // unix seconds: goods received after it are late; with a schedule: the last promise
        uint32 fundSeconds; // the buyer funds the escrow within this time of the award, and before the promise
        uint32 graceSeconds; // nothing ships later than this after the promise
        uint32 silenceSeconds; // a report that fails to come for so long is taken as consent
        uint16 latenessBpsPerDay; // penalty on the accepted amount for each day begun
        uint16 latenessCapBps; // at most this
        uint16 taxBps; // tax on the net amount
        uint16 toleranceBps; // how far an invoice may exceed the order's amount, or fall below it
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
    /// Neither a pause nor a retirement stops it: who bid before either one gets its order. What begins an award
    /// (opening a tender, a direct order) asks for both, in the awarder's own room.
    /// @custom:erp PurchaseOrder
    /// @custom:pause open
    function takeAward(Award calldata award) external returns (uint256 orderId);

    /// @notice Who checks the terms of orders, an {IOrderTerms}; fixed at deployment.
    function RULES() external view returns (address);
}
