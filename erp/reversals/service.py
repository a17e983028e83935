"""Operation of reversals (红字冲销): mirrors the entries of a document of purely internal effect, once. Never commits."""

from __future__ import annotations

from collections.abc import Callable

from erp.kernel.context import Context
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.model import Document, Fields
from erp.kernel.rows import Rows
from erp.ledger.rules import from_json, mirrored
from erp.reversals.errors import AlreadyReversed, NotReversible
from erp.reversals.schemas import ReverseDocument
from erp.reversals.tables import DocumentReversal
from erp.stock.queries import level
from erp.stock.service import move

ELSEWHERE = "external events or later documents rely on it; only capital, budgets and stock are reversed here"


def reverse_document(context: Context, command: ReverseDocument) -> Fields:
    """Posts the mirror image of a document's entries and moves its stock back; both documents stand.

    Refused unless the type is in REVERSIBLE, and the second time.
    """
    rows = context.rows
    document = context.unit.by_number(command.number)
    if document is None:
        raise UnknownDocument(command.number)
    undo = REVERSIBLE.get(document.type)
    if undo is None:
        raise NotReversible(document.number, document.type, ELSEWHERE)
    if rows.get(DocumentReversal, document.number) is not None:
        raise AlreadyReversed(document.number)
    undo(rows, document)
    rows.add(DocumentReversal, number=document.number, reversed_by=context.number)
    context.post(*(mirrored(made) for made in from_json(document.entries)))
    return {"reversed_type": document.type, "reversed_sequence": document.sequence}


def _books_only(_rows: Rows, _document: Document) -> None:
    """Undoes nothing beside the mirrored entries."""


def _undo_opening(rows: Rows, document: Document) -> None:
    fields = document.fields
    _expect_kind(rows, document)
    stock = level(rows, fields["entity"], fields["item"])
    quantity, value = stock.on_hand - fields["quantity"], stock.value_minor - fields["value_minor"]
    if quantity < 0 or value < 0 or (quantity == 0 and value != 0):
        raise NotReversible(
            document.number, document.type, "the stock has moved on since; count it and open anew"
        )
    move(
        rows,
        fields["entity"],
        fields["item"],
        quantity=-fields["quantity"],
        value=-fields["value_minor"],
    )


def _expect_kind(rows: Rows, document: Document) -> None:
    """Raises NotReversible when the stock stands on another account than the document posted to."""
    fields = document.fields
    kind = level(rows, fields["entity"], fields["item"]).kind
    if kind != fields["kind"]:
        raise NotReversible(document.number, document.type, f"the item is kept as {kind} now")


def _undo_issue(rows: Rows, document: Document) -> None:
    fields = document.fields
    _expect_kind(rows, document)
    move(
        rows,
        fields["entity"],
        fields["item"],
        quantity=fields["quantity"],
        value=fields["cost_minor"],
    )


REVERSIBLE: dict[str, Callable[[Rows, Document], None]] = {
    "capital": _books_only,
    "budget_approval": _books_only,
    "stock_opening": _undo_opening,
    "goods_issue": _undo_issue,
}
