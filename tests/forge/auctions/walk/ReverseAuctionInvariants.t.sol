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
        address[] memory others = new address[](6);
        (others[0], others[1], others[2]) = (buyer, guardian, attester);
        (others[3], others[4], others[5]) = (arbiter, admin, outsider);
        handler = new ReverseAuctionHandler(auctions, participants, [attesterPost, arbiterPost], bidders, others);
        bytes4[] memory steps = new bytes4[](12);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i < 2) return handler.open.selector;
        if (i < 4) return handler.place.selector;
        if (i < 6) return handler.award.selector;
        if (i == 6) return handler.withdraw.selector;
        if (i == 7) return handler.stop.selector;
        if (i < 10) return handler.intrude.selector;
        return handler.wait.selector;
    }

    /// The random walk is no idle one: in a few dozen walks of 96 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        takesEveryStep("open, place, extend, award, void, withdraw, wait, stop, drain, intrude", 48, 96, 3);
    }

    function _step(uint256 seed) internal override {
        callHandler(abi.encodePacked(_selector((seed >> 240) % 12), seed >> 16, seed >> 100 & 0xFFFFFFFF));
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_reverse_auctions_holds() public view {
        if (!handler.moved()) return;
        holds_D1_the_balance_is_the_sum_of_all_bonds_held();
        holds_D2_the_leader_bid_lowest_and_nobody_bid_the_same();
        holds_D3_ends_turns_and_states_are_those_of_the_terms_and_the_clock();
        holds_D4_an_award_is_one_order_at_the_lowest_bid();
    }

    function holds_D1_the_balance_is_the_sum_of_all_bonds_held() public view {
        uint256 held;
        uint256 known;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            uint256 bond = handler.termsOf(id).bond;
            for (uint256 i; i < bidders.length; ++i) {
                bool bondHeld = auctions.openBid(id, bidders[i]).bondHeld;
                assertEq(bondHeld, handler.bondHeld(id, bidders[i]), "held");
                if (bondHeld) held += bond;
            }
            known += handler.bondsOf(id);
        }
        assertEq(token.balanceOf(address(auctions)), held, "storage");
        assertEq(token.balanceOf(address(auctions)), known, "events");
    }

    function holds_D2_the_leader_bid_lowest_and_nobody_bid_the_same() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            address leader = auctions.auction(id).leader;
            assertEq(leader, handler.keptOf(id).leader, "leader");
            uint256 amount = auctions.openBid(id, leader).amount;
            uint256 ceiling = handler.termsOf(id).ceiling;
            assertEq(amount, handler.keptOf(id).lowest, "amount");
            for (uint256 i; i < bidders.length; ++i) {
                uint256 other = auctions.openBid(id, bidders[i]).amount;
                assertEq(other, handler.amountOf(id, bidders[i]), "its last");
                if (bidders[i] != leader && other != 0) assertGt(other, amount, "another");
                assertLe(other, ceiling, "ceiling");
            }
        }
    }

    /// The handler keeps them itself; and nothing passed that it says must not, nor the other way round.
    function holds_D3_ends_turns_and_states_are_those_of_the_terms_and_the_clock() public view {
        assertEq(handler.disagreed(), 0, "what passes");
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IReverseAuctions.Auction memory auction = auctions.auction(id);
            ReverseAuctionHandler.Kept memory kept = handler.keptOf(id);
            assertEq(auction.endsAt, kept.endsAt, "end");
            assertEq(auction.extensions, kept.extensions, "extensions");
            assertLe(auction.extensions, handler.termsOf(id).maxExtensions, "not for ever");
            assertEq(auction.bids, kept.bids, "bids");
            bool settled = auction.status != IReverseAuctions.ReverseAuctionStatus.Open;
            assertEq(settled, kept.settled, "settled");
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
            assertEq(order.amount, handler.keptOf(id).lowest, "amount");
            assertEq(order.quantity, 1, "quantity");
        }
    }
}
