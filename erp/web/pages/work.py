"""My work (我的工作): what waits for the reader and what time will do, made from the states of things; nobody assigns it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from erp.api.routes import my_work
from erp.api.routes.my_work import TaskView
from erp.web.door import caller_of, context_of
from erp.web.formats import again
from erp.web.pages import purchase_tasks, receiving
from erp.web.reading import Reading
from erp.web.render import page

NAMES = {
    "sign": "Sign",
    "confirm": "Confirm",
    "settle_invoice": "Settle a blocked invoice",
    "receive": "Receive",
    "inspect": "Inspect",
    "ship": "Ship",
    "invoice": "Send the invoice",
    "approve_group": "Approve a group",
    "approve_bet": "Approve a bet",
    "release_reorder": "Release a reorder",
    "serve_need": "Serve a need",
}
SAYS = (*NAMES.values(), *purchase_tasks.SAYS)  # what tasks are called
KINDS = ("order", "tender", "auction", "group", "bet", "claim")  # of what time decides about
AT_THE_DESK = frozenset({"receive", "inspect"})
# Pages that show a thing among others, where each stands at its number.
AMONG_OTHERS = {
    "confirm": "/app/approvals",
    "settle_invoice": "/app/books/open",
    "release_reorder": "/app/stock",
    "approve_group": "/app/proposals",
    "serve_need": "/app/proposals",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits."""

    what: str  # English
    about: str
    link: str | None
    since: int | None  # unix seconds
    until: int | None  # unix seconds
    detail: str


def work_page(request: Request) -> Response:
    """What waits for whoever is signed in, and what time will do next."""
    reading = Reading(context_of(request), caller_of(request))
    found = reading.read("/work", my_work.read_work, reading.context, reading.caller)
    tasks = [
        Task(
            NAMES[each.what], each.about, _link(request, each), each.since, each.until, each.detail
        )
        for each in found.tasks
    ]
    tasks += [Task(*each) for each in purchase_tasks.waits(reading)]
    tasks.sort(key=lambda task: task.since or 0)
    times = [*found.edges, *purchase_tasks.times(reading)]
    times.sort(key=lambda edge: (edge.at, edge.about))
    edges = [(each, place_of(request, each.path)) for each in times]
    return page(
        request, "work.html", reading=reading, tasks=tasks, edges=edges, now=found.as_of, more=found.more,
        again=again(found.as_of, [*(each.at for each in times), *(task.until for task in tasks)]),
    )  # fmt: skip


def _link(request: Request, task: TaskView) -> str | None:
    if task.what in AT_THE_DESK:
        return f"{receiving.PATH}#{task.about.replace(' / ', '-')}"
    if task.what in AMONG_OTHERS:
        return f"{AMONG_OTHERS[task.what]}#{task.about}"
    return place_of(request, task.path)


def place_of(request: Request, path: str) -> str | None:
    """The page of what the API tells of at this path, where the workbench has one: it stands at the same path."""
    scope = {"type": "http", "path": path, "root_path": "", "method": "GET"}
    routes = (each for each in request.app.routes if isinstance(each, Route))
    return f"/app{path}" if any(each.matches(scope)[0] is Match.FULL for each in routes) else None


ROUTES = (Route("/", work_page, methods=["GET"]),)
