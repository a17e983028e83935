"""Proof that a node left nothing out of a block: its receipts hash to its header's receiptsRoot.

A node can lie by omission, and logs cannot be checked one by one. So for each block that may hold a log of ours all receipts
are fetched and their trie is rebuilt. That the header is one of the chain is proved in `headers/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bridge.chain.trie import listed, root_of_list, string
from bridge.chain.wire import Header, Log, Receipt
from bridge.commitments.keccak import keccak
from bridge.errors import NodeIncomplete

SUCCEEDED, FAILED = b"\1", b""
FAILED_ON_GANACHE = (
    b"\0"  # it writes a zero byte; the yellow paper and everybody else write nothing
)
NO_RECEIPTS = root_of_list(())  # what a block without transactions names as root of its receipts
ADDRESSES_MAX = 4_096  # emitters whose bits are remembered


def may_hold(header: Header, addresses: Iterable[str], *, by_bloom: bool) -> bool:
    """False only when no log of any of these addresses stands in the block.

    `by_bloom`: the header is proved, and its chain's validators check blooms; otherwise only a block without receipts holds
    none. An empty bloom is never believed: it may be that of a chain that keeps none.
    """
    if header.receipts_root == NO_RECEIPTS:
        return False
    bloom = int.from_bytes(header.bloom, "big") if by_bloom else 0
    return bloom == 0 or any(_bloom_bits(address) & ~bloom == 0 for address in addresses)


def check_bloom(header: Header, receipts: Iterable[Receipt]) -> None:
    """Raises NodeIncomplete unless the header's bloom is that of its receipts, which are proved."""
    union = 0
    for receipt in receipts:
        union |= int.from_bytes(receipt.bloom, "big")
    if union != int.from_bytes(header.bloom, "big"):
        raise NodeIncomplete(
            f"the bloom of block {header.number} is not that of its receipts: no chain of the consensus that the deployment "
            "file names would have this block"
        )


@lru_cache(ADDRESSES_MAX)
def _bloom_bits(address: str) -> int:
    digest = keccak(bytes.fromhex(address[2:]))
    bits = 0
    for index in (0, 2, 4):
        bits |= 1 << (((digest[index] << 8) | digest[index + 1]) & 2047)
    return bits


def _encode_log(log: Log) -> bytes:
    topics = listed(map(string, log.topics))
    return listed((string(bytes.fromhex(log.address[2:])), topics, string(log.data)))


def _encode_receipt(receipt: Receipt, failed: bytes) -> bytes:
    used = receipt.cumulative_gas
    body = listed(
        (
            string(SUCCEEDED if receipt.status == 1 else failed),
            string(used.to_bytes((used.bit_length() + 7) // 8, "big")),
            string(receipt.bloom),
            listed(map(_encode_log, receipt.logs)),
        )
    )
    return body if receipt.kind == 0 else bytes((receipt.kind,)) + body


def receipts_root(receipts: Sequence[Receipt], failed: bytes = FAILED) -> bytes:
    """Root of the trie of a block's receipts. `failed` is how the chain writes the status of a failed transaction."""
    return root_of_list([_encode_receipt(receipt, failed) for receipt in receipts])


def check_receipts(header: Header, receipts: Sequence[Receipt | None]) -> list[Receipt]:
    """The receipts, all of them. Raises NodeIncomplete unless these are those of the block."""
    present = [receipt for receipt in receipts if receipt is not None]
    if len(present) != len(header.transactions):
        raise NodeIncomplete(
            f"block {header.number} has {len(header.transactions)} transactions, "
            f"the node gave {len(present)} receipts"
        )
    for receipt, named in zip(present, header.transactions, strict=True):
        if receipt.tx_hash != named:  # the root below holds no hash of a transaction
            raise NodeIncomplete(
                f"the node gave a receipt of {receipt.tx_hash} where block {header.number} has {named}"
            )
    if receipts_root(present) == header.receipts_root:
        return present
    any_failed = any(receipt.status != 1 for receipt in present)
    if any_failed and receipts_root(present, FAILED_ON_GANACHE) == header.receipts_root:
        return present
    raise NodeIncomplete(
        f"the receipts given for block {header.number} are not those of its header"
    )
