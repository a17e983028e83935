"""FORCE MAJEURE: days of a region that nobody answers for. 不可抗力.

ops.declare_days("CN-ZJ Ningbo", 2)            the reporter declares yesterday and today
ops.dispute_days(1, "S1", "the port was open")
ops.rule_days(1, 1)                            the arbiter grants the first of them
ops.days_of("CN-ZJ Ningbo", 10)                days that stand among the last ten
"""

from __future__ import annotations

from typing import Any

from ..errors import NotThere
from ..formatting import View, moment_from
from . import calls

__all__ = [
    "apply_days",
    "days_of",
    "declaration",
    "declarations",
    "declare_days",
    "dispute_days",
    "rule_days",
    "withdraw_days_dispute",
]

STATUSES = ("none", "pending", "closed")


def declarations() -> View:
    """All declarations of force majeure, by id: ops.declarations()."""
    found = {}
    for event in calls.logs("ForceMajeure", "ForceMajeureDeclared"):
        seen = declaration(event["declarationId"])
        found[str(event["declarationId"])] = f"{seen['days']} days, {seen['status']}"
    return View(found)


def declaration(declaration_id: int) -> View:
    """A declaration at a glance: ops.declaration(1)."""
    found, now = calls.view("ForceMajeure", "declaration", declaration_id), calls.now()
    status = STATUSES[found["status"]]
    if status == "none":
        raise NotThere(f"there is no declaration {declaration_id}; ops.declarations() lists them")
    stands_at = calls.view("ForceMajeure", "standsAt", declaration_id)
    return View(
        region=calls.hexed(found["region"]),
        first=moment_from(found["fromDay"] * calls.DAY, now),
        days=found["count"],
        disputes=found["disputes"],
        status=status,
        stands=moment_from(stands_at, now) if stands_at else None,
        next="nothing: it is closed"
        if status == "closed"
        else f"the arbiter rules: ops.rule_days({declaration_id}, days)"
        if found["disputes"]
        else f"anybody may dispute it until it stands, then ops.apply_days({declaration_id})",
    )


def days_of(region: Any, days: int = 30) -> int:
    """How many of the last days stand as force majeure in a region: ops.days_of("CN-ZJ Ningbo", 10)."""
    now = calls.now()
    first = (now // calls.DAY - days + 1) * calls.DAY
    return int(calls.view("ForceMajeure", "daysIn", calls.text_ref(region), first, now + 1))


def declare_days(region: Any, days: int, last: int = 0, evidence: Any = None) -> Any:
    """The reporter declares days on end, the last of them `last` days ago: ops.declare_days("CN-ZJ Ningbo", 2)."""
    from_day = calls.now() // calls.DAY - last - days + 1
    reporter = _holder("REPORTER_POST")
    arguments = (calls.text_ref(region), from_day, days, calls.text_ref(evidence))
    return calls.send("ForceMajeure", "declare", *arguments, sender=reporter)


def dispute_days(declaration_id: int, who: Any, reason: Any = None) -> Any:
    """A participant disputes a declaration: ops.dispute_days(1, "S1", "the port was open")."""
    return calls.send("ForceMajeure", "dispute", declaration_id, calls.text_ref(reason), sender=who)


def withdraw_days_dispute(declaration_id: int, who: Any) -> Any:
    """A participant takes its dispute of a declaration back: ops.withdraw_days_dispute(1, "S1")."""
    return calls.send("ForceMajeure", "withdrawDispute", declaration_id, sender=who)


def rule_days(declaration_id: int, days: int, skip: int = 0, ruling: Any = None) -> Any:
    """The arbiter grants so many days, after skipping some; 0 grants none: ops.rule_days(1, 1, skip=1)."""
    first = calls.view("ForceMajeure", "declaration", declaration_id)["fromDay"] + skip
    arguments = (declaration_id, first, days, calls.text_ref(ruling))
    return calls.send("ForceMajeure", "rule", *arguments, sender=_holder("ARBITER_POST"))


def apply_days(declaration_id: int, caller: Any = None) -> Any:
    """Apply a declaration that nobody may dispute or rule any more: ops.apply_days(1)."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ForceMajeure", "applyDeclaration", declaration_id, sender=sender)


def _holder(post: str) -> str:
    return str(calls.view("Participants", "holderOf", calls.view("ForceMajeure", post)))
