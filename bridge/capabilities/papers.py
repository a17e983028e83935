"""What acts of people on groups rest on: the proposal by which a group is opened, the plan that a grab names.

The bridge believes none of it: it reads the papers again in the log, and what they say is what is signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.capabilities.model import CallContext
from bridge.commitments.plans import NO_SALT, plan_seal
from bridge.errors import BadConfiguration, DoesNotFit, NotAsApproved
from bridge.ports.port import Document

PAPERS = ("need", "proposal", "approval", "plan")  # in what an act rests on
TERMS = (
    "region", "target_minor", "reporter_post", "grab_seconds", "select_seconds", "work_seconds", "report_seconds",
    "review_seconds", "bet_seconds",
)  # fmt: skip
ROLE = (
    "floor_minor", "most_minor", "stake_minor", "pay_minor", "min_reviews", "min_credit_bps", "review_mark_bps",
    "shortfall_mark_bps", "credit_weight_bps", "stake_bps_of_pledge",
)  # fmt: skip


def papers_of(document: Document) -> Sequence[str]:
    """The numbers of the documents that an act rests on."""
    papers = document.fields.get("papers") or {}
    return [papers[name] for name in PAPERS if papers.get(name) is not None]


def proposal_of(document: Document) -> str | None:
    """The proposal that an act rests on."""
    papers = document.fields.get("papers") or {}
    number: str | None = papers.get("proposal")
    return number


def group_terms(
    document: Document, context: CallContext
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Terms and roles of the group that an act opens, as its proposal says, with the commitments of both papers.

    Raises NotAsApproved.
    """
    rests = document.fields.get("papers") or {}
    if context.papers is not None:
        _check(document, rests, context.papers)
    refs = context.refs
    if not {rests.get("need"), rests.get("proposal")} <= refs.keys():
        raise NotAsApproved(f"the commitments of what {document.number} rests on are not known")
    terms = {"need_ref": refs[rests["need"]]} | {name: rests["terms"][name] for name in TERMS}
    role_ref = refs[rests["proposal"]]
    return terms, [
        {"role_ref": role_ref} | {name: role[name] for name in ROLE} for role in rests["roles"]
    ]


def _check(document: Document, rests: Mapping[str, Any], papers: Mapping[str, Document]) -> None:
    """Raises NotAsApproved unless the act says what an approved proposal of its own party says."""
    if set(papers_of(document)) - papers.keys() or len(papers_of(document)) != len(PAPERS) - 1:
        raise NotAsApproved(f"{document.number} names no need, proposal and approval")
    need, proposal = papers[rests["need"]], papers[rests["proposal"]]
    approval = papers[rests["approval"]]
    expect_kind(need, "need")
    expect_kind(proposal, "group_proposal")
    expect_kind(approval, "group_approval")
    said = proposal.fields
    pairs = {
        "leader": (document.fields["party"], said["leader"]),
        "need": (need.number, said["need"]),
        "proposal that was approved": (approval.fields["proposal"], proposal.number),
        "terms": ({name: rests["terms"].get(name) for name in TERMS}, {n: said[n] for n in TERMS}),
        "roles": (_roles(rests["roles"]), _roles(said["roles"])),
    }
    expect_same(document, proposal, pairs)


def expect_kind(paper: Document, kind: str) -> None:
    """Raises NotAsApproved when a paper is of another kind."""
    if paper.type != kind:
        raise NotAsApproved(f"{paper.number} is a {paper.type}, no {kind}")


def expect_same(document: Document, paper: Document, pairs: Mapping[str, tuple[Any, Any]]) -> None:
    """Raises NotAsApproved unless what an act has is what its paper has, pair by pair."""
    for what, (asked, approved) in pairs.items():
        if asked != approved:
            raise NotAsApproved(
                f"{document.number} has {what} {asked}, {paper.number} has {approved}"
            )


def _roles(roles: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: role.get(name) for name in ROLE} for role in roles]


def plan_ref(document: Document, context: CallContext) -> str:
    """What a grab commits to: the seal of its plan that is kept here, else what it names itself. Raises DoesNotFit."""
    named: str = document.fields["fields"]["plan"]
    if named not in context.refs or context.place is None:
        return named
    found = document.fields["fields"]
    group_id, role_id = found["group_id"], found["role_id"]
    try:
        groups = context.place.address("ChainGroups", group_id)
    except BadConfiguration as error:
        raise DoesNotFit(str(error)) from error
    return plan_seal(
        context.place.chain_id,
        groups,
        (group_id, role_id),
        document.fields["account"],
        context.refs[named],
    )


def plan_hash(document: Document, context: CallContext) -> str:
    """What opening a plan shows: the commitment of the plan that is kept here, else what it names itself."""
    named: str = document.fields["fields"]["plan"]
    return context.refs.get(named, named)


def plan_salt(document: Document, context: CallContext) -> str:
    """The salt of the seal: none of a plan that is kept here."""
    salt: str = document.fields["fields"]["salt"]
    return NO_SALT if document.fields["fields"]["plan"] in context.refs else salt
