"""A browser that knows cookies and forms, and reads pages as people do: by their text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from erp.kernel.roles import Role
from tests.api.house import House

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """One browser at the door of a house, its language English unless another is asked for."""

    def __init__(self, house: House, language: str = "en") -> None:
        self.house = house
        self.http = TestClient(
            house.app, raise_server_exceptions=False, headers={"Accept-Language": language}
        )

    def sign_in(self, role: Role) -> Browser:
        """Signs in with the token of a role."""
        answer = self.post("/app/sign-in", token=self.house.tokens[role])
        assert answer.status_code == 200, answer.text
        assert answer.url.path == "/app/"
        return self

    def get(self, path: str, **query: Any) -> Response:
        """A page, wherever it is in the end."""
        return self.http.get(path, params=query or None)

    def post(self, path: str, headers: dict[str, str] = SAME_SITE, **form: str) -> Response:
        """A form that is sent from a page of ours, or from elsewhere by other headers."""
        return self.http.post(path, data=form, headers=headers)


class Page(HTMLParser):
    """What stands in a page: its text, its links, the files that it needs, and whatever is written into it that runs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.files, self.scripts = "", [], [], []  # type: str, list[str], list[str], list[str]
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "a":
            self.links.append(given.get("href", ""))
        self.files += [given[name] for name in ("src",) if name in given]
        self.files += [given["href"]] if tag == "link" else []
        self.scripts += [
            f"{tag} {name}" for name in given if name.startswith("on") or name == "style"
        ]
        self.scripts += (
            [tag] if tag == "style" or (tag == "script" and not given.get("src")) else []
        )

    def handle_data(self, data: str) -> None:
        self.text += " " + " ".join(data.split())
