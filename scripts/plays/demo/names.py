"""Codes for the names of the data. Derived, the same on every run."""

from __future__ import annotations

import hashlib
import re
import unicodedata

SLUG_MAX = 32
HASH_DIGITS = 8
BUYER_CODE = "SCMS"
FINANCIER_CODE, FINANCIER_NAME = "FINANCIER", "Financier (derived)"
BUYER_NAME = "Supply Chain Management System (SCMS)"


def code(name: str) -> str:
    """A readable code, unique and stable: letters and digits of the name, and a hash of all of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Z0-9]+", "-", plain.upper())[:SLUG_MAX].strip("-") or "X"
    return f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:HASH_DIGITS]}"
