"""A program signs in from a shell as an OAuth2 client: its access token renews itself, its secret is nobody else's."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import httpx
import pytest

from erp.api.tokens import revoke_token
from erp.database import transaction
from erp.exits import Exit
from erp.kernel.roles import Role
from scripts.reads.api import Api
from scripts.reads.client import exchanged
from scripts.reads.login import Login, find, keep
from scripts.shell.telling import CommandError
from tests.web.served import serving

from .house import House
from .shell import Shell, shell_of
from .test_from_a_shell import refusal
from .test_oauth import client_of

LIFE = 900  # seconds of an access token
ITEM = ["items", "code=BOLT", "name=Bolt", "unit=piece"]


@pytest.fixture
def shell(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return shell_of(house, tmp_path, monkeypatch)


def sign_in(shell: Shell, secret: str, *more: str) -> object:
    words = ("login", "--api", shell.api, "--client", "mrp", *more)
    return shell.type(*words, standard_input=secret + "\n")


def kept(shell: Shell, name: str = "mrp") -> Login:
    return find(shell.file, name)[1]


def test_a_client_signs_in_and_neither_secret_nor_token_is_printed(shell: Shell) -> None:
    secret = client_of(shell.house)
    done = sign_in(shell, secret)
    assert done.exit_code == 0, done  # type: ignore[attr-defined]
    assert "signed in as mrp, role planner" in done.output  # type: ignore[attr-defined]
    login = kept(shell)
    assert (login.client, login.secret) == ("mrp", secret)
    assert not {secret, login.token} & set(done.output.split())  # type: ignore[attr-defined]
    assert stat.S_IMODE(shell.file.stat().st_mode) == 0o600
    assert json.loads(shell.type("api", "GET", "me").stdout)["role"] == "planner"


def test_an_access_token_that_ended_renews_itself_and_who_is_meant_stays(shell: Shell) -> None:
    sign_in(shell, client_of(shell.house))
    shell.sign_in(Role.AUDITOR)
    before = kept(shell)
    shell.house.clock.now += LIFE + 1
    told = json.loads(shell.type("api", "GET", "me", "--as", "mrp").stdout)
    assert told["name"] == "mrp"
    after = kept(shell)
    assert after.token != before.token
    assert after.secret == before.secret
    assert json.loads(shell.type("api", "GET", "me").stdout)["role"] == "auditor"
    shell.type("api", "GET", "me", "--as", "mrp")
    assert kept(shell) == after  # one that stands is not renewed


def test_what_is_told_again_with_a_renewed_token_is_told_once(shell: Shell) -> None:
    sign_in(shell, client_of(shell.house))
    numbers = set()
    for _ in range(2):
        told = json.loads(shell.type("api", "POST", *ITEM, "--key", "once").stdout)
        numbers.add(told["document"]["number"])
        shell.house.clock.now += LIFE + 1
    assert len(numbers) == 1


def test_a_secret_that_is_wrong_is_told_and_nothing_is_kept(shell: Shell) -> None:
    client_of(shell.house)
    told = refusal(sign_in(shell, "erp_invented")).told
    assert (told.exit, told.code) == (Exit.USAGE, "invalid_client (401)")
    assert told.hint == "interlock login --api http://erp.test --client mrp"
    assert not shell.file.exists()


def test_a_client_that_was_revoked_is_told_so_when_its_token_ended(shell: Shell) -> None:
    sign_in(shell, client_of(shell.house))
    text = shell.file.read_text()
    with transaction(shell.house.engine) as session:
        revoke_token(session, "mrp", shell.house.clock.now)
    told = refusal(shell.type("stock")).told
    assert (told.exit, told.code) == (Exit.USAGE, "invalid_client (401)")
    assert shell.file.read_text() == text


@pytest.mark.parametrize(
    ("answer", "code", "exit_code"),
    [
        (httpx.Response(429, json={"error": "slow_down", "error_description": "wait"}), "slow_down (429)", Exit.BUSY),
        (httpx.Response(503, json={"error": "busy", "error_description": "wait"}), "busy (503)", Exit.BUSY),
        (httpx.Response(404, text="<html>"), "no-oauth (404)", Exit.REFUSED),
        (httpx.Response(200, text="<html>"), "no-oauth (200)", Exit.USAGE),
        (httpx.Response(302, headers={"location": "http://elsewhere.test"}), "no-oauth (302)", Exit.USAGE),
    ],
)  # fmt: skip
def test_what_is_not_granted_ends_in_three_lines(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response, code: str, exit_code: Exit
) -> None:
    monkeypatch.setattr(httpx.Client, "post", lambda *_, **__: answer)
    with pytest.raises(CommandError) as caught:
        exchanged(Login("http://erp.test", "", "mrp", "secret"))
    assert (caught.value.told.code, caught.value.told.exit) == (code, exit_code)


def test_a_token_is_renewed_once_and_then_the_refusal_is_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refusing(*_: object, **__: object) -> httpx.Response:
        asked.append("asked")
        return httpx.Response(401, json={"detail": "revoked"})

    monkeypatch.setattr(shell.house.client, "request", refusing)
    renewed: list[Login] = []

    def renew() -> Login:
        renewed.append(Login(shell.api, "new"))
        return renewed[-1]

    with pytest.raises(CommandError, match="revoked"):
        Api(Login(shell.api, "old"), renew).get("me")
    assert (len(asked), len(renewed)) == (2, 1)


def test_a_file_of_logins_from_before_there_were_clients_is_read(tmp_path: Path) -> None:
    file = tmp_path / "login.json"
    file.touch(mode=0o600)
    file.write_text(
        json.dumps({"current": "a", "logins": {"a": {"api": "http://x", "token": "t"}}})
    )
    assert find(file, None, {}) == ("a", Login("http://x", "t"))
    keep(file, {"b": Login("http://x", "u", "b", "s")})
    assert find(file, None, {})[0] == "a"
    assert json.loads(file.read_text())["logins"]["a"] == {"api": "http://x", "token": "t"}


def test_a_file_that_cannot_be_written_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / f"login.{os.getpid()}").touch()  # another's: it is not written over
    with pytest.raises(CommandError, match=r"cannot write .*login\.json") as caught:
        keep(tmp_path / "login.json", {"a": Login("http://x", "t")}, "a")
    assert caught.value.told.exit == Exit.USAGE


@pytest.mark.sqlite("a stream reads the log as every list does")
def test_a_stream_renews_its_access_token_too(house: House) -> None:
    secret = client_of(house)
    with serving(house) as served:
        login = exchanged(Login(served.url, "", "mrp", secret))
        house.clock.now += LIFE + 1
        renewed: list[Login] = []

        def renew() -> Login:
            renewed.append(exchanged(login))
            return renewed[-1]

        headers = {"Accept": "text/event-stream"}
        with Api(login, renew).listening("events", {}, headers, 5.0) as answer:
            assert next(answer.iter_bytes()).startswith(b"retry:")
        assert len(renewed) == 1
