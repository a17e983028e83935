"""Every error leaves as a problem detail (RFC 9457), whoever raised it.

ApiError               its own status          refused at the door
NotFound               404                     the path names what is not there
                       422, `field`            ... the query does
                       409, `field`            ... the body does; nothing was written
Rejected, Conflict     409                     a rule said no; nothing was written
Retryable, busy        503, Retry-After        the database had no time; nothing was written
validation             422, `errors`           which field, and what was wrong with it
HTTPException          as raised               no such route, wrong method, broken body
anything else          500, `incident`         a bug: logged with its traceback, told to nobody
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from erp.api import words
from erp.api.busy import is_busy
from erp.api.errors import ApiError, Slowed, Unauthenticated
from erp.api.references import Named, named_by
from erp.api.shown import ClassedView
from erp.api.validation import describe_faults
from erp.kernel.errors import BatchRefused, ErpError, NotFound, Rejected, Retryable
from erp.kernel.field_class import classed
from erp.kernel.refusals import in_chinese, texts

log = logging.getLogger("erp.api")

PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 2
HTTP_CODES = {
    400: "bad-request",
    404: "no-such-route",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "media-type-not-supported",
}


class Fault(ClassedView):
    """One field of a request and what is wrong with it."""

    classes = classed("field message")

    field: str
    message: str


class Problem(ClassedView):
    """A problem detail as RFC 9457 defines it; the error's own facts stand beside these members."""

    model_config = ConfigDict(extra="allow")
    classes = classed("type title status detail instance errors")

    type: str = Field(examples=["urn:interlock:problem:over-receipt"])
    title: str
    status: int
    detail: str
    instance: str = Field(description="path of the request that met the problem")
    errors: list[Fault] | None = Field(default=None, description="with status 422: field by field")


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem response. `facts` never replace the five members of the RFC."""
    language = words.wanted(request)
    if language == words.CHINESE:
        detail = words.in_chinese(code, facts or {}) or detail
    body = members(request.url.path, status, code, detail, facts)
    return told(request, body, headers)


def told(
    request: Request, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response that tells these members of a problem, in the language that the request prefers."""
    said = {"Content-Language": words.wanted(request), "Vary": "Accept-Language"}
    return JSONResponse(
        body, body["status"], headers=said | dict(headers or {}), media_type=PROBLEM_TYPE
    )


def members(
    instance: str, status: int, code: str, detail: str, facts: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The members of a problem: the facts, and the five of the RFC."""
    return {
        **jsonable_encoder(dict(facts or {}), custom_encoder={bytes: bytes.hex}),
        "type": f"urn:interlock:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "instance": instance,
    }


def refusal(
    error: Rejected, instance: str, named: Named, language: str = words.ENGLISH
) -> dict[str, Any]:
    """The members of the problem that tells what a rule refused of a request that named these things."""
    detail = (
        in_chinese(error) if language == words.CHINESE and error.code in texts() else str(error)
    )
    facts: dict[str, Any] = error.facts()
    status = HTTPStatus.CONFLICT
    if isinstance(error, NotFound):
        status, place = named.judged(error.key)
        facts |= {} if place is None else {"field": place}
    return members(instance, status, error.code, detail, facts)


def facts_of(error: Exception) -> dict[str, Any]:
    """The public attributes of an error, which stand beside the members of the problem."""
    return {name: value for name, value in vars(error).items() if not name.startswith("_")}


def problem_response(request: Request, error: ApiError) -> JSONResponse:
    """The answer to what the API itself refuses."""
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(error, Unauthenticated) else {}
    if isinstance(error, Slowed):
        headers["Retry-After"] = str(error.retry_after)
    return problem(request, error.status, error.code, str(error), facts_of(error), headers)


def busy_response(request: Request) -> JSONResponse:
    """503: nothing was written, the same request may be sent again with the same key."""
    return problem(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "database-busy",
        "the database is busy; nothing was written, send the same request again with the same key",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def unknown_response(request: Request, error: Exception) -> JSONResponse:
    """500: logs the traceback under an incident number and tells the client only that number."""
    incident = secrets.token_hex(8)
    log.error(
        "incident %s: %s %s failed",
        incident,
        request.method,
        request.url.path,
        exc_info=(type(error), error, error.__traceback__),
    )
    return problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "something failed that should not; nothing was written; the log names the incident",
        {"incident": incident},
    )


def http_problem(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer to what HTTP itself refuses: no such path, wrong method, broken body."""
    return problem(
        request, status, HTTP_CODES.get(status, f"http-{status}"), detail, headers=headers
    )


async def on_api_error(request: Request, error: Exception) -> JSONResponse:
    """Answers an ApiError."""
    if not isinstance(error, ApiError):
        return unknown_response(request, error)
    return problem_response(request, error)


async def on_erp_error(request: Request, error: Exception) -> JSONResponse:
    """Answers what a rule of the ERP refused."""
    if isinstance(error, Retryable):
        return busy_response(request)
    place, named = {}, named_by(request)
    if isinstance(error, BatchRefused):
        place, named = {"index": error.index}, named_by(request, error.index)
        error = error.cause
    if not isinstance(error, Rejected):
        return unknown_response(request, error)
    return told(request, place | refusal(error, request.url.path, named, words.wanted(request)))


async def on_validation_error(request: Request, error: Exception) -> JSONResponse:
    """Answers 422 with the list of fields. Inputs are not echoed: one may be a secret."""
    if not isinstance(error, RequestValidationError):
        return unknown_response(request, error)
    language = words.wanted(request)
    found = describe_faults(error.errors(), language)
    faults = [Fault(field=name, message=text) for name, text in found]
    detail = "; ".join(f"{fault.field}: {fault.message}" for fault in faults)
    return problem(
        request, HTTPStatus.UNPROCESSABLE_ENTITY, "validation-failed", detail, {"errors": faults}
    )


async def on_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Answers what the framework refused: no such route, wrong method, broken body."""
    if not isinstance(error, HTTPException):
        return unknown_response(request, error)
    return http_problem(request, error.status_code, str(error.detail), error.headers)


async def on_unknown(request: Request, error: Exception) -> JSONResponse:
    """Answers everything else: a busy database, or a bug."""
    if is_busy(error):
        return busy_response(request)
    return unknown_response(request, error)


def install_handlers(app: FastAPI) -> None:
    """Every exception of `app` leaves as a problem detail."""
    app.add_exception_handler(ApiError, on_api_error)
    app.add_exception_handler(ErpError, on_erp_error)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(HTTPException, on_http_exception)
