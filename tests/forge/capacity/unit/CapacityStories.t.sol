// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC1155Holder } from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { CapacityMarket } from "../../../../contracts/capacity/CapacityMarket.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

/// A firm that, asked whether it takes its tokens, does something else.
contract RestlessFirm is ERC1155Holder {
    CapacityMarket private immutable _MARKET;
    bytes private _what;
    bool public entered;
    bytes public answer;

    constructor(CapacityMarket market, IERC20 token) {
        _MARKET = market;
        token.approve(address(market), type(uint256).max);
    }

    function buy(uint256 saleId, uint24 quantity, bytes calldata what) external returns (uint256) {
        _what = what;
        return _MARKET.buy(saleId, quantity, type(uint128).max);
    }

    function onERC1155Received(address operator, address from, uint256 id, uint256 value, bytes memory data)
        public
        override
        returns (bytes4)
    {
        if (_what.length == 0) revert();
        (entered, answer) = address(_MARKET).call(_what);
        return super.onERC1155Received(operator, from, id, value, data);
    }
}

contract CapacityStoriesTest is CapacityHouse {
    /// A washing-machine plant sells the idle hours of a press to whoever pays most first; one buyer turns its minutes
    /// into a production order, another sells them on, a third lets them lapse.
    function test_idle_capacity() public {
        attest(FREE);
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        terms.quantity = FREE;
        terms.startPrice = 1000;
        terms.floorPrice = 100;
        terms.closesAt = terms.opensAt + 900;
        uint256 saleId = openSale(terms);
        skip(100);
        uint256 dear = buy(holder, saleId, 120); // 900 a minute: 108,000
        skip(500);
        uint256 cheap = buy(reseller, saleId, 150); // 400 a minute: 60,000
        assertEq(token.balanceOf(address(market)), 168_000);

        // 50 minutes are sold on for 25,000; the chain sees the tokens move, the price is between the two.
        vm.prank(reseller);
        capacity.safeTransferFrom(reseller, holder, cheap, 50, "");
        vm.prank(holder);
        token.transfer(reseller, 25_000);

        redeem(dear, 120);
        redeem(cheap, 50);
        vm.warp(expiry());
        market.expire(cheap, reseller); // 100 minutes at 400, never used: 40,000 for the plant
        vm.warp(start() + 7 hours);
        report(1, 120);
        report(2, 45);
        vm.prank(holder);
        market.acknowledge(1);
        vm.warp(decidesAt(2));
        market.settle(2);
        market.withdraw(plant);
        market.withdraw(holder);
        assertEq(token.balanceOf(plant), FUNDS + 108_000 + 40_000 + 18_000, "plant");
        assertEq(token.balanceOf(holder), FUNDS - 108_000 - 25_000 + 2000, "holder");
        assertEq(token.balanceOf(reseller), FUNDS - 60_000 + 25_000, "reseller");
        assertEq(token.balanceOf(address(market)), 0);
    }

    /// With one price for a whole slot, averaged, a plant could sell dear, give its friend the rest for a song, fail the
    /// slot, and share the first buyer's money with the friend. The price in the id leaves each what it paid.
    function test_a_cheap_late_sale_dilutes_nobody() public {
        attest(FREE);
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        terms.quantity = 30;
        (terms.startPrice, terms.floorPrice) = (10_000, 10_000);
        uint256 dear = buy(holder, openSale(terms), 30);
        terms.quantity = 270;
        (terms.startPrice, terms.floorPrice) = (1, 1);
        uint256 cheap = buy(reseller, openSale(terms), 270);
        failSlot();
        market.refund(dear, holder);
        market.refund(cheap, reseller);
        assertEq(market.owed(holder), 300_000);
        assertEq(market.owed(reseller), 270);
    }

    // ---- misbehaving buyers ----

    function _restless() private returns (RestlessFirm firm) {
        firm = new RestlessFirm(market, token);
        vm.startPrank(registrar);
        participants.register(address(firm), Offices.NODE);
        vm.stopPrank();
        vm.prank(treasurer);
        token.issue(address(firm), FUNDS, newReference());
    }

    function test_a_buyer_that_refuses_its_tokens_keeps_its_money_and_blocks_nobody() public {
        attest(FREE);
        uint256 saleId = openSale(saleTerms());
        RestlessFirm firm = _restless();
        vm.expectRevert();
        firm.buy(saleId, 10, "");
        assertEq(token.balanceOf(address(firm)), FUNDS);
        assertEq(market.sale(saleId).sold, 0);
        buy(holder, saleId, 200);
    }

    function test_a_buyer_that_calls_back_gets_nothing_more() public {
        attest(FREE);
        uint256 saleId = openSale(saleTerms());
        RestlessFirm firm = _restless();
        uint256 tokenId = capacity.tokenIdOf(deviceId, SLOT, 1, PRICE);
        bytes[5] memory tries = [
            abi.encodeCall(ICapacityMarket.buy, (saleId, 1, PRICE)),
            abi.encodeCall(ICapacityMarket.redeem, (tokenId, 10, PRODUCTION_ORDER)),
            abi.encodeCall(ICapacityMarket.expire, (tokenId, address(firm))),
            abi.encodeCall(ICapacityMarket.refund, (tokenId, address(firm))),
            abi.encodeCall(ICapacityMarket.withdraw, (address(firm)))
        ];
        for (uint256 i; i < tries.length; ++i) {
            firm.buy(saleId, 10, tries[i]);
            assertFalse(firm.entered());
            assertEq(firm.answer(), abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector));
        }
        assertEq(capacity.balanceOf(address(firm), tokenId), 50);
        assertEq(token.balanceOf(address(market)), 50 * PRICE);
    }

    // ---- known issues, in their true size ----

    function test_known_a_plant_that_fails_a_slot_pays_nobody_for_the_plan_it_upset() public {
        uint256 tokenId = sold(100);
        failSlot();
        market.refund(tokenId, holder);
        market.withdraw(holder);
        assertEq(token.balanceOf(holder), FUNDS, "the price paid; the rest is told in its credit");
        assertEq(capacity.slot(deviceId, SLOT).issued, 100, "and the minutes are never sold again");
    }

    function test_known_a_resold_token_is_refunded_at_its_first_price() public {
        uint256 tokenId = sold(100);
        vm.prank(holder);
        capacity.safeTransferFrom(holder, reseller, tokenId, 100, "");
        vm.prank(reseller);
        token.transfer(holder, 40_000);
        failSlot();
        market.refund(tokenId, reseller);
        assertEq(market.owed(reseller), 25_000);
    }

    function test_known_a_dispute_costs_the_rulings_time_and_nothing_else() public {
        uint256 run = redeemed();
        vm.warp(start());
        report(run, 120);
        uint40 disputeBy = decidesAt(run);
        vm.warp(disputeBy - 1);
        dispute(holder, run);
        assertEq(decidesAt(run), disputeBy + RULING, "no more than that, whenever it came");
        vm.warp(decidesAt(run));
        vm.expectEmit(address(market));
        emit ICapacityMarket.RunDisputeLapsed(run);
        market.settle(run);
        assertEq(market.owed(plant), 30_000);
    }
}
