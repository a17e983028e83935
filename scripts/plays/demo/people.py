"""Those who act on the chain with their own keys: suppliers, buyer, registrar, treasurer. Development keys, all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from eth_utils.crypto import keccak

from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import Gateway, encode_call
from bridge.commitments.invitations import invitation_proof
from bridge.errors import CallRefused

from ...deployment.accounts import Person, edition_of, send_together
from ...deployment.sealing import place, seal_bid
from ..stage.errors import Broken
from ..stage.keys import development_key
from ..stage.staff import Staff
from .following import LineState
from .names import BUYER_NAME, FINANCIER_NAME
from .plan import DAY_SECONDS, Bid, Day, Plan

BUYER, SUPPLIER, FINANCIER = 1, 2, 16  # capabilities
UNLIMITED = 2**256 - 1  # allowance
MONEY_BPS = 12_000  # what the buyer is given, of what the lines cost
SALT_BYTES = 32
FIRST = 1  # an order of the history is one delivery

Act = tuple[
    Person, str, str, tuple[Any, ...]
]  # who calls which function of which contract, with what


class Market:
    """The accounts of the buyer and all vendors, and what they send to the contracts."""

    def __init__(
        self,
        client: Client,
        deployment: Deployment,
        plan: Plan,
        randomness: Callable[[int], bytes],
    ) -> None:
        self._client = client
        self._deployment = deployment
        self._plan = plan
        self._randomness = randomness
        self.buyer = Person(client, development_key(BUYER_NAME))
        self.vendors = {name: Person(client, development_key(name)) for name in plan.vendors}
        # only where claims are sold
        self.financier = (
            Person(client, development_key(FINANCIER_NAME)) if plan.sold_value_minor else None
        )
        self._by_account = {person.address: person for person in self.vendors.values()}
        self._salts: dict[tuple[int, str], bytes] = {}
        self._gateway = Gateway(client, deployment, {})
        self._terms: dict[int, dict[str, Any]] = {}

    @property
    def buyer_money(self) -> int:
        """Tokens issued to the buyer, minor units: more than all orders together."""
        return -(-self._plan.value_minor * MONEY_BPS // 10_000)

    def vendor_money(self, name: str) -> int:
        """Returns the tokens issued to a vendor for its bonds, minor units."""
        return self._plan.bonds_of(name)

    def onboard(self, staff: Staff) -> None:
        """Registers all in Participants, issues their tokens, and approves the contracts that draw them."""
        people = [(self.buyer, BUYER, self.buyer_money, "PurchaseOrders")]
        people += [
            (person, SUPPLIER, self.vendor_money(name), "Tenders")
            for name, person in self.vendors.items()
        ]
        if self.financier is not None:
            money = self._plan.sold_value_minor
            people.append((self.financier, FINANCIER, money, "Receivables"))
        register, issue, approve = [], [], []
        for person, capability, amount, spender in people:
            register.append(
                (staff.registrar, "Participants", "register", (person.address, capability))
            )
            bank_ref = "0x" + keccak(text=f"demo bank transfer to {person.address}").hex()
            if amount:  # a vendor of whom no bond is asked needs none
                issue.append(
                    (
                        *(staff.treasurer, "SettlementToken", "issue"),
                        (person.address, amount, bank_ref),
                    )
                )
            allowed = (self._deployment.address(spender), UNLIMITED)
            approve.append((person, "SettlementToken", "approve", allowed))
        for acts in (register, issue, approve):
            self.send(acts)

    def day(self, day: Day, states: Sequence[LineState]) -> None:
        """Sends the day's bids, reveals and despatches, in this order for each vendor; then sells claims. Raises Broken."""
        self.send(list(self._acts(day, states)))
        self.send([self.offer(states[i]) for i in day.sells])
        self.send([self.buy(states[i]) for i in day.sells])

    def offer(self, state: LineState) -> Act:
        """Makes the call of Receivables.offer: a supplier offers a claim to the financier, for a day."""
        claim = state.claimed()
        until = self._client.head().timestamp + DAY_SECONDS // 2
        price = state.line.price_of(claim.amount_minor)
        values = (claim.claim_id, self._bank().address, price, until)
        return self._by_account[state.ordered().supplier], "Receivables", "offer", values

    def buy(self, state: LineState) -> Act:
        """Makes the call of Receivables.buy: the financier takes the offer as it stands."""
        claim = state.claimed()
        price = state.line.price_of(claim.amount_minor)
        return self._bank(), "Receivables", "buy", (claim.claim_id, claim.amount_minor, price)

    def _bank(self) -> Person:
        if self.financier is None:
            raise Broken("claims are to be sold, and there is no financier")
        return self.financier

    def _acts(self, day: Day, states: Sequence[LineState]) -> Iterator[Act]:
        for i in day.commits:
            tender = states[i].tendered()
            for bid in states[i].line.bids:
                yield self.commit(i, tender.tender_id, tender.invited, bid)
        for i in day.reveals:
            for bid in states[i].line.bids:
                yield self.reveal(i, states[i].tendered().tender_id, bid)
        for i in day.ships:
            order = states[i].ordered()
            yield self.ship(order.supplier, order.order_id, states[i].line.purchase.quantity)

    def commit(self, line: int, tender_id: int, invited: Sequence[str], bid: Bid) -> Act:
        """Makes the call of Tenders.commitBid, sealed under a new salt. Raises Broken when the vendor is not invited."""
        person = self.vendors[bid.vendor]
        salt = self._salts[line, bid.vendor] = self._randomness(SALT_BYTES)
        sealed = seal_bid(
            place(self._deployment, "Tenders"), tender_id, person.address, bid.amount_minor, 0, salt
        )
        try:
            proof = invitation_proof(invited, person.address)
        except KeyError:
            raise Broken(
                f"{bid.vendor} was not invited to tender {tender_id}, and its bid is due"
            ) from None
        return person, "Tenders", "commitBid", (tender_id, self._terms_of(tender_id), sealed, proof)

    def reveal(self, line: int, tender_id: int, bid: Bid) -> Act:
        """Makes the call of Tenders.revealBid for a bid that was committed to."""
        salt = self._salts.pop((line, bid.vendor))
        values = (tender_id, self._terms_of(tender_id), bid.amount_minor, 0, salt)
        return self.vendors[bid.vendor], "Tenders", "revealBid", values

    def _terms_of(self, tender_id: int) -> dict[str, Any]:
        """Returns the terms published with a tender; asks the node for them once."""
        if tender_id not in self._terms:
            self._terms[tender_id] = self._gateway.logged("Tenders", "TenderOpened", tender_id)[0][
                "terms"
            ]
        return self._terms[tender_id]

    def ship(self, supplier: str, order_id: int, quantity: int) -> Act:
        """Makes the call of PurchaseOrders.ship for a whole order."""
        reference = self._randomness(SALT_BYTES)
        return (
            self._by_account[supplier],
            "PurchaseOrders",
            "ship",
            (order_id, FIRST, quantity, reference),
        )

    def send(self, acts: Sequence[Act]) -> None:
        """Sends the calls, in order for each person, and waits until all are mined. Raises Broken when one is refused."""
        if not acts:
            return
        deployment = self._deployment
        signed = [
            person.sign(
                deployment.chain_id,
                edition_of(deployment, contract, args),
                encode_call(contract, function, args),
            )
            for person, contract, function, args in acts
        ]
        try:
            send_together(self._client, signed)
        except CallRefused as refusal:
            told = ", ".join(dict.fromkeys(f"{contract}.{f}" for _, contract, f, _ in acts))
            raise Broken(f"a contract refused one of {told}: {refusal}") from refusal
