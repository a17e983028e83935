// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IGuarantees } from "../../../../contracts/settlement/interfaces/IGuarantees.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";

contract PledgeTest is OrderHouse {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = openOrder();
    }

    function _request(address caller, uint128 amount, uint32 warrantySeconds) private {
        vm.prank(caller);
        guarantees.requestGuarantee(orderId, amount, warrantySeconds);
    }

    function _amountOut(uint128 amount, uint128 min) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IGuarantees.Guarantees_AmountOutOfBounds.selector, orderId, amount, min, uint128(2 ** 60)
        );
    }

    function _warrantyOut(uint32 warrantySeconds, uint32 min) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            IGuarantees.Guarantees_WarrantyOutOfBounds.selector, orderId, warrantySeconds, min, 5 * 365 days
        );
    }

    function test_a_request_binds_nobody_and_can_be_changed() public {
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteeRequested(orderId, buyer, supplier, GUARANTEE, WARRANTY_SECONDS);
        _request(buyer, GUARANTEE, WARRANTY_SECONDS);
        _request(buyer, 1, 0);
        IGuarantees.Guarantee memory found = guarantees.guarantee(orderId);
        assertEq(uint256(found.status), uint256(IGuarantees.GuaranteeStatus.Requested));
        assertEq(found.amount, 1);
        assertEq(found.left, 0);
        fund(orderId, required(orderId));
    }

    function test_a_pledge_is_seen_before_the_buyer_funds() public {
        _request(buyer, GUARANTEE, WARRANTY_SECONDS);
        vm.expectEmit(address(guarantees));
        emit IGuarantees.GuaranteePledged(orderId, buyer, supplier, GUARANTEE, WARRANTY_SECONDS);
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        IGuarantees.Guarantee memory found = guarantees.guarantee(orderId);
        assertEq(uint256(found.status), uint256(IGuarantees.GuaranteeStatus.Pledged));
        assertEq(found.amount, GUARANTEE);
        assertEq(found.left, GUARANTEE);
        assertEq(token.balanceOf(address(guarantees)), GUARANTEE);
    }

    function test_a_supplier_may_offer_what_nobody_asked_for() public {
        refused(_amountOut(0, 1));
        pledge(orderId, 0, 0);
        pledge(orderId, 1, 0);
    }

    function test_a_pledge_is_not_below_the_request() public {
        _request(buyer, GUARANTEE, WARRANTY_SECONDS);
        refused(_amountOut(GUARANTEE - 1, GUARANTEE));
        pledge(orderId, GUARANTEE - 1, WARRANTY_SECONDS);
        refused(_warrantyOut(WARRANTY_SECONDS - 1, WARRANTY_SECONDS));
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS - 1);
        pledge(orderId, GUARANTEE + 1, WARRANTY_SECONDS + 1);
    }

    function test_amount_and_warranty_have_bounds() public {
        refused(_amountOut(0, 1));
        _request(buyer, 0, 0);
        refused(_amountOut(2 ** 60 + 1, 1));
        _request(buyer, 2 ** 60 + 1, 0);
        refused(_warrantyOut(5 * 365 days + 1, 0));
        _request(buyer, 1, 5 * 365 days + 1);
        _request(buyer, 2 ** 60, 5 * 365 days);
    }

    function test_only_the_parties_of_a_known_order_ask_and_pledge() public {
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderUnknown.selector, 99));
        vm.prank(buyer);
        guarantees.requestGuarantee(99, 1, 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotTheBuyer.selector, orderId, supplier));
        _request(supplier, 1, 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_NotTheSupplier.selector, orderId, rival));
        vm.prank(rival);
        guarantees.pledge(orderId, 1, 0);
    }

    function test_a_guarantee_is_pledged_once_and_before_the_money_comes() public {
        pledge(orderId, 1, 0);
        bytes memory reason = abi.encodeWithSelector(
            IGuarantees.Guarantees_PledgedBefore.selector, orderId, IGuarantees.GuaranteeStatus.Pledged
        );
        refused(reason);
        pledge(orderId, 1, 0);
        refused(reason);
        _request(buyer, 1, 0);
        orderId = fundedOrder();
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotOpened.selector, orderId));
        pledge(orderId, 1, 0);
        refused(abi.encodeWithSelector(IGuarantees.Guarantees_OrderNotOpened.selector, orderId));
        _request(buyer, 1, 0);
    }

    /// An order that is open is guaranteed in the edition that it names, retired or not.
    function test_guarantees_are_asked_for_and_pledged_in_a_retired_edition() public {
        retire(address(guarantees));
        _request(buyer, GUARANTEE, WARRANTY_SECONDS);
        pledge(orderId, GUARANTEE, WARRANTY_SECONDS);
        fund(orderId, required(orderId));
    }

    function test_a_request_and_a_pledge_are_new_obligations() public {
        pause();
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        _request(buyer, 1, 0);
        refused(abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        pledge(orderId, 1, 0);
        suspend(buyer);
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.BUYER));
        _request(buyer, 1, 0);
        suspend(supplier);
        refused(abi.encodeWithSelector(IRoom.Room_NotActive.selector, supplier, Offices.SUPPLIER));
        pledge(orderId, 1, 0);
    }
}
