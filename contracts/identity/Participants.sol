// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { IParticipants } from "./interfaces/IParticipants.sol";
import { Offices } from "./Offices.sol";
import { Posts } from "./Posts.sol";
import { SealedOffices } from "./SealedOffices.sol";

/// @title Participants
/// @notice See {IParticipants}.
contract Participants is IParticipants, Posts, SealedOffices {
    uint8 private constant _ALL_CAPABILITIES =
        Offices.BUYER | Offices.SUPPLIER | Offices.CUSTODIAN | Offices.NODE | Offices.FINANCIER;

    mapping(address account => Participant record) private _participants;
    mapping(address room => bool retired) private _retired;
    bool private _obligationsPaused;

    /// @param adminDelay Seconds that a change of the default admin waits.
    constructor(uint48 adminDelay, address admin) AccessControlDefaultAdminRules(adminDelay, admin) { }

    /* PARTICIPANTS */

    /// @inheritdoc IParticipants
    function register(address account, uint8 capabilities) external onlyRole(Offices.REGISTRAR) {
        if (account == address(0)) revert Participants_ZeroAccount();
        if (_participants[account].registeredAt != 0) revert Participants_AlreadyRegistered(account);
        if (_holdsAPost(account)) revert Participants_HoldsAPost(account);
        if (capabilities == 0 || capabilities & ~_ALL_CAPABILITIES != 0) {
            revert Participants_UnknownCapabilities(capabilities);
        }
        if (capabilities & Offices.CUSTODIAN != 0 && capabilities != Offices.CUSTODIAN) {
            revert Participants_CustodianIsNothingElse(account);
        }
        _participants[account] =
            Participant({ registeredAt: uint40(block.timestamp), capabilities: capabilities, suspended: false });
        emit ParticipantRegistered(account, capabilities);
    }

    /// @inheritdoc IParticipants
    function addCapabilities(address account, uint8 added) external onlyRole(Offices.REGISTRAR) {
        Participant storage record = _registered(account);
        uint8 before = record.capabilities;
        // What holds others' money is a contract and nothing else, from its registration on.
        if ((before | added) & Offices.CUSTODIAN != 0) revert Participants_CustodianIsNothingElse(account);
        if (added & ~_ALL_CAPABILITIES != 0 || added & ~before == 0) revert Participants_UnknownCapabilities(added);
        record.capabilities = before | added;
        emit CapabilitiesAdded(account, added, before | added);
    }

    /// @inheritdoc IParticipants
    function suspend(address account, bytes32 reasonRef) external onlyRole(Offices.REGISTRAR) {
        Participant storage record = _registered(account);
        if (record.suspended) revert Participants_AlreadySuspended(account);
        record.suspended = true;
        emit ParticipantSuspended(account, reasonRef);
    }

    /// @inheritdoc IParticipants
    function reinstate(address account) external onlyRole(Offices.REGISTRAR) {
        Participant storage record = _registered(account);
        if (!record.suspended) revert Participants_NotSuspended(account);
        record.suspended = false;
        emit ParticipantReinstated(account);
    }

    /* STOPPING */

    /// @inheritdoc IParticipants
    function pauseObligations() external onlyRole(Offices.GUARDIAN) {
        if (_obligationsPaused) revert Participants_AlreadyPaused();
        _obligationsPaused = true;
        emit ObligationsPaused(msg.sender);
    }

    /// @inheritdoc IParticipants
    function resumeObligations() external onlyRole(Offices.GUARDIAN) {
        if (!_obligationsPaused) revert Participants_NotPaused();
        _obligationsPaused = false;
        emit ObligationsResumed(msg.sender);
    }

    /// @inheritdoc IParticipants
    function retire(address room) external onlyRole(Offices.GUARDIAN) {
        if (_retired[room]) revert Participants_AlreadyRetired(room);
        _retired[room] = true;
        emit RoomRetired(room, msg.sender);
    }

    /// @inheritdoc IParticipants
    function unretire(address room) external onlyRole(Offices.GUARDIAN) {
        if (!_retired[room]) revert Participants_NotRetired(room);
        _retired[room] = false;
        emit RoomUnretired(room, msg.sender);
    }

    /* VIEWS */

    /// @inheritdoc IParticipants
    function participant(address account) external view returns (Participant memory) {
        return _participants[account];
    }

    /// @inheritdoc IParticipants
    function isRegistered(address account) external view returns (bool) {
        return _participants[account].registeredAt != 0;
    }

    /// @inheritdoc IParticipants
    function isActive(address account, uint8 capabilities) public view returns (bool) {
        Participant storage record = _participants[account];
        return record.registeredAt != 0 && !record.suspended && record.capabilities & capabilities == capabilities;
    }

    /// @inheritdoc IParticipants
    function mayTakeOn(address account, uint8 capabilities) external view returns (bool active, bool paused) {
        return (isActive(account, capabilities), _obligationsPaused);
    }

    /// @inheritdoc IParticipants
    function mayOpen(address account, uint8 capabilities) external view returns (bool active, bool stopped) {
        return (isActive(account, capabilities), _obligationsPaused || _retired[msg.sender]);
    }

    /// @inheritdoc IParticipants
    function isRetired(address room) external view returns (bool) {
        return _retired[room];
    }

    /// @inheritdoc IParticipants
    function obligationsPaused() external view returns (bool) {
        return _obligationsPaused;
    }

    function _checkAdmin() internal view override {
        _checkRole(DEFAULT_ADMIN_ROLE);
    }

    function _isParticipant(address account) internal view override returns (bool) {
        return _participants[account].registeredAt != 0;
    }

    function _registered(address account) private view returns (Participant storage record) {
        record = _participants[account];
        if (record.registeredAt == 0) revert Participants_NotRegistered(account);
    }
}
