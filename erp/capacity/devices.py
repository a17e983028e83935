"""Devices and what is free of their slots (设备与空闲产能), told by external events. Never commit."""

from __future__ import annotations

from erp.capacity import queries, rules
from erp.capacity.errors import DeviceExists
from erp.capacity.schemas import (
    RecordCapacityAttested,
    RecordCapacityOutcome,
    RecordDeviceAttester,
    RecordDeviceRegistration,
    RecordSlotFailureAttestation,
)
from erp.capacity.tables import CapacityDevice, CapacitySlot
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party, party_of


def record_device_registration(context: Context, command: RecordDeviceRegistration) -> Fields:
    """Adds a device of a plant. Nothing is booked."""
    rows = context.rows
    plant = party_of(rows, command.plant)
    if rows.get(CapacityDevice, command.device_id) is not None:
        raise DeviceExists(command.device_id)
    rows.add(
        CapacityDevice,
        number=context.number,
        **{**command.model_dump(), "plant": plant.code},
    )
    return {"plant_code": plant.code}


def record_device_attester(context: Context, command: RecordDeviceAttester) -> Fields:
    """Names another post for the slots of a device that nobody attested yet."""
    machine = queries.device(context.rows, command.device_id)
    machine.attester_post = command.attester_post
    return {"plant_code": machine.plant}


def record_capacity_attested(context: Context, command: RecordCapacityAttested) -> Fields:
    """Keeps how many minutes of a slot are free in all. Refused unless as many are sold as here, and it fits the slot."""
    rows = context.rows
    machine = queries.device(rows, command.device_id)
    found = rows.get(CapacitySlot, command.device_id, command.slot_index)
    whole = machine.slot_seconds // rules.MINUTE_SECONDS
    agree(
        "Slot",
        f"{command.slot_index} of device {command.device_id}",
        issued=(command.issued, found.issued if found is not None else 0),
        failed=("no", "yes" if found is not None and found.failed is not None else "no"),
        fits_the_slot=("yes", "yes" if command.issued <= command.attested <= whole else "no"),
    )
    if found is None:
        rows.add(
            CapacitySlot,
            device_id=command.device_id,
            slot_index=command.slot_index,
            attested=command.attested,
            attestation=context.number,
        )
    else:
        found.attested, found.attestation = command.attested, context.number
    return {
        "plant_code": machine.plant,
        "starts_at": queries.starts_at(machine, command.slot_index),
        "expires_at": queries.expires_at(machine, command.slot_index),
    }


def record_slot_failure_attestation(
    context: Context, command: RecordSlotFailureAttestation
) -> Fields:
    """Marks a slot as failed. The document lists who holds minutes of it and which redemptions are open: all is refunded."""
    rows = context.rows
    machine = queries.device(rows, command.device_id)
    found = queries.slot(rows, command.device_id, command.slot_index)
    if found.failed is not None:
        raise WrongStatus(
            "Slot", f"{found.slot_index} of device {found.device_id}", "failed", "not failed yet"
        )
    found.failed = context.number
    return {
        "plant_code": machine.plant,
        "held": _held(rows, found),
        "redemptions": [
            row.redemption_id
            for row in queries.open_redemptions(rows, found.device_id, found.slot_index)
        ],
    }


def _held(rows: Rows, of: CapacitySlot) -> list[Fields]:
    """Each token of a slot with each account that holds minutes of it."""
    return [
        {
            "token_id": sold.token_id,
            "account": party(rows, row.party).account,
            "minutes": row.minutes,
        }
        for sold in queries.tokens_of(rows, of.device_id, of.slot_index)
        for row in queries.holders(rows, sold.token_id)
    ]


def record_capacity_outcome(context: Context, command: RecordCapacityOutcome) -> Fields:
    """Counts what was settled and refunded of a slot. Refused unless minutes and outcome are those computed here."""
    rows = context.rows
    machine = queries.device(rows, command.device_id)
    found = queries.slot(rows, command.device_id, command.slot_index)
    start = queries.starts_at(machine, command.slot_index)
    days = rules.days_touched(start, start + machine.slot_seconds)
    kept = rules.outcome_bps(command.quantity, command.ran, days, command.excused_days)
    agree(
        "Outcome of slot",
        f"{command.slot_index} of device {command.device_id}",
        plant=(party_of(rows, command.plant).code, machine.plant),
        quantity=(command.quantity, found.settled),
        ran=(command.ran, found.ran),
        outcome_bps=(command.outcome_bps, kept),
        weight_within_the_price=(
            "yes",
            "yes" if command.weight_minor <= found.worth_minor else "no",
        ),
    )
    found.settled = found.ran = found.worth_minor = 0
    return {"plant_code": machine.plant}


def note_outcome(rows: Rows, token_id: str, minutes: int, ran: int) -> None:
    """Minutes of a token were settled or refunded: they count in the plant's credit later."""
    terms = rules.terms_of(token_id)
    found = queries.slot(rows, terms.device_id, terms.slot_index)
    found.settled += minutes
    found.ran += ran
    found.worth_minor += terms.price_minor * minutes
