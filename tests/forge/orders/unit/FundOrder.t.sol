// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

contract FundOrderTest is House {
    uint256 private orderId;
    uint128 private deposit;

    function setUp() public override {
        super.setUp();
        orderId = openOrder();
        deposit = required(orderId);
    }

    function _refusedFunding(address caller, uint128 amount, bytes memory reason) private {
        refused(reason);
        vm.prank(caller);
        orders.fund(orderId, amount);
    }

    function test_the_deposit_goes_into_escrow() public {
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.OrderFunded(orderId, buyer, deposit + 7);
        fund(orderId, deposit + 7);
        assertEq(orders.order(orderId).escrowed, deposit + 7);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded));
        assertEq(token.balanceOf(address(orders)), deposit + 7);
        assertEq(token.balanceOf(buyer), FUNDS - deposit - 7);
    }

    function test_fund_refuses_an_unknown_order() public {
        refused(wrongStatus(99, IPurchaseOrders.OrderStatus.None));
        vm.prank(buyer);
        orders.fund(99, deposit);
    }

    function test_an_order_is_funded_once() public {
        fund(orderId, deposit);
        _refusedFunding(buyer, deposit, wrongStatus(orderId, IPurchaseOrders.OrderStatus.Funded));
    }

    function test_only_the_buyer_funds() public {
        _refusedFunding(supplier, deposit, notTheParty(orderId, supplier));
    }

    function test_fund_refuses_one_unit_too_little() public {
        _refusedFunding(
            buyer, deposit - 1, outOfBounds(IPurchaseOrders.Value.Deposit, deposit - 1, deposit, 2 * uint256(deposit))
        );
        fund(orderId, deposit);
    }

    function test_a_deposit_of_more_than_twice_what_is_required_is_refused() public {
        uint256 most = 2 * uint256(deposit);
        uint256[3] memory wrong = [most + 1, 2 ** 64, 2 ** 64 + deposit];
        for (uint256 i; i < 3; ++i) {
            bytes memory reason = outOfBounds(IPurchaseOrders.Value.Deposit, wrong[i], deposit, most);
            _refusedFunding(buyer, uint128(wrong[i]), reason);
        }
        fund(orderId, uint128(most));
    }

    function test_funding_closes_at_the_end_of_its_time() public {
        uint256 fundBy = block.timestamp + FUND_SECONDS;
        for (uint256 late; late < 2; ++late) {
            vm.warp(fundBy + late);
            _refusedFunding(buyer, deposit, _closed(fundBy));
        }
        vm.warp(fundBy - 1);
        fund(orderId, deposit);
    }

    /// Anchored: a buyer that funded after the promise put the supplier in default with a deposit it got back whole.
    function test_funding_closes_at_the_promise_at_the_latest() public {
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.fundSeconds = 90 days;
        terms.order.promisedAt = uint40(block.timestamp) + 10 days;
        orderId = openOrder(terms, AMOUNT);
        for (uint256 late; late < 2; ++late) {
            vm.warp(terms.order.promisedAt + late);
            _refusedFunding(buyer, deposit, _closed(terms.order.promisedAt));
        }
        uint256 state = vm.snapshotState();
        vm.prank(supplier);
        orders.cancel(orderId);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS, "walking away then is no default");
        vm.revertToState(state);
        vm.warp(terms.order.promisedAt - 1);
        fund(orderId, deposit);
    }

    function test_an_award_after_the_promise_cannot_be_funded_and_harms_nobody() public {
        uint256 tenderId = openTender();
        commit(tenderId, supplier, AMOUNT);
        warpToReveal(tenderId);
        reveal(tenderId, supplier, AMOUNT);
        uint256 promisedAt = termsOf(tenderId).order.promisedAt;
        vm.warp(promisedAt + 1);
        orderId = award(tenderId);
        _refusedFunding(buyer, deposit, _closed(promisedAt));
        orders.cancel(orderId);
        assertEq(credit.scoreOf(supplier), NEWCOMER_BPS);
    }

    function test_funding_goes_on_while_paused_and_suspended() public {
        pause();
        suspend(buyer);
        suspend(supplier);
        fund(orderId, deposit);
    }

    function test_fund_without_approval_leaves_the_order_opened() public {
        vm.prank(buyer);
        token.approve(address(orders), deposit - 1);
        vm.expectRevert();
        vm.prank(buyer);
        orders.fund(orderId, deposit);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Opened));
    }

    function _closed(uint256 fundBy) private view returns (bytes memory) {
        return tooLate(fundBy);
    }
}
