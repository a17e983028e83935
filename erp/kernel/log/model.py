"""A document as readers of the log get it, its canonical text, and the salts of what follows from it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import orjson

SALT_BYTES = 32

Fields = dict[str, Any]  # JSON values: str, int, bool, None, list, dict; never float


@dataclass(frozen=True)
class Document:
    """A posted document. `at` is unix seconds; `caused_by` is the sequence of the document it followed from."""

    sequence: int
    type: str
    number: str
    origin: str | None
    at: int
    actor: str
    caused_by: int | None
    command: str
    fields: Fields
    entries: list[Fields]
    salt: bytes
    rules_version: int  # by which rules it was made: `erp.kernel.versions`


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
# only what Python's own writes too
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def canonical(value: Any) -> str:
    """The one JSON text of a value: keys sorted, no spaces, no floats, characters as they are.

    By orjson, in a tenth of the time of Python's encoder, which writes what orjson refuses: numbers of more than 64 bits.
    """
    if type(value) is str:  # a field that is searched for, by itself
        return _CANONICAL.encode(value)
    try:
        return orjson.dumps(value, option=_OPTIONS).decode()
    except TypeError:
        return _CANONICAL.encode(value)


def derive_salt(parent: bytes, index: int) -> bytes:
    """The salt of the index-th (from 1) document that follows from one with the salt `parent`."""
    return hmac.new(parent, index.to_bytes(4, "big"), hashlib.sha256).digest()
