"""Attack 8, honest nodes and people: an act in a node's pool looks unapproved, and a new approval lets it pass.

Two top-ups are shown on one approval, and an act between them. The wallet sends the last of them first, so that it waits in
the pool; the first one uses the approval up; the one between is taken back. A new approval fills the gap in front of what
waits, which is mined with it, and then the act is asked for once more.
"""

from __future__ import annotations

import pytest

from bridge.ports.port import Document
from erp.signing.schemas import RequestAct, WithdrawAct
from tests.faults.attacking import outcomes, requests_of
from tests.faults.test_a_wallet_ahead_of_its_answer import FIRM, gives, made, top_ups
from tests.mailbox import approve_first
from tests.scenarios.test_signing_approvals import active_bet, top_up
from tests.world import World

pytestmark = pytest.mark.node


def shown(world: World, asked: Document) -> int:
    return len(requests_of(world, asked))


def test_an_act_in_the_pool_is_not_approved_anew_and_asked_for_again(world: World) -> None:
    bet = active_bet(world)
    first = top_up(world, bet)
    approve_first(world, first, FIRM)
    to = world.people["SUPPLIER"].address.lower() if "SUPPLIER" in world.people else "0x" + "5" * 40
    between = world.erp(
        RequestAct(party=FIRM, act="transfer_tokens", fields={"to": to, "value_minor": 5})
    )
    world.settle()
    second = top_up(world, bet)
    assert requests_of(world, second)[-1].fields["step"] == "act"  # so much is approved
    raw = made(world, second, FIRM)
    world.node.rpc("eth_sendRawTransaction", [raw])  # it waits for the two in front of it
    gives(world, first, made(world, first, FIRM))
    world.settle_passes(3)
    assert top_ups(world) == 1
    world.erp(WithdrawAct(request=between.number, reason="another time"))
    gives(world, second, raw)
    world.settle_passes(4)
    answered = 1
    for _ in range(6):  # the person does what it is shown
        if shown(world, second) > answered:
            answered = shown(world, second)
            gives(world, second, made(world, second, FIRM))
        world.settle_passes(4)
    filler = world.erp(
        RequestAct(party=FIRM, act="transfer_tokens", fields={"to": to, "value_minor": 5})
    )
    world.settle_passes(2)
    gives(world, filler, made(world, filler, FIRM))  # it fills the place of what was taken back
    world.settle()
    assert top_ups(world) <= 2, (shown(world, second), outcomes(world, second))
    assert len(outcomes(world, second)) == 1
