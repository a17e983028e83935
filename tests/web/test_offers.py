"""What a page makes anew to be signed is what the bridge offers, for every act; and its key signs it as eth-account does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields as members_of
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from bridge.capabilities import NUMBERED
from bridge.capabilities.act import Act
from bridge.capabilities.model import CallContext, Posts
from bridge.capabilities.signing import ACTS as CAPABLE
from bridge.chain import keys
from bridge.chain.accounts import firm_message
from bridge.chain.client import Client
from bridge.chain.deployment import NUMBERS, Deployed, Deployment
from bridge.chain.gateway import Gateway
from bridge.commitments.keccak import keccak
from bridge.events.base import Event
from bridge.mailbox import TRANSACTION, TYPED_DATA, Offer, approval_of, offer_of, signed_digest
from bridge.mailbox import Draw as Drawn
from bridge.ports.port import Document
from erp.signing.acts import ACTS
from scripts.toolchain.act_calls import calls

from .node import ran

KEY = keccak(b"the key of a firm")
OWNER = Account.from_key(KEY).address.lower()
FIRM = "0x" + "f1" * 20
PASSWORD = "correct horse 马"
CHAIN_ID, NONCE, GOOD_UNTIL = 31_337, 7, 1_790_000_000
NUMBER = NUMBERS + 3  # of the second edition
CONTRACTS = sorted({each.contract for each in CAPABLE} | {"SettlementToken", "GroupPay"})
PARTY = {
    "account": OWNER, "stake_minor": 5_000, "share_bps": 4_000, "tolerance_bps": 100, "slope_bps": 200, "cap_bps": 300,
    "targets": [
        {"metric": 1, "follows_index": True, "weight_bps": 10_000, "floor": 1, "base": 2, "stretch": 3},
    ],
}  # fmt: skip
OTHER = {**PARTY, "account": "0x" + "0b" * 20, "targets": []}


def ref(letter: str) -> str:
    return "0x" + letter * 64


def deployment() -> Deployment:
    def every(place: int) -> tuple[Deployed, ...]:
        return tuple(
            cast(
                "Deployed",
                SimpleNamespace(address=f"0x{edition + 1:02x}{place:038x}", edition=edition),
            )
            for edition in (0, 1)
        )

    contracts = {name: every(place) for place, name in enumerate(CONTRACTS)}
    return Deployment("test", CHAIN_ID, "", "0x", 0, contracts)


DEPLOYMENT = deployment()


def gateway(account: str) -> Gateway:
    made = Gateway(cast("Client", None), DEPLOYMENT, {}, NUMBERED)
    made.accounts._owners[account] = OWNER
    return made


def value(schema: Mapping[str, Any], every: Mapping[str, Any], name: str) -> Any:
    """A value that fits a field of an act."""
    if "$ref" in schema:
        return values(every[schema["$ref"].rpartition("/")[2]], every)
    if schema["type"] == "array":
        return [value(schema["items"], every, name) for _ in range(2)]
    if schema["type"] == "string":
        return text(schema.get("pattern", ""))
    whole = NUMBER if name.endswith("_id") else min(int(schema.get("maximum", 1_234)), 1_234)
    return True if schema["type"] == "boolean" else whole


def text(pattern: str) -> str:
    if "{40}" in pattern:
        return OWNER
    return str(2**70 + 5) if "0|[1-9]" in pattern else ref("c")


def values(schema: Mapping[str, Any], every: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value(each, every, name) for name, each in schema["properties"].items()}


def fields_of(name: str) -> dict[str, Any]:
    schema = ACTS[name].model.model_json_schema()
    return values(schema, schema.get("$defs", {}))


PROPOSED = {
    "region": ref("1"), "reporter_post": 3, "arbiter_post": 4, "sign_by": 10, "start": 20, "report_seconds": 30,
    "dispute_seconds": 40, "ruling_seconds": 50, "pool_minor": 60_000, "index_baseline": 70, "index_elasticity_bps": 80,
    "index_max_up_bps": 90, "index_max_down_bps": 100, "periods": 2, "period_seconds": 120,
}  # fmt: skip
ROLE = {
    "floor_minor": 1, "most_minor": 2, "stake_minor": 3, "pay_minor": 4, "min_reviews": 5, "min_credit_bps": 6,
    "review_mark_bps": 7, "shortfall_mark_bps": 8, "credit_weight_bps": 9, "stake_bps_of_pledge": 10,
}  # fmt: skip
GROUP = {
    "region": ref("2"), "target_minor": 9, "reporter_post": 3, "grab_seconds": 1, "select_seconds": 2, "work_seconds": 3,
    "report_seconds": 4, "review_seconds": 5, "bet_seconds": 6,
}  # fmt: skip
TERMS = {"bet_terms": "BTT-1", "approvals": [], "pledge": PARTY}
CHANGE = {
    "bet_change": "BTC-1", "approvals": [], "pledge": PARTY, "bet_id": NUMBER, "parties": [PARTY, OTHER],
    "leaver": None, "newcomer": OTHER["account"],
    "change": {"start": 1, "periods": 2, "from_period": 3, "sign_by": 4},
}  # fmt: skip
PAPERS: dict[str, dict[str, Any]] = {
    "open_group": {"need": "NEED-1", "proposal": "GRP-1", "approval": "GAP-1", "terms": GROUP, "roles": [ROLE, ROLE]},
    "propose_bet": {**TERMS, "group_id": NUMBER, "published": PROPOSED, "parties": [PARTY, OTHER]},
    "sign_bet_terms": TERMS,
    "propose_bet_change": CHANGE,
    "sign_bet_change": CHANGE,
    "top_up_bet": {"top_up": "TOP-1", "approvals": [], "bet_id": NUMBER, "amount_minor": 500},
}  # fmt: skip
REFS = {
    "NEED-1": ref("a"),
    "GRP-1": ref("b"),
    "GAP-1": ref("c"),
    "BTT-1": ref("d"),
    "BTC-1": ref("d"),
    "TOP-1": ref("e"),
}
ACCOUNTS = frozenset({"buyer", "sponsor", "leaver", "newcomer", "supplier"})


def published(act: Act) -> Event | None:
    if act.published is None:
        return None
    told: dict[str, Any] = {}
    for place, each in enumerate(members_of(cast("Any", act.published)), start=1):
        told[each.name] = place
        if "str" in str(each.type):
            told[each.name] = "0x" + "ab" * 20 if each.name in ACCOUNTS else ref("d")
        if "tuple" in str(each.type):
            told[each.name] = ()
    return cast("Any", act.published)(**told)


def document(act: Act, account: str) -> Document:
    papers = PAPERS.get(act.what)
    told = {
        "act": act.what, "fields": fields_of(act.what), "papers": papers, "account": account, "good_until": GOOD_UNTIL,
        "party": "ACME",
    }  # fmt: skip
    return Document(1, "act_request", "ACT-1", None, 1, "", told, [], keccak(b""), 1)


def offered(act: Act, account: str) -> tuple[Offer, Document, Event | None]:
    found, event = document(act, account), published(act)
    context = CallContext(Posts(0, 0), published=event, refs=REFS, place=DEPLOYMENT)
    (call,) = act.calls(found, context)
    return offer_of(act, found, call, context, gateway(account), NONCE), found, event


def case(
    act: Act, account: str, offer: Offer, found: Document, event: Event | None, step: str = "act"
) -> dict[str, Any]:
    told = (
        None
        if event is None
        else {each.name: getattr(event, each.name) for each in members_of(cast("Any", event))}
    )
    contracts = [
        {"name": name, "address": each.address, "edition": each.edition}
        for name, every in DEPLOYMENT.contracts.items()
        for each in every
    ]
    return {
        "request": {"kind": offer.kind, "step": step, "payload": offer.payload},
        "act": {"act": act.what, **{name: found.fields[name] for name in ("fields", "papers", "good_until")}},
        "account": account,
        "deployment": {"chain_id": CHAIN_ID, "contracts": contracts},
        "told": {"published": told, "refs": REFS},
    }  # fmt: skip


def signed(offer: Offer, account: str) -> str:
    content = json.loads(offer.payload)
    if offer.kind == TYPED_DATA:
        digest = signed_digest(content)
        digest = digest if account == OWNER else firm_message(CHAIN_ID, account, digest)
        return "0x" + bytes(Account._sign_hash(digest, KEY).signature).hex()
    content.pop("from")
    content["to"] = to_checksum_address(content["to"])
    return "0x" + bytes(Account.sign_transaction(content, KEY).raw_transaction).hex()


@pytest.fixture(scope="module")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("key") / "key.json"
    keys.create(path, PASSWORD, KEY, 1_024)
    return json.loads(path.read_text(encoding="utf-8"))


def every_act() -> Iterator[tuple[Act, str]]:
    for act in CAPABLE:
        yield act, OWNER
        yield act, FIRM


def test_a_page_makes_every_act_as_the_bridge_offers_it_and_its_key_signs_it_as_eth_account_does(
    keystore: Any, tmp_path: Path
) -> None:
    assert {act.what for act in CAPABLE} == ACTS.keys()
    wanted = [(act, account, *offered(act, account)) for act, account in every_act()]
    cases = [case(*each) for each in wanted]
    made = ran("offers", {"cases": cases, "keystore": keystore, "password": PASSWORD}, tmp_path)
    assert len(made) == len(cases) == 2 * len(ACTS)
    for (act, account, offer, found, _), own in zip(wanted, made, strict=True):
        assert own.get("text") == offer.payload, (act.what, account, own)
        assert own["answer"] == signed(offer, account), act.what
        if ACTS[act.what].shows is None and own["says"] is not None:
            english, _ = ACTS[act.what].says(found.fields["fields"], found.fields["papers"])
            assert own["says"] == english


def test_an_approval_names_the_contract_that_the_act_lets_draw(
    keystore: Any, tmp_path: Path
) -> None:
    act = next(each for each in CAPABLE if each.what == "fund_order")
    found = document(act, FIRM)
    right = DEPLOYMENT.address("PurchaseOrders", NUMBER)
    offers = [
        approval_of(Drawn("PurchaseOrders", spender, 2**60), found, gateway(FIRM), NONCE)
        for spender in (right, "0x" + "66" * 20)
    ]
    cases = [case(act, FIRM, offer, found, None, "approval") for offer in offers]
    own, other = ran(
        "offers", {"cases": cases, "keystore": keystore, "password": PASSWORD}, tmp_path
    )
    assert (own["text"], own["answer"]) == (offers[0].payload, signed(offers[0], FIRM))
    assert other["text"] != offers[1].payload


def test_a_bet_whose_terms_are_others_than_the_paper_is_not_made(
    keystore: Any, tmp_path: Path
) -> None:
    act = next(each for each in CAPABLE if each.what == "sign_bet_terms")
    asked = case(act, OWNER, *offered(act, OWNER))
    asked["told"]["refs"] = {"BTT-1": ref("9")}
    (made,) = ran(
        "offers", {"cases": [asked], "keystore": keystore, "password": PASSWORD}, tmp_path
    )
    assert made == {"error": "the chain names another bet_terms"}


def test_every_act_that_is_a_transaction_stands_in_the_table_of_the_page() -> None:
    known = json.loads(calls())["acts"].keys()
    assert known == {name for name, act in ACTS.items() if act.signs == TRANSACTION}
