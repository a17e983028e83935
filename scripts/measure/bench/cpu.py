"""CPU time of another process, where the system tells it."""

from __future__ import annotations

import os
from pathlib import Path

USER, SYSTEM = 11, 12  # places in /proc/<pid>/stat, counted behind the name


def cpu_seconds(pid: int) -> float | None:
    """CPU seconds that a process and its threads have used; None where there is no /proc."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return parsed(text, os.sysconf("SC_CLK_TCK"))


def parsed(stat: str, ticks_per_second: int) -> float:
    """User and system seconds in the text of /proc/<pid>/stat. The name in it may hold spaces and brackets."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[USER]) + int(fields[SYSTEM])) / ticks_per_second
