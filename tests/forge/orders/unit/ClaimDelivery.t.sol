// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract ClaimDeliveryTest is House {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
    }

    function test_silence_after_the_receipt_accepts_everything_received() public {
        receiveNow(orderId, 1, 80);
        skip(SILENCE_SECONDS);
        // 80 of 100 at 1,150,000 = 920,000; 13 % tax 119,600
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.DeliveryClaimed(orderId, 1, 80, 920_000, 920_000, 119_600);
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(
            orderId,
            1,
            bytes32(0),
            supplier,
            920_000,
            920_000,
            119_600,
            0,
            1_039_600,
            uint40(block.timestamp) + SILENCE_SECONDS
        );
        vm.prank(outsider);
        orders.claim(orderId, 1);
        assertEq(token.balanceOf(supplier), FUNDS + 1_039_600);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
    }

    function test_silence_after_the_inspection_pays_what_passed_at_the_price_of_the_order() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 86);
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 1);
        assertEq(token.balanceOf(supplier), FUNDS + 989_000 + 128_570);
        assertEq(orders.order(orderId).accepted, 86);
    }

    function test_silence_does_not_forgive_lateness() public {
        vm.warp(orders.order(orderId).terms.promisedAt + 2 days);
        receiveNow(orderId, 1, 90);
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 1);
        // 1,035,000 + 134,550 - 1 %
        assertEq(token.balanceOf(supplier), FUNDS + 1_035_000 + 134_550 - 10_350);
    }

    function test_a_claim_of_the_last_delivery_closes_the_order() public {
        ship(orderId, 10);
        receiveNow(orderId, 1, 90);
        receiveNow(orderId, 2, 10);
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 2);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded));
        orders.claim(orderId, 1);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_claim_refuses_an_unknown_order_and_delivery() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.claim(99, 1);
        refused(wrongStatus(orderId, 2, IPurchaseOrders.DeliveryStatus.None));
        orders.claim(orderId, 2);
    }

    function test_goods_that_nobody_received_cannot_be_claimed() public {
        skip(SILENCE_SECONDS);
        refused(wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Shipped));
        orders.claim(orderId, 1);
    }

    function test_claim_opens_when_the_silence_is_over() public {
        receiveNow(orderId, 1, 90);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        vm.warp(silenceEnd - 1);
        refused(tooEarly(silenceEnd));
        orders.claim(orderId, 1);
        uint256 state = vm.snapshotState();
        vm.warp(silenceEnd);
        orders.claim(orderId, 1);
        vm.revertToState(state);
        vm.warp(silenceEnd + 1);
        orders.claim(orderId, 1);
    }

    function test_the_silence_runs_from_the_last_report() public {
        receiveNow(orderId, 1, 90);
        skip(SILENCE_SECONDS - 1);
        inspect(orderId, 1, 86);
        uint256 silenceEnd = block.timestamp + SILENCE_SECONDS;
        skip(1);
        refused(tooEarly(silenceEnd));
        orders.claim(orderId, 1);
    }

    function test_a_back_dated_receipt_does_not_shorten_the_silence() public {
        uint40 shippedAt = uint40(block.timestamp);
        skip(30 days);
        receiveAt(orderId, 1, 90, shippedAt);
        skip(SILENCE_SECONDS - 1);
        vm.expectPartialRevert(IRoom.Room_TooEarly.selector);
        orders.claim(orderId, 1);
    }

    function test_a_vacant_post_counts_as_silent() public {
        receiveNow(orderId, 1, 90);
        vacate(attesterPost);
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 1);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Settled));
    }
}
