"""Who is signed in from this shell: API and token of each name, in one file that only its owner may read.

Of an OAuth2 client its secret stands there too, since it is what a new access token is got by.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from erp.exits import Exit

from ..shell.telling import CommandError

FILE_VARIABLE, NAME_VARIABLE = "INTERLOCK_LOGIN", "INTERLOCK_AS"
SECRET_MODE, HOME_MODE = 0o600, 0o700
OTHERS = 0o077  # permissions of anybody but the owner
HOW = "interlock login --api http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Login:
    """Where the API is, and the token that opens it; of a client also its name and its secret."""

    api: str
    token: str
    client: str | None = None
    secret: str | None = None

    def kept(self) -> dict[str, str]:
        """What stands in the file."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def file_of(environment: Mapping[str, str] = os.environ) -> Path:
    """Where logins are kept: INTERLOCK_LOGIN, else interlock/login.json in the user's folder of settings."""
    if named := environment.get(FILE_VARIABLE):
        return Path(named)
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "interlock" / "login.json"


def keep(file: Path, logins: Mapping[str, Login], current: str | None = None) -> None:
    """Adds logins by name; `current` is who is meant from now on, None: who was. The file is replaced whole, mode 600.

    Raises CommandError when it cannot be written.
    """
    before, known = _read(file)
    everyone = known | dict(logins)
    kept = {name: login.kept() for name, login in everyone.items()}
    told = {"current": before if current is None else current, "logins": kept}
    temporary = file.with_suffix(f".{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=HOME_MODE)
        with os.fdopen(os.open(temporary, flags, SECRET_MODE), "w", encoding="utf-8") as opened:
            json.dump(told, opened, indent=2)
        temporary.replace(file)
    except OSError as error:
        raise CommandError(
            f"cannot write {file}: {error.strerror}", hint=f"{FILE_VARIABLE}=FILE interlock login …",
            code="login-file-closed", exit_code=Exit.USAGE,
        ) from error  # fmt: skip


def find(
    file: Path, name: str | None, environment: Mapping[str, str] = os.environ
) -> tuple[str, Login]:
    """Whose login is meant: the one named, INTERLOCK_AS's, or the last one. Raises CommandError that says how to sign in."""
    current, known = _read(file)
    wanted = name or environment.get(NAME_VARIABLE) or current
    if not known:
        raise CommandError(
            "nobody is signed in", hint=HOW, code="not-signed-in", exit_code=Exit.USAGE
        )
    if wanted not in known:
        names = ", ".join(sorted(known))
        raise CommandError(
            f"nobody signed in as {wanted}; there are: {names}", hint=f"{HOW} --as {wanted}",
            code="not-signed-in", exit_code=Exit.USAGE,
        )  # fmt: skip
    return wanted, known[wanted]


def _read(file: Path) -> tuple[str, dict[str, Login]]:
    """Who is meant, and every login by name. Raises CommandError of a file that others may read, or that is none."""
    try:
        if file.stat().st_mode & OTHERS:
            raise CommandError(
                f"{file} holds tokens and may be read by others", hint=f"chmod 600 {file}",
                code="login-file-open", exit_code=Exit.USAGE,
            )  # fmt: skip
        found = json.loads(file.read_text(encoding="utf-8"))
        every = {name: Login(**login) for name, login in found["logins"].items()}
        return str(found["current"]), every
    except FileNotFoundError:
        return "", {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(
            f"{file} is no file of logins: {error!r}", hint=f"remove it; then {HOW}",
            code="login-file-broken", exit_code=Exit.USAGE,
        ) from error  # fmt: skip
