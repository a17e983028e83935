"""The operations of the register of force majeure. Never commit."""

from __future__ import annotations

from erp.forcemajeure.schemas import RecordForceMajeure, RecordForceMajeureDeclaration
from erp.forcemajeure.tables import ForceMajeureDay
from erp.kernel.agree import agree
from erp.kernel.context import Context
from erp.kernel.log.model import Fields


def record_declaration(_context: Context, _command: RecordForceMajeureDeclaration) -> Fields:
    """Keeps what was declared and until when it may be disputed, in its document alone."""
    return {}


def record_force_majeure(context: Context, command: RecordForceMajeure) -> Fields:
    """Keeps the days that did not stand before. Refused unless as many are new as the event says (Disagrees)."""
    days = range(command.from_day, command.from_day + command.count)
    new = [day for day in days if context.rows.get(ForceMajeureDay, command.region, day) is None]
    agree("Force majeure", command.declaration_id, added=(command.added, len(new)))
    for day in new:
        context.rows.add(ForceMajeureDay, region=command.region, day=day, document=context.number)
    return {}
