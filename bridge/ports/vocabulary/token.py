"""Words about SettlementToken: bank money on chain (结算代币)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Account, Ref


class RecordTokenIssue(TypedDict):
    """SettlementToken issued tokens against bank money: the holder's wallet and what the treasury owes rise alike."""

    account: Account
    amount_minor: int
    bank_ref: Ref


class RecordTokenRedemption(TypedDict):
    """SettlementToken burned tokens, and bank money left for them: wallet and what the treasury owes fall alike."""

    account: Account
    amount_minor: int
    bank_ref: Ref


class RecordTokenTransfer(TypedDict):
    """A participant sent tokens to another outside of any followed contract: suspense on both sides."""

    sender: Account
    receiver: Account
    amount_minor: int


DOCUMENT_TYPES: Mapping[type, str] = {
    RecordTokenIssue: "token_issue",
    RecordTokenRedemption: "token_redemption",
    RecordTokenTransfer: "token_transfer",
}
DOCUMENTS: Mapping[str, type] = {}
