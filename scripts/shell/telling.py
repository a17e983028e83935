"""What an error says: what was wrong, what to try, its name; and the exit code that stands for its kind.

One path for all groups. An error that nobody knows by name is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from typer._click.exceptions import ClickException, NoArgsIsHelpError, UsageError

from bridge.config import DEFAULT_FILE, settings_file
from bridge.errors import BadConfiguration, BridgeError, Retryable, WrongDeployment
from bridge.operator.reasons import Lang, read
from bridge.operator.saying import chinese, language, say
from erp.exits import Exit, three_lines

SANDBOX_SETTINGS = Path("build/run") / DEFAULT_FILE
AGAIN = "the same command again, later"
# What to do about an error, by its class. What its own text already says is not here.
ADVICE = {
    "NodeUnavailable": "start the node, or name another one with --rpc; then the same command again",
    "NodeIncomplete": "name another node with --rpc; then the same command again",
    "NodesDisagree": "drop the node that lies, or name a third one with --rpc",
    "SignerUnavailable": "start the signer; then the same command again",
    "PortBusy": AGAIN,
    "StoreBusy": AGAIN,
    "AlreadyRunning": "interlock bridge run --stand-by, or stop the one that works",
    "WrongKey": "look at keystores and password_file: interlock config",
    "WrongChain": "name node and deployment file that belong together: interlock config",
    "WrongDeployment": "name database and deployment file that belong together: interlock config",
    "BadConfiguration": "interlock config shows each setting and where it was said",
    "BadProof": "ask whoever gave you the file for another one",
    "DeepReorg": "stop, and compare the nodes: docs/operations.md",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An error as it is told, and the exit code of its kind."""

    what: str
    hint: str
    code: str
    exit: int

    def __str__(self) -> str:
        return three_lines(self.what, self.hint, self.code, language().value)


class CommandError(Exception):
    """A command cannot be carried out; says what was wrong, what to try, its name, and the exit code of its kind."""

    def __init__(self, what: str, *, hint: str, code: str, exit_code: Exit) -> None:
        super().__init__(what)
        self.told = Told(what, hint, code, int(exit_code))


def told_of(error: Exception, words: Sequence[str] = ()) -> Told | None:
    """What is told of an error; None of a bug. `words` are those that were typed after `interlock`."""
    if isinstance(error, CommandError):
        return error.told
    if isinstance(error, ClickException):
        return _of_usage(error)
    if isinstance(error, BridgeError):
        return _of_bridge(error, words)
    return None


def _of_usage(error: ClickException) -> Told:
    context = error.ctx if isinstance(error, UsageError) else None
    place = "interlock" if context is None else context.command_path
    return Told(
        error.format_message(), f"{place} --help", type(error).__name__, int(error.exit_code)
    )


def _of_bridge(error: BridgeError, words: Sequence[str]) -> Told:
    name = type(error).__name__
    what = str(error)
    if language() is Lang.ZH:
        what = f"{say(name)}：{error}" if name in chinese() else read(f"{name}: {error}").zh
    return Told(
        what,
        _without_settings(error, words) or say(ADVICE.get(name, AGAIN)),
        name,
        int(Exit.BUSY if isinstance(error, Retryable) else Exit.USAGE),
    )


def _without_settings(error: BridgeError, words: Sequence[str]) -> str | None:
    """Where no settings file was found and that may be the reason: how to name one."""
    if not isinstance(error, (BadConfiguration, WrongDeployment)):
        return None
    if any(word in {"-c", "--config"} or word.startswith("--config=") for word in words):
        return None
    try:
        if settings_file() is not None:
            return None
    except BadConfiguration:
        return None
    file = SANDBOX_SETTINGS if SANDBOX_SETTINGS.exists() else "FILE"
    return say(
        "interlock -c {file} {words} (there is no {name} here or in a folder above)",
        file=file,
        words=" ".join(words),
        name=DEFAULT_FILE,
    )


def is_help(error: Exception) -> bool:
    """True of a group that was typed alone: its help is what was asked for."""
    return isinstance(error, NoArgsIsHelpError)
