"""Where a request names what is not there: in its path, which is then a 404, in its query, or in its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.requests import Request

MAX_LOOKED_AT = 10_000  # values of one body; a name behind them is not pointed at


@dataclass(frozen=True, slots=True)
class Named:
    """What one request, or one command of a list, names. `root` is the path of `body` in the request."""

    writes: bool
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    root: str = "body"

    def judged(self, key: object) -> tuple[HTTPStatus, str | None]:
        """The status that tells that there is no `key`, and the field that names it where one does.

        404 is for the path. A body is judged by the books as they are now, so that the same one may pass later: 409. A
        query is wrong by itself: 422.
        """
        if self.writes and not self.is_in_path(key):
            return HTTPStatus.CONFLICT, place_of(key, self.body, self.root)
        asked = place_of(key, self.query, "query")
        if asked is not None or not self.path:
            return HTTPStatus.UNPROCESSABLE_ENTITY, asked
        return HTTPStatus.NOT_FOUND, None

    def is_in_path(self, key: object) -> bool:
        """Whether a part of the path is this key."""
        return str(key) in map(str, self.path.values())


def named_by(request: Request, index: int | None = None) -> Named:
    """What a request names; `index`: what that command of its list names."""
    body, root = getattr(request.state, "told", None), "body"
    if index is not None and isinstance(body, dict):
        body, root = body["commands"][index]["fields"], f"body.commands.{index}.fields"
    query = {name: request.query_params.getlist(name) for name in request.query_params}
    return Named(request.method == "POST", request.path_params, query, body, root)


def place_of(key: object, value: Any, root: str) -> str | None:
    """The path of the first text or number within `value` that is `key`, as it stands or in digits; None without one."""
    for count, (place, leaf) in enumerate(_leaves(value, root)):
        if count == MAX_LOOKED_AT:
            break
        if not isinstance(leaf, bool) and str(leaf) == str(key):
            return place
    return None


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves(part, f"{place}.{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            alone = len(value) == 1 and place.startswith("query.")
            yield from _leaves(part, place if alone else f"{place}.{index}")
    elif value is not None:
        yield place, value
