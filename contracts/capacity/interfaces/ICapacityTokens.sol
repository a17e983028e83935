// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC1155 } from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";

/// @title ICapacityTokens
/// @notice Rights to machine-minutes of one device in one slot (ERC-1155): one token is one minute. 产能证券化. The slots
/// of a device lie on a fixed grid, so two slots never share a minute; over all tokens of a slot no more minutes are
/// issued than its attester found free. A token carries in its id the market that sold it and the price per minute
/// that was paid for it: holders who paid alike hold alike, and what a token is worth when the plant fails is no
/// average that a cheap late sale could dilute. Tokens move between active participants until they expire,
/// `noticeSeconds` before their slot starts.
///
/// Several markets may issue, one edition beside another: all of them together never more than was attested. Only the
/// market that issued a token burns it, also after it lost its office, so what it sold drains whatever follows it.
///
/// Assumptions for safety:
/// - holders of attesters' posts attest minutes that are really free, and each physical device under one reference
/// only;
/// - only capacity markets hold the market office: they issue against money and burn what is redeemed, refunded or
/// expired.
/// Assumptions for liveness:
/// - none: this contract holds no money.
/// @custom:security-contact See SECURITY.md
interface ICapacityTokens is IERC1155 {
    /// @notice What the plant fixes for a device, once and for all.
    struct DeviceTerms {
        bytes32 deviceRef; // commitment to the device's record in the ERP
        bytes32 region; // whose days of force majeure do not count against the plant; zero: none
        uint32 attesterPost; // for slots attested from now on
        uint32 arbiterPost; // rules the runs of the device, for good
        uint40 gridStart; // unix seconds at which slot 0 starts
        uint24 slotSeconds; // length of a slot, whole minutes
        uint24 noticeSeconds; // tokens expire so long before their slot: the plant sets up
        uint24 reportSeconds; // the attester reports a run within this time of the slot's end
        uint24 disputeSeconds; // a party disputes a report so long after it or the slot's end, or its absence
        uint24 rulingSeconds; // the arbiter rules so long after the time for disputes
    }

    struct Device {
        // slot 0
        address plant; // zero: unknown
        uint40 gridStart;
        uint24 slotSeconds;
        uint24 noticeSeconds;
        // slot 1
        uint32 attesterPost;
        uint32 arbiterPost;
        uint24 reportSeconds;
        uint24 disputeSeconds;
        uint24 rulingSeconds;
        // slot 2
        bytes32 deviceRef;
        // slot 3
        bytes32 region;
    }

    struct Slot {
        // slot 0
        uint32 attesterPost; // of the first attestation, for good; zero: never attested
        uint24 attested; // minutes found free
        uint24 issued; // minutes ever issued, at whatever price; never more than attested
        bool failed; // the device is down: nothing is issued, moved or redeemed any more, all is refunded
    }

    /// @notice A plant registered a device whose machine-minutes can be sold.
    /// @custom:aggregate device:{deviceId}
    event DeviceRegistered(
        uint64 indexed deviceId, address indexed plant, bytes32 indexed deviceRef, DeviceTerms terms
    );
    /// @notice A plant named who attests the minutes of a device.
    /// @custom:aggregate device:{deviceId}
    event DeviceAttesterNamed(uint64 indexed deviceId, uint32 indexed attesterPost);
    /// @notice A device's attester said how many minutes of a slot are free for others.
    /// @custom:aggregate device:{deviceId}
    event CapacityAttested(
        uint64 indexed deviceId,
        uint64 indexed slotIndex,
        uint32 indexed attesterPost,
        address attester,
        uint24 attested,
        uint24 issued,
        bytes32 evidenceRef
    );
    /// @notice A market has this number in the ids of all tokens that it will issue.
    /// @custom:aggregate market:{number}
    event CapacityMarketNumbered(uint32 indexed number, address indexed market);
    /// @notice Sold minutes of a slot became tokens of their buyer.
    /// @custom:aggregate capacity:{tokenId}
    event CapacityIssued(
        uint256 indexed tokenId,
        uint64 indexed deviceId,
        address indexed buyer,
        uint64 slotIndex,
        uint32 market,
        uint96 pricePerMinute,
        uint24 quantity,
        uint24 issued
    );
    /// @notice Minutes that were redeemed, refunded or expired were burned.
    /// @custom:aggregate capacity:{tokenId}
    event CapacityBurned(uint256 indexed tokenId, address indexed holder, uint24 quantity);
    /// @notice A device cannot run in a slot: what was sold of it is refunded.
    /// @custom:aggregate device:{deviceId}
    event SlotFailed(uint64 indexed deviceId, uint64 indexed slotIndex, address indexed caller, bytes32 reasonRef);

    error CapacityTokens_NotAParticipant(address account);
    error CapacityTokens_NotTheMarket(address caller);
    error CapacityTokens_MarketWithoutNumber(address caller);
    error CapacityTokens_NotItsMarket(uint256 tokenId, address caller);
    error CapacityTokens_DeviceUnknown(uint64 deviceId);
    error CapacityTokens_DeviceSeen(address plant, bytes32 deviceRef, uint64 deviceId);
    error CapacityTokens_DeviceElsewhere(uint64 deviceId, bytes32 deviceRef, uint64 attestedDeviceId);
    error CapacityTokens_SlotNotWholeMinutes(uint24 slotSeconds);
    error CapacityTokens_NotThePlant(uint64 deviceId, address caller);
    error CapacityTokens_NotPlantNorAttester(uint64 deviceId, uint64 slotIndex, address caller);
    error CapacityTokens_SlotNotAttested(uint64 deviceId, uint64 slotIndex);
    error CapacityTokens_SlotFailed(uint64 deviceId, uint64 slotIndex);
    error CapacityTokens_SlotExpired(uint64 deviceId, uint64 slotIndex, uint256 timestamp, uint256 expiresAt);
    error CapacityTokens_SlotTooFarAhead(uint64 deviceId, uint64 slotIndex, uint256 startsAt, uint256 latest);
    error CapacityTokens_ExceedsSlot(uint64 deviceId, uint64 slotIndex, uint24 attested, uint24 slotMinutes);
    error CapacityTokens_BelowIssued(uint64 deviceId, uint64 slotIndex, uint24 attested, uint24 issued);
    error CapacityTokens_ExceedsFree(uint64 deviceId, uint64 slotIndex, uint24 quantity, uint24 free);
    error CapacityTokens_ZeroQuantity();
    error CapacityTokens_ReceiverIsThePlant(uint64 deviceId, address receiver);
    error CapacityTokens_BatchTooLarge(uint256 actual, uint256 max);

    /// @notice Makes a device of the caller one whose minutes can be attested and sold. 登记设备.
    /// @dev Emits {DeviceRegistered}. Requirements: caller is an active participant and no custodian, whom nobody could
    /// pay; reference not zero and new to this plant; terms within bounds; the posts are an attester's and an
    /// arbiter's, whose holders are no participants. Registering says nothing about the reference being the caller's:
    /// the first attestation does, see {attestCapacity}.
    /// @custom:erp DeviceRegistration
    /// @custom:pause open
    function registerDevice(DeviceTerms calldata terms) external returns (uint64 deviceId);

    /// @notice Names another attester's post for the slots of a device that nobody attested yet. 更换见证岗位.
    /// @dev Emits {DeviceAttesterNamed}. Requirements: device exists; caller is its plant; the post is an attester's. A
    /// slot once attested keeps its post, whoever holds it: buyers relied on it.
    /// @custom:erp DeviceAttester
    /// @custom:pause open
    function nameAttester(uint64 deviceId, uint32 attesterPost) external;

    /// @notice Says how many minutes of a slot are free for others, in all; may lower what is not issued yet. 见证空闲产能.
    /// @dev Emits {CapacityAttested}. Requirements: device exists; caller holds the attester's post of the slot (of
    /// the device when the slot is new); not failed; reference not zero; no other device was attested under
    /// this device's reference; issued <= attested <= minutes of the slot; slot not expired and at most
    /// MAX_AHEAD_SECONDS ahead.
    /// @param attested Machine-minutes, the new total.
    /// @param evidenceRef Commitment to the ERP document (machine schedule) behind it.
    /// @custom:erp CapacityAttestation
    /// @custom:pause open
    function attestCapacity(uint64 deviceId, uint64 slotIndex, uint24 attested, bytes32 evidenceRef) external;

    /// @notice Says that the device cannot run in a slot: everything sold of it is refunded at the price paid. 设备故障.
    /// @dev Emits {SlotFailed}. Requirements: device exists; slot attested; caller is the plant, or holds the
    /// slot's attester's post; not failed; before the slot's tokens expire. Later a failure shows in the reports of the
    /// runs. For good: the minutes of a failed slot cannot be sold again, at a better price.
    /// @custom:erp SlotFailure
    /// @custom:pause open
    function failSlot(uint64 deviceId, uint64 slotIndex, bytes32 reasonRef) external;

    /// @notice Gives the calling market its number, once and for good; later calls return it.
    /// @dev Emits {CapacityMarketNumbered} the first time. Requirements: caller holds the market office.
    /// @custom:erp none
    /// @custom:pause open
    function numberMarket() external returns (uint32 number);

    /// @notice Issues minutes that were paid for. 发行.
    /// @dev Emits {CapacityIssued} and the transfer events of ERC-1155; asks a receiver that is a contract.
    /// Requirements: caller holds the market office and has a number; device exists; slot attested, not failed, not
    /// expired; 0 < quantity <= attested - issued; buyer as in a transfer.
    /// @param pricePerMinute Minor units for a minute, kept in the token's id.
    /// @param quantity Machine-minutes.
    /// @custom:erp CapacityIssue
    /// @custom:pause open
    function issue(address buyer, uint64 deviceId, uint64 slotIndex, uint96 pricePerMinute, uint24 quantity)
        external
        returns (uint256 tokenId);

    /// @notice Burns minutes that were redeemed, refunded or expired. 注销.
    /// @dev Emits {CapacityBurned} and the transfer event of ERC-1155. Requirements: caller is the market that
    /// issued them, in office or no longer; held by the holder.
    /// @custom:erp CapacityBurn
    /// @custom:pause open
    function burn(address holder, uint256 tokenId, uint24 quantity) external;

    /// @notice A device, whole; plant zero when unknown.
    function device(uint64 deviceId) external view returns (Device memory);

    /// @notice A slot of a device; attester's post zero when nobody attested it.
    function slot(uint64 deviceId, uint64 slotIndex) external view returns (Slot memory);

    /// @notice The device that a plant registered under a reference; zero when none.
    function deviceFor(address plant, bytes32 deviceRef) external view returns (uint64 deviceId);

    /// @notice The only device that was ever attested under a reference; zero when none.
    function attestedDeviceFor(bytes32 deviceRef) external view returns (uint64 deviceId);

    /// @notice The times of a slot, unix seconds: its tokens live before `expiresAt`, the device runs in [startsAt,
    /// endsAt), runs are reported in [startsAt, reportEnd).
    function slotTimes(uint64 deviceId, uint64 slotIndex)
        external
        view
        returns (uint256 expiresAt, uint256 startsAt, uint256 endsAt, uint256 reportEnd);

    /// @notice The market that issued a token; zero when no market has the number in its id.
    function marketOf(uint256 tokenId) external view returns (address);

    /// @notice The number of a market in the ids of its tokens; zero: none yet.
    function marketNumberOf(address market) external view returns (uint32);

    /// @notice The id of a token: device, slot, market and price per minute, from the high bits down (64, 64, 32, 96).
    function tokenIdOf(uint64 deviceId, uint64 slotIndex, uint32 market, uint96 pricePerMinute)
        external
        pure
        returns (uint256 tokenId);

    /// @notice What a token's id says.
    function termsOf(uint256 tokenId)
        external
        pure
        returns (uint64 deviceId, uint64 slotIndex, uint32 market, uint96 pricePerMinute);
}
