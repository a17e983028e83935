"""Sealed-bid auctions of a road authority, played on chain by every bidder's own key: the award is the authority's."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.devchain.devchain import DevChain
from scripts.plays.tenders.caltrans import Auction, Bid, read_auctions
from scripts.plays.tenders.cli import app
from scripts.plays.tenders.play import Replay

CARRIED = Path(__file__).parent / "data" / "caltrans"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "caltrans_bids"


def play(auctions: Sequence[Auction]) -> dict[str, tuple[str | None, int, int]]:
    with DevChain("anvil") as node:
        outcomes = Replay(node, os.urandom, lambda *_: None).run(auctions)
    return {o.auction.identifier: (o.winner, o.valid_bids, o.disqualified) for o in outcomes}


def test_the_carried_contracts_go_to_whom_the_authority_gave_them(tmp_path: Path) -> None:
    out = tmp_path / "awards.json"
    done = CliRunner().invoke(app, ["replay", str(CARRIED), "--json", str(out), "--chain", "anvil"])
    assert done.exit_code == 0, done.output
    assert "4 of 4" in done.output
    awards = {row.pop("identifier"): row for row in json.loads(out.read_text())}
    # Price plus time: the totals decide, and the two cheapest were set aside as not responsive.
    assert awards["01-0B5404_8437"] == {"winner": "89", "valid_bids": 6, "disqualified": 2}
    # A joint venture bids once, under its own licence.
    assert awards["01-0A7304_4009"] == {"winner": "971648", "valid_bids": 3, "disqualified": 0}
    # The cheapest bid was set aside: no good faith effort.
    assert awards["01-0E2804_7575"] == {"winner": "403896", "valid_bids": 4, "disqualified": 1}
    assert "01-262024_5333" not in awards  # postponed


def test_without_its_note_the_cheapest_bid_would_have_won() -> None:
    """The reason decides, not the file's rank: the same bids without the note go to the cheapest."""
    (auction,) = (a for a in read_auctions(CARRIED) if a.identifier == "01-0E2804_7575")
    bare = [Bid(b.rank, b.total_minor, b.licence, b.name, "") for b in auction.bids]
    cheapest = min(bare, key=lambda bid: bid.total_minor)
    assert cheapest.licence != auction.awarded_to.licence
    played = play([Auction(auction.identifier, auction.opened_on, False, tuple(bare))])
    assert played[auction.identifier] == (cheapest.licence, 5, 0)


def test_an_auction_whose_every_bid_was_set_aside_is_void_and_differs(tmp_path: Path) -> None:
    for name in ("contract_data.csv", "contract_bid_data.csv"):
        rows = list(csv.reader((CARRIED / name).open()))
        rows = [rows[0], *(row for row in rows if row[0] == "01-0A7304_4009")]
        if name.startswith("contract_bid"):
            note = rows[0].index("Weird_Contract_Notes")
            rows = [
                rows[0],
                *([*row[:note], "NON RESPONSIVE", *row[note + 1 :]] for row in rows[1:]),
            ]
        with (tmp_path / name).open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    done = CliRunner().invoke(app, ["replay", str(tmp_path), "--json", "-", "--chain", "anvil"])
    assert done.exit_code == 1
    assert json.loads(done.stdout) == [
        {"identifier": "01-0A7304_4009", "winner": None, "valid_bids": 0, "disqualified": 3}
    ]


@pytest.mark.skipif(
    not REAL.is_dir(),
    reason=f"{REAL} is not here: it lies beside the project; its carried part is played above",
)
def test_every_contract_of_the_whole_set_goes_to_whom_the_authority_gave_it() -> None:
    auctions = read_auctions(REAL)
    assert sum(len(auction.bids) for auction in auctions) == 889
    played = play(auctions)
    assert len(played) == len(auctions) == 193
    for auction in auctions:
        winner, valid, struck = played[auction.identifier]
        assert winner == auction.awarded_to.licence, auction.identifier
        assert struck == sum(bool(bid.note) for bid in auction.bids), auction.identifier
        assert valid == len(auction.bids) - struck, auction.identifier
