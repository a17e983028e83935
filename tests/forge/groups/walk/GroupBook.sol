// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { TestBase } from "../../support/TestBase.sol";
import { Vm } from "../../support/Vm.sol";

/// What a reader of chain groups knows who sees nothing but their logs.
abstract contract GroupBook is TestBase {
    struct Entry {
        address node;
        uint128 pledge;
        uint16 creditBps;
        uint32 index;
    }

    bool public moved; // by the last step: a step without a log changed nothing
    int256 public held; // tokens, by deposits and payments
    uint256 public formedUncovered; // how often a group formed below its target
    mapping(uint256 groupId => uint128) public targetOf;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => address))) public selectedIn;
    mapping(uint256 groupId => mapping(address account => bool)) public everHeld;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => Entry[]))) private _entries;
    mapping(uint256 groupId => uint256) private _rolesOf;
    uint256 public backwards; // how often a state or a round went back, or an end state was left
    mapping(uint256 groupId => IChainGroups.GroupStatus) public statusOf;
    mapping(uint256 groupId => mapping(uint256 roleId => uint256)) public lastRound;
    mapping(uint256 groupId => mapping(uint256 roleId => mapping(uint256 round => mapping(address node => bool))))
        public grabbed;

    modifier booked() {
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        moved = logs.length != 0;
        for (uint256 i; i < logs.length; ++i) {
            _bookGroup(logs[i]);
            _bookRole(logs[i]);
            _bookMoney(logs[i]);
        }
    }

    /// The best of a round by (pledge, credit, earlier grab); zero when nobody grabbed.
    function bestOf(uint256 groupId, uint256 roleId, uint256 round) public view returns (address best) {
        Entry[] storage all = _entries[groupId][roleId][round];
        uint256 top;
        for (uint256 i; i < all.length; ++i) {
            uint256 key =
                uint256(all[i].pledge) << 64 | uint256(all[i].creditBps) << 32 | (type(uint32).max - all[i].index);
            if (key > top) (best, top) = (all[i].node, key);
        }
    }

    function standingOf(uint256 groupId, uint256 roleId, uint256 round) public view returns (address) {
        address selected = selectedIn[groupId][roleId][round];
        return selected == address(0) ? bestOf(groupId, roleId, round) : selected;
    }

    function entries(uint256 groupId, uint256 roleId, uint256 round) external view returns (Entry[] memory) {
        return _entries[groupId][roleId][round];
    }

    function _bookGroup(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IChainGroups.GroupOpened.selector) {
            (IChainGroups.GroupTerms memory terms, IChainGroups.RoleTerms[] memory roles, uint128 budget,,,,) = abi.decode(
                log.data, (IChainGroups.GroupTerms, IChainGroups.RoleTerms[], uint128, uint40, uint40, uint40, uint40)
            );
            uint256 id = uint256(log.topics[1]);
            targetOf[id] = terms.target;
            _rolesOf[id] = roles.length;
            for (uint256 roleId = 1; roleId <= roles.length; ++roleId) {
                lastRound[id][roleId] = 1;
            }
            _goes(id, IChainGroups.GroupStatus.None, IChainGroups.GroupStatus.Open);
            held += int256(uint256(budget));
        } else if (topic == IChainGroups.GroupFormed.selector) {
            uint256 id = uint256(log.topics[1]);
            _goes(id, IChainGroups.GroupStatus.Open, IChainGroups.GroupStatus.Formed);
            if (abi.decode(log.data, (uint128)) < targetOf[id]) ++formedUncovered;
            everHeld[id][address(uint160(uint256(log.topics[2])))] = true;
            for (uint256 roleId = 1; roleId <= _rolesOf[id]; ++roleId) {
                address holder = standingOf(id, roleId, 1);
                if (holder == address(0)) ++formedUncovered;
                everHeld[id][holder] = true;
            }
        } else if (topic == IChainGroups.GroupDissolved.selector) {
            _goes(uint256(log.topics[1]), IChainGroups.GroupStatus.Open, IChainGroups.GroupStatus.Dissolved);
        } else if (topic == IChainGroups.GroupSettled.selector) {
            _goes(uint256(log.topics[1]), IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Settled);
        }
    }

    function _goes(uint256 id, IChainGroups.GroupStatus from, IChainGroups.GroupStatus to) private {
        if (statusOf[id] != from) ++backwards;
        statusOf[id] = to;
    }

    function _bookRole(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IChainGroups.RoleGrabbed.selector) {
            (uint256 round, uint32 index, uint128 pledge, uint128 stake, uint16 creditBps,,) =
                abi.decode(log.data, (uint256, uint32, uint128, uint128, uint16, bytes32, bool));
            address node = address(uint160(uint256(log.topics[3])));
            _entries[uint256(
                    log.topics[1]
                )][uint256(
                    log.topics[2]
                )][round].push(Entry({ node: node, pledge: pledge, creditBps: creditBps, index: index }));
            grabbed[uint256(log.topics[1])][uint256(log.topics[2])][round][node] = true;
            held += int256(uint256(stake));
        } else if (topic == IChainGroups.CandidateSelected.selector) {
            (uint256 round,) = abi.decode(log.data, (uint256, uint128));
            selectedIn[uint256(log.topics[1])][uint256(log.topics[2])][round] = address(uint160(uint256(log.topics[3])));
        } else if (topic == IChainGroups.RoleReopened.selector) {
            (uint256 round,,) = abi.decode(log.data, (uint256, uint40, uint40));
            if (round != ++lastRound[uint256(log.topics[1])][uint256(log.topics[2])]) ++backwards;
        } else if (topic == IChainGroups.RoleSeated.selector) {
            everHeld[uint256(log.topics[1])][address(uint160(uint256(log.topics[3])))] = true;
        }
    }

    function _bookMoney(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IChainGroups.StakeReleased.selector || topic == IChainGroups.EarningsPaid.selector) {
            (, uint128 amount) = abi.decode(log.data, (uint256, uint128));
            held -= int256(uint256(amount));
        } else if (topic == IChainGroups.BudgetReturned.selector) {
            held -= int256(uint256(abi.decode(log.data, (uint128))));
        }
    }
}
