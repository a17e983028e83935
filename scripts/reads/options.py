"""The options that every read has, declared once: who asks, and how the answer is printed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from .api import Api
from .client import renewing
from .login import file_of, find
from .output import FORMATS, Output

PANEL = "Every read"


def _option(*names: str, text: str, **more: Any) -> Any:
    return typer.Option(*names, help=text, rich_help_panel=PANEL, **more)


# Name -> type and option.
SHARED: dict[str, Any] = {
    "who": Annotated[
        str | None, _option("--as", metavar="NAME", text="Whose login; else INTERLOCK_AS, else the last.")
    ],
    "as_json": Annotated[bool, _option("--json", text="JSON; `--json number,status` these fields.")],
    "as_jsonl": Annotated[bool, _option("--jsonl", text="One JSON object a line.")],
    "as_csv": Annotated[bool, _option("--csv", text="CSV with a first line of names.")],
    "fields": Annotated[
        str | None, _option("--fields", metavar="A,B", text="Only these fields; `fields.quantity` is one within.")
    ],
}  # fmt: skip
DEFAULTS: dict[str, Any] = {"who": None, "fields": None}


def reads(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the shared options. It is called with `api` and `out` made of them, and with its own arguments."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())

    @functools.wraps(command)
    def wrapped(**given: Any) -> None:
        shared = {name: given.pop(name) for name in SHARED}
        wanted = (shared["as_json"], shared["as_jsonl"], shared["as_csv"])
        form = next((form for form, asked in zip(FORMATS, wanted, strict=True) if asked), "")
        fields = tuple(shared["fields"].split(",")) if shared["fields"] else ()
        file = file_of()
        name, login = find(file, shared["who"])
        command(api=Api(login, renewing(file, name, login)), out=Output(form, fields), **given)

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        *(each.replace(kind=keyword) for each in own if each.name not in {"api", "out"}),
        *(
            inspect.Parameter(name, keyword, default=DEFAULTS.get(name, False), annotation=kind)
            for name, kind in SHARED.items()
        ),
    ]
    wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {each.name: each.annotation for each in parameters}
    return wrapped
