"""Rules of standing (I18–I28): sums of the books that must agree at every moment, beside each single entry's balance.

Each rule gives nets by name: what is too much on one side, minor units, minutes, or units of a metric; zero where it holds.
The audit shows them beside the trial balance.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, func, select
from sqlalchemy.orm import Session

from erp.bets import queries as bets
from erp.capacity.rules import RedemptionStatus
from erp.groups import public as groups
from erp.kernel.base import metadata
from erp.kernel.log.queries import STANDS
from erp.ledger import chart
from erp.ledger.queries import entity_balances
from erp.performance.recompute import REPORTS, again
from erp.procurement.public import OrderStatus
from erp.receivables.rules import ClaimStatus
from erp.sales.rules import WITH_CUSTOMER, SaleStatus
from erp.standing.states import (
    documents_of,
    members_hold_seats,
    needs_follow_their_proposals,
    people_are_as_told,
)
from erp.statements.win_win import torn_pairs

Nets = dict[str, int]

_ORDER = metadata.tables["purchase_order"]
_DELIVERY = metadata.tables["delivery"]
_CLAIM = metadata.tables["claim"]
_HOLDING = metadata.tables["capacity_holding"]
_TOKEN = metadata.tables["capacity_token"]
_REDEMPTION = metadata.tables["capacity_redemption"]
_SALE = metadata.tables["sales_order"]
_PROVISION = metadata.tables["provision"]
_PAY = metadata.tables["review_pay"]
_LINE = metadata.tables["journal_line"]
_OWED = metadata.tables["capacity_owed"]
_PARTY = metadata.tables["party"]
_LOG = metadata.tables["document_log"]

_PAGE = 1_000  # documents read at once
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
    """I20: a budget has encumbered what it covers of open orders that is not accepted, and what groups and bets may cost."""
    encumbered = entity_balances(session, chart.ENCUMBERED)
    is_open = _ORDER.c.status.in_([OrderStatus.OPENED.value, OrderStatus.FUNDED.value])
    orders: Counter[str] = Counter()
    for order in session.execute(select(_ORDER).where(is_open)):
        covered = order.amount_minor - order.unbudgeted_minor
        orders[order.buyer] += max(covered - order.accepted_amount_minor, 0)
    ready = Counter(groups.reserved(session)) + Counter(bets.reserved(session))
    return {
        f"of {of}": -encumbered.get(of, 0) - orders[of] - ready[of] for of in {*encumbered, *ready}
    }


def groups_hold_what_is_whose(session: Session) -> Nets:
    """What a party has in the custody of groups: stakes, earnings not paid, and the budget that nobody earned."""
    booked = entity_balances(session, chart.GROUP_FUNDS)
    whose = groups.in_custody(session)
    return {f"of {of}": booked.get(of, 0) - whose.get(of, 0) for of in {*booked, *whose}}


def sales_are_owed(session: Session) -> Nets:
    """I22: what the sales of an entity put on receivables is what their customers owe; on goods on their way, what travels.

    Their cost is in cost of sales, less what came back good. The provision is that of each customer.
    """
    owed: Counter[str] = Counter()
    travelling: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    delivered = {status.value for status in WITH_CUSTOMER}
    for sale in session.execute(select(_SALE)):
        if sale.status == SaleStatus.DESPATCHED:
            travelling[sale.entity] += sale.cost_minor
        if sale.status in delivered:
            price = sale.net_minor + sale.tax_minor - sale.received_minor
            owed[sale.entity] += price - sale.returned_net_minor - sale.returned_tax_minor
            spent[sale.entity] += sale.cost_minor - sale.returned_cost_minor
    booked = _booked_for_sales(session)
    nets: Nets = {}
    for what, code, due in (
        ("owed", chart.RECEIVABLES, owed),
        ("on their way", chart.GOODS_DESPATCHED, travelling),
        ("cost", chart.COST_OF_SALES, spent),
    ):
        of_code = {of: net for (of, account), net in booked.items() if account == code}
        nets |= {f"of {of}, {what}": of_code.get(of, 0) - due[of] for of in {*of_code, *due}}
    standing = entity_balances(session, chart.BAD_DEBT_PROVISION)
    provided = select(_PROVISION.c.entity, func.sum(_PROVISION.c.amount_minor))
    needed = {of: int(net) for of, net in session.execute(provided.group_by(_PROVISION.c.entity))}
    return nets | {
        f"of {of}, provided": standing.get(of, 0) + needed.get(of, 0) for of in {*standing, *needed}
    }


def _booked_for_sales(session: Session) -> dict[tuple[str, str], int]:
    """Debits less credits of the documents of sales, by entity and account."""
    net = func.sum(_LINE.c.debit_minor) - func.sum(_LINE.c.credit_minor)
    statement = (
        select(_LINE.c.entity, _LINE.c.account, net)
        .join(_SALE, _SALE.c.number == _LINE.c.order_number)
        .group_by(_LINE.c.entity, _LINE.c.account)
    )
    return {(of, account): int(amount) for of, account, amount in session.execute(statement)}


def credit_is_as_told(session: Session) -> Nets:
    """I21: a party's credit is the score of its newest outcome, and it had as many outcomes as documents say."""
    score: dict[str, int] = {}
    outcomes: Counter[str] = Counter()
    told = (
        select(_LOG.c.payload).where(_LOG.c.type.in_(_OUTCOMES), STANDS).order_by(_LOG.c.sequence)
    )
    for payload in session.scalars(told):
        fields = json.loads(payload)["fields"]
        score[fields["party"]] = fields["score_bps"]
        outcomes[fields["party"]] += 1
    nets: Nets = {}
    for row in session.execute(select(_PARTY)):
        nets[f"of {row.code}, score"] = (row.credit_bps or 0) - score.get(row.code, 0)
        nets[f"of {row.code}, outcomes"] = row.outcomes - outcomes[row.code]
    return nets


def groups_book_both_sides(session: Session) -> Nets:
    """I23: what two members of a group do with each other is booked by both, for the group.

    Income and cost of it, with what they keep of it, sum to zero; a document that is booked on one side is named. It is what
    the win-win statement comes two ways to.
    """
    nets: Nets = {}
    for group, torn in torn_pairs(session).items():
        nets[f"of {group}"] = sum(each.minor for each in torn)
        nets |= {f"of {group}, {each.document}": each.minor for each in torn}
    return nets


def reports_are_as_counted(session: Session) -> Nets:
    """I24: what a report told the contract of a bet is what the documents that it lists say, counted anew."""
    nets: Nets = {}
    for report in documents_of(session, REPORTS):
        for found in again(session, report):
            off = found.told - (found.counted or 0)
            nets[f"{report.number}, {found.name}"] = 0 if found.agrees else off or 1
    return nets


def review_pay_is_accrued(session: Session) -> Nets:
    """I25: what an entity booked as pay by reviews is what its reviews made of each person's month."""
    booked = entity_balances(session, chart.REVIEW_PAY)
    pay = select(_PAY.c.entity, func.sum(_PAY.c.amount_minor)).group_by(_PAY.c.entity)
    owed = {of: int(amount) for of, amount in session.execute(pay)}
    return {f"of {of}": booked.get(of, 0) - owed.get(of, 0) for of in {*booked, *owed}}


def _sums(session: Session, by: object, what: object) -> dict[str, int]:
    return {of: int(amount) for of, amount in session.execute(select(by, what))}  # type: ignore[call-overload]


RULES: Mapping[str, Callable[[Session], Nets]] = {
    "I18 claims": claims_are_covered,
    "I19 machine-minutes": minutes_are_backed,
    "I20 commitments": commitments_are_encumbered,
    "I21 credit": credit_is_as_told,
    "I22 sales": sales_are_owed,
    "I23 members": groups_book_both_sides,
    "I24 reports": reports_are_as_counted,
    "I25 review pay": review_pay_is_accrued,
    "I26 people": people_are_as_told,
    "I27 members of groups": members_hold_seats,
    "I28 needs": needs_follow_their_proposals,
    "2d groups": groups_hold_what_is_whose,
}
