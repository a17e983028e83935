"""Routes of the document log: since a sequence, by type, by order, by number."""

from __future__ import annotations

from operator import attrgetter
from typing import Annotated

from fastapi import Path, Query
from pydantic import StringConstraints

from erp.api.access import STAFF
from erp.api.document_view import DocumentView, view
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterId, Limit, Page, page_of
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.queries import logged, select_documents
from erp.procurement.queries import order_numbers

ROUTES = RoomRoutes("documents")

NUMBER_PATTERN = r"^[A-Za-z0-9-]{1,32}$"
DocumentNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["PO-2026-00001"])]
TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
TypeFilter = Annotated[
    list[TypeName] | None,
    Query(alias="type", max_length=50, description="only these types", examples=[["payment"]]),
]
OrderFilter = Annotated[
    str | None,
    Query(pattern=NUMBER_PATTERN, description="only documents of this order, by number or id"),
]


@ROUTES.read("/documents", "Read the log", STAFF)
def list_documents(
    context: ContextDep,
    types: TypeFilter = None,
    order: OrderFilter = None,
    after: AfterId = 0,
    limit: Limit = DEFAULT_PAGE,
) -> Page[DocumentView]:
    """Documents in the order of the log, after a sequence, with the fields and entries that your role is shown."""
    with context.reading() as session:
        key = key_of(order) if order is not None else None
        number = order_numbers(session, [key]).get(key, order) if isinstance(key, int) else key
        found = select_documents(
            session, types=types, order=number, after=after, limit=limit, voided=True
        )
    return page_of(found, view, attrgetter("sequence"), limit)


@ROUTES.read("/documents/{number}", "Read one document", STAFF, 404)
def read_document(context: ContextDep, number: DocumentNumber) -> DocumentView:
    """The document with this number, with its journal entries."""
    with context.reading() as session:
        found = logged(session, number)
    if found is None:
        raise UnknownDocument(number)
    return view(found)
