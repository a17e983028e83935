"""The audit and the contracts as pages: what the witness knows of both, and what each role is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from erp.api.witness import RingState, Silence
from erp.kernel.roles import PARTNERS, Role
from tests.api.house import House
from tests.api.test_story import paid, stocked

from .browser import Browser, Page
from .chain import REGISTRY, Chain
from .looking import looked_at
from .purchase import text_of

AUDIT, CONTRACTS = "/app/audit", "/app/contracts"


class Audited(Chain):
    """A chain whose last audit was an hour ago."""

    differences: int | None = 0

    def ring(self) -> RingState | Silence:
        told = super().ring()
        assert isinstance(told, RingState)
        at = None if self.differences is None else -3_600
        return replace(told, audit_at=at, audit_differences=self.differences)


@pytest.fixture
def audited(house: House) -> Audited:
    """A house with the worked case, and what saw its chain."""
    stocked(house)
    paid(house)
    chain = Audited(house.engine)
    context = house.app.state.request_context
    house.app.state.request_context = replace(context, witness=chain, live=type(context.live)())
    for mounted in house.app.routes:
        inner = getattr(mounted, "app", None)
        if hasattr(inner, "state"):
            inner.state.request_context = house.app.state.request_context
    return chain


def test_the_page_tells_age_and_differences_and_the_line_of_anchors(
    house: House, audited: Audited
) -> None:
    answer = Browser(house).sign_in(Role.AUDITOR).get(AUDIT)
    text = text_of(answer)
    assert "Last audit 1 hour ago" in text
    assert "Books and chain told one story." in text
    count = len(house.get(Role.AUDITOR, "/documents", limit=500).json()["items"])
    assert f"⚓ 1 1 – {count}" in text
    assert "interlock audit --full" in text
    assert any(each.startswith("/app/documents/") for each in Page(answer.text).links)


@pytest.mark.parametrize(("found", "said"), [(3, "✗ 3"), (None, "never audited")])
def test_differences_and_a_missing_audit_are_no_good_news(
    house: House, audited: Audited, found: int | None, said: str
) -> None:
    audited.differences = found
    text = text_of(Browser(house).sign_in(Role.FINANCE).get(AUDIT))
    assert said in text
    assert "told one story" not in text


def test_contracts_stand_with_address_and_edition_for_everybody(
    house: House, audited: Audited
) -> None:
    for role in Role:
        text = text_of(Browser(house).sign_in(role).get(CONTRACTS))
        assert f"DocumentRegistry 0 {REGISTRY}" in text


def test_a_partner_is_told_no_figure_of_the_audit(house: House, audited: Audited) -> None:
    audited.differences = 3
    for role in PARTNERS:
        answer = Browser(house).sign_in(role).get(AUDIT)
        assert answer.status_code == 200
        assert "✗ 3" not in text_of(answer)
        assert "Line of anchors" not in answer.text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", [AUDIT, CONTRACTS])
def test_the_pages_are_whole_in_both_languages_with_and_without_a_witness(
    house: House, language: str, path: str
) -> None:
    for role in (Role.AUDITOR, Role.SUPPLIER):
        assert looked_at(house, house.tokens[role], path, language) is not None
    assert "No witness of the chain" in Browser(house).sign_in(Role.AUDITOR).get(path).text
