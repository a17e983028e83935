"""Writes of pages: what a form says goes the way of the API's own route, once for each key that a form carries."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from erp.api.errors import ApiError, Forbidden
from erp.api.request_context import RequestContext
from erp.api.tokens import Principal
from erp.api.validation import describe_faults
from erp.api.writes import Write, perform, work_of
from erp.rooms import OPERATIONS

KEY_BYTES = 16
KEY = re.compile(r"[\x21-\x7e]{1,128}")  # as the API's header takes it


class UnreadableForm(ApiError):
    """A field of a form says what cannot be."""

    code = "unreadable-form"
    status = 422

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__(
            "; ".join(f"{name.removeprefix('body.')}: {said}" for name, said in faults)
        )


def may_tell(caller: Principal, write: Write[Any]) -> bool:
    """Whether the caller's role may tell the command of a write."""
    return caller.role in OPERATIONS[write.command].roles


def new_key(context: RequestContext) -> str:
    """A key for one form: however often it is sent, one document comes of it."""
    return context.randomness(KEY_BYTES).hex()


async def tell(
    context: RequestContext,
    caller: Principal,
    write: Write[Any],
    fields: Mapping[str, Any],
    key: str,
    *,
    dry_run: bool = False,
) -> dict[str, Any]:
    """The document of a command and what followed from it, as the caller may see them.

    Of a dry run those that it would make, with nothing written and the key still free.

    Raises Forbidden, UnreadableForm, whatever refuses the command, and Retryable; then nothing was written.
    """
    if not may_tell(caller, write):
        raise Forbidden(caller.role, sorted(OPERATIONS[write.command].roles))
    if not KEY.fullmatch(key):
        raise UnreadableForm([("key", "open the page anew: this form has no key of its own")])
    try:
        body = write.body.model_validate(dict(fields))
    except ValidationError as error:
        raise UnreadableForm(list(describe_faults(error.errors()))) from None
    answer = await perform(
        context, caller, key, write.path, body, work_of(write, context, caller, body), dry_run
    )
    if write.afterwards is not None and not dry_run:
        await run_in_threadpool(write.afterwards, context.engine)
    made: dict[str, Any] = json.loads(bytes(answer.body))
    return made
