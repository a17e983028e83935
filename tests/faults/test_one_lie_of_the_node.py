"""One false or late answer about a call ends nothing for ever (attacks A1 and A2)."""

from __future__ import annotations

from typing import Any

import pytest
from eth_utils.crypto import keccak

from bridge.chain.artifact import artifact
from bridge.chain.decode import signature
from bridge.chain.gateway import Gateway
from bridge.intents import OutboxStatus
from bridge.ring.submit import DOUBT_SECONDS
from tests.faults.driving import run_daemon
from tests.proxy import Answer, Change, NodeProxy, honest, node_proxy
from tests.scenarios.test_too_late import lost_at
from tests.world import World

(RECEIVE,) = [e for e in artifact("PurchaseOrders").abi if e.get("name") == "receiveDelivery"]
LATER = 10.0  # seconds: more than confirm waits before it looks after an unmined transaction


def revert_data(contract: str, name: str) -> str:
    """Revert data of an error of a contract, with zeros for its arguments."""
    (entry,) = [e for e in artifact(contract).abi if e["type"] == "error" and e["name"] == name]
    data = keccak(signature(entry).encode())[:4] + bytes(32) * len(entry["inputs"])
    return "0x" + data.hex()


def refuses_once(proxy: NodeProxy, contract: str, data: str) -> Change:
    """Answers the next trial of any call of this contract with a refusal, and is honest for ever after."""

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if (
            method != "eth_call"
            or params[0]["to"].lower() != contract.lower()
            or "from" not in params[0]
        ):
            return answer
        proxy.change = honest
        error = {"code": 3, "message": "execution reverted", "data": data}
        return {"jsonrpc": "2.0", "id": answer["id"], "error": error}

    return change


def requisition_call(world: World) -> tuple[str, str]:
    ((status, reason),) = world.sql(
        "SELECT status, reason FROM bridge_outbox WHERE key LIKE 'requisition:%'"
    )
    return status, reason or ""


@pytest.mark.parametrize(
    ("error", "status"),
    [("Tenders_ReferenceSeen", OutboxStatus.MOOT), ("Tenders_Unknown", OutboxStatus.REFUSED)],
)
def test_one_false_refusal_loses_no_purchase(world: World, error: str, status: str) -> None:
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        world.issue()
        liar.change = refuses_once(
            liar, world.deployment.address("Tenders"), revert_data("Tenders", error)
        )
        world.settle()
        assert requisition_call(world)[0] == status
        world.clock.ahead += DOUBT_SECONDS[0]
        world.settle()
        assert len(world.documents("tender")) == 1
        assert "taken when asked again" in world.alarms()["refused once"]
    world.reopen(rpc=())
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_true_refusal_is_asked_about_a_few_times_and_then_believed(world: World) -> None:
    world.issue()
    world.settle()
    (key,) = [
        k for (k,) in world.sql("SELECT key FROM bridge_outbox WHERE key LIKE 'requisition:%'")
    ]
    world.sql("UPDATE bridge_attempt SET lost = true")
    world.sql("UPDATE bridge_outbox SET status = 'pending' WHERE key = :k", k=key)
    for asked in range(len(DOUBT_SECONDS)):
        world.settle()
        assert requisition_call(world)[0] == OutboxStatus.MOOT
        ((tries, try_at),) = world.sql(
            "SELECT tries, try_at FROM bridge_outbox WHERE key = :k", k=key
        )
        assert (tries, try_at > 0) == (asked, True)
        world.clock.ahead += DOUBT_SECONDS[asked]
    world.settle()
    assert world.sql("SELECT try_at FROM bridge_outbox WHERE key = :k", k=key) == [(0.0,)]
    assert len(world.documents("tender")) == 1


def swallows_and_says_that_it_failed(proxy: NodeProxy, world: World) -> Change:
    """Takes the next transaction, sends it to nobody, and says of it that it was mined and failed."""
    head = world.bridge.client.head()

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method == "eth_getTransactionReceipt" and not answer.get("result"):
            receipt = {
                "transactionHash": params[0], "status": "0x0", "blockNumber": hex(head.number),
                "gasUsed": "0x5208", "cumulativeGasUsed": "0x5208", "logsBloom": "0x" + "00" * 256, "logs": [],
            }  # fmt: skip
            return {"jsonrpc": "2.0", "id": answer["id"], "result": receipt}
        if method == "eth_getTransactionCount":
            return {**answer, "result": hex(int(answer["result"], 16) + 1)}
        return answer

    return change


def lose_a_requisition(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call of a requisition is signed and stored, and its bytes reach nobody."""
    world.issue()
    with monkeypatch.context() as patch:
        patch.setattr(Gateway, "send", lambda _self, raw: [None] * len(raw))
        world.bridge.report.run()
        world.bridge.daemon._ring.submit.run()


def test_a_failure_that_never_happened_jams_no_lane(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node swears a failure and the nonce that goes with it, once. The bytes fill their slot all the same."""
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        lose_a_requisition(world, monkeypatch)
        liar.change = swallows_and_says_that_it_failed(liar, world)
        world.bridge.daemon._ring.confirm.run()
        liar.change = honest
        assert requisition_call(world)[0] == OutboxStatus.REVERTED
        world.stock_item("COPPER")
        world.issue(item="COPPER")  # behind the gap
        world.clock.ahead += LATER
        world.settle()
        assert "is not spent" in world.alarms()["unproved receipt"]
        assert len(world.documents("tender")) == 2
    world.reopen(rpc=())
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_failure_that_the_count_of_transactions_denies_is_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        lose_a_requisition(world, monkeypatch)
        lie = swallows_and_says_that_it_failed(liar, world)
        liar.change = lambda method, params, answer: (
            answer if method == "eth_getTransactionCount" else lie(method, params, answer)
        )
        world.bridge.daemon._ring.confirm.run()
        assert requisition_call(world)[0] == OutboxStatus.SUBMITTED
        liar.change = honest
        world.clock.ahead += LATER
        world.settle()
        assert len(world.documents("tender")) == 1
    world.reopen(rpc=())
    world.assert_nothing_waits()
    world.assert_audit_holds()


def test_a_gap_that_no_bytes_can_fill_is_filled_by_the_first_call_behind_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node says a count that is one too high, once: nothing was ever signed for the nonce that is left out."""
    world.settle()
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))

        def one_more(method: str, _params: list[Any], answer: Answer) -> Answer:
            if method == "eth_getTransactionCount":
                return {**answer, "result": hex(int(answer["result"], 16) + 1)}
            return answer

        world.issue()
        world.bridge.report.run()
        liar.change = one_more
        world.bridge.daemon._ring.submit.run()
        liar.change = honest
        world.clock.ahead += LATER
        run_daemon(world, until=lambda: bool(world.documents("tender")), sleep=world.clock.sleep)
        assert "has nothing at nonce" in world.alarms()["gap"]
    world.reopen(rpc=())
    world.settle()
    assert len(world.documents("tender")) == 1
    world.assert_nothing_waits()
    world.assert_audit_holds()


@pytest.mark.parametrize("after", [1, 2**40])
def test_goods_are_not_lost_by_a_nodes_word_before_their_time(world: World, after: int) -> None:
    """It says twice that a receipt comes too late, and names a time that no block has: what it says cannot be so."""
    order = world.tender({"SUPPLIER": 1_000_000})
    delivery = world.ship("SUPPLIER", order, 100)
    world.settle()
    (error,) = [e for e in artifact("PurchaseOrders").abi if e.get("name") == "Room_TooLate"]
    late = (
        keccak(signature(error).encode())[:4]
        + bytes(32)
        + (lost_at(order) + after).to_bytes(32, "big")
    )
    told = keccak(signature(RECEIVE).encode())[:4].hex()

    def change(method: str, params: list[Any], answer: Answer) -> Answer:
        if method != "eth_call" or not params[0]["data"].startswith(f"0x{told}"):
            return answer
        refused = {"code": 3, "message": "execution reverted", "data": "0x" + late.hex()}
        return {"jsonrpc": "2.0", "id": answer["id"], "error": refused}

    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        world.receive(order, delivery, 100)
        liar.change = change
        world.settle()
        assert world.documents("receipt_void") == []
        liar.change = honest
        world.node.mine(
            1
        )  # it is asked about again when more was read, or after a quarter of a minute
        world.settle()
        assert len(world.documents("receipt_attestation")) == 1
    world.reopen(rpc=())
    world.assert_nothing_waits()
    world.assert_audit_holds()
