"""Roles and the acts of each, in Brownie's words. Amounts in minor units, times in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import brownie
from brownie import web3

from scripts.deployment.deploy import (
    ARGUMENTS,
    CUSTODIAN,
    CUSTODIANS,
    OFFICES_OF_CONTRACTS,
    arguments,
    fixed_values,
    name_ref,
)
from scripts.deployment.sealing import Place, seal_bid

BUYER, SUPPLIER, NODE, FINANCIER = 1, 2, 8, 16  # capabilities
HOUR, DAY = 3_600, 86_400
NEWCOMER_BPS, NEWCOMER_VALUE = 6_000, 10_000_000
CEILING, BOND = 1_000_000, 5_000
LATENESS_BPS_PER_DAY, LATENESS_CAP_BPS = 100, 500
GRACE, SILENCE = 30 * DAY, 7 * DAY
RATING_WINDOW, RATING_VALUE = DAY, 100_000_000
MONEY = 10_000_000
UNLIMITED = 2**256 - 1
OPEN_TO_ALL = NOTHING = b"\0" * 32
VALUES = {
    "delay": 2 * DAY,
    "newcomer bps": NEWCOMER_BPS,
    "newcomer value": NEWCOMER_VALUE,
    "token name": "Settlement",
    "token symbol": "SET",
    "rating window": RATING_WINDOW,
    "rating value": RATING_VALUE,
    "minute value": 5_000,
    "force majeure dispute window": DAY,
    "force majeure ruling window": DAY,
}

_references = count(1)


def place(contract: Any) -> Place:
    """Where a contract is: what its seals begin with."""
    return web3.eth.chain_id, contract.address


def reference() -> str:
    """A document's commitment that nobody used yet."""
    return "0x" + bytes(web3.keccak(text=f"document {next(_references)}")).hex()


def refuses(error: str) -> Any:
    """What follows is refused with this custom error: its name, or its name and arguments as Brownie tells them."""
    return brownie.reverts(revert_pattern=rf"{error}(: .*)?")


@dataclass
class House:
    """Contracts, people, and what they do."""

    contracts: dict[str, Any]
    chain: Any
    people: dict[str, Any]
    places: dict[str, int]  # of the people, in the test phrase
    salts: dict[tuple[int, str], str] = field(default_factory=dict)
    published: dict[int, tuple[Any, ...]] = field(default_factory=dict)  # terms, by tender

    def __getitem__(self, role: str) -> Any:
        return self.people[role]

    participants = property(lambda self: self.contracts["Participants"])
    credit = property(lambda self: self.contracts["CreditRegistry"])
    token = property(lambda self: self.contracts["SettlementToken"])
    orders = property(lambda self: self.contracts["PurchaseOrders"])
    tenders = property(lambda self: self.contracts["Tenders"])

    # ---- tenders ------------------------------------------------------------------------------

    def terms(self, quantity: int = 100, **changed: Any) -> tuple[Any, ...]:
        """What the buyer publishes."""
        wanted = {
            "requisition": reference(),
            "invited": OPEN_TO_ALL,
            "ceiling": CEILING,
            "bond": BOND,
            "min_credit": 0,
        } | changed
        order = self.order_terms(**wanted)
        return (
            *(self["buyer"].address, wanted["requisition"], wanted["invited"]),
            *(quantity, wanted["ceiling"], wanted["bond"]),
            *(HOUR, HOUR, 0, wanted["min_credit"], 0, 0, 0, 0, order),
        )

    def order_terms(
        self,
        promised: int | None = None,
        root: Any = NOTHING,
        tax_bps: int = 0,
        tolerance_bps: int = 0,
        payment_seconds: int = 0,
        **_: Any,
    ) -> tuple[Any, ...]:
        """Terms of an order: the posts that report and rule, no region, and a promise in thirty days."""
        return (
            *(POSTS["attester"], POSTS["arbiter"], NOTHING, root),
            *(promised or self.chain.time() + 30 * DAY, DAY, GRACE, SILENCE),
            *(LATENESS_BPS_PER_DAY, LATENESS_CAP_BPS, tax_bps, tolerance_bps, payment_seconds),
        )

    def open_tender(self, quantity: int = 100, **changed: Any) -> int:
        """The buyer opens a tender; its id."""
        terms = self.terms(quantity, **changed)
        sent = self.tenders.openTender(terms, [], self.by("buyer"))
        tender = int(sent.events["TenderOpened"]["tenderId"])
        self.published[tender] = terms
        return tender

    def seal(self, tender: int, role: str, amount: int) -> str:
        """The commitment of a bid, its salt remembered."""
        salt = self.salts.setdefault((tender, role), reference())
        secret = (amount, 0, bytes.fromhex(salt[2:]))
        return "0x" + seal_bid(place(self.tenders), tender, self[role].address, *secret).hex()

    def commit(self, tender: int, role: str, amount: int) -> Any:
        """A supplier commits to a bid."""
        sealed = self.seal(tender, role, amount)
        return self.tenders.commitBid(tender, self.published[tender], sealed, [], self.by(role))

    def reveal(self, tender: int, role: str, amount: int) -> Any:
        """A supplier reveals its bid."""
        terms, salt = self.published[tender], self.salts[tender, role]
        return self.tenders.revealBid(tender, terms, amount, 0, salt, self.by(role))

    def award(self, tender: int) -> Any:
        """Somebody awards."""
        return self.tenders.award(tender, self.published[tender], self.by("stranger"))

    def forfeit(self, tender: int, role: str) -> Any:
        """Somebody has the bond of a bid that was not revealed paid to the buyer."""
        terms = self.published[tender]
        return self.tenders.forfeitBond(tender, terms, self[role], self.by("stranger"))

    def play(self, tender: int, bids: dict[str, int]) -> Any:
        """Commitments in this order, reveals in the opposite order, award; its receipt."""
        for role, amount in bids.items():
            self.commit(tender, role, amount)
        self.wait(HOUR)
        for role in reversed(bids):
            self.reveal(tender, role, bids[role])
        self.wait(HOUR)
        return self.award(tender)

    # ---- orders -------------------------------------------------------------------------------

    def funded_order(self, quantity: int = 100, amount: int = 1_000_000, **changed: Any) -> int:
        """An order of the supplier, its money in escrow; its id."""
        tender = self.open_tender(quantity, **changed)
        order = int(self.play(tender, {"supplier": amount}).events["TenderAwarded"]["orderId"])
        self.fund(order)
        return order

    def fund(self, order: int) -> Any:
        """The buyer pays the least deposit in."""
        amount, terms = self.order(order, "amount", "terms")
        deposit = self.orders.requiredDeposit(amount, terms["taxBps"], terms["toleranceBps"])
        return self.orders.fund(order, deposit, self.by("buyer"))

    def order(self, order: int, *names: str) -> tuple[Any, ...]:
        """Members of an order."""
        found = self.orders.order(order).dict()
        return tuple(found[name] for name in names)

    def ship(self, order: int, quantity: int, role: str = "supplier") -> int:
        """The supplier ships; the delivery's number."""
        (shipped,) = self.order(order, "deliveries")
        sent = self.orders.ship(order, shipped + 1, quantity, reference(), self.by(role))
        return int(sent.events["DeliveryShipped"]["deliveryId"])

    def receive(self, order: int, delivery: int, quantity: int) -> Any:
        """The attester reports what arrived, now."""
        now = self.chain[-1].timestamp
        sender = self.by("attester")
        return self.orders.receiveDelivery(order, delivery, quantity, now, reference(), sender)

    def inspect(self, order: int, delivery: int, accepted: int) -> Any:
        """The attester reports what passed."""
        return self.orders.inspectDelivery(
            order, delivery, accepted, reference(), self.by("attester")
        )

    def accept(self, order: int, delivery: int, net: int, tax: int = 0) -> Any:
        """The attester reports that order, receipt and invoice match: it is paid."""
        return self.orders.acceptDelivery(
            order, delivery, net, tax, reference(), self.by("attester")
        )

    def deliver(self, order: int, quantity: int) -> int:
        """Ships, receives, inspects and pays a part that is all good; what was paid."""
        delivery = self.ship(order, quantity)
        self.receive(order, delivery, quantity)
        inspected = self.inspect(order, delivery, quantity).events["DeliveryInspected"]
        paid = self.accept(order, delivery, inspected["acceptedAmount"])
        return int(paid.events["PaymentReleased"]["paid"])

    # ---- everybody ----------------------------------------------------------------------------

    def by(self, role: str) -> dict[str, Any]:
        """Sent by somebody."""
        return {"from": self[role]}

    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.chain.sleep(seconds)
        self.chain.mine()

    def wait_until(self, moment: int) -> None:
        """Time passes up to a moment; the next block is at it or later."""
        self.wait(max(moment - self.chain[-1].timestamp, 1))

    def money(self, role: str) -> int:
        """Settlement tokens."""
        return int(self.token.balanceOf(self[role]))

    def held(self, contract: str) -> int:
        """Settlement tokens that a contract holds."""
        return int(self.token.balanceOf(self.contracts[contract]))

    def score(self, role: str) -> int:
        """Credit in basis points."""
        return int(self.credit.scoreOf(self[role]))


POSTS = {"attester": 1, "reporter": 2, "arbiter": 3}  # number of each one's post
OPERATORS = ("deployer", "registrar", "treasurer", "attester", "guardian", "reporter", "arbiter")
NODES = tuple(f"node {number}" for number in range(1, 17))
CAPABILITIES = {
    "buyer": BUYER,
    "supplier": SUPPLIER,
    "rival": SUPPLIER,
    "newcomer": SUPPLIER,
    "financier": FINANCIER,
    **dict.fromkeys(NODES, NODE),
}
PAYS_INTO = {
    BUYER: ("PurchaseOrders",),
    SUPPLIER: ("Tenders", "Guarantees"),
    NODE: ("GroupPay", "BetContracts", "CapacityMarket"),
    FINANCIER: ("Receivables",),
}
ROLES = (*OPERATORS, *CAPABILITIES, "stranger")


def deploy_house(containers: Mapping[str, Any], accounts: Any, chain: Any) -> House:
    """All contracts as the operator deploys them, all offices, and everybody with money and allowances."""
    people = dict(zip(ROLES, accounts, strict=False))
    by = {"from": people["deployer"]}
    values = fixed_values(people["deployer"].address, {}, edition=0) | VALUES
    values |= {f"{role} post": number for role, number in POSTS.items()}
    contracts: dict[str, Any] = {}
    for name in ARGUMENTS:
        contracts[name] = containers[name].deploy(*arguments(name, contracts, values), by)
        if name == "Participants":
            for role in POSTS:
                office = web3.keccak(text=role.upper())
                contracts[name].createPost(office, people[role], name_ref(f"{role} 1"), by)
    places = {role: place for place, role in enumerate(people)}
    house = House(contracts, chain, people, places)
    offices = [(role.upper(), people[role]) for role in OPERATORS[1:]]
    offices += [(office, contracts[name]) for office, name in OFFICES_OF_CONTRACTS]
    for office, holder in offices:
        house.participants.grantRole(web3.keccak(text=office), holder, by)
    house.participants.sealContractOffices(by)
    registrar, treasurer = house.by("registrar"), house.by("treasurer")
    for custodian in CUSTODIANS:
        house.participants.register(contracts[custodian], CUSTODIAN, registrar)
    for role, capability in CAPABILITIES.items():
        house.participants.register(people[role], capability, registrar)
        house.token.issue(people[role], MONEY, reference(), treasurer)
        for custodian in PAYS_INTO[capability]:
            house.token.approve(contracts[custodian], UNLIMITED, house.by(role))
    return house
