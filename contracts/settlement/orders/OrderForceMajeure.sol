// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IOrderChanges } from "../interfaces/IOrderChanges.sol";
import { OrderDisputes } from "./OrderDisputes.sol";

/// @title OrderForceMajeure
/// @notice See {IOrderChanges}.
abstract contract OrderForceMajeure is IOrderChanges, OrderDisputes {
    uint16 public constant MAX_FORCE_MAJEURE_DAYS = 180; // by which one order's promise moves in all
    uint8 public constant MAX_FORCE_MAJEURE_REPORTS = 4; // so that reports cannot hold late deliveries for ever

    /* REPORT */

    /// @inheritdoc IOrderChanges
    function reportForceMajeure(uint256 orderId, uint16 delayDays, bytes32 eventRef) external {
        OrderRecord storage record = _attested(orderId);
        ForceMajeure storage majeure = _majeure[orderId];
        if (majeure.pendingDays != 0) revert PurchaseOrders_ForceMajeurePending(orderId);
        if (majeure.reports >= MAX_FORCE_MAJEURE_REPORTS) {
            revert PurchaseOrders_TooManyReports(orderId, MAX_FORCE_MAJEURE_REPORTS);
        }
        uint16 maxDays = MAX_FORCE_MAJEURE_DAYS - majeure.grantedDays;
        if (delayDays == 0 || delayDays > maxDays) {
            revert PurchaseOrders_DelayOutOfBounds(orderId, delayDays, maxDays);
        }
        _checkReference(eventRef);

        majeure.pendingDays = delayDays;
        majeure.reports += 1;
        majeure.reportedAt = uint40(block.timestamp);
        majeure.ruleBy = 0;
        emit ForceMajeureReported(
            orderId, eventRef, msg.sender, delayDays, uint40(block.timestamp) + record.silenceSeconds
        );
    }

    /* DISPUTE AND RULE */

    /// @inheritdoc IOrderChanges
    function disputeForceMajeure(uint256 orderId, bytes32 reasonRef) external {
        OrderRecord storage record = _byParty(orderId);
        ForceMajeure storage majeure = _pendingMajeure(orderId);
        if (majeure.ruleBy != 0) revert PurchaseOrders_ForceMajeureDisputedBefore(orderId);
        _checkReference(reasonRef);
        uint256 disputeBy = uint256(majeure.reportedAt) + record.silenceSeconds;
        if (block.timestamp >= disputeBy) {
            revert PurchaseOrders_ForceMajeureStands(orderId, block.timestamp, disputeBy);
        }

        uint40 ruleBy = uint40(block.timestamp) + RULING_SECONDS;
        majeure.ruleBy = ruleBy;
        emit ForceMajeureDisputed(orderId, msg.sender, reasonRef, ruleBy);
    }

    /// @inheritdoc IOrderChanges
    function ruleForceMajeure(uint256 orderId, uint16 grantedDays, bytes32 rulingRef) external {
        OrderRecord storage record = _arbitrated(orderId);
        ForceMajeure storage majeure = _pendingMajeure(orderId);
        uint256 ruleBy = majeure.ruleBy;
        if (ruleBy == 0) revert PurchaseOrders_ForceMajeureUndisputed(orderId);
        if (grantedDays > majeure.pendingDays) {
            revert PurchaseOrders_GrantExceedsReport(orderId, grantedDays, majeure.pendingDays);
        }
        _checkReference(rulingRef);
        if (block.timestamp >= ruleBy) revert PurchaseOrders_RulingClosed(orderId, block.timestamp, ruleBy);

        (uint40 promisedAt, uint64 revision) = _grant(record, orderId, grantedDays);
        emit ForceMajeureRuled(orderId, msg.sender, rulingRef, grantedDays, promisedAt, revision);
    }

    /* APPLY */

    /// @inheritdoc IOrderChanges
    function applyForceMajeure(uint256 orderId) external {
        OrderRecord storage record = _inStatus(orderId, OrderStatus.Funded);
        ForceMajeure storage majeure = _pendingMajeure(orderId);
        uint256 ruleBy = majeure.ruleBy;
        uint256 disputeBy = uint256(majeure.reportedAt) + record.silenceSeconds;
        if (block.timestamp < ruleBy) revert PurchaseOrders_RulingOpen(orderId, block.timestamp, ruleBy);
        if (ruleBy == 0 && block.timestamp < disputeBy) {
            revert PurchaseOrders_ForceMajeureDisputable(orderId, block.timestamp, disputeBy);
        }

        uint16 grantedDays = majeure.pendingDays;
        (uint40 promisedAt, uint64 revision) = _grant(record, orderId, grantedDays);
        emit ForceMajeureApplied(orderId, grantedDays, promisedAt, revision);
    }

    /* INTERNALS */

    /// @dev Moves the promise, and with it the times to ship and to close.
    function _grant(OrderRecord storage record, uint256 orderId, uint16 grantedDays)
        private
        returns (uint40 promisedAt, uint64 revision)
    {
        ForceMajeure storage majeure = _majeure[orderId];
        majeure.pendingDays = 0;
        majeure.grantedDays += grantedDays;
        promisedAt = record.promisedAt + uint40(grantedDays) * 1 days;
        revision = _earlier[orderId].revision;
        if (grantedDays != 0) {
            record.promisedAt = promisedAt;
            _earlier[orderId].revision = ++revision;
        }
    }

    function _pendingMajeure(uint256 orderId) private view returns (ForceMajeure storage majeure) {
        majeure = _majeure[orderId];
        if (majeure.pendingDays == 0) revert PurchaseOrders_NoForceMajeure(orderId);
    }
}
