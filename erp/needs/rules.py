"""Pure rules of needs and of proposals to serve them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

NODE = 8  # bit of a party's capabilities: it may lead groups and grab roles
MAX_ROLES = 32  # of a group
MAX_MILESTONES = 32  # of a role
# What a leader publishes of a group, beside its roles: the same words here and on the order of the group.
TERMS = (
    "region", "reporter_post", "grab_seconds", "select_seconds", "work_seconds", "report_seconds", "review_seconds",
    "bet_seconds",
)  # fmt: skip
# What it publishes of a role: amounts, then the rest.
ROLE_AMOUNTS = ("floor_minor", "most_minor", "stake_minor")
ROLE_TERMS = (
    "pay_minor", "min_reviews", "min_credit_bps", "review_mark_bps", "shortfall_mark_bps", "credit_weight_bps",
    "stake_bps_of_pledge",
)  # fmt: skip


class NeedStatus(StrEnum):
    """OPEN → PROPOSED by ProposeGroup, → SERVED when its group is settled; PROPOSED → OPEN again; OPEN → DROPPED.

    A need is open again when its proposal is withdrawn or its group dissolves.
    """

    OPEN = "OPEN"
    PROPOSED = "PROPOSED"
    SERVED = "SERVED"
    DROPPED = "DROPPED"


class NeedSource(StrEnum):
    """Where a need comes from."""

    USER = "user"  # somebody asked for it
    SALES_SIGNAL = "sales_signal"  # orders rise above what was expected
    REVIEW = "review"  # the mean of a role's reviews fell below its mark
    INSIGHT = "insight"  # a forecast, or a partner that fits


LIVING = (NeedStatus.OPEN, NeedStatus.PROPOSED)


class WorkMeasure(StrEnum):
    """What is counted of a group's things, in smallest units of an item: by it a role earns its pay (进度口径)."""

    RECEIVED = "received"  # units that arrived of the group's purchase orders
    ACCEPTED = "accepted"  # units of these that passed inspection, silence or a ruling
    DELIVERED = "delivered"  # units that the group's customers got, less what came back


class ProposalStatus(StrEnum):
    """PROPOSED → APPROVED by ApproveGroup → OPENED by RecordGroupOrder → ENDED with the group; the first two → WITHDRAWN."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    OPENED = "OPENED"
    ENDED = "ENDED"
    WITHDRAWN = "WITHDRAWN"


def budget_of(roles: Sequence[Mapping[str, Any]]) -> int:
    """What a leader pays in for a group: the pay of all roles, minor units."""
    return sum(int(role["pay_minor"]) for role in roles)


def objection(roles: Sequence[Mapping[str, Any]], most_minor: int) -> str | None:
    """What is wrong with the roles of a proposal whose pay may sum up to `most_minor`; None when nothing is."""
    for role_id, role in enumerate(roles, start=1):
        if role["floor_minor"] > role["most_minor"]:
            return f"role {role_id} asks for {role['floor_minor']} at least and {role['most_minor']} at most"
        if role["review_mark_bps"] and not role["min_reviews"]:
            return f"role {role_id} has a mark for reviews, and no least number of them"
        why = _objection_to_earning(role)
        if why is not None:
            return f"role {role_id} {why}"
    budget = budget_of(roles)
    return (
        f"the pay of all roles is {budget}, at most {most_minor}" if budget > most_minor else None
    )


def _objection_to_earning(role: Mapping[str, Any]) -> str | None:
    """What is wrong with how a role earns its pay; None when nothing is."""
    milestones = role.get("milestones") or []
    if milestones and role.get("share") is not None:
        return "earns by milestones and by a share; name one of both"
    earned = [each["earned_bps"] for each in milestones]
    if earned != sorted(set(earned)):
        return f"has milestones that do not rise: {earned}"
    least: dict[tuple[Any, ...], int] = {}
    for each in milestones:
        counted = each["counted"]
        if counted is None:
            continue
        what = (counted["measure"], counted["item"], counted["by_holder"])
        if counted["quantity"] <= least.get(what, 0):
            return f"has milestones of {what[1]} that ask for no more than those before"
        least[what] = counted["quantity"]
    return None


def counted_in(role: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All that is counted for the pay of a proposed role: its share, or what its milestones ask for."""
    share = role.get("share")
    of_milestones = [each["counted"] for each in role.get("milestones") or []]
    return [each for each in (share, *of_milestones) if each is not None]


def terms_of(told: Mapping[str, Any], target: int) -> dict[str, Any]:
    """The terms of a group, from what was told of it."""
    return {"target_minor": target, **{name: told[name] for name in TERMS}}


def difference(
    proposed: tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]],
    told: tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]],
) -> str | None:
    """In which way terms and roles as they were opened are not those of the proposal; None when they are."""
    for name, value in proposed[0].items():
        if told[0][name] != value:
            return f"{name} is {told[0][name]}, proposed was {value}"
    if len(told[1]) != len(proposed[1]):
        return f"it has {len(told[1])} roles, proposed were {len(proposed[1])}"
    for role_id, (one, other) in enumerate(zip(proposed[1], told[1], strict=True), start=1):
        for name in (*ROLE_AMOUNTS, *ROLE_TERMS):
            if one[name] != other[name]:
                return f"{name} of role {role_id} is {other[name]}, proposed was {one[name]}"
    return None
