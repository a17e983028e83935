"""Sales of machine-minutes (产能交易), what becomes of unused ones, and payouts. Told by external events. Never commit."""

from __future__ import annotations

from erp.capacity import journals, queries, rules
from erp.capacity.devices import note_outcome
from erp.capacity.errors import SaleExists
from erp.capacity.schemas import (
    RecordCapacityExpiry,
    RecordCapacityPayout,
    RecordCapacityPurchase,
    RecordCapacityRefund,
    RecordCapacitySale,
    RecordCapacitySaleClose,
)
from erp.capacity.tables import CapacityDevice, CapacitySale, CapacityToken
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of


def record_capacity_sale(context: Context, command: RecordCapacitySale) -> Fields:
    """Adds an offer of minutes. Nothing is reserved by it, and nothing is booked."""
    rows = context.rows
    machine = queries.device(rows, command.device_id)
    plant = party_of(rows, command.plant).code
    if rows.get(CapacitySale, command.sale_id) is not None:
        raise SaleExists(command.sale_id)
    agree("Sale", command.sale_id, plant=(plant, machine.plant))
    rows.add(
        CapacitySale,
        number=context.number,
        status=rules.SaleStatus.OPEN.value,
        **{**command.model_dump(), "plant": plant},
    )
    return {"plant_code": plant}


def record_capacity_sale_close(context: Context, command: RecordCapacitySaleClose) -> Fields:
    """Ends a sale early; what was sold stays sold."""
    rows = context.rows
    offer = queries.sale(rows, command.sale_id)
    agree(
        "Sale",
        offer.number,
        plant=(party_of(rows, command.plant).code, offer.plant),
        sold=(command.sold, offer.sold),
        unsold=(command.unsold, offer.quantity - offer.sold),
    )
    offer.status = rules.SaleStatus.CLOSED.value
    offer.closes_at = context.at
    return {"sale": offer.number, "plant_code": offer.plant}


def record_capacity_purchase(context: Context, command: RecordCapacityPurchase) -> Fields:
    """Gives the buyer its minutes; their price waits for what becomes of them.

    Buyer Dr prepaid capacity, Cr wallet; plant Dr money in the market, Cr contract liabilities.
    """
    rows = context.rows
    offer = queries.sale(rows, command.sale_id)
    machine = queries.device(rows, offer.device_id)
    terms = rules.terms_of(command.token_id)
    buyer, plant = party_of(rows, command.buyer), party_of(rows, command.plant).code
    agree(
        "Purchase in sale",
        offer.number,
        plant=(plant, offer.plant),
        device_id=(terms.device_id, offer.device_id),
        slot_index=(terms.slot_index, offer.slot_index),
        price_minor=(command.price_minor, terms.price_minor),
        amount_minor=(command.amount_minor, command.quantity * command.price_minor),
        within_the_offer=("yes", _within(offer, command)),
    )
    offer.sold += command.quantity
    queries.slot(rows, offer.device_id, offer.slot_index).issued += command.quantity
    _token(rows, command, machine).sold += command.quantity
    queries.give(rows, command.token_id, buyer.code, command.quantity, command.amount_minor)
    amount = {"amount": command.amount_minor}
    context.post(
        journals.BOUGHT.entry(buyer.code, amount, counterparty=plant),
        journals.SOLD.entry(plant, amount, counterparty=buyer.code),
    )
    return {
        "sale": offer.number,
        "device_id": offer.device_id,
        "slot_index": offer.slot_index,
        "buyer_code": buyer.code,
        "plant_code": plant,
        "expires_at": queries.expires_at(machine, offer.slot_index),
        "unbudgeted_minor": queries.unbudgeted(rows, buyer, command.amount_minor),
    }


def _within(offer: CapacitySale, command: RecordCapacityPurchase) -> str:
    """Whether so many minutes were left, and the price between floor and start."""
    left = offer.quantity - offer.sold
    fits = command.quantity <= left
    return "yes" if fits and offer.floor_minor <= command.price_minor <= offer.start_minor else "no"


def _token(rows: Rows, command: RecordCapacityPurchase, machine: CapacityDevice) -> CapacityToken:
    found = rows.get(CapacityToken, command.token_id)
    if found is not None:
        return found
    terms = rules.terms_of(command.token_id)
    return rows.add(
        CapacityToken,
        token_id=command.token_id,
        sale_id=command.sale_id,
        device_id=terms.device_id,
        slot_index=terms.slot_index,
        plant=machine.plant,
        price_minor=terms.price_minor,
    )


def record_capacity_expiry(context: Context, command: RecordCapacityExpiry) -> Fields:
    """Gives the plant the price of minutes that nobody redeemed in time: its machine stood ready.

    Plant Dr contract liabilities, Cr capacity revenue; holder Dr expired capacity, Cr prepaid capacity.
    """
    rows = context.rows
    sold, holder, carrying = _given_up(rows, command, "Expiry")
    sold.expired += command.quantity
    queries.owe(rows, sold.plant, command.amount_minor)
    context.post(
        journals.EXPIRED_EARNED.entry(
            sold.plant, {"amount": command.amount_minor}, counterparty=holder
        ),
        journals.EXPIRED_LOST.entry(holder, {"carrying": carrying}, counterparty=sold.plant),
    )
    return {
        "holder_code": holder,
        "plant_code": sold.plant,
        "sale_id": sold.sale_id,
        "carrying_minor": carrying,
    }


def record_capacity_refund(context: Context, command: RecordCapacityRefund) -> Fields:
    """Gives the holder of minutes of a failed slot their price back, whatever it paid for them itself.

    Plant Dr contract liabilities, Cr money in the market; holder Dr money in the market, Cr prepaid capacity, token gain.
    """
    rows = context.rows
    sold, holder, carrying = _given_up(rows, command, "Refund")
    slot = queries.slot(rows, sold.device_id, sold.slot_index)
    agree("Refund of token", sold.token_id, slot_failed=("yes", "yes" if slot.failed else "no"))
    sold.refunded += command.quantity
    queries.owe(rows, holder, command.amount_minor)
    note_outcome(rows, sold.token_id, command.quantity, 0)
    amount = command.amount_minor
    context.post(
        journals.REFUND_OWED.entry(sold.plant, {"amount": amount}, counterparty=holder),
        journals.REFUND_DUE.entry(
            holder,
            {"amount": amount, "carrying": carrying, "gain": amount - carrying},
            counterparty=sold.plant,
        ),
    )
    machine = queries.device(rows, sold.device_id)
    return {
        "holder_code": holder,
        "plant_code": sold.plant,
        "sale_id": sold.sale_id,
        "carrying_minor": carrying,
        "device_id": sold.device_id,
        "slot_index": sold.slot_index,
        "counted_from": counted_from(machine, sold.slot_index),
    }


def counted_from(machine: CapacityDevice, slot_index: int) -> int:
    """When what a plant kept of a slot may be counted: at once, or after its region's force majeure is known."""
    if int(machine.region, 16) == 0:
        return 0
    return queries.starts_at(machine, slot_index) + machine.slot_seconds + rules.COUNT_SECONDS


def _given_up(
    rows: Rows, command: RecordCapacityExpiry | RecordCapacityRefund, what: str
) -> tuple[CapacityToken, str, int]:
    """All minutes of a token leave a holder: the token, the holder's code, and what the minutes stood at."""
    sold = queries.token(rows, command.token_id)
    holder = party_of(rows, command.holder).code
    agree(
        f"{what} of token",
        sold.token_id,
        plant=(party_of(rows, command.plant).code, sold.plant),
        quantity=(command.quantity, queries.held(rows, sold.token_id, holder).minutes),
        amount_minor=(command.amount_minor, sold.price_minor * command.quantity),
    )
    return sold, holder, queries.take(rows, sold.token_id, holder, command.quantity)


def record_capacity_payout(context: Context, command: RecordCapacityPayout) -> Fields:
    """Pays an account what a market owes it: Dr wallet, Cr money in the market. Refused above what is owed here.

    Each edition of the market pays its own debts, so it may be less than all of them.
    """
    rows = context.rows
    account = party_of(rows, command.account).code
    owed = queries.owed_to(rows, account)
    agree(
        "Payout to", account, amount_minor=(command.amount_minor, min(command.amount_minor, owed))
    )
    queries.owe(rows, account, -command.amount_minor)
    context.post(journals.WITHDRAWN.entry(account, {"amount": command.amount_minor}))
    return {"party": account}
