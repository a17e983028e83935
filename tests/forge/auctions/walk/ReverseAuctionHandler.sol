// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Participants } from "../../../../contracts/identity/Participants.sol";
import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { ReverseAuctions } from "../../../../contracts/procurement/ReverseAuctions.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// All that buyer and bidders of up to `MAX_AUCTIONS` open auctions can do, at random; a step that nobody can take now
/// is skipped. Ends, leaders and bonds are kept here, from the terms and the clock alone: before each call the handler
/// says whether it must pass, and `disagreed` counts where the contract said otherwise. `intrude` calls anything as
/// anybody, rightly or not.
contract ReverseAuctionHandler is TestBase {
    enum What {
        Place,
        Award,
        Withdraw,
        Open
    }

    struct Attempt {
        What what;
        uint256 id;
        address actor;
        address bidder;
        bool otherTerms;
        uint128 amount;
    }

    struct Kept {
        uint256 endsAt;
        uint256 extensions;
        uint256 bids;
        address leader;
        uint256 lowest;
        bool settled;
    }

    uint256 public constant MAX_AUCTIONS = 4;

    ReverseAuctions public immutable auctions;
    Participants public immutable participants;
    address public immutable buyer;

    bool public moved; // by the last step: a step without a log changed nothing
    uint256 public count;
    uint256 public disagreed; // how often the contract let pass what it must not, or refused what it must not
    bool public paused;
    bool public retired;
    mapping(string step => uint256 times) public taken;
    mapping(uint256 auctionId => uint256 orderId) public orderOf;
    mapping(uint256 auctionId => uint256) public bondsOf; // as the logs have it
    mapping(uint256 auctionId => mapping(address bidder => bool)) public bondHeld;
    mapping(uint256 auctionId => mapping(address bidder => uint256)) public amountOf;

    uint32[2] private _posts;
    address[] private _bidders;
    address[] private _others; // who never may bid
    mapping(uint256 auctionId => IReverseAuctions.AuctionTerms) private _termsOf;
    mapping(uint256 auctionId => Kept) private _kept;

    constructor(
        ReverseAuctions auctions_,
        Participants participants_,
        uint32[2] memory posts,
        address[] memory bidders_,
        address[] memory others
    ) {
        (auctions, participants, _posts) = (auctions_, participants_, posts);
        (buyer, _bidders, _others) = (others[0], bidders_, others);
    }

    modifier watched() {
        vm.recordLogs();
        _;
        _book();
    }

    // ---- steps ----

    function open(uint256 seed, uint64 bond) external watched {
        if (count == MAX_AUCTIONS) return;
        uint256 id = count + 1;
        _termsOf[id] = _draw(seed, bond, id);
        _take("open", Attempt(What.Open, id, buyer, address(0), false, 0));
    }

    function place(uint256 seed, uint128 amount) external watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            uint256 most = _most(id);
            if (most == 0) continue;
            amount = uint128(bound(amount, most - most / 20 == 0 ? 1 : most - most / 20, most));
            if (_take("place", Attempt(What.Place, id, bidder, bidder, false, amount))) return;
        }
    }

    function award(uint256 seed) external watched {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            if (_take("award", Attempt(What.Award, id, address(this), address(0), false, 0))) return;
        }
    }

    function withdraw(uint256 seed) external watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (_take("withdraw", Attempt(What.Withdraw, id, address(this), bidder, false, 0))) return;
        }
    }

    /// Anybody calls anything with any arguments, true ones among them.
    function intrude(uint256 seed) external watched {
        if (count == 0) return;
        uint256 id = 1 + (seed >> 8) % (count + 1);
        address bidder = _bidders[(seed >> 16) % _bidders.length];
        uint256 who = (seed >> 24) % (_bidders.length + _others.length);
        address actor_ = who < _bidders.length ? _bidders[who] : _others[who - _bidders.length];
        uint256 most = _most(id);
        uint128 amount = uint128((seed >> 40) % (most + 2));
        Attempt memory attempt = Attempt(What(uint8(seed % 4)), id, actor_, bidder, (seed >> 72) % 5 == 0, amount);
        if (attempt.what == What.Open) attempt.id = 1 + (seed >> 8) % count; // never its own reference
        ++taken["intrude"];
        _attempt(attempt);
    }

    /// The guardian stops and lets go; what is open goes on as the model says.
    function stop(uint256 seed) external watched {
        ++taken["stop"];
        vm.startPrank(_others[1]);
        if (paused || seed % 3 == 0) {
            if (paused) participants.resumeObligations();
            else participants.pauseObligations();
            paused = !paused;
        } else {
            if (retired) participants.unretire(address(auctions));
            else participants.retire(address(auctions));
            retired = !retired;
        }
        vm.stopPrank();
    }

    function wait(uint256 time) external {
        moved = false;
        ++taken["wait"];
        uint256 endsAt = _kept[1 + (time >> 8) % MAX_AUCTIONS].endsAt;
        if (time % 2 == 0 || endsAt <= block.timestamp + 1) skip(bound(time, 1, 20 minutes));
        else vm.warp(endsAt - time / 2 % 2); // at the end, or a second before
    }

    // ---- what the invariants look at ----

    function termsOf(uint256 id) external view returns (IReverseAuctions.AuctionTerms memory) {
        return _termsOf[id];
    }

    function keptOf(uint256 id) external view returns (Kept memory) {
        return _kept[id];
    }

    // ---- what must pass ----

    function _rightful(Attempt memory a) private view returns (bool) {
        if (a.what == What.Open) return a.id == count + 1 && a.actor == buyer && !paused && !retired;
        if (a.id == 0 || a.id > count || a.otherTerms) return false;
        Kept storage kept = _kept[a.id];
        bool ended = block.timestamp >= kept.endsAt;
        if (a.what == What.Award) return ended && !kept.settled;
        if (a.what == What.Withdraw) return ended && bondHeld[a.id][a.bidder];
        if (!_isBidder(a.actor) || a.actor == kept.leader || paused || ended) return false;
        return a.amount != 0 && a.amount <= _most(a.id);
    }

    /// Below the leading bid by the decrement, rounded up, and by one unit at least.
    function _most(uint256 id) private view returns (uint256) {
        IReverseAuctions.AuctionTerms storage terms = _termsOf[id];
        Kept storage kept = _kept[id];
        if (kept.leader == address(0)) return terms.ceiling;
        uint256 step = (kept.lowest * terms.minDecrementBps + 9999) / 10_000;
        return kept.lowest - (step == 0 ? 1 : step);
    }

    function _take(string memory step, Attempt memory attempt) private returns (bool) {
        if (!_rightful(attempt)) return false;
        if (attempt.what == What.Award && _kept[attempt.id].leader == address(0)) ++taken["void"];
        else ++taken[step];
        if (retired && attempt.what != What.Open) ++taken["drain"];
        uint256 extensions = _kept[attempt.id].extensions;
        _attempt(attempt);
        if (_kept[attempt.id].extensions != extensions) ++taken["extend"];
        return true;
    }

    function _attempt(Attempt memory a) private {
        bool rightful = _rightful(a);
        bytes memory data = _encoded(a);
        vm.prank(a.actor);
        (bool done, bytes memory answer) = address(auctions).call(data);
        if (done != rightful) ++disagreed;
        if (done && rightful) _apply(a, answer);
    }

    function _apply(Attempt memory a, bytes memory answer) private {
        IReverseAuctions.AuctionTerms storage terms = _termsOf[a.id];
        Kept storage kept = _kept[a.id];
        if (a.what == What.Open) {
            count = a.id;
            kept.endsAt = block.timestamp + terms.durationSeconds;
            if (abi.decode(answer, (uint256)) != a.id) ++disagreed;
        } else if (a.what == What.Place) {
            if (kept.extensions < terms.maxExtensions && kept.endsAt - block.timestamp < terms.extensionSeconds) {
                kept.extensions += 1;
                kept.endsAt += terms.extensionSeconds;
            }
            if (amountOf[a.id][a.actor] == 0) bondHeld[a.id][a.actor] = terms.bond != 0;
            amountOf[a.id][a.actor] = a.amount;
            (kept.leader, kept.lowest) = (a.actor, a.amount);
            kept.bids += 1;
        } else if (a.what == What.Award) {
            kept.settled = true;
            orderOf[a.id] = abi.decode(answer, (uint256));
        } else {
            bondHeld[a.id][a.bidder] = false;
        }
    }

    // ---- arguments ----

    function _encoded(Attempt memory a) private view returns (bytes memory) {
        IReverseAuctions.AuctionTerms memory terms = _termsOf[a.id];
        if (a.otherTerms) terms.ceiling += 1;
        if (a.what == What.Open) return abi.encodeCall(auctions.openAuction, (terms, new address[](0)));
        if (a.what == What.Place) {
            return abi.encodeCall(auctions.placeBid, (a.id, terms, a.amount, new bytes32[](0)));
        }
        if (a.what == What.Award) return abi.encodeCall(auctions.award, (a.id, terms));
        return abi.encodeCall(auctions.withdrawBond, (a.id, terms, a.bidder));
    }

    function _draw(uint256 seed, uint64 bond, uint256 id)
        private
        view
        returns (IReverseAuctions.AuctionTerms memory terms)
    {
        terms.buyer = buyer;
        terms.requisitionRef = bytes32(id);
        terms.quantity = 1;
        terms.ceiling = uint128(1 + seed % 10_000);
        terms.bond = seed % 3 == 0 ? 0 : bond % 1000;
        terms.minDecrementBps = uint16((seed >> 32) % 500);
        terms.durationSeconds = uint32((terms.bond == 0 ? 1 minutes : 1 hours) + (seed >> 64) % 60 minutes);
        if (seed % 4 != 0) {
            terms.maxExtensions = uint8(1 + (seed >> 96) % 4);
            terms.extensionSeconds = uint32(1 + (seed >> 128) % 20 minutes);
        }
        (terms.order.attesterPost, terms.order.arbiterPost) = (_posts[0], _posts[1]);
        terms.order.promisedAt = uint40(block.timestamp) + 30 days;
        (terms.order.fundSeconds, terms.order.silenceSeconds) = (1 hours, 3 days);
    }

    function _book() private {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == IReverseAuctions.ReverseBidPlaced.selector) {
                (, uint128 bond,,) = abi.decode(logs[i].data, (uint128, uint128, uint40, uint8));
                bondsOf[uint256(logs[i].topics[1])] += bond;
            } else if (topic == IReverseAuctions.ReverseBondReturned.selector) {
                bondsOf[uint256(logs[i].topics[1])] -= abi.decode(logs[i].data, (uint128));
            }
        }
    }

    function _isBidder(address account) private view returns (bool found) {
        for (uint256 i; i < _bidders.length; ++i) {
            if (_bidders[i] == account) return true;
        }
    }

    function _pick(uint256 seed, uint256 i) private view returns (uint256 id, address bidder) {
        uint256 all = count * _bidders.length;
        uint256 place_ = (seed % all + i) % all;
        return (1 + place_ / _bidders.length, _bidders[place_ % _bidders.length]);
    }
}
