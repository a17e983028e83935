"""Steps of machine-minutes for tests: a plant with a device, sales, redemptions, with sensible defaults."""

from __future__ import annotations

from typing import Any

from erp.capacity.rules import TokenTerms, token_id_of
from erp.capacity.schemas import (
    CapacityLine,
    ExplainCapacityTransfer,
    RecordCapacityAttested,
    RecordCapacityExpiry,
    RecordCapacityPayout,
    RecordCapacityPurchase,
    RecordCapacityRedemption,
    RecordCapacityRefund,
    RecordCapacitySale,
    RecordCapacityTransfer,
    RecordDeviceRegistration,
    RecordRunAttestation,
    RecordRunSettlement,
    RecordSlotFailureAttestation,
)
from erp.kernel.log.model import Document
from tests.erp.world import DAY, REF, World, account

HOUR = 3_600
NOWHERE = "0x" + "00" * 32
PLANT = "supplier"
MINUTES = 300
START_PRICE, FLOOR = 200, 100  # a minute
PRICE = 140


def token(price: int = PRICE, slot: int = 0, device: int = 1) -> str:
    """The id of the token sold at a price."""
    return token_id_of(TokenTerms(device, slot, 1, price))


class Market:
    """The capacity market of a world, told as its events tell it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.redeemed = 0

    def open(self, region: str = NOWHERE, minutes: int = MINUTES) -> Document:
        """A device whose slot 0 begins in ten days, with free minutes, all offered; the sale."""
        self.world.do(self.device(region=region))
        self.world.do(self.attested(minutes))
        return self.world.do(self.sale())

    def device(self, **changed: Any) -> RecordDeviceRegistration:
        stated: dict[str, Any] = {
            "device_id": 1,
            "plant": account(PLANT),
            "device_ref": REF,
            "region": NOWHERE,
            "attester_post": 1,
            "arbiter_post": 3,
            "grid_start": self.world.now + 10 * DAY,
            "slot_seconds": 8 * HOUR,
            "notice_seconds": HOUR,
            "report_seconds": DAY,
            "dispute_seconds": DAY,
            "ruling_seconds": DAY,
        }
        return RecordDeviceRegistration(**{**stated, **changed})

    def attested(self, minutes: int = MINUTES, **changed: Any) -> RecordCapacityAttested:
        stated: dict[str, Any] = {
            "device_id": 1,
            "slot_index": 0,
            "attester_post": 1,
            "attester": account("attester"),
            "attested": minutes,
            "issued": 0,
            "evidence_ref": REF,
        }
        return RecordCapacityAttested(**{**stated, **changed})

    def sale(self, **changed: Any) -> RecordCapacitySale:
        stated: dict[str, Any] = {
            "sale_id": 1,
            "device_id": 1,
            "plant": account(PLANT),
            "slot_index": 0,
            "opens_at": self.world.now,
            "closes_at": self.world.now + DAY,
            "quantity": MINUTES,
            "start_minor": START_PRICE,
            "floor_minor": FLOOR,
        }
        return RecordCapacitySale(**{**stated, **changed})

    def purchase(
        self, minutes: int, buyer: str = "buyer", price: int = PRICE, **changed: Any
    ) -> RecordCapacityPurchase:
        stated: dict[str, Any] = {
            "sale_id": 1,
            "token_id": token(price),
            "buyer": account(buyer),
            "plant": account(PLANT),
            "quantity": minutes,
            "price_minor": price,
            "amount_minor": minutes * price,
        }
        return RecordCapacityPurchase(**{**stated, **changed})

    def transfer(
        self, minutes: int, sender: str = "buyer", receiver: str = "rival", price: int = PRICE
    ) -> RecordCapacityTransfer:
        return RecordCapacityTransfer(
            sender=account(sender),
            receiver=account(receiver),
            lines=(CapacityLine(token_id=token(price), minutes=minutes),),
        )

    def redemption(
        self, minutes: int, holder: str = "buyer", price: int = PRICE, **changed: Any
    ) -> RecordCapacityRedemption:
        self.redeemed += 1
        stated: dict[str, Any] = {
            "redemption_id": self.redeemed,
            "token_id": token(price),
            "holder": account(holder),
            "plant": account(PLANT),
            "quantity": minutes,
            "amount_minor": minutes * price,
            "work_order": None,
            "production_order_ref": REF,
            "dispute_by": self.world.now + 12 * DAY,
        }
        return RecordCapacityRedemption(**{**stated, **changed})

    def report(self, ran: int, redemption_id: int = 1) -> RecordRunAttestation:
        return RecordRunAttestation(
            redemption_id=redemption_id,
            attester=account("attester"),
            evidence_ref=REF,
            ran=ran,
            dispute_by=self.world.now + DAY,
        )

    def settlement(
        self, ran: int, minutes: int, holder: str = "buyer", price: int = PRICE, **changed: Any
    ) -> RecordRunSettlement:
        stated: dict[str, Any] = {
            "redemption_id": 1,
            "plant": account(PLANT),
            "holder": account(holder),
            "ran": ran,
            "quantity": minutes,
            "to_plant_minor": ran * price,
            "to_holder_minor": (minutes - ran) * price,
        }
        return RecordRunSettlement(**{**stated, **changed})

    def expiry(
        self, minutes: int, holder: str = "rival", price: int = PRICE, **changed: Any
    ) -> RecordCapacityExpiry:
        return RecordCapacityExpiry(**self._given_up(minutes, holder, price) | changed)

    def refund(
        self, minutes: int, holder: str = "buyer", price: int = PRICE, **changed: Any
    ) -> RecordCapacityRefund:
        return RecordCapacityRefund(**self._given_up(minutes, holder, price) | changed)

    def failure(self) -> RecordSlotFailureAttestation:
        return RecordSlotFailureAttestation(
            device_id=1, slot_index=0, caller=account(PLANT), reason_ref=REF
        )

    def payout(self, who: str, amount: int) -> RecordCapacityPayout:
        return RecordCapacityPayout(
            account=account(who), caller=account("keeper"), amount_minor=amount
        )

    @staticmethod
    def _given_up(minutes: int, holder: str, price: int) -> dict[str, Any]:
        return {
            "token_id": token(price),
            "holder": account(holder),
            "plant": account(PLANT),
            "quantity": minutes,
            "amount_minor": minutes * price,
        }


def fill_tables(world: World) -> None:
    """A row in each table of machine-minutes, with amounts in most columns."""
    market = Market(world)
    market.open()
    world.do(market.purchase(200))
    sent = world.do(market.transfer(20)).number
    world.do(ExplainCapacityTransfer(transfer=sent, reason="a present"))
    world.do(market.redemption(100))
    world.do(market.redemption(50))
    world.do(market.settlement(100, 100))
