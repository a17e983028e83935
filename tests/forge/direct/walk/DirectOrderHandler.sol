// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Participants } from "../../../../contracts/identity/Participants.sol";
import { DirectOrders } from "../../../../contracts/procurement/DirectOrders.sol";
import { IDirectOrders } from "../../../../contracts/procurement/interfaces/IDirectOrders.sol";
import { TestBase } from "../../support/TestBase.sol";

/// Two buyers and two suppliers sign purchases, take signatures back, and anybody relays them: the right ones, and ones
/// that were changed, signed by another, too late, twice. Before each call the handler says from what it keeps itself
/// whether it must pass; `disagreed` counts where the contract said otherwise.
contract DirectOrderHandler is TestBase {
    struct Signed {
        IDirectOrders.DirectOrder what;
        bytes ofBuyer;
        bytes ofSupplier;
        bytes32 digest;
        uint256 orderId; // zero: not opened
    }

    uint256 public constant MAX_SIGNED = 8;

    DirectOrders public immutable direct;
    Participants public immutable participants;
    address public immutable guardian;
    address public immutable registrar;

    bool public moved; // by the last step: a step without a log changed nothing
    uint256 public count; // of purchases that were signed
    uint256 public opened;
    uint256 public disagreed; // how often the contract let pass what it must not, or refused what it must not
    bool public paused;
    bool public retired;
    mapping(string step => uint256 times) public taken;
    mapping(address account => bool) public suspended;
    mapping(address signer => mapping(bytes32 digest => bool)) public withdrawn;
    mapping(address buyer => mapping(bytes32 ref => uint256 directOrderId)) public boughtAs;

    uint32[2] private _posts;
    string[4] private _names = ["buyer", "other buyer", "supplier", "rival"];
    address[4] private _parties;
    mapping(uint256 number => Signed) private _signed;

    constructor(
        DirectOrders direct_,
        Participants participants_,
        uint32[2] memory posts,
        address guardian_,
        address registrar_
    ) {
        (direct, participants, _posts) = (direct_, participants_, posts);
        (guardian, registrar) = (guardian_, registrar_);
        for (uint256 i; i < 4; ++i) {
            _parties[i] = actor(_names[i]);
        }
    }

    // ---- steps ----

    /// Both sign, here or wherever they are; a reference is used twice now and then.
    function sign(uint256 seed) external {
        moved = false;
        if (count == MAX_SIGNED) return;
        ++taken["sign"];
        Signed storage fresh = _signed[++count];
        (uint256 one, uint256 other) = (seed % 2, 2 + (seed >> 1) % 2);
        fresh.what.buyer = _parties[one];
        fresh.what.supplier = _parties[other];
        fresh.what.requisitionRef = bytes32(1 + (seed >> 8) % 5);
        fresh.what.quantity = uint128(1 + (seed >> 16) % 100);
        fresh.what.amount = uint128(1 + (seed >> 32) % 1_000_000);
        fresh.what.deadline = uint40(block.timestamp + 1 hours + (seed >> 64) % 1 days);
        fresh.what.order.attesterPost = _posts[0];
        fresh.what.order.arbiterPost = _posts[1];
        fresh.what.order.promisedAt = uint40(block.timestamp) + 30 days;
        (fresh.what.order.fundSeconds, fresh.what.order.silenceSeconds) = (1 hours, 3 days);
        fresh.digest = direct.directOrderDigest(fresh.what);
        fresh.ofBuyer = _signature(_names[one], fresh.digest);
        fresh.ofSupplier = _signature(_names[other], fresh.digest);
    }

    /// Anybody relays what was signed, whether or not it is good now.
    function relay(uint256 seed) external {
        moved = false;
        if (count == 0) return;
        Signed storage found = _signed[1 + seed % count];
        bool rightful = _mayOpen(found);
        address buyer = found.what.buyer;
        bytes32 ref = found.what.requisitionRef;
        vm.prank(address(uint160(0x1000 + seed % 7)));
        try direct.openDirect(found.what, found.ofBuyer, found.ofSupplier) returns (uint256 orderId) {
            if (!rightful) ++disagreed;
            ++taken["open"];
            moved = true;
            found.orderId = orderId;
            boughtAs[buyer][ref] = ++opened;
        } catch {
            if (rightful) ++disagreed;
            ++taken["refuse"];
        }
    }

    /// Somebody changes a word, or brings another's signature: nothing of it passes.
    function intrude(uint256 seed) external {
        moved = false;
        if (count == 0) return;
        ++taken["intrude"];
        Signed storage found = _signed[1 + (seed >> 8) % count];
        bytes memory one = found.ofBuyer;
        bytes memory other = found.ofSupplier;
        IDirectOrders.DirectOrder memory what = found.what;
        if (seed % 5 == 0) (one, other) = (other, one);
        if (seed % 5 == 1) what.amount += 1;
        if (seed % 5 == 2) what.order.promisedAt += 1;
        if (seed % 5 == 3) what.supplier = what.supplier == _parties[2] ? _parties[3] : _parties[2];
        if (seed % 5 == 4) one = _signature("outsider", found.digest);
        vm.prank(_parties[(seed >> 16) % 4]);
        (bool done,) = address(direct).call(abi.encodeCall(direct.openDirect, (what, one, other)));
        if (done) ++disagreed;
        moved = true;
    }

    function withdraw(uint256 seed) external {
        moved = false;
        if (count == 0 || seed % 3 != 0) return;
        Signed storage found = _signed[1 + (seed >> 8) % count];
        address who = _parties[(seed >> 16) % 4]; // whoever signed it, or anybody else
        bool rightful = !withdrawn[who][found.digest];
        vm.prank(who);
        (bool done,) = address(direct).call(abi.encodeCall(direct.withdrawSignature, (found.digest)));
        if (done != rightful) ++disagreed;
        withdrawn[who][found.digest] = true;
        ++taken["withdraw"];
        moved = true;
    }

    /// The guardian stops and lets go, the registrar suspends and reinstates.
    function stop(uint256 seed) external {
        moved = true;
        ++taken["stop"];
        address account = _parties[(seed >> 8) % 4];
        if (seed % 4 == 0) {
            vm.prank(guardian);
            paused ? participants.resumeObligations() : participants.pauseObligations();
            paused = !paused;
        } else if (seed % 4 == 1 || retired) {
            vm.prank(guardian);
            retired ? participants.unretire(address(direct)) : participants.retire(address(direct));
            retired = !retired;
        } else {
            vm.prank(registrar);
            suspended[account] ? participants.reinstate(account) : participants.suspend(account, "reason");
            suspended[account] = !suspended[account];
        }
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        uint256 deadline = _signed[1 + (time >> 8) % MAX_SIGNED].what.deadline;
        if (time % 3 != 0 || deadline <= block.timestamp + 1) skip(bound(time, 1, 3 hours));
        else vm.warp(deadline - time / 3 % 2); // at the deadline, or a second before
    }

    // ---- what the invariants look at ----

    function signedOf(uint256 number) external view returns (Signed memory) {
        return _signed[number];
    }

    // ---- helpers ----

    function _mayOpen(Signed storage found) private view returns (bool) {
        address buyer = found.what.buyer;
        address supplier = found.what.supplier;
        if (paused || retired || suspended[buyer] || suspended[supplier]) return false;
        if (withdrawn[buyer][found.digest] || withdrawn[supplier][found.digest]) return false;
        return boughtAs[buyer][found.what.requisitionRef] == 0 && block.timestamp < found.what.deadline;
    }

    function _signature(string memory name, bytes32 digest) private returns (bytes memory) {
        (, uint256 key) = actorWithKey(name);
        return signatureOf(key, digest);
    }
}
