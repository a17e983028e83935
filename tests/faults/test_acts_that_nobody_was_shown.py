"""What a person decides to sign is no promise of the house; that an act is shown is, and the audit remarks where it was not.

It goes by the log alone: whoever can write to the bridge's database could otherwise have an act never shown, unseen.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.audit import reading
from bridge.ports.port import Document
from erp.signing.schemas import RequestAct, WithdrawAct
from tests.mailbox import outcome, sign
from tests.world import BUYER, DAY, World

pytestmark = pytest.mark.node
SAID = "this act was neither shown to its person nor ended yet"
OF_ACTS = "key LIKE 'act_request:%'"
EDITS = {
    "gone": f"DELETE FROM bridge_outbox WHERE {OF_ACTS}",  # noqa: S608 - of this file
    "expired, and its person was told": f"UPDATE bridge_outbox SET status = 'moot', told = 'moot' WHERE {OF_ACTS}",  # noqa: S608
    "done": f"UPDATE bridge_outbox SET status = 'confirmed', told = 'confirmed' WHERE {OF_ACTS}",  # noqa: S608
    "shown": f"UPDATE bridge_outbox SET status = 'offered', good_until = 0 WHERE {OF_ACTS}",  # noqa: S608
    "asked, and put off": f"UPDATE bridge_outbox SET status = 'held' WHERE {OF_ACTS}",  # noqa: S608
}


def asked_for(world: World) -> Document:
    """A person asked for an act, the bridge has read that, and has shown nothing yet."""
    operator = world.people["RIVAL"].address.lower()
    fields = {"operator": operator, "may": True}
    asked = world.erp(RequestAct(party=BUYER, act="let_transfer_capacity", fields=fields))
    ring = world.bridge.daemon.ring
    for stage in (ring.ingest, ring.dispatch, ring.report):
        stage.run()
    return asked


def remarked(world: World, folder: Path) -> list[tuple[str, str]]:
    """What an audit of what is new remarks, which an audit of everything does as well."""
    report, whole = world.bridge.audit.run(folder=folder), world.audit()
    world.bridge.audit.note(report)
    assert report.remarks == whole.remarks
    return [(each.row, each.detail) for each in report.remarks]


@pytest.mark.parametrize("edit", EDITS)
def test_an_act_that_an_administrator_ended_before_it_was_shown_is_remarked(
    world: World, tmp_path: Path, edit: str
) -> None:
    assert remarked(world, tmp_path) == []
    asked = asked_for(world)
    world.sql(EDITS[edit])
    world.settle()
    world.reach(world.now + 2 * DAY)
    world.node.mine()
    world.settle()
    assert remarked(world, tmp_path) == [(asked.number, SAID)]
    world.assert_audit_holds()


@pytest.mark.parametrize("end", ["shown", "signed", "taken back"])
def test_an_act_is_remarked_until_it_is_shown_or_ends(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(reading, "TURN_DOCUMENTS", 1)  # of a long log the turn is elsewhere
    asked = asked_for(world)
    assert remarked(world, tmp_path) == [(asked.number, SAID)]
    if end == "taken back":
        world.erp(WithdrawAct(request=asked.number, reason="not wanted"))
    world.settle()
    if end == "signed":
        sign(world, asked, BUYER)
        assert outcome(world, asked) == ("done", "")
    assert remarked(world, tmp_path) == []
    world.assert_audit_holds()
