"""GROUPS: a leader opens an order, nodes grab its roles, users review. 链群合约.

ops.open_group("N1", [ops.role_terms(pay=600_000), ops.role_terms(pay=400_000, mark_bps=6_000)], target=1_000)
ops.grab(1, 1, "N2", 800, "plan of N2")   ops.grab(1, 2, "N3", 700, "plan of N3")
ops.wait(3_600)   ops.select(1, 1, "N2")  (or wait: the best candidates hold the roles)
ops.form(1)                               the team stands; then a bet: ops.propose_bet("N1", ..., group=1)
ops.progress(1, 1, 10_000)                the reporter: all of role 1's pay is earned;  ops.pay_earnings(1, 1)
ops.review(1, 2, 3_000, 50_000)           a user was not content;  ops.reopen_role(1, 2)
ops.close_group(1)   ops.release_stake(1, 1, "N2")   ops.return_budget(1)
ops.reject(1, 1, "N2")   ops.resign(1, 1)   ops.add_role(1, ops.role_terms(pay=50_000))   ops.extend_work(1)
ops.consent_to_end(1)   ops.consent_to_end(1, 1)     leader, then the holder of role 1; the last one ends it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...deployment.sealing import seal_plan
from .. import erp_numbers, secrets_file
from ..errors import NotThere
from ..formatting import Minor, View, moment_from
from . import calls

__all__ = [
    "add_role",
    "bind_bet",
    "close_group",
    "consent_to_end",
    "dissolve",
    "extend_work",
    "form",
    "grab",
    "group",
    "groups",
    "open_group",
    "open_plan",
    "pay_earnings",
    "progress",
    "reject",
    "release_stake",
    "reopen_role",
    "resign",
    "return_budget",
    "review",
    "role_terms",
    "seat_role",
    "select",
]

HOUR, DAY = 3_600, 86_400
GROUP_STATUSES = ("none", "open", "formed", "dissolved", "settled")
WHOLE_BPS = 10_000
MOST_PLEDGE = 2**60
NO_REGION = "0x" + "00" * 32


def role_terms(
    pay: int,
    stake: int = 0,
    floor: int = 1,
    min_credit_bps: int = 0,
    mark_bps: int = 0,
    min_reviews: int = 1,
    role: Any = None,
    *,
    most: int = MOST_PLEDGE,
    shortfall_bps: int = 0,
    credit_weight_bps: int = 0,
    stake_bps: int = 0,
) -> View:
    """What a leader offers for a role: ops.role_terms(pay=600_000, stake=10_000, mark_bps=6_000).

    Pledges are from `floor` to `most`, and lessened by `credit_weight_bps` of the credit that is missing when they are
    compared; the stake is `stake_bps` of the pledge at least; a shortfall above `shortfall_bps` in the group's bet
    reopens the role.
    """
    return View(
        roleRef=calls.text_ref(role),
        floor=floor,
        most=most,
        stake=stake,
        pay=pay,
        minReviews=min_reviews if mark_bps else 0,
        minCreditBps=min_credit_bps,
        reviewMarkBps=mark_bps,
        shortfallMarkBps=shortfall_bps,
        creditWeightBps=credit_weight_bps,
        stakeBpsOfPledge=stake_bps,
    )


def groups() -> View:
    """All chain groups, by id: ops.groups()."""
    found = {}
    for event in calls.logs("ChainGroups", "GroupOpened"):
        seen = group(event["groupId"])
        number = erp_numbers.head(erp_numbers.GROUP, event["groupId"])
        found[str(event["groupId"])] = (
            f"{number}{seen['status']}, {seen['filled']} of {len(seen['roles'])} roles, {seen['leader']!r}"
        )
    return View(found)


def group(group_id: int) -> View:
    """A chain group at a glance: roles, money, and whose turn it is: ops.group(1)."""
    found, now = _group(group_id), calls.now()
    purse = calls.view("GroupPay", "purseOf", group_id)
    status = GROUP_STATUSES[found["status"]]
    roles = [_role_seen(group_id, index + 1) for index in range(found["roles"])]
    return View(
        number=erp_numbers.number_of(erp_numbers.GROUP, group_id),
        status=status,
        leader=calls.who(found["leader"]),
        reporter=calls.who(_reporter(found)),
        target=found["target"],
        pledged=found["pledged"],
        filled=found["filled"],
        budget_minor=Minor(purse["budget"]),
        earned_minor=Minor(purse["earned"]),
        grab_end=moment_from(found["grabEnd"], now),
        select_end=moment_from(found["selectEnd"], now),
        work_end=moment_from(found["workEnd"], now),
        report_end=moment_from(found["reportEnd"], now),
        bet=found["betId"] or None,
        roles=roles,
        next=_group_next(group_id, status, found, purse, now),
    )


def _group(group_id: int) -> dict[str, Any]:
    found: dict[str, Any] = calls.view("ChainGroups", "group", group_id)
    if found["status"] == 0:
        raise NotThere(f"there is no group {group_id}; ops.groups() lists them")
    return found


def _reporter(found: Mapping[str, Any]) -> str:
    """Who holds the post that reports for a group."""
    return str(calls.view("Participants", "holderOf", found["reporterPost"]))


def _role_seen(group_id: int, role_id: int) -> View:
    found = calls.view("ChainGroups", "role", group_id, role_id)
    number = found["round"]
    present = calls.view("ChainGroups", "roundOf", group_id, role_id, number)
    holder = calls.view("ChainGroups", "holderOf", group_id, role_id)
    held, standing = int(holder, 16) != 0, int(present["standing"], 16) != 0
    said = calls.view("UserReviews", "reviewsOf", group_id, role_id, number)
    mean = said["weighted"] // said["weight"] if said["count"] else None
    return View(
        role=role_id,
        round=number,
        holder=calls.who(holder) if held else None,
        standing=calls.who(present["standing"]) if standing and not held else None,
        candidates=present["candidates"],
        pledge=present["pledge"],
        pay_minor=Minor(found["terms"]["pay"]),
        earned_bps=calls.view("GroupPay", "rolePayOf", group_id, role_id)["earnedBps"],
        reviews=said["count"],
        review_mean_bps=mean,
        review_mark_bps=found["terms"]["reviewMarkBps"] or None,
    )


def _group_next(
    group_id: int, status: str, found: Mapping[str, Any], purse: Mapping[str, Any], now: int
) -> list[str]:
    if status == "open":
        return _open_next(group_id, found, now)
    if status == "formed":
        steps = [f"the reporter: ops.progress({group_id}, role, bps), ops.review({group_id}, ...)"]
        if not found["betId"] and now < found["workEnd"]:
            steps.append(f"the leader may bind a bet: ops.bind_bet({group_id}, bet)")
        if now >= calls.view("GroupLens", "closableAt", group_id):
            steps.append(f"anybody: ops.close_group({group_id})")
        return steps
    steps = [f"ops.release_stake({group_id}, role, who) for each candidate"]
    if not purse["budgetReturned"] and purse["earned"] < purse["budget"]:
        steps.append(f"ops.return_budget({group_id})")
    if status == "settled":
        steps.append(f"members rate each other: ops.rate({group_id}, who, {{...}})")
    return steps


def _open_next(group_id: int, found: Mapping[str, Any], now: int) -> list[str]:
    covered = found["filled"] == found["roles"] and found["pledged"] >= found["target"]
    if now < found["grabEnd"]:
        return [f'nodes grab: ops.grab({group_id}, role, who, pledge, "plan")']
    if now >= found["workEnd"] or (not covered and now >= found["selectEnd"]):
        return [f"anybody: ops.dissolve({group_id}); stakes return"]
    selects = f"the leader may select: ops.select({group_id}, role, who)"
    if not covered:
        return [selects, f"or give up: ops.dissolve({group_id}, leader)"]
    forms = f"anybody: ops.form({group_id})"
    if now < found["selectEnd"] and found["selected"] < found["roles"]:
        return [selects, forms]
    return [forms]


def open_group(
    leader: Any,
    roles: Sequence[Mapping[str, Any]],
    target: int,
    need: Any = None,
    grab_seconds: int = HOUR,
    select_seconds: int = HOUR,
    work_seconds: int = 7 * DAY,
    report_seconds: int = DAY,
    *,
    review_seconds: int = DAY,
    bet_seconds: int = 0,
    region: Any = None,
    reporter: str | None = None,
) -> Any:
    """Open an order for a need and pay in its budget: ops.open_group("N1", [ops.role_terms(pay=600_000)], target=1_000).

    `bet_seconds`: in this time a holder signs the group's bet. `region`: its days of force majeure extend the work.
    `reporter` names a post; the first of its office when none is named.
    """
    place = NO_REGION if region is None else calls.text_ref(region)
    seconds = (grab_seconds, select_seconds, work_seconds, report_seconds)
    post = calls.post("REPORTER", reporter)
    terms = (calls.text_ref(need), place, target, post, *seconds, review_seconds, bet_seconds)
    rows = [tuple(found.values()) for found in roles]
    return calls.send("ChainGroups", "openGroup", terms, rows, sender=leader)


def grab(group_id: int, role_id: int, node: Any, pledge: int, plan: Any = None) -> Any:
    """Become a candidate for a role and pay in its stake: ops.grab(1, 1, "N2", 800, "plan of N2").

    The plan's hash and salt are kept in build/console/secrets.json for ops.open_plan.
    """
    plan_hash, salt = calls.text_ref(plan), calls.reference()
    address = calls.address_of(node)
    secret = (calls.bytes32(plan_hash), calls.bytes32(salt))
    sealed = calls.hexed(seal_plan(calls.place("ChainGroups"), group_id, role_id, address, *secret))
    secrets_file.keep(calls.shelf("ChainGroups"), sealed, {"plan": plan_hash, "salt": salt})
    return calls.send("ChainGroups", "grabRole", group_id, role_id, pledge, sealed, sender=node)


def open_plan(group_id: int, role_id: int, node: Any, round_id: int | None = None) -> Any:
    """Show the plan that a node committed to, when grabs are over: ops.open_plan(1, 1, "N2")."""
    number = _round(group_id, role_id) if round_id is None else round_id
    found = calls.view(
        "ChainGroups", "candidate", group_id, role_id, number, calls.address_of(node)
    )
    opens = calls.view("ChainGroups", "roundOf", group_id, role_id, number)["grabEnd"]
    calls.not_before(opens, f"plans for role {role_id} of group {group_id} are opened")
    mine = secrets_file.find(calls.shelf("ChainGroups"), calls.hexed(found["planRef"]))
    arguments = (group_id, role_id, number, mine["plan"], mine["salt"])
    return calls.send("ChainGroups", "openPlan", *arguments, sender=node)


def _round(group_id: int, role_id: int) -> int:
    return int(calls.view("ChainGroups", "role", group_id, role_id)["round"])


def select(group_id: int, role_id: int, node: Any) -> Any:
    """The leader decides a role for one of its candidates: ops.select(1, 1, "N2")."""
    leader, to = _group(group_id)["leader"], calls.address_of(node)
    return calls.send("ChainGroups", "selectCandidate", group_id, role_id, to, sender=leader)


def reject(group_id: int, role_id: int, node: Any) -> Any:
    """The leader rejects a candidate, whose stake is free at once: ops.reject(1, 1, "N2")."""
    leader, whom = _group(group_id)["leader"], calls.address_of(node)
    return calls.send("ChainGroups", "rejectCandidate", group_id, role_id, whom, sender=leader)


def form(group_id: int, caller: Any = None) -> Any:
    """Make a team of the candidates that stand: ops.form(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ChainGroups", "form", group_id, sender=sender)


def dissolve(group_id: int, caller: Any = None) -> Any:
    """Give up an order whose roles were not filled: ops.dissolve(1). Anybody may; every stake returns."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ChainGroups", "dissolve", group_id, sender=sender)


def bind_bet(group_id: int, bet_id: int) -> Any:
    """The leader names its bet for the group, once all have signed it: ops.bind_bet(1, 1)."""
    leader = _group(group_id)["leader"]
    return calls.send("ChainGroups", "bindBet", group_id, bet_id, sender=leader)


def progress(
    group_id: int, role_id: int, earned_bps: int, evidence: Any = None, round_id: int | None = None
) -> Any:
    """The reporter says how much of a role's pay is earned so far: ops.progress(1, 1, 5_000).

    It speaks of the present holder; of a former one when its round is named.
    """
    reporter, ref = _reporter(_group(group_id)), calls.text_ref(evidence)
    number = _round(group_id, role_id) if round_id is None else round_id
    arguments = (group_id, role_id, number, earned_bps, ref)
    return calls.send("GroupPay", "reportProgress", *arguments, sender=reporter)


def review(group_id: int, role_id: int, score_bps: int, weight: int, about: Any = None) -> Any:
    """The reporter passes on a user's review, weighed by its order: ops.review(1, 2, 3_000, 50_000)."""
    reporter, ref = _reporter(_group(group_id)), calls.text_ref(about)
    arguments = (group_id, role_id, _round(group_id, role_id), score_bps, weight, ref)
    return calls.send("UserReviews", "recordReview", *arguments, sender=reporter)


def reopen_role(group_id: int, role_id: int, caller: Any = None) -> Any:
    """Open a role to grabs anew, for its reviews or by the group's bet: ops.reopen_role(1, 2). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ChainGroups", "reopenRole", group_id, role_id, sender=sender)


def seat_role(group_id: int, role_id: int, caller: Any = None) -> Any:
    """Give a reopened role to the candidate that stands: ops.seat_role(1, 2). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ChainGroups", "seatRole", group_id, role_id, sender=sender)


def resign(group_id: int, role_id: int) -> Any:
    """The holder leaves its role, which is opened to grabs anew: ops.resign(1, 2)."""
    holder = calls.view("ChainGroups", "holderOf", group_id, role_id)
    return calls.send("ChainGroups", "resignRole", group_id, role_id, sender=holder)


def add_role(group_id: int, role: Mapping[str, Any]) -> Any:
    """The leader adds a role to a formed group and pays in its pay: ops.add_role(1, ops.role_terms(pay=50_000))."""
    leader = _group(group_id)["leader"]
    return calls.send("ChainGroups", "addRole", group_id, tuple(role.values()), sender=leader)


def extend_work(group_id: int, caller: Any = None) -> Any:
    """Move the end of the work by the days of force majeure of its region: ops.extend_work(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ChainGroups", "extendWork", group_id, sender=sender)


def consent_to_end(group_id: int, role_id: int = 0, consents: bool = True) -> Any:
    """The leader, or the holder of a role, consents to the end: ops.consent_to_end(1, 2). The last one ends it."""
    leader = _group(group_id)["leader"]
    holder = leader if not role_id else calls.view("ChainGroups", "holderOf", group_id, role_id)
    arguments = (group_id, role_id, consents)
    return calls.send("ChainGroups", "consentToEnd", *arguments, sender=holder)


def close_group(group_id: int, caller: Any = None) -> Any:
    """End the work of a group: ops.close_group(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("ChainGroups", "close", group_id, sender=sender)


def release_stake(
    group_id: int, role_id: int, node: Any, round_id: int | None = None, caller: Any = None
) -> Any:
    """Pay a stake back to its node: ops.release_stake(1, 1, "N2"). Anybody may."""
    number = _round(group_id, role_id) if round_id is None else round_id
    arguments = (group_id, role_id, number, calls.address_of(node))
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("GroupPay", "releaseStake", *arguments, sender=sender)


def pay_earnings(
    group_id: int, role_id: int, round_id: int | None = None, caller: Any = None
) -> Any:
    """Pay a holder, present or former, what it earned: ops.pay_earnings(1, 1). Anybody may."""
    number = _round(group_id, role_id) if round_id is None else round_id
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("GroupPay", "payEarnings", group_id, role_id, number, sender=sender)


def return_budget(group_id: int, caller: Any = None) -> Any:
    """Pay the leader the budget that nobody earned: ops.return_budget(1). Anybody may."""
    sender = calls.sender(caller, calls.DEPLOYER)
    return calls.send("GroupPay", "returnBudget", group_id, sender=sender)
