"""The log of documents, from its beginning, and the page of one: what was said and what it posted."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.errors import UnreadableQuery
from erp.api.routes import documents
from erp.ledger import chart
from erp.web.door import caller_of, context_of, name_in
from erp.web.forms import place
from erp.web.reading import Reading
from erp.web.render import page

ROWS = 50


def list_page(request: Request) -> Response:
    """The log from a place on."""
    reading = Reading(context_of(request), caller_of(request))
    after = place(request.query_params.get("after", "0"))
    if after is None:
        raise UnreadableQuery("`after` is the number that the link to the next page names")
    found = reading.read(
        "/documents", documents.list_documents, reading.context, after=str(after), limit=ROWS
    )
    return page(
        request,
        "documents.html",
        reading=reading,
        documents=found.items,
        next_after=found.next_after,
    )


def document_page(request: Request) -> Response:
    """One document."""
    reading = Reading(context_of(request), caller_of(request))
    found = reading.read(
        "/documents/{number}",
        documents.read_document,
        reading.context,
        name_in(request, "number"),
    )
    return page(request, "document.html", reading=reading, document=found, accounts=chart.BY_CODE)


ROUTES = (
    Route("/documents", list_page, methods=["GET"]),
    Route("/documents/{number}", document_page, methods=["GET"]),
)
