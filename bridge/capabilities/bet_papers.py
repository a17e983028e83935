"""What acts of people on bets rest on: terms that the sponsor and each party approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.capabilities.agreed import (
    Agreed,
    expect_approved,
    expect_named,
    named_in,
    paper_in,
    papers_of,
    picked,
    pledges_in,
    proof_of,
    ref_of,
    rests_of,
    signed_pledge,
)
from bridge.capabilities.model import CallContext
from bridge.capabilities.papers import expect_same
from bridge.commitments.pledges import parties_root
from bridge.ports.port import Document

TERMS = Agreed("bet_terms", "bet_terms", "bet_approval")
PUBLISHED = (
    "region", "reporter_post", "arbiter_post", "sign_by", "start", "report_seconds", "dispute_seconds", "ruling_seconds",
    "pool_minor", "index_baseline", "index_elasticity_bps", "index_max_up_bps", "index_max_down_bps", "periods",
    "period_seconds",
)  # fmt: skip


def bet_papers_of(document: Document) -> Sequence[str]:
    """The numbers of the documents that an act on a bet rests on: its terms first."""
    return papers_of(document, TERMS)


def bet_terms_of(document: Document) -> str | None:
    """The terms that an act rests on."""
    return named_in(document, TERMS)


def proposed_terms(document: Document, context: CallContext) -> dict[str, Any]:
    """The terms of the bet that an act proposes, as all approved them, with their commitment. Raises NotAsApproved."""
    rests = rests_of(document)
    if context.papers is not None:
        terms = paper_in(document, context.papers, TERMS)
        said = terms.fields
        told = {
            "sponsor": (document.fields["party"], said["sponsor"]),
            "group": (rests["group_id"], said["group_id"]),
            "terms": (picked(rests["published"], PUBLISHED), picked(said, PUBLISHED)),
            "parties": (rests["parties"], pledges_in(terms)),
        }
        expect_same(document, terms, told)
        wanted = {said["sponsor"], *said["accounts"]}
        expect_approved(document, terms, context.papers, TERMS, wanted)
    published = {name: rests["published"][name] for name in PUBLISHED}
    pool = published.pop("pool_minor")
    return {
        "terms_ref": ref_of(document, context, TERMS),
        "group_id": rests["group_id"],
        "parties_root": parties_root(rests["parties"]),
        "party_count": len(rests["parties"]),
        "value_pool_minor": pool,
        **published,
    }


def agreed_pledge(document: Document, context: CallContext) -> dict[str, Any]:
    """What a party signs under a bet, as the terms have it that all approved. Raises NotAsApproved."""
    return signed_pledge(document, context, TERMS)


def agreed_proof(document: Document, context: CallContext) -> list[str]:
    """That the pledge is one of those that the terms have; nothing where no log is, since nobody signs it."""
    return proof_of(document, context, TERMS)


def expect_on_terms(document: Document, context: CallContext, terms_ref: str) -> None:
    """Raises NotAsApproved unless the bet that stands on chain names the terms that the act rests on."""
    expect_named(document, context, TERMS, terms_ref, "the bet")
