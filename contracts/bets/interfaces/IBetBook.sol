// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../libraries/Hearing.sol";
import { IBetOutcomes } from "./IBetOutcomes.sol";

/// @title IBetBook
/// @notice What is kept of a bet: its types, its events, and the raw records. See {IBetContracts}.
interface IBetBook is IBetOutcomes {
    enum BetStatus {
        None,
        Proposed, // None -> Proposed by proposeBet
        Active, // Proposed -> Active by the last party's signBet
        Voided, // Proposed -> Voided by voidBet
        Settled // Active -> Settled by settleBet, or by the last signature under its end
    }

    /// @notice What the sponsor proposes and every party signs.
    struct BetTerms {
        bytes32 termsRef; // commitment to the ERP document of the bet
        uint256 groupId; // chain group; zero: none
        bytes32 partiesRoot; // standard Merkle tree of (account, hash of PartyTerms): {IBetRules.partyLeaf}
        bytes32 region; // whose days of force majeure excuse shortfalls; zero: none
        uint32 reporterPost;
        uint32 arbiterPost;
        uint40 signBy;
        uint40 start;
        uint16 partyCount;
        uint32 reportSeconds; // after the end of a period
        uint32 disputeSeconds; // after a report, or after the time for one
        uint32 rulingSeconds; // after the time for disputes, however early one came
        uint64 valuePool; // the most that may be shared, minor units; paid in with the proposal
        uint64 indexBaseline; // index at which targets stand as signed; zero: no index
        uint16 indexElasticityBps; // change of the targets per change of the index
        uint16 indexMaxUpBps;
        uint16 indexMaxDownBps;
        uint16 periods;
        uint32 periodSeconds;
    }

    /// @notice One pledged figure of a period, in the unit of its metric. At the floor it is missed whole (0), at the
    /// base kept (10,000 bps), at the stretch surpassed (20,000); linear between. A floor below the base means *at
    /// least*, above it *at most*. Zero defects: base 0, stretch 0, floor 1.
    struct Target {
        uint32 metric; // code in the ERP's catalogue of metrics
        bool followsIndex; // floor, base and stretch move with the index
        uint16 weightBps; // the weights of a party's targets make 10,000
        uint64 floor;
        uint64 base;
        uint64 stretch; // equal to base: cannot be surpassed
    }

    /// @notice What one party pledges, stakes and may win: its leaf of the tree. Only its hash is kept.
    struct PartyTerms {
        address account;
        uint64 stake; // minor units
        uint16 shareBps; // how its attainment counts in the sharing
        uint16 toleranceBps; // average shortfall that costs nothing
        uint16 slopeBps; // part of the stake lost per shortfall beyond: 10,000 loses 1 % for 1 %
        uint16 capBps; // the most that is lost
        Target[] targets; // 1 to MAX_TARGETS
    }

    /// @notice A party's terms with the proof that they are in the tree, and its signature.
    struct SignedPledge {
        PartyTerms terms;
        bytes32[] proof;
        uint40 deadline; // unix seconds before which the signature is good
        bytes signature; // EIP-712; of a contract by ERC-1271
    }

    /// @notice How a bet stands.
    struct Bet {
        // slot 0
        address sponsor;
        BetStatus status;
        uint16 seated; // parties that go on: signed and not left
        uint16 parties; // all that ever signed and were counted
        uint16 withdrawn; // how many of them did, from a settled bet or a void one
        uint16 periods; // as agreed last
        uint16 firstPeriods; // as proposed: what a shortfall costs is counted over these
        // slot 1
        uint64 valuePool; // minor units
        uint64 staked; // sum of all stakes
        uint64 penalties; // sum of all penalties, as reported so far
        uint64 valueAdded; // as reported so far
        // slot 2
        uint64 weight; // sum of all contributions, as reported so far
        uint64 shared; // of the pot, paid to parties so far
        uint64 remainder; // what the sponsor may withdraw now
        uint40 settledAt; // zero: not settled
        // slot 3
        uint40 start; // of the first period, as agreed last
        uint32 amendment; // the one agreed last; zero: none
        uint16 agreedAmendments;
        // slot 4
        bytes32 termsHash; // EIP-712 hash of the terms, which stand in {BetProposed}
    }

    struct Party {
        // slot 0
        uint64 stake; // zero: not a party
        uint64 penalty; // as reported so far
        uint64 contribution; // sum over its periods of share x attainment, 10,000 where nothing is reported
        uint32 shortfall; // sum over its periods of what was missing to 10,000, basis points
        uint16 toleranceBps;
        uint16 slopeBps;
        // slot 1
        uint16 capBps;
        uint16 shareBps; // as agreed last
        uint16 fromPeriod; // its first
        uint16 toPeriod; // its last: where it left, else the last of the bet
        uint16 measured; // periods that were reported or ruled: only they count in the credit
        uint32 amendment; // up to which its contribution is counted
        bool left;
        bool withdrawn;
    }

    /// @notice A report of performance (shortfall, attainment), of an index (factor), or of the value added.
    struct Report {
        // slot 0
        uint40 reportedAt; // zero: none
        bool measured; // reported or ruled
        uint16 shortfallBps; // performance: what was missing to 10,000, less what force majeure excuses
        uint16 attainmentBps; // performance: weighted, each target counting 20,000 at most
        uint16 factorBps; // index: by what indexed targets of the period are multiplied
    }

    /// @notice What a report says, and where party and bet stand after it.
    struct Standing {
        uint16 keptBps; // performance: weighted, each target counting 10,000 at most
        uint16 shortfallBps; // performance: 10,000 less kept, less what force majeure excuses
        uint16 attainmentBps; // performance
        uint16 factorBps; // index
        uint64 penalty; // of the party, minor units
        uint64 contribution; // of the party
        uint64 penalties; // of all, minor units
        uint64 weight; // sum of all contributions
        uint64 valueAdded; // minor units
    }

    /// @notice What a party pledged, without its targets.
    struct Seat {
        address account;
        uint64 stake; // minor units
        uint16 shareBps;
        uint16 toleranceBps;
        uint16 slopeBps;
        uint16 capBps;
    }

    /// @notice What all who go on agreed to, as {IBetAmendments} hands it over.
    struct Adoption {
        uint16 fromPeriod;
        uint16 periods;
        uint40 start;
        address leaver; // zero: nobody leaves
        int64 weightChange; // of those who go on
        Seat newcomer; // account zero: nobody joins
    }

    /// @notice A sponsor proposed a bet with its terms.
    /// @custom:aggregate bet:{betId}
    event BetProposed(uint256 indexed betId, address indexed sponsor, BetTerms terms, bytes32 termsHash);
    /// @notice A party signed a bet and paid in its stake.
    /// @custom:aggregate bet:{betId}
    event BetSigned(
        uint256 indexed betId, address indexed party, PartyTerms terms, uint16 signed, uint64 staked, uint64 weight
    );
    /// @notice All parties had signed in time, so the bet binds.
    /// @custom:aggregate bet:{betId}
    event BetActivated(uint256 indexed betId, uint16 parties);
    /// @notice Not everybody signed a bet in time, so it ended.
    /// @custom:aggregate bet:{betId}
    event BetVoided(uint256 indexed betId, address indexed sponsor, uint16 signed, uint64 remainder);
    /// @notice Somebody paid more into the pool of a running bet.
    /// @custom:aggregate bet:{betId}
    event BetPoolToppedUp(uint256 indexed betId, address indexed payer, uint64 amount, uint64 valuePool);
    /// @notice All had signed an amendment, so it binds.
    /// @custom:aggregate bet:{betId}
    event BetAmendmentAgreed(
        uint256 indexed betId,
        uint256 amendmentId,
        address indexed leaver,
        address indexed newcomer,
        uint16 fromPeriod,
        uint16 periods,
        uint40 start,
        uint64 staked,
        uint64 weight
    );
    /// @notice The reporter reported what a party did in a period, or the arbiter ruled it (`ruled`).
    /// @dev These figures count from now on. Of account zero: the index of the period, or with period zero the value
    /// added.
    /// @custom:aggregate bet:{betId}
    event BetReported(
        uint256 indexed betId,
        address indexed subject,
        bytes32 indexed evidenceRef,
        uint16 period,
        bool ruled,
        uint64[] values,
        Standing standing
    );
    /// @notice A party or the sponsor disputed a report, or that there is none.
    /// @custom:aggregate bet:{betId}
    event BetReportDisputed(
        uint256 indexed betId,
        address indexed subject,
        address indexed disputant,
        uint16 period,
        bytes32 reasonRef,
        uint40 ruleBy
    );
    /// @notice A dispute was taken back: what was reported stands, or that nothing was.
    /// @custom:aggregate bet:{betId}
    event BetDisputeWithdrawn(uint256 indexed betId, address indexed subject, address indexed disputant, uint16 period);
    /// @notice Penalties and the value to share were fixed for all parties.
    /// @dev `byConsent`: all agreed before the time was over.
    /// @custom:aggregate bet:{betId}
    event BetSettled(
        uint256 indexed betId,
        address indexed sponsor,
        uint64 valueAdded,
        uint64 penalties,
        uint64 weight,
        uint64 remainder,
        bool byConsent
    );
    /// @notice A party took its stake less its penalty, and its share.
    /// @dev `outcomeBps` is of the measured periods; 10,000 where none was, which counts in no credit.
    /// @custom:aggregate bet:{betId}
    event BetPayoutWithdrawn(
        uint256 indexed betId,
        address indexed party,
        uint64 stake,
        uint64 penalty,
        uint64 share,
        uint64 paid,
        uint16 outcomeBps
    );
    /// @notice A party got its stake back from a void bet.
    /// @custom:aggregate bet:{betId}
    event BetStakeReturned(uint256 indexed betId, address indexed party, uint64 stake);
    /// @notice What rounding left over went to the sponsor.
    /// @custom:aggregate bet:{betId}
    event BetRoundingReturned(uint256 indexed betId, address indexed sponsor, uint64 amount);
    /// @notice The sponsor took what no party was entitled to.
    /// @custom:aggregate bet:{betId}
    event BetRemainderWithdrawn(uint256 indexed betId, address indexed sponsor, uint64 amount);

    error BetContracts_Unknown(uint256 betId);
    error BetContracts_WrongStatus(uint256 betId, BetStatus status);
    error BetContracts_NotTheAmendments(address caller);
    error BetContracts_NotAParty(uint256 betId, address account);
    error BetContracts_PeriodUnknown(uint256 betId, uint16 period, uint16 first, uint16 last);

    /// @notice How a bet stands; status None when unknown. Its terms are in {BetProposed}, under this hash.
    function bet(uint256 betId) external view returns (Bet memory);

    /// @notice Who reports, and who rules.
    function postsOf(uint256 betId) external view returns (uint32 reporterPost, uint32 arbiterPost);

    /// @notice What is known of a party, with everything that was agreed counted in; stake zero when it is none.
    function party(uint256 betId, address account) external view returns (Party memory);

    /// @notice The report on a party's period, and its dispute as {Hearing} keeps it; of account zero: on the index
    /// of the period, or with period zero on the value added.
    function reportOf(uint256 betId, address subject, uint16 period)
        external
        view
        returns (Report memory found, Hearing.Case memory hearing);
}
