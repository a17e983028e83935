"""Signing in and out: by a token that is shown once, or as a person by password.

A secret of the browser's own then stands for it for some hours.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from erp.api.passwords import Office, offices
from erp.api.tables import WebSession
from erp.api.tokens import (
    SECRET_BYTES,
    Principal,
    find_principal,
    fingerprint_key,
    hash_token,
    principal_of,
    seat_of,
)
from erp.kernel.errors import Rejected
from erp.web import queries

SECONDS = 43_200  # a session lasts, however much it is used: a working day
Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in by password, and in which of its offices it acts."""

    person: str
    office: Office
    offices: list[Office]


def begin(session: Session, token: str, *, at: int, randomness: Randomness) -> str | None:
    """Signs a browser in by a token; what it has to send from now on, or None when the token does not stand.

    Sessions that are over are deleted.
    """
    principal = find_principal(session, token, at)
    if principal is None or principal.credential is None:  # an access token is for machines
        return None
    return _kept(session, principal.token_id, None, at, randomness)


def begin_as(session: Session, person: str, *, at: int, randomness: Randomness) -> str | None:
    """Signs a browser in as a person, in the first of its offices; None when it has none any more."""
    for office in offices(session, person):
        try:
            seat = _seat(session, person, office, at, randomness)
        except Rejected:  # this one was revoked; the person may have another
            continue
        return _kept(session, seat, person, at, randomness)
    return None


def whose(session: Session, secret: str, now: int) -> SignedIn | None:
    """Who is signed in by password under this secret; None when nobody is, or by a token."""
    found = queries.session_with(session, hash_token(secret), now)
    token = queries.token_of(session, hash_token(secret), now)
    if found is None or found.person is None or token is None:
        return None
    known = offices(session, found.person)
    acting = next(
        (each for each in known if (each.role, each.party) == (token.role, token.party)), None
    )
    return None if acting is None else SignedIn(found.person, acting, known)


def take_office(
    session: Session, secret: str, office: Office, *, at: int, randomness: Randomness
) -> bool:
    """Lets who is signed in by password act in another of its offices. False when it has no such office."""
    found = queries.session_with(session, hash_token(secret), at)
    if found is None or found.person is None or office not in offices(session, found.person):
        return False
    found.token_id = _seat(session, found.person, office, at, randomness)
    session.add(found)
    session.flush()
    return True


def signed_in(session: Session, secret: str, now: int) -> Principal | None:
    """Whose browser sends this secret; None when its session is over, or its token does not stand any more."""
    token = queries.token_of(session, hash_token(secret), now)
    return None if token is None else principal_of(session, token, fingerprint_key(secret))


def end(session: Session, secret: str) -> None:
    """Signs the browser with this secret out."""
    queries.end(session, hash_token(secret))


def _seat(session: Session, person: str, office: Office, at: int, randomness: Randomness) -> int:
    seat = seat_of(
        session, person=person, role=office.role, party=office.party, at=at,
        secret=randomness(SECRET_BYTES),
    )  # fmt: skip
    return seat.id or 0


def _kept(
    session: Session, token_id: int, person: str | None, at: int, randomness: Randomness
) -> str:
    queries.end_old(session, at)
    made = base64.urlsafe_b64encode(randomness(SECRET_BYTES)).decode().rstrip("=")
    session.add(
        WebSession(
            secret_sha256=hash_token(made),
            token_id=token_id,
            person=person,
            began_at=at,
            ends_at=at + SECONDS,
        )
    )
    session.flush()
    return made
