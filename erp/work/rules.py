"""Pure rules of a group's work: what of a role's pay is earned, and where reports and planned processes stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from erp.kernel.amounts import BPS

Count = Callable[[Mapping[str, Any]], int]  # of what is counted: the units so far


class ProgressStatus(StrEnum):
    """OPEN → REPORTED or MISREPORTED by ConfirmProgress, OPEN → LATE by CloseProgress.

    LATE: the chain knows as much or more already, or the group has ended. MISREPORTED: the chain says something else of it.
    """

    OPEN = "OPEN"
    REPORTED = "REPORTED"
    MISREPORTED = "MISREPORTED"
    LATE = "LATE"


class ProcessStatus(StrEnum):
    """WAITING → STARTED by StartProcess, or → HELD by HoldProcess; HELD → STARTED; WAITING, HELD → DROPPED."""

    WAITING = "WAITING"
    HELD = "HELD"  # its condition is met, and something stands in the way
    STARTED = "STARTED"
    DROPPED = "DROPPED"


class Process(StrEnum):
    """What is started when a condition is met."""

    REQUISITION = "requisition"  # 请购
    RELEASE = "release"  # 放行: of a sale that waits for finance


class ChainFact(StrEnum):
    """What a planned process waits for: something that an event of the group or of its bet tells (触发条件)."""

    GROUP_FORMED = "group_formed"
    ROLE_SEATED = "role_seated"  # somebody holds the role
    ROLE_EARNED = "role_earned"  # at least so much of the role's pay
    BET_BOUND = "bet_bound"
    BET_ACTIVE = "bet_active"  # all parties of a bet of the group signed it
    INDEX_REACHED = (
        "index_reached"  # an index moved targets of a bet of the group to at least so much
    )
    BET_SETTLED = "bet_settled"


OF_A_ROLE = (ChainFact.ROLE_SEATED, ChainFact.ROLE_EARNED)
WITH_A_MEASURE = (ChainFact.ROLE_EARNED, ChainFact.INDEX_REACHED)


def earned_bps(role: Mapping[str, Any], attested: int, count: Count) -> int:
    """What of a role's pay is earned by now, basis points: at least what was attested before.

    By a share: rounded down. By milestones: those that are counted, one after the other, up to the first that is not
    reached or that somebody has to say.
    """
    share = role.get("share")
    if share is not None:
        return max(attested, min(BPS, count(share) * BPS // int(share["quantity"])))
    for milestone in role.get("milestones") or []:
        if milestone["earned_bps"] <= attested:
            continue
        counted = milestone["counted"]
        if counted is None or count(counted) < counted["quantity"]:
            break
        attested = int(milestone["earned_bps"])
    return attested


def next_milestone(role: Mapping[str, Any], attested: int) -> Mapping[str, Any] | None:
    """The first milestone of a role that is not reached; None when there is none."""
    milestones: Sequence[Mapping[str, Any]] = role.get("milestones") or []
    return next((each for each in milestones if each["earned_bps"] > attested), None)


def objection(fact: ChainFact, role_id: int | None, at_least_bps: int | None) -> str | None:
    """What is wrong with a condition; None when nothing is."""
    if (role_id is not None) != (fact in OF_A_ROLE):
        named = "must name" if fact in OF_A_ROLE else "names"
        return f"{fact.value} {named} {'a' if fact in OF_A_ROLE else 'no'} role"
    if (at_least_bps is not None) != (fact in WITH_A_MEASURE):
        named = "must say" if fact in WITH_A_MEASURE else "does not say"
        return f"{fact.value} {named} how much is reached at least"
    if fact is ChainFact.ROLE_EARNED and at_least_bps is not None and at_least_bps > BPS:
        return f"a role earns {BPS} basis points at most, not {at_least_bps}"
    return None
