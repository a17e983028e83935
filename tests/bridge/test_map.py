"""`interlock bridge map` and the page that is its output."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from bridge.operator.cli import app
from bridge.operator.map import bridge_map, map_as_table

PAGE = Path(__file__).resolve().parents[2] / "bridge" / "MAP.md"


def shown(*options: str) -> str:
    result = CliRunner().invoke(app, ["map", *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_page_is_what_the_command_prints() -> None:
    assert shown("--markdown").strip() == map_as_table()
    assert PAGE.read_text(encoding="utf-8").endswith(f"\n\n{map_as_table()}\n"), (
        "write it anew: see the first lines of bridge/MAP.md"
    )


def test_machines_get_all_rows_and_a_terminal_every_name_in_full() -> None:
    told = json.loads(shown("--json"))
    assert told == bridge_map()
    text = shown()
    assert "…" not in text
    for row in told["events"]:
        assert row["event"] in text
        assert row["operation"] is None or f"{row['operation']} → {row['document']}" in text


def test_the_known_rows_are_as_known() -> None:
    found = {(r["contract"], r["event"]): r for r in bridge_map()["events"]}
    tender = found["Tenders", "TenderOpened"]
    assert (tender["state"], tender["operation"], tender["document"]) == (
        "booked",
        "RecordTender",
        "tender",
    )
    assert found["PurchaseOrders", "OrderAmended"]["state"] == "booked"
    assert found["DocumentRegistry", "DocumentsAnchored"] == {
        "capability": "documents",
        "contract": "DocumentRegistry",
        "event": "DocumentsAnchored",
        "aggregate": "stream:{stream_id}",
        "state": "silent",
        "stored": True,
        "operation": None,
        "document": None,
        "reason": "evidence about documents; a document about it would need an anchor in turn",
    }
    call = found["FirmAccount", "CallExecuted"]
    assert (call["state"], call["stored"]) == ("silent", False)
    assert call["reason"].startswith("not followed: ")
    assert {row["state"] for row in found.values()} == {"booked", "silent"}
    calls = {r["document"]: r for r in bridge_map()["calls"]}
    assert calls["match"]["held_by_audit"]
    assert calls["tender"]["due"] == "review_end"
    assert calls["(anchor)"]["function"] == "anchor"
