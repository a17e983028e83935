"""`--fast`: the tests that need no chain, no compiler and no long time; anything else that is started fails its test.

A test is left out by its markers `background`, `chain`, `compiler`, `node` or `slow`, and where it runs on both databases
its run on PostgreSQL is. `chain` and `compiler` are given by the names that a test's module imports and by the fixtures
that it asks for, so that nobody keeps a list. What slips through is caught when it starts a program that is no
database, Python or git, or reads what the compiler left.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

LEFT_OUT = frozenset({"background", "chain", "compiler", "node", "slow"})
CHAIN_FIXTURES = frozenset({"devchain", "worlds"})
CHAIN_MAKERS = frozenset(
    {
        "scripts.devchain.devchain.DevChain",
        "tests.world.build_world",
        "tests.scripts.sandbox_world.open_world",
    }
)
COMPILING = frozenset(
    f"scripts.toolchain.{name}" for name in ("artifacts", "compiled", "slither", "snapshots")
)
# Git, import rules, databases, what looks for the machine's libraries, and what the tests of this folder start.
ALLOWED = frozenset(
    {
        "git",
        "lint-imports",
        "initdb",
        "pg_ctl",
        "postgres",
        "ldconfig",
        "uname",
        "hledger",
        "echo",
        "pgrep",
        "sleep",
    }
)
PYTHON = re.compile(r"python(3(\.\d+)?)?")
NICE = ("nice", "-n")  # and a number: the program stands behind it


COMPILED = str(Path("build") / "compiled")


class Started(AssertionError):
    """A test of the fast run started a program that it must not start."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="leave out chains, compilers, slow tests")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--fast"):
        sys.addaudithook(watch)


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Raises `Started` where a program is started that is not allowed, or the compiler's kept answer is read."""
    if event == "open" and COMPILED in str(arguments[0]):
        raise Started(f"not in a fast run, for it may not be there: {arguments[0]}")
    if event != "subprocess.Popen":
        return
    words = arguments[1] if isinstance(arguments[1], (list, tuple)) else [arguments[1]]
    command = [str(word) for word in words]
    if not allowed(command):
        raise Started(f"not in a fast run: {' '.join(command)[:200]}")


def allowed(command: Iterable[str]) -> bool:
    """Whether a fast run may start this: no program but ours, git and a database; and none that starts a chain."""
    words = list(command)
    if tuple(words[: len(NICE)]) == NICE:
        words = words[len(NICE) + 1 :]
    program, *rest = words
    starts_a_chain = {"up", "demo", "tenders"} & set(rest) and "--help" not in rest
    if ".venv-" in program or starts_a_chain:
        return False
    name = Path(program).name
    return name in ALLOWED or PYTHON.fullmatch(name) is not None


def origins(item: pytest.Item) -> set[str]:
    """Full names of what the test's module has imported, and the modules that these come from."""
    named: set[str] = set()
    for value in vars(item.module).values() if isinstance(item, pytest.Function) else ():
        module = getattr(value, "__module__", None)
        named |= {str(module), f"{module}.{getattr(value, '__name__', '')}"}
        if isinstance(value, ModuleType):
            named.add(value.__name__)
    return named


def on_its_second_database(item: pytest.Item) -> bool:
    """Whether the test runs on SQLite too, and this is its run on PostgreSQL."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return (
        parameters.get("database") == "postgresql" and item.get_closest_marker("postgresql") is None
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        imported = origins(item)
        if CHAIN_FIXTURES & set(getattr(item, "fixturenames", ())) or CHAIN_MAKERS & imported:
            item.add_marker(pytest.mark.chain)
        if COMPILING & imported:
            item.add_marker(pytest.mark.compiler)
    if not config.getoption("--fast"):
        return
    left_out = [
        item
        for item in items
        if any(item.get_closest_marker(name) for name in LEFT_OUT) or on_its_second_database(item)
    ]
    config.hook.pytest_deselected(items=left_out)
    chosen = set(left_out)
    items[:] = [item for item in items if item not in chosen]
