"""The words that all of the vocabulary is made of: accounts of the ledger, references, and lines of a journal entry."""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict

Account = str
Ref = str
Number = str


class AccountRole(StrEnum):
    """What an account of the ERP's ledger stands for. The chart of accounts behind it is the ERP's own business."""

    WALLET = "wallet"  # settlement tokens that a party holds itself
    # settlement tokens of a party that a contract holds:
    ESCROW = "escrow"  # PurchaseOrders, the money of its orders
    STAKE = "stake"  # Tenders, the bonds of its bids
    AUCTION_BOND = "auction_bond"  # ReverseAuctions, the bonds of its bids
    GUARANTEE = "guarantee"  # Guarantees, what it pledged
    CLAIM_COVER = "claim_cover"  # Receivables, the cover of what it owes
    BET_STAKE = "bet_stake"  # BetContracts, its stakes, pools and shares
    GROUP_FUND = "group_fund"  # GroupPay, its stakes, budgets and earnings
    CAPACITY_FUND = "capacity_fund"  # CapacityMarket, prices of machine-minutes
    CLAIMS_HELD = "claims_held"  # payables of others that it holds as claims on chain
    CLAIMS_ISSUED = "claims_issued"  # what it owes as claims on chain
    CAPACITY_OWED = "capacity_owed"  # what a plant owes for machine-minutes sold and not run
    PAYABLE = "payable"  # what a party owes for goods accepted and billed
    ISSUED = "issued"  # what the treasury owes for the settlement tokens it issued


def order_aggregate(order_id: int) -> str:
    """The aggregate of an order, as a `BookDifference` names it: everything that happens to the order, in order."""
    return f"order:{order_id}"


class Line(TypedDict):
    """A line of a journal entry."""

    account: str  # code; `Port.roles` tells which role it plays
    debit: int  # minor units; one of the two is 0
    credit: int


class Entry(TypedDict):
    """A journal entry of a document: the lines that one entity's books get from it."""

    entity: str  # the ERP's code of the party whose books these are
    lines: list[Line]
