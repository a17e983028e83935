"""Databases and folders of tests live in memory, where the machine has a file system of it with room enough.

A test's database is made, written and dropped within a second: on a disk, every commit waits for it, and a server that
copies nine hundred files right after it deleted as many spends its time in the disk's tables.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30  # bytes that must be free there
FOLDER = (
    "INTERLOCK_TESTS_FOLDER"  # set in whatever a run of the tests starts, another run among them
)
PREFIX = "interlock-tests-"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Makes the folder and names it to all that this process starts; a worker is named its controller's.

    It is removed when the process ends, after whatever its tests started; one that was killed leaves it to the next run.
    """
    if hasattr(config, "workerinput") or FOLDER in os.environ or not has_room(MEMORY):
        return
    remove_orphans(MEMORY)
    folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY)
    Path(folder).chmod(0o755)  # a database server's own user enters it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["TMPDIR"] = os.environ[FOLDER] = tempfile.tempdir = folder


def has_room(folder: Path) -> bool:
    """Whether it can be written and so much is free in it."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


def remove_orphans(within: Path) -> None:
    """Removes the folders of runs that are no more."""
    for folder in within.glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)
