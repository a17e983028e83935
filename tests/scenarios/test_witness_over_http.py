"""The bridge's witness at the API: the contract confirms its proofs through the relay, and the ring says whether it runs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bridge.capabilities.documents import REGISTRY
from bridge.chain.client import Client
from bridge.chain.decode import event_topic
from bridge.chain.gateway import decode_result, encode_call
from bridge.commitments import proof_file
from bridge.operator.verify import on_chain
from bridge.store.lock import sole_daemon
from erp.api.live import service
from erp.api.relay import TENDER_OPENED
from erp.api.settings import Settings
from erp.api.tokens import create_token
from erp.app import create_app
from erp.database import transaction
from erp.kernel.roles import Role
from scripts.witness import BridgeWitness
from tests.claims import delivered
from tests.world import World


class Api:
    """The API over a world's books, with the bridge's own witness, as the auditor sees it."""

    def __init__(self, world: World) -> None:
        with transaction(world.engine) as session:
            token = create_token(
                session, name="reader", role=Role.AUDITOR, party=None, at=world.now, secret=world.randomness(32)
            )  # fmt: skip
        witness = BridgeWitness(world.engine, "", world.config)
        self.app = create_app(Settings(world.engine, witness=witness))
        self.client = TestClient(self.app, headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str) -> dict[str, Any]:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def call(self, to: str, data: str) -> Any:
        body = {"method": "eth_call", "params": [{"to": to, "data": data}, "latest"]}
        return self.client.post("/chain", json=body)


def test_a_document_is_witnessed_proved_and_confirmed_by_the_contract_through_the_relay(
    world: World,
) -> None:
    order = delivered(world)
    world.settle()
    api, payment = Api(world), world.last("receivable")
    seen = api.get(f"/documents/{payment.number}/witness")
    assert seen["transaction"]
    assert seen["event"]
    assert seen["anchor"]["first_sequence"] <= payment.sequence <= seen["anchor"]["last_sequence"]
    told = api.get(f"/documents/{order.number}/proof?path=fields.quantity")
    found = proof_file.read(json.dumps(told))
    verdict = on_chain(found, Client([world.node.url]), world.deployment.address(REGISTRY))
    assert verdict.holds, verdict
    places = {each["name"]: each["address"] for each in api.get("/deployment")["contracts"]}
    arguments = (*found.place(), found.document_root, found.proof)
    answer = api.call(places[REGISTRY], encode_call(REGISTRY, "proves", arguments))
    assert decode_result(REGISTRY, "proves", answer.json()["result"]) == (True,)
    bid = (1, "0x" + "11" * 20, 5, 6, b"s" * 32)
    secret = api.call(places["Tenders"], encode_call("Tenders", "sealBid", bid))
    assert secret.status_code == 422
    assert "secret" in secret.json()["detail"]


def test_the_ring_says_whether_the_bridge_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(world)
    down = api.get("/ring")
    assert (down["witnessed"], down["up"], down["node"]) == (True, False, "up")
    assert down["daemon"].startswith("DOWN: no process walks the ring")
    monkeypatch.setattr(service, "KEPT_SECONDS", 0.0)
    with sole_daemon(world.bridge.store.engine):
        world.bridge.store.beat()
        told = api.get("/ring")
        assert (told["up"], told["daemon"], told["lag_documents"]) == (True, "up", 0)
        assert told["head"] == told["block"] + told["lag_blocks"]


def test_the_relay_knows_the_topic_by_which_a_tender_opens() -> None:
    assert event_topic("Tenders", "TenderOpened") == TENDER_OPENED
