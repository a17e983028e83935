"""Commands about parties: who they are, and what external events say of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from erp.kernel.calendar import HOUSE_ZONE, is_zone
from erp.kernel.schema import Account, Code, Command, Reference, Text
from erp.parties.kinds import FIRST_PLATFORM, PartyKind

__all__ = [
    "EnrolParty",
    "ExtendParty",
    "PartyKind",
    "RegisterParty",
    "ReinstateParty",
    "SuspendParty",
]

Capabilities = Annotated[int, Field(ge=0, le=255, strict=True)]


def known_zone(name: str) -> str:
    """The name itself. Raises ValueError when no time zone has it."""
    if not is_zone(name):
        raise ValueError(
            "no time zone has this name; one of the IANA list is asked for, Asia/Shanghai"
        )
    return name


TimeZone = Annotated[
    str, Field(max_length=64, description="IANA name of a time zone"), AfterValidator(known_zone)
]


class RegisterParty(Command):
    """Registers an entity with its own books and its settlement account.

    A legal entity of several micro-enterprises registers each of them as an entity. `platform` (平台) is the platform that
    its lines count for; its months begin in `time_zone`.
    """

    code: Code
    name: Text
    kind: PartyKind
    account: Account
    platform: Code = FIRST_PLATFORM
    time_zone: TimeZone = HOUSE_ZONE


class EnrolParty(Command):
    """The party's account was enrolled with capabilities: a set of bits, 1 buyer, 2 supplier, 4 custodian."""

    account: Account
    capabilities: Capabilities


class ExtendParty(Command):
    """An enrolled party may do more from now on: which bits were named, and all that it has then."""

    account: Account
    added: Capabilities
    capabilities: Capabilities


class SuspendParty(Command):
    """The party was barred from new obligations."""

    account: Account
    reason_ref: Reference


class ReinstateParty(Command):
    """The bar on the party was lifted."""

    account: Account
