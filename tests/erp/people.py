"""People in the tests: registered with a name beside the log, and employed."""

from __future__ import annotations

import hashlib

from erp.attachments.service import keep_content
from erp.database import transaction
from erp.kernel.log.model import Document
from erp.people.duties import Duty
from erp.people.schemas import EmployPerson, EndEmployment, RegisterPerson
from tests.erp.world import World


def register(world: World, code: str, name: str = "Li Ming") -> Document:
    """A person, whose name is kept beside the log."""
    with transaction(world.engine) as session:
        salt = hashlib.sha256(b"name %d" % world.told).digest()
        content = name.encode()
        command = RegisterPerson(
            code=code,
            login=code.lower(),
            name_bytes=len(content),
            name_digest=keep_content(session, content, salt),
        )
        return world.tell(session, command)


def hire(world: World, code: str, party: str, *duties: Duty) -> str:
    """A registered person who works for a party; the number of the employment."""
    if not any(one.type == "person" and one.fields["code"] == code for one in world.log()):
        register(world, code)
    return world.do(EmployPerson(person=code, party=party, duties=duties)).number


def fill_tables(world: World) -> None:
    """At least one row in every table of people: one who works here, and one who left."""
    hire(world, "P-1", "buyer", Duty.RECEIVE, Duty.INSPECT)
    left = hire(world, "P-2", "supplier", Duty.SUPPLY)
    world.do(EndEmployment(employment=left, reason="left the firm"))
