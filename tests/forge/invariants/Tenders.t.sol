// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { ITenders } from "../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../support/House.sol";
import { TenderHandler } from "./TenderHandler.sol";

/// Numbered in contracts/README.md: T1 to T4.
contract TenderInvariants is House {
    TenderHandler private handler;
    address[] private bidders;

    function setUp() public override {
        super.setUp();
        bidders = [supplier, rival, actor("third bidder"), actor("fourth bidder")];
        enrol(bidders[2], Offices.SUPPLIER);
        enrol(bidders[3], Offices.SUPPLIER);
        handler = new TenderHandler(tenders, credit, buyer, attester, bidders);
        vm.prank(admin);
        participants.grantRole(Offices.SCORER, address(handler));
        bytes4[] memory steps = new bytes4[](12);
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
        steps[10] = TenderHandler.award.selector;
        steps[11] = TenderHandler.wait.selector;
        targetContract(address(handler));
        targetSelectors(address(handler), steps);
    }

    /// The random walk is no idle one: in a few dozen walks of 64 steps every step is really taken, many times.
    function test_the_walk_takes_every_step() public {
        string[8] memory names = ["open", "commit", "reveal", "award", "void", "forfeit", "outcome", "wait"];
        uint256[8] memory times;
        for (uint256 walk; walk < 24; ++walk) {
            uint256 state = vm.snapshotState();
            for (uint256 i; i < 64; ++i) {
                _step(uint256(keccak256(abi.encode(walk, i))));
            }
            for (uint256 i; i < names.length; ++i) {
                times[i] += handler.taken(names[i]);
            }
            vm.revertToState(state);
        }
        for (uint256 i; i < names.length; ++i) {
            assertGe(times[i], 3, names[i]);
        }
    }

    function _step(uint256 seed) private {
        uint256 which = (seed >> 240) % 12;
        uint256 value = seed >> 100;
        if (which == 0) handler.open(seed, uint64(value));
        else if (which < 3) handler.commit(seed, uint128(value));
        else if (which < 5) handler.reveal(seed);
        else if (which == 5 || which == 8) handler.award(seed);
        else if (which == 6) handler.forfeit(seed);
        else if (which == 7) handler.outcome(seed, uint32(value));
        else handler.wait(uint32(value));
    }

    function invariant_T1_the_balance_is_the_sum_of_all_bonds_held() public view {
        uint256 held;
        uint256 known;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            for (uint256 i; i < bidders.length; ++i) {
                held += tenders.bid(id, bidders[i]).bond;
            }
            known += handler.bondsOf(id);
        }
        assertEq(token.balanceOf(address(tenders)), held, "storage");
        assertEq(token.balanceOf(address(tenders)), known, "events");
    }

    function invariant_T2_the_leader_is_the_best_valid_revealed_bid() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            ITenders.Tender memory tender = tenders.tender(id);
            address best;
            ITenders.Bid memory bestBid;
            uint256 revealed;
            for (uint256 i; i < bidders.length; ++i) {
                ITenders.Bid memory bid = tenders.bid(id, bidders[i]);
                if (bid.revealed) ++revealed;
                if (!bid.revealed || bid.amount > tender.terms.ceiling) continue;
                if (best == address(0) || _beats(bid, bestBid)) (best, bestBid) = (bidders[i], bid);
            }
            assertEq(tender.leader, best, "leader");
            assertEq(tender.leadingAmount, bestBid.amount, "amount");
            assertEq(tender.revealed, revealed, "revealed");
        }
    }

    function invariant_T3_a_settled_tender_stays_settled() public view {
        assertEq(handler.backwards(), 0);
    }

    function invariant_T4_an_award_is_one_order_at_the_leading_price() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            ITenders.Tender memory tender = tenders.tender(id);
            uint256 orderId = handler.orderOf(id);
            assertEq(orderId != 0, tender.status == ITenders.TenderStatus.Awarded, "awarded");
            if (tender.status == ITenders.TenderStatus.Void) assertEq(tender.leader, address(0), "void");
            if (orderId == 0) continue;
            IPurchaseOrders.Order memory record = orders.order(orderId);
            assertEq(record.supplier, tender.leader, "supplier");
            assertEq(record.buyer, tender.buyer, "buyer");
            assertEq(record.amount, tender.leadingAmount, "amount");
            assertEq(record.quantity, tender.terms.quantity, "quantity");
        }
    }

    /// By amount, then credit, then rank of commitment, written as one number.
    function _beats(ITenders.Bid memory left, ITenders.Bid memory right) private pure returns (bool) {
        return _key(left) < _key(right);
    }

    function _key(ITenders.Bid memory bid) private pure returns (uint256) {
        return uint256(bid.amount) << 64 | uint256(10_000 - bid.creditBps) << 32 | bid.index;
    }
}
