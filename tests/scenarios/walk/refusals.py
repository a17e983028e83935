"""What no rule allows, tried on both sides: the contract refuses the call, and the ERP the event it would have left."""

from __future__ import annotations

import os
from typing import Any

from bridge.errors import CallRefused
from erp.capacity.schemas import RecordCapacityRedemption
from erp.database import transaction
from erp.groups.schemas import RecordBudgetReturn, RecordRoleGrab, RecordStakeRelease
from erp.guarantees.schemas import RecordGuaranteeRelease
from erp.kernel.errors import Rejected
from erp.kernel.schema import Command
from erp.payments.schemas import RecordTokenTransfer
from erp.procurement.schemas import RecordDespatch, RecordOrderPartCancel
from erp.receivables.schemas import RecordClaimPayment, RecordClaimSplit
from erp.rooms import execute
from tests.scenarios.walk.hand import Hand
from tests.world import BUYER

REF = "0x" + "ab" * 32


class RefusalSteps(Hand):
    """Impossible things. Each looks at the chain and at books that have seen the same, so the bridge walks before."""

    def impossible(self) -> None:
        """One of them."""
        self.world.settle()
        ways = (
            self._more_tokens, self._more_of_an_order, self._a_claim_larger_than_itself, self._a_claim_paid_again,
            self._more_minutes, self._a_second_grab, self._a_stake_again, self._a_budget_again, self._a_guarantee_again,
            self._give_up_too_much,
        )  # fmt: skip
        self.dice.choice(ways)()

    def both(self, event: Command, who: str, contract: str, function: str, *args: Any) -> None:
        """The contract refuses the call, and the ERP the event."""
        self.last.append(
            f"{self.operations + 1} on both sides: {who} {contract}.{function}{args!r}"
        )
        try:
            self.world.transact(who, contract, function, *args)
        except CallRefused as refusal:
            self.refused[f"{contract}.{function}: {refusal.error} (both)"] += 1
        else:
            raise AssertionError(f"the contract allowed {who} {contract}.{function}{args!r}")
        name = type(event).__name__
        try:
            with transaction(self.world.engine) as session:
                origin = f"never {os.urandom(16).hex()}"
                at = self.world.now
                execute(session, event, at=at, salt=os.urandom(32), origin=origin, actor="bridge")
        except Rejected as refusal:
            self.refused[f"{name}: {type(refusal).__name__} (both)"] += 1
        else:
            raise AssertionError(f"the ERP booked {event!r}")

    def _more_tokens(self) -> None:
        amount = self.world.balance("RIVAL") + 1
        event = RecordTokenTransfer(
            sender=self._lower("RIVAL"), receiver=self._lower(BUYER), amount_minor=amount
        )
        self.both(event, "RIVAL", "SettlementToken", "transfer", self.address(BUYER), amount)

    def _lower(self, code: str) -> str:
        return self.address(code).lower()

    def _more_of_an_order(self) -> None:
        order = self.pick(
            "SELECT * FROM purchase_order WHERE status = 'FUNDED' ORDER BY order_id DESC"
        )
        if order is None:
            return
        number, quantity = order["deliveries"] + 1, order["quantity"] - order["underway"] + 1
        event = RecordDespatch(
            order_id=order["order_id"], delivery_id=number, supplier=self._lower(order["supplier"]), quantity=quantity,
            shipped_at=self.world.now, promised_at=order["promised_at"], despatch_ref=REF,
        )  # fmt: skip
        who = order["supplier"]
        self.both(
            event, who, "PurchaseOrders", "ship", order["order_id"], number, quantity, self.ref()
        )

    def _give_up_too_much(self) -> None:
        order = self.pick(
            "SELECT * FROM purchase_order WHERE status = 'FUNDED' ORDER BY order_id DESC"
        )
        if order is None:
            return
        quantity = order["quantity"] - order["underway"] + 1
        event = RecordOrderPartCancel(
            order_id=order["order_id"], buyer=self._lower(BUYER), supplier=self._lower(order["supplier"]),
            revision=order["revision"] + 1, quantity=quantity, amount_minor=1, refunded_minor=1,
        )  # fmt: skip
        self.both(
            event, order["supplier"], "PurchaseOrders", "cancelPart", order["order_id"], quantity
        )

    def _a_claim_larger_than_itself(self) -> None:
        claim = self.pick("SELECT * FROM claim WHERE status = 'OPEN' ORDER BY claim_id DESC")
        if claim is None:
            return
        number, part = claim["claim_id"], claim["amount_minor"] + 1
        event = RecordClaimSplit(
            claim_id=number, part_id=number + 10**9, holder=self._lower(claim["holder"]), remaining_minor=1,
            part_minor=part, revision=claim["revision"] + 1,
        )  # fmt: skip
        self.both(event, claim["holder"], "Receivables", "split", number, part)

    def _a_claim_paid_again(self) -> None:
        claim = self.pick("SELECT * FROM claim WHERE status = 'PAID' ORDER BY claim_id DESC")
        if claim is None:
            return
        event = RecordClaimPayment(
            claim_id=claim["claim_id"], holder=self._lower(claim["holder"]), buyer=self._lower(claim["buyer"]),
            amount_minor=claim["amount_minor"],
        )  # fmt: skip
        self.both(event, "RIVAL", "Receivables", "pay", claim["claim_id"])

    def _more_minutes(self) -> None:
        held = self.pick(
            "SELECT h.*, t.plant, t.price_minor FROM capacity_holding h JOIN capacity_token t "
            "ON t.token_id = h.token_id WHERE h.minutes > 0 ORDER BY h.token_id DESC"
        )
        if held is None:
            return
        asked = held["minutes"] + 1
        event = RecordCapacityRedemption(
            redemption_id=10**9, token_id=held["token_id"], holder=self._lower(held["party"]),
            plant=self._lower(held["plant"]), quantity=asked, amount_minor=asked * held["price_minor"], work_order=None,
            production_order_ref=REF, dispute_by=self.world.now + 1,
        )  # fmt: skip
        self.both(
            event,
            held["party"],
            "CapacityMarket",
            "redeem",
            int(held["token_id"]),
            asked,
            self.ref(),
        )

    def _a_second_grab(self) -> None:
        stands = self.pick(
            "SELECT c.*, g.group_id, r.round AS present FROM role_candidate c JOIN chain_group g "
            "ON g.code = c.chain_group JOIN group_role r ON r.chain_group = c.chain_group AND r.role_id = c.role_id "
            "WHERE c.round = r.round ORDER BY g.group_id DESC"
        )
        if stands is None:
            return
        event = RecordRoleGrab(
            group_id=stands["group_id"], role_id=stands["role_id"], round=stands["round"],
            node=self._lower(stands["party"]), index=1, pledge="1", stake_minor=1, credit_bps=7_000, plan_ref=REF,
            leads=False,
        )  # fmt: skip
        place = stands["group_id"], stands["role_id"]
        self.both(event, stands["party"], "ChainGroups", "grabRole", *place, 1, self.ref())

    def _a_stake_again(self) -> None:
        free = self.pick(
            "SELECT c.*, g.group_id FROM role_candidate c JOIN chain_group g ON g.code = c.chain_group "
            "WHERE c.stake_held_minor = 0 ORDER BY g.group_id DESC"
        )
        if free is None:
            return
        place = free["group_id"], free["role_id"], free["round"]
        event = RecordStakeRelease(
            group_id=place[0],
            role_id=place[1],
            round=place[2],
            node=self._lower(free["party"]),
            stake_minor=1,
        )
        self.both(event, "RIVAL", "GroupPay", "releaseStake", *place, self.address(free["party"]))

    def _a_budget_again(self) -> None:
        group = self.pick("SELECT * FROM chain_group WHERE budget_returned ORDER BY group_id DESC")
        if group is None:
            return
        number = group["group_id"]
        event = RecordBudgetReturn(
            group_id=number, leader=self._lower(group["leader"]), amount_minor=1
        )
        self.both(event, "RIVAL", "GroupPay", "returnBudget", number)

    def _a_guarantee_again(self) -> None:
        found = self.pick(
            "SELECT * FROM guarantee WHERE status = 'RELEASED' ORDER BY order_id DESC"
        )
        if found is None:
            return
        number = found["order_id"]
        event = RecordGuaranteeRelease(
            order_id=number, supplier=self._lower(found["supplier"]), amount_minor=1
        )
        self.both(event, "RIVAL", "Guarantees", "release", number)
