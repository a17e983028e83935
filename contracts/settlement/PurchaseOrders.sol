// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../identity/Offices.sol";
import { Amounts } from "../libraries/Amounts.sol";
import { IAwardTaker } from "../procurement/interfaces/IAwardTaker.sol";
import { IPurchaseOrders } from "./interfaces/IPurchaseOrders.sol";
import { IReceivables } from "../receivables/interfaces/IReceivables.sol";
import { OrderBook } from "./orders/OrderBook.sol";
import { OrderChanges } from "./orders/OrderChanges.sol";

/// @title PurchaseOrders
/// @notice See {IPurchaseOrders}. Here is the life of an order that goes as planned; records, disputes, force majeure
/// and changes are in `orders/`.
contract PurchaseOrders is OrderChanges {
    using SafeERC20 for IERC20;

    uint32 public constant MIN_FUND_SECONDS = 1 hours;
    uint32 public constant MAX_FUND_SECONDS = 90 days;
    uint32 public constant MAX_GRACE_SECONDS = 2 * 365 days; // the latest a delivery may leave after its promise
    uint32 public constant MIN_SILENCE_SECONDS = 1 days; // an attester needs time to come back from an outage
    uint32 public constant MAX_SILENCE_SECONDS = 365 days;
    uint24 public constant MAX_PAYMENT_SECONDS = 180 days;
    uint16 public constant MAX_BPS = 10_000;

    uint256 private _nextOrderId = 1;

    constructor(IAccessControl offices, ICreditRegistry credit, IERC20 token, IReceivables receivables)
        OrderBook(offices, credit, token, receivables)
    { }

    /* OPEN */

    /// @inheritdoc IAwardTaker
    /// @dev In memory, as in {checkTerms}: read from calldata it takes hundreds of bytes that this contract has not.
    // solhint-disable-next-line gas-calldata-parameters
    function takeAward(Award memory award) external returns (uint256 orderId) {
        if (!_holds(Offices.AWARDER, msg.sender)) revert PurchaseOrders_NotAnAwarder(msg.sender);

        orderId = _nextOrderId++;
        OrderTerms memory terms = award.terms;
        OrderRecord storage record = _orders[orderId];
        record.buyer = award.buyer;
        record.promisedAt = terms.promisedAt;
        record.status = OrderStatus.Opened;
        record.paymentSeconds = terms.paymentSeconds;
        record.supplier = award.supplier;
        record.graceSeconds = terms.graceSeconds;
        record.silenceSeconds = terms.silenceSeconds;
        record.latenessBpsPerDay = terms.latenessBpsPerDay;
        record.latenessCapBps = terms.latenessCapBps;
        record.attester = terms.attester;
        record.heldOrTime = _fundBy(terms);
        record.taxBps = terms.taxBps;
        record.toleranceBps = terms.toleranceBps;
        record.quantity = SafeCast.toUint64(award.quantity);
        record.amount = SafeCast.toUint64(award.amount);
        emit PurchaseOrderOpened(
            orderId,
            award.buyer,
            award.supplier,
            award.tenderId,
            award.requisitionRef,
            award.quantity,
            award.amount,
            requiredDeposit(award.amount, terms.taxBps, terms.toleranceBps),
            terms
        );
    }

    /* FUND */

    /// @inheritdoc IPurchaseOrders
    function fund(uint256 orderId, uint128 deposit) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Opened);
        if (msg.sender != record.buyer) revert PurchaseOrders_NotTheBuyer(orderId, msg.sender);
        uint128 required = requiredDeposit(record.amount, record.taxBps, record.toleranceBps);
        if (deposit < required) revert PurchaseOrders_DepositTooSmall(orderId, deposit, required);
        uint256 fundBy = record.heldOrTime;
        if (block.timestamp >= fundBy) revert PurchaseOrders_FundingClosed(orderId, block.timestamp, fundBy);

        record.status = OrderStatus.Funded;
        record.heldOrTime = SafeCast.toUint64(deposit);
        emit OrderFunded(orderId, msg.sender, deposit);
        _TOKEN.safeTransferFrom(msg.sender, address(this), deposit);
    }

    /* SHIP */

    /// @inheritdoc IPurchaseOrders
    function ship(uint256 orderId, uint256 deliveryId, uint128 quantity, bytes32 despatchRef) external {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        if (msg.sender != record.supplier) revert PurchaseOrders_NotTheSupplier(orderId, msg.sender);
        uint256 expected = uint256(record.deliveries) + 1;
        if (deliveryId != expected) revert PurchaseOrders_WrongDeliveryNumber(orderId, deliveryId, expected);
        if (expected > MAX_DELIVERIES) revert PurchaseOrders_TooManyDeliveries(orderId, MAX_DELIVERIES);
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        uint64 open = record.quantity - record.underway;
        if (quantity > open) revert PurchaseOrders_QuantityExceedsOrder(orderId, quantity, open);
        _checkReference(despatchRef);
        uint256 shipBy = _shipBy(record);
        if (block.timestamp >= shipBy) revert PurchaseOrders_ShippingClosed(orderId, block.timestamp, shipBy);

        record.deliveries += 1;
        record.inTransit += 1;
        record.underway += uint64(quantity);
        DeliveryRecord storage part = _deliveries[orderId][deliveryId];
        part.quantity = uint64(quantity);
        part.reportedAt = uint40(block.timestamp);
        part.status = DeliveryStatus.Shipped;
        emit DeliveryShipped(orderId, deliveryId, despatchRef, msg.sender, quantity);
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
        OrderRecord storage record = _attested(orderId);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Shipped);
        uint64 shipped = part.quantity;
        uint40 shippedAt = part.reportedAt;
        if (quantity == 0) revert PurchaseOrders_ZeroQuantity(orderId);
        if (quantity > shipped) revert PurchaseOrders_ReceivedExceedsShipped(orderId, deliveryId, quantity, shipped);
        _checkReference(receiptRef);
        if (receivedAt < shippedAt || receivedAt > block.timestamp) {
            revert PurchaseOrders_ReceivedOutOfTime(receivedAt, shippedAt, block.timestamp);
        }

        uint40 promisedAt = record.promisedAt;
        record.inTransit -= 1;
        record.unsettled += 1;
        if (quantity != shipped) record.underway -= shipped - uint64(quantity);
        part.quantity = uint64(quantity);
        part.reportedAt = uint40(block.timestamp);
        part.unexcusedDays = _unexcusedDays(orderId, receivedAt, promisedAt);
        part.status = DeliveryStatus.Received;
        uint32 daysLate = uint32(Amounts.daysLateUp(receivedAt, promisedAt));
        emit DeliveryReceived(orderId, deliveryId, receiptRef, quantity, receivedAt, daysLate);
    }

    /* INSPECT */

    /// @inheritdoc IPurchaseOrders
    function inspectDelivery(uint256 orderId, uint256 deliveryId, uint128 accepted, bytes32 inspectionRef) external {
        OrderRecord storage record = _attested(orderId);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Received);
        uint64 received = part.quantity;
        if (accepted > received) {
            revert PurchaseOrders_AcceptedExceedsReceived(orderId, deliveryId, accepted, received);
        }
        _checkReference(inspectionRef);

        uint64 rejected = received - uint64(accepted);
        uint64 acceptedAmount = _inspect(record, part, uint64(accepted));
        emit DeliveryInspected(orderId, deliveryId, inspectionRef, accepted, rejected, acceptedAmount);
        if (rejected == 0) return;
        record.underway -= rejected;
        // At the order's end the supplier keeps its time to dispute; before it, closing is further away than that.
        if (block.timestamp >= _shipBy(record)) _contestableUntil[orderId] = block.timestamp + record.silenceSeconds;
        if (accepted == 0) _settleRejected(record, part, orderId, deliveryId);
    }

    /* ACCEPT AND PAY */

    /// @inheritdoc IPurchaseOrders
    function acceptDelivery(uint256 orderId, uint256 deliveryId, uint128 net, uint128 tax, bytes32 matchRef)
        external
        nonReentrant
    {
        OrderRecord storage record = _attested(orderId);
        DeliveryRecord storage part = _inDeliveryStatus(orderId, deliveryId, DeliveryStatus.Inspected);
        uint256 netAllowed = Amounts.netAllowedDown(part.acceptedAmount, record.toleranceBps);
        if (net > netAllowed) {
            revert PurchaseOrders_InvoiceOverTolerance(orderId, deliveryId, net, uint128(netAllowed));
        }
        uint256 taxAllowed = Amounts.taxAllowedUp(net, record.taxBps);
        if (tax > taxAllowed) revert PurchaseOrders_TaxOverRate(orderId, deliveryId, tax, uint128(taxAllowed));
        _checkReference(matchRef);

        Settlement memory settled = _settlement(part, orderId, deliveryId);
        settled.matchRef = matchRef;
        settled.net = net;
        settled.tax = tax;
        part.status = DeliveryStatus.Settled;
        _settle(record, settled);
    }

    /// @inheritdoc IPurchaseOrders
    function claim(uint256 orderId, uint256 deliveryId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        DeliveryRecord storage part = _knownDelivery(orderId, deliveryId);
        DeliveryStatus found = part.status;
        if (found != DeliveryStatus.Received && found != DeliveryStatus.Inspected) {
            revert PurchaseOrders_WrongDeliveryStatus(orderId, deliveryId, found);
        }
        uint256 silenceEnd = uint256(part.reportedAt) + record.silenceSeconds;
        if (block.timestamp < silenceEnd) {
            revert PurchaseOrders_SilenceNotOver(orderId, deliveryId, block.timestamp, silenceEnd);
        }

        if (found == DeliveryStatus.Received) _inspect(record, part, part.quantity);
        Settlement memory settled = _settlement(part, orderId, deliveryId);
        settled.net = settled.acceptedAmount;
        settled.tax = Amounts.taxDown(settled.net, record.taxBps);
        part.status = DeliveryStatus.Settled;
        emit DeliveryClaimed(
            orderId, deliveryId, part.accepted, part.acceptedAmount, part.acceptedAmount, uint128(settled.tax)
        );
        _settle(record, settled);
    }

    /* END */

    /// @inheritdoc IPurchaseOrders
    function close(uint256 orderId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        if (record.unsettled != 0) revert PurchaseOrders_DeliveriesUnsettled(orderId, record.unsettled);
        uint256 closableAt = _closableAt(record, orderId);
        if (block.timestamp < closableAt) {
            if (msg.sender != record.supplier) {
                revert PurchaseOrders_NotYetClosable(orderId, block.timestamp, closableAt);
            }
            if (record.inTransit != 0) revert PurchaseOrders_DeliveriesInTransit(orderId, record.inTransit);
        }

        _refund(record, _end(record, orderId));
    }

    /// @inheritdoc IPurchaseOrders
    function cancel(uint256 orderId) external {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Opened);
        uint256 fundBy = record.heldOrTime;
        bool inTime = block.timestamp < fundBy;
        if (inTime && msg.sender != record.buyer && msg.sender != record.supplier) {
            revert PurchaseOrders_NotYetCancellable(orderId, block.timestamp, fundBy);
        }

        record.status = OrderStatus.Cancelled;
        emit OrderCancelled(orderId, msg.sender);
        if (inTime && msg.sender == record.supplier) _recordDefault(record, orderId, record.amount);
    }

    /* VIEWS */

    /// @inheritdoc IAwardTaker
    // solhint-disable-next-line gas-calldata-parameters
    function checkTerms(OrderTerms memory terms, address buyer, uint40 revealEnd) external view {
        if (terms.attester == buyer) revert PurchaseOrders_AttesterNotIndependent(terms.attester);
        if (!_holds(Offices.ATTESTER, terms.attester)) {
            revert PurchaseOrders_AttesterWithoutOffice(terms.attester);
        }
        _checkTerm(terms.fundSeconds, MIN_FUND_SECONDS, MAX_FUND_SECONDS);
        _checkTerm(terms.graceSeconds, 0, MAX_GRACE_SECONDS);
        _checkTerm(terms.silenceSeconds, MIN_SILENCE_SECONDS, MAX_SILENCE_SECONDS);
        _checkTerm(terms.latenessBpsPerDay, 0, MAX_BPS);
        _checkTerm(terms.latenessCapBps, 0, MAX_BPS);
        _checkTerm(terms.taxBps, 0, MAX_BPS);
        _checkTerm(terms.toleranceBps, 0, MAX_BPS);
        _checkTerm(terms.paymentSeconds, 0, MAX_PAYMENT_SECONDS);
        if (terms.promisedAt <= revealEnd) revert PurchaseOrders_PromiseBeforeAward(terms.promisedAt, revealEnd);
        _checkTerm(terms.promisedAt, revealEnd, uint256(revealEnd) + MAX_PROMISE_SECONDS);
    }

    /* INTERNALS */

    function _inspect(OrderRecord storage record, DeliveryRecord storage part, uint64 accepted)
        private
        returns (uint64 acceptedAmount)
    {
        acceptedAmount = _accept(record, accepted);
        part.accepted = accepted;
        part.acceptedAmount = acceptedAmount;
        part.reportedAt = uint40(block.timestamp);
        part.status = DeliveryStatus.Inspected;
    }

    function _settleRejected(
        OrderRecord storage record,
        DeliveryRecord storage part,
        uint256 orderId,
        uint256 deliveryId
    ) private {
        Settlement memory settled;
        settled.orderId = orderId;
        settled.deliveryId = deliveryId;
        settled.received = part.quantity;
        settled.daysLate = _daysLateNow(orderId, part.unexcusedDays);
        part.status = DeliveryStatus.Settled;
        _finish(record, settled); // never the last: what was rejected is open again
    }

    function _settlement(DeliveryRecord storage part, uint256 orderId, uint256 deliveryId)
        private
        view
        returns (Settlement memory settled)
    {
        settled.orderId = orderId;
        settled.deliveryId = deliveryId;
        settled.received = part.quantity;
        settled.accepted = part.accepted;
        settled.acceptedAmount = part.acceptedAmount;
        settled.daysLate = _daysLate(orderId, part.unexcusedDays);
    }

    /// @dev Never after the promise: a buyer that funds then would make any delivery late, or impossible.
    function _fundBy(OrderTerms memory terms) private view returns (uint64) {
        uint256 fundBy = block.timestamp + terms.fundSeconds;
        return uint64(fundBy < terms.promisedAt ? fundBy : terms.promisedAt);
    }
}
