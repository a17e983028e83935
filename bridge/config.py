"""All settings, read once: command line before environment before file. Nothing else reads the environment."""

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
DEFAULT_FILE = Path("interlock.toml")
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


def read(
    overrides: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> Config:
    """Settings from file, environment and command line. Raises BadConfiguration that names the setting."""
    values: dict[str, Any] = {}
    path = file or DEFAULT_FILE
    if file is not None and not file.exists():
        raise BadConfiguration(f"no settings file at {file}")
    if path.exists():
        try:
            values.update(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise BadConfiguration(f"{path} is not TOML: {error}") from error
    names = {each.name for each in fields(Config)}
    for name in names:
        if (value := environment.get(ENVIRONMENT_PREFIX + name.upper())) is not None:
            values[name] = value
    values.update({name: value for name, value in overrides.items() if value is not None})
    unknown = sorted(set(values) - names)
    if unknown:
        raise BadConfiguration(
            f"unknown settings {', '.join(unknown)}; known are {', '.join(sorted(names))}"
        )
    return Config(**{name: _typed(name, value) for name, value in values.items()})


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
        if name in ("anchor_wait_seconds", "audit_age_seconds", "idle_seconds"):
            return _not_negative(float(value))
    except (TypeError, ValueError) as error:
        raise BadConfiguration(f"setting {name} cannot be {value!r}: {error}") from error
    return str(value)


def _not_negative(value: Number) -> Number:
    if not 0 <= value < math.inf:
        raise ValueError("it must be a number from 0 on")
    return value
