"""Steps of papers that change bets: proposed, approved for one after the other, taken back, taken up by what events tell."""

from __future__ import annotations

import json

from sqlalchemy import RowMapping, text

from erp.bets import change_schemas as c
from erp.bets import schemas as s
from erp.bets.rules import BPS
from erp.bets.tables import Bet
from erp.kernel.schema import Command
from tests.erp import bet_changes as told
from tests.erp import bet_terms as agreed
from tests.erp.walk.bets import HALF, MOST_TOLD, BetSteps
from tests.erp.walk.dice import NODES, SECOND, Stroke
from tests.erp.world import account


class BetPaperSteps(BetSteps):
    """From a paper to what it changes."""

    def change_bet(self) -> Stroke | None:
        """A change is proposed, approved for one after the other, taken back, or proposed and signed on chain."""
        found = self.pick(
            "SELECT c.*, b.bet_id FROM bet_change c JOIN bet b ON b.number = c.bet "
            "WHERE c.status IN ('PROPOSED', 'APPROVED') AND b.status = 'ACTIVE' ORDER BY c.number DESC"
        )
        if found is None or self.rarely(5):
            return self._propose()
        if self.rarely(6):
            return Stroke((c.WithdrawBetChange(bet_change=found["number"], reason="no change"),))
        if found["status"] == "APPROVED":
            return Stroke(self._on_chain(found))
        waiting = self.pick(
            "SELECT party FROM bet_change_approval WHERE bet_change = :number AND approval IS NULL ORDER BY party",
            number=found["number"],
        )
        party = waiting["party"] if waiting is not None else "buyer"
        return Stroke((c.ApproveBetChange(bet_change=found["number"], party=party),), SECOND)

    def _propose(self) -> Stroke | None:
        """Both go on with another figure, now and then with another stake."""
        bet = self._on_terms()
        if bet is None:
            return None
        parties = []
        for each in self.standings(bet):
            member = each.member
            figure = agreed.sales(
                floor=0, base=100, stretch=200, expected=self.number(0, MOST_TOLD)
            )
            parties.append(
                agreed.member(
                    member.party, HALF, figure, stake_minor=member.stake_minor + self.rarely(9),
                    tolerance_bps=member.tolerance_bps, slope_bps=member.slope_bps, cap_bps=member.cap_bps,
                )
            )  # fmt: skip
        first = bet.periods
        made = c.ProposeBetChange(
            bet=bet.number, proposer=bet.sponsor, from_period=first, periods=bet.periods, start=bet.start,
            sign_by=bet.start + first * bet.period_seconds, parties=tuple(parties),
        )  # fmt: skip
        return Stroke((made,))

    def _on_terms(self) -> Bet | None:
        """A bet that runs and whose figures are known by name: it stands on terms."""
        found = self.pick(
            "SELECT number FROM bet WHERE status = 'ACTIVE' AND stands_on IS NOT NULL "
            "AND start + periods * period_seconds > :now ORDER BY bet_id DESC",
            now=self.world.now,
        )
        return None if found is None else self.books.get(Bet, found["number"])

    def _on_chain(self, found: RowMapping) -> tuple[Command, ...]:
        """The amendment as its paper has it, or another, and all signatures."""
        made = c.ProposeBetChange(
            bet=found["bet"], proposer=found["proposer"], parties=json.loads(found["parties"]),
            **json.loads(found["dates"]),
        )  # fmt: skip
        before = self.session.execute(
            text("SELECT count(*) FROM bet_amendment WHERE bet = :bet"), {"bet": found["bet"]}
        ).scalar_one()
        place = {"bet_id": found["bet_id"], "amendment_id": int(before) + 1}
        other = {"sign_by": made.sign_by - 1} if self.rarely(5) else {}
        share = {"share_bps": BPS} if self.rarely(9) else {}
        return (
            told.amended(found["number"], made, **place, **other),
            *(told.amendment_signed(made, at, **place, **share) for at in range(len(made.parties))),
        )

    def add_to_pool(self) -> Stroke | None:
        """The sponsor's papers about its pool: proposed, approved, taken back, paid."""
        found = self.pick(
            "SELECT p.*, b.bet_id, b.pool_minor FROM pool_top_up p JOIN bet b ON b.number = p.bet "
            "WHERE p.status IN ('PROPOSED', 'APPROVED') AND b.status = 'ACTIVE' ORDER BY p.number DESC"
        )
        if found is None or self.rarely(4):
            bet = self.bet_in("ACTIVE")
            if bet is None:
                return None
            payer = bet.sponsor if not self.rarely(6) else self.dice.choice(NODES)
            amount = self.number(1, 900)
            asked = c.ProposeTopUp(
                bet=bet.number, payer=payer, amount_minor=amount, reason="it runs"
            )
            return Stroke((asked,))
        if self.rarely(6):
            return Stroke((c.WithdrawTopUp(top_up=found["number"], reason="it is enough"),))
        if found["status"] == "PROPOSED":
            return Stroke((c.ApproveTopUp(top_up=found["number"]),), SECOND)
        amount = found["amount_minor"]
        paid = s.RecordBetTopUp(
            bet_id=found["bet_id"], payer=account(found["payer"]), amount_minor=amount,
            pool_minor=found["pool_minor"] + amount,
        )  # fmt: skip
        return Stroke((paid,))
