// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { ReverseAuctions } from "../../../../contracts/procurement/ReverseAuctions.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// All that buyer and bidders of up to `MAX_AUCTIONS` open auctions can do, at random, each time rightly: nothing here
/// may revert. A step that nobody can take now is skipped.
contract ReverseAuctionHandler is TestBase {
    bool public moved; // by the last step: a step without a log changed nothing

    uint256 public constant MAX_AUCTIONS = 4;

    ReverseAuctions public immutable auctions;
    address public immutable buyer;
    address public immutable attester;

    uint256 public count;
    uint256 public backwards; // how often an auction left an end state, its end came nearer or its price rose
    mapping(string step => uint256 times) public taken;
    mapping(uint256 auctionId => uint256 orderId) public orderOf;
    mapping(uint256 auctionId => uint256) public bondsOf; // as the logs have it
    mapping(uint256 auctionId => uint256) public opened;
    mapping(uint256 auctionId => uint256) public lowest; // of all bids placed
    mapping(uint256 auctionId => address) public lowestBidder;

    address[] private _bidders;
    mapping(uint256 auctionId => IReverseAuctions.AuctionTerms) private _termsOf;
    mapping(uint256 auctionId => IReverseAuctions.Auction) private _last;

    constructor(ReverseAuctions auctions_, address buyer_, address attester_, address[] memory bidders_) {
        auctions = auctions_;
        buyer = buyer_;
        attester = attester_;
        _bidders = bidders_;
    }

    modifier watched() {
        vm.recordLogs();
        _;
        _book();
        for (uint256 id = 1; id <= count; ++id) {
            IReverseAuctions.Auction memory now_ = auctions.auction(id);
            IReverseAuctions.Auction memory last = _last[id];
            if (last.status > IReverseAuctions.ReverseAuctionStatus.Open && now_.status != last.status) ++backwards;
            if (now_.endsAt < last.endsAt || now_.extensions < last.extensions) ++backwards;
            if (last.leader != address(0) && now_.leader == address(0)) ++backwards;
            _last[id] = now_;
        }
    }

    // ---- steps ----

    function open(uint256 seed, uint64 bond) external watched {
        if (count == MAX_AUCTIONS) return;
        ++count;
        ++taken["open"];
        IReverseAuctions.AuctionTerms memory terms;
        terms.buyer = buyer;
        terms.requisitionRef = bytes32(count);
        terms.quantity = 1;
        terms.ceiling = uint128(1 + seed % 10_000);
        terms.bond = seed % 3 == 0 ? 0 : bond % 1000;
        terms.minDecrementBps = uint16((seed >> 32) % 500);
        terms.durationSeconds = uint32(1 minutes + (seed >> 64) % 60 minutes);
        if (seed % 4 != 0) {
            terms.maxExtensions = uint8(1 + (seed >> 96) % 4);
            terms.extensionSeconds = uint32(1 + (seed >> 128) % 20 minutes);
        }
        terms.order.attester = attester;
        terms.order.promisedAt = uint40(block.timestamp) + 30 days;
        terms.order.fundSeconds = 1 hours;
        terms.order.silenceSeconds = 1 days;
        _termsOf[count] = terms;
        opened[count] = block.timestamp;
        vm.prank(buyer);
        auctions.openAuction(terms, new address[](0));
    }

    function place(uint256 seed, uint128 amount) external watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            IReverseAuctions.Auction memory auction = auctions.auction(id);
            uint128 most = auctions.mostNext(id, _termsOf[id]);
            if (block.timestamp >= auction.endsAt || auction.leader == bidder || most == 0) continue;
            amount = uint128(bound(amount, most - most / 20 == 0 ? 1 : most - most / 20, most));
            ++taken["place"];
            lowest[id] = amount;
            lowestBidder[id] = bidder;
            vm.prank(bidder);
            auctions.placeBid(id, _termsOf[id], amount, new bytes32[](0));
            if (auctions.auction(id).extensions != auction.extensions) ++taken["extend"];
            return;
        }
    }

    function award(uint256 seed) external watched {
        for (uint256 i; i < count; ++i) {
            uint256 id = 1 + (seed % count + i) % count;
            IReverseAuctions.Auction memory auction = auctions.auction(id);
            if (auction.status != IReverseAuctions.ReverseAuctionStatus.Open) continue;
            if (block.timestamp < auction.endsAt) continue;
            ++taken[auction.leader == address(0) ? "void" : "award"];
            orderOf[id] = auctions.award(id, _termsOf[id]);
            return;
        }
    }

    function withdraw(uint256 seed) external watched {
        for (uint256 i; i < count * _bidders.length; ++i) {
            (uint256 id, address bidder) = _pick(seed, i);
            if (!auctions.openBid(id, bidder).bondHeld || block.timestamp < auctions.auction(id).endsAt) continue;
            ++taken["withdraw"];
            auctions.withdrawBond(id, _termsOf[id], bidder);
            return;
        }
    }

    function wait(uint32 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 10 minutes));
    }

    // ---- what the invariants look at ----

    function termsOf(uint256 id) external view returns (IReverseAuctions.AuctionTerms memory) {
        return _termsOf[id];
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

    function _pick(uint256 seed, uint256 i) private view returns (uint256 id, address bidder) {
        uint256 all = count * _bidders.length;
        uint256 place_ = (seed % all + i) % all;
        return (1 + place_ / _bidders.length, _bidders[place_ % _bidders.length]);
    }
}
