"""JSON of a request, read strictly: a key that stands twice in one object is refused, where others take the last."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

KEY_SHOWN = 64  # characters of a doubled key that are named


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


class StrictRequest(Request):
    """A request whose body is read by the rules of this file."""

    async def json(self) -> Any:
        """The body as JSON values. Raises json.JSONDecodeError, which FastAPI answers with 422."""
        text = (await self.body()).decode()
        try:
            return json.loads(text, object_pairs_hook=unique)
        except DoubledKey as doubled:
            raise json.JSONDecodeError(str(doubled), text, 0) from doubled
