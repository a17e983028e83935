"""Routes of the document log: since a sequence, by type, by order, by number."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from erp.api.access import STAFF
from erp.api.document_view import CLASSES, DocumentView, view
from erp.api.listing import ALL, Asked, Listing, taken_by
from erp.api.nearest import nearest
from erp.api.own_orders import key_of
from erp.api.pages import DEFAULT_PAGE, AfterKey, Limit, Page
from erp.api.request_context import ContextDep
from erp.api.room_routes import RoomRoutes
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.queries import document_of, logged, voided
from erp.kernel.log.tables import DocumentLog
from erp.ledger.queries import posted_in
from erp.procurement.queries import order_numbers

ROUTES = RoomRoutes("documents")
DOCUMENTS = Listing(DocumentLog, "sequence", at="at", about_at="when it was told")

NUMBER_PATTERN = r"^[A-Za-z0-9-]{1,32}$"
DocumentNumber = Annotated[str, Path(pattern=NUMBER_PATTERN, examples=["PO-2026-00001"])]


def known_type(name: str) -> str:
    """The name of a type of documents. Raises ValueError for another, naming the nearest."""
    if name not in CLASSES:
        near = nearest(name, CLASSES)
        meant = "" if near is None else f"; did you mean {near!r}?"
        raise ValueError(f"no documents are of this type{meant}")
    return name


TypeName = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(known_type),
    WithJsonSchema({"type": "string", "enum": sorted(CLASSES)}),
]
TypeFilter = Annotated[
    list[TypeName] | None,
    Query(alias="type", max_length=50, description="only these types", examples=[["payment"]]),
]
OrderFilter = Annotated[
    str | None,
    Query(pattern=NUMBER_PATTERN, description="only documents of this order, by number or id"),
]
PartyFilter = Annotated[
    str | None,
    Query(
        max_length=64,
        pattern=r"^[^\x00]*$",
        description="only what posted in the books of this party",
    ),
]


@ROUTES.read("/documents", "Read the log", STAFF)
def list_documents(
    context: ContextDep,
    types: TypeFilter = None,
    order: OrderFilter = None,
    party: PartyFilter = None,
    after: AfterKey = "",
    limit: Limit = DEFAULT_PAGE,
    asked: Annotated[Asked, taken_by(DOCUMENTS)] = ALL,
) -> Page[DocumentView]:
    """Documents in the order of the log, after a sequence, with the fields and entries that your role is shown."""
    with context.reading() as session:
        key = key_of(order) if order is not None else None
        number = order_numbers(session, [key]).get(key, order) if isinstance(key, int) else key

        def shown(found: list[DocumentLog]) -> list[DocumentView]:
            marks = voided(session, [each.sequence for each in found])
            return [view(document_of(each), marks.get(each.sequence)) for each in found]

        return DOCUMENTS.page(
            session, asked, shown, *posted_in(party), whole=True, after=after, limit=limit, type=types,
            order_number=number,
        )  # fmt: skip


@ROUTES.read("/documents/{number}", "Read one document", STAFF, 404)
def read_document(context: ContextDep, number: DocumentNumber) -> DocumentView:
    """The document with this number, with its journal entries."""
    with context.reading() as session:
        found = logged(session, number)
        if found is None:
            raise UnknownDocument(number)
        marks = voided(session, [found.sequence])
    return view(found, marks.get(found.sequence))
