"""Parties that pledged, as papers on bets name them and as they sign; and the documents of such papers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bridge.capabilities.agreed import OF_A_TARGET, PLEDGED
from bridge.capabilities.model import Posts
from bridge.commitments.merkle import verify
from bridge.commitments.pledges import parties_root, party_leaf
from bridge.ports.port import Document
from tests.samples import ACCOUNT, document

POSTS = Posts(1, 3)
ROOT = "0x" + "33" * 32
OTHER, THIRD = "0x" + "55" * 20, "0x" + "66" * 20
ACCOUNTS = {"COOK": ACCOUNT, "OVEN": OTHER}
TARGET = dict.fromkeys(OF_A_TARGET, 5) | {"follows_index": False}


def told(code: str) -> dict[str, Any]:
    """A party as a paper names it."""
    return {"party": code, **dict.fromkeys(PLEDGED, 9), "targets": [TARGET | {"expected": 3}]}


def pledge(code: str, **changed: Any) -> dict[str, Any]:
    """What it signs."""
    signed = {"account": ACCOUNTS[code], **dict.fromkeys(PLEDGED, 9), "targets": [TARGET]}
    return {**signed, **changed}


PLEDGES = [pledge("COOK"), pledge("OVEN")]


def paper(kind: str, number: str, **fields: Any) -> Document:
    """A document of a paper."""
    return replace(document(kind, **fields), type=kind, number=number)


def papers(sound: dict[str, Document], changed: dict[str, Document]) -> dict[str, Document]:
    """Papers by number, some changed: BTP_1 names BTP-1."""
    return {**sound, **{name.replace("_", "-"): made for name, made in changed.items()}}


def expect_ovens_signature(made: dict[str, Any]) -> None:
    """The second party signs what it pledged, with the proof that it is one of both."""
    assert (made["terms"]["account"], made["terms"]["stake"]) == (OTHER, 9)
    proof = [bytes.fromhex(node[2:]) for node in made["proof"]]
    root = bytes.fromhex(parties_root(PLEDGES)[2:])
    assert verify(root, party_leaf(PLEDGES[1]), proof)


class NamesOthers:
    """What stands on chain and names other papers."""

    terms_ref = "0x" + "44" * 32
