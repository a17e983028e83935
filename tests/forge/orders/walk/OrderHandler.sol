// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { EventBook } from "../../support/EventBook.sol";

/// All that the parties of up to `MAX_ORDERS` orders can do when all goes as planned, at random, each time rightly:
/// nothing here may revert. A step that nobody can take now is skipped. The handler itself holds the offices of
/// contracts, awarder and amender.
abstract contract OrderHandler is EventBook {
    uint256 public constant MAX_ORDERS = 3;

    PurchaseOrders public immutable orders;
    address public immutable buyer;
    address public immutable attester;

    uint256 public count;
    uint256 public backwards; // how often a state went where it must not
    mapping(string step => uint256 times) public taken;
    mapping(uint256 orderId => uint256 time) internal _contestableUntil;

    address[2] private _suppliers;
    uint256 private _references;
    mapping(uint256 orderId => uint256 status) private _lastOrder;
    mapping(uint256 orderId => mapping(uint256 deliveryId => uint256 status)) private _lastDelivery;
    mapping(uint256 orderId => mapping(uint256 deliveryId => uint256 status)) private _disputedFrom;
    mapping(uint256 orderId => mapping(uint256 deliveryId => address party)) private _lastDisputant;
    mapping(uint256 orderId => mapping(uint256 deliveryId => bool ruled)) private _ruled;

    constructor(PurchaseOrders orders_, address buyer_, address attester_, address[2] memory suppliers_) {
        orders = orders_;
        buyer = buyer_;
        attester = attester_;
        _suppliers = suppliers_;
    }

    modifier watched() {
        _;
        for (uint256 id = 1; id <= count; ++id) {
            _watchOrder(id);
        }
    }

    // ---- steps ----

    function open(uint256 seed, uint64 amount, uint32 quantity) external booked watched {
        if (count == MAX_ORDERS) return;
        ++count;
        ++taken["open"];
        orders.takeAward(
            IAwardTaker.Award({
                tenderId: count,
                requisitionRef: keccak256(abi.encode(seed)),
                buyer: buyer,
                supplier: _suppliers[seed % 2],
                quantity: uint128(bound(quantity, 1, seed % 3 == 0 ? 5 : type(uint32).max)),
                amount: uint128(bound(amount, 1, seed % 5 == 0 ? 100 : 2 ** 60)),
                terms: _terms(seed)
            })
        );
    }

    function fund(uint256 seed, uint64 extra) external booked watched {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        if (id == 0) return;
        IPurchaseOrders.Order memory record = orders.order(id);
        if (block.timestamp >= record.fundBy) return;
        uint128 deposit = orders.requiredDeposit(record.amount, record.terms.taxBps, record.terms.toleranceBps);
        ++taken["fund"];
        vm.prank(buyer);
        orders.fund(id, deposit + extra % 1000);
    }

    function ship(uint256 seed, uint128 quantity) external booked watched {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Funded);
        if (id == 0) return;
        IPurchaseOrders.Order memory record = orders.order(id);
        uint128 left = record.quantity - record.underway;
        if (left == 0 || record.deliveries == orders.MAX_DELIVERIES()) return;
        if (block.timestamp >= uint256(record.terms.promisedAt) + record.terms.graceSeconds) return;
        ++taken["ship"];
        vm.prank(record.supplier);
        orders.ship(id, record.deliveries + 1, uint128(bound(quantity, 1, left)), _reference());
    }

    function receiveDelivery(uint256 seed, uint128 quantity, uint40 when) external booked watched {
        (uint256 id, uint256 part) = _deliveryIn(seed, IPurchaseOrders.DeliveryStatus.Shipped);
        if (id == 0) return;
        IPurchaseOrders.Delivery memory record = orders.delivery(id, part);
        quantity = seed % 2 == 0 ? record.quantity : uint128(bound(quantity, 1, record.quantity));
        when = uint40(bound(when, record.reportedAt, block.timestamp));
        ++taken["receive"];
        vm.prank(attester);
        orders.receiveDelivery(id, part, quantity, when, _reference());
    }

    function inspect(uint256 seed, uint128 accepted) external booked watched {
        (uint256 id, uint256 part) = _deliveryIn(seed, IPurchaseOrders.DeliveryStatus.Received);
        if (id == 0) return;
        uint128 received = orders.delivery(id, part).quantity;
        accepted = seed % 2 == 0 ? received : uint128(bound(accepted, 0, received));
        ++taken["inspect"];
        IPurchaseOrders.Order memory record = orders.order(id);
        bool late = block.timestamp >= uint256(record.terms.promisedAt) + record.terms.graceSeconds;
        if (accepted < received && late) _contestableUntil[id] = block.timestamp + record.terms.silenceSeconds;
        vm.prank(attester);
        orders.inspectDelivery(id, part, accepted, _reference());
    }

    function accept(uint256 seed, uint128 net, uint128 tax) external booked watched {
        (uint256 id, uint256 part) = _deliveryIn(seed, IPurchaseOrders.DeliveryStatus.Inspected);
        if (id == 0 || _waits(id, part)) return;
        IAwardTaker.OrderTerms memory terms = orders.order(id).terms;
        uint256 most = uint256(orders.delivery(id, part).acceptedAmount) * (10_000 + terms.toleranceBps) / 10_000;
        net = seed % 2 == 0 ? uint128(most) : uint128(bound(net, 0, most));
        most = (uint256(net) * terms.taxBps + 9999) / 10_000;
        tax = seed % 3 == 0 ? uint128(bound(tax, 0, most)) : uint128(most);
        ++taken["accept"];
        vm.prank(attester);
        orders.acceptDelivery(id, part, net, tax, _reference());
    }

    function claim(uint256 seed) external booked watched {
        (uint256 id, uint256 part) = _deliveryIn(
            seed, seed % 2 == 0 ? IPurchaseOrders.DeliveryStatus.Received : IPurchaseOrders.DeliveryStatus.Inspected
        );
        if (id == 0 || _waits(id, part)) return;
        uint256 silenceEnd = uint256(orders.delivery(id, part).reportedAt) + orders.order(id).terms.silenceSeconds;
        if (block.timestamp < silenceEnd) return;
        ++taken["claim"];
        orders.claim(id, part);
    }

    function close(uint256 seed) external booked watched {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Funded);
        if (id == 0) return;
        IPurchaseOrders.Order memory record = orders.order(id);
        if (record.unsettled != 0) return;
        uint256 closableAt = _closableAt(id, record);
        if (block.timestamp < closableAt) {
            // The supplier gives up now and then; more often, and the deep states would starve.
            if (record.inTransit != 0 || seed % 4 != 0) return;
            ++taken["give up"];
            vm.prank(record.supplier);
        } else {
            ++taken["close"];
        }
        orders.close(id);
    }

    function cancel(uint256 seed) external booked watched {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        if (id == 0) return;
        IPurchaseOrders.Order memory record = orders.order(id);
        if (block.timestamp < record.fundBy) {
            if (seed % 4 != 0) return;
            vm.prank(seed % 8 == 0 ? record.buyer : record.supplier);
        }
        ++taken["cancel"];
        orders.cancel(id);
    }

    function wait(uint32 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, time % 8 == 0 ? 40 days : 4 days)); // now and then past a ruling's time
    }

    // ---- what the invariants look at ----

    function supplier(uint256 index) external view returns (address) {
        return _suppliers[index];
    }

    // ---- choosing ----

    function _terms(uint256 seed) private view returns (IAwardTaker.OrderTerms memory) {
        return IAwardTaker.OrderTerms({
            attester: attester,
            promisedAt: uint40(block.timestamp) + uint40(2 days + (seed >> 8) % 20 days),
            fundSeconds: uint32(1 hours + (seed >> 16) % 10 days),
            graceSeconds: uint32((seed >> 24) % 10 days),
            silenceSeconds: uint32(1 days + (seed >> 32) % 2 days),
            latenessBpsPerDay: uint16((seed >> 40) % 10_001),
            latenessCapBps: uint16((seed >> 56) % 10_001),
            taxBps: seed % 7 == 0 ? 0 : uint16((seed >> 72) % 10_001),
            toleranceBps: seed % 11 == 0 ? 0 : uint16((seed >> 88) % 10_001),
            paymentSeconds: seed % 13 < 4 ? uint24(1 + (seed >> 104) % 180 days) : 0
        });
    }

    function _orderIn(uint256 seed, IPurchaseOrders.OrderStatus wanted) internal view returns (uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (orders.order(id).status == wanted) return id;
        }
        return 0;
    }

    function _deliveryIn(uint256 seed, IPurchaseOrders.DeliveryStatus wanted)
        internal
        view
        returns (uint256 id, uint256 part)
    {
        for (uint256 i; i < count; ++i) {
            id = 1 + (seed % count + i) % count;
            uint256 parts = orders.order(id).deliveries;
            for (uint256 j; j < parts; ++j) {
                part = 1 + (seed % parts + j) % parts;
                if (orders.delivery(id, part).status == wanted) return (id, part);
            }
        }
        return (0, 0);
    }

    function _reference() internal returns (bytes32) {
        return bytes32(++_references);
    }

    /// A late delivery is not paid while a force majeure is pending.
    function _waits(uint256 id, uint256 part) private view returns (bool) {
        return orders.delivery(id, part).daysLate != 0 && orders.forceMajeureOf(id).pendingDays != 0;
    }

    function _closableAt(uint256 id, IPurchaseOrders.Order memory record) internal view returns (uint256 closableAt) {
        closableAt = uint256(record.terms.promisedAt) + record.terms.graceSeconds + record.terms.silenceSeconds
            + uint256(orders.forceMajeureOf(id).pendingDays) * 1 days;
        if (record.inTransit != 0) closableAt += record.terms.silenceSeconds;
        if (_contestableUntil[id] > closableAt) closableAt = _contestableUntil[id];
    }

    // ---- forbidden transitions ----

    function _watchOrder(uint256 id) internal {
        IPurchaseOrders.Order memory record = orders.order(id);
        uint256 from = _lastOrder[id];
        uint256 to = uint256(record.status);
        // None -> Opened -> Funded -> Closed, Opened -> Cancelled; ends are ends.
        bool allowed = from == to || from + 1 == to && to <= uint256(IPurchaseOrders.OrderStatus.Closed)
            || from == uint256(IPurchaseOrders.OrderStatus.Opened)
            && to == uint256(IPurchaseOrders.OrderStatus.Cancelled);
        if (!allowed) ++backwards;
        _lastOrder[id] = to;
        for (uint256 part = 1; part <= record.deliveries; ++part) {
            _watchDelivery(id, part);
        }
    }

    function _watchDelivery(uint256 id, uint256 part) private {
        uint256 from = _lastDelivery[id][part];
        uint256 to = uint256(orders.delivery(id, part).status);
        uint256 settled = uint256(IPurchaseOrders.DeliveryStatus.Settled);
        uint256 lost = uint256(IPurchaseOrders.DeliveryStatus.Lost);
        uint256 shipped = uint256(IPurchaseOrders.DeliveryStatus.Shipped);
        uint256 received = uint256(IPurchaseOrders.DeliveryStatus.Received);
        uint256 disputed = uint256(IPurchaseOrders.DeliveryStatus.Disputed);
        // None -> Shipped -> Received -> Inspected -> Settled, Received -> Settled, Shipped -> Lost.
        bool allowed = from == to || from + 1 == to && to <= settled || from == received && to == settled
            || from == shipped && to == lost;
        // Into a dispute by each party in turn, never after a ruling, and out of it: to Settled, or to where it came
        // from.
        if (to == disputed && from != disputed) {
            address disputant = orders.disputeOf(id, part).disputant;
            allowed = from != lost && !_ruled[id][part] && disputant != _lastDisputant[id][part];
            _disputedFrom[id][part] = from;
            _lastDisputant[id][part] = disputant;
        } else if (from == disputed && to != disputed) {
            allowed = to == settled || to == _disputedFrom[id][part];
            _ruled[id][part] = orders.disputeOf(id, part).ruleBy != 0;
        }
        if (!allowed) ++backwards;
        _lastDelivery[id][part] = to;
    }
}
