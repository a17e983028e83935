"""A person at the signing mailbox of a world: asks, reads what to sign, and answers with a wallet that is none of ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bridge.ports.port import Document
from erp.signing.schemas import AnswerSigning, RequestAct
from tests.world import World

ROOT = Path(__file__).parents[1]
WALLET = ROOT / "tests" / "scenarios" / "wallet.mjs"
PATIENCE_SECONDS = 60


def wallet(kind: str, payload: str, key: str) -> str:
    """What ethers signs for a payload, with this key: a signature, or a signed transaction."""
    told = json.dumps({"kind": kind, "payload": payload, "key": key})
    return subprocess.run(
        [str(Path(sys.executable).parent / "node"), str(WALLET)],
        input=told,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
        cwd=ROOT,
    ).stdout


def ask(world: World, party: str, act: str, **fields: Any) -> Document:
    """A person of a party asks for an act; the bridge has gone round since."""
    asked = world.erp(RequestAct(party=party, act=act, fields=fields))
    world.settle()
    return asked


def offered(world: World, asked: Document) -> Document:
    """The newest signing request of an act."""
    return [d for d in world.documents("signing_request") if d.fields["request"] == asked.number][
        -1
    ]


def key_of(world: World, party: str) -> str:
    """The private key of a person, which the bridge never sees."""
    return str(world.people[party].account.key.to_0x_hex())


def sign(world: World, asked: Document, party: str, **changed: Any) -> Document:
    """The person signs what it was offered, perhaps changed, and answers; everybody does what follows."""
    told = signs(world, asked, party, **changed)
    world.settle()
    return told


def signs(world: World, asked: Document, party: str, **changed: Any) -> Document:
    """The person signs what it was offered, perhaps changed, and answers."""
    request = offered(world, asked)
    payload = json.dumps({**json.loads(request.fields["payload"]), **changed})
    answer = wallet(request.fields["kind"], payload, key_of(world, party))
    return world.erp(AnswerSigning(signing_request=request.number, answer=answer))


def approve_first(world: World, asked: Document, party: str) -> None:
    """The person signs the approval that rides in front of an act which draws tokens."""
    assert offered(world, asked).fields["step"] == "approval"
    sign(world, asked, party)


def outcome(world: World, asked: Document) -> tuple[str, str]:
    """How an act ended, and why. Raises ValueError when it has not ended, or twice."""
    (found,) = [d for d in world.documents("act_outcome") if d.fields["request"] == asked.number]
    return found.fields["outcome"], found.fields["reason"]
