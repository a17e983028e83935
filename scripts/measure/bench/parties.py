"""What a bet of 128 parties over 12 periods costs the bridge and the books, beside bets of 8 parties over as many: CPU time.

Both are proposed and signed on real contracts, every party is reported in every period, the value added too, and time
settles and pays them. What is measured is all that the bridge in this process does between the first report and the last
booked payout: its walks, the keeper's calls, the ERP's documents and entries, for each party and period. There are so
many bets of 8 that both sides report, settle and pay as many parties: what differs is how many share a bet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bridge.bootstrap import Bridge, build
from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import encode_call
from bridge.config import Config
from erp.database import open_engine, transaction, upgrade
from erp.parties.schemas import PartyKind, RegisterParty
from erp.second_person import tell

from ...deployment.accounts import Person, send_together
from ...deployment.deploy import Offices, deploy_to_file
from ...deployment.workdir import write_keys
from ...devchain.devchain import DevChain, Kind
from ...plays.acts.acts import UNLIMITED, Acts, code_ref
from ...plays.acts.bets import POOL, REPORTED, STAKE, Bet
from .figure import MICRO, Figure

NAME = "bet_128_parties"
MANY, FEW, PERIODS = 128, 8, 12
KIND: Kind = "hardhat"
BATCH = 64  # signed transactions in one request to the node
NODE = 8  # capability
HOUR, DAY = 3_600, 86_400
SPONSOR = "SPONSOR"
LIGHT_SCRYPT = 2
WHOLE_BPS = 10_000


class Unfinished(Exception):
    """A bet of the bench was not settled, paid and booked: there is nothing to measure."""


@dataclass
class House(Acts):
    """A deployed system with a sponsor and parties of bets, and its bridge in this process."""

    node: DevChain
    db: str
    deployment: Deployment
    bridge: Bridge
    people: dict[str, Person]
    clerks_name = "bench"
    randomness = staticmethod(os.urandom)
    codes: tuple[str, ...] = field(default=())

    @cached_property
    def engine(self) -> Engine:
        """The ERP's database, opened by somebody beside the bridge."""
        return open_engine(self.db)

    @property
    def now(self) -> int:
        """Chain time."""
        return self.node.head_time()

    def reach(self, moment: int) -> None:
        """Chain time passes to this moment, where it is not over already."""
        self.node.reach_time(moment)

    def settle(self) -> None:
        """The bridge walks until it finds nothing to do."""
        self.bridge.daemon.until_quiet()

    def close(self) -> None:
        """Nobody has a connection to the databases any more."""
        self.bridge.close()
        self.engine.dispose()

    def together(self, calls: Sequence[tuple[str, str, str, tuple[Any, ...]]]) -> None:
        """Somebody calls contracts, many calls in one request: who, contract, function, arguments."""
        client = self.bridge.client
        for start in range(0, len(calls), BATCH):
            signed = [
                self.people[who].sign(
                    self.deployment.chain_id,
                    self.deployment.address(contract),
                    encode_call(contract, function, args),
                )
                for who, contract, function, args in calls[start : start + BATCH]
            ]
            send_together(client, signed)


def measure(home: Path) -> Figure:
    """Measures `bet_128_parties` on a fresh chain."""
    with DevChain(KIND) as node:
        return measured(node, home, MANY, FEW, PERIODS)


def measured(node: DevChain, home: Path, many: int, few: int, periods: int) -> Figure:
    """What a party and period of a bet of `many` costs, as a multiple of that of bets of `few` with as many in all."""
    house = opened(node, home, many)
    try:
        house.settle()
        large = _cost(house, [Bet(house, **_terms(house.codes, periods))], periods)
        groups = [house.codes[first : first + few] for first in range(0, many, few)]
        small = _cost(house, [Bet(house, **_terms(each, periods)) for each in groups], periods)
    finally:
        house.close()
    note = (
        f"{large * MICRO:,.0f} µs CPU a party and period of {many} × {periods}, {small * MICRO:,.0f} µs of "
        f"{few} × {periods}; floor: a cost that does not grow with the parties"
    )
    return Figure(NAME, "×", large / small, 1.0, large / small, None, note)


def _terms(codes: Sequence[str], periods: int) -> dict[str, Any]:
    share = WHOLE_BPS // len(codes)
    return {
        "pledges": {code: {"shareBps": share} for code in codes}, "periods": periods, "periodSeconds": HOUR,
        "reportSeconds": 5 * DAY,
    }  # fmt: skip


def _cost(house: House, bets: Sequence[Bet], periods: int) -> float:
    """CPU seconds of this process for each party and period, from the reports to the last payout. Raises Unfinished."""
    for bet in bets:
        bet.sign()
    house.settle()
    paid = len(house.documents("bet_payout"))
    house.reach(max(bet.period_end(periods) for bet in bets))
    for bet in bets:
        house.together(list(_reports(house, bet, periods)))
        bet.report_value(POOL)
    began = time.process_time()
    house.settle()
    spent = time.process_time() - began
    for bet in bets:
        bet.settleable()
    began = time.process_time()
    house.settle()
    spent += time.process_time() - began
    parties = sum(len(bet.parties) for bet in bets)
    booked = len(house.documents("bet_payout")) - paid
    if booked != parties:
        raise Unfinished(f"{booked} of {parties} parties were paid")
    return spent / (parties * periods)


def _reports(
    house: House, bet: Bet, periods: int
) -> Iterator[tuple[str, str, str, tuple[Any, ...]]]:
    for period in range(1, periods + 1):
        for code in bet.parties:
            account = house.people[code].address
            told = bet.id, account, period, [REPORTED], bet.pledge(code), house.reference()
            yield "reporter", "BetContracts", "report", told


# ---- the house -----------------------------------------------------------------------------------


def opened(node: DevChain, home: Path, parties: int) -> House:
    """A house with so many parties, known on both sides, with money that bets may draw."""
    client = Client([node.url])
    offices = (
        "deployer",
        "registrar",
        "treasurer",
        "attester",
        "guardian",
        "reporter",
        "arbiter",
        "keeper",
        "anchorer",
    )
    people = {
        name: Person(client, account.private_key)
        for name, account in zip((*offices, SPONSOR), node.accounts, strict=False)
    }
    codes = tuple(f"PARTY-{number}" for number in range(1, parties + 1))
    people |= {code: Person(client, os.urandom(32)) for code in codes}
    path = home / "deployment.json"
    named = Offices(
        people["registrar"].address, people["treasurer"].address, (people["attester"].address,),
        people["guardian"].address, (people["reporter"].address,), (people["arbiter"].address,),
        (people["anchorer"].address,),
    )  # fmt: skip
    deployment = deploy_to_file(client, _key(people["deployer"]), "bench", named, path)
    signers = {name: _key(people[name]) for name in ("attester", "anchorer", "keeper")}
    folder, password = write_keys(home, "bench", signers, LIGHT_SCRYPT)
    db = f"sqlite:///{home / 'bench.db'}"
    config = Config(
        db=db, deployment=path, keystores=folder, password_file=password, anchor_wait_seconds=0.0
    )
    _registered(db, people, codes, node.head_time())
    house = House(node, db, deployment, build(config), people, codes)
    _enrolled(house)
    return house


def _key(person: Person) -> str:
    return "0x" + bytes(person.account.key).hex()


def _registered(db: str, people: dict[str, Person], codes: Sequence[str], at: int) -> None:
    """All are parties in the ERP."""
    engine = open_engine(db)
    upgrade(engine)
    kinds = {
        "TREASURY": PartyKind.TREASURY,
        SPONSOR: PartyKind.EXTERNAL,
        **dict.fromkeys(codes, PartyKind.EXTERNAL),
    }
    with transaction(engine) as session:
        for code, kind in kinds.items():
            account = people["treasurer" if kind is PartyKind.TREASURY else code].address
            told = RegisterParty(code=code, name=code, kind=kind, account=account)
            tell(session, told, at=at, salt=os.urandom(32), actor="bench", second="bench-2")
    engine.dispose()


def _enrolled(house: House) -> None:
    """All are nodes on the chain, have tokens, and let bets draw them."""
    all_of = (SPONSOR, *house.codes)
    account = {code: house.people[code].address for code in all_of}
    spender = house.deployment.address("BetContracts")
    money = 100 * STAKE
    house.together([("registrar", "Participants", "register", (account[c], NODE)) for c in all_of])
    house.together(
        [
            ("treasurer", "SettlementToken", "issue", (account[c], money, code_ref(c)))
            for c in all_of
        ]
    )
    house.together([(c, "SettlementToken", "approve", (spender, UNLIMITED)) for c in all_of])
