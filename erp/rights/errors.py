"""What the rights refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Rejected


@dataclass(eq=False)
class Denied(Rejected):
    """Neither role, party nor membership gives this right (无权)."""

    action: str
    thing: str
    group: str
    standing: str
    code: ClassVar[str] = "denied"
    template: ClassVar[str] = (
        "To {action} {thing} of {group} is not for {standing}. A member of the group may, while it is one."
    )


@dataclass(eq=False)
class NotEmployedFor(Rejected):
    """A person acts for the parties that employ it, each in the duties it was given there."""

    person: str
    document: str
    duties: str
    parties: str
    code: ClassVar[str] = "not-employed-for"
    template: ClassVar[str] = (
        "{person} tells no {document} of {parties}: that needs an employment there, with the duty {duties}, that goes on."
    )


@dataclass(eq=False)
class DutyConflict(Rejected):
    """One person does not do two duties on one order (不相容职务分离)."""

    order: str
    duty: str
    number: str
    actor: str
    code: ClassVar[str] = "duty-conflict"
    template: ClassVar[str] = (
        "{actor} told {number} of order {order} and does no {duty} on it. Somebody else must."
    )
