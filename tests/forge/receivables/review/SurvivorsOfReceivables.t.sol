// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IReceivables } from "../../../../contracts/receivables/interfaces/IReceivables.sol";
import { ReceivableHouse } from "../../support/ReceivableHouse.sol";

/// Faults that `make mutants` planted and that no test saw.
contract SurvivorsOfReceivablesTest is ReceivableHouse {
    /// `buySigned`: a holder may sell without any discount, by a signature as by a published offer.
    function test_a_claim_is_sold_at_its_face_value_by_a_signed_offer() public {
        uint256 claimId = issue();
        IReceivables.SignedOffer memory signedOffer = offerToSign(claimId);
        signedOffer.price = CLAIM;
        bytes memory signature = signed(signedOffer);
        vm.expectEmit(address(receivables));
        emit IReceivables.ClaimSold(claimId, supplier, financier, CLAIM, CLAIM, 1);
        vm.prank(financier);
        receivables.buySigned(signedOffer, signature);
        assertEq(holderOf(claimId), financier);
        assertEq(token.balanceOf(supplier), FUNDS + CLAIM);
        signedOffer = offerToSign(claimId = issue());
        signedOffer.price = CLAIM + 1;
        signature = signed(signedOffer);
        refused(abi.encodeWithSelector(IReceivables.Receivables_PriceOutOfBounds.selector, claimId, CLAIM + 1, CLAIM));
        vm.prank(financier);
        receivables.buySigned(signedOffer, signature);
    }
}
