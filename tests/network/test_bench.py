"""The bench's figures of a network, measured small; and told as skipped where its nodes are not built."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from scripts.measure.bench import chains
from tests.network.nodes import BUILD, require


@pytest.mark.background(BUILD)
def test_transactions_and_lonely_events_are_measured_on_four_validators(
    background: CompletedProcess[str], tmp_path: Path
) -> None:
    require(background)
    made = chains.measure(chains.names("ibft"), "ibft", tmp_path, count=5, rounds=1, events=2)
    assert [figure.name for figure in made] == ["out_ibft", "latency_ibft_ms"]
    for figure in made:
        assert figure.ours is not None
        assert figure.floor is not None
        assert figure.ours > 0 < figure.floor
    assert not (tmp_path / "network").exists()


def test_a_machine_without_the_nodes_is_told_how_to_build_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.network.programs.CACHE", tmp_path / "nothing")
    for figure in chains.measure(chains.names("clique"), "clique", tmp_path):
        assert figure.note.startswith("skipped: geth v1.13.15 is not built: run `make network`")
