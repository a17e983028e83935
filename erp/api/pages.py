"""Pages of an answer.

Bounded, and continued from the last row's key, so that no row is skipped or met twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from erp.kernel.schema import MAX_BIGINT

MAX_PAGE = 500  # rows of one answer
DEFAULT_PAGE = 100
MAX_KEY = 200
SEPARATOR = "|"  # between the parts of a key of two parts; no code contains it

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="rows of this page at most")]
AfterId = Annotated[int, Query(ge=0, le=MAX_BIGINT, description="`next_after` of the last page")]
AfterKey = Annotated[
    str,
    Query(max_length=MAX_KEY, pattern=r"^[^\x00]*$", description="`next_after` of the last page"),
]
CodeFilter = Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00]*$")]

T = TypeVar("T")
K = TypeVar("K", int, str)


class Page(BaseModel, Generic[T]):
    """Some rows, and where the next page begins: pass `next_after` as `after`. None.

    There is no more.
    """

    items: list[T]
    next_after: int | str | None = Field(default=None)


def next_after(keys: Sequence[K], limit: int) -> K | None:
    """Where the next page begins; None when this page was not full."""
    return keys[-1] if keys and len(keys) == limit else None


def split_key(key: str) -> tuple[str, str]:
    """The two parts of a key; empty parts for a key that has none."""
    first, _, second = key.partition(SEPARATOR)
    return first, second
