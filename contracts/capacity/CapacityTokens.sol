// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ERC1155 } from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { Room } from "../room/Room.sol";
import { CapacityIds } from "./CapacityIds.sol";
import { ICapacityTokens } from "./interfaces/ICapacityTokens.sol";

/// @title CapacityTokens
/// @notice See {ICapacityTokens}. Lasting: markets come and go beside each other, devices and minutes stay.
contract CapacityTokens is ICapacityTokens, ERC1155, Room {
    uint24 public constant MIN_SLOT_SECONDS = 15 minutes;
    uint24 public constant MAX_SLOT_SECONDS = 7 days;
    uint24 public constant MAX_NOTICE_SECONDS = 30 days;
    uint24 public constant MIN_STEP_SECONDS = 1 hours; // time to report, dispute, rule
    uint24 public constant MAX_STEP_SECONDS = 30 days;
    uint256 public constant MAX_AHEAD_SECONDS = 366 days; // money does not wait longer for a slot
    uint256 public constant MAX_BATCH = 64; // ids in one transfer

    uint64 private _lastDeviceId;
    uint32 private _lastMarket;
    mapping(uint64 deviceId => Device) private _devices;
    mapping(uint64 deviceId => mapping(uint64 slotIndex => Slot)) private _slots;
    mapping(address plant => mapping(bytes32 deviceRef => uint64 deviceId)) private _deviceFor;
    mapping(bytes32 deviceRef => uint64 deviceId) private _attestedDeviceFor;
    mapping(address market => uint32 number) private _numberFor;
    mapping(uint32 number => address market) private _markets;

    constructor(IParticipants participants) ERC1155("") Room(participants, 0) { }

    /* DEVICES */

    /// @inheritdoc ICapacityTokens
    function registerDevice(DeviceTerms calldata terms) external returns (uint64 deviceId) {
        _checkTrader(msg.sender);
        _checkReference(terms.deviceRef);
        deviceId = _deviceFor[msg.sender][terms.deviceRef];
        if (deviceId != 0) revert CapacityTokens_DeviceSeen(msg.sender, terms.deviceRef, deviceId);
        _checkPost(terms.attesterPost, Offices.ATTESTER);
        _checkPost(terms.arbiterPost, Offices.ARBITER);
        _checkTerm(terms.slotSeconds, MIN_SLOT_SECONDS, MAX_SLOT_SECONDS);
        if (terms.slotSeconds % 1 minutes != 0) revert CapacityTokens_SlotNotWholeMinutes(terms.slotSeconds);
        _checkTerm(terms.noticeSeconds, 0, MAX_NOTICE_SECONDS);
        _checkTerm(terms.reportSeconds, MIN_STEP_SECONDS, MAX_STEP_SECONDS);
        _checkTerm(terms.disputeSeconds, MIN_STEP_SECONDS, MAX_STEP_SECONDS);
        _checkTerm(terms.rulingSeconds, MIN_STEP_SECONDS, MAX_STEP_SECONDS);

        deviceId = ++_lastDeviceId;
        _deviceFor[msg.sender][terms.deviceRef] = deviceId;
        _devices[deviceId] = Device({
            plant: msg.sender,
            gridStart: terms.gridStart,
            slotSeconds: terms.slotSeconds,
            noticeSeconds: terms.noticeSeconds,
            attesterPost: terms.attesterPost,
            arbiterPost: terms.arbiterPost,
            reportSeconds: terms.reportSeconds,
            disputeSeconds: terms.disputeSeconds,
            rulingSeconds: terms.rulingSeconds,
            deviceRef: terms.deviceRef,
            region: terms.region
        });
        emit DeviceRegistered(deviceId, msg.sender, terms.deviceRef, terms);
    }

    /// @inheritdoc ICapacityTokens
    function nameAttester(uint64 deviceId, uint32 attesterPost) external {
        Device storage machine = _known(deviceId);
        if (msg.sender != machine.plant) revert CapacityTokens_NotThePlant(deviceId, msg.sender);
        _checkPost(attesterPost, Offices.ATTESTER);
        machine.attesterPost = attesterPost;
        emit DeviceAttesterNamed(deviceId, attesterPost);
    }

    /* SLOTS */

    /// @inheritdoc ICapacityTokens
    function attestCapacity(uint64 deviceId, uint64 slotIndex, uint24 attested, bytes32 evidenceRef) external {
        Device storage machine = _known(deviceId);
        Slot storage record = _slots[deviceId][slotIndex];
        uint32 attesterPost = record.attesterPost == 0 ? machine.attesterPost : record.attesterPost;
        _checkHolder(attesterPost);
        if (record.failed) revert CapacityTokens_SlotFailed(deviceId, slotIndex);
        _checkReference(evidenceRef);
        _bindReference(deviceId, machine.deviceRef);
        uint24 slotMinutes = machine.slotSeconds / 1 minutes;
        if (attested > slotMinutes) revert CapacityTokens_ExceedsSlot(deviceId, slotIndex, attested, slotMinutes);
        if (attested < record.issued) {
            revert CapacityTokens_BelowIssued(deviceId, slotIndex, attested, record.issued);
        }
        _checkNotExpired(deviceId, slotIndex);
        uint256 startsAt = _startOf(machine, slotIndex);
        uint256 latest = block.timestamp + MAX_AHEAD_SECONDS;
        if (startsAt > latest) revert CapacityTokens_SlotTooFarAhead(deviceId, slotIndex, startsAt, latest);

        record.attesterPost = attesterPost;
        record.attested = attested;
        emit CapacityAttested(deviceId, slotIndex, attesterPost, msg.sender, attested, record.issued, evidenceRef);
    }

    /// @inheritdoc ICapacityTokens
    function failSlot(uint64 deviceId, uint64 slotIndex, bytes32 reasonRef) external {
        Device storage machine = _known(deviceId);
        Slot storage record = _slots[deviceId][slotIndex];
        if (record.attesterPost == 0) revert CapacityTokens_SlotNotAttested(deviceId, slotIndex);
        if (msg.sender != machine.plant && msg.sender != _PARTICIPANTS.holderOf(record.attesterPost)) {
            revert CapacityTokens_NotPlantNorAttester(deviceId, slotIndex, msg.sender);
        }
        if (record.failed) revert CapacityTokens_SlotFailed(deviceId, slotIndex);
        _checkReference(reasonRef);
        _checkNotExpired(deviceId, slotIndex);

        record.failed = true;
        emit SlotFailed(deviceId, slotIndex, msg.sender, reasonRef);
    }

    /* TOKENS */

    /// @inheritdoc ICapacityTokens
    function numberMarket() external returns (uint32 number) {
        _checkMarket();
        number = _numberFor[msg.sender];
        if (number != 0) return number;
        number = ++_lastMarket;
        _numberFor[msg.sender] = number;
        _markets[number] = msg.sender;
        emit CapacityMarketNumbered(number, msg.sender);
    }

    /// @inheritdoc ICapacityTokens
    function issue(address buyer, uint64 deviceId, uint64 slotIndex, uint96 pricePerMinute, uint24 quantity)
        external
        returns (uint256 tokenId)
    {
        _checkMarket();
        uint32 market = _numberFor[msg.sender];
        if (market == 0) revert CapacityTokens_MarketWithoutNumber(msg.sender);
        _checkLive(deviceId, slotIndex);
        if (quantity == 0) revert CapacityTokens_ZeroQuantity();
        Slot storage record = _slots[deviceId][slotIndex];
        uint24 free = record.attested - record.issued;
        if (quantity > free) revert CapacityTokens_ExceedsFree(deviceId, slotIndex, quantity, free);

        tokenId = CapacityIds.pack(deviceId, slotIndex, market, pricePerMinute);
        record.issued += quantity;
        emit CapacityIssued(tokenId, deviceId, buyer, slotIndex, market, pricePerMinute, quantity, record.issued);
        _mint(buyer, tokenId, quantity, "");
    }

    /// @inheritdoc ICapacityTokens
    function burn(address holder, uint256 tokenId, uint24 quantity) external {
        if (msg.sender != marketOf(tokenId)) revert CapacityTokens_NotItsMarket(tokenId, msg.sender);
        emit CapacityBurned(tokenId, holder, quantity);
        _burn(holder, tokenId, quantity);
    }

    /* VIEWS */

    /// @inheritdoc ICapacityTokens
    function device(uint64 deviceId) external view returns (Device memory) {
        return _devices[deviceId];
    }

    /// @inheritdoc ICapacityTokens
    function slot(uint64 deviceId, uint64 slotIndex) external view returns (Slot memory) {
        return _slots[deviceId][slotIndex];
    }

    /// @inheritdoc ICapacityTokens
    function deviceFor(address plant, bytes32 deviceRef) external view returns (uint64 deviceId) {
        return _deviceFor[plant][deviceRef];
    }

    /// @inheritdoc ICapacityTokens
    function attestedDeviceFor(bytes32 deviceRef) external view returns (uint64 deviceId) {
        return _attestedDeviceFor[deviceRef];
    }

    /// @inheritdoc ICapacityTokens
    function slotTimes(uint64 deviceId, uint64 slotIndex)
        external
        view
        returns (uint256 expiresAt, uint256 startsAt, uint256 endsAt, uint256 reportEnd)
    {
        Device storage machine = _known(deviceId);
        startsAt = _startOf(machine, slotIndex);
        expiresAt = _expiryOf(machine, slotIndex);
        endsAt = startsAt + machine.slotSeconds;
        reportEnd = endsAt + machine.reportSeconds;
    }

    /// @inheritdoc ICapacityTokens
    function marketOf(uint256 tokenId) public view returns (address) {
        (,, uint32 market,) = CapacityIds.unpack(tokenId);
        return _markets[market];
    }

    /// @inheritdoc ICapacityTokens
    function marketNumberOf(address market) external view returns (uint32) {
        return _numberFor[market];
    }

    /// @inheritdoc ICapacityTokens
    function tokenIdOf(uint64 deviceId, uint64 slotIndex, uint32 market, uint96 pricePerMinute)
        external
        pure
        returns (uint256)
    {
        return CapacityIds.pack(deviceId, slotIndex, market, pricePerMinute);
    }

    /// @inheritdoc ICapacityTokens
    function termsOf(uint256 tokenId)
        external
        pure
        returns (uint64 deviceId, uint64 slotIndex, uint32 market, uint96 pricePerMinute)
    {
        return CapacityIds.unpack(tokenId);
    }

    /* INTERNALS */

    /// @dev What moves is alive; who receives is active, can be paid a refund, and is not the plant. Who judges the
    /// device's runs holds a post, so it is no participant and receives nothing.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        if (to != address(0)) {
            if (ids.length > MAX_BATCH) revert CapacityTokens_BatchTooLarge(ids.length, MAX_BATCH);
            _checkTrader(to);
            for (uint256 i; i < ids.length; ++i) {
                (uint64 deviceId, uint64 slotIndex) = CapacityIds.placeOf(ids[i]);
                if (to == _devices[deviceId].plant) revert CapacityTokens_ReceiverIsThePlant(deviceId, to);
                if (from != address(0)) _checkLive(deviceId, slotIndex);
            }
        }
        super._update(from, to, ids, values);
    }

    function _checkTrader(address account) private view {
        IParticipants.Participant memory record = _PARTICIPANTS.participant(account);
        // The settlement token lets nobody pay a custodian.
        if (record.registeredAt == 0 || record.suspended || record.capabilities == Offices.CUSTODIAN) {
            revert CapacityTokens_NotAParticipant(account);
        }
    }

    function _checkLive(uint64 deviceId, uint64 slotIndex) private view {
        _known(deviceId);
        Slot storage record = _slots[deviceId][slotIndex];
        if (record.attesterPost == 0) revert CapacityTokens_SlotNotAttested(deviceId, slotIndex);
        if (record.failed) revert CapacityTokens_SlotFailed(deviceId, slotIndex);
        _checkNotExpired(deviceId, slotIndex);
    }

    function _checkNotExpired(uint64 deviceId, uint64 slotIndex) private view {
        uint256 expiresAt = _expiryOf(_devices[deviceId], slotIndex);
        if (block.timestamp >= expiresAt) {
            revert CapacityTokens_SlotExpired(deviceId, slotIndex, block.timestamp, expiresAt);
        }
    }

    /// @dev The first attestation decides whose a reference is: registering alone could be a stranger's.
    function _bindReference(uint64 deviceId, bytes32 deviceRef) private {
        uint64 attestedId = _attestedDeviceFor[deviceRef];
        if (attestedId == 0) _attestedDeviceFor[deviceRef] = deviceId;
        else if (attestedId != deviceId) revert CapacityTokens_DeviceElsewhere(deviceId, deviceRef, attestedId);
    }

    function _checkMarket() private view {
        if (!_holds(Offices.MARKET, msg.sender)) revert CapacityTokens_NotTheMarket(msg.sender);
    }

    function _known(uint64 deviceId) private view returns (Device storage machine) {
        machine = _devices[deviceId];
        if (machine.plant == address(0)) revert CapacityTokens_DeviceUnknown(deviceId);
    }

    function _startOf(Device storage machine, uint64 slotIndex) private view returns (uint256) {
        return uint256(machine.gridStart) + uint256(slotIndex) * machine.slotSeconds;
    }

    /// @dev Never below zero: a grid that starts before the notice has no slot to sell there.
    function _expiryOf(Device storage machine, uint64 slotIndex) private view returns (uint256) {
        uint256 startsAt = _startOf(machine, slotIndex);
        return startsAt > machine.noticeSeconds ? startsAt - machine.noticeSeconds : 0;
    }
}
