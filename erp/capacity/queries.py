"""Reading and writing devices, slots, sales, holdings and redemptions of machine-minutes."""

from __future__ import annotations

from sqlalchemy.orm import Session
from sqlmodel import and_, col, or_, select

from erp.capacity.errors import (
    NotHeld,
    TransferExplained,
    UnknownCapacityTransfer,
    UnknownDevice,
    UnknownRedemption,
    UnknownSale,
    UnknownSlot,
    UnknownToken,
)
from erp.capacity.rules import RedemptionStatus, carrying_share
from erp.capacity.tables import (
    CapacityDevice,
    CapacityHolding,
    CapacityOwed,
    CapacityRedemption,
    CapacitySale,
    CapacitySlot,
    CapacityToken,
    CapacityTransfer,
    CapacityTransferLine,
)
from erp.kernel.queries import page
from erp.kernel.rows import Rows
from erp.ledger import chart
from erp.ledger.queries import standing
from erp.parties.kinds import PartyKind
from erp.parties.tables import Party


def device(rows: Rows, device_id: int) -> CapacityDevice:
    """The device with an id. Raises UnknownDevice."""
    found = rows.get(CapacityDevice, device_id)
    if found is None:
        raise UnknownDevice(device_id)
    return found


def slot(rows: Rows, device_id: int, slot_index: int) -> CapacitySlot:
    """A slot of a device. Raises UnknownSlot where nothing of it was attested."""
    found = rows.get(CapacitySlot, device_id, slot_index)
    if found is None:
        raise UnknownSlot(f"{slot_index} of device {device_id}")
    return found


def starts_at(machine: CapacityDevice, slot_index: int) -> int:
    """When a slot begins, unix seconds."""
    return machine.grid_start + slot_index * machine.slot_seconds


def expires_at(machine: CapacityDevice, slot_index: int) -> int:
    """When tokens of a slot expire, unix seconds."""
    return max(0, starts_at(machine, slot_index) - machine.notice_seconds)


def sale(rows: Rows, sale_id: int) -> CapacitySale:
    """The sale with an id. Raises UnknownSale."""
    found = rows.get(CapacitySale, sale_id)
    if found is None:
        raise UnknownSale(sale_id)
    return found


def token(rows: Rows, token_id: str) -> CapacityToken:
    """The token with an id. Raises UnknownToken where none of its minutes was sold."""
    found = rows.get(CapacityToken, token_id)
    if found is None:
        raise UnknownToken(token_id)
    return found


def token_of(rows: Rows, token_id: str, party: str | None) -> CapacityToken:
    """The token with an id; one of `party`, whose machine it is or who ever held it. Raises UnknownToken."""
    found = token(rows, token_id)
    if party not in (None, found.plant) and rows.get(CapacityHolding, token_id, party) is None:
        raise UnknownToken(token_id)
    return found


def redemption(rows: Rows, redemption_id: int) -> CapacityRedemption:
    """The redemption with an id. Raises UnknownRedemption."""
    found = rows.get(CapacityRedemption, redemption_id)
    if found is None:
        raise UnknownRedemption(redemption_id)
    return found


def open_redemptions(rows: Rows, device_id: int, slot_index: int) -> list[CapacityRedemption]:
    """Redemptions of a slot that are not settled, by id."""
    return [
        found
        for sold in tokens_of(rows, device_id, slot_index)
        for found in rows.select(CapacityRedemption, "redemption_id", token_id=sold.token_id)
        if found.status != RedemptionStatus.SETTLED
    ]


def tokens_of(rows: Rows, device_id: int, slot_index: int) -> list[CapacityToken]:
    """All tokens of a slot, by id."""
    return rows.select(CapacityToken, "token_id", device_id=device_id, slot_index=slot_index)


def holders(rows: Rows, token_id: str) -> list[CapacityHolding]:
    """Who holds minutes of a token, by code."""
    found = rows.select(CapacityHolding, "party", token_id=token_id)
    return [row for row in found if row.minutes > 0]


# ---- minutes and money that change hands -----------------------------------------------------------


def held(rows: Rows, token_id: str, party: str) -> CapacityHolding:
    """What a party holds of a token: a row of zeros where it holds none yet."""
    found = rows.get(CapacityHolding, token_id, party)
    if found is None:
        return rows.add(CapacityHolding, token_id=token_id, party=party, minutes=0)
    return found


def give(rows: Rows, token_id: str, party: str, minutes: int, carrying_minor: int) -> None:
    """Adds minutes to what a party holds, at what they cost it."""
    found = held(rows, token_id, party)
    found.minutes += minutes
    found.carrying_minor += carrying_minor


def take(rows: Rows, token_id: str, party: str, minutes: int) -> int:
    """Takes minutes from what a party holds, and returns what they stood at. Raises NotHeld."""
    found = held(rows, token_id, party)
    if minutes > found.minutes:
        raise NotHeld(token_id, party, minutes, found.minutes)
    carrying = carrying_share(found.carrying_minor, minutes, found.minutes)
    found.minutes -= minutes
    found.carrying_minor -= carrying
    return carrying


def owe(rows: Rows, party: str, amount: int) -> None:
    """Adds to what the market owes a party; negative: it was paid."""
    found = rows.get(CapacityOwed, party)
    if found is None:
        found = rows.add(CapacityOwed, party=party, owed_minor=0)
    found.owed_minor += amount


def owed_to(rows: Rows, party: str) -> int:
    """What the market owes a party, minor units."""
    found = rows.get(CapacityOwed, party)
    return found.owed_minor if found is not None else 0


def unbudgeted(rows: Rows, party: Party, amount: int) -> int:
    """So much of an amount has no budget set aside for it: all of it in a house entity that has a budget."""
    inside = party.kind == PartyKind.INTERNAL
    return amount if inside and standing(rows, party.code, chart.APPROVED) else 0


# ---- transfers -------------------------------------------------------------------------------------


def open_transfer(rows: Rows, number: str) -> CapacityTransfer:
    """The transfer with a number, still in suspense. Raises UnknownCapacityTransfer, TransferExplained."""
    found = rows.get(CapacityTransfer, number)
    if found is None:
        raise UnknownCapacityTransfer(number)
    if found.explained_by is not None:
        raise TransferExplained(number)
    return found


def lines_of(rows: Rows, number: str) -> list[CapacityTransferLine]:
    """The lines of a transfer, in order."""
    return rows.select(CapacityTransferLine, "position", number=number)


# ---- pages -----------------------------------------------------------------------------------------


def devices(session: Session, *, after: int = 0, limit: int) -> list[CapacityDevice]:
    """Devices by id."""
    return page(session, CapacityDevice, ["device_id"], [after], limit)


def slots(
    session: Session, *, since: int, until: int, after: tuple[int, int] = (0, -1), limit: int
) -> list[CapacitySlot]:
    """Slots of which a part lies from `since` up to before `until`, unix seconds, by device and slot, those after one."""
    begins = col(CapacityDevice.grid_start) + col(CapacitySlot.slot_index) * col(
        CapacityDevice.slot_seconds
    )
    statement = (
        select(CapacitySlot)
        .join(CapacityDevice, col(CapacityDevice.device_id) == col(CapacitySlot.device_id))
        .where(
            begins < until,
            begins + col(CapacityDevice.slot_seconds) > since,
            or_(
                col(CapacitySlot.device_id) > after[0],
                and_(
                    col(CapacitySlot.device_id) == after[0],
                    col(CapacitySlot.slot_index) > after[1],
                ),
            ),
        )
        .order_by(col(CapacitySlot.device_id), col(CapacitySlot.slot_index))
        .limit(limit)
    )
    return list(session.scalars(statement))


def sales(session: Session, *, after: int = 0, limit: int) -> list[CapacitySale]:
    """Sales by id."""
    return page(session, CapacitySale, ["sale_id"], [after], limit)


def holdings(
    session: Session, *, party: str | None = None, after: tuple[str, str] = ("", ""), limit: int
) -> list[CapacityHolding]:
    """Holdings by token and party, of one party or all."""
    return page(session, CapacityHolding, ["token_id", "party"], after, limit, party=party)


def redemptions(
    session: Session, *, of: str | None = None, after: int = 0, limit: int
) -> list[CapacityRedemption]:
    """Redemptions by id, all of them or those of which a party is plant or holder."""
    statement = select(CapacityRedemption).where(col(CapacityRedemption.redemption_id) > after)
    if of is not None:
        concerned = (col(CapacityRedemption.holder) == of) | (col(CapacityRedemption.plant) == of)
        statement = statement.where(concerned)
    ordered = statement.order_by(col(CapacityRedemption.redemption_id)).limit(limit)
    return list(session.scalars(ordered))


def redemption_of(rows: Rows, key: int | str, of: str | None) -> CapacityRedemption:
    """The redemption with an id or a number, CRD-2026-00001.

    Raises UnknownRedemption, also for a party that it does not concern.
    """
    if isinstance(key, int):
        found = redemption(rows, key)
    else:
        named = rows.find(CapacityRedemption, number=key)
        if named is None:
            raise UnknownRedemption(key)
        found = named
    if of is not None and of not in (found.holder, found.plant):
        raise UnknownRedemption(key)
    return found
