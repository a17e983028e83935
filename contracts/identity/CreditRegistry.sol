// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IAccessControl } from "@openzeppelin/contracts/access/IAccessControl.sol";
import { Scoring } from "../libraries/Scoring.sol";
import { ICreditRegistry } from "./interfaces/ICreditRegistry.sol";
import { IParticipants } from "./interfaces/IParticipants.sol";
import { Offices } from "./Offices.sol";

/// @title CreditRegistry
/// @notice See {ICreditRegistry}.
contract CreditRegistry is ICreditRegistry {
    IParticipants private immutable _PARTICIPANTS;
    uint16 private immutable _NEWCOMER_BPS;
    uint256 private immutable _NEWCOMER_VALUE;

    mapping(address account => CreditRecord record) private _records;

    modifier onlyScorer() {
        _checkScorer();
        _;
    }

    /// @param newcomerBps_ Score of an account without outcomes.
    /// @param newcomerValue_ Value of outcomes as which that score counts, minor units; not zero.
    constructor(IParticipants participants, uint16 newcomerBps_, uint256 newcomerValue_) {
        if (newcomerBps_ > Scoring.BPS || newcomerValue_ == 0 || newcomerValue_ > type(uint128).max) {
            revert CreditRegistry_PriorOutOfBounds(newcomerBps_, newcomerValue_);
        }
        _PARTICIPANTS = participants;
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
        _record(account, orderId, deliveryId, value, uint16(delivery), uint16(quality));
    }

    /// @inheritdoc ICreditRegistry
    function recordDefault(address account, uint256 orderId, uint256 value) external onlyScorer {
        _record(account, orderId, 0, value, 0, 0);
    }

    // The three components below are being built; nothing reads them yet.

    /// @inheritdoc ICreditRegistry
    function recordBet(address account, uint256 betId, uint256 value, uint256 outcomeBps) external onlyScorer { }

    /// @inheritdoc ICreditRegistry
    function recordPeerRating(address account, uint256 groupId, uint256 weight, uint256 outcomeBps)
        external
        onlyScorer
    { }

    /// @inheritdoc ICreditRegistry
    function recordFeedback(address account, uint256 groupId, uint256 weight, uint256 outcomeBps)
        external
        onlyScorer
    { }

    function _record(
        address account,
        uint256 orderId,
        uint256 deliveryId,
        uint256 value,
        uint16 deliveryBps,
        uint16 qualityBps
    ) private {
        if (!_PARTICIPANTS.isRegistered(account)) revert CreditRegistry_NotRegistered(account);
        CreditRecord storage record = _records[account];
        record.value += value;
        record.deliveryWeighted += value * deliveryBps;
        record.qualityWeighted += value * qualityBps;
        record.outcomes += 1;
        emit CreditRecorded(account, msg.sender, orderId, deliveryId, value, deliveryBps, qualityBps, _score(record));
    }

    /* VIEWS */

    /// @inheritdoc ICreditRegistry
    function scoreOf(address account) external view returns (uint16) {
        return _score(_records[account]);
    }

    /// @inheritdoc ICreditRegistry
    function recordOf(address account) external view returns (CreditRecord memory) {
        return _records[account];
    }

    /// @inheritdoc ICreditRegistry
    function newcomerBps() external view returns (uint16) {
        return _NEWCOMER_BPS;
    }

    /// @inheritdoc ICreditRegistry
    function newcomerValue() external view returns (uint256) {
        return _NEWCOMER_VALUE;
    }

    function _score(CreditRecord storage record) private view returns (uint16) {
        uint256 value = record.value;
        uint256 delivery = Scoring.averageDown(record.deliveryWeighted, value, _NEWCOMER_BPS, _NEWCOMER_VALUE);
        uint256 quality = Scoring.averageDown(record.qualityWeighted, value, _NEWCOMER_BPS, _NEWCOMER_VALUE);
        return uint16(Scoring.scoreDown(delivery, quality));
    }

    function _checkScorer() private view {
        if (!IAccessControl(address(_PARTICIPANTS)).hasRole(Offices.SCORER, msg.sender)) {
            revert CreditRegistry_NotAScorer(msg.sender);
        }
    }
}
