"""Operations of settlement tokens (结算币): issue and redemption against bank money, and bare transfers. Never commit."""

from __future__ import annotations

from erp.kernel.context import Context
from erp.kernel.entry import Ledger
from erp.kernel.log.model import Fields
from erp.ledger import chart
from erp.ledger.rules import entry
from erp.parties.queries import party_of
from erp.payments.schemas import (
    RecordTokenIssue,
    RecordTokenRedemption,
    RecordTokenTransfer,
)


def record_token_issue(context: Context, command: RecordTokenIssue) -> Fields:
    """Books tokens bought with bank money: Dr wallet, Cr bank of the account's party."""
    owner = party_of(context.rows, command.account)
    amount = command.amount_minor
    context.post(entry(owner.code, Ledger.GENERAL, {chart.WALLET: amount}, {chart.BANK: amount}))
    return {"party": owner.code}


def record_token_redemption(context: Context, command: RecordTokenRedemption) -> Fields:
    """Books tokens turned back into bank money: Dr bank, Cr wallet of the account's party."""
    owner = party_of(context.rows, command.account)
    amount = command.amount_minor
    context.post(entry(owner.code, Ledger.GENERAL, {chart.BANK: amount}, {chart.WALLET: amount}))
    return {"party": owner.code}


def record_token_transfer(context: Context, command: RecordTokenTransfer) -> Fields:
    """Books tokens sent from wallet to wallet; both sides wait in suspense until finance explains them."""
    sender = party_of(context.rows, command.sender).code
    receiver = party_of(context.rows, command.receiver).code
    amount = command.amount_minor
    context.post(
        entry(
            receiver,
            Ledger.GENERAL,
            {chart.WALLET: amount},
            {chart.SUSPENSE_RECEIVED: amount},
            counterparty=sender,
        ),
        entry(
            sender,
            Ledger.GENERAL,
            {chart.SUSPENSE_SENT: amount},
            {chart.WALLET: amount},
            counterparty=receiver,
        ),
    )
    return {"sender_code": sender, "receiver_code": receiver}
