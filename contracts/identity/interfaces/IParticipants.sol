// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IPosts } from "./IPosts.sol";

/// @title IParticipants
/// @notice Who takes part, and who holds which office. 参与方与角色.
/// Participants are the parties of contracts (buyers, suppliers) and the contracts that hold their money. Offices are
/// the roles of operators, kept by OpenZeppelin's AccessControl with a delayed, two-step default admin.
///
/// Assumptions for safety:
/// - the default admin grants an office only to the key of the person or contract that fills it;
/// - a registrar registers an account only after checking that it belongs to the party it names.
/// Assumptions for liveness:
/// - none: a suspended participant keeps its money and its running orders, it only takes on nothing new.
/// @custom:security-contact See SECURITY.md
interface IParticipants is IPosts {
    /// @notice What is known of a participant.
    struct Participant {
        // slot 0
        uint40 registeredAt; // unix seconds; zero: never registered
        uint8 capabilities; // bit set of BUYER, SUPPLIER, CUSTODIAN, NODE, FINANCIER
        bool suspended;
    }

    /// @notice An account became a participant.
    /// @custom:aggregate participant:{account}
    event ParticipantRegistered(address indexed account, uint8 capabilities);
    /// @notice A participant may do more from now on.
    /// @custom:aggregate participant:{account}
    event CapabilitiesAdded(address indexed account, uint8 added, uint8 capabilities);
    /// @notice A participant was barred from new obligations.
    /// @custom:aggregate participant:{account}
    event ParticipantSuspended(address indexed account, bytes32 reasonRef);
    /// @notice The bar on a participant was lifted.
    /// @custom:aggregate participant:{account}
    event ParticipantReinstated(address indexed account);
    /// @notice A guardian stopped new obligations of everybody.
    /// @custom:aggregate obligations
    event ObligationsPaused(address indexed guardian);
    /// @notice A guardian let new obligations in again.
    /// @custom:aggregate obligations
    event ObligationsResumed(address indexed guardian);

    /// @notice A guardian retired a contract: nothing new begins in it, what runs there goes on to its end.
    /// @custom:aggregate room:{room}
    event RoomRetired(address indexed room, address indexed guardian);
    /// @notice A guardian took a retirement back.
    /// @custom:aggregate room:{room}
    event RoomUnretired(address indexed room, address indexed guardian);

    error Participants_ZeroAccount();
    error Participants_AlreadyRegistered(address account);
    error Participants_NotRegistered(address account);
    error Participants_UnknownCapabilities(uint8 capabilities);
    error Participants_AlreadySuspended(address account);
    error Participants_NotSuspended(address account);
    error Participants_AlreadyPaused();
    error Participants_NotPaused();
    error Participants_HoldsAPost(address account);
    error Participants_CustodianIsNothingElse(address account);
    error Participants_AlreadyRetired(address room);
    error Participants_NotRetired(address room);

    /// @notice Makes an account a participant with the given capabilities.
    /// @dev Emits {ParticipantRegistered}. Requirements: caller is a registrar; the account is new; capabilities are
    /// known.
    /// @param capabilities Bit set: 1 buyer, 2 supplier, 4 custodian (a contract that holds participants' money), 8
    /// node, 16 financier.
    /// @custom:erp PartyEnrolment
    /// @custom:pause open
    function register(address account, uint8 capabilities) external;

    /// @notice Adds capabilities to a participant, which keeps its account, history and money.
    /// @dev Emits {CapabilitiesAdded}. Requirements: caller is a registrar; registered; at least one is new; neither
    /// the participant is a custodian nor becomes one.
    /// @param added Bit set as in {register}.
    /// @custom:erp PartyEnrolment
    /// @custom:pause open
    function addCapabilities(address account, uint8 added) external;

    /// @notice Bars a participant from new obligations; what runs goes on.
    /// @dev Emits {ParticipantSuspended}. Requirements: caller is a registrar; registered; not suspended.
    /// @param reasonRef Commitment to the ERP document that gives the reason.
    /// @custom:erp PartySuspension
    /// @custom:pause open
    function suspend(address account, bytes32 reasonRef) external;

    /// @notice Lifts a suspension.
    /// @dev Emits {ParticipantReinstated}. Requirements: caller is a registrar; suspended.
    /// @custom:erp PartyReinstatement
    /// @custom:pause open
    function reinstate(address account) external;

    /// @notice Stops new obligations everywhere (opening a tender, committing a bid). Money always finds its way out.
    /// @dev Emits {ObligationsPaused}. Requirements: caller is a guardian; not paused.
    /// @custom:erp none (an operator's switch)
    /// @custom:pause open
    function pauseObligations() external;

    /// @notice Allows new obligations again.
    /// @dev Emits {ObligationsResumed}. Requirements: caller is a guardian; paused.
    /// @custom:erp none (an operator's switch)
    /// @custom:pause open
    function resumeObligations() external;

    /// @notice Retires one contract: nothing new begins in it. What is open there goes on: bids are revealed, bets
    /// amended, roles filled again, guarantees pledged.
    /// @dev Emits {RoomRetired}. Requirements: caller is a guardian; not retired.
    /// @custom:erp none
    /// @custom:pause open
    function retire(address room) external;

    /// @notice Takes a retirement back.
    /// @dev Emits {RoomUnretired}. Requirements: caller is a guardian; retired.
    /// @custom:erp none
    /// @custom:pause open
    function unretire(address room) external;

    /// @notice The record of an account; all zero when it was never registered.
    function participant(address account) external view returns (Participant memory);

    /// @notice True when the account was ever registered: it may hold and move settlement tokens.
    function isRegistered(address account) external view returns (bool);

    /// @notice True when the account is registered, not suspended, and has every capability in the bit set.
    function isActive(address account, uint8 capabilities) external view returns (bool);

    /// @notice Both questions that a new obligation asks, in one: {isActive}, and {obligationsPaused}.
    function mayTakeOn(address account, uint8 capabilities) external view returns (bool active, bool paused);

    /// @notice Whether a participant may begin something new in the contract that asks (the caller): a tender, an
    /// order, a bet, a group, a sale.
    /// @return active As {isActive}.
    /// @return stopped True while a guardian has stopped new obligations, or has retired the caller.
    function mayOpen(address account, uint8 capabilities) external view returns (bool active, bool stopped);

    /// @notice True for a contract that a guardian retired.
    function isRetired(address room) external view returns (bool);

    /// @notice True while a guardian has stopped new obligations.
    function obligationsPaused() external view returns (bool);
}
