// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { OrderHandler } from "./OrderHandler.sol";

/// And all that can happen to an order that does not go as planned: disputes, force majeure, amendments, part cancels.
contract OrderChangesHandler is OrderHandler {
    /// What was accepted, and for how much, when the rest of an order was last based anew.
    struct Base {
        uint256 accepted;
        uint256 acceptedAmount;
    }

    address public immutable arbiter;

    uint256 public broken; // how often a change did something other than what it says

    mapping(uint256 orderId => Base) private _bases;

    constructor(
        PurchaseOrders orders_,
        address buyer_,
        address attester_,
        address arbiter_,
        address[2] memory suppliers_
    ) OrderHandler(orders_, buyer_, attester_, suppliers_) {
        arbiter = arbiter_;
    }

    // ---- disputes ----

    function dispute(uint256 seed) external booked watched {
        uint256[4] memory kinds = [uint256(1), 2, 3, 4]; // Shipped, Received, Inspected, Settled
        (uint256 id, uint256 part) = _lapsedIn(seed);
        if (id == 0) (id, part) = _deliveryIn(seed, IPurchaseOrders.DeliveryStatus(kinds[(seed >> 8) % 4]));
        if (id == 0) return;
        _dispute(id, part);
    }

    function rule(uint256 seed, uint128 received, uint128 accepted) external booked watched {
        (uint256 id, uint256 part) = _deliveryIn(seed, IPurchaseOrders.DeliveryStatus.Disputed);
        if (id == 0) return;
        IPurchaseOrders.Dispute memory found = orders.disputeOf(id, part);
        if (block.timestamp >= found.ruleBy || seed % 2 == 0) return; // some arbiters are silent
        (received, accepted) = _ruling(seed, id, part, received, accepted);
        bool less = accepted < orders.delivery(id, part).accepted;
        ++taken[less ? "rule less" : "rule"];
        vm.prank(arbiter);
        orders.ruleDelivery(id, part, received, accepted, _reference());
        if (less) _bases[id] = _accepted(id);
    }

    function lapse(uint256 seed) external booked watched {
        (uint256 id, uint256 part) = _deliveryIn(seed, IPurchaseOrders.DeliveryStatus.Disputed);
        if (id == 0) return;
        uint256 ruleBy = orders.disputeOf(id, part).ruleBy;
        if (block.timestamp < ruleBy) {
            if (seed % 4 != 0) return;
            vm.warp(ruleBy); // the arbiter stays silent
        }
        ++taken["lapse"];
        IPurchaseOrders.DeliveryStatus from = orders.disputeOf(id, part).from;
        if (from == IPurchaseOrders.DeliveryStatus.Received || from == IPurchaseOrders.DeliveryStatus.Inspected) {
            _contestableUntil[id] = block.timestamp + orders.order(id).terms.silenceSeconds;
        }
        orders.lapseDispute(id, part);
        if ((seed >> 16) % 2 == 0) return;
        _watchOrder(id);
        _dispute(id, part); // the other party waited for it
    }

    // ---- changes ----

    function amend(uint256 seed, uint128 quantity, uint128 amount) external booked watched {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Funded);
        if (id == 0) return;
        IPurchaseOrders.Order memory before = orders.order(id);
        quantity = uint128(bound(quantity, before.underway, uint256(before.underway) + before.quantity));
        amount = uint128(bound(amount, before.acceptedAmount, seed % 2 == 0 ? 2 ** 60 : before.amount));
        if (quantity == before.accepted) amount = before.acceptedAmount;
        ++taken["amend"];
        orders.amendOrder(
            id,
            quantity,
            amount,
            seed % 3 == 0 ? before.terms.promisedAt : uint40(block.timestamp + 1 + (seed >> 16) % 20 days)
        );
        _bases[id] = _accepted(id);
        IPurchaseOrders.Order memory found = orders.order(id);
        if (
            found.accepted != before.accepted || found.acceptedAmount != before.acceptedAmount
                || found.quantity != quantity || found.amount != amount || found.revision != before.revision + 1
        ) ++broken;
    }

    function cancelPart(uint256 seed, uint128 quantity) external booked watched {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Funded);
        if (id == 0 || seed % 2 == 0) return;
        IPurchaseOrders.Order memory before = orders.order(id);
        uint128 open = before.quantity - before.underway;
        if (open == 0) return;
        quantity = uint128(bound(quantity, 1, open));
        ++taken["cancel part"];
        vm.prank(before.supplier);
        orders.cancelPart(id, quantity);
        _bases[id] = _accepted(id);
        IPurchaseOrders.Order memory found = orders.order(id);
        if (
            found.accepted != before.accepted || found.acceptedAmount != before.acceptedAmount
                || found.quantity + quantity != before.quantity
                || found.amount + found.defaulted != before.amount + before.defaulted
        ) ++broken;
    }

    // ---- force majeure ----

    function reportMajeure(uint256 seed) external booked watched {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Funded);
        if (id == 0) return;
        IPurchaseOrders.ForceMajeure memory found = orders.forceMajeureOf(id);
        if (found.pendingDays != 0 || found.reports == 4 || found.grantedDays == 180) return;
        ++taken["report"];
        vm.prank(attester);
        orders.reportForceMajeure(id, uint16(bound(seed >> 8, 1, 180 - found.grantedDays) % 20 + 1), _reference());
    }

    function disputeMajeure(uint256 seed) external booked watched {
        (uint256 id, IPurchaseOrders.ForceMajeure memory found) = _pendingIn(seed);
        if (id == 0 || found.ruleBy != 0) return;
        IPurchaseOrders.Order memory record = orders.order(id);
        if (block.timestamp >= uint256(found.reportedAt) + record.terms.silenceSeconds) return;
        ++taken["dispute report"];
        vm.prank(seed % 2 == 0 ? record.buyer : record.supplier);
        orders.disputeForceMajeure(id, _reference());
    }

    function ruleMajeure(uint256 seed) external booked watched {
        (uint256 id, IPurchaseOrders.ForceMajeure memory found) = _pendingIn(seed);
        if (id == 0 || block.timestamp >= found.ruleBy) return;
        ++taken["rule report"];
        vm.prank(arbiter);
        orders.ruleForceMajeure(id, uint16(bound(seed, 0, found.pendingDays)), _reference());
    }

    function applyMajeure(uint256 seed) external booked watched {
        (uint256 id, IPurchaseOrders.ForceMajeure memory found) = _pendingIn(seed);
        if (id == 0) return;
        uint256 from = found.ruleBy;
        if (from == 0) from = uint256(found.reportedAt) + orders.order(id).terms.silenceSeconds;
        if (block.timestamp < from) return;
        ++taken["apply report"];
        orders.applyForceMajeure(id);
    }

    // ---- what the invariants look at ----

    function base(uint256 id) external view returns (Base memory) {
        return _bases[id];
    }

    // ---- choosing ----

    /// By whoever may, if anybody.
    function _dispute(uint256 id, uint256 part) private {
        IPurchaseOrders.Order memory record = orders.order(id);
        if (record.status != IPurchaseOrders.OrderStatus.Funded) return;
        IPurchaseOrders.Dispute memory last = orders.disputeOf(id, part);
        address party = _disputant(id, record, orders.delivery(id, part), last.disputant);
        if (party == address(0)) return;
        if (last.disputant != address(0) && (last.ruleBy != 0 || last.disputant == party)) return;
        ++taken[last.disputant == address(0) ? "dispute" : "dispute again"];
        vm.prank(party);
        orders.disputeDelivery(id, part, _reference());
    }

    /// Who may dispute this delivery now, if possible not who did it last; zero: nobody.
    function _disputant(
        uint256 id,
        IPurchaseOrders.Order memory record,
        IPurchaseOrders.Delivery memory part,
        address last
    ) private view returns (address) {
        uint256 silenceEnd = uint256(part.reportedAt) + record.terms.silenceSeconds;
        if (part.status == IPurchaseOrders.DeliveryStatus.Shipped) {
            bool open = block.timestamp >= silenceEnd && block.timestamp < _closableAt(id, record);
            return open ? record.supplier : address(0);
        }
        if (part.status == IPurchaseOrders.DeliveryStatus.Received) return record.buyer;
        bool rejected = part.accepted < part.quantity && block.timestamp < silenceEnd;
        if (rejected && last != record.supplier) return record.supplier;
        return part.status == IPurchaseOrders.DeliveryStatus.Inspected ? record.buyer : address(0);
    }

    /// A delivery of which a dispute lapsed and that the other party may dispute now.
    function _lapsedIn(uint256 seed) private view returns (uint256, uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            IPurchaseOrders.Order memory record = orders.order(id);
            if (record.status != IPurchaseOrders.OrderStatus.Funded) continue;
            for (uint256 part = 1; part <= record.deliveries; ++part) {
                IPurchaseOrders.Dispute memory last = orders.disputeOf(id, part);
                if (last.disputant == address(0) || last.ruleBy != 0) continue;
                address party = _disputant(id, record, orders.delivery(id, part), last.disputant);
                if (party != address(0) && party != last.disputant) return (id, part);
            }
        }
        return (0, 0);
    }

    function _ruling(uint256 seed, uint256 id, uint256 part, uint128 received, uint128 accepted)
        private
        view
        returns (uint128, uint128)
    {
        (uint256 least, uint256 most, uint256 quantity) = _range(id, part);
        accepted = uint128(bound(accepted, least, seed % 3 == 0 ? least : most));
        return (uint128(bound(received, accepted, quantity)), accepted);
    }

    /// The least and the most that a ruling may accept.
    function _range(uint256 id, uint256 part) private view returns (uint256 least, uint256 most, uint256 quantity) {
        IPurchaseOrders.Delivery memory found = orders.delivery(id, part);
        IPurchaseOrders.Order memory record = orders.order(id);
        IPurchaseOrders.DeliveryStatus from = orders.disputeOf(id, part).from;
        quantity = found.quantity;
        most = quantity;
        if (from == IPurchaseOrders.DeliveryStatus.Settled) least = found.accepted;
        if (from == IPurchaseOrders.DeliveryStatus.Inspected || from == IPurchaseOrders.DeliveryStatus.Settled) {
            uint256 possible = found.accepted + record.quantity - record.underway;
            if (most > possible) most = possible;
        }
    }

    function _pendingIn(uint256 seed) private view returns (uint256, IPurchaseOrders.ForceMajeure memory found) {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            found = orders.forceMajeureOf(id);
            bool runs = orders.order(id).status == IPurchaseOrders.OrderStatus.Funded;
            if (runs && found.pendingDays != 0) return (id, found);
        }
        return (0, found);
    }

    function _accepted(uint256 id) private view returns (Base memory) {
        IPurchaseOrders.Order memory record = orders.order(id);
        return Base(record.accepted, record.acceptedAmount);
    }
}
