"""An audit is started from its page by those who look after the ring, told with who runs it, and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from erp.api.witness import AuditOutcome, InvariantSeen, ParkedRow, Silence
from erp.kernel.roles import Role
from tests.api.house import House

from .browser import SAME_SITE, Browser, Page
from .chain import Chain
from .purchase import text_of

AUDIT, START, RING = "/app/audit", "/app/audit/start", "/app/ring"
MAY = {Role.OPERATOR, Role.AUDITOR}
DIFFERS = InvariantSeen(5, "the books follow", False, 75, 21, ("delivery 1/1", "paid_minor 7"))
pytestmark = pytest.mark.sqlite("an audit's answer is no row of the books")


@pytest.fixture
def chain(house: House) -> Chain:
    """What saw the chain of a house, for the API and for its pages."""
    made = Chain(house.engine)
    context = house.app.state.request_context
    context = replace(context, witness=made, live=type(context.live)())
    house.app.state.request_context = context
    for mounted in house.app.routes:
        inner = getattr(mounted, "app", None)
        if hasattr(inner, "state"):
            inner.state.request_context = context
    return made


def start(house: House, role: Role, **form: str) -> int:
    browser = Browser(house).sign_in(role)
    sent = browser.http.post(START, data=form, headers=SAME_SITE, follow_redirects=False)
    return sent.status_code


@pytest.mark.parametrize("role", list(Role))
def test_only_operator_and_auditor_start_an_audit_by_page_or_api(
    house: House, chain: Chain, role: Role
) -> None:
    page = Browser(house).sign_in(role).get(AUDIT)
    assert ("Start an audit" in page.text) == (role in MAY)
    code = house.client.post("/audits", json={}, headers=house.headers(role)).status_code
    assert code == (200 if role in MAY else 403)
    assert house.get(role, "/audits").status_code == (200 if role in MAY else 403)
    assert (chain.newest is not None) == (role in MAY)
    chain.newest = None
    assert start(house, role) == (303 if role in MAY else 403)
    assert (chain.newest is not None) == (role in MAY)


def test_the_page_says_who_asked_and_that_the_house_itself_runs_it(
    house: House, chain: Chain
) -> None:
    assert start(house, Role.OPERATOR, whole="1") == 303
    assert chain.newest is not None
    assert (chain.newest.asked_by, chain.newest.whole) == ("operator:operator-1", True)
    text = text_of(Browser(house).sign_in(Role.AUDITOR).get(AUDIT))
    assert "It runs." in text
    assert "Asked for by operator:operator-1" in text
    assert "run by the house's own machine" in text
    told = house.get(Role.OPERATOR, "/audits").json()
    assert (told["outcome"], told["runner"]) == ("runs", "a process")
    house.app.state.request_context.live._stood = None  # the look of a moment ago is over
    assert house.get(Role.OPERATOR, "/ring").json()["audit_runs"] is True


def test_a_second_one_is_not_started_while_one_runs(house: House, chain: Chain) -> None:
    assert start(house, Role.OPERATOR) == 303
    first = chain.newest
    assert start(house, Role.AUDITOR) == 303
    assert chain.newest is first


def test_differences_are_named_to_those_who_may_start_one_and_to_nobody_else(
    house: House, chain: Chain
) -> None:
    assert start(house, Role.OPERATOR) == 303
    assert chain.newest is not None
    chain.newest = replace(
        chain.newest, outcome=AuditOutcome.DIFFERS, block=9, sequence=4, invariants=(DIFFERS,)
    )
    text = text_of(Browser(house).sign_in(Role.OPERATOR).get(AUDIT))
    assert "Books and chain tell different stories." in text
    assert "paid_minor 7" in text
    assert "and 19 more" in text
    for role in (Role.ADMIN, Role.FINANCE, Role.SUPPLIER):
        assert "paid_minor 7" not in Browser(house).sign_in(role).get(AUDIT).text


def test_without_settings_of_a_bridge_none_is_started_and_the_reason_is_told(
    house: House, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> Silence:
        return Silence("no settings were given")

    monkeypatch.setattr(chain, "audit", silent)
    monkeypatch.setattr(chain, "start_audit", silent)
    headers = house.headers(Role.OPERATOR)
    refused = house.client.post("/audits", json={}, headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:interlock:problem:no-audit")
    assert "no settings were given" in refused.json()["detail"]
    said = house.client.post("/audits", json={}, headers={**headers, "Accept-Language": "zh"})
    assert "此处无法启动审计" in said.json()["detail"]
    assert "None can be started here. no settings" in text_of(
        Browser(house).sign_in(Role.OPERATOR).get(AUDIT)
    )


def test_an_operator_reads_what_is_parked_with_its_reason_in_both_languages(
    house: House, chain: Chain
) -> None:
    chain.parked = (
        ParkedRow("quarantined", "9", "Bets.Settled", None, "the budget is spent", "预算已用完"),
    )
    text = text_of(Browser(house).sign_in(Role.OPERATOR).get(RING))
    assert "Quarantined 9 Bets.Settled" in text
    assert "the budget is spent" in text
    chinese = Browser(house, "zh").sign_in(Role.OPERATOR).get(RING)
    assert "预算已用完" in Page(chinese.text).text
