"""Operations of settlement tokens (结算币): issue and redemption against bank money, and bare transfers. Never commit.

Tokens are money that the treasury owes (结算币存款): what is issued stands on its liability, beside the bank money it got.
"""

from __future__ import annotations

from erp.kernel.context import Context
from erp.kernel.entry import Entry
from erp.kernel.log.model import Fields
from erp.ledger import chart
from erp.ledger.queries import standing
from erp.parties.kinds import PartyKind
from erp.parties.queries import party_of, treasury
from erp.parties.tables import Party
from erp.payments import journals
from erp.payments.schemas import (
    RecordTokenIssue,
    RecordTokenRedemption,
    RecordTokenTransfer,
)
from erp.payments.suspense import keep


def record_token_issue(context: Context, command: RecordTokenIssue) -> Fields:
    """Books tokens bought with bank money: holder Dr wallet, Cr bank; treasury Dr bank, Cr tokens issued.

    What the holder's bank account does not cover was paid from elsewhere: it waits in suspense until it is explained. An
    outside partner's bank is not kept here: its opening balances stand for it.
    """
    owner, issuer = party_of(context.rows, command.account), treasury(context.rows)
    amount = command.amount_minor
    unexplained = 0
    if owner.kind == PartyKind.EXTERNAL:
        context.post(
            journals.TOKENS_BOUGHT_OUTSIDE.entry(
                owner.code, {"amount": amount}, counterparty=issuer.code
            )
        )
    else:
        covered = min(amount, standing(context.rows, owner.code, chart.BANK))
        unexplained = amount - covered
        context.post(
            journals.TOKENS_BOUGHT.entry(
                owner.code,
                {"amount": amount, "from bank": covered, "unexplained": unexplained},
                counterparty=issuer.code,
            )
        )
    context.post(
        journals.TOKENS_ISSUED.entry(issuer.code, {"amount": amount}, counterparty=owner.code)
    )
    if unexplained:
        keep(context, None, owner.code, unexplained)
    return {"party": owner.code, "treasury": issuer.code, "unexplained_minor": unexplained}


def record_token_redemption(context: Context, command: RecordTokenRedemption) -> Fields:
    """Books tokens turned back into bank money: holder Dr bank, Cr wallet; treasury Dr tokens issued, Cr bank."""
    owner, issuer = party_of(context.rows, command.account), treasury(context.rows)
    amount = command.amount_minor
    context.post(
        _redeemed(owner, amount, issuer.code),
        journals.TOKENS_ISSUED.entry(issuer.code, {"amount": -amount}, counterparty=owner.code),
    )
    return {"party": owner.code, "treasury": issuer.code}


def _redeemed(owner: Party, amount: int, issuer: str) -> Entry | None:
    if owner.kind == PartyKind.EXTERNAL:
        outside = journals.TOKENS_BOUGHT_OUTSIDE
        return outside.entry(owner.code, {"amount": -amount}, counterparty=issuer)
    return journals.TOKENS_SOLD.entry(owner.code, {"amount": amount}, counterparty=issuer)


def record_token_transfer(context: Context, command: RecordTokenTransfer) -> Fields:
    """Books tokens sent from wallet to wallet; both sides wait in suspense until finance explains them."""
    sender = party_of(context.rows, command.sender).code
    receiver = party_of(context.rows, command.receiver).code
    amount = {"amount": command.amount_minor}
    context.post(
        journals.TRANSFER_RECEIVED.entry(receiver, amount, counterparty=sender),
        journals.TRANSFER_SENT.entry(sender, amount, counterparty=receiver),
    )
    keep(context, sender, receiver, command.amount_minor)
    return {"sender_code": sender, "receiver_code": receiver}
