"""All settings, read once: command line before environment before file. Nothing else reads the environment.

The file is the one that is named, else that of INTERLOCK_CONFIG, else the first interlock.toml here or in a folder above, as
git looks for its own. Paths in it are relative to its folder, wherever one stands.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from bridge.errors import BadConfiguration

Number = TypeVar("Number", int, float)
ENVIRONMENT_PREFIX = "INTERLOCK_"
DEFAULT_FILE = "interlock.toml"
FILE_VARIABLE = "INTERLOCK_CONFIG"
SQLITE = "sqlite:///"
DATABASES = frozenset({"db", "bridge_db"})
SECRETS = frozenset({"signer_url", "db", "bridge_db"})  # URLs, in which a password may stand
DEFAULT = "default"
IN_FLIGHT_MOST = 1_000
CHILD, DAEMON = "child", "daemon"  # who opens the keystores
PATHS = frozenset(
    {"deployment", "keystores", "notebook", "password_file", "signer_ca_file", "signer_client_file"}
)


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of the bridge. Each may stand in interlock.toml, in INTERLOCK_<NAME>, or on the command line."""

    db: str = "sqlite:///interlock.db"  # the ERP's database, SQLite or PostgreSQL
    bridge_db: str = ""  # database of the bridge's own tables; empty: the ERP's
    deployment: Path = Path("deployments/local.json")
    rpc: tuple[str, ...] = ()  # nodes to ask, in turn; empty: the deployment's own
    keystores: Path = Path("keys")  # folder of encrypted keystore files, *.json
    password_file: Path | None = None  # holds the keystores' password
    # Accounts that sign, one an office; empty: that of the keystore named after the office (attester.json …). One account
    # may hold several offices where it is named here for each of them but one.
    attester: str = ""  # reports what happened to goods
    anchorer: str = ""  # anchors documents
    keeper: str = ""  # makes the calls that only wait for their time
    reporter: str = ""  # reports of groups and bets; neither named nor a keystore: nobody does
    # Who opens the keystores and signs: a process of its own, or the daemon itself.
    keys_in: str = CHILD
    # A remote signer (Web3Signer's API) whose keys count beside the keystores; empty: none. It may hold a password.
    signer_url: str = field(default="", repr=False)
    # Certificates that the remote signer's is checked against; None: those of public authorities.
    signer_ca_file: Path | None = None
    signer_client_file: Path | None = None  # certificate and key that the remote signer is shown
    post: str = ""  # name of the attester's post; empty: the one that its key holds
    arbiter: str = ""  # name of the arbiter's post in new orders; empty: the deployment's first
    stream: str = "erp"  # name of this ERP's document stream
    finality: int | None = (
        None  # blocks on top before an event counts; None: as the deployment file says
    )
    # Transactions of one key on their way at once. Geth keeps so many of an account whatever else its pool holds.
    in_flight: int = 16
    anchor_wait_seconds: float = 60.0  # how long a document may wait for its anchor
    idle_seconds: float = 0.5  # pause after a pass that found nothing to do
    notebook: Path = Path("notebook")  # folder of what audits have read: the auditor's own
    audit_age_seconds: float = 172_800.0  # an audit older than that makes /ready red; 0: none does
    watch_port: int | None = (
        None  # loopback port of /live, /ready and /metrics; 0: a free one; None: not served
    )

    def named(self, office: str) -> str:
        """The account that the settings name for an office of the bridge; empty where they name none."""
        return str(getattr(self, office))

    def rpc_urls(self, fallback: str) -> tuple[str, ...]:
        """URLs of the nodes to ask, in turn: those of the settings, else that of the deployment."""
        return self.rpc or (fallback,)


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting as it was said, and where: on the command line, in the environment, in a file; or the default."""

    name: str
    value: Any
    whence: str


def settings_file(
    environment: Mapping[str, str] = os.environ, folder: Path | None = None
) -> Path | None:
    """The settings file that counts where none was named: INTERLOCK_CONFIG's, else the first here or above; None: none.

    Raises BadConfiguration when INTERLOCK_CONFIG names none, or the one that was found above is another user's.
    """
    named = environment.get(FILE_VARIABLE)
    if named:
        if not Path(named).exists():
            raise BadConfiguration(f"no settings file at {named}, which {FILE_VARIABLE} names")
        return Path(named)
    here = (folder or Path.cwd()).resolve()
    for place in (here, *here.parents):
        path = place / DEFAULT_FILE
        if path.is_file():
            if place != here and path.stat().st_uid not in {os.getuid(), 0}:
                raise BadConfiguration(
                    f"{path} belongs to another user: name the settings file with -c"
                )
            return path if place != here else Path(DEFAULT_FILE)
    return None


def read(
    overrides: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> Config:
    """Settings from file, environment and command line. Raises BadConfiguration that names the setting."""
    default = Config()
    return Config(
        **{
            each.name: _typed(each.name, each.value)
            for each in origins(overrides, environment, file)
            if each.value != getattr(default, each.name)
        }
    )


def origins(
    overrides: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> list[Origin]:
    """Every setting with its value and where that was said. Raises BadConfiguration that names the setting."""
    if file is not None and not file.exists():
        raise BadConfiguration(f"no settings file at {file}")
    path = file or settings_file(environment)
    names = [each.name for each in fields(Config)]
    said: dict[str, Origin] = {}
    for name, value in ({} if path is None else _in_file(path)).items():
        said[name] = Origin(name, _beside(path, name, value), str(path))
    for name in names:
        variable = ENVIRONMENT_PREFIX + name.upper()
        if (found := environment.get(variable)) is not None:
            said[name] = Origin(name, found, variable)
    for name, value in overrides.items():
        if value is not None:
            said[name] = Origin(name, value, f"--{name.replace('_', '-')}")
    unknown = sorted(said.keys() - set(names))
    if unknown:
        raise BadConfiguration(
            f"unknown settings {', '.join(unknown)}; known are {', '.join(sorted(names))}"
        )
    default = {
        name: Origin(name, _beside(path, name, getattr(Config(), name)), DEFAULT) for name in names
    }
    return [said.get(name, default[name]) for name in names]


def _in_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadConfiguration(f"{path} is not TOML: {error}") from error


def _beside(file: Path | None, name: str, value: Any) -> Any:
    """A path that a settings file says, or a database file's, seen from where one stands."""
    folder = Path() if file is None else file.parent
    if folder == Path() or not isinstance(value, (str, Path)):
        return value
    if name in PATHS:
        return folder / value
    value = str(value)
    where = value.removeprefix(SQLITE)
    if name in DATABASES and where != value and where and not where.startswith((":", "file:")):
        return SQLITE + str(folder / where)
    return value


def _typed(name: str, value: Any) -> Any:
    try:
        if name in PATHS:
            return Path(value)
        if name == "keys_in" and value not in {CHILD, DAEMON}:
            raise ValueError(f"it is {CHILD} or {DAEMON}")  # noqa: TRY301 - told like the others
        if name == "rpc":
            return tuple(value.split(",")) if isinstance(value, str) else tuple(value)
        if name in ("finality", "watch_port"):
            return _not_negative(int(value))
        if name == "in_flight":
            return _from_one(int(value))
        if name in ("anchor_wait_seconds", "audit_age_seconds", "idle_seconds"):
            return _not_negative(float(value))
    except (TypeError, ValueError) as error:
        raise BadConfiguration(f"setting {name} cannot be {value!r}: {error}") from error
    return str(value)


def _from_one(value: int) -> int:
    if not 1 <= value <= IN_FLIGHT_MOST:
        raise ValueError(f"it must be a number from 1 to {IN_FLIGHT_MOST}")
    return value


def _not_negative(value: Number) -> Number:
    if not 0 <= value < math.inf:
        raise ValueError("it must be a number from 0 on")
    return value
