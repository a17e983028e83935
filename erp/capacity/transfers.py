"""Machine-minutes that move from holder to holder (产能转让): into suspense, and out of it. Never commit."""

from __future__ import annotations

from collections import Counter

from erp.capacity import journals, queries, rules
from erp.capacity.errors import TwoReasons
from erp.capacity.schemas import ExplainCapacityTransfer, RecordCapacityTransfer
from erp.capacity.tables import CapacityTransfer, CapacityTransferLine
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields
from erp.kernel.rows import Rows
from erp.parties.queries import party_of
from erp.payments.suspense import clear


def record_capacity_transfer(context: Context, command: RecordCapacityTransfer) -> Fields:
    """Moves minutes from holder to holder; both sides wait in suspense until finance explains them.

    Sender Dr suspense, Cr prepaid capacity, what they stood at; receiver Dr prepaid capacity, Cr suspense, their price.
    Plant Dr and Cr contract liabilities: it owes the receiver now.
    """
    rows = context.rows
    sender, receiver = party_of(rows, command.sender).code, party_of(rows, command.receiver).code
    moved = rows.add(
        CapacityTransfer,
        number=context.number,
        sender=sender,
        receiver=receiver,
        face_minor=0,
        carrying_minor=0,
    )
    until, sales = [], []
    standing: dict[str, Counter[str]] = {}
    for position, line in enumerate(command.lines, start=1):
        sold = queries.token(rows, line.token_id)
        face = sold.price_minor * line.minutes
        carrying = queries.take(rows, sold.token_id, sender, line.minutes)
        queries.give(rows, sold.token_id, receiver, line.minutes, face)
        moved.face_minor += face
        moved.carrying_minor += carrying
        standing.setdefault(sold.plant, Counter()).update(face=face, carrying=carrying)
        rows.add(
            CapacityTransferLine,
            number=context.number,
            position=position,
            token_id=sold.token_id,
            minutes=line.minutes,
            face_minor=face,
        )
        machine = queries.device(rows, sold.device_id)
        until.append(queries.expires_at(machine, sold.slot_index))
        sales.append(sold.sale_id)
    for plant, sums in standing.items():
        _hand_on(context, sender, receiver, plant, sums)
    tokens = {line.token_id for line in command.lines}
    return {
        "sender_code": sender,
        "receiver_code": receiver,
        "token_id": tokens.pop() if len(tokens) == 1 else None,  # None: of several tokens
        "face_minor": moved.face_minor,
        "carrying_minor": moved.carrying_minor,
        "expires_at": min(until),
        "sale_ids": sales,
    }


def _hand_on(
    context: Context, sender: str, receiver: str, plant: str, standing: Counter[str]
) -> None:
    """Posts minutes of one plant: what they stood at leaves, their price arrives, and the plant owes another."""
    face, carrying = standing["face"], standing["carrying"]
    of_plant = {journals.MINUTES: plant}
    context.post(
        journals.MINUTES_SENT.entry(
            sender,
            {"carrying": carrying, journals.MINUTES: carrying},
            counterparty=receiver,
            against=of_plant,
        ),
        journals.MINUTES_RECEIVED.entry(
            receiver,
            {"face": face, journals.MINUTES: face},
            counterparty=sender,
            against=of_plant,
        ),
        journals.OWED_TO_ANOTHER.entry(
            plant,
            {"to the former holder": face, "to the next holder": face},
            against={"to the former holder": sender, "to the next holder": receiver},
        ),
    )


def explain_capacity_transfer(context: Context, command: ExplainCapacityTransfer) -> Fields:
    """Takes a transfer out of suspense on both sides, once: sold for a payment, returned, or given for nothing."""
    if command.paid_by is not None and command.returned_by is not None:
        raise TwoReasons(command.transfer)
    rows = context.rows
    moved = queries.open_transfer(rows, command.transfer)
    moved.explained_by = context.number
    paid = 0
    if command.returned_by is not None:
        _clear_return(context, moved, command.returned_by)
    else:
        if command.paid_by is not None:
            paid = clear(context, command.paid_by, moved.receiver, moved.sender)
        _clear_sale(context, moved, paid)
    return {
        "sender_code": moved.sender,
        "receiver_code": moved.receiver,
        "paid_minor": paid,
        "face_minor": moved.face_minor,
        "carrying_minor": moved.carrying_minor,
    }


def _clear_sale(context: Context, moved: CapacityTransfer, paid: int) -> None:
    context.post(
        journals.MINUTES_SOLD_ON.entry(
            moved.sender,
            {
                "paid": paid,
                "carrying": moved.carrying_minor,
                "gain": paid - moved.carrying_minor,
            },
            counterparty=moved.receiver,
        )
    )
    _acquire(context, moved, moved.receiver, moved.sender, paid)


def _clear_return(context: Context, moved: CapacityTransfer, number: str) -> None:
    """Both transfers at once: who has its minutes back has them at what they stood at, the other has nothing left."""
    rows = context.rows
    back = queries.open_transfer(rows, number)
    agree(
        "Return of transfer",
        moved.number,
        sender=(back.sender, moved.receiver),
        receiver=(back.receiver, moved.sender),
        lines=(_minutes(rows, back), _minutes(rows, moved)),
    )
    back.explained_by = context.number
    _acquire(context, back, moved.sender, moved.receiver, moved.carrying_minor)
    # what the first receiver was credited is what it gave back; a difference in its books is its own gain or loss
    context.post(
        journals.MINUTES_SOLD_ON.entry(
            moved.receiver,
            {
                "paid": moved.face_minor,
                "carrying": back.carrying_minor,
                "gain": moved.face_minor - back.carrying_minor,
            },
            counterparty=moved.sender,
        )
    )


def _minutes(rows: Rows, moved: CapacityTransfer) -> str:
    found = sorted((line.token_id, line.minutes) for line in queries.lines_of(rows, moved.number))
    return ", ".join(f"{minutes} of {token_id}" for token_id, minutes in found)


def _acquire(context: Context, moved: CapacityTransfer, who: str, other: str, cost: int) -> None:
    """Brings minutes from their price to what they cost: those still held, and the rest as a gain or loss."""
    rows, lines = context.rows, queries.lines_of(context.rows, moved.number)
    differences = rules.spread(cost - moved.face_minor, [line.face_minor for line in lines])
    by_plant: dict[str, Counter[str]] = {}
    for line, difference in zip(lines, differences, strict=True):
        change = _change(rows, line, who, difference)
        sums = by_plant.setdefault(queries.token(rows, line.token_id).plant, Counter())
        sums["face"] += line.face_minor
        sums["on minutes held"] += change.held_minor
        sums["on minutes gone"] += change.gone_minor
        sums["paid"] += line.face_minor + difference
    for plant, sums in by_plant.items():
        context.post(
            journals.MINUTES_ACQUIRED.entry(
                who, sums, counterparty=other, against={"on minutes held": plant}
            )
        )


def _change(rows: Rows, line: CapacityTransferLine, who: str, difference: int) -> rules.Change:
    found = queries.held(rows, line.token_id, who)
    change = rules.change_of_cost(difference, line.minutes, found.minutes, found.carrying_minor)
    found.carrying_minor += change.held_minor
    return change
