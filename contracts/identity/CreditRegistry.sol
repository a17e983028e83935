// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { Forgetting } from "../libraries/Forgetting.sol";
import { Scoring } from "../libraries/Scoring.sol";
import { ICreditRegistry } from "./interfaces/ICreditRegistry.sol";
import { IParticipants } from "./interfaces/IParticipants.sol";
import { Offices } from "./Offices.sol";

/// @title CreditRegistry
/// @notice See {ICreditRegistry}.
contract CreditRegistry is ICreditRegistry {
    /// @dev Sums of delivery and quality, which always move together, as of `day`.
    struct Promises {
        // slot 0
        uint56 value;
        uint72 deliveryWeighted;
        uint72 qualityWeighted;
        uint24 outcomes;
        uint24 day; // of the last outcome, days from 1970
        uint8 marks; // bit n: the other Component(n) has outcomes; bit 0: the predecessor's sums are in here
    }

    /// @dev Sums of one of the other components, as of `day`.
    struct Sums {
        // slot 0
        uint56 value;
        uint72 weighted;
        uint24 outcomes;
        uint24 day;
    }

    uint8 private constant _CARRIED_OVER = 1;

    IParticipants private immutable _PARTICIPANTS;
    ICreditRegistry private immutable _PREDECESSOR;
    uint16 private immutable _NEWCOMER_BPS;
    uint256 private immutable _NEWCOMER_VALUE;

    mapping(address account => Promises record) private _promises;
    mapping(address account => mapping(Component component => Sums record)) private _sums;

    modifier onlyScorer() {
        _checkScorer();
        _;
    }

    /// @param newcomerBps_ Score of an account without outcomes.
    /// @param newcomerValue_ Value of outcomes as which that score counts, minor units; not zero. Above 2^53 - 1 no sum
    /// reaches eight times of it: the highest grade is out of reach.
    /// @param predecessor_ The registry whose sums are carried over; zero: none.
    constructor(IParticipants participants, uint16 newcomerBps_, uint256 newcomerValue_, ICreditRegistry predecessor_) {
        if (newcomerBps_ > Scoring.BPS || newcomerValue_ == 0 || newcomerValue_ > type(uint128).max) {
            revert CreditRegistry_PriorOutOfBounds(newcomerBps_, newcomerValue_);
        }
        if (address(predecessor_) != address(0)) _checkPredecessor(predecessor_);
        _PARTICIPANTS = participants;
        _PREDECESSOR = predecessor_;
        _NEWCOMER_BPS = newcomerBps_;
        _NEWCOMER_VALUE = newcomerValue_;
    }

    /* OUTCOMES */

    /// @inheritdoc ICreditRegistry
    function recordDelivery(
        address account,
        uint256 orderId,
        uint256 deliveryId,
        uint256 value,
        uint256 daysLate,
        uint256 received,
        uint256 accepted
    ) external onlyScorer {
        if (received == 0) revert CreditRegistry_NothingReceived(orderId, deliveryId);
        if (accepted > received) revert CreditRegistry_AcceptedExceedsReceived(accepted, received);
        uint256 delivery = Scoring.deliveryOutcome(daysLate);
        uint256 quality = Scoring.qualityOutcome(accepted, received);
        _recordPromise(account, orderId, deliveryId, value, uint16(delivery), uint16(quality));
    }

    /// @inheritdoc ICreditRegistry
    function recordDefault(address account, uint256 orderId, uint256 value) external onlyScorer {
        _recordPromise(account, orderId, 0, value, 0, 0);
    }

    /// @inheritdoc ICreditRegistry
    function recordBet(address account, uint256 betId, uint256 value, uint256 outcomeBps) external onlyScorer {
        _recordOther(account, Component.Bets, betId, value, outcomeBps);
    }

    /// @inheritdoc ICreditRegistry
    function recordCapacity(address account, uint256 subjectId, uint256 value, uint256 outcomeBps) external onlyScorer {
        _recordOther(account, Component.Bets, subjectId, value, outcomeBps);
    }

    /// @inheritdoc ICreditRegistry
    function recordPeerRating(address account, uint256 groupId, uint256 weight, uint256 outcomeBps)
        external
        onlyScorer
    {
        _recordOther(account, Component.Peers, groupId, weight, outcomeBps);
    }

    /// @inheritdoc ICreditRegistry
    function recordFeedback(address account, uint256 groupId, uint256 weight, uint256 outcomeBps) external onlyScorer {
        _recordOther(account, Component.Users, groupId, weight, outcomeBps);
    }

    function _recordPromise(
        address account,
        uint256 orderId,
        uint256 deliveryId,
        uint256 value,
        uint16 deliveryBps,
        uint16 qualityBps
    ) private {
        uint16 scoreBps = _addPromise(account, Scoring.countedValue(value), deliveryBps, qualityBps);
        emit CreditRecorded(account, msg.sender, orderId, deliveryId, value, deliveryBps, qualityBps, scoreBps);
    }

    function _addPromise(address account, uint256 counted, uint256 deliveryBps, uint256 qualityBps)
        private
        returns (uint16)
    {
        _carryOver(account);
        Promises memory record = _promisesToday(account);
        // Whoever has outcomes was registered, and registration is for ever.
        if (record.outcomes == 0) _checkRegistered(account);
        uint256 left = Scoring.room(record.value, counted);
        uint256 delivery = Scoring.shareDown(record.deliveryWeighted, record.value, left);
        uint256 quality = Scoring.shareDown(record.qualityWeighted, record.value, left);
        record.value = uint56(left + counted);
        record.deliveryWeighted = uint72(delivery + counted * deliveryBps);
        record.qualityWeighted = uint72(quality + counted * qualityBps);
        record.outcomes = _next(record.outcomes);
        _promises[account] = record;
        return _score(account, record);
    }

    function _recordOther(address account, Component component, uint256 subjectId, uint256 value, uint256 outcomeBps)
        private
    {
        if (outcomeBps > Scoring.BPS) revert CreditRegistry_OutcomeOutOfBounds(subjectId, outcomeBps, Scoring.BPS);
        _checkRegistered(account);
        _carryOver(account);
        Sums memory record = _sumsToday(account, component);
        uint256 counted = Scoring.countedValue(value);
        uint256 left = Scoring.room(record.value, counted);
        record.weighted = uint72(Scoring.shareDown(record.weighted, record.value, left) + counted * outcomeBps);
        record.value = uint56(left + counted);
        record.outcomes = _next(record.outcomes);
        _sums[account][component] = record;

        uint8 marks = _promises[account].marks | _bit(component);
        if (_promises[account].marks != marks) _promises[account].marks = marks;
        uint16 scoreBps = _score(account, _promisesToday(account));
        emit ComponentRecorded(account, msg.sender, subjectId, component, value, uint16(outcomeBps), scoreBps);
    }

    /* VIEWS */

    /// @inheritdoc ICreditRegistry
    function scoreOf(address account) external view returns (uint16) {
        if (awaitsCarryOver(account)) return _scoreOf(_inherited(account));
        return _score(account, _promisesToday(account));
    }

    /// @inheritdoc ICreditRegistry
    function gradeOf(address account) external view returns (Grade grade) {
        ComponentRecord[5] memory components = componentsOf(account);
        uint256 scoreBps = _scoreOf(components);
        uint256 value = components[uint8(Component.Delivery)].value + components[uint8(Component.Bets)].value;
        for (grade = Grade.AAA; grade != Grade.D; grade = Grade(uint8(grade) - 1)) {
            (uint16 minScoreBps, uint256 minValue) = gradeMark(grade);
            if (scoreBps >= minScoreBps && value >= minValue) break;
        }
    }

    /// @inheritdoc ICreditRegistry
    function gradeMark(Grade grade) public view returns (uint16 minScoreBps, uint256 minValue) {
        if (grade == Grade.AAA) return (9500, 8 * _NEWCOMER_VALUE);
        if (grade == Grade.AA) return (9000, 4 * _NEWCOMER_VALUE);
        if (grade == Grade.A) return (8000, 2 * _NEWCOMER_VALUE);
        if (grade == Grade.BBB) return (7000, _NEWCOMER_VALUE);
        if (grade == Grade.BB) return (6000, 0);
        if (grade == Grade.B) return (5000, 0);
        if (grade == Grade.C) return (3500, 0);
        return (0, 0);
    }

    /// @inheritdoc ICreditRegistry
    function recordOf(address account) external view returns (CreditRecord memory) {
        ComponentRecord[5] memory components = componentsOf(account);
        ComponentRecord memory delivery = components[0];
        return CreditRecord(delivery.value, delivery.weighted, components[1].weighted, delivery.outcomes);
    }

    /// @inheritdoc ICreditRegistry
    function componentsOf(address account) public view returns (ComponentRecord[5] memory components) {
        if (awaitsCarryOver(account)) return _inherited(account);
        Promises memory record = _promisesToday(account);
        components[0] = _component(Component.Delivery, record.value, record.deliveryWeighted, record.outcomes);
        components[1] = _component(Component.Quality, record.value, record.qualityWeighted, record.outcomes);
        for (uint8 i = uint8(Component.Bets); i <= uint8(Component.Users); ++i) {
            Sums memory sums = _sumsToday(account, Component(i));
            components[i] = _component(Component(i), sums.value, sums.weighted, sums.outcomes);
        }
    }

    /// @inheritdoc ICreditRegistry
    function weightOf(Component component) public pure returns (uint256) {
        if (component == Component.Delivery) return Scoring.DELIVERY_WEIGHT;
        if (component == Component.Quality) return Scoring.QUALITY_WEIGHT;
        if (component == Component.Bets) return Scoring.BETS_WEIGHT;
        return component == Component.Peers ? Scoring.PEERS_WEIGHT : Scoring.USERS_WEIGHT;
    }

    /// @inheritdoc ICreditRegistry
    function newcomerBps() external view returns (uint16) {
        return _NEWCOMER_BPS;
    }

    /// @inheritdoc ICreditRegistry
    function newcomerValue() external view returns (uint256) {
        return _NEWCOMER_VALUE;
    }

    /// @inheritdoc ICreditRegistry
    function predecessor() external view returns (address) {
        return address(_PREDECESSOR);
    }

    /// @inheritdoc ICreditRegistry
    function awaitsCarryOver(address account) public view returns (bool) {
        return address(_PREDECESSOR) != address(0) && _promises[account].marks & _CARRIED_OVER == 0;
    }

    /// @inheritdoc ICreditRegistry
    function halfLifeDays() external pure returns (uint256) {
        return Forgetting.HALF_LIFE_DAYS;
    }

    /* SCORE */

    function _score(address account, Promises memory record) private view returns (uint16) {
        uint256 delivery = _average(record.deliveryWeighted, record.value);
        uint256 quality = _average(record.qualityWeighted, record.value);
        uint256 proved;
        uint256 evidence;
        if (record.marks > _CARRIED_OVER) {
            for (uint8 i = uint8(Component.Bets); i <= uint8(Component.Users); ++i) {
                Component component = Component(i);
                if (record.marks & _bit(component) == 0) continue;
                Sums memory sums = _sumsToday(account, component);
                uint256 weight = weightOf(component);
                proved += weight * Scoring.provedDown(sums.weighted, sums.value, _NEWCOMER_VALUE);
                evidence += weight * Scoring.evidenceUp(sums.value, _NEWCOMER_VALUE);
            }
        }
        return uint16(Scoring.scoreDown(delivery, quality, proved, evidence));
    }

    function _scoreOf(ComponentRecord[5] memory components) private view returns (uint16) {
        uint256 proved;
        uint256 evidence;
        for (uint8 i = uint8(Component.Bets); i <= uint8(Component.Users); ++i) {
            if (components[i].outcomes == 0) continue;
            uint256 weight = weightOf(Component(i));
            proved += weight * Scoring.provedDown(components[i].weighted, components[i].value, _NEWCOMER_VALUE);
            evidence += weight * Scoring.evidenceUp(components[i].value, _NEWCOMER_VALUE);
        }
        return uint16(Scoring.scoreDown(components[0].averageBps, components[1].averageBps, proved, evidence));
    }

    function _average(uint256 weighted, uint256 value) private view returns (uint256) {
        return Scoring.averageDown(weighted, value, _NEWCOMER_BPS, _NEWCOMER_VALUE);
    }

    function _component(Component component, uint256 value, uint256 weighted, uint64 outcomes)
        private
        view
        returns (ComponentRecord memory)
    {
        return ComponentRecord({
            component: component,
            value: value,
            weighted: weighted,
            outcomes: outcomes,
            averageBps: uint16(_average(weighted, value))
        });
    }

    /* PREDECESSOR */

    /// @dev Before its first outcome here an account's sums in the predecessor become ours, as of today and once.
    function _carryOver(address account) private {
        if (!awaitsCarryOver(account)) return;
        _checkRegistered(account);
        ComponentRecord[5] memory components = _inherited(account);
        uint24 today = uint24(Forgetting.dayOf(block.timestamp));
        uint8 marks = _CARRIED_OVER;
        for (uint8 i; i < components.length; ++i) {
            ComponentRecord memory known = components[i];
            if (known.outcomes == 0) continue;
            Component component = Component(i);
            if (component >= Component.Bets) {
                marks |= _bit(component);
                _sums[account][component] =
                    Sums(uint56(known.value), uint72(known.weighted), uint24(known.outcomes), today);
            }
            emit CreditCarriedOver(
                account, address(_PREDECESSOR), component, known.value, known.weighted, known.outcomes
            );
        }
        _promises[account] = Promises({
            value: uint56(components[0].value),
            deliveryWeighted: uint72(components[0].weighted),
            qualityWeighted: uint72(components[1].weighted),
            outcomes: uint24(components[0].outcomes),
            day: today,
            marks: marks
        });
    }

    /// @dev What the predecessor knows today, averaged with our prior. Whatever it answers, our sums hold it.
    function _inherited(address account) private view returns (ComponentRecord[5] memory components) {
        components = _PREDECESSOR.componentsOf(account);
        for (uint8 i; i < components.length; ++i) {
            // Delivery and quality always move together.
            ComponentRecord memory known = components[i == uint8(Component.Quality) ? 0 : i];
            uint256 value = Scoring.countedValue(known.value);
            uint64 outcomes = known.outcomes < type(uint24).max ? known.outcomes : type(uint24).max;
            components[i] = _component(Component(i), value, Scoring.clamped(components[i].weighted, value), outcomes);
        }
    }

    /* FORGETTING */

    function _promisesToday(address account) private view returns (Promises memory record) {
        record = _promises[account];
        uint256 today = Forgetting.dayOf(block.timestamp);
        if (record.day == today) return record;
        if (record.outcomes == 0) {
            record.day = uint24(today);
            return record;
        }
        (uint256 numerator, uint256 denominator) = Forgetting.ratio(record.day, today);
        // Sums below 2^72, numerators below 2^10.
        unchecked {
            uint256 value = record.value * numerator / denominator;
            uint256 delivery = record.deliveryWeighted * numerator / denominator;
            uint256 quality = record.qualityWeighted * numerator / denominator;
            record.value = uint56(value);
            record.deliveryWeighted = uint72(Scoring.clamped(delivery, value));
            record.qualityWeighted = uint72(Scoring.clamped(quality, value));
        }
        record.day = uint24(today);
    }

    function _sumsToday(address account, Component component) private view returns (Sums memory record) {
        record = _sums[account][component];
        uint256 today = Forgetting.dayOf(block.timestamp);
        if (record.day == today) return record;
        (uint256 numerator, uint256 denominator) = Forgetting.ratio(record.day, today);
        uint256 value = record.value * numerator / denominator;
        record.weighted = uint72(Scoring.clamped(record.weighted * numerator / denominator, value));
        record.value = uint56(value);
        record.day = uint24(today);
    }

    function _next(uint24 outcomes) private pure returns (uint24) {
        return outcomes == type(uint24).max ? outcomes : outcomes + 1;
    }

    function _bit(Component component) private pure returns (uint8) {
        return uint8(1 << uint8(component));
    }

    /* CHECKS */

    function _checkScorer() private view {
        if (!IAccessControl(address(_PARTICIPANTS)).hasRole(Offices.SCORER, msg.sender)) {
            revert CreditRegistry_NotAScorer(msg.sender);
        }
    }

    function _checkPredecessor(ICreditRegistry predecessor_) private view {
        if (address(predecessor_).code.length == 0) revert CreditRegistry_NotARegistry(address(predecessor_));
        (uint256 theirs, uint256 ours) = (predecessor_.halfLifeDays(), Forgetting.HALF_LIFE_DAYS);
        if (theirs != ours) revert CreditRegistry_OtherHalfLife(theirs, ours);
    }

    function _checkRegistered(address account) private view {
        if (!_PARTICIPANTS.isRegistered(account)) revert CreditRegistry_NotRegistered(account);
    }
}
