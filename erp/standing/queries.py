"""Rules of standing (I18–I21): sums of the books that must agree at every moment, beside each single entry's balance.

Each rule gives nets by name: what is too much on one side, minor units or minutes; zero where it holds. The audit shows
them beside the trial balance.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, func, select
from sqlalchemy.orm import Session

from erp.capacity.rules import RedemptionStatus
from erp.groups import public as groups
from erp.kernel.base import metadata
from erp.ledger import chart
from erp.ledger.queries import entity_balances
from erp.procurement.public import OrderStatus
from erp.receivables.rules import ClaimStatus

Nets = dict[str, int]

_ORDER = metadata.tables["purchase_order"]
_DELIVERY = metadata.tables["delivery"]
_CLAIM = metadata.tables["claim"]
_HOLDING = metadata.tables["capacity_holding"]
_TOKEN = metadata.tables["capacity_token"]
_REDEMPTION = metadata.tables["capacity_redemption"]
_OWED = metadata.tables["capacity_owed"]
_PARTY = metadata.tables["party"]
_LOG = metadata.tables["document_log"]

_OUTCOMES = ("credit_outcome", "credit_component")  # types of the documents that set a score


def net_of_rules(session: Session) -> Nets:
    """The nets of all rules by name: what differs from zero is wrong."""
    found: Nets = {}
    for name, rule in RULES.items():
        found |= {f"{name} {what}": net for what, net in rule(session).items()}
    return found


def claims_are_covered(session: Session) -> Nets:
    """I18: what a buyer owes as claims is the sum of its open claims, and what it put up covers it.

    What a holder's claims stand at is on its books. Parts of a claim sum to what was issued, paid or not.
    """
    owed = entity_balances(session, chart.CLAIMS_ISSUED)
    covered = entity_balances(session, chart.CLAIM_COVER)
    held = entity_balances(session, chart.CLAIMS_HELD)
    is_open = _CLAIM.c.status == ClaimStatus.OPEN.value
    issued = _totals(session, _CLAIM.c.buyer, _CLAIM.c.amount_minor, is_open)
    standing = _totals(session, _CLAIM.c.holder, _CLAIM.c.carrying_minor, is_open)
    unclaimed = _unclaimed(session)
    nets = {f"of {of}, covered": owed.get(of, 0) + covered.get(of, 0) for of in {*owed, *covered}}
    nets |= {
        f"of {of}, owed": owed.get(of, 0) + issued.get(of, 0) + unclaimed[0][of]
        for of in {*owed, *issued}
    }
    nets |= {
        f"of {of}, held": held.get(of, 0) - standing.get(of, 0) - unclaimed[1][of]
        for of in {*held, *standing}
    }
    parts = func.sum(_CLAIM.c.amount_minor) - func.sum(_CLAIM.c.issued_minor)
    split = select(_CLAIM.c.origin_id, parts).group_by(_CLAIM.c.origin_id)
    return nets | {f"parts of {origin}": int(net) for origin, net in session.execute(split)}


def _unclaimed(session: Session) -> tuple[Counter[str], Counter[str]]:
    """What was paid later and has no claim yet, since its event is still to come: by buyer, and by supplier."""
    by_buyer: Counter[str] = Counter()
    by_supplier: Counter[str] = Counter()
    waiting = (
        select(_ORDER.c.buyer, _ORDER.c.supplier, _DELIVERY.c.unclaimed_minor)
        .join(_DELIVERY, _DELIVERY.c.order_id == _ORDER.c.order_id)
        .where(_DELIVERY.c.unclaimed_minor != 0)
    )
    for row in session.execute(waiting):
        by_buyer[row.buyer] += row.unclaimed_minor
        by_supplier[row.supplier] += row.unclaimed_minor
    return by_buyer, by_supplier


def _totals(
    session: Session, by: Column[Any], what: Column[Any], condition: ColumnElement[bool]
) -> dict[str, int]:
    rows = session.execute(select(by, func.sum(what)).where(condition).group_by(by))
    return {of: int(amount) for of, amount in rows}


def minutes_are_backed(session: Session) -> Nets:
    """I19: a plant owes the price of the minutes that are out, the market holds it, and holders have them on their books.

    Of each token: sold = redeemed + expired + refunded + held.
    """
    owed = _sums(session, _OWED.c.party, _OWED.c.owed_minor)
    liable = entity_balances(session, chart.CONTRACT_LIABILITIES)
    funds = entity_balances(session, chart.CAPACITY_FUNDS)
    prepaid = entity_balances(session, chart.PREPAID_CAPACITY)
    price, out, standing = _minutes(session)
    nets = {f"of {of}, promised": -liable.get(of, 0) - price.get(of, 0) for of in {*liable, *price}}
    nets |= {
        f"of {of}, in the market": funds.get(of, 0) + liable.get(of, 0) - owed.get(of, 0)
        for of in {*funds, *liable, *owed}
    }
    nets |= {
        f"of {of}, held": prepaid.get(of, 0) - standing.get(of, 0) for of in {*prepaid, *standing}
    }
    return nets | {f"token {token}": minutes for token, minutes in out.items()}


def _minutes(session: Session) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Price of the minutes that are out by plant; minutes that no row has by token; carrying amounts by holder."""
    price: Counter[str] = Counter()
    out: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    for sold in session.execute(select(_TOKEN)):
        left = sold.sold - sold.redeemed - sold.expired - sold.refunded
        price[sold.plant] += left * sold.price_minor
        out[sold.token_id] += left
    for row in session.execute(select(_HOLDING)):
        out[row.token_id] -= row.minutes
        standing[row.party] += row.carrying_minor
    unsettled = _REDEMPTION.c.status != RedemptionStatus.SETTLED.value
    for run in session.execute(select(_REDEMPTION).where(unsettled)):
        price[run.plant] += run.amount_minor
        standing[run.holder] += run.carrying_minor
    return price, out, standing


def commitments_are_encumbered(session: Session) -> Nets:
    """I20: a budget has encumbered what it covers of open orders that is not accepted, and what is held ready for groups."""
    encumbered = entity_balances(session, chart.ENCUMBERED)
    is_open = _ORDER.c.status.in_([OrderStatus.OPENED.value, OrderStatus.FUNDED.value])
    orders: Counter[str] = Counter()
    for order in session.execute(select(_ORDER).where(is_open)):
        covered = order.amount_minor - order.unbudgeted_minor
        orders[order.buyer] += max(covered - order.accepted_amount_minor, 0)
    ready = groups.reserved(session)
    return {
        f"of {of}": -encumbered.get(of, 0) - orders[of] - ready.get(of, 0)
        for of in {*encumbered, *ready}
    }


def groups_hold_what_is_whose(session: Session) -> Nets:
    """What a party has in the custody of groups: stakes, earnings not paid, and the budget that nobody earned."""
    booked = entity_balances(session, chart.GROUP_FUNDS)
    whose = groups.in_custody(session)
    return {f"of {of}": booked.get(of, 0) - whose.get(of, 0) for of in {*booked, *whose}}


def credit_is_as_told(session: Session) -> Nets:
    """I21: a party's credit is the score of its newest outcome, and it had as many outcomes as documents say."""
    score: dict[str, int] = {}
    outcomes: Counter[str] = Counter()
    told = select(_LOG.c.payload).where(_LOG.c.type.in_(_OUTCOMES)).order_by(_LOG.c.sequence)
    for payload in session.scalars(told):
        fields = json.loads(payload)["fields"]
        score[fields["party"]] = fields["score_bps"]
        outcomes[fields["party"]] += 1
    nets: Nets = {}
    for row in session.execute(select(_PARTY)):
        nets[f"of {row.code}, score"] = (row.credit_bps or 0) - score.get(row.code, 0)
        nets[f"of {row.code}, outcomes"] = row.outcomes - outcomes[row.code]
    return nets


def _sums(session: Session, by: object, what: object) -> dict[str, int]:
    return {of: int(amount) for of, amount in session.execute(select(by, what))}  # type: ignore[call-overload]


RULES: Mapping[str, Callable[[Session], Nets]] = {
    "I18 claims": claims_are_covered,
    "I19 machine-minutes": minutes_are_backed,
    "I20 commitments": commitments_are_encumbered,
    "I21 credit": credit_is_as_told,
    "2d groups": groups_hold_what_is_whose,
}
