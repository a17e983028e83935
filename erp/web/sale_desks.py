"""What a person may do at the pages of sales now, form by form: by state of the sale, role, and whom the person acts for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from erp.api.routes.reviews import ReviewView
from erp.api.routes.sales import SaleView
from erp.kernel.roles import PARTNERS
from erp.sales.rules import CustomerKind, SaleKind, SaleStatus
from erp.web.desks import Desk, Entry
from erp.web.forms import local
from erp.web.group_desks import HOLDER, Next
from erp.web.reading import Reading
from erp.web.render import UTC
from erp.web.sale_forms import (
    CANCEL,
    DELIVER,
    DESPATCH,
    LIMIT,
    OPEN,
    RECEIPT,
    REFUND,
    REGISTER,
    RELEASE,
    RETURN,
    REVIEW,
    TELLS,
)
from erp.web.sight import sole_party
from erp.web.texts import Texts
from erp.web.writing import may_tell

SELLER = "0"  # in place of a role's number: whoever sold it
MONTH = "30"  # days within which a customer pays, unless another time is typed
DAY = 86_400

KIND_SAYS = {SaleKind.SERVICE: "A service to users", SaleKind.GOODS: "Goods from stock"}
BUYER_SAYS = {CustomerKind.PERSON: "A user", CustomerKind.FIRM: "A company"}
STATUS_SAYS = {
    SaleStatus.OPEN: "being checked",
    SaleStatus.HELD: "held for finance",
    SaleStatus.CONFIRMED: "to be delivered",
    SaleStatus.DESPATCHED: "on its way",
    SaleStatus.DELIVERED: "delivered, not paid",
    SaleStatus.PAID: "paid by the customer",
    SaleStatus.RETURNED: "given back",
    SaleStatus.CANCELLED: "called off",
}
# What a sale waits for, by its status and, where it matters, its kind.
WAITS: Mapping[tuple[str, str], str] = {
    (SaleStatus.HELD, ""):
        "Finance releases it, or somebody calls it off: it would take the customer above what it may owe.",
    (SaleStatus.CONFIRMED, SaleKind.GOODS): "The warehouse despatches the goods.",
    (SaleStatus.CONFIRMED, SaleKind.SERVICE):
        "Sales says when the service was rendered; revenue is booked then.",
    (SaleStatus.DESPATCHED, ""): "Sales says when the customer had the goods; revenue is booked then.",
    (SaleStatus.DELIVERED, ""): "The customer pays until {when}; finance books the money.",
    (SaleStatus.PAID, ""): "It is paid. What users say of it is kept by service.",
}  # fmt: skip
SAYS = (
    *KIND_SAYS.values(),
    *BUYER_SAYS.values(),
    *STATUS_SAYS.values(),
    "Register a customer", "Register", "The code stands in the books; the name is kept beside them and can be erased.",
    "Code of the customer", "Name, where it may be kept", "Who buys",
    "Set a credit limit", "Set", "How much the customer may owe and have on order, at a score of 100 %.",
    "Customer", "Limit, CNY",
    "Open a sale", "Open it", "Above what the customer may owe the sale is held until finance releases it.",
    "Sold by", "What is sold", "Item", "Quantity", "Price of the whole, without tax, CNY", "Tax rate, %",
    "Paid within, days", "Promised for", "Chain group that it is for", "for no chain group",
    "Release the sale", "Let it go", "The sale goes on above what its customer may owe.", "Why",
    "Call the sale off", "Call off", "Nothing has left yet: nothing is booked.",
    "Despatch the goods", "They leave", "All units leave the stock at their average cost.",
    "Say that it was delivered", "It was delivered", "Revenue and tax are booked now, and what the customer owes.",
    "When the customer had it", "What it cost, CNY", HOLDER,
    "Book money of the customer", "Book it", "Once for each reference of the bank.",
    "Received, CNY", "When it came", "Reference of the bank",
    "Pay the customer back", "Pay back", "What was paid above the price that is left.", "Paid back, CNY",
    "Take it back", "Book the return", "Revenue, tax and what is owed fall by the share of the units.",
    "Units that come back", "Of these, good to be sold again",
    "Say how the customer was served", "Keep the review",
    "Once for each role and once for the seller. What is said of a role counts for its holder, on the chain.",
    "Who is spoken of", "The seller: {party}", "Score, %", "In the customer's words",
    *WAITS.values(),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the books know that a form chooses among; a field of a list that is too long is typed."""

    customers: Sequence[str] | None
    items: Sequence[str] | None
    leaders: Mapping[str, str]  # of the chain groups that go on, by their codes


def list_desks(reading: Reading, known: Known, group: str, say: Texts) -> list[Desk]:
    """The forms at the list. `group`: whose sales the reader looks at, where it is one's alone."""
    caller, desks = reading.caller, []
    now = local(reading.context.clock(), reading.zone() or UTC)
    if may_tell(caller, TELLS[OPEN].write) and known.customers != () and known.items != ():
        groups = (("", say("for no chain group")), *((code, code) for code in known.leaders))
        desks.append(
            Desk(
                OPEN, "Open a sale", "Open it",
                "Above what the customer may owe the sale is held until finance releases it.",
                (
                    Entry("entity", "Sold by", value=sole_party(reading) or known.leaders.get(group, "")),
                    _one_of("customer", "Customer", known.customers),
                    Entry("kind", "What is sold", "choice", SaleKind.SERVICE, _said(KIND_SAYS, say)),
                    _one_of("item", "Item", known.items),
                    Entry("quantity", "Quantity", "number", "1"),
                    Entry("net_minor", "Price of the whole, without tax, CNY", "money"),
                    Entry("tax_bps", "Tax rate, %", "number", "6"),
                    Entry("payment_seconds", "Paid within, days", value=MONTH),
                    Entry("promised_at", "Promised for", "time", now),
                    Entry("chain_group", "Chain group that it is for", "choice", group, groups),
                ),
                folded=not group,
            )
        )  # fmt: skip
    if may_tell(caller, TELLS[REGISTER].write):
        desks.append(
            Desk(
                REGISTER, "Register a customer", "Register",
                "The code stands in the books; the name is kept beside them and can be erased.",
                (
                    Entry("code", "Code of the customer"),
                    Entry("kind", "Who buys", "choice", CustomerKind.PERSON, _said(BUYER_SAYS, say)),
                    Entry("name", "Name, where it may be kept", required=False),
                ),
                folded=known.customers != (),
            )
        )  # fmt: skip
    if may_tell(caller, TELLS[LIMIT].write) and known.customers != ():
        desks.append(
            Desk(
                LIMIT, "Set a credit limit", "Set",
                "How much the customer may owe and have on order, at a score of 100 %.",
                (
                    _one_of("customer", "Customer", known.customers),
                    Entry("limit_minor", "Limit, CNY", "money"),
                ),
                folded=True,
            )
        )  # fmt: skip
    return desks


def _one_of(name: str, label: str, known: Sequence[str] | None) -> Entry:
    """A choice among what is known, or a field to type into where that is too much."""
    if not known:
        return Entry(name, label)
    return Entry(name, label, "choice", known[0], tuple((each, each) for each in known))


def _said(says: Mapping[Any, str], say: Texts) -> tuple[tuple[str, str], ...]:
    return tuple((str(each), say(text)) for each, text in says.items())


def sale_desks(
    reading: Reading, sale: SaleView, said: Sequence[ReviewView], holders: Sequence[tuple[int, str]], say: Texts
) -> list[Desk]:  # fmt: skip
    """The forms at one sale. `said`: its reviews; `holders`: role and party of those who serve its group now."""
    caller = reading.caller
    if caller.role in PARTNERS or (
        caller.parties is not None and sale.entity not in caller.parties
    ):
        return []
    now = local(reading.context.clock(), reading.zone() or UTC)
    desks = [
        *_money(sale, now),
        *_goods(sale, now),
        *_review(sale, said, holders, say),
        *_before_it_left(sale),
    ]
    return [each for each in desks if may_tell(caller, TELLS[each.does].write)]


def _before_it_left(sale: SaleView) -> list[Desk]:
    desks, why = [], (Entry("reason", "Why"),)
    if sale.status == SaleStatus.HELD:
        desks.append(
            Desk(
                RELEASE, "Release the sale", "Let it go",
                "The sale goes on above what its customer may owe.", why,
            )
        )  # fmt: skip
    if sale.status in (SaleStatus.HELD, SaleStatus.CONFIRMED):
        desks.append(
            Desk(
                CANCEL, "Call the sale off", "Call off", "Nothing has left yet: nothing is booked.", why, folded=True
            )
        )  # fmt: skip
    return desks


def _goods(sale: SaleView, now: str) -> list[Desk]:
    is_goods = sale.kind == SaleKind.GOODS
    desks = []
    if is_goods and sale.status == SaleStatus.CONFIRMED:
        hint = "All units leave the stock at their average cost."
        desks.append(Desk(DESPATCH, "Despatch the goods", "They leave", hint, shows=True))
    if sale.status == (SaleStatus.DESPATCHED if is_goods else SaleStatus.CONFIRMED):
        cost = (Entry("cost_minor", "What it cost, CNY", "money", "0.00"),)
        desks.append(
            Desk(
                DELIVER, "Say that it was delivered", "It was delivered",
                "Revenue and tax are booked now, and what the customer owes.",
                (Entry("delivered_at", "When the customer had it", "time", now), *(() if is_goods else cost)),
                shows=True,
            )
        )  # fmt: skip
    left = sale.quantity - sale.returned
    if sale.status in (SaleStatus.DELIVERED, SaleStatus.PAID) and left:
        good = (Entry("good", "Of these, good to be sold again", "number", "0"),)
        desks.append(
            Desk(
                RETURN, "Take it back", "Book the return",
                "Revenue, tax and what is owed fall by the share of the units.",
                (
                    Entry("quantity", "Units that come back", "number", str(left)),
                    *(good if is_goods else ()),
                    Entry("reason", "Why"),
                ),
                hidden=() if is_goods else (("good", "0"),), folded=True, shows=True,
            )
        )  # fmt: skip
    return desks


def _money(sale: SaleView, now: str) -> list[Desk]:
    owed = sale.owed_minor or 0
    if sale.status == SaleStatus.DELIVERED:
        return [
            Desk(
                RECEIPT, "Book money of the customer", "Book it", "Once for each reference of the bank.",
                (
                    Entry("amount_minor", "Received, CNY", "money", typed_money(owed)),
                    Entry("received_at", "When it came", "time", now),
                    Entry("bank_ref", "Reference of the bank"),
                ),
                shows=True,
            )
        ]  # fmt: skip
    if owed < 0:
        return [
            Desk(
                REFUND, "Pay the customer back", "Pay back", "What was paid above the price that is left.",
                (Entry("amount_minor", "Paid back, CNY", "money", typed_money(-owed)),), shows=True,
            )
        ]  # fmt: skip
    return []


def typed_money(minor_units: int) -> str:
    """An amount as a field of a form holds it."""
    units, cents = divmod(minor_units, 100)
    return f"{units:,}.{cents:02}"


def _review(
    sale: SaleView, said: Sequence[ReviewView], holders: Sequence[tuple[int, str]], say: Texts
) -> list[Desk]:
    if sale.status not in (SaleStatus.DELIVERED, SaleStatus.PAID, SaleStatus.RETURNED):
        return []
    spoken = {each.role_id for each in said}
    whom = tuple(
        (str(role), say(HOLDER, number=role, party=party)) for role, party in holders if role not in spoken
    )  # fmt: skip
    if int(SELLER) not in spoken:
        whom += ((SELLER, say("The seller: {party}", party=sale.entity)),)
    if not whom:
        return []
    return [
        Desk(
            REVIEW, "Say how the customer was served", "Keep the review",
            "Once for each role and once for the seller. What is said of a role counts for its holder, on the chain.",
            (
                Entry("role_id", "Who is spoken of", "choice", whom[0][0], whom),
                Entry("score_bps", "Score, %", "number"),
                Entry("text", "In the customer's words", "long", required=False),
            ),
        )
    ]  # fmt: skip


def next_of_sale(sale: SaleView) -> Next | None:
    """What a sale waits for, and of whom; None when it is over."""
    text = WAITS.get((sale.status, sale.kind)) or WAITS.get((sale.status, ""))
    return None if text is None else Next(text, until=sale.due_at)
