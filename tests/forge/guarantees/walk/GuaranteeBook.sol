// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Participants } from "../../../../contracts/identity/Participants.sol";
import { Guarantees } from "../../../../contracts/settlement/Guarantees.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// What guarantees owe to whom, kept beside the contract from the orders, the posts and the clock: which call must pass
/// now, and what it then changes.
abstract contract GuaranteeBook is TestBase {
    enum What {
        Request,
        Pledge,
        Claim,
        Report,
        Dispute,
        Withdraw,
        Rule,
        Settle,
        Release
    }

    struct Attempt {
        What what;
        uint256 id;
        uint256 part;
        address actor;
        uint128 quantity; // or amount
        uint32 warranty;
        bytes32 ref;
    }

    struct Booked {
        IGuarantees.GuaranteeStatus status;
        uint256 amount;
        uint256 left;
        uint256 warranty;
        bool shareClaimed;
        uint256 pendingDefects;
    }

    struct BookedDefect {
        uint256 standing;
        uint256 pending;
        uint256 disputeBy;
        bool heard; // disputed now
        bool disputedBefore; // in this report
    }

    struct Flow {
        uint256 pledged;
        uint256 toBuyer;
        uint256 toSupplier;
    }

    uint256 public constant SILENCE = 3 days;
    uint256 public constant RULING = 30 days;

    PurchaseOrders public immutable orders;
    Guarantees public immutable guarantees;
    Participants public immutable participants;
    address public immutable buyer;
    address public immutable supplier;

    bool public moved; // by the last step: a step without a log changed nothing
    uint256 public count;
    uint256 public disagreed; // how often the contract let pass what it must not, or refused what it must not
    bool public paused;
    bool public retired;

    uint32[2] public posts; // attester, arbiter
    address[2] public holder;
    address[2] public successor;
    uint256[2] public takeableAt;

    mapping(uint256 orderId => Booked) public booked_;
    mapping(uint256 orderId => mapping(uint256 part => BookedDefect)) public defects;
    mapping(uint256 orderId => Flow) private _flows;

    constructor(
        PurchaseOrders orders_,
        Guarantees guarantees_,
        Participants participants_,
        uint32[2] memory posts_,
        address[6] memory people
    ) {
        (orders, guarantees, participants, posts) = (orders_, guarantees_, participants_, posts_);
        (buyer, supplier, holder[0], holder[1]) = (people[0], people[1], people[2], people[3]);
    }

    /// What the events say of the money.
    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(guarantees)) _book(logs[i]);
        }
    }

    // ---- what the invariants look at ----

    function flow(uint256 id) external view returns (Flow memory) {
        return _flows[id];
    }

    function bookedOf(uint256 id) external view returns (Booked memory) {
        return booked_[id];
    }

    function defectOf(uint256 id, uint256 part) external view returns (BookedDefect memory) {
        return defects[id][part];
    }

    /// Accepted, and not found defective for good.
    function soundOf(uint256 id, uint256 part) public view returns (uint256) {
        return orders.delivery(id, part).accepted - defects[id][part].standing;
    }

    /// The next second at which a dispute, a ruling or a warranty ends; in two days when none is near.
    function nextEdge() public view returns (uint256 edge) {
        edge = block.timestamp + 2 days;
        for (uint256 id = 1; id <= count; ++id) {
            for (uint256 part = 1; part <= 3; ++part) {
                BookedDefect storage found = defects[id][part];
                if (found.pending == 0) continue;
                uint256 next = found.disputeBy + (found.heard ? RULING : 0);
                if (next > block.timestamp + 1) edge = next;
            }
            uint256 closedAt = orders.order(id).closedAt;
            if (closedAt != 0 && closedAt + booked_[id].warranty > block.timestamp + 1) {
                edge = closedAt + booked_[id].warranty;
            }
        }
    }

    // ---- what must pass ----

    function rightful(Attempt memory a) public view returns (bool) {
        IPurchaseOrders.Order memory order = orders.order(a.id);
        if (order.status == IPurchaseOrders.OrderStatus.None) return false;
        Booked storage record = booked_[a.id];
        bool closed = order.status == IPurchaseOrders.OrderStatus.Closed;
        if (a.what == What.Request || a.what == What.Pledge) {
            if (order.status != IPurchaseOrders.OrderStatus.Opened || paused || a.quantity == 0) return false;
            if (record.status >= IGuarantees.GuaranteeStatus.Pledged) return false;
            if (a.what == What.Request) return a.actor == buyer;
            return a.actor == supplier && a.quantity >= record.amount && a.warranty >= record.warranty;
        }
        bool pledged = record.status == IGuarantees.GuaranteeStatus.Pledged;
        bool running = !closed || block.timestamp < uint256(order.closedAt) + record.warranty;
        if (a.what == What.Claim) return pledged && closed && !record.shareClaimed;
        if (a.what == What.Release) {
            if (order.status == IPurchaseOrders.OrderStatus.Cancelled) return pledged;
            return pledged && closed && record.pendingDefects == 0 && !running;
        }
        BookedDefect storage found = defects[a.id][a.part];
        if (a.what == What.Report) {
            if (!pledged || a.actor != holder[0] || found.pending != 0 || a.ref == 0 || !running) return false;
            bool settled = orders.delivery(a.id, a.part).status == IPurchaseOrders.DeliveryStatus.Settled;
            return settled && a.quantity != 0 && a.quantity <= soundOf(a.id, a.part);
        }
        if (found.pending == 0) return false;
        if (a.what == What.Dispute) {
            if (a.actor != supplier || found.disputedBefore || a.ref == 0) return false;
            return block.timestamp < found.disputeBy;
        }
        if (a.what == What.Withdraw) return a.actor == supplier && found.heard;
        if (a.what == What.Rule) {
            if (a.actor != holder[1] || !found.heard || a.ref == 0 || a.quantity > found.pending) return false;
            return block.timestamp < found.disputeBy + RULING;
        }
        return block.timestamp >= found.disputeBy + (found.heard ? RULING : 0);
    }

    function _attempt(Attempt memory a) internal {
        bool expected = rightful(a);
        bytes memory data = _encoded(a);
        IPurchaseOrders.Order memory order = orders.order(a.id);
        vm.prank(a.actor);
        (bool done,) = address(guarantees).call(data);
        if (done != expected) ++disagreed;
        if (done && expected) _apply(a, order);
    }

    // ---- what it changes ----

    function _apply(Attempt memory a, IPurchaseOrders.Order memory order) private {
        Booked storage record = booked_[a.id];
        BookedDefect storage found = defects[a.id][a.part];
        if (a.what == What.Request || a.what == What.Pledge) {
            (record.amount, record.warranty) = (a.quantity, a.warranty);
            record.status = IGuarantees.GuaranteeStatus.Requested;
            if (a.what == What.Request) return;
            record.status = IGuarantees.GuaranteeStatus.Pledged;
            record.left = a.quantity;
        } else if (a.what == What.Claim) {
            _applyShare(record, order);
        } else if (a.what == What.Report) {
            record.pendingDefects += 1;
            (found.pending, found.heard, found.disputedBefore) = (a.quantity, false, false);
            found.disputeBy = block.timestamp + SILENCE;
        } else if (a.what == What.Dispute) {
            (found.heard, found.disputedBefore) = (true, true);
        } else if (a.what == What.Withdraw) {
            found.heard = false;
        } else if (a.what == What.Release) {
            bool closed = order.status == IPurchaseOrders.OrderStatus.Closed;
            if (closed && !record.shareClaimed) _applyShare(record, order);
            (record.status, record.left) = (IGuarantees.GuaranteeStatus.Released, 0);
        } else {
            _applyDefect(a, record, found);
        }
    }

    /// Undelivered by value of what was ordered, rounded down.
    function _applyShare(Booked storage record, IPurchaseOrders.Order memory order) private {
        uint256 ordered = uint256(order.amount) + order.defaulted;
        uint256 undelivered = ordered - order.acceptedAmount;
        uint256 share = undelivered == 0 ? 0 : record.amount * undelivered / ordered;
        record.left -= share < record.left ? share : record.left;
        record.shareClaimed = true;
    }

    /// Cumulative, so that all defects of a delivery are worth exactly all of it.
    function _applyDefect(Attempt memory a, Booked storage record, BookedDefect storage found) private {
        IPurchaseOrders.Delivery memory delivery = orders.delivery(a.id, a.part);
        uint256 quantity = a.what == What.Rule ? a.quantity : found.pending;
        uint256 worth = delivery.acceptedAmount * (found.standing + quantity) / delivery.accepted
            - delivery.acceptedAmount * found.standing / delivery.accepted;
        record.left -= worth < record.left ? worth : record.left;
        record.pendingDefects -= 1;
        found.standing += quantity;
        (found.pending, found.heard) = (0, false);
    }

    // ---- arguments and logs ----

    function _encoded(Attempt memory a) private view returns (bytes memory) {
        if (a.what == What.Request) {
            return abi.encodeCall(guarantees.requestGuarantee, (a.id, a.quantity, a.warranty));
        }
        if (a.what == What.Pledge) return abi.encodeCall(guarantees.pledge, (a.id, a.quantity, a.warranty));
        if (a.what == What.Claim) return abi.encodeCall(guarantees.claimUndelivered, (a.id));
        if (a.what == What.Report) {
            return abi.encodeCall(guarantees.reportDefect, (a.id, a.part, a.quantity, a.ref));
        }
        if (a.what == What.Dispute) return abi.encodeCall(guarantees.disputeDefect, (a.id, a.part, a.ref));
        if (a.what == What.Withdraw) return abi.encodeCall(guarantees.withdrawDefectDispute, (a.id, a.part));
        if (a.what == What.Rule) return abi.encodeCall(guarantees.ruleDefect, (a.id, a.part, a.quantity, a.ref));
        if (a.what == What.Settle) return abi.encodeCall(guarantees.settleDefect, (a.id, a.part));
        return abi.encodeCall(guarantees.release, (a.id));
    }

    function _book(Vm.Log memory log) private {
        Flow storage sums = _flows[uint256(log.topics[1])];
        bytes32 topic = log.topics[0];
        if (topic == IGuarantees.GuaranteePledged.selector) {
            (uint128 amount,) = abi.decode(log.data, (uint128, uint32));
            sums.pledged += amount;
        } else if (topic == IGuarantees.GuaranteeShareClaimed.selector) {
            (,, uint128 paid) = abi.decode(log.data, (uint128, uint128, uint128));
            sums.toBuyer += paid;
        } else if (topic == IGuarantees.DefectSettled.selector) {
            (,,, uint128 paid) = abi.decode(log.data, (address, uint128, uint128, uint128));
            sums.toBuyer += paid;
        } else if (topic == IGuarantees.GuaranteeReleased.selector) {
            sums.toSupplier += abi.decode(log.data, (uint128));
        }
    }
}
