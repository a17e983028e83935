// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { ReentrancyGuard } from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import { Room } from "../../room/Room.sol";
import { CapacityIds } from "../CapacityIds.sol";
import { ICapacityMarket } from "../interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../interfaces/ICapacityTokens.sol";

/// @title CapacityAccounts
/// @notice What a capacity market keeps: minutes that are out, and what it owes to whom. See {ICapacityMarket}.
abstract contract CapacityAccounts is ICapacityMarket, Room, ReentrancyGuard {
    IERC20 internal immutable _TOKEN;
    ICapacityTokens internal immutable _CAPACITY;

    uint32 internal _number; // of this market in the ids of its tokens; zero until its first sale
    mapping(uint256 tokenId => uint24 quantity) internal _unredeemed;
    mapping(address account => uint128 amount) internal _owed;

    constructor(IERC20 token, ICapacityTokens capacity) {
        _TOKEN = token;
        _CAPACITY = capacity;
    }

    /// @inheritdoc ICapacityMarket
    function unredeemed(uint256 tokenId) external view returns (uint24) {
        return _unredeemed[tokenId];
    }

    /// @inheritdoc ICapacityMarket
    function owed(address account) external view returns (uint128) {
        return _owed[account];
    }

    /// @dev All that a holder has of a token that this market issued.
    function _held(uint256 tokenId, address holder) internal view returns (uint24 quantity) {
        _checkOurs(tokenId);
        quantity = uint24(_CAPACITY.balanceOf(holder, tokenId)); // at most what was issued
        if (quantity == 0) revert CapacityMarket_NothingHeld(tokenId, holder);
    }

    function _plantOf(uint256 tokenId) internal view returns (uint64 deviceId, address plant) {
        (deviceId,) = CapacityIds.placeOf(tokenId);
        plant = _CAPACITY.device(deviceId).plant;
    }

    function _checkOurs(uint256 tokenId) internal view {
        (,, uint32 number,) = CapacityIds.unpack(tokenId);
        if (number == 0 || number != _number) revert CapacityMarket_NotOurToken(tokenId);
    }

    function _hasFailed(uint256 tokenId) internal view returns (bool) {
        (uint64 deviceId, uint64 slotIndex) = CapacityIds.placeOf(tokenId);
        return _CAPACITY.slot(deviceId, slotIndex).failed;
    }

    function _checkNotFailed(uint64 deviceId, uint64 slotIndex) internal view {
        if (_CAPACITY.slot(deviceId, slotIndex).failed) revert CapacityMarket_SlotFailed(deviceId, slotIndex);
    }
}
