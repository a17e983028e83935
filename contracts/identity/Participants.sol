// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { IParticipants } from "./interfaces/IParticipants.sol";
import { Offices } from "./Offices.sol";

/// @title Participants
/// @notice See {IParticipants}.
contract Participants is IParticipants, AccessControlDefaultAdminRules {
    uint8 private constant _ALL_CAPABILITIES =
        Offices.BUYER | Offices.SUPPLIER | Offices.CUSTODIAN | Offices.NODE | Offices.FINANCIER;

    mapping(address account => Participant record) private _participants;
    bool private _obligationsPaused;

    /// @param adminDelay Seconds that a change of the default admin waits.
    constructor(uint48 adminDelay, address admin) AccessControlDefaultAdminRules(adminDelay, admin) { }

    /* PARTICIPANTS */

    /// @inheritdoc IParticipants
    function register(address account, uint8 capabilities) external onlyRole(Offices.REGISTRAR) {
        if (account == address(0)) revert Participants_ZeroAccount();
        if (_participants[account].registeredAt != 0) revert Participants_AlreadyRegistered(account);
        if (capabilities == 0 || capabilities & ~_ALL_CAPABILITIES != 0) {
            revert Participants_UnknownCapabilities(capabilities);
        }
        _participants[account] =
            Participant({ registeredAt: uint40(block.timestamp), capabilities: capabilities, suspended: false });
        emit ParticipantRegistered(account, capabilities);
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
    function obligationsPaused() external view returns (bool) {
        return _obligationsPaused;
    }

    function _registered(address account) private view returns (Participant storage record) {
        record = _participants[account];
        if (record.registeredAt == 0) revert Participants_NotRegistered(account);
    }
}
