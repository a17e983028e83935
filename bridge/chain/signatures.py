"""Whether an account signed 32 bytes, as the contracts ask it: by its key, or by its own word where it is a contract."""

from __future__ import annotations

from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from bridge.chain import wire
from bridge.chain.client import Client
from bridge.chain.rpc import RpcError
from bridge.chain.signed import S_MAX

IS_VALID = keccak(text="isValidSignature(bytes32,bytes)")[:4]  # ERC-1271, and its answer when it is
WORD = 32
KEYS_OWN = 65  # bytes: r, s, v
V = (27, 28)


def is_signed_by(client: Client, account: str, digest: bytes, signature: str) -> bool:
    """True when `account` agrees to `digest`. Raises NodeUnavailable, and RpcError when the node cannot even ask."""
    content = bytes(HexBytes(signature))
    if str(client.call("eth_getCode", account, "latest")) in {"0x", "0x0"}:
        return _signer_of(digest, content) == account
    data = "0x" + (IS_VALID + encode(["bytes32", "bytes"], [digest, content])).hex()
    (answer,) = client.batch([("eth_call", [{"to": account, "data": data}, "latest"])])
    if isinstance(answer, RpcError):
        if not answer.is_refusal:
            raise answer
        return False
    return wire.octets(answer, "answer of isValidSignature")[:WORD] == IS_VALID + bytes(
        WORD - len(IS_VALID)
    )


def _signer_of(digest: bytes, content: bytes) -> str | None:
    """The account whose key signed, lower case; None when no contract would take the signature (EIP-2)."""
    if len(content) != KEYS_OWN or content[-1] not in V:
        return None
    if int.from_bytes(content[WORD : 2 * WORD], "big") > S_MAX:
        return None
    try:
        # what the public function asks it, once it has made the digest
        return str(Account._recover_hash(digest, signature=content)).lower()  # noqa: SLF001
    except MemoryError:  # says nothing of the bytes
        raise
    except Exception:  # the library raises what it likes on bytes from outside
        return None
