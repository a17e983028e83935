"""Forms that a page offers to whom an act is allowed: what each asks for, and what was typed into one that was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.web.act_links import ASK
from erp.web.answers import SEE_OTHER, SHOW, back_to, refusal_of, said_of, status_of
from erp.web.door import context_of
from erp.web.writing import tell

DOES = "does"  # field of a form: its name
OK = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form."""

    name: str
    label: str  # English
    kind: str = "text"  # text, long, money, number, time, choice
    value: str = ""
    choices: tuple[
        tuple[str, str], ...
    ] = ()  # what is sent, and how it is called in the reader's language
    required: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """A form for one act."""

    does: str  # its name, which is also its place on the page
    title: str  # English, as all that follows
    button: str
    hint: str = ""
    entries: tuple[Entry, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    folded: bool = False  # what is rarely done is opened first
    shows: bool = False  # what it would book can be looked at before it is written


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that wrote nothing: what refused it, or what it would make, and what was typed."""

    does: str
    refused: str
    typed: Mapping[str, str]
    foreseen: Mapping[str, Any] | None = None  # what it would make, where it only asked for that


Again = Callable[[int, Tried], Response]  # the page with a form that wrote nothing


def tried(form: Mapping[str, str], said: str) -> Tried:
    """What was sent, with what refused it."""
    return Tried(form.get(DOES, ""), said, form)


async def ask_for(
    request: Request, caller: Principal, form: Mapping[str, str], act: str, fields: Mapping[str, Any], again: Again
) -> Response:  # fmt: skip
    """Asks for an act of the caller's party, and leads to where it is signed; or the page again, with what refuses it."""
    asked = {"party": caller.party or "", "act": act, "fields": dict(fields)}
    made = await refusal_of(tell(context_of(request), caller, ASK, asked, form.get("key", "")))
    if isinstance(made, dict):
        return RedirectResponse(f"/app/acts/{made['document']['number']}", SEE_OTHER)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(again, code, tried(form, said))


async def written(
    request: Request, form: Mapping[str, str], telling: Awaitable[dict[str, Any]], path: str, again: Again
) -> Response:  # fmt: skip
    """Back to the page at `path`, which names what was made; or the page again, with what refuses it."""
    made = await refusal_of(telling)
    if isinstance(made, dict):
        return back_to(path, made)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(again, code, tried(form, said))


async def told(
    request: Request, caller: Principal, form: Mapping[str, str], write: Write[Any], fields: Mapping[str, Any],
    path: str, again: Again,
) -> Response:  # fmt: skip
    """Back to the page at `path`, which names what was made; `{number}` in it is that of the document.

    Or the page again: with what refuses the form, or with what it would make, when it only asks for that.
    """
    shows = SHOW in form
    made = await refusal_of(
        tell(context_of(request), caller, write, fields, form.get("key", ""), dry_run=shows)
    )
    if isinstance(made, dict) and not shows:
        return back_to(path.format(number=quote(made["document"]["number"], safe="")), made)
    if isinstance(made, dict):
        foreseen = Tried(form.get(DOES, ""), "", form, made)
        return await run_in_threadpool(again, OK, foreseen)
    said, code = said_of(request, made), status_of(made)
    return await run_in_threadpool(again, code, tried(form, said))
