"""A node swears to what it cannot prove: a receipt of a transaction it swallowed, or a block of its own making."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from bridge.chain import wire
from bridge.chain.headers.plain import ETHEREUM
from bridge.chain.proofs import receipts_root
from bridge.errors import DeepReorg, NodeIncomplete
from tests.faults.administrator import AMOUNT, matched
from tests.faults.driving import run_daemon
from tests.proxy import Answer, Change, honest, node_proxy
from tests.world import World

LATER = 10.0  # seconds: more than confirm waits before it sends the same bytes again


def swallows_and_swears(world: World) -> Change:
    """Takes every transaction, sends none on, and answers with a receipt of status 1."""
    head = world.bridge.client.head()

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method != "eth_getTransactionReceipt" or answer.get("result"):
            return answer
        receipt = {
            "transactionHash": params[0],
            "status": "0x1",
            "blockNumber": hex(head.number),
            "gasUsed": "0x5208",
            "cumulativeGasUsed": "0x5208",
            "logsBloom": "0x" + "00" * 256,
            "logs": [],
        }
        return {"jsonrpc": "2.0", "id": answer["id"], "result": receipt}

    return change


def test_a_receipt_of_a_swallowed_transaction_is_not_believed_and_the_payment_leaves_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = matched(world)
    before = world.balance("SUPPLIER")
    with node_proxy(world.node.url) as liar, monkeypatch.context() as patch:
        liar.change = swallows_and_swears(world)
        world.reopen(rpc=(liar.url,))
        patch.setattr(
            world.bridge.gateway, "send", lambda raw: [None] * len(raw)
        )  # it never goes on
        world.settle_passes(1)
        # What no block that was read has is asked about once its bytes would be sent again.
        world.clock.ahead += LATER
        world.settle_passes(1)
        (status,) = world.sql(
            "SELECT status FROM bridge_outbox WHERE document_number = :n", n=number
        )[0]
        assert status == "confirmed"  # as the node says, for now
    world.reopen(rpc=())
    world.settle_passes(1)
    unproved = [a["message"] for a in world.status()["alarms"] if a["kind"] == "unproved receipt"]
    assert any(number in message for message in unproved)
    world.clock.ahead += LATER
    world.settle()
    assert world.balance("SUPPLIER") == before + AMOUNT
    (payment,) = world.documents("payment")
    assert payment.fields["match"] == number
    rows = world.sql(
        "SELECT o.status, a.witnessed FROM bridge_outbox o JOIN bridge_attempt a ON a.outbox_id = o.id "
        "WHERE o.document_number = :n",
        n=number,
    )
    assert [tuple(row) for row in rows] == [("confirmed", 1)]
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_every_confirmed_call_is_witnessed_by_its_event(world: World) -> None:
    matched(world)
    world.settle()
    unwitnessed = world.sql("SELECT tx_hash FROM bridge_attempt WHERE NOT witnessed AND NOT lost")
    assert unwitnessed == []
    assert "unproved receipt" not in world.alarms()


def latest(world: World) -> dict[str, Any]:
    """The newest block, as the node gives it."""
    return dict(world.bridge.client.call("eth_getBlockByNumber", "latest", False))


def invented_block(world: World, issued: dict[str, Any]) -> Change:
    """A block that proves itself, on top of the true chain: an issue of tokens once more, of five million."""
    client = world.bridge.client
    head = latest(world)
    true = client.call("eth_getTransactionReceipt", issued["transactions"][0])
    text = json.dumps(true)
    text = text.replace(f"{777:064x}", f"{5_000_000:064x}").replace("cd" * 32, "ef" * 32)
    number, tx = int(head["number"], 16) + 1, "0x" + "99" * 32
    receipt = json.loads(text) | {"transactionHash": tx, "blockNumber": hex(number)}
    block = copy.deepcopy(head) | {
        "number": hex(number),
        "parentHash": head["hash"],
        "transactions": [tx],
        "timestamp": hex(int(head["timestamp"], 16) + 1),
        "receiptsRoot": "0x" + receipts_root([wire.receipt(receipt)]).hex(),
        "logsBloom": issued["logsBloom"],
    }
    block["hash"] = "0x" + ETHEREUM.hash_of(wire.header(block)).hex()

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getBlockByNumber" and params[0] in ("latest", hex(number)):
            return {"jsonrpc": "2.0", "id": answer["id"], "result": block}
        if method == "eth_getTransactionReceipt" and params[0] == tx:
            return {"jsonrpc": "2.0", "id": answer["id"], "result": receipt}
        if method == "eth_getBlockReceipts" and params[0] == hex(number):
            return {"jsonrpc": "2.0", "id": answer["id"], "result": [receipt]}
        return answer

    return change


def test_an_invented_block_is_not_read_while_another_node_knows_a_different_one(
    world: World,
) -> None:
    rival = world.people["RIVAL"].address
    world.transact("treasurer", "SettlementToken", "issue", rival, 777, "0x" + "cd" * 32)
    issued = latest(world)
    world.settle()
    lie = invented_block(world, issued)
    world.node.mine(1)  # the true block at the height of the invented one
    before = world.status()["block"]
    with node_proxy(world.node.url) as liar:
        liar.change = lie
        world.reopen(rpc=(liar.url, world.node.url))
        with pytest.raises(NodeIncomplete, match="one of them lies or is on a fork"):
            world.bridge.daemon.once()
        assert world.status()["block"] == before
        passes = iter(range(3))
        world.bridge.daemon._sleep = lambda _: None
        world.bridge.daemon.run(lambda: next(passes, None) is None)
        assert world.status()["block"] == before  # whichever of the two is asked
        assert "one of them lies" in world.alarms()["incomplete node"]
        assert world.last("token_issue").fields["amount_minor"] == 777
        liar.change = honest
        run_daemon(world, until=lambda: world.status()["block"] > before)
    world.reopen(rpc=())
    world.settle()
    assert world.account("RIVAL", "1012.01") == world.balance("RIVAL")
    world.assert_audit_holds()


def test_a_block_of_our_own_node_alone_proves_itself_which_is_why_a_second_one_is_asked(
    world: World,
) -> None:
    """The known issue in its size: with one node an invented block is booked, until the true chain contradicts it."""
    rival = world.people["RIVAL"].address
    world.transact("treasurer", "SettlementToken", "issue", rival, 777, "0x" + "cd" * 32)
    issued = latest(world)
    world.settle()
    lie = invented_block(world, issued)
    with node_proxy(world.node.url) as liar:
        liar.change = lie
        world.reopen(rpc=(liar.url,))
        ring = world.bridge.daemon._ring
        ring.ingest.run()
        ring.dispatch.run()
    assert world.last("token_issue").fields["amount_minor"] == 5_000_000
    world.node.mine(2)
    world.reopen(rpc=())
    with pytest.raises(DeepReorg):
        world.audit()
    world.settle()
    assert world.last("token_issue").fields["amount_minor"] == 777  # the other one was reversed
    assert "reorganisation" in world.alarms()
    world.assert_audit_holds()
