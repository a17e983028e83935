"""The fields of an act as a form asks for them, and what was typed as values of the act. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from erp.signing.acts import ACTS
from erp.web.forms import duration, instant, minor, share, whole

INSTANTS = frozenset({"deadline", "promised_at", "received_at", "expires_at"})
REFERENCE = "_ref"
PLACE = re.compile(r"\{(\w+)\}")
PAUSE = re.compile(r"[;；]")
UNITS = re.compile(r"_(minor|bps|seconds|ref)$")
# Where a name means something else elsewhere: whoever may give tokens away for their holder is no office of the house.
# What commits to a bid or a rating is called its seal; the commitment (存证承诺) is that of a document.
LABELS = {"operator": "acting_account", "commitment": "seal"}


@dataclass(frozen=True, slots=True)
class ActField:
    """One field of an act, as a form has it."""

    name: str
    kind: str  # money, time, share, duration, count, flag, reference, list, text
    value: str  # as it was typed, or is known
    known: bool  # from the page that led here: shown, and not asked for

    @property
    def label(self) -> str:
        """Its name without the unit, which a person types."""
        return label_of(self.name)


def label_of(name: str) -> str:
    """The name of a field without its unit."""
    return LABELS.get(name) or UNITS.sub("", name)


def fields_of(act: str, typed: Mapping[str, str], known: frozenset[str]) -> list[ActField]:
    """The fields that a form asks for."""
    schema = ACTS[act].model.model_json_schema()["properties"]
    return [
        ActField(name, kind_of(name, told), typed.get(name, ""), name in known)
        for name, told in schema.items()
    ]


def kind_of(name: str, told: Mapping[str, Any]) -> str:
    """How a field is typed."""
    if name.endswith(REFERENCE):
        return "reference"
    kind = told.get("type", "list")
    if kind == "boolean":
        return "flag"
    if kind != "integer":
        return "text" if kind == "string" else "list"
    if name in INSTANTS:
        return "time"
    endings = {"_minor": "money", "_bps": "share", "_seconds": "duration"}
    return next((found for end, found in endings.items() if name.endswith(end)), "count")


def values_of(
    act: str, typed: Mapping[str, str], zone: str, fresh: Callable[[], str]
) -> dict[str, Any]:
    """What was typed, as fields of the act; what cannot be read stays text and is refused as it is.

    `fresh`: makes a reference where none was typed. Nothing of it can be opened later.
    """
    readers: Mapping[str, Callable[[str], Any]] = {
        "money": minor,
        "time": lambda text: 0 if text.strip() == "0" else instant(text, zone),
        "share": share,
        "duration": duration,
        "count": whole,
        "flag": lambda text: {"yes": True, "no": False}.get(text, text),
        "reference": lambda text: text.strip() or fresh(),
        "list": _list,
        "text": str.strip,
    }
    return {
        each.name: readers[each.kind](each.value) for each in fields_of(act, typed, frozenset())
    }


def title_of(act: str, language: str, known: Mapping[str, Any]) -> str:
    """What the act does, as far as its fields are known: up to the first pause of its sentence."""
    says = ACTS[act].chinese if language == "zh" else ACTS[act].english
    told = PLACE.sub(lambda found: str(known.get(found[1], "…")), says)
    return PAUSE.split(told, maxsplit=1)[0]


def _list(text: str) -> Any:
    try:
        return json.loads(text or "[]")
    except ValueError:
        return text
