"""`interlock prove` and `interlock verify`: a stranger without a log learns what was opened, that it is true, and no more.

Two verifiers judge every file: ours, and a program of OpenZeppelin's library and ethers that shares no code with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bridge.capabilities.documents import REGISTRY
from bridge.errors import BadConfiguration, BadProof
from bridge.intents import ANCHORER
from bridge.ports.port import DocumentQuery
from scripts.interlock import app
from tests.bridge.test_operator import options
from tests.world import World

ROOT = Path(__file__).parents[2]
LEAVES = ("fields.entity", "entries[0]")
Change = Callable[[dict[str, Any]], None]


def prove(world: World, *words: str) -> Result:
    """What `interlock prove` prints, and its exit code; it opens no key."""
    return CliRunner().invoke(app, ["prove", *words, *options(world)])


def verify(*words: str) -> Result:
    """What `interlock verify` prints, and its exit code."""
    return CliRunner().invoke(app, ["verify", *words])


def judged_elsewhere(*words: str) -> dict[str, Any]:
    """What the program without our code says of a file."""
    node = str(Path(sys.executable).parent / "node")
    command = [node, "tests/reference/verify-proof.mjs", *words]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["holds"] == (done.returncode == 0)
    return found


@pytest.fixture
def number(world: World) -> str:
    """Number of an anchored document with a journal entry, of a batch of several."""
    document = next(d for d in world.bridge.port.changes(0, 1_000) if d.entries)
    world.settle()
    return document.number


@pytest.fixture
def file(world: World, number: str, tmp_path: Path) -> Path:
    """The proof of that document with two leaves opened."""
    path = tmp_path / "given.json"
    opened = [word for leaf in LEAVES for word in ("--field", leaf)]
    done = prove(world, number, *opened, "--out", str(path))
    assert done.exit_code == 0, done.exception
    assert "interlock verify" in done.stdout
    return path


def test_a_proof_shows_what_was_opened_and_nothing_else_of_the_document(
    world: World, number: str, file: Path
) -> None:
    (document,) = world.bridge.port.documents(DocumentQuery(number=number, limit=1))
    told = json.loads(file.read_text())
    assert [field["path"] for field in told["fields"]] == ["type", "number", *LEAVES]
    assert document.salt.hex() not in file.read_text()
    kept = {str(value) for name, value in document.fields.items() if name != "entity"}
    assert not [value for value in kept if len(value) > 5 and f'"{value}"' in file.read_text()]


def test_both_verifiers_accept_it_alone_and_by_the_chain(world: World, file: Path) -> None:
    registry = world.deployment.address(REGISTRY)
    asked = ("--rpc", world.node.url, "--registry", registry.upper().replace("0X", "0x"))
    alone, chain = verify(str(file)), verify(str(file), *asked, "--json")
    assert (alone.exit_code, chain.exit_code) == (0, 0), (alone.output, chain.output)
    assert "no chain was asked" in alone.stdout
    told = json.loads(chain.stdout)
    assert told["holds"]
    assert len(told["findings"]) == 4 + 1 + 2 + 1 + 4  # leaves, place, chain and registry, answers
    assert told["owner"] == world.bridge.house[ANCHORER].lower()
    elsewhere = judged_elsewhere(str(file), world.node.url, registry)
    assert elsewhere == {"holds": True, "document": True, "fields": [True] * 4, "chain": True}
    assert judged_elsewhere(str(file))["chain"] is None


def other(text: str) -> str:
    """Another hash."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


CHANGES: dict[str, Change] = {
    "a value": lambda p: p["fields"][2].update(value='"SOMEBODY"'),
    "a path": lambda p: p["fields"][2].update(path="fields.other"),
    "a salt": lambda p: p["fields"][3].update(salt=other(p["fields"][3]["salt"])),
    "a sibling of a leaf": lambda p: p["fields"][0]["fieldProof"].reverse(),
    "a leaf's proof cut short": lambda p: p["fields"][0]["fieldProof"].pop(),
    "the document's root": lambda p: p.update(documentRoot=other(p["documentRoot"])),
    "the sequence": lambda p: p.update(sequence=p["sequence"] + 1),
    "the anchor's root": lambda p: p["link"].update(root=other(p["link"]["root"])),
    "the anchor's reach": lambda p: p["link"].update(
        lastSequence=p["link"]["lastSequence"] + 9_999
    ),
    "the siblings": lambda p: p["proof"].reverse(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_with_anything_changed_is_refused_by_both(file: Path, what: str) -> None:
    told = json.loads(file.read_text())
    CHANGES[what](told)
    file.write_text(json.dumps(told))
    done = verify(str(file))
    assert done.exit_code == 1, done.output
    assert "no" in done.stdout.split()
    assert judged_elsewhere(str(file))["holds"] is False


def test_a_proof_that_fits_itself_and_was_never_anchored_is_refused_by_the_chain(
    world: World, file: Path
) -> None:
    """Whoever writes the file can make up an anchor; only the registry knows which there are."""
    told = json.loads(file.read_text())
    registry = world.deployment.address(REGISTRY)
    asked = ("--rpc", world.node.url, "--registry", registry)
    for change in ({"anchorIndex": 99}, {"streamId": "0x" + "12" * 32}):
        file.write_text(json.dumps(told | change))
        assert verify(str(file)).exit_code == 0
        assert verify(str(file), *asked).exit_code == 1
        assert judged_elsewhere(str(file), world.node.url, registry)["chain"] is False
    file.write_text(json.dumps(told))
    token = world.deployment.address("SettlementToken")  # a registry of the file's own choice
    assert verify(str(file), "--rpc", world.node.url, "--registry", token).exit_code == 1
    nobody = "0x" + "77" * 20
    assert verify(str(file), "--rpc", world.node.url, "--registry", nobody).exit_code == 1


BAD: dict[str, Callable[[dict[str, Any]], str]] = {
    "no JSON": lambda _: "{",
    "another format": lambda p: json.dumps(p | {"format": "interlock-proof/2"}),
    "a member too many": lambda p: json.dumps(p | {"comment": "trust me"}),
    "a member too few": lambda p: json.dumps({k: v for k, v in p.items() if k != "link"}),
    "a number as text": lambda p: json.dumps(p | {"sequence": "1"}),
    "a number below one": lambda p: json.dumps(p | {"sequence": 0}),
    "a sibling that is no hash": lambda p: json.dumps(p | {"proof": ["0xzz"]}),
    "a short sibling": lambda p: json.dumps(p | {"proof": ["0x00"]}),
    "too many siblings": lambda p: json.dumps(p | {"proof": ["0x" + "00" * 32] * 65}),
    "a list": lambda _: "[]",
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_is_no_proof_is_told_so(file: Path, what: str) -> None:
    file.write_text(BAD[what](json.loads(file.read_text())))
    assert isinstance(verify(str(file)).exception, BadProof)


def test_bad_words_of_the_command_are_told(file: Path, world: World) -> None:
    absent = verify(str(file.parent / "absent.json")).exception
    assert isinstance(absent, BadConfiguration)
    assert "No such file" in str(absent)
    for words in ((), ("--registry", "0x12")):
        wrong = verify(str(file), "--rpc", world.node.url, *words).exception
        assert isinstance(wrong, BadConfiguration)
        assert "not as the file does" in str(wrong)
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in str(verify(str(file)).exception)


def test_prove_says_what_is_missing(world: World, number: str) -> None:
    assert "there is no document 'X-1'" in str(prove(world, "X-1").exception)
    wrong = prove(world, number, "--field", "fields.nothing").exception
    assert "has no leaf 'fields.nothing': it has actor, at, entries" in str(wrong)
    nowhere = prove(world, number, "--out", "/nowhere/at/all.json").exception
    assert "cannot write /nowhere/at/all.json" in str(nowhere)
    world.sql("DELETE FROM bridge_anchor")
    assert "is not anchored yet" in str(prove(world, number).exception)


def test_prove_refuses_when_the_log_is_no_longer_what_was_anchored(
    world: World, number: str
) -> None:
    world.sql("UPDATE bridge_anchor SET root = :other", other="0x" + "11" * 32)
    assert "run `interlock audit`" in str(prove(world, number).exception)
