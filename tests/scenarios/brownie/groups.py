"""A chain group as its leader, nodes and reporter play it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from house import DAY, HOUR, POSTS, House, place, reference

from scripts.deployment.sealing import seal_plan, seal_ratings

WORK, REPORT, REVIEW = 60 * DAY, 5 * DAY, 2 * DAY
NO_REGION = b"\0" * 32
MOST = 100_000  # pledge


def role_of(
    pay: int,
    stake: int = 1_000,
    mark: int = 0,
    reviews: int = 0,
    *,
    shortfall: int = 0,
    credit_weight: int = 0,
    stake_bps: int = 0,
) -> tuple[Any, ...]:
    """What a leader offers for a role."""
    marks = (reviews, 0, mark, shortfall)
    return (reference(), 1, MOST, stake, pay, *marks, credit_weight, stake_bps)


def terms_of(
    target: int, need: Any = None, work: int = WORK, bet: int = 0, region: bytes = NO_REGION
) -> tuple[Any, ...]:
    """What a leader publishes for the whole group."""
    windows = (HOUR, HOUR, work, REPORT, REVIEW, bet)
    return (need or reference(), region, target, POSTS["reporter"], *windows)


@dataclass
class Group:
    """One chain group of a house."""

    house: House
    leader: str
    id: int = 0
    work_end: int = 0
    report_end: int = 0

    @property
    def contract(self) -> Any:
        """The contract that holds it."""
        return self.house.contracts["ChainGroups"]

    @property
    def money(self) -> Any:
        """The contract that keeps its money."""
        return self.house.contracts["GroupPay"]

    def open(self, roles: Sequence[tuple[Any, ...]], target: int, **changed: Any) -> Any:
        """The leader opens an order and pays the budget in."""
        terms = terms_of(target, **changed)
        sent = self.contract.openGroup(terms, list(roles), self.house.by(self.leader))
        opened = sent.events["GroupOpened"]
        self.id = int(opened["groupId"])
        self.work_end, self.report_end = int(opened["workEnd"]), int(opened["reportEnd"])
        return sent

    def grab(self, role: int, node: str, value: int) -> Any:
        """A node becomes a candidate, its plan sealed."""
        house = self.house
        plan, salt = (bytes.fromhex(reference()[2:]) for _ in range(2))
        where = place(self.contract)
        sealed = "0x" + seal_plan(where, self.id, role, house[node].address, plan, salt).hex()
        return self.contract.grabRole(self.id, role, value, sealed, house.by(node))

    def form(self) -> Any:
        """The leader stays silent; a stranger forms the team of the best."""
        self.house.wait(2 * HOUR)
        return self.contract.form(self.id, self.house.by("stranger"))

    def holder(self, role: int) -> Any:
        """Who holds a role."""
        return self.contract.holderOf(self.id, role)

    def round(self, role: int) -> int:
        """The present round of a role: who holds it, or may."""
        return int(self.contract.role(self.id, role)["round"])

    def earn(self, role: int, bps: int) -> Any:
        """The reporter says how much of a role's pay is earned."""
        by = self.house.by("reporter")
        return self.money.reportProgress(self.id, role, self.round(role), bps, reference(), by)

    def review(self, role: int, score: int, weight: int) -> Any:
        """The reporter passes a user's review on."""
        by = self.house.by("reporter")
        return self.house.contracts["UserReviews"].recordReview(
            self.id, role, self.round(role), score, weight, reference(), by
        )

    def consent(self, who: str, role: int = 0) -> Any:
        """The leader, or who holds a role, consents to the end."""
        return self.contract.consentToEnd(self.id, role, True, self.house.by(who))

    def close(self) -> Any:
        """A stranger ends the work."""
        return self.contract.close(self.id, self.house.by("stranger"))

    def release(self, role: int, node: str, round_: int = 1) -> Any:
        """A stranger sends a stake back."""
        return self.money.releaseStake(
            self.id, role, round_, self.house[node], self.house.by("stranger")
        )

    def pay(self, role: int, round_: int = 1) -> int:
        """A stranger has a holder paid; how much."""
        sent = self.money.payEarnings(self.id, role, round_, self.house.by("stranger"))
        return int(sent.events["EarningsPaid"]["amount"])

    def return_budget(self) -> int:
        """A stranger sends the rest of the budget to the leader; how much."""
        sent = self.money.returnBudget(self.id, self.house.by("stranger"))
        return int(sent.events["BudgetReturned"]["amount"])

    def rate(self, rater: str, scores: Mapping[str, int]) -> None:
        """A member seals what it says of others, and will reveal it."""
        house, ratings = self.house, self.house.contracts["PeerRatings"]
        rows = sorted(
            ((house[who].address, score, b"\0" * 32) for who, score in scores.items()),
            key=lambda row: int(row[0], 16),
        )
        salt, where = bytes.fromhex(reference()[2:]), place(ratings)
        sealed = "0x" + seal_ratings(where, self.id, house[rater].address, rows, salt).hex()
        ratings.commitRatings(self.id, sealed, house.by(rater))
        self.sealed = {**getattr(self, "sealed", {}), rater: (rows, salt)}

    def reveal_ratings(self) -> None:
        """Every rater reveals."""
        ratings = self.house.contracts["PeerRatings"]
        for rater, (rows, salt) in self.sealed.items():
            ratings.revealRatings(self.id, rows, salt, self.house.by(rater))
