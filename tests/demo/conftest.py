"""Where the demo's tests find the data."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "scms" / "scms_deliveries_2006_2013.csv.gz"


@pytest.fixture
def shared_history() -> Path:
    """The whole history, which lies beside the project and not in it."""
    if not SHARED.exists():
        pytest.skip(
            "../shared/data/scms is not here: it lies beside the project; its carried part is tested"
        )
    return SHARED
