// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { ICreditRegistry } from "../../identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../identity/Offices.sol";
import { Amounts } from "../../libraries/Amounts.sol";
import { IPurchaseOrders } from "../interfaces/IPurchaseOrders.sol";
import { IReceivables } from "../../receivables/interfaces/IReceivables.sol";

/// @title OrderBook
/// @notice The records of all orders, and how one of them is paid and ended. See {IPurchaseOrders}.
/// An order costs four slots and a delivery one; whatever few orders need lies in mappings beside them.
abstract contract OrderBook is IPurchaseOrders, ReentrancyGuard {
    using SafeERC20 for IERC20;

    /// @dev Quantity, amount, underway and accepted are those since the last change: see {Earlier}.
    struct OrderRecord {
        // slot 0, what every step reads and most write
        address attester;
        uint64 heldOrTime; // Opened: fundBy; Funded: escrow, minor units; Closed: closedAt
        OrderStatus status;
        uint8 deliveries;
        uint8 inTransit;
        uint8 unsettled;
        // slot 1
        address supplier;
        uint40 promisedAt;
        uint32 graceSeconds;
        uint24 paymentSeconds;
        // slot 2
        address buyer;
        uint32 silenceSeconds;
        uint16 latenessBpsPerDay;
        uint16 latenessCapBps;
        uint16 taxBps;
        uint16 toleranceBps;
        // slot 3
        uint64 quantity;
        uint64 amount;
        uint64 underway;
        uint64 accepted;
    }

    struct DeliveryRecord {
        // slot 0
        uint64 quantity; // shipped, then received
        uint64 accepted;
        uint64 acceptedAmount;
        uint40 reportedAt; // shippedAt while Shipped
        uint16 unexcusedDays; // days late against the promise without force majeure; zero when in time
        DeliveryStatus status;
    }

    /// @dev What left an order's own record when the rest was based anew.
    struct Earlier {
        // slot 0
        uint64 accepted; // quantity
        uint64 acceptedAmount;
        uint64 defaulted;
        uint64 revision;
    }

    /// @dev What is settled now: the whole delivery, or what a ruling adds to one that was paid.
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

    uint16 public constant MAX_DELIVERIES = 64; // part deliveries of one order
    uint32 public constant MAX_PROMISE_SECONDS = 10 * 365 days; // a typo holds no money for ever
    uint128 internal constant _MAX_QUANTITY = 2 ** 60; // as in a tender
    uint128 internal constant _MAX_AMOUNT = 2 ** 60;

    IAccessControl private immutable _OFFICES;
    ICreditRegistry private immutable _CREDIT;
    IERC20 internal immutable _TOKEN;
    IReceivables private immutable _RECEIVABLES;

    mapping(uint256 orderId => OrderRecord) internal _orders;
    mapping(uint256 orderId => mapping(uint256 deliveryId => DeliveryRecord)) internal _deliveries;
    mapping(uint256 orderId => Earlier) internal _earlier;
    mapping(uint256 orderId => ForceMajeure) internal _majeure;
    mapping(uint256 orderId => mapping(uint256 deliveryId => Dispute)) internal _disputes;
    mapping(uint256 orderId => uint256 time) internal _contestableUntil; // after a rejection at the order's end

    constructor(IAccessControl offices, ICreditRegistry credit, IERC20 token, IReceivables receivables) {
        _OFFICES = offices;
        _CREDIT = credit;
        _TOKEN = token;
        _RECEIVABLES = receivables;
    }

    /* VIEWS */

    /// @inheritdoc IPurchaseOrders
    function requiredDeposit(uint128 amount, uint16 taxBps, uint16 toleranceBps) public pure returns (uint128) {
        return SafeCast.toUint128(Amounts.requiredDeposit(amount, taxBps, toleranceBps, MAX_DELIVERIES));
    }

    /// @inheritdoc IPurchaseOrders
    function order(uint256 orderId) external view returns (Order memory found) {
        OrderRecord storage record = _orders[orderId];
        Earlier storage earlier = _earlier[orderId];
        found.buyer = record.buyer;
        found.supplier = record.supplier;
        found.status = record.status;
        if (record.status == OrderStatus.Opened) found.fundBy = uint40(record.heldOrTime);
        if (record.status == OrderStatus.Funded) found.escrowed = record.heldOrTime;
        if (record.status == OrderStatus.Closed) found.closedAt = uint40(record.heldOrTime);
        found.deliveries = record.deliveries;
        found.inTransit = record.inTransit;
        found.unsettled = record.unsettled;
        found.revision = earlier.revision;
        found.quantity = earlier.accepted + record.quantity;
        found.amount = earlier.acceptedAmount + record.amount;
        found.underway = earlier.accepted + record.underway;
        found.accepted = earlier.accepted + record.accepted;
        found.acceptedAmount = earlier.acceptedAmount + _worth(record, record.accepted);
        found.defaulted = earlier.defaulted;
        found.terms = _termsOf(record);
    }

    /// @inheritdoc IPurchaseOrders
    function delivery(uint256 orderId, uint256 deliveryId) external view returns (Delivery memory found) {
        DeliveryRecord storage part = _deliveries[orderId][deliveryId];
        found.status = part.status;
        if (part.status == DeliveryStatus.Shipped && _orders[orderId].status == OrderStatus.Closed) {
            found.status = DeliveryStatus.Lost;
        }
        found.quantity = part.quantity;
        found.accepted = part.accepted;
        found.acceptedAmount = part.acceptedAmount;
        found.reportedAt = part.reportedAt;
        found.daysLate = uint32(_excused(part.unexcusedDays, _majeure[orderId].grantedDays));
    }

    /// @inheritdoc IPurchaseOrders
    function disputeOf(uint256 orderId, uint256 deliveryId) external view returns (Dispute memory) {
        return _disputes[orderId][deliveryId];
    }

    /// @inheritdoc IPurchaseOrders
    function forceMajeureOf(uint256 orderId) external view returns (ForceMajeure memory) {
        return _majeure[orderId];
    }

    /* WORTH */

    /// @dev A quantity of zero is worth nothing; any other is part of a quantity that is not zero.
    function _worth(OrderRecord storage record, uint64 accepted) internal view returns (uint64) {
        return accepted == 0 ? 0 : uint64(Amounts.cumulativeDown(record.amount, accepted, record.quantity));
    }

    function _accept(OrderRecord storage record, uint64 accepted) internal returns (uint64 acceptedAmount) {
        uint64 before = record.accepted;
        uint64 total = before + accepted;
        acceptedAmount = _worth(record, total) - _worth(record, before);
        record.accepted = total;
    }

    /// @dev What was accepted so far keeps its amount; what remains is an order of its own, with an own price.
    function _rebase(OrderRecord storage record, uint256 orderId) internal returns (Earlier storage earlier) {
        earlier = _earlier[orderId];
        uint64 accepted = record.accepted;
        uint64 worth = _worth(record, accepted);
        earlier.accepted += accepted;
        earlier.acceptedAmount += worth;
        record.quantity -= accepted;
        record.amount -= worth;
        record.underway -= accepted;
        record.accepted = 0;
    }

    /* LATENESS */

    function _unexcusedDays(uint256 orderId, uint256 receivedAt, uint256 promisedAt) internal view returns (uint16) {
        uint256 late = Amounts.daysLateUp(receivedAt, promisedAt);
        return late == 0 ? 0 : SafeCast.toUint16(late + _majeure[orderId].grantedDays);
    }

    function _excused(uint256 unexcusedDays, uint256 grantedDays) internal pure returns (uint256) {
        return unexcusedDays > grantedDays ? unexcusedDays - grantedDays : 0;
    }

    /// @dev Where nobody may wait for it: a force majeure that is pending counts as granted.
    function _daysLateNow(uint256 orderId, uint256 unexcusedDays) internal view returns (uint256) {
        if (unexcusedDays == 0) return 0;
        ForceMajeure storage majeure = _majeure[orderId];
        return _excused(unexcusedDays, uint256(majeure.grantedDays) + majeure.pendingDays);
    }

    /// @dev Where money waits: how late it is will be known when the pending force majeure is.
    function _daysLate(uint256 orderId, uint256 unexcusedDays) internal view returns (uint256 daysLate) {
        if (unexcusedDays == 0) return 0;
        ForceMajeure storage majeure = _majeure[orderId];
        daysLate = _excused(unexcusedDays, majeure.grantedDays);
        if (daysLate != 0 && majeure.pendingDays != 0) revert PurchaseOrders_ForceMajeurePending(orderId);
    }

    /* SETTLE */

    function _settle(OrderRecord storage record, Settlement memory settled) internal {
        uint256 gross = settled.net + settled.tax;
        uint256 penalty = Amounts.penaltyDown(
            settled.acceptedAmount, settled.daysLate, record.latenessBpsPerDay, record.latenessCapBps
        );
        // An invoice below the order's price can be smaller than the penalty: then nothing is paid, and nothing is
        // owed.
        if (penalty > gross) penalty = gross;
        uint256 paid = gross - penalty;
        record.heldOrTime -= uint64(paid);
        emit PaymentReleased(
            settled.orderId,
            settled.deliveryId,
            settled.matchRef,
            record.supplier,
            uint128(settled.acceptedAmount),
            uint128(settled.net),
            uint128(settled.tax),
            uint128(penalty),
            uint128(paid)
        );
        uint256 refunded = _finish(record, settled);
        if (paid != 0) _pay(record, settled.orderId, settled.deliveryId, paid);
        _refund(record, refunded);
    }

    /// @dev The delivery is over: its outcome is credit, and it may have been the order's last.
    function _finish(OrderRecord storage record, Settlement memory settled) internal returns (uint256 refunded) {
        record.unsettled -= 1;
        if (settled.received != 0) _recordOutcome(record, settled);
        return _endIfComplete(record, settled.orderId);
    }

    /// @dev The price of what was accepted is its own; what was rejected has the price of the rest.
    function _recordOutcome(OrderRecord storage record, Settlement memory settled) private {
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

    function _pay(OrderRecord storage record, uint256 orderId, uint256 deliveryId, uint256 paid) private {
        uint24 paymentSeconds = record.paymentSeconds;
        if (paymentSeconds == 0) {
            _TOKEN.safeTransfer(record.supplier, paid);
        } else {
            _TOKEN.forceApprove(address(_RECEIVABLES), paid);
            _RECEIVABLES.issue(
                orderId,
                deliveryId,
                record.supplier,
                record.buyer,
                uint128(paid),
                uint40(block.timestamp) + paymentSeconds
            );
        }
    }

    /* END */

    function _endIfComplete(OrderRecord storage record, uint256 orderId) internal returns (uint256 refunded) {
        if (record.unsettled == 0 && record.accepted == record.quantity) refunded = _end(record, orderId);
    }

    function _end(OrderRecord storage record, uint256 orderId) internal returns (uint256 refunded) {
        Earlier storage earlier = _earlier[orderId];
        uint64 accepted = record.accepted;
        uint64 worth = _worth(record, accepted);
        uint64 undelivered = record.amount - worth;
        refunded = record.heldOrTime;
        record.status = OrderStatus.Closed;
        record.heldOrTime = uint64(block.timestamp);
        // After the credit registry, which calls nobody.
        // slither-disable-next-line reentrancy-events
        emit OrderClosed(
            orderId, record.buyer, earlier.accepted + accepted, earlier.acceptedAmount + worth, uint128(refunded)
        );
        if (undelivered != 0) _recordDefault(record, orderId, undelivered);
    }

    function _recordDefault(OrderRecord storage record, uint256 orderId, uint256 value) internal {
        _CREDIT.recordDefault(record.supplier, orderId, value);
    }

    function _refund(OrderRecord storage record, uint256 refunded) internal {
        if (refunded != 0) _TOKEN.safeTransfer(record.buyer, refunded);
    }

    /* CHECKS */

    function _inStatus(uint256 orderId, OrderStatus status) internal view returns (OrderRecord storage record) {
        record = _orders[orderId];
        OrderStatus found = record.status;
        if (found == OrderStatus.None) revert PurchaseOrders_Unknown(orderId);
        if (found != status) revert PurchaseOrders_WrongStatus(orderId, found);
    }

    function _attested(uint256 orderId) internal view returns (OrderRecord storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        if (msg.sender != record.attester) revert PurchaseOrders_NotTheAttester(orderId, msg.sender);
        // A stolen key is stopped by taking its office away; its orders then go on as if it were silent.
        if (!_holds(Offices.ATTESTER, msg.sender)) revert PurchaseOrders_AttesterWithoutOffice(msg.sender);
    }

    function _byParty(uint256 orderId) internal view returns (OrderRecord storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        if (msg.sender != record.buyer && msg.sender != record.supplier) {
            revert PurchaseOrders_NotAParty(orderId, msg.sender);
        }
    }

    function _arbitrated(uint256 orderId) internal view returns (OrderRecord storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        if (!_holds(Offices.ARBITER, msg.sender)) revert PurchaseOrders_NotAnArbiter(msg.sender);
        if (msg.sender == record.buyer || msg.sender == record.supplier || msg.sender == record.attester) {
            revert PurchaseOrders_ArbiterNotIndependent(orderId, msg.sender);
        }
    }

    function _knownDelivery(uint256 orderId, uint256 deliveryId) internal view returns (DeliveryRecord storage part) {
        part = _deliveries[orderId][deliveryId];
        if (part.status == DeliveryStatus.None) revert PurchaseOrders_DeliveryUnknown(orderId, deliveryId);
    }

    function _inDeliveryStatus(uint256 orderId, uint256 deliveryId, DeliveryStatus status)
        internal
        view
        returns (DeliveryRecord storage part)
    {
        part = _knownDelivery(orderId, deliveryId);
        if (part.status != status) revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, part.status);
    }

    function _holds(bytes32 office, address account) internal view returns (bool) {
        return _OFFICES.hasRole(office, account);
    }

    function _checkReference(bytes32 ref) internal pure {
        if (ref == bytes32(0)) revert PurchaseOrders_ZeroReference();
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) internal pure {
        if (actual < min || actual > max) revert PurchaseOrders_TermOutOfBounds(actual, min, max);
    }

    function _shipBy(OrderRecord storage record) internal view returns (uint256) {
        return uint256(record.promisedAt) + record.graceSeconds;
    }

    /// @dev Nobody but the supplier ends an order before its deliveries can be disputed and its excuses be heard.
    function _closableAt(OrderRecord storage record, uint256 orderId) internal view returns (uint256 closableAt) {
        uint256 silenceSeconds = record.silenceSeconds;
        closableAt = _shipBy(record) + silenceSeconds + uint256(_majeure[orderId].pendingDays) * 1 days;
        if (record.inTransit != 0) closableAt += silenceSeconds;
        uint256 contestableUntil = _contestableUntil[orderId];
        if (contestableUntil > closableAt) closableAt = contestableUntil;
    }

    function _termsOf(OrderRecord storage record) private view returns (OrderTerms memory) {
        return OrderTerms({
            attester: record.attester,
            promisedAt: record.promisedAt,
            fundSeconds: 0,
            graceSeconds: record.graceSeconds,
            silenceSeconds: record.silenceSeconds,
            latenessBpsPerDay: record.latenessBpsPerDay,
            latenessCapBps: record.latenessCapBps,
            taxBps: record.taxBps,
            toleranceBps: record.toleranceBps,
            paymentSeconds: record.paymentSeconds
        });
    }
}
