// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Hearing } from "../../libraries/Hearing.sol";
import { CapacityIds } from "../CapacityIds.sol";
import { ICapacityMarket } from "../interfaces/ICapacityMarket.sol";
import { CapacityOutcomes } from "./CapacityOutcomes.sol";

/// @title CapacityRuns
/// @notice What becomes of minutes that were redeemed: reported, disputed, ruled, paid. See {ICapacityMarket}.
abstract contract CapacityRuns is CapacityOutcomes {
    using Hearing for Hearing.Case;

    uint8 private constant _HOLDER = 1; // bits of who disputes
    uint8 private constant _PLANT = 2;

    struct Voices {
        // slot 0
        uint8 disputing; // parties whose disputes stand
        uint8 spoken; // parties that ever disputed
    }

    uint256 private _redemptionCount;
    mapping(uint256 redemptionId => Redemption) private _redemptions;
    mapping(uint256 redemptionId => Hearing.Case) private _cases;
    mapping(uint256 redemptionId => Voices) private _voices;

    /* REDEEM */

    /// @inheritdoc ICapacityMarket
    function redeem(uint256 tokenId, uint24 quantity, bytes32 productionOrderRef)
        external
        nonReentrant
        returns (uint256 redemptionId)
    {
        _checkOurs(tokenId);
        uint256 held = _CAPACITY.balanceOf(msg.sender, tokenId);
        if (held < quantity) revert CapacityMarket_NotHeld(tokenId, msg.sender, held, quantity);
        if (quantity == 0) revert CapacityMarket_ZeroQuantity();
        (uint64 deviceId, uint64 slotIndex) = CapacityIds.placeOf(tokenId);
        _checkNotFailed(deviceId, slotIndex);
        _checkReference(productionOrderRef);
        (uint256 expiresAt,,, uint256 reportEnd) = _CAPACITY.slotTimes(deviceId, slotIndex);
        if (block.timestamp >= expiresAt) {
            revert CapacityMarket_TokenExpired(tokenId, block.timestamp, expiresAt);
        }

        redemptionId = _numberOf(++_redemptionCount);
        _unredeemed[tokenId] -= quantity;
        Redemption storage record = _redemptions[redemptionId];
        record.holder = msg.sender;
        record.disputeBy = uint40(reportEnd + _CAPACITY.device(deviceId).disputeSeconds);
        record.quantity = quantity;
        record.status = RedemptionStatus.Redeemed;
        record.tokenId = tokenId;
        record.productionOrderRef = productionOrderRef;
        _tellRedeemed(redemptionId, record);
        _CAPACITY.burn(msg.sender, tokenId, quantity);
    }

    /* REPORT */

    /// @inheritdoc ICapacityMarket
    function reportRun(uint256 redemptionId, uint24 ran, bytes32 evidenceRef) external {
        Redemption storage record = _knownRun(redemptionId);
        (uint64 deviceId, uint64 slotIndex) = CapacityIds.placeOf(record.tokenId);
        _checkHolder(_CAPACITY.slot(deviceId, slotIndex).attesterPost);
        if (record.status != RedemptionStatus.Redeemed) {
            revert CapacityMarket_WrongStatus(redemptionId, record.status);
        }
        _checkNotFailed(deviceId, slotIndex);
        _checkRan(redemptionId, record, ran);
        _checkReference(evidenceRef);
        (, uint256 startsAt, uint256 endsAt, uint256 reportEnd) = _CAPACITY.slotTimes(deviceId, slotIndex);
        _checkFrom(startsAt);
        _checkBefore(reportEnd);

        // What a machine did is known only when its slot is over: no time to object ends before.
        uint256 from = block.timestamp > endsAt ? block.timestamp : endsAt;
        uint40 disputeBy = uint40(from + _CAPACITY.device(deviceId).disputeSeconds);
        record.status = RedemptionStatus.Reported;
        record.ran = ran;
        record.disputeBy = disputeBy;
        emit RunReported(redemptionId, msg.sender, evidenceRef, ran, disputeBy);
    }

    /* DISPUTE AND RULE */

    /// @inheritdoc ICapacityMarket
    function disputeRun(uint256 redemptionId, bytes32 reasonRef) external {
        Redemption storage record = _knownRun(redemptionId);
        uint8 voice = _voiceOf(redemptionId, record);
        _checkUnsettled(redemptionId, record);
        (uint64 deviceId, uint64 slotIndex) = CapacityIds.placeOf(record.tokenId);
        _checkNotFailed(deviceId, slotIndex);
        _checkReference(reasonRef);
        Voices storage voices = _voices[redemptionId];
        if (voices.spoken & voice != 0) revert CapacityMarket_DisputedBefore(redemptionId, msg.sender);
        // Silence is one only when the time for a report is over.
        uint256 opensAt;
        if (record.status == RedemptionStatus.Redeemed) (,,, opensAt) = _CAPACITY.slotTimes(deviceId, slotIndex);
        _checkFrom(opensAt);
        uint40 disputeBy = record.disputeBy;
        _checkBefore(disputeBy);

        // The first opens the case, the other keeps it open: who withdraws silences only itself.
        Hearing.Case storage hearing = _cases[redemptionId];
        if (voices.disputing == 0) {
            hearing.dispute(msg.sender, opensAt, disputeBy, _CAPACITY.device(deviceId).rulingSeconds);
        }
        voices.disputing |= voice;
        voices.spoken |= voice;
        emit RunDisputed(redemptionId, msg.sender, reasonRef, hearing.ruleBy);
    }

    /// @inheritdoc ICapacityMarket
    function withdrawRunDispute(uint256 redemptionId) external {
        Redemption storage record = _knownRun(redemptionId);
        uint8 voice = _voiceOf(redemptionId, record);
        _checkUnsettled(redemptionId, record);
        Voices storage voices = _voices[redemptionId];
        if (voices.disputing & voice == 0) revert CapacityMarket_NotDisputing(redemptionId, msg.sender);

        voices.disputing &= ~voice;
        Hearing.Case storage hearing = _cases[redemptionId];
        if (voices.disputing == 0) hearing.withdraw(hearing.disputant);
        emit RunDisputeWithdrawn(redemptionId, msg.sender, uint40(hearing.standsAt(record.disputeBy)));
    }

    /// @inheritdoc ICapacityMarket
    function rule(uint256 redemptionId, uint24 ran, bytes32 rulingRef) external {
        Redemption storage record = _knownRun(redemptionId);
        (uint64 deviceId,) = CapacityIds.placeOf(record.tokenId);
        _checkHolder(_CAPACITY.device(deviceId).arbiterPost);
        _checkUnsettled(redemptionId, record);
        _checkRan(redemptionId, record, ran);
        _checkReference(rulingRef);
        _cases[redemptionId].rule();

        emit RunRuled(redemptionId, msg.sender, rulingRef, ran);
        _settle(redemptionId, record, ran);
    }

    /* SETTLE */

    /// @inheritdoc ICapacityMarket
    function acknowledge(uint256 redemptionId) external {
        Redemption storage record = _knownRun(redemptionId);
        if (msg.sender != record.holder) revert CapacityMarket_NotTheHolder(redemptionId, msg.sender);
        _settle(redemptionId, record, record.quantity);
    }

    /// @inheritdoc ICapacityMarket
    function concede(uint256 redemptionId) external {
        Redemption storage record = _knownRun(redemptionId);
        (uint64 deviceId, address plant) = _plantOf(record.tokenId);
        if (msg.sender != plant) revert CapacityMarket_NotThePlant(deviceId, msg.sender);
        _settle(redemptionId, record, 0);
    }

    /// @inheritdoc ICapacityMarket
    function settle(uint256 redemptionId) external {
        Redemption storage record = _knownRun(redemptionId);
        _checkUnsettled(redemptionId, record);
        if (!_hasFailed(record.tokenId)) {
            Hearing.Case storage hearing = _cases[redemptionId];
            uint256 from = hearing.standsAt(record.disputeBy);
            if (block.timestamp < from) revert CapacityMarket_NotYetDecided(redemptionId, block.timestamp, from);
            if (hearing.isDisputed()) {
                hearing.lapse();
                emit RunDisputeLapsed(redemptionId);
            }
        }
        _settle(redemptionId, record, record.ran);
    }

    /* VIEWS */

    /// @inheritdoc ICapacityMarket
    function redemption(uint256 redemptionId) external view returns (Redemption memory) {
        return _redemptions[redemptionId];
    }

    /// @inheritdoc ICapacityMarket
    function runHearing(uint256 redemptionId) external view returns (Hearing.Case memory) {
        return _cases[redemptionId];
    }

    /// @inheritdoc ICapacityMarket
    function settleableAt(uint256 redemptionId) external view returns (uint256) {
        Redemption storage record = _redemptions[redemptionId];
        if (record.status == RedemptionStatus.Settled || record.status == RedemptionStatus.None) return 0;
        return _hasFailed(record.tokenId) ? 0 : _cases[redemptionId].standsAt(record.disputeBy);
    }

    /* INTERNALS */

    function _settle(uint256 redemptionId, Redemption storage record, uint24 ran) private {
        _checkUnsettled(redemptionId, record);
        uint256 tokenId = record.tokenId;
        (, address plant) = _plantOf(tokenId);
        uint24 quantity = record.quantity;
        address holder = record.holder;
        uint128 toPlant = CapacityIds.worth(tokenId, ran);
        uint128 toHolder = CapacityIds.worth(tokenId, quantity - ran);
        record.status = RedemptionStatus.Settled;
        record.ran = ran;
        _owed[plant] += toPlant;
        _owed[holder] += toHolder;
        _noteOutcome(tokenId, quantity, ran);
        emit RedemptionSettled(redemptionId, plant, holder, ran, quantity, toPlant, toHolder);
    }

    function _tellRedeemed(uint256 redemptionId, Redemption storage record) private {
        (, address plant) = _plantOf(record.tokenId);
        emit CapacityRedeemed(
            redemptionId,
            record.tokenId,
            record.holder,
            plant,
            record.quantity,
            CapacityIds.worth(record.tokenId, record.quantity),
            record.productionOrderRef,
            record.disputeBy
        );
    }

    function _voiceOf(uint256 redemptionId, Redemption storage record) private view returns (uint8) {
        if (msg.sender == record.holder) return _HOLDER;
        (, address plant) = _plantOf(record.tokenId);
        if (msg.sender != plant) revert CapacityMarket_NotAParty(redemptionId, msg.sender);
        return _PLANT;
    }

    function _checkRan(uint256 redemptionId, Redemption storage record, uint24 ran) private view {
        if (ran > record.quantity) revert CapacityMarket_RanExceedsRedeemed(redemptionId, ran, record.quantity);
    }

    function _checkUnsettled(uint256 redemptionId, Redemption storage record) private view {
        if (record.status == RedemptionStatus.Settled) {
            revert CapacityMarket_WrongStatus(redemptionId, record.status);
        }
    }

    function _knownRun(uint256 redemptionId) private view returns (Redemption storage record) {
        record = _redemptions[redemptionId];
        if (record.status == RedemptionStatus.None) revert CapacityMarket_RedemptionUnknown(redemptionId);
    }
}
