"""Operations on parties. Never commit."""

from __future__ import annotations

from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.log.model import Fields
from erp.parties.errors import PartyExists, TreasuryExists
from erp.parties.kinds import PartyKind
from erp.parties.queries import find_account, find_treasury, party_of
from erp.parties.rules import PartyStatus
from erp.parties.schemas import (
    EnrolParty,
    ExtendParty,
    RegisterParty,
    ReinstateParty,
    SuspendParty,
)
from erp.parties.tables import Party


def register_party(context: Context, command: RegisterParty) -> Fields:
    """Adds the party. It may not act before it is enrolled.

    Refused when its code or account is taken, and for a second treasury.
    """
    rows = context.rows
    if rows.get(Party, command.code) is not None:
        raise PartyExists(command.code)
    if find_account(rows, command.account) is not None:
        raise PartyExists(command.account)
    treasury = find_treasury(rows) if command.kind is PartyKind.TREASURY else None
    if treasury is not None:
        raise TreasuryExists(treasury.code)
    rows.add(
        Party,
        code=command.code,
        name=command.name,
        kind=command.kind.value,
        account=command.account,
        platform=command.platform,
        time_zone=command.time_zone,
        registered_at=context.at,
        status=PartyStatus.REGISTERED.value,
    )
    return {}


def enrol_party(context: Context, command: EnrolParty) -> Fields:
    """Gives a registered party its capabilities. Refused the second time: an account is enrolled once."""
    owner = party_of(context.rows, command.account)
    _expect(owner, PartyStatus.REGISTERED)
    owner.status = PartyStatus.ENROLLED.value
    owner.capabilities = command.capabilities
    return {"party": owner.code}


def extend_party(context: Context, command: ExtendParty) -> Fields:
    """Gives a party that was enrolled, suspended or not, all the capabilities that it has from now on."""
    owner = party_of(context.rows, command.account)
    if owner.status == PartyStatus.REGISTERED:
        raise WrongStatus("Party", owner.code, owner.status, PartyStatus.ENROLLED.value)
    owner.capabilities = command.capabilities
    return {"party": owner.code}


def suspend_party(context: Context, command: SuspendParty) -> Fields:
    """Bars an enrolled party from new obligations."""
    owner = party_of(context.rows, command.account)
    _expect(owner, PartyStatus.ENROLLED)
    owner.status = PartyStatus.SUSPENDED.value
    return {"party": owner.code}


def reinstate_party(context: Context, command: ReinstateParty) -> Fields:
    """Lets a suspended party act again."""
    owner = party_of(context.rows, command.account)
    _expect(owner, PartyStatus.SUSPENDED)
    owner.status = PartyStatus.ENROLLED.value
    return {"party": owner.code}


def _expect(owner: Party, status: PartyStatus) -> None:
    if owner.status != status:
        raise WrongStatus("Party", owner.code, owner.status, status.value)
