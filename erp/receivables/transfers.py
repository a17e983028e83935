"""Claims handed on from holder to holder (转让): into suspense, and out of it. Never commit."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.journal import Choice
from erp.kernel.log.model import Fields
from erp.ledger.queries import posting_account
from erp.parties.queries import party_of
from erp.payments.suspense import clear
from erp.receivables import journals, queries
from erp.receivables.errors import AccountNotForClaim, OneReason
from erp.receivables.rules import ClaimStatus
from erp.receivables.schemas import ExplainClaimTransfer, RecordClaimTransfer
from erp.receivables.service import claim_fields, decided, of_order, open_claim, owed_to_another
from erp.receivables.tables import Claim, ClaimTransfer


def record_claim_transfer(context: Context, command: RecordClaimTransfer) -> Fields:
    """Moves a claim to another holder; both sides wait in suspense until somebody explains it.

    Sender Dr suspense, Cr claims held, what it stood at; receiver Dr claims held, Cr suspense, its amount.
    The buyer owes the receiver now: Dr and Cr claims issued.
    """
    rows = context.rows
    found = open_claim(rows, command.claim_id)
    sender, receiver = (
        party_of(rows, account).code for account in (command.sender, command.receiver)
    )
    agree(
        "Transfer of claim",
        found.claim_id,
        sender=(sender, found.holder),
        amount_minor=(command.amount_minor, found.amount_minor),
    )
    decided(found, command.revision)
    amount, carrying = found.amount_minor, found.carrying_minor
    rows.add(
        ClaimTransfer,
        number=context.number,
        claim_id=found.claim_id,
        sender=sender,
        receiver=receiver,
        amount_minor=amount,
        carrying_minor=carrying,
    )
    number, group = of_order(rows, found)
    context.post(
        journals.HANDED_ON.entry(
            sender,
            {"carrying": carrying, journals.CLAIM: carrying},
            counterparty=receiver,
            against={journals.CLAIM: found.buyer},
            order=number,
            chain_group=group,
        ),
        journals.TAKEN_ON.entry(
            receiver,
            {"amount": amount, journals.CLAIM: amount},
            counterparty=sender,
            against={journals.CLAIM: found.buyer},
            order=number,
            chain_group=group,
        ),
        owed_to_another(rows, found, sender, receiver),
    )
    found.holder, found.carrying_minor = receiver, amount
    return {
        **claim_fields(rows, found),
        "sender_code": sender,
        "receiver_code": receiver,
        "carrying_minor": carrying,
    }


def explain_claim_transfer(context: Context, command: ExplainClaimTransfer) -> Fields:
    """Takes a claim handed on out of suspense on both sides, once: sold, returned, or for accounts that finance names."""
    moved = queries.open_transfer(context.rows, command.transfer)
    named = command.sender_account is not None and command.receiver_account is not None
    half_named = (command.sender_account is None) != (command.receiver_account is None)
    given = [command.paid_by is not None, command.returned_by is not None, named]
    if sum(given) != 1 or half_named:
        raise OneReason(moved.number)
    moved.explained_by = context.number
    paid = 0
    if command.paid_by is not None:
        _, group = _of_order(context, moved)
        paid = clear(context, command.paid_by, moved.receiver, moved.sender, group)
        _clear_sale(context, moved, paid)
    elif command.returned_by is not None:
        _clear_return(context, moved, command.returned_by)
    else:
        _clear_purpose(context, moved, command)
    found = queries.claim(context.rows, moved.claim_id)
    return {
        **claim_fields(context.rows, found),
        "claim_id": moved.claim_id,
        "sender_code": moved.sender,
        "receiver_code": moved.receiver,
        "amount_minor": moved.amount_minor,
        "carrying_minor": moved.carrying_minor,
        "paid_minor": paid,
    }


def _clear_sale(context: Context, moved: ClaimTransfer, paid: int) -> None:
    number, group = _of_order(context, moved)
    context.post(
        journals.SOLD_PRIVATELY.entry(
            moved.sender,
            {
                "paid": paid,
                "carrying": moved.carrying_minor,
                "loss": max(moved.carrying_minor - paid, 0),
                "gain": max(paid - moved.carrying_minor, 0),
            },
            counterparty=moved.receiver,
            order=number,
            chain_group=group,
        )
    )
    _acquire(context, moved, moved.receiver, moved.sender, paid)


def _clear_return(context: Context, moved: ClaimTransfer, returned_by: str) -> None:
    """Both transfers at once: who has the claim back has it at what it stood at, the other has nothing left."""
    back = queries.open_transfer(context.rows, returned_by)
    agree(
        "Return of transfer",
        moved.number,
        claim_id=(back.claim_id, moved.claim_id),
        sender=(back.sender, moved.receiver),
        receiver=(back.receiver, moved.sender),
        amount_minor=(back.amount_minor, moved.amount_minor),
    )
    back.explained_by = context.number
    _acquire(context, back, moved.sender, moved.receiver, moved.carrying_minor)
    number, group = _of_order(context, moved)
    difference = moved.amount_minor - back.carrying_minor
    context.post(
        journals.SOLD_PRIVATELY.entry(
            moved.receiver,
            {
                "paid": moved.amount_minor,
                "carrying": back.carrying_minor,
                "loss": max(-difference, 0),
                "gain": max(difference, 0),
            },
            counterparty=moved.sender,
            order=number,
            chain_group=group,
        )
    )


def _acquire(context: Context, moved: ClaimTransfer, who: str, other: str, cost: int) -> None:
    """Brings a claim from its amount to what it cost, as long as it is held whole; afterwards the rest is income."""
    found = queries.claim(context.rows, moved.claim_id)
    discount = moved.amount_minor - cost
    on_hand = discount if _is_held(found, moved, who, discount) else 0
    found.carrying_minor -= on_hand
    number, group = _of_order(context, moved)
    context.post(
        journals.BOUGHT_PRIVATELY.entry(
            who,
            {
                "amount": moved.amount_minor,
                "paid": cost,
                "discount on hand": on_hand,
                "discount gone": discount - on_hand,
            },
            counterparty=other,
            against={"discount on hand": found.buyer},
            order=number,
            chain_group=group,
        )
    )


def _is_held(found: Claim, moved: ClaimTransfer, who: str, discount: int) -> bool:
    return (
        found.status == ClaimStatus.OPEN
        and found.holder == who
        and found.amount_minor == moved.amount_minor
        and found.carrying_minor >= discount
    )


def _clear_purpose(context: Context, moved: ClaimTransfer, command: ExplainClaimTransfer) -> None:
    sent = _named(context, journals.PURPOSE_SENT, "sender_account", command.sender_account)
    received = _named(
        context, journals.PURPOSE_RECEIVED, "receiver_account", command.receiver_account
    )
    number, group = _of_order(context, moved)
    context.post(
        journals.GIVEN.entry(
            moved.sender,
            {
                "amount": moved.amount_minor,
                "carrying": moved.carrying_minor,
                "gain": moved.amount_minor - moved.carrying_minor,
            },
            chosen={journals.PURPOSE_SENT: sent},
            counterparty=moved.receiver,
            order=number,
            chain_group=group,
        ),
        journals.ACCEPTED.entry(
            moved.receiver,
            {"amount": moved.amount_minor},
            chosen={journals.PURPOSE_RECEIVED: received},
            counterparty=moved.sender,
            order=number,
            chain_group=group,
        ),
    )


def _named(context: Context, choice: Choice, side: str, account: str | None) -> str:
    if account is None or not choice.allows(account):
        raise AccountNotForClaim(account or "none", side, str(choice))
    posting_account(context.rows, account)
    return account


def _of_order(context: Context, moved: ClaimTransfer) -> tuple[str, str]:
    return of_order(context.rows, queries.claim(context.rows, moved.claim_id))
