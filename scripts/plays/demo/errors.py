"""Why a demo cannot start, or did not end well.

DemoError
├── Unusable        nothing was started: the input, the home or the chain is not what it has to be
│   └── NotTheData      the file is not the purchase history it claims to be
└── Broken          it was started and cannot go on; what was started is stopped
"""

from __future__ import annotations


class DemoError(Exception):
    """Root of the demo's own errors; the text says what is wrong and what would be right."""


class Unusable(DemoError):
    """The input, the folder, the database or the chain cannot be used; nothing was started."""


class NotTheData(Unusable):
    """The file is not the purchase history it claims to be."""


class Broken(DemoError):
    """The play stopped before its end; the text says at which line or day and why."""
