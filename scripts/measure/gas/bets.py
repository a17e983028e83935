"""Bets of 2 and of 128 parties: what a report, a settlement and a payout cost must not depend on how many there are."""

from __future__ import annotations

from typing import Any

from bridge.commitments.merkle import MerkleTree

from ...deployment.accounts import Person
from .world import NODE, Measured, World, signature

DAY = 86_400
STAKE = 1_000_000
NOBODY = "0x" + "00" * 20  # the subject of index and value added
POOL = 5_000_000
REPORTED = 110  # between base and stretch
TARGET = {
    "metric": 1,
    "followsIndex": False,
    "weightBps": 10_000,
    "floor": 50,
    "base": 100,
    "stretch": 150,
}


def measure(world: World, parties: int) -> list[Measured]:
    """Gas of each act on a bet of so many parties; of a party that is neither first nor last."""
    bet = _Bet(world, parties)
    bet.sign()
    return [*bet.perform(), *bet.end()]


class _Bet:
    def __init__(self, world: World, parties: int) -> None:
        self._world = world
        spender = "BetContracts"
        self._sponsor = world.enrol(f"sponsor of {parties}", NODE, spender)
        self._parties = [
            world.enrol(f"party {i} of {parties}", NODE, spender) for i in range(parties)
        ]
        self._leaves = [world.view("BetRules", "partyLeaf", self._pledge(p)) for p in self._parties]
        self._tree = MerkleTree(self._leaves)
        self._sign_by = world.now + DAY
        self._bet = self._propose()

    def _propose(self) -> int:
        terms = {
            "termsRef": self._world.reference(),
            "groupId": 0,
            "partiesRoot": self._tree.root,
            "region": b"\0" * 32,
            "reporterPost": self._post("REPORTER"),
            "arbiterPost": self._post("ARBITER"),
            "signBy": self._sign_by,
            "start": self._sign_by,
            "partyCount": len(self._parties),
            "reportSeconds": DAY,
            "disputeSeconds": DAY,
            "rulingSeconds": DAY,
            "valuePool": POOL,
            "indexBaseline": 0,
            "indexElasticityBps": 0,
            "indexMaxUpBps": 0,
            "indexMaxDownBps": 0,
            "periods": 1,
            "periodSeconds": 30 * DAY,
        }
        self._call(self._sponsor, "proposeBet", terms)
        (proposed,) = self._world.logs("BetContracts", "BetProposed", self._sponsor.address)
        return int(proposed["topics"][1], 16)

    def _post(self, office: str) -> int:
        """Returns the first post of an office."""
        return next(post.id for post in self._world.deployment.posts_of(office).values())

    def sign(self) -> None:
        """Sends BetContracts.signBet for every party."""
        deadline = self._sign_by
        for person, leaf in zip(self._parties, self._leaves, strict=True):
            pledge = self._pledge(person)
            hashed = self._world.view("BetRules", "hashPledge", pledge)
            digest = self._world.view("BetLens", "betDigest", self._bet, hashed, deadline)
            signed = {
                "terms": pledge,
                "proof": self._tree.proof(leaf),
                "deadline": deadline,
                "signature": signature(person, digest),
            }
            self._call(person, "signBet", self._bet, signed)

    def perform(self) -> list[Measured]:
        """Returns the gas of report, dispute and ruling on a party's figures, and of the report of the value added."""
        world = self._world
        first, second = self._parties[:2]
        world.node.reach_time(self._sign_by + 30 * DAY)
        reporter, arbiter = world.reporter, world.arbiter
        self._call(reporter, "report", *self._figures(first))
        return [
            self._measured(reporter, "report", *self._figures(second)),
            self._measured(second, "dispute", self._bet, second.address, 1, world.reference()),
            self._measured(arbiter, "rule", *self._figures(second)),
            self._measured(reporter, "report", *self._value(), label="report the value added"),
        ]

    def end(self) -> list[Measured]:
        """Returns the gas of settleBet and of one withdraw."""
        world = self._world
        world.node.reach_time(int(world.view("BetContracts", "settleableAt", self._bet)))
        settled = self._measured(world.deployer, "settleBet", self._bet)
        first = self._parties[0]
        paid = self._measured(first, "withdrawFor", self._bet, first.address)
        return [settled, paid]

    def _figures(self, person: Person) -> tuple[Any, ...]:
        terms = self._pledge(person)
        return self._bet, person.address, 1, [REPORTED], terms, self._world.reference()

    def _value(self) -> tuple[Any, ...]:
        terms = {**self._pledge(self._parties[0]), "targets": []}
        return self._bet, NOBODY, 0, [POOL], terms, self._world.reference()

    @staticmethod
    def _pledge(person: Person) -> dict[str, Any]:
        return {
            "account": person.address,
            "stake": STAKE,
            "shareBps": 5_000,
            "toleranceBps": 500,
            "slopeBps": 10_000,
            "capBps": 10_000,
            "targets": [TARGET],
        }

    def _call(self, person: Person, function: str, *args: Any) -> int:
        return self._world.call(person, "BetContracts", function, *args)

    def _measured(self, person: Person, function: str, *args: Any, label: str = "") -> Measured:
        return Measured(label or function, self._call(person, function, *args))
