"""Receivables: payables that are due later, as claims that suppliers split, pass on and sell to financiers (应收账款)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

from bridge.capabilities.model import (
    ZERO_ACCOUNT,
    Amounts,
    Asks,
    CallContext,
    Capability,
    Contract,
    Entries,
    Equation,
    EventContext,
    Money,
    books,
)
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.intents import KEEPER
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole
from bridge.ports.vocabulary import receivables as v

ALREADY_PAID = frozenset({"Receivables_AlreadyPaid"})

# ---- events ----------------------------------------------------------------------------------------


def financier(logged: Logged, context: EventContext) -> str | None:
    """To whom a claim is offered; None: to any financier."""
    account = cast(e.ClaimOffered, logged.event).financier
    return None if account == ZERO_ACCOUNT else account


# ---- calls -----------------------------------------------------------------------------------------


def pay_claim(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Receivables.pay: the claim, to whoever holds it by then."""
    return (document.fields["claim_id"],)


def pay_part(document: Document, context: CallContext) -> tuple[Any, ...]:
    """Arguments of Receivables.pay: the part that a split made."""
    return (document.fields["part_id"],)


# ---- money -----------------------------------------------------------------------------------------


class Measure(StrEnum):
    """Amounts of one order's claims, or of one claim, minor units, as one side says them."""

    ISSUED = "issued"  # on chain
    DEFERRED = "deferred"  # in the ledger, by payment
    COVERED = "covered"  # in the ledger, by payment
    PRICE = "price"  # on chain
    RECEIVED = "received"  # by the seller
    SPENT = "spent"  # by the financier
    PAID = "paid"  # on chain
    CLEARED = "cleared"  # claims issued
    LEFT_COVER = "left_cover"
    COLLECTED = "collected"  # by the holder


def deferred(entries: Entries) -> Amounts:
    """What a payment put off: a debt that stays, and the money that covers it."""
    return {
        Measure.DEFERRED: entries.credit(AccountRole.CLAIMS_ISSUED),
        Measure.COVERED: entries.debit(AccountRole.CLAIM_COVER),
    }


def sold(entries: Entries) -> Amounts:
    """What a financier paid for a claim, out of one wallet and into the other."""
    return {
        Measure.RECEIVED: entries.debit(AccountRole.WALLET),
        Measure.SPENT: entries.credit(AccountRole.WALLET),
    }


def paid(entries: Entries) -> Amounts:
    """A claim paid when due: the buyer's debt and its cover fall, the holder's wallet rises."""
    return {
        Measure.CLEARED: entries.debit(AccountRole.CLAIMS_ISSUED),
        Measure.LEFT_COVER: entries.credit(AccountRole.CLAIM_COVER),
        Measure.COLLECTED: entries.debit(AccountRole.WALLET),
    }


def _same(chain: Measure, ledger: Measure) -> Equation:
    told = f"{chain} on chain {{left}}, {ledger} in the ledger {{right}} minor units"
    return Equation((chain,), (ledger,), told)


OF_ORDERS = Money(
    rule="per order: claims issued = payments put off = their cover",
    aggregate="order:{order_id}",
    told={e.ClaimIssued: {Measure.ISSUED: "amount"}},
    kept={"payment": deferred, "supplement": deferred},
    equations=(_same(Measure.ISSUED, Measure.DEFERRED), _same(Measure.ISSUED, Measure.COVERED)),
)
OF_CLAIMS = Money(
    rule="per claim: paid = cleared = left its cover = collected, and sold at one price",
    aggregate="claim:{claim_id}",
    told={
        e.ClaimSold: {Measure.PRICE: "price"},
        e.ClaimPaid: {Measure.PAID: "amount"},
    },
    kept={"discounting": sold, "receivable_payment": paid},
    equations=(
        _same(Measure.PRICE, Measure.RECEIVED),
        _same(Measure.PRICE, Measure.SPENT),
        _same(Measure.PAID, Measure.CLEARED),
        _same(Measure.PAID, Measure.LEFT_COVER),
        _same(Measure.PAID, Measure.COLLECTED),
    ),
)

RECEIVABLES = Capability(
    "receivables",
    (
        Contract(
            "Receivables",
            events={
                "ClaimIssued": books(v.RecordClaim, amount_minor="amount"),
                "ClaimSplit": books(
                    v.RecordClaimSplit, remaining_minor="remaining", part_minor="part"
                ),
                "ClaimTransferred": books(
                    v.RecordClaimTransfer, sender="from_", receiver="to", amount_minor="amount"
                ),
                "ClaimOffered": books(
                    v.RecordClaimOffer,
                    financier=financier,
                    amount_minor="amount",
                    price_minor="price",
                ),
                "OfferWithdrawn": books(v.RecordOfferWithdrawal),
                "ClaimSold": books(v.RecordDiscounting, amount_minor="amount", price_minor="price"),
                "ClaimPaid": books(v.RecordClaimPayment, amount_minor="amount"),
            },
            silent={"EIP712DomainChanged": "never emitted: the name of the domain is fixed"},
            holds_money=True,
            custody=AccountRole.CLAIM_COVER,
        ),
    ),
    calls={
        "receivable": Asks(
            contract="Receivables",
            function="pay",
            lasts=True,
            args=pay_claim,
            aggregate="claim:{claim_id}",
            signer=KEEPER,
            due="due_at",
            moot_on=ALREADY_PAID,
            later_by={"Receivables_NotYetDue": 2},
        ),
        "receivable_split": Asks(
            contract="Receivables",
            function="pay",
            lasts=True,
            args=pay_part,
            aggregate="claim:{part_id}",
            signer=KEEPER,
            due="due_at",
            moot_on=ALREADY_PAID,
            later_by={"Receivables_NotYetDue": 2},
        ),
    },
    money=(OF_ORDERS, OF_CLAIMS),
)
