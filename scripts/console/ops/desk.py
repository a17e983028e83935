"""THE CONSOLE ITSELF: whose turn it is, in which language, and how much of Brownie's own words. 控制台."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .. import labels, switches
from ..errors import OpsError
from ..formatting import View
from . import auctions, bets, calls, groups, orders, tenders

__all__ = ["debug", "lang", "next"]

# What is listed, and how one is shown.
THINGS: tuple[tuple[str, Callable[[], View], Callable[[int], View]], ...] = (
    ("tender", tenders.tenders, tenders.tender),
    ("auction", auctions.auctions, auctions.auction),
    ("order", orders.orders, orders.order),
    ("group", groups.groups, groups.group),
    ("bet", bets.bets, bets.bet),
)


def next(who: Any = None) -> View:  # noqa: A001 - what a person looks for
    """Whose turn it is, thing by thing; with an account only where it takes part: ops.next("S1")."""
    address = None if who is None else calls.address_of(who).lower()
    found = {}
    for noun, every, one in THINGS:
        for key in every():
            seen = one(int(key))
            steps = seen.get("next")
            if steps and (address is None or address in _addresses(seen)):
                name = f"{noun} {seen.get('number') or key}"
                found[name] = [steps] if isinstance(steps, str) else list(steps)
    return View(found)


def _addresses(value: Any) -> set[str]:
    return set(_found(value))


def _found(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.lower().startswith("0x"):
        yield str.__str__(value).lower()
    elif isinstance(value, dict):
        for each in value.values():
            yield from _found(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _found(each)


def lang(language: str) -> None:
    """Labels of what is shown, in Chinese or English: ops.lang("zh"), ops.lang("en")."""
    labels.choose(language)


def debug(shown: bool = True) -> None:
    """Traces of errors and Brownie's gas lines, from now on; off again with False: ops.debug()."""
    if not isinstance(shown, bool):
        raise OpsError(f"ops.debug takes True or False, not {shown!r}")
    switches.show(shown)
