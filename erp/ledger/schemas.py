"""Commands of the general ledger."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from erp.kernel.schema import Code, Command, Text
from erp.ledger.closing import CHECKS, CheckName

# 2026-03, a real month of a year of four digits
PeriodName = Annotated[str, Field(pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$")]
# 1221 or 2221.01.06
AccountCode = Annotated[str, Field(pattern=r"^[1-9][0-9]{3}(\.[0-9]{2}){0,4}$")]


class ClosePeriod(Command):
    """Closes the entity's month after its newest closed one: nothing posts into it any more (结账).

    `waived` names the points of the check list that may stay open this time, and `reason` says why.
    """

    entity: Code
    period: PeriodName
    waived: Annotated[tuple[CheckName, ...], Field(max_length=len(CHECKS))] = ()
    reason: Text | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        """Refuses a point that is waived twice or without a reason, and a reason for nothing."""
        if len(set(self.waived)) != len(self.waived):
            raise ValueError("each point of the check list is waived once")
        if bool(self.waived) != (self.reason is not None):
            raise ValueError(
                "points are waived with a reason, and a reason is given for them alone"
            )
        return self


class ReopenPeriod(Command):
    """Opens the entity's newest closed month again (反结账), and says why."""

    entity: Code
    period: PeriodName
    reason: Text


class AddAccount(Command):
    """Adds an account below another (增设明细科目). It takes ledger, side, statement line and guard from that one."""

    code: AccountCode
    parent: AccountCode
    name: Text
    name_zh: Text
