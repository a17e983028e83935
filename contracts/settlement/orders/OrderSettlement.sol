// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IForceMajeure } from "../../forcemajeure/interfaces/IForceMajeure.sol";
import { ICreditRegistry } from "../../identity/interfaces/ICreditRegistry.sol";
import { Amounts } from "../../libraries/Amounts.sol";
import { Hearing } from "../../libraries/Hearing.sol";
import { IPurchaseOrders } from "../interfaces/IPurchaseOrders.sol";
import { OrderEscrow } from "./OrderEscrow.sol";

/// @title OrderSettlement
/// @notice What is late, what is paid, what of it can be disputed, and when an order is over.
abstract contract OrderSettlement is OrderEscrow {
    using Hearing for Hearing.Case;

    uint32 internal constant _RULING_SECONDS = 30 days; // the arbiter's time for a dispute of the supplier

    ICreditRegistry private immutable _CREDIT;
    IForceMajeure private immutable _FORCE_MAJEURE;

    constructor(ICreditRegistry credit, IForceMajeure forceMajeure) {
        _CREDIT = credit;
        _FORCE_MAJEURE = forceMajeure;
    }

    /* VIEWS */

    /// @inheritdoc IPurchaseOrders
    function requiredDeposit(uint128 amount, uint16 taxBps, uint16 toleranceBps) public pure returns (uint128) {
        _checkWithin(Value.Amount, amount, 0, _MAX_AMOUNT);
        return uint128(Amounts.requiredDeposit(amount, taxBps, toleranceBps, _MAX_DELIVERIES));
    }

    /* LATENESS */

    /// @dev Days begun after the promise, without those of force majeure that stand now.
    function _daysLate(OrderRecord storage record, uint256 orderId, Delivery memory part)
        internal
        view
        returns (uint256)
    {
        uint256 promisedAt = _promiseOf(record, part);
        uint256 late = Amounts.daysLateUp(part.receivedAt, promisedAt);
        if (late != 0 && record.regional) {
            uint256 excused = _FORCE_MAJEURE.daysIn(_regions[orderId], promisedAt, part.receivedAt);
            late = excused < late ? late - excused : 0;
        }
        return Math.min(late, type(uint16).max);
    }

    function _promiseOf(OrderRecord storage record, Delivery memory part) internal view returns (uint256) {
        return part.promisedAt == 0 ? record.promisedAt : part.promisedAt;
    }

    function _penalty(OrderRecord storage record, Delivery memory part, uint256 gross)
        internal
        view
        returns (uint256 penalty)
    {
        if (part.daysLate == 0) return 0;
        penalty =
            Amounts.penaltyDown(part.acceptedAmount, part.daysLate, record.latenessBpsPerDay, record.latenessCapBps);
        // An invoice below the order's price can be smaller than the penalty: then nothing is paid, and nothing is
        // owed.
        if (penalty > gross) penalty = gross;
    }

    /* REPORTS */

    /// @dev A report may be disputed anew. What the supplier disputes already goes on and covers this report, too,
    /// and the arbiter has the whole time for it again: else a report in its last second could not be disputed;
    /// what the buyer disputes, first or by joining, waits for its ruling until the silence is over, and is then as
    /// if it had never been.
    function _report(OrderRecord storage record, uint256 orderId, uint256 deliveryId, Delivery memory part) internal {
        if (part.heard) {
            Hearing.Case storage hearing = _hearings[orderId][deliveryId];
            bool goesOn = hearing.isDisputed() && hearing.disputant == record.supplier;
            bool awaited = goesOn ? hearing.joined : hearing.isDisputed();
            if (awaited) _checkFrom(_silenceEnd(record, part));
            if (goesOn) {
                hearing.joined = false;
                // A time of today and 33 bits.
                unchecked {
                    hearing.ruleBy = uint40(block.timestamp + record.silenceSeconds + _RULING_SECONDS);
                }
            } else {
                _forget(record, orderId, deliveryId, part);
            }
        }
        part.reportedAt = block.timestamp;
    }

    function _forget(OrderRecord storage record, uint256 orderId, uint256 deliveryId, Delivery memory part) internal {
        _leave(record, _hearings[orderId][deliveryId]);
        part.heard = false;
        delete _hearings[orderId][deliveryId];
    }

    /// @dev A dispute of the supplier that awaits a ruling keeps the order open; now it does no longer.
    function _leave(OrderRecord storage record, Hearing.Case storage hearing) internal {
        if (hearing.isDisputed() && hearing.disputant == record.supplier) record.counts -= _DISPUTED;
    }

    /// @dev What the supplier may dispute of a delivery as it was reported last.
    function _isContestable(Delivery memory part) internal pure returns (bool) {
        bool rejected = part.status != DeliveryStatus.Received && part.received != part.accepted;
        return rejected || part.daysLate != 0 || part.shipped != part.received || part.underpaid;
    }

    /* SETTLE */

    /// @dev Settles a delivery as it was reported: what of it can be disputed keeps the order open for a while.
    function _settleReported(OrderRecord storage record, uint256 orderId, uint256 deliveryId, Delivery memory part)
        internal
    {
        part.status = DeliveryStatus.Settled;
        record.counts -= _UNSETTLED;
        if (_isContestable(part)) record.contestableUntil = uint40(_silenceEnd(record, part));
        _store(orderId, deliveryId, part);
    }

    /// @dev What a claim or a ruling pays: the order's price, and the tax on it.
    function _setPrice(OrderRecord storage record, Delivery memory part) internal view {
        part.net = part.acceptedAmount;
        part.tax = Amounts.taxDown(part.net, record.taxBps);
    }

    /// @dev Pays a delivery that was not yet paid.
    function _payDelivery(
        OrderRecord storage record,
        uint256 orderId,
        uint256 deliveryId,
        Delivery memory part,
        bytes32 matchRef
    ) internal {
        uint256 gross = part.net + part.tax;
        uint256 penalty = _penalty(record, part, gross);
        uint256 paid = gross - penalty;
        _released(record, paid);
        uint40 contestableUntil = record.contestableUntil;
        emit PaymentReleased(
            orderId,
            deliveryId,
            matchRef,
            record.supplier,
            uint128(part.acceptedAmount),
            uint128(part.net),
            uint128(part.tax),
            uint128(penalty),
            uint128(paid),
            block.timestamp < contestableUntil ? contestableUntil : 0
        );
        _finish(record, orderId, deliveryId, part, paid);
    }

    /// @dev Credit knows the outcome; the order may be over; then tokens move.
    function _finish(
        OrderRecord storage record,
        uint256 orderId,
        uint256 deliveryId,
        Delivery memory part,
        uint256 paid
    ) internal {
        _recordOutcome(record, orderId, deliveryId, part);
        uint256 refunded = _endIfComplete(record, orderId);
        _pay(record, orderId, deliveryId, paid);
        _refund(record, refunded);
    }

    /// @dev The price of what was accepted is its own; what was rejected has the price of the rest.
    function _recordOutcome(OrderRecord storage record, uint256 orderId, uint256 deliveryId, Delivery memory part)
        internal
    {
        if (part.received == 0) return;
        uint256 value = part.acceptedAmount;
        uint256 rejected = part.received - part.accepted;
        if (rejected != 0) value += _worthDown(record, Math.min(rejected, uint64(record.rest)));
        (uint256 late, uint256 received, uint256 accepted) = (part.daysLate, part.received, part.accepted);
        _CREDIT.recordDelivery(record.supplier, orderId, deliveryId, value, late, received, accepted);
    }

    function _recordDefault(OrderRecord storage record, uint256 orderId, uint256 value) internal {
        if (value != 0) _CREDIT.recordDefault(record.supplier, orderId, value);
    }

    /* END */

    /// @dev Nobody but the supplier ends an order before its deliveries can be disputed.
    function _closableAt(OrderRecord storage record) internal view returns (uint256 closableAt) {
        if (!_isComplete(record)) {
            uint256 silenceSeconds = record.silenceSeconds;
            closableAt = _shipBy(record) + (_inTransit(record) == 0 ? silenceSeconds : 2 * silenceSeconds);
        }
        uint256 contestableUntil = record.contestableUntil;
        if (contestableUntil > closableAt) closableAt = contestableUntil;
    }

    function _endIfComplete(OrderRecord storage record, uint256 orderId) internal returns (uint256 refunded) {
        if (_isComplete(record) && record.counts < _UNSETTLED && block.timestamp >= record.contestableUntil) {
            refunded = _end(record, orderId);
        }
    }

    function _end(OrderRecord storage record, uint256 orderId) internal returns (uint256 refunded) {
        Sums memory sums = _sumsOf(record, orderId);
        _rebase(sums);
        refunded = record.escrowOrTime;
        record.status = OrderStatus.Closed;
        record.escrowOrTime = uint64(block.timestamp);
        // After the credit registry, which calls nobody.
        // slither-disable-next-line reentrancy-events
        emit OrderClosed(
            orderId, record.buyer, uint128(sums.earlierAccepted), uint128(sums.earlierAmount), uint128(refunded)
        );
        _recordDefault(record, orderId, sums.amount);
    }
}
