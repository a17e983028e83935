"""A party sends its own transactions through the house's node, to the contracts of the deployment, and no other's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from bridge.chain.accounts import executed
from bridge.commitments.keccak import keccak
from erp.api.relay import RAW_MAX, SENT_BURST
from erp.api.witness import AccountSeen, FateSeen
from erp.database import open_engine, upgrade
from erp.kernel.roles import PARTNERS, Role
from tests.databases import Databases
from tests.web.chain import CHAIN_ID, ORDERS, Chain

from .house import SUPPLIER, House, furnished

KEY, STRANGER = keccak(b"the key of ACME"), keccak(b"the key of somebody else")
OWNER = Account.from_key(KEY).address.lower()
ELSEWHERE = "0x" + "e1" * 20
CALL = "0x12345678"
pytestmark = pytest.mark.sqlite("a relay writes no database")


@pytest.fixture(scope="module")
def house(databases: Databases) -> Iterator[House]:
    url = databases.copy(upgrade)
    engine = open_engine(url)
    yield furnished(engine)
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def chain(house: House) -> Iterator[Chain]:
    """A chain on which a key owns the account of ACME, which is a firm's."""
    context, made = house.app.state.request_context, Chain(house.engine)
    made.owners[SUPPLIER] = OWNER
    house.app.state.request_context = replace(context, witness=made, live=type(context.live)())
    yield made
    house.app.state.request_context = context


def raw(key: bytes = KEY, to: str = SUPPLIER, data: str | None = None, **other: Any) -> str:
    told = {
        "to": to_checksum_address(to), "data": executed(ORDERS, CALL) if data is None else data, "nonce": 0,
        "gas": 5_000_000, "gasPrice": 0, "value": 0, "chainId": CHAIN_ID, **other,
    }  # fmt: skip
    return "0x" + bytes(Account.sign_transaction(told, key).raw_transaction).hex()


def sent(house: House, content: str, role: Role = Role.SUPPLIER) -> Any:
    return house.client.post("/transactions", json={"raw": content}, headers=house.headers(role))


def handed_on(chain: Chain) -> list[Any]:
    return [told for method, told in chain.asked if method == "eth_sendRawTransaction"]


def test_a_party_sends_what_the_key_of_its_account_signed(house: House, chain: Chain) -> None:
    content = raw()
    answer = sent(house, content)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"transaction": "0x" + keccak(bytes.fromhex(content[2:])).hex()}
    assert handed_on(chain) == [[content]]


def test_a_key_that_is_the_account_itself_calls_contracts_straight(
    house: House, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "account", lambda _: AccountSeen(OWNER, OWNER, 0))
    assert sent(house, raw(to=ORDERS, data=CALL)).status_code == 200
    assert "none of the contracts" in sent(house, raw(to=ELSEWHERE, data=CALL)).json()["detail"]
    assert len(handed_on(chain)) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (raw(key=STRANGER), "acts for the account of your party"),
        (raw(data=executed(ELSEWHERE, CALL)), "none of the contracts of this deployment"),
        (raw(to=ELSEWHERE), "calls through its account"),
        (raw(to=ORDERS, data=CALL), "calls through its account"),
        (raw(data=CALL), "something else than call a contract"),
        (raw(data="0x" + executed(ORDERS, CALL)[2:12]), "something else than call a contract"),
        (raw(value=1), "sends coins"),
        (raw(chainId=1), "it is for chain 1"),
        ("0x" + "11" * 100, "no signed transaction"),
    ],
)
def test_anothers_account_an_unknown_contract_coins_and_another_chain_are_refused(
    house: House, chain: Chain, content: str, why: str
) -> None:
    answer = sent(house, content)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("not-relayed")
    assert why in answer.json()["detail"]
    assert handed_on(chain) == []


def test_a_transaction_has_a_bound_of_size(house: House, chain: Chain) -> None:
    assert sent(house, raw(data=executed(ORDERS, "0x" + "00" * (RAW_MAX // 2)))).status_code == 422
    assert handed_on(chain) == []


def test_a_token_sends_so_many_at_once(house: House, chain: Chain) -> None:
    codes = [sent(house, raw(nonce=each)).status_code for each in range(SENT_BURST + 1)]
    assert codes == [200] * SENT_BURST + [429]
    assert len(handed_on(chain)) == SENT_BURST


def test_clerks_of_the_house_send_nothing(house: House, chain: Chain) -> None:
    for role in set(Role) - PARTNERS:
        assert sent(house, raw(), role).status_code == 403
    assert handed_on(chain) == []


def test_what_the_node_says_against_it_is_told(house: House, chain: Chain) -> None:
    chain.refusal = {"error": {"code": -32000, "message": "nonce too low"}}
    assert "the node refuses it: nonce too low" in sent(house, raw()).json()["detail"]


def test_without_a_chain_nothing_is_sent(house: House) -> None:
    assert sent(house, raw()).status_code == 409


def test_a_party_reads_its_own_account_and_what_became_of_a_transaction(
    house: House, chain: Chain
) -> None:
    chain.nonce = 4
    own = house.get(Role.SUPPLIER, "/own-account").json()
    assert own == {"party": "ACME", "account": SUPPLIER, "key": OWNER, "nonce": 4}
    name = "0x" + "ab" * 32
    chain.fates[name] = FateSeen(7, True, booked=True, parked=False)
    assert house.get(Role.SUPPLIER, f"/transactions/{name}").json() == {
        "transaction": name, "block": 7, "succeeded": True, "booked": True, "parked": False,
    }  # fmt: skip
    assert house.get(Role.SUPPLIER, "/transactions/0x12").status_code == 422
