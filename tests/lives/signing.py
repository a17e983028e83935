"""A supplier ships by the signing mailbox, and takes another act back."""

from __future__ import annotations

from erp.signing.schemas import WithdrawAct
from tests.mailbox import ask, sign
from tests.world import World

MAKES = frozenset({"act_request", "act_withdrawal", "signature"})
DESPATCH = "0x" + "11" * 32


def live(world: World) -> None:
    """Plays it."""
    order = world.tender({"SUPPLIER": 1_000_003})
    delivery = {"order_id": order.fields["order_id"], "delivery_id": 1}
    shipped = ask(world, "SUPPLIER", "ship", **delivery, quantity=100, despatch_ref=DESPATCH)
    sign(world, shipped, "SUPPLIER")
    rival = world.people["RIVAL"].address.lower()
    late = ask(world, "SUPPLIER", "approve", spender=rival, value_minor=1)
    world.erp(WithdrawAct(request=late.number, reason="a slip"))
    world.settle()
