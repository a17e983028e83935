"""What happens from now on: one small protocol, and the stream of the ERP's API that it is heard by (`GET /events`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bridge.operator.saying import say
from erp.exits import Exit

from ..shell.telling import CommandError
from .api import Api

MEDIA_TYPE = "text/event-stream"
SILENCE_SECONDS = (
    20.0  # without a beat, which comes each five seconds: the stream is taken for dead
)
PAUSE_SECONDS, PAUSE_SECONDS_MAX = (
    1.0,
    30.0,
)  # before the stream is asked for again; doubled each time
TRIES_MAX = 10  # in a row that heard nothing; then it ends
FRAME_MAX = 65_536  # bytes of one event
ALL = "all"
OF_THE_RING = frozenset({"ring", "chain.time"})  # told with each block: only to who asks for them
NO_TOPIC = (
    "no topic is named {topic}: it is order:NUMBER or another thing, a type of documents, or all"
)
UNKNOWN = "none"  # as the last event of who heard none: the API answers that something may have been missed


@dataclass(frozen=True, slots=True)
class Heard:
    """A CloudEvent that says what changed. None: something may have been missed, so that everything is to be read again."""

    event: Mapping[str, Any] | None


class Happening(Protocol):
    """Tells what changes."""

    def after(self, event_id: str | None) -> Iterator[Heard]:
        """What changed after the event with this id, or from now on, for as long as somebody listens."""


class Stream:
    """Hears the events of the API, and comes back with the last one's id when the stream ended."""

    def __init__(
        self,
        api: Api,
        topics: Sequence[str],
        sleep: Callable[[float], None],
        warn: Callable[[str], None],
    ) -> None:
        """`topics`: only these; none: every document. `warn` is told why there is a pause."""
        self._api, self._sleep, self._warn = api, sleep, warn
        self._topics = tuple(topics)

    def after(self, event_id: str | None) -> Iterator[Heard]:
        """Raises CommandError when the API refuses, or is silent for TRIES_MAX tries."""
        last, pause, tries, began = event_id, PAUSE_SECONDS, 0, False
        while True:
            frames = 0
            try:
                for frame in self._once(last if last is not None or not began else UNKNOWN):
                    frames, began = frames + 1, True
                    last = frame.get("id", last)
                    if (heard := self._heard(frame)) is not None:
                        yield heard
                failed: CommandError | None = None
            except CommandError as error:
                if not began or error.told.exit != Exit.BUSY:
                    raise
                failed = error
            if frames > 1:  # the first one comes of a stream that ends at once, too
                pause, tries = PAUSE_SECONDS, 0
            tries += 1
            if tries >= TRIES_MAX:
                raise failed or CommandError(
                    say("the stream ended {tries} times at once", tries=tries), hint="interlock api GET events",
                    code="no-stream", exit_code=Exit.BUSY,
                )  # fmt: skip
            if failed is not None:
                self._warn(
                    say("{error}; again in {seconds} s", error=failed, seconds=f"{pause:.0f}")
                )
            self._sleep(pause)
            pause = min(2 * pause, PAUSE_SECONDS_MAX)

    def _once(self, last: str | None) -> Iterator[dict[str, str]]:
        """The frames of one stream, to its end. Raises CommandError."""
        headers = {"Accept": MEDIA_TYPE} | ({} if last is None else {"Last-Event-ID": last})
        query = {"topics": list(self._topics)} if self._topics else {}
        with self._api.listening("events", query, headers, SILENCE_SECONDS) as answer:
            if not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
                raise CommandError(
                    say("{api} sends no stream of events", api=self._api.url),
                    hint=say("is it the ERP's API? `interlock login --api URL` for another one"),
                    code="no-stream", exit_code=Exit.USAGE,
                )  # fmt: skip
            yield from frames_of(answer.iter_bytes())

    def _heard(self, frame: Mapping[str, str]) -> Heard | None:
        """What a frame tells; None of a beat, and of a block that nobody asked for."""
        if frame.get("event") == "again":
            return Heard(None)
        if frame.get("event") != "changed":
            return None
        event = json.loads(frame["data"])
        if not self._topics and OF_THE_RING.issuperset(event["data"]["topics"]):
            return None
        return Heard(event)


def checked(topics: Sequence[str]) -> Sequence[str]:
    """The topics; none where `all` is among them. Raises CommandError of one that nothing is ever told of."""
    from erp.api.live.topics import told_of_documents  # noqa: PLC0415 - slow, and not for help

    for topic in topics:
        if topic != ALL and topic not in OF_THE_RING and not told_of_documents(topic):
            raise CommandError(
                say(NO_TOPIC, topic=repr(topic)),
                hint="interlock watch --help", code="no-topic", exit_code=Exit.USAGE,
            )  # fmt: skip
    return () if ALL in topics else topics


def frames_of(chunks: Iterable[bytes]) -> Iterator[dict[str, str]]:
    """The frames of server-sent events, field by field. One that is cut off at the end is none. Raises CommandError."""
    rest, frame = b"", {}
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            text = line.removesuffix(b"\r").decode("utf-8", "replace")
            if not text:
                if frame:
                    yield frame
                frame = {}
                continue
            name, _, value = text.partition(":")
            value = value.removeprefix(" ")
            frame[name] = f"{frame[name]}\n{value}" if name == "data" and name in frame else value
        if len(rest) + sum(map(len, frame.values())) > FRAME_MAX:
            raise CommandError(
                say("an event is longer than {most} bytes", most=FRAME_MAX), hint="interlock watch TOPIC",
                code="no-stream", exit_code=Exit.USAGE,
            )  # fmt: skip


def line_of(event: Mapping[str, Any]) -> str:
    """An event for people: when, which document, and what it is about."""
    at = str(event["time"]).replace("T", " ").replace("Z", " UTC")
    topics = [topic for topic in event["data"]["topics"] if topic != "work"]
    return "  ".join([at, str(event.get("subject", "–")), " ".join(topics)])
