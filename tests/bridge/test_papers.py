"""A leader signs the group that was approved: the bridge reads the papers again, whatever the act says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode

from bridge.capabilities.acts import GRAB_ROLE, OPEN_GROUP, OPEN_PLAN
from bridge.capabilities.model import CallContext, Posts
from bridge.capabilities.papers import ROLE, TERMS
from bridge.commitments.keccak import keccak
from bridge.errors import BadConfiguration, DoesNotFit, NotAsApproved
from bridge.ports.port import Document
from tests.samples import ACCOUNT, REF, document

ROOT = "0x" + "33" * 32
PLAN = "RPL-2026-00001"
GROUPS = "0x" + "44" * 20
TERMS_SAID: dict[str, Any] = dict.fromkeys(TERMS, 7) | {"region": REF}
ROLE_SAID = dict.fromkeys(ROLE, 9)
POSTS = Posts(1, 3)


class Here:
    """A chain where groups stand at one address."""

    chain_id = 31_337

    def address(self, contract: str, number: int | None = None) -> str:
        """Of the groups' contract."""
        if number == 404:
            raise BadConfiguration("no edition gave 404")
        assert (contract, number) == ("ChainGroups", 5)
        return GROUPS


def paper(kind: str, number: str, **fields: Any) -> Document:
    return replace(document(kind, **fields), type=kind, number=number)


def papers(**changed: Document) -> dict[str, Document]:
    """The three papers of a group, some changed."""
    sound = {
        "NED-1": replace(document("group_approval"), type="need", number="NED-1"),
        "GPR-1": paper(
            "group_proposal", "GPR-1", leader="COOK", need="NED-1", roles=[ROLE_SAID], **TERMS_SAID
        ),
        "GAP-1": paper("group_approval", "GAP-1", proposal="GPR-1"),
    }
    return {**sound, **{name.replace("_", "-"): made for name, made in changed.items()}}


def asked(**changed: Any) -> Document:
    """The act of opening a group, with what the ERP says it rests on."""
    rests = {
        "need": "NED-1", "proposal": "GPR-1", "approval": "GAP-1", "terms": TERMS_SAID, "roles": [ROLE_SAID],
        "budget_minor": 9,
    }  # fmt: skip
    return document(
        "act_request", act="open_group", fields={"proposal": "GPR-1"}, party="COOK", account=ACCOUNT, good_until=9,
        papers={**rests, **changed},
    )  # fmt: skip


def opened(act: Document, named: dict[str, Document] | None) -> tuple[Any, ...]:
    """The arguments of the one call of an act."""
    refs = {"NED-1": REF, "GPR-1": ROOT}
    (call,) = OPEN_GROUP.calls(act, CallContext(POSTS, refs=refs, papers=named, place=Here()))
    return call.args


def test_need_and_roles_name_the_commitments_of_their_papers() -> None:
    terms, roles = opened(asked(), papers())
    assert (terms["needRef"], terms["grabSeconds"], terms["target"]) == (REF, 7, 7)
    assert [(role["roleRef"], role["pay"], role["minCreditBps"]) for role in roles] == [
        (ROOT, 9, 9)
    ]
    assert opened(asked(), None) == (terms, roles)  # on the leader's own machine


@pytest.mark.parametrize(
    ("act", "named", "why"),
    [
        (asked(roles=[ROLE_SAID | {"pay_minor": 10}]), papers(), "has roles"),
        (asked(roles=[ROLE_SAID] * 2), papers(), "has roles"),
        (asked(terms=TERMS_SAID | {"work_seconds": 8}), papers(), "has terms"),
        (asked(terms={}), papers(), "has terms"),
        (asked(approval=None), papers(), "names no need, proposal and approval"),
        (asked(plan=PLAN), papers(), "names no need"),
        (asked(need="GAP-1"), papers(), "GAP-1 is a group_approval, no need"),
        (asked(), papers(GAP_1=paper("group_approval", "GAP-1", proposal="GPR-2")), "approved"),
        (asked(), papers(NED_1=paper("group_approval", "NED-1", proposal="x")), "no need"),
        (replace(asked(), fields=asked().fields | {"party": "OVEN"}), papers(), "has leader OVEN"),
    ],
)
def test_an_act_that_is_not_as_approved_makes_no_call(
    act: Document, named: dict[str, Document], why: str
) -> None:
    with pytest.raises(NotAsApproved, match=why):
        opened(act, named)


def plan_act(kind: Any, what: str, plan: str, **fields: Any) -> tuple[Any, ...]:
    """The arguments of the one call of an act about a plan."""
    told = {"group_id": 5, "role_id": 2, "plan": plan, **fields}
    act = document(
        "act_request", act=what, fields=told, party="N1", account=ACCOUNT, good_until=9,
        papers={"plan": plan} if plan == PLAN else None,
    )  # fmt: skip
    refs = {PLAN: ROOT} if plan == PLAN else {}
    (call,) = kind.calls(act, CallContext(POSTS, refs=refs, papers={}, place=Here()))
    return call.args


def test_a_grab_commits_to_the_seal_of_its_plan_and_opening_shows_the_root() -> None:
    kinds = ("uint256", "address", "uint256", "uint256", "address", "bytes32", "bytes32")
    values = (31_337, GROUPS, 5, 2, ACCOUNT, bytes.fromhex(ROOT[2:]), bytes(32))
    seal = "0x" + keccak(encode(kinds, values)).hex()
    assert plan_act(GRAB_ROLE, "grab_role", PLAN, pledge_minor=11) == (5, 2, 11, seal)
    zero = "0x" + "00" * 32
    assert plan_act(OPEN_PLAN, "open_plan", PLAN, round=1, salt=zero) == (5, 2, 1, ROOT, zero)


def test_a_plan_that_is_kept_elsewhere_is_named_as_its_node_says() -> None:
    assert plan_act(GRAB_ROLE, "grab_role", REF, pledge_minor=11) == (5, 2, 11, REF)
    assert plan_act(OPEN_PLAN, "open_plan", REF, round=1, salt=ROOT) == (5, 2, 1, REF, ROOT)


def test_a_group_of_no_edition_here_ends_its_act_alone() -> None:
    with pytest.raises(DoesNotFit, match="no edition gave 404"):
        plan_act(GRAB_ROLE, "grab_role", PLAN, pledge_minor=11, group_id=404)
