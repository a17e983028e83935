"""Attack E5 of review 15: who can write to the database has a call never made, and the audit says that all is whole.

Invariant 7 of issue 12: a document that asks for a call has its *event*, waits, or was given up *by name*. The audit takes
the row's word: a status and a time that nothing proves.
"""

from __future__ import annotations

import pytest

from tests.faults.test_lost_intents import REQUISITION, told
from tests.world import BUYER, World

FAR = 10**12  # chain time, thirty thousand years from now
EDITS = {
    "confirmed, and nothing was ever signed": "status = 'confirmed'",
    "given up, and no operator did": "status = 'given_up', reason = 'given up'",
    "needless, since the chain is there already": "status = 'moot', reason = 'done', try_at = 0",
    "needless, and no call any more": "status = 'moot', contract = '', function = '', args = '[]'",
    "needless, and by other arguments": "status = 'moot', reason = 'done', try_at = 0, args = replace(args, '100', '0')",
    "needless, and by another signer": "status = 'moot', reason = 'done', try_at = 0, signer = 'keeper'",
    "needless, and of another function": "status = 'moot', reason = 'done', try_at = 0, function = 'cancel', args = '[1]'",
    "needless, and its arguments are none": "status = 'moot', reason = 'done', try_at = 0, args = 'x'",
    "needless, and of no contract": "status = 'moot', reason = 'done', try_at = 0, contract = 'Nobody'",
    "waits for fifty years": f"not_before = {50 * 365 * 86_400 + 1_700_000_000}",
    "needless, and its person knows": "status = 'moot', reason = 'done', told = 'moot', try_at = 0",
    "on its way, and nothing was ever signed": "status = 'submitted'",
    "waits for an approval, and is no act of a person": "status = 'held'",
    "in a state that there is not": "status = 'sent'",
    "waits until the year 33658": f"not_before = {FAR}",
    "waits for the anchor of a document that never comes": f"after_sequence = {FAR}",
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_call_that_an_administrator_ended_is_missed(world: World, edit: str) -> None:
    world.issue()
    ring = world.bridge.daemon.ring
    for stage in (ring.ingest, ring.dispatch, ring.report):
        stage.run()
    edited = f"UPDATE bridge_outbox SET {EDITS[edit]} WHERE key LIKE :k"  # noqa: S608 - of this file
    world.sql(edited, k=REQUISITION)
    world.settle()
    world.wait(3_600)
    world.settle()
    assert world.documents("tender") == []  # what the requisition asks for never happens
    assert told(world) != [], BUYER


@pytest.mark.parametrize("lost", [1, 0], ids=["that failed", "that never was"])
def test_a_call_confirmed_by_a_transaction_that_did_nothing_is_missed(
    world: World, lost: int
) -> None:
    """What ends a call is an event of its transaction, which the audit reads by itself."""
    world.issue()
    ring = world.bridge.daemon.ring
    for stage in (ring.ingest, ring.dispatch, ring.report):
        stage.run()
    world.sql(
        "INSERT INTO bridge_attempt (outbox_id, signer, nonce, tx_hash, raw, sent_at, witnessed, lost, block_number) "
        "SELECT id, signer, 999, :h, '0x', 0, 1, :lost, 1 FROM bridge_outbox WHERE key LIKE :k",
        k=REQUISITION,
        h="0x" + "11" * 32,
        lost=lost,
    )
    world.sql("UPDATE bridge_outbox SET status = 'confirmed' WHERE key LIKE :k", k=REQUISITION)
    world.settle()
    assert world.documents("tender") == []
    assert told(world) != []
