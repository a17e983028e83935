"""States of acts and of signing requests (签署箱)."""

from __future__ import annotations

from enum import StrEnum


class ActStatus(StrEnum):
    """States of an act that was asked for."""

    ASKED = "ASKED"  # RequestAct
    OFFERED = "OFFERED"  # ASKED, ANSWERED -> OFFERED: OfferSigning, again after a stale answer
    ANSWERED = "ANSWERED"  # OFFERED -> ANSWERED: AnswerSigning
    DONE = "DONE"  # ASKED, ANSWERED -> DONE: EndAct
    REFUSED = "REFUSED"  # ASKED, OFFERED, ANSWERED -> REFUSED: EndAct
    EXPIRED = "EXPIRED"  # ASKED, OFFERED, ANSWERED -> EXPIRED: EndAct
    WITHDRAWN = "WITHDRAWN"  # ASKED, OFFERED -> WITHDRAWN: WithdrawAct


OPEN = (ActStatus.ASKED, ActStatus.OFFERED, ActStatus.ANSWERED)


class SigningStatus(StrEnum):
    """States of what a person is asked to sign."""

    OPEN = "OPEN"  # OfferSigning
    ANSWERED = "ANSWERED"  # OPEN -> ANSWERED: AnswerSigning
    CLOSED = "CLOSED"  # OPEN, ANSWERED -> CLOSED: EndAct, WithdrawAct, a later OfferSigning of the same act
