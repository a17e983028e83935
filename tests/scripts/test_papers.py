"""Papers of groups and bets are handed in to the ERP from the console, by a clerk with a token of its own."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from erp.api.routes import WRITES
from erp.items.schemas import RegisterItem
from erp.kernel.roles import Role
from scripts.console import erp_numbers, ops
from scripts.console.errors import NotThere, OpsError
from scripts.console.formatting import View
from scripts.console.ops import calls
from tests.api.conftest import database_url, house  # noqa: F401 - fixtures
from tests.api.house import BUYER, House
from tests.api.test_bet_changes import POOL, staff  # noqa: F401 - a fixture
from tests.api.test_groups import form_first, open_groups
from tests.api.test_needs import Staff
from tests.databases import on_both_databases as pytest_generate_tests  # noqa: F401 - a hook
from tests.erp.bet_terms import STAKE
from tests.erp.world import DAY

MOST = STAKE // 2


class Line:
    """Answers what the console asks the ERP, as its server would."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def open(self, request: urllib.request.Request, timeout: int) -> io.BytesIO:
        """One request. Raises HTTPError where the ERP refuses."""
        assert timeout > 0
        path = request.full_url.removeprefix("http://erp")
        answer = self._client.request(
            request.get_method(), path, content=request.data, headers=dict(request.header_items())
        )
        body = io.BytesIO(answer.content)
        if answer.is_error:
            raise urllib.error.HTTPError(path, answer.status_code, "refused", Message(), body)
        return body


@pytest.fixture
def at_the_console(
    house: House,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """A console beside the house, with a token of each role and of finance's second clerk."""
    tokens = {role.value: token for role, token in house.tokens.items()}
    clerks = tmp_path / "tokens.json"
    clerks.write_text(json.dumps(tokens | {"finance-2": house.second}))
    told = {"api": "http://erp", "token": tokens["auditor"], "clerks": str(clerks)}
    named = tmp_path / "console.json"
    named.write_text(json.dumps(told))
    erp = erp_numbers.from_file(named)
    assert erp is not None
    erp._opener = Line(house.client)  # type: ignore[assignment]
    erp_numbers.use(erp)
    monkeypatch.setattr(calls, "now", lambda: house.clock.now)
    yield house
    erp_numbers.use(None)


def pledge(share: int) -> View:
    """What somebody pledges, as `ops.pledge` makes it."""
    sales = ops.target(base=1_000, floor=600, stretch=1_500, metric=104)
    return ops.pledge(BUYER, STAKE, [sales], share, tolerance_bps=500, cap_bps=5_000)


@pytest.fixture
def formed(at_the_console: House) -> House:
    """A group of Hefei, of whose role Acme is the holder."""
    Staff(at_the_console)
    open_groups(at_the_console)
    form_first(at_the_console)
    return at_the_console


@pytest.mark.usefixtures("formed")
def test_a_milestone_is_said_and_its_report_follows() -> None:
    said = ops.reach_milestone(1, 1, 2_000, "the drawings are approved")
    assert said["type"] == "milestone"
    assert [each.split()[1] for each in said["followed"]] == ["role_progress"]
    assert ops.work(1)["roles"][0]["told_bps"] == 2_000
    with pytest.raises(OpsError, match="refuses: Role 1 of"):
        ops.reach_milestone(1, 1, 2_000, "again")


def test_what_waits_for_the_chain_is_planned_and_dropped(formed: House) -> None:
    formed.settle(RegisterItem(code="STEEL", name="steel", unit="sheet"))
    (example,) = (write.example for write in WRITES if write.path == "/sourcing-policies")
    policy = example | {"item": "STEEL", "buyer": "HEFEI", "candidates": ["ACME"]}
    formed.confirmed(formed.post(Role.PLANNER, "/sourcing-policies", policy))
    planned = ops.plan_requisition(1, "bet_active", "STEEL", 5, clerk="buyer")
    (waits,) = ops.work(1)["planned"]
    assert (waits["number"], waits["fact"], waits["quantity"]) == (
        planned["number"],
        "bet_active",
        5,
    )
    ops.drop_planned(planned["number"], "bought elsewhere", clerk="buyer")
    assert ops.work(1)["planned"][0]["status"] == "DROPPED"
    with pytest.raises(OpsError, match="SO-2026-00001"):
        ops.plan_release("SO-2026-00001", "bet_active")


@pytest.mark.usefixtures("at_the_console", "staff")
def test_a_change_of_a_bet_is_proposed_read_approved_and_withdrawn() -> None:
    pledges = {"ACME": pledge(5_000), "HEFEI": pledge(5_000)}
    expects = {"HEFEI": [900]}
    made = ops.change_bet(1, "HEFEI", pledges, 2, sign_seconds=DAY, expects=expects)
    seen = ops.bet_change(made["number"])
    assert [each["who"] for each in seen["cases"]] == ["ACME", "HEFEI"]
    assert [each["worst_minor"] for each in seen["cases"]] == [-MOST, -MOST]
    assert seen["cases"][1]["base_minor"] == POOL * 9 // 20
    assert seen["cases"][1]["expected_minor"] < seen["cases"][1]["base_minor"]
    ops.approve_change(made["number"], "HEFEI")
    assert ops.bet_change(made["number"])["approvals"][0] == "ACME: not yet"
    with pytest.raises(OpsError, match="refuses"):
        ops.approve_change(made["number"], "ACME")
    ops.withdraw_change(made["number"], "the market came back")
    assert ops.bet_change(made["number"])["status"] == "WITHDRAWN"


@pytest.mark.usefixtures("at_the_console", "staff")
def test_a_pool_is_topped_up_by_two_persons() -> None:
    made = ops.plan_top_up(1, "HEFEI", 5_000, "it runs well")
    with pytest.raises(OpsError, match="was proposed by"):
        ops.approve_top_up(made["number"], clerk="finance")
    assert ops.approve_top_up(made["number"])["type"] == "pool_top_up_approval"
    assert ops.withdraw_top_up(made["number"], "the pool is enough")["number"].startswith("PTW-")


@pytest.mark.usefixtures("at_the_console")
def test_a_clerk_without_a_token_hands_nothing_in() -> None:
    with pytest.raises(NotThere, match="no token of a clerk nobody is known here; there are: "):
        ops.approve_top_up("PTU-2026-00001", clerk="nobody")
    erp_numbers.use(None)
    with pytest.raises(NotThere, match="no ERP is known here"):
        ops.approve_top_up("PTU-2026-00001")
