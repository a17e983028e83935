"""The proof checker (证明): a proof of a document, or a file that somebody sent, checked in the reader's own browser."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from erp.api.routes import chain
from erp.web.door import NAME, caller_of, context_of
from erp.web.reading import Reading
from erp.web.render import page

ALWAYS = chain.NAMES  # opened in every proof, asked or not


def proofs_page(request: Request) -> Response:
    """The checker; with a document, what the chain has of it and the leaves that the reader may have opened."""
    reading = Reading(context_of(request), caller_of(request))
    number = request.query_params.get("document", "").strip()
    seen = None
    if NAME.fullmatch(number):
        seen = reading.read(
            "/documents/{number}/witness",
            chain.read_witness,
            reading.context,
            reading.caller,
            number,
        )
    leaves = [] if seen is None else [path for path in seen.leaves if path not in ALWAYS]
    return page(
        request, "proofs.html", reading=reading, number=number, seen=seen, leaves=leaves
    )  # fmt: skip


ROUTES = (Route("/proofs", proofs_page, methods=["GET"]),)
