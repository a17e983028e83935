"""Commands about parties: who they are, and what the settlement side says of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from erp.kernel.schema import (
    Account,
    Code,
    Command,
    Reference,
    Text,
)

Capabilities = Annotated[int, Field(ge=0, le=255, strict=True)]


class PartyKind(StrEnum):
    """Inside the group (小微) or outside it (外部伙伴)."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class RegisterParty(Command):
    """A micro-enterprise or outside partner with its own books and its settlement account."""

    code: Code
    name: Text
    kind: PartyKind
    account: Account


class EnrolParty(Command):
    """The settlement side registered the party's account.

    Capabilities: 1 buyer, 2 supplier, 4 custodian (bit set).
    """

    account: Account
    capabilities: Capabilities


class SuspendParty(Command):
    """The settlement side barred the party from new obligations."""

    account: Account
    reason_ref: Reference


class ReinstateParty(Command):
    """The settlement side lifted the bar."""

    account: Account
