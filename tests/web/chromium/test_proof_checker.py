"""The proof checker computes every hash in the browser, asks the chain, and says ✗ of a single changed byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from erp.kernel.roles import Role
from tests.web.chain import REGISTRY

from .conftest import Person

NUMBER = "PAY-2026-00001"
PATHS = f"/app/documents/{NUMBER}/proof?path=fields.paid_minor"
STATIC = Path(__file__).parents[3] / "erp" / "web" / "static" / "js"
pytestmark = [pytest.mark.sqlite("a browser sees no database"), pytest.mark.slow]
SignIn = Callable[..., Person]


def proof(person: Person) -> dict[str, Any]:
    answer = person.context.request.get(person.served.url + PATHS)
    assert answer.status == 200, answer.text()
    return dict(answer.json())


def verdict(page: Any, text: str, button: str = "Check") -> str:
    page.fill("proof-check textarea", text)
    page.get_by_role("button", name=button, exact=True).click()
    return settled(page)


def settled(page: Any) -> str:
    page.wait_for_function(
        "() => document.querySelector('.verdict').children.length > 0 && document.querySelector('.verdict').dataset.verdict"
    )
    return str(page.locator(".verdict").get_attribute("data-verdict"))


def test_a_document_is_proved_field_by_field_and_the_chain_agrees(sign_in: SignIn) -> None:
    person = sign_in(Role.FINANCE)
    page = person.open(f"/app/proofs?document={NUMBER}")
    page.get_by_label("fields.paid_minor", exact=True).check()
    page.get_by_role("button", name="Prove and check").click()
    assert settled(page) == "holds"
    told = page.locator(".verdict").inner_text()
    assert "fields.paid_minor = " in told
    assert "fields.net_minor" not in told  # nothing else was opened
    opened = [
        each["path"] for each in json.loads(page.input_value("proof-check textarea"))["fields"]
    ]
    assert opened == ["type", "number", "fields.paid_minor"]


def test_a_changed_byte_of_a_proof_answer_shows_that_it_does_not_hold(sign_in: SignIn) -> None:
    person = sign_in(Role.FINANCE)
    found, page = proof(person), person.open("/app/proofs")
    assert verdict(page, json.dumps(found)) == "holds"

    def turned(text: str) -> str:
        return text[:-1] + ("0" if text[-1] != "0" else "1")

    def changed(change: Callable[[dict[str, Any]], None]) -> str:
        copy = json.loads(json.dumps(found))
        change(copy)
        page.locator(".verdict").evaluate("each => { delete each.dataset.verdict; }")
        return verdict(page, json.dumps(copy))

    for change in (
        lambda p: p["fields"][2].update(value=turned(p["fields"][2]["value"])),
        lambda p: p["fields"][2].update(salt=turned(p["fields"][2]["salt"])),
        lambda p: p["fields"][2]["fieldProof"].__setitem__(
            0, turned(p["fields"][2]["fieldProof"][0])
        ),
        lambda p: p["proof"].__setitem__(0, turned(p["proof"][0])),
        lambda p: p.update(documentRoot=turned(p["documentRoot"])),
        lambda p: p["link"].update(root=turned(p["link"]["root"])),
        lambda p: p.update(sequence=p["sequence"] + 1),
        lambda p: p.update(sequence=p["link"]["lastSequence"] + p["sequence"]),
        lambda p: p["link"].update(lastSequence=p["sequence"] - 1),
        lambda p: p.update(anchorIndex=2),
        lambda p: p.update(registry="0x" + "12" * 20),
        lambda p: p.update(streamId=turned(p["streamId"])),
        lambda p: p.update(extra=1),
    ):
        assert changed(change) == "failed"
        assert "✗" in page.locator(".verdict").inner_text()


def test_an_answer_that_is_changed_on_its_way_shows_that_it_does_not_hold(sign_in: SignIn) -> None:
    person = sign_in(Role.FINANCE)
    page = person.open(f"/app/proofs?document={NUMBER}")

    def forge(route: Any) -> None:
        told = route.fetch().json()
        told["fields"][2]["value"] = "1"
        route.fulfill(json=told)

    page.route("**/proof?*", forge)
    page.get_by_label("fields.paid_minor", exact=True).check()
    page.get_by_role("button", name="Prove and check").click()
    assert settled(page) == "failed"


def too_often(page: Any, times: int) -> list[int]:
    """The house answers so many questions that it is asked too often; how often it was asked is in the list."""
    asked: list[int] = []

    def answer(route: Any) -> None:
        asked.append(len(asked) + 1)
        if len(asked) > times:
            return route.continue_()
        return route.fulfill(
            status=429, headers={"Retry-After": "0"}, json={"detail": "asked too often"}
        )

    page.route("**/app/chain", answer)
    return asked


def test_a_house_that_is_asked_too_often_is_asked_again_and_the_proof_holds(
    sign_in: SignIn,
) -> None:
    person = sign_in(Role.FINANCE)
    found, page = proof(person), person.open("/app/proofs")
    asked = too_often(page, 7)
    assert verdict(page, json.dumps(found)) == "holds"
    assert len(asked) == 7 + 2 + len(found["fields"])


def test_a_house_that_is_always_asked_too_often_is_not_asked_for_ever(sign_in: SignIn) -> None:
    person = sign_in(Role.FINANCE)
    found, page = proof(person), person.open("/app/proofs")
    asked = too_often(page, 1_000)
    assert verdict(page, json.dumps(found)) == "unasked"
    assert "asked too often" in page.locator(".verdict").inner_text()
    assert len(asked) == 20


def test_the_checker_runs_from_disk_and_asks_a_node_that_its_reader_names(
    sign_in: SignIn, chromium: Any
) -> None:
    person = sign_in(Role.FINANCE)
    found = json.dumps(proof(person))
    page = chromium.new_context(locale="en-GB").new_page()
    page.goto(f"file://{STATIC / 'checker.html'}")

    def node(route: Any) -> None:
        asked = json.loads(route.request.post_data)
        told = person.served.chain.ask(asked["method"], asked["params"])
        route.fulfill(
            json={"jsonrpc": "2.0", "id": 1, **told}, headers={"Access-Control-Allow-Origin": "*"}
        )

    page.route("http://127.0.0.1:9/", node)
    page.get_by_label("Address of my node").fill("http://127.0.0.1:9/")
    page.get_by_label("Address of the registry").fill(REGISTRY)
    assert verdict(page, found) == "holds"
    page.get_by_label("Address of the registry").fill("0x" + "12" * 20)
    page.locator(".verdict").evaluate("each => { delete each.dataset.verdict; }")
    assert verdict(page, found) == "failed"
    page.context.close()
