"""A bet as its sponsor, parties, reporter and arbiter play it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from house import DAY, HOUR, House, reference
from signing import sign

from bridge.commitments.merkle import MerkleTree

WHOLE = 10_000  # basis points
Target = tuple[int, bool, int, int, int, int]  # metric, follows index, weight, floor, base, stretch


def at_most(base: int, floor: int, weight: int = WHOLE) -> Target:
    """Kept at the base, missed whole at the floor: zero defects is at_most(0, 1)."""
    return (1, False, weight, floor, base, base)


def at_least(base: int, stretch: int, weight: int = WHOLE) -> Target:
    """Missed whole at nothing, kept at the base, surpassed at the stretch."""
    return (2, False, weight, 0, base, stretch)


@dataclass
class Bet:
    """One bet of a house."""

    house: House
    pledges: dict[str, tuple[Any, ...]]  # role -> PartyTerms
    sponsor: str
    terms: tuple[Any, ...] = ()
    id: int = 0
    start: int = 0
    period: int = 0
    lists: dict[int, dict[str, Sequence[Target]]] = field(default_factory=dict)

    @property
    def contract(self) -> Any:
        """The contract that holds it."""
        return self.house.contracts["BetContracts"]

    def propose(self, pool: int, periods: int = 1, period: int = 10 * DAY, group: int = 0) -> Any:
        """The sponsor proposes and pays the pool in."""
        house = self.house
        rules = house.contracts["BetRules"]
        self.leaves = {r: bytes(rules.partyLeaf(p)) for r, p in self.pledges.items()}
        self.tree = MerkleTree(list(self.leaves.values()))
        self.start, self.period = house.chain[-1].timestamp + DAY, period
        people = (house["reporter"].address, self.start, self.start, len(self.pledges))
        windows = (house["arbiter"].address, DAY, DAY, DAY)
        figures = (pool, 0, 0, 0, 0, periods, period)
        self.terms = (reference(), group, self.tree.root, *people, *windows, *figures)
        sent = self.contract.proposeBet(self.terms, house.by(self.sponsor))
        self.id = int(sent.events["BetProposed"]["betId"])
        return sent

    def sign(self, role: str) -> Any:
        """A party signs, and a stranger brings the signature in."""
        house, pledge = self.house, self.pledges[role]
        deadline = house.chain[-1].timestamp + HOUR
        sponsor = house[self.sponsor].address
        signed = (self.id, sponsor, self.terms, pledge, deadline)
        signature = sign(house, role, "BetContracts", "BetSignature", signed)
        proof = self.tree.proof(self.leaves[role])
        by = house.by("stranger")
        return self.contract.signBet(self.id, pledge, proof, deadline, signature, by)

    def amend(self, proposer: str, lists: dict[str, Sequence[Target]], from_period: int) -> int:
        """A party proposes new targets for all; the amendment's number."""
        house = self.house
        self.roots = MerkleTree(list(self._targets(lists).values()))
        sign_by = house.chain[-1].timestamp + DAY
        terms = (self.roots.root, reference(), from_period, sign_by)
        sent = self.contract.proposeAmendment(self.id, *terms, house.by(proposer))
        number = int(sent.events["BetAmendmentProposed"]["amendmentId"])
        self.lists[number], self.amended = lists, terms
        return number

    def _targets(self, lists: dict[str, Sequence[Target]]) -> dict[str, bytes]:
        leaf = self.house.contracts["BetRules"].targetsLeaf
        return {r: bytes(leaf(self.house[r], targets)) for r, targets in lists.items()}

    def sign_amendment(self, number: int, role: str) -> Any:
        """A party signs new targets."""
        house, lists = self.house, self.lists[number]
        deadline, account = house.chain[-1].timestamp + HOUR, house[role].address
        root, ref, from_period, _ = self.amended
        signed = (self.id, number, root, ref, from_period, account, lists[role], deadline)
        signature = sign(house, role, "BetContracts", "AmendmentSignature", signed)
        proof = self.roots.proof(self._targets(lists)[role])
        arguments = (self.id, number, account, lists[role], proof, deadline, signature)
        return self.contract.signAmendment(*arguments, house.by("stranger"))

    def end_of(self, period: int) -> None:
        """Time passes to the end of a period."""
        self.house.wait_until(self.start + period * self.period)

    def report(self, role: str, period: int, *values: int) -> Any:
        """The reporter gives a party's figures."""
        house = self.house
        arguments = (self.id, house[role], period, values, reference())
        return self.contract.reportPerformance(*arguments, house.by("reporter"))

    def value(self, amount: int) -> Any:
        """The reporter gives the value added."""
        return self.contract.reportValue(self.id, amount, reference(), self.house.by("reporter"))

    def settle(self) -> Any:
        """When the last window is over a stranger settles."""
        self.house.wait_until(self.contract.settleableAt(self.id))
        return self.contract.settleBet(self.id, self.house.by("stranger"))

    def withdraw(self, role: str) -> Any:
        """A party takes what is its; the event."""
        sent = self.contract.withdraw(self.id, self.house.by(role))
        return sent.events["BetPayoutWithdrawn"]


def pledge(
    house: House, role: str, stake: int, share: int, *targets: Target, tolerance: int = 0
) -> tuple[Any, ...]:
    """What a party pledges: a shortfall costs as large a part of its stake."""
    return (house[role].address, stake, share, tolerance, WHOLE, WHOLE, list(targets))
