"""JSON of a request, read strictly: a key that stands twice in one object is refused, where others take the last.

So is a text nested deeper than any command, before it is parsed: how deep the parser goes is no property of ours. A
library may raise Python's recursion limit for the whole process, and then a deep text ends it.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

from starlette.requests import Request

KEY_SHOWN = 64  # characters of a doubled key that are named
MAX_DEPTH = 32  # objects and lists within each other; a list of commands needs 5
STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
# Strings, whole or to the end of the text, and whatever else is no bracket; each character is read once.
_BETWEEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++', re.DOTALL)


class DoubledKey(ValueError):
    """One object of a JSON text has the same key twice."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs. Raises DoubledKey when a key stands twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DoubledKey(f"the key {key[:KEY_SHOWN]!r} stands twice in one object")
        found[key] = value
    return found


def refuse_depth(text: str) -> None:
    """Raises json.JSONDecodeError when objects and lists stand more than MAX_DEPTH within each other."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depths = accumulate(map(STEPS.__getitem__, _BETWEEN.sub("", text)))
    if max(depths, default=0) > MAX_DEPTH:
        raise json.JSONDecodeError(f"nested deeper than {MAX_DEPTH}", text, 0)


class StrictRequest(Request):
    """A request whose body is read by the rules of this file."""

    async def json(self) -> Any:
        """The body as JSON values, kept in `state.told` for whoever refuses it.

        Raises json.JSONDecodeError, which FastAPI answers with 422.
        """
        text = (await self.body()).decode()
        refuse_depth(text)
        try:
            told = self.state.told = json.loads(text, object_pairs_hook=unique)
        except DoubledKey as doubled:
            raise json.JSONDecodeError(str(doubled), text, 0) from doubled
        return told
