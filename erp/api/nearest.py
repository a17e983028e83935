"""The known name that a misspelt one most resembles."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

ALIKE = 0.5  # of 1; what resembles less is no misspelling
MAX_COMPARED = 64  # characters; longer than any name of ours


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `name` resembles most, whatever the case; None when it resembles none."""
    by_fold = {each.casefold(): each for each in known}
    found = get_close_matches(name[:MAX_COMPARED].casefold(), by_fold, n=1, cutoff=ALIKE)
    return by_fold[found[0]] if found else None
