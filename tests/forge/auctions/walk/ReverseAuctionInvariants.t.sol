// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReverseAuctions } from "../../../../contracts/procurement/interfaces/IReverseAuctions.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { TenderHouse } from "../../support/TenderHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { ReverseAuctionHandler } from "./ReverseAuctionHandler.sol";

/// Numbered in contracts/README.md: D1 to D4.
contract ReverseAuctionInvariants is TenderHouse, WalkTest {
    ReverseAuctionHandler private handler;
    address[] private bidders;

    function setUp() public override {
        super.setUp();
        bidders = [supplier, rival, third];
        handler = new ReverseAuctionHandler(auctions, buyer, attester, bidders);
        bytes4[] memory steps = new bytes4[](7);
        steps[0] = ReverseAuctionHandler.open.selector;
        steps[1] = ReverseAuctionHandler.place.selector;
        steps[2] = ReverseAuctionHandler.place.selector;
        steps[3] = ReverseAuctionHandler.place.selector;
        steps[4] = ReverseAuctionHandler.award.selector;
        steps[5] = ReverseAuctionHandler.withdraw.selector;
        steps[6] = ReverseAuctionHandler.wait.selector;
        walkWith(address(handler), steps);
    }

    /// The random walk is no idle one: in a few dozen walks of 64 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        takesEveryStep("open, place, extend, award, void, withdraw, wait", 24, 64, 3);
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 240) % 7;
        uint256 value = seed >> 100;
        if (which == 0) handler.open(seed, uint64(value));
        else if (which < 3) handler.place(seed, uint128(value));
        else if (which == 3) handler.award(seed);
        else if (which == 4) handler.withdraw(seed);
        else handler.wait(uint32(value));
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_reverse_auctions_holds() public view {
        if (!handler.moved()) return;
        holds_D1_the_balance_is_the_sum_of_all_bonds_held();
        holds_D2_the_leader_bid_lowest_and_nobody_bid_the_same();
        holds_D3_what_is_settled_stays_so_and_the_end_moves_forward_and_not_for_ever();
        holds_D4_an_award_is_one_order_at_the_lowest_bid();
    }

    function holds_D1_the_balance_is_the_sum_of_all_bonds_held() public view {
        uint256 held;
        uint256 known;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            uint256 bond = handler.termsOf(id).bond;
            for (uint256 i; i < bidders.length; ++i) {
                if (auctions.openBid(id, bidders[i]).bondHeld) held += bond;
            }
            known += handler.bondsOf(id);
        }
        assertEq(token.balanceOf(address(auctions)), held, "storage");
        assertEq(token.balanceOf(address(auctions)), known, "events");
    }

    function holds_D2_the_leader_bid_lowest_and_nobody_bid_the_same() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            address leader = auctions.auction(id).leader;
            assertEq(leader, handler.lowestBidder(id), "leader");
            uint256 amount = auctions.openBid(id, leader).amount;
            uint256 ceiling = handler.termsOf(id).ceiling;
            assertEq(amount, handler.lowest(id), "amount");
            for (uint256 i; i < bidders.length; ++i) {
                uint256 other = auctions.openBid(id, bidders[i]).amount;
                if (bidders[i] != leader && other != 0) assertGt(other, amount, "another");
                assertLe(other, ceiling, "ceiling");
            }
        }
    }

    function holds_D3_what_is_settled_stays_so_and_the_end_moves_forward_and_not_for_ever() public view {
        assertEq(handler.backwards(), 0);
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IReverseAuctions.AuctionTerms memory terms = handler.termsOf(id);
            uint256 latest =
                handler.opened(id) + terms.durationSeconds + uint256(terms.maxExtensions) * terms.extensionSeconds;
            assertLe(auctions.auction(id).endsAt, latest, "end");
            assertLe(auctions.auction(id).extensions, terms.maxExtensions, "extensions");
        }
    }

    function holds_D4_an_award_is_one_order_at_the_lowest_bid() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IReverseAuctions.Auction memory auction = auctions.auction(id);
            uint256 orderId = handler.orderOf(id);
            assertEq(orderId != 0, auction.status == IReverseAuctions.ReverseAuctionStatus.Awarded, "awarded");
            if (orderId == 0) continue;
            IPurchaseOrders.Order memory order = orders.order(orderId);
            assertEq(order.supplier, auction.leader, "supplier");
            assertEq(order.buyer, buyer, "buyer");
            assertEq(order.amount, handler.lowest(id), "amount");
            assertEq(order.quantity, 1, "quantity");
        }
    }
}
