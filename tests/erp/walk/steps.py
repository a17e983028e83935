"""What people and events may do next: commands that fit the books as they stand, and some that must be refused.

A step reads the books, throws dice, and returns the commands of one stroke, in order. With several walkers the books may
have moved on by the time the commands are told: then they are refused, which is an answer too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from erp.items.schemas import RegisterItem
from erp.kernel.schema import Command
from erp.parties.schemas import EnrolParty, RegisterParty
from erp.payments.schemas import RecordTokenIssue
from tests.erp.walk.bet_papers import BetPaperSteps
from tests.erp.walk.changes import ChangeSteps
from tests.erp.walk.claims import ClaimSteps
from tests.erp.walk.deliveries import DeliverySteps
from tests.erp.walk.dice import (
    LEAD_SECONDS,
    PRICE,
    SUPPLIERS,
    Stroke,
)
from tests.erp.walk.minutes import MinuteSteps
from tests.erp.walk.money import MoneySteps
from tests.erp.walk.purchases import PurchaseSteps
from tests.erp.walk.registers import RegisterSteps
from tests.erp.walk.reviews import ReviewSteps
from tests.erp.walk.sales import SalesSteps
from tests.erp.walk.signing import SigningSteps
from tests.erp.walk.sourcing import OTHERWISE, SourcingSteps, policies_otherwise
from tests.erp.walk.teams import TeamSteps
from tests.erp.walk.work import WorkSteps
from tests.erp.world import DAY, REF, World, account


def policies(world: World) -> list[Command]:
    """Beside the world's own: a maker that buys nuts and sells bolts of its own stock, and reorder points above zero."""
    terms = {"estimate_minor": 60 * PRICE, "lead_seconds": LEAD_SECONDS}
    return [
        RegisterParty(
            code="maker", name="maker", kind="internal", account=account("maker"), platform="P2",
            time_zone="America/New_York",
        ),
        EnrolParty(account=account("maker"), capabilities=11),
        RegisterParty(code="cook", name="cook", kind="external", account=account("cook")),
        EnrolParty(account=account("cook"), capabilities=8),
        RecordTokenIssue(account=account("cook"), amount_minor=1_000_000, bank_ref=REF),
        RegisterItem(code="nut", name="Nut", unit="piece"),
        *(RegisterItem(code=item, name=item.title(), unit="piece") for item in OTHERWISE),
        world.policy(candidates=SUPPLIERS, reorder_point=40, reorder_quantity=60, **terms),
        world.policy(
            item="nut", buyer="maker", candidates=("supplier", "rival"), payment_seconds=30 * DAY, **terms
        ),
        *policies_otherwise(world),
    ]  # fmt: skip


class Steps(
    MoneySteps,
    RegisterSteps,
    PurchaseSteps,
    SourcingSteps,
    DeliverySteps,
    MinuteSteps,
    TeamSteps,
    ClaimSteps,
    ChangeSteps,
    SalesSteps,
    ReviewSteps,
    BetPaperSteps,
    WorkSteps,
    SigningSteps,
):
    """The steps of one walker."""

    def next_stroke(self, session: Session) -> Stroke | None:
        """A stroke that the books of this session allow, more or less; None when the dice found nothing to do."""
        self.session = session
        (step,) = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
        made: Stroke | None = step(self)
        return made


WEIGHTS: dict[Callable[[Steps], Any], int] = {
    Steps.budget: 6,
    Steps.capital: 3,
    Steps.opening: 4,
    Steps.issue: 10,
    Steps.reversal: 4,
    Steps.decision: 14,
    Steps.tokens: 6,
    Steps.transfer: 3,
    Steps.explain: 4,
    Steps.register: 1,
    Steps.account: 1,
    Steps.policy: 1,
    Steps.suspension: 1,
    Steps.month: 4,
    Steps.credit: 2,
    Steps.requisition: 6,
    Steps.cancel_requisition: 3,
    Steps.tender: 12,
    Steps.settle_tender: 14,
    Steps.forfeit: 3,
    Steps.ask_otherwise: 6,
    Steps.open_auction: 3,
    Steps.settle_auction: 3,
    Steps.return_bond: 4,
    Steps.sign_order: 2,
    Steps.strike: 3,
    Steps.fund: 12,
    Steps.cancel_order: 5,
    Steps.despatch: 18,
    Steps.receive: 16,
    Steps.inspect: 18,
    Steps.attest: 4,
    Steps.void: 6,
    Steps.unmatch: 5,
    Steps.bill: 14,
    Steps.match: 3,
    Steps.release: 12,
    Steps.grant: 4,
    Steps.claim: 3,
    Steps.pay: 18,
    Steps.certify: 6,
    Steps.red_letter: 4,
    Steps.close: 4,
    Steps.issue_claim: 8,
    Steps.decide_claim: 10,
    Steps.explain_claim: 3,
    Steps.guarantee: 6,
    Steps.defect: 3,
    Steps.decide_defect: 6,
    Steps.void_defect: 2,
    Steps.end_guarantee: 5,
    Steps.amend: 5,
    Steps.give_up: 3,
    Steps.dispute: 4,
    Steps.rule: 8,
    Steps.supplement: 8,
    Steps.storm: 1,
    Steps.machine: 2,
    Steps.attest_minutes: 1,
    Steps.buy_minutes: 6,
    Steps.pass_minutes_on: 4,
    Steps.explain_minutes: 4,
    Steps.redeem_minutes: 4,
    Steps.run_minutes: 9,
    Steps.give_minutes_up: 2,
    Steps.fail_slot: 1,
    Steps.count_slot: 2,
    Steps.pay_out_minutes: 3,
    Steps.propose_group: 3,
    Steps.open_group: 3,
    Steps.submit_plan: 1,
    Steps.grab_role: 12,
    Steps.choose: 4,
    Steps.decide_group: 5,
    Steps.earn: 6,
    Steps.pay_earned: 3,
    Steps.say_of_holder: 4,
    Steps.add_role: 1,
    Steps.settle_group: 1,
    Steps.give_back: 6,
    Steps.rate_peers: 2,
    Steps.plan: 1,
    Steps.bind_or_extend: 2,
    Steps.consent: 1,
    Steps.count_what_was_said: 3,
    Steps.customer: 2,
    Steps.sell: 10,
    Steps.decide_sale: 6,
    Steps.send_sale: 8,
    Steps.deliver_sale: 6,
    Steps.pay_sale: 8,
    Steps.return_sale: 3,
    Steps.provide: 2,
    Steps.review: 8,
    Steps.report_review: 8,
    Steps.pay_by_reviews: 2,
    Steps.set_bet_terms: 9,
    Steps.propose_bet: 3,
    Steps.sign_bet: 2,
    Steps.top_up: 2,
    Steps.report_bet: 8,
    Steps.dispute_bet: 2,
    Steps.amend_bet: 2,
    Steps.agree_bet: 2,
    Steps.settle_bet: 2,
    Steps.pay_bet_out: 6,
    Steps.reach: 4,
    Steps.confirm: 5,
    Steps.plan_process: 7,
    Steps.drop_process: 1,
    Steps.change_bet: 9,
    Steps.add_to_pool: 4,
    Steps.ask_act: 2,
    Steps.show_act: 3,
    Steps.answer_act: 4,
    Steps.end_act: 2,
    Steps.state: 1,
}
