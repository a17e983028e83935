"""Reads of bets: their rows, and what follows from several of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session
from sqlmodel import col, select

from erp.bets.errors import UnknownBet, UnknownBetAmendment, UnknownBetParty
from erp.bets.rules import BPS, KEPT, Tiers
from erp.bets.tables import Bet, BetAmendment, BetMeasure, BetParty, BetPledge
from erp.bets.terms_tables import BetApproval, BetTerms
from erp.kernel.rows import Rows

NOBODY = ""  # the party of an index, or of the value added


def find_bet(rows: Rows, bet_id: int) -> Bet | None:
    """The bet with an id; None when there is none."""
    return rows.find(Bet, bet_id=bet_id)


def bet(rows: Rows, key: int | str) -> Bet:
    """The bet with an id or a number. Raises UnknownBet."""
    found = find_bet(rows, key) if isinstance(key, int) else rows.get(Bet, key)
    if found is None:
        raise UnknownBet(key)
    return found


def bets_of(rows: Rows, chain_group: str) -> list[Bet]:
    """All bets of a chain group, by number."""
    return rows.select(Bet, "number", chain_group=chain_group)


def highest_factor(rows: Rows, of: Bet) -> int:
    """The highest factor that an index of a bet was reported at, basis points; 0: no index was."""
    found = measures(rows, of, NOBODY)
    return max((each.factor_bps for each in found if each.reported_by is not None), default=0)


def bet_party(rows: Rows, of: Bet, party: str) -> BetParty:
    """A party of a bet. Raises UnknownBetParty."""
    found = rows.get(BetParty, of.number, party)
    if found is None:
        raise UnknownBetParty(f"{party} of {of.number}")
    return found


def parties(rows: Rows, of: Bet) -> list[BetParty]:
    """All that are or were parties of a bet."""
    return rows.select(BetParty, "party", bet=of.number)


def pledges(rows: Rows, of: Bet, party: str) -> list[BetPledge]:
    """What a party pledged, in force or not, by amendment."""
    return rows.select(BetPledge, "amendment_id", bet=of.number, party=party)


def measures(rows: Rows, of: Bet, party: str) -> list[BetMeasure]:
    """What was reported or disputed of a party; of party '' what concerns all."""
    return rows.select(BetMeasure, "period", bet=of.number, party=party)


def amendment(rows: Rows, of: Bet, amendment_id: int) -> BetAmendment:
    """An amendment of a bet. Raises UnknownBetAmendment."""
    found = rows.get(BetAmendment, of.number, amendment_id)
    if found is None:
        raise UnknownBetAmendment(f"{amendment_id} of {of.number}")
    return found


def pledge_in(known: Sequence[BetPledge], period: int) -> BetPledge:
    """Which of a party's pledges holds in a period: the newest in force that begins in time."""
    holding = [each for each in known if each.in_force and each.from_period <= period]
    return holding[-1]


def targets_of(pledge: BetPledge) -> list[dict[str, Any]]:
    """The targets of a pledge as its signature told them: metric, follows_index, weight_bps, and tiers as decimal text."""
    found: list[dict[str, Any]] = json.loads(pledge.targets)
    return found


def factor_of(rows: Rows, of: Bet, period: int) -> int:
    """By what indexed targets of a period are multiplied: as reported, else not at all."""
    index = rows.get(BetMeasure, of.number, NOBODY, period)
    return index.factor_bps if index is not None and index.reported_by is not None else BPS


def tiers_of(pledge: BetPledge) -> list[Tiers]:
    """The targets of a pledge, as they are measured."""
    return [
        Tiers(
            each["follows_index"],
            each["weight_bps"],
            int(each["floor"]),
            int(each["base"]),
            int(each["stretch"]),
        )
        for each in targets_of(pledge)
    ]


def last_period(of: Bet, member: BetParty) -> int:
    """The last period that counts for a party."""
    return of.periods if member.left_after is None else member.left_after


def contribution(rows: Rows, of: Bet, member: BetParty) -> int:
    """Sum over a party's periods of share and attainment; what is not reported counts as kept at base.

    A party that left from its first period on contributed nothing.
    """
    known = pledges(rows, of, member.party)
    reached = {
        each.period: each.attainment_bps
        for each in measures(rows, of, member.party)
        if each.reported_by is not None
    }
    return sum(
        pledge_in(known, period).share_bps * reached.get(period, KEPT)
        for period in range(member.from_period, last_period(of, member) + 1)
    )


def all_measures(rows: Rows, of: Bet) -> list[BetMeasure]:
    """What was reported or disputed under a bet."""
    return rows.select(BetMeasure, "party", "period", bet=of.number)


def bets_seen_by(of: frozenset[str] | None) -> list[ColumnElement[bool]]:
    """What a list of bets is narrowed to: those that parties sponsor or signed, where some are named."""
    if of is None:
        return []
    signed = select(col(BetParty.bet)).where(col(BetParty.party).in_(list(of)))
    return [or_(col(Bet.sponsor).in_(list(of)), col(Bet.number).in_(signed))]


def terms_seen_by(of: frozenset[str] | None) -> list[ColumnElement[bool]]:
    """What a list of terms is narrowed to: those that parties sponsor or would sign, where some are named."""
    if of is None:
        return []
    named = select(col(BetApproval.bet_terms)).where(col(BetApproval.party).in_(list(of)))
    return [col(BetTerms.number).in_(named)]


def reserved(session: Session) -> dict[str, int]:
    """What budgets have committed for bets: the pools of sponsors, the most that parties can lose."""
    total: Counter[str] = Counter()
    pools = select(Bet.sponsor, Bet.reserved_minor)
    stakes = select(BetParty.party, BetParty.reserved_minor)
    for statement in (pools, stakes):
        for party, amount in session.execute(statement):
            total[party] += int(amount)
    return dict(total)
