"""A stolen KEEPER key moves nothing to anybody who is not owed it: a thief tries every function that the key may call.

It has no office and no money, and each such function may be called by anybody: what moves goes to whom the contract owes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

from bridge.capabilities import ALLOWED
from bridge.capabilities.tenders import terms_of
from bridge.chain.artifact import artifact
from bridge.chain.decode import event_topic
from bridge.errors import CallRefused
from bridge.events.generated import TenderOpened
from bridge.intents import KEEPER
from bridge.store import inbox
from tests import bets
from tests.groups import LEADER, Group
from tests.groups import enrol_nodes as enrol_members
from tests.world import DAY, World

NUMBERS = (0, 1, 2)  # ids, roles, rounds, slots that a thief tries
NEVER = 2**40 - 1  # as late as a deadline can be
FORGED = bytes(range(65))  # no account's signature
MOVED = {  # among what a thief gets done: it would prove nothing if every call were refused
    "dissolve", "releaseStake", "returnBudget", "settleBet", "withdrawFor", "withdrawRemainder", "award", "forfeitBond",
}  # fmt: skip


def half_lived(world: World) -> None:
    """Money in custody everywhere, and nobody has called what only waits for its time."""
    order = world.tender({"SUPPLIER": 1_000_000})
    world.ship("SUPPLIER", order, 60)
    bets.enrol_nodes(world)
    enrol_members(world)
    bet = bets.Bet(world)
    bet.sign()
    group = Group(world, [300_000, 200_000])
    group.grab("N1", 1, 500)
    group.grab("N2", 1, 400)
    world.stock_item("ZINC")
    tender = world.open_tender("ZINC")
    for who, amount in {"SUPPLIER": 900_000, "RIVAL": 950_000}.items():
        world.commit(who, tender, amount)
    world.node.reach_time(tender.fields["commit_end"])
    world.reveal("SUPPLIER", tender)
    world.reach(bet.period_end(1))
    for code in bet.parties:
        bet.report(code, 1, bets.REPORTED)
    bet.report_value(bets.POOL - 5)


def attempts(world: World) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every function of the keeper with many arguments."""
    people = [
        world.people[code].address
        for code in ("SUPPLIER", "RIVAL", *bets.PLACES, LEADER, "N1", "N2", "keeper")
    ]
    with world.bridge.store.view() as session:
        opened = [
            inbox.first_event(session, TenderOpened, f"tender:{number}") for number in NUMBERS
        ]
    terms = [terms_of(event) for event in opened if event is not None]
    told = {
        "bets": [world.deployment.address("BetContracts")],
        "deadline": [NEVER],
        "signature": [FORGED],
    }
    for contract, function in sorted(ALLOWED[KEEPER]):
        (entry,) = (e for e in artifact(contract).abi if e.get("name") == function)
        kinds = {"address": people, "tuple": terms if contract == "Tenders" else []}
        inputs = [
            told.get(part["name"], kinds.get(part["type"], NUMBERS)) for part in entry["inputs"]
        ]
        for args in product(*inputs):
            yield contract, function, args


def test_a_stolen_keeper_key_moves_nothing_to_anybody_who_is_not_owed_it(world: World) -> None:
    half_lived(world)
    world.wait(400 * DAY)
    thief, done = world.people["keeper"], Counter[str]()
    topic = event_topic("SettlementToken", "Transfer")
    received: set[str] = set()
    thief.ask_nonce()
    for contract, function, args in attempts(world):
        try:
            receipt = thief.transact(world.deployment, contract, function, *args)
        except CallRefused:
            continue
        done[function] += 1
        moves = [log for log in receipt["logs"] if log["topics"][0] == topic]
        received |= {"0x" + log["topics"][2][-40:] for log in moves}
    assert set(done) >= MOVED, done
    assert world.balance("keeper") == 0
    assert thief.address.lower() not in received
    parties = {world.people[code].address.lower() for code in world.people}
    custodians = set(
        world.bridge.gateway.deployment.names(world.bridge.gateway.deployment.contracts)
    )
    assert received <= parties | custodians
    world.settle()  # the books agree with each amount, or park it
    assert world.sql("SELECT event, reason FROM bridge_inbox WHERE status = 'quarantined'") == []
    world.assert_audit_holds()
