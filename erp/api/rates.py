"""How much one address and one token may send: so many requests a second, with a store of some seconds' worth."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from threading import Lock

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from erp.api.doorkeeper import network
from erp.api.errors import TooManyRequests
from erp.api.problems import problem_response
from erp.api.settings import Limits

BURST_SECONDS = 5  # of its rate, which a sender that was quiet may send at once
UNCOUNTED = frozenset({"/live"})  # who watches the service is told under any load


class Buckets:
    """Requests that each key may still send; they come back at `rate` a second (令牌桶). For several threads.

    At most `kept` keys are remembered: the one that was quiet the longest is forgotten, and its store is full again.
    """

    def __init__(self, rate: int, kept: int, ticks: Callable[[], float]) -> None:
        self._rate, self._kept, self._ticks = rate, kept, ticks
        self._full = float(rate * BURST_SECONDS)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> int:
        """Takes one, and returns 0; or the seconds until there is one."""
        with self._lock:
            now = self._ticks()
            left, since = self._left.pop(key, (self._full, now))
            left = min(self._full, left + (now - since) * self._rate)
            wait = 0 if left >= 1 else ceil((1 - left) / self._rate)
            self._left[key] = (left - 1 if wait == 0 else left, now)
            while len(self._left) > self._kept:
                self._left.popitem(last=False)
            return wait

    def __len__(self) -> int:
        return len(self._left)


class Rates:
    """The buckets of a service: of addresses, of addresses whose tokens do not stand, and of tokens."""

    def __init__(self, limits: Limits, ticks: Callable[[], float]) -> None:
        self._addresses = Buckets(limits.address_rate, limits.rates_kept, ticks)
        self._strangers = Buckets(limits.stranger_rate, limits.rates_kept, ticks)
        self._tokens = Buckets(limits.token_rate, limits.rates_kept, ticks)

    def of_address(self, address: str) -> None:
        """Counts a request from an address. Raises TooManyRequests."""
        _expect_none(self._addresses.take(network(address)), "from this address")

    def of_stranger(self, address: str) -> None:
        """Counts a request whose token does not stand. Raises TooManyRequests."""
        _expect_none(self._strangers.take(network(address)), "with tokens that do not stand")

    def of_token(self, token_id: int) -> None:
        """Counts a request of a token, whichever of its secrets or sessions was sent. Raises TooManyRequests."""
        _expect_none(self._tokens.take(str(token_id)), "with this token")


def _expect_none(wait: int, whose: str) -> None:
    if wait:
        raise TooManyRequests(whose, wait)


class RateLimit:
    """Answers 429 to an address that sends more than its share, before anything of the request is read."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self.app = app
        self.rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or refuses it."""
        if scope["type"] == "http" and scope["path"] not in UNCOUNTED:
            request = Request(scope)
            try:
                self.rates.of_address(address_of(request))
            except TooManyRequests as refused:
                await problem_response(request, refused)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def address_of(request: Request) -> str:
    """From where a request came, as the server knows it."""
    return request.client.host if request.client else ""
