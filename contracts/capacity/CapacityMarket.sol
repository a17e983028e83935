// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { IForceMajeure } from "../forcemajeure/interfaces/IForceMajeure.sol";
import { ICreditRegistry } from "../identity/interfaces/ICreditRegistry.sol";
import { IParticipants } from "../identity/interfaces/IParticipants.sol";
import { Room } from "../room/Room.sol";
import { CapacityIds } from "./CapacityIds.sol";
import { ICapacityMarket } from "./interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "./interfaces/ICapacityTokens.sol";
import { CapacityAccounts } from "./market/CapacityAccounts.sol";
import { CapacityOutcomes } from "./market/CapacityOutcomes.sol";
import { CapacityRuns } from "./market/CapacityRuns.sol";
import { CapacitySales } from "./market/CapacitySales.sol";

/// @title CapacityMarket
/// @notice See {ICapacityMarket}.
contract CapacityMarket is CapacitySales, CapacityRuns {
    using SafeERC20 for IERC20;

    /// @param minuteValue Most that a minute weighs in a plant's credit, minor units.
    constructor(
        IParticipants participants,
        ICreditRegistry credit,
        IERC20 token,
        ICapacityTokens capacity,
        IForceMajeure forceMajeure,
        uint96 minuteValue,
        uint256 edition
    )
        Room(participants, edition)
        CapacityAccounts(token, capacity)
        CapacityOutcomes(credit, forceMajeure, minuteValue)
    { }

    /// @inheritdoc ICapacityMarket
    function expire(uint256 tokenId, address holder) external nonReentrant {
        uint24 quantity = _held(tokenId, holder);
        (uint64 deviceId, uint64 slotIndex) = CapacityIds.placeOf(tokenId);
        _checkNotFailed(deviceId, slotIndex);
        (uint256 expiresAt,,,) = _CAPACITY.slotTimes(deviceId, slotIndex);
        if (block.timestamp < expiresAt) {
            revert CapacityMarket_TokenNotExpired(tokenId, block.timestamp, expiresAt);
        }

        (, address plant) = _plantOf(tokenId);
        uint128 amount = CapacityIds.worth(tokenId, quantity);
        _unredeemed[tokenId] -= quantity;
        _owed[plant] += amount;
        emit CapacityExpired(tokenId, holder, plant, quantity, amount);
        _CAPACITY.burn(holder, tokenId, quantity);
    }

    /// @inheritdoc ICapacityMarket
    function refund(uint256 tokenId, address holder) external nonReentrant {
        uint24 quantity = _held(tokenId, holder);
        if (!_hasFailed(tokenId)) {
            (uint64 deviceId, uint64 slotIndex) = CapacityIds.placeOf(tokenId);
            revert CapacityMarket_SlotNotFailed(deviceId, slotIndex);
        }

        (, address plant) = _plantOf(tokenId);
        uint128 amount = CapacityIds.worth(tokenId, quantity);
        _unredeemed[tokenId] -= quantity;
        _owed[holder] += amount;
        _noteOutcome(tokenId, quantity, 0);
        emit CapacityRefunded(tokenId, holder, plant, quantity, amount);
        _CAPACITY.burn(holder, tokenId, quantity);
    }

    /// @inheritdoc ICapacityMarket
    function withdraw(address account) external nonReentrant {
        uint128 amount = _owed[account];
        if (amount == 0) revert CapacityMarket_NothingOwed(account);
        _owed[account] = 0;
        emit CapacityProceedsWithdrawn(account, msg.sender, amount);
        _TOKEN.safeTransfer(account, amount);
    }
}
