"""Pages are live in as many tabs as people open, by one stream, and say so when they are not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import pytest

from erp.database import open_engine, upgrade
from erp.kernel.roles import Role
from erp.parties.schemas import PartyKind, RegisterParty
from tests.api.house import furnished
from tests.api.test_story import ordered, stocked
from tests.databases import Databases
from tests.web.served import Served, serving

from .conftest import Person

TABS = 12
DOWN_MS = 5_000
pytestmark = [
    pytest.mark.sqlite("a browser sees no database"),
    pytest.mark.slow,
]
SignIn = Callable[..., Person]


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[Served]:
    """A house with one delivery on its way."""
    url = databases.copy(upgrade)
    engine = open_engine(url)
    house = furnished(engine)
    stocked(house)
    ordered(house)
    house.clock.now += 3_600
    with serving(house) as found:
        yield found
    engine.dispose()
    databases.drop(url)


def firm(code: str) -> RegisterParty:
    account = f"0x{hashlib.sha256(code.encode()).hexdigest()[:40]}"
    return RegisterParty(code=code, name=code, kind=PartyKind.EXTERNAL, account=account)


def test_twelve_tabs_are_live_by_one_stream(sign_in: SignIn, served: Served) -> None:
    person = sign_in(Role.ADMIN)
    after = len(served.chain._log()) - 1
    tabs = [person.open(f"/app/documents?after={after}") for _ in range(TABS)]
    for page in tabs:
        page.wait_for_load_state("load")
    hub = served.house.app.state.request_context.live._hub
    tabs[0].wait_for_timeout(500)
    assert len(hub._listeners) == 1
    (made,) = served.house.settle(firm("LIVE-1"))
    for page in tabs:
        page.get_by_role("link", name=made.number, exact=True).wait_for()


def test_what_is_typed_stays_while_the_page_is_made_anew(sign_in: SignIn, served: Served) -> None:
    page = sign_in(Role.WAREHOUSE).open("/app/receiving")
    field = page.get_by_label("Arrived")
    field.fill("77")
    page.wait_for_timeout(500)
    page.evaluate("() => { document.getElementById('content').dataset.old = '1'; }")
    with page.expect_response(lambda answer: answer.url.endswith("/app/receiving")):
        served.house.settle(firm("LIVE-2"))
    page.wait_for_function("() => document.getElementById('content').dataset.old === undefined")
    assert page.get_by_label("Arrived").input_value() == "77"
    assert page.evaluate("() => document.activeElement.name") == "quantity"


def test_a_word_that_is_still_composed_is_not_broken_off(sign_in: SignIn, served: Served) -> None:
    page = sign_in(Role.WAREHOUSE).open("/app/receiving")
    page.get_by_label("Arrived").focus()
    page.wait_for_timeout(500)
    page.evaluate("() => { document.getElementById('content').dataset.old = '1'; }")
    page.evaluate(
        "() => document.activeElement.dispatchEvent(new Event('compositionstart', {bubbles: true}))"
    )
    with page.expect_response(lambda answer: answer.url.endswith("/app/receiving")):
        served.house.settle(firm("LIVE-4"))
    page.wait_for_timeout(500)
    assert page.evaluate("() => document.getElementById('content').dataset.old") == "1"
    page.evaluate(
        "() => document.activeElement.dispatchEvent(new Event('compositionend', {bubbles: true}))"
    )
    page.wait_for_function("() => document.getElementById('content').dataset.old === undefined")


def test_a_button_that_is_pressed_while_the_page_is_made_anew_is_heard(
    sign_in: SignIn, served: Served
) -> None:
    page = sign_in(Role.WAREHOUSE).open("/app/receiving")
    page.get_by_label("Arrived").fill("1")
    page.get_by_role("button", name="Receive").hover()
    page.wait_for_timeout(500)
    page.evaluate("() => { document.getElementById('content').dataset.old = '1'; }")
    page.mouse.down()
    with page.expect_response(lambda answer: answer.url.endswith("/app/receiving")):
        served.house.settle(firm("LIVE-3"))
    page.wait_for_timeout(500)
    assert page.evaluate("() => document.getElementById('content').dataset.old") == "1"
    with page.expect_request(lambda asked: asked.method == "POST"):
        page.mouse.up()


def test_a_bridge_that_is_down_is_said_on_every_page_within_five_seconds(
    sign_in: SignIn, served: Served
) -> None:
    page = sign_in(Role.BUYER).open("/app/orders")
    page.locator("#ring-line strong.yes", has_text="runs").wait_for()
    page.wait_for_timeout(500)
    served.chain.up = False
    try:
        page.locator("#ring-line strong.no", has_text="DOWN").wait_for(timeout=DOWN_MS)
    finally:
        served.chain.up = True
    page.locator("#ring-line strong.yes", has_text="runs").wait_for(timeout=DOWN_MS)


def test_what_time_alone_changes_is_made_anew_once_its_seconds_are_over(sign_in: SignIn) -> None:
    page = sign_in(Role.WAREHOUSE).open("/app/")
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url))
    page.wait_for_timeout(3_000)
    before = sum(each.endswith("/app/") for each in asked)  # as the stream began
    page.wait_for_timeout(3_000)
    assert sum(each.endswith("/app/") for each in asked) == before, "nothing happens"
    with page.expect_response(lambda answer: answer.url.endswith("/app/")):
        page.evaluate("() => { document.getElementById('content').dataset.again = '1'; }")


def test_a_page_whose_stream_ended_says_for_how_long_it_is_not_live(
    sign_in: SignIn, served: Served
) -> None:
    page = sign_in(Role.BUYER, "zh").open("/app/orders")
    page.wait_for_timeout(500)
    assert page.locator("#not-live").is_hidden()
    served.stop()
    banner = page.locator("#not-live")
    banner.wait_for(timeout=15_000)
    assert "秒没有实时更新" in banner.inner_text()
