"""Steps of machine-minutes: sold, passed on, redeemed, forgotten; runs, failures, payouts, explanations."""

# ruff: noqa: S608 - states and numbers of our own

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import RowMapping

from erp.capacity.rules import TokenTerms, days_touched, outcome_bps, terms_of, token_id_of
from erp.capacity.schemas import (
    CapacityLine,
    ExplainCapacityTransfer,
    RecordCapacityAttested,
    RecordCapacityExpiry,
    RecordCapacityOutcome,
    RecordCapacityPayout,
    RecordCapacityPurchase,
    RecordCapacityRedemption,
    RecordCapacityRefund,
    RecordCapacitySale,
    RecordCapacitySaleClose,
    RecordCapacityTransfer,
    RecordDeviceAttester,
    RecordDeviceRegistration,
    RecordRunAttestation,
    RecordRunDispute,
    RecordRunDisputeLapse,
    RecordRunDisputeWithdrawal,
    RecordRunRuling,
    RecordRunSettlement,
    RecordSlotFailureAttestation,
)
from erp.kernel.schema import Command
from erp.payments.schemas import RecordTokenTransfer
from tests.erp.walk.dice import Dice, Stroke
from tests.erp.world import DAY, REF, account

HOUR = 3_600
PLANTS, HOLDERS = ("supplier", "maker"), ("buyer", "rival", "maker")
NOWHERE, SOMEWHERE = "0x" + "00" * 32, "0x" + "cd" * 32
SLOT_SECONDS = 30 * HOUR  # so long that it touches two days or three
HELD = (
    "SELECT h.token_id, h.party, h.minutes, t.plant, t.device_id, t.slot_index, t.price_minor, s.failed "
    "FROM capacity_holding h JOIN capacity_token t ON t.token_id = h.token_id "
    "JOIN capacity_slot s ON s.device_id = t.device_id AND s.slot_index = t.slot_index "
    "WHERE h.minutes > 0 ORDER BY t.device_id DESC"
)
RUNS = "SELECT * FROM capacity_redemption WHERE status <> 'SETTLED' ORDER BY redemption_id DESC"


class MinuteSteps(Dice):
    """Devices, sales, holdings, redemptions of machine-minutes."""

    def machine(self) -> Stroke:
        """A plant registers a device, its attester finds minutes free, and they are offered."""
        device, plant = self.new_id(), account(self.dice.choice(PLANTS))
        minutes, floor = self.number(10, SLOT_SECONDS // 60), self.number(1, 200)
        registered = RecordDeviceRegistration(
            device_id=device, plant=plant, device_ref=REF, region=self.dice.choice([NOWHERE, SOMEWHERE]),
            attester_post=1, arbiter_post=3, grid_start=self.world.now + self.number(1, 20) * DAY,
            slot_seconds=SLOT_SECONDS, notice_seconds=HOUR, report_seconds=DAY, dispute_seconds=DAY, ruling_seconds=DAY,
        )  # fmt: skip
        sale = RecordCapacitySale(
            sale_id=self.new_id(), device_id=device, plant=plant, slot_index=0, opens_at=self.world.now,
            closes_at=self.world.now + DAY, quantity=self.number(1, minutes), start_minor=floor + self.number(0, 99),
            floor_minor=floor,
        )  # fmt: skip
        attested = self._attested(device, 0, minutes)
        post = RecordDeviceAttester(device_id=device, attester_post=self.number(1, 9))
        return Stroke((registered, attested, sale, *([post] if self.rarely(4) else [])))

    def attest_minutes(self) -> Stroke | None:
        """What is free of a slot changes; sometimes below what is sold."""
        slot = self.pick("SELECT * FROM capacity_slot ORDER BY device_id DESC")
        if slot is None:
            return None
        free = self.number(max(slot["issued"] - 2, 0), SLOT_SECONDS // 60 + 1)
        return Stroke((self._attested(slot["device_id"], slot["issued"], free),))

    @staticmethod
    def _attested(device: int, issued: int, minutes: int) -> RecordCapacityAttested:
        return RecordCapacityAttested(
            device_id=device, slot_index=0, attester_post=1, attester=account("attester"), attested=minutes,
            issued=issued, evidence_ref=REF,
        )  # fmt: skip

    def buy_minutes(self) -> Stroke | None:
        """Somebody buys minutes, now and then more than are left; or the plant ends the sale."""
        sale = self.pick("SELECT * FROM capacity_sale WHERE status = 'OPEN' ORDER BY sale_id DESC")
        if sale is None:
            return self.machine()
        left = sale["quantity"] - sale["sold"]
        if self.rarely(8):
            closed = RecordCapacitySaleClose(
                sale_id=sale["sale_id"],
                plant=account(sale["plant"]),
                sold=sale["sold"],
                unsold=left,
            )
            return Stroke((closed,))
        minutes = self.number(1, left + self.rarely(9)) if left else 1
        price = self.number(sale["floor_minor"], sale["start_minor"])
        bought = RecordCapacityPurchase(
            sale_id=sale["sale_id"],
            token_id=token_id_of(TokenTerms(sale["device_id"], sale["slot_index"], 1, price)),
            buyer=account(self.dice.choice([h for h in HOLDERS if h != sale["plant"]])),
            plant=account(sale["plant"]), quantity=minutes, price_minor=price, amount_minor=minutes * price,
        )  # fmt: skip
        return Stroke((bought,))

    def pass_minutes_on(self) -> Stroke | None:
        """Minutes go to another, for a payment, by mistake, or for nothing that anybody says."""
        held = self.pick(HELD)
        if held is None:
            return None
        receiver = self.dice.choice([h for h in HOLDERS if h not in (held["party"], held["plant"])])
        minutes = self.number(1, held["minutes"] + self.rarely(9))
        there = self._moved(held["party"], receiver, held["token_id"], minutes)
        more: list[Command] = []
        if self.rarely(3):
            more = [self._moved(receiver, held["party"], held["token_id"], minutes)]
        elif not self.rarely(3):
            paid = self.number(1, 2 * minutes * held["price_minor"])
            more = [
                RecordTokenTransfer(
                    sender=account(receiver), receiver=account(held["party"]), amount_minor=paid
                )
            ]
        return Stroke((there, *more), "bridge")

    def _moved(
        self, sender: str, receiver: str, token: str, minutes: int
    ) -> RecordCapacityTransfer:
        first = self.number(0, minutes - 1) if minutes > 1 else 0
        parts = [part for part in (first, minutes - first) if part]
        return RecordCapacityTransfer(
            sender=account(sender),
            receiver=account(receiver),
            lines=tuple(CapacityLine(token_id=token, minutes=part) for part in parts),
        )

    def explain_minutes(self) -> Stroke | None:
        """Finance says why minutes moved; sometimes the second time, or by what does not fit."""
        waits = "" if self.rarely(6) else "WHERE explained_by IS NULL"
        moved = self.pick(f"SELECT * FROM capacity_transfer {waits} ORDER BY number DESC")
        if moved is None:
            return None
        ends = {"sender": moved["receiver"], "receiver": moved["sender"]}
        back = "WHERE explained_by IS NULL AND sender = :sender AND receiver = :receiver ORDER BY number DESC"
        paid = self.pick(f"SELECT number FROM suspense_item {back}", **ends)
        returned = self.pick(f"SELECT number FROM capacity_transfer {back}", **ends)
        by_return = returned is not None and self.rarely(2)
        return Stroke(
            (
                ExplainCapacityTransfer(
                    transfer=moved["number"],
                    paid_by=paid["number"] if paid and not by_return else None,
                    returned_by=returned["number"] if returned and by_return else None,
                    reason="asked both",
                ),
            )
        )

    def redeem_minutes(self) -> Stroke | None:
        held = self.pick(HELD)
        if held is None:
            return self.buy_minutes()
        minutes = self.number(1, held["minutes"] + self.rarely(9))
        return Stroke(
            (
                RecordCapacityRedemption(
                    redemption_id=self.new_id(), token_id=held["token_id"], holder=account(held["party"]),
                    plant=account(held["plant"]), quantity=minutes, amount_minor=minutes * held["price_minor"],
                    work_order=None, production_order_ref=REF, dispute_by=self.world.now + DAY,
                ),
            )
        )  # fmt: skip

    def run_minutes(self) -> Stroke | None:
        """One of the things that can happen to a run, whether its state allows it or not."""
        found = self.pick(RUNS)
        if found is None:
            return self.redeem_minutes()
        acts = [
            self._report,
            self._dispute,
            self._withdraw,
            self._lapse,
            self._rule,
            self._settle,
            self._settle,
        ]
        act: Callable[[RowMapping], tuple[Command, ...]] = self.dice.choice(acts)
        return Stroke(act(found))

    def _report(self, run: RowMapping) -> tuple[Command, ...]:
        ran = self.number(0, run["minutes"] + self.rarely(9))
        return (
            RecordRunAttestation(
                redemption_id=run["redemption_id"], attester=account("attester"), evidence_ref=REF, ran=ran,
                dispute_by=self.world.now + DAY,
            ),
        )  # fmt: skip

    def _party(self, run: RowMapping) -> str:
        return account(self.dice.choice([run["holder"], run["plant"]]))

    def _dispute(self, run: RowMapping) -> tuple[Command, ...]:
        told: dict[str, Any] = {"redemption_id": run["redemption_id"], "caller": self._party(run)}
        return (RecordRunDispute(**told, reason_ref=REF, rule_by=self.world.now + 2 * DAY),)

    def _withdraw(self, run: RowMapping) -> tuple[Command, ...]:
        told: dict[str, Any] = {"redemption_id": run["redemption_id"], "caller": self._party(run)}
        return (RecordRunDisputeWithdrawal(**told, settleable_at=self.world.now),)

    def _lapse(self, run: RowMapping) -> tuple[Command, ...]:
        lapsed = RecordRunDisputeLapse(redemption_id=run["redemption_id"])
        return (lapsed, self._settled(run, run["ran"]))

    def _rule(self, run: RowMapping) -> tuple[Command, ...]:
        ran = self.number(0, run["minutes"])
        ruled = RecordRunRuling(
            redemption_id=run["redemption_id"], arbiter=account("arbiter"), ruling_ref=REF, ran=ran
        )
        return (ruled, self._settled(run, ran))

    def _settle(self, run: RowMapping) -> tuple[Command, ...]:
        stands = [0, run["ran"], run["minutes"], self.number(0, run["minutes"])]
        return (self._settled(run, self.dice.choice(stands)),)

    @staticmethod
    def _settled(run: RowMapping, ran: int) -> RecordRunSettlement:
        price = terms_of(run["token_id"]).price_minor
        return RecordRunSettlement(
            redemption_id=run["redemption_id"], plant=account(run["plant"]), holder=account(run["holder"]), ran=ran,
            quantity=run["minutes"], to_plant_minor=ran * price, to_holder_minor=(run["minutes"] - ran) * price,
        )  # fmt: skip

    def give_minutes_up(self) -> Stroke | None:
        """All that somebody holds of a token expires, or is refunded where the slot failed."""
        held = self.pick(HELD)
        if held is None:
            return None
        told = {
            "token_id": held["token_id"], "holder": account(held["party"]), "plant": account(held["plant"]),
            "quantity": held["minutes"], "amount_minor": held["minutes"] * held["price_minor"],
        }  # fmt: skip
        refunded = bool(held["failed"]) != self.rarely(9)
        return Stroke((RecordCapacityRefund(**told) if refunded else RecordCapacityExpiry(**told),))

    def fail_slot(self) -> Stroke | None:
        slot = self.pick("SELECT * FROM capacity_slot ORDER BY device_id DESC")
        if slot is None:
            return None
        return Stroke(
            (
                RecordSlotFailureAttestation(
                    device_id=slot["device_id"],
                    slot_index=0,
                    caller=account("attester"),
                    reason_ref=REF,
                ),
            )
        )

    def count_slot(self) -> Stroke | None:
        """What a plant kept of a slot is counted."""
        slot = self.pick(
            "SELECT t.device_id, CAST(sum(t.settled) AS BIGINT) AS settled, CAST(sum(t.ran) AS BIGINT) AS ran, "
            "CAST(sum(t.settled * t.price_minor) AS BIGINT) AS worth_minor, "
            "d.plant, d.grid_start, d.region FROM capacity_token t JOIN capacity_device d ON d.device_id = t.device_id "
            "WHERE t.settled > 0 GROUP BY t.device_id, d.plant, d.grid_start, d.region ORDER BY t.device_id DESC"
        )
        if slot is None:
            return None
        days = days_touched(slot["grid_start"], slot["grid_start"] + SLOT_SECONDS)
        excused = self.number(0, days) if slot["region"] == SOMEWHERE else 0
        return Stroke(
            (
                RecordCapacityOutcome(
                    device_id=slot["device_id"], slot_index=0, plant=account(slot["plant"]), quantity=slot["settled"],
                    ran=slot["ran"], weight_minor=slot["worth_minor"], excused_days=excused,
                    outcome_bps=outcome_bps(slot["settled"], slot["ran"], days, excused),
                ),
            )
        )  # fmt: skip

    def pay_out_minutes(self) -> Stroke | None:
        """A market pays what it owes, now and then a fen more."""
        owed = self.pick("SELECT * FROM capacity_owed WHERE owed_minor > 0 ORDER BY party")
        if owed is None:
            return None
        amount = owed["owed_minor"] + self.rarely(9)
        told = {"account": account(owed["party"]), "caller": account("keeper")}
        return Stroke((RecordCapacityPayout(**told, amount_minor=amount),))
