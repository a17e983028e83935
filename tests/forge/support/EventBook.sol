// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../contracts/procurement/interfaces/ITenders.sol";
import { IOrderChanges } from "../../../contracts/settlement/interfaces/IOrderChanges.sol";
import { IOrderDisputes } from "../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { Vm } from "./Vm.sol";
import { CreditBook } from "./CreditBook.sol";

/// What a reader knows who sees nothing but the logs, as the bridge does: sums per order, per tender and per account.
abstract contract EventBook is CreditBook {
    bool public moved; // by the last step: a step without a log changed nothing

    struct OrderSums {
        uint256 deposit;
        uint256 paid;
        uint256 refunded;
        uint256 acceptedAmount;
        uint256 penalties;
        bool closed;
    }

    mapping(uint256 orderId => OrderSums) internal _orderSums;
    mapping(uint256 tenderId => uint256 bonds) internal _bonds;

    /// The events of everything inside are booked when it is done.
    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            _bookOrder(logs[i]);
            _bookCredit(logs[i]);
            _bookBond(logs[i]);
        }
    }

    function orderSums(uint256 orderId) external view returns (OrderSums memory) {
        return _orderSums[orderId];
    }

    function bondsOf(uint256 tenderId) external view returns (uint256) {
        return _bonds[tenderId];
    }

    function _bookOrder(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IPurchaseOrders.OrderFunded.selector) {
            _orderSums[uint256(log.topics[1])].deposit = abi.decode(log.data, (uint128));
        } else if (topic == IPurchaseOrders.PaymentReleased.selector) {
            (, uint128 acceptedAmount, uint128 net, uint128 tax, uint128 penalty, uint128 paid,) =
                abi.decode(log.data, (address, uint128, uint128, uint128, uint128, uint128, uint40));
            assertEq(uint256(paid) + penalty, uint256(net) + tax, "paid = net + tax - penalty");
            OrderSums storage sums = _orderSums[uint256(log.topics[1])];
            sums.acceptedAmount += acceptedAmount;
            sums.penalties += penalty;
            sums.paid += paid;
        } else if (topic == IOrderDisputes.SupplementPaid.selector) {
            _bookSupplement(log);
        } else if (topic == IOrderChanges.OrderAmended.selector) {
            (,,,,, uint128 toppedUp, uint128 returned) =
                abi.decode(log.data, (uint64, uint128, uint128, uint40, bytes32, uint128, uint128));
            _orderSums[uint256(log.topics[1])].deposit += toppedUp;
            _orderSums[uint256(log.topics[1])].refunded += returned;
        } else if (topic == IOrderChanges.OrderPartCancelled.selector) {
            (,,, uint128 returned) = abi.decode(log.data, (uint64, uint128, uint128, uint128));
            _orderSums[uint256(log.topics[1])].refunded += returned;
        } else if (topic == IPurchaseOrders.OrderClosed.selector) {
            (,, uint128 refunded) = abi.decode(log.data, (uint128, uint128, uint128));
            OrderSums storage sums = _orderSums[uint256(log.topics[1])];
            sums.refunded += refunded;
            sums.closed = true;
        }
    }

    function _bookSupplement(Vm.Log memory log) private {
        (, uint128 acceptedAmount, uint128 net, uint128 tax, uint128 returned, uint128 penalty, uint128 paid) =
            abi.decode(log.data, (address, uint128, uint128, uint128, uint128, uint128, uint128));
        assertEq(uint256(paid) + penalty, uint256(net) + tax + returned, "paid = net + tax + returned - penalty");
        OrderSums storage sums = _orderSums[uint256(log.topics[1])];
        sums.acceptedAmount += acceptedAmount;
        sums.penalties = sums.penalties + penalty - returned;
        sums.paid += paid;
    }

    function _bookBond(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == ITenders.BidCommitted.selector) {
            (,, uint128 bond,) = abi.decode(log.data, (uint8, bytes32, uint128, uint16));
            _bonds[uint256(log.topics[1])] += bond;
        } else if (topic == ITenders.BidRevealed.selector) {
            (, uint128 bond,,,) = abi.decode(log.data, (uint128, uint128, bool, uint16, uint128));
            _bonds[uint256(log.topics[1])] -= bond;
        } else if (topic == ITenders.BondForfeited.selector) {
            _bonds[uint256(log.topics[1])] -= abi.decode(log.data, (uint128));
        }
    }
}
