"""The one JSON text of a value, so that two who hash it get the same hash.

The ERP has a function of the same name and must not import this one; `tests/bridge/test_commitments.py` holds them equal.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
# only what Python's own writes too
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def canonical(value: Any) -> str:
    """Sorted keys, no spaces; no floats are in what is handed over.

    Raises ValueError when it is asked for NaN or infinity itself; within lists and objects orjson writes them as null.
    By orjson, in a tenth of the time of Python's encoder, which writes what orjson refuses: numbers of more than 64 bits.
    """
    if type(value) is int:
        return str(value)
    if type(value) is str or type(value) is float:
        return _ENCODER.encode(value)
    try:
        return orjson.dumps(value, option=_OPTIONS).decode()
    except TypeError:
        return _ENCODER.encode(value)
