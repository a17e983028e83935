// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Participants } from "../../../../contracts/identity/Participants.sol";
import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { Guarantees } from "../../../../contracts/settlement/Guarantees.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { GuaranteeBook } from "./GuaranteeBook.sol";

/// Up to `MAX_ORDERS` orders with a guarantee, delivered in up to three parts, and all that can happen to it, at random; a
/// step that nobody can take now is skipped. Before each call of the guarantees the handler says from its own book
/// whether it must pass; `disagreed` counts where the contract said otherwise. `intrude` calls anything as anybody. The
/// posts of the orders change hands, are emptied and filled again. The handler itself holds the office of awarder.
contract GuaranteeHandler is GuaranteeBook {
    uint256 public constant MAX_ORDERS = 3;

    address public immutable admin;
    address public immutable guardian;

    mapping(string step => uint256 times) public taken;

    address[] private _former; // holders of posts that were
    uint256 private _references;
    uint256 private _heirs;

    constructor(
        PurchaseOrders orders_,
        Guarantees guarantees_,
        Participants participants_,
        uint32[2] memory posts,
        address[6] memory people
    ) GuaranteeBook(orders_, guarantees_, participants_, posts, people) {
        (admin, guardian) = (people[4], people[5]);
    }

    // ---- the order, which goes its own way ----

    function open(uint256 seed) external booked {
        if (count == MAX_ORDERS) return;
        ++count;
        ++taken["open"];
        IAwardTaker.OrderTerms memory terms;
        (terms.attesterPost, terms.arbiterPost) = (posts[0], posts[1]);
        terms.promisedAt = uint40(block.timestamp) + 10 days;
        (terms.fundSeconds, terms.graceSeconds, terms.silenceSeconds) = (5 days, 5 days, uint32(SILENCE));
        orders.takeAward(
            IAwardTaker.Award({
                tenderId: count,
                requisitionRef: bytes32(seed),
                buyer: buyer,
                supplier: supplier,
                quantity: uint128(3 + seed % 97),
                amount: uint128(1 + (seed >> 8) % 1_000_000),
                terms: terms
            })
        );
    }

    function fund(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        IPurchaseOrders.Order memory record = orders.order(id);
        if (id == 0 || seed % 4 == 0 || block.timestamp >= record.fundBy) return;
        ++taken["fund"];
        uint128 deposit = orders.requiredDeposit(record.amount, 0, 0);
        vm.prank(buyer);
        orders.fund(id, deposit);
    }

    function deliver(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Funded);
        IPurchaseOrders.Order memory record = orders.order(id);
        if (id == 0 || holder[0] == address(0)) return;
        uint128 open_ = record.quantity - record.underway;
        if (open_ == 0 || record.deliveries == 3 || block.timestamp >= record.terms.promisedAt) return;
        ++taken["deliver"];
        uint128 quantity = uint128(1 + seed % open_);
        uint256 part = record.deliveries + 1;
        vm.prank(supplier);
        orders.ship(id, part, quantity, _reference());
        vm.startPrank(holder[0]);
        orders.receiveDelivery(id, part, quantity, uint40(block.timestamp), _reference());
        orders.inspectDelivery(id, part, quantity, _reference());
        orders.acceptDelivery(id, part, uint128(orders.delivery(id, part).acceptedAmount), 0, _reference());
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

    // ---- the guarantee ----

    function request(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        _take("request", Attempt(What.Request, id, 0, buyer, uint128(1 + seed % 1000), uint32(seed % 20 days), "x"));
    }

    function pledge(uint256 seed) external booked {
        uint256 id = _orderIn(seed, IPurchaseOrders.OrderStatus.Opened);
        uint128 amount = uint128(1 + booked_[id].amount + seed % 500_000);
        uint32 warranty = uint32(booked_[id].warranty + seed % 9 days);
        _take("pledge", Attempt(What.Pledge, id, 0, supplier, amount, warranty, "x"));
    }

    function claimUndelivered(uint256 seed) external booked {
        for (uint256 i; i < MAX_ORDERS; ++i) {
            uint256 id = 1 + (seed % MAX_ORDERS + i) % MAX_ORDERS;
            if (_take("claim", Attempt(What.Claim, id, 0, address(this), 0, 0, "x"))) return;
        }
    }

    function reportDefect(uint256 seed) external booked {
        for (uint256 i; i < 9; ++i) {
            (uint256 id, uint256 part) = (1 + (seed % 9 + i) % 3, 1 + (seed % 9 + i) / 3 % 3);
            uint256 sound = soundOf(id, part);
            if (sound == 0) continue;
            uint128 quantity = uint128(1 + (seed >> 16) % sound);
            if (_take("report", Attempt(What.Report, id, part, holder[0], quantity, 0, _reference()))) return;
        }
    }

    function disputeDefect(uint256 seed) external booked {
        _onADefect("dispute", What.Dispute, supplier, seed);
    }

    function withdrawDispute(uint256 seed) external booked {
        if (seed % 2 == 0) _onADefect("withdraw", What.Withdraw, supplier, seed >> 2);
    }

    function ruleDefect(uint256 seed) external booked {
        _onADefect("rule", What.Rule, holder[1], seed);
    }

    function settleDefect(uint256 seed) external booked {
        _onADefect("settle", What.Settle, address(this), seed);
    }

    function release(uint256 seed) external booked {
        for (uint256 i; i < MAX_ORDERS; ++i) {
            Attempt memory attempt =
                Attempt(What.Release, 1 + (seed % MAX_ORDERS + i) % MAX_ORDERS, 0, address(this), 0, 0, "x");
            if (_take("release", attempt)) return;
        }
    }

    /// Anybody calls anything with any arguments, true ones among them.
    function intrude(uint256 seed) external booked {
        (uint256 id, uint256 part) = (1 + (seed >> 8) % (MAX_ORDERS + 1), (seed >> 16) % 5);
        address[8] memory all = [buyer, supplier, holder[0], holder[1], admin, guardian, address(this), address(0xbad)];
        address actor_ = all[(seed >> 24) % 8];
        if (_former.length != 0 && (seed >> 32) % 6 == 0) actor_ = _former[(seed >> 40) % _former.length];
        if (actor_ == address(0)) actor_ = address(0xbad);
        bytes32 ref = (seed >> 48) % 8 == 0 ? bytes32(0) : _reference();
        uint128 quantity = uint128((seed >> 56) % 40);
        ++taken["intrude"];
        _attempt(Attempt(What(uint8(seed % 9)), id, part, actor_, quantity, uint32((seed >> 64) % 20 days), ref));
    }

    // ---- keys, stops and time ----

    /// A post is handed over; or emptied, and filled again after two days.
    function rotate(uint256 seed) external booked {
        uint256 which = seed % 2;
        address heir = address(uint160(0xbead0000 + ++_heirs));
        if (holder[which] != address(0)) _former.push(holder[which]);
        if (holder[which] != address(0) && seed % 3 != 0) {
            ++taken["hand over"];
            vm.prank(holder[which]);
            participants.offerPost(posts[which], heir);
            vm.prank(heir);
            participants.takePost(posts[which]);
            holder[which] = heir;
        } else if (holder[which] != address(0)) {
            ++taken["vacate"];
            successor[which] = heir;
            takeableAt[which] = block.timestamp + 2 days;
            vm.startPrank(admin);
            participants.vacatePost(posts[which]);
            participants.announceReplacement(posts[which], heir);
            vm.stopPrank();
            holder[which] = address(0);
        } else if (block.timestamp >= takeableAt[which] && block.timestamp < takeableAt[which] + 14 days) {
            ++taken["replace"];
            vm.prank(successor[which]);
            participants.takePost(posts[which]);
            holder[which] = successor[which];
        } else {
            successor[which] = heir;
            takeableAt[which] = block.timestamp + 2 days;
            vm.prank(admin);
            participants.announceReplacement(posts[which], heir);
        }
    }

    /// The guardian stops and lets go; a retirement stops nothing here.
    function stop(uint256 seed) external booked {
        ++taken["stop"];
        vm.startPrank(guardian);
        if (paused || seed % 3 == 0) {
            paused ? participants.resumeObligations() : participants.pauseObligations();
            paused = !paused;
        } else {
            retired ? participants.unretire(address(guarantees)) : participants.retire(address(guarantees));
            retired = !retired;
        }
        vm.stopPrank();
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        if (time % 3 != 0) skip(bound(time, 1, 2 days));
        else vm.warp(nextEdge() - time / 3 % 2);
    }

    // ---- helpers ----

    function _onADefect(string memory step, What what, address actor_, uint256 seed) private {
        for (uint256 i; i < 9; ++i) {
            (uint256 id, uint256 part) = (1 + (seed % 9 + i) % 3, 1 + (seed % 9 + i) / 3 % 3);
            uint128 quantity = uint128((seed >> 16) % (defects[id][part].pending + 1));
            if (_take(step, Attempt(what, id, part, actor_, quantity, 0, _reference()))) return;
        }
    }

    function _orderIn(uint256 seed, IPurchaseOrders.OrderStatus wanted) private view returns (uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (orders.order(id).status == wanted) return id;
        }
        return 0;
    }

    function _take(string memory step, Attempt memory attempt) private returns (bool) {
        if (attempt.actor == address(0) || !rightful(attempt)) return false;
        ++taken[step];
        _attempt(attempt);
        return true;
    }

    function _reference() private returns (bytes32) {
        return bytes32(++_references);
    }
}
