"""Bets (对赌契约): a sponsor proposes, parties sign, a reporter and an arbiter tell what was reached, all is shared out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.capabilities.model import ZERO_ACCOUNT, ZERO_REF
from bridge.commitments.merkle import MerkleTree

from .acts import Acts

DAY = 86_400
STAKE, POOL = 1_000_000, 500_000
REPORTED = 110  # between base and stretch
TARGET = {"metric": 1, "followsIndex": False, "weightBps": 10_000, "floor": 50, "base": 100, "stretch": 150}  # fmt: skip
NOBODY: dict[str, Any] = {
    "account": ZERO_ACCOUNT, "stake": 0, "shareBps": 0, "toleranceBps": 0, "slopeBps": 0, "capBps": 0, "targets": [],
}  # fmt: skip


class Bet:
    """A bet that the sponsor proposes to nodes, of one period unless told otherwise."""

    def __init__(
        self,
        acts: Acts,
        *,
        pledges: Mapping[str, Mapping[str, Any]] | None = None,
        sponsor: str = "SPONSOR",
        **changed: Any,
    ) -> None:
        """`pledges`: what each party pledges otherwise than usual. `changed`: terms that are otherwise."""
        self.acts, self.sponsor = acts, sponsor
        self.changed = dict(pledges) if pledges is not None else {"NODE-1": {}, "NODE-2": {}}
        self.parties = tuple(self.changed)
        made = [self.pledge(code) for code in self.parties]
        self.leaves = [self.acts.view("BetRules", "partyLeaf", pledge) for pledge in made]
        self.tree = MerkleTree(self.leaves)
        spans = acts.spans
        self.sign_by = acts.now + spans.signs
        self.terms = {
            "termsRef": acts.reference(), "groupId": 0, "partiesRoot": self.tree.root, "region": ZERO_REF,
            "reporterPost": 2, "arbiterPost": 3, "signBy": self.sign_by, "start": self.sign_by,
            "partyCount": len(self.parties),
            "reportSeconds": spans.bet_reports, "disputeSeconds": spans.disputes,
            "rulingSeconds": spans.rulings, "valuePool": POOL,
            "indexBaseline": 0, "indexElasticityBps": 0, "indexMaxUpBps": 0, "indexMaxDownBps": 0,
            "periods": 1, "periodSeconds": spans.period, **changed,
        }  # fmt: skip
        receipt = acts.transact(sponsor, "BetContracts", "proposeBet", self.terms)
        self.id = acts.number_in(receipt, "BetContracts")

    def pledge(self, code: str, **changed: Any) -> dict[str, Any]:
        """What a node pledges."""
        account = self.acts.people[code].address
        return {
            "account": account, "stake": STAKE, "shareBps": 5_000, "toleranceBps": 500, "slopeBps": 10_000,
            "capBps": 10_000, "targets": [TARGET], **self.changed.get(code, {}), **changed,
        }  # fmt: skip

    def sign(self, *codes: str) -> None:
        """These sign, or all: then the bet is active."""
        acts = self.acts
        terms_hash = self.acts.view("BetRules", "hashTerms", self.terms)
        sponsor = acts.people[self.sponsor].address
        bets = acts.deployment.address("BetContracts", self.id)
        for code, leaf in zip(self.parties, self.leaves, strict=True):
            if codes and code not in codes:
                continue
            pledge = self.pledge(code)
            hashed = self.acts.view("BetRules", "hashPledge", pledge)
            told = (bets, self.id, sponsor, terms_hash, hashed, self.sign_by)
            digest = self.acts.view("BetRules", "betDigest", *told)
            entry = self._signed(code, pledge, self.tree, leaf, digest, self.sign_by)
            acts.transact(code, "BetContracts", "signBet", self.id, entry)

    def _signed(
        self,
        code: str,
        pledge: Mapping[str, Any],
        tree: MerkleTree,
        leaf: bytes,
        digest: bytes,
        deadline: int,
    ) -> dict[str, Any]:
        signed = self.acts.people[code].account.unsafe_sign_hash(digest)
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
        (found,) = self.acts.bridge.gateway.records([("BetContracts", "bet", (self.id,))])
        return found

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
        account = self.acts.people[subject].address
        values = (self.id, account, period, self.acts.reference())
        self.acts.transact(who, "BetContracts", "dispute", *values)

    def withdraw_dispute(self, who: str, subject: str, period: int) -> None:
        """It takes its dispute back."""
        account = self.acts.people[subject].address
        self.acts.transact(who, "BetContracts", "withdrawDispute", self.id, account, period)

    def _tell(
        self, function: str, who: str, code: str, period: int, values: Sequence[int], pledge: Any
    ) -> None:
        account = self.acts.people[code].address
        terms = pledge if pledge is not None else self.pledge(code)
        told = (self.id, account, period, list(values), terms, self.acts.reference())
        self.acts.transact(who, "BetContracts", function, *told)

    def _report(self, account: str, period: int, values: list[int], terms: dict[str, Any]) -> None:
        told = (self.id, account, period, values, terms, self.acts.reference())
        self.acts.transact("reporter", "BetContracts", "report", *told)

    def perform(self) -> None:
        """The first period passes; the reporter tells what all did and what was added."""
        self.acts.reach(self.period_end(1))
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
        acts, people = self.acts, self.acts.people
        made = {code: self.pledge(code, **changed) for code, changed in going_on.items()}
        leaves = {
            code: self.acts.view("BetRules", "partyLeaf", pledge) for code, pledge in made.items()
        }
        tree = MerkleTree(list(leaves.values()))
        record = self.record()
        change = {
            "partiesRoot": tree.root,
            "termsRef": acts.reference(),
            "leaver": people[leaver].address if leaver else ZERO_ACCOUNT,
            "newcomer": people[newcomer].address if newcomer else ZERO_ACCOUNT,
            "start": int(record["start"]),
            "periods": periods or int(record["periods"]),
            "fromPeriod": from_period,
            "signBy": sign_by or self.period_end(from_period),
        }
        bets = acts.deployment.address("BetContracts", self.id)
        acts.transact(
            self.sponsor, "BetAmendments", "proposeAmendment", bets, self.id, self.terms, change
        )
        told = acts.bridge.gateway.logged("BetAmendments", "BetAmendmentProposed", bets, self.id)
        number = int(told[-1]["amendmentId"])
        read = ("BetAmendments", "amendment", (bets, self.id, number))
        hashed = acts.bridge.gateway.records([read])[0]["changeHash"]
        for code, pledge in made.items():
            own = self.acts.view("BetRules", "hashPledge", pledge)
            told = (bets, self.id, number, hashed, own, change["signBy"])
            digest = self.acts.view("BetRules", "amendmentDigest", *told)
            entry = self._signed(code, pledge, tree, leaves[code], digest, int(change["signBy"]))
            signed = (bets, self.id, number, entry)
            acts.transact(code, "BetAmendments", "signAmendment", *signed)
        if leaver:
            granted = (bets, self.id, number, acts.reference())
            acts.transact(leaver, "BetAmendments", "grantLeave", *granted)
        return made

    def end_by_consent(self, *codes: str) -> None:
        """These agree that it is over; the last of all settles it."""
        acts = self.acts
        bets = acts.deployment.address("BetContracts", self.id)
        deadline = acts.now + DAY
        for code in codes:
            account = acts.people[code].address
            round_ = self.acts.view("BetAmendments", "endRoundOf", bets, self.id)
            digest = self.acts.view(
                "BetRules", "endDigest", bets, self.id, round_, account, deadline
            )
            signed = bytes(acts.people[code].account.unsafe_sign_hash(digest).signature)
            told = (bets, self.id, account, deadline, signed)
            acts.transact(code, "BetAmendments", "endByConsent", *told)

    # ---- end ----------------------------------------------------------------------------------

    def settleable(self) -> None:
        """All windows pass."""
        (at,) = self.acts.bridge.gateway.view("BetContracts", "settleableAt", self.id)
        self.acts.reach(int(at))

    def end(self) -> None:
        """All windows pass; the bet is settled, and everybody takes what is theirs."""
        self.settleable()
        self.acts.transact("RIVAL", "BetContracts", "settleBet", self.id)
        for code in self.parties:
            account = self.acts.people[code].address
            self.acts.transact("RIVAL", "BetContracts", "withdrawFor", self.id, account)
