"""A small line of stock is a whole file of its own: its level, its threshold, its colours."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from erp.web.plots import Point
from erp.web.sparks import HEIGHT, WIDTH, spark


def test_the_line_ends_at_what_there_is_now_and_shows_the_threshold() -> None:
    root = ET.fromstring(spark([Point(0, 60), Point(50, 40)], 100, 50, "Stock <b>"))  # noqa: S314 - our own
    title, limit, line, end = root
    assert title.text == "Stock <b>"
    assert limit.attrib["y1"] == limit.attrib["y2"]
    assert (line.attrib["d"][:2], float(end.attrib["cx"])) == ("M3", WIDTH - 3)
    assert float(limit.attrib["y1"]) < float(end.attrib["cy"]) < HEIGHT


def test_an_item_that_never_moved_has_no_line() -> None:
    assert "<path" not in spark([], 5, None, "Stock")
