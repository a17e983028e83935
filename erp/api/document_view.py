"""What a caller is shown of a document.

A supplier is shown its own orders without the buyer's secrets, and its own entries. Only the auditor is shown salts.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from erp.api.tokens import Principal
from erp.kernel.log.model import Document
from erp.kernel.roles import Role

SUPPLIER_TYPES = (
    "purchase_order",
    "escrow_deposit",
    "despatch",
    "goods_receipt",
    "receipt_attestation",
    "inspection",
    "inspection_attestation",
    "supplier_invoice",
    "match",
    "payment",
    "silent_acceptance",
    "order_close_request",
    "order_close",
    "order_cancel",
)
BUYERS_SECRETS = frozenset({"estimate_minor", "saving_minor", "ceiling_minor"})
BUYERS_REASON = "budget"  # a block for want of budget is the buyer's affair
REASON_KEPT = "not yet payable; ask the buyer"


class DocumentView(BaseModel):
    """A document of the log (单据): what was said, and what was posted with it. Amounts in minor units."""

    sequence: int = Field(description="place in the log, without gaps from 1")
    type: str = Field(examples=["goods_receipt"])
    number: str = Field(examples=["GR-2026-00001"])
    at: int = Field(description="unix seconds", examples=[1_780_000_000])
    actor: str = Field(description="role and name of the token, or the bridge")
    caused_by: int | None = Field(description="sequence of the document that caused this one")
    origin: str | None = Field(description="the external event it stands for")
    fields: dict[str, Any]
    entries: list[dict[str, Any]] = Field(description="journal entries posted with it")
    salt: str | None = Field(default=None, description="hex; for the auditor, to prove commitments")


class WriteAnswer(BaseModel):
    """The document a write made, and those that followed from it in the same transaction."""

    document: DocumentView
    follow_ups: list[DocumentView]


def view(document: Document, caller: Principal) -> DocumentView:
    """The document as this caller may see it."""
    fields, entries = document.fields, document.entries
    if caller.role is Role.SUPPLIER:
        fields = {name: value for name, value in fields.items() if name not in BUYERS_SECRETS}
        if "reason" in fields:
            fields["reason"] = told_reason(fields["reason"], caller)
        entries = [entry for entry in entries if entry["entity"] == caller.party]
    return DocumentView(
        sequence=document.sequence,
        type=document.type,
        number=document.number,
        at=document.at,
        actor=document.actor,
        caused_by=document.caused_by,
        origin=document.origin,
        fields=fields,
        entries=entries,
        salt=document.salt.hex() if caller.role is Role.AUDITOR else None,
    )


def told_reason(reason: str | None, caller: Principal) -> str | None:
    """The reason as this caller may know it: a supplier is not told of the buyer's budget."""
    if reason is None or caller.role is not Role.SUPPLIER or BUYERS_REASON not in reason:
        return reason
    return REASON_KEPT


def may_see(document: Document, caller: Principal) -> bool:
    """Whether the caller may see a document of this type, given that it may see the order it belongs to."""
    return caller.role is not Role.SUPPLIER or document.type in SUPPLIER_TYPES


def views(documents: list[Document], caller: Principal) -> list[DocumentView]:
    """The documents this caller may see, as it may see them."""
    return [view(document, caller) for document in documents if may_see(document, caller)]
