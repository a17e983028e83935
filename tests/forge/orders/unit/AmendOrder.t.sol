// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IAwardTaker } from "../../../../contracts/procurement/interfaces/IAwardTaker.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IOrderChanges } from "../../../../contracts/settlement/interfaces/IOrderChanges.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { OrderRules } from "../../../../contracts/settlement/OrderRules.sol";
import { OrderHouse } from "../../support/OrderHouse.sol";
import { SigningFirm } from "../../support/SigningFirm.sol";

contract AmendmentSignaturesTest is OrderHouse {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
    }

    function _submit(IOrderRules.OrderAmendment memory what, bytes memory ofBuyer, bytes memory ofSupplier) private {
        vm.prank(outsider);
        orders.amend(what, ofBuyer, ofSupplier);
    }

    function _notSigned(address account) private view returns (bytes memory) {
        return abi.encodeWithSelector(IOrderRules.OrderRules_NotSigned.selector, orderId, account);
    }

    function test_an_order_changes_as_both_signed_whoever_submits_it() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        (what.quantity, what.amount, what.promisedAt) = (110, 1_300_000, what.promisedAt + 5 days);
        uint128 more = orders.requiredDeposit(1_300_000, TAX_BPS, TOLERANCE_BPS)
            - orders.requiredDeposit(AMOUNT, TAX_BPS, TOLERANCE_BPS);
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        vm.expectEmit(address(orders));
        emit IOrderChanges.OrderAmended(
            orderId, buyer, supplier, 1, 110, 1_300_000, what.promisedAt, bytes32(0), more, 0
        );
        _submit(what, ofBuyer, ofSupplier);
        IPurchaseOrders.Order memory record = orders.order(orderId);
        assertEq(record.quantity, 110);
        assertEq(record.amount, 1_300_000);
        assertEq(record.terms.promisedAt, what.promisedAt);
        assertEq(record.revision, 1);
        assertEq(record.escrowed, required(orderId));
        assertEq(token.balanceOf(buyer), FUNDS - required(orderId));
    }

    function test_both_must_sign_and_exactly_this() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        refused(_notSigned(buyer));
        _submit(what, ofSupplier, ofSupplier);
        refused(_notSigned(supplier));
        _submit(what, ofBuyer, ofBuyer);
        what.amount += 1;
        refused(_notSigned(buyer));
        _submit(what, ofBuyer, ofSupplier);
    }

    function test_a_signature_is_good_for_one_revision() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        _submit(what, ofBuyer, ofSupplier);
        refused(outOfBounds(IPurchaseOrders.Value.Revision, 1, 2, 2));
        _submit(what, ofBuyer, ofSupplier);
    }

    /// What changed since makes what was signed before void: it was another order.
    function test_a_part_cancel_makes_a_signed_amendment_void() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        bytes memory reason = outOfBounds(IPurchaseOrders.Value.Revision, 1, 2, 2);
        vm.prank(supplier);
        orders.cancelPart(orderId, 10);
        refused(reason);
        _submit(what, ofBuyer, ofSupplier);
    }

    function test_an_amendment_is_submitted_before_its_deadline() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        for (uint256 late; late < 2; ++late) {
            vm.warp(what.deadline + late);
            refused(
                abi.encodeWithSelector(
                    IOrderRules.OrderRules_Expired.selector, orderId, what.deadline + late, what.deadline
                )
            );
            _submit(what, ofBuyer, ofSupplier);
        }
        vm.warp(what.deadline - 1);
        _submit(what, ofBuyer, ofSupplier);
    }

    function test_a_signature_for_another_chain_or_another_contract_is_refused() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        bytes memory ofSupplier = sign("supplier", what);
        bytes memory elsewhere = sign("buyer", digestOf(what, block.chainid + 1, address(orders)));
        refused(_notSigned(buyer));
        _submit(what, elsewhere, ofSupplier);
        elsewhere = sign("buyer", digestOf(what, block.chainid, address(orderRules)));
        refused(_notSigned(buyer));
        _submit(what, elsewhere, ofSupplier);
        bytes memory ofBuyer = sign("buyer", what);
        vm.chainId(block.chainid + 1);
        refused(_notSigned(buyer));
        _submit(what, ofBuyer, ofSupplier);
    }

    function test_a_malleable_signature_is_refused() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        (, uint256 key) = actorWithKey("buyer");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digestOf(what, block.chainid, address(orders)));
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        bytes memory mirrored = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        bytes memory ofSupplier = sign("supplier", what);
        refused(_notSigned(buyer));
        _submit(what, mirrored, ofSupplier);
    }

    function test_a_contract_signs_too() public {
        SigningFirm firm = new SigningFirm();
        enrol(address(firm), Offices.BUYER);
        appoint(Offices.AWARDER, outsider);
        vm.prank(outsider);
        orderId = orders.takeAward(
            IAwardTaker.Award({
                tenderId: 1,
                requisitionRef: "requisition",
                buyer: address(firm),
                supplier: supplier,
                quantity: QUANTITY,
                amount: AMOUNT,
                terms: orderTerms()
            })
        );
        uint128 deposit = required(orderId);
        vm.prank(address(firm));
        orders.fund(orderId, deposit);
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        bytes memory ofSupplier = sign("supplier", what);
        refused(_notSigned(address(firm)));
        _submit(what, "", ofSupplier);
        firm.agree(digestOf(what, block.chainid, address(orders)));
        _submit(what, "", ofSupplier);
        assertEq(orders.order(orderId).revision, 1);
    }
}

contract AmendOrderTest is OrderHouse {
    uint256 private orderId;

    function setUp() public override {
        super.setUp();
        orderId = fundedOrder();
    }

    function _refusedAmendment(IOrderRules.OrderAmendment memory what, bytes memory reason) private {
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        refused(reason);
        orders.amend(what, ofBuyer, ofSupplier);
    }

    function _refusedAmounts(uint128 quantity, uint128 amount, bytes memory reason) private {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        (what.quantity, what.amount) = (quantity, amount);
        _refusedAmendment(what, reason);
    }

    function test_what_was_accepted_keeps_its_amount_and_the_rest_is_exact_to_the_last_unit() public {
        deliver(orderId, 33, 33);
        accept(orderId, 1, 379_500, 0);
        amend(orderId, 40, 379_600);
        assertEq(orders.order(orderId).acceptedAmount, 379_500);
        uint8[7] memory worth = [14, 14, 14, 15, 14, 14, 15]; // 100 over 7, cumulative
        for (uint256 i; i < 7; ++i) {
            uint256 deliveryId = deliver(orderId, 1, 1);
            assertEq(orders.delivery(orderId, deliveryId).acceptedAmount, worth[i]);
            accept(orderId, deliveryId, worth[i], 0);
        }
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(orders.order(orderId).acceptedAmount, 379_600);
        assertEq(token.balanceOf(supplier), FUNDS + 379_600);
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_a_smaller_amount_returns_its_share_of_the_deposit() public {
        uint128 before = required(orderId);
        uint128 less = before - orders.requiredDeposit(500_000, TAX_BPS, TOLERANCE_BPS);
        vm.expectEmit(address(orders));
        emit IOrderChanges.OrderAmended(
            orderId, buyer, supplier, 1, 50, 500_000, orders.order(orderId).terms.promisedAt, bytes32(0), 0, less
        );
        amend(orderId, 50, 500_000);
        assertEq(token.balanceOf(buyer), FUNDS - before + less);
        assertEq(orders.order(orderId).escrowed, before - less);
    }

    function test_an_order_amended_down_to_what_was_accepted_closes_without_default() public {
        deliver(orderId, 33, 33);
        accept(orderId, 1, 379_500, 0);
        amend(orderId, 33, 379_500);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(credit.recordOf(supplier).value, 379_500);
        assertEq(token.balanceOf(address(orders)), 0);
    }

    function test_both_may_drop_an_order_whole() public {
        amend(orderId, 0, 0);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
        assertEq(credit.recordOf(supplier).outcomes, 0);
        assertEq(token.balanceOf(buyer), FUNDS);
    }

    /// The rest is nothing, and what was inspected is still paid and counted.
    function test_what_is_inspected_and_unpaid_survives_an_amendment_to_nothing_more() public {
        deliver(orderId, 33, 30);
        amend(orderId, 30, 345_000);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Funded));
        accept(orderId, 1, 345_000, 44_850);
        assertEq(token.balanceOf(supplier), FUNDS + 345_000 + 44_850);
        vm.prank(supplier); // has nothing to dispute
        orders.close(orderId);
        assertEq(credit.recordOf(supplier).value, 345_000, "what was rejected is no part of the order any more");
    }

    function test_a_top_up_without_allowance_changes_nothing() public {
        vm.prank(buyer);
        token.approve(address(orders), 0);
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        what.amount += 1000;
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        vm.expectRevert();
        orders.amend(what, ofBuyer, ofSupplier);
        assertEq(orders.order(orderId).revision, 0);
    }

    function test_amounts_have_bounds() public {
        deliver(orderId, 33, 33);
        ship(orderId, 7);
        uint256 most = 2 ** 60;
        _refusedAmounts(39, AMOUNT, outOfBounds(IPurchaseOrders.Value.Quantity, 39, 40, most));
        _refusedAmounts(uint128(most + 1), AMOUNT, outOfBounds(IPurchaseOrders.Value.Quantity, most + 1, 40, most));
        _refusedAmounts(40, 379_499, outOfBounds(IPurchaseOrders.Value.Amount, 379_499, 379_500, most));
        _refusedAmounts(40, uint128(most + 1), outOfBounds(IPurchaseOrders.Value.Amount, most + 1, 379_500, most));
        amend(orderId, 40, 379_500);
    }

    function test_no_amount_is_left_for_no_quantity() public {
        deliver(orderId, 33, 33);
        _refusedAmounts(33, 379_501, outOfBounds(IPurchaseOrders.Value.Amount, 379_501, 379_500, 379_500));
    }

    function test_a_new_promise_lies_ahead_and_not_too_far() public {
        IOrderRules.OrderAmendment memory what = amendment(orderId);
        uint256 first = block.timestamp + 1;
        uint256 last = block.timestamp + 10 * 365 days;
        uint256[2] memory wrong = [first - 1, last + 1];
        for (uint256 i; i < 2; ++i) {
            what.promisedAt = uint40(wrong[i]);
            _refusedAmendment(what, outOfBounds(IPurchaseOrders.Value.PromisedAt, wrong[i], first, last));
        }
        what.promisedAt = uint40(last);
        amend(what);
    }

    function test_an_order_past_its_promise_is_amended_with_the_promise_it_has() public {
        vm.warp(orders.order(orderId).terms.promisedAt + 1);
        amend(orderId, 90, 1_000_000);
    }

    function test_amend_refuses_orders_that_do_not_run() public {
        uint256 unfunded = openOrder();
        IOrderRules.OrderAmendment memory what = amendment(unfunded);
        _refusedAmendment(what, wrongStatus(unfunded, IPurchaseOrders.OrderStatus.Opened));
    }

    function test_pause_and_suspension_never_stop_an_amendment() public {
        pause();
        suspend(buyer);
        suspend(supplier);
        amend(orderId, 90, 1_000_000);
    }
}
