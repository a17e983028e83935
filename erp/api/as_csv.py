"""A page of a list as comma-separated values, for who asks with `Accept: text/csv`: one line a row, names first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from erp.api.pages import Page

MEDIA_TYPE = "text/csv"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a text must not begin with in a spreadsheet


def is_asked(request: Request) -> bool:
    """Whether the sender names this form among those that it takes."""
    ranges = request.headers.get("accept", "").split(",")
    return any(each.partition(";")[0].strip().lower() == MEDIA_TYPE for each in ranges)


def row_of(answer: Any) -> type[BaseModel] | None:
    """What the rows of an answer of this type are, where it is a page of a list; None otherwise."""
    if not (isinstance(answer, type) and issubclass(answer, Page)):
        return None
    found: type[BaseModel] = answer.__pydantic_generic_metadata__["args"][0]
    return found


def as_csv(request: Request, page: Page[Any], row: type[BaseModel] | None) -> Response:
    """The rows of the page, with the fields that a `row` has; what the caller may not see is empty.

    The header `Link` names the next page.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    columns = list(row.model_fields) if row is not None else []
    writer.writerow(columns)
    for item in page.items:
        told = item.model_dump(mode="json")
        writer.writerow([cell(told[name]) for name in columns])
    headers = {"Vary": "Accept", "X-Content-Type-Options": "nosniff"}
    if page.next_after is not None:
        headers["Link"] = f'<{_place(request, page.next_after)}>; rel="next"'
    return Response(text.getvalue(), headers=headers, media_type=f"{MEDIA_TYPE}; charset=utf-8")


def cell(value: Any) -> Any:
    """A value as a cell: nothing for null, JSON for what has parts; no text that a spreadsheet would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return value


def _place(request: Request, after: int | str) -> str:
    return f"{request.url.path}?{urlencode([*_others(request), ('after', after)])}"


def _others(request: Request) -> Iterator[tuple[str, str]]:
    for name, value in request.query_params.multi_items():
        if name not in {"after", "before"}:
            yield name, value
