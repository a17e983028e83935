// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
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

    /// @dev What is settled now: a whole delivery.
    struct Settlement {
        uint256 orderId;
        uint256 deliveryId;
        bytes32 matchRef;
        uint256 received;
        uint256 accepted;
        uint256 acceptedAmount;
        uint256 daysLate;
        uint256 net;
        uint256 tax;
    }

    ICreditRegistry private immutable _CREDIT;
    IForceMajeure private immutable _FORCE_MAJEURE;

    constructor(ICreditRegistry credit, IForceMajeure forceMajeure) {
        _CREDIT = credit;
        _FORCE_MAJEURE = forceMajeure;
    }

    /* VIEWS */

    /// @inheritdoc IPurchaseOrders
    function requiredDeposit(uint128 amount, uint16 taxBps, uint16 toleranceBps) public pure returns (uint128) {
        return SafeCast.toUint128(Amounts.requiredDeposit(amount, taxBps, toleranceBps, MAX_DELIVERIES));
    }

    /* LATENESS */

    /// @dev Days begun after the promise, without those of force majeure that stand now.
    function _daysLate(OrderRecord storage record, uint256 orderId, uint256 receivedAt, uint256 promisedAt)
        internal
        view
        returns (uint16)
    {
        uint256 late = Amounts.daysLateUp(receivedAt, promisedAt);
        if (late != 0 && record.regional) {
            uint256 excused = _FORCE_MAJEURE.daysIn(_regions[orderId], promisedAt, receivedAt);
            late = excused < late ? late - excused : 0;
        }
        return SafeCast.toUint16(late);
    }

    function _penalty(OrderRecord storage record, uint256 acceptedAmount, uint256 daysLate, uint256 gross)
        internal
        view
        returns (uint256 penalty)
    {
        if (daysLate == 0) return 0;
        penalty =
            Amounts.penaltyDown(acceptedAmount, daysLate, record.latenessBpsPerDay, record.latenessCapBps);
        // An invoice below the order's price can be smaller than the penalty: then nothing is paid, and nothing is
        // owed.
        if (penalty > gross) penalty = gross;
    }

    /* REPORTS */

    /// @dev A report may be disputed anew. What the supplier disputes already goes on and covers this report, too; what
    /// the buyer disputes waits for its ruling until the silence is over, and is then as if it had never been.
    function _report(OrderRecord storage record, DeliveryRecord storage part, uint256 orderId, uint256 deliveryId)
        internal
    {
        if (part.heard) {
            Hearing.Case storage hearing = _hearings[orderId][deliveryId];
            bool disputed = hearing.isDisputed();
            if (disputed && hearing.disputant != record.supplier && block.timestamp < hearing.ruleBy) {
                revert PurchaseOrders_AwaitsRuling(orderId, deliveryId, block.timestamp, hearing.ruleBy);
            }
            if (!disputed || hearing.disputant != record.supplier) {
                part.heard = false;
                delete _hearings[orderId][deliveryId];
            }
        }
        part.reportedAfter = uint32(block.timestamp - part.shippedAt);
    }

    /// @dev What the supplier may dispute of a delivery as it was reported last.
    function _isContestable(DeliveryRecord storage part, Deviation memory deviation) internal view returns (bool) {
        if (deviation.missing != 0 || deviation.rejected != 0 || deviation.daysLate != 0) return true;
        bool settled = part.status == DeliveryStatus.Settled;
        return settled && !deviation.discounted && deviation.net < part.acceptedAmount;
    }

    /// @dev Writes what was paid where it can be disputed, and until when.
    function _keepContestable(
        OrderRecord storage record,
        DeliveryRecord storage part,
        Deviation memory deviation,
        Settlement memory settled
    ) internal {
        bool below = settled.net < settled.acceptedAmount;
        if (!part.deviates && !below) return;
        deviation.net = uint64(settled.net);
        deviation.tax = uint64(settled.tax);
        _deviations[settled.orderId][settled.deliveryId] = deviation;
        part.deviates = true;
        if (_isContestable(part, deviation)) {
            record.contestableUntil = uint40(block.timestamp) + record.silenceSeconds;
        }
    }

    /* SETTLE */

    /// @dev Pays a delivery that was not yet paid.
    function _settle(OrderRecord storage record, Settlement memory settled) internal {
        uint256 gross = settled.net + settled.tax;
        uint256 penalty = _penalty(record, settled.acceptedAmount, settled.daysLate, gross);
        uint256 paid = gross - penalty;
        _released(record, paid);
        uint40 contestableUntil = record.contestableUntil;
        emit PaymentReleased(
            settled.orderId,
            settled.deliveryId,
            settled.matchRef,
            record.supplier,
            uint128(settled.acceptedAmount),
            uint128(settled.net),
            uint128(settled.tax),
            uint128(penalty),
            uint128(paid),
            block.timestamp < contestableUntil ? contestableUntil : 0
        );
        _recordOutcome(record, settled);
        uint256 refunded = _endIfComplete(record, settled.orderId);
        _pay(record, settled.orderId, settled.deliveryId, paid);
        _refund(record, refunded);
    }

    /// @dev The price of what was accepted is its own; what was rejected has the price of the rest.
    function _recordOutcome(OrderRecord storage record, Settlement memory settled) internal {
        if (settled.received == 0) return;
        uint256 value = settled.acceptedAmount;
        uint256 rejected = settled.received - settled.accepted;
        if (rejected != 0) {
            uint64 quantity = record.quantity;
            value += _worth(record, rejected < quantity ? uint64(rejected) : quantity);
        }
        _CREDIT.recordDelivery(
            record.supplier,
            settled.orderId,
            settled.deliveryId,
            value,
            settled.daysLate,
            settled.received,
            settled.accepted
        );
    }

    function _recordDefault(OrderRecord storage record, uint256 orderId, uint256 value) internal {
        if (value != 0) _CREDIT.recordDefault(record.supplier, orderId, value);
    }

    /* END */

    /// @dev Nobody but the supplier ends an order before its deliveries can be disputed.
    function _closableAt(OrderRecord storage record) internal view returns (uint256 closableAt) {
        if (!_isComplete(record)) {
            uint256 silenceSeconds = record.silenceSeconds;
            closableAt = _shipBy(record) + (record.inTransit == 0 ? silenceSeconds : 2 * silenceSeconds);
        }
        uint256 contestableUntil = record.contestableUntil;
        if (contestableUntil > closableAt) closableAt = contestableUntil;
    }

    function _endIfComplete(OrderRecord storage record, uint256 orderId) internal returns (uint256 refunded) {
        if (
            _isComplete(record) && record.unsettled == 0 && record.disputed == 0
                && block.timestamp >= record.contestableUntil
        ) refunded = _end(record, orderId);
    }

    function _end(OrderRecord storage record, uint256 orderId) internal returns (uint256 refunded) {
        Earlier storage earlier = _earlier[orderId];
        uint64 accepted = record.accepted;
        uint64 worth = _worth(record, accepted);
        refunded = _escrowed(record);
        record.status = OrderStatus.Closed;
        record.escrowOrTime = uint64(block.timestamp);
        // After the credit registry, which calls nobody.
        // slither-disable-next-line reentrancy-events
        emit OrderClosed(
            orderId, record.buyer, earlier.accepted + accepted, earlier.acceptedAmount + worth, uint128(refunded)
        );
        _recordDefault(record, orderId, record.amount - worth);
    }
}
