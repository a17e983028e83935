"""Finding people, their employments and what those entitle them to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from erp.kernel.queries import page
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.parties.kinds import PartyKind
from erp.parties.queries import party
from erp.people.duties import Duty, roles_of
from erp.people.errors import UnknownEmployment, UnknownPerson
from erp.people.tables import Employment, EmploymentDuty, Person


def person(rows: Rows, code: str) -> Person:
    """The person with a code. Raises UnknownPerson."""
    found = rows.get(Person, code)
    if found is None:
        raise UnknownPerson(code)
    return found


def employment(rows: Rows, number: str) -> Employment:
    """The employment with a number. Raises UnknownEmployment."""
    found = rows.get(Employment, number)
    if found is None:
        raise UnknownEmployment(number)
    return found


def current(rows: Rows, code: str) -> list[Employment]:
    """The employments of a person that go on, by number."""
    return [each for each in rows.select(Employment, "number", person=code) if each.until is None]


def duties_of(rows: Rows, found: Employment) -> frozenset[Duty]:
    """What an employment is for."""
    return frozenset(
        Duty(each.duty) for each in rows.select(EmploymentDuty, employment=found.number)
    )


def employers(
    rows: Rows, code: str, role: Role, duties: Iterable[Duty] = tuple(Duty)
) -> frozenset[str]:
    """The parties for which a person may act in a role now, by one of some duties.

    For an outside partner it acts in the roles of a partner alone, whatever else its duties bring in the house.
    """
    return frozenset(
        each.party
        for each in current(rows, code)
        if role in roles_of(duties_of(rows, each).intersection(duties))
        and (role in PARTNERS or party(rows, each.party).kind != PartyKind.EXTERNAL)
    )


def people(session: Session, *, code: str | None = None, after: str, limit: int) -> list[Person]:
    """A page of people by code; `code` picks one."""
    return page(session, Person, ["code"], [after], limit, code=code)


def employments(
    session: Session,
    *,
    person: str | None = None,
    employer: str | None = None,
    after: str,
    limit: int,
) -> list[Employment]:
    """A page of employments by number, ended ones among them; of a person, of an employer, or all."""
    return page(session, Employment, ["number"], [after], limit, person=person, party=employer)
