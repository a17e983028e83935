"""A group that serves customers: a holder is reviewed badly and replaced, the next is reviewed well and leaves."""

from __future__ import annotations

from bridge.ports.port import Document
from erp.kernel.calendar import HOUSE_ZONE, month_of
from erp.reviews.schemas import AccrueReviewPay
from erp.sales.schemas import ProvideBadDebt, RecordReceipt
from scripts.plays.acts.customers import Counter
from tests.groups import LEADER, Group, enrol_nodes, role_terms
from tests.world import DAY, World

MAKES = frozenset({"review", "review_lateness"})
SERVICE, PAY, MARK = 1, 600_000, 6_000
BAD = ((100_000, 3_000), (50_000, 4_000), (50_000, 9_000))  # net and score: 4,750 in the mean


def live(world: World) -> None:
    """Plays it."""
    group = opened(world)
    for net, score in BAD:
        reviewed(world, group, net, score)
    world.settle()
    reseated(world, group)
    late(world, group, "N2")
    world.erp(
        AccrueReviewPay(
            entity="N1", person="ZHANG", month=month_of(world.now, HOUSE_ZONE), base_minor=100_000
        )
    )
    paid = sold(world, group, 10_000)
    world.erp(ProvideBadDebt(entity=LEADER))
    world.erp(
        RecordReceipt(
            sales_order=paid, amount_minor=10_600, received_at=world.now, bank_ref="wash 1"
        )
    )
    world.settle()


def opened(world: World) -> Group:
    """A group whose one role serves customers, held by N1, that has earned four tenths; a thing to sell."""
    enrol_nodes(world, own=(LEADER, "N1", "N2"))
    group = Group(world, [role_terms(PAY, reviewMarkBps=MARK, minReviews=len(BAD))], proposed=True)
    Counter(world, group).open()
    group.grab("N1", SERVICE, 500)
    group.until("selectEnd")
    group.progress(SERVICE, 1, 4_000)
    world.settle()
    return group


def sold(world: World, group: Group, net: int) -> str:
    """A wash that was delivered to a new customer now, for the group; the sale's number."""
    return Counter(world, group).sell(net)


def reviewed(world: World, group: Group, net: int, score: int) -> Document:
    """A customer says of a wash how it was served."""
    return Counter(world, group).review(SERVICE, net, score)


def reseated(world: World, group: Group) -> None:
    """N2 holds the role, and serves well."""
    group.grab("N2", SERVICE, 400)
    world.wait(2 * DAY + 1)
    world.settle()
    reviewed(world, group, 100_000, 9_500)
    world.settle()


def late(world: World, group: Group, holder: str) -> None:
    """The holder leaves the role while a review of it is under way."""
    reviewed(world, group, 50_000, 1)
    group.tell(holder, "resignRole", SERVICE)
    world.settle()
