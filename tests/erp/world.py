"""A small world for tests: parties with roles, a clock, and the steps of the main job with sensible defaults."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from erp.attachments.schemas import AttachFile, SideDataKind
from erp.attachments.service import keep_content
from erp.budget.schemas import ApproveBudget
from erp.database import transaction
from erp.items.schemas import RegisterItem, SetSourcingPolicy
from erp.kernel import amounts
from erp.kernel.base import ErpTable
from erp.kernel.field_class import FieldClass
from erp.kernel.log.model import Document
from erp.kernel.log.queries import changes
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
from erp.ledger.schemas import ClosePeriod
from erp.parties.schemas import EnrolParty, PartyKind, RegisterParty
from erp.payments.schemas import (
    ContributeCapital,
    RecordEscrowDeposit,
    RecordPayment,
    RecordTokenIssue,
)
from erp.procurement.schemas import (
    CloseOrder,
    OpenPurchaseOrder,
    RaiseRequisition,
    RecordAward,
    RecordBid,
    RecordDespatch,
    RecordDiscount,
    RecordGoodsReceipt,
    RecordQuotation,
    RecordSupplierInvoice,
    RecordTender,
)
from erp.quality.schemas import RecordInspection
from erp.second_person import tell
from tests.clerks import clerk_of

T = TypeVar("T", bound=ErpTable)
START = 1_767_225_600  # 2026-01-01T00:00:00Z
DAY = 86_400
REF = "0x" + "ab" * 32
POSTED = {  # what an order says beside its prices and times
    "awarder": "0x" + "aa" * 20,
    "attester_post": 1,
    "arbiter_post": 3,
    "region": "0x" + "00" * 32,
    "schedule_root": "0x" + "00" * 32,
}
TERMS = {
    "fund_seconds": 2 * DAY,
    "grace_seconds": 10 * DAY,
    "silence_seconds": 3 * DAY,
    "lateness_bps_per_day": 50,
    "lateness_cap_bps": 500,
    "tax_bps": 1_300,
    "tolerance_bps": 100,
}
BOND = 10_000
ORDER_TERMS = ("promised_at", "payment_seconds", *TERMS)
SEALED_TERMS = (  # of a requisition and of its tender
    "review_seconds",
    "second_price",
    "day_value_minor",
    "max_days",
    "credit_weight_bps",
)


def account(name: str) -> str:
    """A settlement account made of a name."""
    return "0x" + hashlib.sha256(name.encode()).hexdigest()[:40]


def closing(period: str, entity: str = "buyer") -> ClosePeriod:
    """The close of a month."""
    return ClosePeriod(entity=entity, period=period)


class World:
    """One database and a clock; every step is one transaction."""

    def __init__(self, engine: Engine, sisters: tuple[str, ...] = ()) -> None:
        self.engine = engine
        self.sisters = sisters
        self.now = START
        self.told = 0

    def do(
        self,
        command: Command,
        *,
        origin: str | None = None,
        salt: bytes | None = None,
        actor: str | None = None,
    ) -> Document:
        """Tells the ERP one command, by a clerk of its role; a second one confirms it where two are needed."""
        with transaction(self.engine) as session:
            return self.tell(session, command, origin=origin, salt=salt, actor=actor)

    def tell(
        self,
        session: Session,
        command: Command,
        *,
        origin: str | None = None,
        salt: bytes | None = None,
        actor: str | None = None,
    ) -> Document:
        """Tells one command within a transaction that is already open."""
        self.told += 1
        salt = salt or hashlib.sha256(b"salt %d" % self.told).digest()
        actor = actor or clerk_of(command)
        return tell(
            session,
            command,
            at=self.now,
            salt=salt,
            origin=origin,
            actor=actor,
            second=f"{actor}-2",
        )

    def log(self) -> list[Document]:
        """All documents so far."""
        with transaction(self.engine) as session:
            return changes(session, 0, 10_000)

    def last(self, doc_type: str) -> Document:
        """The newest document of a type."""
        return [document for document in self.log() if document.type == doc_type][-1]

    def rows_of(self, table: type[T], *key: Any) -> T:
        """The row of a table with this key. Raises KeyError."""
        with transaction(self.engine) as session:
            found = Rows.of(session).get(table, *key)
        if found is None:
            raise KeyError(key)
        return found

    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.now += seconds

    def attach(self, about: str, content: bytes = b"some bytes", **changed: Any) -> Document:
        """Bytes put beside a document."""
        with transaction(self.engine) as session:
            salt = hashlib.sha256(b"side %d" % self.told).digest()
            stated: dict[str, Any] = {
                "about": about,
                "kind": SideDataKind.ATTACHMENT,
                "name": None,
                "media_type": "application/pdf",
                "field_class": FieldClass.OPEN,
                "personal": False,
                "size_bytes": len(content),
                "digest": keep_content(session, content, salt),
            }
            return self.tell(session, AttachFile(**{**stated, **changed}))

    # ---- steps of the main job ----

    def party(self, code: str, capabilities: int, tokens: int = 0) -> None:
        """A party that is registered, enrolled and has tokens. Buyers and those in `sisters` are of the house."""
        own = capabilities == 1 or code in self.sisters
        kind = PartyKind.INTERNAL if own else PartyKind.EXTERNAL
        self.do(RegisterParty(code=code, name=code, kind=kind, account=account(code)))
        self.do(EnrolParty(account=account(code), capabilities=capabilities))
        if tokens and kind is PartyKind.INTERNAL:
            self.do(ContributeCapital(entity=code, amount_minor=tokens))
        if tokens:
            self.do(RecordTokenIssue(account=account(code), amount_minor=tokens, bank_ref=REF))

    def treasury(self) -> None:
        """The party that owes what the settlement tokens stand for."""
        self.do(
            RegisterParty(
                code="treasury",
                name="treasury",
                kind=PartyKind.TREASURY,
                account=account("treasury"),
            )
        )

    def item(self) -> None:
        """The item of the worked case with its policy."""
        self.do(RegisterItem(code="bolt", name="Bolt", unit="piece"))
        self.do(self.policy())

    def prepare(self, budget: int = 2_000_000) -> None:
        """Makes a buyer with tokens and budget, a supplier, a rival, and an item that never reorders by itself."""
        self.treasury()
        self.party("buyer", 1, 5_000_000)
        self.party("supplier", 2, 100_000)
        self.party("rival", 2, 100_000)
        self.item()
        if budget:
            self.do(ApproveBudget(entity="buyer", amount_minor=budget))

    def policy(self, **changed: Any) -> SetSourcingPolicy:
        """The sourcing policy of the worked case."""
        fields: dict[str, Any] = {
            "item": "bolt",
            "buyer": "buyer",
            "reorder_point": 0,
            "reorder_quantity": 100,
            "estimate_minor": 1_200_000,
            "candidates": ("supplier", "rival"),
            "commit_seconds": DAY,
            "reveal_seconds": DAY,
            "lead_seconds": 30 * DAY,
            "bond_minor": BOND,
            "min_credit_bps": 5_000,
            **TERMS,
        }
        return SetSourcingPolicy(**{**fields, **changed})

    def tender(
        self, tender_id: int = 1, requisition: Document | None = None, **changed: Any
    ) -> RecordTender:
        """The tender that a requisition asks for."""
        requisition = requisition or self.last("requisition")
        fields = requisition.fields
        stated: dict[str, Any] = {
            "tender_id": tender_id,
            "requisition": requisition.number,
            "requisition_ref": REF,
            "buyer": fields["buyer_account"],
            "quantity": fields["quantity"],
            "ceiling_minor": fields["estimate_minor"],
            "bond_minor": fields["bond_minor"],
            "min_credit_bps": fields["min_credit_bps"],
            "commit_end": self.now + fields["commit_seconds"],
            "reveal_end": self.now + fields["commit_seconds"] + fields["reveal_seconds"],
            **{name: fields[name] for name in (*SEALED_TERMS, *ORDER_TERMS)},
            "invited_root": REF,
            "invited": tuple(candidate["account"] for candidate in fields["candidates"]),
        }
        return RecordTender(**{**stated, **changed})

    def bid(
        self, tender_id: int = 1, supplier: str = "supplier", index: int = 1, **changed: Any
    ) -> RecordBid:
        """A sealed bid."""
        stated: dict[str, Any] = {
            "tender_id": tender_id,
            "supplier": account(supplier),
            "index": index,
            "commitment": REF,
            "bond_minor": BOND,
            "credit_bps": 8_000,
        }
        return RecordBid(**{**stated, **changed})

    def quotation(
        self,
        amount: int = 1_150_000,
        tender_id: int = 1,
        supplier: str = "supplier",
        **changed: Any,
    ) -> RecordQuotation:
        """A revealed bid."""
        stated: dict[str, Any] = {
            "tender_id": tender_id,
            "supplier": account(supplier),
            "amount_minor": amount,
            "bond_returned_minor": BOND,
            "within_ceiling": amount <= 1_200_000,
            "offered_days": 0,
            "score": str(amount),
        }
        return RecordQuotation(**{**stated, **changed})

    def award(self, tender_id: int = 1, **changed: Any) -> RecordAward:
        """The award of a tender with one bid of the supplier."""
        stated: dict[str, Any] = {
            "tender_id": tender_id,
            "supplier": account("supplier"),
            "order_id": tender_id,
            "amount_minor": 1_150_000,
            "bids": 1,
        }
        return RecordAward(**{**stated, **changed})

    def order(
        self, order_id: int = 1, requisition: Document | None = None, **changed: Any
    ) -> OpenPurchaseOrder:
        """The order of an award, on the requisition's terms."""
        requisition = requisition or self.last("requisition")
        fields = requisition.fields
        stated: dict[str, Any] = {
            "order_id": order_id,
            "tender_id": order_id,
            "requisition": requisition.number,
            "requisition_ref": REF,
            "buyer": account("buyer"),
            "supplier": account("supplier"),
            "quantity": fields["quantity"],
            "amount_minor": 1_150_000,
            "promised_at": fields["promised_at"],
            **POSTED,
            **{name: fields[name] for name in (*TERMS, "payment_seconds")},
        }
        stated.update(changed)
        deposit = amounts.required_deposit(
            stated["amount_minor"], stated["tax_bps"], stated["tolerance_bps"]
        )
        return OpenPurchaseOrder(**{"deposit_minor": deposit, **stated})

    def ordered(self, order_id: int = 1, chain_group: str | None = None) -> Document:
        """Plays from requisition to purchase order and returns its document."""
        requisition = self.do(RaiseRequisition(item="bolt", chain_group=chain_group))
        self.do(self.tender(order_id, requisition))
        self.do(self.bid(order_id))
        self.do(self.quotation(tender_id=order_id))
        document = self.do(self.order(order_id, requisition))
        self.do(self.award(order_id))
        return document

    def fund(self, order_id: int = 1, amount: int = 1_350_000) -> Document:
        """The buyer's deposit."""
        return self.do(
            RecordEscrowDeposit(order_id=order_id, buyer=account("buyer"), amount_minor=amount)
        )

    def funded(self, order_id: int = 1) -> str:
        """Plays from requisition to funded order and returns the order's number."""
        number = self.ordered(order_id).number
        self.fund(order_id)
        return number

    def despatch(
        self,
        quantity: int,
        delivery_id: int = 1,
        order_id: int = 1,
        promised_at: int | None = None,
    ) -> Document:
        """Goods leave the supplier."""
        return self.do(
            RecordDespatch(
                order_id=order_id,
                delivery_id=delivery_id,
                supplier=account("supplier"),
                quantity=quantity,
                shipped_at=self.now,
                promised_at=self.promised_at(order_id) if promised_at is None else promised_at,
                despatch_ref=REF,
            )
        )

    def promised_at(self, order_id: int) -> int:
        """When an order was promised; 0 for none."""
        orders = [d for d in self.log() if d.type == "purchase_order"]
        return next(
            (d.fields["promised_at"] for d in orders if d.fields["order_id"] == order_id), 0
        )

    def receive(self, order: str, quantity: int, delivery_id: int = 1) -> Document:
        """Goods arrive now."""
        return self.do(
            RecordGoodsReceipt(
                order=order, delivery_id=delivery_id, quantity=quantity, received_at=self.now
            )
        )

    def inspect(self, receipt: str, accepted: int, rejected: int = 0) -> Document:
        """Goods are inspected."""
        reason = "scratched" if rejected else None
        return self.do(
            RecordInspection(receipt=receipt, accepted=accepted, rejected=rejected, reason=reason)
        )

    def invoice(
        self,
        order: str,
        quantity: int,
        net: int,
        tax: int,
        delivery_id: int = 1,
        number: str = "INV-1",
    ) -> Document:
        """The supplier's claim."""
        return self.do(
            RecordSupplierInvoice(
                order=order,
                delivery_id=delivery_id,
                invoice_number=number,
                quantity=quantity,
                net_minor=net,
                tax_minor=tax,
            )
        )

    def payment(self, match: Document, **changed: Any) -> RecordPayment:
        """The payment in time of a matched delivery."""
        fields = match.fields
        stated: dict[str, Any] = {
            "order_id": fields["order_id"],
            "delivery_id": fields["delivery_id"],
            "match": match.number,
            "supplier": account("supplier"),
            "accepted_amount_minor": fields["accepted_amount_minor"],
            "net_minor": fields["net_minor"],
            "tax_minor": fields["tax_minor"],
            "penalty_minor": 0,
            "contestable_until": 0,
        }
        stated.update(changed)
        stated.setdefault(
            "paid_minor", stated["net_minor"] + stated["tax_minor"] - stated["penalty_minor"]
        )
        return RecordPayment(**stated)

    def discount(self, net: int, delivery_id: int = 1, order_id: int = 1) -> RecordDiscount:
        """The supplier grants a price below the floor."""
        return RecordDiscount(
            order_id=order_id,
            delivery_id=delivery_id,
            supplier=account("supplier"),
            net_minor=net,
            grant_ref=REF,
        )

    def payment_of(self, **stated: Any) -> RecordPayment:
        """A payment as its external event states it."""
        return RecordPayment(**{"contestable_until": 0, **stated})

    def closing(self, accepted: int, amount: int, refunded: int, order_id: int = 1) -> CloseOrder:
        """The end of an order."""
        return CloseOrder(
            order_id=order_id,
            buyer=account("buyer"),
            accepted=accepted,
            accepted_amount_minor=amount,
            refunded_minor=refunded,
        )
