"""What ingest asks of dispatch: to book new events in the transaction that stores them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlmodel import Session

from bridge.events.base import Logged
from bridge.store.inbox import Outcome


class NotAtOnce(Exception):
    """These events cannot all be booked in the transaction that stores them: it is to be rolled back."""


# Books new events within an open transaction, and says what became of each, by position. Raises NotAtOnce.
Book = Callable[[Session, Sequence[Logged]], Mapping[str, Outcome]]
