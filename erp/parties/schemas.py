"""Commands about parties: who they are, and what external events say of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from erp.kernel.schema import Account, Code, Command, Reference, Text

Capabilities = Annotated[int, Field(ge=0, le=255, strict=True)]


class PartyKind(StrEnum):
    """Whether a party is inside the group (小微), outside it (外部伙伴), or the issuer of settlement tokens (资金中心)."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    TREASURY = "treasury"


class RegisterParty(Command):
    """Registers a micro-enterprise or outside partner with its own books and its settlement account."""

    code: Code
    name: Text
    kind: PartyKind
    account: Account


class EnrolParty(Command):
    """The party's account was enrolled with capabilities: a set of bits, 1 buyer, 2 supplier, 4 custodian."""

    account: Account
    capabilities: Capabilities


class SuspendParty(Command):
    """The party was barred from new obligations."""

    account: Account
    reason_ref: Reference


class ReinstateParty(Command):
    """The bar on the party was lifted."""

    account: Account
