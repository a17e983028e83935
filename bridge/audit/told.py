"""Whether people were told that an act of theirs did not come about: the log says it, no row of OUTBOX."""

from __future__ import annotations

from bridge.capabilities import END
from bridge.ports.port import DocumentQuery, Port
from bridge.ports.vocabulary import document_type
from bridge.ring.acts import requests_of

OUTCOMES = frozenset((document_type(END),))
PAGE = 1_000  # documents that are looked through at once
DONE = "done"


def told_undone(port: Port, key: str) -> bool:
    """True when the log tells everybody who signed, after the document that this call was made for, that it was not done."""
    number = key.split(":")[1]
    asked = next(iter(port.documents(DocumentQuery(number=number, limit=1))), None)
    if asked is None:
        return False
    untold, after = set(requests_of(asked)), asked.sequence
    while untold:
        found = list(port.documents(DocumentQuery(types=OUTCOMES, after=after, limit=PAGE)))
        untold -= {d.fields["request"] for d in found if d.fields["outcome"] != DONE}
        if len(found) < PAGE:
            break
        after = found[-1].sequence
    return not untold
