"""Events of Participants."""

from __future__ import annotations

from typing import cast

from bridge import events as e
from bridge.handlers.context import Context, Instruction

CUSTODIAN = 4  # capability of a contract that holds participants' money; it has no books of its own


def registered(logged: e.Logged, context: Context) -> Instruction:
    """A party's account may now take part."""
    event = cast(e.ParticipantRegistered, logged.event)
    if event.capabilities & CUSTODIAN:
        return None
    return "EnrolParty", {"account": event.account, "capabilities": event.capabilities}


def suspended(logged: e.Logged, context: Context) -> Instruction:
    """A party is barred from new obligations."""
    event = cast(e.ParticipantSuspended, logged.event)
    return "SuspendParty", {"account": event.account, "reason_ref": event.reason_ref}


def reinstated(logged: e.Logged, context: Context) -> Instruction:
    """The bar is lifted."""
    event = cast(e.ParticipantReinstated, logged.event)
    return "ReinstateParty", {"account": event.account}
