"""A call that the chain may put off waits by its document and by what the contract said, and the audit knows no more.

Whoever can write to the database could otherwise put an award, a payment or a settlement off for a hundred years, unseen.
"""

from __future__ import annotations

from bridge.ring.submit import QUIET_SECONDS
from scripts.plays.acts.buying import AUCTION
from tests.buying import open_auction
from tests.faults.test_lost_intents import told
from tests.faults.test_one_lie_of_the_node import refuses_once, revert_data
from tests.proxy import node_proxy
from tests.world import DAY, HOUR, World

AWARD = "award:auction:%"
WAITS = "SELECT not_before FROM bridge_outbox WHERE aggregate LIKE :a AND status = 'pending'"
PUT_OFF = "UPDATE bridge_outbox SET not_before = :t WHERE aggregate LIKE :a"


def moved_auction(world: World) -> int:
    """An auction that a bid just before its end has moved by hours: its end now."""
    world.let_draw("SUPPLIER", "ReverseAuctions")
    world.stock_item("COPPER", **AUCTION | {"extension_seconds": 6 * HOUR})
    world.issue(item="COPPER")
    world.settle()
    auction = world.last("auction")
    world.reach(auction.fields["ends_at"] - 10)
    world.underbid("SUPPLIER", auction, 1_100_000)
    world.settle()
    return int(world.last("auction_bid").fields["ends_at"])


def waits_until(world: World) -> int:
    ((moment,),) = world.sql(WAITS, a=AWARD)
    return int(moment)


def test_a_call_that_waits_longer_than_its_document_and_the_chain_ask_for_is_named(
    world: World,
) -> None:
    auction = open_auction(world)
    assert waits_until(world) == auction.fields["ends_at"] > world.now + HOUR
    world.assert_audit_holds()
    until = auction.fields["ends_at"] + 30 * DAY
    world.sql(PUT_OFF, t=until, a=AWARD)
    world.settle()
    (said,) = told(world)
    assert f"waits until {until}, longer than its document or the chain asks for" in said
    world.reach(auction.fields["ends_at"] + DAY)
    world.settle()
    assert (len(told(world)), world.documents("auction_void")) == (1, [])


def test_a_call_that_a_node_put_off_by_the_hour_is_not_named_on_a_chain_that_stands_still(
    world: World,
) -> None:
    """The ring asked by the time of the block that would come next, an hour after the newest one; no more is known of it."""
    auction = open_auction(world)
    lie = revert_data("ReverseAuctions", "ReverseAuctions_StillOpen")[:-64] + f"{2**39:064x}"
    with node_proxy(world.node.url) as liar:
        world.reopen(rpc=(liar.url,))
        until = auction.fields["ends_at"] + HOUR
        world.node.rpc("evm_increaseTime", [until - world.now])  # and no block is made of it
        submit = world.bridge.daemon.ring.submit
        monotonic = submit._monotonic
        world.settle()
        submit._monotonic = lambda: monotonic() + QUIET_SECONDS
        liar.change = refuses_once(liar, world.deployment.address("ReverseAuctions"), lie)
        world.settle()
    world.reopen(rpc=())
    assert world.now < auction.fields["ends_at"] < until + HOUR <= waits_until(world)
    world.assert_audit_holds()


def test_a_call_that_waits_for_what_the_contract_names_is_not_named(world: World) -> None:
    """A version before the bound of an hour has put it off."""
    ends_at = moved_auction(world)
    world.sql(PUT_OFF, t=ends_at, a=AWARD)
    assert ends_at > world.now + 2 * HOUR
    world.assert_audit_holds()
    world.reach(ends_at)
    world.settle()
    assert world.documents("auction_award")
    world.assert_audit_holds()
