// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IRoom } from "../../room/IRoom.sol";

/// @title IReceivables
/// @notice Accepted, matched, not yet due payables as transferable claims. 应收账款（供应链金融）.
/// A claim is covered whole from the start: its money lies here. Its holder splits it, passes it on, or sells it at a
/// discount to a financier, each before the due date; from the due date on anybody has it paid to its holder, once.
/// Nobody but the holder moves a claim, and no office stops one: a sale is money against claim in one transaction, so
/// there is no new obligation that a pause could be for.
///
/// A claim's revision counts what its holder decided about it: every split, transfer, sale, offer and withdrawal of an
/// offer is the next one, and an offer, published or signed, holds for one revision only. Firm accounts sign, too
/// (ERC-1271): the account signs, whichever key it has.
///
/// A room that needs no successor: claims of every edition of orders lie in one, since the numbers of two editions
/// never meet and a claim is money, whoever issued it. Retiring it stops nothing (an order that is open must be able
/// to pay); taking CLAIM_ISSUER from an edition of orders stops that one, with its payments.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - claim issuers issue claims of those whose payables they are.
/// Assumptions for liveness:
/// - this contract stays registered while claims are open.
/// @custom:security-contact See SECURITY.md
interface IReceivables is IRoom {
    enum ClaimStatus {
        None,
        Open, // None -> Open by issue, or as a part by split
        Paid // Open -> Paid by pay
    }

    struct Claim {
        // slot 0
        address holder;
        uint40 dueAt; // unix seconds from which it is paid
        uint32 revision; // what its holder decided so far; an offer holds for one
        ClaimStatus status;
        // slot 1
        uint128 amount; // minor units
        uint128 originId; // the claim it was split from at first; its own id when issued
        // slots 2 to 5, the same in every part
        uint256 orderId;
        uint256 deliveryId;
        address supplier; // the first holder
        address buyer; // whose payable it was
    }

    struct Offer {
        // slot 0
        address financier; // zero: any
        uint40 expiresAt;
        // slot 1
        uint128 price; // minor units; zero: no offer
    }

    /// @notice An offer signed by the holder away from the chain (EIP-712); contracts sign too (ERC-1271).
    struct SignedOffer {
        uint256 claimId;
        address seller; // the holder, who signs
        address financier; // zero: any
        uint128 amount; // of the claim
        uint128 price;
        uint32 revision; // of the claim
        uint40 deadline; // not from here on
    }

    /// @notice A payable that is not yet due became a claim of its supplier.
    /// @custom:aggregate claim:{claimId}
    event ClaimIssued(
        uint256 indexed claimId,
        address indexed supplier,
        address indexed buyer,
        uint256 orderId,
        uint256 deliveryId,
        uint128 amount,
        uint40 dueAt
    );
    /// @notice A part of a claim became a claim of its own.
    /// @custom:aggregate claim:{claimId}
    event ClaimSplit(
        uint256 indexed claimId,
        uint256 indexed partId,
        address indexed holder,
        uint128 remaining,
        uint128 part,
        uint32 revision
    );
    /// @notice A claim was handed on to another holder.
    /// @custom:aggregate claim:{claimId}
    event ClaimTransferred(
        uint256 indexed claimId, address indexed from, address indexed to, uint128 amount, uint32 revision
    );
    /// @notice The holder of a claim offered it to a financier at a price.
    /// @custom:aggregate claim:{claimId}
    event ClaimOffered(
        uint256 indexed claimId,
        address indexed holder,
        address indexed financier,
        uint128 amount,
        uint128 price,
        uint40 expiresAt,
        uint32 revision
    );
    /// @notice The holder took back its offer of a claim.
    /// @custom:aggregate claim:{claimId}
    event OfferWithdrawn(uint256 indexed claimId, address indexed holder, uint32 revision);
    /// @notice A financier bought a claim.
    /// @custom:aggregate claim:{claimId}
    event ClaimSold(
        uint256 indexed claimId,
        address indexed seller,
        address indexed financier,
        uint128 amount,
        uint128 price,
        uint32 revision
    );
    /// @notice The buyer paid a claim to its holder.
    /// @custom:aggregate claim:{claimId}
    event ClaimPaid(uint256 indexed claimId, address indexed holder, address indexed buyer, uint128 amount);

    error Receivables_NotAClaimIssuer(address caller);
    error Receivables_CannotHold(address account);
    error Receivables_ZeroAmount();
    error Receivables_DueOutOfBounds(uint40 dueAt, uint256 timestamp, uint256 latest);
    error Receivables_Unknown(uint256 claimId);
    error Receivables_AlreadyPaid(uint256 claimId);
    error Receivables_NotTheHolder(uint256 claimId, address caller);
    error Receivables_Due(uint256 claimId, uint256 timestamp, uint40 dueAt);
    error Receivables_NotYetDue(uint256 claimId, uint256 timestamp, uint40 dueAt);
    error Receivables_PartOutOfBounds(uint256 claimId, uint128 part, uint128 amount);
    error Receivables_AlreadyTheHolder(uint256 claimId, address account);
    error Receivables_NotAFinancier(address account);
    error Receivables_PriceOutOfBounds(uint256 claimId, uint128 price, uint128 amount);
    error Receivables_ExpiryOutOfBounds(uint256 claimId, uint40 expiresAt, uint256 timestamp, uint40 dueAt);
    error Receivables_NoOffer(uint256 claimId);
    error Receivables_NotOfferedTo(uint256 claimId, address caller, address financier);
    error Receivables_AmountChanged(uint256 claimId, uint128 amount, uint128 expected);
    error Receivables_PriceChanged(uint256 claimId, uint128 price, uint128 expected);
    error Receivables_OfferExpired(uint256 claimId, uint256 timestamp, uint40 expiresAt);
    error Receivables_RevisionPassed(uint256 claimId, uint32 revision, uint32 expected);
    error Receivables_BadSignature(uint256 claimId, address seller);

    /// @notice Turns a payable that is not yet due into a claim of the supplier; the caller's tokens cover it whole.
    /// @dev Emits {ClaimIssued}. Requirements: caller is a claim issuer and has approved `amount`; supplier is
    /// registered and can be paid; amount not zero; the due date lies ahead, at most MAX_TERM_SECONDS. The tokens are
    /// taken by {transferFrom} in this call: a claim is never larger than the money behind it.
    /// @param amount Minor units.
    /// @param dueAt Unix seconds from which the holder is paid.
    /// @custom:erp Receivable
    /// @custom:pause open
    function issue(uint256 orderId, uint256 deliveryId, address supplier, address buyer, uint128 amount, uint40 dueAt)
        external
        returns (uint256 claimId);

    /// @notice Takes a part out of a claim as a claim of its own; both sum to what it was. 拆分.
    /// @dev Emits {ClaimSplit}. Requirements: claim exists and is open; caller holds it; 0 < part < amount; not due.
    /// @param part Minor units.
    /// @return partId The new claim, of the same holder, without an offer.
    /// @custom:erp ReceivableSplit
    /// @custom:pause open
    function split(uint256 claimId, uint128 part) external returns (uint256 partId);

    /// @notice Passes a claim on, for nothing that the chain sees. 转让.
    /// @dev Emits {ClaimTransferred}. Requirements: claim exists and is open; caller holds it; receiver is another,
    /// active, and can be paid; not due.
    /// @custom:erp ReceivableTransfer
    /// @custom:pause open
    function transfer(uint256 claimId, address to) external;

    /// @notice Offers a claim at a discount, in place of any earlier offer. 贴现要约.
    /// @dev Emits {ClaimOffered}. Requirements: claim exists and is open; caller holds it; financier is zero or an
    /// active financier other than the caller; 0 < price <= amount; now < expiresAt <= dueAt; not due.
    /// @param financier The only one who may buy; zero: any financier.
    /// @param price Minor units, for the whole claim.
    /// @custom:erp DiscountOffer
    /// @custom:pause open
    function offer(uint256 claimId, address financier, uint128 price, uint40 expiresAt) external;

    /// @notice Takes back every offer of a claim, published or signed. 撤回要约.
    /// @dev Emits {OfferWithdrawn}. Requirements: claim exists and is open; caller holds it.
    /// @custom:erp OfferWithdrawal
    /// @custom:pause open
    function withdrawOffer(uint256 claimId) external;

    /// @notice Buys an offered claim: the price goes to the holder, the claim to the caller. 贴现.
    /// @dev Emits {ClaimSold}. Requirements: claim exists and is open; it is offered; caller is an active financier,
    /// the one it is offered to, and not its holder; amount and price are what the caller expects; the offer and the
    /// claim are in time; price approved.
    /// @param expectedAmount Minor units: a holder who splits the claim at the last moment sells nothing.
    /// @param expectedPrice Minor units: neither does one who changes the price.
    /// @custom:erp Discounting
    /// @custom:pause open
    function buy(uint256 claimId, uint128 expectedAmount, uint128 expectedPrice) external;

    /// @notice Buys a claim by an offer that its holder signed. 凭签名要约贴现.
    /// @dev Emits {ClaimSold}. Requirements: claim exists and is open; seller holds it; caller is an active
    /// financier, the one it is offered to, and not its holder; revision and amount are the claim's; 0 < price <=
    /// amount; before the deadline and the due date; signature of the seller over the EIP-712 digest; price approved.
    /// @custom:erp Discounting
    /// @custom:pause open
    function buySigned(SignedOffer calldata signedOffer, bytes calldata signature) external;

    /// @notice Pays a claim that is due to its holder. Anybody may call. 到期付款.
    /// @dev Emits {ClaimPaid}. Requirements: claim exists and is open; from dueAt on.
    /// @custom:erp ReceivablePayment
    /// @custom:pause open
    function pay(uint256 claimId) external;

    /// @notice A claim, whole; status None when unknown.
    function claim(uint256 claimId) external view returns (Claim memory);

    /// @notice The published offer of a claim; price zero when there is none.
    function offerOf(uint256 claimId) external view returns (Offer memory);

    /// @notice What the seller signs: the EIP-712 digest of an offer.
    function offerDigest(SignedOffer calldata signedOffer) external view returns (bytes32);
}
