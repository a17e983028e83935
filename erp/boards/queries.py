"""What the pages read of several rooms at once: all their SQL. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from erp.kernel.base import metadata
from erp.kernel.log.model import Document
from erp.kernel.log.queries import by_number, naming, select_documents

_LINE = metadata.tables["journal_line"]
_ENTRY = metadata.tables["journal_entry"]
_LOG = metadata.tables["document_log"]
_ORDER = metadata.tables["purchase_order"]
_BET = metadata.tables["bet"]
_LEVEL = metadata.tables["stock_level"]
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


def bet_of(session: Session, group_id: int) -> Row[Any] | None:
    """The newest bet for a group that was not voided; None when there is none."""
    statement = select(_BET).where(_BET.c.group_id == group_id, _BET.c.status != "VOIDED")
    return session.execute(statement.order_by(_BET.c.bet_id.desc())).first()


def levels_of(session: Session, item: str, entities: Collection[str]) -> list[Row[Any]]:
    """The stock of some entities in an item, by entity."""
    statement = select(_LEVEL).where(_LEVEL.c.item == item, _LEVEL.c.entity.in_(list(entities)))
    return list(session.execute(statement.order_by(_LEVEL.c.entity)))


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
