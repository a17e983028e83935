"""The files of the road authority, as they are and as they could go wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bridge.errors import BadConfiguration
from scripts.plays.tenders.caltrans import read_auctions

CONTRACTS = "Identifier,Postponed_Contract,Bid_Opening_Date\nA-1,0,07/10/12\nA-2,1,07/11/12\n"
HEAD = (
    "Identifier,Bid_Rank,A_plus_B_indicator,Bid_Total,Bidder_ID,Bidder_Name,Extra,"
    "Weird_Contract_Notes,CSLB_Number\n"
)
GOOD = (
    'A-1,1,1,"1,000.50",2,GOOD ROADS INC,,,100\nA-1,2,1,"990.00",1,CHEAP INC,,NON RESPONSIVE ,200\n'
)


def folder(path: Path, bids: str, contracts: str = CONTRACTS) -> Path:
    (path / "contract_data.csv").write_text(contracts)
    with gzip.open(path / "contract_bid_data.csv.gz", "wt") as file:
        file.write(HEAD + bids)
    return path


def test_a_contract_is_read_with_its_bids_its_notes_and_its_award(tmp_path: Path) -> None:
    (auction,) = read_auctions(folder(tmp_path, GOOD))
    assert (auction.identifier, auction.price_plus_time) == ("A-1", True)
    assert [(b.licence, b.total_minor, b.note) for b in auction.bids] == [
        ("100", 100_050, ""),
        ("200", 99_000, "NON RESPONSIVE"),
    ]
    assert auction.awarded_to.licence == "100"


def test_postponed_contracts_have_no_bids_and_are_not_played(tmp_path: Path) -> None:
    assert [a.identifier for a in read_auctions(folder(tmp_path, GOOD))] == ["A-1"]


@pytest.mark.parametrize(
    "extra", ['A-1,1,0,"1,000.50",2,PARTNER,,,101\n', "A-1,,0,,,PARTNER,,,101\n"]
)
def test_a_partner_of_a_joint_venture_printed_as_an_extra_row_is_no_bid(
    tmp_path: Path, extra: str
) -> None:
    lines = GOOD.splitlines(keepends=True)
    (auction,) = read_auctions(folder(tmp_path, lines[0] + extra + lines[1]))
    assert [b.licence for b in auction.bids] == ["100", "200"]
    assert auction.awarded_to.partners == ("101",)


@pytest.mark.parametrize(
    ("bids", "told"),
    [
        ("A-9,1,0,1.00,1,X,,,1\n", "'A-9' is not in"),
        ("A-1,1,0,1.00,1,X,,,\n", "line 2: a bid without CSLB_Number"),
        ("A-1,1,0,1.00,1,X,,,1\nA-1,2,0,2.00,2,X,,,1\n", "line 3: bidder 1 has a second bid"),
        ("A-1,1,0,one,1,X,,,1\n", "total 'one'"),
        ("A-1,1,0,1.005,1,X,,,1\n", "total '1.005'"),
        ("A-1,1,0,-1.00,1,X,,,1\n", "total '-1.00'"),
        ("A-1,2,0,1.00,1,X,,,1\n", "none of rank 1"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(
    tmp_path: Path, bids: str, told: str
) -> None:
    with pytest.raises(BadConfiguration, match=told):
        read_auctions(folder(tmp_path, bids))


def test_a_missing_file_or_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match=r"holds no contract_data\.csv"):
        read_auctions(tmp_path)
    with pytest.raises(BadConfiguration, match="lacks the columns Postponed_Contract"):
        read_auctions(folder(tmp_path, GOOD, CONTRACTS.replace("Postponed_Contract", "Other")))
