// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Offices } from "../../../contracts/identity/Offices.sol";
import { IReceivables } from "../../../contracts/receivables/interfaces/IReceivables.sol";
import { House } from "./House.sol";

/// A supplier with a payable of 11,272.88 due in sixty days, and two financiers who would rather have it than the money.
abstract contract ReceivableHouse is House {
    uint128 internal constant CLAIM = 1_127_288;
    uint128 internal constant PRICE = 1_110_000;
    uint40 internal constant TERM = 60 days;

    address internal issuer; // in production the contract of purchase orders
    address internal financier;
    address internal lender;

    uint256 internal supplierKey;

    function setUp() public virtual override {
        super.setUp();
        issuer = actor("issuer");
        financier = actor("financier");
        lender = actor("lender");
        (, supplierKey) = actorWithKey("supplier");
        appoint(Offices.CLAIM_ISSUER, issuer);
        enrol(issuer, Offices.BUYER, address(receivables));
        enrol(financier, Offices.FINANCIER, address(receivables));
        enrol(lender, Offices.FINANCIER | Offices.NODE, address(receivables));
    }

    function issue() internal returns (uint256 claimId) {
        return issue(CLAIM, uint40(block.timestamp) + TERM);
    }

    function issue(uint128 amount, uint40 dueAt) internal returns (uint256 claimId) {
        vm.prank(issuer);
        return receivables.issue(7, 3, supplier, buyer, amount, dueAt);
    }

    function dueAtOf(uint256 claimId) internal view returns (uint40) {
        return receivables.claim(claimId).dueAt;
    }

    function holderOf(uint256 claimId) internal view returns (address) {
        return receivables.claim(claimId).holder;
    }

    function amountOf(uint256 claimId) internal view returns (uint128) {
        return receivables.claim(claimId).amount;
    }

    function revisionOf(uint256 claimId) internal view returns (uint32) {
        return receivables.claim(claimId).revision;
    }

    /// The supplier offers a claim to any financier at PRICE until it is due.
    function offer(uint256 claimId) internal {
        offer(claimId, address(0), PRICE, dueAtOf(claimId));
    }

    function offer(uint256 claimId, address to, uint128 price, uint40 expiresAt) internal {
        vm.prank(supplier);
        receivables.offer(claimId, to, price, expiresAt);
    }

    function buy(address who, uint256 claimId) internal {
        vm.prank(who);
        receivables.buy(claimId, CLAIM, PRICE);
    }

    function split(uint256 claimId, uint128 part) internal returns (uint256 partId) {
        vm.prank(supplier);
        return receivables.split(claimId, part);
    }

    /// What the supplier would sign for a claim: to any financier, at PRICE, for a day.
    function offerToSign(uint256 claimId) internal view returns (IReceivables.SignedOffer memory) {
        return IReceivables.SignedOffer({
            claimId: claimId,
            seller: supplier,
            financier: address(0),
            amount: CLAIM,
            price: PRICE,
            revision: revisionOf(claimId),
            deadline: uint40(block.timestamp) + 1 days
        });
    }

    function signed(IReceivables.SignedOffer memory signedOffer) internal view returns (bytes memory) {
        return signatureOf(supplierKey, digestOf(signedOffer, address(receivables)));
    }

    /// The EIP-712 digest, computed as a wallet does it: away from the contract.
    function digestOf(IReceivables.SignedOffer memory signedOffer, address verifier) internal view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "SignedOffer(uint256 claimId,address seller,address financier,uint128 amount,uint128 price,uint32 revision,uint40 deadline)"
        );
        bytes32 content = keccak256(
            abi.encode(
                typeHash,
                signedOffer.claimId,
                signedOffer.seller,
                signedOffer.financier,
                signedOffer.amount,
                signedOffer.price,
                signedOffer.revision,
                signedOffer.deadline
            )
        );
        return typedDigest("Receivables", block.chainid, verifier, content);
    }
}
