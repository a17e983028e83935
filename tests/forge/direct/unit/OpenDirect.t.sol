// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { DirectOrders } from "../../../../contracts/procurement/DirectOrders.sol";
import { IDirectOrders } from "../../../../contracts/procurement/interfaces/IDirectOrders.sol";
import { IProcurement } from "../../../../contracts/procurement/interfaces/IProcurement.sol";
import { IRoom } from "../../../../contracts/room/IRoom.sol";
import { IOrderRules } from "../../../../contracts/settlement/interfaces/IOrderRules.sol";
import { IPurchaseOrders } from "../../../../contracts/settlement/interfaces/IPurchaseOrders.sol";
import { DirectHouse } from "../../support/DirectHouse.sol";
import { SigningFirm } from "../../support/SigningFirm.sol";

contract OpenDirectTest is DirectHouse {
    function _refused(IDirectOrders.DirectOrder memory what, bytes memory reason) private {
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        refused(reason);
        direct.openDirect(what, ofBuyer, ofSupplier);
    }

    // ---- what both signed ----

    function test_what_both_signed_is_an_order_whoever_brings_it() public {
        IDirectOrders.DirectOrder memory what = purchase();
        vm.expectEmit(address(direct));
        emit IDirectOrders.DirectOrderOpened(1, buyer, supplier, FIRST_ORDER, what.requisitionRef, QUANTITY, AMOUNT);
        uint256 orderId = openDirect(what);
        IPurchaseOrders.Order memory order = orders.order(orderId);
        assertEq(uint256(order.status), uint256(IPurchaseOrders.OrderStatus.Opened));
        assertEq(order.buyer, buyer);
        assertEq(order.supplier, supplier);
        assertEq(order.quantity, QUANTITY);
        assertEq(order.amount, AMOUNT);
        assertEq(order.terms.promisedAt, what.order.promisedAt);
        assertEq(direct.directOrderFor(buyer, what.requisitionRef), 1);
        fund(orderId, required(orderId));
    }

    function test_the_digest_is_what_a_wallet_computes() public {
        IDirectOrders.DirectOrder memory what = purchase();
        assertEq(direct.directOrderDigest(what), digestOf(what, block.chainid, address(direct)));
    }

    function test_firm_accounts_sign_too() public {
        SigningFirm firm = new SigningFirm();
        enrol(address(firm), Offices.BUYER);
        IDirectOrders.DirectOrder memory what = purchase();
        what.buyer = address(firm);
        bytes memory ofSupplier = sign("supplier", what);
        refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_NotSigned.selector, address(firm)));
        direct.openDirect(what, "", ofSupplier);
        firm.agree(direct.directOrderDigest(what));
        assertEq(orders.order(direct.openDirect(what, "", ofSupplier)).buyer, address(firm));
    }

    /// Every word of a purchase is part of what is signed: none can be changed afterwards by whoever relays it.
    function testFuzz_no_other_word_of_the_purchase_passes(uint256 word, uint8 changed) public {
        IDirectOrders.DirectOrder memory what = purchase();
        bytes memory data = abi.encodeCall(direct.openDirect, (what, sign("buyer", what), sign("supplier", what)));
        uint256 place = 4 + 32 * bound(word, 0, 18) + 31;
        vm.assume(changed != uint8(data[place]));
        data[place] = bytes1(changed);
        (bool done,) = address(direct).call(data);
        assertFalse(done);
        openDirect(what);
    }

    // ---- who ----

    function test_both_are_active_in_their_capability() public {
        suspend(buyer);
        _refused(purchase(), abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.BUYER));
        vm.prank(registrar);
        participants.reinstate(buyer);
        suspend(supplier);
        _refused(purchase(), abi.encodeWithSelector(IRoom.Room_NotActive.selector, supplier, Offices.SUPPLIER));
        IDirectOrders.DirectOrder memory what = purchase();
        what.supplier = buyer;
        _refused(what, abi.encodeWithSelector(IRoom.Room_NotActive.selector, buyer, Offices.SUPPLIER));
        (what.buyer, what.supplier) = (rival, rival);
        _refused(what, abi.encodeWithSelector(IRoom.Room_NotActive.selector, rival, Offices.BUYER));
    }

    function test_nobody_buys_from_itself() public {
        vm.prank(registrar);
        participants.addCapabilities(buyer, Offices.SUPPLIER);
        IDirectOrders.DirectOrder memory what = purchase();
        what.supplier = buyer;
        _refused(what, abi.encodeWithSelector(IDirectOrders.DirectOrders_SameParty.selector, buyer));
    }

    function test_each_side_signed_and_nobody_for_the_other() public {
        IDirectOrders.DirectOrder memory what = purchase();
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_NotSigned.selector, buyer));
        direct.openDirect(what, ofSupplier, ofSupplier);
        refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_NotSigned.selector, supplier));
        direct.openDirect(what, ofBuyer, ofBuyer);
        refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_NotSigned.selector, supplier));
        direct.openDirect(what, ofBuyer, "");
        refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_NotSigned.selector, buyer));
        direct.openDirect(what, "", ofSupplier);
    }

    // ---- what and when ----

    function test_quantity_amount_and_reference_are_within_bounds() public {
        uint128 max = 2 ** 60;
        IDirectOrders.DirectOrder memory what = purchase();
        what.quantity = 0;
        _refused(what, abi.encodeWithSelector(IProcurement.Procurement_QuantityOutOfBounds.selector, 0, max));
        what.quantity = max + 1;
        _refused(what, abi.encodeWithSelector(IProcurement.Procurement_QuantityOutOfBounds.selector, max + 1, max));
        (what.quantity, what.amount) = (max, 0);
        _refused(what, abi.encodeWithSelector(IProcurement.Procurement_AmountOutOfBounds.selector, 0, max));
        what.amount = max + 1;
        _refused(what, abi.encodeWithSelector(IProcurement.Procurement_AmountOutOfBounds.selector, max + 1, max));
        (what.amount, what.requisitionRef) = (max, bytes32(0));
        _refused(what, abi.encodeWithSelector(IRoom.Room_ZeroReference.selector));
        what.requisitionRef = newReference();
        openDirect(what);
    }

    function test_terms_are_those_that_an_order_can_have() public {
        IDirectOrders.DirectOrder memory what = purchase();
        what.order.attesterPost = arbiterPost;
        _refused(what, abi.encodeWithSelector(IRoom.Room_NotAPostOf.selector, arbiterPost, Offices.ATTESTER));
        what = purchase();
        what.order.promisedAt = uint40(block.timestamp);
        bytes memory ofBuyer = sign("buyer", what);
        bytes memory ofSupplier = sign("supplier", what);
        vm.expectRevert();
        direct.openDirect(what, ofBuyer, ofSupplier);
        what.order.promisedAt += 1;
        openDirect(what);
    }

    function test_a_signature_is_good_until_the_second_before_the_deadline() public {
        IDirectOrders.DirectOrder memory what = purchase();
        for (uint256 late; late < 2; ++late) {
            vm.warp(what.deadline + late);
            _refused(
                what,
                abi.encodeWithSelector(IDirectOrders.DirectOrders_Expired.selector, what.deadline + late, what.deadline)
            );
        }
        vm.warp(what.deadline - 1);
        openDirect(what);
    }

    // ---- stopping ----

    function test_a_pause_and_a_retirement_stop_what_begins_and_nothing_that_runs() public {
        uint256 orderId = openDirect(purchase());
        retire(address(direct));
        _refused(purchase(), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        vm.prank(guardian);
        participants.unretire(address(direct));
        pause();
        _refused(purchase(), abi.encodeWithSelector(IRoom.Room_ObligationsStopped.selector));
        fund(orderId, required(orderId));
        deliver(orderId, QUANTITY, QUANTITY);
        accept(orderId, 1, AMOUNT, 0);
        assertEq(status(orderId), uint256(IPurchaseOrders.OrderStatus.Closed));
    }

    function test_numbers_of_two_editions_never_meet() public {
        DirectOrders next = new DirectOrders(participants, orders, 4);
        appoint(Offices.AWARDER, address(next));
        IDirectOrders.DirectOrder memory what = purchase();
        bytes memory ofBuyer = signDigest("buyer", digestOf(what, block.chainid, address(next)));
        bytes memory ofSupplier = signDigest("supplier", digestOf(what, block.chainid, address(next)));
        next.openDirect(what, ofBuyer, ofSupplier);
        assertEq(next.directOrderFor(buyer, what.requisitionRef), 4_000_000_001);
    }
}
