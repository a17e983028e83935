"""Passwords of people (口令): set as a one-time secret, changed by their person, judged with the same work whoever asks.

Only the argon2 hash is kept. A person without an employment, without a password or unknown is answered alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from erp.api import queries
from erp.api.tables import PersonPassword
from erp.kernel.errors import Rejected
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.parties.kinds import PartyKind
from erp.parties.queries import party
from erp.people import queries as people
from erp.people.duties import roles_of

MIN_CHARACTERS, MAX_CHARACTERS = 12, 128
MIN_DIFFERENT = 6  # characters of a password
ONE_TIME_GROUPS = 5  # of a one-time secret, each of four letters or digits
ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # none is taken for another
GROUP_LETTERS = 4
MEMORY_KIB, PASSES, LANES = 65_536, 3, 1  # of argon2id, by RFC 9106's second recommendation


@dataclass(eq=False)
class PasswordRefused(Rejected):
    """A password that is not taken as it is."""

    why: str
    code: ClassVar[str] = "password-refused"
    template: ClassVar[str] = "{why}"


@dataclass(eq=False)
class PasswordUnfit(Rejected):
    """A new password that is too easily guessed."""

    minimum: int
    maximum: int
    code: ClassVar[str] = "password-unfit"
    template: ClassVar[str] = (
        "A password has {minimum} to {maximum} characters, at least six of them different, and neither the login nor the "
        "person's code in it. Choose another."
    )


@dataclass(frozen=True, slots=True, order=True)
class Office:
    """A role that a person may act in by its employments, and for a partner the party it speaks for."""

    role: Role
    party: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """Who signed in by password. `one_time`: by a secret that only lets one choose a password."""

    person: str
    one_time: bool
    hashed: str = field(repr=False)  # what the secret was judged by


@cache
def hasher() -> PasswordHash:
    """argon2id, with the parameters of this module."""
    return PasswordHash(
        (Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES),)
    )


@cache
def of_nobody() -> str:
    """The hash that is judged where there is no other: the same work, and no secret fits it."""
    return hasher().hash("nobody's")


def judged(session: Session, login: str, secret: str, now: int) -> Known | None:
    """Whose login and secret these are at unix seconds `now`; None when they are nobody's.

    A hash is judged either way, and nothing of the answer tells which of login, secret and employment was wrong.
    """
    row = queries.password_of(session, login.strip().lower()) if "\0" not in login else None
    hashed = of_nobody() if row is None else str(row.hashed)
    fits = hasher().verify(secret[:MAX_CHARACTERS], hashed) and len(secret) <= MAX_CHARACTERS
    if row is None or not fits or (row.expires_at is not None and row.expires_at <= now):
        return None
    if not offices(session, row.code):
        return None
    return Known(row.code, row.one_time, hashed)


def still_known(session: Session, known: Known, now: int) -> bool:
    """Whether what somebody was judged by stands at unix seconds `now`, in the transaction that acts on it.

    Judging takes its time: an administrator may have taken the password or given another, and the same one-time secret may
    have been used. The row is kept from others until the transaction ends.
    """
    row = session.get(PersonPassword, known.person, populate_existing=True, with_for_update=True)
    return (
        row is not None
        and row.hashed == known.hashed
        and (row.expires_at is None or row.expires_at > now)
    )


def offices(session: Session, person: str) -> list[Office]:
    """What a person may act as now: each role of its duties, in the house, or for a party it speaks for."""
    rows, found = Rows.of(session), set[Office]()
    for each in people.current(rows, person):
        outside = party(rows, each.party).kind == PartyKind.EXTERNAL
        for role in roles_of(people.duties_of(rows, each)):
            if role in PARTNERS:
                found.add(Office(role, each.party))
            elif not outside:
                found.add(Office(role, None))
    return sorted(found, key=lambda office: (office.role, office.party or ""))


def give_one_time(
    session: Session, person: str, *, at: int, seconds: int, randomness: Callable[[int], bytes]
) -> str:
    """Gives a person a one-time secret for `seconds`, in place of any password, and returns it. Sessions of it end.

    Raises UnknownPerson; PasswordRefused when the person has no employment.
    """
    found = people.person(Rows.of(session), person)
    if not offices(session, found.code):
        raise PasswordRefused(f"{person} has no employment with a role; employ the person first")
    secret = one_time_secret(randomness)
    _keep(session, person, hasher().hash(secret), at, one_time=True, expires_at=at + seconds)
    return secret


def one_time_secret(randomness: Callable[[int], bytes]) -> str:
    """A secret that a person can type: about 99 bits, in groups."""
    letters = ""
    while len(letters) < ONE_TIME_GROUPS * GROUP_LETTERS:
        # bytes beyond the last whole multiple are thrown away, so that each letter is as likely as another
        whole = 256 - 256 % len(ONE_TIME_ALPHABET)
        letters += "".join(
            ONE_TIME_ALPHABET[byte % len(ONE_TIME_ALPHABET)]
            for byte in randomness(ONE_TIME_GROUPS * GROUP_LETTERS)
            if byte < whole
        )
    parts = (
        letters[start : start + GROUP_LETTERS]
        for start in range(0, ONE_TIME_GROUPS * GROUP_LETTERS, GROUP_LETTERS)
    )
    return "-".join(parts)


def refuse_unfit(session: Session, person: str, password: str) -> None:
    """Raises PasswordUnfit for a new password that is too easily guessed."""
    found = people.person(Rows.of(session), person)
    low = password.casefold()
    if (
        not MIN_CHARACTERS <= len(password) <= MAX_CHARACTERS
        or len(set(password)) < MIN_DIFFERENT
        or any(name.casefold() in low for name in (found.login, found.code))
    ):
        raise PasswordUnfit(MIN_CHARACTERS, MAX_CHARACTERS)


def change(session: Session, person: str, hashed: str, at: int) -> None:
    """Keeps the hash of a new password that its person chose. All sessions of the person end."""
    _keep(session, person, hashed, at, one_time=False, expires_at=None)


def take(session: Session, person: str) -> bool:
    """Takes the password of a person away, and ends its sessions. False when there was none."""
    row = session.get(PersonPassword, person)
    if row is None:
        return False
    session.delete(row)
    queries.end_sessions(session, person=person)
    return True


def _keep(
    session: Session,
    person: str,
    hashed: str,
    at: int,
    *,
    one_time: bool,
    expires_at: int | None,
) -> None:
    row = session.get(PersonPassword, person) or PersonPassword(
        person=person, hashed=hashed, one_time=one_time, set_at=at
    )
    row.hashed, row.one_time = hashed, one_time
    row.set_at, row.expires_at = at, expires_at
    session.add(row)
    session.flush()
    queries.end_sessions(session, person=person)
