// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ICreditRegistry
/// @notice The record of kept and broken promises, as a score in basis points and a grade. 信用登记.
/// Five components, each an average of outcomes weighted by value that starts from a newcomer's prior, which counts
/// as a fixed value of outcomes. Delivery and quality make the score, half each. Bets, peers and users join in, each
/// with its fixed weight times its evidence, so that the first small outcome moves a score by little, a full one
/// never lowers it but for the last point, an outcome of nothing never raises it, and an account that never bet loses
/// nothing by that. Old outcomes fade: their value halves every year, the prior stays, and all averages, good and
/// bad, move back towards the newcomer's. Every event carries the outcome and the score after it: a reader recomputes
/// every score from events and their times alone.
///
/// A registry may have a predecessor, for good from its construction. Until an account has an outcome here, all that is
/// told of it is the predecessor's word, read at the call; with its first outcome here the predecessor's sums are
/// carried over, once, and count on from there. Outcomes that the predecessor counts for that account later are not
/// seen here: no scorer should write to both, and one that drains there writes in vain for whoever has moved on.
///
/// Assumptions for safety:
/// - a predecessor is a registry like this one, over the same participants;
/// - only contracts that see outcomes themselves hold the scorer office; no key does;
/// - the registrar keeps one account for one firm: who comes back under a new one leaves a bad record behind.
/// Assumptions for liveness: none. Every value and time is taken; sums that are full forget their oldest part.
/// @custom:security-contact See SECURITY.md
interface ICreditRegistry {
    /// @notice What a score is made of. 分项.
    enum Component {
        Delivery, // on time
        Quality, // passed inspection
        Bets, // kept what was pledged: targets of bet contracts, slots of capacity
        Peers, // what members of a group say of each other
        Users // what users say
    }

    /// @notice Grades, worst first. 信用等级.
    enum Grade {
        D,
        C,
        B,
        BB, // the best without outcomes
        BBB,
        A,
        AA,
        AAA
    }

    /// @notice Sums of delivery and quality today. Values are in minor units, weighted sums in minor units times basis
    /// points.
    struct CreditRecord {
        uint256 value; // what is left of the value of all outcomes
        uint256 deliveryWeighted; // of the sum of value * delivery outcome
        uint256 qualityWeighted; // of the sum of value * quality outcome
        uint64 outcomes; // how many, ever; stays at 2^24 - 1
    }

    /// @notice Sums of one component today, in the same units, and its average with the prior.
    struct ComponentRecord {
        Component component;
        uint256 value;
        uint256 weighted;
        uint64 outcomes;
        uint16 averageBps;
    }

    /// @notice A kept or broken promise of an order was counted.
    /// @dev `orderId` and `deliveryId` name the promise in the scorer's own numbering; `deliveryId` is zero for a
    /// default.
    /// @custom:aggregate order:{orderId}
    event CreditRecorded(
        address indexed account,
        address indexed scorer,
        uint256 indexed orderId,
        uint256 deliveryId,
        uint256 value,
        uint16 deliveryBps,
        uint16 qualityBps,
        uint16 scoreBps
    );

    /// @notice An outcome beyond orders was counted: of a bet or of capacity, of peers or of users.
    /// @dev `subjectId` is the bet, the sale of capacity or the group in the scorer's own numbering; the component is
    /// Bets, Peers or Users.
    /// @custom:aggregate credit:{account}
    event ComponentRecorded(
        address indexed account,
        address indexed scorer,
        uint256 indexed subjectId,
        Component component,
        uint256 value,
        uint16 outcomeBps,
        uint16 scoreBps
    );

    /// @notice What the predecessor knew of an account in one component was carried over.
    /// @dev One event for each component with outcomes, before the first outcome of the account is counted here.
    /// @custom:aggregate credit:{account}
    event CreditCarriedOver(
        address indexed account,
        address indexed predecessor,
        Component indexed component,
        uint256 value,
        uint256 weighted,
        uint64 outcomes
    );

    error CreditRegistry_NotARegistry(address predecessor);
    error CreditRegistry_OtherHalfLife(uint256 predecessorDays, uint256 ownDays);
    error CreditRegistry_PriorOutOfBounds(uint16 newcomerBps, uint256 newcomerValue);
    error CreditRegistry_NotAScorer(address caller);
    error CreditRegistry_NotRegistered(address account);
    error CreditRegistry_NothingReceived(uint256 orderId, uint256 deliveryId);
    error CreditRegistry_AcceptedExceedsReceived(uint256 accepted, uint256 received);
    error CreditRegistry_OutcomeOutOfBounds(uint256 subjectId, uint256 outcomeBps, uint256 maxBps);

    /// @notice Counts one delivery: on time or late, good or rejected.
    /// @dev Emits {CreditRecorded}. Requirements: caller is a scorer; account registered; 0 < received; accepted <=
    /// received; accepted * 10,000 fits a word (quantities of orders have 128 bits).
    /// @param value Order value of the quantity received, minor units: the weight of this outcome; counts up to
    /// 2^56 - 1.
    /// @param daysLate Whole days begun after the promise.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordDelivery(
        address account,
        uint256 orderId,
        uint256 deliveryId,
        uint256 value,
        uint256 daysLate,
        uint256 received,
        uint256 accepted
    ) external;

    /// @notice Counts an order, or the rest of one, that was never delivered: both components zero at its value.
    /// @dev Emits {CreditRecorded}. Requirements: caller is a scorer; account registered.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordDefault(address account, uint256 orderId, uint256 value) external;

    /// @notice Counts how far a party kept the targets that it pledged in a bet contract.
    /// @dev Emits {ComponentRecorded}. Requirements: caller is a scorer; outcome at most 10,000; account registered.
    /// @param value What was at stake, minor units: the weight of this outcome; counts up to 2^56 - 1.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordBet(address account, uint256 betId, uint256 value, uint256 outcomeBps) external;

    /// @notice Counts how far a plant kept the slots of capacity that it sold, beside what it kept of bets: a slot is a
    /// pledge with money at stake, measured, and not a delivery that is inspected.
    /// @dev Emits {ComponentRecorded}, component Bets. Requirements: as {recordBet}.
    /// @param subjectId What was sold, in the scorer's own numbering.
    /// @param value What was paid for the slots, minor units: the weight of this outcome; counts up to 2^56 - 1.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordCapacity(address account, uint256 subjectId, uint256 value, uint256 outcomeBps) external;

    /// @notice Counts what the members of a settled chain group say of one of them.
    /// @dev Emits {ComponentRecorded}. Requirements: caller is a scorer; outcome at most 10,000; account registered.
    /// @param weight Weight of this outcome, minor units; counts up to 2^56 - 1.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordPeerRating(address account, uint256 groupId, uint256 weight, uint256 outcomeBps) external;

    /// @notice Counts what users say of a node's work.
    /// @dev Emits {ComponentRecorded}. Requirements: caller is a scorer; outcome at most 10,000; account registered.
    /// @param weight Weight of this outcome, minor units; counts up to 2^56 - 1.
    /// @custom:erp CreditOutcome
    /// @custom:pause open
    function recordFeedback(address account, uint256 groupId, uint256 weight, uint256 outcomeBps) external;

    /// @notice Score of an account today in basis points, 0 to 10,000; a newcomer has the prior.
    function scoreOf(address account) external view returns (uint16);

    /// @notice Grade of an account today: the best whose score it has and whose value of outcomes it still shows, in
    /// deliveries and bets. Opinions move a score but are no evidence for a grade, and a newcomer has BB at best.
    function gradeOf(address account) external view returns (Grade);

    /// @notice What a grade asks for.
    /// @return minScoreBps Score in basis points.
    /// @return minValue What is left of the value of deliveries and bets, minor units.
    function gradeMark(Grade grade) external view returns (uint16 minScoreBps, uint256 minValue);

    /// @notice The sums of delivery and quality today.
    function recordOf(address account) external view returns (CreditRecord memory);

    /// @notice The sums and averages of all components today, in their order.
    function componentsOf(address account) external view returns (ComponentRecord[5] memory);

    /// @notice What a component weighs in the score against the others, per cent.
    function weightOf(Component component) external view returns (uint256);

    /// @notice Score that an account without outcomes has, in basis points.
    function newcomerBps() external view returns (uint16);

    /// @notice Value of outcomes as which the newcomer's prior counts in each component, minor units.
    function newcomerValue() external view returns (uint256);

    /// @notice The registry whose sums are carried over; zero: none.
    function predecessor() external view returns (address);

    /// @notice True when what is told of the account is still the predecessor's word.
    function awaitsCarryOver(address account) external view returns (bool);

    /// @notice Days in which the value of old outcomes halves.
    function halfLifeDays() external view returns (uint256);
}
