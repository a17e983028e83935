"""Steps of bets: agreed, proposed, signed, topped up, reported, disputed, ruled, changed by all, ended, paid out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text
from sqlmodel import col, select

from erp.bets import queries
from erp.bets import schemas as s
from erp.bets import terms_schemas as t
from erp.bets.rules import BPS, KEPT, index_factor, measure, outcome_down, penalty_up, share_down
from erp.bets.tables import Bet, BetAmendment, BetMeasure, BetParty, BetPledge
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from tests.erp import bet_terms as agreed
from tests.erp.walk.dice import BUYERS, NEWEST, NODES, SECOND, SUPPLIERS, Dice, Stroke
from tests.erp.world import DAY, REF, account

ZERO = "0x" + "00" * 32
HALF = BPS // 2
PERIOD_SECONDS = 2 * DAY
LONG_SECONDS = 60 * DAY  # so that a bet on terms can be changed for a while
MOST_TOLD = 250  # of a figure whose base is 100 and whose stretch is 200
BASELINE = 1_000


@dataclass(frozen=True)
class Standing:
    """A party of a bet with what it pledged, and what was reported of it."""

    member: BetParty
    pledges: Sequence[BetPledge]
    reported: dict[int, BetMeasure]


class BetSteps(Dice):
    """From a proposal to the last fen."""

    @property
    def books(self) -> Rows:
        """The rows of the books as this stroke sees them. Nothing is written through them."""
        return Rows(self.session, lambda: None)

    def bet_in(self, *statuses: str) -> Bet | None:
        """One of the newest bets in one of these states."""
        wanted = (
            select(Bet)
            .where(col(Bet.status).in_(statuses))
            .order_by(col(Bet.bet_id).desc())
            .limit(NEWEST)
        )
        found = list(self.session.scalars(wanted))
        return self.dice.choice(found) if found else None

    def standings(self, of: Bet) -> list[Standing]:
        """All parties of a bet."""
        rows = self.books
        return [
            Standing(
                member,
                queries.pledges(rows, of, member.party),
                {m.period: m for m in queries.measures(rows, of, member.party) if m.reported_by is not None},
            )
            for member in queries.parties(rows, of)
        ]  # fmt: skip

    # ---- how it begins ------------------------------------------------------------------------

    def set_bet_terms(self) -> Stroke:
        """Terms of a bet: proposed, approved for one after the other, taken back, or a bet is proposed on them."""
        found = self.pick(
            "SELECT * FROM bet_terms WHERE status IN ('PROPOSED', 'APPROVED') ORDER BY number DESC"
        )
        if found is None or self.rarely(4):
            return Stroke((self._terms(),))
        if self.rarely(6):
            return Stroke((t.WithdrawBetTerms(bet_terms=found["number"], reason="no bet"),))
        if found["status"] == "APPROVED":
            return Stroke(self._bet_on(found))
        waiting = self.pick(
            "SELECT party FROM bet_approval WHERE bet_terms = :number AND approval IS NULL ORDER BY party",
            number=found["number"],
        )
        party = waiting["party"] if waiting is not None else "buyer"
        return Stroke((t.ApproveBetTerms(bet_terms=found["number"], party=party),), SECOND)

    def _terms(self) -> t.ProposeBetTerms:
        codes = self.dice.sample(NODES, 2)
        pledged = agreed.sales(floor=0, base=100, stretch=200, expected=self.number(0, MOST_TOLD))
        parties = [
            agreed.member(code, HALF, pledged, stake_minor=self.number(1, 3_000)) for code in codes
        ]
        pool = self.number(0, 9_000)
        return agreed.terms(
            self.world, *parties, sponsor="maker", pool_minor=pool, expected_value_minor=self.number(0, pool),
            period_seconds=LONG_SECONDS, periods=self.number(1, 3),
        )  # fmt: skip

    def _bet_on(self, found: RowMapping) -> tuple[Command, ...]:
        """A bet as the terms have it, or another; some of its parties sign."""
        made = t.ProposeBetTerms(
            sponsor=found["sponsor"], expected_value_minor=found["expected_value_minor"],
            parties=json.loads(found["parties"]), **json.loads(found["published"]),
        )  # fmt: skip
        number = self.new_id()
        other = {"arbiter_post": 4} if self.rarely(5) else {}
        proposed = agreed.proposed_on(found["number"], made, bet_id=number, **other)
        signed = [
            agreed.signed_on(made, place, bet_id=number) for place in range(self.number(0, 2))
        ]
        binds = [s.RecordBetActivation(bet_id=number, parties=2)] if len(signed) == 2 else []
        return (proposed, *signed, *binds)

    def propose_bet(self) -> Stroke:
        """A bet of two for one to three periods; often both sign at once, and it binds."""
        sponsor, number = self.dice.choice(BUYERS), self.new_id()
        codes = self.dice.sample(SUPPLIERS, 2)
        periods, indexed = self.number(1, 3), self.number(0, 1)
        proposed = s.RecordBetContract(
            bet_id=number, sponsor=account(sponsor), terms=None, terms_ref=REF, group_id=0, parties_root=REF,
            region=ZERO, reporter_post=2, arbiter_post=3, sign_by=self.world.now + DAY, start=self.world.now + DAY,
            party_count=2, report_seconds=DAY, dispute_seconds=DAY, ruling_seconds=DAY,
            pool_minor=self.number(0, 9_000), index_baseline=str(BASELINE * indexed),
            index_elasticity_bps=BPS * indexed, index_max_up_bps=2_000, index_max_down_bps=2_000, periods=periods,
            period_seconds=PERIOD_SECONDS,
        )  # fmt: skip
        signed, staked = [], 0
        for place, code in enumerate(codes, 1):
            signed.append(self._signature(number, code, periods, place, staked))
            staked = signed[-1].staked_minor
        if self.rarely(3):  # one signs, or nobody, and others may later
            return Stroke((proposed, *signed[: self.number(0, 1)]))
        return Stroke((proposed, *signed, s.RecordBetActivation(bet_id=number, parties=2)))

    def _signature(
        self, number: int, code: str, periods: int, place: int, staked: int
    ) -> s.RecordBetSignature:
        pledge = self._pledge(code)
        sums = {"signed": place, "staked_minor": staked + pledge["stake_minor"]}
        weight = place * HALF * KEPT * periods
        return s.RecordBetSignature(bet_id=number, **pledge, **sums, weight=weight)

    def _pledge(self, code: str) -> dict[str, Any]:
        target = s.BetTarget(
            metric=1, follows_index=self.rarely(2), weight_bps=BPS, floor="0", base="100", stretch="200"
        )  # fmt: skip
        return {
            "party": account(code), "stake_minor": self.number(1, 3_000), "share_bps": HALF, "tolerance_bps": 500,
            "slope_bps": BPS, "cap_bps": HALF, "targets": (target,),
        }  # fmt: skip

    def sign_bet(self) -> Stroke | None:
        """The next signs, now and then somebody who did; the second signature binds."""
        bet = self.bet_in("PROPOSED")
        if bet is None:
            return None
        there = {each.member.party for each in self.standings(bet)}
        code = self.dice.choice([c for c in SUPPLIERS if c not in there] or list(SUPPLIERS))
        told = self._signature(bet.bet_id, code, bet.periods, bet.signed + 1, bet.staked_minor)
        commands: list[Command] = [told]
        if bet.signed + 1 >= bet.party_count or self.rarely(12):
            commands.append(s.RecordBetActivation(bet_id=bet.bet_id, parties=bet.party_count))
        return Stroke(tuple(commands))

    def top_up(self) -> Stroke | None:
        """The sponsor or somebody else pays into the pool."""
        bet = self.bet_in("ACTIVE")
        if bet is None:
            return None
        amount, payer = self.number(1, 900), self.dice.choice([bet.sponsor, *SUPPLIERS])
        paid = s.RecordBetTopUp(
            bet_id=bet.bet_id, payer=account(payer), amount_minor=amount,
            pool_minor=bet.pool_minor + amount + self.rarely(20),
        )  # fmt: skip
        return Stroke((paid,))

    # ---- what is reported ---------------------------------------------------------------------

    def report_bet(self) -> Stroke | None:
        """What a party reached, the index of a period, or the value added; told first, or ruled."""
        bet = self.bet_in("ACTIVE")
        if bet is None:
            return None
        what = self.number(1, 6)
        if what == 1 and int(bet.index_baseline):
            return Stroke((self._index_of(bet),))
        if what == 2:
            value = self.number(0, bet.pool_minor)
            told = {"period": 0, "values": (str(value),), "value_added_minor": value}
            return Stroke((self._measured(bet, None, told),))
        one = self.dice.choice(self.standings(bet))
        last = one.member.left_after if one.member.left_after is not None else bet.periods
        if last < one.member.from_period:
            return None
        period = self.number(one.member.from_period, last)
        return Stroke((self._reached(bet, one, period),))

    def _index_of(self, bet: Bet) -> s.RecordBetMeasure:
        value = self.number(0, 2 * BASELINE)
        limits = bet.index_elasticity_bps, bet.index_max_up_bps, bet.index_max_down_bps
        factor = index_factor(value, int(bet.index_baseline), *limits)
        period = self.number(1, bet.periods)
        told = {"period": period, "values": (str(value),), "factor_bps": factor}
        return self._measured(bet, None, told)

    def _reached(self, bet: Bet, one: Standing, period: int) -> s.RecordBetMeasure:
        index = self.books.get(BetMeasure, bet.number, "", period)
        factor = index.factor_bps if index is not None and index.reported_by is not None else BPS
        value = self.number(0, MOST_TOLD)
        tiers = queries.tiers_of(queries.pledge_in(one.pledges, period))
        kept, attained = measure([value], tiers, factor)
        others = {p: m for p, m in one.reported.items() if p != period}
        reached = {p: m.attainment_bps for p, m in others.items()} | {period: attained}
        short = sum(m.shortfall_bps for m in others.values()) + BPS - kept
        member = one.member
        terms = member.tolerance_bps, member.slope_bps, member.cap_bps
        penalty = penalty_up(member.stake_minor, short, bet.first_periods, *terms)
        contribution = contributed(bet, one, reached)
        told = {
            "period": period, "values": (str(value),), "kept_bps": kept, "shortfall_bps": BPS - kept,
            "attainment_bps": attained, "factor_bps": factor, "contribution": contribution,
            "penalty_minor": penalty + self.rarely(20),
            "penalties_minor": bet.penalties_minor - member.penalty_minor + penalty,
            "weight": bet.weight - member.contribution + contribution,
        }  # fmt: skip
        return self._measured(bet, member.party, told)

    def _measured(self, bet: Bet, party: str | None, told: dict[str, Any]) -> s.RecordBetMeasure:
        nothing: dict[str, Any] = {
            "kept_bps": 0, "shortfall_bps": 0, "attainment_bps": 0, "factor_bps": 0, "penalty_minor": 0,
            "contribution": 0, "penalties_minor": bet.penalties_minor, "weight": bet.weight,
            "value_added_minor": bet.value_added_minor,
        }  # fmt: skip
        subject = None if party is None else account(party)
        about = {"bet_id": bet.bet_id, "subject": subject, "evidence": None, "evidence_ref": REF}
        return s.RecordBetMeasure(**about, ruled=self.rarely(4), **{**nothing, **told})

    def dispute_bet(self) -> Stroke | None:
        """A party or the sponsor disputes a report, or takes its dispute back."""
        bet = self.bet_in("ACTIVE")
        if bet is None:
            return None
        codes = [each.member.party for each in self.standings(bet)]
        about: dict[str, Any] = {
            "bet_id": bet.bet_id, "subject": account(self.dice.choice(codes)),
            "disputant": account(self.dice.choice([bet.sponsor, *codes])), "period": self.number(1, bet.periods),
        }  # fmt: skip
        if self.rarely(3):
            return Stroke((s.RecordBetDisputeWithdrawal(**about),))
        until = self.world.now + DAY
        return Stroke((s.RecordBetDispute(**about, reason=None, reason_ref=REF, rule_by=until),))

    # ---- changes ------------------------------------------------------------------------------

    def amend_bet(self) -> Stroke | None:
        """From a period on all pledge anew, for more periods perhaps; one may leave for another who joins."""
        bet = self.bet_in("ACTIVE")
        if bet is None:
            return None
        number = 1 + int(
            self.session.execute(
                text("SELECT count(*) FROM bet_amendment WHERE bet = :bet"), {"bet": bet.number}
            ).scalar_one()
        )
        first = self.number(1, bet.periods)
        here = [each for each in self.standings(bet) if each.member.left_after is None]
        taken = {each.member.party for each in self.standings(bet)}
        free = [code for code in SUPPLIERS if code not in taken]
        leaver = self.dice.choice(here).member.party if free and here and self.rarely(2) else None
        newcomer = free[0] if leaver else None
        going = [each.member.party for each in here if each.member.party != leaver]
        who = lambda code: None if code is None else account(code)  # noqa: E731
        change = {"leaver": who(leaver), "newcomer": who(newcomer), "start": bet.start}
        terms = {"from_period": first, "periods": bet.periods + self.number(0, 1)}
        place = {"bet_id": bet.bet_id, "amendment_id": number}
        proposed = s.RecordBetAmendment(
            **place, **change, **terms, proposer=account(bet.sponsor), terms=None, terms_ref=REF, parties_root=REF,
            sign_by=self.world.now + DAY,
        )  # fmt: skip
        signed = [
            s.RecordBetAmendmentSignature(**place, **self._pledge(code), signed=at)
            for at, code in enumerate([*going, *([newcomer] if newcomer else [])], 1)
        ]
        commands: list[Command] = [proposed, *signed]
        if leaver:
            by = {
                "leaver": account(leaver),
                "by": account(leaver),
                "reason": None,
                "reason_ref": REF,
            }
            commands.append(s.RecordBetLeave(**place, **by))
        return Stroke(tuple(commands))

    def agree_bet(self) -> Stroke | None:
        """What all have signed binds, now and then with a stake that is not the sum."""
        bet = self.bet_in("ACTIVE")
        if bet is None:
            return None
        change = self.session.scalars(
            select(BetAmendment)
            .where(col(BetAmendment.bet) == bet.number, col(BetAmendment.status) == "PROPOSED")
            .order_by(col(BetAmendment.amendment_id).desc())
            .limit(1)
        ).first()
        if change is None:
            return None
        joins = [
            pledge for pledge in queries.pledges(self.books, bet, change.newcomer or "")
            if pledge.amendment_id == change.amendment_id
        ]  # fmt: skip
        staked = bet.staked_minor + sum(pledge.stake_minor for pledge in joins)
        periods = change.periods - change.from_period + 1
        weight = sum(self._changed(bet, change, each) for each in self.standings(bet))
        weight += sum(pledge.share_bps * KEPT * periods for pledge in joins)
        who = lambda code: None if code is None else account(code)  # noqa: E731
        agreed = s.RecordBetAmendmentAgreement(
            bet_id=bet.bet_id, amendment_id=change.amendment_id, leaver=who(change.leaver),
            newcomer=who(change.newcomer), from_period=change.from_period, periods=change.periods, start=change.start,
            staked_minor=staked + self.rarely(12), weight=weight,
        )  # fmt: skip
        return Stroke((agreed,))

    def _changed(self, bet: Bet, change: BetAmendment, one: Standing) -> int:
        """What a party contributes once an amendment is in force."""
        shares = dict[int, int]()
        last = one.member.left_after if one.member.left_after is not None else change.periods
        if one.member.party == change.leaver:
            last = change.from_period - 1
        for period in range(one.member.from_period, last + 1):
            holding = [
                p for p in one.pledges
                if (p.in_force or p.amendment_id == change.amendment_id) and p.from_period <= period
            ]  # fmt: skip
            shares[period] = holding[-1].share_bps
        reached = {p: m.attainment_bps for p, m in one.reported.items()}
        return sum(share * reached.get(period, KEPT) for period, share in shares.items())

    # ---- the end ------------------------------------------------------------------------------

    def settle_bet(self) -> Stroke | None:
        """Its time is over, or all agreed that it is; or nobody signed in time."""
        bet = self.bet_in("PROPOSED") if self.rarely(3) else self.bet_in("ACTIVE")
        if bet is None:
            return None
        sponsor = account(bet.sponsor)
        if bet.status == "PROPOSED":
            void = s.RecordBetVoid(
                bet_id=bet.bet_id,
                sponsor=sponsor,
                signed=bet.signed,
                remainder_minor=bet.pool_minor,
            )
            return Stroke((void,))
        value = bet.value_added_minor if bet.weight else 0
        penalties = bet.penalties_minor if bet.weight else 0
        together = self.rarely(3)
        settled = s.RecordBetSettlement(
            bet_id=bet.bet_id, sponsor=sponsor, value_added_minor=value, penalties_minor=penalties + self.rarely(12),
            weight=bet.weight, remainder_minor=bet.pool_minor - value, by_consent=together,
        )  # fmt: skip
        if not together:
            return Stroke((settled,))
        said = s.RecordBetEndSignature(
            bet_id=bet.bet_id, account=sponsor, round=1, signed=1, end_by=self.world.now + DAY
        )
        return Stroke((said, settled))

    def pay_bet_out(self) -> Stroke | None:
        """A party or the sponsor takes what is its own, now and then a second time or a fen too much."""
        bet = self.bet_in("VOIDED") if self.rarely(3) else self.bet_in("SETTLED", "VOIDED")
        if bet is None:
            return None
        if self.rarely(3):
            return self._rest(bet)
        unpaid = [
            each.member
            for each in self.standings(bet)
            if each.member.paid_by is None or self.rarely(9)
        ]
        if not unpaid:
            return self._rest(bet)
        member = self.dice.choice(unpaid)
        about = {
            "bet_id": bet.bet_id,
            "party": account(member.party),
            "stake_minor": member.stake_minor,
        }
        if bet.status == "VOIDED":
            return Stroke((s.RecordBetStakeReturn(**about),))
        paid = s.RecordBetPayout(
            **about, penalty_minor=member.penalty_minor, share_minor=member.share_minor,
            paid_minor=member.stake_minor - member.penalty_minor + member.share_minor + self.rarely(12),
            outcome_bps=outcome_down(member.shortfall, member.measured),
        )  # fmt: skip
        return Stroke((paid,))

    def _rest(self, bet: Bet) -> Stroke | None:
        """What rounding left, and then what is the sponsor's."""
        of = {"bet_id": bet.bet_id, "sponsor": account(bet.sponsor)}
        commands: list[Command] = []
        members = [each.member for each in self.standings(bet)]
        pot = bet.value_added_minor + bet.penalties_minor
        shared = sum(share_down(pot, m.contribution, bet.weight) for m in members)
        told = self.session.execute(
            text(
                "SELECT count(*) FROM document_log WHERE type = 'bet_rounding' AND payload LIKE :bet"
            ),
            {"bet": f'%"bet":"{bet.number}"%'},
        ).scalar_one()
        left = bet.remainder_minor
        if bet.status == "SETTLED" and pot - shared and not told:
            commands.append(s.RecordBetRounding(**of, amount_minor=pot - shared))
            left += pot - shared
        if left:
            commands.append(s.RecordBetRemainder(**of, amount_minor=left))
        return Stroke(tuple(commands)) if commands else None


def contributed(bet: Bet, one: Standing, reached: dict[int, int]) -> int:
    """Sum over the periods of a party of its share and what it reached; what is not reported counts as kept."""
    last = one.member.left_after if one.member.left_after is not None else bet.periods
    return sum(
        queries.pledge_in(one.pledges, period).share_bps * reached.get(period, KEPT)
        for period in range(one.member.from_period, last + 1)
    )
