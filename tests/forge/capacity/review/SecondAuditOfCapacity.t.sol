// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { CapacityMarket } from "../../../../contracts/capacity/CapacityMarket.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

/// Findings F1, F2, F7 of the second audit and M14 of the design, turned round: each fails on the first edition.
contract SecondAuditOfCapacityTest is CapacityHouse {
    CapacityMarket private next;

    /// The next edition, beside the first; whoever trades approves it.
    function _succeed() private {
        next = openMarket(1);
        retire(address(market));
        approve(holder, address(next));
        approve(reseller, address(next));
    }

    function _buyFromNext(address who, uint24 quantity) private returns (uint256 tokenId) {
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        terms.quantity = quantity;
        vm.prank(plant);
        uint256 saleId = next.openSale(terms);
        vm.prank(who);
        return next.buy(saleId, quantity, PRICE);
    }

    // ---- F1: succession while tokens are out ----

    function test_a_market_is_succeeded_while_its_tokens_are_out_and_all_of_it_drains() public {
        uint256 old = sold(120);
        uint256 run = redeem(old, 40);
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, old, 30, "");
        _succeed();
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        openSale(saleTerms());
        uint256 fresh = _buyFromNext(holder, 180); // all that is left of 300
        assertNotEq(old, fresh, "the same device, slot and price, and yet another token");
        assertEq(capacity.slot(deviceId, SLOT).issued, FREE);

        // The old edition loses its office, and drains all the same.
        revoke(Offices.MARKET, address(market));
        run = redeem(old, 10);
        assertEq(run, 2);
        vm.prank(holder);
        uint256 nextRun = next.redeem(fresh, 180, PRODUCTION_ORDER);
        assertEq(nextRun, 1_000_000_001, "numbers of two editions never meet");
        vm.warp(start());
        report(1, 40);
        report(2, 10);
        vm.prank(attester);
        next.reportRun(nextRun, 90, "machine time");
        vm.warp(expiry());
        market.expire(old, holder);
        market.expire(old, reseller);
        vm.warp(decidesAt(1));
        market.settle(1);
        market.settle(2);
        next.settle(nextRun);
        market.withdraw(plant);
        next.withdraw(plant);
        next.withdraw(holder);
        assertEq(token.balanceOf(address(market)), 0, "old");
        assertEq(token.balanceOf(address(next)), 0, "new");
        assertEq(token.balanceOf(plant), FUNDS + 210 * PRICE);
        assertEq(token.balanceOf(holder), FUNDS - 210 * PRICE);
    }

    function test_no_market_touches_what_another_sold() public {
        uint256 old = sold(120);
        _succeed();
        uint256 fresh = _buyFromNext(reseller, 10);
        bytes memory foreign = abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotOurToken.selector, old);
        refused(foreign);
        vm.prank(holder);
        next.redeem(old, 10, PRODUCTION_ORDER);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotItsMarket.selector, old, address(next)));
        vm.prank(address(next));
        capacity.burn(holder, old, 1);
        vm.warp(expiry());
        refused(foreign);
        next.expire(old, holder);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotOurToken.selector, fresh));
        market.expire(fresh, reseller);
    }

    function test_a_failed_slot_is_refunded_by_each_market_from_its_own_money() public {
        uint256 old = sold(120);
        _succeed();
        uint256 fresh = _buyFromNext(reseller, 10);
        revoke(Offices.MARKET, address(market));
        revoke(Offices.MARKET, address(next));
        failSlot();
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotOurToken.selector, old));
        next.refund(old, holder);
        market.refund(old, holder);
        next.refund(fresh, reseller);
        assertEq(market.owed(holder), 120 * PRICE);
        assertEq(next.owed(reseller), 10 * PRICE);
    }

    function test_a_market_without_its_office_opens_no_sale() public {
        attest(FREE);
        next = new CapacityMarket(participants, credit, token, capacity, majeure, MINUTE_VALUE, 1);
        refused(abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotTheMarket.selector, address(next)));
        vm.prank(plant);
        next.openSale(saleTerms());
    }

    // ---- F2: posts, not keys ----

    function test_a_routine_change_of_the_attesters_key_decides_no_run() public {
        uint256 run = redeemed();
        address heir = actor("attester's heir");
        handOver(attesterPost, heir);
        vm.warp(start());
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, attesterPost, attester, heir));
        vm.prank(attester);
        market.reportRun(run, 120, "machine time");
        vm.prank(heir);
        market.reportRun(run, 120, "machine time");
        vm.warp(decidesAt(run));
        market.settle(run);
        assertEq(market.owed(plant), 30_000);
    }

    function test_a_stolen_attesters_key_is_replaced_and_the_slot_goes_on() public {
        uint256 run = redeemed();
        address heir = actor("attester's replacement");
        vacate(attesterPost);
        vm.prank(admin);
        participants.announceReplacement(attesterPost, heir);
        skip(2 days);
        vm.startPrank(heir);
        participants.takePost(attesterPost);
        vm.warp(start());
        market.reportRun(run, 120, "machine time");
        vm.stopPrank();
        assertEq(market.redemption(run).ran, 120);
    }

    function test_an_arbiter_that_follows_another_rules_what_the_first_did_not() public {
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 120);
        dispute(holder, run);
        address heir = actor("arbiter's heir");
        handOver(arbiterPost, heir);
        vm.prank(heir);
        market.rule(run, 30, "ruling");
        assertEq(market.owed(plant), 30 * PRICE);
    }

    function test_any_arbiter_in_the_house_rules_no_run_but_the_named_one() public {
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 120);
        dispute(holder, run);
        address other = actor("arbiter of somebody else");
        uint32 otherPost = createPost(Offices.ARBITER, other);
        assertNotEq(otherPost, arbiterPost, "another post");
        refused(abi.encodeWithSelector(IRoom.Room_NotTheHolder.selector, arbiterPost, other, arbiter));
        vm.prank(other);
        market.rule(run, 0, "ruling");
    }

    // ---- F7: a dispute costs a known time, and can be taken back ----

    function test_a_dispute_that_is_taken_back_costs_nobody_any_time() public {
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 120);
        uint40 undisputed = decidesAt(run);
        dispute(holder, run);
        withdrawDispute(holder, run);
        assertEq(decidesAt(run), undisputed);
    }

    // ---- M14: a plant feels what it fails ----

    function test_a_plant_that_fails_a_slot_feels_it_in_its_credit() public {
        uint256 tokenId = sold(100);
        uint256 before = credit.scoreOf(plant);
        failSlot();
        market.refund(tokenId, holder);
        vm.prank(outsider);
        market.countOutcome(deviceId, SLOT);
        assertLt(credit.scoreOf(plant), before, "score");
        assertEq(credit.componentsOf(plant)[uint256(ICreditRegistry.Component.Bets)].value, 100 * PRICE);
    }
}
