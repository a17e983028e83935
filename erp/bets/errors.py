"""What the room of bets refuses."""

from __future__ import annotations

from erp.kernel.errors import Conflict, NotFound


class UnknownBet(NotFound):
    code = "unknown-bet"
    template = "No bet has the id or number {key}."


class UnknownBetParty(NotFound):
    code = "unknown-bet-party"
    template = "There is no party {key}."


class UnknownBetAmendment(NotFound):
    code = "unknown-bet-amendment"
    template = "There is no amendment {key}."


class BetExists(Conflict):
    code = "bet-exists"
    template = "Bet {key} is already recorded."


class BetAmendmentExists(Conflict):
    code = "bet-amendment-exists"
    template = "Amendment {key} is already recorded."


class AlreadyParty(Conflict):
    code = "already-party"
    template = "The signature {key} is already recorded."


class AlreadyPaidOut(Conflict):
    code = "already-paid-out"
    template = "What belongs to {key} was already paid out."
