"""Why a play cannot start, or did not end well.

PlayError
├── Unusable        nothing was started: the input, the home or the chain is not what it has to be
└── Broken          it was started and cannot go on; what was started is stopped
"""

from __future__ import annotations


class PlayError(Exception):
    """Root of the plays' own errors; the text says what is wrong and what would be right."""


class Unusable(PlayError):
    """The input, the folder, the database or the chain cannot be used; nothing was started."""


class Broken(PlayError):
    """The play stopped before its end; the text says where and why."""
