"""Our sealed bids: prices and salts, kept in a file of ours alone until they are revealed.

Written before a commitment is sent, and never overwritten: a bid whose salt is lost loses its bond.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIDS_FILE = ROOT / "build" / "console" / "bids.json"
PRIVATE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class SealedBid:
    """A bid as only its bidder knows it; amount in minor units, hex with 0x."""

    amount: int
    salt: str
    commitment: str


def key(genesis: str, tenders: str, tender_id: int, supplier: str) -> str:
    """Names a supplier's bids on one tender of one chain."""
    return f"{genesis}:{tenders}:{tender_id}:{supplier}".lower()


def keep(name: str, bid: SealedBid, path: Path = BIDS_FILE) -> None:
    """The bid is on disk, beside those kept before."""
    kept = _read(path)
    kept.setdefault(name, []).append(asdict(bid))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(
        os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_MODE), "w"
    ) as file:
        json.dump(kept, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def find(name: str, commitment: str, path: Path = BIDS_FILE) -> SealedBid | None:
    """The kept bid that makes this commitment."""
    for bid in _read(path).get(name, []):
        if bid["commitment"] == commitment:
            return SealedBid(**bid)
    return None


def _read(path: Path) -> dict[str, list[dict[str, str | int]]]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
