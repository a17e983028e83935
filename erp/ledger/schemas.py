"""Commands of the general ledger: capital, tokens against bank money, periods."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from erp.kernel.schema import Account, Code, Command, PositiveMinor, Reference, Text

PeriodName = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ContributeCapital(Command):
    """Owners pay money into an entity's bank account (实收资本): Dr 1002, Cr 4001."""

    entity: Code
    amount_minor: PositiveMinor


class ClosePeriod(Command):
    """Nothing posts into the month any more (结账)."""

    period: PeriodName


class ReverseDocument(Command):
    """Undoes a document of purely internal effect by its mirror image (红字冲销), once."""

    number: str
    reason: Text


class RecordTokenIssue(Command):
    """Bank money became settlement tokens: Dr 1012.01, Cr 1002."""

    account: Account
    amount_minor: PositiveMinor
    bank_ref: Reference


class RecordTokenRedemption(Command):
    """Settlement tokens became bank money: Dr 1002, Cr 1012.01."""

    account: Account
    amount_minor: PositiveMinor
    bank_ref: Reference


class RecordTokenTransfer(Command):
    """A participant sent tokens to another outside of any contract.

    Its purpose is unknown, so it waits in suspense until finance explains it:
    receiver Dr 1012.01, Cr 2241.09; sender Dr 1221.09, Cr 1012.01.
    """

    sender: Account
    receiver: Account
    amount_minor: PositiveMinor
