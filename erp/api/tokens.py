"""Tokens: made, found, rotated, revoked. The secret itself is shown once and kept nowhere."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from sqlalchemy.orm import Session

from erp.api import queries
from erp.api.tables import ApiToken, TokenKind
from erp.kernel.actors import actor_of
from erp.kernel.errors import NotFound, Rejected
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.rows import Rows
from erp.parties.errors import UnknownParty
from erp.parties.queries import party as party_with
from erp.people import queries as people
from erp.people.errors import UnknownPerson

SECRET_BYTES = 32
ACCESS_PREFIX = "erpat_"  # of access tokens, which clients get for some minutes
KEY_MARK = "."
MAX_OVERLAP_SECONDS = 30 * 86_400  # while both secrets of a rotated token open the same
SEAT_PARTY_DIGITS = 6  # of the hash of the party for which a partner's person acts
TOKEN_PREFIX = "erp_"  # noqa: S105  (lets scanners of leaked secrets know ours)
TOKEN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,47}")


@dataclass(eq=False)
class TokenRefused(Rejected):
    """A token cannot be made as asked."""

    why: str
    code: ClassVar[str] = "token-refused"
    template: ClassVar[str] = "{why}"


class TokenUnknown(NotFound):
    """No token of that name."""

    code = "token-unknown"
    template = "No token is named {key!r}; `token list` shows all of them."


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: one token, one role; a supplier or node speaks for one party.

    `person` is whose token it is, None where nobody is known; `employers` are the parties for which that person may act in
    this role.
    """

    token_id: int
    name: str
    role: Role
    party: str | None
    fingerprint_key: bytes = field(repr=False)  # of the token itself; the database cannot tell it
    person: str | None = None
    employers: frozenset[str] = frozenset()
    credential: str | None = None  # hash of a secret that may be kept in memory between requests

    @property
    def actor(self) -> str:
        """How the document log names this principal."""
        return actor_of(self.role, self.name, self.person)

    @property
    def parties(self) -> frozenset[str] | None:
        """The parties that it speaks for; None: a clerk of the whole house, of whom no person is known."""
        if self.party is not None:
            return frozenset({self.party})
        return None if self.person is None else self.employers


def hash_token(token: str) -> str:
    """What is stored of a token. It is 256 random bits, so a plain hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def fingerprint_key(token: str) -> bytes:
    """The key for hashes of what is sent with a token. It does not follow from the hash that is stored."""
    return hashlib.sha256(b"fingerprint of a request\n" + token.encode()).digest()


def create_token(
    session: Session,
    *,
    name: str,
    role: Role,
    party: str | None,
    at: int,
    secret: bytes,
    person: str | None = None,
    kind: TokenKind = TokenKind.TOKEN,
    expires_at: int | None = None,
) -> str:
    """Makes a token from `secret` (SECRET_BYTES of randomness) and returns it, the only time it is seen.

    `person` is whose it is: its rights are those of that person's employments, and end with them. `expires_at`, unix
    seconds: from when it opens nothing, whoever has it; None: never.
    Raises TokenRefused when the name is malformed or was used before, when a partner's token names no party or another
    role's names one, when the party or the person is unknown, and when no employment brings the person this role (there).
    """
    _check_request(session, name, role, party)
    if person is not None:
        _check_person(session, person, role, party)
    if expires_at is not None and expires_at <= at:
        raise TokenRefused("a token that is to expire does so after now")
    token = spelt(TOKEN_PREFIX, secret)
    session.add(
        ApiToken(
            name=name,
            token_sha256=hash_token(token),
            role=role.value,
            party=party,
            person=person,
            created_at=at,
            kind=kind.value,
            expires_at=expires_at,
        )
    )
    session.flush()
    return token


def spelt(prefix: str, secret: bytes) -> str:
    """A secret as it is sent. Raises ValueError when it has not SECRET_BYTES."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes, got {len(secret)}")
    return prefix + base64.urlsafe_b64encode(secret).decode().rstrip("=")


def rotate_token(session: Session, name: str, *, at: int, overlap: int, secret: bytes) -> str:
    """Gives a token a new secret and returns it. The old one opens the same for `overlap` seconds more.

    With an overlap of 0 the old secret has leaked: what it opened ends as well, the sessions and the access tokens.
    Raises TokenUnknown; TokenRefused for a token that does not stand, a seat, and an overlap out of bounds.
    """
    row = queries.token_named(session, name)
    if row is None:
        raise TokenUnknown(name)
    if row.kind == TokenKind.SEAT:
        raise TokenRefused(f"{name} has no secret: its person signs in by password")
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= at):
        raise TokenRefused(f"{name} was revoked or is over; make a new one")
    if not 0 <= overlap <= MAX_OVERLAP_SECONDS:
        raise TokenRefused(f"an overlap is 0 to {MAX_OVERLAP_SECONDS} seconds")
    token = spelt(TOKEN_PREFIX, secret)
    row.previous_sha256, row.previous_until = row.token_sha256, at + overlap
    row.token_sha256 = hash_token(token)
    session.add(row)
    session.flush()
    if overlap == 0:
        queries.end_access(session, row.id or 0)
        queries.end_sessions(session, token_id=row.id or 0)
    return token


def seat_of(
    session: Session, *, person: str, role: Role, party: str | None, at: int, secret: bytes
) -> ApiToken:
    """The token by which a person who signed in by password acts in one role, made when it is first needed.

    Nobody is told its secret. Raises TokenRefused when it was revoked, and when an administrator gave its name away.
    """
    mark = "" if party is None else "/" + hash_token(party)[:SEAT_PARTY_DIGITS]
    name = f"{person}/{role}{mark}"
    row = queries.token_named(session, name)
    if row is None:
        create_token(
            session,
            name=name,
            role=role,
            party=party,
            at=at,
            secret=secret,
            person=person,
            kind=TokenKind.SEAT,
        )
        row = queries.token_named(session, name)
    if row is None or row.kind != TokenKind.SEAT or row.revoked_at is not None:
        raise TokenRefused(f"the seat {name} was revoked, or its name was given to a token")
    if (row.person, row.role, row.party) != (person, role.value, party):
        raise TokenRefused(f"the seat {name} is another's: two parties have one mark")
    return row


def _check_request(session: Session, name: str, role: Role, party: str | None) -> None:
    """Raises TokenRefused when a token may not be made so."""
    if not TOKEN_NAME.fullmatch(name):
        raise TokenRefused(
            f"name {name!r}: 1 to 48 letters, digits or . _ / -, first a letter or digit"
        )
    if queries.token_named(session, name) is not None:
        raise TokenRefused(f"a token named {name!r} was made before; names are never reused")
    if role in PARTNERS and party is None:
        raise TokenRefused(f"a {role} token needs --party: the code of the {role} it speaks for")
    if role not in PARTNERS and party is not None:
        raise TokenRefused(
            f"only tokens of {' and '.join(sorted(PARTNERS))} name a party; the role is {role}"
        )
    if party is not None:
        try:
            party_with(Rows.of(session), party)
        except UnknownParty:
            raise TokenRefused(f"party {party!r} is not registered; register it first") from None


def _check_person(session: Session, person: str, role: Role, party: str | None) -> None:
    """Raises TokenRefused when no employment of the person that goes on brings this role, at this party if one is named."""
    rows = Rows.of(session)
    try:
        people.person(rows, person)
    except UnknownPerson:
        raise TokenRefused(f"person {person!r} is not registered; register it first") from None
    if not employers_of(session, person, role, party):
        where = "" if party is None else f" at {party}"
        raise TokenRefused(
            f"no employment of {person}{where} brings the role {role}; employ the person first, with a duty that does"
        )


def find_principal(session: Session, token: str, now: int) -> Principal | None:
    """Whom a token, or an access token, stands for at unix seconds `now`.

    Returns None when it is unknown, revoked or over, or when its person has no employment any more that it rests on.
    """
    hashed = hash_token(token)
    if token.startswith(ACCESS_PREFIX):
        client = queries.valid_access(session, hashed, now)
        return None if client is None else principal_of(session, client, _key_in(token))
    row = queries.valid_token(session, hashed, now)
    return None if row is None else principal_of(session, row, fingerprint_key(token), hashed)


def access_token(secret: bytes, client_secret: str) -> str:
    """An access token from `secret` (SECRET_BYTES of randomness).

    It carries the key for hashes of what its client sends, which is the same in each of them: a request sent again under
    its idempotency key with another access token is the same request.
    """
    key = base64.urlsafe_b64encode(fingerprint_key(client_secret)).decode().rstrip("=")
    return spelt(ACCESS_PREFIX, secret) + KEY_MARK + key


def _key_in(token: str) -> bytes:
    """The key that an access token carries, which was given by `access_token`."""
    return base64.urlsafe_b64decode(token.rpartition(KEY_MARK)[2] + "=")


class TokenRow(Protocol):
    """What is known of a token that was not revoked."""

    @property
    def id(self) -> int | None:
        """Of its row."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def role(self) -> str:
        """What it may do."""

    @property
    def party(self) -> str | None:
        """Whom a partner's token speaks for."""

    @property
    def person(self) -> str | None:
        """Whose it is."""


def principal_of(
    session: Session, row: TokenRow, key: bytes, credential: str | None = None
) -> Principal | None:
    """Whom a token stands for that was not revoked; None when its person has no employment that it rests on.

    `key` is for hashes of what is sent in its name; `credential`: hash of a secret that may be kept in memory.
    """
    employers = employers_of(session, row.person, Role(row.role), row.party)
    if row.person is not None and not employers:
        return None
    return Principal(
        *(row.id or 0, row.name, Role(row.role), row.party, key, row.person, employers, credential)
    )


def employers_of(
    session: Session, person: str | None, role: Role, party: str | None
) -> frozenset[str]:
    """The parties that now employ the person of a token so that the token stands; none when nobody is known."""
    if person is None:
        return frozenset()
    employers = people.employers(Rows.of(session), person, role)
    return employers if party is None else employers & {party}


def revoke_token(session: Session, name: str, at: int) -> ApiToken:
    """Revokes the token with this name at unix seconds `at`; revoked again, it keeps the first time.

    Raises TokenUnknown.
    """
    row = queries.token_named(session, name)
    if row is None:
        raise TokenUnknown(name)
    if row.revoked_at is None:
        row.revoked_at = at
        session.add(row)
        session.flush()
    return row
