// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { GroupSteps } from "./GroupSteps.sol";

/// From the order to the team.
abstract contract GroupFormingSteps is GroupSteps {
    function open(uint256 seed) external booked {
        if (count == MAX_GROUPS) return;
        IChainGroups.GroupTerms memory terms = IChainGroups.GroupTerms({
            needRef: _newRef(),
            region: bytes32(seed % 2),
            target: uint128(2 + (seed >> 8) % 8),
            reporterPost: reporterPost,
            grabSeconds: uint32(10 minutes + (seed >> 16) % 50 minutes),
            selectSeconds: uint32(10 minutes + (seed >> 32) % 50 minutes),
            workSeconds: uint32(4 hours + (seed >> 64) % 44 hours),
            reportSeconds: 1 days,
            reviewSeconds: 30 minutes,
            betSeconds: uint32((seed >> 80) % 2 * 1 hours)
        });
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](2);
        roles[0] = _role(seed);
        roles[1] = _role(seed >> 96);
        _try("open", true, leader, address(groups), abi.encodeCall(groups.openGroup, (terms, roles)));
    }

    function grab(uint256 seed, uint128 pledge) external booked {
        if (count == 0) return;
        pledge = uint128(bound(pledge, 1, 6));
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            bool allowed = _mayGrab(id, roleId, node);
            if (!allowed && i != 0) continue;
            bytes memory data = abi.encodeCall(groups.grabRole, (id, roleId, pledge, bytes32("plan")));
            _try(_parts[id][roleId].round == 1 ? "grab" : "grab again", allowed, node, address(groups), data);
            if (allowed) return;
        }
    }

    function select(uint256 seed) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            if (i > 7 && _isWorking(id)) _waitForChoice(id, roleId);
            bool allowed = _maySelect(id, roleId, node);
            if (!allowed && i != 0) continue;
            bytes memory data = abi.encodeCall(groups.selectCandidate, (id, roleId, node));
            _try(_isOpen(id) ? "select" : "select again", allowed, leader, address(groups), data);
            if (allowed) return;
        }
    }

    function reject(uint256 seed) external booked {
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId, address node) = _pick(seed, i);
            bool allowed = _mayChoose(id, roleId, node);
            if (!allowed && i != 0) continue;
            bytes memory data = abi.encodeCall(groups.rejectCandidate, (id, roleId, node));
            _try("reject", allowed, leader, address(groups), data);
            if (allowed) return;
        }
    }

    /// The grabs of a role that has candidates end: there is time to choose.
    function waitForChoice(uint256 seed) external {
        moved = false;
        if (count == 0) return;
        for (uint256 i; i < _tries(); ++i) {
            (uint256 id, uint256 roleId,) = _pick(seed, i);
            if (_waitForChoice(id, roleId)) return;
        }
    }

    function _waitForChoice(uint256 id, uint256 roleId) private returns (bool) {
        Turn storage turn = _present(id, roleId);
        if (!_isUndecided(id, roleId) || turn.standing == address(0)) return false;
        if (block.timestamp >= turn.grabEnd) return false;
        ++taken["wait for choice"];
        vm.warp(turn.grabEnd);
        return true;
    }

    function form(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = _groupAt(seed, i);
            _try("form", _mayForm(id), _nodes[seed % _nodes.length], address(groups), abi.encodeCall(groups.form, id));
        }
    }

    /// Now and then, so that groups form; and everybody waits for a bet that does not come.
    function dissolve(uint256 seed) external booked {
        if (count == 0) return;
        uint256 id = _groupAt(seed, 0);
        Team storage team = _teams[id];
        bool isLeader = (seed >> 128) % 2 == 0;
        bool waits = _isFormed(id) && team.betId == 0 && team.earned == 0 && block.timestamp < team.betDueAt;
        if (waits && (seed >> 144) % 3 == 0) vm.warp(team.betDueAt);
        bool allowed = _mayDissolve(id, isLeader);
        if (allowed && _isOpen(id) && (seed >> 136) % 4 != 0) return;
        bytes memory data = abi.encodeCall(groups.dissolve, id);
        string memory step = _isFormed(id) ? "dissolve without bet" : "dissolve";
        _try(step, allowed, isLeader ? leader : _nodes[0], address(groups), data);
    }

    function bind(uint256 seed) external booked {
        for (uint256 i; i < count; ++i) {
            uint256 id = _groupAt(seed, i);
            if (_teams[id].betId == 0 && seed % 2 != 0) continue;
            if (_teams[id].betId == 0) bets.set(id, id, 0);
            bool allowed = _isWorking(id) && _teams[id].betId == 0;
            _try("bind", allowed, leader, address(groups), abi.encodeCall(groups.bindBet, (id, id)));
            if (allowed) return;
        }
    }

    function settleBet(uint256 seed) external {
        moved = false;
        for (uint256 i; i < count; ++i) {
            uint256 id = _groupAt(seed, i);
            if (_teams[id].betId == 0) continue;
            ++taken["settle bet"];
            bets.set(id, id, uint40(block.timestamp));
            return;
        }
    }

    /// A bet shows its parties short, or a holder unsigned.
    function weighBet(uint256 seed) external {
        moved = false;
        for (uint256 i; i < count; ++i) {
            uint256 id = _groupAt(seed, i);
            ++taken["weigh bet"];
            for (uint256 j; j < _nodes.length; ++j) {
                bets.setAbsent(id, _nodes[j], (seed >> (16 + j)) % 4 == 0);
                bets.setShort(id, _nodes[j], (seed >> (24 + 16 * j)) % 2000, 1, 2);
            }
        }
    }
}
