// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../libraries/Hearing.sol";

/// @title ICapacityMarket
/// @notice Where machine-minutes are sold, redeemed into production orders, and paid for when they ran. 产能市场. A sale
/// has a fixed price, or one that falls in a straight line while it is open (a descending auction). What buyers pay
/// stays here until it is known what became of their minutes: run, it is the plant's; not run, it returns to the one
/// who redeemed; slot failed, to the holder; never redeemed, it is the plant's, whose machine stood ready. Every
/// amount is minutes times the price in the token's id: nothing is divided, so nothing is rounded.
///
/// Who decides whether a run took place: the holder of the slot's attester's post reports; a party may dispute, or take
/// its dispute back; the holder of the device's arbiter's post rules. Silence is decided by time: without a report
/// nothing ran (the plant named the attester, and only the plant is paid by the report); without a ruling the report
/// stands, or its absence. Holders of posts are no participants, so who judges is never a party.
///
/// What a plant keeps shows in its credit: minutes that ran against minutes redeemed or failed, weighed by their price
/// (at most MINUTE_VALUE each), less what days of force majeure in the device's region excuse. It is noted with each
/// settlement and refund and counted once, by {countOutcome}: no payment waits for it.
///
/// Every market has a number in the ids of its tokens and touches no others: a new edition opens beside the old one,
/// which is retired, loses its office in time, and drains.
///
/// Assumptions for safety:
/// - the settlement token takes no fee, has no hooks and returns true or reverts;
/// - the attester reports what the ERP posted; the arbiter rules what it sees.
/// Assumptions for liveness:
/// - this contract keeps its place among the participants while it holds money. Nothing else: every amount reaches its
/// owner by time, by calls that anybody may make; only credit is not counted while it has no scorer's office.
/// @custom:security-contact See SECURITY.md
interface ICapacityMarket {
    enum RedemptionStatus {
        None,
        Redeemed, // None -> Redeemed by redeem
        Reported, // Redeemed -> Reported by reportRun
        Settled // Redeemed | Reported -> Settled by settle, acknowledge, concede, rule
    }

    /// @notice What a plant offers.
    struct SaleTerms {
        uint64 deviceId;
        uint64 slotIndex;
        uint40 opensAt; // unix seconds
        uint40 closesAt; // the price reaches the floor here; at the latest when the slot's tokens expire
        uint24 quantity; // machine-minutes
        uint128 startPrice; // per minute, minor units
        uint128 floorPrice; // the same as the start: a fixed price
    }

    struct Sale {
        // slot 0
        uint64 deviceId; // zero: unknown
        uint64 slotIndex;
        uint40 opensAt;
        uint40 closesAt;
        uint24 quantity;
        uint24 sold;
        // slot 1
        uint128 startPrice;
        uint128 floorPrice;
    }

    struct Redemption {
        // slot 0
        address holder; // who redeemed
        uint40 disputeBy; // unix seconds, exclusive; undisputed, anybody settles from here on
        uint24 quantity; // machine-minutes
        uint24 ran; // of these, by what stands: reported, ruled, or nothing
        RedemptionStatus status;
        // slot 1
        uint256 tokenId;
        // slot 2
        bytes32 productionOrderRef;
    }

    /// @notice What was settled or refunded of a slot and is not counted in the plant's credit yet.
    struct Outcome {
        // slot 0
        uint24 quantity; // minutes redeemed, or failed
        uint24 ran; // of these
        uint128 weight; // minor units
    }

    /// @notice A plant offered minutes of a slot at a fixed or falling price.
    /// @custom:aggregate sale:{saleId}
    event CapacitySaleOpened(
        uint256 indexed saleId,
        uint64 indexed deviceId,
        address indexed plant,
        uint64 slotIndex,
        uint40 opensAt,
        uint40 closesAt,
        uint24 quantity,
        uint128 startPrice,
        uint128 floorPrice
    );
    /// @notice A sale of minutes ended.
    /// @custom:aggregate sale:{saleId}
    event CapacitySaleClosed(uint256 indexed saleId, address indexed plant, uint24 sold, uint24 unsold);
    /// @notice A buyer bought minutes of a slot.
    /// @custom:aggregate sale:{saleId}
    event CapacitySold(
        uint256 indexed saleId,
        uint256 indexed tokenId,
        address indexed buyer,
        address plant,
        uint24 quantity,
        uint128 pricePerMinute,
        uint128 amount
    );
    /// @notice A holder asked for its minutes to be run.
    /// @custom:aggregate redemption:{redemptionId}
    event CapacityRedeemed(
        uint256 indexed redemptionId,
        uint256 indexed tokenId,
        address indexed holder,
        address plant,
        uint24 quantity,
        uint128 amount,
        bytes32 productionOrderRef,
        uint40 disputeBy
    );
    /// @notice The attester reported how many minutes were run.
    /// @custom:aggregate redemption:{redemptionId}
    event RunReported(
        uint256 indexed redemptionId,
        address indexed attester,
        bytes32 indexed evidenceRef,
        uint24 ran,
        uint40 disputeBy
    );
    /// @notice The plant or the holder disputed a reported run, or that there is none.
    /// @custom:aggregate redemption:{redemptionId}
    event RunDisputed(uint256 indexed redemptionId, address indexed caller, bytes32 indexed reasonRef, uint40 ruleBy);
    /// @notice A party took its dispute of a run back.
    /// @dev From `settleableAt` on anybody settles, when nobody else disputes.
    /// @custom:aggregate redemption:{redemptionId}
    event RunDisputeWithdrawn(uint256 indexed redemptionId, address indexed caller, uint40 settleableAt);
    /// @notice A dispute of a run that nobody ruled ended.
    /// @custom:aggregate redemption:{redemptionId}
    event RunDisputeLapsed(uint256 indexed redemptionId);
    /// @notice An arbiter decided how many minutes were run.
    /// @custom:aggregate redemption:{redemptionId}
    event RunRuled(uint256 indexed redemptionId, address indexed arbiter, bytes32 indexed rulingRef, uint24 ran);
    /// @notice A redemption was paid: run minutes to the plant, the rest to the holder.
    /// @custom:aggregate redemption:{redemptionId}
    event RedemptionSettled(
        uint256 indexed redemptionId,
        address indexed plant,
        address indexed holder,
        uint24 ran,
        uint24 quantity,
        uint128 toPlant,
        uint128 toHolder
    );
    /// @notice Minutes that nobody redeemed in time were paid to the plant.
    /// @custom:aggregate capacity:{tokenId}
    event CapacityExpired(
        uint256 indexed tokenId, address indexed holder, address indexed plant, uint24 quantity, uint128 amount
    );
    /// @notice The price of minutes that cannot be had went back to their holder.
    /// @custom:aggregate capacity:{tokenId}
    event CapacityRefunded(
        uint256 indexed tokenId, address indexed holder, address indexed plant, uint24 quantity, uint128 amount
    );
    /// @notice What a plant kept of a slot was counted in its credit; nothing was, when all of it is excused (weight
    /// zero).
    /// @custom:aggregate device:{deviceId}
    event CapacityOutcomeCounted(
        uint64 indexed deviceId,
        uint64 indexed slotIndex,
        address indexed plant,
        uint24 quantity,
        uint24 ran,
        uint256 weight,
        uint16 outcomeBps,
        uint16 excusedDays
    );
    /// @notice An account was paid what the market owed it.
    /// @custom:aggregate participant:{account}
    event CapacityProceedsWithdrawn(address indexed account, address indexed caller, uint128 amount);

    error CapacityMarket_NotThePlant(uint64 deviceId, address caller);
    error CapacityMarket_QuantityOutOfBounds(uint24 quantity, uint24 max);
    error CapacityMarket_PriceOutOfBounds(uint128 price, uint128 min, uint128 max);
    error CapacityMarket_SlotFailed(uint64 deviceId, uint64 slotIndex);
    error CapacityMarket_SlotNotFailed(uint64 deviceId, uint64 slotIndex);
    error CapacityMarket_SaleOutOfTime(uint40 opensAt, uint40 closesAt, uint256 timestamp, uint256 expiresAt);
    error CapacityMarket_SaleUnknown(uint256 saleId);
    error CapacityMarket_SaleNotOpen(uint256 saleId, uint256 timestamp, uint40 opensAt);
    error CapacityMarket_SaleClosed(uint256 saleId, uint256 timestamp, uint40 closesAt);
    error CapacityMarket_PriceAboveLimit(uint256 saleId, uint128 price, uint128 maxPrice);
    error CapacityMarket_NothingHeld(uint256 tokenId, address holder);
    error CapacityMarket_TokenExpired(uint256 tokenId, uint256 timestamp, uint256 expiresAt);
    error CapacityMarket_TokenNotExpired(uint256 tokenId, uint256 timestamp, uint256 expiresAt);
    error CapacityMarket_NotHeld(uint256 tokenId, address account, uint256 held, uint24 quantity);
    error CapacityMarket_ZeroQuantity();
    error CapacityMarket_RedemptionUnknown(uint256 redemptionId);
    error CapacityMarket_WrongStatus(uint256 redemptionId, RedemptionStatus status);
    error CapacityMarket_NotAParty(uint256 redemptionId, address caller);
    error CapacityMarket_NotTheHolder(uint256 redemptionId, address caller);
    error CapacityMarket_RanExceedsRedeemed(uint256 redemptionId, uint24 ran, uint24 quantity);
    error CapacityMarket_NotYetDecided(uint256 redemptionId, uint256 timestamp, uint256 settleableAt);
    error CapacityMarket_NotOurToken(uint256 tokenId);
    error CapacityMarket_DisputedBefore(uint256 redemptionId, address disputant);
    error CapacityMarket_NotDisputing(uint256 redemptionId, address account);
    error CapacityMarket_NothingToCount(uint64 deviceId, uint64 slotIndex);
    error CapacityMarket_NothingOwed(address account);

    /// @notice Offers minutes of a slot at a fixed or falling price. 挂牌.
    /// @dev Emits {CapacitySaleOpened}. Requirements: neither paused nor retired; device exists; caller is its plant
    /// and active; slot not failed; this contract holds the market office; 0 < quantity <= free now; 1 <= floor <=
    /// start <= MAX_PRICE; now <= opensAt < closesAt <= expiry. Nothing is reserved: what is no longer free when a
    /// buyer comes is not sold, whatever was offered.
    /// @custom:erp CapacitySale
    /// @custom:pause stops
    function openSale(SaleTerms calldata terms) external returns (uint256 saleId);

    /// @notice Buys minutes at the price of this second; the money waits here for what becomes of them. 购买产能.
    /// @dev Emits {CapacitySold}. Requirements: sale exists; its plant is active; not paused (a retired market sells
    /// on what it offered); caller is an active participant and not the plant (asked by {ICapacityTokens-issue}); 0 <
    /// quantity <= unsold, and free; within [opensAt, closesAt); price at most the limit; amount approved.
    /// @param maxPrice Most the caller pays for a minute, minor units.
    /// @custom:erp CapacityPurchase
    /// @custom:pause stops
    function buy(uint256 saleId, uint24 quantity, uint128 maxPrice) external returns (uint256 tokenId);

    /// @notice Ends a sale early; what was sold stays sold. 撤牌.
    /// @dev Emits {CapacitySaleClosed}. Requirements: sale exists; caller is the plant; before closesAt.
    /// @custom:erp CapacitySaleClose
    /// @custom:pause open
    function closeSale(uint256 saleId) external;

    /// @notice Turns the caller's tokens into a run of the device for a production order. 兑付产能.
    /// @dev Emits {CapacityRedeemed}. Requirements: this market issued the token; slot not failed; 0 < quantity <= held
    /// by the caller; reference
    /// not zero; before the token expires.
    /// @param productionOrderRef Commitment to the production order; one order may take minutes of many tokens.
    /// @custom:erp CapacityRedemption
    /// @custom:pause open
    function redeem(uint256 tokenId, uint24 quantity, bytes32 productionOrderRef)
        external
        returns (uint256 redemptionId);

    /// @notice Reports how many of the redeemed minutes ran. 报告加工工时.
    /// @dev Emits {RunReported}. Requirements: redemption exists; caller holds the slot's attester's post; status
    /// Redeemed; slot not failed; ran <= quantity; reference not zero; within [slot's start, slot's end +
    /// reportSeconds). It is open to dispute until disputeSeconds after the later of itself and the slot's end.
    /// @param evidenceRef Commitment to the ERP document (machine time record).
    /// @custom:erp MachineRun
    /// @custom:pause open
    function reportRun(uint256 redemptionId, uint24 ran, bytes32 evidenceRef) external;

    /// @notice Disputes a report, or that there is none. Each party may, once. 争议.
    /// @dev Emits {RunDisputed}. Requirements: redemption exists and is not settled; caller is its holder or the plant
    /// and never disputed it; reported, or the report's time over; slot not failed; reference not zero; before
    /// disputeBy. The arbiter has rulingSeconds from disputeBy on, whenever the dispute came.
    /// @custom:erp RunDispute
    /// @custom:pause open
    function disputeRun(uint256 redemptionId, bytes32 reasonRef) external;

    /// @notice Takes the caller's dispute back. When the other party does not dispute, what was reported stands. 撤回争议.
    /// @dev Emits {RunDisputeWithdrawn}. Requirements: redemption exists and is not settled; caller disputes it.
    /// @custom:erp RunDispute
    /// @custom:pause open
    function withdrawRunDispute(uint256 redemptionId) external;

    /// @notice Rules how many minutes ran, and settles. 裁决.
    /// @dev Emits {RunRuled} and {RedemptionSettled}. Requirements: redemption exists, disputed and not settled; caller
    /// holds the device's arbiter's post; ran <= quantity; reference not zero; before ruleBy.
    /// @custom:erp RunRuling
    /// @custom:pause open
    function rule(uint256 redemptionId, uint24 ran, bytes32 rulingRef) external;

    /// @notice The holder says that all its minutes ran: the plant is paid at once. 确认交付.
    /// @dev Emits {RedemptionSettled}. Requirements: redemption exists; caller is its holder; not settled.
    /// @custom:erp RunSettlement
    /// @custom:pause open
    function acknowledge(uint256 redemptionId) external;

    /// @notice The plant says that none of the minutes ran, or will: the holder is refunded at once. 承认未交付.
    /// @dev Emits {RedemptionSettled}. Requirements: redemption exists; caller is the plant; not settled.
    /// @custom:erp RunSettlement
    /// @custom:pause open
    function concede(uint256 redemptionId) external;

    /// @notice Settles by what stands: the report, or nothing ran. Anybody may call. 结算.
    /// @dev Emits {RedemptionSettled}, after {RunDisputeLapsed} when it was disputed. Requirements: redemption exists;
    /// not settled; from disputeBy on, when disputed from ruleBy on, or at once when the slot failed.
    /// @custom:erp RunSettlement
    /// @custom:pause open
    function settle(uint256 redemptionId) external;

    /// @notice Burns a holder's tokens that expired unredeemed and credits the plant with what was paid for them.
    /// Anybody may call. 过期.
    /// @dev Emits {CapacityExpired}. Requirements: this market issued the token; holder holds some; slot not
    /// failed; from the expiry on.
    /// @custom:erp CapacityExpiry
    /// @custom:pause open
    function expire(uint256 tokenId, address holder) external;

    /// @notice Burns a holder's tokens of a failed slot and credits what was paid for them. Anybody may call. 退款.
    /// @dev Emits {CapacityRefunded}. Requirements: this market issued the token; holder holds some; slot failed.
    /// @custom:erp CapacityRefund
    /// @custom:pause open
    function refund(uint256 tokenId, address holder) external;

    /// @notice Pays an account what it is owed here. Anybody may call. 提款.
    /// @dev Emits {CapacityProceedsWithdrawn}. Requirements: something is owed.
    /// @custom:erp CapacityPayout
    /// @custom:pause open
    function withdraw(address account) external;

    /// @notice Counts what was settled and refunded of a slot since it was last counted in the plant's credit. Anybody
    /// may call. 计入信用.
    /// @dev Emits {CapacityOutcomeCounted}, and {ICreditRegistry-ComponentRecorded} when anything counts. Requirements:
    /// there is something to count; the device has no region, or COUNT_SECONDS passed since the slot's end, in which
    /// force majeure is declared, disputed and ruled. The arithmetic: {RunOutcome}.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function countOutcome(uint64 deviceId, uint64 slotIndex) external;

    /// @notice Price of a minute in a sale at a time within its window, minor units. Of a sale that was ended early
    /// only its events say what it was: its line is drawn to the new end.
    function priceAt(uint256 saleId, uint256 timestamp) external view returns (uint128);

    /// @notice A sale, whole; device zero when unknown.
    function sale(uint256 saleId) external view returns (Sale memory);

    /// @notice A redemption, whole; status None when unknown.
    function redemption(uint256 redemptionId) external view returns (Redemption memory);

    /// @notice The case about a redemption's run; stage None when nobody disputed it.
    function runHearing(uint256 redemptionId) external view returns (Hearing.Case memory);

    /// @notice From when on anybody may settle a redemption if nobody says more, unix seconds; zero: at once, or
    /// settled.
    function settleableAt(uint256 redemptionId) external view returns (uint256);

    /// @notice What of a slot is not counted yet.
    function outcomeOf(uint64 deviceId, uint64 slotIndex) external view returns (Outcome memory);

    /// @notice Most that a minute weighs in a plant's credit, minor units.
    function MINUTE_VALUE() external view returns (uint96);

    /// @notice Minutes of a token that are sold, paid for and neither redeemed, refunded nor expired.
    function unredeemed(uint256 tokenId) external view returns (uint24);

    /// @notice What an account can withdraw, minor units.
    function owed(address account) external view returns (uint128);
}
