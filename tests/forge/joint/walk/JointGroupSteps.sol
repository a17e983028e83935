// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetAmendments } from "../../../../contracts/bets/BetAmendments.sol";
import { BetContracts } from "../../../../contracts/bets/BetContracts.sol";
import { BetRules } from "../../../../contracts/bets/BetRules.sol";
import { ChainGroups } from "../../../../contracts/chaingroup/ChainGroups.sol";
import { GroupPay } from "../../../../contracts/chaingroup/GroupPay.sol";
import { IChainGroups } from "../../../../contracts/chaingroup/interfaces/IChainGroups.sol";
import { PeerRatings } from "../../../../contracts/chaingroup/PeerRatings.sol";
import { UserReviews } from "../../../../contracts/chaingroup/UserReviews.sol";
import { ForceMajeure } from "../../../../contracts/forcemajeure/ForceMajeure.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { Vm } from "../../support/Vm.sol";
import { JointBook } from "./JointBook.sol";

/// What a leader and three nodes do in chain groups. Steps may be refused; where the book says whether a call may go
/// through, the contract must agree.
abstract contract JointGroupSteps is JointBook {
    uint256 public constant MAX_GROUPS = 3;
    bytes32 internal constant REGION = keccak256("CN-ZJ Ningbo");

    struct Rooms {
        Participants participants;
        ForceMajeure majeure;
        BetRules betRules;
        BetAmendments betAmendments;
        BetContracts bets;
        GroupPay groupPay;
        UserReviews userReviews;
        ChainGroups groups;
        PeerRatings ratings;
    }

    struct Crew {
        address[4] people; // the leader first
        uint256[4] keys;
        address[2] reporters;
        uint32 reporterPost;
        address arbiter;
        uint32 arbiterPost;
        address weatherDesk;
        address outsider;
        address admin;
    }

    Rooms internal _r;
    Crew internal _crew;
    address internal _reporter;
    uint256 internal _references;
    mapping(string step => uint256 times) public taken;

    // ---- form ----

    function openGroup(uint256 seed) external {
        if (groupCount == MAX_GROUPS) return;
        IChainGroups.RoleTerms[] memory roles = new IChainGroups.RoleTerms[](ROLES);
        for (uint256 i; i < ROLES; ++i) {
            roles[i] = IChainGroups.RoleTerms({
                roleRef: _ref(),
                floor: 400,
                most: 10_000,
                stake: 50,
                pay: uint128(1000 + 501 * i),
                minReviews: 2,
                minCreditBps: 0,
                reviewMarkBps: 6000,
                shortfallMarkBps: SHORT_MARK,
                creditWeightBps: 5000,
                stakeBpsOfPledge: 100
            });
        }
        IChainGroups.GroupTerms memory terms = IChainGroups.GroupTerms({
            needRef: _ref(),
            region: seed % 3 == 0 ? bytes32(0) : REGION,
            target: 800,
            reporterPost: _crew.reporterPost,
            grabSeconds: 6 hours,
            selectSeconds: 12 hours,
            workSeconds: 3 days,
            reportSeconds: 1 days,
            reviewSeconds: 6 hours,
            betSeconds: seed % 2 == 0 ? 2 days : 0
        });
        _try("openGroup", _leader(), address(_r.groups), abi.encodeCall(_r.groups.openGroup, (terms, roles)));
        // Somebody comes at once, mostly.
        for (uint256 role = 1; role <= ROLES && (seed >> 8) % 4 != 0; ++role) {
            bytes memory data =
                abi.encodeCall(_r.groups.grabRole, (groupCount, role, uint128(400 + seed % 1000), bytes32(seed | 1)));
            _try("grab", _node((seed >> 16) % 3 + role), address(_r.groups), data);
        }
    }

    function grab(uint256 seed, uint256 pledge) external {
        IChainGroups.GroupStatus where =
            (seed >> 64) % 2 == 0 ? IChainGroups.GroupStatus.Open : IChainGroups.GroupStatus.Formed;
        (bool found, uint256 id) = _groupIn(seed, where, where);
        if (!found) return;
        address node = _node(seed >> 8);
        uint256 role = 1 + (seed >> 16) % ROLES;
        if (_groupPages[id].holder[role] != address(0)) role = 3 - role;
        // Into a role that was reopened comes who holds none, mostly.
        for (uint256 i; i < 3 && where == IChainGroups.GroupStatus.Formed; ++i) {
            if (_groupPages[id].holder[3 - role] != node && _lastHolder[id][role] != node) break;
            node = _node((seed >> 8) % 3 + i + 1);
        }
        // Not twice the same node in both roles: its bet would have one party.
        if (_groupPages[id].standing[3 - role] == node || _groupPages[id].holder[3 - role] == node) return;
        bytes memory data =
            abi.encodeCall(_r.groups.grabRole, (id, role, uint128(bound(pledge, 400, 10_000)), bytes32(seed | 1)));
        _try("grab", node, address(_r.groups), data);
    }

    function choose(uint256 seed) external {
        IChainGroups.GroupStatus where =
            (seed >> 64) % 4 != 0 ? IChainGroups.GroupStatus.Open : IChainGroups.GroupStatus.Formed;
        (bool found, uint256 id) = _groupIn(seed, where, where);
        if (!found) return;
        uint256 role = 1 + (seed >> 16) % ROLES;
        bytes memory data = (seed >> 40) % 3 == 0
            ? abi.encodeCall(_r.groups.rejectCandidate, (id, role, _node(seed >> 8)))
            : abi.encodeCall(_r.groups.selectCandidate, (id, role, _node(seed >> 8)));
        if (_groupPages[id].standing[3 - role] == _node(seed >> 8)) return;
        _try((seed >> 40) % 3 == 0 ? "reject" : "select", _leader(), address(_r.groups), data);
    }

    function form(uint256 seed) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Open, IChainGroups.GroupStatus.Open);
        if (!found) return;
        bytes memory data =
            (seed >> 8) % 4 == 0 ? abi.encodeCall(_r.groups.dissolve, (id)) : abi.encodeCall(_r.groups.form, (id));
        _try((seed >> 8) % 4 == 0 ? "dissolve" : "form", _crew.outsider, address(_r.groups), data);
    }

    // ---- work ----

    function bind(uint256 seed) external {
        if (betCount == 0) return;
        uint256 betId = 1 + seed % betCount;
        uint256 id = _betPages[betId].groupId;
        bytes memory data = abi.encodeCall(_r.groups.bindBet, (id, betId));
        _try("bind", _leader(), address(_r.groups), data);
    }

    function progress(uint256 seed, uint16 bps) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Formed);
        if (!found) return;
        uint256 role = 1 + (seed >> 8) % ROLES;
        uint256 round = _r.groups.role(id, role).round;
        bps = (seed >> 16) % 3 == 0 ? 10_000 : uint16(bound(bps, 1, 10_000));
        bytes memory data = abi.encodeCall(_r.groupPay.reportProgress, (id, role, round, bps, _ref()));
        _try("progress", _reporter, address(_r.groupPay), data);
    }

    function review(uint256 seed, uint16 bps) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Formed);
        if (!found) return;
        uint256 role = 1 + (seed >> 8) % ROLES;
        uint256 round = _r.groups.role(id, role).round;
        bps = uint16(bound(bps, 0, 10_000));
        bytes memory data = abi.encodeCall(_r.userReviews.recordReview, (id, role, round, bps, 1000, _ref()));
        _try("review", _reporter, address(_r.userReviews), data);
    }

    /// A holder falls short by its bet or its reviews, did not sign, or resigns; the best of the next round is seated.
    function change(uint256 seed) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Formed);
        if (!found) return;
        uint256 role = 1 + (seed >> 8) % ROLES;
        address holder = _groupPages[id].holder[role];
        uint256 what = (seed >> 16) % 8;
        if (holder == address(0)) {
            bytes memory seating = abi.encodeCall(_r.groups.seatRole, (id, role));
            _try("seat", _crew.outsider, address(_r.groups), seating);
        } else if (what == 0) {
            _try("resign", holder, address(_r.groups), abi.encodeCall(_r.groups.resignRole, (id, role)));
        } else {
            _try("reopen", _crew.outsider, address(_r.groups), abi.encodeCall(_r.groups.reopenRole, (id, role)));
        }
    }

    function extend(uint256 seed) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Formed);
        if (found) _try("extend", _crew.outsider, address(_r.groups), abi.encodeCall(_r.groups.extendWork, (id)));
    }

    // ---- end ----

    function consent(uint256 seed) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Formed);
        if (!found || (seed >> 64) % 3 != 0) return;
        uint256 role = (seed >> 8) % (ROLES + 1);
        address who = role == 0 ? _leader() : _groupPages[id].holder[role];
        bool may = who != address(0) && !_groupPages[id].endedByConsent;
        if (who == address(0)) who = _crew.outsider;
        bytes memory data = abi.encodeCall(_r.groups.consentToEnd, (id, role, !_groupPages[id].consents[role]));
        assertEq(_try("consent", who, address(_r.groups), data), may, "consent");
    }

    function close(uint256 seed) external {
        (bool found, uint256 id) = _groupIn(seed, IChainGroups.GroupStatus.Formed, IChainGroups.GroupStatus.Formed);
        if (!found) return;
        GroupPage storage page = _groupPages[id];
        bool earned = page.allEarnedAt != 0 && block.timestamp >= page.allEarnedAt + 6 hours;
        bool waits = page.betId != 0 && _betPages[page.betId].settledAt == 0 && !page.endedByConsent
            && block.timestamp < page.reportEnd + 180 days;
        bool may = !waits && (block.timestamp >= page.reportEnd || earned);
        bytes memory data = abi.encodeCall(_r.groups.close, (id));
        assertEq(_try("close", _crew.outsider, address(_r.groups), data), may, "close");
    }

    function payOut(uint256 seed) external {
        if (groupCount == 0) return;
        uint256 id = 1 + seed % groupCount;
        uint256 role = 1 + (seed >> 8) % ROLES;
        uint256 round = 1 + (seed >> 16) % 2;
        uint256 what = (seed >> 24) % 3;
        bytes memory data = what == 0
            ? abi.encodeCall(_r.groupPay.releaseStake, (id, role, round, _node(seed >> 32)))
            : what == 1
                ? abi.encodeCall(_r.groupPay.payEarnings, (id, role, round))
                : abi.encodeCall(_r.groupPay.returnBudget, (id));
        string memory step = what == 0 ? "releaseStake" : what == 1 ? "payEarnings" : "returnBudget";
        _try(step, _crew.outsider, address(_r.groupPay), data);
    }

    // ---- helpers ----

    function _leader() internal view returns (address) {
        return _crew.people[0];
    }

    function _node(uint256 seed) internal view returns (address) {
        return _crew.people[1 + seed % 3];
    }

    function _ref() internal returns (bytes32) {
        return keccak256(abi.encode("joint", ++_references));
    }

    function _groupIn(uint256 seed, IChainGroups.GroupStatus one, IChainGroups.GroupStatus other)
        internal
        view
        returns (bool, uint256 id)
    {
        for (uint256 i; i < groupCount; ++i) {
            id = 1 + ((seed >> 96) % groupCount + i) % groupCount;
            IChainGroups.GroupStatus status = _groupPages[id].status;
            if (status == one || status == other) return (true, id);
        }
        return (false, 0);
    }

    /// Logs of a call that was refused are none, whatever forge recorded before it was.
    function _try(string memory step, address who, address target, bytes memory data) internal returns (bool done) {
        vm.recordLogs();
        vm.prank(who);
        (done,) = target.call(data);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        ++taken[done ? step : "refused"];
        if (!done) return false;
        for (uint256 i; i < logs.length; ++i) {
            _read(logs[i]);
        }
    }
}
