// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { House } from "../../support/House.sol";

contract RevealBidTest is House {
    uint256 private tenderId;

    function setUp() public override {
        super.setUp();
        tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
    }

    function _refusedReveal(address bidder, uint128 amount, bytes memory reason) private {
        bytes32 salt = saltOf(tenderId, bidder);
        refused(reason);
        vm.prank(bidder);
        tenders.revealBid(tenderId, termsOf(tenderId), amount, 0, salt);
    }

    function test_a_reveal_leads_and_gets_its_bond_back() public {
        vm.expectEmit(address(tenders));
        emit ITenders.BidRevealed(tenderId, supplier, AMOUNT, BOND, true, 0, AMOUNT);
        reveal(tenderId, supplier, AMOUNT);
        assertEq(tenders.tender(tenderId).leader, supplier);
        assertEq(token.balanceOf(supplier), FUNDS);
        ITenders.Bid memory record = tenders.bid(tenderId, supplier);
        assertEq(uint256(record.status), uint256(ITenders.BidStatus.Revealed));
        assertEq(record.amount, AMOUNT);
        assertEq(record.index, 1);
        assertEq(record.creditBps, NEWCOMER_BPS);
        assertEq(bytes32(record.commitment), bytes32(0));
    }

    function test_reveal_refuses_an_unknown_tender_and_whoever_did_not_commit() public {
        refused(abi.encodeWithSelector(ITenders.Tenders_Unknown.selector, 99));
        vm.prank(supplier);
        tenders.revealBid(99, termsOf(tenderId), AMOUNT, 0, bytes32(0));
        _refusedReveal(rival, AMOUNT, abi.encodeWithSelector(ITenders.Tenders_NoBid.selector, tenderId, rival));
    }

    function test_a_bond_comes_back_once() public {
        reveal(tenderId, supplier, AMOUNT);
        _refusedReveal(
            supplier, AMOUNT, abi.encodeWithSelector(ITenders.Tenders_AlreadyRevealed.selector, tenderId, supplier)
        );
    }

    function test_reveal_refuses_another_price() public {
        _refusedReveal(
            supplier,
            AMOUNT - 1,
            abi.encodeWithSelector(
                ITenders.Tenders_CommitmentMismatch.selector,
                tenderId,
                supplier,
                bytes28(seal(tenderId, supplier, AMOUNT - 1)),
                bytes28(seal(tenderId, supplier, AMOUNT))
            )
        );
    }

    function test_reveal_refuses_other_terms_than_those_published() public {
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        terms.order.taxBps = 0;
        bytes32 salt = saltOf(tenderId, supplier);
        refused(abi.encodeWithSelector(ITenders.Tenders_TermsMismatch.selector, tenderId));
        vm.prank(supplier);
        tenders.revealBid(tenderId, terms, AMOUNT, 0, salt);
    }

    function test_a_copied_commitment_is_useless() public {
        uint256 other = openTender();
        bytes32 copied = seal(other, supplier, AMOUNT);
        vm.prank(rival);
        tenders.commitBid(other, termsOf(other), copied, new bytes32[](0));
        commit(other, supplier, AMOUNT);
        warpToReveal(other);
        reveal(other, supplier, AMOUNT);
        // The rival now knows price and salt of the supplier, and still cannot open what it copied.
        bytes32 salt = saltOf(other, supplier);
        bytes28 mine = bytes28(tenders.sealBid(other, rival, AMOUNT, 0, salt));
        refused(
            abi.encodeWithSelector(ITenders.Tenders_CommitmentMismatch.selector, other, rival, mine, bytes28(copied))
        );
        vm.prank(rival);
        tenders.revealBid(other, termsOf(other), AMOUNT, 0, salt);
    }

    function test_a_commitment_names_chain_contract_tender_and_bidder() public {
        bytes32 here = tenders.sealBid(tenderId, supplier, AMOUNT, 7, bytes32(0));
        bytes memory named = abi.encode(block.chainid, address(tenders), tenderId, supplier, AMOUNT, 7, bytes32(0));
        assertEq(here, keccak256(named));
        assertNotEq(here, tenders.sealBid(tenderId + 1, supplier, AMOUNT, 7, bytes32(0)), "tender");
        assertNotEq(here, tenders.sealBid(tenderId, rival, AMOUNT, 7, bytes32(0)), "bidder");
        assertNotEq(here, tenders.sealBid(tenderId, supplier, AMOUNT, 8, bytes32(0)), "days");
        vm.chainId(block.chainid + 1);
        assertNotEq(here, tenders.sealBid(tenderId, supplier, AMOUNT, 7, bytes32(0)), "chain");
    }

    function test_reveal_refuses_a_bid_of_nothing() public {
        uint256 other = openTender();
        commit(other, supplier, 0);
        warpToReveal(other);
        refused(abi.encodeWithSelector(ITenders.Tenders_ZeroAmount.selector));
        reveal(other, supplier, 0);
    }

    function test_an_amount_that_no_ledger_holds_is_never_revealed_and_its_bond_is_forfeited() public {
        uint256 other = openTender();
        uint128 most = tenders.MAX_AMOUNT();
        commit(other, supplier, most + 1);
        warpToReveal(other);
        refused(abi.encodeWithSelector(ITenders.Tenders_AmountOutOfBounds.selector, most + 1, most));
        reveal(other, supplier, most + 1);
        vm.warp(tenders.tender(other).revealEnd);
        forfeit(other, supplier);
        assertEq(uint256(tenders.bid(other, supplier).status), uint256(ITenders.BidStatus.Forfeited));
        assertEq(token.balanceOf(buyer), FUNDS + BOND);
    }

    function test_reveal_opens_at_commit_end() public {
        uint40 commitEnd = tenders.tender(tenderId).commitEnd;
        vm.warp(commitEnd - 1);
        _refusedReveal(
            supplier,
            AMOUNT,
            abi.encodeWithSelector(ITenders.Tenders_RevealNotOpen.selector, tenderId, commitEnd - 1, commitEnd)
        );
        uint256 state = vm.snapshotState();
        for (uint40 late; late < 2; ++late) {
            vm.warp(commitEnd + late);
            reveal(tenderId, supplier, AMOUNT);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
    }

    function test_reveal_closes_at_reveal_end() public {
        uint40 revealEnd = tenders.tender(tenderId).revealEnd;
        for (uint40 late; late < 2; ++late) {
            vm.warp(revealEnd + late);
            _refusedReveal(
                supplier,
                AMOUNT,
                abi.encodeWithSelector(ITenders.Tenders_RevealClosed.selector, tenderId, revealEnd + late, revealEnd)
            );
        }
        vm.warp(revealEnd - 1);
        reveal(tenderId, supplier, AMOUNT);
    }

    function test_a_bid_above_the_ceiling_gets_its_bond_back_and_cannot_win() public {
        uint256 other = openTender();
        commit(other, supplier, CEILING + 1);
        commit(other, rival, CEILING);
        warpToReveal(other);
        vm.expectEmit(address(tenders));
        emit ITenders.BidRevealed(other, supplier, CEILING + 1, BOND, false, 0, CEILING + 1);
        reveal(other, supplier, CEILING + 1);
        assertEq(tenders.tender(other).leader, address(0));
        reveal(other, rival, CEILING);
        assertEq(tenders.tender(other).leader, rival);
        assertEq(token.balanceOf(supplier), FUNDS - BOND, "one bond still stands in the first tender");
    }

    function test_pause_and_suspension_never_keep_a_bond() public {
        pause();
        suspend(supplier);
        reveal(tenderId, supplier, AMOUNT);
        assertEq(token.balanceOf(supplier), FUNDS);
    }
}
