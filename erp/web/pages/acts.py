"""An act of the reader's own party (行为) on one page: what it says, what is signed for it step by step, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp.api.errors import ApiError, Unauthenticated
from erp.api.routes import signing
from erp.api.tokens import Principal
from erp.kernel.errors import Rejected
from erp.kernel.refusals import in_chinese
from erp.kernel.schema import MAX_TEXT
from erp.signing.acts import ACTS
from erp.signing.rules import OPEN
from erp.web.act_fields import fields_of, title_of, values_of
from erp.web.act_links import ASK
from erp.web.door import caller_of, context_of, language_of, name_in
from erp.web.pages.entry import SEE_OTHER, form_of
from erp.web.pages.signing import ANSWER
from erp.web.reading import Reading
from erp.web.render import UTC, page
from erp.web.writing import may_tell, new_key, tell

KNOWN = "known"  # field of the form: names of what the page that led here knew
REFERENCE_BYTES = 32
KINDS = tuple(
    sorted({each.label for act in ACTS for each in fields_of(act, {}, frozenset())})
)  # labels of the fields of acts


def ask_page(request: Request) -> Response:
    """The form of an act: what is not known yet is asked for."""
    reading = Reading(context_of(request), caller_of(request))
    typed = dict(request.query_params)
    return _form(request, reading, typed, frozenset(typed))


def _form(
    request: Request, reading: Reading, typed: Mapping[str, str], known: frozenset[str],
    code: int = 200, refused: str | None = None,
) -> Response:  # fmt: skip
    act = typed.get("act", "")
    if act not in ACTS:
        raise HTTPException(404)
    return page(
        request, "acts/ask.html", reading, code, act=act, title=title_of(act, language_of(request), typed),
        fields=fields_of(act, typed, known), known=" ".join(sorted(known)), refused=refused,
        key=new_key(reading.context) if may_tell(reading.caller, ASK) else None,
    )  # fmt: skip


async def ask(request: Request) -> Response:
    """Asks for the act, and leads to its page."""
    form = await form_of(request)
    caller = await run_in_threadpool(caller_of, request)
    return await _asked(request, caller, form)


async def _asked(request: Request, caller: Principal, form: Mapping[str, str]) -> Response:
    context, act = context_of(request), form.get("act", "")
    reading = Reading(context, caller)
    if act not in ACTS:
        raise HTTPException(404)
    zone = await run_in_threadpool(reading.zone) or UTC

    def fresh() -> str:
        return "0x" + context.randomness(REFERENCE_BYTES).hex()

    fields: dict[str, Any] = {
        "party": caller.party or "",
        "act": act,
        "fields": values_of(act, form, zone, fresh),
    }
    try:
        made = await tell(context, caller, ASK, fields, form.get("key", ""))
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as refusal:
        code = refusal.status if isinstance(refusal, ApiError) else 409
        chinese = isinstance(refusal, Rejected) and language_of(request) == "zh"
        said = in_chinese(refusal) if isinstance(refusal, Rejected) and chinese else str(refusal)
        known = frozenset(form.get(KNOWN, "")[:MAX_TEXT].split())
        return await run_in_threadpool(_form, request, reading, form, known, code, said)
    return RedirectResponse(f"/app/acts/{made['document']['number']}", SEE_OTHER)


def act_page(request: Request) -> Response:
    """One act: each step that is signed for it, the one that waits now ready to be signed, and what became of it."""
    reading = Reading(context_of(request), caller_of(request))
    act = reading.read(
        "/act-requests/{number}", signing.read_act_request, reading.context, reading.caller,
        name_in(request, "number"),
    )  # fmt: skip
    open_step = next((step for step in act.steps if step.number and step.status == "OPEN"), None)
    return page(
        request, "acts/act.html", reading, act=act, step=open_step, is_open=act.status in OPEN,
        title=title_of(act.act, language_of(request), act.fields or {}), key=new_key(reading.context),
        may_answer=may_tell(reading.caller, ANSWER),
    )  # fmt: skip


ROUTES = (
    Route("/acts/new", ask_page, methods=["GET"]),
    Route("/acts", ask, methods=["POST"]),
    Route("/acts/{number}", act_page, methods=["GET"]),
)
