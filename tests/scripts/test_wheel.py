"""What is installed: a wheel holds bridge, erp and interlock, takes no other top-level name, and its command works."""

from __future__ import annotations

import os
import pkgutil
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import setuptools

import scripts

ROOT = Path(__file__).resolve().parents[2]
BUILD_TIMEOUT_SECONDS = 300
BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
NEEDS_A_CHECKOUT = ("toolchain", "measure")
IMPORT_ALL = """
import importlib, pkgutil, interlock
for found in pkgutil.walk_packages(interlock.__path__, "interlock."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
        print(found.name)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an unpacked wheel, built from a copy of what it is made of."""
    tool = Path(setuptools.__file__).parents[1]
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("bridge", "erp", "scripts"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    run([sys.executable, "-c", BUILD, str(source)], source, tool)
    (wheel,) = source.glob("*.whl")
    unpacked = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    return unpacked


def run(command: list[str], folder: Path, path: Path | None = None) -> str:
    """Runs a command in a folder, with `path` before what is installed, and without the checkout; its output."""
    environment = os.environ | {"PYTHONPATH": str(path or ""), "PYTHONSAFEPATH": "1"}
    ran = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_wheel_takes_three_names_and_leaves_out_what_needs_a_checkout(installed: Path) -> None:
    names = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"bridge", "erp", "interlock"}
    rooms = {path.name for path in (installed / "interlock").iterdir() if path.is_dir()}
    here = {name for _, name, is_package in pkgutil.iter_modules(scripts.__path__) if is_package}
    assert rooms == here - set(NEEDS_A_CHECKOUT)
    (entry,) = installed.glob("*.dist-info/entry_points.txt")
    assert "interlock = interlock.interlock:main" in entry.read_text()


def test_a_wheel_carries_the_files_that_its_modules_read(installed: Path) -> None:
    assert list((installed / "bridge/chain/artifacts").glob("*.json"))
    for name in ("plays/demo/data/scms_direct_drop.csv", "devchain/hardhat.config.js"):
        assert (installed / "interlock" / name).read_bytes() == (
            ROOT / "scripts" / name
        ).read_bytes()


def test_every_module_of_a_wheel_imports_without_the_checkout(
    installed: Path, tmp_path: Path
) -> None:
    imported = run([sys.executable, "-c", IMPORT_ALL], tmp_path, installed).split()
    assert "interlock.sandbox.api" in imported
    assert "interlock.console.ops.tenders" in imported


@pytest.mark.parametrize("arguments", [["--help"], ["deploy", "--help"], ["up", "--help"]])
def test_the_command_of_a_wheel_works(
    installed: Path, tmp_path: Path, arguments: list[str]
) -> None:
    command = "import sys; from interlock.interlock import main; sys.exit(main())"
    said = run([sys.executable, "-c", command, *arguments], tmp_path, installed)
    assert "Usage:" in said


def test_a_child_process_bears_the_name_that_is_installed(installed: Path, tmp_path: Path) -> None:
    code = "from interlock.devchain.processes import PACKAGE, ROOT; print(PACKAGE, ROOT)"
    said = run([sys.executable, "-c", code], tmp_path, installed).split()
    assert said == ["interlock", str(installed)]
