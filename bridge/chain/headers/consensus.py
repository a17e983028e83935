"""The consensus of one chain: its rules, and the validators as they are known from proved headers.

A hash that was proved covers the header's list of validators. So the set need not be stored: the header of the block that
the cursor names says it, and a node cannot forge that header.
"""

from __future__ import annotations

from collections.abc import Sequence

from bridge.chain.headers.encoding import shown, signer_of
from bridge.chain.headers.plain import DEVELOPMENT
from bridge.chain.headers.rules import Rules, Stated
from bridge.chain.headers.seals import Validators, check_change, check_sealed
from bridge.chain.wire import Header
from bridge.errors import NodeIncomplete


class Consensus:
    """Proves headers of one chain. Every method raises NodeIncomplete when a header does not prove itself."""

    def __init__(
        self, rules: Rules, pinned: Sequence[str] = (), genesis_hash: str | None = None
    ) -> None:
        """`pinned`: the validators of the block before the deployment's first one. `genesis_hash`: of block 0."""
        self.rules = rules
        self._pinned: Validators = frozenset(account.lower() for account in pinned)
        self._genesis_hash = genesis_hash
        self._tip: str | None = None  # hash of the newest proved header
        self._said: Stated | None = None  # what it says
        self._set = self._pinned  # who sealed it

    def check(self, header: Header, parent_hash: str | None) -> None:
        """The header hashes to its hash and follows its parent; None: whatever its parent is."""
        if "0x" + self.rules.hash_of(header).hex() != header.hash:
            raise NodeIncomplete(f"block {header.number} does not hash to {header.hash}")
        if parent_hash is not None and header.parent_hash != parent_hash:
            raise NodeIncomplete(
                f"block {header.number} names the parent {header.parent_hash}, "
                f"the one before it is {parent_hash}"
            )

    def check_alone(self, header: Header) -> None:
        """The header hashes, and the validators that are known now sealed it, or they made it, where one alone does."""
        self.check(header, None)
        stated = self.rules.stated(header) if header.number and self._pinned else None
        if stated is not None:
            check_sealed(self.rules, header, stated, self._set)

    def knows(self, parent_hash: str | None) -> bool:
        """True when what follows this block can be proved without its header."""
        return not self.rules.is_final or (parent_hash is not None and parent_hash == self._tip)

    def begin(self, header: Header, known_hash: str | None) -> None:
        """Takes a header as proved: it hashes to what was proved before, or, `known_hash` None, the pinned set sealed it."""
        self.check(header, None)
        if known_hash is not None and header.hash != known_hash:
            raise NodeIncomplete(
                f"block {header.number} is {header.hash}, {known_hash} was proved before"
            )
        if not self.rules.is_final:
            return
        said = self._read(header)
        validators = said.validators or self._pinned
        if known_hash is None:
            if validators != self._pinned:
                raise NodeIncomplete(
                    f"the validators of block {header.number} are {shown(validators)}, the deployment file pins "
                    f"{shown(self._pinned)}"
                )
            if header.number:
                check_sealed(self.rules, header, said, validators)
            elif header.hash != self._genesis_hash:
                raise NodeIncomplete(f"block 0 is {header.hash}, not {self._genesis_hash}")
        self._tip, self._said, self._set = header.hash, said, validators

    def prove(self, headers: Sequence[Header]) -> None:
        """Headers that are checked and linked, and follow the one that was proved last, are blocks of this chain.

        The seals of the last one prove all of them, by the hashes of parents, as long as the validators stay the same; where
        they change, the blocks on both sides are proved by seals of their own.
        """
        if not self.rules.is_final:
            self._signed(headers)
            return
        assert self._said is not None  # noqa: S101 - `begin` came first
        said, validators, tip = self._said, self._set, self._tip
        for at, header in enumerate(headers):
            before, said = said, self._read(header)
            now = said.validators or validators
            if now != validators:
                if at:
                    check_sealed(self.rules, headers[at - 1], before, validators)
                check_sealed(self.rules, header, said, now)
                check_change(header, before, validators, now)
                validators = now
            tip = header.hash
        check_sealed(self.rules, headers[-1], said, validators)
        self._tip, self._said, self._set = tip, said, validators

    def _read(self, header: Header) -> Stated:
        said = self.rules.stated(header)
        assert said is not None  # noqa: S101 - a final consensus seals
        return said

    def _signed(self, headers: Sequence[Header]) -> None:
        """Each block is signed by a pinned signer, and nobody signs again before half of them are past (EIP-225)."""
        if not self._pinned:
            return
        apart = len(self._pinned) // 2
        recent: list[str] = []
        for header in headers:
            said = self.rules.stated(header) if header.number else None
            if said is None:
                continue
            signer = signer_of(said.digest, said.seals[0])
            if signer is None or signer not in self._pinned:
                raise NodeIncomplete(
                    f"block {header.number} is signed by {signer or 'nobody'}, the deployment file pins the signers "
                    f"{shown(self._pinned)}"
                )
            if signer in recent[-apart:] and apart:
                raise NodeIncomplete(f"block {header.number} is signed by {signer} out of turn")
            recent.append(signer)


UNPROVED = Consensus(DEVELOPMENT)  # of a client that was not told which chain it has to serve
