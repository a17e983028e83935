"""The routes of one room, each with the roles that may use it.

A read names its roles where it stands. A write takes the roles of its operation (`erp.rooms.OPERATIONS`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from erp.api.access import Roles, Route
from erp.api.as_csv import as_csv, is_asked, row_of
from erp.api.document_view import WriteAnswer
from erp.api.openapi import documented, foreseeing, listing, problems, writing
from erp.api.pages import Page
from erp.api.request_context import Caller, admitted
from erp.api.settled_routes import AdmittedRoute, AskedRoute, OpenRoute
from erp.api.shown import withhold
from erp.api.tokens import Principal
from erp.api.writes import CREATED, C, Write, endpoint_of
from erp.rooms import OPERATIONS

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
BY_TWO = (
    "\n\nOne person proposes and another confirms: the document made is the proposal, and nothing is posted before "
    "somebody else tells `POST /confirmations`."
)
ADMITTED = [Depends(admitted)]


class RouteWithoutRoles(Exception):
    """A route was added without roles, or for a command that people may not give: a bug, found at start-up."""


class RoomRoutes:
    """The routes of one room under one heading (`tag`) of the OpenAPI document."""

    def __init__(self, tag: str) -> None:
        self.router = APIRouter(tags=[tag], route_class=AdmittedRoute)
        self.access: dict[Route, Roles] = {}
        self.public: set[Route] = set()
        self.asks: set[Route] = set()  # POST that writes nothing and takes no key
        self.writes: list[Write[Any]] = []

    def read(
        self, path: str, summary: str, roles: Roles, *statuses: int
    ) -> Callable[[Endpoint], Endpoint]:
        """Adds the function below as GET on `path` for `roles`; its name becomes the operation id.

        It answers all there is; what the caller's role may not see of it is withheld here.

        `statuses` are the problems it may answer with beside those of every route.
        """

        def add(endpoint: Endpoint) -> Endpoint:
            self.access[("GET", path)] = roles
            answer = withholding(endpoint)
            of_list = (
                row_of(inspect.signature(endpoint, eval_str=True).return_annotation) is not None
            )
            self.router.get(
                path,
                summary=summary,
                operation_id=endpoint.__name__,
                responses=(listing() if of_list else {}) | problems(*statuses),
                dependencies=ADMITTED,
            )(answer)
            return endpoint

        return add

    def download(
        self, path: str, summary: str, roles: Roles, media_type: str, *statuses: int
    ) -> Callable[[Endpoint], Endpoint]:
        """Adds the function below as GET on `path` for `roles`, answering with bytes.

        Bytes have no fields: what the caller's role may not see, the function itself refuses.
        """

        def add(endpoint: Endpoint) -> Endpoint:
            self.access[("GET", path)] = roles
            self.router.get(
                path,
                summary=summary,
                operation_id=endpoint.__name__,
                response_class=Response,
                responses={200: {"content": {media_type: {}}}, **problems(*statuses)},
                dependencies=ADMITTED,
            )(endpoint)
            return endpoint

        return add

    def read_without_token(
        self, path: str, summary: str, *statuses: int
    ) -> Callable[[Endpoint], Endpoint]:
        """Adds the function below as GET on `path` for anybody, also without a token."""

        def add(endpoint: Endpoint) -> Endpoint:
            self.public.add(("GET", path))
            self.router.add_api_route(
                path,
                endpoint,
                methods=["GET"],
                summary=summary,
                operation_id=endpoint.__name__,
                responses=documented(sorted({422, *statuses})),
                route_class_override=OpenRoute,
            )
            return endpoint

        return add

    def write(self, write: Write[C]) -> None:
        """Adds POST on the path of `write`, for the roles of its operation.

        Raises RouteWithoutRoles when people may not give the command.
        """
        roles = OPERATIONS[write.command].roles
        if not roles:
            raise RouteWithoutRoles(
                f"POST {write.path}: {write.command.__name__} is not told by people"
            )
        self.writes.append(write)
        self.post(
            write.path,
            write.summary,
            roles,
            endpoint_of(write),
            description=write.description + (BY_TWO if write.is_proposed else ""),
            response_model=WriteAnswer,
            response_description="The document, or the one made when this key came first",
        )

    def post(
        self, path: str, summary: str, roles: Roles, endpoint: Callable[..., Any], **options: Any
    ) -> None:
        """Adds `endpoint` as POST on `path` for `roles`; `options`, the response model among them, go to FastAPI.

        It takes `dry_run` (`erp.api.writes.DryRun`) as every write does.
        """
        self.access[("POST", path)] = roles
        self.router.post(
            path,
            summary=summary,
            operation_id=path.strip("/").replace("-", "_"),
            status_code=CREATED,
            responses=foreseeing(options["response_model"]) | writing(),
            dependencies=ADMITTED,
            **options,
        )(endpoint)

    def ask(
        self, path: str, summary: str, roles: Roles, *statuses: int
    ) -> Callable[[Endpoint], Endpoint]:
        """Adds the function below as POST on `path` for `roles`: a question too long for an address. It writes nothing."""

        def add(endpoint: Endpoint) -> Endpoint:
            self.access[("POST", path)] = roles
            self.asks.add(("POST", path))
            self.router.add_api_route(
                path,
                withholding(endpoint),
                methods=["POST"],
                summary=summary,
                operation_id=endpoint.__name__,
                responses=problems(400, 413, *statuses),
                dependencies=ADMITTED,
                route_class_override=AskedRoute,
            )
            return endpoint

        return add

    def check(self) -> None:
        """Raises RouteWithoutRoles when a route of the router has no roles here."""
        known = self.access.keys() | self.public
        routes = {
            (method, route.path)
            for route in self.router.routes
            if isinstance(route, APIRoute)
            for method in route.methods or ()
        }
        if routes - known:
            raise RouteWithoutRoles(f"no roles for {sorted(routes - known)}")


def withholding(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint, its answer as the caller may see it, a list also as text.

    FastAPI calls it with the sender and the request beside its own parameters.
    """
    signature = inspect.signature(endpoint, eval_str=True)

    def answer(*, sender_: Principal, request_: Request, **parameters: Any) -> Any:
        shown = withhold(endpoint(**parameters), sender_)
        if isinstance(shown, Page) and is_asked(request_):
            return as_csv(request_, shown, row)
        return shown

    row = row_of(signature.return_annotation)
    sender = inspect.Parameter("sender_", inspect.Parameter.KEYWORD_ONLY, annotation=Caller)
    request = inspect.Parameter("request_", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    own = [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in signature.parameters.values()
    ]
    answer.__signature__ = signature.replace(parameters=[*own, sender, request])  # type: ignore[attr-defined]
    answer.__name__, answer.__doc__ = endpoint.__name__, endpoint.__doc__
    return answer
