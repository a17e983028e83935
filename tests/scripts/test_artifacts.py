"""The shipped ABIs and bytecode are those of the contracts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.toolchain import artifacts


@pytest.fixture(scope="module")
def fresh() -> dict[str, artifacts.Artifact]:
    return artifacts.compile_all()


@pytest.fixture
def folder(
    tmp_path: Path, fresh: dict[str, artifacts.Artifact], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with the artifacts of the present contracts, made without compiling again."""
    monkeypatch.setattr(artifacts, "compile_all", lambda: fresh)
    artifacts.build(tmp_path)
    return tmp_path


def test_shipped_artifacts_are_those_of_the_contracts(
    fresh: dict[str, artifacts.Artifact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifacts, "compile_all", lambda: fresh)
    assert artifacts.differences() == []


def test_no_mock_interface_or_library_is_shipped(fresh: dict[str, artifacts.Artifact]) -> None:
    assert {"Tenders", "PurchaseOrders", "Participants"} <= fresh.keys()
    assert not {"ITenders", "IPurchaseOrders", "Amounts", "Scoring"} & fresh.keys()
    assert all(artifact["bytecode"] != "0x" for artifact in fresh.values())


def test_an_edited_artifact_is_named_with_what_differs(folder: Path) -> None:
    path = folder / "Tenders.json"
    edited = json.loads(path.read_text())
    edited["bytecode"] = edited["bytecode"][:-2] + "00"
    path.write_text(json.dumps(edited, indent=2, sort_keys=True) + "\n")
    assert artifacts.differences(folder) == ["Tenders: bytecode differs from the source"]


def test_a_missing_and_a_superfluous_artifact_are_named(folder: Path) -> None:
    (folder / "Tenders.json").rename(folder / "Forgotten.json")
    assert artifacts.differences(folder) == [
        "Forgotten: shipped, but there is no such contract",
        "Tenders: not shipped",
    ]
    artifacts.build(folder)
    assert artifacts.differences(folder) == []
