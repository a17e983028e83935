"""The tools are pinned, agree with each other, and betray nothing of the machine they came from."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.toolchain import compiler

ROOT = Path(__file__).resolve().parents[2]
EXACT = re.compile(r"\d+\.\d+\.\d+")
PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+")
MACHINE_PATH = re.compile(r"/(?:root|home|Users)/[A-Za-z0-9._-]+/|[A-Z]:\\Users\\")
CONSTRAINTS = ("constraints.txt", "constraints-brownie.txt", "constraints-proof.txt")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    lines = (line.split("==") for line in read(name).splitlines())
    return {canonicalize_name(package): version for package, version in lines}


def tracked_files() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file()]


def is_foreign_native(entry: dict[str, object]) -> bool:
    """A binary for another platform than x86-64 Linux, known by its exact version alone."""
    foreign = entry.get("os") != ["linux"] or entry.get("cpu") != ["x64"]
    return bool(entry.get("optional")) and {"os", "cpu"} <= entry.keys() and foreign


def test_node_packages_are_pinned_exactly() -> None:
    package = json.loads(read("package.json"))
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert EXACT.fullmatch(version), f"{name} is not pinned: {version}"


def test_node_lock_belongs_to_package_json() -> None:
    package, lock = json.loads(read("package.json")), json.loads(read("package-lock.json"))
    for kind in ("dependencies", "devDependencies"):
        assert lock["packages"][""][kind] == package[kind]


def test_node_lock_names_no_registry_and_seals_every_package() -> None:
    for name, entry in json.loads(read("package-lock.json"))["packages"].items():
        assert "resolved" not in entry, f"{name} names where it was downloaded"
        assert not name or "integrity" in entry or is_foreign_native(entry), f"{name} has no hash"


def test_npm_settings_name_no_registry() -> None:
    assert "registry" not in read(".npmrc").replace("omit-lockfile-registry-resolved", "")


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_python_constraints_are_exact_and_name_no_place(name: str) -> None:
    for line in read(name).splitlines():
        assert PIN.fullmatch(line), f"{name}: {line}"


def test_every_direct_dependency_is_pinned_inside_its_range() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    groups = project["optional-dependencies"]
    wanted = [(text, "constraints.txt") for text in project["dependencies"]]
    for group, texts in groups.items():
        own = f"constraints-{group}.txt"
        file = own if own in CONSTRAINTS else "constraints.txt"
        wanted += [(text, file) for text in texts]
    for text, file in wanted:
        requirement = Requirement(text)
        if requirement.name == project["name"]:
            continue
        pinned = pins(file).get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{file} does not pin {requirement.name}"
        assert requirement.specifier.contains(pinned), f"{file}: {requirement.name}=={pinned}"


def test_all_tools_use_one_compiler_and_one_target() -> None:
    version = json.loads(read("package.json"))["dependencies"]["solc"]
    assert version == compiler.COMPILER_VERSION
    assert json.loads(read(".solhint.json"))["rules"]["compiler-version"][1] == version
    brownie = read("brownie-config.yaml")
    assert f"version: {version}" in brownie
    assert "evm_version: paris" in brownie
    forge = tomllib.loads(read("tests/forge/foundry.toml"))["profile"]["default"]
    assert forge["evm_version"] == compiler.SETTINGS["evmVersion"] == "paris"
    assert forge["optimizer_runs"] == compiler.SETTINGS["optimizer"]["runs"]


def test_no_tracked_file_holds_a_path_of_a_machine() -> None:
    own = (str(ROOT) + "/", str(Path.home()) + "/")
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if MACHINE_PATH.search(text) or any(place in text for place in own if place != "//"):
            found.append(str(path.relative_to(ROOT)))
    assert found == []
