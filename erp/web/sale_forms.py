"""What each form about sales tells: its write, and how what was typed into it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from erp.api.routes import reviews, sales
from erp.api.writes import Write
from erp.kernel.schema import Command
from erp.reviews.schemas import RecordReview
from erp.sales.schemas import (
    CancelSalesOrder,
    DeliverSale,
    DespatchSale,
    OpenSalesOrder,
    RecordReceipt,
    RefundCustomer,
    RegisterCustomer,
    ReleaseSalesOrder,
    ReturnSale,
    SetCreditLimit,
)
from erp.web.forms import duration, instant, minor, share, whole

REGISTER, LIMIT, OPEN = "register-customer", "credit-limit", "open-sale"
RELEASE, CANCEL, DESPATCH, DELIVER = "release", "cancel", "despatch", "deliver"
RECEIPT, REFUND, RETURN, REVIEW = "receipt", "refund", "return", "review"
AT_THE_LIST = frozenset({REGISTER, LIMIT, OPEN})

Reader = Callable[[str], Any]  # what cannot be read stays text, and is refused as it is
# How the fields of the forms are read; what is not here is a text, a time is read in the zone of whoever typed it.
READERS: Mapping[str, Reader] = {
    "quantity": whole, "good": whole, "role_id": whole,
    "net_minor": minor, "cost_minor": minor, "amount_minor": minor, "limit_minor": minor,
    "tax_bps": share, "score_bps": share, "payment_seconds": duration,
}  # fmt: skip
TIMES = frozenset({"promised_at", "delivered_at", "received_at"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a form tells: the write, and its fields. Optional ones that stay empty are left out."""

    write: Write[Any]
    fields: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def read(self, form: Mapping[str, str], zone: str) -> dict[str, Any]:
        """What a form says, as the fields of its command."""
        typed = {name: form.get(name, "").strip() for name in (*self.fields, *self.optional)}
        return {
            name: instant(text, zone) if name in TIMES else READERS.get(name, str)(text)
            for name, text in typed.items()
            if text or name in self.fields
        }


def _write(routes: Any, command: type[Command]) -> Write[Any]:
    return next(w for w in routes.ROUTES.writes if w.command is command)


TELLS: Mapping[str, Told] = {
    REGISTER: Told(_write(sales, RegisterCustomer), ("code", "kind"), ("name",)),
    LIMIT: Told(_write(sales, SetCreditLimit), ("customer", "limit_minor")),
    OPEN: Told(
        _write(sales, OpenSalesOrder),
        ("entity", "customer", "item", "kind", "quantity", "net_minor", "tax_bps", "payment_seconds", "promised_at"),
        ("chain_group",),
    ),
    RELEASE: Told(_write(sales, ReleaseSalesOrder), ("reason",)),
    CANCEL: Told(_write(sales, CancelSalesOrder), ("reason",)),
    DESPATCH: Told(_write(sales, DespatchSale), ()),
    DELIVER: Told(_write(sales, DeliverSale), ("delivered_at",), ("cost_minor",)),
    RECEIPT: Told(_write(sales, RecordReceipt), ("amount_minor", "received_at", "bank_ref")),
    REFUND: Told(_write(sales, RefundCustomer), ("amount_minor",)),
    RETURN: Told(_write(sales, ReturnSale), ("quantity", "good", "reason")),
    REVIEW: Told(_write(reviews, RecordReview), ("role_id", "score_bps"), ("text",)),
}  # fmt: skip
