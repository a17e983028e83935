"""Papers on bets that people agreed to, read again in the log: an act names one and its approvals, and the bridge compares.

The bridge believes none of it. On a person's own machine, which has no log, the act itself says what is signed, and the
person reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.capabilities.model import CallContext
from bridge.capabilities.papers import expect_kind, expect_same
from bridge.commitments.pledges import party_proof
from bridge.errors import NotAsApproved
from bridge.ports.port import Document

APPROVALS = "approvals"  # in what an act rests on, beside the paper
PLEDGED = ("stake_minor", "share_bps", "tolerance_bps", "slope_bps", "cap_bps")
OF_A_TARGET = ("metric", "follows_index", "weight_bps", "floor", "base", "stretch")

Papers = Mapping[str, Document]
Rests = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A kind of paper: by which name acts and approvals name one, and the types of its documents and of their approvals."""

    name: str
    kind: str
    approval: str


def rests_of(document: Document) -> Rests:
    """What an act rests on."""
    return document.fields.get("papers") or {}


def papers_of(document: Document, of: Agreed) -> Sequence[str]:
    """The numbers of the documents that an act rests on: the paper first, then its approvals; none where it names none."""
    rests = rests_of(document)
    return [rests[of.name], *rests[APPROVALS]] if rests.get(of.name) is not None else []


def named_in(document: Document, of: Agreed) -> str | None:
    """The number of the paper that an act rests on."""
    number: str | None = rests_of(document).get(of.name)
    return number


def ref_of(document: Document, context: CallContext, of: Agreed) -> str:
    """The commitment of the paper. Raises NotAsApproved."""
    number = named_in(document, of)
    if number is None or number not in context.refs:
        raise NotAsApproved(f"the commitments of what {document.number} rests on are not known")
    return context.refs[number]


def expect_named(
    document: Document, context: CallContext, of: Agreed, terms_ref: str, what: str
) -> None:
    """Raises NotAsApproved unless what stands on chain names the paper that the act rests on."""
    asked = ref_of(document, context, of)
    if asked != terms_ref:
        raise NotAsApproved(
            f"{document.number} rests on {named_in(document, of)}, whose commitment is {asked}; {what} names {terms_ref}"
        )


def paper_in(document: Document, papers: Papers, of: Agreed) -> Document:
    """The paper itself. Raises NotAsApproved."""
    numbers = papers_of(document, of)
    if not numbers or set(numbers) - papers.keys():
        raise NotAsApproved(f"{document.number} names no {of.kind} and its approvals")
    paper = papers[numbers[0]]
    expect_kind(paper, of.kind)
    return paper


def approvals_in(document: Document, paper: Document, papers: Papers, of: Agreed) -> list[Document]:
    """The approvals of the paper. Raises NotAsApproved."""
    found = [papers[number] for number in papers_of(document, of)[1:]]
    for each in found:
        expect_kind(each, of.approval)
        if each.fields[of.name] != paper.number:
            raise NotAsApproved(f"{each.number} approves another {of.kind} than {paper.number}")
    return found


def expect_approved(
    document: Document, paper: Document, papers: Papers, of: Agreed, wanted: set[str]
) -> None:
    """Raises NotAsApproved unless each of these parties approved the paper."""
    approved = {each.fields["party"] for each in approvals_in(document, paper, papers, of)}
    missing = sorted(wanted - approved)
    if missing:
        raise NotAsApproved(f"{document.number} names no approval of {paper.number} by {missing}")


# ---- what each party signs -----------------------------------------------------------------------


def pledges_in(paper: Document) -> list[dict[str, Any]]:
    """What each party signs by a paper."""
    return [_pledge(paper, told) for told in paper.fields["parties"]]


def own_pledge(document: Document, paper: Document) -> dict[str, Any]:
    """What the party of an act signs. Raises NotAsApproved."""
    code = document.fields["party"]
    own = [_pledge(paper, told) for told in paper.fields["parties"] if told["party"] == code]
    if not own:
        raise NotAsApproved(f"{code} pledges nothing by {paper.number}")
    return own[0]


def signed_pledge(
    document: Document, context: CallContext, of: Agreed, bet_id: int | None = None
) -> dict[str, Any]:
    """What a party signs, as the paper has it that all approved; `bet_id`: under which bet. Raises NotAsApproved."""
    rests = rests_of(document)
    if context.papers is not None:
        paper = paper_in(document, context.papers, of)
        pairs = {"pledge": (rests["pledge"], own_pledge(document, paper))}
        if bet_id is not None:
            pairs["bet"] = (bet_id, paper.fields["bet_id"])
        expect_same(document, paper, pairs)
        expect_approved(document, paper, context.papers, of, {document.fields["party"]})
    pledge: dict[str, Any] = rests["pledge"]
    return pledge


def proof_of(document: Document, context: CallContext, of: Agreed) -> list[str]:
    """That the pledge of an act is one of those of its paper; nothing where no log is, since nobody signs it."""
    if context.papers is None:
        return []
    paper = paper_in(document, context.papers, of)
    return party_proof(pledges_in(paper), own_pledge(document, paper))


def _pledge(paper: Document, told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account": paper.fields["accounts"][told["party"]],
        **picked(told, PLEDGED),
        "targets": [picked(target, OF_A_TARGET) for target in told["targets"]],
    }


def picked(told: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """These fields of what was told; None for one that is missing."""
    return {name: told.get(name) for name in names}
