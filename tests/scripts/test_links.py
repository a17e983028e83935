"""Links into a sandbox: each opens one session, in its time, on this machine."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from scripts.sandbox import links

TOKENS = {"buyer": "erp_buyer", "finance": "erp_finance"}
NOW = 1_780_000_000.0


def made(folder: Path, later: float = 0.0) -> tuple[dict[str, str], links.Links]:
    """Paths by name, and the links as the API has them, so many seconds later."""
    file = folder / "links.json"
    paths = links.write(file, TOKENS, NOW, os.urandom)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return paths, links.read(file, lambda: NOW + later)


def secret(path: str) -> str:
    return path.rpartition("/")[2]


def test_a_link_is_used_once_and_its_file_is_gone(tmp_path: Path) -> None:
    paths, found = made(tmp_path)
    assert not (tmp_path / "links.json").exists()
    assert [found.take(secret(paths["buyer"])) for _ in range(2)] == ["erp_buyer", None]
    assert found.take(secret(paths["finance"])) == "erp_finance"
    assert found.take("invented") is None


@pytest.mark.parametrize(
    ("later", "token"), [(links.SECONDS - 1, "erp_buyer"), (links.SECONDS, None)]
)
def test_a_link_is_good_for_a_short_time(tmp_path: Path, later: float, token: str | None) -> None:
    paths, found = made(tmp_path, later)
    assert found.take(secret(paths["buyer"])) == token


def test_the_file_of_links_names_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "links.json"
    paths = links.write(file, TOKENS, NOW, os.urandom)
    content = file.read_text()
    assert not [path for path in paths.values() if secret(path) in content]
    assert set(json.loads(content)["links"].values()) == set(TOKENS.values())


@pytest.mark.parametrize(("host", "status"), [("192.0.2.7", 404), ("127.0.0.1", 410)])
def test_another_machine_finds_no_such_page_and_uses_no_link_up(
    tmp_path: Path, host: str, status: int
) -> None:
    paths, found = made(tmp_path)
    app = FastAPI()  # without a sign-in of its own: nobody is let in
    links.open_door(app, found)
    assert TestClient(app, client=(host, 1)).get(paths["buyer"]).status_code == status
    unused = found.take(secret(paths["buyer"]))
    assert unused == ("erp_buyer" if status == 404 else None)
