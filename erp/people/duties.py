"""Duties (职责): which roles each lets a person's tokens have, and which two one person does not have (不相容职务分离).

The table of pairs is the one place that says so. Two duties of any pair are never done by one person on one object; those of
a standing pair are not even given to one person at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from erp.kernel.roles import PARTNERS, Role


class Duty(StrEnum):
    """What somebody is employed for."""

    PLAN = "plan"  # 计划: items, sourcing policies, reorders
    ORDER = "order"  # 请购与采购: asks for goods, strikes bids, asks for an order's end
    RECEIVE = "receive"  # 收货与发料
    INSPECT = "inspect"  # 质检
    MATCH = "match"  # 发票校验: enters invoices, for the match
    APPROVE = "approve"  # 审批: confirms what another proposed, releases blocked invoices
    KEEP_BOOKS = "keep_books"  # 记账: all else of finance
    PROPOSE_GROUP = "propose_group"  # 举单申请
    APPROVE_GROUP = "approve_group"  # 举单审批
    PROPOSE_BET = "propose_bet"  # 对赌拟定
    APPROVE_BET = "approve_bet"  # 对赌审批
    SELL = "sell"  # 市场: needs that orders show
    SERVE = "serve"  # 客服: needs of users
    WRITE_REVIEW = "write_review"  # 评价录入: enters what users say of a role
    ATTEST_PROGRESS = "attest_progress"  # 进度确认: says what of a role is earned
    REPRESENT = "represent"  # 代表小微: speaks for a party as a node
    SUPPLY = "supply"  # 代表供应商: speaks for a party as a supplier
    AUDIT = "audit"  # 审计
    OPERATE = "operate"  # 运维
    ADMINISTER = "administer"  # 系统管理
    HIRE = "hire"  # 人事


ROLES: Mapping[Duty, frozenset[Role]] = {
    Duty.PLAN: frozenset({Role.PLANNER}),
    Duty.ORDER: frozenset({Role.PLANNER, Role.BUYER}),
    Duty.RECEIVE: frozenset({Role.WAREHOUSE}),
    Duty.INSPECT: frozenset({Role.QUALITY}),
    Duty.MATCH: frozenset({Role.FINANCE}),
    Duty.APPROVE: frozenset({Role.FINANCE}),
    Duty.KEEP_BOOKS: frozenset({Role.FINANCE}),
    Duty.PROPOSE_GROUP: frozenset({Role.FINANCE, Role.NODE}),
    Duty.APPROVE_GROUP: frozenset({Role.FINANCE, Role.NODE}),
    Duty.PROPOSE_BET: frozenset({Role.FINANCE, Role.NODE}),
    Duty.APPROVE_BET: frozenset({Role.FINANCE, Role.NODE}),
    Duty.SELL: frozenset({Role.SALES}),
    Duty.SERVE: frozenset({Role.SERVICE}),
    Duty.WRITE_REVIEW: frozenset({Role.SERVICE}),
    Duty.ATTEST_PROGRESS: frozenset({Role.FINANCE, Role.NODE}),
    Duty.REPRESENT: frozenset({Role.NODE}),
    Duty.SUPPLY: frozenset({Role.SUPPLIER}),
    Duty.AUDIT: frozenset({Role.AUDITOR}),
    Duty.OPERATE: frozenset({Role.OPERATOR}),
    Duty.ADMINISTER: frozenset({Role.ADMIN}),
    Duty.HIRE: frozenset({Role.HR}),
}
# What a person of an outside partner may be employed for here, with tokens of a partner alone: to speak for it.
FOR_PARTNERS = frozenset(duty for duty, roles in ROLES.items() if roles & PARTNERS)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two duties that exclude each other. `standing`: in one person; else on one object alone."""

    first: Duty
    second: Duty
    standing: bool = False

    @property
    def duties(self) -> frozenset[Duty]:
        """Both of them."""
        return frozenset({self.first, self.second})


OF_AN_ORDER = (Duty.ORDER, Duty.RECEIVE, Duty.INSPECT, Duty.MATCH, Duty.APPROVE)
STANDING = (
    Pair(Duty.RECEIVE, Duty.MATCH, standing=True),
    Pair(Duty.ORDER, Duty.APPROVE, standing=True),
    Pair(Duty.PROPOSE_GROUP, Duty.APPROVE_GROUP, standing=True),
    Pair(Duty.PROPOSE_BET, Duty.APPROVE_BET, standing=True),
    Pair(Duty.WRITE_REVIEW, Duty.ATTEST_PROGRESS, standing=True),
)
PAIRS: tuple[Pair, ...] = (
    *STANDING,
    *(
        Pair(*both)
        for both in combinations(OF_AN_ORDER, 2)
        if frozenset(both) not in {pair.duties for pair in STANDING}
    ),
)
_EXCLUDING = {pair.duties: pair for pair in PAIRS}


def exclude(first: Duty, second: Duty) -> bool:
    """True when one person does not do both on one object."""
    return frozenset({first, second}) in _EXCLUDING


def standing_conflict(duties: Iterable[Duty]) -> tuple[Duty, Duty] | None:
    """The first two of these duties that one person may not have at a time; None when there are no such."""
    given = set(duties)
    found = (pair for pair in STANDING if pair.duties <= given)
    return next(((pair.first, pair.second) for pair in found), None)


def roles_of(duties: Iterable[Duty]) -> frozenset[Role]:
    """The roles that tokens of a person with these duties may have."""
    return frozenset[Role]().union(*(ROLES[duty] for duty in duties))
