"""Attack 8, all honest: for a moment there is no memory to read what a person signed, or what the house is to sign.

What the libraries raise on bytes from outside says that these are wrong; that there is no memory says nothing of them.
"""

from __future__ import annotations

from typing import Any

import pytest

from bridge.chain import permits, signatures, signed, unsigned
from tests.faults.attacking import answers, asks_to_pay, outcomes, paid, passes, row_of
from tests.world import World


def none_left(*_: Any, **__: Any) -> Any:
    raise MemoryError


def test_an_answer_for_which_there_was_no_memory_is_not_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asks_to_pay(world)
    world.settle()
    answers(world, asked)
    with monkeypatch.context() as patch:
        patch.setattr(signed.Account, "recover_transaction", none_left)
        passes(world, 2)
    assert outcomes(world, asked) == []
    world.settle()
    assert (paid(world), outcomes(world, asked)) == (1, ["done"]), row_of(world, asked)


def test_no_memory_is_no_word_about_a_signature_or_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    content = unsigned.payload(1, 0, 21_000, "0x" + "11" * 20, "0x" + "22" * 68)
    monkeypatch.setattr(signatures.Account, "_recover_hash", none_left)
    monkeypatch.setattr(permits, "decode", none_left)
    monkeypatch.setattr(unsigned.PublicKey, "from_signature_and_message", none_left)
    with pytest.raises(MemoryError):
        signatures._signer_of(b"\1" * 32, b"\1" * 64 + b"\x1b")
    with pytest.raises(MemoryError):
        permits._inner(b"\0" * 96)
    with pytest.raises(MemoryError):
        unsigned.completed(content, 1, 1, "0x" + "33" * 20)
    monkeypatch.setattr(unsigned.rlp, "decode", none_left)
    with pytest.raises(MemoryError):
        unsigned.read(content)
