"""Redemptions of machine-minutes: redeemed, reported, disputed, ruled, settled (兑付). Told by events. Never commit."""

from __future__ import annotations

from erp.capacity import journals, queries, rules
from erp.capacity.devices import note_outcome
from erp.capacity.errors import RedemptionExists
from erp.capacity.rules import RedemptionStatus
from erp.capacity.sales import counted_from
from erp.capacity.schemas import (
    RecordCapacityRedemption,
    RecordRunAttestation,
    RecordRunDispute,
    RecordRunDisputeLapse,
    RecordRunDisputeWithdrawal,
    RecordRunRuling,
    RecordRunSettlement,
)
from erp.capacity.tables import CapacityRedemption
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of


def record_capacity_redemption(context: Context, command: RecordCapacityRedemption) -> Fields:
    """Takes minutes from their holder, at what they stand at, to be run. Nothing is booked before they are settled."""
    rows = context.rows
    if rows.get(CapacityRedemption, command.redemption_id) is not None:
        raise RedemptionExists(command.redemption_id)
    sold = queries.token(rows, command.token_id)
    holder = party_of(rows, command.holder).code
    agree(
        "Redemption",
        command.redemption_id,
        plant=(party_of(rows, command.plant).code, sold.plant),
        amount_minor=(command.amount_minor, sold.price_minor * command.quantity),
    )
    carrying = queries.take(rows, sold.token_id, holder, command.quantity)
    sold.redeemed += command.quantity
    found = rows.add(
        CapacityRedemption,
        redemption_id=command.redemption_id,
        number=context.number,
        token_id=sold.token_id,
        holder=holder,
        plant=sold.plant,
        minutes=command.quantity,
        amount_minor=command.amount_minor,
        carrying_minor=carrying,
        work_order=command.work_order,
        production_order_ref=command.production_order_ref,
        status=RedemptionStatus.REDEEMED.value,
        decides_at=command.dispute_by,
    )
    return {**_fields(found), "carrying_minor": carrying}


def record_run_attestation(context: Context, command: RecordRunAttestation) -> Fields:
    """Keeps how many of the redeemed minutes ran, as the attester reported."""
    found = _unsettled(context.rows, command.redemption_id)
    if found.status != RedemptionStatus.REDEEMED:
        raise WrongStatus("Redemption", found.number, found.status, RedemptionStatus.REDEEMED.value)
    _expect_within(found, command.ran)
    found.status = RedemptionStatus.REPORTED.value
    found.ran = command.ran
    found.decides_at = command.dispute_by
    return _fields(found)


def record_run_dispute(context: Context, command: RecordRunDispute) -> Fields:
    """Keeps that holder or plant disputes what was reported, or the silence."""
    found = _unsettled(context.rows, command.redemption_id)
    disputant = _voice(context.rows, found, command.caller, disputes=True)
    found.decides_at = command.rule_by
    return {**_fields(found), "disputant_code": disputant}


def record_run_dispute_withdrawal(context: Context, command: RecordRunDisputeWithdrawal) -> Fields:
    """Keeps that holder or plant took its dispute back."""
    found = _unsettled(context.rows, command.redemption_id)
    disputant = _voice(context.rows, found, command.caller, disputes=False)
    found.decides_at = command.settleable_at
    return {**_fields(found), "disputant_code": disputant}


def record_run_dispute_lapse(context: Context, command: RecordRunDisputeLapse) -> Fields:
    """Ends a dispute that nobody ruled; the settlement follows as an event of its own."""
    found = _unsettled(context.rows, command.redemption_id)
    disputed = found.holder_disputes or found.plant_disputes
    agree("Redemption", found.number, disputed=("yes", "yes" if disputed else "no"))
    found.holder_disputes = found.plant_disputes = False
    return _fields(found)


def record_run_ruling(context: Context, command: RecordRunRuling) -> Fields:
    """Keeps how many minutes ran, as an arbiter ruled; the settlement follows as an event of its own."""
    found = _unsettled(context.rows, command.redemption_id)
    _expect_within(found, command.ran)
    found.ran, found.ruling = command.ran, context.number
    found.holder_disputes = found.plant_disputes = False
    return _fields(found)


def record_run_settlement(context: Context, command: RecordRunSettlement) -> Fields:
    """Settles a run by what stands: reported or ruled, all of it acknowledged, or none conceded.

    Plant Dr contract liabilities, Cr capacity revenue, money in the market; holder Dr production cost, money in the
    market, Cr prepaid capacity, and what comes back above cost as token gain.
    """
    rows = context.rows
    found = _unsettled(rows, command.redemption_id)
    _expect_settlement(rows, found, command)
    price = rules.terms_of(found.token_id).price_minor
    result = rules.run_result(found.carrying_minor, found.minutes, command.ran, price)
    found.status, found.ran = RedemptionStatus.SETTLED.value, command.ran
    queries.owe(rows, found.plant, command.to_plant_minor)
    queries.owe(rows, found.holder, command.to_holder_minor)
    note_outcome(rows, found.token_id, found.minutes, command.ran)
    context.post(
        journals.RUN_EARNED.entry(
            found.plant,
            {
                "amount": found.amount_minor,
                "earned": command.to_plant_minor,
                "returned": command.to_holder_minor,
            },
            counterparty=found.holder,
        ),
        journals.RUN_USED.entry(
            found.holder,
            {
                "cost": result.cost_minor,
                "returned": result.returned_minor,
                "carrying": found.carrying_minor,
                "gain": result.gain_minor,
            },
            counterparty=found.plant,
        ),
    )
    terms = rules.terms_of(found.token_id)
    return {
        **_fields(found),
        "cost_minor": result.cost_minor,
        "gain_minor": result.gain_minor,
        "device_id": terms.device_id,
        "slot_index": terms.slot_index,
        "counted_from": counted_from(queries.device(rows, terms.device_id), terms.slot_index),
    }


def _expect_settlement(rows: Rows, found: CapacityRedemption, command: RecordRunSettlement) -> None:
    price = rules.terms_of(found.token_id).price_minor
    allowed = rules.settlements(found.minutes, found.ran, found.ruling is not None)
    agree(
        "Settlement of redemption",
        found.number,
        plant=(party_of(rows, command.plant).code, found.plant),
        holder=(party_of(rows, command.holder).code, found.holder),
        quantity=(command.quantity, found.minutes),
        ran=(command.ran, command.ran if command.ran in allowed else found.ran),
        to_plant_minor=(command.to_plant_minor, price * command.ran),
        to_holder_minor=(command.to_holder_minor, price * (found.minutes - command.ran)),
    )


def _unsettled(rows: Rows, redemption_id: int) -> CapacityRedemption:
    found = queries.redemption(rows, redemption_id)
    if found.status == RedemptionStatus.SETTLED:
        raise WrongStatus("Redemption", found.number, found.status, "not settled yet")
    return found


def _expect_within(found: CapacityRedemption, ran: int) -> None:
    agree("Run of redemption", found.number, ran=(ran, min(ran, found.minutes)))


def _voice(rows: Rows, found: CapacityRedemption, account: str, *, disputes: bool) -> str:
    """Keeps that one of the two parties disputes or no longer does, and returns its code."""
    caller = party_of(rows, account).code
    agree(
        "Dispute of redemption",
        found.number,
        party=(caller, caller if caller in (found.holder, found.plant) else found.holder),
    )
    if caller == found.holder:
        found.holder_disputes = disputes
    else:
        found.plant_disputes = disputes
    return caller


def _fields(found: CapacityRedemption) -> Fields:
    return {
        "redemption": found.number,
        "token_id": found.token_id,
        "holder_code": found.holder,
        "plant_code": found.plant,
        "work_order": found.work_order,
    }
