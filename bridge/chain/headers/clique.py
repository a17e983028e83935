"""Clique (EIP-225): hashed like every header of Ethereum, its one signature included, which ends the extra data.

One signer makes a block, so a signature says who made it and not that others agreed: finality is a matter of depth.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.chain.headers.encoding import EXTRA, SEAL, VANITY, accounts, hash_with
from bridge.chain.headers.plain import Plain
from bridge.chain.headers.rules import Stated, malformed
from bridge.chain.wire import ADDRESS, Header


@dataclass(frozen=True, slots=True)
class Clique(Plain):
    """A chain whose blocks are signed by one of several signers in turn."""

    def stated(self, header: Header) -> Stated | None:
        """Signers are listed in blocks of an epoch's begin only; `voted` is not read."""
        extra = header.fields[EXTRA]
        listed = len(extra) - VANITY - SEAL
        if listed < 0 or listed % ADDRESS:
            raise malformed(header, "no extra data of Clique")
        named = [extra[at : at + ADDRESS] for at in range(VANITY, VANITY + listed, ADDRESS)]
        return Stated(
            validators=accounts(header, [*named]),
            voted=None,
            seals=(extra[-SEAL:],),
            digest=hash_with(header, extra[:-SEAL]),
        )

    def quorum(self, validators: int) -> int:  # noqa: ARG002 - the form of all kinds
        """One signer makes a block."""
        return 1


CLIQUE = Clique("clique", finality=None)
