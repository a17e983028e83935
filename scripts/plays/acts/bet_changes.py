"""Papers that change a bet that runs (对赌变更): proposed by one of its people, approved for each who goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.ports.port import Document
from erp.bets.change_schemas import ApproveBetChange, ApproveTopUp, ProposeBetChange, ProposeTopUp
from erp.bets.terms_schemas import TermsParty

from .acts import Acts


def proposed_change(
    acts: Acts, bet: Document, proposer: str, parties: Sequence[TermsParty], **changed: Any
) -> Document:
    """From the first period on, those who go on pledge so. `bet`: the document of its proposal."""
    f = bet.fields
    told: dict[str, Any] = {
        "bet": bet.number, "proposer": proposer, "from_period": 1, "periods": f["periods"], "start": f["start"],
        "sign_by": f["start"] + f["period_seconds"], "parties": tuple(parties),
    }  # fmt: skip
    return acts.erp(ProposeBetChange(**{**told, **changed}), actor=f"node:{proposer}")


def approved_change(
    acts: Acts, bet: Document, proposer: str, parties: Sequence[TermsParty], **changed: Any
) -> Document:
    """The same, approved by others for each who goes on, and seen by the bridge."""
    change = proposed_change(acts, bet, proposer, parties, **changed)
    for each in parties:
        approval = ApproveBetChange(bet_change=change.number, party=each.party)
        acts.erp(approval, actor=f"finance:cfo-{each.party}")
    acts.settle()
    return change


def approved_top_up(acts: Acts, bet: Document, payer: str, amount: int) -> Document:
    """More in the pool, proposed by a person of the sponsor, approved by another, and seen by the bridge."""
    told = ProposeTopUp(bet=bet.number, payer=payer, amount_minor=amount, reason="the season runs")
    top_up = acts.erp(told, actor=f"node:{payer}")
    acts.erp(ApproveTopUp(top_up=top_up.number), actor=f"finance:cfo-{payer}")
    acts.settle()
    return top_up
