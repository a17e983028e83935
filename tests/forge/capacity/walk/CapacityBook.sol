// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// What a reader of the capacity market's logs knows who sees nothing else.
abstract contract CapacityBook is TestBase {
    bool public moved; // by the last step: a step without a log changed nothing

    uint256 public soldFor; // all that was ever paid in
    uint256 public toPlant; // and what became of it
    uint256 public toHolders;
    uint256 public withdrawn;
    uint256 public uneven; // settlements whose parts were not the whole
    mapping(uint256 tokenId => uint256) public minutesOut;
    mapping(uint256 redemptionId => uint256) public amountOf; // of an unsettled redemption
    mapping(address account => uint256) public credited;
    mapping(uint64 slotIndex => uint256) public issued;
    mapping(uint64 slotIndex => uint256) public attested;

    uint256[] internal _tokenIds;
    mapping(uint256 tokenId => bool) private _known;

    /// The events of everything inside are booked when it is done.
    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            _bookSlot(logs[i]);
            _bookSale(logs[i]);
            _bookEnd(logs[i]);
        }
    }

    function tokenIds() external view returns (uint256[] memory) {
        return _tokenIds;
    }

    function _bookSlot(Vm.Log memory log) private {
        if (log.topics[0] == ICapacityTokens.CapacityAttested.selector) {
            (uint24 free,,) = abi.decode(log.data, (uint24, uint24, bytes32));
            attested[uint64(uint256(log.topics[2]))] = free;
        } else if (log.topics[0] == ICapacityTokens.CapacityIssued.selector) {
            (uint64 slotIndex,, uint24 quantity,) = abi.decode(log.data, (uint64, uint128, uint24, uint24));
            issued[slotIndex] += quantity;
        }
    }

    function _bookSale(Vm.Log memory log) private {
        if (log.topics[0] == ICapacityMarket.CapacitySold.selector) {
            (, uint24 quantity,, uint128 amount) = abi.decode(log.data, (address, uint24, uint128, uint128));
            uint256 tokenId = uint256(log.topics[2]);
            if (!_known[tokenId]) _tokenIds.push(tokenId);
            _known[tokenId] = true;
            minutesOut[tokenId] += quantity;
            soldFor += amount;
        } else if (log.topics[0] == ICapacityMarket.CapacityRedeemed.selector) {
            (, uint24 quantity, uint128 amount,,) = abi.decode(log.data, (address, uint24, uint128, bytes32, uint40));
            minutesOut[uint256(log.topics[2])] -= quantity;
            amountOf[uint256(log.topics[1])] = amount;
        }
    }

    function _bookEnd(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == ICapacityMarket.RedemptionSettled.selector) {
            (,, uint128 plants, uint128 holders) = abi.decode(log.data, (uint24, uint24, uint128, uint128));
            if (plants + holders != amountOf[uint256(log.topics[1])]) ++uneven;
            amountOf[uint256(log.topics[1])] = 0;
            _credit(log.topics[2], plants, true);
            _credit(log.topics[3], holders, false);
        } else if (topic == ICapacityMarket.CapacityExpired.selector) {
            (uint24 quantity, uint128 amount) = abi.decode(log.data, (uint24, uint128));
            minutesOut[uint256(log.topics[1])] -= quantity;
            _credit(log.topics[3], amount, true);
        } else if (topic == ICapacityMarket.CapacityRefunded.selector) {
            (uint24 quantity, uint128 amount) = abi.decode(log.data, (uint24, uint128));
            minutesOut[uint256(log.topics[1])] -= quantity;
            _credit(log.topics[2], amount, false);
        } else if (topic == ICapacityMarket.CapacityProceedsWithdrawn.selector) {
            uint128 amount = abi.decode(log.data, (uint128));
            credited[address(uint160(uint256(log.topics[1])))] -= amount;
            withdrawn += amount;
        }
    }

    function _credit(bytes32 account, uint256 amount, bool isPlant) private {
        credited[address(uint160(uint256(account)))] += amount;
        if (isPlant) toPlant += amount;
        else toHolders += amount;
    }
}
