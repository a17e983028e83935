"""RATINGS: what members of a settled group say of each other, and users of them. 互评.

ops.rate(1, "N2", {"N1": 8_000, "N3": 6_000})   sealed
ops.reveal_ratings(1, "N2")                     when commitments are over
ops.record_ratings(1, "N3")                     when reveals are over: into its credit
ops.record_feedback(1, 2, 1)                    users' reviews of role 2's first holder: into its credit
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...deployment.sealing import seal_ratings
from .. import secrets_file
from ..formatting import View, moment_from
from . import calls

__all__ = ["rate", "rating", "ratings", "record_feedback", "record_ratings", "reveal_ratings"]


def ratings(group_id: int) -> View:
    """The ratings of a group at a glance, and whose turn it is: ops.ratings(1)."""
    commit_end, reveal_end = calls.view("PeerRatings", "windowsOf", group_id)
    if not commit_end:
        return View(next=f"the group is not settled: ops.group({group_id})")
    now = calls.now()
    raters = [
        calls.who(event["rater"])
        for event in calls.logs("PeerRatings", "RatingsCommitted", groupId=group_id)
    ]
    if now < commit_end:
        turn = f"members rate: ops.rate({group_id}, who, {{...}})"
    elif now < reveal_end:
        turn = f"raters reveal: ops.reveal_ratings({group_id}, who)"
    else:
        turn = f"anybody: ops.record_ratings({group_id}, member)"
    return View(
        commit_end=moment_from(commit_end, now),
        reveal_end=moment_from(reveal_end, now),
        raters=raters,
        next=turn,
    )


def rating(group_id: int, member: Any) -> View:
    """What peers said of a member so far: ops.rating(1, "N3")."""
    address = calls.address_of(member)
    found = calls.view("PeerRatings", "tallyOf", group_id, address)
    _, outcome = calls.view("PeerRatings", "outcomeOf", group_id, address)
    return View(
        who=calls.who(address),
        ratings=found["ratings"],
        outcome_bps=int(outcome),
        recorded=found["recorded"],
        next=f"ops.ratings({group_id}) says",
    )


def rate(group_id: int, rater: Any, scores: Mapping[str, int]) -> Any:
    """A member commits to all that it says of the others: ops.rate(1, "N2", {"N1": 8_000, "N3": 6_000}).

    Scores are basis points. List and salt are kept in build/console/secrets.json for ops.reveal_ratings.
    """
    rows = sorted(
        ((calls.address_of(who), score, "0x" + "00" * 32) for who, score in scores.items()),
        key=lambda row: int(row[0], 16),
    )
    salt, address = calls.reference(), calls.address_of(rater)
    said = [(of, score, calls.bytes32(reason)) for of, score, reason in rows]
    sealed = calls.hexed(
        seal_ratings(calls.place("PeerRatings"), group_id, address, said, calls.bytes32(salt))
    )
    secrets_file.keep(calls.shelf("PeerRatings"), sealed, {"ratings": rows, "salt": salt})
    return calls.send("PeerRatings", "commitRatings", group_id, sealed, sender=rater)


def reveal_ratings(group_id: int, rater: Any) -> Any:
    """A member reveals what it committed to: ops.reveal_ratings(1, "N2")."""
    opens, _ = calls.view("PeerRatings", "windowsOf", group_id)
    calls.not_before(opens, f"ratings of group {group_id} are revealed")
    found = calls.view("PeerRatings", "commitmentOf", group_id, calls.address_of(rater))
    mine = secrets_file.find(calls.shelf("PeerRatings"), calls.hexed(found[0]))
    rows = [tuple(row) for row in mine["ratings"]]
    return calls.send("PeerRatings", "revealRatings", group_id, rows, mine["salt"], sender=rater)


def record_ratings(group_id: int, member: Any, caller: Any = None) -> Any:
    """Write what peers say of a member into its credit: ops.record_ratings(1, "N3"). Anybody may."""
    of, sender = calls.address_of(member), calls.sender(caller, calls.DEPLOYER)
    return calls.send("PeerRatings", "recordRatings", group_id, of, sender=sender)


def record_feedback(group_id: int, role_id: int, round_id: int = 1, caller: Any = None) -> Any:
    """Write what users said of a former holder into its credit: ops.record_feedback(1, 2, 1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("UserReviews", "recordFeedback", group_id, role_id, round_id, sender=sender)
