"""The operations on parties."""

from __future__ import annotations

from erp.kernel.field_class import classed
from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.parties import schemas, service

OPERATIONS: Operations = {
    schemas.RegisterParty: Operation(
        "party",
        "PTY",
        service.register_party,
        Told.BY_PEOPLE,
        frozenset({Role.ADMIN}),
        fields=classed("code name kind account platform time_zone"),
    ),
    schemas.EnrolParty: Operation(
        "party_enrolment",
        "ENR",
        service.enrol_party,
        Told.EXTERNALLY,
        fields=classed("account capabilities party"),
    ),
    schemas.ExtendParty: Operation(
        "party_extension",
        "EXT",
        service.extend_party,
        Told.EXTERNALLY,
        fields=classed("account added capabilities party"),
    ),
    schemas.SuspendParty: Operation(
        "party_suspension",
        "SUS",
        service.suspend_party,
        Told.EXTERNALLY,
        fields=classed("account reason_ref party"),
    ),
    schemas.ReinstateParty: Operation(
        "party_reinstatement",
        "REI",
        service.reinstate_party,
        Told.EXTERNALLY,
        fields=classed("account party"),
    ),
}
