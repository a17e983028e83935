// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ITenders } from "../../../../contracts/procurement/interfaces/ITenders.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";
import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";

contract DeferredPaymentTest is House {
    uint24 private constant PAYMENT_SECONDS = 60 days;

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        ITenders.TenderTerms memory terms = tenderTerms();
        terms.order.paymentSeconds = PAYMENT_SECONDS;
        orderId = openOrder(terms, AMOUNT);
        fund(orderId, required(orderId));
    }

    function test_the_payment_becomes_a_claim_of_the_supplier_with_its_money_behind_it() public {
        deliver(orderId, 90, 86);
        bytes32 ref = newReference();
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.PaymentReleased(
            orderId,
            1,
            ref,
            supplier,
            989_000,
            997_600,
            129_688,
            0,
            1_127_288,
            uint40(block.timestamp) + SILENCE_SECONDS
        );
        vm.prank(attester);
        orders.acceptDelivery(orderId, 1, 997_600, 129_688, ref);
        IReceivables.Claim memory claim = receivables.claim(1);
        assertEq(claim.orderId, orderId);
        assertEq(claim.deliveryId, 1);
        assertEq(claim.holder, supplier);
        assertEq(claim.supplier, supplier);
        assertEq(claim.buyer, buyer);
        assertEq(claim.amount, 1_127_288);
        assertEq(claim.dueAt, block.timestamp + PAYMENT_SECONDS);
        assertEq(uint256(receivables.claim(2).status), uint256(IReceivables.ClaimStatus.None), "one");
        assertEq(token.balanceOf(address(receivables)), 1_127_288);
        assertEq(token.balanceOf(supplier), FUNDS, "not yet");
        assertEq(token.allowance(address(orders), address(receivables)), 0);
    }

    function test_a_claim_after_silence_and_a_ruling_are_deferred_too() public {
        deliver(orderId, 50, 50);
        skip(SILENCE_SECONDS);
        orders.claim(orderId, 1);
        ship(orderId, 50);
        receiveNow(orderId, 2, 50);
        dispute(orderId, 2, buyer);
        ruleDelivery(orderId, 2, 50, 50);
        assertEq(uint256(receivables.claim(2).status), uint256(IReceivables.ClaimStatus.Open), "two");
        assertEq(uint256(receivables.claim(3).status), uint256(IReceivables.ClaimStatus.None), "not three");
        assertEq(token.balanceOf(address(receivables)), AMOUNT + 149_500);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(token.balanceOf(address(orders)), 0, "the surplus returns at once");
    }

    function test_nothing_to_pay_is_no_claim() public {
        deliver(orderId, 90, 90);
        grantDiscount(orderId, 1, 0);
        accept(orderId, 1, 0, 0);
        assertEq(uint256(receivables.claim(1).status), uint256(IReceivables.ClaimStatus.None));
    }
}
