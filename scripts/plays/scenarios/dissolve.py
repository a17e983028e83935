"""dissolve 解散: a group whose roles are not all taken is given up by itself, and everybody has their money again."""

from __future__ import annotations

from ..acts.groups import LEADER, Group
from ..acts.spans import Spans, Wait
from .model import NODE, Party, Scenario
from .stage import Stage

PAYS = (300_000, 200_000, 100_000)  # of three roles, minor units
STAKE = 10_000
BUDGET = 1_000_000
TOKENS = 1_000_000
GRABS = (("N1", 1, 500), ("N2", 1, 400), ("N3", 2, 300))  # who, role, pledge: nobody takes role 3
CAST = (
    Party(LEADER, "Leader 链群主", NODE, TOKENS, ("GroupPay",), house=True, budget_minor=BUDGET),
    *(Party(code, f"Node {code} 小微", NODE, TOKENS, ("GroupPay",)) for code in ("N1", "N2", "N3")),
)
AVAILABLE = "9003"


def play(stage: Stage) -> None:
    """Plays it to its end."""
    bound = sum(PAYS)
    with stage.step(
        LEADER,
        "proposes a group of three roles for a need, and opens it with the whole budget of their pay",
    ):
        group = Group(stage, PAYS, proposed=True)
    stage.figure("custody_after_opening_minor", stage.custody("GroupPay"), bound)
    stage.figure("available_after_opening_minor", _available(stage), BUDGET - bound)
    with stage.step("N1, N2, N3", "grab: two of them role 1, one role 2, nobody role 3"):
        for who, role, pledge in GRABS:
            group.grab(who, role, pledge)
    stage.figure("custody_after_grabs_minor", stage.custody("GroupPay"), bound + len(GRABS) * STAKE)
    with stage.step("time", "passes to the end of selecting: the keeper dissolves the group"):
        group.until("selectEnd")
    _is_over(stage)
    ((status,),) = stage.sql("SELECT status FROM need WHERE number = :n", n=group.need.number)
    stage.figure("need_after_dissolving", status, "OPEN")
    with stage.step(
        LEADER, "proposes and opens a second group for the same need, which nobody joins"
    ):
        again = Group(stage, PAYS[:1], proposed=True, need=group.need)
    stage.figure("groups_opened", len(stage.documents("group_order")), 2)
    stage.figure("second_group_minor", stage.custody("GroupPay"), PAYS[0])
    with stage.step("time", "passes: it is dissolved too"):
        again.until("selectEnd")
    stage.figure("dissolutions", len(stage.documents("group_dissolution")), 2)
    stage.figure("custody_at_end_minor", stage.custody("GroupPay"), 0)


def waits(spans: Spans) -> tuple[Wait, ...]:
    """What it waits for by the chain's clock."""
    over = spans.grabs + spans.selects
    return Wait("the first group is given up", over), Wait("so is the second", over)


def _is_over(stage: Stage) -> None:
    """Nothing of the first group is left anywhere."""
    returned = [d.fields["amount_minor"] for d in stage.documents("budget_return")]
    released = [d.fields["stake_minor"] for d in stage.documents("stake_release")]
    stage.figure("budget_returned_minor", sum(returned), sum(PAYS))
    stage.figure("stakes_released_minor", sorted(released), [STAKE] * len(GRABS))
    stage.figure("custody_after_dissolving_minor", stage.custody("GroupPay"), 0)
    stage.figure("available_after_dissolving_minor", _available(stage), BUDGET)
    wallets = {party.code: stage.balance(party.code) for party in CAST}
    stage.figure("wallets_minor", wallets, {party.code: TOKENS for party in CAST})


def _available(stage: Stage) -> int:
    """What the leader's budget still allows, minor units."""
    return -stage.account(LEADER, AVAILABLE)


SCENARIO = Scenario(
    "dissolve",
    "a group that nobody completes",
    "解散",
    "A leader opens a group of three roles; two are grabbed. Time dissolves it: budget and stakes go back to the last "
    "unit, and a second group for the same need may be opened.",
    CAST,
    play,
    waits,
)
