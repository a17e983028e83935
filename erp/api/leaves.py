"""The leaves of a document's commitment, and which of them a caller may have opened. Pure.

`bridge.commitments.documents` makes the tree from the same leaves; a test holds both to each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from erp.api.document_view import CLASSES, DocumentView, told_reason
from erp.api.shown import may_see
from erp.api.tokens import Principal
from erp.kernel.log.model import Document
from erp.kernel.roles import PARTNERS

OPEN_TO_ALL = ("format", "rules_version", "type", "number", "origin", "at")
ENTRY = re.compile(r"entries\[(\d+)\](?:\.lines\[\d+\])?")
FIELD = re.compile(r"fields\.([A-Za-z0-9_]+)(?:[.\[].*)?")


def leaf_paths(document: Document) -> list[str]:
    """The path of every leaf, in order."""
    entries = [
        path
        for index, entry in enumerate(document.entries)
        for path in (
            f"entries[{index}]",
            *(f"entries[{index}].lines[{at}]" for at in range(len(entry["lines"]))),
        )
    ]
    return [*OPEN_TO_ALL, "actor", *_flat(document.fields, "fields"), "entries", *entries]


def openable(document: Document, caller: Principal) -> list[str]:
    """The leaves that a caller may have opened: what the page of the document shows it, and no more."""
    return [path for path in leaf_paths(document) if _may_open(document, path, caller)]


def _flat(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from _flat(value[key], f"{path}.{key}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from _flat(item, f"{path}[{index}]")
    else:
        yield path


def _may_open(document: Document, path: str, caller: Principal) -> bool:
    if path in OPEN_TO_ALL:
        return True
    field = FIELD.fullmatch(path)
    if field is not None:
        return _may_see_field(document, field[1], caller)
    shown = "actor" if path == "actor" else "entries"
    if not may_see(DocumentView.classes, shown, caller.role):
        return False
    if caller.role not in PARTNERS:
        return True
    entry = ENTRY.fullmatch(path)  # a partner sees its own books alone, and not how many there are
    return entry is not None and bool(document.entries[int(entry[1])]["entity"] == caller.party)


def _may_see_field(document: Document, name: str, caller: Principal) -> bool:
    if not may_see(CLASSES.get(document.type, {}), name, caller.role):
        return False
    value = document.fields[name]
    return name != "reason" or told_reason(value, caller) == value
