"""The promises that two databases keep differently: the same API on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from erp.api.settings import Settings
from erp.app import create_app
from erp.database import open_engine, transaction, upgrade
from erp.kernel.roles import Role

from .house import House, furnished
from .test_story import paid, stocked

CAPITAL = {"entity": "HEFEI", "amount_minor": 5_000_000}


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
    folder: Path = tmp_path_factory.mktemp("postgresql")
    server = pgserver.get_server(folder)
    try:
        url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
        upgrade(url)
        yield url
    finally:
        server.cleanup()


@pytest.fixture(scope="module")
def mansion(postgresql: str) -> Iterator[House]:
    engine = open_engine(postgresql)
    yield furnished(engine)
    engine.dispose()


def test_many_at_once_with_one_key_have_one_effect_on_postgresql(mansion: House) -> None:
    answers: list[tuple[int, bytes, bool]] = []

    def send() -> None:
        answer = mansion.post(Role.FINANCE, "/capital-contributions", CAPITAL, "k-1")
        replayed = "idempotency-replayed" in answer.headers
        answers.append((answer.status_code, answer.content, replayed))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in answers} == {201}
    assert len({content for _, content, _ in answers}) == 1
    assert sorted(replayed for _, _, replayed in answers) == [False] + [True] * 7
    with transaction(mansion.engine) as session:
        counted = session.execute(text("SELECT count(*) FROM document_log WHERE type = 'capital'"))
        assert counted.scalar_one() == 1
    refused = mansion.post(Role.FINANCE, "/budget-approvals", CAPITAL, "k-1")
    assert refused.status_code == 422


def test_the_worked_case_is_the_same_on_postgresql(mansion: House) -> None:
    stocked(mansion)
    paid(mansion)
    page = mansion.get(Role.BUYER, "/orders/PO-2026-00001").json()
    assert page["money"]["paid_minor"] == 1_127_288
    told = mansion.get(Role.FINANCE, "/trial-balance", by="entity").json()
    assert told["difference_minor"] == 0
    for path in ("/stock", "/balances", "/budgets", "/parties", "/documents", "/tenders"):
        assert mansion.get(Role.FINANCE, path, limit=2).status_code == 200


def test_a_database_that_is_away_asks_to_come_again() -> None:
    app = create_app(Settings("postgresql+psycopg://nobody@127.0.0.1:1/nothing"))
    answer = TestClient(app, raise_server_exceptions=False).get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:interlock:problem:database-busy"
    assert "nobody" not in answer.text
