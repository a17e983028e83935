"""The transaction that the bridge makes of a call and a signature is, byte for byte, what eth_account makes of it."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from bridge.chain import unsigned
from bridge.chain.keys import LocalSigner
from bridge.chain.signed import read_signed
from bridge.errors import SignerRefused

KEY = Account.from_key(b"\x05" * 32)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@given(
    chain_id=st.integers(1, 2**40),
    nonce=st.integers(0, 2**40),
    gas=st.integers(21_000, 30_000_000),
    to=st.binary(min_size=20, max_size=20),
    data=st.binary(max_size=300),
)
def test_every_call_is_signed_as_eth_account_signs_it(
    chain_id: int, nonce: int, gas: int, to: bytes, data: bytes
) -> None:
    target, text = "0x" + to.hex(), "0x" + data.hex()
    content = unsigned.payload(chain_id, nonce, gas, target, text)
    made = unsigned.signed(chain_id, content, LocalSigner(KEY).sign_all([content])[0])
    theirs = KEY.sign_transaction(
        {
            "chainId": chain_id, "nonce": nonce, "gas": gas, "to": to_checksum_address(target), "data": text,
            "gasPrice": 0, "value": 0,
        }
    )  # fmt: skip
    assert made.raw == "0x" + bytes(theirs.raw_transaction).hex()
    assert made.tx_hash == "0x" + bytes(theirs.hash).hex()
    read = unsigned.read(content)
    assert (read.chain_id, read.nonce, read.gas, read.to, read.data) == (
        chain_id, nonce, gas, target, data,
    )  # fmt: skip
    assert read_signed(made.raw).sender == str(KEY.address).lower()


def test_a_signature_is_completed_by_what_its_key_says_and_no_other() -> None:
    content = unsigned.payload(1, 0, 21_000, "0x" + "11" * 20, "0x")
    key = str(KEY.address).lower()
    made = LocalSigner(KEY).sign_all([content])[0]
    assert unsigned.completed(content, made.r, made.s, key) == made
    for r, s, account in (
        (made.r, made.s, "0x" + "22" * 20),
        (made.r + 1, made.s, key),
        (0, made.s, key),
        (made.r, 1, key),
        (2**256 - 1, made.s, key),
    ):
        with pytest.raises(SignerRefused, match="is not of"):
            unsigned.completed(content, r, s, account)
    for s in (ORDER - made.s, 0):
        with pytest.raises(SignerRefused, match="an s that no node takes"):
            unsigned.completed(content, made.r, s, key)
