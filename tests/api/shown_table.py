"""The table of who is shown what: for each GET route, each field of its answer, and each role.

    .venv/bin/python -m tests.api.shown_table write     after a change that is meant; then read the difference

It stands in `shown.txt` beside this file. A field that is added, or shown to one role more, changes a line there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from fastapi.routing import APIRoute
from pydantic import BaseModel

from erp.api.document_view import CLASSES, SUPPLIER_TYPES, DocumentView
from erp.api.routes import ACCESS, ROOMS
from erp.api.shown import AUDITOR, SHOWN_TO, ClassedView
from erp.kernel.roles import Role

FILE = Path(__file__).with_name("shown.txt")
LETTERS = {
    Role.PLANNER: "p", Role.BUYER: "b", Role.WAREHOUSE: "w", Role.QUALITY: "q", Role.FINANCE: "f", Role.SALES: "m",
    Role.SERVICE: "v", Role.HR: "h", Role.OPERATOR: "o", Role.ADMIN: "a",
    Role.SUPPLIER: "s", Role.NODE: "n", Role.AUDITOR: "u",
}  # fmt: skip
WITHHELD = "."
ABOUT = f"""Who is shown what: a role's letter where it is shown, {WITHHELD} where it is withheld (null or left out).
{", ".join(f"{letter} {role}" for role, letter in LETTERS.items())}.
A role without a letter in a whole route may not use it. Which rows a role is shown is not told here: a partner sees its own.
Made by `python -m tests.api.shown_table write`, compared by tests/api/test_shown.py.
"""


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field of this type holds, not those within them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def fields_of(
    model: type[BaseModel], roles: frozenset[Role], path: str = "", above: tuple[type, ...] = ()
) -> Iterator[tuple[str, frozenset[Role]]]:
    """Each field of an answer by its path, with the roles that are shown it."""
    classes = model.classes if issubclass(model, ClassedView) else {}
    for name, field in model.model_fields.items():
        shown = roles & (SHOWN_TO[classes[name]] if name in classes else AUDITOR)
        yield path + name, shown
        for inner in models(field.annotation):
            if inner not in above and inner is not DocumentView:
                yield from fields_of(inner, shown, f"{path}{name}.", (*above, model))
            elif inner is DocumentView:
                yield f"{path}{name}.<document>", shown


def routes() -> Iterator[APIRoute]:
    """The GET routes, by path."""
    found = [route for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)]
    yield from sorted(
        (each for each in found if "GET" in each.methods and ("GET", each.path) in ACCESS),
        key=lambda route: route.path,
    )


def rows() -> Iterator[tuple[str, str, frozenset[Role]]]:
    """Route, field, and the roles that are shown it; of documents the fields of each type beside."""
    for route in routes():
        roles = ACCESS["GET", route.path]
        held = list(models(route.response_model))
        if not held:
            yield route.path, "(bytes)", roles
        for model in held:
            for name, shown in fields_of(model, roles):
                yield route.path, name, shown
    everybody = frozenset(Role)
    for name, shown in fields_of(DocumentView, everybody):
        yield "<document>", name, shown
    for doc_type, classes in sorted(CLASSES.items()):
        partners = everybody if doc_type in SUPPLIER_TYPES else everybody - {Role.SUPPLIER}
        for name, of in sorted(classes.items()):
            yield f"<document> {doc_type}", name, SHOWN_TO[of] & partners


def text() -> str:
    """The whole table."""
    lines, last = [ABOUT], ""
    for route, name, shown in rows():
        if route != last:
            lines.append(f"\n{route}")
            last = route
        marks = "".join(letter if role in shown else WITHHELD for role, letter in LETTERS.items())
        lines.append(f"{marks}  {name}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__" and sys.argv[1:] == ["write"]:
    FILE.write_text(text(), encoding="utf-8")
