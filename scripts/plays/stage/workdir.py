"""The folder of a play, made anew: database, keys, deployment file, settings and log."""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bridge.config import DAEMON, Config, read

from ...deployment.workdir import MARKER, SECRET_MODE, fresh, write_keys, write_settings
from .errors import Unusable

SCRYPT_WORK = 2**10  # weak: these keys are no secret, and a killed bridge is to be back at once
PASSWORD_BYTES = 24
KEY_BYTES = 32
IDLE_SECONDS = 0.01
IDLE_BY_THE_CLOCK_SECONDS = 0.25  # where blocks come each second, whatever anybody does
ANCHOR_WAIT_SECONDS = 20.0
DATABASE = "interlock.db"
REPORT = "report.html"  # of a demo
OURS = frozenset(
    {
        MARKER,
        "deployment.json",
        "keys",
        "password",
        "interlock.toml",
        "bridge.log",
        REPORT,
        "network",
    }
    | {DATABASE + end for end in ("", "-wal", "-shm", "-journal", ".bridge.lock")}
)


@dataclass(frozen=True, slots=True)
class Workdir:
    """The paths in the folder of one play, and the URL of its database."""

    folder: Path
    db: str
    deployment: Path
    keystores: Path
    password_file: Path
    settings: Path
    idle_seconds: float = IDLE_SECONDS

    def config(self, anchor_wait_seconds: float = ANCHOR_WAIT_SECONDS) -> Config:
        """Reads the bridge's settings; those of this folder come before those of the environment."""
        mine = {
            "db": self.db,
            "bridge_db": "",  # the ERP's, whatever the environment says
            "deployment": self.deployment,
            "keystores": self.keystores,
            "password_file": self.password_file,
            "anchor_wait_seconds": anchor_wait_seconds,
            "keys_in": DAEMON,  # a play ends by itself, and its keys are worth nothing
        }
        return read(mine, file=self.settings)

    def bridge_arguments(self, anchor_wait_seconds: float = ANCHOR_WAIT_SECONDS) -> list[str]:
        """Returns the arguments of `interlock` that run the daemon on this folder; it waits so long for more to anchor."""
        return [
            *("bridge", "run"),
            *("--config", str(self.settings)),
            *("--db", self.db),
            *("--bridge-db", ""),
            *("--deployment", str(self.deployment)),
            *("--keystores", str(self.keystores)),
            *("--password-file", str(self.password_file)),
            *("--idle-seconds", str(self.idle_seconds)),
            *("--anchor-wait-seconds", str(anchor_wait_seconds)),
        ]


@contextmanager
def new_workdir(folder: Path, db: str | None) -> Iterator[Workdir]:
    """Makes the folder anew, locked for this process. Raises Unusable when another play uses it or it is not a play's."""
    _check_ours(folder)
    with _sole(folder / MARKER):
        folder = fresh(folder)
    with _sole(folder / MARKER):
        yield _furnish(folder, db)


def _check_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder} is a file: name a folder with --home")
    found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if foreign := sorted(found - OURS):
        raise Unusable(
            f"{folder} holds what no play put there ({', '.join(foreign[:5])}): name another folder with --home"
        )


@contextmanager
def _sole(marker: Path) -> Iterator[None]:
    """Locks the marker file of a folder for this process. Raises Unusable when another process holds it."""
    if not marker.exists():
        yield
        return
    with marker.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(
                f"another play is on in {marker.parent}: name another folder with --home"
            ) from None
        yield


def _furnish(folder: Path, db: str | None) -> Workdir:
    home = Workdir(
        folder=folder,
        db=_shared(db) if db else f"sqlite:///{folder / DATABASE}",
        deployment=folder / "deployment.json",
        keystores=folder / "keys",
        password_file=folder / "password",
        settings=folder / "interlock.toml",
    )
    _write(home, {})
    return home


def by_the_clock(home: Workdir, urls: Sequence[str]) -> Workdir:
    """The same folder for a chain whose blocks come by the clock, of several nodes: the bridge asks the last one first.

    People ask the first one, so that the bridge has a node of its own, which may fail alone.
    """
    calm = replace(home, idle_seconds=IDLE_BY_THE_CLOCK_SECONDS)
    _write(calm, {"rpc": ",".join(reversed(urls))})
    return calm


def _write(home: Workdir, more: dict[str, str | float]) -> None:
    settings: dict[str, str | float] = {
        "db": home.db,
        "deployment": str(home.deployment),
        "keystores": str(home.keystores),
        "password_file": str(home.password_file),
        "idle_seconds": home.idle_seconds,
        "anchor_wait_seconds": ANCHOR_WAIT_SECONDS,
    }
    path = write_settings(home.folder, settings | more)
    path.chmod(SECRET_MODE)  # a database URL may hold a password


def _shared(url: str) -> str:
    """Makes the path in an SQLite URL absolute. Raises Unusable when another process could not open the database."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Unusable(f"--db is no database URL: {error}") from error
    if parsed.get_backend_name() != "sqlite":
        return url
    if parsed.database in {None, "", ":memory:"}:
        raise Unusable(
            "a database in memory is one process's own, and the bridge is another: name a file"
        )
    return f"sqlite:///{Path(str(parsed.database)).resolve()}"


def store_keys(home: Workdir, signers: Mapping[str, str]) -> None:
    """Writes the keystores with which the bridge signs, and their password. `signers`: name -> private key, 0x-hex.

    The keeper's key is made here: nobody's account, which has no office and no money.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    keeper = "0x" + secrets.token_hex(KEY_BYTES)
    write_keys(home.folder, password, {**signers, "keeper": keeper}, SCRYPT_WORK)
