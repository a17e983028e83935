"""Signing in and out: a token is shown once, and a secret of the browser's own stands for it for some hours."""

from __future__ import annotations

import base64

from sqlalchemy.orm import Session

from erp.api.tokens import Principal, find_principal, fingerprint_key, hash_token, principal_of
from erp.web import queries
from erp.web.tables import WebSession

SECONDS = 43_200  # a session lasts, however much it is used: a working day
SECRET_BYTES = 32


def begin(session: Session, token: str, *, at: int, secret: bytes) -> str | None:
    """Signs a browser in by a token; what it has to send from now on, or None when the token does not stand.

    `secret`: SECRET_BYTES of randomness. Sessions that are over are deleted.
    """
    principal = find_principal(session, token)
    if principal is None:
        return None
    queries.end_old(session, at)
    made = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    session.add(
        WebSession(
            secret_sha256=hash_token(made),
            token_id=principal.token_id,
            began_at=at,
            ends_at=at + SECONDS,
        )
    )
    session.flush()
    return made


def signed_in(session: Session, secret: str, now: int) -> Principal | None:
    """Whose browser sends this secret; None when its session is over, or its token does not stand any more."""
    token = queries.token_of(session, hash_token(secret), now)
    return None if token is None else principal_of(session, token, fingerprint_key(secret))


def end(session: Session, secret: str) -> None:
    """Signs the browser with this secret out."""
    queries.end(session, hash_token(secret))
