// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import { ISealedOffices } from "./interfaces/ISealedOffices.sol";
import { Offices } from "./Offices.sol";

/// @title SealedOffices
/// @notice See {ISealedOffices}.
abstract contract SealedOffices is ISealedOffices, AccessControlDefaultAdminRules {
    uint32 public constant GRANT_SECONDS = 2 days; // an announced grant is seen in this time
    uint32 public constant GRANT_WINDOW_SECONDS = 14 days; // and forgotten after this

    bool private _sealed;
    mapping(bytes32 office => mapping(address account => uint40 time)) private _grantableAt;

    /* SEAL AND ANNOUNCE */

    /// @inheritdoc ISealedOffices
    function sealContractOffices() external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (_sealed) revert SealedOffices_AlreadySealed();
        _sealed = true;
        emit ContractOfficesSealed(msg.sender);
    }

    /// @inheritdoc ISealedOffices
    function announceGrant(bytes32 office, address account) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (!_sealed) revert SealedOffices_NotSealed();
        if (!_isSealedOffice(office)) revert SealedOffices_NotASealedOffice(office);
        uint40 from = uint40(block.timestamp) + GRANT_SECONDS;
        _grantableAt[office][account] = from;
        emit GrantAnnounced(office, account, from, from + GRANT_WINDOW_SECONDS);
    }

    /// @inheritdoc ISealedOffices
    function withdrawGrant(bytes32 office, address account) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (_grantableAt[office][account] == 0) revert SealedOffices_NotAnnounced(office, account);
        delete _grantableAt[office][account];
        emit GrantWithdrawn(office, account);
    }

    /* GRANT */

    /// @inheritdoc AccessControlDefaultAdminRules
    /// @dev A sealed office was announced in time, and each announcement is good once.
    function grantRole(bytes32 role, address account) public override onlyRole(getRoleAdmin(role)) {
        if (_sealed && _isSealedOffice(role)) _useAnnouncement(role, account);
        super.grantRole(role, account);
    }

    /* VIEWS */

    /// @inheritdoc ISealedOffices
    function contractOfficesSealed() external view returns (bool) {
        return _sealed;
    }

    /// @inheritdoc ISealedOffices
    function grantableAt(bytes32 office, address account) external view returns (uint40) {
        return _grantableAt[office][account];
    }

    /* INTERNALS */

    function _useAnnouncement(bytes32 office, address account) private {
        uint256 from = _grantableAt[office][account];
        if (from == 0) revert SealedOffices_NotAnnounced(office, account);
        if (block.timestamp < from) {
            revert SealedOffices_NotYetGrantable(office, account, block.timestamp, from);
        }
        uint256 expiresAt = from + GRANT_WINDOW_SECONDS;
        if (block.timestamp >= expiresAt) {
            revert SealedOffices_AnnouncementExpired(office, account, block.timestamp, expiresAt);
        }
        delete _grantableAt[office][account];
    }

    function _isSealedOffice(bytes32 office) private pure returns (bool) {
        return office == Offices.SCORER || office == Offices.AWARDER || office == Offices.CLAIM_ISSUER
            || office == Offices.MARKET || office == Offices.TREASURER;
    }
}
