// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";
import { WalkTest } from "../../support/WalkTest.sol";
import { TenderHandler } from "./TenderHandler.sol";

/// Numbered in contracts/README.md: T1 to T5.
contract TenderInvariants is House, WalkTest {
    TenderHandler private handler;
    address[] private bidders;

    function setUp() public override {
        super.setUp();
        bidders = [supplier, rival, actor("third bidder"), actor("fourth bidder")];
        enrol(bidders[2], Offices.SUPPLIER);
        enrol(bidders[3], Offices.SUPPLIER);
        address[] memory others = new address[](6);
        (others[0], others[1], others[2]) = (buyer, guardian, attester);
        (others[3], others[4], others[5]) = (arbiter, admin, outsider);
        handler = new TenderHandler(tenders, credit, participants, [attesterPost, arbiterPost], bidders, others);
        appoint(Offices.SCORER, address(handler));
        bytes4[] memory steps = new bytes4[](24);
        for (uint256 i; i < steps.length; ++i) {
            steps[i] = _selector(i);
        }
        walkWith(address(handler), steps);
    }

    function _selector(uint256 i) private view returns (bytes4) {
        if (i == 0) return handler.open.selector;
        if (i < 4) return handler.commit.selector;
        if (i < 7) return handler.reveal.selector;
        if (i == 7) return handler.award.selector;
        if (i == 8) return handler.forfeit.selector;
        if (i == 9) return handler.outcome.selector;
        if (i == 10) return handler.strike.selector;
        if (i < 14) return handler.rank.selector;
        if (i < 16) return handler.strike.selector;
        if (i == 16) return handler.stop.selector;
        if (i == 17) return handler.rotate.selector;
        if (i < 20) return handler.intrude.selector;
        return handler.wait.selector;
    }

    /// The random walk is no idle one: in a few dozen walks of 128 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "open, commit, reveal, strike, strike of rank, rank, award, void, forfeit, outcome, wait, stop, rotate, "
            "drain, intrude",
            64,
            128,
            3
        );
    }

    function _step(uint256 seed) internal override {
        callHandler(
            abi.encodePacked(_selector((seed >> 240) % 24), seed >> 16, seed >> 100 & 0xFFFFFFFF, seed >> 140 & 0xFFFF)
        );
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_tenders_holds() public view {
        if (!handler.moved()) return;
        holds_T1_the_balance_is_the_sum_of_all_bonds_held();
        holds_T2_leader_and_runner_up_are_the_best_of_the_bids_that_compete();
        holds_T3_windows_turns_and_states_are_those_of_the_terms_and_the_clock();
        holds_T4_an_award_is_one_order_at_the_price_of_its_terms();
        holds_T5_no_bid_that_was_struck_leads();
    }

    function holds_T1_the_balance_is_the_sum_of_all_bonds_held() public view {
        uint256 held;
        uint256 known;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            for (uint256 i; i < bidders.length; ++i) {
                if (tenders.bid(id, bidders[i]).status == ITenders.BidStatus.Committed) {
                    held += handler.termsOf(id).bond;
                }
            }
            known += handler.bondsOf(id);
        }
        assertEq(token.balanceOf(address(tenders)), held, "storage");
        assertEq(token.balanceOf(address(tenders)), known, "events");
    }

    function holds_T2_leader_and_runner_up_are_the_best_of_the_bids_that_compete() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            (address first, address second) = handler.best(id);
            ITenders.Tender memory tender = tenders.tender(id);
            assertEq(tender.leader, first, "leader");
            assertEq(tender.runnerUp, second, "runner-up");
        }
    }

    /// The handler keeps them itself; and nothing passed that it says must not, nor the other way round.
    function holds_T3_windows_turns_and_states_are_those_of_the_terms_and_the_clock() public view {
        assertEq(handler.disagreed(), 0, "what passes");
        for (uint256 id = 1; id <= handler.count(); ++id) {
            ITenders.Tender memory tender = tenders.tender(id);
            uint256 commitEnd = handler.opened(id) + handler.termsOf(id).commitSeconds;
            assertEq(tender.commitEnd, commitEnd, "end of commitments");
            assertEq(tender.revealEnd, commitEnd + handler.termsOf(id).revealSeconds, "end of reveals");
            assertEq(uint256(tender.status), uint256(handler.statusOf(id)), "status");
            assertEq(tender.bids, handler.committed(id), "bids");
            for (uint256 i; i < bidders.length; ++i) {
                ITenders.Bid memory bid = tenders.bid(id, bidders[i]);
                assertEq(uint256(bid.status), uint256(handler.bidStatusOf(id, bidders[i])), "status of a bid");
                assertEq(bid.index, handler.placeOf(id, bidders[i]), "place of a bid");
            }
        }
    }

    function holds_T4_an_award_is_one_order_at_the_price_of_its_terms() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            ITenders.Tender memory tender = tenders.tender(id);
            uint256 orderId = handler.orderOf(id);
            assertEq(orderId != 0, tender.status == ITenders.TenderStatus.Awarded, "awarded");
            if (tender.status == ITenders.TenderStatus.Void) assertEq(tender.leader, address(0), "void");
            if (orderId == 0) continue;
            IPurchaseOrders.Order memory record = orders.order(orderId);
            assertEq(record.supplier, tender.leader, "supplier");
            assertEq(record.buyer, buyer, "buyer");
            assertEq(record.amount, handler.price(id), "amount");
            assertGe(record.amount, tenders.bid(id, tender.leader).amount, "at least what it asked");
            assertLe(record.amount, handler.CEILING(), "at most the ceiling");
            assertEq(record.quantity, 1, "quantity");
        }
    }

    function holds_T5_no_bid_that_was_struck_leads() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            ITenders.Tender memory tender = tenders.tender(id);
            address[2] memory ranked = [tender.leader, tender.runnerUp];
            for (uint256 i; i < 2; ++i) {
                if (ranked[i] == address(0)) continue;
                assertEq(uint256(tenders.bid(id, ranked[i]).status), uint256(ITenders.BidStatus.Revealed), "standing");
            }
        }
    }
}
