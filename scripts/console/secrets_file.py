"""Keeps what only this console's user knows until it is revealed, and what stands behind a Merkle root on chain.

Prices and salts of sealed bids, role plans, ratings; the pledges and targets of bets. One JSON file that only its owner
may read. A secret is written before its commitment is sent, and never overwritten: a bid whose salt is lost loses its bond.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .errors import NotThere

ROOT = Path(__file__).resolve().parents[2]
SECRETS_FILE = ROOT / "build" / "console" / "secrets.json"
PRIVATE_MODE = 0o600


def keep(shelf: str, commitment: str, what: Any, path: Path | None = None) -> None:
    """Writes to disk what makes a commitment at a contract (`calls.shelf`), beside all that was kept before."""
    path = path or SECRETS_FILE
    kept = _read(path)
    kept.setdefault(shelf, {}).setdefault(commitment, what)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(temporary, flags, PRIVATE_MODE), "w") as file:
        json.dump(kept, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def find(shelf: str, commitment: str, path: Path | None = None) -> Any:
    """Returns what was kept for a commitment, or for one that begins with this text. Raises NotThere."""
    path = path or SECRETS_FILE
    for known, what in _read(path).get(shelf, {}).items():
        if known.startswith(commitment):
            return what
    raise NotThere(f"this was not made here: {path} lacks what makes {commitment}")


def _read(path: Path) -> dict[str, dict[str, Any]]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
