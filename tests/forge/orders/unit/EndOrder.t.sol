// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract CloseOrderTest is House {
    uint256 private orderId;
    uint256 private closableAt;
    uint128 private deposit;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        deposit = orders.order(orderId).escrowed;
        closableAt = uint256(orders.order(orderId).terms.promisedAt) + GRACE_SECONDS + SILENCE_SECONDS;
    }

    function _refusedClose(address caller, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        orders.close(orderId);
    }

    function test_closing_refunds_the_rest_and_counts_the_undelivered_as_default() public {
        deliver(orderId, 90, 86);
        accept(orderId, 1, 989_000, 128_570);
        uint128 refund = deposit - 989_000 - 128_570;
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.OrderClosed(orderId, buyer, 86, 989_000, refund);
        vm.prank(supplier);
        orders.close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS - 989_000 - 128_570);
        assertEq(orders.order(orderId).escrowed, 0);
        assertEq(credit.recordOf(supplier).value, 1_035_000 + 161_000, "14 x 115.00 undelivered");
        assertEq(credit.recordOf(supplier).outcomes, 2);
    }

    function test_close_refuses_an_unknown_order_and_one_that_has_ended() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.close(99);
        vm.warp(closableAt);
        orders.close(orderId);
        _refusedClose(supplier, wrongStatus(orderId, IPurchaseOrders.OrderStatus.Closed));
    }

    function test_nobody_closes_over_goods_that_arrived() public {
        ship(orderId, 90);
        receiveNow(orderId, 1, 90);
        bytes memory reason = abi.encodeWithSelector(IPurchaseOrders.PurchaseOrders_DeliveriesOpen.selector, orderId);
        _refusedClose(supplier, reason);
        inspect(orderId, 1, 90);
        vm.warp(closableAt);
        _refusedClose(buyer, reason);
        orders.claim(orderId, 1);
        orders.close(orderId);
    }

    function test_before_its_time_only_the_supplier_closes() public {
        address[3] memory callers = [buyer, attester, outsider];
        for (uint256 i; i < callers.length; ++i) {
            _refusedClose(callers[i], _notYet());
        }
    }

    function test_the_supplier_closes_early_only_with_nothing_on_its_way() public {
        ship(orderId, 90);
        closableAt += SILENCE_SECONDS;
        _refusedClose(supplier, _notYet());
    }

    function test_anybody_closes_after_promise_grace_and_silence() public {
        vm.warp(closableAt - 1);
        _refusedClose(outsider, _notYet());
        uint256 state = vm.snapshotState();
        for (uint256 late; late < 2; ++late) {
            vm.warp(closableAt + late);
            vm.prank(outsider);
            orders.close(orderId);
            assertEq(token.balanceOf(buyer), FUNDS);
            assertEq(orders.order(orderId).closedAt, block.timestamp);
            vm.revertToState(state);
            state = vm.snapshotState();
        }
    }

    /// The supplier needs a silence to see that nothing is reported, and another to dispute it.
    function test_goods_on_their_way_hold_the_order_open_for_one_silence_more() public {
        ship(orderId, 90);
        closableAt += SILENCE_SECONDS;
        vm.warp(closableAt - 1);
        _refusedClose(outsider, _notYet());
        vm.warp(closableAt);
        vm.prank(outsider);
        orders.close(orderId);
        assertEq(token.balanceOf(buyer), FUNDS);
        assertEq(status(orderId, 1), uint256(IPurchaseOrders.DeliveryStatus.Lost));
    }

    function test_a_rejection_at_the_end_of_an_order_leaves_the_supplier_its_time_to_dispute() public {
        ship(orderId, 90);
        vm.warp(closableAt);
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 0);
        closableAt += SILENCE_SECONDS;
        vm.warp(closableAt - 1);
        _refusedClose(buyer, _notYet());
        uint256 state = vm.snapshotState();
        vm.prank(supplier);
        orders.close(orderId);
        vm.revertToState(state);
        vm.warp(closableAt);
        orders.close(orderId);
    }

    function _notYet() private view returns (bytes memory) {
        return tooEarly(closableAt);
    }
}

contract CancelOrderTest is House {
    uint256 private orderId;
    uint256 private fundBy;

    function setUp() public override {
        super.setUp();
        orderId = openOrder();
        fundBy = block.timestamp + FUND_SECONDS;
    }

    function _cancel(address caller) private {
        vm.prank(caller);
        orders.cancel(orderId);
    }

    function test_the_buyer_cancels_before_it_funds() public {
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.OrderCancelled(orderId, buyer);
        _cancel(buyer);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Cancelled));
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
    }

    function test_a_supplier_that_walks_away_in_time_breaks_its_bid() public {
        vm.warp(fundBy - 1);
        _cancel(supplier);
        assertEq(credit.recordOf(supplier).value, AMOUNT);
        assertEq(credit.recordOf(supplier).deliveryWeighted, 0);
        assertLt(credit.scoreOf(supplier), NEWCOMER_BPS, "score");
    }

    function test_a_supplier_left_without_funding_walks_away_unharmed() public {
        vm.warp(fundBy);
        _cancel(supplier);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
    }

    function test_cancel_refuses_an_unknown_order_and_a_funded_one() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        orders.cancel(99);
        fund(orderId, required(orderId));
        refused(wrongStatus(orderId, IPurchaseOrders.OrderStatus.Funded));
        _cancel(buyer);
    }

    function test_others_cancel_when_the_funding_time_is_over() public {
        vm.warp(fundBy - 1);
        refused(tooEarly(fundBy));
        _cancel(outsider);
        uint256 state = vm.snapshotState();
        vm.warp(fundBy);
        _cancel(outsider);
        vm.revertToState(state);
        vm.warp(fundBy + 1);
        _cancel(outsider);
    }

    function test_a_cancelled_order_cannot_be_funded() public {
        uint128 deposit = required(orderId);
        _cancel(buyer);
        refused(wrongStatus(orderId, IPurchaseOrders.OrderStatus.Cancelled));
        vm.prank(buyer);
        orders.fund(orderId, deposit);
    }
}
