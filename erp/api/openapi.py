"""The API's own description: every route names the problems it may answer with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from erp.api.access import EVERYBODY, Access
from erp.api.problems import PROBLEM_TYPE, RETRY_AFTER_SECONDS, Problem
from erp.api.whole_numbers import publish_integers

VERSION = "0.1.0"
TITLE = "Interlock ERP"
ABOUT = """
The embedded ERP. **No operation without its accounting**: each write makes one document, its
journal entries and one row of the document log, in one transaction.

* **Who**: `Authorization: Bearer <token>`; each token has one role (`GET /me`).
* **Once**: every write carries an `Idempotency-Key`. The same request sent again is answered as
  the first time, with `Idempotency-Replayed: true`. After a timeout, send the same request again.
* **Before**: every write with `?dry_run=true` answers 200 with the documents and entries that it would make, or refuses as
  the write would, and writes nothing; the key stays free.
* **Money** is a whole number of minor units: 10.50 is `1050`. Floats and strings are refused. No amount and no
  quantity of a request is above 10^15 - 1; what they add up to may be.
* **Time** is unix seconds. **Quantities** are whole numbers of the item's smallest unit.
* **Errors** are problem details (RFC 9457); `type` is `urn:interlock:problem:<code>`.

* **Orders and tenders** are named by number (`PO-2026-00001`) or by id (`1`), wherever one is asked for.
* **Unknown query parameters** are refused, and so are unknown types and statuses: the nearest that there is is named.
* **404** is for paths. What a body names and is not there is a 409 with `field`, what a query names a 422 with `field`.

Tenders, awards, escrow and payments reach the ERP as external events: they are read here, never written.
"""
TAGS = [
    {"name": "master data", "description": "Parties, items and how items are sourced."},
    {"name": "stock", "description": "Stock levels, openings and issues."},
    {"name": "planning", "description": "Reorder checks, requisitions and what holds them up."},
    {"name": "procurement", "description": "Tenders, orders, receipts, inspections, invoices."},
    {"name": "ledger", "description": "Capital, budgets, balances, periods and reversals."},
    {"name": "groups", "description": "Chain groups: their roles, candidates and members."},
    {"name": "documents", "description": "The log: everything that was ever posted, in sequence."},
    {
        "name": "chain",
        "description": "What changed, what the chain has of documents, proofs, and a relay to a node.",
    },
    {"name": "service", "description": "Who am I, and is the service well."},
]
DESCRIPTIONS = {
    400: "The request could not be read",
    401: "No token, an unknown one, or a revoked one",
    403: "The token's role may not do this; `roles_needed` says who may",
    404: "The path names what is not there, or is not yours to see",
    409: "A rule of the ERP said no; nothing was written. `type` names the rule. Where the body names what is not there, "
    "`field` is the place",
    413: "The body is larger than allowed",
    422: "A field or a query parameter is wrong and named, or this `Idempotency-Key` came before with another "
    "request. Fields are judged one by one and before any rule: what rules say of them together is a 409",
    429: "Too many requests with this token or from this address, or more at once than it or this service bears; nothing "
    "was read, send the same again after `Retry-After` seconds",
    500: "A bug; `incident` is what to look for in the log",
    503: f"The database is busy; send the same again after {RETRY_AFTER_SECONDS} seconds",
}
ALWAYS = (401, 403, 422, 429, 500, 503)
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string", "const": "Bearer"}}},
    429: {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}},
    503: {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}},
}
REPLAYED = {
    "Idempotency-Replayed": {
        "description": "`true` when this is the answer to an earlier request with the same key",
        "schema": {"type": "string", "const": "true"},
    }
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem responses of a route: those of every route, and `statuses`."""
    return documented(sorted({*ALWAYS, *statuses}))


def documented(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    """Exactly these problem responses, as OpenAPI wants them."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {
            "description": DESCRIPTIONS[status],
            "content": {PROBLEM_TYPE: schema},
            "headers": HEADERS.get(status, {}),
        }
        for status in statuses
    }


def listing() -> dict[int | str, dict[str, Any]]:
    """The second form of a list's answer: as text, for who asks with `Accept: text/csv`."""
    return {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


def writing() -> dict[int | str, dict[str, Any]]:
    """The responses of a write beside its answer, and the header that a replayed answer carries."""
    return {201: {"headers": REPLAYED}, **problems(400, 409, 413)}


def foreseeing(answer: object) -> dict[int | str, dict[str, Any]]:
    """The response of a write's dry run: the answer of the write, and nothing written."""
    about = "What the write would make (`dry_run=true`); nothing was written"
    return {200: {"model": answer, "description": about, "headers": REPLAYED}}


def describe(app: FastAPI, access: Access) -> dict[str, Any]:
    """The OpenAPI document of `app`, with the Problem schema and the roles of each route; computed once."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=TITLE, version=VERSION, description=ABOUT, routes=app.routes, tags=TAGS
        )
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(problem.pop("$defs", {}))
        schemas["Problem"] = problem
        tell_roles(schema["paths"], access)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        publish_integers(schema)
        app.openapi_schema = schema
    return app.openapi_schema


def tell_roles(paths: dict[str, dict[str, dict[str, Any]]], access: Access) -> None:
    """Ends the description of each route with the roles that may use it."""
    for (method, path), roles in access.items():
        operation = paths[path][method.lower()]
        names = "every role" if roles == EVERYBODY else ", ".join(sorted(roles))
        operation["description"] += f"\n\n**Who may**: {names}."
