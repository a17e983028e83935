"""How pages of one kind are looked at: by token, in a language, with all their links."""

from __future__ import annotations

from erp.kernel.roles import Role
from erp.web.texts import chinese
from tests.api.house import House

from .browser import Browser, Page

GONE = {404, 403}
LONG = 12  # letters of an English text that is surely no name or code


def signed_in(house: House, token: str, language: str = "en") -> Browser:
    """A browser that a token signed in."""
    browser = Browser(house, language)
    assert browser.post("/app/sign-in", token=token).status_code == 200
    return browser


def reads(house: House, role: Role, path: str, route: str) -> None:
    """A page is there for a role as its route is."""
    told = Browser(house).sign_in(role).get(path)
    read = house.client.get(route, headers=house.headers(role))
    unknown = read.status_code == 422 and ":unknown-" in read.json()["type"]
    expected = 404 if unknown else read.status_code  # what a query names is not there: no such page
    assert told.status_code == expected, (path, told.text, read.text)


def looked_at(house: House, token: str, path: str, language: str) -> Page | None:
    """A page that runs nothing, loads nothing from elsewhere, and whose links lead somewhere; None where there is none."""
    browser = signed_in(house, token, language)
    answer = browser.get(path)
    if answer.status_code in GONE:
        return None
    assert answer.status_code == 200, (path, answer.text)
    page = Page(answer.text)
    assert page.language == ("zh-CN" if language == "zh" else "en")
    assert page.scripts == []
    for each in {*page.files, *page.links}:
        assert each.startswith(("/app/", "#", "?")), each
        if each.startswith("/app/"):
            assert browser.get(each).status_code == 200, (path, each)
    if language == "zh":
        for english in chinese():
            assert len(english) < LONG or "{" in english or english not in page.text, english
    return page
