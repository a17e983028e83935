"""Claims (应收账款): a holder offers one, and a financier buys it."""

from __future__ import annotations

from bridge.capabilities.model import ZERO_ACCOUNT

from .acts import Acts

DAY = 86_400
FINANCIER, FINANCIER_BIT = "FINANCIER", 16  # code, capability


def sell(acts: Acts, seller: str, claim_id: int, price: int, amount: int) -> None:
    """The holder offers a claim to anybody for a day, and the financier buys it."""
    offer = (claim_id, ZERO_ACCOUNT, price, acts.now + DAY)
    acts.transact(seller, "Receivables", "offer", *offer)
    acts.transact(FINANCIER, "Receivables", "buy", claim_id, amount, price)
