"""What the statement reads of several rooms: all its SQL. Never commits."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from erp.groups.queries import group_of, memberships
from erp.groups.tables import ChainGroup
from erp.kernel.base import metadata
from erp.kernel.calendar import HOUSE_ZONE
from erp.kernel.entry import NO_GROUP, Ledger
from erp.kernel.log.queries import STANDS
from erp.kernel.rows import Rows
from erp.ledger import chart
from erp.ledger.turnover.halves import whole
from erp.ledger.turnover.queries import halves_of
from erp.parties.kinds import PartyKind
from erp.parties.queries import party
from erp.rights.table import Spell
from erp.sales.rules import SaleKind
from erp.statements.circle import Inside, Pots, to_the_end
from erp.statements.errors import UnknownPlatform
from erp.statements.model import BookedLine, Deed, Scope, ScopeKind, UserAct
from erp.statements.periods import Period
from erp.statements.rows import RESULT

_LINE = metadata.tables["journal_line"]
_ENTRY = metadata.tables["journal_entry"]
_LOG = metadata.tables["document_log"]
_SALE = metadata.tables["sales_order"]
_PARTY = metadata.tables["party"]
_BET = metadata.tables["bet"]
_BET_PARTY = metadata.tables["bet_party"]
_GROUP = metadata.tables["chain_group"]

POT = "bet_settlement"  # the document that shares the pot of a bet
_RESULTS = _LINE.c.account.like(f"{RESULT}%")


# ---- who is inside -------------------------------------------------------------------------------


def zone_of(session: Session, scope: Scope) -> str:
    """The time zone in which the months of a statement begin. Raises UnknownGroup, UnknownParty."""
    rows = Rows.of(session)
    if scope.kind is ScopeKind.PLATFORM:
        return HOUSE_ZONE
    code = group_of(rows, scope.code).leader if scope.kind is ScopeKind.GROUP else scope.code
    return party(rows, code).time_zone


def inside_of(session: Session, scope: Scope) -> Inside:
    """Who is inside, and when. Raises UnknownGroup, UnknownParty, UnknownPlatform.

    Of a group: its leader from the beginning, its members, those to its end for good, whoever stands in its bet from its
    signature on, and who left at each moment when pay for its role is booked. Of a platform: its micro-enterprises. Of a
    node: itself.
    """
    rows = Rows.of(session)
    if scope.kind is ScopeKind.GROUP:
        return inside_group(session, group_of(rows, scope.code))
    if scope.kind is ScopeKind.NODE:
        return Inside.of([Spell(party(rows, scope.code).code, 0, None)])
    nodes = select(_PARTY.c.code, _PARTY.c.registered_at).where(
        _PARTY.c.platform == scope.code, _PARTY.c.kind == PartyKind.INTERNAL.value
    )
    spells = [Spell(code, since, None) for code, since in session.execute(nodes)]
    if not spells:
        raise UnknownPlatform(scope.code)
    return Inside.of(spells)


def inside_group(session: Session, group: ChainGroup) -> Inside:
    """The same of a group."""
    rows = Rows.of(session)
    own = [Spell(m.party, m.since, m.until) for m in memberships(rows, group.code)]
    signed = (
        select(_BET_PARTY.c.party, _LOG.c.at)
        .join(_BET, _BET.c.number == _BET_PARTY.c.bet)
        .join(_LOG, _LOG.c.number == _BET_PARTY.c.joined_by)
        .where(_BET.c.chain_group == group.code)
    )
    sponsored = (
        select(_BET.c.sponsor, _LOG.c.at)
        .join(_LOG, _LOG.c.number == _BET.c.number)
        .where(_BET.c.chain_group == group.code)
    )
    bound = [
        Spell(code, at, None)
        for statement in (signed, sponsored)
        for code, at in session.execute(statement)
    ]
    paid = [Spell(code, at, at + 1) for code, at in _role_pay(session, group.code)]
    spells = [Spell(group.leader, 0, None), *to_the_end(own, group.ended_at), *bound, *paid]
    return Inside.of(spells, group.leader)


def _role_pay(session: Session, group: str) -> list[tuple[str, int]]:
    """Who had pay for a role booked, and when: what was done before somebody left is often told afterwards."""
    about = (_LINE.c.chain_group == group) & (_LINE.c.account == chart.ROLE_INCOME)
    return [
        (code, at)
        for code, at in session.execute(_posted((_LINE.c.entity, _LOG.c.at), about).distinct())
    ]


def groups(session: Session) -> list[ChainGroup]:
    """All groups, by code."""
    codes = session.scalars(select(_GROUP.c.code).order_by(_GROUP.c.code))
    rows = Rows.of(session)
    return [group_of(rows, code) for code in codes]


# ---- the ledger ----------------------------------------------------------------------------------


def _within(scope: Scope, inside: Inside) -> ColumnElement[bool]:
    """Which lines a statement is about."""
    if scope.kind is ScopeKind.GROUP:
        return _LINE.c.chain_group == scope.code
    return _LINE.c.entity.in_(sorted(inside.spells))


def _posted(columns: Iterable[Any], about: ColumnElement[bool]) -> Select[Any]:
    """Columns of these lines of the general ledger, with their documents."""
    return (
        select(*columns)
        .join_from(_LINE, _ENTRY, _ENTRY.c.id == _LINE.c.entry)
        .join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence)
        .where(_ENTRY.c.ledger == Ledger.GENERAL.value, about)
    )


def _during(since: int, until: int) -> ColumnElement[bool]:
    return (_LOG.c.at >= since) & (_LOG.c.at < until)


_COLUMNS = (
    _LINE.c.entry, _LINE.c.position, _LOG.c.sequence, _LOG.c.number, _LOG.c.type, _LOG.c.at, _LINE.c.entity,
    _LINE.c.account, _LINE.c.counterparty, (_LINE.c.credit_minor - _LINE.c.debit_minor).label("credit"),
    (func.coalesce(_SALE.c.kind, "") == SaleKind.SERVICE.value).label("of_service"),
)  # fmt: skip
_COUNTS = or_(_RESULTS, _LINE.c.counterparty.is_not(None))


def lines_of(
    session: Session, scope: Scope, inside: Inside, since: int, until: int
) -> tuple[BookedLine, ...]:
    """Lines of income and cost, and all that name a counterparty, in the order of the journal.

    Of documents from an instant to before another.
    """
    statement = (
        _posted(_COLUMNS, _within(scope, inside))
        .outerjoin(_SALE, _SALE.c.number == _LINE.c.order_number)
        .where(_COUNTS, _during(since, until))
        .order_by(_LINE.c.entry, _LINE.c.position)
    )
    return tuple(BookedLine(*row) for row in session.execute(statement))


def lines_by_group(session: Session) -> dict[str, list[BookedLine]]:
    """The same of every chain group, ever, by its code."""
    statement = (
        _posted((_LINE.c.chain_group, *_COLUMNS), _LINE.c.chain_group != NO_GROUP)
        .outerjoin(_SALE, _SALE.c.number == _LINE.c.order_number)
        .where(_COUNTS)
        .order_by(_LINE.c.entry, _LINE.c.position)
    )
    found: dict[str, list[BookedLine]] = defaultdict(list)
    for group, *row in session.execute(statement):
        found[group].append(BookedLine(*row))
    return found


def pots_of(session: Session, lines: Iterable[BookedLine]) -> Pots:
    """Who has an entry in each of these lines' documents that share the pot of a bet."""
    sequences = {line.sequence for line in lines if line.doc_type == POT}
    statement = (
        select(_ENTRY.c.document_sequence, _ENTRY.c.entity)
        .where(_ENTRY.c.document_sequence.in_(sorted(sequences)))
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for sequence, entity in session.execute(statement):
        found[sequence].add(entity)
    return Pots({sequence: frozenset(entities) for sequence, entities in found.items()})


def active_in(session: Session, scope: Scope, inside: Inside, period: Period) -> frozenset[str]:
    """Who has any entry in a period."""
    statement = _posted((_LINE.c.entity,), _within(scope, inside)).where(
        _during(period.since, period.until)
    )
    return frozenset(session.scalars(statement.distinct()))


def result_of(session: Session, scope: Scope, inside: Inside, period: Period) -> int:
    """Credits less debits of all result accounts in a period, minor units, as the database sums them."""
    sums = (*halves_of(_LINE.c.credit_minor, "credit"), *halves_of(_LINE.c.debit_minor, "debit"))
    statement = _posted(sums, _within(scope, inside)).where(
        _RESULTS, _during(period.since, period.until)
    )
    row = session.execute(statement).one()
    return whole(row.credit_high, row.credit_low) - whole(row.debit_high, row.debit_low)


# ---- users ---------------------------------------------------------------------------------------


def acts_of(session: Session, scope: Scope, inside: Inside, until: int) -> tuple[UserAct, ...]:
    """What users did before an instant, in the order of the log: sales delivered to them, and their reviews."""
    statement = (
        select(_LOG.c.number, _LOG.c.at, _LOG.c.type, _LOG.c.payload)
        .where(_LOG.c.type.in_([deed.value for deed in Deed]), _LOG.c.at < until, STANDS)
        .order_by(_LOG.c.sequence)
    )
    found = []
    for number, at, doc_type, payload in session.execute(statement):
        fields = json.loads(payload)["fields"]
        group = fields.get("chain_group") or NO_GROUP
        about = (
            group == scope.code
            if scope.kind is ScopeKind.GROUP
            else fields["entity"] in inside.spells
        )
        if about:
            weight, score = fields.get("weight_minor", 0), fields.get("score_bps", 0)
            deed = Deed(doc_type)
            found.append(
                UserAct(number, at, deed, fields["entity"], fields["customer"], weight, score)
            )
    return tuple(found)
