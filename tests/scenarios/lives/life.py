"""One life of a chain group, step by step: each step says until when it waits, and lets the bridge see what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from erp.groups.rules import GroupStatus
from erp.kernel.schema import MAX_AMOUNT
from scripts.plays.acts.customers import Counter
from scripts.plays.acts.groups import Group, role_terms
from tests.scenarios.lives.bet import GroupBet
from tests.scenarios.lives.cast import HOUSE, LEADERS, NODES, OUTSIDER
from tests.scenarios.lives.plans import Choice, Leaving, LifePlan, RolePlan, Trial
from tests.scenarios.walk.hand import Hand
from tests.world import DAY, HOUR

ROOM = "ChainGroups"
WINDOWS: dict[str, Any] = {
    "grabSeconds": 4 * HOUR, "selectSeconds": 4 * HOUR, "workSeconds": 4 * DAY, "reportSeconds": DAY,
    "reviewSeconds": 8 * HOUR,
}  # fmt: skip
BET_ASKED_SECONDS = 12 * HOUR
MARK_BPS = 6_000
NOW = 0  # a step that waits for the bridge alone
FORMED, DISSOLVED, SETTLED = 2, 3, 4  # states on chain


class CounterOf(Counter):
    """Where the leader of a life sells, to customers that no other life knows."""

    def __init__(self, life: Life) -> None:
        super().__init__(life.hand.world, life.group)
        self._code = life.code

    @property
    def code(self) -> str:
        """The group's code in the ERP."""
        return self._code


@dataclass
class Life:
    """A life that is lived: what was drawn, and what is there by now."""

    plan: LifePlan
    hand: Hand
    group: Group = field(init=False)
    code: str = ""  # in the ERP
    bet: GroupBet | None = None
    how: str = "never opened"
    is_at_work: bool = False  # people told what was done, and the bridge sees it next

    @property
    def leader(self) -> str:
        """Who leads it."""
        return LEADERS[self.plan.leader]

    def steps(self, first: int) -> Iterator[int]:
        """Its steps; each tells the moment before which it does not go on. `first`: when those that live together begin."""
        yield first + self.plan.begins * HOUR
        if not self._open():
            return
        yield NOW
        self.code = self.hand.rows(
            "SELECT code FROM chain_group WHERE group_id = :id", id=self.group.id
        )[0]["code"]
        self._grabs()
        yield self.record()["grabEnd"]
        self._chosen()
        yield NOW
        if self.status() != FORMED:
            yield self.record()["selectEnd"]
        if self.status() != FORMED:
            yield NOW
            self.how = "dissolved, not covered"
            return
        if self.plan.bet is not None:
            self.bet = GroupBet(self, self.plan.bet)
            yield from self.bet.begin()
        yield from self._works()
        if self.bet is not None and self.status() == FORMED:
            yield from self.bet.run()
        if self.plan.consents and self.status() == FORMED:
            self._consents()
            yield NOW
        yield from self._ends()
        if self.bet is not None:
            yield from self.bet.over()
        if self.status() == SETTLED:
            yield from self._rate()

    # ---- opened, grabbed, chosen --------------------------------------------------------------

    def _open(self) -> bool:
        roles = [
            role_terms(
                role.pay, stake=role.stake, reviewMarkBps=MARK_BPS * role.marked, minReviews=int(role.marked),
                most=MAX_AMOUNT,
            )
            for role in self.plan.roles
        ]  # fmt: skip
        windows = WINDOWS | {"betSeconds": BET_ASKED_SECONDS * self.plan.bet_asked}
        made = self.hand.attempt(
            f"{ROOM}.openGroup", f"{self.leader} {len(roles)} roles",
            lambda: Group(self.hand.world, roles, leader=self.leader, proposed=self.leader in HOUSE, **windows),
        )  # fmt: skip
        if made is None:
            return False
        self.group = made
        if Trial.NEED_TWICE in self.plan.trials:
            again = {**made.terms, "needRef": made.terms["needRef"]}
            self.hand.act(self.leader, ROOM, "openGroup", again, [role_terms(1)])
        return True

    def _grabs(self) -> None:
        for place, role in enumerate(self.plan.roles, 1):
            for grab in role.grabs:
                self._grab(NODES[grab.node], place, grab.pledge)
            if Trial.GRAB_TWICE in self.plan.trials and role.grabs:
                self._grab(NODES[role.grabs[0].node], place, 7)
        if Trial.LEADER_GRABS in self.plan.trials:
            self._grab(self.leader, 1, 7)

    def _grab(self, who: str, role: int, pledge: int) -> None:
        self.hand.act(who, ROOM, "grabRole", self.group.id, role, pledge, self.hand.ref())

    def _chosen(self) -> None:
        for place, role in enumerate(self.plan.roles, 1):
            if role.choice is Choice.SILENT or not role.grabs:
                continue
            many = len(role.grabs) > 1
            reject = role.choice is Choice.REJECT and many
            who = self.hand.address(NODES[role.grabs[-1].node])
            function = "rejectCandidate" if reject else "selectCandidate"
            self.hand.act(self.leader, ROOM, function, self.group.id, place, who)
            if reject:
                other = self.hand.address(NODES[role.grabs[0].node])
                self.hand.act(self.leader, ROOM, "selectCandidate", self.group.id, place, other)

    # ---- work ---------------------------------------------------------------------------------

    def _works(self) -> Iterator[int]:
        self._try_at_work()
        for place, role in enumerate(self.plan.roles, 1):
            for bps in role.earned_bps:
                self._progress(place, 1, bps)
            self._reviewed(place, role)
        self.is_at_work = True
        yield NOW
        self.is_at_work = False
        left = False
        for place, role in enumerate(self.plan.roles, 1):
            left |= self._leaves(place, role)
        if not left:
            return
        yield NOW
        for place, role in enumerate(self.plan.roles, 1):
            if role.heir is not None and role.leaving is not Leaving.STAYS:
                self._grab(NODES[role.heir], place, 11)
        yield self.hand.world.now + WINDOWS["grabSeconds"] + WINDOWS["selectSeconds"] + 1
        yield NOW
        for place, role in enumerate(self.plan.roles, 1):
            if role.heir is not None and role.leaving is not Leaving.STAYS:
                self._progress(place, 2, role.heir_bps)
        yield NOW

    def _progress(self, role: int, round_: int, bps: int) -> None:
        told = self.group.id, role, round_, bps, self.hand.ref()
        self.hand.act("reporter", "GroupPay", "reportProgress", *told)

    def _reviewed(self, place: int, role: RolePlan) -> None:
        """Customers of the house say what they think; of a partner's group the reporter says so."""
        for net, score in role.reviews:
            if self.leader in HOUSE:
                self.hand.attempt(
                    "RecordReview", f"{self.code} {net} {score}",
                    partial(CounterOf(self).review, place, net, score),
                )  # fmt: skip
            else:
                told = self.group.id, place, 1, score, net, self.hand.ref()
                self.hand.act("reporter", "UserReviews", "recordReview", *told)

    def _leaves(self, place: int, role: RolePlan) -> bool:
        holder = self.holders().get(place)
        if holder is None or role.leaving is Leaving.STAYS:
            return holder is None and role.heir is not None  # reviews opened it anew
        resigns = role.leaving is Leaving.RESIGNS
        who, function = (holder, "resignRole") if resigns else (self.leader, "reopenRole")
        return self.hand.act(who, ROOM, function, self.group.id, place) is not None

    def _try_at_work(self) -> None:
        tried, group = self.plan.trials, self.group.id
        if Trial.OUTSIDER_REPORTS in tried:
            told = group, 1, 1, 10_000, self.hand.ref()
            self.hand.act(OUTSIDER, "GroupPay", "reportProgress", *told)
        if Trial.OUTSIDER_CONSENTS in tried:
            self.hand.act(OUTSIDER, ROOM, "consentToEnd", group, 1, True)
        if Trial.CLOSE_EARLY in tried:
            self.hand.act(OUTSIDER, ROOM, "close", group)
        if Trial.PAY_UNEARNED in tried:
            self.hand.act(OUTSIDER, "GroupPay", "payEarnings", group, 1, 1)

    # ---- the end ------------------------------------------------------------------------------

    def _consents(self) -> None:
        for role, holder in {0: self.leader, **self.holders()}.items():
            self.hand.act(holder, ROOM, "consentToEnd", self.group.id, role, True)

    def _ends(self) -> Iterator[int]:
        """Until the group is over: by consent, without its bet, or when its reports are over and its bet is settled."""
        if self.status() == SETTLED:
            self.how = "ended by consent" if self.record()["endedByConsent"] else "closed"
            return
        if self.status() == FORMED and self.record()["betDueAt"]:
            yield self.record()["betDueAt"]
        if self.status() == FORMED:
            yield self.record()["reportEnd"]
        yield NOW
        if self.status() == FORMED and self.bet is not None:
            yield from self.bet.over()
            yield NOW
        found = self.record()
        if found["status"] == DISSOLVED:
            self.how = "dissolved, no bet"
        elif found["status"] == SETTLED:
            consent = found["endedByConsent"]
            shared = self.bet is not None and self.bet.bound
            self.how = "ended by consent" if consent else "shared" if shared else "closed"

    def _rate(self) -> Iterator[int]:
        members = self.members()
        sealed = []
        for place, who in enumerate(members):
            score, opens = self.plan.ratings[place % len(self.plan.ratings)]
            others = {code: score for code in members if code != who}
            if not others:
                continue
            told = self.hand.attempt(
                "PeerRatings.commitRatings", f"{who} {others}",
                partial(self.group.rate, who, others),
            )  # fmt: skip
            if told is not None and opens:
                sealed.append((who, told))
        (commit, reveal) = self.hand.world.bridge.gateway.view(
            "PeerRatings", "windowsOf", self.group.id
        )
        yield int(commit) + 1
        for who, told in sealed:
            self.hand.act(who, "PeerRatings", "revealRatings", *told)
        yield int(reveal) + 1
        yield NOW

    # ---- what is there ------------------------------------------------------------------------

    def record(self) -> dict[str, Any]:
        """The group as the chain has it."""
        (found,) = self.hand.world.bridge.gateway.records([(ROOM, "group", (self.group.id,))])
        return found

    def status(self) -> int:
        """Where it stands on chain."""
        return int(self.record()["status"])

    def is_shut(self) -> bool:
        """True when nodes may grab no role of it: its terms are nobody's to read but its own."""
        (row,) = self.hand.rows(
            "SELECT status, filled, roles FROM chain_group WHERE code = :code", code=self.code
        )
        return bool(row["status"] == GroupStatus.FORMED and row["filled"] == row["roles"])

    def holders(self) -> dict[int, str]:
        """Who holds which role by the books."""
        rows = self.hand.rows(
            "SELECT role_id, party FROM group_membership WHERE chain_group = :code AND until IS NULL AND role_id > 0 "
            "ORDER BY role_id", code=self.code,
        )  # fmt: skip
        return {row["role_id"]: row["party"] for row in rows}

    def members(self) -> list[str]:
        """Who was ever a member by the books, the leader among them."""
        rows = self.hand.rows(
            "SELECT DISTINCT party FROM group_membership WHERE chain_group = :code ORDER BY party",
            code=self.code,
        )
        return [row["party"] for row in rows]

    def around(self) -> set[str]:
        """All who ever had to do with it: leader, members, who stood for a role, and parties of its bet."""
        stood = self.hand.rows(
            "SELECT DISTINCT party FROM role_candidate WHERE chain_group = :code", code=self.code
        )
        parties = set(self.bet.parties) if self.bet is not None else set()
        return {self.leader, *self.members(), *(row["party"] for row in stood)} | parties
