// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Amounts } from "../../libraries/Amounts.sol";
import { Hearing } from "../../libraries/Hearing.sol";
import { IOrderDisputes } from "../interfaces/IOrderDisputes.sol";
import { OrderSettlement } from "./OrderSettlement.sol";

/// @title OrderDisputes
/// @notice See {IOrderDisputes}.
///
/// A ruling in numbers: an order of 100 for 1,000, tax 13 %, lateness 1 % a day.
///
///     shipped 100, reported: 90 arrived, two days late       missing 10, underway 90, days late 2
///     80 pass                                                rejected 10, underway 80, accepted 80 for 800
///     matched at 800 and 104 of tax                          penalty 16, paid 888
///     the supplier disputes; ruled: 100 arrived on the first day late, 95 of them good
///     underway                                               80 -> 95: 15 of the 20 that were still open
///     accepted                                               80 -> 95: worth 950, so 150 more
///     net, tax                                               800 -> 950, 104 -> 123: 150 and 19 more
///     penalty                                                16 -> 9: 7 come back
///     paid now                                               150 + 19 + 7 = 176, in all 888 + 176 = 950 + 123 - 9
abstract contract OrderDisputes is OrderSettlement {
    using Hearing for Hearing.Case;

    /// @dev What a ruling adds to a delivery that was paid.
    struct Supplement {
        uint256 amount;
        uint256 net;
        uint256 tax;
        uint256 penaltyReturned;
        uint256 penalty;
        uint256 paid;
    }

    /* DISPUTE */

    /// @inheritdoc IOrderDisputes
    function disputeDelivery(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        _checkReference(reasonRef);
        Hearing.Case storage hearing = _hearings[orderId][deliveryId];
        Delivery memory part = _load(orderId, deliveryId);
        uint256 opensAt;
        uint256 disputeBy = _silenceEnd(record, part);
        uint256 rulingSeconds; // none for the buyer: then it may be claimed
        if (msg.sender == record.supplier) {
            // What the buyer disputes ends with the silence; the settlement that follows is disputable.
            if (hearing.isDisputed()) revert Hearing.Hearing_DisputedBefore(hearing.disputant);
            rulingSeconds = _RULING_SECONDS;
            if (part.status == DeliveryStatus.Shipped) (opensAt, disputeBy) = (disputeBy, _lostAt(record));
            else if (!_isContestable(part)) revert PurchaseOrders_NothingToDispute(orderId, deliveryId);
            record.counts += _DISPUTED;
        } else {
            _checkIs(orderId, record.buyer);
            _checkIn(part, DeliveryStatus.Received, DeliveryStatus.Inspected, orderId, deliveryId);
        }

        uint40 ruleBy = hearing.dispute(msg.sender, opensAt, disputeBy, rulingSeconds);
        part.heard = true;
        _store(orderId, deliveryId, part);
        emit DeliveryDisputed(orderId, deliveryId, reasonRef, msg.sender, ruleBy);
    }

    /// @inheritdoc IOrderDisputes
    function withdrawDispute(uint256 orderId, uint256 deliveryId) external nonReentrant {
        (OrderRecord storage record, Hearing.Case storage hearing) = _left(orderId, deliveryId);
        hearing.withdraw(msg.sender);

        emit DeliveryDisputeWithdrawn(orderId, deliveryId, msg.sender);
        _refund(record, _endIfComplete(record, orderId));
    }

    /// @inheritdoc IOrderDisputes
    function lapseDispute(uint256 orderId, uint256 deliveryId) external nonReentrant {
        (OrderRecord storage record, Hearing.Case storage hearing) = _left(orderId, deliveryId);
        hearing.lapse();

        emit DeliveryDisputeLapsed(orderId, deliveryId, _load(orderId, deliveryId).status);
        _refund(record, _endIfComplete(record, orderId));
    }

    /// @dev Whatever ends the hearing next: reverts with it when it does not.
    function _left(uint256 orderId, uint256 deliveryId)
        private
        returns (OrderRecord storage record, Hearing.Case storage hearing)
    {
        record = _inStatus(orderId, OrderStatus.Funded);
        hearing = _hearings[orderId][deliveryId];
        _leave(record, hearing);
    }

    /* RULE */

    /// @inheritdoc IOrderDisputes
    function ruleDelivery(
        uint256 orderId,
        uint256 deliveryId,
        uint128 received,
        uint128 accepted,
        uint40 receivedAt,
        bytes32 rulingRef
    ) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        _checkHolder(record.arbiterPost);
        _checkReference(rulingRef);
        Hearing.Case storage hearing = _hearings[orderId][deliveryId];
        _leave(record, hearing);
        hearing.rule();

        Delivery memory before = _load(orderId, deliveryId);
        Delivery memory part = _load(orderId, deliveryId);
        _rule(record, orderId, before, part, received, accepted, receivedAt);
        _store(orderId, deliveryId, part);
        _emitRuled(orderId, deliveryId, rulingRef, part);
        if (before.status == DeliveryStatus.Settled) {
            _supplement(record, orderId, deliveryId, before, part, rulingRef);
        } else if (accepted != 0) {
            _setPrice(record, part);
            _payDelivery(record, orderId, deliveryId, part, bytes32(0));
        } else {
            _finish(record, orderId, deliveryId, part, 0);
        }
    }

    /// @dev What the ruling says: quantities, amount, lateness. The delivery is settled from now on.
    function _rule(
        OrderRecord storage record,
        uint256 orderId,
        Delivery memory before,
        Delivery memory part,
        uint256 received,
        uint256 accepted,
        uint256 receivedAt
    ) private {
        DeliveryStatus from = before.status;
        bool reported = from != DeliveryStatus.Shipped;
        _checkWithin(Value.Received, received, 0, before.shipped);
        _checkWithin(Value.Accepted, accepted, from == DeliveryStatus.Settled ? before.accepted : 0, received);
        _checkWithin(Value.ReceivedAt, receivedAt, before.shippedAt, reported ? before.receivedAt : block.timestamp);

        part.status = DeliveryStatus.Settled;
        part.received = received;
        part.accepted = accepted;
        part.receivedAt = receivedAt;
        part.reportedAt = block.timestamp;
        // What was reported keeps the promise that it was measured by, and gets no later by a ruling.
        if (!reported || before.daysLate != 0) {
            part.daysLate = _daysLate(record, orderId, part);
            if (reported && part.daysLate > before.daysLate) part.daysLate = before.daysLate;
            part.promisedAt = _promiseOf(record, part);
        }
        if (!reported) {
            record.counts -= _IN_TRANSIT;
            record.rest -= before.shipped * _UNDERWAY;
        } else if (from != DeliveryStatus.Settled) {
            record.counts -= _UNSETTLED;
            if (from == DeliveryStatus.Received) record.rest -= before.received * _UNDERWAY;
        }
        part.acceptedAmount = accepted < before.accepted
            ? _acceptLess(record, orderId, before, accepted)
            : before.acceptedAmount + _acceptMore(record, accepted - before.accepted);
    }

    function _emitRuled(uint256 orderId, uint256 deliveryId, bytes32 rulingRef, Delivery memory part) private {
        emit DeliveryRuled(
            orderId,
            deliveryId,
            rulingRef,
            msg.sender,
            uint128(part.received),
            uint128(part.accepted),
            uint128(part.acceptedAmount),
            uint40(part.receivedAt),
            uint32(part.daysLate)
        );
    }

    function _acceptMore(OrderRecord storage record, uint256 more) private returns (uint256) {
        _checkWithin(Value.Quantity, more, 0, _openQuantity(record));
        record.rest += more * _UNDERWAY;
        return _accept(record, more);
    }

    /// @dev Other deliveries were valued on top of this one: the rest is based anew, so that they keep their amounts.
    /// With 100 for 1,000, of which 30 were inspected for 300 and then 20 for 200, and the 30 are ruled to be 10:
    ///
    ///     what was accepted leaves the rest       rest 50 for 500                 earlier 50 for 500
    ///     20 of it for 200 come back              rest 70 for 700                 earlier 30 for 300
    ///     this delivery is 10 for 100, the other one still 20 for 200
    function _acceptLess(OrderRecord storage record, uint256 orderId, Delivery memory before, uint256 accepted)
        private
        returns (uint256 acceptedAmount)
    {
        acceptedAmount = Amounts.cumulativeDown(before.acceptedAmount, accepted, before.accepted);
        uint256 less = before.accepted - accepted;
        uint256 returned = before.acceptedAmount - acceptedAmount;
        Sums memory sums = _sumsOf(record, orderId);
        _rebase(sums);
        sums.earlierAccepted -= less;
        sums.earlierAmount -= returned;
        sums.quantity += less;
        sums.amount += returned;
        _setSums(record, orderId, sums);
    }

    /* PAY WHAT A RULING ADDS */

    /// @dev A delivery that was settled before gets what its worth exceeds what was paid; nothing is taken back.
    function _supplement(
        OrderRecord storage record,
        uint256 orderId,
        uint256 deliveryId,
        Delivery memory before,
        Delivery memory part,
        bytes32 rulingRef
    ) private {
        Supplement memory more = _supplementOf(record, before, part);
        if (more.amount + more.paid != 0) {
            _released(record, more.paid);
            emit SupplementPaid(
                orderId,
                deliveryId,
                rulingRef,
                record.supplier,
                uint128(more.amount),
                uint128(more.net),
                uint128(more.tax),
                uint128(more.penaltyReturned),
                uint128(more.penalty),
                uint128(more.paid)
            );
        }
        // Credit takes nothing back: what the ruling adds counts on top, and a lateness that was too long is outweighed
        // by the whole delivery with the right one.
        if (part.daysLate == before.daysLate) {
            part.accepted -= before.accepted;
            part.received = part.accepted;
            part.acceptedAmount = more.amount;
        }
        _finish(record, orderId, deliveryId, part, more.paid);
    }

    function _supplementOf(OrderRecord storage record, Delivery memory before, Delivery memory part)
        private
        view
        returns (Supplement memory more)
    {
        more.amount = part.acceptedAmount - before.acceptedAmount;
        uint256 net = before.discounted ? before.net + more.amount : Math.max(before.net, part.acceptedAmount);
        uint256 tax = Math.max(before.tax, Amounts.taxDown(net, record.taxBps));
        more.net = net - before.net;
        more.tax = tax - before.tax;
        uint256 penalty = _penalty(record, part, net + tax);
        uint256 penaltyBefore = _penalty(record, before, before.net + before.tax);
        more.penaltyReturned = Math.saturatingSub(penaltyBefore, penalty);
        more.penalty = Math.min(Math.saturatingSub(penalty, penaltyBefore), more.net + more.tax);
        more.paid = more.net + more.tax + more.penaltyReturned - more.penalty;
    }
}
