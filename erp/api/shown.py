"""What a caller is shown of an answer: each field has a class, each class has its roles, and the rest is withheld.

Every read and every write passes its answer through `withhold` (`RoomRoutes.read`, `erp.api.writes.perform`): no route can
forget it. A field that nobody classed is shown to the auditor alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, Field

from erp.api.access import EVERYBODY, MONEY, STAFF, Roles
from erp.api.tokens import Principal
from erp.kernel.field_class import Classes, FieldClass
from erp.kernel.roles import PARTNERS, Role

AUDITOR: Roles = frozenset({Role.AUDITOR})
SHOWN_TO: Mapping[FieldClass, Roles] = {
    FieldClass.OPEN: EVERYBODY,
    FieldClass.MONEY: MONEY | PARTNERS,
    FieldClass.PRICE: MONEY | PARTNERS | {Role.SALES},
    FieldClass.CONFIDENTIAL: MONEY,
    FieldClass.OWN: PARTNERS | AUDITOR,
    FieldClass.PERSONAL: STAFF,
    FieldClass.INTERNAL: STAFF,
    FieldClass.PROOF: AUDITOR,
}


Amount = Annotated[int | None, Field(description="minor units; null: not shown to your role")]


def may_see(classes: Classes, name: str, role: Role) -> bool:
    """Whether a role is shown the field with this name."""
    roles = SHOWN_TO[classes[name]] if name in classes else AUDITOR
    return role in roles


class ClassedView(BaseModel):
    """An answer whose fields have classes. A field that is withheld is null, so its type allows null."""

    classes: ClassVar[Classes] = {}

    def withhold_from(self, caller: Principal) -> Self:
        """A copy with null in place of what the caller may not see, here and in the answers it holds."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_copy(
            update={
                name: _within(value, caller) if may_see(self.classes, name, caller.role) else None
                for name, value in values.items()
            }
        )


A = TypeVar("A", bound=BaseModel)


def withhold(answer: A, caller: Principal) -> A:
    """The answer as this caller may see it. The auditor sees all of it."""
    if caller.role is Role.AUDITOR:
        return answer
    if not isinstance(answer, ClassedView):
        raise TypeError(f"{type(answer).__name__} says no classes of its fields")
    return answer.withhold_from(caller)


def _within(value: Any, caller: Principal) -> Any:
    if isinstance(value, BaseModel):
        return withhold(value, caller)
    if isinstance(value, list):
        return [_within(part, caller) for part in value]
    return value
