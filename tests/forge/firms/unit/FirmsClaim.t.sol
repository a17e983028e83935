// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { FirmAccount } from "../../../../contracts/identity/FirmAccount.sol";
import { Offices } from "../../../../contracts/identity/Offices.sol";
import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { FirmActs } from "../../support/FirmActs.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";

/// A claim in a firm's account: split, passed on, sold by signature, paid, also after its key was lost.
contract FirmsClaimTest is ReceivableHouse, FirmActs {
    FirmAccount private firm;
    uint256 private ownerKey;
    uint256 private nextKey;
    address private next;

    function setUp() public override {
        super.setUp();
        address owner;
        (owner, ownerKey) = actorWithKey("owner");
        (next, nextKey) = actorWithKey("next");
        firm = new FirmAccount(participants, owner);
        supplier = address(firm);
        enrol(supplier, Offices.SUPPLIER);
    }

    function _word(uint256 key, IReceivables.SignedOffer memory offered) private view returns (bytes memory) {
        return wordOf(key, firm, digestOf(offered, address(receivables)));
    }

    function _buy(IReceivables.SignedOffer memory offered, bytes memory signature) private {
        vm.prank(financier);
        receivables.buySigned(offered, signature);
    }

    function test_a_firm_sells_a_claim_by_its_owners_signature() public {
        uint256 claimId = issue();
        IReceivables.SignedOffer memory offered = offerToSign(claimId);
        bytes memory signature = _word(ownerKey, offered);
        _buy(offered, signature);
        assertEq(holderOf(claimId), financier);
        assertEq(token.balanceOf(supplier), FUNDS + PRICE);
    }

    function test_a_firm_splits_and_passes_on_by_its_account() public {
        uint256 claimId = issue();
        bytes memory result = act(firm, address(receivables), abi.encodeCall(IReceivables.split, (claimId, 1000)));
        uint256 partId = abi.decode(result, (uint256));
        assertEq(holderOf(partId), supplier);
        act(firm, address(receivables), abi.encodeCall(IReceivables.transfer, (partId, lender)));
        assertEq(holderOf(partId), lender);
    }

    function test_what_the_lost_key_signed_sells_nothing_and_the_next_one_sells() public {
        uint256 claimId = issue();
        IReceivables.SignedOffer memory offered = offerToSign(claimId);
        offered.deadline = uint40(block.timestamp) + 50 days;
        bytes memory old = _word(ownerKey, offered);
        recoverFirm(firm, registrar, next);
        refused(abi.encodeWithSelector(IReceivables.Receivables_BadSignature.selector, claimId, supplier));
        _buy(offered, old);
        bytes memory signature = _word(nextKey, offered);
        _buy(offered, signature);
        assertEq(token.balanceOf(supplier), FUNDS + PRICE);
    }

    function test_a_claim_is_paid_to_the_account_whoever_has_its_key() public {
        uint256 claimId = issue();
        recoverFirm(firm, registrar, next);
        vm.warp(dueAtOf(claimId));
        receivables.pay(claimId);
        assertEq(token.balanceOf(supplier), FUNDS + CLAIM);
    }
}
