"""Refusals of what only a witness of the chain can give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import NotFound, Rejected


@dataclass(eq=False)
class NotProvable(Rejected):
    """There is no proof of a document now."""

    number: str
    why: str
    code: ClassVar[str] = "not-provable"
    template: ClassVar[str] = "{number} cannot be proved now: {why}."


@dataclass(eq=False)
class UnknownLeaf(NotFound):
    """A document has no such leaf, or it is not the reader's to see."""

    number: str
    code: ClassVar[str] = "unknown-leaf"
    template: ClassVar[str] = (
        "{number} has no leaf {key!r} that you may have opened; `witness` of the document lists them."
    )


@dataclass(eq=False)
class NoChain(Rejected):
    """Nobody hands calls on to the chain."""

    why: str
    code: ClassVar[str] = "no-chain"
    template: ClassVar[str] = "The chain cannot be asked here: {why}."


@dataclass(eq=False)
class NoAudit(Rejected):
    """Nobody here can run an audit."""

    why: str
    code: ClassVar[str] = "no-audit"
    template: ClassVar[str] = (
        "No audit can be started here: {why}. Run `interlock audit` where the bridge's settings are."
    )
