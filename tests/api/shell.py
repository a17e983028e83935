"""A shell in which a person types, at an API that answers without a socket."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from erp.kernel.roles import Role
from scripts.interlock import app

from .house import House


class Shell:
    """What a person types, and the file of logins that it has."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.file = house, folder / "config" / "login.json"
        self.api = "http://erp.test"

    def type(self, *words: str, standard_input: str | None = None) -> Result:
        """A command as typed after `interlock`, off a terminal."""
        variables = {"INTERLOCK_LOGIN": str(self.file), "LC_ALL": "C", "COLUMNS": "200"}
        return CliRunner().invoke(app, list(words), input=standard_input, env=variables)

    def sign_in(self, role: Role) -> Result:
        """Signs in with the token of a role, from standard input."""
        token = self.house.tokens[role]
        return self.type(
            "login", "--api", self.api, "--as", role.value, standard_input=token + "\n"
        )


def shell_of(house: House, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose requests reach the application of the house without a socket."""

    def client(**more: object) -> httpx.Client:
        more.pop("trust_env")
        house.client.headers.update(more["headers"])  # type: ignore[arg-type]
        return house.client

    monkeypatch.setattr(httpx, "Client", client)
    return Shell(house, folder)
