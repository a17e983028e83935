// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { Guarantees } from "../../../../contracts/settlement/Guarantees.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { IOrderDisputes } from "../../../../contracts/settlement/interfaces/IOrderDisputes.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { PurchaseOrders } from "../../../../contracts/settlement/PurchaseOrders.sol";
import { CreditBook } from "../../support/CreditBook.sol";
import { Vm } from "../../support/Vm.sol";

/// Orders and guarantees of a supplier that is a firm account, while everything around them changes: posts change hands,
/// are emptied and filled again, the room is succeeded by its next edition, the firm's key moves and is recovered. The
/// handler keeps by itself who holds what, and nobody who lost a key gets anything done with it.
contract ChangingWorldHandler is CreditBook {
    uint256 public constant MAX_ORDERS = 6;

    struct World {
        Participants participants;
        PurchaseOrders[2] orders;
        Guarantees[2] guarantees;
        uint256[2] firstIds;
        FirmAccount firm;
        address buyer;
        address admin;
        address registrar;
        address outsider;
        uint32[2] posts; // attester, arbiter
        IAwardTaker.OrderTerms terms; // without times
    }

    World private _w;
    address[4] private _firmKeys;
    address[4][2] private _postKeys;
    address public firmOwner;
    address[2] public holders; // of the posts; zero: vacant
    address[2] private _formers; // keys that held the posts before
    address[2] private _replacements;
    uint256[2] private _takeableAt;
    address private _successor;
    uint256 private _recoverableAt;
    uint256[2] private _count;
    uint256[2] public orderMoney; // in less out, of both editions
    uint256[2] public guaranteeMoney;
    uint256 private _edition; // the one in which new orders open
    uint256 private _references;
    uint256 public stale; // calls that went through with a key that was no longer the one
    mapping(string step => uint256 times) public taken;

    constructor(World memory world, address[4] memory firmKeys, address[4][2] memory postKeys) {
        _w = world;
        _firmKeys = firmKeys;
        _postKeys = postKeys;
        firmOwner = firmKeys[0];
        holders = [postKeys[0][0], postKeys[1][0]];
    }

    function orderIds(uint256 edition) public view returns (uint256 first, uint256 count) {
        return (_w.firstIds[edition], _count[edition]);
    }

    // ---- orders ----

    function open(uint256 seed) external {
        if (_count[0] + _count[1] == MAX_ORDERS) return;
        IAwardTaker.OrderTerms memory terms = _w.terms;
        terms.promisedAt = uint40(block.timestamp) + 30 days;
        IAwardTaker.Award memory award = IAwardTaker.Award({
            tenderId: 0,
            requisitionRef: _ref(),
            buyer: _w.buyer,
            supplier: address(_w.firm),
            quantity: 100,
            amount: uint128(10_000 + seed % 5000),
            terms: terms
        });
        uint256 edition = _edition;
        PurchaseOrders room = _w.orders[edition];
        if (!_try("open", address(this), address(room), abi.encodeCall(room.takeAward, (award)))) return;
        uint256 id = _w.firstIds[edition] + _count[edition]++;
        if (seed % 3 != 0) {
            Guarantees deposit = _w.guarantees[edition];
            _byFirm("pledge", address(deposit), abi.encodeCall(deposit.pledge, (id, 1000, 5 days)));
        }
        IPurchaseOrders.Order memory record = room.order(id);
        uint128 required = room.requiredDeposit(record.amount, terms.taxBps, terms.toleranceBps);
        if (seed % 5 != 0) _try("fund", _w.buyer, address(room), abi.encodeCall(room.fund, (id, required)));
    }

    function ship(uint256 seed) external {
        (bool found, uint256 edition, uint256 id) = _order(seed);
        if (!found) return;
        PurchaseOrders room = _w.orders[edition];
        uint256 next = room.order(id).deliveries + 1;
        bytes memory data = abi.encodeCall(room.ship, (id, next, uint128(1 + (seed >> 8) % 60), _ref()));
        _byFirm("ship", address(room), data);
    }

    function attest(uint256 seed) external {
        (bool found, uint256 edition, uint256 id) = _order(seed);
        if (!found) return;
        PurchaseOrders room = _w.orders[edition];
        uint256 last = room.order(id).deliveries;
        if (last == 0) return;
        uint256 deliveryId = 1 + (seed >> 8) % last;
        IPurchaseOrders.Delivery memory delivery = room.delivery(id, deliveryId);
        bytes memory data;
        string memory step;
        if (delivery.status == IPurchaseOrders.DeliveryStatus.Shipped) {
            step = "receive";
            data = abi.encodeCall(
                room.receiveDelivery, (id, deliveryId, uint128(delivery.shipped), uint40(block.timestamp), _ref())
            );
        } else if (delivery.status == IPurchaseOrders.DeliveryStatus.Received) {
            step = "inspect";
            data = abi.encodeCall(
                room.inspectDelivery, (id, deliveryId, uint128((seed >> 16) % (delivery.received + 1)), _ref())
            );
        } else {
            step = "close";
            data = abi.encodeCall(room.claim, (id, deliveryId));
        }
        _byPost(0, step, address(room), data);
    }

    function quarrel(uint256 seed) external {
        (bool found, uint256 edition, uint256 id) = _order(seed);
        if (!found) return;
        PurchaseOrders room = _w.orders[edition];
        uint256 last = room.order(id).deliveries;
        if (last == 0) return;
        uint256 deliveryId = 1 + (seed >> 8) % last;
        if ((seed >> 16) % 2 == 0) {
            _byFirm("dispute", address(room), abi.encodeCall(room.disputeDelivery, (id, deliveryId, _ref())));
        }
        if ((seed >> 24) % 2 == 0) {
            IPurchaseOrders.Delivery memory delivery = room.delivery(id, deliveryId);
            uint256 receivedAt = delivery.receivedAt == 0 ? delivery.shippedAt : delivery.receivedAt;
            uint128 quantity = uint128(delivery.received == 0 ? delivery.shipped : delivery.received);
            bytes memory data =
                abi.encodeCall(room.ruleDelivery, (id, deliveryId, quantity, quantity, uint40(receivedAt), _ref()));
            _byPost(1, "rule", address(room), data);
        }
    }

    /// Whatever anybody may do.
    function byTime(uint256 seed) external {
        (bool found, uint256 edition, uint256 id) = _order(seed);
        if (!found) return;
        PurchaseOrders room = _w.orders[edition];
        Guarantees deposit = _w.guarantees[edition];
        uint256 deliveryId = 1 + (seed >> 16) % 3;
        uint256 what = (seed >> 8) % 6;
        if (what == 0) _try("claim", _w.outsider, address(room), abi.encodeCall(room.claim, (id, deliveryId)));
        if (what == 1) _try("lapse", _w.outsider, address(room), abi.encodeCall(room.lapseDispute, (id, deliveryId)));
        if (what == 2) _try("close", _w.outsider, address(room), abi.encodeCall(room.close, (id)));
        if (what == 3) _try("cancel", _w.outsider, address(room), abi.encodeCall(room.cancel, (id)));
        if (what == 4) _try("release", _w.outsider, address(deposit), abi.encodeCall(deposit.release, (id)));
        if (what == 5) {
            _try("share", _w.outsider, address(deposit), abi.encodeCall(deposit.claimUndelivered, (id)));
        }
    }

    // ---- the world changes ----

    function changeHands(uint256 seed) external {
        uint256 which = seed % 2;
        address holder = holders[which];
        address heir = _postKeys[which][(seed >> 8) % 4];
        if (holder == address(0) || heir == holder) return;
        ++taken["handOver"];
        vm.prank(holder);
        _w.participants.offerPost(_w.posts[which], heir);
        vm.prank(heir);
        _w.participants.takePost(_w.posts[which]);
        (_formers[which], holders[which]) = (holder, heir);
        (_replacements[which], _takeableAt[which]) = (address(0), 0);
    }

    /// A key is stolen: the post is emptied at once, and filled after two days in which all see by whom.
    function replace(uint256 seed) external {
        uint256 which = seed % 2;
        if (holders[which] != address(0)) {
            if ((seed >> 16) % 2 == 0) return;
            ++taken["vacate"];
            _replacements[which] = _postKeys[which][(seed >> 8) % 4];
            _takeableAt[which] = block.timestamp + 2 days;
            _formers[which] = holders[which];
            vm.startPrank(_w.admin);
            _w.participants.vacatePost(_w.posts[which]);
            _w.participants.announceReplacement(_w.posts[which], _replacements[which]);
            vm.stopPrank();
            holders[which] = address(0);
            return;
        }
        bytes memory data = abi.encodeCall(_w.participants.takePost, (_w.posts[which]));
        uint256 from = _takeableAt[which];
        bool may = block.timestamp >= from && block.timestamp < from + 14 days;
        assertEq(_try("replace", _replacements[which], address(_w.participants), data), may, "replace");
        if (may) holders[which] = _replacements[which];
        if (block.timestamp < from + 14 days) return;
        _takeableAt[which] = block.timestamp + 2 days;
        vm.prank(_w.admin);
        _w.participants.announceReplacement(_w.posts[which], _replacements[which]);
    }

    /// The firm's key moves, or is lost and recovered by the registrar after two weeks.
    function moveFirm(uint256 seed) external {
        address next = _firmKeys[(seed >> 8) % 4];
        uint256 what = seed % 3;
        if (what == 0 && next != firmOwner) {
            ++taken["moveFirm"];
            vm.prank(firmOwner);
            _w.firm.offerOwnership(next);
            vm.prank(next);
            _w.firm.takeOwnership();
            if (_successor == next) _successor = address(0);
            firmOwner = next;
        } else if (what == 1 && _successor == address(0)) {
            ++taken["announceRecovery"];
            _successor = next;
            _recoverableAt = block.timestamp + 14 days;
            vm.prank(_w.registrar);
            _w.firm.announceRecovery(next);
        } else if (_successor != address(0)) {
            bool may = block.timestamp >= _recoverableAt && block.timestamp < _recoverableAt + 14 days;
            bytes memory data = abi.encodeCall(_w.firm.takeRecovery, ());
            assertEq(_try("recover", _successor, address(_w.firm), data), may, "recover");
            if (may) firmOwner = _successor;
            if (may || block.timestamp >= _recoverableAt + 14 days) _successor = address(0);
        }
    }

    /// New orders open in the next edition; the old one drains.
    function succeed(uint256 seed) external {
        if (_edition == 1 || seed % 4 != 0) return;
        ++taken["succeed"];
        _edition = 1;
    }

    function wait(uint256 time) external {
        ++taken["wait"];
        skip(bound(time, 1, time % 4 == 0 ? 12 days : 2 days));
    }

    // ---- helpers ----

    function _ref() private returns (bytes32) {
        return keccak256(abi.encode("changing", ++_references));
    }

    function _order(uint256 seed) private view returns (bool, uint256 edition, uint256 id) {
        uint256 all = _count[0] + _count[1];
        if (all == 0) return (false, 0, 0);
        uint256 place = (seed >> 96) % all;
        edition = place < _count[0] ? 0 : 1;
        id = _w.firstIds[edition] + (edition == 0 ? place : place - _count[0]);
        return (true, edition, id);
    }

    /// First with a key that is no longer the one: never goes through; then with the one that is.
    function _byPost(uint256 which, string memory step, address target, bytes memory data) private {
        address former = _formers[which];
        if (former != address(0) && former != holders[which] && keccak256(bytes(step)) != keccak256("close")) {
            if (_try("stale", former, target, data)) ++stale;
        }
        if (holders[which] != address(0)) _try(step, holders[which], target, data);
    }

    function _byFirm(string memory step, address target, bytes memory data) private {
        bytes memory call_ = abi.encodeCall(_w.firm.execute, (target, data));
        address wrong = _firmKeys[0] == firmOwner ? _firmKeys[1] : _firmKeys[0];
        if (_try("stale", wrong, address(_w.firm), call_)) ++stale;
        _try(step, firmOwner, address(_w.firm), call_);
    }

    function _try(string memory step, address who, address target, bytes memory data) private returns (bool done) {
        vm.recordLogs();
        vm.prank(who);
        (done,) = target.call(data);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        ++taken[done ? step : "refused"];
        if (!done) return false;
        for (uint256 i; i < logs.length; ++i) {
            _bookCredit(logs[i]);
            _bookMoney(logs[i]);
        }
    }

    function _bookMoney(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        uint256 of_ = log.emitter == address(_w.orders[0]) || log.emitter == address(_w.guarantees[0]) ? 0 : 1;
        if (topic == IPurchaseOrders.OrderFunded.selector) {
            orderMoney[of_] += abi.decode(log.data, (uint128));
        } else if (topic == IPurchaseOrders.PaymentReleased.selector) {
            (,,,,, uint128 paid,) = abi.decode(log.data, (address, uint128, uint128, uint128, uint128, uint128, uint40));
            orderMoney[of_] -= paid;
        } else if (topic == IOrderDisputes.SupplementPaid.selector) {
            uint256 last = log.data.length; // paid is its last word
            orderMoney[of_] -= _wordAt(log.data, last - 32);
        } else if (topic == IPurchaseOrders.OrderClosed.selector) {
            (,, uint128 refunded) = abi.decode(log.data, (uint128, uint128, uint128));
            orderMoney[of_] -= refunded;
        } else if (topic == IGuarantees.GuaranteePledged.selector) {
            (uint128 amount,) = abi.decode(log.data, (uint128, uint32));
            guaranteeMoney[of_] += amount;
        } else if (topic == IGuarantees.GuaranteeShareClaimed.selector) {
            (,, uint128 paid) = abi.decode(log.data, (uint128, uint128, uint128));
            guaranteeMoney[of_] -= paid;
        } else if (topic == IGuarantees.GuaranteeReleased.selector) {
            guaranteeMoney[of_] -= abi.decode(log.data, (uint128));
        }
    }

    function _wordAt(bytes memory data, uint256 from) private pure returns (uint256 word) {
        for (uint256 i; i < 32; ++i) {
            word = word << 8 | uint8(data[from + i]);
        }
    }
}
