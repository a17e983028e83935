"""Plays auctions on a chain: every bidder commits, reveals, is struck or awarded, each with a key of its own.

All auctions run side by side in the chain's own time; the history's dates are not played. What the authority decided
off the chain goes in as it did then: the totals that it compared, and the notes for which it set bids aside. What comes
out, the award, is the contract's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import Gateway, encode_call
from bridge.errors import CallRefused

from ...deployment.accounts import Person, send_together
from ...deployment.deploy import Offices, deploy
from ...deployment.sealing import place, seal_bid
from ...devchain.devchain import DevChain, dev_accounts
from .caltrans import Auction, Bid

BUYER, SUPPLIER = 1, 2  # capabilities
WINDOW_SECONDS = (
    6 * 3_600
)  # a development chain mines a block a second at least: time for 20,000 bids
PROMISE_DAYS = 730
DAY = 86_400
CEILING_MINOR = 2**60  # the authority sets none: the most that a bid can be
KEY_BYTES = 32
SALT_BYTES = 32
BATCH = 200  # transactions sent together
AWARDED, RANKING = 2, 4  # ITenders.TenderStatus
BID_DISQUALIFIED = 4  # ITenders.BidStatus

Progress = Callable[[str, int, int], None]  # what, done, of how many
Act = tuple[Person, str, tuple[Any, ...]]  # who calls which function of Tenders, with what


@dataclass(frozen=True, slots=True)
class Outcome:
    """Winner and valid bids of an auction as the chain has them."""

    auction: Auction
    winner: str | None  # licence; None: void
    valid_bids: int
    disqualified: int

    @property
    def agrees(self) -> bool:
        """The chain awarded to whom the authority awarded."""
        return self.winner == self.auction.awarded_to.licence


@dataclass(slots=True)
class _Running:
    """An auction with its tender on chain and the terms published for it."""

    auction: Auction
    terms: dict[str, Any]
    tender_id: int


class Replay:
    """Plays tenders of one authority on one chain; every bidder has a key of its own."""

    def __init__(
        self, node: DevChain, randomness: Callable[[int], bytes], progress: Progress
    ) -> None:
        self._node = node
        self._randomness = randomness
        self._progress = progress
        self._client = Client([node.url])
        keys = [Person(self._client, account.private_key) for account in dev_accounts()[:8]]
        self._deployer, self._registrar, treasurer, guardian, self._attester, self._buyer = keys[:6]
        offices = Offices(
            self._registrar.address,
            treasurer.address,
            (self._attester.address,),
            guardian.address,
            (keys[7].address,),
            (keys[6].address,),
            (),
        )
        self._deployment: Deployment = deploy(self._deployer, "replay", node.url, offices)
        self._gateway = Gateway(self._client, self._deployment, {})
        self._bidders: dict[str, Person] = {}
        self._salts: dict[tuple[int, str], bytes] = {}

    def run(self, auctions: Sequence[Auction]) -> list[Outcome]:
        """Plays all auctions to their end. Raises CallRefused when the contract refuses a step."""
        self._enrol(auctions)
        running = self._open(auctions)
        if not running:
            return []
        opened = self._node.head_time()
        each = [(r, bid) for r in running for bid in r.auction.bids]
        self._send("commit", [self._commit(r, bid) for r, bid in each])
        self._node.reach_time(opened + WINDOW_SECONDS)
        self._send("reveal", [self._reveal(r, bid) for r, bid in each])
        self._node.reach_time(opened + 2 * WINDOW_SECONDS)
        self._send("set aside", [self._strike(r, bid) for r, bid in each if bid.note])
        self._node.reach_time(opened + 3 * WINDOW_SECONDS)
        self._send("rank anew", list(self._rank(running)))
        self._node.reach_time(opened + 4 * WINDOW_SECONDS)
        self._send("award", [(self._attester, "award", (r.tender_id, r.terms)) for r in running])
        return [self._outcome(r) for r in running]

    # ---- before the bids ----------------------------------------------------------------------

    def _enrol(self, auctions: Sequence[Auction]) -> None:
        """The buyer and every licence are participants; each licence has one key for all its bids."""
        licences = dict.fromkeys(bid.licence for auction in auctions for bid in auction.bids)
        for licence in licences:
            self._bidders[licence] = Person(self._client, self._randomness(KEY_BYTES))
        people = [(self._buyer, BUYER), *((p, SUPPLIER) for p in self._bidders.values())]
        acts = [
            (self._registrar, "register", (person.address, capability))
            for person, capability in people
        ]
        self._send("enrol", acts, "Participants")

    def _open(self, auctions: Sequence[Auction]) -> list[_Running]:
        promised = self._node.head_time() + PROMISE_DAYS * DAY
        terms = [self._terms(auction, promised) for auction in auctions]
        self._send("open", [(self._buyer, "openTender", (t, [])) for t in terms])
        calls = [
            ("Tenders", "tenderFor", (self._buyer.address, t["requisitionRef"])) for t in terms
        ]
        found = self._gateway.views(calls)
        return [
            _Running(auction, t, int(tender_id))
            for auction, t, (tender_id,) in zip(auctions, terms, found, strict=True)
        ]

    def _terms(self, auction: Auction, promised: int) -> dict[str, Any]:
        """Price decides: where time counted too, the totals of the files hold it already."""
        return {
            "buyer": self._buyer.address,
            "requisitionRef": "0x" + keccak(text=f"contract {auction.identifier}").hex(),
            "invitedRoot": "0x" + "00" * 32,
            "quantity": 1,
            "ceiling": CEILING_MINOR,
            "bond": 0,
            "commitSeconds": WINDOW_SECONDS,
            "revealSeconds": WINDOW_SECONDS,
            "reviewSeconds": WINDOW_SECONDS,
            "minCreditBps": 0,
            "pricing": 0,
            "dayValue": 0,
            "maxDays": 0,
            "creditWeightBps": 0,
            "order": {
                "attesterPost": self._post("ATTESTER"),
                "arbiterPost": self._post("ARBITER"),
                "region": "0x" + "00" * 32,
                "scheduleRoot": "0x" + "00" * 32,
                "promisedAt": promised,
                "fundSeconds": DAY,
                "graceSeconds": 30 * DAY,
                "silenceSeconds": 7 * DAY,
                "latenessBpsPerDay": 0,
                "latenessCapBps": 0,
                "taxBps": 0,
                "toleranceBps": 0,
                "paymentSeconds": 0,
            },
        }

    def _post(self, office: str) -> int:
        """Number of the only post of an office."""
        (post,) = self._deployment.posts_of(office).values()
        return post.id

    # ---- the bids -----------------------------------------------------------------------------

    def _commit(self, running: _Running, bid: Bid) -> Act:
        person = self._bidders[bid.licence]
        salt = self._salts[running.tender_id, bid.licence] = self._randomness(SALT_BYTES)
        sealed = seal_bid(
            place(self._deployment, "Tenders"),
            running.tender_id,
            person.address,
            bid.total_minor,
            0,
            salt,
        )
        return person, "commitBid", (running.tender_id, running.terms, sealed, [])

    def _reveal(self, running: _Running, bid: Bid) -> Act:
        salt = self._salts.pop((running.tender_id, bid.licence))
        values = (running.tender_id, running.terms, bid.total_minor, 0, salt)
        return self._bidders[bid.licence], "revealBid", values

    def _strike(self, running: _Running, bid: Bid) -> Act:
        """Makes the call of Tenders.disqualifyBid, with the hash of the authority's reason."""
        reason = keccak(text=bid.note)
        account = self._bidders[bid.licence].address
        return self._buyer, "disqualifyBid", (running.tender_id, running.terms, account, reason)

    def _rank(self, running: Sequence[_Running]) -> Iterator[Act]:
        """Where a leader was struck, each bidder that still stands has itself ranked anew."""
        struck = self._statuses(running)
        for r, status in zip(running, struck, strict=True):
            if status != RANKING:
                continue
            for bid in r.auction.bids:
                if not bid.note:
                    person = self._bidders[bid.licence]
                    yield person, "rankBid", (r.tender_id, r.terms, person.address)

    # ---- what came of it ----------------------------------------------------------------------

    def _outcome(self, running: _Running) -> Outcome:
        licences = {person.address: licence for licence, person in self._bidders.items()}
        bids = running.auction.bids
        calls = [
            ("Tenders", "bid", (running.tender_id, self._bidders[bid.licence].address))
            for bid in bids
        ]
        tender, *found = self._gateway.records(
            [("Tenders", "tender", (running.tender_id,)), *calls]
        )
        struck = sum(bid["status"] == BID_DISQUALIFIED for bid in found)
        winner = licences[tender["leader"].lower()] if tender["status"] == AWARDED else None
        return Outcome(running.auction, winner, len(bids) - struck, struck)

    def _statuses(self, running: Sequence[_Running]) -> list[int]:
        found = self._gateway.records([("Tenders", "tender", (r.tender_id,)) for r in running])
        return [int(tender["status"]) for tender in found]

    def _send(self, what: str, acts: Sequence[Act], contract: str = "Tenders") -> None:
        to = self._deployment.address(contract)
        self._progress(what, 0, len(acts))
        for start in range(0, len(acts), BATCH):
            part = acts[start : start + BATCH]
            signed = [
                person.sign(self._deployment.chain_id, to, encode_call(contract, function, args))
                for person, function, args in part
            ]
            try:
                send_together(self._client, signed)
            except CallRefused as refusal:
                raise CallRefused(refusal.error, f"{what}: {refusal.details}") from refusal
            self._progress(what, start + len(part), len(acts))
