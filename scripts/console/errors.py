"""Errors of the console's helpers. The console prints one as one line, without a traceback."""

from __future__ import annotations


class OpsError(Exception):
    """What was asked for cannot be done; the text says why."""


class Refused(OpsError):
    """A contract refused a call: the name of the contract's error and the error's arguments."""


class NotThere(OpsError, LookupError):
    """There is no such tender, order, delivery, account or kept secret."""


class TooEarly(OpsError):
    """A reveal sent now would show what is still sealed; the text says from when on it may be sent."""


class BadArgument(OpsError, ValueError):
    """An argument that no contract would take; the text says what would be right."""
