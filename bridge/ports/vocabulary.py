"""The words that bridge and ERP exchange. An adapter for another ERP is written from this file."""

from __future__ import annotations

from enum import StrEnum


class AccountRole(StrEnum):
    """What an account of the ERP's ledger stands for. The chart of accounts behind it is the ERP's own business."""

    WALLET = "wallet"  # settlement tokens that a party holds itself
    ESCROW = "escrow"  # settlement tokens of a party that PurchaseOrders holds
    STAKE = "stake"  # settlement tokens of a party that Tenders holds as bonds of bids
    PAYABLE = "payable"  # what a party owes for goods accepted and billed
