"""What all streams of one application share: the hub, the newest look at the ring, and the count of calls to the chain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from erp.api.live.hub import Hub
from erp.api.live.topics import Change, change_of
from erp.api.relay import SENT_BURST, SENT_PER_SECOND, Rate
from erp.api.witness import NOBODY, RingState, Silence
from erp.kernel.errors import Retryable
from erp.kernel.log.queries import changes, last_sequence

if TYPE_CHECKING:
    from erp.api.request_context import RequestContext

KEPT_SECONDS = 1.0  # of a look at the ring: however many pages show it, the bridge's tables are read once a second


class Live:
    """Made with the application; begins to look when the first one listens."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.rate = Rate(monotonic)
        self.sent = Rate(monotonic, SENT_BURST, SENT_PER_SECOND, "send transactions")
        self._monotonic = monotonic
        self._hub: Hub | None = None
        self._lock = threading.Lock()
        self._stood: tuple[float, RingState | Silence] | None = None

    def hub(self, context: RequestContext) -> Hub:
        """The one hub."""
        if self._hub is None:
            self._hub = Hub(
                lambda: _newest(context),
                lambda after, limit: read_changes(context, after, limit),
                lambda: _fingerprint(self.ring(context)),
            )
        return self._hub

    def ring(self, context: RequestContext) -> RingState | Silence:
        """How the ring stood a moment ago. Whoever comes while somebody looks is told what was seen before."""
        stood = self._stood
        if stood is not None and self._monotonic() - stood[0] < KEPT_SECONDS:
            return stood[1]
        if not self._lock.acquire(blocking=stood is None):
            return stood[1] if stood is not None else NOBODY
        try:
            seen = _looked(context)
            self._stood = self._monotonic(), seen
            return seen
        finally:
            self._lock.release()

    def end(self) -> None:
        """Ends all streams."""
        if self._hub is not None:
            self._hub.end()


def _looked(context: RequestContext) -> RingState | Silence:
    """How the ring stands; a bridge's database that is busy makes no page fail."""
    try:
        return NOBODY if context.witness is None else context.witness.ring()
    except Retryable:
        return Silence("the bridge's database is busy")


def read_changes(context: RequestContext, after: int, limit: int) -> list[Change]:
    """What was posted after a sequence, as streams tell of it."""
    with context.reading() as session:
        return [change_of(document) for document in changes(session, after, limit)]


def _newest(context: RequestContext) -> int:
    with context.reading() as session:
        return last_sequence(session)


def _fingerprint(stands: RingState | Silence) -> tuple[str, ...]:
    """The block, and what else makes out how the ring stands; ages are left out, since they grow by themselves."""
    if isinstance(stands, Silence):
        return ("", stands.reason)
    counts = (
        stands.documents,
        stands.lag_documents,
        stands.unanchored,
        stands.waiting_for_time,
        len(stands.parked),
    )
    words = (
        stands.daemon.partition(",")[0],
        stands.node,
        str(stands.audit_at),
        str(stands.audit_differences),
        str(stands.audit_runs),
    )
    lag = str(stands.lag_blocks)
    return (str(stands.head), *words, lag, *map(str, counts))
