"""An idle machine: minutes sold, given away, run, disputed, expired; and a slot that fails."""

from __future__ import annotations

import pytest

from erp.capacity import rules
from scripts.plays.acts.minutes import MARKET, Machine
from tests.world import BUYER, World

MAKES = frozenset({
    "capacity_purchase", "capacity_transfer", "capacity_redemption", "run_attestation", "run_dispute",
    "run_dispute_withdrawal", "slot_failure_attestation", "slot_refund_batch", "run_settlement",
    "capacity_expiry", "capacity_refund",
})  # fmt: skip


def live(world: World) -> None:
    """Plays it, with documents that name one refund and one run each, so that others follow them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "MAX_REFUNDS_NAMED", 1)
        _play(world)


def _play(world: World) -> None:
    machine, broken = Machine(world), Machine(world)
    token = machine.buy(BUYER, 200, 140)
    failing = broken.buy(BUYER, 10, 140)
    machine.buy("RIVAL", 50, 120)
    machine.send(BUYER, "RIVAL", token, 20)
    run = machine.redeem(BUYER, token, 180)
    broken.buy("RIVAL", 5, 120)
    broken.redeem(BUYER, failing, 5)
    broken.fail()
    world.settle()
    machine.run(run, 160)
    machine.dispute(BUYER, run)
    world.transact(BUYER, MARKET, "withdrawRunDispute", run)
    machine.pass_all()
