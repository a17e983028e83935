"""What our figures stand beside: an ERC-20 transfer, and an attestation of EAS written to the chain."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import solcx
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from ...deployment.accounts import Person
from ...toolchain.compiler import COMPILER_VERSION, ROOT, SETTINGS, compiler_folder

EAS_ARTIFACTS = (
    ROOT / "node_modules/@ethereum-attestation-service/eas-contracts/artifacts/contracts"
)
DOCUMENT_SCHEMA = "bytes32 documentRoot"
ATTEST = "attest((bytes32,(address,uint64,bool,bytes32,bytes,uint256)))"
ATTEST_TYPE = ATTEST.removeprefix("attest(").removesuffix(")")
NOBODY = "0x" + "00" * 20
PLAIN_ERC20 = """
pragma solidity 0.8.37;
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
contract PlainToken is ERC20("Plain", "PLN") {
    constructor() { _mint(msg.sender, 1_000_000); }
}
"""


def call_data(signature: str, types: Sequence[str], values: Sequence[Any]) -> str:
    """Call data of a function that none of our artifacts knows."""
    return "0x" + (keccak(text=signature)[:4] + encode(types, values)).hex()


def plain_transfer(person: Person, chain_id: int, receiver: str) -> int:
    """Gas of a transfer of OpenZeppelin's ERC20 between two accounts that both hold some already."""
    token = _place(person, chain_id, _compiled_token())
    data = call_data("transfer(address,uint256)", ("address", "uint256"), (receiver, 1))
    _sent(person, chain_id, token, data)
    return _sent(person, chain_id, token, data)


def attestation(person: Person, chain_id: int) -> int:
    """Gas of one attestation of 32 bytes, as EAS stores it on chain."""
    registry = _place(person, chain_id, _eas("SchemaRegistry"))
    eas = _place(person, chain_id, _eas("EAS") + encode(["address"], [registry]).hex())
    register = call_data(
        "register(string,address,bool)",
        ("string", "address", "bool"),
        (DOCUMENT_SCHEMA, NOBODY, True),
    )
    _sent(person, chain_id, registry, register)
    schema = keccak(
        DOCUMENT_SCHEMA.encode() + bytes(20) + b"\x01"
    )  # packed: schema, resolver, revocable
    root = keccak(text="a document")
    request = (schema, (NOBODY, 0, True, bytes(32), root, 0))
    data = call_data(ATTEST, [ATTEST_TYPE], [request])
    _sent(person, chain_id, eas, data)
    return _sent(person, chain_id, eas, data)


def _eas(name: str) -> str:
    path = Path(EAS_ARTIFACTS) / f"{name}.sol" / f"{name}.json"
    return str(json.loads(path.read_text(encoding="utf-8"))["bytecode"])


def _compiled_token() -> str:
    os.environ["SOLCX_BINARY_PATH"] = str(compiler_folder())
    job = {
        "language": "Solidity",
        "sources": {"PlainToken.sol": {"content": PLAIN_ERC20}},
        "settings": {**SETTINGS, "outputSelection": {"*": {"*": ["evm.bytecode.object"]}}},
    }
    before = Path.cwd()
    os.chdir(ROOT)  # the compiler resolves the remapping from where it stands
    try:
        output = solcx.compile_standard(job, solc_version=COMPILER_VERSION)
    finally:
        os.chdir(before)
    contract = output["contracts"]["PlainToken.sol"]["PlainToken"]
    return "0x" + str(contract["evm"]["bytecode"]["object"])


def _place(person: Person, chain_id: int, code: str) -> str:
    return str(person.create(chain_id, code)["contractAddress"]).lower()


def _sent(person: Person, chain_id: int, to: str, data: str) -> int:
    return int(person.wait(person.send(chain_id, to, data))["gasUsed"], 16)
