"""What waits for whoever asks, and what time alone will do next (`GET /work`): rows for machines, two tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from bridge.operator.reasons import Lang
from bridge.operator.saying import language, say

from .output import show_rows

TASK_COLUMNS = ("what", "about", "since", "until", "detail")
EDGE_COLUMNS = ("at", "about", "name", "then")
# What each task of the API is called.
CALLED = {
    "ship": "ship",
    "receive": "receive",
    "inspect": "inspect",
    "invoice": "invoice",
    "sign": "sign",
    "confirm": "confirm",
    "settle_invoice": "settle a blocked invoice",
    "approve_group": "answer a proposed group",
    "approve_bet": "answer the terms of a bet",
    "release_reorder": "a reorder on hold",
    "serve_need": "serve a need",
}


def rows_of_work(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Tasks, then edges of time, in rows of one shape."""
    for task in found["tasks"]:
        yield {"kind": "task", **task}
    for edge in found["edges"]:
        yield {
            "kind": "time", "what": edge["name"], "about": edge["about"], "path": edge["path"], "since": None,
            "until": edge["at"], "detail": edge["then"],
        }  # fmt: skip


def show_work(found: Mapping[str, Any]) -> None:
    """Prints both tables."""
    tasks = [
        task | {"what": say(CALLED.get(task["what"], task["what"]))} for task in found["tasks"]
    ]
    if tasks:
        show_rows(tasks, TASK_COLUMNS, say("What waits for you"))
    else:
        typer.echo(say("nothing waits for you"))
    then = "then_zh" if language() is Lang.ZH else "then"
    edges = [edge | {"then": edge[then]} for edge in found["edges"]]
    if edges:
        show_rows(edges, EDGE_COLUMNS, say("What time alone will do next"))
    if found["more"]:
        typer.echo(say("there may be more than is shown here"))
