// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { ERC1155 } from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Offices } from "../identity/Offices.sol";
import { CapacityIds } from "./CapacityIds.sol";
import { ICapacityTokens } from "./interfaces/ICapacityTokens.sol";

/// @title CapacityTokens
/// @notice See {ICapacityTokens}.
contract CapacityTokens is ICapacityTokens, ERC1155 {
    uint24 public constant MIN_SLOT_SECONDS = 15 minutes;
    uint24 public constant MAX_SLOT_SECONDS = 7 days;
    uint24 public constant MAX_NOTICE_SECONDS = 30 days;
    uint24 public constant MIN_STEP_SECONDS = 1 hours; // time to report, dispute, rule
    uint24 public constant MAX_STEP_SECONDS = 30 days;
    uint256 public constant MAX_AHEAD_SECONDS = 366 days; // money does not wait longer for a slot
    uint256 public constant MAX_BATCH = 64; // ids in one transfer

    IParticipants private immutable _PARTICIPANTS;

    uint64 private _lastDeviceId;
    mapping(uint64 deviceId => Device) private _devices;
    mapping(uint64 deviceId => mapping(uint64 slotIndex => Slot)) private _slots;
    mapping(address plant => mapping(bytes32 deviceRef => uint64 deviceId)) private _deviceFor;
    mapping(bytes32 deviceRef => uint64 deviceId) private _attestedDeviceFor;

    constructor(IParticipants participants) ERC1155("") {
        _PARTICIPANTS = participants;
    }

    /* DEVICES */

    /// @inheritdoc ICapacityTokens
    function registerDevice(DeviceTerms calldata terms) external returns (uint64 deviceId) {
        _checkTrader(msg.sender);
        if (terms.deviceRef == bytes32(0)) revert CapacityTokens_ZeroReference();
        deviceId = _deviceFor[msg.sender][terms.deviceRef];
        if (deviceId != 0) revert CapacityTokens_DeviceSeen(msg.sender, terms.deviceRef, deviceId);
        _checkAttester(terms.attester, msg.sender);
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
            attester: terms.attester,
            reportSeconds: terms.reportSeconds,
            disputeSeconds: terms.disputeSeconds,
            rulingSeconds: terms.rulingSeconds,
            deviceRef: terms.deviceRef
        });
        emit DeviceRegistered(deviceId, msg.sender, terms.deviceRef, terms);
    }

    /// @inheritdoc ICapacityTokens
    function nameAttester(uint64 deviceId, address attester) external {
        Device storage machine = _known(deviceId);
        if (msg.sender != machine.plant) revert CapacityTokens_NotThePlant(deviceId, msg.sender);
        _checkAttester(attester, msg.sender);
        machine.attester = attester;
        emit DeviceAttesterNamed(deviceId, attester);
    }

    /* SLOTS */

    /// @inheritdoc ICapacityTokens
    function attestCapacity(uint64 deviceId, uint64 slotIndex, uint24 attested, bytes32 evidenceRef) external {
        Device storage machine = _known(deviceId);
        Slot storage shift = _slots[deviceId][slotIndex];
        address attester = shift.attester == address(0) ? machine.attester : shift.attester;
        if (msg.sender != attester) revert CapacityTokens_NotTheAttester(deviceId, slotIndex, msg.sender);
        _checkOffice(attester);
        if (shift.failed) revert CapacityTokens_SlotFailed(deviceId, slotIndex);
        if (evidenceRef == bytes32(0)) revert CapacityTokens_ZeroReference();
        _bindReference(deviceId, machine.deviceRef);
        uint24 slotMinutes = machine.slotSeconds / 1 minutes;
        if (attested > slotMinutes) revert CapacityTokens_ExceedsSlot(deviceId, slotIndex, attested, slotMinutes);
        if (attested < shift.issued) {
            revert CapacityTokens_BelowIssued(deviceId, slotIndex, attested, shift.issued);
        }
        _checkNotExpired(deviceId, slotIndex);
        uint256 startsAt = _startOf(machine, slotIndex);
        uint256 latest = block.timestamp + MAX_AHEAD_SECONDS;
        if (startsAt > latest) revert CapacityTokens_SlotTooFarAhead(deviceId, slotIndex, startsAt, latest);

        shift.attester = attester;
        shift.attested = attested;
        emit CapacityAttested(deviceId, slotIndex, attester, attested, shift.issued, evidenceRef);
    }

    /// @inheritdoc ICapacityTokens
    function failSlot(uint64 deviceId, uint64 slotIndex, bytes32 reasonRef) external {
        Device storage machine = _known(deviceId);
        Slot storage shift = _slots[deviceId][slotIndex];
        if (shift.attester == address(0)) revert CapacityTokens_SlotNotAttested(deviceId, slotIndex);
        if (msg.sender == shift.attester) {
            _checkOffice(msg.sender);
        } else if (msg.sender != machine.plant) {
            revert CapacityTokens_NotPlantNorAttester(deviceId, slotIndex, msg.sender);
        }
        if (shift.failed) revert CapacityTokens_SlotFailed(deviceId, slotIndex);
        if (reasonRef == bytes32(0)) revert CapacityTokens_ZeroReference();
        _checkNotExpired(deviceId, slotIndex);

        shift.failed = true;
        emit SlotFailed(deviceId, slotIndex, msg.sender, reasonRef);
    }

    /* TOKENS */

    /// @inheritdoc ICapacityTokens
    function issue(address buyer, uint64 deviceId, uint64 slotIndex, uint128 pricePerMinute, uint24 quantity)
        external
        returns (uint256 tokenId)
    {
        _checkMarket();
        _checkLive(deviceId, slotIndex);
        if (quantity == 0) revert CapacityTokens_ZeroQuantity();
        Slot storage shift = _slots[deviceId][slotIndex];
        uint24 free = shift.attested - shift.issued;
        if (quantity > free) revert CapacityTokens_ExceedsFree(deviceId, slotIndex, quantity, free);

        tokenId = CapacityIds.pack(deviceId, slotIndex, pricePerMinute);
        shift.issued += quantity;
        emit CapacityIssued(tokenId, deviceId, buyer, slotIndex, pricePerMinute, quantity, shift.issued);
        _mint(buyer, tokenId, quantity, "");
    }

    /// @inheritdoc ICapacityTokens
    function burn(address holder, uint256 tokenId, uint24 quantity) external {
        _checkMarket();
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
    function tokenIdOf(uint64 deviceId, uint64 slotIndex, uint128 pricePerMinute) external pure returns (uint256) {
        return CapacityIds.pack(deviceId, slotIndex, pricePerMinute);
    }

    /// @inheritdoc ICapacityTokens
    function termsOf(uint256 tokenId)
        external
        pure
        returns (uint64 deviceId, uint64 slotIndex, uint128 pricePerMinute)
    {
        return CapacityIds.unpack(tokenId);
    }

    /* INTERNALS */

    /// @dev What moves is alive; who receives is active, can be paid a refund, and does not judge the device's runs.
    function _update(address from, address to, uint256[] memory ids, uint256[] memory values) internal override {
        if (to != address(0)) {
            if (ids.length > MAX_BATCH) revert CapacityTokens_BatchTooLarge(ids.length, MAX_BATCH);
            _checkTrader(to);
            for (uint256 i; i < ids.length; ++i) {
                (uint64 deviceId, uint64 slotIndex,) = CapacityIds.unpack(ids[i]);
                if (to == _devices[deviceId].plant) revert CapacityTokens_ReceiverIsThePlant(deviceId, to);
                if (to == _slots[deviceId][slotIndex].attester) {
                    revert CapacityTokens_ReceiverIsTheAttester(deviceId, slotIndex, to);
                }
                if (from != address(0)) _checkLive(deviceId, slotIndex);
            }
        }
        super._update(from, to, ids, values);
    }

    function _checkTrader(address account) private view {
        IParticipants.Participant memory record = _PARTICIPANTS.participant(account);
        // The settlement token lets nobody pay a mere custodian.
        if (record.registeredAt == 0 || record.suspended || record.capabilities == Offices.CUSTODIAN) {
            revert CapacityTokens_NotAParticipant(account);
        }
    }

    function _checkLive(uint64 deviceId, uint64 slotIndex) private view {
        _known(deviceId);
        Slot storage shift = _slots[deviceId][slotIndex];
        if (shift.attester == address(0)) revert CapacityTokens_SlotNotAttested(deviceId, slotIndex);
        if (shift.failed) revert CapacityTokens_SlotFailed(deviceId, slotIndex);
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

    function _checkAttester(address attester, address plant) private view {
        if (attester == plant) revert CapacityTokens_AttesterIsThePlant(attester);
        _checkOffice(attester);
    }

    function _checkOffice(address attester) private view {
        if (!IAccessControl(address(_PARTICIPANTS)).hasRole(Offices.ATTESTER, attester)) {
            revert CapacityTokens_AttesterWithoutOffice(attester);
        }
    }

    function _checkMarket() private view {
        if (!IAccessControl(address(_PARTICIPANTS)).hasRole(Offices.MARKET, msg.sender)) {
            revert CapacityTokens_NotTheMarket(msg.sender);
        }
    }

    function _checkTerm(uint256 actual, uint256 min, uint256 max) private pure {
        if (actual < min || actual > max) revert CapacityTokens_TermOutOfBounds(actual, min, max);
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
