"""Tables of people. A person's name is side data (`erp.attachments`), so that it can be erased."""

from sqlmodel import Field

from erp.kernel.base import ErpTable, big


class Person(ErpTable, table=True):
    """A human being who acts in the house (人员), by a code that tells nothing of the name."""

    __tablename__ = "person"

    code: str = Field(primary_key=True)
    login: str = Field(unique=True)
    number: str = Field(unique=True)  # of the document that registered the person
    registered_at: int = big()


class Employment(ErpTable, table=True):
    """From when until when a person works for a party (任职)."""

    __tablename__ = "employment"

    number: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.code", index=True)
    party: str = Field(foreign_key="party.code", index=True)
    since: int = big()
    until: int | None = big(default=None)  # None: it goes on


class EmploymentDuty(ErpTable, table=True):
    """One duty of an employment (职责)."""

    __tablename__ = "employment_duty"

    employment: str = Field(primary_key=True, foreign_key="employment.number")
    duty: str = Field(primary_key=True)
