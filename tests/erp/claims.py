"""Steps of claims and guarantees for tests: an order that is paid later, with a guarantee where one is asked for."""

from __future__ import annotations

from typing import Any

from erp.budget.schemas import ApproveBudget
from erp.guarantees.schemas import (
    AttestDefect,
    RecordDefectSettlement,
    RecordGuaranteePledge,
    RecordGuaranteeRequest,
    ReportDefect,
    RequestGuarantee,
)
from erp.kernel.log.model import Document
from erp.payments.schemas import RecordTokenIssue
from erp.procurement.schemas import RaiseRequisition
from erp.receivables.schemas import (
    RecordClaim,
    RecordClaimOffer,
    RecordClaimPayment,
    RecordClaimSplit,
    RecordClaimTransfer,
    RecordDiscounting,
)
from tests.erp.world import DAY, REF, World, account

TERM = 60 * DAY
AMOUNT, TAX = 1_150_000, 0
WARRANTY = 90 * DAY


class Deal:
    """An order of 100 for 1,150,000, net of tax, of which parts are paid by claims."""

    def __init__(
        self,
        world: World,
        payment_seconds: int = TERM,
        chain_group: str | None = None,
        order_id: int = 1,
    ) -> None:
        self.world, self.order_id = world, order_id
        for who in ("rival", "supplier"):
            world.do(RecordTokenIssue(account=account(who), amount_minor=2 * AMOUNT, bank_ref=REF))
        world.do(world.policy(payment_seconds=payment_seconds, tax_bps=0, tolerance_bps=0))
        requisition = world.do(RaiseRequisition(item="bolt", chain_group=chain_group))
        world.do(world.tender(order_id, requisition))
        world.do(world.bid(order_id))
        world.do(world.quotation(tender_id=order_id))
        self.order = world.do(world.order(order_id, requisition)).number
        world.do(world.award(order_id))

    def fund(self) -> None:
        """The buyer's deposit."""
        self.world.fund(self.order_id, 1_150_000)

    def pay(self, quantity: int = 100, delivery_id: int = 1, days_late: int = 0) -> Document:
        """A delivery from despatch to payment, late or not; the payment."""
        world = self.world
        world.despatch(
            quantity,
            delivery_id,
            self.order_id,
            promised_at=world.now - days_late * DAY if days_late else None,
        )
        world.inspect(world.receive(self.order, quantity, delivery_id).number, quantity)
        net = AMOUNT * quantity // 100
        number = f"INV-{self.order_id}-{delivery_id}"
        world.invoice(self.order, quantity, net, 0, delivery_id, number)
        penalty = net * min(50 * days_late, 500) // 10_000
        return world.do(world.payment(world.last("match"), penalty_minor=penalty))

    def claim(self, claim_id: int = 1, amount: int = AMOUNT, **changed: Any) -> RecordClaim:
        """The claim that the payment became."""
        stated: dict[str, Any] = {
            "claim_id": claim_id,
            "order_id": self.order_id,
            "delivery_id": 1,
            "supplier": account("supplier"),
            "buyer": account("buyer"),
            "amount_minor": amount,
            "due_at": self.world.now + TERM,
        }
        return RecordClaim(**{**stated, **changed})

    def claimed(self) -> Document:
        """Everything up to a claim for the whole order."""
        self.fund()
        self.pay()
        return self.world.do(self.claim())

    def pledged(self, amount: int = 200_000) -> Document:
        """The guarantee that the buyer asked for."""
        world = self.world
        world.do(RequestGuarantee(order=self.order, amount_minor=amount, warranty_seconds=WARRANTY))
        world.do(RecordGuaranteeRequest(**self.guarantee(amount)))
        return world.do(RecordGuaranteePledge(**self.guarantee(amount)))

    def guarantee(self, amount: int) -> dict[str, Any]:
        """What request and pledge say outside."""
        return {
            "order_id": self.order_id,
            "buyer": account("buyer"),
            "supplier": account("supplier"),
            "amount_minor": amount,
            "warranty_seconds": WARRANTY,
        }

    def defect(self, quantity: int = 10) -> Document:
        """A defect that was reported and stands outside."""
        world = self.world
        found = world.do(
            ReportDefect(order=self.order, delivery_id=1, quantity=quantity, reason="cracks")
        )
        world.do(
            AttestDefect(
                order_id=self.order_id,
                delivery_id=1,
                defect=found.number,
                quantity=quantity,
                dispute_by=world.now + 3 * DAY,
            )
        )
        return found


def split(part_id: int, part: int, rest: int, revision: int = 1) -> RecordClaimSplit:
    """A part of claim 1 becomes a claim of its own."""
    return RecordClaimSplit(
        claim_id=1,
        part_id=part_id,
        holder=account("supplier"),
        remaining_minor=rest,
        part_minor=part,
        revision=revision,
    )


def sold(price: int, claim_id: int = 1, amount: int = AMOUNT, **changed: Any) -> RecordDiscounting:
    """A claim sold to the rival, who is a financier too."""
    stated: dict[str, Any] = {
        "claim_id": claim_id,
        "seller": account("supplier"),
        "financier": account("rival"),
        "amount_minor": amount,
        "price_minor": price,
        "revision": 1,
    }
    return RecordDiscounting(**{**stated, **changed})


def handed(
    sender: str, receiver: str, amount: int = AMOUNT, revision: int = 1, claim_id: int = 1
) -> RecordClaimTransfer:
    """A claim handed on."""
    return RecordClaimTransfer(
        claim_id=claim_id,
        sender=account(sender),
        receiver=account(receiver),
        amount_minor=amount,
        revision=revision,
    )


def offered(price: int, to: str | None = "rival", revision: int = 1) -> RecordClaimOffer:
    """Claim 1 is offered."""
    return RecordClaimOffer(
        claim_id=1,
        holder=account("supplier"),
        financier=None if to is None else account(to),
        amount_minor=AMOUNT,
        price_minor=price,
        expires_at=2_000_000_000,
        revision=revision,
    )


def due(holder: str, amount: int = AMOUNT, claim_id: int = 1) -> RecordClaimPayment:
    """A claim is paid to whoever holds it."""
    return RecordClaimPayment(
        claim_id=claim_id, holder=account(holder), buyer=account("buyer"), amount_minor=amount
    )


def settled(quantity: int, amount: int, paid: int, **changed: Any) -> RecordDefectSettlement:
    """A defect of delivery 1 is settled by time."""
    stated: dict[str, Any] = {
        "order_id": 1,
        "delivery_id": 1,
        "ruling": None,
        "ruling_ref": "0x" + "00" * 32,
        "quantity": quantity,
        "amount_minor": amount,
        "paid_minor": paid,
    }
    return RecordDefectSettlement(**{**stated, **changed})


def fill_tables(world: World) -> None:
    """At least one row in every table of claims and guarantees."""
    world.do(ApproveBudget(entity="buyer", amount_minor=2 * AMOUNT))
    deal = Deal(world, order_id=70)
    deal.pledged(1_000)
    deal.claimed()
    world.do(handed("supplier", "rival"))
    deal.defect(1)
