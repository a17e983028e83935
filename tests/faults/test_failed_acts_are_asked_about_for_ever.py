"""Attack E11, honest nodes: each account of which a call ever failed costs a request in every pass, for ever."""

from __future__ import annotations

from bridge.intents import Call, OutboxStatus
from bridge.store.tables import Attempt
from tests.proxy import node_proxy
from tests.world import World

ACCOUNTS = 60


def requests_of_a_pass(world: World) -> int:
    with node_proxy(world.node.url) as counting:
        world.reopen(rpc=(counting.url,))
        world.settle_passes(2)
        before = counting.asked
        world.settle_passes(1)
        asked = counting.asked - before
    world.reopen(rpc=())
    return asked


def test_acts_that_failed_and_whose_persons_know_cost_nothing_any_more(world: World) -> None:
    world.settle()
    usual = requests_of_a_pass(world)
    for place in range(ACCOUNTS):
        failed(world, place, told=True)
    assert requests_of_a_pass(world) <= usual + 1


def failed(world: World, place: int, *, told: bool) -> str:
    """A call of an account that has sent nothing, of which a node said that its transaction failed; its key."""
    key = f"act_request:ACT-2005-{place:05d}:transfer_tokens"
    account = f"0x{place + 1:040x}"
    with world.bridge.store.unit() as session:
        row = world.bridge.store.add_call(
            session, Call(key, key, account, "SettlementToken", "transfer", ()), None
        )
        row.status = OutboxStatus.REVERTED
        row.told = OutboxStatus.REVERTED if told else None
        session.flush()
        session.add(
            Attempt(
                outbox_id=row.id, signer=account, nonce=0, tx_hash=f"0x{place + 1:064x}", raw="0x",
                sent_at=1.0, block_number=1, lost=True,
            )
        )  # fmt: skip
    return key


def test_a_call_that_never_failed_is_found_behind_many_that_did(world: World) -> None:
    """No more than 256 are looked at, the oldest first, those too that are over: what a liar ended later is never seen."""
    world.settle()
    for place in range(256):
        failed(world, place, told=True)
    key = failed(world, 256, told=False)
    ring = world.bridge.daemon.ring
    for _ in range(3):
        ring.confirm.run()
    ((status,),) = world.sql("SELECT status FROM bridge_outbox WHERE key = :k", k=key)
    assert status == OutboxStatus.SUBMITTED
