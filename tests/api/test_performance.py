"""Performance over HTTP: a run reports what is due, and says of what it cannot report why."""

from __future__ import annotations

from typing import Any

import pytest

from erp.bets import schemas as s
from erp.kernel.roles import Role
from erp.payments.schemas import RecordTokenIssue

from .house import BUYER, SUPPLIER, House
from .test_needs import told_of

DAY = 86_400
STAKE, POOL = 10_000, 5_000
REF = "0x" + "11" * 32
ZERO = "0x" + "00" * 32
PATH = "/performance-runs"


def bet(house: House) -> None:
    """Hefei sponsors a bet of a day, in which Acme pledges no defect; it is over, and can be reported."""
    now = house.clock.now
    house.settle(
        *(
            RecordTokenIssue(account=who, amount_minor=1_000_000, bank_ref=REF)
            for who in (BUYER, SUPPLIER)
        ),
        s.RecordBetContract(
            bet_id=1, sponsor=BUYER, terms=None, terms_ref=REF, group_id=0, parties_root=REF, region=ZERO,
            reporter_post=2, arbiter_post=3, sign_by=now, start=now, party_count=1, report_seconds=DAY,
            dispute_seconds=DAY, ruling_seconds=DAY, pool_minor=POOL, index_baseline="0", index_elasticity_bps=0,
            index_max_up_bps=0, index_max_down_bps=0, periods=1, period_seconds=DAY,
        ),
        s.RecordBetSignature(
            bet_id=1, party=SUPPLIER, stake_minor=STAKE, share_bps=10_000, tolerance_bps=0, slope_bps=10_000,
            cap_bps=5_000, signed=1, staked_minor=STAKE, weight=10_000 * 10_000,
            targets=(
                s.BetTarget(
                    metric=101, follows_index=False, weight_bps=10_000, floor="10", base="0", stretch="0"
                ),
            ),
        ),
        s.RecordBetActivation(bet_id=1, parties=1),
    )  # fmt: skip
    house.clock.now += DAY


def run(house: House) -> dict[str, Any]:
    """What a run answers."""
    answer = house.post(Role.PLANNER, PATH, {})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_a_run_reports_what_is_due_once(house: House) -> None:
    bet(house)
    told = run(house)
    (report,) = told["reported"]
    assert (report["type"], report["fields"]["values"]) == ("performance_report", [0])
    assert (told["refused"], told["more"]) == ([], False)
    assert run(house)["reported"] == []
    assert house.post(Role.WAREHOUSE, PATH, {}).status_code == 403


def test_what_a_run_cannot_report_is_named_and_warned_of(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bet(house)
    monkeypatch.setattr("erp.performance.measuring.MAX_EVIDENCE", -1)
    told = run(house)
    assert told["reported"] == []
    refused, *_value_added = told["refused"]
    assert (refused["party"], refused["period"], refused["code"]) == (
        "ACME",
        1,
        "too-much-evidence",
    )
    assert "not reported" in caplog.text


def test_index_and_value_are_refused_over_http_where_the_bet_has_none(house: House) -> None:
    bet(house)
    number = "BET-2026-00001"
    index = house.post(Role.PLANNER, "/index-reports", {"bet": number, "period": 1})
    assert told_of(index) == (409, "no-index")
    value = house.post(Role.PLANNER, "/value-reports", {"bet": number})
    assert told_of(value) == (409, "nothing-to-count")
