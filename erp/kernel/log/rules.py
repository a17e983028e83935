"""Pure rules of documents: how they are numbered."""

from __future__ import annotations


def number(series: str, year: int, index: int) -> str:
    """The number of the index-th document of a series in a year: PO-2026-00001."""
    return f"{series}-{year}-{index:05d}"
