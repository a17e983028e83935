"""The status in words and ages: first whether it is up, then what moves, then what waits for time and for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bridge.operator.reasons import Lang
from bridge.operator.saying import language, say

DOWN = "DOWN"
UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HERE = "  "  # before an item


def lines(found: Mapping[str, Any], now: float) -> Iterator[str]:
    """The status at `now`, unix seconds, a line an item. What is not there is not told."""
    yield from _alive(found, now)
    yield from _moves(found)
    yield from _waits(found)
    yield from _parked(found)
    yield from _else(found)


def age(seconds: float) -> str:
    """A span in its two largest units: 115 is `1 min 55 s`."""
    rest, parts = int(seconds), []
    for unit, size in UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return " ".join(parts[:2]) or say("under a second")


def _alive(found: Mapping[str, Any], now: float) -> Iterator[str]:
    down = [found[part] for part in ("node", "daemon") if str(found[part]).startswith(DOWN)]
    walked = found.get("last_pass_at")
    silent = (
        say("last pass {age} ago", age=age(max(now - walked, 0))) if walked else say("no pass yet")
    )
    if down:
        told = (str(each).removeprefix(f"{DOWN}: ") for each in down)
        yield f"{DOWN}: " + " · ".join([*told, silent])
    else:
        yield say("up: node and daemon answer, {silent}", silent=silent)


def _moves(found: Mapping[str, Any]) -> Iterator[str]:
    head, block = found["head"], found["block"]
    if head is None:
        yield say("read up to block {block:,}; how far the chain is nobody can say", block=block)
    elif found["lag_blocks"]:
        behind = found["lag_blocks"]
        yield say(
            "read up to block {block:,}, {behind:,} behind the chain", block=block, behind=behind
        )
    else:
        yield say("read up to block {block:,}, the chain's newest", block=block)
    facts = {
        "documents": found["documents"],
        "lag": found["lag_documents"],
        "open": found["unanchored"],
    }
    yield say(
        "documents: {documents:,} in the log, {lag:,} not looked at yet, {open:,} not anchored yet",
        **facts,
    )
    for name, text in (("inbox", "events"), ("outbox", "calls")):
        counts = ", ".join(f"{count:,} {say(status)}" for status, count in found[name].items())
        yield say("{what}: {counts}", what=say(text), counts=counts or say("none"))


def _waits(found: Mapping[str, Any]) -> Iterator[str]:
    waiting = found.get("waiting", [])
    if waiting:
        yield say("waits for its time, {count:,}:", count=found["waiting_for_time"])
    for row in waiting:
        name = row["number"] or row["aggregate"].replace(":", " ")
        what = _words(row["call"])
        due = age(row["not_before"] - found["block_time"])
        yield HERE + say("{what} of {name}, in {due}", what=what, name=name, due=due)


def _parked(found: Mapping[str, Any]) -> Iterator[str]:
    parked = [*found["quarantined"], *found["stuck"]]
    if parked:
        yield say(
            "waits for a person, {count:,} (interlock bridge quarantine list):", count=len(parked)
        )
    for row in parked:
        name = row["number"] or row["aggregate"].replace(":", " ")
        what = row.get("event") or row.get("key")
        yield f"{HERE}{what}, {name}: {_reason(row)}"
    for row in found["holds"]:
        name = row["number"] or row["aggregate"].replace(":", " ")
        yield HERE + say("payment held, {name}: {reason}", name=name, reason=row["reason"])


def _else(found: Mapping[str, Any]) -> Iterator[str]:
    for row in found["alarms"]:
        at = _instant(row["last_at"])
        yield say("alarm {kind}, {times:,} times, last {at}: {message}", **{**row, "at": at})
    for row in found["reorganisations"]:
        fell = ", ".join(str(each["number"]) for each in row["fallen"]) or say("nothing fell")
        yield say(
            "the chain turned back, found {at}: {document}  {fell}",
            at=_instant(row["found_at"]), document=row["document"] or "–", fell=fell,
        )  # fmt: skip
    for row in found["excluded"]:
        yield say("not invited for {number}: {account}, {reason}", **row)
    for row in found["operator_acts"]:
        yield say("{at}  {who} {act} {key}: {why}", **{**row, "at": _instant(row["at"])})


def _reason(row: Mapping[str, Any]) -> str:
    return str(row["reason_zh" if language() is Lang.ZH else "reason"])


def _words(call: str) -> str:
    """`Tenders.award` as words: award."""
    return CAPITAL.sub(" ", call.rpartition(".")[2]).lower()


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
