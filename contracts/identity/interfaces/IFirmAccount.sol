// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC1271 } from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import { IERC1155Receiver } from "@openzeppelin/contracts/token/ERC1155/IERC1155Receiver.sol";

/// @title IFirmAccount
/// @notice The account of a firm (企业账户): an address that stays while its keys come and go.
/// What the firm owns, owes and has earned hangs on the address: tokens, orders, claims, bets, credit. One key owns the
/// account, acts through it and signs for it. A routine change is a hand-over in two steps; after a loss or a theft a
/// registrar announces a successor, who takes the account after a time in which everybody sees it coming.
///
/// Signatures: the owner signs `FirmMessage(bytes32 digest)` under the account's own EIP-712 domain ("Interlock firm
/// account", "1"), never the bare digest. So one signature is one account's word: it says nothing for another account
/// of the same owner, nor for the owner's key as a party of its own. An owner may be a contract, an account like this
/// one too: each wraps once, outermost first. What a former owner signed counts for nothing from the change on.
///
/// Recovery, and why a veto cannot lock a firm out: the owner may veto a first announcement, for nobody else knows so
/// soon that it is false. A veto by a thief must not last, so what is announced within {CONTEST_SECONDS} after a veto
/// cannot be vetoed; it waits {CONTESTED_SECONDS} instead of {RECOVERY_SECONDS}. In that time the thief cannot shake it
/// off, by a hand-over neither; an honest firm has it to call on the default admin, who takes the registrar's office:
/// what a registrar announced is void without it. Nobody's word alone decides: not the owner's, not the registrar's.
///
///     day 0    a registrar announces S             S may take it on day 14, until day 28
///     day 3    whoever has the key vetoes          nothing is announced
///     day 5    a registrar announces S again       contested: S may take it on day 65, until day 79, no veto
///     day 65   S takes the account                 the thief's key is nobody's
///
/// Assumptions for safety:
/// - the owner keeps its key; between a theft and the recovery the thief is the firm;
/// - a registrar announces only whom the firm named, face to face;
/// - the default admin takes the office of a registrar that does not.
/// Assumptions for liveness:
/// - a registrar holds its office from the announcement until the account is taken.
/// @custom:security-contact See SECURITY.md
interface IFirmAccount is IERC1271, IERC1155Receiver {
    /// @notice One call of a batch.
    struct Call {
        address target;
        bytes data;
    }

    /// @notice What a registrar announced.
    struct Recovery {
        // slot 0
        address successor; // zero: nothing is announced
        uint40 takeableAt; // unix seconds from which the successor may take the account
        bool vetoable; // false: contested, announced soon after a veto
        // slot 1
        address registrar; // who announced it; it is void without the office
    }

    /// @notice The account made a call.
    /// @custom:aggregate firm
    event CallExecuted(address indexed target, bytes4 indexed selector);
    /// @notice The owner offered the account to an heir, or took the offer back (heir zero).
    /// @custom:aggregate firm
    event OwnershipOffered(address indexed owner, address indexed heir);
    /// @notice The heir took the account.
    /// @custom:aggregate firm
    event OwnershipTaken(address indexed previousOwner, address indexed owner);
    /// @notice A registrar announced who may take the account, or took that back (successor zero).
    /// @dev Within [takeableAt, expiresAt), which mean nothing where the successor is zero.
    /// @custom:aggregate firm
    event RecoveryAnnounced(
        address indexed successor, address indexed registrar, uint40 takeableAt, uint40 expiresAt, bool vetoable
    );
    /// @notice The owner refused a recovery.
    /// @custom:aggregate firm
    event RecoveryVetoed(address indexed owner, address indexed successor);
    /// @notice The successor took the account.
    /// @custom:aggregate firm
    event AccountRecovered(address indexed previousOwner, address indexed owner, address indexed registrar);

    error FirmAccount_ZeroOwner();
    error FirmAccount_NotTheOwner(address caller);
    error FirmAccount_NotTheHeir(address caller);
    error FirmAccount_NotARegistrar(address account);
    error FirmAccount_OwnsItself();
    error FirmAccount_CallsOutOfBounds(uint256 calls, uint256 max);
    error FirmAccount_NothingAnnounced();
    error FirmAccount_NotTheSuccessor(address caller);
    error FirmAccount_Contested(uint256 vetoedAt);
    error FirmAccount_NotYetTakeable(uint256 timestamp, uint256 takeableAt);
    error FirmAccount_RecoveryExpired(uint256 timestamp, uint256 expiresAt);

    /// @notice Calls a contract as the firm; a refusal of the contract is passed on as it is.
    /// @dev Emits {CallExecuted}. Requirements: caller is the owner; the target is a contract.
    /// @return result What the target returned.
    /// @custom:erp none
    /// @custom:pause open
    function execute(address target, bytes calldata data) external returns (bytes memory result);

    /// @notice Makes several calls as the firm, in order, all or none.
    /// @dev Emits {CallExecuted} for each. Requirements: as {execute}; at least one call, at most {MAX_CALLS}.
    /// @return results What the targets returned.
    /// @custom:erp none
    /// @custom:pause open
    function executeBatch(Call[] calldata calls) external returns (bytes[] memory results);

    /// @notice Offers the account to an heir, who becomes its owner by {takeOwnership}; zero takes the offer back.
    /// @dev Emits {OwnershipOffered}. Requirements: caller is the owner; the heir is not the account itself.
    /// @custom:erp none
    /// @custom:pause open
    function offerOwnership(address successor) external;

    /// @notice Takes an account that was offered to the caller. An announced recovery stays, unless it was the
    /// caller's.
    /// @dev Emits {OwnershipTaken}. Requirements: caller is the heir.
    /// @custom:erp none
    /// @custom:pause open
    function takeOwnership() external;

    /// @notice Announces who may take the account, since its key was lost or stolen; zero takes that back.
    /// @dev Emits {RecoveryAnnounced}. Requirements: caller is a registrar; the successor is not the account itself.
    /// @custom:erp none
    /// @custom:pause open
    function announceRecovery(address successor) external;

    /// @notice Refuses an announced recovery: the key is where it belongs.
    /// @dev Emits {RecoveryVetoed}. Requirements: caller is the owner; a recovery is announced, and none was vetoed
    /// within {CONTEST_SECONDS} before its announcement.
    /// @custom:erp none
    /// @custom:pause open
    function vetoRecovery() external;

    /// @notice Takes the account as announced. What the former owner offered ends.
    /// @dev Emits {AccountRecovered}. Requirements: caller is the successor; its time has come and is not over; who
    /// announced it is still a registrar.
    /// @custom:erp none
    /// @custom:pause open
    function takeRecovery() external;

    /// @notice Whose key acts and signs for the account.
    function owner() external view returns (address);

    /// @notice To whom the account is offered; zero: nobody.
    function heir() external view returns (address);

    /// @notice What a registrar announced.
    function recovery() external view returns (Recovery memory);

    /// @notice When the owner last refused a recovery, unix seconds; zero: never.
    function vetoedAt() external view returns (uint40);

    /// @notice Where registrars are looked up.
    function PARTICIPANTS() external view returns (address);

    /// @notice What the owner signs so that the account agrees to `digest`.
    function messageOf(bytes32 digest) external view returns (bytes32);
}
