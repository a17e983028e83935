"""`interlock explain`: a hash, an account, an origin and a number are one thing on both sides."""

from __future__ import annotations

import json

from bridge.ports.port import DocumentQuery
from tests.bridge.test_operator import options, typed
from tests.world import BUYER, World


def facts(world: World, name: str) -> tuple[int, list[tuple[str, str, str]]]:
    """Exit code, and side, name and detail of each fact."""
    done = typed("explain", name, "--json", *options(world))
    return done.exit_code, [(f["side"], f["what"], f["detail"]) for f in json.loads(done.stdout)]


def test_document_origin_and_transaction_lead_to_each_other(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_000_000})
    (document,) = world.bridge.port.documents(DocumentQuery(number=order.number))
    assert document.origin is not None
    code, by_number = facts(world, order.number)
    assert code == 0
    (booked,) = [fact for fact in by_number if fact[0] == "ERP"]
    (event,) = [fact for fact in by_number if fact[1].startswith("PurchaseOrders.")]
    assert booked[2].startswith("purchase_order, place ")
    transaction = event[2].partition("transaction ")[2].partition(":")[0]
    for name in (document.origin, transaction):
        assert {booked, event} <= set(facts(world, name)[1])
    assert any(fact[1] == "transaction" for fact in facts(world, transaction)[1])


def test_an_account_is_a_contract_a_post_or_a_party(world: World) -> None:
    tenders = world.deployment.address("Tenders")
    assert facts(world, tenders)[1] == [("chain", "contract", "Tenders")]
    attester = world.bridge.attester
    assert ("chain", "post", "attester 1 is held by it") in facts(world, attester)[1]
    (party,) = [f for f in facts(world, world.people[BUYER].address)[1] if f[1] == "party"]
    assert party[2].startswith(BUYER)


def test_what_neither_side_knows_ends_with_one(world: World) -> None:
    done = typed("explain", "PO-1999-00001", *options(world))
    assert done.exit_code == 1
    assert "neither side knows PO-1999-00001" in done.output
