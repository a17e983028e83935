// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { Receivables } from "../../../../contracts/receivables/Receivables.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";

/// What the second audit found of receivables, turned round: each of these failed on the contracts of its day.
contract SecondAuditOfReceivablesTest is ReceivableHouse {
    /// F1: two editions of orders issue into one register; each claim says whose order it is.
    function test_claims_of_two_editions_of_orders_lie_in_one_register() public {
        address second = actor("orders of edition 1");
        appoint(Offices.CLAIM_ISSUER, second);
        enrol(second, Offices.BUYER, address(receivables));
        uint256 old = issue();
        vm.prank(second);
        uint256 fresh = receivables.issue(1_000_000_007, 3, supplier, buyer, CLAIM, uint40(block.timestamp) + TERM);
        assertEq(fresh, old + 1);
        assertEq(receivables.claim(fresh).orderId, 1_000_000_007);
        skip(TERM);
        receivables.pay(old);
        receivables.pay(fresh);
        assertEq(token.balanceOf(supplier), FUNDS + 2 * CLAIM);
    }

    /// F1: an order that is open must be able to pay, so that a retirement stops nothing here.
    function test_a_retired_register_takes_the_claims_of_orders_that_are_open() public {
        retire(address(receivables));
        uint256 claimId = issue();
        offer(claimId);
        buy(financier, claimId);
        skip(TERM);
        receivables.pay(claimId);
        assertEq(token.balanceOf(financier), FUNDS - PRICE + CLAIM);
    }

    function test_numbers_of_two_editions_never_meet() public {
        Receivables next = new Receivables(participants, token, 3);
        registerCustodian(address(next));
        approve(issuer, address(next));
        vm.prank(issuer);
        assertEq(next.issue(7, 3, supplier, buyer, CLAIM, uint40(block.timestamp) + TERM), 3_000_000_001);
        vm.prank(supplier);
        assertEq(next.split(3_000_000_001, 1), 3_000_000_002);
    }

    /// F8: a firm account sells by signature, and goes on doing so with another key.
    function test_a_firm_account_signs_offers_with_whichever_key_it_has() public {
        (address first,) = actorWithKey("first key");
        (address second, uint256 secondKey) = actorWithKey("second key");
        FirmAccount firm = new FirmAccount(participants, first);
        enrol(address(firm), Offices.SUPPLIER);
        uint256 claimId = issue();
        vm.prank(supplier);
        receivables.transfer(claimId, address(firm));
        vm.prank(first);
        firm.offerOwnership(second);
        vm.prank(second);
        firm.takeOwnership();
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        signedOffer.seller = address(firm);
        bytes32 message = firm.messageOf(receivables.offerDigest(signedOffer));
        (, uint256 firstKey) = actorWithKey("first key");
        bytes memory stale = signatureOf(firstKey, message);
        refused(abi.encodeWithSelector(IReceivables.Receivables_BadSignature.selector, claimId, address(firm)));
        vm.prank(financier);
        receivables.buySigned(signedOffer, stale);
        vm.prank(financier);
        receivables.buySigned(signedOffer, signatureOf(secondKey, message));
        assertEq(holderOf(claimId), financier);
        assertEq(token.balanceOf(address(firm)), FUNDS + PRICE);
    }
}
