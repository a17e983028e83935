"""People sign in by password: given a one-time secret, chosen by themselves, ended with their employment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text

from erp.api import passwords, tokens
from erp.api.passwords import give_one_time, one_time_secret, take
from erp.api.settings import Limits, Settings
from erp.app import create_app
from erp.database import transaction
from erp.kernel.roles import Role
from erp.web.door import SESSION_COOKIE
from erp.web.pages import account, entry
from tests.api.house import House

from .browser import Browser

NEW = "正确的马 battery staple"
WRONG = "open nothing"
FORM = "This login and this password"


@dataclass
class Ticks:
    """Seconds that a test lets pass."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Staff:
    """A house with one clerk of the dock and of quality, P-1, who has the login li."""

    house: House
    employment: str
    ticks: Ticks = field(default_factory=Ticks)

    def __post_init__(self) -> None:
        settings = Settings(
            self.house.engine, self.house.clock, self.house.app.state.request_context.randomness,
            limits=Limits(), ticks=self.ticks,
        )  # fmt: skip
        self.house.app = create_app(settings)

    def secret(self, person: str = "P-1", seconds: int = 3_600) -> str:
        """A new one-time secret."""
        with transaction(self.house.engine) as session:
            return give_one_time(
                session, person, at=self.house.clock.now, seconds=seconds,
                randomness=self.house.app.state.request_context.randomness,
            )  # fmt: skip

    def chosen(self, browser: Browser | None = None) -> Browser:
        """A browser in which the clerk has chosen a password, and is signed in."""
        known = browser or Browser(self.house)
        answer = change(known, self.secret(), NEW, first="1")
        assert answer.url.path == "/app/", answer.text
        return known


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashes with the least of memory: the tests judge who is let in, not how long a guess takes."""
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)
    monkeypatch.setattr(passwords, "PASSES", 1)
    clear = (passwords.hasher.cache_clear, passwords.of_nobody.cache_clear)
    for each in clear:
        each()
    yield
    for each in clear:
        each()


def hired(house: House, code: str, login: str, party: str, *duties: str) -> str:
    """HR registers and employs a person; the number of the employment."""
    person = {"code": code, "login": login, "name": f"Name of {code}"}
    assert house.post(Role.HR, "/persons", person).status_code == 201
    if not duties:
        return ""
    body = {"person": code, "party": party, "duties": list(duties)}
    employed = house.post(Role.HR, "/employments", body)
    assert employed.status_code == 201, employed.text
    return str(employed.json()["document"]["number"])


@pytest.fixture
def staff(house: House) -> Staff:
    return Staff(house, hired(house, "P-1", "li", "HEFEI", "receive", "inspect"))


def enter(browser: Browser, name: str, password: str, **more: str) -> Response:
    return browser.post("/app/sign-in", name=name, password=password, **more)


def change(
    browser: Browser, old: str, new: str, *, again: str | None = None, **more: str
) -> Response:
    form = {"name": "li", "password": old, "new": new, "again": new if again is None else again}
    return browser.post("/app/password", **(form | more))


def test_a_one_time_secret_lets_its_person_choose_a_password_and_nothing_else(staff: Staff) -> None:
    secret, browser = staff.secret(), Browser(staff.house)
    answer = enter(browser, "LI ", secret)
    assert answer.status_code == 200
    assert "Choose your password" in answer.text
    assert SESSION_COOKIE not in browser.http.cookies
    assert browser.get("/app/").url.path == "/app/sign-in"
    answer = change(browser, secret, NEW, first="1", next="/app/receiving")
    assert answer.url.path == "/app/receiving"
    other = Browser(staff.house)
    assert enter(other, "li", secret).status_code == 401  # it was good once
    assert enter(other, "li", NEW).url.path == "/app/"


def test_a_one_time_secret_ends_by_time(staff: Staff) -> None:
    secret = staff.secret(seconds=60)
    staff.house.clock.now += 60
    assert enter(Browser(staff.house), "li", secret).status_code == 401


def test_what_the_clerk_does_stands_in_the_log_under_the_person(staff: Staff) -> None:
    browser = staff.chosen()
    with staff.house.engine.connect() as connection:
        (row,) = connection.execute(
            text("SELECT name, role, person, kind FROM api_token WHERE kind = 'seat'")
        ).all()
    assert tuple(row) == ("P-1/quality", "quality", "P-1", "seat")
    assert "P-1 · Quality" in browser.get("/app/").text


def test_the_seat_of_a_person_has_no_secret_that_anybody_could_send(staff: Staff) -> None:
    browser = staff.chosen()
    secret = browser.http.cookies[SESSION_COOKIE]
    for token in (secret, "P-1/quality", f"erp_{secret}"):
        headers = {"Authorization": f"Bearer {token}"}
        assert staff.house.client.get("/me", headers=headers).status_code == 401


def test_a_person_acts_in_each_of_its_offices_and_in_no_other(staff: Staff) -> None:
    browser = staff.chosen()
    assert "Warehouse" in browser.get("/app/account").text
    assert browser.post("/app/account/office", office="warehouse").url.path == "/app/"
    assert "P-1 · Warehouse" in browser.get("/app/").text
    for office in ("finance", "node ACME", "supplier HEFEI", "nobody", ""):
        assert browser.post("/app/account/office", office=office).url.path == "/app/account"
        assert "P-1 · Warehouse" in browser.get("/app/").text


def test_a_person_of_a_supplier_acts_for_that_supplier_alone(staff: Staff) -> None:
    hired(staff.house, "P-2", "wang", "ACME", "supply")
    browser, secret = Browser(staff.house), staff.secret("P-2")
    answer = browser.post(
        "/app/password", name="wang", password=secret, new=NEW, again=NEW, first="1"
    )
    assert answer.url.path == "/app/"
    assert "ACME · Supplier" in answer.text
    assert browser.post("/app/account/office", office="supplier RIVAL").url.path == "/app/account"
    assert "ACME · Supplier" in browser.get("/app/").text


def test_with_the_employment_the_sessions_and_the_password_of_its_person_end(staff: Staff) -> None:
    browser = staff.chosen()
    body = {"employment": staff.employment, "reason": "left the house"}
    assert staff.house.post(Role.HR, "/employment-ends", body).status_code == 201
    assert browser.get("/app/").url.path == "/app/sign-in"
    assert enter(Browser(staff.house), "li", NEW).status_code == 401


def test_a_new_password_signs_all_other_browsers_of_the_person_out(staff: Staff) -> None:
    first = staff.chosen()
    second = Browser(staff.house)
    enter(second, "li", NEW)
    answer = change(second, NEW, NEW + "!")
    assert (answer.url.path, answer.url.params["changed"]) == ("/app/account", "1")
    assert first.get("/app/").url.path == "/app/sign-in"
    assert second.get("/app/").url.path == "/app/"


def test_an_administrator_who_takes_the_password_signs_the_person_out(staff: Staff) -> None:
    browser = staff.chosen()
    with transaction(staff.house.engine) as session:
        assert take(session, "P-1")
        assert not take(session, "P-1")
    assert browser.get("/app/").url.path == "/app/sign-in"
    assert enter(browser, "li", NEW).status_code == 401


@pytest.mark.parametrize(
    "new", ["short", "a" * 40, "abcdeabcdeabcde", "xx li xx 123456", "my P-1 is here", "x1" * 70]
)
def test_a_password_that_is_easily_guessed_is_not_taken(staff: Staff, new: str) -> None:
    browser, secret = Browser(staff.house), staff.secret()
    answer = change(browser, secret, new, first="1")
    assert answer.status_code == 409
    assert "Choose another" in answer.text
    assert change(browser, secret, NEW, again=NEW + " ").status_code == 422
    assert change(browser, secret, NEW, first="1").url.path == "/app/"


def test_neither_database_nor_page_keeps_a_password(staff: Staff) -> None:
    secret = staff.secret()
    told = enter(Browser(staff.house), "li", secret).text
    staff.chosen()
    with staff.house.engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM person_password")).all()
    assert "$argon2id$" in str(row)
    for kept in (secret, NEW):
        assert kept not in str(row)
        assert kept not in told


def test_whether_a_login_is_anybodys_is_told_to_nobody(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, without a password, with a wrong one, without an employment: one answer, and the work of one hash each."""
    staff.chosen()
    hired(staff.house, "P-3", "zhao", "HEFEI")
    judged: list[str] = []
    whole = passwords.hasher().verify

    class Counted:
        def verify(self, secret: str, hashed: str) -> bool:
            judged.append(hashed.split("$")[3])
            return whole(secret, hashed)

    passwords.of_nobody()
    monkeypatch.setattr(passwords, "hasher", Counted)
    answers = []
    for name in ("nobody", "zhao", "li", "li\0", "", "l" * 5_000):
        answer = enter(Browser(staff.house), name, "wrong password")
        assert answer.status_code == 401
        answers.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(set(answers)) == 1
    assert FORM in answers[0]
    assert len(judged) == len(answers)
    assert len(set(judged)) == 1  # the same parameters: the same work


def test_who_guesses_a_login_has_to_wait_whether_it_is_anybodys_or_not(staff: Staff) -> None:
    staff.chosen()
    for name in ("li", "nobody"):
        browser = Browser(staff.house)
        codes = [enter(browser, name, f"guess {n}").status_code for n in range(5)]
        assert codes == [401] * 5
        slowed = enter(browser, name.upper(), NEW)
        assert slowed.status_code == 429
        assert slowed.headers["retry-after"] == "1"
        assert "Try again in 1 seconds" in slowed.text
        staff.ticks.now += 1
        assert enter(browser, name, "guess 6").status_code == 401
        assert enter(browser, name, NEW).headers["retry-after"] == "2"
        staff.ticks.now += 3_700
    assert enter(Browser(staff.house), "li", NEW).url.path == "/app/"


def test_who_guesses_from_one_address_waits_whatever_name_it_tries(staff: Staff) -> None:
    browser = Browser(staff.house)
    codes = [enter(browser, f"name-{n}", "guess").status_code for n in range(31)]
    assert codes == [401] * 30 + [429]
    assert browser.post("/app/sign-in", token="erp_guess").status_code == 429
    assert browser.post("/app/password", name="x", password="y").status_code == 429
    staff.ticks.now += 1
    assert browser.post("/app/sign-in", token="erp_guess").status_code == 401


def test_the_one_time_secret_is_drawn_evenly_and_is_long() -> None:
    given = iter([bytes([255] * 20), bytes(range(20)), bytes(range(100, 120))])
    secret = one_time_secret(lambda _size: next(given))
    assert re.fullmatch(r"([a-z2-9]{4}-){4}[a-z2-9]{4}", secret)
    assert secret.startswith("abcd-efgh")


def test_a_chinese_browser_is_told_in_chinese(staff: Staff) -> None:
    browser = Browser(staff.house, "zh")
    assert "此登录名与口令无法登录" in enter(browser, "li", "wrong").text
    assert "至少六个不同字符" in change(browser, staff.secret(), "short").text
    for n in range(6):
        answer = enter(browser, "li", f"wrong {n}")
    assert "秒后再试" in answer.text


def test_a_role_without_person_has_a_page_that_says_so(staff: Staff) -> None:
    browser = Browser(staff.house).sign_in(Role.BUYER)
    assert "signed in by a token" in browser.get("/app/account").text
    assert browser.post("/app/account/office", office="finance").url.path == "/app/account"


# ---- what an administrator does between the judging of a password and what it opens


def between(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, done: Callable[[], object]
) -> None:
    """Does something once, right after a password was judged in a page."""
    whole, todo = passwords.judged, [done]

    def judged(*arguments: Any) -> passwords.Known | None:
        found = whole(*arguments)
        if todo:
            todo.pop()()
        return found

    monkeypatch.setattr(module, "judged", judged)


def taken(staff: Staff) -> None:
    with transaction(staff.house.engine) as session:
        assert take(session, "P-1")


@pytest.mark.parametrize("how", ["taken", "given anew"])
def test_a_password_that_was_taken_or_replaced_while_it_was_judged_opens_nothing(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    staff.chosen()
    between(monkeypatch, entry, lambda: taken(staff) if how == "taken" else staff.secret())
    late = Browser(staff.house)
    assert enter(late, "li", NEW).status_code == 401
    assert late.get("/app/").url.path == "/app/sign-in"


@pytest.mark.parametrize("how", ["taken", "given anew"])
def test_a_password_that_was_taken_or_replaced_is_not_changed_back(
    staff: Staff, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    staff.chosen()
    later: list[str] = []
    between(
        monkeypatch,
        account,
        lambda: taken(staff) if how == "taken" else later.append(staff.secret()),
    )
    browser = Browser(staff.house)
    assert change(browser, NEW, NEW + "!").status_code == 401
    assert enter(browser, "li", NEW + "!").status_code == 401
    for secret in later:
        assert change(browser, secret, NEW + "?", first="1").url.path == "/app/"


def test_one_one_time_secret_that_is_sent_twice_at_once_is_good_once(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, first = staff.secret(), Browser(staff.house)

    def other() -> None:
        at = staff.house.clock.now
        with transaction(staff.house.engine) as session:
            passwords.change(session, "P-1", passwords.hasher().hash(NEW + "1"), at)

    between(monkeypatch, account, other)
    assert change(Browser(staff.house), secret, NEW + "2", first="1").status_code == 401
    assert enter(first, "li", NEW + "1").url.path == "/app/"


def test_a_seat_whose_mark_two_parties_share_is_given_for_the_first_alone(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "SEAT_PARTY_DIGITS", 0)  # as if both hashes began alike
    hired(staff.house, "P-2", "wang", "ACME", "supply")
    with transaction(staff.house.engine) as session:
        asked: dict[str, Any] = {
            "person": "P-2",
            "role": Role.SUPPLIER,
            "at": staff.house.clock.now,
            "secret": b"s" * 32,
        }
        assert tokens.seat_of(session, party="ACME", **asked).party == "ACME"
        with pytest.raises(tokens.TokenRefused, match="another's"):
            tokens.seat_of(session, party="RIVAL", **asked)
