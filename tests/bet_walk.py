"""A random bet on a world's chain: drawn terms, reports, disputes, rulings, changes and an end, step by step.

`WalkingBet.steps()` does one thing on chain after the other and says what it did; a test looks at the books between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bridge.capabilities.model import ZERO_ACCOUNT, ZERO_REF
from bridge.chain.gateway import Gateway
from bridge.commitments.merkle import MerkleTree
from erp.parties.schemas import PartyKind, RegisterParty
from scripts.deployment.accounts import Person
from tests.bets import NOBODY, NODE
from tests.world import DAY, UNLIMITED, World

BPS = 10_000
SPONSOR = "SPONSOR"
PLACES = {SPONSOR: 11, "NODE-1": 12, "NODE-2": 13, "NODE-3": 14, "NODE-4": 15}
MONEY = 20_000_000
MAX_VALUE = 2**60
REPORT, DISPUTE, RULING, PERIOD = 5 * DAY, DAY, 3 * DAY, 30 * DAY
STORM_STANDS = 4 * DAY  # after its declaration, when nobody disputes it
MAX_CHANGES = 3  # amendments of one walk


def enrol(world: World) -> None:
    """A sponsor and four nodes with money, known on both sides, that let bets draw it."""
    for code, place in PLACES.items():
        person = Person(world.bridge.client, world.node.accounts[place].private_key)
        world.people[code] = person
        world.erp(
            RegisterParty(code=code, name=code, kind=PartyKind.EXTERNAL, account=person.address)
        )
        world.transact("registrar", "Participants", "register", person.address, NODE)
        ref = "0x" + code.encode().hex().ljust(64, "0")
        world.transact("treasurer", "SettlementToken", "issue", person.address, MONEY, ref)
        spender = world.deployment.address("BetContracts")
        world.transact(code, "SettlementToken", "approve", spender, UNLIMITED)


def look(world: World, contract: str, function: str, *args: Any) -> tuple[Any, ...]:
    """Reads the newest edition of a contract."""
    gateway = Gateway(world.bridge.client, world.deployment, {}, {(contract, function): None})
    return gateway.view(contract, function, *args)


def record(world: World, contract: str, function: str, *args: Any) -> dict[str, Any]:
    """Reads a struct of the newest edition of a contract, by the names of its members."""
    gateway = Gateway(world.bridge.client, world.deployment, {}, {(contract, function): None})
    return gateway.records([(contract, function, args)])[0]


@dataclass
class Seat:
    """A party of the walk: what it pledged from which period on, and until when it goes on."""

    code: str
    pledges: list[tuple[int, dict[str, Any]]]
    last: int | None = None  # its last period, where it left
    reported: set[int] = field(default_factory=set)

    def pledge(self, period: int) -> dict[str, Any]:
        """What is in force in a period."""
        return [pledge for start, pledge in self.pledges if start <= period][-1]

    def is_in(self, period: int) -> bool:
        """True when the period counts for it."""
        return self.pledges[0][0] <= period and (self.last is None or period <= self.last)


class WalkingBet:
    """A bet whose life is drawn."""

    def __init__(self, world: World, draw: Random) -> None:
        self.world, self.draw = world, draw
        self.id = 0
        self.changes = 0
        self.somebody_left = False
        self.periods = draw.randint(1, 3)
        self.sign_by = world.now + 5 * DAY
        self.start = self.sign_by + draw.randint(0, 3) * DAY
        codes = [code for code in PLACES if code != SPONSOR]
        self.waiting = codes[draw.randint(2, 3) :]  # who may join later
        self.seats = [Seat(c, [(1, self._pledge(c))]) for c in codes if c not in self.waiting]
        if draw.random() < 0.3:
            self.seats[0] = Seat(SPONSOR, [(1, self._pledge(SPONSOR))])
            self.waiting.insert(0, codes[0])
        self.indexed = draw.random() < 0.5
        self.region = world.reference() if draw.random() < 0.5 else ZERO_REF
        self.terms: dict[str, Any] = {}

    # ---- the walk -----------------------------------------------------------------------------

    def steps(self) -> Iterator[str]:
        """One thing after the other; what was done."""
        yield self._propose()
        for seat in self.seats:
            self._sign(seat)
            yield f"{seat.code} signs"
        if self._chance(0.4):
            yield from self._change(1)
        period = 1
        while period <= self.periods:
            yield from self._run(period)
            if self._chance(0.1):
                yield from self._end_by_consent()
                return
            period += 1
        (at,) = look(self.world, "BetContracts", "settleableAt", self.id)
        self._reach(int(at))
        yield "the last window is over"

    def _run(self, period: int) -> Iterator[str]:
        self._reach(self.start + (period - 1) * PERIOD)
        if self.indexed and self._chance(0.8):
            index = self.draw.choice([0, 1, self.draw.randint(0, 3_000)])
            yield from self._heard(ZERO_ACCOUNT, period, index, NOBODY)
        if self.region != ZERO_REF and self._chance(0.8):
            yield from self._storm(period)
        if self._chance(0.4):
            payer = self.draw.choice([SPONSOR, "NODE-1"])
            amount = self.draw.randint(1, 300_000)
            self.world.transact(payer, "BetContracts", "topUpPool", self.id, amount)
            yield f"{payer} pays {amount} into the pool"
        if self._chance(0.6):
            yield from self._change(min(period + self.draw.randint(0, 1), self.periods))
        self._reach(self.start + period * PERIOD)
        seats = [seat for seat in self.seats if seat.is_in(period)]
        for seat in self.draw.sample(seats, len(seats)):
            if self._chance(0.8):
                yield from self._perform(seat, period)
        if period == self.periods and self._chance(0.8):
            yield from self._value()
        if self._chance(0.3):
            yield from self._silence(period, seats)

    def _storm(self, period: int) -> Iterator[str]:
        """Days that nobody answers for; before the reports of the period they stand, or not yet."""
        world = self.world
        self._reach(self.start + (period - 1) * PERIOD + self.draw.randint(9, 20) * DAY)
        days = self.draw.randint(1, 6)
        first = world.now // DAY - days + 1
        values = (self.region, first, days, world.reference())
        world.transact("reporter", "ForceMajeure", "declare", *values)
        yield f"a storm of {days} days in period {period}"
        if self._chance(0.8):
            self._reach(world.now + STORM_STANDS)
            yield "the storm stands"

    def _perform(self, seat: Seat, period: int) -> Iterator[str]:
        pledge = seat.pledge(period)
        seat.reported.add(period)
        yield from self._heard(pledge["account"], period, self._values(pledge), pledge)

    def _value(self) -> Iterator[str]:
        pool = record(self.world, "BetContracts", "bet", self.id)["valuePool"]
        yield from self._heard(ZERO_ACCOUNT, 0, self.draw.randint(0, pool), NOBODY)

    def _silence(self, period: int, seats: Sequence[Seat]) -> Iterator[str]:
        """Nobody reported a party in time; it is disputed, and the arbiter rules."""
        silent = [seat for seat in seats if period not in seat.reported]
        if not silent:
            return
        self._reach(self.start + period * PERIOD + REPORT)
        seat = silent[0]
        pledge = seat.pledge(period)
        yield from self._disputed(pledge["account"], period, self._values(pledge), pledge)

    def _heard(
        self, subject: str, period: int, values: int | list[int], terms: dict[str, Any]
    ) -> Iterator[str]:
        """A report, and perhaps its dispute."""
        told = [values] if isinstance(values, int) else values
        self._tell("reporter", "report", subject, period, told, terms)
        yield f"reported of {subject} in period {period}: {told}"
        if self._chance(0.4):
            again = self._values(terms) if terms["targets"] else [self.draw.randint(0, told[0])]
            yield from self._disputed(subject, period, again, terms)

    def _disputed(
        self, subject: str, period: int, values: list[int], terms: dict[str, Any]
    ) -> Iterator[str]:
        codes = [seat.code for seat in self.seats]
        by, other = self.draw.sample([*codes, *({SPONSOR} - set(codes))], 2)
        self._dispute(by, subject, period)
        yield f"{by} disputes {subject} in period {period}"
        if self._chance(0.2):
            self.world.transact(by, "BetContracts", "withdrawDispute", self.id, subject, period)
            yield f"{by} withdraws its dispute"
            if self._chance(0.5):
                return
            self._dispute(other, subject, period)
            yield f"{other} disputes it again"
        elif self._chance(0.3):
            self._dispute(other, subject, period)
            yield f"{other} joins the dispute"
        if self._chance(0.8):
            self._tell("arbiter", "rule", subject, period, values, terms)
            yield f"ruled: {values}"

    # ---- how it begins, changes and ends by consent -------------------------------------------

    def _propose(self) -> str:
        world, draw = self.world, self.draw
        leaves = [self._view("BetRules", "partyLeaf", seat.pledge(1)) for seat in self.seats]
        self.leaves = leaves
        self.tree = MerkleTree(leaves)
        index = draw.randint(1, 2_000) if self.indexed else 0
        self.terms = {
            "termsRef": world.reference(), "groupId": 0, "partiesRoot": self.tree.root, "region": self.region,
            "reporterPost": 2, "arbiterPost": 3, "signBy": self.sign_by, "start": self.start,
            "partyCount": len(self.seats), "reportSeconds": REPORT, "disputeSeconds": DISPUTE,
            "rulingSeconds": RULING, "valuePool": draw.choice([0, draw.randint(1, 1_000_000)]),
            "indexBaseline": index, "indexElasticityBps": draw.randint(0, 20_000),
            "indexMaxUpBps": draw.randint(0, 20_000), "indexMaxDownBps": draw.randint(0, 9_999),
            "periods": self.periods, "periodSeconds": PERIOD,
        }  # fmt: skip
        receipt = world.transact(SPONSOR, "BetContracts", "proposeBet", self.terms)
        account = world.deployment.address("BetContracts").lower()
        (log,) = (log for log in receipt["logs"] if log["address"].lower() == account)
        self.id = int(log["topics"][1], 16)
        return f"{SPONSOR} proposes a bet of {len(self.seats)} for {self.periods} periods"

    def _sign(self, seat: Seat) -> None:
        pledge, place = seat.pledge(1), self.seats.index(seat)
        hashed = self._view("BetRules", "hashPledge", pledge)
        digest = self._view("BetLens", "betDigest", self.id, hashed, self.sign_by)
        signed = self._signed(seat.code, pledge, self.tree.proof(self.leaves[place]), digest)
        self.world.transact("RIVAL", "BetContracts", "signBet", self.id, signed)

    def _signed(
        self, code: str, pledge: dict[str, Any], proof: Any, digest: bytes, until: int = 0
    ) -> dict[str, Any]:
        signature = self.world.people[code].account.unsafe_sign_hash(digest).signature
        until = until or self.sign_by
        return {"terms": pledge, "proof": proof, "deadline": until, "signature": bytes(signature)}

    def _change(self, first: int) -> Iterator[str]:
        """All who go on sign what the bet becomes from a period on; perhaps one leaves, perhaps one joins."""
        draw, world = self.draw, self.world
        if self.changes == MAX_CHANGES:
            return
        if any(start > first for seat in self.seats for start, _ in seat.pledges):
            return
        here = [seat for seat in self.seats if seat.last is None]
        comes = self.waiting[0] if self.waiting and self._chance(0.5) else None
        enough = len(here) + (comes is not None) > 2
        leaver = draw.choice(here) if enough and self._chance(0.5) else None
        rigid = leaver is not None or self.somebody_left  # the sum of contributions may not grow
        go_on = [seat for seat in here if seat is not leaver]
        periods = self.periods
        if not rigid and self._chance(0.3):
            periods = draw.randint(first, 4)
        spare = leaver.pledge(first)["shareBps"] if leaver else 0 if rigid else BPS
        fresh = {seat.code: self._changed(seat, first, rigid) for seat in go_on}
        if comes:
            fresh[comes] = self._pledge(comes, most=spare)
        leaves = {code: self._view("BetRules", "partyLeaf", p) for code, p in fresh.items()}
        tree = MerkleTree(list(leaves.values()))
        sign_by = world.now + 12 * 3_600
        change = {
            "partiesRoot": tree.root, "termsRef": world.reference(),
            "leaver": leaver.pledge(1)["account"] if leaver and leaver.pledges[0][0] == 1 else
            leaver.pledges[0][1]["account"] if leaver else ZERO_ACCOUNT,
            "newcomer": world.people[comes].address if comes else ZERO_ACCOUNT,
            "start": self.start, "periods": periods, "fromPeriod": first, "signBy": sign_by,
        }  # fmt: skip
        bets = world.deployment.address("BetContracts")
        world.transact(
            SPONSOR, "BetAmendments", "proposeAmendment", bets, self.id, self.terms, change
        )
        self.proposed += 1
        number = self.proposed
        yield f"amendment {number} from period {first}: {leaver and leaver.code} leaves, {comes} joins"
        missing = self._chance(0.3)  # one never signs it, so nothing changes
        for code in draw.sample(list(fresh), len(fresh) - missing):
            hashed = self._view("BetRules", "hashPledge", fresh[code])
            digest = self._view("BetLens", "amendmentDigest", self.id, number, hashed, sign_by)
            signed = self._signed(code, fresh[code], tree.proof(leaves[code]), digest, sign_by)
            world.transact("RIVAL", "BetAmendments", "signAmendment", bets, self.id, number, signed)
            yield f"{code} signs amendment {number}"
        if missing:
            return
        if leaver:
            by = draw.choice([leaver.code, "arbiter"])
            reason = world.reference()
            world.transact(by, "BetAmendments", "grantLeave", bets, self.id, number, reason)
            yield f"{by} lets {leaver.code} go"
        self._adopt(first, periods, fresh, leaver, comes)

    proposed = 0  # amendments so far, agreed or not

    def _adopt(
        self,
        first: int,
        periods: int,
        fresh: dict[str, dict[str, Any]],
        leaver: Seat | None,
        comes: str | None,
    ) -> None:
        self.changes += 1
        self.periods = periods
        if leaver:
            leaver.last = first - 1
            self.somebody_left = True
        for seat in self.seats:
            if seat.code in fresh:
                seat.pledges.append((first, fresh[seat.code]))
        if comes:
            self.waiting.remove(comes)
            self.seats.append(Seat(comes, [(first, fresh[comes])]))

    def _end_by_consent(self) -> Iterator[str]:
        world = self.world
        bets = world.deployment.address("BetContracts")
        until = world.now + DAY
        codes = [seat.code for seat in self.seats]
        for code in [*codes, *({SPONSOR} - set(codes))]:
            account = world.people[code].address
            digest = self._view("BetLens", "endDigest", self.id, account, until)
            signature = bytes(world.people[code].account.unsafe_sign_hash(digest).signature)
            values = (bets, self.id, account, until, signature)
            world.transact("RIVAL", "BetAmendments", "endByConsent", *values)
            yield f"{code} agrees that it is over"

    # ---- drawing ------------------------------------------------------------------------------

    def _pledge(self, code: str, most: int = BPS) -> dict[str, Any]:
        draw = self.draw
        return {
            "account": self.world.people[code].address, "stake": draw.randint(1, 1_000_000),
            "shareBps": draw.choice([0, draw.randint(0, most)]) if draw.random() < 0.3 else
            draw.randint(most // 2, most), "toleranceBps": draw.choice([0, 500, 10_000]),
            "slopeBps": draw.randint(0, 50_000), "capBps": draw.randint(0, BPS),
            "targets": self._targets(),
        }  # fmt: skip

    def _changed(self, seat: Seat, first: int, rigid: bool) -> dict[str, Any]:
        """The same stake and curve, with other targets and another share."""
        before = seat.pledges[-1][1]
        share = self.draw.randint(0, before["shareBps"] if rigid else BPS)
        return {**before, "shareBps": share, "targets": self._targets()}

    def _targets(self) -> list[dict[str, Any]]:
        draw = self.draw
        count = draw.randint(1, 3)
        weights = [draw.randint(1, 3_000) for _ in range(count - 1)]
        return [self._target(weight) for weight in [*weights, BPS - sum(weights)]]

    def _target(self, weight: int) -> dict[str, Any]:
        draw = self.draw
        scale = draw.choice([10, 1_000, MAX_VALUE])
        low, base, top = sorted(draw.randint(0, scale) for _ in range(3))
        if low == base:
            low, base, top = 0, 1, draw.randint(1, scale)
        if draw.random() < 0.4:  # at most, instead of at least
            low, base, top = scale - low, scale - base, scale - top
        return {
            "metric": draw.randint(1, 9), "followsIndex": self._chance(0.5), "weightBps": weight,
            "floor": low, "base": base, "stretch": max(top, 0),
        }  # fmt: skip

    def _values(self, pledge: dict[str, Any]) -> list[int]:
        """Figures around the tiers of the targets."""
        found = []
        for target in pledge["targets"]:
            tiers = [target[name] for name in ("floor", "base", "stretch")]
            drawn = [self.draw.randint(min(tiers), max(tiers)), *tiers, min(tiers) // 2]
            found.append(min(self.draw.choice(drawn), MAX_VALUE))
        return found

    # ---- the chain ----------------------------------------------------------------------------

    def _chance(self, of: float) -> bool:
        return self.draw.random() < of

    def _reach(self, at: int) -> None:
        if self.world.now < at:
            self.world.node.reach_time(at)

    def _tell(
        self, who: str, function: str, subject: str, period: int, values: list[int], terms: Any
    ) -> None:
        told = (self.id, subject, period, values, terms, self.world.reference())
        self.world.transact(who, "BetContracts", function, *told)

    def _dispute(self, who: str, subject: str, period: int) -> None:
        told = (self.id, subject, period, self.world.reference())
        self.world.transact(who, "BetContracts", "dispute", *told)

    def _view(self, contract: str, function: str, *args: Any) -> Any:
        return look(self.world, contract, function, *args)[0]
