"""What the engine asks before it keeps a document that people told: whether its teller may, by the books as they stand.

It asks within the lock of the log, so a right ends in the very transaction that books its end. Events, and what follows by
itself, are nobody's act. Of a token without a known person only the duties on one object are looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from erp.groups.queries import find_by_code
from erp.groups.rules import GroupStatus
from erp.kernel.actors import doer_of, person_of, role_of
from erp.kernel.entry import NO_GROUP
from erp.kernel.log.model import Document, Fields
from erp.kernel.roles import Role
from erp.kernel.unit import Unit
from erp.people import queries as people
from erp.people.duties import exclude
from erp.procurement.public import PurchaseOrder
from erp.proposals.queries import proposal
from erp.rights.acts import COUNTED, duties_for
from erp.rights.errors import Denied, DutyConflict, NotEmployedFor
from erp.rights.objects import order_of_group
from erp.rights.table import Action, may

FOR_A_GROUP = frozenset({"requisition", "lots_request", "planned_requisition"})
# These wait for the group: its leader tells them before it is formed, too.
AHEAD = frozenset({"planned_requisition"})
HOUSE_FIELDS = (
    "entity",
    "party",
    "leader",
    "buyer_code",
    "buyer",
)  # the first names whose act it is
SUPPLIER_FIELDS = ("party", "supplier_code")
EITHER = ("sender_code", "receiver_code")


def refuse_unentitled(unit: Unit, document: Document) -> None:
    """Raises NotEmployedFor, Denied or DutyConflict when the teller of a document may not tell it."""
    person = person_of(document.actor)
    if person is not None:
        parties = refuse_unemployed(unit, document, person)
        refuse_outside_group(unit, document, parties)
    refuse_second_duty(unit, document)


def refuse_unemployed(unit: Unit, document: Document, person: str) -> frozenset[str]:
    """The parties for which a person may tell the document. Raises NotEmployedFor when none of them is concerned."""
    needed, role = duties_for(document), Role(role_of(document.actor))
    parties = people.employers(unit.rows, person, role, needed)
    about = concerned(unit, document.type, document.fields, role)
    if not (parties & about if about else parties):
        raise NotEmployedFor(
            person,
            document.type,
            " or ".join(sorted(needed)),
            " or ".join(sorted(about)) or "any party",
        )
    return parties


def concerned(unit: Unit, doc_type: str, fields: Fields, role: Role) -> frozenset[str]:
    """The parties whose act a document is; none when it is no party's in particular."""
    if doc_type == "proposal":
        return _of_command(unit, fields["fields"], role)
    if doc_type in ("confirmation", "proposal_withdrawal"):
        found = proposal(unit.rows, fields["proposal"])
        return _of_command(unit, json.loads(found.fields), role)
    for name in SUPPLIER_FIELDS if role is Role.SUPPLIER else HOUSE_FIELDS:
        if isinstance(fields.get(name), str):
            return frozenset({fields[name]})
    return frozenset(fields[name] for name in EITHER if isinstance(fields.get(name), str))


def _of_command(unit: Unit, fields: Fields, role: Role) -> frozenset[str]:
    """Whose act a proposed command would be; a reversal is that of whom the reversed document concerns."""
    reversed_one = unit.by_number(fields["number"]) if "number" in fields else None
    if reversed_one is not None:
        return concerned(unit, reversed_one.type, reversed_one.fields, role)
    return concerned(unit, "", fields, role)


def refuse_outside_group(unit: Unit, document: Document, parties: frozenset[str]) -> None:
    """Raises Denied when a person asks for goods for a group in which its party is no member at this moment."""
    code = document.fields.get("chain_group") or NO_GROUP
    if document.type not in FOR_A_GROUP or code == NO_GROUP:
        return
    about = order_of_group(unit.rows, code, document.fields["buyer"])
    asker = _Teller(Role(role_of(document.actor)), parties)
    group = find_by_code(unit.rows, code)
    ahead = document.type in AHEAD and group is not None and group.status == GroupStatus.OPEN
    if group is None or not (ahead or group.status == GroupStatus.FORMED):
        raise Denied(
            Action.RAISE.value,
            about.thing.value,
            code,
            "anybody before it is formed or after it ended",
        )
    refusal = may(asker, Action.RAISE, about)
    if refusal is not None:
        raise refusal


@dataclass(frozen=True, slots=True)
class _Teller:
    """The teller of a document, as rights see it."""

    role: Role
    parties: frozenset[str] | None


def refuse_second_duty(unit: Unit, document: Document) -> None:
    """Raises DutyConflict when whoever tells a document has done a duty on its order that excludes this one."""
    duty, order = COUNTED.get(document.type), document.fields.get("order")
    if duty is None or order is None:
        return
    found = unit.rows.find(PurchaseOrder, number=order)
    requisition = (found.requisition if found is not None else None) or ""
    for number, doc_type in unit.told_by(doer_of(document.actor), order, requisition):
        if doc_type in COUNTED and exclude(COUNTED[doc_type], duty):
            raise DutyConflict(order, duty, number, document.actor)
