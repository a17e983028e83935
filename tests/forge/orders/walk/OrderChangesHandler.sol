// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Participants } from "../../../../contracts/identity/Participants.sol";
import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { OrderHandler } from "./OrderHandler.sol";

/// And all that can happen to an order that does not go as planned: disputes, withdrawals, rulings, amendments signed by
/// both, part cancels; intruders that call anything with anything; and everybody walking away at any time.
contract OrderChangesHandler is OrderHandler {
    /// What was accepted, and for how much, when the rest of an order was last based anew.
    struct Base {
        uint256 accepted;
        uint256 acceptedAmount;
    }

    address private constant STRANGER = address(0xbeef);

    uint256 public broken; // how often a change did something other than what it says
    uint256 public intrusions; // that were refused

    mapping(uint256 orderId => Base) private _bases;

    constructor(
        PurchaseOrders orders_,
        Participants participants_,
        address[2] memory adminAndBuyer,
        uint32[2] memory posts,
        address[2] memory suppliers_
    ) OrderHandler(orders_, participants_, adminAndBuyer, posts, suppliers_) { }

    // ---- disputes ----

    function dispute(uint256 seed) external booked watched {
        (uint256 id, uint256 deliveryId) = _deliveryIn(seed, (seed >> 4) % 2 == 0 ? INSPECTED : 0);
        if (id == 0) return;
        Part storage part = _parts[id][deliveryId];
        bool mine = seed % 3 == 0 ? _buyerMay(id, part) : _supplierMay(id, part);
        if (!mine) return;
        address party = seed % 3 == 0 ? buyer : _lines[id].supplier;
        ++taken[party == buyer ? "dispute of the buyer" : "dispute of the supplier"];
        vm.prank(party);
        orders.disputeDelivery(id, deliveryId, _reference());
        if (part.stage == DISPUTED) {
            part.joined = true;
            return;
        }
        part.ruleBy = _silenceEnd(id, part);
        if (party != buyer) part.ruleBy = (part.status == SHIPPED ? _lostAt(_lines[id]) : part.ruleBy) + 30 days;
        (part.stage, part.disputant) = (DISPUTED, party);
    }

    function withdraw(uint256 seed) external booked watched {
        (uint256 id, uint256 deliveryId) = _inStage(seed, DISPUTED);
        if (id == 0 || _parts[id][deliveryId].joined || seed % 3 != 0) return;
        ++taken["withdraw"];
        vm.prank(_parts[id][deliveryId].disputant);
        orders.withdrawDispute(id, deliveryId);
        _parts[id][deliveryId].stage = WITHDRAWN;
        _mayEnd(id, deliveryId);
    }

    function rule(uint256 seed, uint128 received, uint128 accepted, uint40 when) external booked watched {
        (uint256 id, uint256 deliveryId) = _inStage(seed, DISPUTED);
        if (id == 0 || _arbiter == address(0)) return;
        Part storage part = _parts[id][deliveryId];
        if (block.timestamp >= part.ruleBy || seed % 3 == 0) return; // some arbiters are silent
        uint256 least = part.status == SETTLED ? part.accepted : 0;
        uint256 most = _mostAccepted(id, part);
        accepted = uint128(bound(accepted, least, seed % 5 == 0 ? least : most));
        received = uint128(bound(received, accepted, part.shipped));
        when = uint40(bound(when, part.shippedAt, part.status == SHIPPED ? block.timestamp : part.receivedAt));
        bool less = accepted < part.accepted;
        ++taken[less ? "rule less" : part.status == SETTLED ? "rule what was paid" : "rule"];
        vm.prank(_arbiter);
        orders.ruleDelivery(id, deliveryId, received, accepted, when, _reference());
        _ruled(id, part, received, accepted, when);
        if (less) _bases[id] = _base(id);
    }

    function lapse(uint256 seed) external booked watched {
        (uint256 id, uint256 deliveryId) = _inStage(seed, DISPUTED);
        if (id == 0) return;
        uint256 ruleBy = _parts[id][deliveryId].ruleBy;
        if (block.timestamp < ruleBy) {
            if (seed % 4 != 0) return;
            vm.warp(ruleBy); // the arbiter stays silent
        }
        ++taken["lapse"];
        orders.lapseDispute(id, deliveryId);
        _lapsed(id, deliveryId);
    }

    // ---- changes ----

    function amend(uint256 seed, uint128 quantity, uint128 amount) external booked watched {
        uint256 id = _orderIn(seed, 2);
        if (id == 0) return;
        IPurchaseOrders.Order memory before = orders.order(id);
        IOrderRules.OrderAmendment memory what = IOrderRules.OrderAmendment({
            orderId: id,
            revision: _lines[id].revision + 1,
            quantity: uint128(bound(quantity, before.underway, uint256(before.underway) + before.quantity)),
            amount: uint128(bound(amount, before.acceptedAmount, seed % 2 == 0 ? 2 ** 60 : before.amount)),
            promisedAt: before.terms.promisedAt,
            scheduleRoot: bytes32(0),
            deadline: uint40(block.timestamp) + 1
        });
        if (seed % 3 != 0) what.promisedAt = uint40(block.timestamp + 1 + (seed >> 16) % 20 days);
        if (what.quantity > 2 ** 60) what.quantity = 2 ** 60;
        if (what.quantity == before.accepted) what.amount = before.acceptedAmount;
        ++taken["amend"];
        bytes32 digest = IOrderRules(orders.RULES()).amendmentDigest(address(orders), what);
        orders.amend(what, _signed("buyer", digest), _signed(_roleOf(before.supplier), digest));
        _amended(id, what);
        _bases[id] = _base(id);
        IPurchaseOrders.Order memory found = orders.order(id);
        if (found.accepted != before.accepted || found.acceptedAmount != before.acceptedAmount) ++broken;
    }

    function cancelPart(uint256 seed, uint128 quantity) external booked watched {
        uint256 id = _orderIn(seed, 2);
        if (id == 0 || seed % 2 == 0) return;
        IPurchaseOrders.Order memory before = orders.order(id);
        uint256 open = _lines[id].quantity - _underway(id);
        if (open == 0) return;
        quantity = uint128(bound(quantity, 1, open));
        ++taken["cancel part"];
        vm.prank(before.supplier);
        orders.cancelPart(id, quantity);
        IPurchaseOrders.Order memory found = orders.order(id);
        if (
            found.accepted != before.accepted || found.acceptedAmount != before.acceptedAmount
                || found.amount + found.defaulted != before.amount + before.defaulted
        ) ++broken;
        _lines[id].quantity -= quantity;
        _lines[id].amount = found.amount;
        _lines[id].revision += 1;
        _bases[id] = _base(id);
        _mayEnd(id);
    }

    // ---- intruders ----

    /// Anybody calls anything with anything. Whoever is not the one that may is a stranger: what a stranger may do, by the
    /// model, it does; all else is refused, and nothing of anything changes.
    function intrude(uint256 seed, uint256 some, uint256 second) external booked watched {
        uint256 what = seed % 16;
        if (second % 3 == 0) what = [uint256(8), 9, 10, 14][seed % 4]; // what anybody may do, in its time
        uint256 id = first - 1 + (seed >> 8) % (count + 2);
        uint256 deliveryId = (seed >> 16) % 4;
        address actor = _intruder(seed >> 24);
        if (_entitled(what, id, actor)) return;
        bool right = what == 8
            ? _claimable(id, deliveryId)
            : what == 9
                ? _closable(id)
                : what == 10
                    ? _lines[id].status == 1 && block.timestamp >= _lines[id].fundBy
                    : what == 14 && _lapsable(id, deliveryId);
        bytes memory call = _callOf(what, id, deliveryId, some, second);
        vm.prank(actor);
        (bool done,) = address(orders).call(call);
        if (done != right) ++disagreed;
        if (!done) {
            ++intrusions;
            ++taken["intrude"];
            return;
        }
        ++taken["stranger"];
        if (what == 8) _claimed(id, deliveryId);
        else if (what == 9) _ended(id);
        else if (what == 10) _lines[id].status = 4;
        else _lapsed(id, deliveryId);
    }

    /// From here on everybody is silent but a stranger, who ends all orders within their bound and leaves no money
    /// behind. Then it was a dream.
    function walkAway(uint256 seed) external {
        if (seed % 4 != 0) return;
        ++taken["walk away"];
        uint256 state = vm.snapshotState();
        for (uint256 id = first; id < first + count; ++id) {
            _endByStranger(id);
        }
        uint256 left;
        for (uint256 id = first; id < first + count; ++id) {
            left += orders.order(id).escrowed;
        }
        assertEq(left, 0, "left behind");
        vm.revertToState(state);
    }

    function _endByStranger(uint256 id) private {
        Line storage line = _lines[id];
        vm.startPrank(STRANGER);
        if (line.status == 1) {
            if (block.timestamp < line.fundBy) vm.warp(line.fundBy);
            orders.cancel(id);
        } else if (line.status == 2) {
            uint256 from = _lostAt(line) > block.timestamp ? _lostAt(line) : block.timestamp;
            uint256 latest = from + 2 * line.silence + 30 days;
            // A dispute keeps its last day when both sides bring the promise forward meanwhile.
            for (uint256 i = 1; i < _parts[id].length; ++i) {
                Part storage part = _parts[id][i];
                if (part.stage == DISPUTED && part.ruleBy > latest) latest = part.ruleBy;
            }
            // Nobody waits for a ruling before it claims what another delivery has been silent for long enough.
            for (uint256 i = 1; i < _parts[id].length && orders.order(id).closedAt == 0; ++i) {
                _claimByStranger(id, i);
            }
            for (uint256 i = 1; i < _parts[id].length && orders.order(id).closedAt == 0; ++i) {
                _lapseByStranger(id, i);
            }
            if (orders.order(id).closedAt == 0) {
                uint256 at = _lostAt(line);
                if (orders.order(id).contestableUntil > at) at = orders.order(id).contestableUntil;
                if (block.timestamp < at) vm.warp(at);
                orders.close(id);
            }
            assertLe(orders.order(id).closedAt, latest, "later than its bound");
        }
        vm.stopPrank();
    }

    function _claimByStranger(uint256 id, uint256 i) private {
        Part storage part = _parts[id][i];
        if (part.status != RECEIVED && part.status != INSPECTED) return;
        uint256 at = _silenceEnd(id, part);
        if (block.timestamp < at) vm.warp(at);
        orders.claim(id, i);
    }

    function _lapseByStranger(uint256 id, uint256 i) private {
        if (uint256(orders.disputeOf(id, i).stage) != DISPUTED) return;
        uint256 ruleBy = orders.disputeOf(id, i).ruleBy;
        if (block.timestamp < ruleBy) vm.warp(ruleBy);
        orders.lapseDispute(id, i);
    }

    // ---- what the invariants look at ----

    function base(uint256 id) external view returns (Base memory) {
        return _bases[id];
    }

    // ---- the model of changes ----

    function _supplierMay(uint256 id, Part storage part) private view returns (bool) {
        if (part.stage == DISPUTED || part.stage == RULED || part.stage == LAPSED) return false;
        if (part.stage == WITHDRAWN && part.disputant != buyer) return false;
        if (part.status == SHIPPED) {
            return block.timestamp >= _silenceEnd(id, part) && block.timestamp < _lostAt(_lines[id]);
        }
        return _contestable(part) && block.timestamp < _silenceEnd(id, part);
    }

    function _buyerMay(uint256 id, Part storage part) private view returns (bool) {
        if (part.status != RECEIVED && part.status != INSPECTED) return false;
        if (part.stage == RULED || part.stage == LAPSED || part.joined) return false;
        if (part.stage != 0 && part.disputant == buyer) return false;
        return block.timestamp < _silenceEnd(id, part);
    }

    function _mostAccepted(uint256 id, Part storage part) private view returns (uint256 most) {
        uint256 open = _lines[id].quantity - _underway(id);
        uint256 own = part.status == SHIPPED ? part.shipped : part.status == RECEIVED ? part.received : part.accepted;
        most = own + open < part.shipped ? own + open : part.shipped;
    }

    function _ruled(uint256 id, Part storage part, uint256 received, uint256 accepted, uint256 when) private {
        uint256 promisedAt = part.promisedAt == 0 ? _lines[id].promisedAt : part.promisedAt;
        uint256 late = _late(when, promisedAt);
        if (part.status == SHIPPED) part.daysLate = late;
        else if (late < part.daysLate) part.daysLate = late;
        if (part.status == SHIPPED || part.daysLate != 0) part.promisedAt = promisedAt;
        part.received = received;
        part.accepted = accepted;
        part.receivedAt = when;
        part.reportedAt = block.timestamp;
        part.status = SETTLED;
        part.stage = RULED;
        _mayEnd(id);
    }

    /// A dispute of the buyer's kept nothing open, so that its end ends nothing.
    function _mayEnd(uint256 id, uint256) private {
        _mayEnd(id);
    }

    function _amended(uint256 id, IOrderRules.OrderAmendment memory what) private {
        Line storage line = _lines[id];
        (line.quantity, line.amount, line.promisedAt) = (what.quantity, what.amount, what.promisedAt);
        line.revision += 1;
        _mayEnd(id);
    }

    function _base(uint256 id) private view returns (Base memory) {
        IPurchaseOrders.Order memory record = orders.order(id);
        return Base(record.accepted, record.acceptedAmount);
    }

    function _roleOf(address account) private view returns (string memory) {
        return account == this.supplier(0) ? "supplier" : "rival";
    }

    function _signed(string memory role, bytes32 digest) private returns (bytes memory) {
        (, uint256 key) = actorWithKey(role);
        return signatureOf(key, digest);
    }

    // ---- the intruder's hand ----

    function _intruder(uint256 seed) private view returns (address) {
        address[7] memory all = [buyer, this.supplier(0), this.supplier(1), _attester, _arbiter, admin, STRANGER];
        address chosen = all[seed % 7];
        return chosen == address(0) ? STRANGER : chosen;
    }

    /// Who does rightly what other steps do is no intruder.
    function _entitled(uint256 what, uint256 id, address actor) private view returns (bool) {
        address seller = _lines[id].supplier;
        if (what == 1) return actor == buyer; // fund
        if (what == 2 || what == 3 || what == 6 || what == 12) return actor == seller; // ship, grant, cancel a part
        if (what == 4 || what == 5 || what == 7) return actor == _attester; // receive, inspect, accept
        if (what == 9) return actor == seller; // close
        if (what == 10 || what == 13 || what == 15) return actor == seller || actor == buyer; // cancel, dispute, withdraw
        return what == 11 && actor == _arbiter; // rule
    }

    function _callOf(uint256 what, uint256 id, uint256 deliveryId, uint256 some, uint256 second)
        private
        view
        returns (bytes memory)
    {
        bytes32 ref = bytes32(some | 1);
        uint128 value = uint128(some % 3 == 0 ? second : second % 1000);
        uint40 time = uint40(some % 2 == 0 ? block.timestamp : second);
        if (what == 0) return _award(some, second);
        if (what == 1) return abi.encodeCall(orders.fund, (id, value));
        if (what == 2) return abi.encodeCall(orders.ship, (id, deliveryId, value, ref));
        if (what == 3) {
            return abi.encodeCall(orders.shipScheduled, (id, deliveryId, value, time, new bytes32[](some % 3), ref));
        }
        if (what == 4) return abi.encodeCall(orders.receiveDelivery, (id, deliveryId, value, time, ref));
        if (what == 5) return abi.encodeCall(orders.inspectDelivery, (id, deliveryId, value, ref));
        if (what == 6) return abi.encodeCall(orders.grantDiscount, (id, deliveryId, value, ref));
        if (what == 7) {
            return abi.encodeCall(orders.acceptDelivery, (id, deliveryId, value, uint128(some % 100), ref));
        }
        if (what == 8) return abi.encodeCall(orders.claim, (id, deliveryId));
        if (what == 9) return abi.encodeCall(orders.close, (id));
        if (what == 10) return abi.encodeCall(orders.cancel, (id));
        if (what == 11) {
            return abi.encodeCall(orders.ruleDelivery, (id, deliveryId, value, uint128(some % 100), time, ref));
        }
        if (what == 12) return _amendment(id, some, second);
        if (what == 13) return abi.encodeCall(orders.disputeDelivery, (id, deliveryId, ref));
        if (what == 14) return abi.encodeCall(orders.lapseDispute, (id, deliveryId));
        return abi.encodeCall(orders.withdrawDispute, (id, deliveryId));
    }

    function _award(uint256 some, uint256 second) private view returns (bytes memory) {
        IAwardTaker.Award memory award;
        (award.buyer, award.supplier) = (buyer, STRANGER);
        (award.quantity, award.amount) = (uint128(some), uint128(second));
        return abi.encodeCall(orders.takeAward, (award));
    }

    /// Either a part of the order is given up by whom it is none of, or an amendment comes with signatures that are none.
    function _amendment(uint256 id, uint256 some, uint256 second) private view returns (bytes memory) {
        if (some % 2 == 0) return abi.encodeCall(orders.cancelPart, (id, uint128(second % 100)));
        IOrderRules.OrderAmendment memory what = IOrderRules.OrderAmendment({
            orderId: id,
            revision: _lines[id].revision + 1,
            quantity: uint128(_lines[id].quantity),
            amount: uint128(_lines[id].amount + second % 1000),
            promisedAt: uint40(_lines[id].promisedAt),
            scheduleRoot: bytes32(0),
            deadline: type(uint40).max
        });
        bytes memory none = abi.encodePacked(some, second, uint8(27));
        return abi.encodeCall(orders.amend, (what, none, none));
    }
}
