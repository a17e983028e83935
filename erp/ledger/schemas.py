"""Commands of the general ledger."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import Command, Text

# 2026-03, a real month of a year of four digits
PeriodName = Annotated[str, Field(pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$")]


class ClosePeriod(Command):
    """Closes the month after the newest closed one: nothing posts into it any more (结账)."""

    period: PeriodName


class ReopenPeriod(Command):
    """Opens the newest closed month again (反结账), and says why."""

    period: PeriodName
    reason: Text
