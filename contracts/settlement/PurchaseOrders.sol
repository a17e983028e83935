// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IForceMajeure } from "../forcemajeure/interfaces/IForceMajeure.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { IAwardTaker } from "../procurement/interfaces/IAwardTaker.sol";
import { IReceivables } from "../receivables/interfaces/IReceivables.sol";
import { IOrderRules } from "./interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "./interfaces/IPurchaseOrders.sol";
import { OrderChanges } from "./orders/OrderChanges.sol";
import { OrderDeliveries } from "./orders/OrderDeliveries.sol";
import { OrderDisputes } from "./orders/OrderDisputes.sol";
import { OrderEscrow } from "./orders/OrderEscrow.sol";
import { OrderRecords } from "./orders/OrderRecords.sol";
import { OrderSettlement } from "./orders/OrderSettlement.sol";

/// @title PurchaseOrders
/// @notice See {IPurchaseOrders}. Here an order begins and ends. Deliveries, disputes, changes and the escrow are
/// each in a file of `orders/`:
///
///     OrderRecords <- OrderEscrow <- OrderSettlement <- OrderDeliveries, OrderDisputes, OrderChanges <-
/// PurchaseOrders
contract PurchaseOrders is OrderDeliveries, OrderDisputes, OrderChanges {
    uint256 private constant _MAX_DEPOSIT = 2 ** 63 - 1; // the ledger's 63 bits

    uint256 private _count;

    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IERC20 token,
        IReceivables receivables,
        IOrderRules rules,
        IForceMajeure forceMajeure,
        uint256 edition
    )
        OrderRecords(participants, edition)
        OrderEscrow(token, receivables)
        OrderSettlement(credit, forceMajeure)
        OrderChanges(rules)
    { }

    /* OPEN */

    /// @inheritdoc IAwardTaker
    /// @dev Neither a pause nor a retirement stops it: the room that began the award asked for both. In memory: read
    /// from calldata it takes hundreds of bytes more.
    // solhint-disable-next-line gas-calldata-parameters
    function takeAward(Award memory award) external returns (uint256 orderId) {
        if (!_holds(Offices.AWARDER, msg.sender)) revert PurchaseOrders_NotAnAwarder(msg.sender);
        _checkWithin(Value.Quantity, award.quantity, 1, _MAX_QUANTITY);

        orderId = _numberOf(++_count);
        OrderTerms memory terms = award.terms;
        OrderRecord storage record = _orders[orderId];
        record.escrowOrTime = _latestFunding(terms);
        record.promisedAt = terms.promisedAt;
        record.attesterPost = terms.attesterPost;
        record.arbiterPost = terms.arbiterPost;
        record.paymentSeconds = terms.paymentSeconds;
        record.status = OrderStatus.Opened;
        record.regional = terms.region != bytes32(0);
        record.scheduled = terms.scheduleRoot != bytes32(0);
        record.supplier = award.supplier;
        record.graceSeconds = terms.graceSeconds;
        record.silenceSeconds = terms.silenceSeconds;
        record.latenessBpsPerDay = terms.latenessBpsPerDay;
        record.latenessCapBps = terms.latenessCapBps;
        record.buyer = award.buyer;
        record.taxBps = terms.taxBps;
        record.toleranceBps = terms.toleranceBps;
        record.rest = award.quantity | uint256(award.amount) << 64;
        if (record.regional) _regions[orderId] = terms.region;
        if (record.scheduled) _schedules[orderId] = terms.scheduleRoot;
        emit PurchaseOrderOpened(
            orderId,
            award.buyer,
            award.supplier,
            msg.sender,
            award.tenderId,
            award.requisitionRef,
            award.quantity,
            award.amount,
            requiredDeposit(award.amount, terms.taxBps, terms.toleranceBps),
            terms
        );
    }

    /// @dev Never after the promise: a buyer that funds then would make any delivery late, or impossible.
    function _latestFunding(OrderTerms memory terms) private view returns (uint64) {
        uint256 fundBy = block.timestamp + terms.fundSeconds;
        return uint64(fundBy < terms.promisedAt ? fundBy : terms.promisedAt);
    }

    /* FUND */

    /// @inheritdoc IPurchaseOrders
    function fund(uint256 orderId, uint128 deposit) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Opened);
        _checkIs(orderId, record.buyer);
        uint128 least = requiredDeposit(uint64(record.rest >> 64), record.taxBps, record.toleranceBps);
        _checkWithin(Value.Deposit, deposit, least, 2 * least < _MAX_DEPOSIT ? 2 * least : _MAX_DEPOSIT);
        _checkBefore(_fundBy(record));

        record.status = OrderStatus.Funded;
        record.escrowOrTime = uint64(deposit);
        emit OrderFunded(orderId, msg.sender, deposit);
        _deposit(msg.sender, deposit);
    }

    /* END */

    /// @inheritdoc IPurchaseOrders
    function close(uint256 orderId) external nonReentrant {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        if (record.counts >= _UNSETTLED) revert PurchaseOrders_DeliveriesOpen(orderId);
        if (msg.sender != record.supplier || _inTransit(record) != 0) _checkFrom(_closableAt(record));

        _refund(record, _end(record, orderId));
    }

    /// @inheritdoc IPurchaseOrders
    function cancel(uint256 orderId) external {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Opened);
        bool inTime = block.timestamp < _fundBy(record);
        if (msg.sender != record.buyer && msg.sender != record.supplier) _checkFrom(_fundBy(record));

        record.status = OrderStatus.Cancelled;
        emit OrderCancelled(orderId, msg.sender);
        if (inTime && msg.sender == record.supplier) _recordDefault(record, orderId, uint64(record.rest >> 64));
    }
}
