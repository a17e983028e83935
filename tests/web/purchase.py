"""A house whose purchasing has begun, and what the forms of a page would send."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

from httpx import Response

from erp.kernel.roles import Role
from erp.web.door import SESSION_COOKIE
from tests.api.house import House

from .browser import Browser, Page

ORDER, TENDER, AUCTION = "PO-2026-00001", "TND-2026-00001", "AUC-2026-00001"


class Forms(HTMLParser):
    """The forms of a page: where each is sent, and what it would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}))
        if tag == "input" and self.found and given.get("type") != "checkbox":
            self.found[-1][1][given["name"]] = unescape(given.get("value", ""))
        if tag == "option" and self.found and "selected" in given:
            self.found[-1][1]["purpose"] = given["value"]


def forms(answer: Response, action: str) -> list[dict[str, str]]:
    """What each form of a page that is sent to an address would send."""
    return [fields for path, fields in Forms(answer.text).found if path == action]


def token_browser(house: House, token: str, language: str = "en") -> Browser:
    """A browser that is signed in by a token."""
    browser = Browser(house, language)
    assert browser.post("/app/sign-in", token=token).status_code == 200
    assert SESSION_COOKIE in browser.http.cookies
    return browser


def supplier(house: House, party: str, language: str = "en") -> Browser:
    """A supplier's browser."""
    name = f"{party}-{next(house.keys)}"
    return token_browser(house, house.token(name, Role.SUPPLIER, party), language)


def text_of(answer: Response) -> str:
    """What stands on a page, in one line."""
    return " ".join(Page(answer.text).text.split())
