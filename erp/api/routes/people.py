"""Routes of people: who they are, who employs them, and for which duties. A name is sent once and kept beside the log."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict
from sqlalchemy.orm import Session

from erp.api.access import Roles
from erp.api.pages import DEFAULT_PAGE, AfterKey, CodeFilter, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.api.settings import MAX_BODY_BYTES
from erp.api.shown import ClassedView
from erp.api.writes import Upload, Write
from erp.attachments.errors import SideDataErased, SideDataMissing, SideDataTampered
from erp.attachments.queries import attachments_about
from erp.attachments.rules import SALT_BYTES
from erp.attachments.service import content_of, keep_content
from erp.kernel.field_class import Classes, classed
from erp.kernel.roles import Role
from erp.kernel.rows import Rows
from erp.kernel.schema import ShortText
from erp.people import queries
from erp.people.duties import Duty
from erp.people.schemas import (
    MAX_NAME_BYTES,
    EmployPerson,
    EndEmployment,
    Login,
    PersonCode,
    RegisterPerson,
)
from erp.people.tables import Employment, Person

ROUTES = RoomRoutes("people")
READERS: Roles = frozenset({Role.HR, Role.ADMIN, Role.AUDITOR})


def short_enough(name: str) -> str:
    """The name itself. Raises ValueError when it has more than MAX_NAME_BYTES in UTF-8."""
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError(f"a name has at most {MAX_NAME_BYTES} bytes in UTF-8")
    return name


class Registration(BaseModel):
    """A person as HR sends it. The name is kept beside the log, where it can be erased; the log keeps its digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: PersonCode
    login: Login
    name: Annotated[ShortText, AfterValidator(short_enough)]


def named_beside_the_log(
    session: Session, randomness: Callable[[int], bytes], sent: Registration
) -> RegisterPerson:
    """Keeps the name in `side_data` and returns the command that names it by its digest."""
    name = sent.name.encode()
    digest = keep_content(session, name, randomness(SALT_BYTES))
    return RegisterPerson(
        code=sent.code, login=sent.login, name_bytes=len(name), name_digest=digest
    )


ROUTES.write(
    Write(
        "/persons",
        RegisterPerson,
        "Register a person",
        "Code and login stay in the log for ever and tell nothing of the name. The name becomes an attachment with "
        "personal data, the first of `follow_ups`: `POST /side-data-erasures` erases it.",
        {"code": "P-017", "login": "p017", "name": "Li Ming"},
        upload=Upload(Registration, named_beside_the_log, MAX_BODY_BYTES),
    )
)
ROUTES.write(
    Write(
        "/employments",
        EmployPerson,
        "Employ a person",
        "The person works for the party from now on, for these duties. Then tokens are made for the roles that the duties "
        "bring: `interlock erp token create --person`. Duties that exclude each other are refused in one person.",
        {"person": "P-017", "party": "HEFEI", "duties": ["receive"]},
    )
)
ROUTES.write(
    Write(
        "/employment-ends",
        EndEmployment,
        "End an employment",
        "The employment ends now, and with it the rights of all tokens that rest on it.",
        {"employment": "EMP-2026-00001", "reason": "left the house"},
    )
)


class PersonView(ClassedView):
    """A person. `name` is null once it was erased."""

    classes: ClassVar[Classes] = classed("number registered_at", personal="code login name")

    code: str | None
    login: str | None
    name: str | None
    number: str
    registered_at: int


class EmploymentView(ClassedView):
    """From when until when a person works for a party, and for what; `until` null: it goes on."""

    classes: ClassVar[Classes] = classed("number party since until", personal="person duties")

    number: str
    person: str | None
    party: str
    duties: list[Duty] | None
    since: int
    until: int | None


@ROUTES.read("/persons", "List persons", READERS)
def list_persons(
    context: ContextDep,
    code: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[PersonView]:
    """Persons by code, with the name as long as it was not erased."""
    with context.reading() as session:
        found = queries.people(session, code=code, after=after, limit=limit)
        return page_of(found, lambda row: person_view(session, row), attrgetter("code"), limit)


@ROUTES.read("/employments", "List employments", READERS)
def list_employments(
    context: ContextDep,
    person: CodeFilter = None,
    party: CodeFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
) -> Page[EmploymentView]:
    """Employments by number, ended ones among them."""
    with context.reading() as session:
        rows = Rows.of(session)
        found = queries.employments(
            session, person=person, employer=party, after=after, limit=limit
        )
        return page_of(found, lambda row: employment_view(rows, row), attrgetter("number"), limit)


def person_view(session: Session, found: Person) -> PersonView:
    """A person with its name, if that is still there as it was registered."""
    return PersonView(
        code=found.code,
        login=found.login,
        name=name_of(session, found),
        number=found.number,
        registered_at=found.registered_at,
    )


def name_of(session: Session, found: Person) -> str | None:
    """The name beside the document that registered a person; None when it was erased, is missing or is another."""
    for attachment in attachments_about(session, found.number, limit=1):
        try:
            content, _ = content_of(session, attachment)
        except (SideDataErased, SideDataMissing, SideDataTampered):
            return None
        return content.decode()
    return None


def employment_view(rows: Rows, found: Employment) -> EmploymentView:
    """An employment with its duties, in the order of their names."""
    return EmploymentView(
        number=found.number,
        person=found.person,
        party=found.party,
        duties=sorted(queries.duties_of(rows, found)),
        since=found.since,
        until=found.until,
    )
