"""Operations on people. Never commit."""

from __future__ import annotations

from collections.abc import Iterator

from erp.attachments.schemas import AttachFile, SideDataKind
from erp.kernel.actors import person_of
from erp.kernel.context import Context
from erp.kernel.errors import WrongStatus
from erp.kernel.field_class import FieldClass
from erp.kernel.log.model import Fields
from erp.kernel.schema import Command
from erp.parties.kinds import PartyKind
from erp.parties.queries import party
from erp.people import duties, queries
from erp.people.errors import (
    AlreadyEmployed,
    ExclusiveDuties,
    NoDutyThere,
    OwnEmployment,
    PersonExists,
)
from erp.people.schemas import EmployPerson, EndEmployment, RegisterPerson
from erp.people.tables import Employment, EmploymentDuty, Person


def register_person(context: Context, command: RegisterPerson) -> Fields:
    """Adds the person. No entry. Refused when the code or the login is taken."""
    rows = context.rows
    if rows.get(Person, command.code) is not None:
        raise PersonExists(command.code)
    if rows.find(Person, login=command.login) is not None:
        raise PersonExists(command.login)
    rows.add(
        Person,
        code=command.code,
        login=command.login,
        number=context.number,
        registered_at=context.at,
    )
    return {}


def name_attached(context: Context, command: RegisterPerson) -> Iterator[Command]:
    """The name is side data of the person's document: personal, so that it can be erased."""
    yield AttachFile(
        about=context.number,
        kind=SideDataKind.TEXT,
        name=None,
        media_type="text/plain",
        field_class=FieldClass.OPEN,
        personal=True,
        size_bytes=command.name_bytes,
        digest=command.name_digest,
    )


def employ_person(context: Context, command: EmployPerson) -> Fields:
    """Adds the employment. No entry.

    Refused where one goes on already, for a duty that the party does not give, and when any two duties that the person
    would have at a time, whoever employs for them, exclude each other. Nobody employs himself.
    """
    rows = context.rows
    found = queries.person(rows, command.person)
    _refuse_own(context, found.code)
    employer = party(rows, command.party)
    if employer.kind == PartyKind.EXTERNAL:
        _refuse_house_duties(employer.code, command.duties)
    known = queries.current(rows, found.code)
    for each in known:
        if each.party == employer.code:
            raise AlreadyEmployed(found.code, employer.code, each.number)
    all_duties = set(command.duties).union(*(queries.duties_of(rows, each) for each in known))
    conflict = duties.standing_conflict(all_duties)
    if conflict is not None:
        raise ExclusiveDuties(found.code, *conflict)
    rows.add(
        Employment,
        number=context.number,
        person=found.code,
        party=employer.code,
        since=context.at,
    )
    for duty in command.duties:
        rows.add(EmploymentDuty, employment=context.number, duty=duty.value)
    return {}


def _refuse_house_duties(employer: str, asked: tuple[duties.Duty, ...]) -> None:
    for duty in asked:
        if duty not in duties.FOR_PARTNERS:
            raise NoDutyThere(employer, duty, ", ".join(sorted(duties.FOR_PARTNERS)))


def end_employment(context: Context, command: EndEmployment) -> Fields:
    """Ends an employment at this moment. No entry. Refused once it has ended, and to whose own it is."""
    found = queries.employment(context.rows, command.employment)
    _refuse_own(context, found.person)
    if found.until is not None:
        raise WrongStatus("Employment", found.number, "ENDED", "CURRENT")
    found.until = context.at
    return {"person": found.person, "party": found.party}


def _refuse_own(context: Context, person: str) -> None:
    if person_of(context.actor) == person:
        raise OwnEmployment(person)
