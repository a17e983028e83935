// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetContracts } from "../../../../contracts/bets/BetContracts.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { BetBook } from "./BetBook.sol";
import { BetTrees } from "../../support/BetTrees.sol";

/// All that the people of up to `MAX_BETS` bets can do, at random, each time rightly: nothing here may revert. A step
/// that nobody can take now is skipped.
contract BetHandler is BetBook, BetTrees {
    uint256 public constant MAX_BETS = 2;
    uint256 public constant MEMBERS = 4;
    uint32 private constant _SIGN = 20 hours;
    uint32 private constant _PERIOD = 12 hours;
    uint32 private constant _DISPUTE = 4 hours;
    uint32 private constant _RULING = 3 hours;

    BetContracts public immutable bets;
    address public immutable sponsor;
    address public immutable reporter;
    address public immutable arbiter;

    uint256 public count;
    mapping(string step => uint256 times) public taken;

    address[MEMBERS] private _members;
    uint256[MEMBERS] private _keys;
    mapping(uint256 betId => uint256) private _seeds;
    mapping(uint256 betId => IBetContracts.BetTerms) private _terms;
    mapping(uint256 betId => mapping(uint256 amendmentId => mapping(address account => bool))) private _amended;

    constructor(
        BetContracts bets_,
        address sponsor_,
        address reporter_,
        address arbiter_,
        address[MEMBERS] memory members_,
        uint256[MEMBERS] memory keys_
    ) {
        bets = bets_;
        sponsor = sponsor_;
        reporter = reporter_;
        arbiter = arbiter_;
        _members = members_;
        _keys = keys_;
    }

    // ---- steps ----

    function propose(uint256 seed) external booked {
        if (count == MAX_BETS) return;
        ++count;
        ++taken["propose"];
        _seeds[count] = seed;
        uint256 parties = 2 + seed % 3;
        IBetContracts.BetTerms memory terms;
        terms.termsRef = bytes32(count);
        terms.reporter = reporter;
        terms.arbiter = arbiter;
        terms.partyCount = uint16(parties);
        terms.signBy = uint40(block.timestamp) + _SIGN;
        terms.start = terms.signBy;
        terms.periods = uint16((seed >> 8) % 4 == 0 ? 3 : 1 + (seed >> 8) % 2);
        terms.periodSeconds = _PERIOD;
        terms.reportSeconds = _PERIOD;
        terms.disputeSeconds = _DISPUTE;
        terms.rulingSeconds = _RULING;
        terms.valuePool = uint128((seed >> 16) % 3 == 0 ? (seed >> 24) % 100 : (seed >> 24) % 2 ** 59);
        terms.indexBaseline = seed % 5 == 0 ? 0 : 1000;
        terms.indexElasticityBps = uint16((seed >> 32) % 20_001);
        terms.indexMaxUpBps = uint16((seed >> 40) % 20_001);
        terms.indexMaxDownBps = uint16((seed >> 48) % 10_000);
        terms.partiesRoot = rootOf(leavesOf(pledges(count)));
        _terms[count] = terms;
        vm.prank(sponsor);
        bets.proposeBet(terms);
    }

    function sign(uint256 seed) external booked {
        for (uint256 j; j < count; ++j) {
            uint256 id = _pick(seed, j);
            if (_status(id) != IBetContracts.BetStatus.Proposed || block.timestamp >= _terms[id].signBy) continue;
            IBetContracts.PartyTerms[] memory list = pledges(id);
            for (uint256 i; i < list.length; ++i) {
                if (bets.isParty(id, list[i].account)) continue;
                ++taken["sign"];
                bytes memory signature =
                    _signature(i, bets.betDigest(id, pledgeHash(list[i]), uint40(block.timestamp) + 1));
                bets.signBet(id, list[i], proofOf(leavesOf(list), i), uint40(block.timestamp) + 1, signature);
                return;
            }
        }
    }

    function voidBet(uint256 seed) external booked {
        for (uint256 j; j < count; ++j) {
            uint256 id = _pick(seed, j);
            if (_status(id) != IBetContracts.BetStatus.Proposed || block.timestamp < _terms[id].signBy) continue;
            ++taken["void"];
            bets.voidBet(id);
            return;
        }
    }

    function amend(uint256 seed) external booked {
        uint256 id = _active(seed);
        if (id == 0 || bets.bet(id).proposedAmendments == 3) return;
        uint16 from = uint16(1 + (seed >> 8) % _terms[id].periods);
        (uint256 end,) = bets.reportWindow(id, from);
        if (end <= block.timestamp) return;
        uint256 number = bets.bet(id).proposedAmendments + 1;
        bytes32 root = rootOf(_targetLeaves(id, number));
        ++taken["amend"];
        vm.prank(seed % 2 == 0 ? sponsor : _members[0]);
        bets.proposeAmendment(id, root, bytes32(seed | 1), from, uint40(end));
    }

    function signAmendment(uint256 seed) external booked {
        uint256 id = _active(seed);
        if (id == 0) return;
        IBetContracts.Bet memory record = bets.bet(id);
        for (uint256 number = 1; number <= record.proposedAmendments; ++number) {
            IBetContracts.Amendment memory change = bets.amendment(id, number);
            if (change.agreed || number < record.amendment || block.timestamp >= change.signBy) continue;
            if (change.fromPeriod < bets.amendment(id, record.amendment).fromPeriod) continue;
            for (uint256 i; i < _terms[id].partyCount; ++i) {
                if (_amended[id][number][_members[i]]) continue;
                _amended[id][number][_members[i]] = true;
                ++taken["sign amendment"];
                _signAmendment(id, number, i);
                return;
            }
        }
    }

    function reportIndex(uint256 seed, uint64 value) external booked {
        uint256 id = _active(seed);
        if (id == 0 || _terms[id].indexBaseline == 0) return;
        uint16 period = uint16(1 + (seed >> 8) % _terms[id].periods);
        (uint256 end,) = bets.reportWindow(id, period);
        if (block.timestamp >= end - _DISPUTE - _RULING || _report(id, address(0), period).status != _NONE()) return;
        ++taken["index"];
        vm.prank(reporter);
        bets.reportIndex(id, period, uint64(bound(value, 0, 3000)), bytes32(seed | 1));
    }

    function reportPerformance(uint256 seed, uint64 made, uint64 defects) external booked {
        _reportPerformance(_active(seed), seed, _values(seed, made, defects));
    }

    function reportValue(uint256 seed, uint128 value) external booked {
        uint256 id = _active(seed);
        if (id == 0) return;
        (uint256 opensAt, uint256 closesAt) = bets.reportWindow(id, _terms[id].periods);
        if (block.timestamp < opensAt || block.timestamp >= closesAt) return;
        if (_report(id, address(0), 0).status != _NONE()) return;
        ++taken["value"];
        vm.prank(reporter);
        bets.reportValue(id, uint128(bound(value, 0, _terms[id].valuePool)), bytes32(seed | 1));
    }

    /// Of the index, the value, or a performance; of what was reported or of silence.
    function dispute(uint256 seed) external booked {
        _dispute(_active(seed), seed);
    }

    function rule(uint256 seed, uint64 made, uint64 defects) external booked {
        _rule(_active(seed), seed, _values(seed, made, defects));
    }

    function settle(uint256 seed) external booked {
        for (uint256 j; j < count; ++j) {
            uint256 id = _pick(seed, j);
            if (_status(id) != IBetContracts.BetStatus.Active || block.timestamp < bets.settleableAt(id)) continue;
            ++taken["settle"];
            bets.settleBet(id);
            return;
        }
    }

    function withdraw(uint256 seed) external booked {
        for (uint256 j; j < count; ++j) {
            uint256 id = _pick(seed, j);
            IBetContracts.BetStatus status = _status(id);
            if (status != IBetContracts.BetStatus.Settled && status != IBetContracts.BetStatus.Voided) continue;
            for (uint256 i; i < MEMBERS; ++i) {
                address account = _members[(seed % MEMBERS + i) % MEMBERS];
                IBetContracts.Party memory party = bets.party(id, account);
                if (party.stake == 0 || party.withdrawn) continue;
                ++taken[status == IBetContracts.BetStatus.Settled ? "withdraw" : "take back"];
                if (seed % 2 == 0) {
                    bets.withdrawFor(id, account);
                } else {
                    vm.prank(account);
                    bets.withdraw(id);
                }
                return;
            }
        }
    }

    function withdrawRemainder(uint256 seed) external booked {
        for (uint256 j; j < count; ++j) {
            uint256 id = _pick(seed, j);
            if (bets.bet(id).remainder == 0) continue;
            ++taken["remainder"];
            bets.withdrawRemainder(id);
            return;
        }
    }

    function wait(uint32 time) external {
        moved = false;
        ++taken["wait"];
        skip(bound(time, 1, 9 hours));
    }

    // ---- what the invariants look at ----

    function member(uint256 i) external view returns (address) {
        return _members[i];
    }

    function periodsOf(uint256 betId) external view returns (uint16) {
        return _terms[betId].periods;
    }

    function partiesOf(uint256 betId) external view returns (uint16) {
        return _terms[betId].partyCount;
    }

    /// The pledges of a bet, drawn from its seed.
    function pledges(uint256 betId) public view returns (IBetContracts.PartyTerms[] memory list) {
        uint256 seed = _seeds[betId];
        list = new IBetContracts.PartyTerms[](2 + seed % 3);
        for (uint256 i; i < list.length; ++i) {
            uint256 own = uint256(keccak256(abi.encode(seed, i)));
            list[i] = IBetContracts.PartyTerms({
                account: _members[i],
                stake: uint128(1 + (own % 2 == 0 ? (own >> 8) % 50 : (own >> 8) % 2 ** 57)),
                shareBps: own % 7 == 0 ? 0 : uint16((own >> 80) % 10_001),
                toleranceBps: uint16((own >> 96) % 1000),
                slopeBps: uint16((own >> 112) % 50_001),
                capBps: uint16((own >> 128) % 10_001),
                targets: targets(betId, 0, i)
            });
        }
    }

    function targets(uint256 betId, uint256 amendmentId, uint256 i)
        public
        view
        returns (IBetContracts.Target[] memory list)
    {
        uint256 own = uint256(keccak256(abi.encode(_seeds[betId], amendmentId, i)));
        list = new IBetContracts.Target[](2);
        uint64 base = uint64(1 + own % 500);
        list[0] = IBetContracts.Target(1, own % 2 == 0, 7000, 0, base, base + uint64((own >> 16) % 500));
        list[1] = IBetContracts.Target(2, false, 3000, uint64(1 + (own >> 32) % 20), 0, 0);
    }

    // ---- choosing ----

    function _pick(uint256 seed, uint256 j) private view returns (uint256) {
        return 1 + (seed % count + j) % count;
    }

    function _active(uint256 seed) private view returns (uint256) {
        for (uint256 j; j < count; ++j) {
            uint256 id = _pick(seed, j);
            if (_status(id) == IBetContracts.BetStatus.Active) return id;
        }
        return 0;
    }

    function _reportPerformance(uint256 id, uint256 seed, uint64[] memory values) private {
        if (id == 0) return;
        IBetContracts.BetTerms memory terms = _terms[id];
        for (uint256 k; k < uint256(terms.partyCount) * terms.periods; ++k) {
            (address account, uint16 period) = _place(terms, seed, k);
            if (!_reportable(id, account, period)) continue;
            ++taken["report"];
            vm.prank(reporter);
            bets.reportPerformance(id, account, period, values, bytes32(seed | 1));
            return;
        }
    }

    function _dispute(uint256 id, uint256 seed) private {
        if (id == 0) return;
        IBetContracts.BetTerms memory terms = _terms[id];
        uint256 own = uint256(terms.partyCount) * terms.periods;
        for (uint256 k; k < own + terms.periods + 1; ++k) {
            (address account, uint16 period) = _entry(terms, seed, k, own);
            if (!_disputable(id, account, period)) continue;
            ++taken[_report(id, account, period).status == _NONE() ? "dispute silence" : "dispute"];
            vm.prank(seed % 3 == 0 ? sponsor : _members[seed % terms.partyCount]);
            bets.dispute(id, account, period, bytes32(seed | 1));
            return;
        }
    }

    function _rule(uint256 id, uint256 seed, uint64[] memory values) private {
        if (id == 0) return;
        IBetContracts.BetTerms memory terms = _terms[id];
        uint256 own = uint256(terms.partyCount) * terms.periods;
        for (uint256 k; k < own + terms.periods + 1; ++k) {
            (address account, uint16 period) = _entry(terms, seed, k, own);
            if (!_rulable(id, account, period)) continue;
            ++taken["rule"];
            vm.prank(arbiter);
            if (account != address(0)) bets.rulePerformance(id, account, period, values, bytes32(seed | 1));
            else if (period != 0) bets.ruleIndex(id, period, values[0], bytes32(seed | 1));
            else bets.ruleValue(id, uint128(bound(seed, 0, terms.valuePool)), bytes32(seed | 1));
            return;
        }
    }

    function _reportable(uint256 id, address account, uint16 period) private view returns (bool) {
        (uint256 opensAt, uint256 closesAt) = bets.reportWindow(id, period);
        if (block.timestamp < opensAt || block.timestamp >= closesAt) return false;
        return _report(id, account, period).status == _NONE();
    }

    function _rulable(uint256 id, address account, uint16 period) private view returns (bool) {
        IBetContracts.Report memory entry = _report(id, account, period);
        if (entry.status != IBetContracts.ReportStatus.Disputed) return false;
        (, uint256 silence) = bets.reportWindow(id, period == 0 ? _terms[id].periods : period);
        return block.timestamp < (entry.reportedAt == 0 ? silence : entry.reportedAt) + _DISPUTE + _RULING;
    }

    function _place(IBetContracts.BetTerms memory terms, uint256 seed, uint256 k)
        private
        view
        returns (address account, uint16 period)
    {
        uint256 place = (seed % 64 + k) % (uint256(terms.partyCount) * terms.periods);
        return (_members[place / terms.periods], uint16(1 + place % terms.periods));
    }

    function _entry(IBetContracts.BetTerms memory terms, uint256 seed, uint256 k, uint256 own)
        private
        view
        returns (address account, uint16 period)
    {
        uint256 place = (seed % 64 + k) % (own + terms.periods + 1);
        if (place >= own) return (address(0), uint16(place - own));
        return (_members[place / terms.periods], uint16(1 + place % terms.periods));
    }

    function _disputable(uint256 id, address account, uint16 period) private view returns (bool) {
        IBetContracts.Report memory entry = _report(id, account, period);
        if (entry.status == IBetContracts.ReportStatus.Reported) {
            return block.timestamp < uint256(entry.reportedAt) + _DISPUTE;
        }
        if (entry.status != _NONE() || account == address(0) && period != 0) return false;
        (, uint256 from) = bets.reportWindow(id, period == 0 ? _terms[id].periods : period);
        return block.timestamp >= from && block.timestamp < from + _DISPUTE;
    }

    /// Often exactly at the base of nothing, often whole misses, so that sums come to their edges.
    function _values(uint256 seed, uint64 made, uint64 defects) private pure returns (uint64[] memory values) {
        values = new uint64[](2);
        values[0] = seed % 4 == 0 ? 0 : uint64(bound(made, 0, 1200));
        values[1] = seed % 4 == 0 ? 100 : uint64(bound(defects, 0, 20));
    }

    function _signAmendment(uint256 id, uint256 number, uint256 i) private {
        IBetContracts.Target[] memory list = targets(id, number, i);
        uint40 deadline = uint40(block.timestamp) + 1;
        bytes memory signature =
            _signature(i, bets.amendmentDigest(id, number, _members[i], targetsHash(list), deadline));
        bets.signAmendment(id, number, _members[i], list, proofOf(_targetLeaves(id, number), i), deadline, signature);
    }

    function _targetLeaves(uint256 id, uint256 number) private view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](_terms[id].partyCount);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = leafOf(_members[i], targetsHash(targets(id, number, i)));
        }
    }

    function _signature(uint256 i, bytes32 digest) private view returns (bytes memory) {
        return signatureOf(_keys[i], digest);
    }

    function _status(uint256 id) private view returns (IBetContracts.BetStatus) {
        return bets.bet(id).status;
    }

    function _report(uint256 id, address account, uint16 period) private view returns (IBetContracts.Report memory) {
        return bets.report(id, account, period);
    }

    function _NONE() private pure returns (IBetContracts.ReportStatus) {
        return IBetContracts.ReportStatus.None;
    }
}
