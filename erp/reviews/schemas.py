"""Commands of reviews."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.attachments.schemas import WithText
from erp.kernel.schema import MAX_ID, Bps, Code, Command, Number, PositiveMinor

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-05"])]
RoleOrSeller = Annotated[int, Field(ge=0, le=MAX_ID, strict=True)]


class RecordReview(WithText):
    """A customer says what a sale was like, once for each role of its group. The text stands beside the log."""

    sales_order: Number
    role_id: RoleOrSeller = 0  # whose holder serves the customer; 0: the seller itself
    score_bps: Bps


class ConfirmReview(Command):
    """A review is on chain: as it was said here, or otherwise. No entries."""

    review: Number
    as_said: bool


class CloseReview(Command):
    """A review comes too late for the chain: the holder's round has ended. No entries."""

    review: Number


class AccrueReviewPay(Command):
    """A person's pay by the reviews of the entity's month: base times their mean. Dr 6602.02, Cr 2211."""

    entity: Code
    person: Code
    month: Month
    base_minor: PositiveMinor
