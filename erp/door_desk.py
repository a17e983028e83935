"""What the commands of `interlock erp` about who comes do, once `erp.cli` has read their arguments."""

from __future__ import annotations

import json
import secrets
import time

import typer

from erp.administration import columns, reading, show_secret, transaction, when
from erp.api import queries
from erp.api.passwords import give_one_time, take
from erp.api.tokens import SECRET_BYTES, rotate_token
from erp.exits import Exit, fail

SECONDS_PER_HOUR = 3_600


def token_rotate(url: str, name: str, hours: int, *, as_json: bool) -> None:
    """Gives a token a new secret, and prints it."""
    with transaction(url) as session:
        token = rotate_token(
            session,
            name,
            at=int(time.time()),
            overlap=hours * SECONDS_PER_HOUR,
            secret=secrets.token_bytes(SECRET_BYTES),
        )
    show_secret({"name": name, "token": token}, "token", as_json=as_json)


def password_give(url: str, person: str, hours: int, *, as_json: bool) -> None:
    """Gives a person a one-time secret, and prints it."""
    now, seconds = int(time.time()), hours * SECONDS_PER_HOUR
    with transaction(url) as session:
        secret = give_one_time(
            session, person, at=now, seconds=seconds, randomness=secrets.token_bytes
        )
    made = {"person": person, "secret": secret, "expires_at": now + seconds}
    show_secret(made, "secret", as_json=as_json)


def password_list(url: str, *, as_json: bool) -> None:
    """Prints who has a password."""
    with reading(url) as session:
        rows = [
            {"person": each.person, "one_time": each.one_time, "set_at": each.set_at, "expires_at": each.expires_at}
            for each in queries.passwords(session)
        ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows))
        return
    lines = [["person", "what", "set", "expires"]]
    for row in rows:
        what = "one-time" if row["one_time"] else "password"
        times = [when(row["set_at"]), when(row["expires_at"])]
        lines.append([str(row["person"]), what, *times])
    for line in columns(lines):
        typer.echo(line)


def password_take(url: str, person: str) -> None:
    """Takes a person's password away."""
    with transaction(url) as session:
        taken = take(session, person)
    if not taken:
        fail(f"{person} has no password; `password list` shows who has", Exit.REFUSED)
    typer.echo(f"{person} has no password any more")
