"""A bet on a world's chain: from its proposal to the last payout, with reports, disputes, rulings and changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.capabilities.model import ZERO_ACCOUNT, ZERO_REF
from bridge.chain.gateway import Gateway
from bridge.commitments.merkle import MerkleTree
from erp.parties.schemas import PartyKind, RegisterParty
from scripts.deployment.accounts import Person
from tests.world import DAY, UNLIMITED, World

NODE = 8
STAKE, POOL = 1_000_000, 500_000
REPORTED = 110  # between base and stretch
TARGET = {"metric": 1, "followsIndex": False, "weightBps": 10_000, "floor": 50, "base": 100, "stretch": 150}  # fmt: skip
NOBODY: dict[str, Any] = {
    "account": ZERO_ACCOUNT, "stake": 0, "shareBps": 0, "toleranceBps": 0, "slopeBps": 0, "capBps": 0, "targets": [],
}  # fmt: skip
PLACES = {"SPONSOR": 11, "NODE-1": 12, "NODE-2": 13, "NODE-3": 18}  # in the development accounts


def enrol_nodes(world: World) -> None:
    """A sponsor and three nodes with money, known on both sides, that let the newest edition of bets draw it."""
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


class Bet:
    """A bet that the sponsor proposes to nodes, of one period unless told otherwise."""

    def __init__(
        self,
        world: World,
        *,
        pledges: Mapping[str, Mapping[str, Any]] | None = None,
        **changed: Any,
    ) -> None:
        """`pledges`: what each party pledges otherwise than usual. `changed`: terms that are otherwise."""
        self.world = world
        self.changed = dict(pledges) if pledges is not None else {"NODE-1": {}, "NODE-2": {}}
        self.parties = tuple(self.changed)
        made = [self.pledge(code) for code in self.parties]
        self.leaves = [self._view("BetRules", "partyLeaf", pledge) for pledge in made]
        self.tree = MerkleTree(self.leaves)
        self.sign_by = world.now + 5 * DAY
        self.terms = {
            "termsRef": world.reference(), "groupId": 0, "partiesRoot": self.tree.root, "region": ZERO_REF,
            "reporterPost": 2, "arbiterPost": 3, "signBy": self.sign_by, "start": self.sign_by,
            "partyCount": len(self.parties),
            "reportSeconds": 5 * DAY, "disputeSeconds": DAY, "rulingSeconds": 3 * DAY, "valuePool": POOL,
            "indexBaseline": 0, "indexElasticityBps": 0, "indexMaxUpBps": 0, "indexMaxDownBps": 0,
            "periods": 1, "periodSeconds": 30 * DAY, **changed,
        }  # fmt: skip
        receipt = world.transact("SPONSOR", "BetContracts", "proposeBet", self.terms)
        contracts = set(world.deployment.addresses(("BetContracts",))["BetContracts"])
        (log,) = (log for log in receipt["logs"] if log["address"].lower() in contracts)
        self.id = int(log["topics"][1], 16)

    def pledge(self, code: str, **changed: Any) -> dict[str, Any]:
        """What a node pledges."""
        account = self.world.people[code].address
        return {
            "account": account, "stake": STAKE, "shareBps": 5_000, "toleranceBps": 500, "slopeBps": 10_000,
            "capBps": 10_000, "targets": [TARGET], **self.changed.get(code, {}), **changed,
        }  # fmt: skip

    def sign(self, *codes: str) -> None:
        """These sign, or all: then the bet is active."""
        world = self.world
        terms_hash = self._view("BetRules", "hashTerms", self.terms)
        sponsor = world.people["SPONSOR"].address
        bets = world.deployment.address("BetContracts", self.id)
        for code, leaf in zip(self.parties, self.leaves, strict=True):
            if codes and code not in codes:
                continue
            pledge = self.pledge(code)
            hashed = self._view("BetRules", "hashPledge", pledge)
            told = (bets, self.id, sponsor, terms_hash, hashed, self.sign_by)
            digest = self._view("BetRules", "betDigest", *told)
            entry = self._signed(code, pledge, self.tree, leaf, digest, self.sign_by)
            world.transact(code, "BetContracts", "signBet", self.id, entry)

    def _signed(
        self,
        code: str,
        pledge: Mapping[str, Any],
        tree: MerkleTree,
        leaf: bytes,
        digest: bytes,
        deadline: int,
    ) -> dict[str, Any]:
        signed = self.world.people[code].account.unsafe_sign_hash(digest)
        return {
            "terms": pledge,
            "proof": tree.proof(leaf),
            "deadline": deadline,
            "signature": bytes(signed.signature),
        }

    # ---- reports ------------------------------------------------------------------------------

    def period_end(self, period: int) -> int:
        """When a period is over."""
        return int(self.record()["start"]) + period * int(self.terms["periodSeconds"])

    def record(self) -> dict[str, Any]:
        """The bet as the chain has it."""
        (found,) = self.world.bridge.gateway.records([("BetContracts", "bet", (self.id,))])
        return found

    def reach(self, at: int) -> None:
        """Time passes to an instant, where it is not over already."""
        if at > self.world.now:
            self.world.node.reach_time(at)

    def report(self, code: str, period: int, *values: int, pledge: Any = None) -> None:
        """The reporter tells what a party reached."""
        self._tell("report", "reporter", code, period, values, pledge)

    def rule(self, code: str, period: int, *values: int, pledge: Any = None) -> None:
        """The arbiter rules what a party reached."""
        self._tell("rule", "arbiter", code, period, values, pledge)

    def report_value(self, value: int) -> None:
        """The reporter tells the value added."""
        self._report(ZERO_ACCOUNT, 0, [value], NOBODY)

    def report_index(self, period: int, value: int) -> None:
        """The reporter tells the index of a period."""
        self._report(ZERO_ACCOUNT, period, [value], NOBODY)

    def dispute(self, who: str, subject: str, period: int) -> None:
        """Somebody disputes the report on a party, or that there is none."""
        account = self.world.people[subject].address
        values = (self.id, account, period, self.world.reference())
        self.world.transact(who, "BetContracts", "dispute", *values)

    def withdraw_dispute(self, who: str, subject: str, period: int) -> None:
        """It takes its dispute back."""
        account = self.world.people[subject].address
        self.world.transact(who, "BetContracts", "withdrawDispute", self.id, account, period)

    def _tell(
        self, function: str, who: str, code: str, period: int, values: Sequence[int], pledge: Any
    ) -> None:
        account = self.world.people[code].address
        terms = pledge if pledge is not None else self.pledge(code)
        told = (self.id, account, period, list(values), terms, self.world.reference())
        self.world.transact(who, "BetContracts", function, *told)

    def _report(self, account: str, period: int, values: list[int], terms: dict[str, Any]) -> None:
        told = (self.id, account, period, values, terms, self.world.reference())
        self.world.transact("reporter", "BetContracts", "report", *told)

    def perform(self) -> None:
        """The first period passes; the reporter tells what all did and what was added."""
        self.reach(self.period_end(1))
        for code in self.parties:
            self.report(code, 1, REPORTED)
        self.report_value(POOL)

    # ---- changes ------------------------------------------------------------------------------

    def amend(
        self,
        going_on: Mapping[str, Mapping[str, Any]],
        *,
        from_period: int,
        periods: int | None = None,
        leaver: str | None = None,
        newcomer: str | None = None,
        sign_by: int | None = None,
    ) -> dict[str, dict[str, Any]]:
        """The sponsor proposes a change, all who go on sign it, who leaves agrees; what each pledges from then on."""
        world, people = self.world, self.world.people
        made = {code: self.pledge(code, **changed) for code, changed in going_on.items()}
        leaves = {
            code: self._view("BetRules", "partyLeaf", pledge) for code, pledge in made.items()
        }
        tree = MerkleTree(list(leaves.values()))
        record = self.record()
        change = {
            "partiesRoot": tree.root,
            "termsRef": world.reference(),
            "leaver": people[leaver].address if leaver else ZERO_ACCOUNT,
            "newcomer": people[newcomer].address if newcomer else ZERO_ACCOUNT,
            "start": int(record["start"]),
            "periods": periods or int(record["periods"]),
            "fromPeriod": from_period,
            "signBy": sign_by or self.period_end(from_period),
        }
        bets = world.deployment.address("BetContracts", self.id)
        world.transact(
            "SPONSOR", "BetAmendments", "proposeAmendment", bets, self.id, self.terms, change
        )
        told = world.bridge.gateway.logged("BetAmendments", "BetAmendmentProposed", bets, self.id)
        number = int(told[-1]["amendmentId"])
        read = ("BetAmendments", "amendment", (bets, self.id, number))
        hashed = world.bridge.gateway.records([read])[0]["changeHash"]
        for code, pledge in made.items():
            own = self._view("BetRules", "hashPledge", pledge)
            told = (bets, self.id, number, hashed, own, change["signBy"])
            digest = self._view("BetRules", "amendmentDigest", *told)
            entry = self._signed(code, pledge, tree, leaves[code], digest, int(change["signBy"]))
            signed = (bets, self.id, number, entry)
            world.transact(code, "BetAmendments", "signAmendment", *signed)
        if leaver:
            granted = (bets, self.id, number, world.reference())
            world.transact(leaver, "BetAmendments", "grantLeave", *granted)
        return made

    def end_by_consent(self, *codes: str) -> None:
        """These agree that it is over; the last of all settles it."""
        world = self.world
        bets = world.deployment.address("BetContracts", self.id)
        deadline = world.now + DAY
        for code in codes:
            account = world.people[code].address
            round_ = self._view("BetAmendments", "endRoundOf", bets, self.id)
            digest = self._view("BetRules", "endDigest", bets, self.id, round_, account, deadline)
            signed = bytes(world.people[code].account.unsafe_sign_hash(digest).signature)
            told = (bets, self.id, account, deadline, signed)
            world.transact(code, "BetAmendments", "endByConsent", *told)

    # ---- end ----------------------------------------------------------------------------------

    def settleable(self) -> None:
        """All windows pass."""
        (at,) = self.world.bridge.gateway.view("BetContracts", "settleableAt", self.id)
        self.reach(int(at))

    def end(self) -> None:
        """All windows pass; the bet is settled, and everybody takes what is theirs."""
        self.settleable()
        self.world.transact("RIVAL", "BetContracts", "settleBet", self.id)
        for code in self.parties:
            account = self.world.people[code].address
            self.world.transact("RIVAL", "BetContracts", "withdrawFor", self.id, account)

    def _view(self, contract: str, function: str, *args: Any) -> Any:
        gateway = Gateway(
            self.world.bridge.client, self.world.deployment, {}, {(contract, function): None}
        )
        return gateway.view(contract, function, *args)[0]
