"""What a write changed: the thing's lines before and after, instead of a transaction's hash alone.

A helper that names a tender, an order, an auction, a bet or a group, and returns a receipt, is looked at from both sides.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .errors import OpsError
from .formatting import Minor, Who
from .labels import label, padded, width

# By the name of a helper's parameter: the helper that shows the thing.
SHOWN_BY = {
    "tender_id": "tender",
    "order_id": "order",
    "auction_id": "auction",
    "bet_id": "bet",
    "group_id": "group",
    "claim_id": "receivable",
}
PASSING = frozenset({"chain_time"})  # changes by itself
DISTANCE = re.compile(r" \((?:in .*|.* ago|now)\)$")  # of a moment from now
NOTHING = "–"

Say = Callable[[str], None]
_say: list[Say] = []  # the console's, once it is open


def tell_changes(say: Say | None) -> None:
    """From now on each write tells what it changed; None: no longer."""
    _say[:] = [] if say is None else [say]


def telling(
    helper: Callable[..., Any], views: Mapping[str, Callable[..., Any]]
) -> Callable[..., Any]:
    """The helper; when it sends something while the console is open, it tells what changed. `views` by their names."""
    parameters = inspect.signature(helper).parameters
    found = next(
        (name for name in SHOWN_BY if name in parameters and SHOWN_BY[name] in views), None
    )

    @functools.wraps(helper)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not _say:
            return helper(*args, **kwargs)
        bound = inspect.signature(helper).bind(*args, **kwargs).arguments
        key = bound.get(found) if found is not None else None
        view = views[SHOWN_BY[found]] if found is not None else None
        before = _seen(view, key)
        result = helper(*args, **kwargs)
        if hasattr(result, "txid"):
            title = f"{SHOWN_BY[found]} {key}" if found is not None else ""
            for line in told(title, before, _seen(view, key)) or events(result):
                _say[0](line)
        return result

    return call


def told(
    title: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[str]:
    """What differs between two views of a thing, a line a part; nothing when nothing does, or it cannot be seen."""
    if after is None:
        return []
    was, now = dict(_flat(before or {})), dict(_flat(after))
    changed = [
        (name, was.get(name, NOTHING), now.get(name, NOTHING))
        for name in dict.fromkeys([*was, *now])
        if DISTANCE.sub("", was.get(name, NOTHING)) != DISTANCE.sub("", now.get(name, NOTHING))
    ]
    if not changed:
        return []
    columns = max(width(name) for name, _, _ in changed)
    return [title, *(f"  {padded(name, columns)}  {old} → {new}" for name, old, new in changed)]


def events(receipt: Any) -> list[str]:
    """The events of a receipt, a line each: what happened where no single thing was named."""
    lines = []
    for event in getattr(receipt, "events", None) or ():
        values = ", ".join(f"{name} {value}" for name, value in dict(event).items())
        lines.append(f"{event.name}  {values}"[:LINE_MAX])
    return lines or [f"done: {receipt.txid}"]


LINE_MAX = 300  # of an event with terms


def _seen(view: Callable[..., Any] | None, key: Any) -> Mapping[str, Any] | None:
    """The thing as it is shown; None when there is none, or it cannot be shown now."""
    if view is None or key is None:
        return None
    try:
        found: Mapping[str, Any] = view(key)
    except OpsError:
        return None
    return found


def _flat(view: Mapping[str, Any], head: str = "") -> Iterator[tuple[str, str]]:
    """Each part of a view with its name: `deliveries 1 status`."""
    for key, value in view.items():
        name = f"{head}{label(key)}"
        if key in PASSING:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name} ")
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
            for place, item in enumerate(value, start=1):
                yield from _flat(item, f"{name} {place} ")
        elif isinstance(value, (list, tuple)):
            yield name, "; ".join(map(_text, value)) or NOTHING
        else:
            yield name, _text(value)


def _text(value: Any) -> str:
    if value is None:
        return NOTHING
    return repr(value) if isinstance(value, (Minor, Who)) else str(value)
