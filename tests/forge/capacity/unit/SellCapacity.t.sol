// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { CapacityHouse } from "../../support/CapacityHouse.sol";

contract SellCapacityTest is CapacityHouse {
    uint40 private opensAt;

    function setUp() public override {
        super.setUp();
        attest(FREE);
        opensAt = uint40(block.timestamp) + 1 hours;
    }

    /// From 1,000 to 100 a minute in 900 seconds: one a second.
    function _falling() private view returns (ICapacityMarket.SaleTerms memory terms) {
        terms = saleTerms();
        terms.opensAt = opensAt;
        terms.closesAt = opensAt + 900;
        terms.startPrice = 1000;
        terms.floorPrice = 100;
    }

    function _refusedSale(ICapacityMarket.SaleTerms memory terms, bytes memory reason) private {
        refused(reason);
        vm.prank(plant);
        market.openSale(terms);
    }

    function _refusedBuy(address who, uint256 saleId, uint24 quantity, uint128 maxPrice, bytes memory reason) private {
        refused(reason);
        vm.prank(who);
        market.buy(saleId, quantity, maxPrice);
    }

    // ---- open ----

    function test_a_sale_is_kept_as_offered() public {
        ICapacityMarket.SaleTerms memory terms = _falling();
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacitySaleOpened(1, deviceId, plant, SLOT, opensAt, opensAt + 900, 200, 1000, 100);
        uint256 saleId = openSale(terms);
        ICapacityMarket.Sale memory lot = market.sale(saleId);
        assertEq(saleId, 1);
        assertEq(lot.deviceId, deviceId);
        assertEq(lot.slotIndex, SLOT);
        assertEq(lot.opensAt, opensAt);
        assertEq(lot.closesAt, opensAt + 900);
        assertEq(lot.quantity, 200);
        assertEq(lot.sold, 0);
        assertEq(lot.startPrice, 1000);
        assertEq(lot.floorPrice, 100);
    }

    function test_only_the_active_plant_sells_and_not_while_paused() public {
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotThePlant.selector, deviceId, reseller));
        vm.prank(reseller);
        market.openSale(terms);
        terms.deviceId = 9;
        _refusedSale(terms, abi.encodeWithSelector(ICapacityTokens.CapacityTokens_DeviceUnknown.selector, 9));
        terms.deviceId = deviceId;
        pause();
        _refusedSale(terms, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        suspend(plant);
        _refusedSale(terms, abi.encodeWithSelector(IRoom.Room_NotActive.selector, plant, 0));
    }

    function test_no_more_is_offered_than_is_free() public {
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        terms.quantity = 0;
        _refusedSale(terms, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_ZeroQuantity.selector));
        terms.quantity = FREE + 1;
        _refusedSale(
            terms, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_QuantityOutOfBounds.selector, 301, 300)
        );
        terms.quantity = FREE;
        uint256 saleId = openSale(terms);
        buy(holder, saleId, 1);
        _refusedSale(
            terms, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_QuantityOutOfBounds.selector, 300, 299)
        );
        terms.slotIndex = SLOT + 1;
        _refusedSale(terms, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_QuantityOutOfBounds.selector, 300, 0));
    }

    function test_prices_keep_their_bounds() public {
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        terms.startPrice = 2 ** 44 + 1;
        _refusedSale(
            terms,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_PriceOutOfBounds.selector, 2 ** 44 + 1, 1, 2 ** 44)
        );
        terms.startPrice = PRICE;
        terms.floorPrice = 0;
        _refusedSale(
            terms, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_PriceOutOfBounds.selector, 0, 1, PRICE)
        );
        terms.floorPrice = PRICE + 1;
        _refusedSale(
            terms, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_PriceOutOfBounds.selector, PRICE + 1, 1, PRICE)
        );
        terms.startPrice = 2 ** 44;
        terms.floorPrice = 1;
        openSale(terms);
    }

    function test_a_sale_lies_ahead_and_ends_before_its_tokens_do() public {
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        uint40 last = uint40(expiry());
        uint40 nowAt = uint40(block.timestamp);
        uint40[2][3] memory wrong = [[nowAt - 1, last], [nowAt, nowAt], [nowAt, last + 1]];
        for (uint256 i; i < wrong.length; ++i) {
            (terms.opensAt, terms.closesAt) = (wrong[i][0], wrong[i][1]);
            _refusedSale(
                terms,
                abi.encodeWithSelector(
                    ICapacityMarket.CapacityMarket_SaleOutOfTime.selector, wrong[i][0], wrong[i][1], nowAt, last
                )
            );
        }
        (terms.opensAt, terms.closesAt) = (nowAt, last);
        openSale(terms);
        (terms.opensAt, terms.closesAt) = (nowAt, nowAt + 1);
        openSale(terms);
    }

    function test_nothing_is_offered_of_a_failed_slot() public {
        failSlot();
        _refusedSale(
            saleTerms(), abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SlotFailed.selector, deviceId, SLOT)
        );
    }

    // ---- price ----

    function test_the_price_falls_in_a_straight_line() public {
        uint256 saleId = openSale(_falling());
        assertEq(market.priceAt(saleId, opensAt), 1000);
        assertEq(market.priceAt(saleId, opensAt + 1), 999);
        assertEq(market.priceAt(saleId, opensAt + 450), 550);
        assertEq(market.priceAt(saleId, opensAt + 899), 101);
        refused(
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SaleNotOpen.selector, saleId, opensAt - 1, opensAt)
        );
        market.priceAt(saleId, opensAt - 1);
        refused(
            abi.encodeWithSelector(
                ICapacityMarket.CapacityMarket_SaleClosed.selector, saleId, opensAt + 900, opensAt + 900
            )
        );
        market.priceAt(saleId, opensAt + 900);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SaleUnknown.selector, 9));
        market.priceAt(9, opensAt);
    }

    function test_a_fixed_price_stays() public {
        uint256 saleId = openSale(saleTerms());
        assertEq(market.priceAt(saleId, block.timestamp), PRICE);
        assertEq(market.priceAt(saleId, block.timestamp + 1 days - 1), PRICE);
    }

    // ---- buy ----

    function test_a_buyer_pays_the_price_of_the_second_and_the_market_keeps_it() public {
        uint256 saleId = openSale(_falling());
        vm.warp(opensAt + 300);
        uint256 tokenId = capacity.tokenIdOf(deviceId, SLOT, 1, 700);
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacitySold(saleId, tokenId, holder, plant, 50, 700, 35_000);
        vm.expectEmit(address(capacity));
        emit ICapacityTokens.CapacityIssued(tokenId, deviceId, holder, SLOT, 1, 700, 50, 50);
        vm.prank(holder);
        assertEq(market.buy(saleId, 50, 700), tokenId);
        assertEq(token.balanceOf(address(market)), 35_000);
        assertEq(token.balanceOf(holder), FUNDS - 35_000);
        assertEq(token.balanceOf(plant), FUNDS, "not before it ran");
        assertEq(capacity.balanceOf(holder, tokenId), 50);
        assertEq(capacity.slot(deviceId, SLOT).issued, 50);
        assertEq(market.sale(saleId).sold, 50);
        assertEq(market.unredeemed(tokenId), 50);
    }

    function test_whoever_pays_alike_holds_alike() public {
        uint256 saleId = openSale(saleTerms());
        assertEq(buy(holder, saleId, 10), buy(reseller, saleId, 20));
        assertEq(market.unredeemed(capacity.tokenIdOf(deviceId, SLOT, 1, PRICE)), 30);
    }

    function test_nobody_pays_more_than_its_limit() public {
        uint256 saleId = openSale(_falling());
        vm.warp(opensAt + 300);
        _refusedBuy(
            holder,
            saleId,
            50,
            699,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_PriceAboveLimit.selector, saleId, 700, 699)
        );
    }

    function test_buying_opens_and_closes_with_the_sale() public {
        uint256 saleId = openSale(_falling());
        vm.warp(opensAt - 1);
        _refusedBuy(
            holder,
            saleId,
            1,
            1000,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SaleNotOpen.selector, saleId, opensAt - 1, opensAt)
        );
        vm.warp(opensAt);
        buy(holder, saleId, 1);
        vm.warp(opensAt + 1);
        buy(holder, saleId, 1);
        vm.warp(opensAt + 899);
        buy(holder, saleId, 1);
        for (uint40 late = 900; late < 902; ++late) {
            vm.warp(opensAt + late);
            _refusedBuy(
                holder,
                saleId,
                1,
                1000,
                abi.encodeWithSelector(
                    ICapacityMarket.CapacityMarket_SaleClosed.selector, saleId, opensAt + late, opensAt + 900
                )
            );
        }
    }

    function test_no_more_is_bought_than_is_offered() public {
        uint256 saleId = openSale(saleTerms());
        _refusedBuy(
            holder, saleId, 0, PRICE, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_ZeroQuantity.selector)
        );
        buy(holder, saleId, 150);
        _refusedBuy(
            reseller,
            saleId,
            51,
            PRICE,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_QuantityOutOfBounds.selector, 51, 50)
        );
        buy(reseller, saleId, 50);
        _refusedBuy(
            reseller,
            saleId,
            1,
            PRICE,
            abi.encodeWithSelector(ICapacityMarket.CapacityMarket_QuantityOutOfBounds.selector, 1, 0)
        );
    }

    /// Two sales of the same minutes are two chances to sell them, and they are sold once.
    function test_a_minute_offered_twice_is_sold_once() public {
        ICapacityMarket.SaleTerms memory terms = saleTerms();
        terms.quantity = FREE;
        uint256 first = openSale(terms);
        uint256 second = openSale(terms);
        buy(holder, first, 299);
        _refusedBuy(
            reseller,
            second,
            2,
            PRICE,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ExceedsFree.selector, deviceId, SLOT, 2, 1)
        );
        buy(reseller, second, 1);
        assertEq(capacity.slot(deviceId, SLOT).issued, FREE);
        assertEq(token.balanceOf(address(market)), FREE * PRICE);
    }

    function test_minutes_that_are_no_longer_free_are_not_sold() public {
        uint256 saleId = openSale(saleTerms());
        attest(10);
        _refusedBuy(
            holder,
            saleId,
            11,
            PRICE,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ExceedsFree.selector, deviceId, SLOT, 11, 10)
        );
        failSlot();
        _refusedBuy(
            holder,
            saleId,
            1,
            PRICE,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_SlotFailed.selector, deviceId, SLOT)
        );
    }

    function test_who_may_not_hold_may_not_buy() public {
        uint256 saleId = openSale(saleTerms());
        _refusedBuy(
            plant,
            saleId,
            1,
            PRICE,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_ReceiverIsThePlant.selector, deviceId, plant)
        );
        suspend(holder);
        _refusedBuy(
            holder,
            saleId,
            1,
            PRICE,
            abi.encodeWithSelector(ICapacityTokens.CapacityTokens_NotAParticipant.selector, holder)
        );
        vm.prank(outsider);
        vm.expectRevert(); // it has no tokens of any kind
        market.buy(saleId, 1, PRICE);
    }

    function test_buying_stops_while_paused_and_needs_a_sale() public {
        uint256 saleId = openSale(saleTerms());
        _refusedBuy(holder, 9, 1, PRICE, abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SaleUnknown.selector, 9));
        pause();
        _refusedBuy(holder, saleId, 1, PRICE, abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
    }

    function test_a_retired_market_sells_on_what_it_offered_and_opens_nothing() public {
        uint256 saleId = openSale(saleTerms());
        retire(address(market));
        _refusedSale(saleTerms(), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        assertEq(buy(holder, saleId, 10), capacity.tokenIdOf(deviceId, SLOT, 1, PRICE));
    }

    function test_buying_without_the_money_leaves_nothing_behind() public {
        uint256 saleId = openSale(saleTerms());
        vm.prank(holder);
        token.approve(address(market), PRICE * 10 - 1);
        vm.prank(holder);
        vm.expectRevert();
        market.buy(saleId, 10, PRICE);
        assertEq(market.sale(saleId).sold, 0);
        assertEq(capacity.slot(deviceId, SLOT).issued, 0);
    }

    // ---- close ----

    function test_the_plant_ends_a_sale_early() public {
        uint256 saleId = openSale(saleTerms());
        buy(holder, saleId, 50);
        skip(10);
        vm.expectEmit(address(market));
        emit ICapacityMarket.CapacitySaleClosed(saleId, plant, 50, 150);
        vm.prank(plant);
        market.closeSale(saleId);
        bytes memory reason = abi.encodeWithSelector(
            ICapacityMarket.CapacityMarket_SaleClosed.selector, saleId, block.timestamp, block.timestamp
        );
        _refusedBuy(holder, saleId, 1, PRICE, reason);
        refused(reason);
        vm.prank(plant);
        market.closeSale(saleId);
    }

    function test_a_sale_ended_before_it_opens_never_opens() public {
        uint256 saleId = openSale(_falling());
        vm.prank(plant);
        market.closeSale(saleId);
        vm.warp(opensAt);
        _refusedBuy(
            holder,
            saleId,
            1,
            1000,
            abi.encodeWithSelector(
                ICapacityMarket.CapacityMarket_SaleClosed.selector, saleId, opensAt, opensAt - 1 hours
            )
        );
    }

    function test_nobody_else_ends_a_sale() public {
        uint256 saleId = openSale(saleTerms());
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_NotThePlant.selector, deviceId, holder));
        vm.prank(holder);
        market.closeSale(saleId);
        refused(abi.encodeWithSelector(ICapacityMarket.CapacityMarket_SaleUnknown.selector, 9));
        vm.prank(plant);
        market.closeSale(9);
    }
}
