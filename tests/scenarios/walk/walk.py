"""The walk: which steps come how often, time that passes, the bridge that walks the ring between, and the story of it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.scenarios.walk.bets import BetSteps
from tests.scenarios.walk.buying import BuyingSteps
from tests.scenarios.walk.checks import check
from tests.scenarios.walk.claims import ClaimSteps
from tests.scenarios.walk.groups import GroupSteps
from tests.scenarios.walk.guarantees import GuaranteeSteps
from tests.scenarios.walk.mailbox import MailboxSteps
from tests.scenarios.walk.minutes import MinuteSteps
from tests.scenarios.walk.money import MoneySteps
from tests.scenarios.walk.orders import OrderSteps
from tests.scenarios.walk.people import enrol
from tests.scenarios.walk.refusals import RefusalSteps
from tests.world import DAY, HOUR, World


class Walk(
    BuyingSteps, OrderSteps, ClaimSteps, GuaranteeSteps, GroupSteps, BetSteps, MinuteSteps, MoneySteps, MailboxSteps,
    RefusalSteps,
):  # fmt: skip
    """One walk over one world, by one seed."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(world, Random(seed))
        world.randomness = Random(f"salts of {seed}").randbytes
        self.seed = seed
        enrol(world)
        self.stock_up()

    def walk(self, operations: int) -> None:
        """So many operations more, then the checkpoint."""
        goal = self.operations + operations
        while self.operations < goal:
            self.step()
        self.last.append("checkpoint")
        check(self.world)

    def step(self) -> None:
        """One step of one room, and perhaps time and the bridge."""
        (step,) = self.dice.choices(list(STEPS), list(STEPS.values()))
        step(self)
        if self.rarely(3):
            self.let_time_pass()
        if self.rarely(5):
            self.last.append("the bridge walks until it is quiet")
            self.world.settle()
        elif self.rarely(4):
            passes = self.number(1, 3)
            self.last.append(f"the bridge walks {passes} times")
            self.world.settle_passes(passes)

    def let_time_pass(self) -> None:
        """Minutes mostly, hours often, now and then a day or some."""
        (most,) = self.dice.choices((HOUR, 6 * HOUR, DAY, 3 * DAY), (55, 32, 11, 2))
        seconds = self.number(1, most)
        self.last.append(f"{seconds} seconds pass")
        self.world.wait(seconds)

    def story(self) -> str:
        """How to get there again, and what was done last."""
        counts = f"{self.operations} operations, {sum(self.refused.values())} of them refused"
        return "\n".join([f"SEED={self.seed}, {counts}", *self.last])

    def figures(self) -> str:
        """What a walk prints at its end."""
        counts = {
            "operations": self.operations,
            "done": sum(self.done.values()),
            "refused": sum(self.refused.values()),
            "refused on both sides": sum(n for name, n in self.refused.items() if name.endswith("(both)")),
            "documents": self.world.bridge.port.last_sequence(),
            "blocks": self.world.bridge.client.head().number,
            "kinds of operations": len(self.done),
            "rules that refused": len(self.refused),
        }  # fmt: skip
        return f"seed {self.seed}: " + ", ".join(
            f"{number:,} {what}" for what, number in counts.items()
        )


STEPS: dict[Callable[[Walk], None], int] = {
    Walk.issue: 14,
    Walk.ask: 10,
    Walk.take_back: 1,
    Walk.budget: 1,
    Walk.bid: 20,
    Walk.reveal: 24,
    Walk.strike: 8,
    Walk.award: 2,
    Walk.underbid: 12,
    Walk.sign_direct: 6,
    Walk.award_and_pledge: 10,
    Walk.ask_guarantee: 1,
    Walk.find_defect: 8,
    Walk.decide_defect: 8,
    Walk.end_guarantee: 2,
    Walk.despatch: 24,
    Walk.receive: 28,
    Walk.inspect: 28,
    Walk.bill: 28,
    Walk.unblock: 8,
    Walk.certify: 4,
    Walk.claim_silence: 5,
    Walk.dispute: 9,
    Walk.end_dispute: 9,
    Walk.amend: 6,
    Walk.give_up: 3,
    Walk.close: 5,
    Walk.walk_away: 1,
    Walk.decide_claim: 20,
    Walk.buy_claim: 12,
    Walk.explain_claim: 3,
    Walk.propose_group: 3,
    Walk.open_group: 6,
    Walk.grab: 12,
    Walk.choose: 14,
    Walk.form: 2,
    Walk.progress: 10,
    Walk.review: 8,
    Walk.pay_role: 2,
    Walk.leave: 3,
    Walk.add_role: 2,
    Walk.extend: 2,
    Walk.consent: 3,
    Walk.give_back: 3,
    Walk.seal_ratings: 14,
    Walk.open_ratings: 16,
    Walk.say_all: 2,
    Walk.propose_bet: 8,
    Walk.sign_bet: 24,
    Walk.bind: 3,
    Walk.top_up: 5,
    Walk.report: 30,
    Walk.dispute_bet: 9,
    Walk.amend_bet: 3,
    Walk.end_bet: 1,
    Walk.finish_bet: 3,
    Walk.machine: 2,
    Walk.attest: 10,
    Walk.sell: 14,
    Walk.buy_minutes: 24,
    Walk.give_minutes: 5,
    Walk.redeem: 14,
    Walk.run: 20,
    Walk.fail_slot: 1,
    Walk.end_minutes: 3,
    Walk.explain_minutes: 3,
    Walk.tokens: 4,
    Walk.transfer: 3,
    Walk.explain: 5,
    Walk.capital: 1,
    Walk.reverse: 2,
    Walk.storm: 12,
    Walk.suspend: 1,
    Walk.ask_act: 6,
    Walk.answer_act: 14,
    Walk.impossible: 10,
}
