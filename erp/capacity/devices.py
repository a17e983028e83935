"""Devices and what is free of their slots (设备与空闲产能), told by external events. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.capacity import queries, rules
from erp.capacity.errors import DeviceExists
from erp.capacity.schemas import (
    ContinueRefunds,
    RecordCapacityAttested,
    RecordCapacityOutcome,
    RecordDeviceAttester,
    RecordDeviceRegistration,
    RecordSlotFailureAttestation,
)
from erp.capacity.tables import CapacityDevice, CapacitySlot, CapacityToken
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.kernel.schema import Command
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
    """Marks a slot as failed. The document lists who holds minutes of it and which redemptions are open: all is refunded.

    Where these are more than MAX_REFUNDS_NAMED, further documents list the rest.
    """
    rows = context.rows
    machine = queries.device(rows, command.device_id)
    found = queries.slot(rows, command.device_id, command.slot_index)
    if found.failed is not None:
        raise WrongStatus(
            "Slot", f"{found.slot_index} of device {found.device_id}", "failed", "not failed yet"
        )
    found.failed = context.number
    return {"plant_code": machine.plant, **_refunded(rows, found, 0)}


def after_failure(context: Context, command: RecordSlotFailureAttestation) -> Iterator[Command]:
    """Where a slot has more holders or runs than its document can name, others name the rest."""
    found = queries.slot(context.rows, command.device_id, command.slot_index)
    held, open_runs = _held(context.rows, found), _open_runs(context.rows, found)
    for batch in range(1, rules.batches(max(len(held), len(open_runs)))):
        yield ContinueRefunds(
            device_id=command.device_id, slot_index=command.slot_index, batch=batch
        )


def continue_refunds(context: Context, command: ContinueRefunds) -> Fields:
    """Names a further batch of who holds minutes of a failed slot, and of its open redemptions."""
    found = queries.slot(context.rows, command.device_id, command.slot_index)
    machine = queries.device(context.rows, command.device_id)
    return {"plant_code": machine.plant, **_refunded(context.rows, found, command.batch)}


def _refunded(rows: Rows, of: CapacitySlot, batch: int) -> Fields:
    """Whom one of several documents names."""
    return {
        "held": list(rules.in_batch(_held(rows, of), batch)),
        "redemptions": list(rules.in_batch(_open_runs(rows, of), batch)),
    }


def _open_runs(rows: Rows, of: CapacitySlot) -> list[int]:
    """Redemptions of a slot that are not settled."""
    return [
        row.redemption_id for row in queries.open_redemptions(rows, of.device_id, of.slot_index)
    ]


def _held(rows: Rows, of: CapacitySlot) -> list[Fields]:
    """Each token of a slot with each account that holds minutes of it."""
    return [
        {
            "token_id": sold.token_id,
            "account": party(rows, row.party).account,
            "sale_id": sold.sale_id,
            "minutes": row.minutes,
        }
        for sold in queries.tokens_of(rows, of.device_id, of.slot_index)
        for row in queries.holders(rows, sold.token_id)
    ]


def record_capacity_outcome(context: Context, command: RecordCapacityOutcome) -> Fields:
    """Counts what one market settled and refunded of a slot. Refused unless minutes and outcome are those computed here."""
    rows = context.rows
    machine = queries.device(rows, command.device_id)
    queries.slot(rows, command.device_id, command.slot_index)
    start = queries.starts_at(machine, command.slot_index)
    days = rules.days_touched(start, start + machine.slot_seconds)
    kept = rules.outcome_bps(command.quantity, command.ran, days, command.excused_days)
    counted = _counted(rows, command)
    worth = sum(sold.price_minor * sold.settled for sold in counted)
    agree(
        "Outcome of slot",
        f"{command.slot_index} of device {command.device_id}",
        plant=(party_of(rows, command.plant).code, machine.plant),
        quantity=(command.quantity, sum(sold.settled for sold in counted)),
        ran=(command.ran, sum(sold.ran for sold in counted)),
        outcome_bps=(command.outcome_bps, kept),
        weight_within_the_price=("yes", "yes" if command.weight_minor <= worth else "no"),
    )
    for sold in counted:
        sold.settled = sold.ran = 0
    return {"plant_code": machine.plant}


def _counted(rows: Rows, command: RecordCapacityOutcome) -> list[CapacityToken]:
    """The tokens whose minutes are counted: each market counts its own, and none says its number.

    Of several that may be meant the one whose minutes are those told; where no other fits, the first.
    """
    markets: dict[int, list[CapacityToken]] = {}
    for sold in queries.tokens_of(rows, command.device_id, command.slot_index):
        if sold.settled:
            markets.setdefault(rules.terms_of(sold.token_id).market, []).append(sold)
    told = command.quantity, command.ran
    groups = [tokens for _, tokens in sorted(markets.items())]
    fitting = (g for g in groups if told == (sum(s.settled for s in g), sum(s.ran for s in g)))
    return next(fitting, groups[0] if groups else [])


def note_outcome(rows: Rows, token_id: str, minutes: int, ran: int) -> None:
    """Minutes of a token were settled or refunded: they count in the plant's credit later."""
    sold = queries.token(rows, token_id)
    sold.settled += minutes
    sold.ran += ran
