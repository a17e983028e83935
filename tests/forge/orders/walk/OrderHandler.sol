// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Participants } from "../../../../contracts/identity/Participants.sol";
import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { OrderModel } from "./OrderModel.sol";

/// All that the parties of up to `MAX_ORDERS` orders can do when all goes as planned, at random, each time rightly by the
/// model: nothing here may revert. A step that nobody can take now is skipped. The handler itself is the awarder. Posts
/// change hands under way, and are empty for a while.
abstract contract OrderHandler is OrderModel {
    Participants public immutable participants;
    address public immutable admin;
    uint32 public immutable attesterPost;
    uint32 public immutable arbiterPost;

    address internal _attester; // zero while the post is empty
    address internal _arbiter;

    address[2] private _suppliers;
    uint256 private _heirs;

    constructor(
        PurchaseOrders orders_,
        Participants participants_,
        address[2] memory adminAndBuyer,
        uint32[2] memory posts,
        address[2] memory suppliers_
    ) OrderModel(orders_, adminAndBuyer[1]) {
        participants = participants_;
        admin = adminAndBuyer[0];
        (attesterPost, arbiterPost) = (posts[0], posts[1]);
        _attester = participants_.holderOf(posts[0]);
        _arbiter = participants_.holderOf(posts[1]);
        _suppliers = suppliers_;
    }

    // ---- steps ----

    function open(uint256 seed, uint64 amount, uint32 quantity) external booked watched {
        if (count == MAX_ORDERS) return;
        ++taken["open"];
        IAwardTaker.Award memory award = IAwardTaker.Award({
            tenderId: count + 1,
            requisitionRef: keccak256(abi.encode(seed)),
            buyer: buyer,
            supplier: _suppliers[seed % 2],
            quantity: uint128(bound(quantity, 1, seed % 3 == 0 ? 5 : type(uint32).max)),
            amount: uint128(bound(amount, 1, seed % 5 == 0 ? 100 : 2 ** 60)),
            terms: _terms(seed)
        });
        assertEq(orders.takeAward(award), first + count, "numbered");
        _opened(award.supplier, award.quantity, award.amount, award.terms);
    }

    function fund(uint256 seed, uint64 extra) external booked watched {
        uint256 id = _orderIn(seed, 1);
        if (id == 0 || block.timestamp >= _lines[id].fundBy) return;
        ++taken["fund"];
        uint128 least =
            orders.requiredDeposit(uint128(_lines[id].amount), uint16(_lines[id].tax), uint16(_lines[id].tolerance));
        vm.prank(buyer);
        orders.fund(id, least + uint128(bound(extra, 0, least < 1000 ? least : 1000)));
        _lines[id].status = 2;
    }

    function ship(uint256 seed, uint128 quantity) external booked watched {
        uint256 id = _orderIn(seed, 2);
        if (id == 0 || block.timestamp >= _lines[id].promisedAt + _lines[id].grace) return;
        uint256 left = _lines[id].quantity - _underway(id);
        uint256 next = _parts[id].length;
        if (left == 0 || next > 64) return;
        ++taken["ship"];
        quantity = uint128(bound(quantity, 1, left));
        vm.prank(_lines[id].supplier);
        orders.ship(id, next, quantity, _reference());
        Part storage part = _parts[id].push();
        part.status = SHIPPED;
        part.shipped = quantity;
        part.shippedAt = part.reportedAt = block.timestamp;
    }

    function receiveDelivery(uint256 seed, uint128 quantity, uint40 when) external booked watched {
        (uint256 id, uint256 deliveryId) = _deliveryIn(seed, SHIPPED);
        if (id == 0 || _attester == address(0)) return;
        Part storage part = _parts[id][deliveryId];
        if (block.timestamp >= _lostAt(_lines[id]) && part.stage != DISPUTED) return;
        quantity = uint128(seed % 2 == 0 ? part.shipped : bound(quantity, 1, part.shipped));
        when = uint40(bound(when, part.shippedAt, block.timestamp));
        ++taken["receive"];
        vm.prank(_attester);
        orders.receiveDelivery(id, deliveryId, quantity, when, _reference());
        _reported(id, part);
        part.status = RECEIVED;
        part.received = quantity;
        part.receivedAt = when;
        part.daysLate = _late(when, _lines[id].promisedAt);
        if (part.daysLate != 0) part.promisedAt = _lines[id].promisedAt;
    }

    function inspect(uint256 seed, uint128 accepted) external booked watched {
        (uint256 id, uint256 deliveryId) = _deliveryIn(seed, RECEIVED);
        if (id == 0 || _attester == address(0) || _frozen(id, _parts[id][deliveryId])) return;
        Part storage part = _parts[id][deliveryId];
        accepted = uint128(seed % 2 == 0 ? part.received : bound(accepted, 0, part.received));
        ++taken["inspect"];
        vm.prank(_attester);
        orders.inspectDelivery(id, deliveryId, accepted, _reference());
        _reported(id, part);
        part.status = INSPECTED;
        part.accepted = accepted;
        if (accepted == 0) _settled(id, part);
    }

    function grant(uint256 seed, uint64 net) external booked watched {
        (uint256 id, uint256 deliveryId) = _deliveryIn(seed, seed % 2 == 0 ? RECEIVED : INSPECTED);
        if (id == 0 || seed % 4 < 2) return;
        ++taken["grant"];
        vm.prank(_lines[id].supplier);
        orders.grantDiscount(id, deliveryId, net, _reference());
        _parts[id][deliveryId].granted = true;
    }

    function accept(uint256 seed, uint128 net, uint128 tax) external booked watched {
        (uint256 id, uint256 deliveryId) = _deliveryIn(seed, INSPECTED);
        if (id == 0 || _attester == address(0) || _frozen(id, _parts[id][deliveryId])) return;
        Line storage line = _lines[id];
        Part storage part = _parts[id][deliveryId];
        uint256 worth = orders.delivery(id, deliveryId).acceptedAmount;
        uint256 least = (worth * (10_000 - line.tolerance) + 9999) / 10_000;
        uint256 granted = orders.delivery(id, deliveryId).net;
        if (part.granted && granted < least) least = granted;
        uint256 most = worth * (10_000 + line.tolerance) / 10_000;
        net = uint128(seed % 3 == 0 ? worth : bound(net, least, most));
        most = (uint256(net) * line.tax + 9999) / 10_000;
        tax = seed % 3 == 1 ? uint128(bound(tax, 0, most)) : uint128(most);
        ++taken["accept"];
        vm.prank(_attester);
        orders.acceptDelivery(id, deliveryId, net, tax, _reference());
        _reported(id, part);
        part.below = net < worth && !part.granted;
        _settled(id, part);
    }

    function claim(uint256 seed) external booked watched {
        (uint256 id, uint256 deliveryId) = _deliveryIn(seed, seed % 2 == 0 ? RECEIVED : INSPECTED);
        if (!_claimable(id, deliveryId)) return;
        ++taken["claim"];
        orders.claim(id, deliveryId);
        _claimed(id, deliveryId);
    }

    function close(uint256 seed) external booked watched {
        uint256 id = _orderIn(seed, 2);
        if (id == 0) return;
        (uint256 inTransit, uint256 unsettled, uint256 disputed) = _counts(id);
        if (unsettled + disputed != 0) return;
        if (block.timestamp < _closableAt(id)) {
            // The supplier gives up now and then; more often, and the deep states would starve.
            if (inTransit != 0 || seed % 16 != 0) return;
            ++taken["give up"];
            vm.prank(_lines[id].supplier);
        } else {
            ++taken["close"];
        }
        orders.close(id);
        _ended(id);
    }

    function cancel(uint256 seed) external booked watched {
        uint256 id = _orderIn(seed, 1);
        if (id == 0) return;
        if (block.timestamp < _lines[id].fundBy) {
            if (seed % 4 != 0) return;
            vm.prank(seed % 8 == 0 ? buyer : _lines[id].supplier);
        }
        ++taken["cancel"];
        orders.cancel(id);
        _lines[id].status = 4;
    }

    function wait(uint32 time) external {
        moved = true;
        ++taken["wait"];
        skip(bound(time, 1, time % 8 == 0 ? 40 days : 30 hours)); // now and then past a ruling's time
    }

    // ---- posts change hands ----

    function handOver(uint256 seed) external booked watched {
        (uint32 post, address holder) = seed % 2 == 0 ? (attesterPost, _attester) : (arbiterPost, _arbiter);
        if (holder == address(0)) return;
        ++taken["hand over"];
        address heir = _heir();
        vm.prank(holder);
        participants.offerPost(post, heir);
        vm.prank(heir);
        participants.takePost(post);
        _holds(post, heir);
    }

    /// The key is stolen: the post is empty, and for some time nobody reports or rules.
    function vacate(uint256 seed) external booked watched {
        (uint32 post, address holder) = seed % 2 == 0 ? (attesterPost, _attester) : (arbiterPost, _arbiter);
        if (holder == address(0) || seed % 8 < 6) return;
        ++taken["vacate"];
        vm.prank(admin);
        participants.vacatePost(post);
        _holds(post, address(0));
    }

    function replace(uint256 seed) external booked watched {
        (uint32 post, address holder) = seed % 2 == 0 ? (attesterPost, _attester) : (arbiterPost, _arbiter);
        if (holder != address(0)) return;
        ++taken["replace"];
        address heir = _heir();
        vm.prank(admin);
        participants.announceReplacement(post, heir);
        skip(2 days);
        vm.prank(heir);
        participants.takePost(post);
        _holds(post, heir);
    }

    function _holds(uint32 post, address holder) private {
        if (post == attesterPost) _attester = holder;
        else _arbiter = holder;
    }

    function _heir() private returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("heir", ++_heirs)))));
    }

    // ---- what the invariants look at ----

    function supplier(uint256 index) external view returns (address) {
        return _suppliers[index];
    }

    function _terms(uint256 seed) private view returns (IAwardTaker.OrderTerms memory) {
        return IAwardTaker.OrderTerms({
            attesterPost: attesterPost,
            arbiterPost: arbiterPost,
            region: bytes32(0),
            scheduleRoot: bytes32(0),
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
}
