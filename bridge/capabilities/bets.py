"""BetContracts and what belongs to it: targets with stakes, penalties and shares (对赌). Not followed yet."""

from __future__ import annotations

from bridge.capabilities.model import Capability, Contract

BETS = Capability(
    "bets",
    (
        Contract(
            "BetContracts",
            unfollowed="stakes, penalties and shares have no documents in the ERP yet",
            holds_money=True,
        ),
        Contract(
            "BetAmendments",
            unfollowed="what all parties sign together has no documents in the ERP yet",
        ),
        Contract(
            "BetLens",
            unfollowed="holds nothing and emits nothing: computes what readers ask",
        ),
        Contract(
            "BetRules",
            unfollowed="holds nothing and emits nothing: which terms a bet may have",
        ),
    ),
)
