"""A person signs its own acts: the bridge says what to sign, never has the key, and sends on only what was asked for."""

from __future__ import annotations

import json

import pytest

from bridge.intents import OutboxStatus
from bridge.ports.port import Document
from bridge.ring.answers import GAS_TRIES
from erp.kernel.errors import WrongStatus
from erp.signing.errors import (
    ActMalformed,
    AnsweredBefore,
    NotCapable,
    SigningClosed,
    UnknownAct,
)
from erp.signing.schemas import AnswerSigning, RequestAct, WithdrawAct
from tests.mailbox import ask, key_of, offered, outcome, sign, wallet
from tests.world import BUYER, DAY, World

pytestmark = pytest.mark.node
REASON = "0x" + "11" * 32
OTHER = "0x" + "22" * 32


@pytest.fixture
def order(world: World) -> Document:
    """A purchase order that the supplier is to ship."""
    return world.tender({"SUPPLIER": 1_000_000})


def ship(world: World, order: Document, party: str = "SUPPLIER") -> Document:
    return ask(
        world,
        party,
        "ship",
        order_id=order.fields["order_id"],
        delivery_id=1,
        quantity=100,
        despatch_ref=REASON,
    )


def audit_holds(world: World) -> bool:
    report = world.bridge.audit.run()
    told = [d for i in report.invariants for d in i.differences]
    assert report.holds, told
    return True


def test_a_supplier_ships_with_a_key_that_the_bridge_never_sees(
    world: World, order: Document
) -> None:
    asked = ship(world, order)
    assert (
        asked.fields["says"] == f"Ship 100 units as delivery 1 of order {order.fields['order_id']}"
    )
    assert asked.fields["says_zh"].startswith("按订单")
    request = offered(world, asked)
    assert request.fields["kind"] == "transaction"
    asked_for = json.loads(request.fields["payload"])
    supplier = world.people["SUPPLIER"].address.lower()
    assert supplier not in world.bridge.gateway.signers
    assert asked_for["from"] == supplier
    assert asked_for["to"] == world.deployment.address("PurchaseOrders")
    assert asked_for["value"] == 0
    sign(world, asked, "SUPPLIER")
    assert world.last("despatch").fields["quantity"] == 100
    assert outcome(world, asked) == ("done", "")
    done = world.last("act_outcome").fields["at_reference"]
    assert world.bridge.client.call("eth_getTransactionReceipt", done)["from"] == supplier
    assert audit_holds(world)


def test_what_the_contract_would_refuse_is_told_to_the_person_and_never_offered(
    world: World, order: Document
) -> None:
    asked = ask(
        world, "SUPPLIER", "claim_delivery", order_id=order.fields["order_id"], delivery_id=7
    )
    assert not world.documents("signing_request")
    ended, why = outcome(world, asked)
    assert ended == "refused"
    assert "PurchaseOrders_" in why
    assert audit_holds(world)


def test_acts_that_were_refused_and_told_hide_nothing_that_waits_for_the_operator(
    world: World, order: Document
) -> None:
    for delivery in (7, 8):
        place = {"order_id": order.fields["order_id"], "delivery_id": delivery}
        asked = ask(world, "SUPPLIER", "claim_delivery", **place)
        assert outcome(world, asked)[0] == "refused"
    assert world.status()["outbox"]["refused"] == 2
    assert world.status()["stuck"] == []


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"to": OTHER[:42]}, "sent to"),
        ({"value": 1}, "with value 1"),
        ({"chainId": 1}, "for chain 1"),
        ({"data": "0x00"}, "with data 0x00"),
        ({"gas": 1}, "with gas 1"),
        ({"gasPrice": 1}, "at gas price 1"),
    ],
)
def test_a_signed_transaction_that_does_something_else_is_not_sent(
    world: World, order: Document, changed: dict[str, object], why: str
) -> None:
    asked = ship(world, order)
    sign(world, asked, "SUPPLIER", **changed)
    for _ in range(
        GAS_TRIES
    ):  # gas of its own is what a wallet may have sent by way of another node
        world.clock.ahead += 61
        world.settle_passes(3)
    ended, reason = outcome(world, asked)
    assert ended == "refused"
    assert why in reason
    assert not world.documents("despatch")
    assert audit_holds(world)


def test_an_answer_by_another_key_is_not_sent(world: World, order: Document) -> None:
    asked = ship(world, order)
    request = offered(world, asked)
    answer = wallet("transaction", request.fields["payload"], key_of(world, "RIVAL"))
    world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    rival = world.people["RIVAL"].address.lower()
    assert outcome(world, asked)[1].find(f"signed by {rival}") > 0
    assert not world.documents("despatch")


def test_bytes_that_are_no_transaction_are_told(world: World, order: Document) -> None:
    asked = ship(world, order)
    request = offered(world, asked)
    world.erp(AnswerSigning(signing_request=request.number, answer="0x" + "ab" * 70))
    world.settle()
    assert "no signed transaction" in outcome(world, asked)[1]


def test_an_answer_comes_once_and_in_its_time(world: World, order: Document) -> None:
    asked = ship(world, order)
    request = offered(world, asked)
    answer = wallet("transaction", request.fields["payload"], key_of(world, "SUPPLIER"))
    command = AnswerSigning(signing_request=request.number, answer=answer)
    world.erp(command)
    with pytest.raises(AnsweredBefore):
        world.erp(command)
    to = world.people[BUYER].address.lower()
    late = ask(world, "SUPPLIER", "transfer_tokens", to=to, value_minor=1)
    world.wait(2 * DAY)
    with pytest.raises(SigningClosed, match="good until"):
        world.erp(AnswerSigning(signing_request=offered(world, late).number, answer=answer))
    world.settle()
    assert outcome(world, late) == ("expired", "nobody signed it in its time")


def test_a_nonce_that_was_used_meanwhile_makes_a_new_request(world: World, order: Document) -> None:
    asked = ship(world, order)
    first = offered(world, asked)
    world.transact("SUPPLIER", "SettlementToken", "approve", world.people["RIVAL"].address, 1)
    sign(world, asked, "SUPPLIER")
    second = offered(world, asked)
    assert second.number != first.number
    assert second.fields["showing"] == 2
    assert (
        json.loads(second.fields["payload"])["nonce"]
        == json.loads(first.fields["payload"])["nonce"] + 1
    )
    assert not world.documents("despatch")
    sign(world, asked, "SUPPLIER")
    assert outcome(world, asked) == ("done", "")
    assert world.last("despatch").fields["quantity"] == 100
    assert audit_holds(world)


def test_an_act_that_was_taken_back_is_not_sent(world: World, order: Document) -> None:
    asked = ship(world, order)
    request = offered(world, asked)
    world.erp(WithdrawAct(request=asked.number, reason="the truck broke down"))
    answer = wallet("transaction", request.fields["payload"], key_of(world, "SUPPLIER"))
    with pytest.raises(SigningClosed):
        world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.settle()
    assert not world.documents("act_outcome")
    with pytest.raises(WrongStatus):
        world.erp(WithdrawAct(request=asked.number, reason="again"))
    assert audit_holds(world)


def test_the_mailbox_refuses_what_is_no_act_of_the_party(world: World) -> None:
    with pytest.raises(UnknownAct, match="GET /acts"):
        world.erp(RequestAct(party="SUPPLIER", act="print_money", fields={}))
    with pytest.raises(ActMalformed, match="quantity: Field required"):
        world.erp(RequestAct(party="SUPPLIER", act="cancel_part", fields={"order_id": 1}))
    fields = {"order_id": 1, "quantity": 1}
    with pytest.raises(NotCapable, match="an enrolled supplier; BUYER is not"):
        world.erp(RequestAct(party=BUYER, act="cancel_part", fields=fields))


def test_an_answer_that_somebody_wrote_into_the_bridges_table_is_not_sent(
    world: World, order: Document
) -> None:
    first = ship(world, order)
    other = ask(world, "SUPPLIER", "cancel_part", order_id=order.fields["order_id"], quantity=1)
    request = offered(world, other)
    answer = wallet("transaction", request.fields["payload"], key_of(world, "SUPPLIER"))
    told = world.erp(AnswerSigning(signing_request=request.number, answer=answer))
    world.sql(
        "UPDATE bridge_outbox SET status = 'answered', note = :note WHERE document_number = :number",
        note=json.dumps({"answer": told.number}),
        number=first.number,
    )
    world.settle()
    assert outcome(world, first) == ("refused", "no answer to this act stands in the log")
    world.settle()
    assert outcome(world, other) == ("done", "")


def test_the_bridge_never_signs_an_act_even_of_a_key_that_it_holds(world: World) -> None:
    asked = ask(
        world, BUYER, "transfer_tokens", to=world.people["RIVAL"].address.lower(), value_minor=5
    )
    world.settle()
    (row,) = world.sql(
        "SELECT status FROM bridge_outbox WHERE document_number = :n", n=asked.number
    )
    assert row[0] == OutboxStatus.OFFERED
    assert not world.documents("token_transfer")
    world.sql(
        "UPDATE bridge_outbox SET status = 'pending' WHERE document_number = :n", n=asked.number
    )
    world.settle()
    (row,) = world.sql(
        "SELECT status, reason FROM bridge_outbox WHERE document_number = :n", n=asked.number
    )
    assert row[0] == OutboxStatus.REFUSED
    assert "it is an act of a person, who signs it" in row[1]
    assert not world.documents("token_transfer")
