"""A bet as its sponsor, parties, reporter and arbiter play it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from house import DAY, HOUR, POSTS, House, reference
from signing import sign

from bridge.commitments.merkle import MerkleTree

WHOLE = 10_000  # basis points
NOBODY = "0x" + "00" * 20
NO_TERMS = (NOBODY, 0, 0, 0, 0, 0, [])  # what a report of the value added brings along
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
    periods: int = 1
    lists: dict[int, dict[str, tuple[Any, ...]]] = field(
        default_factory=dict
    )  # amendment -> role -> PartyTerms
    changes: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # amendment -> ChangeTerms
    in_force: dict[tuple[str, int], tuple[Any, ...]] = field(
        default_factory=dict
    )  # from an amended period on

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
        posts = (b"\0" * 32, POSTS["reporter"], POSTS["arbiter"])
        windows = (self.start, self.start, len(self.pledges), DAY, DAY, DAY)
        figures = (pool, 0, 0, 0, 0, periods, period)
        self.periods = periods
        self.terms = (reference(), group, self.tree.root, *posts, *windows, *figures)
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
        return self.contract.signBet(self.id, (pledge, proof, deadline, signature), by)

    @property
    def amendments(self) -> Any:
        """The contract in which all sign what changes."""
        return self.house.contracts["BetAmendments"]

    def amend(self, proposer: str, lists: dict[str, Sequence[Target]], from_period: int) -> int:
        """A party proposes new targets for all; the amendment's number."""
        house = self.house
        pledges = {r: (*self.pledges[r][:-1], list(targets)) for r, targets in lists.items()}
        root = MerkleTree(list(self._leaves_of(pledges).values())).root
        sign_by = house.chain[-1].timestamp + DAY
        dates = (self.start, self.periods, from_period, sign_by)
        change = (root, reference(), NOBODY, NOBODY, *dates)
        arguments = (self.contract, self.id, self.terms, change)
        sent = self.amendments.proposeAmendment(*arguments, house.by(proposer))
        number = int(sent.events["BetAmendmentProposed"]["amendmentId"])
        self.lists[number], self.changes[number] = pledges, change
        return number

    def _leaves_of(self, pledges: dict[str, tuple[Any, ...]]) -> dict[str, bytes]:
        leaf = self.house.contracts["BetRules"].partyLeaf
        return {role: bytes(leaf(terms)) for role, terms in pledges.items()}

    def sign_amendment(self, number: int, role: str) -> Any:
        """A party signs its new terms; the last signature brings them into force."""
        house, pledges, change = self.house, self.lists[number], self.changes[number]
        deadline = house.chain[-1].timestamp + HOUR
        signed = (self.id, number, change, pledges[role], deadline)
        signature = sign(house, role, "BetContracts", "AmendmentSignature", signed)
        leaves = self._leaves_of(pledges)
        proof = MerkleTree(list(leaves.values())).proof(leaves[role])
        pledge = (pledges[role], proof, deadline, signature)
        arguments = (self.contract, self.id, number, pledge, house.by("stranger"))
        sent = self.amendments.signAmendment(*arguments)
        if "BetAmendmentAgreed" in sent.events:
            for period in range(change[6], self.periods + 1):
                self.in_force |= {(r, period): terms for r, terms in pledges.items()}
        return sent

    def sign_end(self, role: str) -> Any:
        """A party or the sponsor agrees that the bet is over; the last signature settles it."""
        house, deadline = self.house, self.house.chain[-1].timestamp + HOUR
        round_ = self.amendments.endRoundOf(self.contract, self.id)
        signed = (self.id, round_, house[role].address, deadline)
        signature = sign(house, role, "BetContracts", "EndSignature", signed)
        arguments = (self.contract, self.id, house[role], deadline, signature)
        return self.amendments.endByConsent(*arguments, house.by("stranger"))

    def end_of(self, period: int) -> None:
        """Time passes to the end of a period."""
        self.house.wait_until(self.start + period * self.period)

    def report(self, role: str, period: int, *values: int) -> Any:
        """The reporter gives a party's figures."""
        house = self.house
        terms = self.in_force.get((role, period), self.pledges[role])
        arguments = (self.id, house[role], period, values, terms, reference())
        return self.contract.report(*arguments, house.by("reporter"))

    def rule(self, role: str, period: int, *values: int) -> Any:
        """The arbiter says what a party's disputed figures are."""
        house = self.house
        terms = self.in_force.get((role, period), self.pledges[role])
        arguments = (self.id, house[role], period, values, terms, reference())
        return self.contract.rule(*arguments, house.by("arbiter"))

    def value(self, amount: int) -> Any:
        """The reporter gives the value added."""
        arguments = (self.id, NOBODY, 0, [amount], NO_TERMS, reference())
        return self.contract.report(*arguments, self.house.by("reporter"))

    def settle(self) -> Any:
        """When the last window is over a stranger settles."""
        self.house.wait_until(self.contract.settleableAt(self.id))
        return self.contract.settleBet(self.id, self.house.by("stranger"))

    def withdraw(self, role: str) -> Any:
        """A party takes what is its; the event."""
        sent = self.contract.withdrawFor(self.id, self.house[role], self.house.by(role))
        return sent.events["BetPayoutWithdrawn"]


def pledge(
    house: House, role: str, stake: int, share: int, *targets: Target, tolerance: int = 0
) -> tuple[Any, ...]:
    """What a party pledges: a shortfall costs as large a part of its stake."""
    return (house[role].address, stake, share, tolerance, WHOLE, WHOLE, list(targets))
