// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ICapacityMarket } from "../../../../contracts/capacity/interfaces/ICapacityMarket.sol";
import { ICapacityTokens } from "../../../../contracts/capacity/interfaces/ICapacityTokens.sol";
import { ICreditRegistry } from "../../../../contracts/identity/interfaces/ICreditRegistry.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// What a reader of the logs of capacity markets knows who sees nothing else.
abstract contract CapacityBook is TestBase {
    struct Flows {
        uint256 soldFor; // all that was ever paid in
        uint256 toPlant; // and what became of it
        uint256 toHolders;
        uint256 withdrawn;
    }

    struct Minutes {
        uint256 quantity;
        uint256 ran;
        uint256 weight;
    }

    bool public moved; // by the last step: a step without a log changed nothing
    bool internal _refused; // the step's only call
    uint256 public uneven; // settlements whose parts were not the whole
    mapping(address market => Flows) internal _flows;
    mapping(address market => mapping(address account => uint256)) public credited;
    mapping(uint256 tokenId => uint256) public minutesOut;
    mapping(uint256 redemptionId => uint256) public amountOf; // of an unsettled redemption
    mapping(uint256 redemptionId => uint256) private _tokenOf;
    mapping(uint64 slotIndex => uint256) public issued;
    mapping(uint64 slotIndex => uint256) public attested;
    mapping(address market => mapping(uint64 slotIndex => Minutes)) internal _settled; // or refunded
    mapping(address market => mapping(uint64 slotIndex => Minutes)) internal _counted;
    uint256 public recorded; // weight that the registry counted, by its own events

    uint256[] internal _tokenIds;
    mapping(uint256 tokenId => bool) private _isKnown;

    function minuteValue() public view virtual returns (uint256);

    /// The events of everything inside are booked when it is done; a call that was refused left none, whatever forge
    /// recorded before it was.
    modifier booked() {
        vm.recordLogs();
        _refused = false;
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (_refused) logs = new Vm.Log[](0);
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            _bookSlot(logs[i]);
            _bookSale(logs[i]);
            _bookEnd(logs[i]);
            _bookCredit(logs[i]);
        }
    }

    function tokenIds() external view returns (uint256[] memory) {
        return _tokenIds;
    }

    function flowsOf(address market) external view returns (Flows memory) {
        return _flows[market];
    }

    function settledOf(address market, uint64 slotIndex) external view returns (Minutes memory) {
        return _settled[market][slotIndex];
    }

    function countedOf(address market, uint64 slotIndex) external view returns (Minutes memory) {
        return _counted[market][slotIndex];
    }

    function _bookSlot(Vm.Log memory log) private {
        if (log.topics[0] == ICapacityTokens.CapacityAttested.selector) {
            (, uint24 free,,) = abi.decode(log.data, (address, uint24, uint24, bytes32));
            attested[uint64(uint256(log.topics[2]))] = free;
        } else if (log.topics[0] == ICapacityTokens.CapacityIssued.selector) {
            (uint64 slotIndex,,, uint24 quantity,) = abi.decode(log.data, (uint64, uint32, uint96, uint24, uint24));
            issued[slotIndex] += quantity;
        }
    }

    function _bookSale(Vm.Log memory log) private {
        if (log.topics[0] == ICapacityMarket.CapacitySold.selector) {
            (, uint24 quantity,, uint128 amount) = abi.decode(log.data, (address, uint24, uint128, uint128));
            uint256 tokenId = uint256(log.topics[2]);
            if (!_isKnown[tokenId]) _tokenIds.push(tokenId);
            _isKnown[tokenId] = true;
            minutesOut[tokenId] += quantity;
            _flows[log.emitter].soldFor += amount;
        } else if (log.topics[0] == ICapacityMarket.CapacityRedeemed.selector) {
            (, uint24 quantity, uint128 amount,,) = abi.decode(log.data, (address, uint24, uint128, bytes32, uint40));
            minutesOut[uint256(log.topics[2])] -= quantity;
            amountOf[uint256(log.topics[1])] = amount;
            _tokenOf[uint256(log.topics[1])] = uint256(log.topics[2]);
        }
    }

    function _bookEnd(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == ICapacityMarket.RedemptionSettled.selector) {
            (uint24 ran, uint24 quantity, uint128 plants, uint128 holders) =
                abi.decode(log.data, (uint24, uint24, uint128, uint128));
            uint256 id = uint256(log.topics[1]);
            if (plants + holders != amountOf[id]) ++uneven;
            amountOf[id] = 0;
            _credit(log.emitter, log.topics[2], plants, true);
            _credit(log.emitter, log.topics[3], holders, false);
            _note(log.emitter, _tokenOf[id], quantity, ran);
        } else if (topic == ICapacityMarket.CapacityExpired.selector) {
            (uint24 quantity, uint128 amount) = abi.decode(log.data, (uint24, uint128));
            minutesOut[uint256(log.topics[1])] -= quantity;
            _credit(log.emitter, log.topics[3], amount, true);
        } else if (topic == ICapacityMarket.CapacityRefunded.selector) {
            (uint24 quantity, uint128 amount) = abi.decode(log.data, (uint24, uint128));
            minutesOut[uint256(log.topics[1])] -= quantity;
            _credit(log.emitter, log.topics[2], amount, false);
            _note(log.emitter, uint256(log.topics[1]), quantity, 0);
        } else if (topic == ICapacityMarket.CapacityProceedsWithdrawn.selector) {
            uint128 amount = abi.decode(log.data, (uint128));
            credited[log.emitter][address(uint160(uint256(log.topics[1])))] -= amount;
            _flows[log.emitter].withdrawn += amount;
        }
    }

    function _bookCredit(Vm.Log memory log) private {
        if (log.topics[0] == ICapacityMarket.CapacityOutcomeCounted.selector) {
            (uint24 quantity, uint24 ran, uint256 weight,,) =
                abi.decode(log.data, (uint24, uint24, uint256, uint16, uint16));
            Minutes storage counted = _counted[log.emitter][uint64(uint256(log.topics[2]))];
            counted.quantity += quantity;
            counted.ran += ran;
            counted.weight += weight;
        } else if (log.topics[0] == ICreditRegistry.ComponentRecorded.selector) {
            (, uint256 value,,) = abi.decode(log.data, (uint8, uint256, uint16, uint16));
            recorded += value;
        }
    }

    function _note(address market, uint256 tokenId, uint256 quantity, uint256 ran) private {
        Minutes storage settled = _settled[market][uint64(tokenId >> 128)];
        uint256 price = uint96(tokenId);
        settled.quantity += quantity;
        settled.ran += ran;
        settled.weight += quantity * (price < minuteValue() ? price : minuteValue());
    }

    function _credit(address market, bytes32 account, uint256 amount, bool isPlant) private {
        credited[market][address(uint160(uint256(account)))] += amount;
        if (isPlant) _flows[market].toPlant += amount;
        else _flows[market].toHolders += amount;
    }
}
