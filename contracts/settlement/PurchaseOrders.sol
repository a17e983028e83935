// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../identity/Offices.sol";
import { Amounts } from "../libraries/Amounts.sol";
import { IAwardTaker } from "../procurement/interfaces/IAwardTaker.sol";
import { IPurchaseOrders } from "./interfaces/IPurchaseOrders.sol";

/// @title PurchaseOrders
/// @notice See {IPurchaseOrders}.
contract PurchaseOrders is IPurchaseOrders, ReentrancyGuard {
    using SafeERC20 for IERC20;

    uint16 public constant MAX_DELIVERIES = 64; // part deliveries of one order
    uint32 public constant MIN_FUND_SECONDS = 1 hours;
    uint32 public constant MAX_FUND_SECONDS = 90 days;
    uint32 public constant MAX_PROMISE_SECONDS = 10 * 365 days; // after the tender: a typo holds no money for ever
    uint32 public constant MAX_GRACE_SECONDS = 2 * 365 days; // the latest a delivery may leave after its promise
    uint32 public constant MIN_SILENCE_SECONDS = 1 days; // an attester needs time to come back from an outage
    uint32 public constant MAX_SILENCE_SECONDS = 365 days;
    uint16 public constant MAX_BPS = 10_000;

    IAccessControl private immutable _OFFICES;
    ICreditRegistry private immutable _CREDIT;
    IERC20 private immutable _TOKEN;

    uint256 private _lastOrderId;
    mapping(uint256 orderId => Order) private _orders;
    mapping(uint256 orderId => mapping(uint256 deliveryId => Delivery)) private _deliveries;
    mapping(address caller => mapping(bytes32 ref => bool)) private _seen;

    constructor(IAccessControl offices, ICreditRegistry credit, IERC20 token) {
        _OFFICES = offices;
        _CREDIT = credit;
        _TOKEN = token;
    }

    /* OPEN */

    /// @inheritdoc IAwardTaker
    function takeAward(Award calldata award) external returns (uint256 orderId) {
        if (!_OFFICES.hasRole(Offices.AWARDER, msg.sender)) revert PurchaseOrders_NotAnAwarder(msg.sender);

        orderId = ++_lastOrderId;
        Order storage record = _orders[orderId];
        record.tenderId = award.tenderId;
        record.requisitionRef = award.requisitionRef;
        record.buyer = award.buyer;
        record.supplier = award.supplier;
        record.status = OrderStatus.Opened;
        record.openedAt = uint40(block.timestamp);
        record.quantity = award.quantity;
        record.amount = award.amount;
        record.terms = award.terms;
        emit PurchaseOrderOpened(
            orderId,
            award.buyer,
            award.supplier,
            award.tenderId,
            award.requisitionRef,
            award.quantity,
            award.amount,
            requiredDeposit(award.amount, award.terms.taxBps, award.terms.toleranceBps),
            award.terms
        );
    }

    /* FUND */

    /// @inheritdoc IPurchaseOrders
    function fund(uint256 orderId, uint128 deposit) external nonReentrant {
        Order storage record = _inStatus(orderId, OrderStatus.Opened);
        if (msg.sender != record.buyer) revert PurchaseOrders_NotTheBuyer(orderId, msg.sender);
        uint128 required = requiredDeposit(record.amount, record.terms.taxBps, record.terms.toleranceBps);
        if (deposit < required) revert PurchaseOrders_DepositTooSmall(orderId, deposit, required);
        uint256 fundBy = _fundBy(record);
        if (block.timestamp >= fundBy) revert PurchaseOrders_FundingClosed(orderId, block.timestamp, fundBy);

        record.status = OrderStatus.Funded;
        record.escrowed = deposit;
        emit OrderFunded(orderId, msg.sender, deposit);
        _TOKEN.safeTransferFrom(msg.sender, address(this), deposit);
    }

    /* SHIP */

    /// @inheritdoc IPurchaseOrders
    function ship(uint256 orderId, uint128 quantity, bytes32 despatchRef) external returns (uint256 deliveryId) {
        Order storage record = _inStatus(orderId, OrderStatus.Funded);
        if (msg.sender != record.supplier) revert PurchaseOrders_NotTheSupplier(orderId, msg.sender);
        if (record.deliveries >= MAX_DELIVERIES) revert PurchaseOrders_TooManyDeliveries(orderId, MAX_DELIVERIES);
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        uint128 open = record.quantity - record.underway;
        if (quantity > open) revert PurchaseOrders_QuantityExceedsOrder(orderId, quantity, open);
        uint256 shipBy = _shipBy(record);
        if (block.timestamp >= shipBy) revert PurchaseOrders_ShippingClosed(orderId, block.timestamp, shipBy);
        _useReference(despatchRef);

        deliveryId = ++record.deliveries;
        record.inTransit += 1;
        record.underway += quantity;
        Delivery storage part = _deliveries[orderId][deliveryId];
        part.shipped = quantity;
        part.shippedAt = uint40(block.timestamp);
        part.status = DeliveryStatus.Shipped;
        emit DeliveryShipped(orderId, deliveryId, msg.sender, quantity, despatchRef);
    }

    /* RECEIVE */

    /// @inheritdoc IPurchaseOrders
    function receiveDelivery(
        uint256 orderId,
        uint256 deliveryId,
        uint128 quantity,
        uint40 receivedAt,
        bytes32 receiptRef
    ) external {
        Order storage record = _attested(orderId);
        Delivery storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Shipped);
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        if (quantity > part.shipped) {
            revert PurchaseOrders_ReceivedExceedsShipped(orderId, deliveryId, quantity, part.shipped);
        }
        if (receivedAt < part.shippedAt || receivedAt > block.timestamp) {
            revert PurchaseOrders_ReceivedOutOfTime(receivedAt, part.shippedAt, block.timestamp);
        }
        _useReference(receiptRef);

        uint32 daysLate = uint32(Amounts.daysLateUp(receivedAt, record.terms.promisedAt));
        record.inTransit -= 1;
        record.unsettled += 1;
        record.underway -= part.shipped - quantity;
        part.received = quantity;
        part.receivedAt = receivedAt;
        part.reportedAt = uint40(block.timestamp);
        part.daysLate = daysLate;
        part.status = DeliveryStatus.Received;
        emit DeliveryReceived(orderId, deliveryId, receiptRef, quantity, receivedAt, daysLate);
    }

    /* INSPECT */

    /// @inheritdoc IPurchaseOrders
    function inspectDelivery(uint256 orderId, uint256 deliveryId, uint128 accepted, bytes32 inspectionRef) external {
        Order storage record = _attested(orderId);
        Delivery storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Received);
        if (accepted > part.received) {
            revert PurchaseOrders_AcceptedExceedsReceived(orderId, deliveryId, accepted, part.received);
        }
        _useReference(inspectionRef);

        _accept(record, part, accepted);
        emit DeliveryInspected(
            orderId, deliveryId, inspectionRef, accepted, part.received - accepted, part.acceptedAmount
        );
        if (accepted == 0) {
            part.status = DeliveryStatus.Settled;
            record.unsettled -= 1;
            _recordOutcome(record, orderId, deliveryId, part);
        }
    }

    /* ACCEPT AND PAY */

    /// @inheritdoc IPurchaseOrders
    function acceptDelivery(uint256 orderId, uint256 deliveryId, uint128 net, uint128 tax, bytes32 matchRef)
        external
        nonReentrant
    {
        Order storage record = _attested(orderId);
        Delivery storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Inspected);
        uint256 netAllowed = Amounts.netAllowedDown(part.acceptedAmount, record.terms.toleranceBps);
        if (net > netAllowed) {
            revert PurchaseOrders_InvoiceOverTolerance(orderId, deliveryId, net, uint128(netAllowed));
        }
        uint256 taxAllowed = Amounts.taxAllowedUp(net, record.terms.taxBps);
        if (tax > taxAllowed) revert PurchaseOrders_TaxOverRate(orderId, deliveryId, tax, uint128(taxAllowed));
        _useReference(matchRef);

        _settle(record, orderId, deliveryId, part, net, tax, matchRef);
    }

    /// @inheritdoc IPurchaseOrders
    function claim(uint256 orderId, uint256 deliveryId) external nonReentrant {
        Order storage record = _inStatus(orderId, OrderStatus.Funded);
        Delivery storage part = _knownDelivery(orderId, deliveryId);
        if (part.status != DeliveryStatus.Received && part.status != DeliveryStatus.Inspected) {
            revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, part.status);
        }
        uint256 silenceEnd = uint256(part.reportedAt) + record.terms.silenceSeconds;
        if (block.timestamp < silenceEnd) {
            revert PurchaseOrders_SilenceNotOver(orderId, deliveryId, block.timestamp, silenceEnd);
        }

        if (part.status == DeliveryStatus.Received) _accept(record, part, part.received);
        uint128 net = part.acceptedAmount;
        uint128 tax = uint128(Amounts.taxDown(net, record.terms.taxBps));
        emit DeliveryClaimed(orderId, deliveryId, part.accepted, part.acceptedAmount, net, tax);
        _settle(record, orderId, deliveryId, part, net, tax, bytes32(0));
    }

    /* END */

    /// @inheritdoc IPurchaseOrders
    function close(uint256 orderId) external nonReentrant {
        Order storage record = _inStatus(orderId, OrderStatus.Funded);
        if (record.unsettled != 0) revert PurchaseOrders_DeliveriesUnsettled(orderId, record.unsettled);
        uint256 closableAt = _shipBy(record) + record.terms.silenceSeconds;
        if (block.timestamp < closableAt) {
            if (msg.sender != record.supplier) {
                revert PurchaseOrders_NotYetClosable(orderId, block.timestamp, closableAt);
            }
            if (record.inTransit != 0) revert PurchaseOrders_DeliveriesInTransit(orderId, record.inTransit);
        }

        uint128 refunded = _end(record, orderId);
        if (refunded != 0) _TOKEN.safeTransfer(record.buyer, refunded);
    }

    /// @inheritdoc IPurchaseOrders
    function cancel(uint256 orderId) external {
        Order storage record = _inStatus(orderId, OrderStatus.Opened);
        uint256 fundBy = _fundBy(record);
        bool inTime = block.timestamp < fundBy;
        if (inTime && msg.sender != record.buyer && msg.sender != record.supplier) {
            revert PurchaseOrders_NotYetCancellable(orderId, block.timestamp, fundBy);
        }

        record.status = OrderStatus.Cancelled;
        emit OrderCancelled(orderId, msg.sender);
        if (inTime && msg.sender == record.supplier) _CREDIT.recordDefault(record.supplier, orderId, record.amount);
    }

    /* VIEWS */

    /// @inheritdoc IPurchaseOrders
    function requiredDeposit(uint128 amount, uint16 taxBps, uint16 toleranceBps) public pure returns (uint128) {
        return SafeCast.toUint128(Amounts.requiredDeposit(amount, taxBps, toleranceBps, MAX_DELIVERIES));
    }

    /// @inheritdoc IPurchaseOrders
    function order(uint256 orderId) external view returns (Order memory) {
        return _orders[orderId];
    }

    /// @inheritdoc IPurchaseOrders
    function delivery(uint256 orderId, uint256 deliveryId) external view returns (Delivery memory part) {
        part = _deliveries[orderId][deliveryId];
        if (part.status == DeliveryStatus.Shipped && _orders[orderId].status == OrderStatus.Closed) {
            part.status = DeliveryStatus.Lost;
        }
    }

    /// @inheritdoc IPurchaseOrders
    function referenceSeen(address caller, bytes32 ref) external view returns (bool) {
        return _seen[caller][ref];
    }

    /// @inheritdoc IAwardTaker
    function checkTerms(OrderTerms calldata terms, address buyer, uint40 revealEnd) external view {
        if (terms.attester == buyer) revert PurchaseOrders_AttesterNotIndependent(terms.attester);
        if (!_OFFICES.hasRole(Offices.ATTESTER, terms.attester)) {
            revert PurchaseOrders_AttesterWithoutOffice(terms.attester);
        }
        _checkTerm(terms.fundSeconds, MIN_FUND_SECONDS, MAX_FUND_SECONDS);
        _checkTerm(terms.graceSeconds, 0, MAX_GRACE_SECONDS);
        _checkTerm(terms.silenceSeconds, MIN_SILENCE_SECONDS, MAX_SILENCE_SECONDS);
        _checkTerm(terms.latenessBpsPerDay, 0, MAX_BPS);
        _checkTerm(terms.latenessCapBps, 0, MAX_BPS);
        _checkTerm(terms.taxBps, 0, MAX_BPS);
        _checkTerm(terms.toleranceBps, 0, MAX_BPS);
        if (terms.promisedAt <= revealEnd) revert PurchaseOrders_PromiseBeforeAward(terms.promisedAt, revealEnd);
        _checkTerm(terms.promisedAt, revealEnd, uint256(revealEnd) + MAX_PROMISE_SECONDS);
    }

    /* INTERNALS */

    function _accept(Order storage record, Delivery storage part, uint128 accepted) private {
        uint128 total = record.accepted + accepted;
        uint128 worth = uint128(Amounts.cumulativeDown(record.amount, total, record.quantity));
        part.accepted = accepted;
        part.acceptedAmount = worth - record.acceptedAmount;
        part.reportedAt = uint40(block.timestamp);
        part.status = DeliveryStatus.Inspected;
        record.accepted = total;
        record.acceptedAmount = worth;
        record.underway -= part.received - accepted;
    }

    function _settle(
        Order storage record,
        uint256 orderId,
        uint256 deliveryId,
        Delivery storage part,
        uint128 net,
        uint128 tax,
        bytes32 matchRef
    ) private {
        uint128 paid = _releasePayment(record, orderId, deliveryId, part, net, tax, matchRef);
        _recordOutcome(record, orderId, deliveryId, part);
        bool complete = record.accepted == record.quantity && record.unsettled == 0;
        uint128 refunded = complete ? _end(record, orderId) : 0;
        if (paid != 0) _TOKEN.safeTransfer(record.supplier, paid);
        if (refunded != 0) _TOKEN.safeTransfer(record.buyer, refunded);
    }

    function _releasePayment(
        Order storage record,
        uint256 orderId,
        uint256 deliveryId,
        Delivery storage part,
        uint128 net,
        uint128 tax,
        bytes32 matchRef
    ) private returns (uint128 paid) {
        IAwardTaker.OrderTerms storage terms = record.terms;
        uint128 penalty = uint128(
            Amounts.penaltyDown(part.acceptedAmount, part.daysLate, terms.latenessBpsPerDay, terms.latenessCapBps)
        );
        // An invoice below the order's price can be smaller than the penalty: then nothing is paid, and nothing is
        // owed.
        if (penalty > net + tax) penalty = net + tax;
        paid = net + tax - penalty;
        part.status = DeliveryStatus.Settled;
        record.unsettled -= 1;
        record.escrowed -= paid;
        emit PaymentReleased(
            orderId, deliveryId, matchRef, record.supplier, part.acceptedAmount, net, tax, penalty, paid
        );
    }

    function _end(Order storage record, uint256 orderId) private returns (uint128 refunded) {
        refunded = record.escrowed;
        uint128 undelivered = record.amount - record.acceptedAmount;
        record.status = OrderStatus.Closed;
        record.escrowed = 0;
        emit OrderClosed(orderId, record.buyer, record.accepted, record.acceptedAmount, refunded);
        if (undelivered != 0) _CREDIT.recordDefault(record.supplier, orderId, undelivered);
    }

    function _recordOutcome(Order storage record, uint256 orderId, uint256 deliveryId, Delivery storage part) private {
        uint128 received = part.received;
        uint256 value = Amounts.cumulativeDown(record.amount, received, record.quantity);
        _CREDIT.recordDelivery(record.supplier, orderId, deliveryId, value, part.daysLate, received, part.accepted);
    }

    function _inStatus(uint256 orderId, OrderStatus status) private view returns (Order storage record) {
        record = _orders[orderId];
        if (record.status == OrderStatus.None) revert PurchaseOrders_Unknown(orderId);
        if (record.status != status) revert PurchaseOrders_WrongStatus(orderId, record.status);
    }

    function _attested(uint256 orderId) private view returns (Order storage record) {
        record = _inStatus(orderId, OrderStatus.Funded);
        if (msg.sender != record.terms.attester) revert PurchaseOrders_NotTheAttester(orderId, msg.sender);
        // A stolen key is stopped by taking its office away; its orders then go on as if it were silent.
        if (!_OFFICES.hasRole(Offices.ATTESTER, msg.sender)) revert PurchaseOrders_AttesterWithoutOffice(msg.sender);
    }

    function _knownDelivery(uint256 orderId, uint256 deliveryId) private view returns (Delivery storage part) {
        part = _deliveries[orderId][deliveryId];
        if (part.status == DeliveryStatus.None) revert PurchaseOrders_DeliveryUnknown(orderId, deliveryId);
    }

    function _inDeliveryStatus(uint256 orderId, uint256 deliveryId, DeliveryStatus status)
        private
        view
        returns (Delivery storage part)
    {
        part = _knownDelivery(orderId, deliveryId);
        if (part.status != status) revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, part.status);
    }

    function _useReference(bytes32 ref) private {
        if (ref == bytes32(0)) revert PurchaseOrders_ZeroReference();
        if (_seen[msg.sender][ref]) revert PurchaseOrders_ReferenceSeen(msg.sender, ref);
        _seen[msg.sender][ref] = true;
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert PurchaseOrders_TermOutOfBounds(actual, min, max);
    }

    /// @dev Never after the promise: a buyer that funds then would make any delivery late, or impossible.
    function _fundBy(Order storage record) private view returns (uint256) {
        uint256 fundBy = uint256(record.openedAt) + record.terms.fundSeconds;
        uint256 promisedAt = record.terms.promisedAt;
        return fundBy < promisedAt ? fundBy : promisedAt;
    }

    function _shipBy(Order storage record) private view returns (uint256) {
        return uint256(record.terms.promisedAt) + record.terms.graceSeconds;
    }
}
