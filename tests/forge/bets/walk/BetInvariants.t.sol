// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { BetMath } from "../../../../contracts/libraries/BetMath.sol";
import { IBetContracts } from "../../../../contracts/bets/interfaces/IBetContracts.sol";
import { BetBook } from "./BetBook.sol";
import { BetHandler } from "./BetHandler.sol";
import { BetHouse } from "../../support/BetHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";

/// Numbered in contracts/README.md: B1 to B7 of the bets.
contract BetInvariants is BetHouse, WalkTest {
    uint256 private constant _MEMBERS = 4;

    BetHandler private handler;

    function setUp() public override {
        super.setUp();
        join(member(3));
        address[_MEMBERS] memory members;
        uint256[_MEMBERS] memory keys;
        for (uint256 i; i < _MEMBERS; ++i) {
            (members[i], keys[i]) = (member(i), keyOf(i));
            _enrich(members[i]);
        }
        _enrich(sponsor);
        handler = new BetHandler(bets, sponsor, reporter, arbiter, members, keys);
        walkWith(address(handler), _steps());
    }

    function _enrich(address account) private {
        bytes32 ref = newReference();
        vm.prank(treasurer);
        token.issue(account, 2 ** 62, ref);
    }

    function _steps() private pure returns (bytes4[] memory steps) {
        steps = new bytes4[](22);
        steps[0] = BetHandler.propose.selector;
        steps[1] = BetHandler.sign.selector;
        steps[2] = BetHandler.sign.selector;
        steps[3] = BetHandler.sign.selector;
        steps[4] = BetHandler.voidBet.selector;
        steps[5] = BetHandler.amend.selector;
        steps[6] = BetHandler.signAmendment.selector;
        steps[7] = BetHandler.signAmendment.selector;
        steps[8] = BetHandler.reportIndex.selector;
        steps[9] = BetHandler.reportPerformance.selector;
        steps[10] = BetHandler.reportPerformance.selector;
        steps[11] = BetHandler.reportValue.selector;
        steps[12] = BetHandler.dispute.selector;
        steps[13] = BetHandler.dispute.selector;
        steps[14] = BetHandler.rule.selector;
        steps[15] = BetHandler.rule.selector;
        steps[16] = BetHandler.settle.selector;
        steps[17] = BetHandler.withdraw.selector;
        steps[18] = BetHandler.withdrawRemainder.selector;
        steps[19] = BetHandler.wait.selector;
        steps[20] = BetHandler.wait.selector;
        steps[21] = BetHandler.wait.selector;
    }

    /// The random walk is no idle one: in a few dozen walks of 160 steps every step is really taken.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "propose, sign, void, amend, sign amendment, index, report, value, dispute, dispute silence, rule, "
            "settle, withdraw, take back, remainder, wait",
            30,
            160,
            2
        );
    }

    function _step(uint256 seed) internal override {
        bytes4 selector = _steps()[(seed >> 240) % 22];
        uint256 word = (seed >> 100) % 2 ** 32;
        uint256 first = selector == BetHandler.wait.selector ? word : seed;
        callHandler(abi.encodePacked(selector, first, word, (seed >> 164) % 2 ** 32));
    }

    /// One campaign for all: forge walks anew for every function of this name.
    function invariant_every_promise_of_bets_holds() public view {
        if (!handler.moved()) return;
        holds_B1_the_balance_is_what_is_owed();
        holds_B2_payouts_sum_to_stakes_and_pool_to_the_last_unit();
        holds_B3_states_never_go_back();
        holds_B4_events_replayed_are_the_storage();
        holds_B5_totals_are_the_sums_of_their_parts();
        holds_B6_value_and_penalties_are_covered();
        holds_B7_the_targets_in_force_are_those_all_signed_last();
    }

    function holds_B1_the_balance_is_what_is_owed() public view {
        uint256 owed;
        uint256 known;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            owed += _owed(id);
            BetBook.BetSums memory sums = handler.betSums(id);
            known += sums.pool + sums.staked - sums.paid;
        }
        assertEq(token.balanceOf(address(bets)), owed, "storage");
        assertEq(token.balanceOf(address(bets)), known, "events");
    }

    function _owed(uint256 id) private view returns (uint256 owed) {
        IBetContracts.Bet memory record = bets.bet(id);
        if (record.status == IBetContracts.BetStatus.Proposed || record.status == IBetContracts.BetStatus.Active) {
            return handler.betSums(id).pool + record.staked;
        }
        bool settled = record.status == IBetContracts.BetStatus.Settled;
        owed = record.remainder;
        for (uint256 i; i < _MEMBERS; ++i) {
            IBetContracts.Party memory party = bets.party(id, handler.member(i));
            if (party.withdrawn) continue;
            owed += party.stake;
            if (settled && record.weight != 0) owed -= party.penalty;
        }
        if (settled && record.withdrawn != handler.partiesOf(id)) {
            owed += uint256(record.valueAdded) + record.penalties - record.shared;
        }
    }

    function holds_B2_payouts_sum_to_stakes_and_pool_to_the_last_unit() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IBetContracts.Bet memory record = bets.bet(id);
            BetBook.BetSums memory sums = handler.betSums(id);
            assertLe(sums.paid, sums.pool + sums.staked, "never more");
            if (record.status != IBetContracts.BetStatus.Settled) continue;
            uint256 all;
            for (uint256 i; i < _MEMBERS; ++i) {
                address account = handler.member(i);
                IBetContracts.Party memory party = bets.party(id, account);
                (uint128 penalty, uint128 share) = bets.payoutOf(id, account);
                if (party.withdrawn) {
                    assertEq(handler.partySums(id, account).paid, party.stake - penalty + share, "as promised");
                }
                all += party.stake - penalty + share;
            }
            uint256 rest = sums.staked + record.valueAdded - all;
            assertLt(rest, handler.partiesOf(id), "less than a unit each");
            if (record.withdrawn == handler.partiesOf(id) && record.remainder == 0) {
                assertEq(sums.paid, sums.pool + sums.staked, "everything left");
            }
        }
    }

    function holds_B3_states_never_go_back() public view {
        assertEq(handler.backwards(), 0);
    }

    function holds_B4_events_replayed_are_the_storage() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IBetContracts.Bet memory record = bets.bet(id);
            BetBook.BetSums memory sums = handler.betSums(id);
            assertEq(sums.status, uint256(record.status), "status");
            assertEq(sums.signed, record.signed, "signed");
            assertEq(sums.staked, record.staked, "staked");
            assertEq(sums.penalties, record.penalties, "penalties");
            assertEq(sums.weight, record.weight, "weight");
            assertEq(sums.valueAdded, record.valueAdded, "value");
            assertEq(sums.shared, record.shared, "shared");
            assertEq(sums.remainder, record.remainder, "remainder");
            assertEq(sums.withdrawn, record.withdrawn, "withdrawn");
            assertEq(sums.amendment, record.amendment, "amendment");
            for (uint256 i; i <= _MEMBERS; ++i) {
                _replayed(id, i == _MEMBERS ? address(0) : handler.member(i));
            }
        }
    }

    function _replayed(uint256 id, address account) private view {
        IBetContracts.Party memory party = bets.party(id, account);
        BetBook.PartySums memory sums = handler.partySums(id, account);
        assertEq(sums.stake, party.stake, "stake");
        assertEq(sums.penalty, party.penalty, "penalty");
        assertEq(sums.contribution, BetMath.contribution(party.shareBps, party.attained), "contribution");
        assertEq(sums.withdrawn, party.withdrawn, "party withdrawn");
        for (uint16 period; period <= handler.periodsOf(id); ++period) {
            IBetContracts.Report memory entry = bets.report(id, account, period);
            BetBook.ReportSums memory known = handler.reportSums(id, account, period);
            assertEq(known.status, uint256(entry.status), "report");
            assertEq(known.kept, entry.keptBps, "kept");
            assertEq(known.attainment, entry.attainmentBps, "attainment");
            assertEq(known.factor, entry.factorBps, "factor");
        }
    }

    function holds_B5_totals_are_the_sums_of_their_parts() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IBetContracts.Bet memory record = bets.bet(id);
            uint256 staked;
            uint256 penalties;
            uint256 weight;
            for (uint256 i; i < _MEMBERS; ++i) {
                IBetContracts.Party memory party = bets.party(id, handler.member(i));
                if (party.stake == 0) continue;
                _partAddsUp(id, handler.member(i), party);
                staked += party.stake;
                penalties += party.penalty;
                weight += BetMath.contribution(party.shareBps, party.attained);
            }
            assertEq(record.staked, staked, "staked");
            assertEq(record.weight, weight, "weight");
            bool waived = record.status == IBetContracts.BetStatus.Settled && weight == 0;
            assertEq(record.penalties, waived ? 0 : penalties, "penalties");
        }
    }

    /// From the reports alone, an unreported period counting as kept.
    function _partAddsUp(uint256 id, address account, IBetContracts.Party memory party) private view {
        uint256 periods = handler.periodsOf(id);
        uint256 kept;
        uint256 attained;
        uint256 measured;
        for (uint16 period = 1; period <= periods; ++period) {
            IBetContracts.Report memory entry = bets.report(id, account, period);
            if (entry.reportedAt != 0 || entry.status == IBetContracts.ReportStatus.Ruled) ++measured;
            bool none = entry.status == IBetContracts.ReportStatus.None;
            kept += none ? 10_000 : entry.keptBps;
            attained += none ? 10_000 : entry.attainmentBps;
            assertLe(entry.keptBps, entry.attainmentBps, "kept is attained");
        }
        assertEq(party.shortfall, periods * 10_000 - kept, "shortfall");
        assertEq(party.attained, attained, "attained");
        assertEq(party.measured, measured, "measured");
        assertLe(party.shortfall, measured * 10_000, "only what was measured is short");
        uint256 penalty = BetMath.penaltyUp(
            party.stake, party.shortfall, periods, party.toleranceBps, party.slopeBps, party.capBps
        );
        assertEq(party.penalty, penalty, "penalty");
        assertLe(penalty, uint256(party.stake) * party.capBps / 10_000, "cap");
    }

    function holds_B6_value_and_penalties_are_covered() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            IBetContracts.Bet memory record = bets.bet(id);
            assertLe(record.valueAdded, handler.betSums(id).pool, "value");
            assertLe(record.penalties, record.staked, "penalties");
            assertLe(record.shared, uint256(record.valueAdded) + record.penalties, "shared");
        }
    }

    function holds_B7_the_targets_in_force_are_those_all_signed_last() public view {
        for (uint256 id = 1; id <= handler.count(); ++id) {
            for (uint256 i; i < handler.partiesOf(id); ++i) {
                if (!bets.isParty(id, handler.member(i))) continue;
                for (uint16 period = 1; period <= handler.periodsOf(id); ++period) {
                    IBetContracts.Target[] memory found = bets.targetsOf(id, handler.member(i), period);
                    IBetContracts.Target[] memory agreed = handler.targets(id, handler.inForce(id, period), i);
                    assertEq(targetsHash(found), targetsHash(agreed), "targets");
                }
            }
        }
    }
}
