"""The database of a play: an empty one of its own."""

from __future__ import annotations

from collections.abc import Callable

from bridge.errors import BadConfiguration
from bridge.ports.embedded import open_embedded

from .errors import Unusable


def check_empty(url: str, randomness: Callable[[int], bytes]) -> None:
    """Raises Unusable when the database does not open, or holds documents already."""
    try:
        port = open_embedded(url, randomness)
    except BadConfiguration as error:
        raise Unusable(str(error)) from error
    documents = port.last_sequence()
    port.engine.dispose()
    if documents:
        raise Unusable(
            f"the database already holds {documents} documents: a play needs an empty one of its own"
        )
