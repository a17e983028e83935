"""Transactions that took the place of one of ours and do the same: a wallet calls it to speed up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.chain.gateway import Gateway
from bridge.chain.raw import bytes_in, bytes_of
from bridge.chain.rpc import RpcError
from bridge.chain.signed import NotATransaction, SignedTransaction, read_signed
from bridge.store import lanes
from bridge.store.store import Store

STRANGERS_AT_ONCE = 500  # transactions of nobody here that are looked at together, the newest first
ACT_SECONDS_MAX = 31 * 86_400  # for which an act is good at most, and a day between two clocks

Does = tuple[object, ...]
Wanted = Callable[[SignedTransaction], bool]


@dataclass(frozen=True, slots=True)
class Twin:
    """A transaction that was mined in the slot of another and does the same."""

    tx_hash: str
    raw: str


def twin_of(store: Store, gateway: Gateway, raw: str, good_until: int) -> Twin | None:
    """A transaction with an event that was read, of the same key in the same slot, that makes the same call; or None.

    Its bytes prove what it is: they hash to its hash, and its sender is whose signature they bear. `good_until`: of the
    act; whatever does it was mined since it was asked for.
    """
    mine = _read(raw)
    return None if mine is None else doer_of(store, gateway, _does(mine), good_until)


def doer_of(store: Store, gateway: Gateway, does: Does, good_until: int) -> Twin | None:
    """The same, by what the transaction does: chain, sender, nonce, target, value and data."""
    return _stranger(store, gateway, good_until - ACT_SECONDS_MAX, lambda each: _does(each) == does)


def bringer_of(store: Store, gateway: Gateway, to: str, data: str, time: int) -> Twin | None:
    """A transaction with an event that was read, by anybody, that makes this very call, which bears people's signatures.

    `time`: now; it was mined since these were asked for.
    """
    wanted = to.lower(), data
    return _stranger(
        store, gateway, time - ACT_SECONDS_MAX, lambda each: (each.to, each.data) == wanted
    )


def _stranger(store: Store, gateway: Gateway, since: int, is_it: Wanted) -> Twin | None:
    before = None
    while True:
        with store.view() as session:
            found = lanes.strangers(session, STRANGERS_AT_ONCE, since, before)
        if not found:
            return None
        twin = _among(gateway, is_it, [tx_hash for tx_hash, _ in found])
        if twin is not None:
            return twin
        before = found[-1][1]


def counted_where_read(store: Store, gateway: Gateway, signer: str) -> int:
    """How many transactions of a key were mined up to the block that was read; 0 where nobody knows that."""
    with store.view() as session:
        block = hex(store.cursor(session).block_number)
    try:
        return gateway.agreed_nonces(signer, block)
    except RpcError:  # the block is too old for its state to be kept: more is read first
        return 0


def _among(gateway: Gateway, is_it: Wanted, hashes: Sequence[str]) -> Twin | None:
    """An event of each was read: a node that denies one is not the last that is asked about it."""
    answers = gateway.client.batch([("eth_getTransactionByHash", [each]) for each in hashes])
    for tx_hash, given in zip(hashes, answers, strict=True):
        raw = bytes_in(given, tx_hash) or bytes_of(gateway.client, tx_hash)
        theirs = None if raw is None else _read("0x" + raw.hex())
        if raw is not None and theirs is not None and is_it(theirs):
            return Twin(tx_hash, "0x" + raw.hex())
    return None


def _read(raw: str) -> SignedTransaction | None:
    try:
        return read_signed(raw)
    except NotATransaction:
        return None


def _does(signed: SignedTransaction) -> Does:
    return signed.chain_id, signed.sender, signed.nonce, signed.to, signed.value, signed.data
