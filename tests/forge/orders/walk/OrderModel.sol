// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { Hearing } from "../../../../contracts/libraries/Hearing.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { EventBook } from "../../support/EventBook.sol";

/// Orders as the walk keeps them itself: quantities, times, states, turns and hearings, from the rules as they are
/// written down and not from the contract. What may be done next is read here, and the contract must agree.
abstract contract OrderModel is EventBook {
    uint256 internal constant SHIPPED = 1;
    uint256 internal constant RECEIVED = 2;
    uint256 internal constant INSPECTED = 3;
    uint256 internal constant SETTLED = 4;

    uint256 internal constant DISPUTED = 1;
    uint256 internal constant WITHDRAWN = 2;
    uint256 internal constant RULED = 3;
    uint256 internal constant LAPSED = 4;

    struct Part {
        uint256 status;
        uint256 shipped;
        uint256 received;
        uint256 accepted;
        uint256 shippedAt;
        uint256 receivedAt;
        uint256 reportedAt;
        uint256 promisedAt; // zero: the order's
        uint256 daysLate;
        bool granted;
        bool below;
        uint256 stage;
        address disputant;
        bool joined;
        uint256 ruleBy;
    }

    struct Line {
        address supplier;
        uint256 status; // 1 opened, 2 funded, 3 closed, 4 cancelled
        uint256 fundBy;
        uint256 closedAt;
        uint256 contestableUntil;
        uint256 promisedAt;
        uint256 grace;
        uint256 silence;
        uint256 tolerance;
        uint256 tax;
        uint256 quantity;
        uint256 amount;
        uint256 revision;
        uint256 latest; // by when it must be closable, from the last promise
    }

    uint256 public constant MAX_ORDERS = 4;

    PurchaseOrders public immutable orders;
    address public immutable buyer;
    uint256 public immutable first; // number of the first order

    uint256 public count;
    uint256 public disagreed; // how often the contract did other than the rules say
    mapping(string step => uint256 times) public taken;

    mapping(uint256 orderId => Line) internal _lines;
    mapping(uint256 orderId => Part[]) internal _parts; // the first is none

    uint256 private _references;

    constructor(PurchaseOrders orders_, address buyer_) {
        orders = orders_;
        buyer = buyer_;
        first = orders_.EDITION() * 10 ** 9 + 1;
    }

    // ---- what the rules say ----

    function _late(uint256 receivedAt, uint256 promisedAt) internal pure returns (uint256) {
        return receivedAt <= promisedAt ? 0 : (receivedAt - promisedAt - 1) / 1 days + 1;
    }

    function _lostAt(Line storage line) internal view returns (uint256) {
        return line.promisedAt + line.grace + 2 * line.silence;
    }

    function _silenceEnd(uint256 id, Part storage part) internal view returns (uint256) {
        return part.reportedAt + _lines[id].silence;
    }

    function _contestable(Part storage part) internal view returns (bool) {
        bool rejected = part.status >= INSPECTED && part.received != part.accepted;
        return part.received != part.shipped || rejected || part.daysLate != 0 || part.below;
    }

    /// A dispute of the buyer's, or one that it joined, stops reports until the silence is over.
    function _frozen(uint256 id, Part storage part) internal view returns (bool) {
        bool awaited = part.stage == DISPUTED && (part.disputant == buyer || part.joined);
        return awaited && block.timestamp < _silenceEnd(id, part);
    }

    function _underway(uint256 id) internal view returns (uint256 sum) {
        for (uint256 i = 1; i < _parts[id].length; ++i) {
            Part storage part = _parts[id][i];
            if (part.status == SHIPPED) sum += part.shipped;
            else if (part.status == RECEIVED) sum += part.received;
            else sum += part.accepted;
        }
    }

    function _acceptedOf(uint256 id) internal view returns (uint256 sum) {
        for (uint256 i = 1; i < _parts[id].length; ++i) {
            sum += _parts[id][i].accepted;
        }
    }

    function _counts(uint256 id) internal view returns (uint256 inTransit, uint256 unsettled, uint256 disputed) {
        for (uint256 i = 1; i < _parts[id].length; ++i) {
            Part storage part = _parts[id][i];
            if (part.status == SHIPPED) ++inTransit;
            if (part.status == RECEIVED || part.status == INSPECTED) ++unsettled;
            if (part.stage == DISPUTED && part.disputant == _lines[id].supplier) ++disputed;
        }
    }

    function _closableAt(uint256 id) internal view returns (uint256 at) {
        Line storage line = _lines[id];
        (uint256 inTransit,,) = _counts(id);
        if (_acceptedOf(id) != line.quantity) {
            at = line.promisedAt + line.grace + (inTransit == 0 ? 1 : 2) * line.silence;
        }
        if (line.contestableUntil > at) at = line.contestableUntil;
    }

    function _closable(uint256 id) internal view returns (bool) {
        (, uint256 unsettled, uint256 disputed) = _counts(id);
        return _lines[id].status == 2 && unsettled + disputed == 0 && block.timestamp >= _closableAt(id);
    }

    function _claimable(uint256 id, uint256 deliveryId) internal view returns (bool) {
        if (_lines[id].status != 2 || deliveryId == 0 || deliveryId >= _parts[id].length) return false;
        Part storage part = _parts[id][deliveryId];
        bool unsettled = part.status == RECEIVED || part.status == INSPECTED;
        return unsettled && block.timestamp >= _silenceEnd(id, part);
    }

    function _lapsable(uint256 id, uint256 deliveryId) internal view returns (bool) {
        if (_lines[id].status != 2 || deliveryId == 0 || deliveryId >= _parts[id].length) return false;
        Part storage part = _parts[id][deliveryId];
        return part.stage == DISPUTED && block.timestamp >= part.ruleBy;
    }

    // ---- what follows from a step ----

    function _reported(uint256 id, Part storage part) internal {
        if (part.stage == DISPUTED && part.disputant == _lines[id].supplier && part.status != SHIPPED) {
            part.joined = false;
            part.ruleBy = block.timestamp + _lines[id].silence + 30 days;
        } else {
            (part.stage, part.disputant, part.joined, part.ruleBy) = (0, address(0), false, 0);
        }
        part.reportedAt = block.timestamp;
    }

    function _settled(uint256 id, Part storage part) internal {
        part.status = SETTLED;
        if (_contestable(part)) _lines[id].contestableUntil = block.timestamp + _lines[id].silence;
        _mayEnd(id);
    }

    function _mayEnd(uint256 id) internal {
        (, uint256 unsettled, uint256 disputed) = _counts(id);
        bool complete = _acceptedOf(id) == _lines[id].quantity;
        if (complete && unsettled + disputed == 0 && block.timestamp >= _lines[id].contestableUntil) _ended(id);
    }

    function _ended(uint256 id) internal {
        _lines[id].status = 3;
        _lines[id].closedAt = block.timestamp;
    }

    function _claimed(uint256 id, uint256 deliveryId) internal {
        Part storage part = _parts[id][deliveryId];
        _reported(id, part);
        if (part.status == RECEIVED) part.accepted = part.received;
        _settled(id, part);
    }

    function _lapsed(uint256 id, uint256 deliveryId) internal {
        _parts[id][deliveryId].stage = LAPSED;
        _mayEnd(id);
    }

    // ---- does the contract agree? ----

    modifier watched() {
        _;
        for (uint256 id = first; id < first + count; ++id) {
            if (!_agrees(id)) ++disagreed;
            uint256 parts = _parts[id].length;
            for (uint256 i = 1; i < parts; ++i) {
                if (!_agrees(id, i)) ++disagreed;
            }
        }
    }

    function _agrees(uint256 id) private view returns (bool) {
        IPurchaseOrders.Order memory found = orders.order(id);
        Line storage line = _lines[id];
        (uint256 inTransit, uint256 unsettled, uint256 disputed) = _counts(id);
        bool states = uint256(found.status) == line.status && found.fundBy == (line.status == 1 ? line.fundBy : 0)
            && found.closedAt == line.closedAt && found.contestableUntil == line.contestableUntil
            && found.revision == line.revision && found.terms.promisedAt == line.promisedAt;
        bool counts = found.deliveries + 1 == _parts[id].length && found.inTransit == inTransit
            && found.unsettled == unsettled && found.disputed == disputed;
        return states && counts && found.quantity == line.quantity && found.amount == line.amount
            && found.underway == _underway(id) && found.accepted == _acceptedOf(id);
    }

    function _agrees(uint256 id, uint256 deliveryId) private view returns (bool) {
        IPurchaseOrders.Delivery memory found = orders.delivery(id, deliveryId);
        Hearing.Case memory hearing = orders.disputeOf(id, deliveryId);
        Part storage part = _parts[id][deliveryId];
        uint256 status = part.status == SHIPPED && _lines[id].status == 3 ? 5 : part.status;
        bool times = found.shippedAt == part.shippedAt && found.receivedAt == part.receivedAt
            && found.reportedAt == part.reportedAt && found.daysLate == part.daysLate;
        bool quantities =
            found.shipped == part.shipped && found.received == part.received && found.accepted == part.accepted;
        return uint256(found.status) == status && times && quantities && found.discounted == part.granted
            && found.underpaid == part.below && uint256(hearing.stage) == part.stage
            && hearing.disputant == part.disputant && hearing.joined == part.joined
            && (part.stage == 0 || hearing.ruleBy == part.ruleBy);
    }

    // ---- choosing ----

    function _orderIn(uint256 seed, uint256 wanted) internal view returns (uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 id = first + (seed % count + i) % count;
            if (_lines[id].status == wanted) return id;
        }
        return 0;
    }

    /// A delivery of a funded order in a state; of zero: in any.
    function _deliveryIn(uint256 seed, uint256 wanted) internal view returns (uint256, uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 id = first + (seed % count + i) % count;
            uint256 parts = _parts[id].length - 1;
            if (_lines[id].status != 2) continue;
            for (uint256 j; j < parts; ++j) {
                uint256 deliveryId = 1 + ((seed >> 8) % parts + j) % parts;
                if (wanted == 0 || _parts[id][deliveryId].status == wanted) return (id, deliveryId);
            }
        }
        return (0, 0);
    }

    /// A delivery of a funded order in a stage of a hearing; an inspected one, if there is.
    function _inStage(uint256 seed, uint256 wanted) internal view returns (uint256 found, uint256 deliveryId) {
        for (uint256 i; i < count; ++i) {
            uint256 id = first + (seed % count + i) % count;
            if (_lines[id].status != 2) continue;
            for (uint256 j = 1; j < _parts[id].length; ++j) {
                if (_parts[id][j].stage != wanted) continue;
                if (found == 0 || _parts[id][j].status == INSPECTED) (found, deliveryId) = (id, j);
            }
        }
    }

    function _reference() internal returns (bytes32) {
        return bytes32(++_references);
    }

    function _opened(address supplier_, uint256 quantity, uint256 amount, IAwardTaker.OrderTerms memory terms)
        internal
    {
        uint256 id = first + count++;
        Line storage line = _lines[id];
        line.supplier = supplier_;
        line.status = 1;
        uint256 fundBy = block.timestamp + terms.fundSeconds;
        line.fundBy = fundBy < terms.promisedAt ? fundBy : terms.promisedAt;
        line.promisedAt = terms.promisedAt;
        line.grace = terms.graceSeconds;
        line.silence = terms.silenceSeconds;
        line.tolerance = terms.toleranceBps;
        line.tax = terms.taxBps;
        line.quantity = quantity;
        line.amount = amount;
        line.latest = line.promisedAt + line.grace + 5 * line.silence + 60 days;
        _parts[id].push();
    }
}
