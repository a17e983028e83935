"""What an audit remarks beside its invariants: papers that are missing here or came too late, and what has no budget.

Nothing of it is wrong on chain or in the books: what moved was booked. A person adds the paper, or asks who acted.
"""

from __future__ import annotations

from collections.abc import Iterator

from bridge.audit.material import Material
from bridge.audit.model import Remark
from bridge.capabilities import HANDLERS
from bridge.capabilities.model import ZERO_REF, Booked, Paper
from bridge.ports.port import Document
from bridge.ports.subjects import FIRST


def check(material: Material) -> tuple[Remark, ...]:
    """The remarks, in the order of the documents."""
    papers = _missing_papers(material)
    found: list[Remark] = []
    for document in material.standing:
        told = [
            *papers.get(document.origin or "", ()),
            *_without_budget(document),
            *_came_too_late(document),
        ]
        found += [Remark(document.number, what) for what in told]
    return tuple(found)


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
