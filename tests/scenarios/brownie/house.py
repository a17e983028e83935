"""Roles and the acts of each, in Brownie's words. Amounts in minor units, times in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import brownie
from brownie import web3

BUYER, SUPPLIER, CUSTODIAN = 1, 2, 4  # capabilities
HOUR, DAY = 3_600, 86_400
NEWCOMER_BPS, NEWCOMER_VALUE = 6_000, 10_000_000
CEILING, BOND = 1_000_000, 5_000
LATENESS_BPS_PER_DAY, LATENESS_CAP_BPS = 100, 500
GRACE, SILENCE = 30 * DAY, 7 * DAY
MONEY = 10_000_000
UNLIMITED = 2**256 - 1
OPEN_TO_ALL = b"\0" * 32

_references = count(1)


def reference() -> str:
    """A document's commitment that nobody used yet."""
    return web3.keccak(text=f"document {next(_references)}").hex()


def refuses(error: str) -> Any:
    """What follows is refused with this custom error: its name, or its name and arguments as Brownie tells them."""
    return brownie.reverts(revert_pattern=rf"{error}(: .*)?")


@dataclass
class House:
    """Contracts, people, and what they do."""

    participants: Any
    credit: Any
    token: Any
    orders: Any
    tenders: Any
    chain: Any
    people: dict[str, Any]
    salts: dict[tuple[int, str], str] = field(default_factory=dict)

    def __getitem__(self, role: str) -> Any:
        return self.people[role]

    # ---- tenders ------------------------------------------------------------------------------

    def terms(self, quantity: int = 100, **changed: Any) -> tuple[Any, ...]:
        """What the buyer publishes."""
        wanted = {
            "requisition": reference(),
            "root": OPEN_TO_ALL,
            "ceiling": CEILING,
            "bond": BOND,
            "min_credit": 0,
            "tax_bps": 0,
            "tolerance_bps": 0,
        } | changed
        order = (
            *(self["attester"], self.chain.time() + 30 * DAY, DAY, GRACE, SILENCE),
            *(LATENESS_BPS_PER_DAY, LATENESS_CAP_BPS, wanted["tax_bps"], wanted["tolerance_bps"]),
        )
        return (
            *(wanted["requisition"], wanted["root"], quantity, wanted["ceiling"], wanted["bond"]),
            *(HOUR, HOUR, wanted["min_credit"], order),
        )

    def open_tender(self, quantity: int = 100, **changed: Any) -> int:
        """The buyer opens a tender; its id."""
        sent = self.tenders.openTender(self.terms(quantity, **changed), [], self.by("buyer"))
        return int(sent.events["TenderOpened"]["tenderId"])

    def seal(self, tender: int, role: str, amount: int) -> str:
        """The commitment of a bid, its salt remembered."""
        salt = self.salts.setdefault((tender, role), reference())
        return self.tenders.sealBid(tender, self[role], amount, salt)

    def commit(self, tender: int, role: str, amount: int) -> Any:
        """A supplier commits to a bid."""
        return self.tenders.commitBid(tender, self.seal(tender, role, amount), [], self.by(role))

    def reveal(self, tender: int, role: str, amount: int) -> Any:
        """A supplier reveals its bid."""
        salt = self.salts[tender, role]
        return self.tenders.revealBid(tender, amount, salt, self.by(role))

    def award(self, tender: int) -> Any:
        """Somebody awards."""
        return self.tenders.award(tender, self.by("stranger"))

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

    def ship(self, order: int, quantity: int) -> int:
        """The supplier ships; the delivery's number."""
        sent = self.orders.ship(order, quantity, reference(), self.by("supplier"))
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
        worth = self.inspect(order, delivery, quantity).events["DeliveryInspected"][
            "acceptedAmount"
        ]
        return int(self.accept(order, delivery, worth).events["PaymentReleased"]["paid"])

    # ---- everybody ----------------------------------------------------------------------------

    def by(self, role: str) -> dict[str, Any]:
        """Sent by somebody."""
        return {"from": self[role]}

    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.chain.sleep(seconds)
        self.chain.mine()

    def money(self, role: str) -> int:
        """Settlement tokens."""
        return int(self.token.balanceOf(self[role]))

    def score(self, role: str) -> int:
        """Credit in basis points."""
        return int(self.credit.scoreOf(self[role]))


ROLES = (
    *("deployer", "registrar", "treasurer", "attester", "guardian"),
    *("buyer", "supplier", "rival", "newcomer", "stranger"),
)


def deploy_house(contracts: tuple[Any, ...], accounts: Any, chain: Any) -> House:
    """All contracts, all offices, three suppliers and a buyer with money and allowances."""
    people = dict(zip(ROLES, accounts, strict=True))
    participants_, credit_, token_, orders_, tenders_ = contracts
    by = {"from": people["deployer"]}
    participants = participants_.deploy(2 * DAY, people["deployer"], by)
    credit = credit_.deploy(participants, NEWCOMER_BPS, NEWCOMER_VALUE, by)
    token = token_.deploy(participants, "Settlement", "SET", by)
    orders = orders_.deploy(participants, credit, token, by)
    tenders = tenders_.deploy(participants, credit, token, orders, by)
    offices = {
        "REGISTRAR": people["registrar"],
        "TREASURER": people["treasurer"],
        "ATTESTER": people["attester"],
        "GUARDIAN": people["guardian"],
        "SCORER": orders,
        "AWARDER": tenders,
    }
    for office, holder in offices.items():
        participants.grantRole(web3.keccak(text=office), holder, by)
    registrar, treasurer = {"from": people["registrar"]}, {"from": people["treasurer"]}
    for custodian in (orders, tenders):
        participants.register(custodian, CUSTODIAN, registrar)
    for role in ("buyer", "supplier", "rival", "newcomer"):
        capability = BUYER if role == "buyer" else SUPPLIER
        participants.register(people[role], capability, registrar)
        token.issue(people[role], MONEY, reference(), treasurer)
        spender = orders if role == "buyer" else tenders
        token.approve(spender, UNLIMITED, {"from": people[role]})
    return House(participants, credit, token, orders, tenders, chain, people)
