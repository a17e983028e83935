"""A key signs the calls of its office and nothing else, whoever holds it: each signer is asked for every function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import rlp
from eth_abi.abi import encode
from eth_account import Account

from bridge.capabilities import ALLOWED, ALLOWED_TO_ACCOUNTS
from bridge.chain import unsigned
from bridge.chain.accounts import executed
from bridge.chain.holding import Holder
from bridge.chain.keys import open_folder
from bridge.chain.permits import as_json, from_json
from bridge.chain.remote import Remote
from bridge.chain.signer import Guarded, Signer
from bridge.errors import ForbiddenCall
from tests.bridge.signers import (
    ADDRESSES,
    CHAIN_ID,
    DEPLOYMENT,
    HOUSE,
    KEYS,
    permits,
    placed,
    write_keystores,
)
from tests.signer import RunningSigner, running_signer

STRANGER = "0x" + "99" * 20
FUNCTIONS = permits().directory.functions


@pytest.fixture(scope="module")
def signer_process() -> Iterator[RunningSigner]:
    with running_signer(list(KEYS.values())) as running:
        yield running


@pytest.fixture(scope="module")
def every(
    tmp_path_factory: pytest.TempPathFactory, signer_process: RunningSigner
) -> Iterator[Mapping[str, Mapping[str, Signer]]]:
    """Every way in which the bridge holds keys, as the bridge wraps them; and the process that holds keys, unwrapped."""
    folder, password = write_keystores(tmp_path_factory.mktemp("keys"))
    holder = Holder(folder, password, permits())
    bare: dict[str, Mapping[str, Signer]] = {
        "daemon": open_folder(folder, password),
        "child": holder.open(),
        "remote": Remote(signer_process.url).open(),
    }
    wrapped: dict[str, Mapping[str, Signer]] = {
        where: {address: Guarded(signer, permits()) for address, signer in signers.items()}
        for where, signers in bare.items()
    }
    yield wrapped | {"child, unwrapped": bare["child"]}
    holder.close()


def call(to: str, data: str, chain_id: int = CHAIN_ID) -> bytes:
    return unsigned.payload(chain_id, 7, 100_000, to, data)


def allowed_to(name: str) -> set[str]:
    pairs = ALLOWED.get(name, ALLOWED_TO_ACCOUNTS)
    return {f"{contract}.{function}" for contract, function in pairs}


WAYS = ("daemon", "child", "remote", "child, unwrapped")


@pytest.mark.parametrize("where", WAYS)
@pytest.mark.parametrize("name", KEYS)
def test_of_all_functions_of_all_contracts_a_key_signs_those_of_its_list_alone(
    every: Mapping[str, Mapping[str, Signer]], signer_process: RunningSigner, where: str, name: str
) -> None:
    signer, before = every[where][ADDRESSES[name]], len(signer_process.asked())
    signed: set[str] = set()
    for to, functions in FUNCTIONS.items():
        for selector, called in functions.items():
            for target, data in ((to, selector + "00" * 64), (STRANGER, executed(to, selector))):
                content = call(target, data)
                if target == STRANGER and name in HOUSE:  # an office calls directly
                    with pytest.raises(ForbiddenCall, match="no contract of this deployment"):
                        signer.sign_all([content])
                    continue
                if called in allowed_to(name):
                    made = unsigned.signed(CHAIN_ID, content, signer.sign_all([content])[0])
                    assert str(Account.recover_transaction(made.raw)).lower() == ADDRESSES[name]
                    signed.add(called)
                    continue
                with pytest.raises(ForbiddenCall) as refused:
                    signer.sign_all([content])
                assert f"the key {ADDRESSES[name]} never signs {called}; it may sign " in str(
                    refused.value
                )
                assert str(refused.value).endswith(", ".join(sorted(allowed_to(name))))
    assert signed == allowed_to(name)
    asked = len(signer_process.asked()) - before
    places = sum(called in signed for each in FUNCTIONS.values() for called in each.values())
    ways = 1 if name in HOUSE else 2
    assert asked == (ways * places if where == "remote" else 0)  # it never saw what is forbidden


NO_FUNCTION = (placed("DocumentRegistry"), "0x" + "00" * 4)


def good(name: str) -> tuple[str, str]:
    """Target and data of a call that this key may make."""
    return next(
        (to, selector + "00" * 32)
        for to, functions in FUNCTIONS.items()
        for selector, called in functions.items()
        if called in allowed_to(name)
    )


GOOD, BUYS = good("anchorer"), good("buyer")


def parts(**changed: Any) -> bytes:
    """A good call of the anchorer with some of its parts changed."""
    whole = {
        "nonce": 7, "price": 0, "gas": 100_000, "to": bytes.fromhex(GOOD[0][2:]), "value": 0,
        "data": bytes.fromhex(GOOD[1][2:]), "chain": CHAIN_ID, "r": 0, "s": 0,
    } | changed  # fmt: skip
    return bytes(rlp.encode(list(whole.values())))


BAD = {
    "another chain": (parts(chain=CHAIN_ID + 1), "signs for chain 31337, not for chain 31338"),
    "value": (parts(value=1), r"sends value \(1\)"),
    "a price of gas": (parts(price=1), r"pays for gas \(1\)"),
    "another target": (parts(to=bytes.fromhex(STRANGER[2:])), "is no contract of this deployment"),
    "a new contract": (parts(to=b""), "name no target"),
    "no data": (parts(data=b""), "never signs 0x at"),
    "part of a selector": (parts(data=bytes.fromhex(GOOD[1][2:])[:3]), "has no such function"),
    "no function": (call(*NO_FUNCTION), "has no such function"),
    "signed already": (parts(r=1), "signed already"),
    "another form": (b"\x02" + parts(), "not those of a call"),
    "no list": (b"\x00", "not those of a call"),
    "nothing": (b"", "not those of a call"),
    "more after it": (parts() + b"\x00", "not those of a call"),
    "a list for data": (parts(data=[b"\x00"]), "not those of a call"),
    "a message": (b"\x19Ethereum Signed Message:\n32" + bytes(32), "not those of a call"),
    "typed data": (b"\x19\x01" + bytes(64), "not those of a call"),
    "an office's call through an account": (
        call(STRANGER, executed(*GOOD)), "is no contract of this deployment",
    ),
    "a contract of ours taken for an account": (
        call(placed("SettlementToken"), executed(*GOOD)), "has no such function",
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", WAYS)
@pytest.mark.parametrize("what", BAD)
def test_bytes_that_are_no_call_of_the_list_are_never_signed(
    every: Mapping[str, Mapping[str, Signer]], where: str, what: str
) -> None:
    content, why = BAD[what]
    with pytest.raises(ForbiddenCall, match=why):
        every[where][HOUSE["anchorer"]].sign_all([content])


THROUGH = {
    "an account in an account": executed(STRANGER, executed(*BUYS)),
    "more after the call": executed(*BUYS) + "00" * 32,
    "less than the call": executed(*BUYS)[:-64],
    "a contract of the deployment that calls": executed(placed("SettlementToken"), executed(*BUYS)),
    "nothing": executed(BUYS[0], "0x"),
    "another function": "0x" + "12" * 4 + executed(*BUYS)[10:],
}


@pytest.mark.parametrize("where", WAYS)
@pytest.mark.parametrize("what", THROUGH)
def test_through_an_account_a_buyers_key_makes_the_calls_of_its_list_alone(
    every: Mapping[str, Mapping[str, Signer]], where: str, what: str
) -> None:
    signer = every[where][ADDRESSES["buyer"]]
    assert signer.sign_all([call(STRANGER, executed(*BUYS))])[0].r
    with pytest.raises(ForbiddenCall, match="never signs 0x"):
        signer.sign_all([call(STRANGER, THROUGH[what])])
    with pytest.raises(ForbiddenCall, match="has no such function"):
        signer.sign_all([call(placed("SettlementToken"), executed(*BUYS))])


def test_a_good_call_is_signed_after_all(every: Mapping[str, Mapping[str, Signer]]) -> None:
    for signers in every.values():
        made = signers[HOUSE["anchorer"]].sign_all([parts()])[0]
        raw = unsigned.signed(CHAIN_ID, parts(), made).raw
        assert str(Account.recover_transaction(raw)).lower() == HOUSE["anchorer"]


def test_nobody_gets_at_the_signer_behind_the_list(
    every: Mapping[str, Mapping[str, Signer]],
) -> None:
    guarded = every["daemon"][HOUSE["anchorer"]]
    assert [name for name in dir(guarded) if not name.startswith("_")] == [
        "address",
        "at_once",
        "sign_all",
    ]


def test_permits_come_through_a_pipe_as_they_are() -> None:
    assert from_json(as_json(permits())) == permits()


def test_the_inner_call_of_an_account_is_read_as_the_account_reads_it() -> None:
    to, data = GOOD
    wanted = encode(["address", "bytes"], [to, bytes.fromhex(data[2:])])
    assert executed(to, data)[10:] == wanted.hex()
    assert DEPLOYMENT.name_of(to) is not None
