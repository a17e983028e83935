// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { DirectOrders } from "../../../../contracts/procurement/DirectOrders.sol";
import { IDirectOrders } from "../../../../contracts/procurement/interfaces/IDirectOrders.sol";
import { DirectHouse } from "../../support/DirectHouse.sol";

/// Signatures are worth one order, here, now: every way to use one twice or elsewhere.
contract ReplayOfDirectOrdersTest is DirectHouse {
    IDirectOrders.DirectOrder private what;
    bytes private ofBuyer;
    bytes private ofSupplier;

    function setUp() public override {
        super.setUp();
        what = purchase();
        ofBuyer = sign("buyer", what);
        ofSupplier = sign("supplier", what);
    }

    function _notSigned(DirectOrders edition, address signer) private {
        refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_NotSigned.selector, signer));
        edition.openDirect(what, ofBuyer, ofSupplier);
    }

    function test_a_purchase_is_opened_once() public {
        direct.openDirect(what, ofBuyer, ofSupplier);
        bytes memory seen =
            abi.encodeWithSelector(IDirectOrders.DirectOrders_ReferenceSeen.selector, what.requisitionRef, 1);
        refused(seen);
        direct.openDirect(what, ofBuyer, ofSupplier);
        what.amount += 1; // both sign another purchase for the same requisition
        ofBuyer = sign("buyer", what);
        ofSupplier = sign("supplier", what);
        refused(seen);
        direct.openDirect(what, ofBuyer, ofSupplier);
    }

    function test_nobody_uses_up_the_requisition_of_another_buyer() public {
        enrol(outsider, Offices.BUYER);
        IDirectOrders.DirectOrder memory copied = what;
        copied.buyer = outsider;
        bytes memory ofOutsider = sign("outsider", copied);
        bytes memory ofSupplierToo = sign("supplier", copied);
        direct.openDirect(copied, ofOutsider, ofSupplierToo);
        what.buyer = buyer;
        direct.openDirect(what, ofBuyer, ofSupplier);
    }

    function test_a_signature_for_another_chain_is_refused() public {
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        _notSigned(direct, buyer);
        vm.chainId(home);
        direct.openDirect(what, ofBuyer, ofSupplier);
    }

    function test_a_signature_for_another_edition_is_refused() public {
        DirectOrders next = new DirectOrders(participants, orders, 1);
        appoint(Offices.AWARDER, address(next));
        _notSigned(next, buyer);
        ofBuyer = signDigest("buyer", digestOf(what, block.chainid, address(next)));
        _notSigned(next, supplier);
    }

    /// The other s of the same signature: the curve takes it, we do not.
    function test_a_malleable_signature_is_refused() public {
        (, uint256 key) = actorWithKey("buyer");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, direct.directOrderDigest(what));
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        ofBuyer = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
        _notSigned(direct, buyer);
    }

    function test_a_signature_cut_or_lengthened_is_refused() public {
        bytes memory whole = ofBuyer;
        ofBuyer = abi.encodePacked(whole, bytes1(0));
        _notSigned(direct, buyer);
        ofBuyer = new bytes(64);
        for (uint256 i; i < 64; ++i) {
            ofBuyer[i] = whole[i];
        }
        _notSigned(direct, buyer);
    }

    function test_what_was_taken_back_opens_nothing() public {
        bytes32 digest = direct.directOrderDigest(what);
        address[2] memory signers = [buyer, supplier];
        for (uint256 i; i < 2; ++i) {
            uint256 state = vm.snapshotState();
            assertFalse(direct.isWithdrawn(signers[i], digest));
            vm.expectEmit(address(direct));
            emit IDirectOrders.DirectSignatureWithdrawn(digest, signers[i]);
            vm.prank(signers[i]);
            direct.withdrawSignature(digest);
            assertTrue(direct.isWithdrawn(signers[i], digest));
            refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_Withdrawn.selector, signers[i], digest));
            direct.openDirect(what, ofBuyer, ofSupplier);
            refused(abi.encodeWithSelector(IDirectOrders.DirectOrders_WithdrawnBefore.selector, signers[i], digest));
            vm.prank(signers[i]);
            direct.withdrawSignature(digest);
            vm.revertToState(state);
        }
    }

    function test_a_stranger_takes_nobodys_signature_back_and_nobody_takes_an_order_back() public {
        bytes32 digest = direct.directOrderDigest(what);
        vm.prank(outsider);
        direct.withdrawSignature(digest);
        uint256 orderId = direct.openDirect(what, ofBuyer, ofSupplier);
        vm.prank(supplier);
        direct.withdrawSignature(digest);
        fund(orderId, required(orderId));
    }
}
