"""DocumentRegistry: streams of anchored documents, and the bridge's own calls that anchor them (存证)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bridge.capabilities.model import Capability, Contract, Read, Rule, Shown, notes
from bridge.commitments.stream import ZERO_HEAD, next_head
from bridge.events import generated as e
from bridge.events.base import Logged
from bridge.intents import ANCHORER, Call

REGISTRY = "DocumentRegistry"
AGGREGATE = "stream"  # of the bridge's own calls: one after the other


def open_stream(stream_id: str) -> Call:
    """Opens the bridge's stream, once, before its first anchor."""
    return _own("stream:open", OPEN_STREAM, (stream_id,), {})


def anchor(
    stream_id: str, index: int, previous: str | None, rows: tuple[int, int], root: str
) -> Call:
    """Anchors the document log's rows from the first to the last under a root. `previous` is the head before, if any."""
    head = previous if previous is not None else "0x" + ZERO_HEAD.hex()
    first, last = rows
    note = {"documents": last - first + 1}
    return _own(f"anchor:{index}", ANCHOR, (stream_id, head, first, last, root), note)


def stream_of(stream_id: str) -> Read:
    """The view of a stream: its owner, how far it is anchored, its head."""
    return REGISTRY, "stream", (stream_id,)


def _own(key: str, rule: Rule, args: tuple[Any, ...], note: dict[str, Any]) -> Call:
    return Call(key, AGGREGATE, ANCHORER, rule.contract, rule.function, args, note=note)


def anchors(events: Iterable[Logged], stream_id: str) -> Iterator[e.DocumentsAnchored]:
    """What was anchored in a stream, in order."""
    for logged in events:
        if isinstance(logged.event, e.DocumentsAnchored) and logged.event.stream_id == stream_id:
            yield logged.event


def _stream(args: Sequence[Any]) -> Sequence[Any]:
    return args[:1]


def _is_newest(stream: Mapping[str, Any], args: Sequence[Any]) -> bool:
    """True when the newest anchor of the stream is the one that the arguments ask for."""
    _, previous, first, last, root = args
    head = next_head(_bytes(previous), _bytes(root), first, last)
    return bool(stream["head"] == "0x" + head.hex())


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


OPEN_STREAM = Rule(
    contract="DocumentRegistry",
    function="openStream",
    lasts=True,
    moot_on=frozenset({"DocumentRegistry_StreamExists"}),
)
ANCHOR = Rule(
    contract="DocumentRegistry",
    function="anchor",
    lasts=True,
    done=(Shown("stream", _stream, _is_newest),),
)

NO_DOCUMENT = "evidence about documents is not itself a document"

DOCUMENTS = Capability(
    "documents",
    (
        Contract(
            "DocumentRegistry",
            events={
                "StreamOpened": notes(
                    "ends the call that opened it; a document about it would need an anchor in turn"
                ),
                "DocumentsAnchored": notes(
                    "evidence about documents; a document about it would need an anchor in turn"
                ),
            },
            silent={
                "StreamOffered": NO_DOCUMENT,
                "StreamTaken": NO_DOCUMENT,
                "StreamClosed": NO_DOCUMENT,
                "StreamContinued": NO_DOCUMENT,
            },
        ),
    ),
    own_calls={"stream": OPEN_STREAM, "anchor": ANCHOR},
)
