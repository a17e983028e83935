"""Opens the stage for a scenario: chain, contracts, folder, books, the daemon, and everybody known on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.bootstrap import build
from erp.budget.schemas import ApproveBudget
from erp.database import open_engine, transaction, upgrade
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel.log.model import SALT_BYTES
from erp.kernel.schema import Command
from erp.parties.schemas import PartyKind, RegisterParty
from erp.payments.schemas import ContributeCapital
from erp.second_person import tell
from erp.stock.schemas import OpenStock

from ...deployment.accounts import Person
from ...deployment.consensus import Named
from ...deployment.deploy import ONE_NODE, deploy_to_file
from ..acts.buying import BUYER, ITEM, STOCK, STOCK_VALUE, in_spans
from ..acts.spans import TOLD, Spans
from ..stage.database import check_empty
from ..stage.keys import address, development_key
from ..stage.node import Clock, open_by_the_clock, open_node
from ..stage.ring import AWAY_BY_THE_CLOCK_SECONDS, QUIET_BY_THE_CLOCK_SECONDS, Ring
from ..stage.staff import Staff, hire
from ..stage.workdir import Workdir, by_the_clock, new_workdir, store_keys
from .model import BUYS, CAPITAL_PER_TOKEN, Party, Scenario
from .stage import Stage, Teller

GENESIS = 1_767_225_600  # 2026-01-01 00:00 UTC: of a chain of our own
ATTESTER, ANCHORER, REPORTER = "attester", "anchorer", "reporter"


@dataclass(frozen=True, slots=True)
class Setting:
    """Chain, database and folder of a play, its source of randomness, and by which clock it is played."""

    chain: str
    db: str | None
    home: Path
    randomness: Callable[[int], bytes]
    by_the_clock: bool = False  # the chain's own, which nobody moves
    consensus: Named = ONE_NODE  # of a chain that runs already
    spans: Spans = TOLD


@contextmanager
def opened(scenario: Scenario, setting: Setting, teller: Teller) -> Iterator[tuple[Stage, Workdir]]:
    """The stage with everybody on it, and its folder. Stops everything that it started, however the play ends.

    Raises Unusable before anything is started, Broken and BridgeError afterwards.
    """
    with ExitStack() as stack:
        home = stack.enter_context(new_workdir(setting.home, setting.db))
        check_empty(home.db, setting.randomness)
        if setting.by_the_clock:
            opening = open_by_the_clock(setting.chain, home.folder, setting.consensus)
            node = stack.enter_context(opening)
            home = by_the_clock(home, node.urls)
        else:
            node = stack.enter_context(open_node(setting.chain, GENESIS))
        staff = hire(
            node.client, *(address(development_key(name)) for name in (ATTESTER, ANCHORER))
        )
        people = _people(scenario, staff)
        store_keys(home, _signers(scenario, people))
        deployment = deploy_to_file(
            node.client,
            "0x" + bytes(staff.deployer.account.key).hex(),
            scenario.name,
            staff.offices,
            home.deployment,
            consensus=node.consensus,
        )
        clock = Clock(node.client)
        item = None if scenario.item is None else in_spans(scenario.item, setting.spans)
        told = replace(scenario, item=item)
        seed_books(home.db, told, people, clock.now(), setting.randomness)
        bridge = build(home.config())
        parts = bridge, home.bridge_arguments(anchor_wait_seconds=0.0), home.folder
        slow = home.idle_seconds, QUIET_BY_THE_CLOCK_SECONDS, AWAY_BY_THE_CLOCK_SECONDS
        ring = Ring(*parts, *slow) if setting.by_the_clock else Ring(*parts)
        stage = Stage(
            *(node, clock, home.db, deployment, bridge, ring, people, setting.randomness, teller),
            setting.spans,
            by_the_clock=setting.by_the_clock,
        )
        stack.callback(stage.close)
        stack.enter_context(ring)
        with stage.step("registrar and treasurer", "register everybody and issue their tokens"):
            for party in filter(lambda party: party.capabilities, scenario.cast):
                stage.enrol(party.code, party.capabilities, party.tokens_minor, *party.draws)
        yield stage, home


def _people(scenario: Scenario, staff: Staff) -> dict[str, Person]:
    """Everybody with a key, by role or code."""
    client = staff.deployer.client
    operators = {
        "deployer": staff.deployer,
        "registrar": staff.registrar,
        "treasurer": staff.treasurer,
        "guardian": staff.guardian,
        "arbiter": staff.arbiter,
        REPORTER: staff.reporter,
        ATTESTER: Person(client, development_key(ATTESTER)),
        ANCHORER: Person(client, development_key(ANCHORER)),
    }
    return operators | {
        party.code: operators.get(party.code.lower()) or Person(client, development_key(party.code))
        for party in scenario.cast
    }


def _signers(scenario: Scenario, people: dict[str, Person]) -> dict[str, str]:
    """The keys with which the bridge signs: its offices', and of buyers of the house. Everybody else keeps their own."""
    buyers = [p.code for p in scenario.cast if p.house and p.capabilities & BUYS]
    return {
        name.lower(): "0x" + bytes(people[name].account.key).hex()
        for name in (ATTESTER, ANCHORER, REPORTER, *buyers)
    }


def seed_books(
    db: str,
    scenario: Scenario,
    people: dict[str, Person],
    at: int,
    randomness: Callable[[int], bytes],
) -> None:
    """Writes parties, capital, budgets and the bought item with its stock into empty books."""
    engine = open_engine(db)
    upgrade(engine)
    commands: list[Command] = [
        RegisterParty(
            code="TREASURY",
            name="Treasury",
            kind=PartyKind.TREASURY,
            account=people["treasurer"].address,
        )
    ]
    for party in scenario.cast:
        commands += _books_of(party, people[party.code].address)
    if scenario.item is not None:
        commands += [
            RegisterItem(code=ITEM, name="Steel", unit="kg"),
            OpenStock(entity=BUYER, item=ITEM, quantity=STOCK, value_minor=STOCK_VALUE),
            SetSourcingPolicy(**scenario.item),
        ]
    with transaction(engine) as session:
        for command in commands:
            tell(
                session,
                command,
                at=at,
                salt=randomness(SALT_BYTES),
                actor="founder",
                second="founder-2",
            )
    engine.dispose()


def _books_of(party: Party, account: str) -> list[Command]:
    kind = PartyKind.INTERNAL if party.house else PartyKind.EXTERNAL
    commands: list[Command] = [
        RegisterParty(code=party.code, name=party.name, kind=kind, account=account)
    ]
    if party.house:
        capital = CAPITAL_PER_TOKEN * party.tokens_minor
        commands.append(ContributeCapital(entity=party.code, amount_minor=capital))
    if party.budget_minor:
        commands.append(ApproveBudget(entity=party.code, amount_minor=party.budget_minor))
    return commands
