// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ISealedOffices
/// @notice Offices that hold power over money are sealed (封存) after deployment: nobody gets one unseen.
/// While unsealed the default admin grants every office at once, as a deployment must. Once sealed, for good, SCORER,
/// AWARDER, CLAIM_ISSUER, MARKET and TREASURER are granted only to whom a grant was announced {GRANT_SECONDS} before,
/// with an event that everybody sees. Taking an office stays immediate.
/// @custom:security-contact See SECURITY.md
interface ISealedOffices {
    /// @notice From now on grants of sealed offices are announced.
    /// @custom:aggregate offices
    event ContractOfficesSealed(address indexed admin);
    /// @notice An office will be given to an account, within [grantableAt, expiresAt).
    /// @custom:aggregate offices
    event GrantAnnounced(bytes32 indexed office, address indexed account, uint40 grantableAt, uint40 expiresAt);
    /// @notice What was announced will not be.
    /// @custom:aggregate offices
    event GrantWithdrawn(bytes32 indexed office, address indexed account);

    error SealedOffices_AlreadySealed();
    error SealedOffices_NotSealed();
    error SealedOffices_NotASealedOffice(bytes32 office);
    error SealedOffices_NotAnnounced(bytes32 office, address account);
    error SealedOffices_NotYetGrantable(bytes32 office, address account, uint256 timestamp, uint256 grantableAt);
    error SealedOffices_AnnouncementExpired(bytes32 office, address account, uint256 timestamp, uint256 expiresAt);

    /// @notice Seals the offices that hold power over money, for good.
    /// @dev Emits {ContractOfficesSealed}. Requirements: caller is the default admin; not sealed.
    /// @custom:erp none
    /// @custom:pause open
    function sealContractOffices() external;

    /// @notice Announces that an account will get a sealed office, to be granted by `grantRole` within
    /// [{GRANT_SECONDS} from now, + {GRANT_WINDOW_SECONDS}).
    /// @dev Emits {GrantAnnounced}. Requirements: caller is the default admin; sealed; the office is a sealed one.
    /// @custom:erp none
    /// @custom:pause open
    function announceGrant(bytes32 office, address account) external;

    /// @notice Takes an announcement back.
    /// @dev Emits {GrantWithdrawn}. Requirements: caller is the default admin; it was announced.
    /// @custom:erp none
    /// @custom:pause open
    function withdrawGrant(bytes32 office, address account) external;

    /// @notice True once the offices are sealed.
    function contractOfficesSealed() external view returns (bool);

    /// @notice When an announced office may be granted, unix seconds; zero when nothing is announced.
    function grantableAt(bytes32 office, address account) external view returns (uint40);
}
