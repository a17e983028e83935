"""Attack 8: an operator retries a parked call whose document the ERP has voided, and the bridge has not noted that yet.

With databases apart the ERP commits first; the daemon dies in between, or waits for its database.
"""

from __future__ import annotations

from typing import Any

import pytest

from bridge.errors import BadConfiguration
from bridge.operator.quarantine import Quarantine
from bridge.ring.reorganise import Reorganise
from bridge.store.quarantine import Operator
from tests.faults.crashes import Died
from tests.faults.test_databases_apart import apart_of
from tests.faults.test_deep_reorg import Branches
from tests.world import DAY, World

BIDS = {"SUPPLIER": 1_000_003, "RIVAL": 1_000_004}


def test_a_retry_of_what_was_voided_just_now_is_told_and_ends_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = apart_of(world)
    tender = apart.open_tender()
    branches = Branches(apart)
    apart.bid(tender, BIDS)
    apart.settle()
    order = apart.last("purchase_order")
    delivery = apart.ship("SUPPLIER", order, 100)
    apart.wait(DAY)
    apart.deliver(order, delivery, received=100, accepted=100, net=1_000_003)
    apart.settle()
    key = f"goods_receipt:{apart.last('goods_receipt').number}"
    apart.sql(
        "UPDATE bridge_outbox SET status = 'refused', reason = 'by a node', try_at = 0 WHERE key = :k",
        k=key,
    )
    branches.leave(2)

    def die(*_: Any) -> None:
        raise Died("before it was noted")

    with monkeypatch.context() as patch:
        patch.setattr(Reorganise, "_finish", die)
        with pytest.raises(Died):
            apart.settle()
    apart.reopen()
    with pytest.raises(BadConfiguration, match="nothing parked has the key"):
        apart.retry(key)
    quarantine = Quarantine(apart.bridge)
    (fate,) = quarantine.retry([quarantine.named(key)], Operator("tester", "again"))
    assert fate.status is None
    apart.settle()
    apart.assert_audit_holds()
