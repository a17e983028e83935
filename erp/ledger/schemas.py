"""Commands of the general ledger."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import Command

PeriodName = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ClosePeriod(Command):
    """Closes a month: nothing posts into it any more (结账)."""

    period: PeriodName
