"""The one JSON text of a value, so that two who hash it get the same hash.

The ERP has a function of the same name and must not import this one; `tests/bridge/test_commitments.py` holds them equal.
"""

from __future__ import annotations

import json
from typing import Any

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical(value: Any) -> str:
    """Sorted keys, no spaces, no floats. Raises ValueError on NaN and infinity."""
    return str(value) if type(value) is int else _ENCODER.encode(value)
