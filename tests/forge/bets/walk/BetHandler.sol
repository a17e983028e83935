// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetAmendments } from "../../../../contracts/bets/BetAmendments.sol";
import { BetContracts } from "../../../../contracts/bets/BetContracts.sol";
import { BetRules } from "../../../../contracts/bets/BetRules.sol";
import { IBetAmendments } from "../../../../contracts/bets/interfaces/IBetAmendments.sol";
import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { Participants } from "../../../../contracts/identity/Participants.sol";
import { BetPeople } from "./BetPeople.sol";

/// All that anybody may try on up to `MAX_BETS` bets, at random, rightly or not: the model says what must pass, from its
/// own windows and turns, and the contracts must agree each time.
contract BetHandler is BetPeople {
    mapping(string step => uint256 times) public taken;

    constructor(
        BetContracts bets_,
        BetAmendments amendments_,
        BetRules rules_,
        Participants participants_,
        uint32[2] memory posts,
        uint256[MEMBERS] memory keys,
        uint256 sponsorKey
    ) BetPeople(bets_, amendments_, rules_, participants_, posts, keys, sponsorKey) { }

    /// The call must pass exactly when the model says so.
    function _try(address caller, address to, bytes memory data, bool allowed, string memory step)
        private
        returns (bool)
    {
        vm.prank(caller);
        (bool done,) = to.call(data);
        assertEq(done, allowed, step);
        ++taken[done ? step : "refused"];
        return done;
    }

    // ---- coming about ----

    function propose(uint256 seed) external {
        if (count == MAX_BETS) return;
        uint256 parties = 2 + seed % 2;
        uint256 id = _begin(seed, parties);
        ++taken["propose"];
        vm.prank(sponsor);
        assertEq(bets.proposeBet(_terms(id)), id, "numbers");
    }

    function sign(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        uint256 i = (seed >> 8) % MEMBERS;
        bytes memory data = abi.encodeCall(bets.signBet, (id, _signed(id, 0, i, rules.hashTerms(_terms(id)))));
        if (_try(_anybody(seed >> 16), address(bets), data, _maySign(id, i), "sign")) _didSign(id, i);
    }

    function voidBet(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        bool allowed = _known[id].status == 1 && block.timestamp >= _known[id].signBy;
        if (_try(_anybody(seed >> 8), address(bets), abi.encodeCall(bets.voidBet, (id)), allowed, "void")) {
            _known[id].status = 3;
        }
    }

    function topUp(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        uint64 amount = uint64(1 + (seed >> 8) % 1000);
        bytes memory data = abi.encodeCall(bets.topUpPool, (id, amount));
        if (_try(sponsor, address(bets), data, _mayTopUp(id), "top up")) _known[id].pool += amount;
    }

    // ---- figures ----

    /// Figures by whoever tries, with the terms in force or, now and then, with others.
    function _figures(uint256 seed, bool ruled) private {
        uint256 id = _pick(seed);
        if (id == 0) return;
        (uint256 subject, uint16 period) = ruled ? _open(id, seed >> 8) : _reportable(id, seed >> 8);
        uint64 value = uint64((seed >> 64) % 250);
        bool forged = subject != VALUE && (seed >> 128) % 8 == 0;
        address holder = ruled ? arbiters[ruling] : reporters[reporting];
        address caller = seed % 3 == 0 ? _anybody(seed >> 32) : holder;
        bool allowed = caller == holder && !forged && (subject != VALUE || value <= _known[id].pool)
            && (ruled ? _mayRule(id, subject, period) : _mayReport(id, subject, period));
        bytes memory data = _figuresCall(id, subject, period, value, forged, ruled);
        if (!_try(caller, address(bets), data, allowed, ruled ? "rule" : "report")) return;
        Said storage said = _said[id][subject][period];
        if (ruled) (said.ruled, said.open) = (true, false);
        else said.reportedAt = block.timestamp;
        _didSay(id, subject, period, value);
    }

    function report(uint256 seed) external {
        _figures(seed, false);
    }

    function rule(uint256 seed) external {
        _figures(seed, true);
    }

    function dispute(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        address caller = _anybody(seed >> 32);
        (uint256 subject, uint16 period) = _disputable(id, seed >> 8, caller);
        bool allowed = _mayDispute(id, subject, period, caller);
        bytes memory data = abi.encodeCall(bets.dispute, (id, _address(subject), period, bytes32(seed | 1)));
        if (!_try(caller, address(bets), data, allowed, "dispute")) return;
        Said storage said = _said[id][subject][period];
        if (said.open) {
            said.joined = true;
            return;
        }
        (said.disputant, said.open) = (caller, true);
        said.ruleBy = _opensAt(id, subject, period) + DISPUTE + RULING;
    }

    function withdrawDispute(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        (uint256 subject, uint16 period) = _open(id, seed >> 8);
        Said storage said = _said[id][subject][period];
        address caller = seed % 2 == 0 ? said.disputant : _anybody(seed >> 32);
        bool allowed = _known[id].status == 2 && said.open && !said.joined && caller == said.disputant;
        bytes memory data = abi.encodeCall(bets.withdrawDispute, (id, _address(subject), period));
        if (_try(caller, address(bets), data, allowed, "withdraw dispute")) said.open = false;
    }

    // ---- amendments ----

    function amend(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0 || _known[id].status != 2 || _known[id].amendments == 5) return;
        Known storage known = _known[id];
        if (seed % 4 != 0 && _waits(id)) return;
        uint256 number = known.amendments + 1;
        Change memory change;
        change.previous = known.inForce;
        change.periods = (seed >> 8) % 3 == 0 ? 1 + (seed >> 16) % MAX_PERIODS : known.periods;
        change.from = 1 + (seed >> 24) % MAX_PERIODS;
        change.start = known.start;
        (change.leaver, change.newcomer) = (MEMBERS, MEMBERS);
        if ((seed >> 32) % 3 == 0) change.leaver = (seed >> 40) % MEMBERS;
        if ((seed >> 48) % 3 != 0) change.newcomer = _stranger(id, (seed >> 56) % 64);
        change.signBy = uint40(_endOf(id, change.from));
        if (change.from == 1 && (seed >> 64) % 2 == 0) {
            (change.start, change.signBy) = (known.start + 5 hours, known.start);
        }
        bool allowed = change.from <= change.periods && change.from <= known.periods
            && change.from >= _changes[id][known.inForce].from && block.timestamp < change.signBy;
        uint256 after_ = seated(id);
        if (change.leaver < MEMBERS) {
            allowed = allowed && _seats[id][change.leaver].signed && !_seats[id][change.leaver].left;
            --after_;
        }
        if (change.newcomer < MEMBERS) {
            allowed = allowed && !_seats[id][change.newcomer].signed;
            ++after_;
        }
        _propose(id, number, change, allowed && after_ >= 2);
    }

    function _propose(uint256 id, uint256 number, Change memory change, bool allowed) private {
        _changes[id][number] = change;
        IBetAmendments.ChangeTerms memory terms = _changeTerms(id, number);
        bytes memory data = abi.encodeCall(amendments.proposeAmendment, (address(bets), id, _terms(id), terms));
        if (_try(sponsor, address(amendments), data, allowed, "amend")) _known[id].amendments = number;
        else delete _changes[id][number];
    }

    function signAmendment(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0 || _known[id].amendments == 0) return;
        uint256 number = seed % 4 == 0 ? 1 + (seed >> 8) % _known[id].amendments : _known[id].amendments;
        uint256 i = (seed >> 16) % MEMBERS;
        for (uint256 k; k < MEMBERS && seed % 8 != 0 && !_maySignAmendment(id, number, i); ++k) {
            i = (i + 1) % MEMBERS;
        }
        bytes32 changeHash = amendments.amendment(address(bets), id, number).changeHash;
        bool allowed = _maySignAmendment(id, number, i) && !(_completes(id, number, 1, false) && _dilutes(id, number));
        IBetBook.SignedPledge memory signed = _signed(id, number, i, changeHash);
        bytes memory data = abi.encodeCall(amendments.signAmendment, (address(bets), id, number, signed));
        if (!_try(_anybody(seed >> 24), address(amendments), data, allowed, "sign amendment")) return;
        _amended[id][number][i] = true;
        _changes[id][number].signed += 1;
        _adopt(id, number);
    }

    function _adopt(uint256 id, uint256 number) private {
        _adoptIfComplete(id, number);
        if (!_changes[id][number].agreed) return;
        ++taken["agree"];
        if (_changes[id][number].newcomer < MEMBERS) ++taken["join"];
    }

    function grantLeave(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0 || _known[id].amendments == 0) return;
        uint256 number = _known[id].amendments;
        Change storage change = _changes[id][number];
        address leaver = change.leaver < MEMBERS ? members[change.leaver] : address(0);
        address caller = seed % 2 == 0 && leaver != address(0) ? leaver : _anybody(seed >> 24);
        bool allowed = _known[id].status == 2 && leaver != address(0) && change.previous == _known[id].inForce
            && block.timestamp < change.signBy && !change.granted && (caller == leaver || caller == arbiters[ruling])
            && !(_completes(id, number, 0, true) && _dilutes(id, number));
        bytes memory data = abi.encodeCall(amendments.grantLeave, (address(bets), id, number, bytes32(seed | 1)));
        if (!_try(caller, address(amendments), data, allowed, "leave")) return;
        change.granted = true;
        _adopt(id, number);
    }

    // ---- the end ----

    function signEnd(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        Known storage known = _known[id];
        uint256 i = (seed >> 8) % (MEMBERS + 1);
        address account = i == MEMBERS ? sponsor : members[i];
        bool over = block.timestamp >= known.endBy || known.endFigures != _figures(id);
        bool anew = known.endAmendment != known.inForce || known.endSigned != 0 && over;
        uint32 round = uint32(known.endRound + (anew ? 1 : 0));
        bool allowed = known.status == 2 && (i == MEMBERS || _seats[id][i].signed) && !_ended[id][round][account];
        bytes memory data = _endCall(id, i, account, round);
        if (!_try(_anybody(seed >> 16), address(amendments), data, allowed, "sign end")) return;
        if (anew) _endAnew(known, round);
        uint256 deadline = block.timestamp + 6 hours;
        if (known.endSigned == 0) known.endFigures = _figures(id);
        if (known.endSigned == 0 || deadline < known.endBy) known.endBy = deadline;
        known.endSigned += 1;
        _ended[id][round][account] = true;
        if (known.endSigned == parties(id) + 1) {
            known.status = 4;
            ++taken["end"];
        }
    }

    function _figures(uint256 id) private view returns (bytes32) {
        IBetBook.Bet memory record = bets.bet(id);
        return keccak256(abi.encode(record.penalties, record.valueAdded, record.weight));
    }

    function _endAnew(Known storage known, uint32 round) private {
        known.endRound = round;
        known.endSigned = 0;
        known.endAmendment = known.inForce;
    }

    function settle(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        bool allowed = _known[id].status == 2 && block.timestamp >= settleableAt(id);
        bytes memory data = abi.encodeCall(bets.settleBet, (id));
        if (_try(_anybody(seed >> 8), address(bets), data, allowed, "settle")) _known[id].status = 4;
    }

    function withdraw(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        uint256 i = (seed >> 8) % MEMBERS;
        Seat storage seat = _seats[id][i];
        bool allowed = seat.signed && !seat.withdrawn && _known[id].status >= 3;
        bytes memory data = abi.encodeCall(bets.withdrawFor, (id, members[i]));
        if (!_try(_anybody(seed >> 16), address(bets), data, allowed, "withdraw")) return;
        seat.withdrawn = true;
    }

    function withdrawRemainder(uint256 seed) external {
        uint256 id = _pick(seed);
        if (id == 0) return;
        uint256 amount = bets.bet(id).remainder;
        bytes memory data = abi.encodeCall(bets.withdrawRemainder, (id));
        if (_try(_anybody(seed >> 8), address(bets), data, amount != 0, "remainder")) _known[id].paid += amount;
    }

    // ---- the world ----

    function handOver(uint256 seed) external {
        bool reports = seed % 2 == 0;
        uint32 post = reports ? _reporterPost : _arbiterPost;
        address holder = reports ? reporters[reporting] : arbiters[ruling];
        address heir = reports ? reporters[1 - reporting] : arbiters[1 - ruling];
        vm.prank(holder);
        participants.offerPost(post, heir);
        vm.prank(heir);
        participants.takePost(post);
        if (reports) reporting = 1 - reporting;
        else ruling = 1 - ruling;
        ++taken["hand over"];
    }

    /// Any function of the bets' own that only their own contracts may call, and any selector at all: nothing passes.
    function intrude(uint256 seed) external {
        IBetBook.Adoption memory adoption;
        adoption.newcomer.account = members[seed % MEMBERS];
        adoption.periods = uint16(seed >> 8);
        bytes memory data = seed % 3 == 0
            ? abi.encodeCall(bets.adoptAmendment, (1 + (seed >> 32) % MAX_BETS, 1 + (seed >> 40) % 5, adoption))
            : seed % 3 == 1
                ? abi.encodeCall(bets.settleByConsent, (1 + (seed >> 32) % MAX_BETS))
                : abi.encodePacked(bytes4(uint32(seed >> 64)), seed, seed >> 8);
        vm.prank(_anybody(seed >> 128));
        (bool done,) = (seed % 5 == 0 ? address(amendments) : address(bets)).call(data);
        assertFalse(done, "intruder");
        ++taken["intrude"];
    }

    function wait(uint256 time) external {
        ++taken["wait"];
        skip(bound(time, 1, 7 hours));
    }
}
