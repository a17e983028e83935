"""Steps of claims and guarantees: issued, split, offered, sold, handed on, paid; pledged, claimed, defects, released."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from sqlalchemy import RowMapping

from erp.guarantees.rules import defect_worth, undelivered_share
from erp.guarantees.schemas import (
    AttestDefect,
    RecordDefectDispute,
    RecordDefectDisputeWithdrawal,
    RecordDefectSettlement,
    RecordDefectVoid,
    RecordGuaranteePledge,
    RecordGuaranteeRelease,
    RecordGuaranteeRequest,
    RecordGuaranteeShare,
    ReportDefect,
    RequestGuarantee,
)
from erp.kernel.schema import Command
from erp.payments.schemas import RecordTokenTransfer
from erp.receivables.schemas import (
    ExplainClaimTransfer,
    RecordClaim,
    RecordClaimOffer,
    RecordClaimPayment,
    RecordClaimSplit,
    RecordClaimTransfer,
    RecordDiscounting,
    RecordOfferWithdrawal,
)
from tests.erp.walk.dice import Dice, Stroke
from tests.erp.world import DAY, REF, account

FIRMS = ("buyer", "maker", "rival", "supplier")
UNCLAIMED = (
    "SELECT d.*, o.payment_seconds, o.buyer, o.supplier AS seller FROM delivery d "
    "JOIN purchase_order o ON o.order_id = d.order_id WHERE d.unclaimed_minor > 0 ORDER BY d.order_id DESC"
)
PLEDGED = (
    "SELECT g.*, o.number AS order_number, o.status AS order_status, o.amount_minor AS ordered_minor, "
    "o.defaulted_minor, o.accepted_amount_minor FROM guarantee g "
    "JOIN purchase_order o ON o.order_id = g.order_id WHERE g.status = 'PLEDGED' "
)
DEFECTIVE = (
    "SELECT f.*, o.supplier, d.accepted, d.accepted_amount_minor AS worth_minor, g.left_minor, "
    "(SELECT coalesce(sum(x.settled_quantity), 0) FROM defect x WHERE x.order_id = f.order_id "
    "AND x.delivery_id = f.delivery_id) AS standing "
    "FROM defect f JOIN purchase_order o ON o.order_id = f.order_id "
    "JOIN delivery d ON d.order_id = f.order_id AND d.delivery_id = f.delivery_id "
    "JOIN guarantee g ON g.order_id = f.order_id WHERE f.status NOT IN ('SETTLED', 'VOID') ORDER BY f.number DESC"
)


class ClaimSteps(Dice):
    """Payments that are due later, and deposits of suppliers."""

    def issue_claim(self) -> Stroke | None:
        """What was paid later becomes a claim, now and then of a fen too much."""
        part = self.pick(UNCLAIMED)
        if part is None:
            return None
        claim = RecordClaim(
            claim_id=self.new_id(), order_id=part["order_id"], delivery_id=part["delivery_id"],
            supplier=account(part["seller"]), buyer=account(part["buyer"]),
            amount_minor=part["unclaimed_minor"] + self.rarely(9), due_at=self.world.now + part["payment_seconds"],
        )  # fmt: skip
        return Stroke((claim,))

    def decide_claim(self) -> Stroke | None:
        """The holder splits, offers, keeps, sells or hands on; or the claim is paid."""
        found = self.pick("SELECT * FROM claim WHERE status = 'OPEN' ORDER BY claim_id DESC")
        if found is None:
            return self.issue_claim()
        act = self.dice.choice([self._split, self._offer, self._sell, self._hand_on, self._due])
        return Stroke(act(found))

    def _split(self, found: RowMapping) -> tuple[Command, ...]:
        part = self.number(1, max(1, found["amount_minor"] - 1))
        rest = max(1, found["amount_minor"] - part)
        return (
            RecordClaimSplit(
                claim_id=found["claim_id"], part_id=self.new_id(), holder=account(found["holder"]),
                remaining_minor=rest, part_minor=part, revision=found["revision"] + 1,
            ),
        )  # fmt: skip

    def _offer(self, found: RowMapping) -> tuple[Command, ...]:
        told = {"claim_id": found["claim_id"], "holder": account(found["holder"])}
        offer = RecordClaimOffer(
            **told, financier=account(self._other(found)) if self.rarely(2) else None,
            amount_minor=found["amount_minor"], price_minor=self._sold_at(found), expires_at=self.world.now + DAY,
            revision=found["revision"] + 1,
        )  # fmt: skip
        if self.rarely(3):
            return (offer, RecordOfferWithdrawal(**told, revision=found["revision"] + 2))
        return (offer,)

    def _sell(self, found: RowMapping) -> tuple[Command, ...]:
        return (
            RecordDiscounting(
                claim_id=found["claim_id"], seller=account(found["holder"]), financier=account(self._other(found)),
                amount_minor=found["amount_minor"], price_minor=self._sold_at(found), revision=found["revision"] + 1,
            ),
        )  # fmt: skip

    def _hand_on(self, found: RowMapping) -> tuple[Command, ...]:
        """For a payment, by mistake, or for nothing that anybody says."""
        there, other = found["holder"], self._other(found)
        moved: list[Command] = [self._handed(found, there, other, 1)]
        if self.rarely(3):
            moved.append(self._handed(found, other, there, 2))
        elif not self.rarely(3):
            paid = self.number(1, found["amount_minor"] + self.rarely(6))
            moved.append(
                RecordTokenTransfer(
                    sender=account(other), receiver=account(there), amount_minor=paid
                )
            )
        return tuple(moved)

    @staticmethod
    def _handed(found: RowMapping, sender: str, receiver: str, words: int) -> RecordClaimTransfer:
        return RecordClaimTransfer(
            claim_id=found["claim_id"], sender=account(sender), receiver=account(receiver),
            amount_minor=found["amount_minor"], revision=found["revision"] + words,
        )  # fmt: skip

    def _due(self, found: RowMapping) -> tuple[Command, ...]:
        paid = RecordClaimPayment(
            claim_id=found["claim_id"], holder=account(found["holder"]), buyer=account(found["buyer"]),
            amount_minor=found["amount_minor"],
        )  # fmt: skip
        return (paid,) * (1 + self.rarely(5))

    def _other(self, found: RowMapping) -> str:
        return self.dice.choice([firm for firm in FIRMS if firm != found["holder"]])

    def _sold_at(self, found: RowMapping) -> int:
        return self.number(max(1, found["amount_minor"] * 9 // 10), found["amount_minor"])

    def explain_claim(self) -> Stroke | None:
        """Finance says why a claim was handed on; sometimes the second time, or by what does not fit."""
        waits = "" if self.rarely(6) else "WHERE explained_by IS NULL"
        moved = self.pick(f"SELECT * FROM claim_transfer {waits} ORDER BY number DESC")
        if moved is None:
            return None
        ends = {"sender": moved["receiver"], "receiver": moved["sender"]}
        back = "WHERE explained_by IS NULL AND sender = :sender AND receiver = :receiver ORDER BY number DESC"
        paid = self.pick(f"SELECT number FROM suspense_item {back}", **ends)
        returned = self.pick(f"SELECT number FROM claim_transfer {back}", **ends)
        told = {"transfer": moved["number"], "reason": "asked both"}
        if returned is not None and self.rarely(2):
            return Stroke((ExplainClaimTransfer(**told, returned_by=returned["number"]),))
        if paid is not None and not self.rarely(4):
            return Stroke((ExplainClaimTransfer(**told, paid_by=paid["number"]),))
        accounts = {
            "sender_account": self.dice.choice(["1123.01", "6711.01", "1002"]),
            "receiver_account": "2203",
        }
        return Stroke((ExplainClaimTransfer(**told, **accounts),))

    # ---- guarantees -----------------------------------------------------------------------------

    def guarantee(self) -> Stroke | None:
        """A guarantee is asked for, requested and pledged; now and then below the request, or twice."""
        order = self.order_in("OPENED")
        if order is None:
            return None
        amount, warranty = self.number(1, 50_000), self.number(0, 9) * DAY
        told = {
            "order_id": order["order_id"], "buyer": account(order["buyer"]), "supplier": account(order["supplier"]),
            "warranty_seconds": warranty,
        }  # fmt: skip
        ask = RequestGuarantee(
            order=order["number"], amount_minor=amount, warranty_seconds=warranty
        )
        request = RecordGuaranteeRequest(**told, amount_minor=amount)
        pledge = RecordGuaranteePledge(
            **told, amount_minor=max(1, amount - self.rarely(8) + self.rarely(3))
        )
        first: list[Command] = [ask] if self.rarely(2) else []
        return Stroke((*first, *([request] if self.rarely(2) else []), pledge))

    def defect(self) -> Stroke | None:
        """Goods of a guaranteed order turn out to be bad, now and then more than there are."""
        order = self.pick(PLEDGED + "ORDER BY g.order_id DESC")
        if order is None:
            return self.guarantee()
        part = self.pick(
            "SELECT * FROM delivery WHERE order_id = :order AND status = 'PAID' ORDER BY delivery_id",
            order=order["order_id"],
        )
        if part is None:
            return None
        report = ReportDefect(
            order=order["order_number"], delivery_id=part["delivery_id"],
            quantity=self.number(1, part["accepted"] + self.rarely(5)), reason="rust",
        )  # fmt: skip
        return Stroke((report,))

    def decide_defect(self) -> Stroke | None:
        """A reported defect stands outside; it is disputed, or not any more, or settled."""
        found = self.pick(DEFECTIVE)
        if found is None:
            return self.defect()
        place = {"order_id": found["order_id"], "delivery_id": found["delivery_id"]}
        attested = AttestDefect(
            **place, defect=found["number"], quantity=found["quantity"], dispute_by=self.world.now
        )
        disputed = RecordDefectDispute(
            **place, reason_ref=REF, supplier=account(found["supplier"]), rule_by=self.world.now
        )
        dropped = RecordDefectDisputeWithdrawal(**place, supplier=account(found["supplier"]))
        if found["status"] == "REPORTED" and not self.rarely(9):
            return Stroke((attested,))
        fitting, other = (
            (dropped, disputed) if found["status"] == "DISPUTED" else (disputed, dropped)
        )
        decided = other if self.rarely(9) else fitting
        return Stroke((self.dice.choice([decided, self._compensated(found)]),))

    def void_defect(self) -> Stroke | None:
        """A report that reached the outside after the warranty, now and then one that did not."""
        over = (
            "AND (g.status = 'RELEASED' OR (g.release_at > 0 AND g.release_at <= :now)) "
            if not self.rarely(9)
            else ""
        )
        found = self.pick(
            "SELECT f.* FROM defect f JOIN guarantee g ON g.order_id = f.order_id "
            f"WHERE f.status = 'REPORTED' AND :now > 0 {over}ORDER BY f.number DESC",
            now=self.world.now,
        )
        if found is None:
            return None
        place = {"order_id": found["order_id"], "delivery_id": found["delivery_id"]}
        return Stroke((RecordDefectVoid(**place, defect=found["number"]),), "bridge")

    def _compensated(self, found: RowMapping) -> RecordDefectSettlement:
        quantity = self.dice.choice([found["quantity"], self.number(0, found["quantity"])])
        amount = defect_worth(
            found["worth_minor"], found["accepted"], int(found["standing"]), quantity
        )
        return RecordDefectSettlement(
            order_id=found["order_id"], delivery_id=found["delivery_id"], ruling=None, ruling_ref=REF,
            quantity=quantity, amount_minor=amount, paid_minor=min(amount, found["left_minor"]),
        )  # fmt: skip

    def end_guarantee(self) -> Stroke | None:
        """The undelivered share, then what is left, of an order that ended; now and then of one that did not."""
        ended = "" if self.rarely(6) else "AND o.status IN ('CLOSED', 'CANCELLED') "
        found = self.pick(PLEDGED + ended + "ORDER BY g.order_id DESC")
        if found is None:
            return None
        ordered = found["ordered_minor"] + found["defaulted_minor"]
        undelivered = ordered - found["accepted_amount_minor"]
        paid = undelivered_share(found["amount_minor"], undelivered, ordered, found["left_minor"])
        share = RecordGuaranteeShare(
            order_id=found["order_id"], buyer=account(found["buyer"]), undelivered_minor=undelivered,
            ordered_minor=ordered, paid_minor=paid,
        )  # fmt: skip
        is_due = found["order_status"] == "CLOSED" and not found["share_claimed"]
        rest = found["left_minor"] - (paid if is_due else 0)
        back = RecordGuaranteeRelease(
            order_id=found["order_id"], supplier=account(found["supplier"]), amount_minor=rest
        )
        return Stroke((share, back) if is_due else (back,))
