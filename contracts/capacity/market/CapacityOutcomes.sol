// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICreditRegistry } from "../../identity/interfaces/ICreditRegistry.sol";
import { IForceMajeure } from "../../forcemajeure/interfaces/IForceMajeure.sol";
import { RunOutcome } from "../../libraries/RunOutcome.sol";
import { CapacityIds } from "../CapacityIds.sol";
import { ICapacityMarket } from "../interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../interfaces/ICapacityTokens.sol";
import { CapacityAccounts } from "./CapacityAccounts.sol";

/// @title CapacityOutcomes
/// @notice What plants keep of the minutes they sold, noted as it is settled and counted in their credit later, so
/// that no payment ever waits for credit or for force majeure. See {ICapacityMarket}.
abstract contract CapacityOutcomes is CapacityAccounts {
    uint256 public constant COUNT_SECONDS = 45 days; // to declare, dispute and rule force majeure of the slot

    ICreditRegistry internal immutable _CREDIT;
    IForceMajeure internal immutable _FORCE_MAJEURE;
    uint96 public immutable MINUTE_VALUE;

    mapping(uint64 deviceId => mapping(uint64 slotIndex => Outcome)) private _outcomes;

    constructor(ICreditRegistry credit, IForceMajeure forceMajeure, uint96 minuteValue) {
        _CREDIT = credit;
        _FORCE_MAJEURE = forceMajeure;
        MINUTE_VALUE = minuteValue;
    }

    /// @inheritdoc ICapacityMarket
    function countOutcome(uint64 deviceId, uint64 slotIndex) external {
        Outcome memory noted = _outcomes[deviceId][slotIndex];
        if (noted.quantity == 0) revert CapacityMarket_NothingToCount(deviceId, slotIndex);
        ICapacityTokens.Device memory machine = _CAPACITY.device(deviceId);
        (, uint256 startsAt, uint256 endsAt,) = _CAPACITY.slotTimes(deviceId, slotIndex);
        if (machine.region != 0) _checkFrom(endsAt + COUNT_SECONDS);

        uint256 excused = _FORCE_MAJEURE.daysIn(machine.region, startsAt, endsAt);
        uint256 touched = (endsAt - 1) / 1 days - startsAt / 1 days + 1;
        (uint256 weight, uint256 outcomeBps) =
            RunOutcome.countedDown(noted.quantity, noted.ran, noted.weight, touched, excused);
        delete _outcomes[deviceId][slotIndex];
        emit CapacityOutcomeCounted(
            deviceId, slotIndex, machine.plant, noted.quantity, noted.ran, weight, uint16(outcomeBps), uint16(excused)
        );
        if (weight != 0) _CREDIT.recordCapacity(machine.plant, deviceId, weight, outcomeBps);
    }

    /// @inheritdoc ICapacityMarket
    function outcomeOf(uint64 deviceId, uint64 slotIndex) external view returns (Outcome memory) {
        return _outcomes[deviceId][slotIndex];
    }

    /// @dev A minute weighs its price, at most MINUTE_VALUE.
    function _noteOutcome(uint256 tokenId, uint24 quantity, uint24 ran) internal {
        (uint64 deviceId, uint64 slotIndex,, uint96 price) = CapacityIds.unpack(tokenId);
        Outcome storage noted = _outcomes[deviceId][slotIndex];
        noted.quantity += quantity;
        noted.ran += ran;
        noted.weight += uint128(price < MINUTE_VALUE ? price : MINUTE_VALUE) * quantity;
    }
}
