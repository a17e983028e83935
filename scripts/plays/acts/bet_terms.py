"""Terms of bets (对赌条款): proposed by a sponsor, approved for each whom the bet may cost something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.ports.port import Document
from erp.bets.terms_schemas import ApproveBetTerms, ProposeBetTerms, TermsParty, TermsTarget

from .acts import Acts
from .bets import POOL, STAKE

DAY = 86_400
WHOLE_BPS = 10_000


def defects() -> TermsTarget:
    """A figure that is kept without any defect, and missed whole at ten."""
    return TermsTarget(metric=101, weight_bps=WHOLE_BPS, floor=10, base=0, stretch=0, expected=1)


def party_of(code: str, share_bps: int, **changed: Any) -> TermsParty:
    """A party that can lose half of its stake."""
    told: dict[str, Any] = {
        "party": code, "stake_minor": STAKE, "share_bps": share_bps, "tolerance_bps": 500, "slope_bps": 10_000,
        "cap_bps": 5_000, "targets": (defects(),),
    }  # fmt: skip
    return TermsParty(**{**told, **changed})


def proposed_terms(
    acts: Acts, sponsor: str, parties: Sequence[TermsParty], **changed: Any
) -> Document:
    """Terms of a bet of one period that a person of the sponsor proposes."""
    spans, starts = acts.spans, acts.now + acts.spans.signs
    told: dict[str, Any] = {
        "sponsor": sponsor, "pool_minor": POOL, "expected_value_minor": POOL // 2, "reporter_post": 2,
        "arbiter_post": 3, "sign_by": starts, "start": starts, "periods": 1,
        "period_seconds": spans.period, "report_seconds": spans.bet_reports, "dispute_seconds": spans.disputes,
        "ruling_seconds": spans.rulings, "parties": tuple(parties),
    }  # fmt: skip
    return acts.erp(ProposeBetTerms(**{**told, **changed}), actor=f"node:{sponsor}")


def approved_terms(
    acts: Acts, sponsor: str, parties: Sequence[TermsParty], **changed: Any
) -> Document:
    """The same, approved by others for the sponsor and each party, and seen by the bridge."""
    terms = proposed_terms(acts, sponsor, parties, **changed)
    for code in sorted({sponsor, *(each.party for each in parties)}):
        approval = ApproveBetTerms(bet_terms=terms.number, party=code)
        acts.erp(approval, actor=f"finance:cfo-{code}")
    acts.settle()
    return terms
