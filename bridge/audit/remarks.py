"""What an audit remarks beside its invariants: papers missing or too late, what has no budget, acts that nobody was shown.

Nothing of it is wrong on chain or in the books: what moved was booked. A person adds the paper, or asks who acted.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.audit.material import Material
from bridge.audit.model import Remark
from bridge.capabilities import ACT_REQUEST, ACTS_TOLD, HANDLERS
from bridge.capabilities.model import ZERO_REF, Booked, Paper
from bridge.ports.port import Document
from bridge.ports.subjects import FIRST


def check(material: Material) -> tuple[Remark, ...]:
    """The remarks, in the order of the documents."""
    papers = _missing_papers(material)
    unshown = _acts_untold(material)
    found: list[Remark] = []
    for document in material.standing:
        told = [
            *papers.get(document.origin or "", ()),
            *_without_budget(document),
            *_came_too_late(document),
        ]
        if document.number in unshown:
            told.append("this act was neither shown to its person nor ended yet")
        found += [Remark(document.number, what) for what in told]
    return tuple(found)


def _acts_untold(material: Material) -> frozenset[str]:
    """Numbers of the acts that people asked for, of which the log does not say that they were shown, ended or taken back.

    What a person signs is its own to decide, so that no invariant asks for it; that it is shown is for the bridge to do,
    whatever the rows of its database say.
    """
    told = {d.fields[ACTS_TOLD[d.type]] for d in material.standing if d.type in ACTS_TOLD}
    return frozenset(
        document.number
        for document in material.standing
        if document.type == ACT_REQUEST
        and document.sequence <= material.reported
        and document.number not in told
        and not material.is_taken_back(document)
    )


def _missing_papers(material: Material) -> dict[str, list[str]]:
    """What each event names that was no document here when it was booked, by its origin."""
    booked = {d.origin: d for d in material.standing if d.origin is not None}
    found: dict[str, list[str]] = {}
    for logged in material.events:
        fate, document = HANDLERS.get(logged.name), booked.get(logged.origin)
        if not isinstance(fate, Booked) or document is None:
            continue
        for field, source in fate.sources.items():
            if isinstance(source, Paper) and document.fields.get(field) is None:
                ref = getattr(logged.event, source.ref)
                if ref != ZERO_REF:
                    what = f"{field} is no document here: {source.ref} {ref}"
                    found.setdefault(logged.origin, []).append(what)
    return found


def _came_too_late(document: Document) -> Iterator[str]:
    overtaken = document.fields.get("instead_of")
    if overtaken:
        yield f"it counts instead of {overtaken}, which was not reported in time"


def _without_budget(document: Document) -> Iterator[str]:
    amount = document.fields.get("unbudgeted_minor")
    if amount:
        yield f"{amount} minor units stand without a budget"
    unproposed = document.fields.get("unproposed")
    if unproposed:
        yield f"nobody approved the group that was opened: {unproposed}"
    unagreed = document.fields.get("unagreed")
    if unagreed:
        yield f"it stands on no terms that all approved: {unagreed}"
    unasked = document.fields.get("unasked")
    if unasked and document.fields.get(FIRST) is not None:
        yield f"it does not stand on the requisition that it names: {unasked}"
