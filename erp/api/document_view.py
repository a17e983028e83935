"""What a caller is shown of a document.

The class of each of its fields stands at its operation. Entries are money; a supplier is shown its own alone.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from erp.api.shown import ClassedView, may_see
from erp.api.tokens import Principal
from erp.kernel.field_class import Classes, classed
from erp.kernel.log.model import Document
from erp.kernel.roles import PARTNERS
from erp.rooms import OPERATIONS

SUPPLIER_TYPES = (
    "purchase_order",
    "escrow_deposit",
    "despatch",
    "goods_receipt",
    "receipt_attestation",
    "receipt_void",
    "inspection",
    "inspection_attestation",
    "supplier_invoice",
    "match",
    "match_void",
    "discount",
    "invoice_withdrawal",
    "payment",
    "silent_acceptance",
    "order_close_request",
    "order_close",
    "order_cancel",
)
CLASSES: dict[str, Classes] = {made.doc_type: made.fields for made in OPERATIONS.values()}
BUYERS_REASON = "budget"  # a block for want of budget is the buyer's affair
REASON_KEPT = "not yet payable; ask the buyer"


class DocumentView(ClassedView):
    """A document of the log (单据): what was said, and what was posted with it. Amounts in minor units.

    What your role is not shown is null, or left out of `fields`.
    """

    classes = classed(
        "type number at origin fields voided_by",
        money="entries",
        personal="actor",
        internal="sequence caused_by",
        proof="salt",
    )

    sequence: int | None = Field(description="place in the log, without gaps from 1")
    type: str = Field(examples=["goods_receipt"])
    number: str = Field(examples=["GR-2026-00001"])
    at: int = Field(description="unix seconds", examples=[1_780_000_000])
    actor: str = Field(
        description="role and name of the token, or the bridge; to suppliers the role"
    )
    caused_by: int | None = Field(description="sequence of the document that caused this one")
    origin: str | None = Field(description="the external event it stands for")
    voided_by: str | None = Field(
        default=None, description="the document that voided it: what it stood on has left the chain"
    )
    fields: dict[str, Any]
    entries: list[dict[str, Any]] | None = Field(description="journal entries posted with it")
    salt: str | None = Field(default=None, description="hex; for the auditor, to prove commitments")

    def withhold_from(self, caller: Principal) -> Self:
        """A copy without the fields whose class the caller may not see."""
        told, classes = super().withhold_from(caller), CLASSES.get(self.type, {})
        told.fields = {
            name: value
            for name, value in self.fields.items()
            if may_see(classes, name, caller.role)
        }
        told.actor = (
            self.actor if may_see(self.classes, "actor", caller.role) else office(self.actor)
        )
        if caller.role in PARTNERS:
            told.entries = [
                entry for entry in self.entries or () if entry["entity"] == caller.party
            ]
            if "reason" in told.fields:
                told.fields["reason"] = told_reason(told.fields["reason"], caller)
        return told


class WriteAnswer(ClassedView):
    """The document a write made, and those that followed from it in the same transaction."""

    classes = classed("document follow_ups")

    document: DocumentView
    follow_ups: list[DocumentView]


def office(actor: str) -> str:
    """The role of an actor without the name of the token: `quality` of `quality:anna`."""
    return actor.partition(":")[0]


def view(document: Document, voided_by: str | None = None) -> DocumentView:
    """The whole document as an answer; `erp.api.shown` withholds from it what a caller may not see.

    `voided_by`: number of the document that voided it, if any.
    """
    return DocumentView(
        sequence=document.sequence,
        type=document.type,
        number=document.number,
        at=document.at,
        actor=document.actor,
        caused_by=document.caused_by,
        origin=document.origin,
        voided_by=voided_by,
        fields=document.fields,
        entries=document.entries,
        salt=document.salt.hex(),
    )


def told_reason(reason: str | None, caller: Principal) -> str | None:
    """The reason as this caller may know it: a supplier is not told of the buyer's budget."""
    if reason is None or caller.role not in PARTNERS or BUYERS_REASON not in reason:
        return reason
    return REASON_KEPT


def views(documents: list[Document], caller: Principal) -> list[DocumentView]:
    """The documents whose type this caller may see, given that it may see the order they belong to."""
    hidden = caller.role in PARTNERS
    return [
        view(document) for document in documents if not hidden or document.type in SUPPLIER_TYPES
    ]
