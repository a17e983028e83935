"""SIGKILL of `interlock audit` at any moment: the next audit is as right as if that one had never run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.administrator import paid
from tests.faults.test_audit_goes_on import begin
from tests.faults.test_tamper import unlock
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
KILLS, LIVES_MAX = 12, 60
EDIT = "UPDATE delivery SET paid_minor = paid_minor + 1 WHERE rowid = (SELECT max(rowid) FROM delivery)"
# A process that has its imports done is copied for each life: it says whose, and then how that ended.
CRADLE = """
import os, sys
import bridge.bootstrap, bridge.audit.audit
from scripts.interlock import main
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        sys.argv[0] = "interlock"
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            main()
        except SystemExit as ended:
            os._exit(int(ended.code or 0))
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def audits(world: World, notebook: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A process that runs the command once for each line."""
    options = {"--db": world.db, "--deployment": world.config.deployment, "--notebook": notebook}
    arguments = [str(part) for pair in options.items() for part in pair]
    process = subprocess.Popen(
        [sys.executable, "-c", CRADLE, "audit", *arguments, *more],
        cwd=ROOT, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], after: float | None) -> tuple[int, float]:
    """How one audit ended, and its seconds; killed after some seconds, unless it is to end by itself."""
    assert process.stdin is not None
    assert process.stdout is not None
    began = time.monotonic()
    process.stdin.write("\n")
    process.stdin.flush()
    pid = int(process.stdout.readline())
    if after is not None:
        time.sleep(after)
        with suppress(ProcessLookupError):  # it was quicker
            os.kill(pid, signal.SIGKILL)
    return int(process.stdout.readline()), time.monotonic() - began


@pytest.mark.parametrize("more", [(), ("--full",)], ids=["goes on", "full"])
@pytest.mark.parametrize("edited", [False, True], ids=["whole", "edited"])
def test_an_audit_that_is_killed_leaves_the_next_one_right(
    world: World, tmp_path: Path, edited: bool, more: tuple[str, ...]
) -> None:
    notebook = tmp_path / "notebook"
    begin(world, notebook)
    paid(world)
    world.settle()
    if edited:
        unlock(world)
        world.sql(EDIT)
    right = 1 if edited else 0
    dice = random.Random(f"{edited} {more}")
    with audits(world, notebook, *more) as process:
        code, seconds = ended(process, None)
        assert code == right
        killed = 0
        for _ in range(LIVES_MAX):
            code, lived = ended(process, dice.uniform(0, seconds))
            assert code in (-signal.SIGKILL, right)
            killed += code == -signal.SIGKILL
            if code == right:  # the machine is quicker now
                seconds = min(seconds, lived)
            if killed == KILLS:
                break
        assert killed == KILLS
        assert ended(process, None)[0] == right
    for _ in range(2):
        report = world.bridge.audit.run(folder=notebook)
        assert report.holds is not edited
