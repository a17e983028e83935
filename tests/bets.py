"""A small bet on a world's chain: one period, one target a party, from its proposal to the last payout."""

from __future__ import annotations

from typing import Any

from bridge.capabilities.model import ZERO_ACCOUNT, ZERO_REF
from bridge.chain.gateway import Gateway
from bridge.commitments.merkle import MerkleTree
from erp.parties.schemas import PartyKind, RegisterParty
from scripts.deployment.accounts import Person
from scripts.deployment.deploy import unfollowed_custodians
from tests.world import DAY, UNLIMITED, World

NODE = 8
STAKE, POOL = 1_000_000, 500_000
REPORTED = 110  # between base and stretch
TARGET = {"metric": 1, "followsIndex": False, "weightBps": 10_000, "floor": 50, "base": 100, "stretch": 150}  # fmt: skip
NOBODY: dict[str, Any] = {
    "account": ZERO_ACCOUNT, "stake": 0, "shareBps": 0, "toleranceBps": 0, "slopeBps": 0, "capBps": 0, "targets": [],
}  # fmt: skip
PLACES = {"SPONSOR": 11, "NODE-1": 12, "NODE-2": 13}  # in the development accounts


def enrol_nodes(world: World) -> None:
    """Three nodes with money, known on both sides, that let the newest edition of bets draw it."""
    give_books(world)
    for code, place in PLACES.items():
        person = Person(world.bridge.client, world.node.accounts[place].private_key)
        world.people[code] = person
        world.erp(
            RegisterParty(code=code, name=code, kind=PartyKind.EXTERNAL, account=person.address)
        )
        world.transact("registrar", "Participants", "register", person.address, NODE)
        ref = "0x" + code.encode().hex().ljust(64, "0")
        world.transact("treasurer", "SettlementToken", "issue", person.address, 10 * STAKE, ref)
    approve(world)


def approve(world: World) -> None:
    """The nodes let the newest edition of bets draw their money."""
    for code in PLACES:
        spender = world.deployment.address("BetContracts")
        world.transact(code, "SettlementToken", "approve", spender, UNLIMITED)


def give_books(world: World) -> None:
    """Every contract that the ERP does not book yet becomes a party of it, in each edition, once."""
    known = {d.fields["account"] for d in world.documents("party")}
    for name, account in unfollowed_custodians(world.deployment).items():
        if account not in known:
            party = RegisterParty(code=name, name=name, kind=PartyKind.EXTERNAL, account=account)
            world.erp(party)


class Bet:
    """A bet that the sponsor proposes to both nodes."""

    def __init__(self, world: World, group_id: int = 0) -> None:
        self.world = world
        self.parties = ("NODE-1", "NODE-2")
        pledges = [self.pledge(code) for code in self.parties]
        self.leaves = [self._view("BetRules", "partyLeaf", pledge) for pledge in pledges]
        self.tree = MerkleTree(self.leaves)
        self.sign_by = world.now + 5 * DAY
        self.terms = {
            "termsRef": world.reference(), "groupId": group_id, "partiesRoot": self.tree.root, "region": ZERO_REF,
            "reporterPost": 2, "arbiterPost": 3, "signBy": self.sign_by, "start": self.sign_by, "partyCount": 2,
            "reportSeconds": 5 * DAY, "disputeSeconds": DAY, "rulingSeconds": 3 * DAY, "valuePool": POOL,
            "indexBaseline": 0, "indexElasticityBps": 0, "indexMaxUpBps": 0, "indexMaxDownBps": 0,
            "periods": 1, "periodSeconds": 30 * DAY,
        }  # fmt: skip
        receipt = world.transact("SPONSOR", "BetContracts", "proposeBet", self.terms)
        contracts = set(world.deployment.addresses(("BetContracts",))["BetContracts"])
        (log,) = (log for log in receipt["logs"] if log["address"].lower() in contracts)
        self.id = int(log["topics"][1], 16)

    def pledge(self, code: str) -> dict[str, Any]:
        """What a node pledges."""
        account = self.world.people[code].address
        return {
            "account": account, "stake": STAKE, "shareBps": 5_000, "toleranceBps": 500, "slopeBps": 10_000,
            "capBps": 10_000, "targets": [TARGET],
        }  # fmt: skip

    def sign(self) -> None:
        """Both nodes sign: the bet is active."""
        world = self.world
        terms_hash = self._view("BetRules", "hashTerms", self.terms)
        sponsor = world.people["SPONSOR"].address
        bets = world.deployment.address("BetContracts", self.id)
        for code, leaf in zip(self.parties, self.leaves, strict=True):
            pledge = self.pledge(code)
            hashed = self._view("BetRules", "hashPledge", pledge)
            told = (bets, self.id, sponsor, terms_hash, hashed, self.sign_by)
            digest = self._view("BetRules", "betDigest", *told)
            signed = world.people[code].account.unsafe_sign_hash(digest)
            entry = {
                "terms": pledge,
                "proof": self.tree.proof(leaf),
                "deadline": self.sign_by,
                "signature": bytes(signed.signature),
            }
            world.transact(code, "BetContracts", "signBet", self.id, entry)

    def perform(self) -> None:
        """The period passes; the reporter tells what both did and what was added."""
        world = self.world
        world.node.reach_time(self.sign_by + 30 * DAY)
        for code in self.parties:
            account = world.people[code].address
            self._report(account, 1, REPORTED, self.pledge(code))
        self._report(ZERO_ACCOUNT, 0, POOL, NOBODY)

    def end(self) -> None:
        """All windows pass; the bet is settled, and everybody takes what is theirs."""
        world = self.world
        (at,) = world.bridge.gateway.view("BetContracts", "settleableAt", self.id)
        world.node.reach_time(int(at))
        world.transact("RIVAL", "BetContracts", "settleBet", self.id)
        for code in self.parties:
            account = world.people[code].address
            world.transact("RIVAL", "BetContracts", "withdrawFor", self.id, account)

    def _report(self, account: str, period: int, value: int, terms: dict[str, Any]) -> None:
        values = (self.id, account, period, [value], terms, self.world.reference())
        self.world.transact("reporter", "BetContracts", "report", *values)

    def _view(self, contract: str, function: str, *args: Any) -> Any:
        gateway = Gateway(
            self.world.bridge.client, self.world.deployment, {}, {(contract, function): None}
        )
        return gateway.view(contract, function, *args)[0]
