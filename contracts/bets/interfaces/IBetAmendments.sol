// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "./IBetBook.sol";

/// @title IBetAmendments
/// @notice How all who are in a bet change it: targets and shares from a period on, its dates, who leaves and who
/// joins. 对赌变更. Signatures are collected here, for any bet contract of the house; with the last one the bet contract
/// adopts the change in the same transaction. Holds no money.
///
/// Only hashes are kept. What a party signs is counted at once at the default attainment, since nothing is reported
/// of the periods from which it counts: so an amendment among 128 parties needs no loop.
///
/// Example: three periods, shares of 5,000; from period 2 on A has 6,000:
///     A before    5,000 × 30,000                          150,000,000
///     change      (6,000 − 5,000) × 2 × 10,000            + 20,000,000
///     A after     5,000 × 10,000 + 6,000 × 20,000         170,000,000
///
/// Assumptions for safety:
/// - `bets` is a bet contract of the house that names this contract: what is signed for another is adopted nowhere;
/// - the holder of the arbiter's post lets a party go against its will only where it is rightful: it ended its role.
/// Assumptions for liveness:
/// - none: an amendment that is not signed in time changes nothing.
/// @custom:security-contact See SECURITY.md
interface IBetAmendments {
    /// @notice What a running bet becomes from a period on.
    struct ChangeTerms {
        bytes32 partiesRoot; // tree of the terms of all that go on, whoever joins included
        bytes32 termsRef; // commitment to the ERP document of the amendment
        address leaver; // a party that shares no more from the period on; zero: none
        address newcomer; // a node that joins from the period on; zero: none
        uint40 start; // as it is, or later while the bet has not begun
        uint16 periods; // as they are, or more, or fewer
        uint16 fromPeriod;
        uint40 signBy;
    }

    /// @notice One amendment, and how far it is signed.
    struct Amendment {
        // slot 0
        bytes32 changeHash; // EIP-712 hash of its terms, which stand in {BetAmendmentProposed}
        // slot 1
        bytes32 partiesRoot;
        // slot 2
        address leaver;
        uint40 signBy;
        uint16 fromPeriod;
        uint16 signed;
        bool agreed;
        bool leaveGranted; // the leaver agreed, or the arbiter in its stead
        // slot 3
        address newcomer;
        uint32 previous; // the amendment in force when it was proposed
        int64 weightChange; // of those that signed it
        // slot 4
        uint40 start;
        uint16 periods;
    }

    /// @notice The signatures under the end of a bet.
    struct Ending {
        // slot 0
        uint32 round; // a round whose time passed is begun anew
        uint16 signed;
        uint40 endBy; // the earliest deadline among its signatures
        uint32 amendment; // in force when the round began
    }

    /// @notice A party or the sponsor agreed that the bet is over, until `endBy`.
    /// @custom:aggregate bet:{betId}
    event BetEndSigned(
        address indexed bets, uint256 indexed betId, address indexed account, uint32 round, uint16 signed, uint40 endBy
    );
    /// @notice A party or the sponsor proposed what a bet becomes from a period on.
    /// @custom:aggregate bet:{betId}
    event BetAmendmentProposed(
        address indexed bets,
        uint256 indexed betId,
        address indexed proposer,
        uint256 amendmentId,
        ChangeTerms change,
        bytes32 changeHash
    );
    /// @notice A party or the newcomer signed an amendment with its own terms; the newcomer paid in its stake.
    /// @custom:aggregate bet:{betId}
    event BetAmendmentSigned(
        address indexed bets,
        uint256 indexed betId,
        address indexed party,
        uint256 amendmentId,
        IBetBook.PartyTerms terms,
        uint16 signed
    );
    /// @notice Who is to leave agreed to it, or the arbiter did in its stead.
    /// @custom:aggregate bet:{betId}
    event BetLeaveGranted(
        address indexed bets,
        uint256 indexed betId,
        address indexed leaver,
        uint256 amendmentId,
        address by,
        bytes32 reasonRef
    );
    error BetAmendments_NotABetContract(address bets);
    error BetAmendments_NotTheTerms(uint256 betId, bytes32 given, bytes32 proposed);
    error BetAmendments_AlreadySigned(uint256 betId, address account);
    error BetAmendments_Unknown(uint256 betId, uint256 amendmentId);
    error BetAmendments_Overtaken(uint256 betId, uint256 amendmentId, uint256 byAmendmentId);
    error BetAmendments_NotActive(uint256 betId, IBetBook.BetStatus status);
    error BetAmendments_NotAParty(uint256 betId, address account);
    error BetAmendments_NotTheLeaver(uint256 betId, address account, address leaver);
    error BetAmendments_NewcomerIsAParty(uint256 betId, address account);
    error BetAmendments_OnlyTheSponsorMovesDates(uint256 betId, address account);
    error BetAmendments_FromBeforeTheLast(uint256 betId, uint16 fromPeriod, uint16 lastFromPeriod);
    error BetAmendments_TooFewLeft(uint256 betId, uint16 seated);
    error BetAmendments_DilutesWhoLeft(uint256 betId, int256 grown);
    error BetAmendments_EndedBefore(uint256 betId, address account);
    error BetAmendments_TooMany(uint256 betId, uint16 maxAmendments);
    error BetAmendments_StakeIsFixed(uint256 betId, address account);

    /// @notice Proposes what a bet becomes from a period on: targets and shares of all, its dates, one party that
    /// leaves, one node that joins. 提议变更. Stakes, penalty curves, posts and windows stay: what is at stake is what
    /// was signed first.
    /// @dev Emits {BetAmendmentProposed}. Requirements: `bets` writes credit, so it is of the house; `terms` are
    /// those that {BetProposed} published; Active; not paused; caller is a party or the sponsor, and the sponsor
    /// when dates move; fromPeriod within the old periods and the new; now < signBy <= end of that period, so that
    /// nothing under report changes; not before the period of the amendment in force; a later start only before the
    /// old one and from the first period on; the leaver goes on, the newcomer is none yet; at least two parties go
    /// on.
    /// @custom:erp BetAmendment
    /// @custom:pause stops
    function proposeAmendment(
        address bets,
        uint256 betId,
        IBetBook.BetTerms calldata terms,
        ChangeTerms calldata change
    ) external returns (uint256 amendmentId);

    /// @notice Brings in the signature of one that goes on, or of the newcomer, who pays in its stake; the last one
    /// makes the amendment binding. 一致同意变更. Anybody may call: the signature of {IBetRules.amendmentDigest} is the
    /// consent.
    /// @dev Emits {BetAmendmentSigned}, and {BetAmendmentAgreed} with the last. Requirements: Active; not paused;
    /// known amendment, and none was agreed since it was proposed; fewer than MAX_AMENDMENTS agreed; an active node
    /// that goes on or joins, and signs the first time; its terms are a leaf of the tree and within bounds; stake
    /// and curve of a party as before; signature valid; before its deadline and signBy; with the last, where
    /// somebody left or leaves, the sum of all contributions does not grow: who left does not sign, and its share is
    /// a part of that sum.
    /// @custom:erp BetAmendmentSignature
    /// @custom:pause stops
    function signAmendment(address bets, uint256 betId, uint256 amendmentId, IBetBook.SignedPledge calldata signed)
        external;

    /// @notice Lets a party go that an amendment names as its leaver: it agrees itself, or the arbiter decides in its
    /// stead, since those who remain must not put out whom they please. 同意退出.
    /// @dev Emits {BetLeaveGranted}, and {BetAmendmentAgreed} when it was the last consent. Requirements: Active;
    /// known amendment, none agreed since; before its signBy; caller is the leaver, or holds the arbiter's post;
    /// once.
    /// @param reasonRef Commitment to the document that gives the reason.
    /// @custom:erp BetAmendmentSignature
    /// @custom:pause open
    function grantLeave(address bets, uint256 betId, uint256 amendmentId, bytes32 reasonRef) external;

    /// @notice Brings in one signature under the end of a bet; with that of the sponsor and of all parties, who
    /// left among them, it is settled as it stands: what is not reported counts as silence does. 一致同意提前结束.
    /// Anybody may call: the signature of {IBetRules.endDigest} is the consent. The last signature must come before
    /// the earliest deadline among them, and nothing be reported, ruled or amended since the first; else they are
    /// collected anew.
    /// @dev Emits {BetEndSigned}, and {BetSettled} with the last. Requirements: Active; the account is or was a
    /// party, or is the sponsor, and signs the first time in this round; signature valid; before its deadline.
    /// @custom:erp BetSettlement
    /// @custom:pause open
    function endByConsent(address bets, uint256 betId, address account, uint40 deadline, bytes calldata signature)
        external;

    /// @notice An amendment of a bet, numbered from 1.
    function amendment(address bets, uint256 betId, uint256 amendmentId) external view returns (Amendment memory);

    /// @notice What an account signed under an amendment: the hash of its terms (zero: nothing), what its contribution
    /// changes by at the default attainment, and its share.
    function pledgeOf(address bets, uint256 betId, address account, uint256 amendmentId)
        external
        view
        returns (bytes32 hash, int64 contributionChange, uint16 shareBps);

    /// @notice The round that a signature under the end of a bet is of now: another than the last one where an
    /// amendment was agreed since, where figures were reported or ruled since, or where the time of a signature is
    /// over.
    function endRoundOf(address bets, uint256 betId) external view returns (uint32 round);

    /// @notice The signatures under the end of a bet so far.
    function endingOf(address bets, uint256 betId) external view returns (Ending memory);
}
