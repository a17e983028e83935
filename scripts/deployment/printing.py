"""How commands print tables: for a terminal as wide as it is, for a file or a pipe without cutting anything."""

from __future__ import annotations

from rich.console import Console

WIDTH_OF_FILES = 500  # columns; wider than any line of ours, so that no address is cut


def printer(*, stderr: bool = False) -> Console:
    """A console on standard output or error. Off a terminal it cuts and colours nothing."""
    console = Console(stderr=stderr, emoji=False)
    return (
        console
        if console.is_terminal
        else Console(stderr=stderr, emoji=False, width=WIDTH_OF_FILES)
    )
