// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { Receivables } from "../../../../contracts/receivables/Receivables.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";
import { SigningFirm } from "../../support/SigningFirm.sol";

contract BuySignedTest is ReceivableHouse {
    uint256 private claimId;

    function setUp() public override {
        super.setUp();
        claimId = issue();
    }

    function _buy(address who, IReceivables.SignedOffer memory signedOffer, bytes memory signature) private {
        vm.prank(who);
        receivables.buySigned(signedOffer, signature);
    }

    function _refusedPurchase(IReceivables.SignedOffer memory signedOffer, bytes memory reason) private {
        bytes memory signature = signed(signedOffer);
        refused(reason);
        _buy(financier, signedOffer, signature);
    }

    function _refusedSignature(IReceivables.SignedOffer memory signedOffer, bytes memory signature) private {
        refused(abi.encodeWithSelector(IReceivables.Receivables_BadSignature.selector, claimId, supplier));
        _buy(financier, signedOffer, signature);
    }

    function test_the_digest_is_what_a_wallet_computes() public view {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        assertEq(receivables.offerDigest(signedOffer), digestOf(signedOffer, address(receivables)));
    }

    function test_a_signed_offer_is_as_good_as_a_published_one() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        bytes memory signature = signed(signedOffer);
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimSold(claimId, supplier, financier, CLAIM, PRICE, 1);
        _buy(financier, signedOffer, signature);
        assertEq(holderOf(claimId), financier);
        assertEq(token.balanceOf(supplier), FUNDS + PRICE);
    }

    function test_a_contract_signs_too() public {
        SigningFirm firm = new SigningFirm();
        enrol(address(firm), Offices.SUPPLIER);
        vm.prank(supplier);
        receivables.transfer(claimId, address(firm));
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        signedOffer.seller = address(firm);
        refused(abi.encodeWithSelector(IReceivables.Receivables_BadSignature.selector, claimId, address(firm)));
        _buy(financier, signedOffer, "");
        firm.agree(receivables.offerDigest(signedOffer));
        _buy(financier, signedOffer, "");
        assertEq(holderOf(claimId), financier);
        assertEq(token.balanceOf(address(firm)), FUNDS + PRICE);
    }

    // ---- replay ----

    function test_a_signed_offer_is_good_once_even_when_the_claim_comes_back() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        bytes memory signature = signed(signedOffer);
        _buy(lender, signedOffer, signature);
        refused(abi.encodeWithSelector(IReceivables.Receivables_NotTheHolder.selector, claimId, supplier));
        _buy(financier, signedOffer, signature);
        vm.prank(lender);
        receivables.transfer(claimId, supplier);
        refused(abi.encodeWithSelector(IReceivables.Receivables_RevisionPassed.selector, claimId, 2, 0));
        _buy(financier, signedOffer, signature);
    }

    function test_the_holders_next_word_kills_what_it_signed() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        uint256 state = vm.snapshotState();
        bytes memory reason = abi.encodeWithSelector(IReceivables.Receivables_RevisionPassed.selector, claimId, 1, 0);
        vm.prank(supplier);
        receivables.withdrawOffer(claimId);
        _refusedPurchase(signedOffer, reason);
        vm.revertToState(state);
        split(claimId, 1);
        _refusedPurchase(signedOffer, reason);
        vm.revertToState(state);
        offer(claimId);
        _refusedPurchase(signedOffer, reason);
        vm.revertToState(state);
        vm.prank(supplier);
        receivables.transfer(claimId, rival);
        _refusedPurchase(
            signedOffer, abi.encodeWithSelector(IReceivables.Receivables_NotTheHolder.selector, claimId, supplier)
        );
    }

    function test_a_signature_for_another_chain_is_refused() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        bytes memory signature = signed(signedOffer);
        uint256 home = block.chainid;
        vm.chainId(home + 1);
        _refusedSignature(signedOffer, signature);
        vm.chainId(home);
        _buy(financier, signedOffer, signature);
    }

    function test_a_signature_for_another_contract_is_refused() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        address other = address(new Receivables(participants, token, 0));
        _refusedSignature(signedOffer, signatureOf(supplierKey, digestOf(signedOffer, other)));
    }

    function test_a_signed_offer_closes_at_its_deadline() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        bytes memory signature = signed(signedOffer);
        for (uint40 late; late < 2; ++late) {
            vm.warp(signedOffer.deadline + late);
            refused(
                abi.encodeWithSelector(
                    IReceivables.Receivables_OfferExpired.selector,
                    claimId,
                    signedOffer.deadline + late,
                    signedOffer.deadline
                )
            );
            _buy(financier, signedOffer, signature);
        }
        vm.warp(signedOffer.deadline - 1);
        _buy(financier, signedOffer, signature);
    }

    function test_no_signed_offer_outlives_the_due_date() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        signedOffer.deadline = type(uint40).max;
        uint40 dueAt = dueAtOf(claimId);
        vm.warp(dueAt);
        _refusedPurchase(
            signedOffer, abi.encodeWithSelector(IReceivables.Receivables_Due.selector, claimId, dueAt, dueAt)
        );
        vm.warp(dueAt - 1);
        _buy(financier, signedOffer, signed(signedOffer));
    }

    function test_a_malleable_or_foreign_or_cut_signature_is_refused() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        bytes32 digest = digestOf(signedOffer, address(receivables));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(supplierKey, digest);
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        _refusedSignature(signedOffer, abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : 27));
        _refusedSignature(signedOffer, abi.encodePacked(r, s));
        _refusedSignature(signedOffer, "");
        (, uint256 rivalKey) = actorWithKey("rival");
        _refusedSignature(signedOffer, signatureOf(rivalKey, digest));
    }

    function test_a_changed_word_breaks_the_signature() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        bytes memory signature = signed(signedOffer);
        signedOffer.price -= 1;
        _refusedSignature(signedOffer, signature);
        signedOffer = offerToSign(claimId);
        signedOffer.financier = financier;
        _refusedSignature(signedOffer, signature);
        signedOffer = offerToSign(claimId);
        signedOffer.deadline += 1;
        _refusedSignature(signedOffer, signature);
    }

    // ---- what a published offer asks too ----

    function test_a_signed_offer_keeps_the_rules_of_a_published_one() public {
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        signedOffer.claimId = 9;
        _refusedPurchase(signedOffer, abi.encodeWithSelector(IReceivables.Receivables_Unknown.selector, 9));
        signedOffer = offerToSign(claimId);
        signedOffer.financier = lender;
        _refusedPurchase(
            signedOffer,
            abi.encodeWithSelector(IReceivables.Receivables_NotOfferedTo.selector, claimId, financier, lender)
        );
        signedOffer = offerToSign(claimId);
        signedOffer.amount -= 1;
        _refusedPurchase(
            signedOffer,
            abi.encodeWithSelector(IReceivables.Receivables_AmountChanged.selector, claimId, CLAIM, CLAIM - 1)
        );
        uint128[2] memory wrong = [0, CLAIM + 1];
        for (uint256 i; i < 2; ++i) {
            signedOffer = offerToSign(claimId);
            signedOffer.price = wrong[i];
            _refusedPurchase(
                signedOffer,
                abi.encodeWithSelector(IReceivables.Receivables_PriceOutOfBounds.selector, claimId, wrong[i], CLAIM)
            );
        }
        suspend(financier);
        _refusedPurchase(
            offerToSign(claimId), abi.encodeWithSelector(IReceivables.Receivables_NotAFinancier.selector, financier)
        );
        vm.warp(dueAtOf(claimId));
        receivables.pay(claimId);
        _refusedPurchase(
            offerToSign(claimId), abi.encodeWithSelector(IReceivables.Receivables_AlreadyPaid.selector, claimId)
        );
    }

    function test_nobody_buys_its_own_claim_by_its_own_signature() public {
        offer(claimId);
        buy(lender, claimId);
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        signedOffer.seller = lender;
        refused(abi.encodeWithSelector(IReceivables.Receivables_AlreadyTheHolder.selector, claimId, lender));
        _buy(lender, signedOffer, "");
    }
}
