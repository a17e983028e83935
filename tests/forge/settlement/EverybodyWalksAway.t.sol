// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { House } from "../support/House.sol";

/// From every state, with every person gone, a stranger and the clock return all money.
contract EverybodyWalksAwayTest is House {
    address private stranger;

    function setUp() public override {
        super.setUp();
        stranger = actor("stranger");
    }

    /// Every person leaves, is suspended, loses its office; the house is paused.
    function _everybodyWalksAway() private {
        pause();
        suspend(buyer);
        suspend(supplier);
        suspend(rival);
        revoke(Offices.ATTESTER, attester);
        revoke(Offices.GUARDIAN, guardian);
        revoke(Offices.TREASURER, treasurer);
        revoke(Offices.REGISTRAR, registrar);
    }

    function _noMoneyIsLeftBehind() private view {
        assertEq(token.balanceOf(address(orders)), 0, "orders");
        assertEq(token.balanceOf(address(tenders)), 0, "tenders");
        assertEq(token.balanceOf(stranger), 0, "stranger");
        assertEq(
            token.balanceOf(buyer) + token.balanceOf(supplier) + token.balanceOf(rival), 3 * uint256(FUNDS), "parties"
        );
    }

    function _warpToClose(uint256 orderId) private {
        vm.warp(uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + SILENCE_SECONDS);
    }

    /// With goods on their way the supplier has a silence more to dispute.
    function _close(uint256 orderId) private {
        if (orders.order(orderId).inTransit != 0) skip(SILENCE_SECONDS);
        vm.prank(stranger);
        orders.close(orderId);
        _noMoneyIsLeftBehind();
    }

    function _claim(uint256 orderId, uint256 deliveryId) private {
        vm.prank(stranger);
        orders.claim(orderId, deliveryId);
    }

    function test_from_a_tender_with_sealed_bids() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        _everybodyWalksAway();
        warpToAward(tenderId);
        vm.startPrank(stranger);
        assertEq(tenders.award(tenderId), 0, "void");
        tenders.forfeitBond(tenderId, supplier);
        tenders.forfeitBond(tenderId, rival);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
    }

    function test_from_a_tender_with_a_leader() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        commit(tenderId, rival, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        _everybodyWalksAway();
        warpToAward(tenderId);
        vm.startPrank(stranger);
        uint256 orderId = tenders.award(tenderId);
        tenders.forfeitBond(tenderId, rival);
        vm.warp(block.timestamp + FUND_SECONDS);
        orders.cancel(orderId);
        vm.stopPrank();
        _noMoneyIsLeftBehind();
    }

    function test_from_an_order_without_money() public {
        uint256 orderId = openOrder();
        _everybodyWalksAway();
        skip(FUND_SECONDS);
        vm.prank(stranger);
        orders.cancel(orderId);
        _noMoneyIsLeftBehind();
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS, "nobody broke a promise to anybody");
    }

    function test_from_a_funded_order() public {
        uint256 orderId = fundedOrder();
        _everybodyWalksAway();
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    function test_from_goods_on_their_way() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    function test_from_goods_received() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        receiveNow(orderId, 1, 90);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _claim(orderId, 1);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550);
    }

    function test_from_goods_inspected() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 90, 86);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _claim(orderId, 1);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 989_000 + 128_570);
    }

    function test_from_goods_rejected_whole() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 90, 0);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    function test_from_a_part_paid_a_part_received_and_a_part_on_its_way() public {
        uint256 orderId = fundedOrder();
        deliver(orderId, 30, 30);
        accept(orderId, 1, 345_000, 44_850);
        ship(orderId, 30);
        receiveNow(orderId, 2, 30);
        ship(orderId, 30);
        _everybodyWalksAway();
        _warpToClose(orderId);
        _claim(orderId, 2);
        _close(orderId);
        assertEq(token.balanceOf(supplier), FUNDS + 2 * 345_000 + 2 * 44_850);
    }

    /// The last report can come on the last day; even then one silence is all that anybody waits.
    function test_from_a_receipt_reported_at_the_last_moment() public {
        uint256 orderId = fundedOrder();
        ship(orderId, 90);
        _warpToClose(orderId);
        receiveNow(orderId, 1, 90);
        _everybodyWalksAway();
        skip(SILENCE_SECONDS);
        _claim(orderId, 1);
        _close(orderId);
    }
}
