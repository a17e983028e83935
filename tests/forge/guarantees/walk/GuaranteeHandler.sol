// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { Guarantees } from "../../../../contracts/settlement/Guarantees.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// Up to `MAX_ORDERS` orders with a guarantee, delivered in up to three parts, and all that can happen to it; each time
/// rightly: nothing here may revert. The handler itself holds the office of awarder.
contract GuaranteeHandler is TestBase {
    bool public moved; // by the last step: a step without a log changed nothing

    struct Flow {
        uint256 pledged;
        uint256 toBuyer;
        uint256 toSupplier;
    }

    uint256 public constant MAX_ORDERS = 3;

    PurchaseOrders public immutable orders;
    Guarantees public immutable guarantees;
    address public immutable buyer;
    address public immutable supplier;
    address public immutable attester;
    address public immutable arbiter;

    uint256 public count;
    uint256 public backwards; // how often a guarantee went where it must not
    mapping(string step => uint256 times) public taken;

    mapping(uint256 orderId => Flow) private _flows;
    mapping(uint256 orderId => uint256 status) private _last;
    uint256 private _references;

    constructor(PurchaseOrders orders_, Guarantees guarantees_, address[4] memory people) {
        orders = orders_;
        guarantees = guarantees_;
        (buyer, supplier, attester, arbiter) = (people[0], people[1], people[2], people[3]);
    }

    /// What the events say of the money; and no status goes back.
    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter == address(guarantees)) _book(logs[i]);
        }
        for (uint256 id = 1; id <= count; ++id) {
            uint256 found = uint256(guarantees.guarantee(id).status);
            if (found < _last[id]) ++backwards;
            _last[id] = found;
        }
    }

    // ---- steps ----

    function open(uint256 seed) external booked {
        if (count == MAX_ORDERS) return;
        ++count;
        ++taken["open"];
        orders.takeAward(
            IAwardTaker.Award({
                tenderId: count,
                requisitionRef: bytes32(seed),
                buyer: buyer,
                supplier: supplier,
                quantity: uint128(3 + seed % 97),
                amount: uint128(1 + (seed >> 8) % 1_000_000),
                terms: IAwardTaker.OrderTerms({
                    attester: attester,
                    promisedAt: uint40(block.timestamp) + 10 days,
                    fundSeconds: 5 days,
                    graceSeconds: 5 days,
                    silenceSeconds: 2 days,
                    latenessBpsPerDay: 0,
                    latenessCapBps: 0,
                    taxBps: 0,
                    toleranceBps: 0,
                    paymentSeconds: 0
                })
            })
        );
    }

    function request(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        if (id == 0 || guarantees.guarantee(id).status == IGuarantees.GuaranteeStatus.Pledged) return;
        ++taken["request"];
        vm.prank(buyer);
        guarantees.requestGuarantee(id, uint128(1 + seed % 1000), uint32(seed % 20 days));
    }

    function pledge(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        if (id == 0) return;
        IGuarantees.Guarantee memory found = guarantees.guarantee(id);
        if (found.status == IGuarantees.GuaranteeStatus.Pledged) return;
        ++taken["pledge"];
        vm.prank(supplier);
        guarantees.pledge(id, uint128(1 + found.amount + seed % 500_000), found.warrantySeconds + uint32(seed % 9 days));
    }

    function fund(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        if (id == 0 || seed % 4 == 0 || block.timestamp >= orders.order(id).fundBy) return;
        ++taken["fund"];
        uint128 deposit = orders.order(id).amount;
        vm.prank(buyer);
        orders.fund(id, deposit);
    }

    function deliver(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Funded);
        if (id == 0) return;
        IPurchaseOrders.Order memory record = orders.order(id);
        uint128 open_ = record.quantity - record.underway;
        if (open_ == 0 || record.deliveries == 3 || block.timestamp >= record.terms.promisedAt) return;
        ++taken["deliver"];
        uint128 quantity = uint128(1 + seed % open_);
        uint256 part = record.deliveries + 1;
        vm.prank(supplier);
        orders.ship(id, part, quantity, _reference());
        vm.startPrank(attester);
        orders.receiveDelivery(id, part, quantity, uint40(block.timestamp), _reference());
        orders.inspectDelivery(id, part, quantity, _reference());
        orders.acceptDelivery(id, part, orders.delivery(id, part).acceptedAmount, 0, _reference());
        vm.stopPrank();
    }

    function end(uint256 seed) external booked {
        uint256 id = 1 + seed % MAX_ORDERS;
        IPurchaseOrders.Order memory record = orders.order(id);
        if (record.status == IPurchaseOrders.OrderStatus.Opened && block.timestamp >= record.fundBy) {
            ++taken["cancel"];
            orders.cancel(id);
        } else if (record.status == IPurchaseOrders.OrderStatus.Funded && seed % 3 == 0) {
            ++taken["close"];
            vm.prank(supplier);
            orders.close(id);
        }
    }

    function claimUndelivered(uint256 seed) external booked {
        uint256 id = _pledgedIn(seed, IPurchaseOrders.OrderStatus.Closed);
        if (id == 0 || guarantees.guarantee(id).shareClaimed) return;
        ++taken["claim"];
        guarantees.claimUndelivered(id);
    }

    function reportDefect(uint256 seed) external booked {
        uint256 id = 1 + seed % MAX_ORDERS;
        uint256 part = 1 + (seed >> 8) % 3;
        IGuarantees.Guarantee memory found = guarantees.guarantee(id);
        if (found.status != IGuarantees.GuaranteeStatus.Pledged) return;
        IPurchaseOrders.Order memory record = orders.order(id);
        if (record.closedAt != 0 && block.timestamp >= uint256(record.closedAt) + found.warrantySeconds) return;
        IGuarantees.Defect memory known = guarantees.defect(id, part);
        uint128 sound = orders.delivery(id, part).accepted - known.standing;
        if (sound == 0 || known.pending != 0) return;
        ++taken["report"];
        vm.prank(attester);
        guarantees.reportDefect(id, part, uint128(1 + (seed >> 16) % sound), _reference());
    }

    function disputeDefect(uint256 seed) external booked {
        (uint256 id, uint256 part) = _defectIn(seed);
        if (id == 0) return;
        IGuarantees.Defect memory found = guarantees.defect(id, part);
        if (found.ruleBy != 0 || block.timestamp >= uint256(found.reportedAt) + 2 days) return;
        ++taken["dispute"];
        vm.prank(supplier);
        guarantees.disputeDefect(id, part, _reference());
    }

    function ruleDefect(uint256 seed) external booked {
        (uint256 id, uint256 part) = _defectIn(seed);
        if (id == 0) return;
        IGuarantees.Defect memory found = guarantees.defect(id, part);
        if (block.timestamp >= found.ruleBy) return;
        ++taken["rule"];
        vm.prank(arbiter);
        guarantees.ruleDefect(id, part, uint128(bound(seed >> 16, 0, found.pending)), _reference());
    }

    function settleDefect(uint256 seed) external booked {
        (uint256 id, uint256 part) = _defectIn(seed);
        if (id == 0) return;
        IGuarantees.Defect memory found = guarantees.defect(id, part);
        if (block.timestamp < (found.ruleBy == 0 ? uint256(found.reportedAt) + 2 days : found.ruleBy)) return;
        ++taken["settle"];
        guarantees.settleDefect(id, part);
    }

    function release(uint256 seed) external booked {
        uint256 id = _pledgedIn(seed, IPurchaseOrders.OrderStatus.Cancelled);
        if (id == 0) {
            id = _pledgedIn(seed, IPurchaseOrders.OrderStatus.Closed);
            if (id == 0) return;
            IGuarantees.Guarantee memory found = guarantees.guarantee(id);
            uint256 warrantyEnd = uint256(orders.order(id).closedAt) + found.warrantySeconds;
            if (found.pendingDefects != 0 || block.timestamp < warrantyEnd) return;
        }
        ++taken["release"];
        guarantees.release(id);
    }

    function wait(uint32 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 5 days));
    }

    // ---- what the invariants look at ----

    function flow(uint256 id) external view returns (Flow memory) {
        return _flows[id];
    }

    // ---- choosing and booking ----

    function _orderIn(uint256 seed, IPurchaseOrders.OrderStatus wanted) private view returns (uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (orders.order(id).status == wanted) return id;
        }
        return 0;
    }

    function _pledgedIn(uint256 seed, IPurchaseOrders.OrderStatus wanted) private view returns (uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            bool held = guarantees.guarantee(id).status == IGuarantees.GuaranteeStatus.Pledged;
            if (held && orders.order(id).status == wanted) return id;
        }
        return 0;
    }

    function _defectIn(uint256 seed) private view returns (uint256 id, uint256 part) {
        for (uint256 i; i < 3 * count; ++i) {
            id = 1 + (seed % 9 + i) % count;
            part = 1 + (seed % 9 + i) / count % 3;
            if (guarantees.defect(id, part).pending != 0) return (id, part);
        }
        return (0, 0);
    }

    function _reference() private returns (bytes32) {
        return bytes32(++_references);
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
