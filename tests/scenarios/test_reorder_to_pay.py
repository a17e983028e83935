"""reorder-to-pay: from falling stock to T+0 payment with no manual step, on every development chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.devchain.devchain import KINDS, DevChain, Kind
from tests.world import BUYER, DAY, build_world


@pytest.mark.parametrize("kind", KINDS)
def test_falling_stock_becomes_a_paid_order_and_the_audit_holds(kind: Kind, tmp_path: Path) -> None:
    with DevChain(kind) as node:
        world = build_world(node, tmp_path)
        order = world.tender({"SUPPLIER": 1_000_003, "RIVAL": 1_000_004})
        assert order.fields["supplier_code"] == "SUPPLIER"
        assert order.fields["saving_minor"] == 1_200_000 - 1_000_003
        before = world.balance("SUPPLIER")
        delivery = world.ship("SUPPLIER", order, 100)
        world.wait(DAY)
        world.deliver(order, delivery, received=100, accepted=100, net=1_000_003)
        assert world.balance("SUPPLIER") - before == 1_000_003
        assert world.balance(BUYER) == 10_000_000 - 1_000_003
        assert world.last("order_close").fields["refunded_minor"] == 0
        assert world.score("SUPPLIER") > 6_000
        world.assert_audit_holds()
