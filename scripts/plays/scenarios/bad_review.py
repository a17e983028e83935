"""bad-review 差评: customers say how a role serves them; a bad mean opens it anew, and pay follows what was said."""

from __future__ import annotations

from erp.kernel.amounts import BPS
from erp.kernel.calendar import HOUSE_ZONE, month_of
from erp.needs.rules import NeedSource
from erp.reviews.schemas import AccrueReviewPay

from ..acts.customers import Counter
from ..acts.groups import LEADER, STAKE, Group, role_terms
from ..acts.spans import Spans, Wait
from .model import NODE, Party, Scenario
from .stage import Stage

SERVICE, FIRST, SECOND = 1, 1, 2  # the role, and its two rounds
PAY, MARK_BPS = 600_000, 6_000
FIRST_EARNED_BPS = 4_000
BAD = ((100_000, 3_000), (50_000, 4_000), (50_000, 9_000))  # net of the sale, score
GOOD = (100_000, 9_500)
MONTHLY = 100_000  # what a clerk of the service earns at the best reviews
BUDGET = TOKENS = 1_000_000
CAST = (
    Party(LEADER, "Leader 链群主", NODE, TOKENS, ("GroupPay",), house=True, budget_minor=BUDGET),
    *(
        Party(code, f"Service {code} 服务小微", NODE, TOKENS, ("GroupPay",), house=True)
        for code in ("A", "B")
    ),
)
PAY_PAYABLE, FUNDS = "2211", "1012.08"


def play(stage: Stage) -> None:
    """Plays it to its end."""
    with stage.step(LEADER, "opens a group with one role that serves customers"):
        terms = role_terms(PAY, reviewMarkBps=MARK_BPS, minReviews=len(BAD))
        group = Group(stage, [terms], proposed=True)
        counter = Counter(stage, group)
        counter.open()
    with stage.step("A", "grabs the role, and is seated when the time for selecting is over"):
        group.grab("A", SERVICE, 500)
        group.until("selectEnd")
    with stage.step("reporter", "reports that four tenths of the work are done: paid at once"):
        group.progress(SERVICE, FIRST, FIRST_EARNED_BPS)
    first = PAY * FIRST_EARNED_BPS // BPS
    stage.figure("paid_to_a_minor", stage.balance("A") - TOKENS + STAKE, first)
    before = stage.score("A")
    _judged(stage, counter, before)
    with stage.step("B", "grabs the open role, and is seated when its time for candidates is over"):
        group.grab("B", SERVICE, 400)
        stage.wait(stage.spans.grabs + stage.spans.selects + 1)
    stage.figure("holders", _holders(stage), {"A": "left", "B": "serves"})
    with stage.step("customers", "are served well by B, and say so"):
        counter.review(SERVICE, *GOOD)
    with stage.step("reporter", "reports that the work is done: B is paid what A left"):
        group.progress(SERVICE, SECOND, BPS)
    stage.figure("paid_to_b_minor", stage.balance("B") - TOKENS + STAKE, PAY - first)
    stage.figure("left_of_the_budget_minor", stage.account(LEADER, FUNDS), 0)
    _pay_of_clerks(stage)
    with stage.step("time", "passes to the end: the group is settled, and B has its stake again"):
        stage.wait(stage.spans.reviews + 1)
    stage.figure("custody_at_end_minor", stage.custody("GroupPay"), 0)
    wallets = {code: stage.balance(code) for code in (LEADER, "A", "B")}
    stage.figure(
        "wallets_minor",
        wallets,
        {LEADER: TOKENS - PAY, "A": TOKENS + first, "B": TOKENS + PAY - first},
    )


def waits(spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    fill = spans.grabs + spans.selects
    return (
        Wait("A is seated", fill),
        Wait("B is seated", fill),
        Wait("last reviews", spans.reviews),
    )


def _judged(stage: Stage, counter: Counter, before: int) -> None:
    with stage.step("customers", "say how A served them: the role is open again"):
        for net, score in BAD:
            counter.review(SERVICE, net, score)
    mean = sum(net * score for net, score in BAD) // sum(net for net, _ in BAD)
    attested = [d.fields for d in stage.documents("review_attestation")]
    stage.figure(
        "reviews_on_chain",
        [f"{f['weight']} at {f['score_bps']}" for f in attested],
        [f"{net} at {score}" for net, score in BAD],
    )
    stage.figure("mean_bps", attested[-1]["mean_bps"], mean)
    reopening = stage.last("role_reopening").fields
    stage.figure("role_open_for_round", reopening["round"], SECOND)
    shown = [d for d in stage.documents("need") if d.fields["source"] == NeedSource.REVIEW]
    stage.figure("needs_shown_by_reviews", len(shown), 1)
    stage.figure("stake_back_to_a_minor", stage.last("stake_release").fields["stake_minor"], STAKE)
    outcome = stage.last("feedback_outcome").fields
    stage.figure("outcome_of_a_bps", outcome["outcome_bps"], mean)
    after = stage.last("credit_component").fields["score_bps"]
    stage.figure("credit_of_a_as_on_chain_bps", after, stage.score("A"))
    stage.figure("credit_of_a_falls", after < before, True)


def _holders(stage: Stage) -> dict[str, str]:
    """Who held the role, and whether it still serves."""
    rows = stage.sql(
        "SELECT party, until IS NULL FROM group_membership WHERE role_id = :role ORDER BY round",
        role=SERVICE,
    )
    return {str(party): "serves" if stays else "left" for party, stays in rows}


def _pay_of_clerks(stage: Stage) -> None:
    """What reviews make of the month's pay of a clerk of each holder."""
    month = month_of(stage.now, HOUSE_ZONE)
    with stage.step("finance", "accrues the month's pay of both holders' clerks by their reviews"):
        for code in ("A", "B"):
            stage.erp(
                AccrueReviewPay(
                    entity=code, person=f"{code}-CLERK", month=month, base_minor=MONTHLY
                )
            )
    mean = stage.last("feedback_outcome").fields["outcome_bps"]
    means = {"A": mean, "B": GOOD[1]}
    stage.figure(
        "pay_of_clerks_minor",
        {code: -stage.account(code, PAY_PAYABLE) for code in means},
        {code: MONTHLY * bps // BPS for code, bps in means.items()},
    )


SCENARIO = Scenario(
    "bad-review",
    "a service that customers judge",
    "差评",
    "Customers say how a role serves them, each with the weight of what it paid. A mean below the mark opens the role "
    "anew: its holder keeps what it earned, and has its stake again and a lower credit; the next one earns the rest, and "
    "clerks are paid by reviews.",
    CAST,
    play,
    waits,
)
