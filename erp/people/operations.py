"""The operations on people."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.people import schemas, service

HR = frozenset({Role.HR})

OPERATIONS: Operations = {
    schemas.RegisterPerson: Operation(
        "person",
        "PSN",
        service.register_person,
        Told.BY_PEOPLE,
        HR,
        fields=classed(personal="code login name_bytes name_digest"),
    ),
    schemas.EmployPerson: Operation(
        "employment",
        "EMP",
        service.employ_person,
        Told.BY_PEOPLE,
        HR,
        fields=classed("party", personal="person duties"),
    ),
    schemas.EndEmployment: Operation(
        "employment_end",
        "EME",
        service.end_employment,
        Told.BY_PEOPLE,
        HR,
        fields=classed("party employment", personal="person reason"),
    ),
}

FOLLOW_UPS: FollowUps = {schemas.RegisterPerson: service.name_attached}
