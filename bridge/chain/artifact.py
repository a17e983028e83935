"""Reads the ABIs and bytecode that ship inside the package: the daemon needs no compiler."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

CONTRACTS = (
    "Participants",
    "CreditRegistry",
    "SettlementToken",
    "PurchaseOrders",
    "Tenders",
    "DocumentRegistry",
)  # those the bridge follows: it decodes their events, and the ERP books them

# Deployed with the others and used from the console, but the ERP does not book them yet: contract and why. Tokens that
# move between a participant and one of these wait in suspense, and the contract keeps books of its own as a party does.
UNFOLLOWED: dict[str, str] = {
    "Receivables": "payables that are due later have no documents in the ERP yet",
    "ReverseAuctions": "open auctions have no documents in the ERP yet, it tenders by sealed bids",
    "OrderAmendments": "holds nothing and emits nothing: it asks for the signatures under a change of an order",
    "Guarantees": "performance deposits and defects have no documents in the ERP yet",
    "BetRules": "holds nothing and emits nothing: which terms a bet may have",
    "BetContracts": "stakes, penalties and shares have no documents in the ERP yet",
    "ChainGroups": "groups, roles and their budgets have no documents in the ERP yet",
    "PeerRatings": "ratings have no documents in the ERP yet; what they do to credit is booked",
    "CapacityTokens": "machine-minutes are no stock item of the ERP yet",
    "CapacityMarket": "sales and refunds of machine-minutes have no documents in the ERP yet",
}

DEPLOYED = (*CONTRACTS, *UNFOLLOWED)

# Those that hold participants' money: registered as custodians, approved by whoever pays in.
CUSTODIANS = (
    "PurchaseOrders",
    "Tenders",
    "ReverseAuctions",
    "Guarantees",
    "Receivables",
    "BetContracts",
    "ChainGroups",
    "CapacityMarket",
)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One contract as compiled."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: str  # 0x-hex, without constructor arguments
    abi_hash: str


@cache
def artifact(name: str) -> Artifact:
    """The shipped artifact of a contract. Raises FileNotFoundError when there is none."""
    text = files("bridge.chain.artifacts").joinpath(f"{name}.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return Artifact(name, data["abi"], data["bytecode"], data["abiHash"])
