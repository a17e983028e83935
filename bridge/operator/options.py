"""The settings that every command of the bridge takes as options, declared once.

They may stand before or after the command: `interlock bridge --db URL status` and `interlock bridge status --db URL`
do the same; where both are given, the later holds.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.config import Config, Origin, origins, read

PANEL = "Settings (also in interlock.toml, or as INTERLOCK_<NAME>)"
FILE_NAMED = (
    "interlock.config"  # key of a command's context: the settings file named before all commands
)


def _option(*names: str, text: str) -> Any:
    return typer.Option(*names, help=text, rich_help_panel=PANEL)


# Name of the setting -> type and option. `config` is the file that holds settings.
SHARED: Mapping[str, Any] = {
    "db": Annotated[
        str | None,
        _option("--db", text="Database of the ERP: sqlite:///file.db or postgresql+psycopg://…"),
    ],
    "bridge_db": Annotated[
        str | None,
        _option("--bridge-db", text="Database of the bridge's own tables; default: the ERP's."),
    ],
    "deployment": Annotated[
        Path | None,
        _option("--deployment", text="Deployment file, deployments/<network>.json."),
    ],
    "rpc": Annotated[
        list[str] | None,
        _option("--rpc", text="Node URL; several times for nodes to fall back on."),
    ],
    "keystores": Annotated[
        Path | None, _option("--keystores", text="Folder of encrypted keystore files.")
    ],
    "password_file": Annotated[
        Path | None, _option("--password-file", text="File that holds the keystores' password.")
    ],
    "attester": Annotated[
        str | None, _option("--attester", text="Account that reports; default: attester.json's.")
    ],
    "post": Annotated[
        str | None, _option("--post", text="The attester's post; default: the one its key holds.")
    ],
    "arbiter": Annotated[
        str | None,
        _option("--arbiter", text="The arbiter's post of new orders; default: the first."),
    ],
    "keys_in": Annotated[
        str | None,
        _option(
            "--keys-in",
            text="Who opens the keystores and signs: child, a process of its own, or daemon.",
        ),
    ],
    "signer_url": Annotated[
        str | None,
        _option(
            "--signer-url",
            text="Remote signer (Web3Signer's API); a URL with a password belongs into INTERLOCK_SIGNER_URL.",
        ),
    ],
    "config": Annotated[
        Path | None,
        _option(
            "--config", text="Settings file; default: interlock.toml, here or in a folder above."
        ),
    ],
}


class Settings:
    """The shared options as they were typed."""

    def __init__(self, typed: Mapping[str, Any]) -> None:
        self._typed = dict(typed)

    def config(self, **more: Any) -> Config:
        """Settings from the options, the environment and the file. Raises BadConfiguration that names the setting."""
        overrides = {**self._typed, **more}
        file = overrides.pop("config", None)
        return read(overrides, file=file)

    def origins(self) -> list[Origin]:
        """Every setting and where it was said. Raises BadConfiguration that names the setting."""
        overrides = dict(self._typed)
        file = overrides.pop("config", None)
        return origins(overrides, file=file)

    @property
    def file(self) -> Path | None:
        """The settings file that was named."""
        named: Path | None = self._typed.get("config")
        return named


Command = Callable[..., None]


def with_settings(command: Command) -> Command:
    """Gives a command the shared options. It is called with `settings` made of them, and with its own arguments."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())

    @functools.wraps(command)
    def wrapped(context: typer.Context, **given: Any) -> None:
        typed = _typed_before(context) | _taken(given)
        context.obj = typed  # commands below this one begin with them
        command(settings=Settings(typed), **given)

    _declare(wrapped, [parameter for parameter in own if parameter.name != "settings"])
    return wrapped


def _typed_before(context: typer.Context) -> dict[str, Any]:
    """What was typed before the command's own name."""
    named = context.meta.get(FILE_NAMED)
    before = {} if named is None else {"config": named}
    return before | (dict(context.obj) if isinstance(context.obj, dict) else {})


def _taken(given: dict[str, Any]) -> dict[str, Any]:
    """Takes the shared options that were typed out of what a command was given."""
    typed = {name: given.pop(name) for name in SHARED}
    if typed["rpc"]:
        typed["rpc"] = tuple(typed["rpc"])
    return {name: value for name, value in typed.items() if value not in (None, [])}


def _declare(wrapped: Any, own: list[inspect.Parameter]) -> None:
    """Tells Typer which options and arguments the wrapped command has."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("context", inspect.Parameter.POSITIONAL_ONLY, annotation=typer.Context),
        *(parameter.replace(kind=keyword) for parameter in own),
        *(
            inspect.Parameter(name, keyword, default=None, annotation=annotation)
            for name, annotation in SHARED.items()
        ),
    ]
    wrapped.__signature__ = inspect.Signature(parameters)
    wrapped.__annotations__ = {p.name: p.annotation for p in parameters}
