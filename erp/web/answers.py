"""What a page says of a form: the documents that it made, or what refused it, in the reader's language."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from erp.api.errors import ApiError, Unauthenticated
from erp.api.tokens import Principal
from erp.api.writes import Write
from erp.kernel.errors import Rejected
from erp.kernel.refusals import in_chinese
from erp.web.door import NAME, context_of, language_of
from erp.web.reading import Reading
from erp.web.writing import tell

SEE_OTHER = 303
SHOW = "show"  # the button that asks what a form would book
MAX_NAMED = 200  # documents that one page names as made


class FormPage(Protocol):
    """A page of forms: with what refused one and what was typed, or with what it would make."""

    def __call__(
        self, request: Request, reading: Reading, code: int = 200, *, refused: str | None = None,
        form: Mapping[str, str] | None = None, foreseen: Mapping[str, Any] | None = None,
    ) -> Response:  # fmt: skip
        """The page; `code` is that of a refusal."""
        ...


async def answer_to(
    form: Mapping[str, str], request: Request, caller: Principal, write: Write[Any],
    fields: Mapping[str, Any], shown: FormPage, path: str,
) -> Response:  # fmt: skip
    """Back to the page at `path`, which names what was made; or the page again, with what refused it and what was typed.

    With what would be made, when the form only asks for that. Raises Unauthenticated and whatever is no refusal.
    """
    context, shows = context_of(request), SHOW in form
    made = await refusal_of(
        tell(context, caller, write, fields, form.get("key", ""), dry_run=shows)
    )
    if isinstance(made, dict) and not shows:
        return back_to(path, made)

    def again() -> Response:
        reading = Reading(context, caller)
        if isinstance(made, dict):
            return shown(request, reading, form=form, foreseen=made)
        said = said_of(request, made)
        return shown(request, reading, status_of(made), refused=said, form=form)

    return await run_in_threadpool(again)


async def refusal_of(telling: Awaitable[dict[str, Any]]) -> dict[str, Any] | ApiError | Rejected:
    """What a write made, or what refused it. Raises Unauthenticated and whatever is no refusal."""
    try:
        return await telling
    except Unauthenticated:
        raise
    except (ApiError, Rejected) as refusal:
        return refusal


def status_of(refusal: ApiError | Rejected) -> int:
    """The status of the page that tells a refusal."""
    return refusal.status if isinstance(refusal, ApiError) else 409


def said_of(request: Request, refusal: ApiError | Rejected) -> str:
    """A refusal in the reader's language."""
    if isinstance(refusal, Rejected) and language_of(request) == "zh":
        return in_chinese(refusal)
    return str(refusal)


def back_to(path: str, made: dict[str, Any]) -> Response:
    """Back to a page that names what was made: the document, and those that followed from it."""
    numbers = [made["document"]["number"], *(each["number"] for each in made["follow_ups"])]
    return RedirectResponse(f"{path}{'&' if '?' in path else '?'}made={joined(numbers)}", SEE_OTHER)


def joined(numbers: list[str]) -> str:
    """Numbers of documents as they stand in an address."""
    return "+".join(quote(number, safe="") for number in numbers[:MAX_NAMED])


def named_in(request: Request, parameter: str) -> list[str]:
    """The numbers of documents that an address names; what is no number is left out."""
    told = request.query_params.get(parameter, "").split(" ")[:MAX_NAMED]
    return [each for each in told if NAME.fullmatch(each)]
