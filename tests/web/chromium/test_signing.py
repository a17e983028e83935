"""What an act needs is made anew in the page and signed there; neither key nor password is ever sent or kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from bridge.chain import keys
from bridge.chain.accounts import executed, firm_message
from bridge.chain.gateway import CALL_GAS_LIMIT, encode_call
from bridge.chain.typed_data import digest_of, member, typed_data
from bridge.commitments.canonical import canonical
from bridge.commitments.keccak import keccak
from erp.kernel.roles import Role
from erp.signing.schemas import ActOutcome, EndAct, OfferSigning, SigningKind
from tests.api.house import SUPPLIER
from tests.web.chain import CHAIN_ID, ORDERS
from tests.web.served import Served

from .conftest import Person

KEY = keccak(b"the key of a firm")
OWNER = Account.from_key(KEY).address.lower()
PASSWORD = "correct horse battery staple 马"
ITERATIONS = 1_024  # of scrypt: a test waits for none
DEADLINE = 1_790_000_000
STATIC = Path(__file__).parents[3] / "erp" / "web" / "static" / "js"
CHANGE = {
    "order_id": 1, "revision": 1, "quantity": 95, "amount_minor": 1_092_500, "promised_at": 1_785_000_000,
    "schedule_root": "0x" + "00" * 32, "deadline": DEADLINE,
}  # fmt: skip
pytestmark = [pytest.mark.sqlite("a browser sees no database"), pytest.mark.slow]
SignIn = Callable[..., Person]


def data(**other: Any) -> dict[str, Any]:
    """What has to be signed, by the bridge's own code."""
    names = {
        "order_id": "orderId", "amount_minor": "amount", "promised_at": "promisedAt", "schedule_root": "scheduleRoot",
    }  # fmt: skip
    message = {names.get(name, name): value for name, value in CHANGE.items()} | other
    domain = {
        "name": "PurchaseOrders",
        "version": "1",
        "chainId": CHAIN_ID,
        "verifyingContract": ORDERS,
    }
    members = member("PurchaseOrders", "amend", "amendment")["components"]
    return typed_data(domain, "OrderAmendment", members, message)


def offered(served: Served, **other: Any) -> str:
    """A signing request of ACME, whose account is a firm's that a key owns."""
    house = served.house
    body = {"party": "ACME", "act": "amend_order", "fields": CHANGE}
    asked = house.post(Role.SUPPLIER, "/act-requests", body)
    assert asked.status_code == 201, asked.text
    payload = canonical(data(**other))
    (made,) = house.settle(
        OfferSigning(
            request=asked.json()["document"]["number"], showing=1, kind=SigningKind.TYPED_DATA, payload=payload,
            digest="0x" + keccak(payload.encode()).hex(), refs={},
        )
    )  # fmt: skip
    return made.number


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    keys.create(tmp_path / "key.json", PASSWORD, KEY, ITERATIONS)
    return tmp_path / "key.json"


def signed(served: Served, number: str) -> str:
    document = served.house.get(Role.SUPPLIER, f"/signing-requests/{number}").json()["answer"]
    told = served.house.get(Role.AUDITOR, f"/documents/{document}").json()
    return str(told["fields"]["answer"])


def signer_of(digest: bytes, signature: str) -> str:
    return str(Account._recover_hash(digest, signature=bytes.fromhex(signature[2:]))).lower()


def no_secret(person: Person) -> None:
    sent = "\n".join(person.sent)
    assert "/answer" in sent
    for secret in (KEY.hex(), PASSWORD, "correct+horse", "correct%20horse", "ciphertext"):
        assert secret not in sent


def test_a_keystore_signs_in_the_page_and_python_recovers_its_owner(
    sign_in: SignIn, served: Served, keystore: Path
) -> None:
    person, number = sign_in(Role.SUPPLIER, "zh"), offered(served)
    page = person.open(f"/app/signing/{number}")
    page.get_by_text("与所给内容一致").wait_for()
    shown = page.locator("sign-desk").inner_text()
    assert "数量 quantity" in shown
    assert "10,925.00" in shown
    page.get_by_label("密钥文件").set_input_files(str(keystore))
    page.get_by_label("口令").fill("wrong")
    page.get_by_role("button", name="用密钥文件签名").click()
    page.get_by_text("口令不能打开").wait_for()
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="用密钥文件签名").click()
    page.get_by_text("由桥送上链").wait_for()
    digest = firm_message(CHAIN_ID, SUPPLIER, digest_of(data()))
    assert signer_of(digest, signed(served, number)) == OWNER
    no_secret(person)
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    )
    assert kept == [0, 0, 0]


def test_a_wallet_signs_what_the_page_made(sign_in: SignIn, served: Served) -> None:
    person, number = sign_in(Role.SUPPLIER), offered(served)

    def wallet(method: str, parameters: list[Any]) -> Any:
        if method == "eth_requestAccounts":
            return [OWNER]
        assert method == "eth_signTypedData_v4"
        told = json.loads(parameters[1])
        return "0x" + Account.sign_typed_data(KEY, full_message=told).signature.hex().removeprefix(
            "0x"
        )

    person.context.expose_function("wallet", wallet)
    person.context.add_init_script(
        "window.ethereum = { request: ({ method, params }) => window.wallet(method, params ?? []) };"
    )
    page = person.open(f"/app/signing/{number}")
    page.get_by_role("button", name="Sign with a wallet").click()
    page.get_by_text("The bridge brings it to the chain").wait_for()
    digest = firm_message(CHAIN_ID, SUPPLIER, digest_of(data()))
    assert signer_of(digest, signed(served, number)) == OWNER


def test_an_offer_that_differs_from_its_act_is_not_signed_and_the_difference_is_named(
    sign_in: SignIn, served: Served
) -> None:
    number = offered(served, quantity=1)
    page = sign_in(Role.SUPPLIER).open(f"/app/signing/{number}")
    page.get_by_text("is not what the act needs: message.quantity").wait_for()
    assert page.locator("sign-desk button").count() == 0


def test_a_supplier_ships_by_a_transaction_that_it_signs_on_the_page_of_the_act(
    sign_in: SignIn, served: Served, keystore: Path
) -> None:
    person, house = sign_in(Role.SUPPLIER), served.house
    page = person.open("/app/acts/new?act=ship&order_id=1&delivery_id=2")
    page.get_by_label("Quantity").fill("10")
    page.get_by_role("button", name="Go on to signing").click()
    page.get_by_text("The bridge prepares the next step").wait_for()
    number = page.url.rpartition("/")[2]
    fields = house.get(Role.SUPPLIER, f"/act-requests/{number}").json()["fields"]
    called = (1, 2, 10, fields["despatch_ref"])
    transaction = {
        "chainId": CHAIN_ID, "from": OWNER, "nonce": 3, "to": SUPPLIER, "value": 0, "gas": CALL_GAS_LIMIT, "gasPrice": 0,
        "data": executed(ORDERS, encode_call("PurchaseOrders", "ship", called)),
    }  # fmt: skip
    payload = canonical(transaction)
    house.settle(
        OfferSigning(
            request=number, showing=1, kind=SigningKind.TRANSACTION, payload=payload,
            digest="0x" + keccak(payload.encode()).hex(), refs={},
        )
    )  # fmt: skip
    page.get_by_text("the same as what is offered").wait_for()
    shown = page.locator("sign-desk").inner_text()
    assert "Ship 10 units as delivery 2 of order 1" in shown
    assert f"PurchaseOrders.ship · {ORDERS}" in shown
    page.get_by_label("Keystore file").set_input_files(str(keystore))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign with a keystore file").click()
    page.get_by_text("The bridge brings it to the chain").wait_for()
    (answer,) = [
        step["answer"]
        for step in house.get(Role.SUPPLIER, f"/act-requests/{number}").json()["steps"]
    ]
    told = house.get(Role.AUDITOR, f"/documents/{answer}").json()["fields"]["answer"]
    content = {name: value for name, value in transaction.items() if name != "from"}
    own = Account.sign_transaction(content | {"to": to_checksum_address(SUPPLIER)}, KEY)
    assert told == "0x" + bytes(own.raw_transaction).hex()
    house.settle(EndAct(request=number, outcome=ActOutcome.DONE, reason="", at_reference=None))
    page.get_by_text("It is on the chain and in the books.").wait_for()
    no_secret(person)


def test_the_signer_runs_from_disk_with_a_key_that_is_the_account_itself(
    sign_in: SignIn, served: Served, keystore: Path, chromium: Any, tmp_path: Path
) -> None:
    person, number = sign_in(Role.SUPPLIER), offered(served)
    told = person.context.request.get(f"{served.url}/app/signing/{number}/request").json()
    request, deployment = tmp_path / "request.json", tmp_path / "deployment.json"
    request.write_text(json.dumps(told), encoding="utf-8")
    places = {"PurchaseOrders": [{"edition": 0, "address": ORDERS}]}
    deployment.write_text(json.dumps({"chainId": CHAIN_ID, "contracts": places}), encoding="utf-8")
    page = chromium.new_context(locale="en-GB").new_page()
    page.goto(f"file://{STATIC / 'signer.html'}")
    page.get_by_label("Request and act").set_input_files(str(request))
    page.get_by_label("Deployment").set_input_files(str(deployment))
    page.get_by_label("Your firm's account").fill(OWNER)
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Keystore file").set_input_files(str(keystore))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign with a keystore file").click()
    signature = page.locator("code.signature").inner_text()
    assert signer_of(digest_of(data()), signature) == OWNER
    page.context.close()
