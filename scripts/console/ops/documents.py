"""DOCUMENTS: one root for each batch of ERP documents, in sequence. 存证.

The bridge anchors the ERP's stream by itself; by hand it is for a stream of your own.
"""

from __future__ import annotations

from typing import Any

from ..errors import NotThere
from ..formatting import View
from . import calls

__all__ = [
    "anchor",
    "close_stream",
    "continue_stream",
    "offer_stream",
    "open_stream",
    "prove_document",
    "stream",
    "take_stream",
]


def stream(name: Any) -> View:
    """A stream of documents at a glance, by name or id: ops.stream("trial")."""
    stream_id = calls.text_ref(name)
    found = calls.view("DocumentRegistry", "stream", stream_id)
    if int(found["owner"], 16) == 0:
        raise NotThere(f"there is no stream {name!r}: ops.open_stream({name!r})")
    heir = calls.view("DocumentRegistry", "heirOf", stream_id)
    offered = int(heir, 16) != 0
    return View(
        owner=calls.who(found["owner"]),
        heir=calls.who(heir) if offered else None,
        last_sequence=found["lastSequence"],
        anchors=found["anchors"],
        head=calls.hexed(found["head"]),
        closed=found["closed"],
        next=_next(name, found, offered),
    )


def _next(name: Any, found: Any, offered: bool) -> str:
    if offered:
        return f"its heir may take it: ops.take_stream({name!r}, heir)"
    if found["closed"]:
        return f"it goes on in the next edition of the registry: ops.continue_stream({name!r})"
    return f"its owner anchors document {found['lastSequence'] + 1} and on"


def open_stream(name: Any, anchorer: Any = None) -> Any:
    """Open a stream of your own, by name: ops.open_stream("trial")."""
    sender = calls.sender(anchorer, calls.ATTESTER)
    return calls.send("DocumentRegistry", "openStream", calls.text_ref(name), sender=sender)


def offer_stream(name: Any, heir: Any) -> Any:
    """The owner names the next anchoring key: ops.offer_stream("trial", accounts[17])."""
    stream_id, to = calls.text_ref(name), calls.address_of(heir)
    owner = calls.view("DocumentRegistry", "stream", stream_id)["owner"]
    return calls.send("DocumentRegistry", "offerStream", stream_id, to, sender=owner)


def take_stream(name: Any, heir: Any) -> Any:
    """The heir, an anchorer itself, takes the stream over: ops.take_stream("trial", accounts[17])."""
    return calls.send("DocumentRegistry", "takeStream", calls.text_ref(name), sender=heir)


def anchor(name: Any, count: int, root: Any, anchorer: Any = None) -> Any:
    """Commit to the next documents of a stream, by the root over them: ops.anchor("trial", 3, "0x...")."""
    stream_id = calls.text_ref(name)
    found = calls.view("DocumentRegistry", "stream", stream_id)
    sender = found["owner"] if anchorer is None else anchorer
    first = found["lastSequence"] + 1
    arguments = (stream_id, found["head"], first, first + count - 1, root)
    return calls.send("DocumentRegistry", "anchor", *arguments, sender=sender)


def close_stream(name: Any) -> Any:
    """The owner ends a stream here, for good: ops.close_stream("trial"). A later registry may continue it."""
    stream_id = calls.text_ref(name)
    owner = calls.view("DocumentRegistry", "stream", stream_id)["owner"]
    return calls.send("DocumentRegistry", "closeStream", stream_id, sender=owner)


def continue_stream(name: Any, owner: Any = None) -> Any:
    """Go on in a new registry with what was closed in the one before: ops.continue_stream("trial")."""
    sender = calls.sender(owner, calls.ATTESTER)
    stream_id = calls.text_ref(name)
    return calls.send("DocumentRegistry", "continueStream", stream_id, sender=sender)


def prove_document(
    name: Any, anchored: int, link: Any, sequence: int, root: Any, proof: Any = ()
) -> bool:
    """Ask whether a document stands at a number: ops.prove_document("trial", 1, ("0x...", 1, 3), 2, "0x...", ["0x..."]).

    Of an anchor by its index, with its link (root, first, last), the siblings from the document up. For a document of the
    ERP `interlock prove` writes them all to a file.
    """
    place = (calls.text_ref(name), anchored, tuple(link), sequence)
    return bool(calls.view("DocumentRegistry", "proves", *place, root, list(proof)))
