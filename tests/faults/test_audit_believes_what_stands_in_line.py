"""Attack 9: who can write to the database has a call never made, and the audit says that all is whole.

A call may say that its person knows of its end, and that nobody here waits for it; of what the house promised no person is
told so. And a call waits while an earlier one of its aggregate is not over: whatever stands in front of it is asked for too.
"""

from __future__ import annotations

import pytest

from tests.faults.attacking import outcomes
from tests.faults.test_lost_intents import REQUISITION, told
from tests.faults.test_needless_for_a_while import AMENDS
from tests.mailbox import ask, sign, signs
from tests.scenarios.test_signing_statements import SIDES, change_of
from tests.world import World

ENDED = "UPDATE bridge_outbox SET status = '{status}', reason = 'no', told = '{status}', try_at = 0 WHERE key LIKE :k"
PLANTED = (
    "INSERT INTO bridge_outbox (id, key, document_number, aggregate, signer, contract, function, args, not_before, "
    "after_sequence, note, good_until, status, tries, try_at, offers, told, traced) "
    "SELECT -5, {key}, {document}, aggregate, signer, contract, function, args, 0, 0, '{{}}', 0, '{status}', 0, 0, 0, "
    "{told}, 0 FROM bridge_outbox WHERE key LIKE :k"
)
EDITS = {
    "refused, and its person knows": ENDED.format(status="refused"),
    "failed, and its person knows": ENDED.format(status="reverted"),
    "behind a call that nobody asked for": PLANTED.format(
        key="'x'", document="NULL", status="refused", told="'refused'"
    ),
    "behind one that names its document": PLANTED.format(
        key="'x:' || document_number", document="document_number", status="held", told="NULL"
    ),
    "behind what looks like an act of a person": PLANTED.format(
        key="'act_request:' || document_number",
        document="document_number",
        status="offered",
        told="NULL",
    ),
    "behind what looks like a call of the bridge itself": PLANTED.format(
        key="'anchor:999'", document="NULL", status="submitted", told="NULL"
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_call_that_an_administrator_keeps_from_being_made_is_missed(
    world: World, edit: str
) -> None:
    world.issue()
    ring = world.bridge.daemon.ring
    for stage in (ring.ingest, ring.dispatch, ring.report):
        stage.run()
    world.sql(EDITS[edit], k=REQUISITION)
    world.settle_passes(4)
    world.wait(3_600)
    world.settle_passes(4)
    assert world.documents("tender") == []  # what the requisition asks for never happens
    assert told(world) != []


@pytest.mark.parametrize("raw", ["0x12", "0x" + "c0" * 40])
def test_a_call_on_its_way_by_bytes_that_no_node_takes_is_missed(world: World, raw: str) -> None:
    """They hold the next slot of its key, and are sent again and again."""
    world.issue()
    ring = world.bridge.daemon.ring
    for stage in (ring.ingest, ring.dispatch, ring.report):
        stage.run()
    ((signer,),) = world.sql("SELECT signer FROM bridge_outbox WHERE key LIKE :k", k=REQUISITION)
    world.sql(
        "INSERT INTO bridge_attempt (outbox_id, signer, nonce, tx_hash, raw, sent_at, witnessed, lost) "
        "SELECT id, signer, :nonce, :h, :raw, 0, false, false FROM bridge_outbox WHERE key LIKE :k",
        k=REQUISITION,
        nonce=int(world.node.rpc("eth_getTransactionCount", [signer, "latest"]), 16),
        h="0x" + "11" * 32,
        raw=raw,
    )
    world.sql("UPDATE bridge_outbox SET status = 'submitted' WHERE key LIKE :k", k=REQUISITION)
    for _ in range(3):
        world.settle_passes(3)
        world.clock.ahead += 10
    assert world.documents("tender") == []
    assert told(world) != []


@pytest.mark.node
@pytest.mark.parametrize("status", ["refused", "reverted"])
def test_a_signed_agreement_that_is_kept_from_the_chain_is_missed(
    world: World, status: str
) -> None:
    """Its row says that both sides were told, and the log does not."""
    order = world.tender({"SUPPLIER": 1_000_000})
    fields = change_of(world, order)
    asked = {code: ask(world, code, "amend_order", **fields) for code in SIDES}
    stages = world.bridge.daemon.ring
    (first, its), (second, other) = asked.items()
    sign(world, its, first)
    signs(world, other, second)
    for stage in (stages.report, stages.mailbox, stages.report):
        stage.run()
    world.sql(ENDED.format(status=status), k=AMENDS)
    world.settle_passes(4)
    assert [o for each in asked.values() for o in outcomes(world, each)] == []
    (said,) = told(world)
    assert f"is {status} and waits for a person" in said
