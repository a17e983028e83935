"""The document log, read: since a cursor, by type, by order, by number."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import StringConstraints

from erp.api.desk import AtDesk, Caller
from erp.api.openapi import problems
from erp.api.reads.pages import DEFAULT_PAGE, AfterId, Limit, Page, next_after
from erp.api.views import DocumentView, view
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.queries import by_number, select_documents

router = APIRouter(tags=["documents"])

NUMBER_PATTERN = r"^[A-Za-z0-9-]{1,32}$"
DocumentNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["PO-2026-00001"])]
TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
TypeFilter = Annotated[
    list[TypeName] | None,
    Query(alias="type", max_length=50, description="only these types", examples=[["payment"]]),
]
OrderFilter = Annotated[
    str | None, Query(pattern=NUMBER_PATTERN, description="only documents of this order")
]


@router.get(
    "/documents",
    operation_id="list_documents",
    summary="Read the log",
    response_model=Page[DocumentView],
    responses=problems(),
)
def list_documents(
    desk: AtDesk,
    caller: Caller,
    types: TypeFilter = None,
    order: OrderFilter = None,
    after: AfterId = 0,
    limit: Limit = DEFAULT_PAGE,
) -> Page[DocumentView]:
    """Documents in the order of the log, after a sequence. Only the auditor is shown salts."""
    with desk.reading() as session:
        found = select_documents(session, types=types, order=order, after=after, limit=limit)
    return Page(
        items=[view(document, caller) for document in found],
        next_after=next_after([document.sequence for document in found], limit),
    )


@router.get(
    "/documents/{number}",
    operation_id="read_document",
    summary="Read one document",
    response_model=DocumentView,
    responses=problems(404),
)
def read_document(desk: AtDesk, caller: Caller, number: DocumentNumber) -> DocumentView:
    """The document with this number, with its journal entries."""
    with desk.reading() as session:
        found = by_number(session, number)
    if found is None:
        raise UnknownDocument(number)
    return view(found, caller)
