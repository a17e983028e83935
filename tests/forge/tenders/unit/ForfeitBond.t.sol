// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { House } from "../../support/House.sol";

contract ForfeitBondTest is House {
    uint256 private tenderId;
    uint40 private revealEnd;

    function setUp() public override {
        super.setUp();
        tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, rival, AMOUNT);
        revealEnd = tenders.tender(tenderId).revealEnd;
        vm.warp(revealEnd);
    }

    function test_an_unrevealed_bond_goes_to_the_buyer_once() public {
        vm.expectEmit(address(tenders));
        emit ITenders.BondForfeited(tenderId, supplier, buyer, BOND);
        vm.prank(outsider);
        forfeit(tenderId, supplier);
        assertEq(token.balanceOf(buyer), FUNDS + BOND);
        assertEq(token.balanceOf(address(tenders)), 0);
        refused(abi.encodeWithSelector(ITenders.Tenders_BondNotHeld.selector, tenderId, supplier));
        forfeit(tenderId, supplier);
    }

    function test_a_bond_is_forfeited_after_the_award_too() public {
        award(tenderId);
        forfeit(tenderId, supplier);
        assertEq(token.balanceOf(buyer), FUNDS + BOND);
    }

    function test_forfeit_refuses_an_unknown_tender_no_bid_and_a_revealed_one() public {
        refused(abi.encodeWithSelector(ITenders.Tenders_Unknown.selector, 99));
        forfeit(99, supplier);
        refused(abi.encodeWithSelector(ITenders.Tenders_NoBid.selector, tenderId, outsider));
        forfeit(tenderId, outsider);
        refused(abi.encodeWithSelector(ITenders.Tenders_AlreadyRevealed.selector, tenderId, rival));
        forfeit(tenderId, rival);
    }

    function test_forfeit_refuses_where_no_bond_was_asked_for() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.bond = 0;
        uint256 other = openTender(terms);
        commit(other, supplier, AMOUNT);
        warpToAward(other);
        refused(abi.encodeWithSelector(ITenders.Tenders_BondNotHeld.selector, other, supplier));
        forfeit(other, supplier);
    }

    function test_forfeit_refuses_other_terms_than_those_published() public {
        ITenders.TenderTerms memory terms = termsOf(tenderId);
        terms.bond = 2 * BOND;
        refused(abi.encodeWithSelector(ITenders.Tenders_TermsMismatch.selector, tenderId));
        tenders.forfeitBond(tenderId, terms, supplier);
    }

    function test_a_forfeited_bid_is_not_revealed_any_more() public {
        forfeit(tenderId, supplier);
        refused(abi.encodeWithSelector(ITenders.Tenders_RevealClosed.selector, tenderId, revealEnd, revealEnd));
        reveal(tenderId, supplier, AMOUNT);
    }

    function test_forfeit_opens_at_reveal_end() public {
        vm.warp(revealEnd - 1);
        refused(abi.encodeWithSelector(ITenders.Tenders_AwardNotOpen.selector, tenderId, revealEnd - 1, revealEnd));
        forfeit(tenderId, supplier);
        vm.warp(revealEnd + 1);
        forfeit(tenderId, supplier);
    }
}
