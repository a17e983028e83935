"""Senders met before, kept in memory, so that a write need not ask the database twice who sends it."""

from __future__ import annotations

from erp.api.tokens import Principal, hash_token

MAX_KEPT = 1_000  # tokens; at one more, all are forgotten


class Principals:
    """Whom each token stood for when it was last looked up. It may have been revoked since: the desk looks again."""

    def __init__(self) -> None:
        self._by_hash: dict[str, Principal] = {}

    def known(self, token: str) -> Principal | None:
        """Whom the token stood for; None when it was not met."""
        return self._by_hash.get(hash_token(token))

    def keep(self, token: str, principal: Principal) -> None:
        """Remembers whom a valid token stands for; not of an access token, which nobody checks a second time."""
        if principal.credential is None:
            return
        if len(self._by_hash) >= MAX_KEPT:
            self._by_hash.clear()
        self._by_hash[hash_token(token)] = principal

    def forget(self, token: str) -> None:
        """Forgets a token that is no longer valid."""
        self._by_hash.pop(hash_token(token), None)
