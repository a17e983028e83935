"""What an act draws is asked of the edition that the act is about, whatever the amounts are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from bridge.capabilities import NUMBERED
from bridge.capabilities.drawings import top_up_of_order
from bridge.capabilities.model import CallContext, Posts
from bridge.chain.client import Client
from bridge.chain.deployment import NUMBERS, Deployed, Deployment
from bridge.chain.gateway import Gateway
from bridge.events.generated import PurchaseOrderOpened
from tests.samples import ACCOUNT, REF, document, sample

ORDER = NUMBERS + 1  # of edition 1
BEFORE, AFTER = (
    7 * NUMBERS,
    9 * NUMBERS,
)  # minor units; as numbers of orders they would be of editions 7 and 9
OLD, NEW = "0x" + "aa" * 20, "0x" + "bb" * 20


class TwoEditions:
    """A node with two editions of orders, whose deposits are their amounts; it keeps which one was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def batch(self, requests: list[tuple[str, Any]]) -> list[str]:
        calls = [params[0] for _, params in requests]
        self.asked += [call["to"] for call in calls]
        return ["0x" + call["data"][10 : 10 + 64] for call in calls]  # the first argument


@pytest.fixture
def node() -> TwoEditions:
    return TwoEditions()


@pytest.fixture
def gateway(node: TwoEditions, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The chain as acts ask it."""
    editions = tuple(Deployed(address, REF, 1, REF, REF, n) for n, address in enumerate((OLD, NEW)))
    deployment = Deployment("two", 1, "", REF, 1, {"PurchaseOrders": editions})
    made = Gateway(cast(Client, node), deployment, {}, NUMBERED)
    monkeypatch.setattr(made, "record", lambda *_: {"amount": BEFORE})
    return made


def test_the_top_up_of_an_order_over_ten_million_is_asked_of_the_orders_own_edition(
    node: TwoEditions, gateway: Gateway
) -> None:
    opened = replace(cast(Any, sample(PurchaseOrderOpened)), buyer=ACCOUNT)
    context = CallContext(Posts(1, 3), published=opened)
    fields = {"order_id": ORDER, "amount_minor": AFTER}
    asked = document("act_request", act="amend_order", fields=fields, account=ACCOUNT)
    assert top_up_of_order(asked, context, gateway) == AFTER - BEFORE
    assert node.asked == [NEW, NEW]
    older = replace(asked, fields={**asked.fields, "fields": {**fields, "order_id": 1}})
    assert top_up_of_order(older, context, gateway) == AFTER - BEFORE
    assert node.asked[2:] == [OLD, OLD]
