"""What a handler may know besides its event: which accounts are contracts, and which document a reference names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge.events import Logged

# An operation of the ERP's settlement side with its fields, or None where nothing is to be booked.
Instruction = tuple[str, dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Context:
    """Facts fixed before the handler runs."""

    custodians: frozenset[str]  # addresses of the contracts that are followed
    number_of: Callable[[str], str]  # document number behind a reference; raises UnknownReference


Handler = Callable[[Logged, Context], Instruction]

ZERO_REF = "0x" + "00" * 32
ZERO_ACCOUNT = "0x" + "00" * 20
