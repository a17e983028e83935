"""One stream of server-sent events: CloudEvents 1.0 that say what changed, a heartbeat, and where to go on from."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from erp.api.live.hub import READ_MAX, Again, Hub, Listener, StreamEnded, Ticked, Told
from erp.api.live.topics import Change, told_to_partner
from erp.api.tokens import Principal
from erp.kernel.roles import PARTNERS

BEAT_SECONDS = 5.0  # between two signs of life; at each, whether the reader may still listen is looked at again
RETRY_MS = 1_000  # after which a browser comes back to a stream that ended
STREAM_SECONDS_MAX = 3_600  # a stream lasts; who listens comes back
MEDIA_TYPE = "text/event-stream"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}
SPEC = "1.0"
ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Following:
    """Who listens, and to what."""

    caller: Principal
    names: frozenset[str]  # of a partner: code and account of its party, lower case
    may_still: Callable[[], bool]  # whether its token or session stands; blocks
    owns: Callable[[str], bool]  # whether an order is its to read; blocks
    topics: frozenset[str]  # only these; none: all
    after: int | None  # the sequence after which it goes on; None: from now on
    resumes: bool  # it was there before, wherever it is to go on from
    seconds: int  # how long it listens at most


@dataclass(frozen=True, slots=True)
class Source:
    """What streams are made of."""

    hub: Hub
    read: Callable[[int, int], list[Change]]
    platform: str
    clock: Callable[[], int]


def streaming(source: Source, reader: Following) -> StreamingResponse:
    """The answer. Raises TooManyStreams before anything of it is sent."""
    if reader.seconds == 0:
        return StreamingResponse(iter([_beginning()]), media_type=MEDIA_TYPE, headers=HEADERS)
    place = source.hub.listening(reader.caller.token_id)
    listener = place.__enter__()

    async def all_of_it() -> AsyncIterator[bytes]:
        try:
            async for each in _frames(source, reader, listener):
                yield each
        finally:
            place.__exit__(None, None, None)

    return StreamingResponse(all_of_it(), media_type=MEDIA_TYPE, headers=HEADERS)


async def _frames(source: Source, reader: Following, listener: Listener) -> AsyncIterator[bytes]:
    ends = time.monotonic() + reader.seconds
    await source.hub.began()
    yield _beginning()
    seen = 0
    for told in await _missed(source, reader):
        seen = told.sequence if isinstance(told, Change) else seen
        if (frame := await _frame(source, reader, told)) is not None:
            yield frame
    beat = time.monotonic() + BEAT_SECONDS
    while (now := time.monotonic()) < ends:
        try:
            told = await asyncio.wait_for(listener.queue.get(), max(0.0, min(beat, ends) - now))
        except TimeoutError:
            if not await run_in_threadpool(reader.may_still):
                return
            beat = time.monotonic() + BEAT_SECONDS
            yield b"event: beat\ndata: {}\n\n"
            continue
        if isinstance(told, StreamEnded):
            return
        if isinstance(told, Change) and told.sequence <= seen:
            continue
        if (frame := await _frame(source, reader, told)) is not None:
            yield frame


async def _missed(source: Source, reader: Following) -> Sequence[Told]:
    """What happened since the reader was there last; that everything is to be read again where it cannot be told."""
    if not reader.resumes:
        return ()
    if reader.after is None or reader.caller.role in PARTNERS:
        return (Again(),)
    missed = await run_in_threadpool(source.read, reader.after, READ_MAX)
    return (Again(),) if len(missed) >= READ_MAX else missed


async def _frame(source: Source, reader: Following, told: Told) -> bytes | None:
    """The event as this reader hears of it; None when it does not."""
    if isinstance(told, Again):
        return b"event: again\ndata: {}\n\n"
    if isinstance(told, Ticked):
        topics = _wanted(told.topics, reader)
        at = source.clock()
        event = _event(source, f"ring-{at}", "interlock.ring", at, None, topics)
        return _sent("changed", event, None) if topics else None
    if isinstance(told, StreamEnded):
        return None
    heard: Change | None = told
    partner = reader.caller.role in PARTNERS
    if partner:
        order = told.order
        own = order is not None and await run_in_threadpool(reader.owns, order)
        heard = told_to_partner(
            told, reader.names, frozenset({order}) if own and order else frozenset()
        )
    if heard is None:
        return None
    topics = _wanted(heard.topics, reader)
    if not topics:
        return None
    # the place in the log is the house's alone: a partner's id tells nothing of it
    id_ = _blind(reader.caller, told.sequence) if partner else str(told.sequence)
    event = _event(source, id_, "interlock.document", heard.at, heard.number or None, topics)
    return _sent("changed", event, id_)


def _wanted(topics: tuple[str, ...], reader: Following) -> list[str]:
    return [each for each in topics if not reader.topics or each in reader.topics]


def _event(
    source: Source, id_: str, type_: str, at: int, subject: str | None, topics: list[str]
) -> dict[str, Any]:
    named = {} if subject is None else {"subject": subject}
    return {
        "specversion": SPEC,
        "id": id_,
        "source": f"urn:interlock:erp:{source.platform}",
        "type": type_,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(min(at, 2**37))),
        "datacontenttype": "application/json",
        **named,
        "data": {"topics": topics},
    }


def _sent(name: str, event: dict[str, Any], id_: str | None) -> bytes:
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    head = "" if id_ is None else f"id: {id_}\n"
    return f"{head}event: {name}\ndata: {text}\n\n".encode()


def _beginning() -> bytes:
    return f"retry: {RETRY_MS}\nevent: beat\ndata: {{}}\n\n".encode()


def _blind(caller: Principal, sequence: int) -> str:
    key = caller.fingerprint_key
    return hmac.new(key, sequence.to_bytes(8, "big"), hashlib.sha256).hexdigest()[: 2 * ID_BYTES]
