"""A browser signs in by a token, for some hours, and no other site acts in its name."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from erp.api.tokens import revoke_token
from erp.database import transaction
from erp.kernel.roles import Role
from erp.web import sessions
from erp.web.door import SESSION_COOKIE
from tests.api.house import House

from .browser import SAME_SITE, Browser


def test_who_is_not_signed_in_is_led_to_the_door_and_afterwards_where_it_wanted_to_go(
    house: House,
) -> None:
    browser = Browser(house)
    answer = browser.get("/app/orders", status="FUNDED")
    assert answer.url.path == "/app/sign-in"
    wanted = answer.url.params["next"]
    assert wanted == "/app/orders?status=FUNDED"
    answer = browser.post("/app/sign-in", token=house.tokens[Role.AUDITOR], next=wanted)
    assert (answer.status_code, str(answer.url.raw_path.decode())) == (200, wanted)


def test_the_first_address_of_the_house_is_the_workbench(house: House) -> None:
    assert Browser(house).get("/").url.path == "/app/sign-in"


def test_a_token_that_does_not_stand_signs_nobody_in(house: House) -> None:
    browser = Browser(house)
    for token in ("", "erp_nonsense", house.tokens[Role.BUYER] + "x"):
        answer = browser.post("/app/sign-in", token=token)
        assert answer.status_code == 401
        assert "unknown, was revoked" in answer.text
        assert token == "" or token not in answer.text
    assert SESSION_COOKIE not in browser.http.cookies
    assert browser.get("/app/").url.path == "/app/sign-in"


def test_neither_the_browser_nor_the_database_keeps_the_token(house: House) -> None:
    browser = Browser(house).sign_in(Role.BUYER)
    secret = browser.http.cookies[SESSION_COOKIE]
    assert house.tokens[Role.BUYER] not in secret
    with house.engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM web_session")).all()
    assert secret not in map(str, row)
    assert house.tokens[Role.BUYER] not in map(str, row)


def test_the_cookie_is_for_no_script_and_no_other_site(house: House) -> None:
    browser = Browser(house)
    answer = browser.http.post(
        "/app/sign-in",
        data={"token": house.tokens[Role.BUYER]},
        headers=SAME_SITE,
        follow_redirects=False,
    )
    said = answer.headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    assert "path=/app" in said
    assert "secure" not in said  # over plain HTTP a browser would not send it back
    https = browser.http.post(
        "https://testserver/app/sign-in", data={"token": house.tokens[Role.BUYER]}, headers=SAME_SITE,
        follow_redirects=False,
    )  # fmt: skip
    assert "secure" in https.headers["set-cookie"].lower()


def test_a_session_ends_by_time_by_its_token_and_by_its_person(house: House) -> None:
    late, revoked, out = (Browser(house).sign_in(Role.BUYER) for _ in range(3))
    out_secret = out.http.cookies[SESSION_COOKIE]
    assert out.post("/app/sign-out").url.path == "/app/sign-in"
    out.http.cookies.set(SESSION_COOKIE, out_secret, path="/app")
    assert out.get("/app/").url.path == "/app/sign-in"
    house.clock.now += sessions.SECONDS - 1
    assert late.get("/app/").url.path == "/app/"
    house.clock.now += 1
    assert late.get("/app/").url.path == "/app/sign-in"
    revoked.sign_in(Role.BUYER)
    with house.engine.connect() as connection:
        name = connection.execute(
            text("SELECT t.name FROM api_token t JOIN web_session s ON s.token_id = t.id")
        ).scalar_one()
    with transaction(house.engine) as session:
        revoke_token(session, name, house.clock.now)
    assert revoked.get("/app/").url.path == "/app/sign-in"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/app/sign-in", "/app/sign-out", "/app/language"])
def test_a_form_of_another_site_does_nothing(
    house: House, path: str, headers: dict[str, str]
) -> None:
    browser = Browser(house).sign_in(Role.BUYER)
    answer = browser.post(path, headers=headers, token=house.tokens[Role.AUDITOR], language="zh")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "buyer" in browser.get("/app/").text.lower()


def test_an_older_browser_that_names_the_origin_alone_is_served(house: House) -> None:
    browser = Browser(house)
    answer = browser.post(
        "/app/sign-in", {"Origin": "http://testserver"}, token=house.tokens[Role.BUYER]
    )
    assert answer.url.path == "/app/"


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example/",
        "//evil.example",
        "http://[::1/app/",
        "/\\evil.example",
        "/documents",
        "javascript:x",
        "/app/\\\\evil",
        "",
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in(house: House, next_: str) -> None:
    answer = Browser(house).http.post(
        "/app/sign-in", data={"token": house.tokens[Role.BUYER], "next": next_}, headers=SAME_SITE,
        follow_redirects=False,
    )  # fmt: skip
    assert answer.headers["location"] == "/app/"
