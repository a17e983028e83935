"""A real browser before a served house: Debian's Chromium, driven by Playwright. Where it is missing the tests skip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from erp.database import open_engine, upgrade
from erp.kernel.roles import Role
from tests.api.house import furnished
from tests.api.test_story import paid, stocked
from tests.databases import Databases
from tests.web.served import Served, serving
from tests.worlds import world, worlds

__all__ = ["world", "worlds"]

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TIMEOUT_MS = 20_000
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser. Its driver runs an event loop in this thread, in which nothing else that needs one can run meanwhile."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: scripts/toolchain/browser.sh brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(databases: Databases) -> Iterator[Served]:
    """A house with the worked case: one order, delivered and paid."""
    url = databases.copy(upgrade)
    engine = open_engine(url)
    house = furnished(engine)
    stocked(house)
    paid(house)
    with serving(house) as found:
        yield found
    engine.dispose()
    databases.drop(url)


@dataclass
class Person:
    """Somebody with a browser of its own: everything that it sends is kept."""

    served: Served
    context: Any
    sent: list[str] = field(default_factory=list)

    def open(self, path: str) -> Any:
        """A page in a new tab."""
        page = self.context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.goto(self.served.url + path)
        return page

    def sign_in(self, token: str) -> None:
        """By a token, in a tab that is closed again."""
        page = self.open("/app/sign-in")
        page.locator("details", has=page.locator("#token")).evaluate(
            "each => { each.open = true; }"
        )
        page.fill("#token", token)
        page.locator("form", has=page.locator("#token")).get_by_role("button").click()
        page.wait_for_url("**/app/")
        page.close()


@pytest.fixture
def sign_in(chromium: Any, served: Served) -> Iterator[Callable[..., Person]]:
    """Signs a role in, in a browser of its own."""
    contexts = []

    def made(role: Role, language: str = "en", **options: Any) -> Person:
        context = chromium.new_context(locale=LANGUAGES[language], **options)
        contexts.append(context)
        person = Person(served, context)
        context.on(
            "request",
            lambda sent: person.sent.append(f"{sent.method} {sent.url} {sent.post_data or ''}"),
        )
        person.sign_in(served.house.tokens[role])
        return person

    yield made
    for context in contexts:
        context.close()
