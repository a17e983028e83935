"""Reorder-to-pay: one tender, three sealed bids by invitation, one order, one delivery, T+0 payment."""

from __future__ import annotations

from typing import Any

from bridge.commitments.invitations import invitation_proof, invitation_tree

from ...deployment.accounts import Person
from ...deployment.sealing import place, seal_bid
from .world import BUYER, SUPPLIER, Measured, World

AMOUNTS = (1_000_000, 1_000_002, 1_000_001)  # of the three bidders, minor units
QUANTITY = 500
CEILING = 1_200_000
WINDOW_SECONDS = 3_600
DAY = 86_400
TAX_BPS, TOLERANCE_BPS = 0, 0
NOTHING = "0x" + "00" * 32


class Cycles:
    """The same buyer and the same three suppliers, again and again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._buyer = world.enrol("buyer", BUYER, "PurchaseOrders")
        self._suppliers = [world.enrol(f"supplier {i}", SUPPLIER, "Tenders") for i in range(3)]
        self._done = 0

    def run(self, bond: int = 0) -> list[Measured]:
        """Every transaction of one cycle, with its gas."""
        tender_id, steps = self._tender(bond)
        order_id = self._order(tender_id, steps)
        self._deliver(order_id, steps)
        return steps

    def _tender(self, bond: int) -> tuple[int, list[Measured]]:
        world = self._world
        self._done += 1
        invited = [person.address for person in self._suppliers]
        terms = self._terms(bond, "0x" + invitation_tree(invited).root.hex())
        steps = [
            Measured(
                "openTender",
                world.call(self._buyer, "Tenders", "openTender", terms, invited),
            )
        ]
        tender_id = self._done
        bids = list(zip(self._suppliers, AMOUNTS, strict=True))
        for person, amount in bids:
            sealed = seal_bid(
                place(world.deployment, "Tenders"),
                tender_id,
                person.address,
                amount,
                0,
                self._salt(person),
            )
            proof = invitation_proof(invited, person.address)
            gas = world.call(person, "Tenders", "commitBid", tender_id, terms, sealed, proof)
            steps.append(Measured("commitBid", gas))
        world.node.reach_time(world.now + WINDOW_SECONDS)
        for person, amount in bids:
            values = (tender_id, terms, amount, 0, self._salt(person))
            steps.append(Measured("revealBid", world.call(person, "Tenders", "revealBid", *values)))
        world.node.reach_time(world.now + WINDOW_SECONDS)
        gas = world.call(world.attester, "Tenders", "award", tender_id, terms)
        steps.append(Measured("award", gas))
        return tender_id, steps

    def _order(self, tender_id: int, steps: list[Measured]) -> int:
        order_id = tender_id  # each tender here becomes an order
        values = (AMOUNTS[0], TAX_BPS, TOLERANCE_BPS)
        deposit = self._world.view("PurchaseOrders", "requiredDeposit", *values)
        gas = self._world.call(self._buyer, "PurchaseOrders", "fund", order_id, deposit)
        steps.append(Measured("fund", gas))
        return order_id

    def _deliver(self, order_id: int, steps: list[Measured]) -> None:
        world, attester = self._world, self._world.attester
        net, tax = AMOUNTS[0], AMOUNTS[0] * TAX_BPS // 10_000
        acts: list[tuple[Person, str, tuple[Any, ...]]] = [
            (self._suppliers[0], "ship", (QUANTITY,)),
            (attester, "receiveDelivery", (QUANTITY,)),
            (attester, "inspectDelivery", (QUANTITY,)),
            (attester, "acceptDelivery", (net, tax)),
        ]
        for person, function, values in acts:
            when = (world.now,) if function == "receiveDelivery" else ()
            args = (order_id, 1, *values, *when, world.reference())
            gas = world.call(person, "PurchaseOrders", function, *args)
            steps.append(Measured(function, gas))

    def _salt(self, person: Person) -> bytes:
        return bytes.fromhex(person.address[2:]).rjust(32, b"\x5a")

    def _terms(self, bond: int, invited_root: str) -> dict[str, Any]:
        return {
            "buyer": self._buyer.address,
            "requisitionRef": self._world.reference(),
            "invitedRoot": invited_root,
            "quantity": QUANTITY,
            "ceiling": CEILING,
            "bond": bond,
            "commitSeconds": WINDOW_SECONDS,
            "revealSeconds": WINDOW_SECONDS,
            "reviewSeconds": 0,
            "minCreditBps": 0,
            "pricing": 0,
            "dayValue": 0,
            "maxDays": 0,
            "creditWeightBps": 0,
            "order": {
                "attesterPost": self._post("ATTESTER"),
                "arbiterPost": self._post("ARBITER"),
                "region": NOTHING,
                "scheduleRoot": NOTHING,
                "promisedAt": self._world.now + 60 * DAY,
                "fundSeconds": DAY,
                "graceSeconds": 30 * DAY,
                "silenceSeconds": 7 * DAY,
                "latenessBpsPerDay": 50,
                "latenessCapBps": 500,
                "taxBps": TAX_BPS,
                "toleranceBps": TOLERANCE_BPS,
                "paymentSeconds": 0,
            },
        }

    def _post(self, office: str) -> int:
        """Number of the first post of an office."""
        return next(post.id for post in self._world.deployment.posts_of(office).values())
