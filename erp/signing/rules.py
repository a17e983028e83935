"""States of acts and of signing requests (签署箱)."""

from __future__ import annotations

from enum import StrEnum


class ActStatus(StrEnum):
    """States of an act that was asked for."""

    ASKED = "ASKED"  # RequestAct
    OFFERED = "OFFERED"  # ASKED, ANSWERED -> OFFERED: OfferSigning, again after a stale answer
    ANSWERED = "ANSWERED"  # OFFERED -> ANSWERED: AnswerSigning
    DONE = "DONE"  # ASKED, ANSWERED -> DONE: EndAct; REFUSED, EXPIRED -> DONE: EndAct, once blocks left the chain
    REFUSED = "REFUSED"  # ASKED, OFFERED, ANSWERED -> REFUSED: EndAct; DONE -> REFUSED: EndAct, once blocks left the chain
    EXPIRED = "EXPIRED"  # ASKED, OFFERED, ANSWERED -> EXPIRED: EndAct; DONE -> EXPIRED: EndAct, once blocks left the chain
    WITHDRAWN = "WITHDRAWN"  # ASKED, OFFERED -> WITHDRAWN: WithdrawAct


OPEN = (ActStatus.ASKED, ActStatus.OFFERED, ActStatus.ANSWERED)
NOT_DONE = (ActStatus.REFUSED, ActStatus.EXPIRED)


def may_end(before: ActStatus, end: ActStatus) -> bool:
    """True for an open act, and where what was done is not done, or the reverse: blocks left the chain in between."""
    if before in OPEN:
        return True
    return (
        end in NOT_DONE
        if before is ActStatus.DONE
        else before in NOT_DONE and end is ActStatus.DONE
    )


class SigningStatus(StrEnum):
    """States of what a person is asked to sign."""

    OPEN = "OPEN"  # OfferSigning
    ANSWERED = "ANSWERED"  # OPEN -> ANSWERED: AnswerSigning
    CLOSED = "CLOSED"  # OPEN, ANSWERED -> CLOSED: EndAct, WithdrawAct, a later OfferSigning of the same act
