"""Sealed-bid auctions of a road authority, as its files tell them: `contract_data` and `contract_bid_data`, csv or csv.gz.

A bidder is known by its licence number (`CSLB_Number`); names vary. Rank 1 is the award. A note in
`Weird_Contract_Notes` says why a bid was set aside. Totals are as the authority compared them: with
`A_plus_B_indicator` = 1 they are price plus days times a daily value, which the files do not split.

A joint venture bids once, under its own licence. Where a file prints its partners as extra rows below it (the same
rank, or no total of their own), those rows are no bids: they are kept as partners of the bid above.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from bridge.errors import BadConfiguration

CONTRACTS_FILE = "contract_data.csv"
BIDS_FILE = "contract_bid_data.csv"
CONTRACT_COLUMNS = frozenset({"Identifier", "Postponed_Contract", "Bid_Opening_Date"})
BID_COLUMNS = frozenset(
    {
        "Identifier",
        "Bid_Rank",
        "A_plus_B_indicator",
        "Bid_Total",
        "Bidder_Name",
        "Weird_Contract_Notes",
        "CSLB_Number",
    }
)
MINOR_UNITS = 100


@dataclass(frozen=True, slots=True)
class Bid:
    """One bidder's sealed offer."""

    rank: int
    total_minor: int  # as the authority compared it
    licence: str
    name: str
    note: str  # why it was set aside; empty: it stood
    partners: tuple[str, ...] = ()  # licences of a joint venture's partners, when they are printed


@dataclass(frozen=True, slots=True)
class Auction:
    """One contract that was put out to bids."""

    identifier: str
    opened_on: str  # as printed
    price_plus_time: bool
    bids: tuple[Bid, ...]  # in the order of the file

    @property
    def awarded_to(self) -> Bid:
        """The bid that the authority awarded to: rank 1."""
        return next(bid for bid in self.bids if bid.rank == 1)


@dataclass(slots=True)
class _Gathered:
    price_plus_time: bool
    bids: list[Bid] = field(default_factory=list)


def read_auctions(folder: Path) -> list[Auction]:
    """Every contract that has bids, in the order of the contract file. Raises BadConfiguration with file and line."""
    contracts = {
        row["Identifier"]: row for _, row in _rows(folder, CONTRACTS_FILE, CONTRACT_COLUMNS)
    }
    gathered: dict[str, _Gathered] = {}
    for place, row in _rows(folder, BIDS_FILE, BID_COLUMNS):
        identifier = row["Identifier"]
        if identifier not in contracts:
            raise BadConfiguration(f"{place}: contract {identifier!r} is not in {CONTRACTS_FILE}")
        of = gathered.setdefault(identifier, _Gathered(row["A_plus_B_indicator"] == "1"))
        _add(of.bids, row, place)
    return [
        _auction(identifier, row, gathered[identifier])
        for identifier, row in contracts.items()
        if identifier in gathered
    ]


def _auction(identifier: str, row: dict[str, str], of: _Gathered) -> Auction:
    if not any(bid.rank == 1 for bid in of.bids):
        raise BadConfiguration(f"contract {identifier!r} has bids and none of rank 1: no award")
    return Auction(identifier, row["Bid_Opening_Date"], of.price_plus_time, tuple(of.bids))


def _add(bids: list[Bid], row: dict[str, str], place: str) -> None:
    licence = row["CSLB_Number"]
    if not licence:
        raise BadConfiguration(f"{place}: a bid without CSLB_Number")
    if bids and _is_partner(bids[-1], row):
        last = bids[-1]
        bids[-1] = Bid(
            last.rank, last.total_minor, last.licence, last.name, last.note,
            (*last.partners, licence),
        )  # fmt: skip
        return
    if any(bid.licence == licence for bid in bids):
        raise BadConfiguration(f"{place}: bidder {licence} has a second bid on this contract")
    try:
        rank, total = int(row["Bid_Rank"]), _minor(row["Bid_Total"])
    except (ValueError, InvalidOperation):
        raise BadConfiguration(
            f"{place}: rank {row['Bid_Rank']!r} and total {row['Bid_Total']!r} are not a number and an amount"
        ) from None
    bids.append(Bid(rank, total, licence, row["Bidder_Name"], row["Weird_Contract_Notes"]))


def _is_partner(above: Bid, row: dict[str, str]) -> bool:
    """Returns True for a row that names a partner of the joint venture in the row above."""
    return not row["Bid_Total"] or row["Bid_Rank"] == str(above.rank)


def _minor(text: str) -> int:
    amount = Decimal(text.replace(",", "")) * MINOR_UNITS
    if amount != amount.to_integral_value() or amount <= 0:
        raise ValueError(text)
    return int(amount)


def _rows(folder: Path, name: str, wanted: frozenset[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Rows with blanks around their values taken away, each with its place for an error."""
    path = next((p for p in (folder / f"{name}.gz", folder / name) if p.is_file()), None)
    if path is None:
        raise BadConfiguration(f"{folder} holds no {name} or {name}.gz")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = wanted - set(reader.fieldnames or ())
        if missing:
            raise BadConfiguration(f"{path} lacks the columns {', '.join(sorted(missing))}")
        for row in reader:
            place = f"{path.name}, line {reader.line_num}"
            yield place, {key: (value or "").strip() for key, value in row.items() if key}
