"""Steps of chain groups: opened, grabbed, chosen, formed or given up, worked in, reviewed, reopened, ended, rated."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from random import Random
from typing import Any

from sqlalchemy import RowMapping

from erp.needs.rules import NeedSource
from erp.needs.schemas import RaiseNeed, WithdrawGroupProposal
from tests.groups import LEADER, Group, role_terms
from tests.scenarios.walk.hand import Hand
from tests.scenarios.walk.people import BETTORS, NODES, SPONSOR
from tests.world import DAY, World

ROOM = "ChainGroups"
RATED_SECONDS = 3 * DAY  # after the end of a group, for sealing
SHORT: dict[str, Any] = {
    "grabSeconds": 2 * DAY, "selectSeconds": DAY, "workSeconds": 12 * DAY, "reportSeconds": 2 * DAY,
    "reviewSeconds": 2 * DAY,
}  # fmt: skip


class GroupSteps(Hand):
    """Teams around a need."""

    def __init__(self, world: World, dice: Random) -> None:
        super().__init__(world, dice)
        self.groups: dict[int, Group] = {}
        self.sealed: list[tuple[str, int, tuple[Any, ...]]] = []

    def propose_group(self) -> None:
        """A user says what is needed, or the leader takes a proposal back for which no group was opened."""
        found = self.pick(
            "SELECT number FROM group_proposal WHERE status IN ('PROPOSED', 'APPROVED')"
        )
        if found:
            taken = WithdrawGroupProposal(proposal=found["number"], reason="not now")
            self.tell(taken, f"node:{LEADER}")
            return
        self.tell(RaiseNeed(source=NeedSource.USER, text=self.new_name("need")))

    def open_group(self) -> None:
        """A leader of the house or a sponsor of bets opens a group, for a proposal or for a need nobody knows."""
        leader = SPONSOR if self.rarely(4) else LEADER
        roles = [
            role_terms(
                self.number(100, 300_000), stake=self.number(0, 10_000), stakeBpsOfPledge=self.number(0, 1) * 100,
                reviewMarkBps=(mark := self.number(0, 1) * 6_000), minReviews=self.number(1, 2) if mark else 0,
            )
            for _ in range(self.number(1, 3))
        ]  # fmt: skip
        changed = {**SHORT, "region": self.region if self.rarely(2) else b"\x00" * 32}
        if self.rarely(4):
            changed["betSeconds"] = 2 * DAY
        if self.rarely(6):
            changed["target"] = 1_500
        wanted = self.pick("SELECT number FROM need WHERE status = 'OPEN'")
        need = self.document(wanted["number"]) if wanted and leader == LEADER else None
        made = self.attempt(
            f"{ROOM}.openGroup", f"{leader} {[r['pay'] for r in roles]} {need and need.number} {changed}",
            lambda: Group(self.world, roles, leader=leader, need=need, proposed=need is not None, **changed),
        )  # fmt: skip
        if made:
            self.groups[made.id] = made

    region = b"\x07" * 32

    def _members(self, group: RowMapping) -> tuple[str, ...]:
        return BETTORS if group["leader"] == SPONSOR else NODES

    def _group(self, *statuses: str) -> RowMapping | None:
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            f"SELECT * FROM chain_group WHERE status IN ({wanted}) ORDER BY group_id DESC"
        )

    def grab(self) -> None:
        """Nodes grab roles of a group."""
        group = self.pick(
            "SELECT * FROM chain_group WHERE (status = 'OPEN' AND grab_end > :now) OR (status = 'FORMED' "
            "AND filled < roles) ORDER BY group_id DESC", now=self.world.now,
        )  # fmt: skip
        if group is None:
            return
        for role in range(1, group["roles"] + 1):
            for who in self.dice.sample(self._members(group), self.number(0, 2)):
                pledge = self.number(0 if self.rarely(12) else 1, 1_000)
                self.act(who, ROOM, "grabRole", group["group_id"], role, pledge, self.ref())

    def choose(self) -> None:
        """The leader selects or rejects candidates."""
        for at in self.some(
            "SELECT c.party, c.role_id, g.group_id, g.leader FROM role_candidate c JOIN chain_group g "
            "ON g.code = c.chain_group WHERE g.grab_end <= :now AND (g.status = 'OPEN' OR (g.status = 'FORMED' "
            "AND g.filled < g.roles)) ORDER BY g.group_id DESC, c.party", now=self.world.now,
        ):  # fmt: skip
            function = "rejectCandidate" if self.rarely(4) else "selectCandidate"
            who = self.address(at["party"])
            self.act(at["leader"], ROOM, function, at["group_id"], at["role_id"], who)

    def form(self) -> None:
        """Somebody forms or dissolves a group, or seats a role, before the keeper does; mostly too early."""
        group = self._group("OPEN", "FORMED")
        if group is None:
            return
        function = self.dice.choice(("form", "dissolve", "close", "seatRole"))
        more = (1,) if function == "seatRole" else ()
        self.act("RIVAL", ROOM, function, group["group_id"], *more)

    # ---- work ---------------------------------------------------------------------------------

    def _round(self, more: str = "") -> RowMapping | None:
        found = self._rounds(more)
        return found[0] if found else None

    def _rounds(self, more: str = "") -> list[RowMapping]:
        return self.some(
            "SELECT m.*, g.group_id, g.leader, r.round AS present, r.earned_bps FROM group_membership m "
            "JOIN chain_group g ON g.code = m.chain_group JOIN group_role r ON r.chain_group = m.chain_group "
            f"AND r.role_id = m.role_id WHERE g.status = 'FORMED' {more} ORDER BY g.group_id DESC, m.role_id, m.round"
        )

    def progress(self) -> None:
        """The reporter says how much of a role is earned, now and then less than before."""
        for at in self._rounds():
            bps = min(10_000, at["earned_bps"] + self.number(0, 5_000))
            told = at["group_id"], at["role_id"], at["round"], bps, self.ref()
            self.act("reporter", "GroupPay", "reportProgress", *told)

    def review(self) -> None:
        """Users speak well or badly of who holds a role."""
        for at in self._rounds():
            told = (
                at["group_id"],
                at["role_id"],
                at["round"],
                self.number(3_000, 10_000),
                self.number(1, 90_000),
            )
            self.act("reporter", "UserReviews", "recordReview", *told, self.ref())

    def pay_role(self) -> None:
        """Somebody has what is earned paid before the keeper does."""
        at = self._round()
        if at:
            self.act("RIVAL", "GroupPay", "payEarnings", at["group_id"], at["role_id"], at["round"])

    def leave(self) -> None:
        """A holder leaves its role, or the leader opens one anew."""
        at = self._round("AND m.until IS NULL AND m.role_id > 0")
        if at is None:
            return
        if self.rarely(2):
            self.act(at["party"], ROOM, "resignRole", at["group_id"], at["role_id"])
        else:
            self.act(at["leader"], ROOM, "reopenRole", at["group_id"], at["role_id"])

    def add_role(self) -> None:
        """The leader adds a role to a group at work."""
        group = self._group("FORMED")
        if group:
            terms = role_terms(self.number(100, 50_000))
            self.act(group["leader"], ROOM, "addRole", group["group_id"], terms)

    def extend(self) -> None:
        """Somebody has days of force majeure counted."""
        group = self._group("FORMED")
        if group:
            self.act("RIVAL", ROOM, "extendWork", group["group_id"])

    def consent(self) -> None:
        """All members of a group consent to its end, or one alone and takes it back."""
        group = self._group("FORMED")
        if group is None:
            return
        members = self.rows(
            "SELECT role_id, party FROM group_membership WHERE chain_group = :code AND until IS NULL ORDER BY role_id",
            code=group["code"],
        )
        if self.rarely(3):
            for at in members:
                self.act(at["party"], ROOM, "consentToEnd", group["group_id"], at["role_id"], True)
        elif members:
            at = self.dice.choice(members)
            says = not self.rarely(3)
            self.act(at["party"], ROOM, "consentToEnd", group["group_id"], at["role_id"], says)

    # ---- afterwards ---------------------------------------------------------------------------

    def give_back(self) -> None:
        """Somebody has stakes or budgets sent back, before the keeper does or too early."""
        held = self.pick(
            "SELECT c.*, g.group_id FROM role_candidate c JOIN chain_group g ON g.code = c.chain_group "
            "WHERE c.stake_held_minor > 0 ORDER BY g.group_id"
        )
        if held and self.rarely(2):
            told = held["group_id"], held["role_id"], held["round"], self.address(held["party"])
            self.act("RIVAL", "GroupPay", "releaseStake", *told)
            return
        group = self._group("DISSOLVED", "SETTLED", "FORMED")
        if group:
            self.act("RIVAL", "GroupPay", "returnBudget", group["group_id"])

    def seal_ratings(self) -> None:
        """A member of a settled group seals what it says of the others."""
        group = self.pick(
            "SELECT * FROM chain_group WHERE status = 'SETTLED' AND (ended_at > :lately OR :late = 1) "
            "ORDER BY group_id DESC", lately=self.world.now - RATED_SECONDS, late=int(self.rarely(9)),
        )  # fmt: skip
        if group is None:
            return
        members = self.rows(
            "SELECT DISTINCT party FROM group_membership WHERE chain_group = :code ORDER BY party",
            code=group["code"],
        )
        who = self.dice.choice(members)["party"]
        scores = {at["party"]: self.number(2_000, 10_000) for at in members if at["party"] != who}
        rated = self.groups.get(group["group_id"])
        if rated is None or not scores:
            return
        told = self.attempt(
            "PeerRatings.commitRatings",
            f"{who} {group['group_id']} {scores}",
            lambda: rated.rate(who, scores),
        )
        if told:
            self.sealed.append((who, group["group_id"], told))

    def open_ratings(self) -> None:
        """A member opens what it sealed, mostly in time."""
        due = [each for each in self.sealed if self.world.now >= self._windows(each[1])[0]]
        if not due and self.sealed and self.rarely(6):
            due = self.sealed[:1]  # too early
        for each in due[:3]:
            who, _, told = each
            if (
                self.act(who, "PeerRatings", "revealRatings", *told)
                or self.world.now >= self._windows(each[1])[1]
            ):
                self.sealed.remove(each)

    def _windows(self, group_id: int) -> tuple[int, int]:
        first, last = self.world.bridge.gateway.view("PeerRatings", "windowsOf", group_id)
        return int(first), int(last)

    def say_all(self) -> None:
        """Somebody has what users said counted in credit; mostly too early, or done already."""
        at = self.pick(
            "SELECT r.role_id, r.round, g.group_id FROM role_round r JOIN chain_group g ON g.code = r.chain_group "
            "WHERE r.reviews > 0 ORDER BY g.group_id DESC"
        )
        if at:
            told = at["group_id"], at["role_id"], at["round"]
            self.act("RIVAL", "UserReviews", "recordFeedback", *told)
