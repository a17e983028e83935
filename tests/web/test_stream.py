"""What happens while a page is made and opened is told to it, and nothing is told twice for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .node import ran

LIVE, LOST = {"kind": "live"}, {"kind": "lost", "since": 0}


def changed(topic: str) -> dict[str, Any]:
    return {"kind": "changed", "topics": [topic]}


def told(
    folder: Path, events: Sequence[Any] = (), heard: Sequence[Any] = (), pages: Sequence[int] = ()
) -> Any:
    return ran("stream", {"events": events, "heard": heard, "pages": pages}, folder)


def test_pages_are_read_again_at_each_first_sign_of_life_and_not_before(tmp_path: Path) -> None:
    change = ["changed", {"data": {"topics": ["work"]}}]
    events = [
        ["open", None],
        ["beat", {}],
        change,
        ["beat", {}],
        ["error", None],
        ["open", None],
        ["beat", {}],
    ]
    assert told(tmp_path, events)["said"] == ["live", "changed", "lost", "live"]


def test_a_page_hears_what_happened_since_it_was_asked_for_and_nothing_older(
    tmp_path: Path,
) -> None:
    heard = [[10, LIVE], [20, changed("a")], [30, changed("b")], [40, changed("c")]]
    pages = told(tmp_path, heard=heard, pages=[30, 41, 5])["pages"]
    assert pages == [
        [changed("b"), changed("c")],
        [],
        [LIVE],
    ]  # one asked for before the stream stood reads all


def test_a_page_asked_for_while_changes_were_missed_reads_everything_again(tmp_path: Path) -> None:
    heard = [[10, LIVE], [20, {"kind": "again"}], [30, changed("b")]]
    assert told(tmp_path, heard=heard, pages=[15, 25])["pages"] == [[LIVE], [changed("b")]]
    many = [[10, LIVE], *([20 + n, changed(str(n))] for n in range(300))]
    missed, kept = told(tmp_path, heard=many, pages=[30, 318])["pages"]
    assert (missed, kept) == ([LIVE], [changed("298"), changed("299")])


def test_a_page_is_told_that_the_stream_is_lost_or_not_there_yet(tmp_path: Path) -> None:
    lost = [[10, LIVE], [20, changed("a")], [30, LOST]]
    assert told(tmp_path, heard=lost, pages=[15])["pages"] == [[LOST]]
    assert told(tmp_path, pages=[15])["pages"] == [[]]
