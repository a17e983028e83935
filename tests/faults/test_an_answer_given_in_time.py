"""Review 16: an answer given in time counts, however much stands in front of it in the log (known issue 171)."""

from __future__ import annotations

from bridge.ring.report import REPORT_BATCH
from erp.items.schemas import RegisterItem
from erp.signing.schemas import RequestAct
from tests.faults.attacking import AMOUNT, PAYEE, answers, outcomes, paid, row_of
from tests.world import BUYER, HOUR, World


def test_an_answer_given_in_time_and_not_read_yet_does_not_expire(world: World) -> None:
    """The bridge was down while it was given, behind more documents than a pass reads; its time is over by now."""
    fields = {"to": world.people[PAYEE].address.lower(), "value_minor": AMOUNT}
    asked = world.erp(
        RequestAct(party=BUYER, act="transfer_tokens", fields=fields, good_seconds=HOUR)
    )
    world.settle()
    for place in range(REPORT_BATCH):
        world.erp(RegisterItem(code=f"BOLT-{place}", name="a bolt", unit="PIECE"))
    answers(world, asked)
    world.reach(world.now + 2 * HOUR)
    world.node.mine()
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)
