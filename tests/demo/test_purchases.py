"""What the purchase history says, and what is refused of it."""

from __future__ import annotations

import csv
import gzip
import os
from datetime import date
from pathlib import Path

import pytest

from scripts.plays.demo.errors import NotTheData
from scripts.plays.demo.purchases import CARRIED, NEEDED, read_history

GOOD = {
    "ID": "1",
    "Fulfill Via": "Direct Drop",
    "Vendor": "RANBAXY Fine Chemicals LTD.",
    "Item Description": "HIV, Reveal G3 Rapid HIV-1 Antibody Test, 30 Tests",
    "Line Item Quantity": "19",
    "Line Item Value": "551",
    "Scheduled Delivery Date": "2-Jun-06",
    "Delivered to Client Date": "02-Jun-06",
}


def table(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "history.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, NEEDED)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_carried_part_is_read_to_the_cent() -> None:
    history = read_history(CARRIED, None)
    assert (history.lines_read, history.refused) == (320, ())
    assert sum(p.value_minor for p in history.purchases) == 2_727_347_865
    days = [p.days_late for p in history.purchases]
    assert (sum(d > 0 for d in days), sum(d < 0 for d in days)) == (8, 80)


def test_the_carried_part_is_the_beginning_of_the_whole(shared_history: Path) -> None:
    carried = read_history(CARRIED, None)
    assert read_history(shared_history, 320).purchases == carried.purchases
    with gzip.open(shared_history, "rt", encoding="utf-8", newline="") as file:
        whole = set(file)
    with CARRIED.open(encoding="utf-8", newline="") as file:
        assert set(file) <= whole


def test_the_whole_history_adds_up_to_what_its_readme_says(shared_history: Path) -> None:
    history = read_history(shared_history, None)
    assert history.lines_read == 3_370
    assert sum(p.value_minor for p in history.purchases) == 41_943_268_447
    with gzip.open(shared_history, "rt", encoding="utf-8", newline="") as file:
        ids = {row["ID"] for row in csv.DictReader(file) if row["Fulfill Via"] == "Direct Drop"}
    told = [p.id for p in history.purchases] + [r.id for r in history.refused]
    assert len(told) == len(ids)
    assert set(told) == ids
    days = [p.days_late for p in history.purchases]
    refused_early = 5  # of the nine lines of no value
    assert (sum(d > 0 for d in days), sum(d < 0 for d in days)) == (221, 379 - refused_early)
    assert {r.reason for r in history.refused} == {"Line Item Value is 0, not above zero"}
    assert len(history.refused) == 9


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("Line Item Value", "0", "Line Item Value is 0, not above zero"),
        ("Line Item Value", "", "no Line Item Value"),
        ("Line Item Value", "-5", "Line Item Value is -5, not above zero"),
        ("Line Item Value", "n/a", "Line Item Value is not a number: 'n/a'"),
        ("Line Item Value", "NaN", "Line Item Value is not a number: 'NaN'"),
        ("Line Item Value", "1e3", "Line Item Value is not a number: '1e3'"),
        ("Line Item Value", "0.005", "Line Item Value is 0.005, not whole cents"),
        (
            "Line Item Value",
            "9" * 25,
            f"Line Item Value is {'9' * 25}, beyond what an order can hold",
        ),
        ("Line Item Quantity", "", "no Line Item Quantity"),
        ("Line Item Quantity", "0", "Line Item Quantity is 0, not above zero"),
        ("Line Item Quantity", "1.5", "Line Item Quantity is 1.5, not a whole number"),
        ("Scheduled Delivery Date", "", "no Scheduled Delivery Date"),
        ("Delivered to Client Date", " ", "no Delivered to Client Date"),
        (
            "Scheduled Delivery Date",
            "2006-06-02",
            "Scheduled Delivery Date is not a date like 2-Jun-06: '2006-06-02'",
        ),
        (
            "Scheduled Delivery Date",
            "31-Feb-06",
            "Scheduled Delivery Date is no day of the calendar: '31-Feb-06'",
        ),
        ("Delivered to Client Date", "2-Jun-16", "3653 days late; an order waits 720 at most"),
        ("Vendor", "", "no Vendor"),
        ("Item Description", "", "no Item Description"),
        ("Item Description", "x" * 501, "Item Description has 501 characters, 500 are kept"),
    ],
)
def test_a_line_that_cannot_be_an_order_is_refused_with_its_reason(
    tmp_path: Path, column: str, text: str, reason: str
) -> None:
    history = read_history(table(tmp_path, GOOD | {column: text}, GOOD | {"ID": "2"}), None)
    assert [(r.id, r.reason) for r in history.refused] == [("1", reason)]
    assert [p.id for p in history.purchases] == ["2"]


def test_a_line_told_twice_is_played_once(tmp_path: Path) -> None:
    history = read_history(table(tmp_path, GOOD, GOOD), None)
    assert [(r.id, r.reason) for r in history.refused] == [("1", "another line has this id")]


def test_only_direct_drop_lines_are_taken_from_the_top(tmp_path: Path) -> None:
    depot = GOOD | {"ID": "0", "Fulfill Via": "From RDC"}
    path = table(tmp_path, depot, *(GOOD | {"ID": str(n)} for n in range(1, 4)))
    history = read_history(path, 2)
    assert [p.id for p in history.purchases] == ["1", "2"]


def test_names_and_cents_are_kept_as_they_are(tmp_path: Path) -> None:
    row = GOOD | {"Vendor": "Ünïcode & Söhne 药厂", "Line Item Value": "551.07"}
    (purchase,) = read_history(table(tmp_path, row), None).purchases
    assert (purchase.vendor, purchase.value_minor) == ("Ünïcode & Söhne 药厂", 55_107)
    assert purchase.promised == date(2006, 6, 2)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n \n", "is empty"),
        ("a.csv", b"a,b,c\n1,2,3\n", "lacks the columns 'ID', 'Fulfill Via'"),
        ("a.csv", b"\x00\x01\x02" + os.urandom(200), "binary"),
        ("a.csv", b"ID,\xff\xfe\xfa\n", "not UTF-8"),
        ("a.csv", b"x" * 70_000, "no line end"),
        ("a.csv.gz", b"ID,Vendor\n", "is named .gz but is not gzip"),
        ("a.csv.gz", gzip.compress(b"ID,Vendor\n" * 9, mtime=0)[:-12], "damaged gzip"),
        ("a.csv.gz", b"\x1f\x8b" + b"junk" * 9, "damaged gzip"),
        ("a.csv", (",".join(NEEDED) + "\n").encode(), "has no line with Fulfill Via = Direct Drop"),
        ("a.csv", (",".join(NEEDED) + '\n"1"x,2\n').encode(), "is not a csv table, after line 1"),
    ],
)
def test_a_file_that_is_not_the_data_says_what_is_wrong(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotTheData, match=complaint):
        read_history(path, None)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotTheData, match="no file at"):
        read_history(tmp_path / "absent.csv", None)
    with pytest.raises(NotTheData, match="cannot read"):
        read_history(tmp_path, None)
