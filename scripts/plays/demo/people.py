"""Those who act on the chain with their own keys: suppliers, buyer, registrar, treasurer. Development keys, all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak

from bridge.chain.client import Client
from bridge.chain.deployment import Deployment
from bridge.chain.gateway import Gateway, encode_call
from bridge.commitments.invitations import invitation_proof
from bridge.errors import CallRefused

from ...deployment.accounts import Person, send_together
from ...deployment.deploy import Offices
from ...deployment.sealing import place, seal_bid
from ...devchain.devchain import dev_accounts
from .errors import Broken
from .names import BUYER_NAME, development_key
from .plan import Bid, Plan

BUYER, SUPPLIER = 1, 2  # capabilities
UNLIMITED = 2**256 - 1  # allowance
MONEY_BPS = 12_000  # what the buyer is given, of what the lines cost
SALT_BYTES = 32
FIRST = 1  # an order of the history is one delivery

Act = tuple[
    Person, str, str, tuple[Any, ...]
]  # who calls which function of which contract, with what


@dataclass(frozen=True, slots=True)
class Staff:
    """Operators of the chain: accounts of the public test phrase."""

    deployer: Person
    registrar: Person
    treasurer: Person
    offices: Offices


def hire(client: Client, attester: str) -> Staff:
    """The operators, and the offices they are to hold."""
    deployer, registrar, treasurer, guardian = (
        Person(client, account.private_key) for account in dev_accounts()[:4]
    )
    offices = Offices(registrar.address, treasurer.address, (attester,), guardian.address)
    return Staff(deployer, registrar, treasurer, offices)


class Market:
    """The buyer and all vendors on the chain."""

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
        self._by_account = {person.address: person for person in self.vendors.values()}
        self._salts: dict[tuple[int, str], bytes] = {}
        self._gateway = Gateway(client, deployment, {})
        self._terms: dict[int, dict[str, Any]] = {}

    @property
    def buyer_money(self) -> int:
        """Minor units given to the buyer: more than all orders together."""
        return -(-self._plan.value_minor * MONEY_BPS // 10_000)

    def vendor_money(self, name: str) -> int:
        """Minor units given to a vendor, for its bonds."""
        return self._plan.bonds_of(name)

    def onboard(self, staff: Staff) -> None:
        """All are registered, have money, and let the contracts draw it."""
        people = [(self.buyer, BUYER, self.buyer_money, "PurchaseOrders")]
        people += [
            (person, SUPPLIER, self.vendor_money(name), "Tenders")
            for name, person in self.vendors.items()
        ]
        register, issue, approve = [], [], []
        for person, capability, amount, spender in people:
            register.append(
                (staff.registrar, "Participants", "register", (person.address, capability))
            )
            bank_ref = "0x" + keccak(text=f"demo bank transfer to {person.address}").hex()
            issue.append(
                (staff.treasurer, "SettlementToken", "issue", (person.address, amount, bank_ref))
            )
            allowed = (self._deployment.address(spender), UNLIMITED)
            approve.append((person, "SettlementToken", "approve", allowed))
        for acts in (register, issue, approve):
            self.send(acts)

    def commit(self, line: int, tender_id: int, invited: Sequence[str], bid: Bid) -> Act:
        """A sealed bid under a fresh salt."""
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
        """The sealed bid, opened."""
        salt = self._salts.pop((line, bid.vendor))
        values = (tender_id, self._terms_of(tender_id), bid.amount_minor, 0, salt)
        return self.vendors[bid.vendor], "Tenders", "revealBid", values

    def _terms_of(self, tender_id: int) -> dict[str, Any]:
        """What was published with a tender, asked for once."""
        if tender_id not in self._terms:
            self._terms[tender_id] = self._gateway.published_terms(tender_id)
        return self._terms[tender_id]

    def ship(self, supplier: str, order_id: int, quantity: int) -> Act:
        """The whole order leaves."""
        reference = self._randomness(SALT_BYTES)
        return (
            self._by_account[supplier],
            "PurchaseOrders",
            "ship",
            (order_id, FIRST, quantity, reference),
        )

    def send(self, acts: Sequence[Act]) -> None:
        """All are mined, in this order per person. Raises Broken when a contract refuses one."""
        if not acts:
            return
        deployment = self._deployment
        signed = [
            person.sign(
                deployment.chain_id,
                deployment.address(contract),
                encode_call(contract, function, args),
            )
            for person, contract, function, args in acts
        ]
        try:
            send_together(self._client, signed)
        except CallRefused as refusal:
            told = ", ".join(dict.fromkeys(f"{contract}.{f}" for _, contract, f, _ in acts))
            raise Broken(f"a contract refused one of {told}: {refusal}") from refusal
