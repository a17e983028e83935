"""The operations on parties."""

from __future__ import annotations

from erp.kernel.operation import Operation, Operations, Told
from erp.kernel.roles import Role
from erp.parties import schemas, service

OPERATIONS: Operations = {
    schemas.RegisterParty: Operation(
        "party", "PTY", service.register_party, Told.BY_PEOPLE, frozenset({Role.ADMIN})
    ),
    schemas.EnrolParty: Operation("party_enrolment", "ENR", service.enrol_party, Told.EXTERNALLY),
    schemas.SuspendParty: Operation(
        "party_suspension", "SUS", service.suspend_party, Told.EXTERNALLY
    ),
    schemas.ReinstateParty: Operation(
        "party_reinstatement", "REI", service.reinstate_party, Told.EXTERNALLY
    ),
}
