"""What the pages read of several rooms at once: all their SQL. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.kernel.log.model import Document
from erp.kernel.log.queries import by_number, naming, select_documents

_LINE = metadata.tables["journal_line"]
_ENTRY = metadata.tables["journal_entry"]
_LOG = metadata.tables["document_log"]
_ORDER = metadata.tables["purchase_order"]
_DELIVERY = metadata.tables["delivery"]
_BET = metadata.tables["bet"]
_LEVEL = metadata.tables["stock_level"]
_GROUP = metadata.tables["chain_group"]
_ROLE = metadata.tables["group_role"]
_ROUND = metadata.tables["role_round"]
DOCUMENTS_MAX = 10_000  # of one group, or of one post

GROUP_TYPES = (
    "group_order", "role_addition", "role_grab", "plan_opening", "candidate_selection", "candidate_rejection",
    "group_forming", "group_dissolution", "bet_binding", "group_settlement", "role_reopening", "role_seating",
    "work_extension", "consented_end", "progress_attestation", "stake_release", "role_payment", "budget_return",
    "review_attestation", "bet_contract", "bet_signature", "bet_measure",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The documents of one group, in the order of the log."""

    documents: tuple[Document, ...]

    def of(self, *types: str, **values: Any) -> list[Document]:
        """Those of these types with these values in their fields."""
        return [
            each
            for each in self.documents
            if each.type in types and all(each.fields.get(n) == v for n, v in values.items())
        ]

    def numbers(self, *types: str, **values: Any) -> list[str]:
        """The numbers of the same."""
        return [each.number for each in self.of(*types, **values)]


def told_of(session: Session, chain_group: str) -> Told:
    """What the log tells of a group."""
    found = naming(session, "chain_group", chain_group, types=GROUP_TYPES, limit=DOCUMENTS_MAX)
    return Told(tuple(found))


def code_named(session: Session, key: int | str) -> int | str:
    """The code of the group that a document belongs to, where its number is named; else the name itself."""
    if isinstance(key, int):
        return key
    document = by_number(session, key)
    code: str | None = document.fields.get("chain_group") if document is not None else None
    return code or key


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of the journal that carries a group."""

    entry: int
    entity: str
    account: str
    debit_minor: int
    credit_minor: int
    counterparty: str | None
    at: int


def lines_of(session: Session, chain_group: str, accounts: Iterable[str]) -> list[Moved]:
    """Lines of a group on these accounts, in the order of the journal."""
    statement = (
        select(
            _LINE.c.entry, _LINE.c.entity, _LINE.c.account, _LINE.c.debit_minor, _LINE.c.credit_minor,
            _LINE.c.counterparty, _LOG.c.at,
        )
        .join_from(_LINE, _ENTRY, _ENTRY.c.id == _LINE.c.entry)
        .join(_LOG, _LOG.c.sequence == _ENTRY.c.document_sequence)
        .where(_LINE.c.chain_group == chain_group, _LINE.c.account.in_(list(accounts)))
        .order_by(_LINE.c.entry, _LINE.c.position)
    )  # fmt: skip
    return [Moved(*row) for row in session.execute(statement)]


def orders_of(session: Session, chain_group: str) -> list[Row[Any]]:
    """Purchase orders for the work of a group, by id."""
    statement = select(_ORDER).where(_ORDER.c.chain_group == chain_group)
    return list(session.execute(statement.order_by(_ORDER.c.order_id)))


def late_receipts_of(session: Session, chain_group: str) -> list[tuple[int, str]]:
    """When goods for the work of a group arrived after their promise, and the receipt that says so, in order."""
    statement = (
        select(_DELIVERY.c.received_at, _DELIVERY.c.receipt)
        .join_from(_DELIVERY, _ORDER, _ORDER.c.order_id == _DELIVERY.c.order_id)
        .where(
            _ORDER.c.chain_group == chain_group,
            _DELIVERY.c.received_at > _DELIVERY.c.promised_at,
            _DELIVERY.c.receipt.is_not(None),
        )
        .order_by(_DELIVERY.c.received_at, _DELIVERY.c.receipt)
    )
    return [(at, receipt) for at, receipt in session.execute(statement)]


def bet_of(session: Session, group_id: int) -> Row[Any] | None:
    """The newest bet for a group that was not voided; None when there is none."""
    statement = select(_BET).where(_BET.c.group_id == group_id, _BET.c.status != "VOIDED")
    return session.execute(statement.order_by(_BET.c.bet_id.desc())).first()


def levels_of(session: Session, item: str, entities: Collection[str]) -> list[Row[Any]]:
    """The stock of some entities in an item, by entity."""
    statement = select(_LEVEL).where(_LEVEL.c.item == item, _LEVEL.c.entity.in_(list(entities)))
    return list(session.execute(statement.order_by(_LEVEL.c.entity)))


def roles_to_grab(
    session: Session, now: int, *, after: tuple[int, int], limit: int
) -> list[tuple[str, int]]:
    """Group and role of each role that is open to grabs at `now`, by the group's id and the role's; those after one."""
    statement = (
        select(_GROUP.c.code, _ROLE.c.role_id)
        .join_from(_GROUP, _ROLE, _ROLE.c.chain_group == _GROUP.c.code)
        .join(
            _ROUND,
            and_(
                _ROUND.c.chain_group == _ROLE.c.chain_group,
                _ROUND.c.role_id == _ROLE.c.role_id,
                _ROUND.c.round == _ROLE.c.round,
            ),
        )
        .where(
            _GROUP.c.status.in_(("OPEN", "FORMED")),
            _GROUP.c.work_end > now,
            _ROUND.c.seated_at.is_(None),
            _ROUND.c.grab_end > now,
            or_(
                _GROUP.c.group_id > after[0],
                and_(_GROUP.c.group_id == after[0], _ROLE.c.role_id > after[1]),
            ),
        )
        .order_by(_GROUP.c.group_id, _ROLE.c.role_id)
        .limit(limit)
    )
    return [(code, role_id) for code, role_id in session.execute(statement)]


# ---- what posts did ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Past:
    """What was done in records that name one post: reports, disputes of them, and rulings that changed them."""

    post: int
    reports: tuple[str, ...]
    disputes: tuple[str, ...]
    rulings: tuple[str, ...]


def past_of_reporter(session: Session, post: int) -> Past:
    """Of reports about groups and bets that name a reporter's post."""
    groups = {
        each.fields["group_id"]
        for each in _all(session, "group_order")
        if each.fields.get("reporter_post") == post
    }
    reports = [
        each.number
        for each in _all(session, "progress_attestation", "review_attestation")
        if each.fields["group_id"] in groups
    ]
    told = _of_bets(session, "reporter_post", post)
    return Past(post, (*reports, *told.reports), told.disputes, told.rulings)


def past_of_arbiter(session: Session, post: int) -> Past:
    """Of rulings about bets that name an arbiter's post."""
    return _of_bets(session, "arbiter_post", post)


def _of_bets(session: Session, name: str, post: int) -> Past:
    bets = {
        each.fields["bet_id"]
        for each in _all(session, "bet_contract")
        if each.fields.get(name) == post
    }
    measures = [e for e in _all(session, "bet_measure") if e.fields["bet_id"] in bets]
    disputes = [e.number for e in _all(session, "bet_dispute") if e.fields["bet_id"] in bets]
    return Past(
        post,
        tuple(e.number for e in measures if not e.fields["ruled"]),
        tuple(disputes),
        tuple(e.number for e in measures if e.fields["ruled"]),
    )


def _all(session: Session, *types: str) -> list[Document]:
    return select_documents(session, types=types, limit=DOCUMENTS_MAX)
