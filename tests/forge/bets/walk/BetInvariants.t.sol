// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IBetBook } from "../../../../contracts/bets/interfaces/IBetBook.sol";
import { BetHandler } from "./BetHandler.sol";
import { BetModel } from "./BetModel.sol";
import { BetHouse } from "../../support/BetHouse.sol";
import { WalkTest } from "../../support/WalkTest.sol";

/// Numbered in contracts/README.md. The handler asserts windows, turns and states; here is what follows for the money.
contract BetInvariants is BetHouse, WalkTest {
    uint256 private constant _MEMBERS = 4;

    BetHandler private handler;

    function setUp() public override {
        super.setUp();
        join(member(3));
        uint256[_MEMBERS] memory keys;
        for (uint256 i; i < _MEMBERS; ++i) {
            keys[i] = keyOf(i);
        }
        handler =
            new BetHandler(bets, betAmendments, rules, participants, [reporterPost, arbiterPost], keys, sponsorKey());
        walkWith(address(handler), _steps());
    }

    function _steps() private pure returns (bytes4[] memory steps) {
        steps = new bytes4[](28);
        steps[0] = BetHandler.propose.selector;
        steps[1] = BetHandler.sign.selector;
        steps[2] = BetHandler.sign.selector;
        steps[3] = BetHandler.sign.selector;
        steps[4] = BetHandler.sign.selector;
        steps[5] = BetHandler.voidBet.selector;
        steps[6] = BetHandler.topUp.selector;
        steps[7] = BetHandler.report.selector;
        steps[8] = BetHandler.report.selector;
        steps[9] = BetHandler.report.selector;
        steps[10] = BetHandler.rule.selector;
        steps[11] = BetHandler.rule.selector;
        steps[12] = BetHandler.dispute.selector;
        steps[13] = BetHandler.dispute.selector;
        steps[14] = BetHandler.withdrawDispute.selector;
        steps[15] = BetHandler.amend.selector;
        steps[16] = BetHandler.signAmendment.selector;
        steps[17] = BetHandler.signAmendment.selector;
        steps[18] = BetHandler.signAmendment.selector;
        steps[19] = BetHandler.grantLeave.selector;
        steps[20] = BetHandler.signEnd.selector;
        steps[21] = BetHandler.settle.selector;
        steps[22] = BetHandler.withdraw.selector;
        steps[23] = BetHandler.withdrawRemainder.selector;
        steps[24] = BetHandler.handOver.selector;
        steps[25] = BetHandler.intrude.selector;
        steps[26] = BetHandler.wait.selector;
        steps[27] = BetHandler.wait.selector;
    }

    /// The random walk is no idle one: in a few dozen walks every step is really taken.
    function test_the_walk_takes_every_step() public {
        takesEveryStep(
            "propose, sign, void, top up, report, rule, dispute, withdraw dispute, amend, sign amendment, agree, join, "
            "leave, sign end, end, settle, withdraw, remainder, hand over, intrude, wait, refused",
            30,
            200,
            1
        );
    }

    function _step(uint256 seed) internal override {
        bytes4 selector = _steps()[(seed >> 240) % 28];
        callHandler(abi.encodePacked(selector, seed));
    }

    /// One campaign for all: forge walks anew for every function of this name.
    function invariant_every_promise_of_bets_holds() public view {
        uint256 owed;
        for (uint256 id = 1; id <= handler.count(); ++id) {
            holds_B2_nobody_gets_more_than_all_put_in(id);
            holds_B4_what_is_stored_is_what_happened(id);
            holds_B5_totals_are_the_sums_of_their_parts(id);
            holds_B6_value_and_penalties_are_covered(id);
            owed += _owed(id);
        }
        holds_B1_the_balance_is_what_is_owed(owed);
    }

    function holds_B1_the_balance_is_what_is_owed(uint256 owed) public view {
        assertEq(token.balanceOf(address(bets)), owed, "balance");
    }

    /// Stakes and pool, less what each party took by the model's own figures and what the sponsor took.
    function _owed(uint256 id) private view returns (uint256 owed) {
        BetModel.Known memory known = handler.knownOf(id);
        owed = known.pool + handler.staked(id) - known.paid;
        for (uint256 i; i < _MEMBERS; ++i) {
            if (!handler.seatOf(id, i).withdrawn) continue;
            owed -= handler.stakeOf(id, i);
            if (known.status == 4 && handler.weight(id) != 0) owed = owed + handler.penaltyOf(id, i) - _share(id, i);
        }
    }

    function _share(uint256 id, uint256 i) private view returns (uint256) {
        uint256 pot = handler.knownOf(id).value + handler.penalties(id);
        return pot * handler.contributionOf(id, i) / handler.weight(id);
    }

    function holds_B2_nobody_gets_more_than_all_put_in(uint256 id) public view {
        if (handler.weight(id) == 0) return;
        uint256 shares;
        for (uint256 i; i < _MEMBERS; ++i) {
            shares += _share(id, i);
            (uint64 penalty, uint64 share) = betLens.payoutOf(id, handler.members(i));
            assertEq(penalty, handler.penaltyOf(id, i), "penalty as told");
            assertEq(share, _share(id, i), "share as told");
        }
        uint256 pot = handler.knownOf(id).value + handler.penalties(id);
        assertLe(shares, pot, "shares");
        assertLt(pot - shares, _MEMBERS, "less than a unit each");
    }

    function holds_B4_what_is_stored_is_what_happened(uint256 id) public view {
        IBetBook.Bet memory record = bets.bet(id);
        BetModel.Known memory known = handler.knownOf(id);
        assertEq(uint256(record.status), known.status, "status");
        assertEq(record.periods, known.periods, "periods");
        assertEq(record.start, known.start, "start");
        assertEq(record.valuePool, known.pool, "pool");
        assertEq(record.seated, handler.seated(id), "seated");
        assertEq(record.parties, handler.parties(id), "parties");
        if (known.status == 2) assertEq(bets.settleableAt(id), handler.settleableAt(id), "settleable");
    }

    function holds_B5_totals_are_the_sums_of_their_parts(uint256 id) public view {
        IBetBook.Bet memory record = bets.bet(id);
        BetModel.Known memory known = handler.knownOf(id);
        assertEq(record.staked, handler.staked(id), "staked");
        assertEq(record.weight, handler.weight(id), "weight");
        bool waived = known.status == 4 && handler.weight(id) == 0;
        assertEq(record.penalties, waived ? 0 : handler.penalties(id), "penalties");
        assertEq(record.valueAdded, waived ? 0 : known.value, "value");
        for (uint256 i; i < _MEMBERS; ++i) {
            IBetBook.Party memory party = bets.party(id, handler.members(i));
            BetModel.Seat memory seat = handler.seatOf(id, i);
            assertEq(party.stake != 0, seat.signed, "party");
            assertEq(party.contribution, handler.contributionOf(id, i), "contribution");
            assertEq(party.shortfall, seat.shortfall, "shortfall");
            assertEq(party.measured, seat.measured, "measured");
            assertEq(party.penalty, handler.penaltyOf(id, i), "penalty");
            assertEq(party.left, seat.left, "left");
            assertEq(party.withdrawn, seat.withdrawn, "withdrawn");
        }
    }

    function holds_B6_value_and_penalties_are_covered(uint256 id) public view {
        IBetBook.Bet memory record = bets.bet(id);
        assertLe(record.valueAdded, record.valuePool, "value");
        assertLe(record.penalties, record.staked, "penalties");
        assertLe(record.shared, uint256(record.valueAdded) + record.penalties, "shared");
    }
}
