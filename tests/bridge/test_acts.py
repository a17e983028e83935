"""Acts of people: the ERP's words and the contracts' functions are the same acts, field by field."""

from __future__ import annotations

from typing import Any

import pytest
import rlp
from eth_account import Account

from bridge.capabilities import ALLOWED, ALLOWED_TO_ACCOUNTS, asked_by
from bridge.capabilities.acts import FUNCTIONS
from bridge.capabilities.agreed import OF_A_TARGET, PLEDGED
from bridge.capabilities.bet_changes import DATES
from bridge.capabilities.bet_papers import PUBLISHED
from bridge.capabilities.model import CallContext, Posts
from bridge.capabilities.papers import ROLE, TERMS
from bridge.capabilities.signing import ACTS
from bridge.capabilities.statements import STATEMENTS
from bridge.chain.gateway import encode_call
from bridge.chain.signed import S_MAX, NotATransaction, read_signed
from bridge.commitments.canonical import canonical
from bridge.intents import KEEPER
from erp.signing.acts import ACTS as ASKED_FOR
from erp.signing.acts.papers import PLAN_NUMBER
from tests.samples import ACCOUNT, REF, document, sample

VALUES: dict[str, Any] = {"boolean": True, "integer": 1}
PLAN = rf"^({PLAN_NUMBER}|0x[0-9a-f]{{64}})$"
NUMBERS = {"need": "NED-1", "proposal": "GPR-1", "approval": "GAP-1"}
PROPOSED: dict[str, Any] = {
    "terms": dict.fromkeys(TERMS, 1) | {"region": REF},
    "roles": [dict.fromkeys(ROLE, 1)],
}
TARGET = dict.fromkeys(OF_A_TARGET, 1) | {"follows_index": False}
PLEDGE: dict[str, Any] = {**dict.fromkeys(PLEDGED, 1), "account": ACCOUNT, "targets": [TARGET]}
AGREED: dict[str, Any] = {"bet_terms": "BTP-1", "approvals": ["BTA-1"]}
CHANGED: dict[str, Any] = {"bet_change": "BTC-1", "approvals": ["BCA-1"]}
# What each act rests on, where it does.
PAPERS: dict[str, dict[str, Any]] = {
    "open_group": {**NUMBERS, **PROPOSED, "budget_minor": 1},
    "propose_bet": {
        **AGREED,
        "group_id": 0,
        "published": dict.fromkeys(PUBLISHED, 1) | {"region": REF},
        "parties": [PLEDGE],
    },
    "sign_bet_terms": {**AGREED, "pledge": PLEDGE},
    "propose_bet_change": {
        **CHANGED,
        "bet_id": 1,
        "change": dict.fromkeys(DATES, 1),
        "leaver": None,
        "newcomer": ACCOUNT,
        "parties": [PLEDGE],
    },
    "sign_bet_change": {**CHANGED, "pledge": PLEDGE},
    "top_up_bet": {"top_up": "PTU-1", "approvals": ["PTA-1"], "bet_id": 1, "amount_minor": 1},
}
CURVE_ORDER = 2 * S_MAX + 1
CHAIN_ONE_V = 37 + 38  # the two values of v on chain 1


class Somewhere:
    """A deployment whose contracts all stand at one address."""

    chain_id = 1

    def address(self, contract: str, number: int | None = None) -> str:
        """The address."""
        return ACCOUNT


def example(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """A value that fits a JSON schema as the ERP gives it."""
    if "$ref" in schema:
        return example(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    if schema.get("type") == "object":
        return {name: example(part, definitions) for name, part in schema["properties"].items()}
    if schema.get("type") == "array":
        return [example(schema["items"], definitions)]
    if schema.get("type") == "string":
        known = {
            "^0x[0-9a-f]{40}$": ACCOUNT, "^0x[0-9a-f]{64}$": REF, "^0x([0-9a-f]{2})+$": REF, PLAN: REF,
        }  # fmt: skip
        return known.get(schema.get("pattern", ""), "7")
    return VALUES[schema["type"]]


def fields_of(act: str) -> dict[str, Any]:
    """Fields with which the act may be asked for."""
    schema = ASKED_FOR[act].model.model_json_schema()
    found = {n: example(p, schema.get("$defs", {})) for n, p in schema["properties"].items()}
    assert ASKED_FOR[act].objection(found) is None
    return found


def test_the_acts_of_the_erp_are_those_that_the_bridge_knows() -> None:
    assert ASKED_FOR.keys() == {act.what for act in ACTS}
    stated = {name for name, act in ASKED_FOR.items() if act.signs == "typed_data"}
    assert stated == {act.what for act in ACTS if act.statement is not None}
    both = {name for name, act in ASKED_FOR.items() if act.two_sided}
    assert both == {act.what for act in STATEMENTS if act.two_sided}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.what)
def test_an_act_fits_the_abi_with_every_field_used(act: Any) -> None:
    asked = document(
        "act_request",
        act=act.what,
        fields=fields_of(act.what),
        account=ACCOUNT,
        good_until=9,
        papers=PAPERS.get(act.what),
    )
    published = sample(act.published) if act.published is not None else None
    refs = dict.fromkeys((*NUMBERS.values(), "BTP-1", "BTC-1"), REF)
    (call,) = act.calls(
        asked, CallContext(Posts(1, 3), published=published, refs=refs, place=Somewhere())
    )
    assert call.by_person
    assert encode_call(call.contract, call.function, call.args).startswith("0x")
    assert asked_by(call.key) is act
    if act.what in FUNCTIONS:
        names = {name for name in FUNCTIONS[act.what][2].split() if name[0] not in "-@"}
        assert names == fields_of(act.what).keys()
    other = document("act_request", act="other", fields={}, account=ACCOUNT, good_until=9)
    assert act.calls(other, CallContext(Posts(1, 3))) == ()


def test_no_key_of_the_house_may_sign_an_act_of_a_person() -> None:
    # Whoever calls these: the ones need the parties' signatures, the last the group's own rule.
    signed = {(a.contract, a.function) for a in STATEMENTS if a.signer == KEEPER}
    anybodys = {*signed, ("ChainGroups", "reopenRole")}
    acts = {(act.contract, act.function) for act in ACTS} - anybodys
    assert acts & ALLOWED_TO_ACCOUNTS == {("PurchaseOrders", "fund")}  # of buyers of the house
    assert not any(acts & allowed for allowed in ALLOWED.values())
    assert signed <= ALLOWED[KEEPER]


def test_an_act_says_what_it_does_in_both_languages_with_its_values() -> None:
    for name, act in ASKED_FOR.items():
        english, chinese = act.says(fields_of(name), PAPERS.get(name))
        assert "{" not in english + chinese
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    told, _ = ASKED_FOR["grab_role"].says(
        {"group_id": 3, "role_id": 1, "pledge_minor": 123_456, "plan": REF}
    )
    assert told.startswith("Stand for role 1 of group 3 and pledge 1,234.56;")


def with_the_other_s() -> str:
    """A signed transaction with the other valid pair of s and v, by the same key: no node takes it."""
    key = Account.create()
    asked = {"chainId": 1, "nonce": 0, "to": key.address, "gas": 1, "gasPrice": 0, "value": 0}
    content = bytes(key.sign_transaction(asked).raw_transaction)
    assert read_signed("0x" + content.hex()).sender == key.address.lower()
    *parts, v, r, s = rlp.decode(content)
    flipped = CURVE_ORDER - int.from_bytes(s, "big")
    other_v = (CHAIN_ONE_V - int.from_bytes(v, "big")).to_bytes(1, "big")
    return "0x" + rlp.encode([*parts, other_v, r, flipped.to_bytes(32, "big").lstrip(b"\0")]).hex()


def test_a_transaction_without_a_chain_and_bytes_of_any_kind_are_told() -> None:
    for raw in ("0x", "0x01", "0x03c0", "0x" + "ff" * 99):
        with pytest.raises(NotATransaction):
            read_signed(raw)
    with pytest.raises(NotATransaction, match="EIP-2"):
        read_signed(with_the_other_s())
    assert canonical({"b": 1, "a": 2}) == '{"a":2,"b":1}'


ACCESS = [{"address": "0x" + "33" * 20, "storageKeys": []}]


@pytest.mark.parametrize(
    ("signed", "why"),
    [
        ({"type": 2, "maxFeePerGas": 0, "maxPriorityFeePerGas": 1}, "tip"),
        (
            {"type": 2, "maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "accessList": ACCESS},
            "accesses",
        ),
        ({"type": 1, "gasPrice": 0, "accessList": ACCESS}, "accesses"),
    ],
)
def test_a_transaction_that_no_node_would_ever_take_is_not_sent_again_and_again(
    signed: dict[str, Any], why: str
) -> None:
    """It would keep its account's next acts waiting, and whoever watches the lanes from being ready."""
    key = Account.create()
    asked = {"chainId": 1, "nonce": 0, "to": key.address, "gas": 100_000, "value": 0, **signed}
    raw = key.sign_transaction(asked).raw_transaction
    with pytest.raises(NotATransaction, match=why):
        read_signed("0x" + bytes(raw).hex())
    fine = (
        {**asked, "accessList": []}
        if "accessList" in asked
        else {**asked, "maxPriorityFeePerGas": 0}
    )
    taken = read_signed("0x" + bytes(key.sign_transaction(fine).raw_transaction).hex())
    assert (taken.sender, taken.nonce, taken.gas_price) == (key.address.lower(), 0, 0)
