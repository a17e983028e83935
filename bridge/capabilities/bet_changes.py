"""What acts of people that change a bet rest on: changes and top-ups that those approved whom they may cost something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.capabilities.agreed import (
    Agreed,
    approvals_in,
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
from bridge.capabilities.model import ZERO_ACCOUNT, CallContext
from bridge.capabilities.papers import expect_same
from bridge.commitments.pledges import parties_root
from bridge.errors import NotAsApproved
from bridge.ports.port import Document

CHANGE = Agreed("bet_change", "bet_change", "bet_change_approval")
TOP_UP = Agreed("top_up", "pool_top_up", "pool_top_up_approval")
DATES = ("start", "periods", "from_period", "sign_by")


def change_papers_of(document: Document) -> Sequence[str]:
    """The numbers of the documents that an act on a change rests on: the change first."""
    return papers_of(document, CHANGE)


def top_up_papers_of(document: Document) -> Sequence[str]:
    """The numbers of the documents that a top-up rests on: itself first."""
    return papers_of(document, TOP_UP)


def change_of(document: Document) -> str | None:
    """The change that an act rests on."""
    return named_in(document, CHANGE)


def top_up_of(document: Document) -> str | None:
    """The top-up that an act rests on."""
    return named_in(document, TOP_UP)


def proposed_change(document: Document, context: CallContext) -> dict[str, Any]:
    """What an act proposes a bet to become, as all approved it, with its commitment. Raises NotAsApproved."""
    rests = rests_of(document)
    if context.papers is not None:
        paper = paper_in(document, context.papers, CHANGE)
        said = paper.fields
        told = {
            "proposer": (document.fields["party"], said["proposer"]),
            "bet": (rests["bet_id"], said["bet_id"]),
            "dates": (picked(rests["change"], DATES), picked(said, DATES)),
            "leaver": (rests["leaver"], _account(paper, said["leaver"])),
            "newcomer": (rests["newcomer"], _account(paper, said["newcomer"])),
            "parties": (rests["parties"], pledges_in(paper)),
        }
        expect_same(document, paper, told)
        wanted = {each["party"] for each in said["parties"]}
        expect_approved(document, paper, context.papers, CHANGE, wanted)
    return {
        "parties_root": parties_root(rests["parties"]),
        "terms_ref": ref_of(document, context, CHANGE),
        "leaver": rests["leaver"] or ZERO_ACCOUNT,
        "newcomer": rests["newcomer"] or ZERO_ACCOUNT,
        **picked(rests["change"], DATES),
    }


def changed_pledge(document: Document, context: CallContext) -> dict[str, Any]:
    """What a party signs under an amendment, as the change has it that all approved. Raises NotAsApproved."""
    return signed_pledge(document, context, CHANGE, document.fields["fields"]["bet_id"])


def changed_proof(document: Document, context: CallContext) -> list[str]:
    """That the pledge is one of those of the change; nothing where no log is, since nobody signs it."""
    return proof_of(document, context, CHANGE)


def expect_on_change(document: Document, context: CallContext, terms_ref: str) -> None:
    """Raises NotAsApproved unless the amendment on chain names the change that the act rests on."""
    expect_named(document, context, CHANGE, terms_ref, "the amendment")


def added_to_pool(document: Document, context: CallContext) -> tuple[int, int]:
    """Bet and amount of a top-up, as finance approved it. Raises NotAsApproved."""
    rests = rests_of(document)
    if context.papers is not None:
        paper = paper_in(document, context.papers, TOP_UP)
        said = paper.fields
        told = {
            "payer": (document.fields["party"], said["payer"]),
            "bet": (rests["bet_id"], said["bet_id"]),
            "amount": (rests["amount_minor"], said["amount_minor"]),
        }
        expect_same(document, paper, told)
        if not approvals_in(document, paper, context.papers, TOP_UP):
            raise NotAsApproved(f"{document.number} names no approval of {paper.number}")
    return rests["bet_id"], rests["amount_minor"]


def _account(paper: Document, code: str | None) -> str | None:
    return None if code is None else paper.fields["accounts"][code]
