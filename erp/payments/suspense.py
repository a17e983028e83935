"""Clearing of suspense (待查明): finance says what tokens were for that moved outside of any contract. Never commits."""

from __future__ import annotations

from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.entry import NO_GROUP
from erp.kernel.journal import Choice
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.ledger.queries import posting_account
from erp.payments import journals
from erp.payments.errors import (
    AccountMissing,
    AccountNotOfPurpose,
    AlreadyExplained,
    ReturnMissing,
    UnknownTransfer,
    WrongPurpose,
)
from erp.payments.purposes import OF_PURCHASE, OF_TRANSFER, SIDES, TransferPurpose
from erp.payments.schemas import ExplainTransfer
from erp.payments.tables import SuspenseItem


def explain_transfer(context: Context, command: ExplainTransfer) -> Fields:
    """Moves a direct transfer from suspense to the accounts of its purpose, on both sides at once.

    Sender Dr purpose, Cr suspense; receiver Dr suspense, Cr purpose. A transfer that was returned is cleared against the
    one that returned it. Refused the second time.
    """
    item = _open_item(context, command.transfer)
    purposes = OF_TRANSFER if item.sender is not None else OF_PURCHASE
    if command.purpose not in purposes:
        raise WrongPurpose(item.number, command.purpose.value, " or ".join(purposes))
    item.explained_by = context.number
    if command.purpose is TransferPurpose.ERROR_RETURNED:
        _clear_return(context, item, command.returned_by)
    sides = SIDES[command.purpose]
    amount = {"amount": item.amount_minor}
    if item.sender is not None:
        sent = sides.sent or _named(
            context, journals.PURPOSE_SENT, "sender_account", command.sender_account
        )
        context.post(
            journals.EXPLAINED_SENT.entry(
                item.sender,
                amount,
                chosen={journals.PURPOSE_SENT: sent},
                counterparty=item.receiver,
                chain_group=item.chain_group,
            )
        )
    received = sides.received or _named(
        context, journals.PURPOSE_RECEIVED, "receiver_account", command.receiver_account
    )
    context.post(
        journals.EXPLAINED_RECEIVED.entry(
            item.receiver,
            amount,
            chosen={journals.PURPOSE_RECEIVED: received},
            counterparty=item.sender,
            chain_group=item.chain_group,
        )
    )
    return {
        "sender_code": item.sender,
        "receiver_code": item.receiver,
        "amount_minor": item.amount_minor,
    }


def _clear_return(context: Context, item: SuspenseItem, number: str | None) -> None:
    """Takes the transfer that brought the tokens back out of suspense as well: the same amount, the other way."""
    if number is None:
        raise ReturnMissing(item.number)
    back = _open_item(context, number)
    agree(
        "Return of transfer",
        item.number,
        sender=(back.sender or "none", item.receiver),
        receiver=(back.receiver, item.sender or "none"),
        amount_minor=(back.amount_minor, item.amount_minor),
    )
    back.explained_by = context.number
    _take_to(context, back, item.receiver, item.chain_group)


def keep(
    context: Context,
    sender: str | None,
    receiver: str,
    amount: int,
    chain_group: str = NO_GROUP,
    *,
    to_receiver: bool = True,
) -> None:
    """Keeps that this document moved tokens for a purpose that nobody has told yet, booked for a chain group or none.

    `to_receiver`: False where they went into a pool, not to its sponsor itself; that this was a price only finance may say.
    """
    context.rows.add(
        SuspenseItem,
        number=context.number,
        sender=sender,
        receiver=receiver,
        amount_minor=amount,
        chain_group=chain_group,
        to_receiver=to_receiver,
    )


def waiting(rows: Rows, sender: str, receiver: str) -> list[SuspenseItem]:
    """Direct transfers from one party to another that nobody has explained yet, by number; none into a pool."""
    found = rows.select(SuspenseItem, "number", sender=sender, receiver=receiver)
    return [item for item in found if item.explained_by is None and item.to_receiver]


def clear(
    context: Context, number: str, sender: str, receiver: str, chain_group: str = NO_GROUP
) -> int:
    """Takes a direct transfer between two parties out of suspense, for a document that books both sides itself.

    `chain_group`: of what the document books; the transfer is taken there first. Returns its amount, minor units. Raises
    UnknownTransfer, AlreadyExplained, Disagrees.
    """
    item = _open_item(context, number)
    agree(
        "Transfer",
        item.number,
        sender=(item.sender or "none", sender),
        receiver=(item.receiver, receiver),
    )
    item.explained_by = context.number
    _take_to(context, item, sender, chain_group)
    return item.amount_minor


def _take_to(context: Context, item: SuspenseItem, sender: str, chain_group: str) -> None:
    """Books a transfer that waited for one chain group, or none, for the one whose it turns out to be: suspense and wallet.

    Of money in a pool this says what finance says of it: the receiver got tokens for the one group, and put them into the
    pool of the other.
    """
    if item.chain_group == chain_group:
        return
    for group, amount in ((item.chain_group, -item.amount_minor), (chain_group, item.amount_minor)):
        moved = {"amount": amount}
        context.post(
            journals.TRANSFER_SENT.entry(
                sender, moved, counterparty=item.receiver, chain_group=group
            ),
            journals.TRANSFER_RECEIVED.entry(
                item.receiver, moved, counterparty=sender, chain_group=group
            ),
        )
    item.chain_group = chain_group


def _open_item(context: Context, number: str) -> SuspenseItem:
    found = context.rows.get(SuspenseItem, number)
    if found is None:
        raise UnknownTransfer(number)
    if found.explained_by is not None:
        raise AlreadyExplained(number)
    return found


def _named(context: Context, choice: Choice, field: str, account: str | None) -> str:
    if account is None:
        raise AccountMissing(field)
    if not choice.allows(account):
        raise AccountNotOfPurpose(account, field, str(choice))
    posting_account(context.rows, account)
    return account
