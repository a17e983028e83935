// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { House } from "../../support/House.sol";

/// Faults that `make mutants` planted in `grantDiscount` and in what it allows, and that no test saw.
contract SurvivorsOfDiscountsTest is House {
    bytes32 private constant REF = keccak256("discount");

    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
        ship(orderId, 90);
    }

    function _refusedDiscount(address caller, uint256 deliveryId, uint128 net, bytes32 ref, bytes memory reason)
        private
    {
        refused(reason);
        vm.prank(caller);
        orders.grantDiscount(orderId, deliveryId, net, ref);
    }

    /// Before the receipt there is no price to lower; after the payment a discount would rewrite what was paid.
    function test_a_discount_is_granted_between_the_receipt_and_the_payment_only() public {
        _refusedDiscount(supplier, 2, 1, REF, wrongStatus(orderId, 2, IPurchaseOrders.DeliveryStatus.None));
        _refusedDiscount(supplier, 1, 1, REF, wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Shipped));
        receiveNow(orderId, 1, 89);
        grantDiscount(orderId, 1, 1_000_000);
        inspect(orderId, 1, 89);
        grantDiscount(orderId, 1, 900_000);
        accept(orderId, 1, 900_000, 0);
        bytes memory paid = abi.encode(orders.delivery(orderId, 1));
        _refusedDiscount(supplier, 1, 1, REF, wrongStatus(orderId, 1, IPurchaseOrders.DeliveryStatus.Settled));
        assertEq(abi.encode(orders.delivery(orderId, 1)), paid, "as it was paid");
    }

    function test_only_the_supplier_grants_a_discount_with_a_reference_and_an_amount_that_fits() public {
        receiveNow(orderId, 1, 90);
        _refusedDiscount(buyer, 1, 1, REF, notTheParty(orderId, buyer));
        _refusedDiscount(supplier, 1, 1, bytes32(0), zeroReference());
        uint128 most = type(uint64).max;
        _refusedDiscount(supplier, 1, most + 1, REF, outOfBounds(IPurchaseOrders.Value.Net, uint256(most) + 1, 0, most));
        vm.expectEmit(address(orders));
        emit IPurchaseOrders.DiscountGranted(orderId, 1, REF, supplier, most);
        vm.prank(supplier);
        orders.grantDiscount(orderId, 1, most, REF);
        assertEq(orders.delivery(orderId, 1).net, most);
    }

    /// 1,035,000 less 2 % is 1,014,300: a discount that asks for more than that takes nothing from the buyer.
    function test_a_small_discount_does_not_narrow_the_tolerance() public {
        receiveNow(orderId, 1, 90);
        inspect(orderId, 1, 90);
        grantDiscount(orderId, 1, 1_030_000);
        bytes32 ref = newReference();
        refused(outOfBounds(IPurchaseOrders.Value.Net, 1_014_299, 1_014_300, 1_055_700));
        vm.prank(attester);
        orders.acceptDelivery(orderId, 1, 1_014_299, 0, ref);
        accept(orderId, 1, 1_014_300, 0);
        assertEq(token.balanceOf(supplier), FUNDS + 1_014_300);
    }
}
