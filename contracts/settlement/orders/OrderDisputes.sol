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

    /// @dev What a ruling says, and what was there before it.
    struct Ruling {
        uint256 orderId;
        uint256 deliveryId;
        bytes32 rulingRef;
        uint64 received;
        uint64 accepted;
        uint40 receivedAt;
        DeliveryStatus from;
        uint64 acceptedBefore;
        uint64 amountBefore;
        Deviation before;
    }

    /// @dev What a ruling adds to a delivery that was paid.
    struct Supplement {
        uint256 amount;
        uint256 net;
        uint256 tax;
        uint256 penaltyReturned;
        uint256 penalty;
        uint256 paid;
    }

    uint32 public constant RULING_SECONDS = 30 days; // the arbiter's time for a dispute of the supplier

    /* DISPUTE */

    /// @inheritdoc IOrderDisputes
    function disputeDelivery(uint256 orderId, uint256 deliveryId, bytes32 reasonRef) external {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        DeliveryRecord storage part = _knownDelivery(orderId, deliveryId);
        Hearing.Case storage hearing = _hearings[orderId][deliveryId];
        uint256 silenceEnd = uint256(_reportedAt(part)) + record.silenceSeconds;
        uint40 ruleBy;
        if (msg.sender == record.supplier) {
            if (part.status == DeliveryStatus.Shipped) {
                ruleBy = hearing.dispute(msg.sender, silenceEnd, _lostAt(record), RULING_SECONDS);
            } else {
                if (!_isContestable(part, _deviationOf(part, orderId, deliveryId))) {
                    revert PurchaseOrders_NothingToDispute(orderId, deliveryId);
                }
                ruleBy = hearing.dispute(msg.sender, 0, silenceEnd, RULING_SECONDS);
            }
            record.disputed += 1;
        } else {
            if (msg.sender != record.buyer) revert PurchaseOrders_NotAParty(orderId, msg.sender);
            _unsettledDelivery(orderId, deliveryId);
            ruleBy = hearing.dispute(msg.sender, 0, silenceEnd, 0); // and then it may be claimed
        }
        _checkReference(reasonRef);

        part.heard = true;
        emit DeliveryDisputed(orderId, deliveryId, reasonRef, msg.sender, ruleBy);
    }

    /// @inheritdoc IOrderDisputes
    function withdrawDispute(uint256 orderId, uint256 deliveryId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        _hearings[orderId][deliveryId].withdraw(msg.sender);

        emit DeliveryDisputeWithdrawn(orderId, deliveryId, msg.sender);
        _refund(record, _endHearing(record, orderId, msg.sender));
    }

    /// @inheritdoc IOrderDisputes
    function lapseDispute(uint256 orderId, uint256 deliveryId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        Hearing.Case storage hearing = _hearings[orderId][deliveryId];
        hearing.lapse();

        emit DeliveryDisputeLapsed(orderId, deliveryId, _deliveries[orderId][deliveryId].status);
        _refund(record, _endHearing(record, orderId, hearing.disputant));
    }

    /// @dev Disputes of the supplier keep an order open; with the last it may be over.
    function _endHearing(OrderRecord storage record, uint256 orderId, address disputant)
        private
        returns (uint256 refunded)
    {
        if (disputant != record.supplier) return 0;
        record.disputed -= 1;
        return _endIfComplete(record, orderId);
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
        DeliveryRecord storage part = _knownDelivery(orderId, deliveryId);
        Ruling memory ruling;
        ruling.orderId = orderId;
        ruling.deliveryId = deliveryId;
        ruling.rulingRef = rulingRef;
        ruling.before = _deviationOf(part, orderId, deliveryId);
        ruling.from = part.status;
        ruling.acceptedBefore = _acceptedOf(part, ruling.before);
        ruling.amountBefore = part.acceptedAmount;
        _checkRuling(part, ruling, received, accepted, receivedAt);
        ruling.received = uint64(received);
        ruling.accepted = uint64(accepted);
        ruling.receivedAt = receivedAt;
        _closeHearing(record, orderId, deliveryId);

        Deviation memory ruled = _applyRuling(record, part, ruling);
        _emitRuled(part, ruling, ruled);
        if (ruling.from == DeliveryStatus.Settled) _supplement(record, part, ruling, ruled);
        else _settleRuled(record, part, ruling, ruled);
    }

    function _checkRuling(
        DeliveryRecord storage part,
        Ruling memory ruling,
        uint128 received,
        uint128 accepted,
        uint40 receivedAt
    ) private view {
        (uint256 orderId, uint256 deliveryId) = (ruling.orderId, ruling.deliveryId);
        uint64 shipped = _shippedOf(part, ruling.before);
        if (received > shipped) revert PurchaseOrders_ReceivedExceedsShipped(orderId, deliveryId, received, shipped);
        if (accepted > received) {
            revert PurchaseOrders_AcceptedExceedsReceived(orderId, deliveryId, accepted, received);
        }
        if (ruling.from == DeliveryStatus.Settled && accepted < ruling.acceptedBefore) {
            revert PurchaseOrders_AcceptedBelowPaid(orderId, deliveryId, accepted, ruling.acceptedBefore);
        }
        uint256 latest = ruling.from == DeliveryStatus.Shipped ? block.timestamp : _receivedAt(part);
        if (receivedAt < part.shippedAt || receivedAt > latest) {
            revert PurchaseOrders_ReceivedOutOfTime(receivedAt, part.shippedAt, latest);
        }
        _checkReference(ruling.rulingRef);
    }

    function _closeHearing(OrderRecord storage record, uint256 orderId, uint256 deliveryId) private {
        Hearing.Case storage hearing = _hearings[orderId][deliveryId];
        hearing.rule();
        if (hearing.disputant == record.supplier) record.disputed -= 1;
    }

    /// @dev Writes what the ruling says: quantities, amount, lateness. The delivery is settled from now on.
    function _applyRuling(OrderRecord storage record, DeliveryRecord storage part, Ruling memory ruling)
        private
        returns (Deviation memory ruled)
    {
        DeliveryStatus from = ruling.from;
        Deviation memory before = ruling.before;
        ruled = Deviation({
            missing: _shippedOf(part, before) - ruling.received,
            rejected: ruling.received - ruling.accepted,
            net: before.net,
            tax: before.tax,
            promisedAt: before.promisedAt,
            daysLate: _daysLateRuled(record, ruling),
            discounted: before.discounted
        });
        if (from == DeliveryStatus.Shipped) record.inTransit -= 1;
        else if (from != DeliveryStatus.Settled) record.unsettled -= 1;
        if (from == DeliveryStatus.Shipped || from == DeliveryStatus.Received) record.underway -= part.quantity;
        part.acceptedAmount = ruling.accepted < ruling.acceptedBefore
            ? _acceptLess(record, ruling)
            : ruling.amountBefore + _acceptMore(record, ruling.orderId, ruling.accepted - ruling.acceptedBefore);
        part.quantity = ruling.received;
        part.receivedAfter = uint32(ruling.receivedAt - part.shippedAt);
        part.reportedAfter = uint32(block.timestamp - part.shippedAt);
        part.status = DeliveryStatus.Settled;
        part.deviates = true;
        _deviations[ruling.orderId][ruling.deliveryId] = ruled;
    }

    /// @dev What was reported keeps the promise that it was measured by, and gets no later by a ruling.
    function _daysLateRuled(OrderRecord storage record, Ruling memory ruling) private view returns (uint16 daysLate) {
        bool reported = ruling.from != DeliveryStatus.Shipped;
        uint16 before = ruling.before.daysLate;
        if (reported && before == 0) return 0;
        uint40 promisedAt = ruling.before.promisedAt == 0 ? record.promisedAt : ruling.before.promisedAt;
        daysLate = _daysLate(record, ruling.orderId, ruling.receivedAt, promisedAt);
        if (reported && daysLate > before) daysLate = before;
    }

    function _emitRuled(DeliveryRecord storage part, Ruling memory ruling, Deviation memory ruled) private {
        emit DeliveryRuled(
            ruling.orderId,
            ruling.deliveryId,
            ruling.rulingRef,
            msg.sender,
            ruling.received,
            ruling.accepted,
            part.acceptedAmount,
            ruling.receivedAt,
            ruled.daysLate
        );
    }

    function _acceptMore(OrderRecord storage record, uint256 orderId, uint64 more) private returns (uint64) {
        uint64 open = _openQuantity(record);
        if (more > open) revert PurchaseOrders_QuantityExceedsOrder(orderId, more, open);
        record.underway += more;
        return _accept(record, more);
    }

    /// @dev Other deliveries were valued on top of this one: the rest is based anew, so that they keep their amounts.
    /// With 100 for 1,000, of which 30 were inspected for 300 and then 20 for 200, and the 30 are ruled to be 10:
    ///
    ///     what was accepted leaves the record     record 50 for 500               earlier 50 for 500
    ///     20 of it for 200 come back              record 70 for 700               earlier 30 for 300
    ///     this delivery is 10 for 100, the other one still 20 for 200
    function _acceptLess(OrderRecord storage record, Ruling memory ruling) private returns (uint64 acceptedAmount) {
        uint64 less = ruling.acceptedBefore - ruling.accepted;
        acceptedAmount =
            uint64(Amounts.cumulativeDown(ruling.amountBefore, ruling.accepted, ruling.acceptedBefore));
        uint64 returned = ruling.amountBefore - acceptedAmount;
        Earlier storage earlier = _rebase(record, ruling.orderId);
        earlier.accepted -= less;
        earlier.acceptedAmount -= returned;
        record.quantity += less;
        record.amount += returned;
    }

    /* PAY WHAT WAS RULED */

    /// @dev A delivery that was not yet settled is paid at the order's price, like a claim.
    function _settleRuled(
        OrderRecord storage record,
        DeliveryRecord storage part,
        Ruling memory ruling,
        Deviation memory ruled
    ) private {
        Settlement memory settled = _whole(part, ruling, ruled);
        settled.net = settled.acceptedAmount;
        settled.tax = Amounts.taxDown(settled.net, record.taxBps);
        if (settled.accepted != 0) {
            _settle(record, settled);
        } else {
            _recordOutcome(record, settled);
            _refund(record, _endIfComplete(record, ruling.orderId));
        }
    }

    /// @dev One that was settled before gets what its worth exceeds what was paid; nothing is taken back.
    function _supplement(
        OrderRecord storage record,
        DeliveryRecord storage part,
        Ruling memory ruling,
        Deviation memory ruled
    ) private {
        Supplement memory more = _supplementOf(record, ruling, ruled, part.acceptedAmount);
        _released(record, more.paid);
        _emitSupplement(record, ruling, more);
        Settlement memory settled = _whole(part, ruling, ruled);
        // Credit takes nothing back: what the ruling adds counts on top, and a lateness that was too long is outweighed
        // by the whole delivery with the right one.
        if (ruled.daysLate == ruling.before.daysLate) {
            settled.accepted -= ruling.acceptedBefore;
            settled.received = settled.accepted;
            settled.acceptedAmount -= ruling.amountBefore;
        }
        _recordOutcome(record, settled);
        uint256 refunded = _endIfComplete(record, ruling.orderId);
        _pay(record, ruling.orderId, ruling.deliveryId, more.paid);
        _refund(record, refunded);
    }

    function _supplementOf(
        OrderRecord storage record,
        Ruling memory ruling,
        Deviation memory ruled,
        uint256 amount
    ) private view returns (Supplement memory more) {
        Deviation memory before = ruling.before;
        more.amount = amount - ruling.amountBefore;
        uint256 net = before.discounted ? before.net + more.amount : Math.max(before.net, amount);
        uint256 tax = Math.max(before.tax, Amounts.taxDown(net, record.taxBps));
        more.net = net - before.net;
        more.tax = tax - before.tax;
        uint256 penalty = _penalty(record, amount, ruled.daysLate, net + tax);
        uint256 penaltyBefore =
            _penalty(record, ruling.amountBefore, before.daysLate, uint256(before.net) + before.tax);
        more.penaltyReturned = Math.saturatingSub(penaltyBefore, penalty);
        more.penalty = Math.min(Math.saturatingSub(penalty, penaltyBefore), more.net + more.tax);
        more.paid = more.net + more.tax + more.penaltyReturned - more.penalty;
    }

    function _emitSupplement(OrderRecord storage record, Ruling memory ruling, Supplement memory more) private {
        if (more.net + more.tax + more.penaltyReturned == 0) return;
        emit SupplementPaid(
            ruling.orderId,
            ruling.deliveryId,
            ruling.rulingRef,
            record.supplier,
            uint128(more.amount),
            uint128(more.net),
            uint128(more.tax),
            uint128(more.penaltyReturned),
            uint128(more.penalty),
            uint128(more.paid)
        );
    }

    function _whole(DeliveryRecord storage part, Ruling memory ruling, Deviation memory ruled)
        private
        view
        returns (Settlement memory settled)
    {
        settled.orderId = ruling.orderId;
        settled.deliveryId = ruling.deliveryId;
        settled.received = ruling.received;
        settled.accepted = ruling.accepted;
        settled.acceptedAmount = part.acceptedAmount;
        settled.daysLate = ruled.daysLate;
    }
}
