"""What only we know until it is shown: prices and salts of sealed bids, plans, ratings; and the lists behind a Merkle root.

Kept in a file of ours alone, written before the commitment is sent and never overwritten: a bid whose salt is lost loses
its bond.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from scripts.ops import calls

ROOT = Path(__file__).resolve().parents[2]
KEPT_FILE = ROOT / "build" / "console" / "kept.json"
PRIVATE_MODE = 0o600


def keep(contract: str, commitment: str, what: Any, path: Path | None = None) -> None:
    """What makes this commitment is on disk, beside all that was kept before."""
    path = path or KEPT_FILE
    kept = _read(path)
    kept.setdefault(_room(contract), {}).setdefault(commitment, what)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(temporary, flags, PRIVATE_MODE), "w") as file:
        json.dump(kept, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def find(contract: str, commitment: str, path: Path | None = None) -> Any:
    """What was kept for a commitment, or for one that begins so. Raises NotThere."""
    path = path or KEPT_FILE
    for known, what in _read(path).get(_room(contract), {}).items():
        if known.startswith(commitment):
            return what
    raise calls.NotThere(f"this was not made here: {path} lacks what makes {commitment}")


def _room(contract: str) -> str:
    """A contract on one chain: a new sandbox is another chain."""
    return f"{calls.genesis()}:{calls.contract(contract).address}".lower()


def _read(path: Path) -> dict[str, dict[str, Any]]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
