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
        handler = new TenderHandler(tenders, credit, buyer, attester, bidders);
        appoint(Offices.SCORER, address(handler));
        bytes4[] memory steps = new bytes4[](15);
        steps[0] = TenderHandler.open.selector;
        steps[1] = TenderHandler.commit.selector;
        steps[2] = TenderHandler.commit.selector;
        steps[3] = TenderHandler.reveal.selector;
        steps[4] = TenderHandler.reveal.selector;
        steps[5] = TenderHandler.award.selector;
        steps[6] = TenderHandler.forfeit.selector;
        steps[7] = TenderHandler.outcome.selector;
        steps[8] = TenderHandler.wait.selector;
        steps[9] = TenderHandler.wait.selector;
        steps[10] = TenderHandler.strike.selector;
        steps[11] = TenderHandler.rank.selector;
        steps[12] = TenderHandler.reveal.selector;
        steps[13] = TenderHandler.commit.selector;
        steps[14] = TenderHandler.rank.selector;
        walkWith(address(handler), steps);
    }

    /// The random walk is no idle one: in two dozen walks of 128 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "open, commit, reveal, strike, strike of rank, rank, award, void, forfeit, outcome, wait", 24, 128, 3
        );
    }

    function _step(uint256 seed) internal override {
        uint256 which = (seed >> 240) % 15;
        uint256 value = seed >> 100;
        if (which == 0) handler.open(seed, uint64(value));
        else if (which < 4) handler.commit(seed, uint128(value), uint16(value));
        else if (which < 7) handler.reveal(seed);
        else if (which == 7) handler.award(seed);
        else if (which == 8) handler.forfeit(seed);
        else if (which == 9) handler.outcome(seed, uint32(value));
        else if (which == 10) handler.strike(seed);
        else if (which < 13) handler.rank(seed);
        else handler.wait(uint32(value));
    }

    /// One campaign for all: forge walks once for each function of this kind.
    function invariant_every_promise_of_tenders_holds() public view {
        if (!handler.moved()) return;
        holds_T1_the_balance_is_the_sum_of_all_bonds_held();
        holds_T2_leader_and_runner_up_are_the_best_of_the_bids_that_compete();
        holds_T3_what_is_settled_forfeited_or_struck_stays_so();
        holds_T4_an_award_is_one_order_at_the_price_of_its_terms();
        holds_T5_no_bid_that_was_struck_leads();
    }

    function holds_T1_the_balance_is_the_sum_of_all_bonds_held() public view {
        uint256 held;
        uint256 known;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            for (uint256 i; i < bidders.length; ++i) {
                if (tenders.bid(id, bidders[i]).status == ITenders.BidStatus.Committed) {
                    held += handler.bondOf(id);
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

    function holds_T3_what_is_settled_forfeited_or_struck_stays_so() public view {
        assertEq(handler.backwards(), 0);
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
