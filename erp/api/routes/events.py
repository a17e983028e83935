"""The stream of what changed (变动流): names of things and of documents, for pages and programs that wait for them."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Header, Query, Response, Security
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from erp.api.access import EVERYBODY
from erp.api.errors import TooMany
from erp.api.live.hub import TooManyStreams
from erp.api.live.partners import names_of, owns
from erp.api.live.service import read_changes
from erp.api.live.stream import MEDIA_TYPE, STREAM_SECONDS_MAX, Following, Source, streaming
from erp.api.pages import PlainInt
from erp.api.request_context import Caller, ContextDep, RequestContext, bearer
from erp.api.room_routes import RoomRoutes
from erp.api.tokens import Principal, find_principal
from erp.kernel.schema import MAX_ID

ROUTES = RoomRoutes("chain")
Topic = Annotated[str, StringConstraints(pattern=r"^[^\x00\r\n]{1,80}$")]
Topics = Annotated[
    list[Topic] | None,
    Query(max_length=50, description="only these", examples=[["order:PO-2026-00001", "payment"]]),
]
After = Annotated[
    str | None,
    Query(max_length=40, description="as the header `Last-Event-ID`, which counts before it"),
]
LastEventId = Annotated[
    str | None,
    Header(max_length=40, description="`id` of the last event: the stream goes on after it"),
]
Accept = Annotated[str | None, Header(max_length=400, include_in_schema=False)]
Seconds = Annotated[
    PlainInt | None,
    Query(ge=0, le=STREAM_SECONDS_MAX, description="after which the stream ends; come back"),
]


@ROUTES.download("/events", "Hear what changes", EVERYBODY, MEDIA_TYPE, 429)
async def hear_events(
    context: ContextDep,
    caller: Caller,
    sent: Annotated[HTTPAuthorizationCredentials, Security(bearer)],
    topics: Topics = None,
    after: After = None,
    last_event_id: LastEventId = None,
    seconds: Seconds = None,
    accept: Accept = None,
) -> Response:
    """Server-sent events. `data` of each `changed` is a CloudEvent (1.0): what changed, and nothing of what is in it.

    Send `Accept: text/event-stream`: without it the stream ends at once. `subject` is the document; `data.topics` are its
    type, `work`, and the things that it names: `order:PO-2026-00001`, `tender:3`, `group:…`, `bet:…`. `ring` and
    `chain.time` come from the bridge. Read what you want to know with your own rights. `beat` comes each 5 seconds; `again`
    says that something may have been missed. A partner hears of its own orders, and of what names its party.
    """
    if seconds is None:
        seconds = STREAM_SECONDS_MAX if accept is not None and MEDIA_TYPE in accept else 0
    return await heard(
        context,
        caller,
        topics,
        last_event_id or after,
        seconds,
        partial(token_stands, context, sent.credentials, caller),
    )


async def heard(
    context: RequestContext,
    caller: Principal,
    topics: list[str] | None,
    last: str | None,
    seconds: int,
    may_still: partial[bool],
) -> Response:
    """The stream of one caller, who was there before when it names the `last` event. Raises TooMany."""
    after = (
        int(last)
        if last is not None and last.isascii() and last.isdigit() and int(last) <= MAX_ID
        else None
    )
    reader = Following(
        caller,
        await run_in_threadpool(_names, context, caller),
        may_still,
        partial(_owns, context, caller),
        frozenset(topics or ()),
        after,
        last is not None,
        seconds,
    )
    source = Source(
        context.live.hub(context), partial(read_changes, context), context.platform, context.clock
    )
    try:
        return streaming(source, reader)
    except TooManyStreams:
        raise TooMany("as many streams are open as one token or this service bears") from None


def token_stands(context: RequestContext, token: str, caller: Principal) -> bool:
    """Whether the token, or access token, that was sent stands, and means the same as before."""
    with context.reading() as session:
        return find_principal(session, token, context.clock()) == caller


def _names(context: RequestContext, caller: Principal) -> frozenset[str]:
    with context.reading() as session:
        return names_of(session, caller)


def _owns(context: RequestContext, caller: Principal, order: str) -> bool:
    with context.reading() as session:
        return owns(session, caller, order)
