// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "./IBetBook.sol";

/// @title IBetSigning
/// @notice How a bet comes about, and how it is changed by all who are in it. See {IBetContracts}.
interface IBetSigning is IBetBook {
    error BetContracts_AlreadySigned(uint256 betId, address account);

    /// @notice Proposes a bet and pays in the most that may be shared. 发起对赌.
    /// @dev Emits {BetProposed}. Requirements: nothing stopped; caller is an active node; terms as in
    /// {IBetRules.checkTerms}; value pool approved.
    /// @custom:erp BetContract
    /// @custom:pause stops
    function proposeBet(BetTerms calldata terms) external returns (uint256 betId);

    /// @notice Brings in one party's signature and takes its stake; the last one makes the bet active. 签署契约.
    /// Anybody may call: the signature of {IBetRules.betDigest} is the consent. Contracts sign by ERC-1271.
    /// @dev Emits {BetSigned}, and {BetActivated} with the last. Requirements: Proposed; not paused; the party is an
    /// active node and signs the first time; its terms are a leaf of the tree and within bounds; signature valid;
    /// before its deadline and signBy; stake approved.
    /// @custom:erp BetSignature
    /// @custom:pause stops
    function signBet(uint256 betId, SignedPledge calldata signed) external;

    /// @notice Ends a bet that not everybody signed in time. Anybody may call. 契约作废.
    /// @dev Emits {BetVoided}. Requirements: Proposed; from signBy on.
    /// @custom:erp BetVoid
    /// @custom:pause open
    function voidBet(uint256 betId) external;

    /// @notice Pays more into the pool of a running bet. 追加增值池. What is not shared of it returns to the sponsor.
    /// @dev Emits {BetPoolToppedUp}. Requirements: Active; before the value added is reported and its
    /// time is over; the pool stays within bounds; amount approved.
    /// @custom:erp BetPoolTopUp
    /// @custom:pause open
    function topUpPool(uint256 betId, uint64 amount) external;

    /// @notice Takes over what all agreed to; a newcomer pays in its stake. 变更生效.
    /// @dev Emits {BetAmendmentAgreed}. Requirements: caller is the contract of amendments; Active; the newcomer's
    /// stake within bounds and approved.
    /// @custom:erp BetAmendment
    /// @custom:pause stops
    function adoptAmendment(uint256 betId, uint256 amendmentId, Adoption calldata adoption) external;
}
