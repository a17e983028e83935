"""Revert data in the form that each development node gives it, and what is no refusal at all."""

from __future__ import annotations

import pytest

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.decode import ErrorDecoder
from bridge.chain.deployment import Deployed, Deployment
from bridge.chain.gateway import Gateway
from bridge.chain.rpc import RpcError, revert_data
from bridge.errors import CallRefused
from bridge.events.base import snake
from scripts.deployment.accounts import Person
from scripts.deployment.deploy import Offices, deploy
from scripts.devchain.devchain import KINDS, DevChain, Kind
from tests.bridge.test_wire import BLOCK


def deployed(node: DevChain) -> tuple[Deployment, Client, Person]:
    client = Client([node.url])
    deployer = Person(client, node.accounts[0].private_key)
    others = [Person(client, account.private_key).address for account in node.accounts[1:8]]
    offices = Offices(
        others[0], others[1], (others[2],), others[3], (others[5],), (others[4],), (others[6],)
    )
    return deploy(deployer, "test", node.url, offices), client, deployer


@pytest.mark.parametrize("kind", KINDS)
def test_every_node_names_the_contracts_own_error(kind: Kind) -> None:
    with DevChain(kind) as node:
        deployment, client, deployer = deployed(node)
        gateway = Gateway(client, deployment, {})
        address = deployer.address
        calls = [
            (address, "PurchaseOrders", "cancel", (42,), None),
            (address, "SettlementToken", "transfer", (address, 7), None),
            (address, "SettlementToken", "approve", (address, 7), None),
            (address, "DocumentRegistry", "openStream", ("0x" + "11" * 32,), None),
        ]
        (unknown, poor, fine, office), _ = gateway.static_calls(calls)
        assert (unknown and unknown.error, unknown and unknown.details) == (
            "PurchaseOrders_WrongStatus",
            "orderId=42, status=0",
        )
        assert poor is not None
        assert poor.error == "SettlementToken_NotAParticipant"
        assert address in poor.details
        assert fine is None
        assert office is not None
        assert office.error == "DocumentRegistry_NotAnAnchorer"
        with pytest.raises(CallRefused, match="PurchaseOrders_WrongStatus"):
            deployer.transact(deployment, "PurchaseOrders", "cancel", 42)


def test_a_node_that_could_not_answer_is_no_refusal() -> None:
    nothing = Deployed("0x" + "11" * 20, "0x", 0, "0x", "0x")
    deployment = Deployment("test", 31337, "", "0x", 0, {"PurchaseOrders": (nothing,)})
    client = Client(["http://127.0.0.1:9"])
    client.head = lambda: wire.header(BLOCK)  # type: ignore[method-assign]
    gateway = Gateway(client, deployment, {})
    call = ("0x" + "22" * 20, "PurchaseOrders", "cancel", (1,), None)
    for message in (
        "limit exceeded",
        "header not found",
        "missing trie node ab",
        "max fee per gas less than block base fee",
        "gas required exceeds allowance",
        "exceeds block gas limit",
    ):
        error = RpcError("eth_call", {"code": -32000, "message": message})
        client.batch = lambda _requests, error=error: [error, "0x0"]  # type: ignore[method-assign]
        (told,), _ = gateway.static_calls([call])
        assert told is error
        with pytest.raises(RpcError, match=message):
            gateway.static_call(call)
    refusal = RpcError("eth_call", {"code": 3, "message": "execution reverted", "data": "0x"})
    client.batch = lambda _requests: [refusal, "0x0"]  # type: ignore[method-assign]
    (told,), _ = gateway.static_calls([call])
    assert str(told) == "Reverted(execution reverted)"


def test_standard_errors_and_panics_are_named() -> None:
    decoder = ErrorDecoder()
    text = (
        bytes.fromhex("08c379a0")
        + (32).to_bytes(32, "big")
        + (4).to_bytes(32, "big")
        + b"poor".ljust(32, b"\0")
    )
    assert decoder.decode(text) == ("Error", "poor", ())
    assert decoder.decode(bytes.fromhex("4e487b71") + (17).to_bytes(32, "big")) == (
        "Panic",
        "0x11",
        (),
    )
    assert decoder.decode(b"\xde\xad\xbe\xef") == ("Reverted", "0xdeadbeef", ())
    assert decoder.decode(b"", "said the node") == ("Reverted", "said the node", ())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0x1234", b"\x12\x34"),
        ({"data": "0x1234"}, b"\x12\x34"),
        ({"result": "0x1234"}, b"\x12\x34"),
        ({"0xabc": {"return": "0x1234"}, "stack": "Error"}, b"\x12\x34"),
        ({"message": "revert"}, b""),
        ("revert", b""),
        (None, b""),
    ],
)
def test_revert_data_is_found_wherever_a_node_puts_it(given: object, expected: bytes) -> None:
    assert revert_data(given) == expected


def test_names_become_snake_case_and_python_words_are_avoided() -> None:
    assert [snake(n) for n in ("commitEnd", "from", "bps", "latenessBpsPerDay")] == [
        "commit_end",
        "from_",
        "bps",
        "lateness_bps_per_day",
    ]
