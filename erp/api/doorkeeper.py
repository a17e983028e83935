"""Slows whoever guesses: by the name that is tried and by the address it is tried from, and bounds the work of guesses.

Used on the event loop alone. All of it is in memory: another process, or a new one, counts for itself.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TypeVar

from erp.api.attempts import Attempts, Patience
from erp.api.errors import TooManyAttempts
from erp.api.settings import Limits
from erp.kernel.errors import Retryable

NETWORK_PREFIX = 64  # of IPv6: what one subscriber has
MAX_NAME = 64  # characters of a name by which attempts are counted
HOUR = 3_600.0
A = TypeVar("A")


class Doorkeeper:
    """Counts attempts to come in, and does the work of judging them apart from all else."""

    def __init__(self, limits: Limits, ticks: Callable[[], float]) -> None:
        names = Patience(limits.name_attempts, 1, limits.name_pause_seconds, HOUR)
        addresses = Patience(limits.address_attempts, 1, limits.address_pause_seconds, HOUR)
        self.names = Attempts(names, limits.attempts_kept, ticks)
        self.addresses = Attempts(addresses, limits.attempts_kept, ticks)
        self._most = limits.judgements_waiting
        self._waiting = 0
        self._judges = ThreadPoolExecutor(limits.judging_threads, thread_name_prefix="erp-door")

    @contextmanager
    def attempt(self, name: str, address: str) -> Iterator[Callable[[], None]]:
        """One attempt; call what it gives once it succeeded. Raises TooManyAttempts, before anything is looked up.

        It is counted before it is judged, so that many at once are no more than one after the other.
        """
        by_name, by_address = counted(name), network(address)
        wait = self.addresses.take(by_address)
        if wait == 0:
            wait = self.names.take(by_name)
            if wait:
                self.addresses.given_back(by_address)
        if wait:
            raise TooManyAttempts(wait)

        def succeeded() -> None:
            self.names.succeeded(by_name)
            self.addresses.given_back(by_address)

        yield succeeded

    async def judge(self, work: Callable[[], A]) -> A:
        """What `work` gives, done in a thread of the door's own. Raises Retryable when too much of it waits."""
        if self._waiting >= self._most:
            raise Retryable("too many people sign in at once; try again after a pause")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._judges, work)
        finally:
            self._waiting -= 1


def counted(name: str) -> str:
    """The name by which attempts are counted, however it is written."""
    return unicodedata.normalize("NFKC", name[: 2 * MAX_NAME]).strip().casefold()[:MAX_NAME]


def network(address: str) -> str:
    """By what attempts of an address are counted: itself, or of IPv6 the network that one subscriber has."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Address(int(known) >> NETWORK_PREFIX << NETWORK_PREFIX))
