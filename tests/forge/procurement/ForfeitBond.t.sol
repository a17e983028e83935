// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../contracts/procurement/interfaces/ITenders.sol";
import { House } from "../support/House.sol";

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
        tenders.forfeitBond(tenderId, supplier);
        assertEq(token.balanceOf(buyer), FUNDS + BOND);
        assertEq(token.balanceOf(address(tenders)), 0);
        refused(abi.encodeWithSelector(ITenders.Tenders_BondNotHeld.selector, tenderId, supplier));
        tenders.forfeitBond(tenderId, supplier);
    }

    function test_a_bond_is_forfeited_after_the_award_too() public {
        tenders.award(tenderId);
        tenders.forfeitBond(tenderId, supplier);
        assertEq(token.balanceOf(buyer), FUNDS + BOND);
    }

    function test_forfeit_refuses_an_unknown_tender_no_bid_and_a_revealed_one() public {
        refused(abi.encodeWithSelector(ITenders.Tenders_Unknown.selector, 99));
        tenders.forfeitBond(99, supplier);
        refused(abi.encodeWithSelector(ITenders.Tenders_NoBid.selector, tenderId, outsider));
        tenders.forfeitBond(tenderId, outsider);
        refused(abi.encodeWithSelector(ITenders.Tenders_AlreadyRevealed.selector, tenderId, rival));
        tenders.forfeitBond(tenderId, rival);
    }

    function test_forfeit_opens_at_reveal_end() public {
        vm.warp(revealEnd - 1);
        refused(abi.encodeWithSelector(ITenders.Tenders_AwardNotOpen.selector, tenderId, revealEnd - 1, revealEnd));
        tenders.forfeitBond(tenderId, supplier);
        vm.warp(revealEnd + 1);
        tenders.forfeitBond(tenderId, supplier);
    }
}
