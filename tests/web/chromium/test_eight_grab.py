"""Eight nodes grab one role at the same moment, each in a browser of its own: one has it, and seven are told why not."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.commitments.keccak import keccak
from erp.parties.schemas import PartyKind, RegisterParty
from scripts.deployment.accounts import Person
from scripts.plays.acts.groups import NODE
from tests.groups import TOKENS, Group, enrol_nodes
from tests.world import World

from .ring import Ring, Somebody, ring_of

EIGHT = tuple(f"NODE-{number}" for number in range(1, 9))
PAY, PLEDGE = 250_000, "50.00"
pytestmark = [
    pytest.mark.sqlite("a browser sees no database"),
    pytest.mark.slow,
    pytest.mark.chain,
]


def opened(world: World) -> Group:
    """A group with one role, and eight nodes that may grab it: alike in all."""
    enrol_nodes(world)
    for code in EIGHT:
        person = Person(world.bridge.client, keccak(code.encode()))
        world.people[code] = person
        world.erp(
            RegisterParty(code=code, name=code, kind=PartyKind.EXTERNAL, account=person.address)
        )
        world.enrol(code, NODE, TOKENS, "GroupPay")
    group = Group(world, [PAY])
    world.settle()
    return group


def ready_to_sign(node: Somebody) -> None:
    """A node finds the role in the hall, promises, and stands before what it has to sign."""
    page = node.page
    node.go("Chain groups", within="Groups")
    page.get_by_role("link", name="Grab hall").click()
    page.locator("#hall tbody th a").click()
    page.get_by_label("What you promise").fill(PLEDGE)
    page.get_by_label("Your plan").fill("two lines, one shift")
    page.get_by_label("What it costs in all").fill("1,000.00")
    page.get_by_role("button", name="Grab the role").click()
    node.open_what_is_to_be_signed()


def test_eight_grab_one_role_at_the_same_moment_one_has_it_and_seven_are_told_why(
    chromium: Any, world: World
) -> None:
    group = opened(world)
    with ring_of(world, chromium) as ring:
        nodes = [
            ring.employ(f"chief-{code.lower()}", code, "represent", key_of=code) for code in EIGHT
        ]
        for node in nodes:
            ready_to_sign(node)
        for node in nodes:
            node.press_sign()
        ring.until(lambda: len(world.documents("role_grab")) == len(EIGHT), "all have grabbed")
        told = [how_it_stands(ring, group, node) for node in nodes]
        leads = [text for text in told if "You stand for the role" in text]
        others = [text for text in told if "before you: it pledges as much as you" in text]
        assert (len(leads), len(others)) == (1, 7)
        (first,) = (grab for grab in world.documents("role_grab") if grab.fields["leads"])
        winner = nodes[told.index(leads[0])].party
        assert first.fields["node"] == world.people[winner].address
        assert all(f"{winner} stands for the role" in text for text in others)
        places = {text.split("yours was grab ")[1].split(".")[0] for text in others}
        assert places == {str(place) for place in range(2, 9)}
        ring.bridge.stop()
    world.reopen()
    group.until("selectEnd")
    assert len(world.documents("group_forming")) == 1
    holders = world.sql("SELECT party FROM group_membership WHERE role_id = 1")
    assert [tuple(row) for row in holders] == [(winner,)]  # as many as the role has places
    released = [each.fields["party"] for each in world.documents("stake_release")]
    assert sorted(released) == sorted(set(EIGHT) - {winner})
    world.assert_audit_holds()


def how_it_stands(ring: Ring, group: Group, node: Somebody) -> str:
    """What the page of the role tells a node of its place."""
    page = node.page
    page.goto(f"{node.relay.url}/app/groups/{group.id}/roles/1/grab")
    return " ".join(page.locator("#how-you-stand").inner_text().split())
