"""What the chain has of documents, proofs, the ring, the relay: to each what it may know, and no secret to a node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from eth_abi.abi import encode
from sqlalchemy.orm import Session

from bridge.commitments import proof_file
from bridge.commitments.documents import field_leaves, field_salt
from bridge.ports.embedded import document_of
from erp.api.access import MONEY
from erp.api.leaves import leaf_paths, openable
from erp.api.relay import BURST, TENDER_OPENED
from erp.api.routes import ROOMS
from erp.api.tokens import Principal, revoke_token
from erp.database import open_engine, transaction, upgrade
from erp.kernel.errors import Retryable
from erp.kernel.log.queries import changes, logged
from erp.kernel.roles import PARTNERS, Role
from tests.databases import Databases
from tests.web.chain import CHAIN_ID, REGISTRY, STREAM, TENDERS, Chain

from .house import House, furnished
from .test_story import paid, stocked

PAYMENT, ORDER = "PAY-2026-00001", "PO-2026-00001"
ASK = {"jsonrpc": "2.0", "id": 7, "method": "eth_chainId", "params": []}
pytestmark = pytest.mark.sqlite("what is proved is read from the log as every document is")


@pytest.fixture(scope="module")
def books(databases: Databases) -> Iterator[House]:
    """The worked case; no test of this file writes documents."""
    url = databases.copy(upgrade)
    engine = open_engine(url)
    made = furnished(engine)
    stocked(made)
    paid(made)
    yield made
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def seen(books: House) -> House:
    """The books with somebody who saw the chain."""
    context = books.app.state.request_context
    chain = Chain(books.engine)
    books.app.state.request_context = replace(context, witness=chain, live=type(context.live)())
    yield books
    books.app.state.request_context = context


def proof(house: House, role: Role, number: str, *paths: str) -> Any:
    query = urlencode([("path", path) for path in paths])
    return house.client.get(f"/documents/{number}/proof?{query}", headers=house.headers(role))


def test_a_proof_of_the_api_is_the_file_that_interlock_verify_checks(seen: House) -> None:
    answer = proof(seen, Role.FINANCE, PAYMENT, "fields.paid_minor")
    assert answer.status_code == 200, answer.text
    found = proof_file.read(json.dumps(answer.json()))
    assert proof_file.check(found).holds
    assert (found.chain_id, found.registry, found.stream_id) == (CHAIN_ID, REGISTRY, STREAM)
    assert [each.path for each in found.fields] == ["type", "number", "fields.paid_minor"]


def test_a_proof_tells_the_salts_of_opened_leaves_and_never_the_documents(seen: House) -> None:
    with Session(seen.engine) as session:
        document = logged(session, PAYMENT)
    assert document is not None
    told = proof(seen, Role.FINANCE, PAYMENT, "fields.paid_minor").text
    assert field_salt(document.salt, "fields.paid_minor").hex() in told
    assert document.salt.hex() not in told
    for path in set(leaf_paths(document)) - {"type", "number", "fields.paid_minor"}:
        assert field_salt(document.salt, path).hex() not in told


def test_nobody_has_a_leaf_opened_that_its_role_is_not_shown(seen: House) -> None:
    for path in ("fields.paid_minor", "entries[0].lines[0]"):
        assert proof(seen, Role.FINANCE, PAYMENT, path).status_code == 200
        refused = proof(seen, Role.WAREHOUSE, PAYMENT, path)
        assert refused.status_code == 422
        assert refused.json()["type"] == "urn:interlock:problem:unknown-leaf"
    assert proof(seen, Role.WAREHOUSE, PAYMENT, "at").status_code == 200
    assert proof(seen, Role.AUDITOR, PAYMENT, "fields.nothing").status_code == 422


def test_what_may_be_opened_of_any_document_is_what_its_view_shows(seen: House) -> None:
    with Session(seen.engine) as session:
        log = changes(session, 0, 10_000)
    for document in log:
        assert leaf_paths(document) == [path for path, _ in field_leaves(document_of(document))]
        for role in set(Role) - PARTNERS:
            caller = Principal(1, "x", role, None, b"")
            view = seen.get(role, f"/documents/{document.number}").json()
            shown = {
                path.split(".")[1].split("[")[0]
                for path in openable(document, caller)
                if path.startswith("fields.")
            }
            assert shown == set(view["fields"]), (document.number, role)
            assert ("entries" in openable(document, caller)) == (view["entries"] is not None)


def test_a_supplier_proves_documents_of_its_own_orders_and_of_nobody_elses(seen: House) -> None:
    own = proof(seen, Role.SUPPLIER, PAYMENT, "fields.paid_minor")
    assert own.status_code == 200
    rival = seen.token("rival-9", Role.SUPPLIER, "RIVAL")
    for number in (PAYMENT, ORDER, "CAP-2026-00001"):
        for what in ("proof", "witness"):
            answer = seen.client.get(
                f"/documents/{number}/{what}", headers={"Authorization": f"Bearer {rival}"}
            )
            assert answer.status_code == 404
    leaves = seen.get(Role.SUPPLIER, f"/documents/{PAYMENT}/witness").json()["leaves"]
    assert "actor" not in leaves
    assert "entries" not in leaves
    assert any(path.startswith("entries[") for path in leaves)  # of its own books


def test_without_a_witness_nothing_is_claimed_and_nothing_proved(books: House) -> None:
    told = books.get(Role.BUYER, f"/documents/{ORDER}/witness").json()
    assert (told["witnessed"], told["remark"]) == (False, "none is connected to this API")
    assert proof(books, Role.BUYER, ORDER).status_code == 409
    assert books.get(Role.BUYER, "/ring").json()["witnessed"] is False
    assert books.get(Role.BUYER, "/deployment").json()["contracts"] == []
    refused = books.client.post("/chain", json=ASK, headers=books.headers(Role.BUYER))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:interlock:problem:no-chain")


def test_partners_read_whether_the_ring_runs_and_not_how_much_the_house_does(seen: House) -> None:
    for role in Role:
        told = seen.get(role, "/ring").json()
        assert told["up"] is True
        hidden = told["documents"] is None and told["unanchored"] is None
        assert hidden == (role in PARTNERS)
        rows = seen.get(role, "/ring/rows")
        assert rows.status_code == (
            200 if role in {Role.OPERATOR, Role.ADMIN, Role.AUDITOR} else 403
        )


def ask(house: House, method: str, *params: Any, role: Role = Role.BUYER) -> Any:
    body = {**ASK, "method": method, "params": list(params)}
    return house.client.post("/chain", json=body, headers=house.headers(role))


def test_reading_calls_of_our_contracts_are_handed_on(seen: House) -> None:
    assert ask(seen, "eth_chainId").json() == {
        "jsonrpc": "2.0",
        "id": 7,
        "result": hex(CHAIN_ID),
        "error": None,
    }
    for method, params in (
        ("eth_call", ({"to": REGISTRY, "data": "0x12345678"}, "latest")),
        ("eth_getBlockByNumber", ("latest", False)),
        ("eth_getTransactionReceipt", ("0x" + "ab" * 32,)),
        ("eth_getLogs", ({"address": REGISTRY, "fromBlock": "0x1", "toBlock": "0x10"},)),
    ):
        seen.app.state.request_context.witness.ask = lambda *_: {"result": "0x"}
        assert ask(seen, method, *params).status_code == 200, method


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_sendRawTransaction", ["0x00"]),
        ("eth_accounts", []),
        ("debug_traceCall", []),
        ("eth_chainId", [1]),
        ("eth_call", [{"to": "0x" + "99" * 20, "data": "0x"}, "latest"]),
        ("eth_call", [{"to": REGISTRY, "data": "0x" + "00" * 30_001}, "latest"]),
        ("eth_call", [{"to": REGISTRY, "data": "0x", "value": "0x1"}, "latest"]),
        ("eth_call", [{"to": REGISTRY, "data": "0x"}, "pending"]),
        ("eth_call", [{"to": REGISTRY, "data": "0x"}, "latest", {}]),
        ("eth_getBlockByNumber", ["latest", True]),
        ("eth_getBlockByNumber", [{"blockHash": "0x" + "ab" * 32}, False]),
        ("eth_call", [{"to": REGISTRY, "data": "0x"}, ["latest"]]),
        ("eth_getLogs", [{"fromBlock": "0x1", "toBlock": "0x2"}]),
        ("eth_getLogs", [{"address": REGISTRY, "fromBlock": "0x1", "toBlock": "0xffff"}]),
        ("eth_getLogs", [{"address": REGISTRY, "fromBlock": "latest", "toBlock": "latest"}]),
        ("eth_getTransactionReceipt", ["0x12"]),
    ],
)
def test_whatever_writes_or_is_not_ours_or_too_much_is_not_handed_on(
    seen: House, method: str, params: list[Any]
) -> None:
    answer = ask(seen, method, *params)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "urn:interlock:problem:not-relayed"
    assert seen.app.state.request_context.witness.asked == []


@pytest.mark.parametrize("role", sorted(PARTNERS))
def test_a_partner_checks_proofs_through_the_relay_and_reads_no_prices_of_others(
    seen: House, role: Role
) -> None:
    seen.app.state.request_context.witness.ask = lambda *_: {"result": "0x"}
    call = {"to": REGISTRY, "data": "0x12345678"}
    assert ask(seen, "eth_chainId", role=role).status_code == 200
    assert ask(seen, "eth_call", call, "latest", role=role).status_code == 200
    assert ask(seen, "eth_getBlockByNumber", "latest", False, role=role).status_code == 200
    logs = {"address": REGISTRY, "fromBlock": "0x1", "toBlock": "0x10"}
    opened = {**logs, "address": TENDERS, "topics": [TENDER_OPENED, "0x" + f"{1:064x}"]}
    assert ask(seen, "eth_getLogs", opened, role=role).status_code == 200  # it invites everybody
    for method, params in (
        ("eth_call", ({**call, "to": TENDERS}, "latest")),
        ("eth_getLogs", (logs,)),
        ("eth_getLogs", ({**opened, "topics": [TENDER_OPENED]},)),
        ("eth_getLogs", ({**opened, "topics": [TENDER_OPENED, "0x" + f"{99:064x}"]},)),
        ("eth_getTransactionReceipt", ("0x" + "ab" * 32,)),
    ):
        assert ask(seen, method, *params, role=role).status_code == 422, method
        assert ask(seen, method, *params, role=Role.SALES).status_code == 200, method


def test_the_amounts_of_an_event_are_shown_to_those_who_are_shown_them_in_its_document(
    seen: House,
) -> None:
    witness = seen.app.state.request_context.witness
    whole = witness.testify
    witness.testify = lambda document: replace(whole(document), values={"paid": 5})
    for role in Role:
        values = seen.get(role, f"/documents/{PAYMENT}/witness").json()["values"]
        assert (values is not None) == (role in MONEY), role


def test_a_sealed_price_is_not_handed_to_a_node(seen: House) -> None:
    (selector, *_others) = sorted(Chain(seen.engine).deployment().secret_calls)
    bid = encode(
        ["uint256", "address", "uint128", "uint16", "bytes32"], [1, REGISTRY, 5, 6, b"s" * 32]
    )
    refused = ask(seen, "eth_call", {"to": TENDERS, "data": selector + bid.hex()}, "latest")
    assert refused.status_code == 422
    assert "secret" in refused.json()["detail"]


def test_one_token_asks_so_often_and_another_is_not_held_up(seen: House) -> None:
    answers = [ask(seen, "eth_chainId").status_code for _ in range(BURST + 40)]
    assert 429 in answers
    assert answers[:BURST] == [200] * BURST
    assert ask(seen, "eth_chainId", role=Role.SALES).status_code == 200


def test_a_revoked_token_asks_nothing_though_it_was_known(seen: House) -> None:
    token = seen.token("asks", Role.BUYER)
    headers = {"Authorization": f"Bearer {token}"}
    assert seen.client.post("/chain", json=ASK, headers=headers).status_code == 200
    with transaction(seen.engine) as session:
        revoke_token(session, "asks", seen.clock.now)
    assert seen.client.post("/chain", json=ASK, headers=headers).status_code == 401


def test_relays_and_the_start_of_an_audit_alone_are_posts_that_write_nothing() -> None:
    asks = {route for room in ROOMS for route in room.asks}
    assert asks == {("POST", "/chain"), ("POST", "/transactions"), ("POST", "/audits")}


def test_a_bridge_whose_database_is_busy_makes_no_page_fail(
    seen: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy() -> Any:
        raise Retryable("locked")

    monkeypatch.setattr(seen.app.state.request_context.witness, "ring", busy)
    told = seen.get(Role.BUYER, "/ring")
    assert (told.status_code, told.json()["witnessed"]) == (200, False)
