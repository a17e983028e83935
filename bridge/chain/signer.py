"""Whoever signs for the bridge: the one form of all signers, and the one place where anything is signed."""

from __future__ import annotations

from typing import Protocol

from bridge.chain.permits import Permits
from bridge.chain.unsigned import Signature


class Signer(Protocol):
    """Holds one key, or reaches whoever holds it."""

    @property
    def address(self) -> str:
        """Of the key's account, lower case."""

    def sign(self, content: bytes) -> Signature:
        """Signs the keccak-256 of these bytes. Raises SignerUnavailable, SignerRefused, ForbiddenCall."""


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

    def sign(self, content: bytes) -> Signature:
        """Signs the bytes of an allowed call. Raises ForbiddenCall, SignerUnavailable, SignerRefused."""
        self.__permits.check(self.address, content)
        return self.__signer.sign(content)
