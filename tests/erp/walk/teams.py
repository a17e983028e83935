"""Steps of chain groups: proposals, orders, grabs, choices, teams that change, what they earn, and their end."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

import json

from sqlalchemy import RowMapping, text

from erp.groups import ratings_schemas as r
from erp.groups import rules
from erp.groups import schemas as s
from erp.kernel.schema import Command
from erp.needs import schemas as n
from erp.needs.rules import NeedSource, WorkMeasure
from tests.erp import groups as told
from tests.erp.walk.dice import BUYERS, LEADERS, SECOND, SUPPLIERS, Dice, Stroke
from tests.erp.world import DAY, REF, account

HELD = "r.seated_at IS NOT NULL AND r.ended_at IS NULL"


class TeamSteps(Dice):
    """From a proposal to the last stake."""

    def group_in(self, *statuses: str, more: str = "") -> RowMapping | None:
        """A group in one of these states."""
        wanted = ", ".join(f"'{status}'" for status in statuses)
        return self.pick(
            f"SELECT * FROM chain_group WHERE status IN ({wanted}) {more} ORDER BY group_id DESC"
        )

    def filling_in(self, where: str) -> RowMapping | None:
        """The present round of a role, with role and group."""
        return self.pick(
            "SELECT g.*, t.*, r.*, g.status AS status FROM role_round r "
            "JOIN group_role t ON t.chain_group = r.chain_group AND t.role_id = r.role_id AND t.round = r.round "
            f"JOIN chain_group g ON g.code = r.chain_group WHERE {where} ORDER BY g.group_id DESC, r.role_id"
        )

    def vacant(self, more: str = "") -> RowMapping | None:
        """The present round of a role that nobody holds, half the time of a group that works already."""
        status = self.dice.choice(["OPEN", "FORMED"])
        return self.filling_in(f"g.status = '{status}' AND r.seated_at IS NULL {more}")

    def propose_group(self) -> Stroke:
        """Somebody needs something, a leader sets a budget aside for it, finance approves it; or it is taken back."""
        found = self.pick(
            "SELECT * FROM group_proposal WHERE status IN ('PROPOSED', 'APPROVED') ORDER BY number"
        )
        if found is not None and self.rarely(4):
            return Stroke((n.WithdrawGroupProposal(proposal=found["number"], reason="no need"),))
        if found is not None and found["status"] == "PROPOSED":
            return Stroke((n.ApproveGroup(proposal=found["number"]),), SECOND)
        need = self.pick("SELECT number FROM need WHERE status = 'OPEN' ORDER BY number")
        if need is None:
            return Stroke((n.RaiseNeed(source=NeedSource.USER, text="quiet ovens"),))
        if self.rarely(6):
            return Stroke((n.DropNeed(need=need["number"], reason="a fad"),))
        pays = tuple(self.number(0, 9_999) for _ in range(self.number(1, 3)))
        made = told.proposal(pays, need["number"], leader=self.dice.choice(LEADERS))
        if self.rarely(2):  # what is sold for the group earns the pay
            share = n.Counted(
                measure=WorkMeasure.DELIVERED, item="bolt", quantity=self.number(1, 50)
            )
            roles = tuple(role.model_copy(update={"share": share}) for role in made.roles)
            made = made.model_copy(update={"roles": roles})
        return Stroke((made,))

    def open_group(self) -> Stroke:
        """A group of one to three roles, often the one that was approved."""
        found = self.pick(
            "SELECT * FROM group_proposal WHERE status = 'APPROVED' ORDER BY number DESC"
        )
        if found is not None and not self.rarely(3):
            pays = tuple(
                told.terms(role["pay_minor"], most=str(told.MOST))
                for role in json.loads(found["roles"])
            )
            return Stroke((
                told.order_at(
                    self.world.now, pays, group_id=self.new_id(), leader=account(found["leader"]), need=found["need"],
                    proposal=found["number"],
                ),
            ))  # fmt: skip
        pays = tuple(
            told.terms(self.number(0, 9_999), stake=str(self.number(0, 50)), min_reviews=1, review_mark_bps=5_000)
            for _ in range(self.number(1, 3))
        )  # fmt: skip
        opened = told.order_at(
            self.world.now, pays, group_id=self.new_id(), leader=account(self.dice.choice(BUYERS)),
            bet_seconds=self.dice.choice([0, DAY]),
        )  # fmt: skip
        return Stroke((opened,))

    def submit_plan(self) -> Stroke | None:
        """A node keeps its plan for a role."""
        at = self.vacant()
        if at is None:
            return None
        plan = s.Plan(text="two lines", price_minor=self.number(0, 99), ready_at=self.world.now)
        told_of = s.SubmitPlan(
            party=self.dice.choice(SUPPLIERS), group=at["code"], role_id=at["role_id"], plan=plan
        )
        return Stroke((told_of,))

    def grab_role(self) -> Stroke | None:
        """Somebody pledges; who leads is computed, and rarely told wrongly."""
        at = self.vacant()
        if at is None:
            return None
        pledge, credit = self.number(1, 300), self.dice.choice([5_000, 7_000, 10_000])
        best = self.pick(
            "SELECT pledge, credit_bps FROM role_candidate WHERE chain_group = :code AND role_id = :role "
            "AND round = :round AND party = :party",
            code=at["chain_group"], role=at["role_id"], round=at["round"], party=at["standing"] or "",
        )  # fmt: skip
        standing = (int(best["pledge"]), best["credit_bps"]) if best else None
        leads = rules.leads((pledge, credit), standing, at["credit_weight_bps"])
        grabbed = told.grab(
            self.dice.choice(SUPPLIERS), pledge, group_id=at["group_id"], role_id=at["role_id"], round=at["round"],
            index=at["candidates"] + 1, stake_minor=int(at["stake"]), credit_bps=credit,
            leads=leads != self.rarely(12),
        )  # fmt: skip
        return Stroke((grabbed,))

    def choose(self) -> Stroke | None:
        """The leader chooses or rejects a candidate; in a formed group the chosen one is seated."""
        at = self.vacant("AND r.candidates > 0")
        found = at and self.pick(
            "SELECT * FROM role_candidate WHERE chain_group = :code AND role_id = :role AND round = :round",
            code=at["chain_group"], role=at["role_id"], round=at["round"],
        )  # fmt: skip
        if at is None or found is None:
            return None
        where = {"group_id": at["group_id"], "role_id": at["role_id"], "round": at["round"]}
        node = account(found["party"])
        if self.rarely(3):
            stood = at["standing"] == found["party"]
            return Stroke((s.RecordCandidateRejection(**where, node=node, stood=stood),))
        chosen = s.RecordCandidateSelection(**where, node=node, pledge=found["pledge"])
        seated = s.RecordRoleSeating(**where, holder=node, pledge=found["pledge"])
        return Stroke((chosen, seated) if at["status"] == "FORMED" else (chosen,))

    def decide_group(self) -> Stroke | None:
        """An open group forms when each role has somebody, else it is given up; some are given up formed."""
        at = self.group_in("OPEN")
        if self.rarely(6):
            at = self.group_in("FORMED", more="AND earned_minor = 0") or at
        if at is None:
            return None
        leader = account(at["leader"])
        if at["status"] == "OPEN" and (at["filled"] == at["roles"] or self.rarely(8)):
            due = self.world.now + at["bet_seconds"] if at["bet_seconds"] else 0
            formed = s.RecordGroupForming(
                group_id=at["group_id"], leader=leader, pledged=at["pledged"], bet_due_at=due
            )
            return Stroke((formed,))
        if at["status"] == "OPEN" and not self.rarely(4):
            return None
        dissolved = s.RecordGroupDissolution(
            group_id=at["group_id"], leader=leader, filled=at["filled"], pledged=at["pledged"]
        )
        return Stroke((dissolved,))

    def earn(self) -> Stroke | None:
        """Progress of a present holder, and often its payment."""
        at = self.filling_in(f"g.status = 'FORMED' AND {HELD} AND t.earned_bps < 10000")
        if at is None:
            return None
        bps = self.number(at["earned_bps"] + 1, 10_000)
        amount = rules.earned_down(at["pay_minor"], bps) - self._earned(at)
        where = {"group_id": at["group_id"], "role_id": at["role_id"], "round": at["round"]}
        holder = account(at["standing"])
        earned: list[Command] = [
            s.RecordProgressAttestation(
                **where, holder=holder, earned_bps=bps, amount_minor=amount, evidence_ref=REF, evidence=None
            )
        ]  # fmt: skip
        unpaid = self._unpaid(at) + amount
        if unpaid and self.rarely(2):
            earned.append(s.RecordRolePayment(**where, holder=holder, amount_minor=unpaid))
        return Stroke(tuple(earned))

    def _earned(self, at: RowMapping) -> int:
        found = self.pick(
            "SELECT earned_minor FROM group_role WHERE chain_group = :code AND role_id = :role",
            code=at["chain_group"], role=at["role_id"],
        )  # fmt: skip
        return int(found["earned_minor"]) if found else 0

    def _unpaid(self, at: RowMapping) -> int:
        found = self.pick(
            "SELECT earned_minor - paid_minor AS unpaid FROM role_round "
            "WHERE chain_group = :code AND role_id = :role AND round = :round",
            code=at["chain_group"], role=at["role_id"], round=at["round"],
        )  # fmt: skip
        return int(found["unpaid"]) if found else 0

    def pay_earned(self) -> Stroke | None:
        """A holder, present or former, is paid what it earned, also when the group has ended."""
        at = self.pick(
            "SELECT r.*, g.group_id FROM role_round r JOIN chain_group g ON g.code = r.chain_group "
            "WHERE r.earned_minor > r.paid_minor ORDER BY g.group_id"
        )
        if at is None:
            return None
        return Stroke((
            s.RecordRolePayment(
                group_id=at["group_id"], role_id=at["role_id"], round=at["round"], holder=account(at["standing"]),
                amount_minor=at["earned_minor"] - at["paid_minor"],
            ),
        ))  # fmt: skip

    def say_of_holder(self) -> Stroke | None:
        """A user's review, and what it may lead to: the role is opened anew."""
        at = self.filling_in(f"g.status = 'FORMED' AND {HELD}")
        if at is None:
            return None
        where = {"group_id": at["group_id"], "role_id": at["role_id"]}
        said = r.RecordReviewAttestation(
            **where, round=at["round"], holder=account(at["standing"]), score_bps=self.number(0, 10_000),
            weight=str(self.number(1, 2**60)), review_ref=REF, review=None,
        )  # fmt: skip
        if not self.rarely(3):
            return Stroke((said,))
        grab_end, select_end = rules.windows(
            self.world.now, at["grab_seconds"], at["select_seconds"], at["work_end"]
        )
        opened = s.RecordRoleReopening(
            **where, round=at["round"] + 1, former_holder=account(at["standing"]),
            reason=self.dice.choice(list(rules.ReopenReason)), grab_end=grab_end, select_end=select_end,
        )  # fmt: skip
        return Stroke((said, opened))

    def add_role(self) -> Stroke | None:
        """The leader of a formed group adds a role."""
        at = self.group_in("FORMED")
        if at is None:
            return None
        grab_end, select_end = rules.windows(
            self.world.now, at["grab_seconds"], at["select_seconds"], at["work_end"]
        )
        added = s.RecordRoleAddition(
            **told.terms(self.number(0, 5_000)).model_dump(), group_id=at["group_id"], role_id=at["roles"] + 1,
            leader=account(at["leader"]), grab_end=grab_end, select_end=select_end,
        )  # fmt: skip
        return Stroke((added,))

    def settle_group(self) -> Stroke | None:
        """The work of a group ends; sometimes the leader has the rest of the budget back at once."""
        at = self.group_in("FORMED")
        if at is None:
            return None
        rest = at["budget_minor"] - at["earned_minor"]
        leader = account(at["leader"])
        settled = s.RecordGroupSettlement(
            group_id=at["group_id"], leader=leader, bet_id=at["bet_id"] or 0, earned_minor=at["earned_minor"],
            unearned_minor=rest,
        )  # fmt: skip
        if not rest or self.rarely(2):
            return Stroke((settled,))
        back = s.RecordBudgetReturn(group_id=at["group_id"], leader=leader, amount_minor=rest)
        return Stroke((settled, back))

    def give_back(self) -> Stroke | None:
        """A stake or the rest of a budget goes back to whose it is."""
        owed = "AND NOT budget_returned AND budget_minor > earned_minor"
        at = self.group_in("DISSOLVED", "SETTLED", more=owed)
        if at is not None and self.rarely(2):
            rest = at["budget_minor"] - at["earned_minor"]
            leader = account(at["leader"])
            return Stroke(
                (s.RecordBudgetReturn(group_id=at["group_id"], leader=leader, amount_minor=rest),)
            )
        held = self.pick(
            "SELECT c.*, g.group_id FROM role_candidate c JOIN chain_group g ON g.code = c.chain_group "
            "WHERE c.stake_held_minor > 0 AND g.status IN ('DISSOLVED', 'SETTLED') ORDER BY g.group_id"
        )
        if held is None:
            return None
        return Stroke((
            s.RecordStakeRelease(
                group_id=held["group_id"], role_id=held["role_id"], round=held["round"], node=account(held["party"]),
                stake_minor=held["stake_held_minor"] + self.rarely(20),
            ),
        ))  # fmt: skip

    def rate_peers(self) -> Stroke | None:
        """A member of a settled group seals what it says of another, and opens it."""
        at = self.pick(
            "SELECT m.party, o.party AS other, g.group_id FROM group_membership m "
            "JOIN group_membership o ON o.chain_group = m.chain_group AND o.party <> m.party "
            "JOIN chain_group g ON g.code = m.chain_group WHERE g.status = 'SETTLED' ORDER BY g.group_id DESC"
        )
        if at is None:
            return None
        rater, weight = account(at["party"]), self.number(0, 1) * 5_000
        sealed = r.RecordPeerRatingSeal(
            group_id=at["group_id"], rater=rater, commitment=REF, credit_bps=7_000
        )
        opened = r.RecordPeerRating(
            group_id=at["group_id"], rater=rater, rated=account(at["other"]), score_bps=8_000, weight=weight,
            weighted=self.number(-9, 9) * weight, centre_bps=7_000 if weight else 0, reason_ref=REF,
        )  # fmt: skip
        return Stroke((sealed, opened))

    def plan(self) -> Stroke | None:
        """A candidate discloses its plan."""
        at = self.pick(
            "SELECT c.*, g.group_id FROM role_candidate c JOIN chain_group g ON g.code = c.chain_group "
            "ORDER BY g.group_id DESC"
        )
        if at is None:
            return None
        return Stroke((
            s.RecordPlanOpening(
                group_id=at["group_id"], role_id=at["role_id"], round=at["round"], node=account(at["party"]),
                plan_hash=REF, plan=None,
            ),
        ))  # fmt: skip

    def bind_or_extend(self) -> Stroke | None:
        """A formed group names its bet, or force majeure moves its end."""
        at = self.group_in("FORMED")
        if at is None:
            return None
        if self.rarely(2):
            bound = s.RecordBetBinding(
                group_id=at["group_id"], leader=account(at["leader"]), bet_id=self.new_id()
            )
            return Stroke((bound,))
        days = at["extended_days"] + self.number(1, 3)
        moved = (days - at["extended_days"]) * DAY
        extended = s.RecordWorkExtension(
            group_id=at["group_id"], region=at["region"], extended_days=days, work_end=at["work_end"] + moved,
            report_end=at["report_end"] + moved,
        )  # fmt: skip
        return Stroke((extended,))

    def consent(self) -> Stroke | None:
        """All members of a group consent to its end, some of them twice; then its work is over."""
        at = self.group_in("FORMED", more="AND NOT ended_by_consent")
        if at is None:
            return None
        members = self.session.execute(
            text(
                "SELECT role_id, party FROM group_membership WHERE chain_group = :code AND until IS NULL"
            ),
            {"code": at["code"]},
        ).mappings()
        told_of: list[Command] = [
            s.RecordEndConsent(
                group_id=at["group_id"], role_id=each["role_id"], account=account(each["party"]), consents=True
            )
            for each in members
        ]  # fmt: skip
        work_end, report_end = rules.consented_end(
            self.world.now, at["work_end"], at["report_end"], holder_left=at["holder_left"]
        )
        ended = s.RecordConsentedEnd(
            group_id=at["group_id"], leader=account(at["leader"]), work_end=work_end, report_end=report_end
        )  # fmt: skip
        return Stroke((*told_of, ended))

    def count_what_was_said(self) -> Stroke | None:
        """The mean of a round's reviews, or what its peers said of a member, goes into credit."""
        said = self.pick(
            "SELECT r.*, g.group_id FROM role_round r JOIN chain_group g ON g.code = r.chain_group "
            "WHERE r.reviews > 0 AND NOT r.feedback_recorded ORDER BY g.group_id"
        )
        if said is not None and self.rarely(2):
            weight = int(said["review_weight"])
            counted = r.RecordFeedbackOutcome(
                group_id=said["group_id"], role_id=said["role_id"], round=said["round"],
                holder=account(said["standing"]), weight=str(min(weight, 10_000)),
                outcome_bps=rules.mean_down(weight, int(said["review_weighted"])),
            )  # fmt: skip
            return Stroke((counted,))
        tally = self.pick(
            "SELECT t.*, g.group_id FROM peer_tally t JOIN chain_group g ON g.code = t.chain_group "
            "WHERE t.ratings > 0 AND NOT t.recorded ORDER BY g.group_id"
        )
        if tally is None:
            return None
        return Stroke((
            r.RecordPeerOutcome(
                group_id=tally["group_id"], member=account(tally["member"]), ratings=tally["ratings"], weight="1",
                outcome_bps=rules.peer_outcome(tally["centre_bps"], tally["weighted"], tally["weight"]),
            ),
        ))  # fmt: skip
