"""Reads the purchase history: which lines are orders, and why each of the others cannot be one. Pure but for the file."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from .errors import NotTheData

CARRIED = Path(__file__).parent / "data" / "scms_direct_drop.csv"
DIRECT_DROP = "Direct Drop"  # bought from a vendor; "From RDC" is the buyer's own depot
GZIP_MAGIC = b"\x1f\x8b"
PEEK_BYTES = 65_536  # looked at before it is read as text
HEADER_MAX_BYTES = 4_096
MAX_ROWS = 1_000_000
MAX_NAME = 500  # characters of a vendor's or item's name that the ERP keeps
MAX_ID = 48  # characters; an invoice's number is made of it
MAX_NUMBER = 10**15  # minor units or quantity of one tender, this excluded
MAX_DAYS_LATE = 720  # the contract lets goods leave at most 730 days after their promise
MAX_DAYS_EARLY = 3_600  # the contract lets a promise lie at most ten years ahead
SHOWN_HEADER = 8  # column names quoted in an error

ID, VIA, VENDOR, ITEM = "ID", "Fulfill Via", "Vendor", "Item Description"
QUANTITY, VALUE = "Line Item Quantity", "Line Item Value"
PROMISED, RECEIVED = "Scheduled Delivery Date", "Delivered to Client Date"
NEEDED = (ID, VIA, VENDOR, ITEM, QUANTITY, VALUE, PROMISED, RECEIVED)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"(\d{1,2})-([A-Z][a-z]{2})-(\d{2})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One line of the history that can be an order. Money in minor units, dates in UTC."""

    id: str
    vendor: str
    item: str
    quantity: int
    value_minor: int
    promised: date
    received: date

    @property
    def days_late(self) -> int:
        """Whole days after the promise; negative when early."""
        return (self.received - self.promised).days

    def shifted(self, days: int) -> Purchase:
        """The same purchase, so many days later."""
        by = timedelta(days=days)
        return replace(self, promised=self.promised + by, received=self.received + by)


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that cannot be an order."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """What was read: every Direct Drop line taken is either a purchase or refused."""

    source: str
    purchases: tuple[Purchase, ...]
    refused: tuple[Refused, ...]

    @property
    def lines_read(self) -> int:
        """Direct Drop lines taken from the file."""
        return len(self.purchases) + len(self.refused)


class _NoOrder(Exception):
    """This line cannot be an order; the text is the reason."""


def read_history(path: Path, lines: int | None) -> History:
    """The first `lines` Direct Drop lines (None: all) of a csv or csv.gz file. Raises NotTheData."""
    purchases: list[Purchase] = []
    refused: list[Refused] = []
    seen: set[str] = set()
    for number, row in _rows(path):
        if (row.get(VIA) or "").strip() != DIRECT_DROP:
            continue
        if lines is not None and len(purchases) + len(refused) == lines:
            break
        id_ = (row.get(ID) or "").strip() or f"row {number}"
        try:
            purchases.append(_purchase(id_, row, seen))
        except _NoOrder as reason:
            refused.append(Refused(id_, str(reason)))
        seen.add(id_)
    if not purchases and not refused:
        raise NotTheData(
            f"{path} has no line with {VIA} = {DIRECT_DROP}: there is nothing to order"
        )
    return History(path.name, tuple(purchases), tuple(refused))


# ---- one line --------------------------------------------------------------------------------


def _purchase(id_: str, row: Mapping[str | None, object], seen: set[str]) -> Purchase:
    if None in row:
        raise _NoOrder("the row has more cells than the header has columns")
    if len(id_) > MAX_ID:
        raise _NoOrder(f"its id has {len(id_)} characters, {MAX_ID} are kept")
    if id_ in seen:
        raise _NoOrder("another line has this id")
    cells = {str(name): str(value or "").strip() for name, value in row.items()}
    purchase = Purchase(
        id=id_,
        vendor=_name(cells, VENDOR),
        item=_name(cells, ITEM),
        quantity=_quantity(cells[QUANTITY]),
        value_minor=_minor(cells[VALUE]),
        promised=_date(cells, PROMISED),
        received=_date(cells, RECEIVED),
    )
    if purchase.days_late > MAX_DAYS_LATE:
        raise _NoOrder(f"{purchase.days_late} days late; an order waits {MAX_DAYS_LATE} at most")
    if -purchase.days_late > MAX_DAYS_EARLY:
        raise _NoOrder(f"promised more than {MAX_DAYS_EARLY} days after it was delivered")
    return purchase


def _name(cells: Mapping[str, str], column: str) -> str:
    if not cells[column]:
        raise _NoOrder(f"no {column}")
    if len(cells[column]) > MAX_NAME:
        raise _NoOrder(f"{column} has {len(cells[column])} characters, {MAX_NAME} are kept")
    return cells[column]


def _number(text: str, column: str) -> Decimal:
    if not text:
        raise _NoOrder(f"no {column}")
    if not _NUMBER.fullmatch(text):
        raise _NoOrder(f"{column} is not a number: {text[:40]!r}")
    number = Decimal(text)
    if number <= 0:
        raise _NoOrder(f"{column} is {text}, not above zero")
    if number >= MAX_NUMBER:
        raise _NoOrder(f"{column} is {text}, beyond what an order can hold")
    return number


def _quantity(text: str) -> int:
    number = _number(text, QUANTITY)
    if number != int(number):
        raise _NoOrder(f"{QUANTITY} is {text}, not a whole number")
    return int(number)


def _minor(text: str) -> int:
    cents = _number(text, VALUE).scaleb(2)
    if cents != int(cents):
        raise _NoOrder(f"{VALUE} is {text}, not whole cents")
    if cents >= MAX_NUMBER:
        raise _NoOrder(f"{VALUE} is {text}, beyond what an order can hold")
    return int(cents)


def _date(cells: Mapping[str, str], column: str) -> date:
    text = cells[column]
    if not text:
        raise _NoOrder(f"no {column}")
    match = _DATE.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise _NoOrder(f"{column} is not a date like 2-Jun-06: {text[:40]!r}")
    try:
        return date(2000 + int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        raise _NoOrder(f"{column} is no day of the calendar: {text!r}") from None


# ---- the file --------------------------------------------------------------------------------


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str | None, object]]]:
    """Line number and cells of every row. Raises NotTheData with what is wrong and what is expected."""
    try:
        with path.open("rb") as file:
            yield from _table(path, _unpacked(path, file))
    except FileNotFoundError:
        raise NotTheData(f"no file at {path}: name the purchase history (csv or csv.gz)") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NotTheData(f"{path} is damaged gzip: {error}") from error
    except UnicodeDecodeError as error:
        raise NotTheData(f"{path} is not UTF-8 text: {error}") from error
    except OSError as error:
        raise NotTheData(f"cannot read {path}: {error.strerror or error}") from error


def _unpacked(path: Path, file: BinaryIO) -> BinaryIO:
    magic = file.read(len(GZIP_MAGIC))
    file.seek(0)
    if magic == GZIP_MAGIC:
        return gzip.GzipFile(fileobj=file)
    if path.suffix == ".gz":
        raise NotTheData(f"{path} is named .gz but is not gzip")
    return file


def _table(path: Path, file: BinaryIO) -> Iterator[tuple[int, Mapping[str | None, object]]]:
    buffered = io.BufferedReader(file, PEEK_BYTES)  # type: ignore[arg-type]
    start = buffered.peek(PEEK_BYTES)
    if not start.strip():
        raise NotTheData(f"{path} is empty: expected a csv table with the columns {_list(NEEDED)}")
    if b"\0" in start:
        raise NotTheData(f"{path} is a binary file: expected csv or csv.gz")
    if b"\n" not in start and len(start) > HEADER_MAX_BYTES:
        raise NotTheData(f"{path} has no line end in its first {len(start)} bytes: not a csv table")
    text = io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="")
    table = csv.DictReader(text, strict=True)
    try:
        found = [name.strip() for name in table.fieldnames or ()]
        missing = [name for name in NEEDED if name not in found]
        if missing:
            raise NotTheData(
                f"{path} is not the purchase history: it lacks the columns {_list(missing)}; "
                f"its first line is {_list(found[:SHOWN_HEADER])}"
            )
        table.fieldnames = found
        for row in table:
            if table.line_num > MAX_ROWS:
                raise NotTheData(f"{path} has more than {MAX_ROWS} lines")
            yield table.line_num, row
    except csv.Error as error:
        raise NotTheData(
            f"{path} is not a csv table, after line {table.line_num}: {error}"
        ) from error


def _list(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(repr(name[:40]) for name in names)
