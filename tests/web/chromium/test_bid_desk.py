"""A bid is sealed where it is typed: its price is in the file that the bidder keeps, and in no request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.chain import keys
from bridge.chain.signed import read_signed
from bridge.commitments.invitations import invitation_proof
from erp.api.witness import FateSeen
from erp.database import open_engine, upgrade
from erp.kernel.roles import Role
from scripts.deployment.sealing import seal_bid
from tests.api.house import RIVAL, SUPPLIER, furnished
from tests.api.test_invitations import opened
from tests.api.test_story import DAY, bid
from tests.databases import Databases
from tests.web.chain import CHAIN_ID, TENDERS
from tests.web.served import Served, serving

from .conftest import Person
from .test_signing import ITERATIONS, KEY, OWNER, PASSWORD

PRICE, MINOR, DAYS, TENDER = "98,765.43", 9_876_543, 17, 3
pytestmark = [pytest.mark.sqlite("a browser sees no database"), pytest.mark.slow]


ROOM = "/app/tenders/TND-2026-00001"
THIRD = "0x" + "53" * 20
INVITED = (RIVAL, THIRD, SUPPLIER)


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[Served]:
    """A house with an open tender; the chain has published whom it invites."""
    url = databases.copy(upgrade)
    engine = open_engine(url)
    house = furnished(engine)
    opened(house)
    with serving(house) as found:
        found.chain.invited[1] = INVITED
        found.chain.owners[SUPPLIER], found.chain.nonce = OWNER, 5
        yield found
    engine.dispose()
    databases.drop(url)


def test_the_seal_is_the_contracts_and_the_price_is_in_no_request(
    sign_in: Callable[..., Person],
) -> None:
    person = sign_in(Role.SUPPLIER)
    page = person.open("/app/orders")
    page.wait_for_function(
        "() => document.getElementById('content').dataset.liveText"
    )  # read anew once live
    page.add_script_tag(url="/app/static/js/bid.js")
    page.evaluate(
        """([tender, account]) => {
            const field = Object.assign(document.createElement("input"), { id: "seal" });
            const desk = document.createElement("bid-desk");
            Object.assign(desk.dataset, { tender, account, commitment: "seal" });
            document.querySelector("main").append(field, desk);
        }""",
        [str(TENDER), SUPPLIER],
    )
    for wrong in ("12.345", "0", "-5", "1,23", "five"):
        page.get_by_label("Price").fill(wrong)
        page.get_by_label("Days").fill(str(DAYS))
        page.get_by_role("button", name="Seal").click()
        page.get_by_text("at most two decimals").wait_for()
    page.get_by_label("Price").fill(PRICE)
    page.get_by_role("button", name="Seal").click()
    commitment = page.locator("code.commitment").inner_text()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the bid").click()
    file = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    salt = bytes.fromhex(file["salt"][2:])
    made = seal_bid((CHAIN_ID, TENDERS), TENDER, SUPPLIER, MINOR, DAYS, salt)
    assert "0x" + made.hex() == commitment == file["commitment"] == page.input_value("#seal")
    assert (file["amount_minor"], file["offered_days"]) == (MINOR, DAYS)
    sent = "\n".join(person.sent)
    for secret in (str(MINOR), PRICE, "98765", file["salt"][2:], commitment[2:]):
        assert secret not in sent
    assert page.get_by_label("Price").input_value() == ""


def test_a_supplier_seals_hands_in_and_opens_its_bid_and_no_request_has_its_price(
    sign_in: Callable[..., Person], served: Served, tmp_path: Path
) -> None:
    person = sign_in(Role.SUPPLIER)
    page = person.open(ROOM)
    assert page.get_by_role("button", name="Hand in").is_disabled()
    assert (
        page.get_by_label("Days").count() == 0
    )  # this tender takes none: the contract would refuse a bid with some
    page.get_by_label("Price").fill(PRICE)
    page.locator("bid-desk").get_by_role("button", name="Seal").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the bid").click()
    kept = tmp_path / "bid.json"
    saved.value.save_as(kept)
    file = json.loads(kept.read_text(encoding="utf-8"))
    assert (file["amount_minor"], file["offered_days"], file["bidder"]) == (MINOR, 0, SUPPLIER)
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("What is to be signed appears here").wait_for()
    (asked,) = served.house.client.get(
        "/act-requests", headers=served.house.headers(Role.SUPPLIER)
    ).json()["items"]
    proof = ["0x" + each.hex() for each in invitation_proof(INVITED, SUPPLIER)]
    assert asked["act"] == "commit_bid"
    assert asked["fields"] == {
        "tender_id": 1,
        "commitment": file["commitment"],
        "invitation": proof,
    }

    (committed, _) = bid(SUPPLIER, 1, MINOR)
    served.house.settle(committed)
    served.house.clock.now += DAY + 60
    later = sign_in(Role.SUPPLIER)  # the session of yesterday is over
    page = later.open(ROOM)
    page.get_by_label("File of your bid").set_input_files(kept)
    line = page.locator("pre.line").text_content()
    opening = {name: file[name] for name in ("tender_id", "amount_minor", "offered_days", "salt")}
    told = json.dumps(opening, separators=(",", ":"))
    assert line == f"interlock api POST act-requests party=ACME act=reveal_bid fields:='{told}'"
    page.get_by_text("It is sent when you sign it").wait_for()
    other = tmp_path / "other.json"
    other.write_text(json.dumps(file | {"amount_minor": MINOR + 1}), encoding="utf-8")
    page.get_by_label("File of your bid").set_input_files(other)
    page.get_by_text("does not open its own seal").wait_for()
    page.get_by_text("It is sent when you sign it").wait_for(state="detached")
    sent = "\n".join(person.sent + later.sent)
    for secret in (str(MINOR), PRICE, "98765", file["salt"][2:], f"{MINOR:064x}"):
        assert secret not in sent
    reveals(page, later, served, kept)


def reveals(page: Any, later: Person, served: Served, kept: Path) -> None:
    """The bid is revealed in the page: one request has the price, which is the transaction that makes it public."""
    file = json.loads(kept.read_text(encoding="utf-8"))
    keys.create(kept.with_name("key.json"), PASSWORD, KEY, ITERATIONS)
    page.get_by_label("File of your bid").set_input_files(kept)
    page.get_by_text("It is sent when you sign it").wait_for()
    assert "98,765.43" in page.locator("send-desk").inner_text()
    page.get_by_label("Keystore file").set_input_files(str(kept.with_name("key.json")))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign with a keystore file").click()
    page.get_by_text("it waits for its block").wait_for()
    (raw,) = [told[0] for method, told in served.chain.asked if method == "eth_sendRawTransaction"]
    found = read_signed(raw)
    assert (found.sender, found.to, found.nonce, found.chain_id) == (OWNER, SUPPLIER, 5, CHAIN_ID)
    for word in (f"{MINOR:064x}", file["salt"][2:], TENDERS[2:]):
        assert word in found.data
    assert sum(f"{MINOR:064x}" in each for each in later.sent) == 1
    served.chain.fates[found.tx_hash] = FateSeen(12, True, booked=True, parked=False)
    page.get_by_text("On the chain in block 12, and booked.").wait_for()
