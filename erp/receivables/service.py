"""Operations of claims: issued, split, offered, sold, paid (应收账款). Never commit."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP, Entry
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of
from erp.procurement import public as procurement
from erp.receivables import journals, queries
from erp.receivables.errors import ClaimExceedsPayment, ClaimExists
from erp.receivables.rules import ClaimStatus, carrying_of_part
from erp.receivables.schemas import (
    RecordClaim,
    RecordClaimOffer,
    RecordClaimPayment,
    RecordClaimSplit,
    RecordDiscounting,
    RecordOfferWithdrawal,
)
from erp.receivables.tables import Claim


def record_claim(context: Context, command: RecordClaim) -> Fields:
    """Adds the claim that a payment due later became. Its entries are those of the payment.

    Refused unless parties and due date are those of the order (Disagrees), and beyond what was paid by claims.
    """
    rows = context.rows
    if rows.get(Claim, command.claim_id) is not None:
        raise ClaimExists(command.claim_id)
    order, delivery, name = procurement.delivery_of(rows, command.order_id, command.delivery_id)
    agree(
        "Claim",
        command.claim_id,
        supplier=(party_of(rows, command.supplier).code, order.supplier),
        buyer=(party_of(rows, command.buyer).code, order.buyer),
        due_at=(command.due_at, context.at + order.payment_seconds),
    )
    if command.amount_minor > delivery.unclaimed_minor:
        raise ClaimExceedsPayment(name, command.amount_minor, delivery.unclaimed_minor)
    delivery.unclaimed_minor -= command.amount_minor
    made = rows.add(
        Claim,
        claim_id=command.claim_id,
        number=context.number,
        origin_id=command.claim_id,
        issued_minor=command.amount_minor,
        order_id=order.order_id,
        delivery_id=delivery.delivery_id,
        supplier=order.supplier,
        buyer=order.buyer,
        holder=order.supplier,
        amount_minor=command.amount_minor,
        carrying_minor=command.amount_minor,
        due_at=command.due_at,
        status=ClaimStatus.OPEN.value,
    )
    return claim_fields(rows, made)


def record_claim_split(context: Context, command: RecordClaimSplit) -> Fields:
    """Takes a part out of a claim as a claim of its own, at its share of what the whole stood at. No entries."""
    rows = context.rows
    found = open_claim(rows, command.claim_id)
    if rows.get(Claim, command.part_id) is not None:
        raise ClaimExists(command.part_id)
    agree(
        "Split of claim",
        found.claim_id,
        holder=(party_of(rows, command.holder).code, found.holder),
        amount_minor=(command.remaining_minor + command.part_minor, found.amount_minor),
    )
    decided(found, command.revision)
    carrying = carrying_of_part(found.carrying_minor, command.part_minor, found.amount_minor)
    found.amount_minor = command.remaining_minor
    found.carrying_minor -= carrying
    rows.add(
        Claim,
        claim_id=command.part_id,
        number=context.number,
        origin_id=found.origin_id,
        order_id=found.order_id,
        delivery_id=found.delivery_id,
        supplier=found.supplier,
        buyer=found.buyer,
        holder=found.holder,
        amount_minor=command.part_minor,
        carrying_minor=carrying,
        due_at=found.due_at,
        status=ClaimStatus.OPEN.value,
    )
    return {**claim_fields(rows, found), "carrying_minor": carrying}


def record_claim_offer(context: Context, command: RecordClaimOffer) -> Fields:
    """Keeps the offer that stands for a claim, in place of any before. No entries."""
    rows = context.rows
    found = open_claim(rows, command.claim_id)
    agree(
        "Offer of claim",
        found.claim_id,
        holder=(party_of(rows, command.holder).code, found.holder),
        amount_minor=(command.amount_minor, found.amount_minor),
    )
    to = None if command.financier is None else party_of(rows, command.financier).code
    decided(found, command.revision)
    found.price_minor, found.offered_to = command.price_minor, to
    found.offer_expires_at = command.expires_at
    return {**claim_fields(rows, found), "financier_code": to}


def record_offer_withdrawal(context: Context, command: RecordOfferWithdrawal) -> Fields:
    """Forgets the offer of a claim. No entries."""
    rows = context.rows
    found = open_claim(rows, command.claim_id)
    agree(
        "Offer of claim",
        found.claim_id,
        holder=(party_of(rows, command.holder).code, found.holder),
    )
    decided(found, command.revision)
    return claim_fields(rows, found)


def record_discounting(context: Context, command: RecordDiscounting) -> Fields:
    """Moves a claim to the financier that bought it: seller Dr wallet, Cr claims held; financier Dr claims held, Cr wallet.

    What the seller gets less than it stood at is discount expense, what it gets more is discount income. Its debtor owes the
    financier from now on (`owed_to_another`).
    """
    rows = context.rows
    found = open_claim(rows, command.claim_id)
    seller, financier = (
        party_of(rows, account).code for account in (command.seller, command.financier)
    )
    agree(
        "Sale of claim",
        found.claim_id,
        seller=(seller, found.holder),
        amount_minor=(command.amount_minor, found.amount_minor),
    )
    decided(found, command.revision)
    price, carrying = command.price_minor, found.carrying_minor
    number, group = of_order(rows, found)
    context.post(
        journals.SOLD.entry(
            seller,
            {
                "price": price,
                journals.CLAIM: carrying,
                "loss": max(carrying - price, 0),
                "gain": max(price - carrying, 0),
            },
            counterparty=financier,
            against={journals.CLAIM: found.buyer},
            order=number,
            chain_group=group,
        ),
        journals.BOUGHT.entry(
            financier,
            {"price": price, journals.CLAIM: price},
            counterparty=seller,
            against={journals.CLAIM: found.buyer},
            order=number,
            chain_group=group,
        ),
        owed_to_another(rows, found, seller, financier),
    )
    found.holder, found.carrying_minor = financier, price
    return {
        **claim_fields(rows, found),
        "seller_code": seller,
        "financier_code": financier,
        "carrying_minor": carrying,
        "discount_minor": command.amount_minor - price,
    }


def record_claim_payment(context: Context, command: RecordClaimPayment) -> Fields:
    """Marks a claim as paid: holder Dr wallet, Cr claims held, discount income; buyer Dr claims issued, Cr their cover."""
    rows = context.rows
    found = open_claim(rows, command.claim_id)
    agree(
        "Payment of claim",
        found.claim_id,
        holder=(party_of(rows, command.holder).code, found.holder),
        buyer=(party_of(rows, command.buyer).code, found.buyer),
        amount_minor=(command.amount_minor, found.amount_minor),
    )
    amount, carrying = found.amount_minor, found.carrying_minor
    number, group = of_order(rows, found)
    context.post(
        journals.COLLECTED.entry(
            found.holder,
            {"amount": amount, "carrying": carrying, "discount": amount - carrying},
            counterparty=found.buyer,
            order=number,
            chain_group=group,
        ),
        journals.DISCHARGED.entry(
            found.buyer,
            {"amount": amount},
            counterparty=found.holder,
            order=number,
            chain_group=group,
        ),
    )
    found.status, found.carrying_minor = ClaimStatus.PAID.value, 0
    _forget_offer(found)
    return {**claim_fields(rows, found), "carrying_minor": carrying}


def open_claim(rows: Rows, claim_id: int) -> Claim:
    """A claim that is not paid. Raises UnknownClaim, WrongStatus."""
    found = queries.claim(rows, claim_id)
    if found.status != ClaimStatus.OPEN:
        raise WrongStatus("Claim", claim_id, found.status, ClaimStatus.OPEN.value)
    return found


def decided(found: Claim, revision: int) -> None:
    """Counts a decision of the holder: every offer made before ends with it. Raises Disagrees when one is missing."""
    agree("Claim", found.claim_id, revision=(revision, found.revision + 1))
    found.revision = revision
    _forget_offer(found)


def _forget_offer(found: Claim) -> None:
    found.price_minor, found.offered_to, found.offer_expires_at = 0, None, 0


def owed_to_another(rows: Rows, found: Claim, former: str, holder: str) -> Entry | None:
    """The debtor's entry when a claim changes hands: Dr claims issued against the former holder, Cr against the next."""
    number, group = of_order(rows, found)
    amount = found.amount_minor
    return journals.OWED_TO_ANOTHER.entry(
        found.buyer,
        {"to the former holder": amount, "to the next holder": amount},
        against={"to the former holder": former, "to the next holder": holder},
        order=number,
        chain_group=group,
    )


def of_order(rows: Rows, found: Claim) -> tuple[str, str]:
    """Number and chain group of the order that a claim came of: every entry about the claim carries them."""
    order = procurement.order(rows, found.order_id)
    return order.number, order.chain_group or NO_GROUP


def claim_fields(rows: Rows, found: Claim) -> Fields:
    """The fields that every document concerning a claim carries of it."""
    order = procurement.order(rows, found.order_id)
    return {
        **procurement.order_fields(order),
        "claim": found.number,
        "delivery_id": found.delivery_id,
        "origin_id": found.origin_id,
        "holder_code": found.holder,
        "due_at": found.due_at,
    }
