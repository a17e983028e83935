"""A call that a document asks for and that is lost, parked or falsely ended makes the audit red (invariant 7)."""

from __future__ import annotations

from typing import Any

from bridge.intents import OutboxStatus
from tests.faults.test_one_lie_of_the_node import refuses_once, revert_data
from tests.proxy import node_proxy
from tests.world import World

REQUISITION = "requisition:%"


def told(world: World) -> list[str]:
    """What invariant 7 says."""
    report = world.audit()
    (seventh,) = [invariant for invariant in report.invariants if invariant.id == 7]
    assert report.holds is not bool(seventh.differences)
    return [difference.detail for difference in seventh.differences]


def key_of(world: World) -> str:
    ((key,),) = world.sql("SELECT key FROM bridge_outbox WHERE key LIKE :k", k=REQUISITION)
    return str(key)


def test_a_call_whose_row_was_deleted_is_missed(world: World) -> None:
    world.issue()
    world.settle()
    world.assert_audit_holds()
    world.sql(
        "DELETE FROM bridge_attempt WHERE outbox_id = (SELECT id FROM bridge_outbox WHERE key LIKE :k)",
        k=REQUISITION,
    )
    key = key_of(world)
    world.sql("DELETE FROM bridge_outbox WHERE key = :k", k=key)
    assert told(world) == [f"asks for Tenders.openTender, and nothing stands for {key}"]


def test_a_call_that_a_lying_node_ended_is_missed_at_once(world: World) -> None:
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        world.issue()
        lie = revert_data("Tenders", "Tenders_ReferenceSeen")
        liar.change = refuses_once(liar, world.deployment.address("Tenders"), lie)
        world.settle()
        (said,) = told(world)
    assert said.startswith(f"{key_of(world)} ended as moot by a word that nothing proves")
    world.reopen(rpc=())


def test_a_call_that_waits_for_a_person_is_named_until_it_is_given_up(world: World) -> None:
    for who in ("SUPPLIER", "RIVAL"):
        world.transact(
            "registrar", "Participants", "suspend", world.people[who].address, b"\1" * 32
        )
    world.issue()
    world.settle()
    key = key_of(world)
    (said,) = told(world)
    assert said.startswith(f"{key} is {OutboxStatus.REFUSED} and waits for a person")
    world.resolve(key, "bought elsewhere")
    assert told(world) == []
    remarks: list[Any] = [remark.detail for remark in world.audit().remarks]
    assert any(key in said and "bought elsewhere" in said for said in remarks)
