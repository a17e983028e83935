"""Sends stored bytes; those of one part of a batch while the next part is signed, which takes about as long."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread

from bridge.chain.gateway import Gateway
from bridge.store.lanes import Stored
from bridge.store.store import Store


class Outgoing:
    """The sending of one batch, part by part, in order. At most one part is on its way.

    While one is, nobody else may ask the node: `wait` comes before that, whatever happened meanwhile.
    """

    def __init__(self, store: Store, gateway: Gateway) -> None:
        self._store = store
        self._gateway = gateway
        self._sent: list[Stored] = []
        self._objections: list[str | None] = []
        self._thread: Thread | None = None
        self._failure: BaseException | None = None

    def begin(self, attempts: Sequence[Stored]) -> None:
        """Begins to send a part, once the part before it was sent. Raises what sending that one raised."""
        self.wait()
        if not attempts:
            return
        thread = Thread(target=self._keep_failure, args=(attempts,), name="sending", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no memory for a thread
            self._send(attempts)
        else:
            self._thread = thread

    def send(self, attempts: Sequence[Stored]) -> None:
        """Sends the last part, after those before it. Raises NodeUnavailable."""
        self.wait()
        if attempts:
            self._send(attempts)

    def wait(self) -> None:
        """Returns once nothing is on its way. Raises what sending it raised, once."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def note(self) -> None:
        """Writes what was sent, and what the node said against it. Whether it arrived is for confirm to find out."""
        sent, self._sent = self._sent, []
        objections, self._objections = self._objections, []
        if not sent:
            return
        with self._store.unit() as session:
            self._store.note_sent(session, [attempt.id for attempt in sent])
            for attempt, objection in zip(sent, objections, strict=True):
                if objection is not None:
                    self._store.alarm(session, "send", f"{attempt.tx_hash}: {objection}")

    def _keep_failure(self, attempts: Sequence[Stored]) -> None:
        try:
            self._send(attempts)
        except BaseException as failure:  # whoever waits for it gets it
            self._failure = failure

    def _send(self, attempts: Sequence[Stored]) -> None:
        objections = self._gateway.send([attempt.raw for attempt in attempts])
        self._sent += attempts
        self._objections += objections
