"""Whoever signs for the bridge: the one form of all signers, and the one place where anything is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bridge.chain.permits import Permits
from bridge.chain.unsigned import Signature


class Signer(Protocol):
    """Holds one key, or reaches whoever holds it."""

    @property
    def address(self) -> str:
        """Of the key's account, lower case."""

    @property
    def at_once(self) -> int:
        """How many contents it is given together."""

    def sign_all(self, contents: Sequence[bytes]) -> list[Signature]:
        """Signs the keccak-256 of each content: of all or, where it raises, of none that anybody gets.

        Raises SignerUnavailable, SignerRefused, ForbiddenCall.
        """


class Guarded:
    """A signer that looks at the bytes first: it signs what its key's list allows, and nothing else.

    Nobody has the signer inside; every signer of the bridge is wrapped when it is made.
    """

    def __init__(self, signer: Signer, permits: Permits) -> None:
        self.__signer = signer
        self.__permits = permits

    @property
    def address(self) -> str:
        """Of the key's account, lower case."""
        return self.__signer.address

    @property
    def at_once(self) -> int:
        """How many contents it is given together."""
        return self.__signer.at_once

    def sign_all(self, contents: Sequence[bytes]) -> list[Signature]:
        """Signs the bytes of allowed calls: all or none. Raises ForbiddenCall, SignerUnavailable, SignerRefused."""
        for content in contents:
            self.__permits.check(self.address, content)
        return self.__signer.sign_all(contents)
