"""Which acts a page offers its reader: links to the form of an act, with what the page knows already filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from erp.api.routes import signing
from erp.api.writes import Write
from erp.kernel.rows import Rows
from erp.parties.queries import party
from erp.signing.acts import ACTS
from erp.signing.schemas import RequestAct
from erp.web.act_fields import title_of
from erp.web.reading import Reading
from erp.web.writing import may_tell

ASK: Write[Any] = next(w for w in signing.ROUTES.writes if w.command is RequestAct)
PATH = "/app/acts/new"


@dataclass(frozen=True, slots=True)
class ActLink:
    """An act that can be asked for from a page."""

    path: str
    en: str
    zh: str


def act_links(reading: Reading, offered: Iterable[tuple[str, Mapping[str, Any]]]) -> list[ActLink]:
    """Links to these acts, with fields that the page knows; those alone that the reader's party is capable of."""
    code = reading.caller.party
    if code is None or not may_tell(reading.caller, ASK):
        return []
    with reading.context.reading() as session:
        capabilities = party(Rows.of(session), code).capabilities
    return [
        ActLink(
            f"{PATH}?{urlencode({'act': act, **known})}",
            title_of(act, "en", known),
            title_of(act, "zh", known),
        )
        for act, known in offered
        if ACTS[act].by_post or capabilities & ACTS[act].needs == ACTS[act].needs
    ]
