"""Goods, cash and information of one thing on one time line (三流合一), as `GET /orders/{order}/flows` and its like answer.

The ERP tells documents, goods and cash. Transactions, blocks, anchors and what is missing between both sides are the
witness's (`erp.api.witness`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from pydantic import Field
from sqlalchemy.orm import Session

from erp.api.document_view import CLASSES, office, told_reason
from erp.api.shown import Amount, ClassedView, may_see
from erp.api.tokens import Principal
from erp.api.witness import NOBODY, Evidence, Missing, Silence, Witness
from erp.kernel.field_class import Classes, classed
from erp.kernel.log.model import Document
from erp.kernel.log.queries import MAX_PAGE, documents_naming
from erp.kernel.roles import PARTNERS
from erp.ledger import chart

MAX_DOCUMENTS = MAX_PAGE - 1  # of one thing; a bet of 64 parties reported 64 times stays below
# Fields of documents that tell quantities.
QUANTITIES = ("quantity", "accepted", "rejected", "received", "minutes", "ran", "earned_bps")
CUSTODY = (
    *(chart.ESCROW, chart.STAKES, chart.AUCTION_BONDS, chart.GUARANTEES, chart.CLAIM_COVER),
    *(chart.BET_STAKES, chart.GROUP_FUNDS, chart.CAPACITY_FUNDS),
)
SHOWN = frozenset({chart.WALLET, *CUSTODY})
NOT_ANCHORED = "no anchor yet"


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A kind of thing that has a time line."""

    noun: str
    field: str  # of its documents, with its id
    held: str  # account with its money in custody


ORDER = TimeLine("order", "order_id", chart.ESCROW)
CLAIM = TimeLine("claim", "claim_id", chart.CLAIM_COVER)
BET = TimeLine("bet", "bet_id", chart.BET_STAKES)
GROUP = TimeLine("group", "group_id", chart.GROUP_FUNDS)
CAPACITY = TimeLine("capacity", "token_id", chart.CAPACITY_FUNDS)


class MovementView(ClassedView):
    """Money that a step moved in one account of one entity: debits less credits."""

    classes: ClassVar[Classes] = classed("entity account role", money="amount_minor")

    entity: str
    account: str
    role: str | None = Field(examples=["escrow"])
    amount_minor: Amount


class StepView(ClassedView):
    """A document on the time line, or in its place what is missing there."""

    classes: ClassVar[Classes] = classed(
        "at what document goods transaction block anchor gap",
        money="cash",
        confidential="held_minor",
        personal="actor",
        internal="reason",
    )

    at: int = Field(description="unix seconds")
    what: str = Field(
        description="type of the document; of what is missing the event, or the call",
        examples=["goods_receipt", "PurchaseOrders.acceptDelivery"],
    )
    document: str | None = Field(description="number; null: an event without a document")
    actor: str | None = Field(description="role and name of the token; to other firms the role")
    goods: dict[str, int] = Field(description="quantities that the document tells")
    cash: list[MovementView] | None = Field(description="in wallets and in custody")
    held_minor: Amount = Field(description="of the thing's money in custody after it")
    transaction: str | None = Field(description="hash; null: none, or nobody here saw it")
    block: int | None
    anchor: int | None = Field(description="index of the anchor that the document stands under")
    gap: str | None = Field(description="what is missing here")
    reason: str | None = Field(description="why, where somebody said so")

    def withhold_from(self, caller: Principal) -> Self:
        """A copy without what the caller may not see: quantities by their class, another's accounts, clerks' names."""
        told, classes = super().withhold_from(caller), CLASSES.get(self.what, {})
        told.goods = {n: v for n, v in self.goods.items() if may_see(classes, n, caller.role)}
        if self.actor is not None and told.actor is None:
            told.actor = office(self.actor)
        if caller.role in PARTNERS and told.cash is not None:
            told.cash = [moved for moved in told.cash if moved.entity == caller.party]
        return told


class FlowsView(ClassedView):
    """The time line of one thing, and whether its three flows are whole. Minor units, unix seconds."""

    classes: ClassVar[Classes] = classed(
        "noun id witnessed remark complete booked cash_agrees anchored steps",
        confidential="differences",
    )

    noun: str = Field(examples=["order"])
    id: str
    witnessed: bool = Field(description="whether a witness of the chain was asked")
    remark: str | None = Field(
        description="why nobody was: then transactions, blocks, anchors and the three answers are null"
    )
    complete: bool = Field(description=f"false: the first {MAX_DOCUMENTS} documents alone")
    booked: bool | None = Field(description="every event has its document, and no call is stuck")
    cash_agrees: bool | None = Field(
        description="chain and ledger say the same of its money; not so for a moment while an event is being booked"
    )
    anchored: bool | None = Field(description="every document stands under an anchor")
    differences: list[str] | None = Field(description="what they say otherwise")
    steps: list[StepView]


def documents_of(session: Session, subject: TimeLine, id_: int | str) -> list[Document]:
    """The documents that name a thing by its id, in sequence; one more than MAX_DOCUMENTS where there are more."""
    return documents_with(session, subject.field, id_)


def documents_with(session: Session, field: str, value: int | str) -> list[Document]:
    """The documents whose field has a value, in sequence; at most one more than MAX_DOCUMENTS."""
    types = (type_ for type_, classes in CLASSES.items() if field in classes)
    return documents_naming(session, types, field, value, limit=MAX_DOCUMENTS + 1)


def told_to_partners(documents: Sequence[Document]) -> frozenset[str]:
    """Numbers of the documents that an event made: whoever has part in the thing sees them on the chain anyway."""
    return frozenset(document.number for document in documents if document.origin is not None)


def flows_view(
    witness: Witness | None,
    subject: TimeLine,
    id_: int | str,
    documents: Sequence[Document],
    caller: Principal,
    partners_see: frozenset[str],
) -> FlowsView:
    """The time line of all of a thing's documents; to a partner, of those whose numbers are in `partners_see`.

    Raises Retryable when the witness is busy.
    """
    complete = len(documents) <= MAX_DOCUMENTS
    known = documents[:MAX_DOCUMENTS]
    told = NOBODY if witness is None else witness.tell(subject.noun, str(id_), known)
    seen = None if isinstance(told, Silence) else told
    steps = sorted(_steps(known, seen, caller), key=lambda step: (step.at, step.anchor or 0))
    running = _running(steps, subject)
    return FlowsView(
        noun=subject.noun,
        id=str(id_),
        witnessed=seen is not None,
        remark=f"no witness of the chain: {told.reason}" if isinstance(told, Silence) else None,
        complete=complete,
        booked=None if seen is None else not any(each.needs_a_person for each in seen.missing),
        cash_agrees=None if seen is None else not seen.differences,
        anchored=None if seen is None else not any(s.gap == NOT_ANCHORED for s in steps),
        differences=None if seen is None else list(seen.differences),
        steps=[
            step
            for step in running
            if caller.role not in PARTNERS or step.document in {None, *partners_see}
        ],
    )


def _steps(
    documents: Sequence[Document], seen: Evidence | None, caller: Principal
) -> Iterator[StepView]:
    for document in documents:
        place = None if seen is None else seen.sightings.get(document.number)
        anchor = None if place is None else place.anchor
        yield StepView(
            at=document.at,
            what=document.type,
            document=document.number,
            actor=document.actor,
            goods=_goods(document),
            cash=list(_cash(document)),
            held_minor=None,
            transaction=None if place is None else place.transaction,
            block=None if place is None else place.block,
            anchor=anchor,
            gap=NOT_ANCHORED if seen is not None and anchor is None else None,
            reason=None,
        )
    yield from (_gap(each, caller) for each in (() if seen is None else seen.missing))


def _goods(document: Document) -> dict[str, int]:
    told: Mapping[str, Any] = document.fields
    return {name: told[name] for name in QUANTITIES if type(told.get(name)) is int}


def _cash(document: Document) -> Iterator[MovementView]:
    moved: Counter[tuple[str, str]] = Counter()
    for entry in document.entries:
        for line in entry["lines"]:
            if line["account"] in SHOWN:
                moved[entry["entity"], line["account"]] += line["debit"] - line["credit"]
    for (entity, code), amount in moved.items():
        if amount:
            role = chart.BY_CODE[code].role
            yield MovementView(entity=entity, account=code, role=role, amount_minor=amount)


def _gap(missing: Missing, caller: Principal) -> StepView:
    return StepView(
        at=missing.at,
        what=missing.what,
        document=missing.document,
        actor=missing.actor,
        goods={},
        cash=[],
        held_minor=None,
        transaction=missing.transaction,
        block=missing.block,
        anchor=None,
        gap=missing.status,
        reason=told_reason(missing.reason, caller),
    )


def _running(steps: Sequence[StepView], subject: TimeLine) -> Iterator[StepView]:
    """The steps with what is in custody after each that moves it."""
    held = 0
    for step in steps:
        moved = [m.amount_minor or 0 for m in step.cash or () if m.account == subject.held]
        held += sum(moved)
        yield step.model_copy(update={"held_minor": held}) if moved else step
