"""EIP-712 signatures as a wallet makes them: types spelled out here, keys of the public test phrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from house import House

VERSIONS = {"BetContracts": "2"}  # of what is signed, where it is not the first
PHRASE = "test test test test test test test test test test test junk"
TYPES = {
    "EIP712Domain": "string name,string version,uint256 chainId,address verifyingContract",
    "BetSignature": "uint256 betId,address sponsor,BetTerms terms,PartyTerms pledge,uint40 deadline",
    "BetTerms": (
        "bytes32 termsRef,uint256 groupId,bytes32 partiesRoot,bytes32 region,uint32 reporterPost,uint32 arbiterPost,"
        "uint40 signBy,uint40 start,uint16 partyCount,uint32 reportSeconds,uint32 disputeSeconds,uint32 rulingSeconds,"
        "uint64 valuePool,uint64 indexBaseline,uint16 indexElasticityBps,uint16 indexMaxUpBps,"
        "uint16 indexMaxDownBps,uint16 periods,uint32 periodSeconds"
    ),
    "PartyTerms": (
        "address account,uint64 stake,uint16 shareBps,uint16 toleranceBps,uint16 slopeBps,uint16 capBps,"
        "Target[] targets"
    ),
    "Target": "uint32 metric,bool followsIndex,uint16 weightBps,uint64 floor,uint64 base,uint64 stretch",
    "AmendmentSignature": (
        "uint256 betId,uint256 amendmentId,ChangeTerms change,PartyTerms pledge,uint40 deadline"
    ),
    "ChangeTerms": (
        "bytes32 partiesRoot,bytes32 termsRef,address leaver,address newcomer,uint40 start,uint16 periods,"
        "uint16 fromPeriod,uint40 signBy"
    ),
    "EndSignature": "uint256 betId,uint32 round,address account,uint40 deadline",
    "OrderAmendment": (
        "uint256 orderId,uint256 revision,uint128 quantity,uint128 amount,uint40 promisedAt,bytes32 scheduleRoot,"
        "uint40 deadline"
    ),
    "DirectOrder": (
        "address buyer,address supplier,bytes32 requisitionRef,uint128 quantity,uint128 amount,uint40 deadline,"
        "OrderTerms order"
    ),
    "OrderTerms": (
        "uint32 attesterPost,uint32 arbiterPost,bytes32 region,bytes32 scheduleRoot,uint40 promisedAt,"
        "uint32 fundSeconds,uint32 graceSeconds,uint32 silenceSeconds,uint16 latenessBpsPerDay,"
        "uint16 latenessCapBps,uint16 taxBps,uint16 toleranceBps,uint24 paymentSeconds"
    ),
}


def named(kind: str, values: Sequence[Any]) -> dict[str, Any]:
    """Values as the struct of a type, by the names of its members."""
    found = {}
    for (name, member), value in zip(_members(kind), values, strict=True):
        if member.endswith("[]"):
            found[name] = [named(member[:-2], item) for item in value]
        else:
            found[name] = named(member, value) if member in TYPES else value
    return found


def _members(kind: str) -> list[tuple[str, str]]:
    pairs = (member.split(" ") for member in TYPES[kind].split(","))
    return [(name, member) for member, name in pairs]


def _needed(kind: str) -> set[str]:
    found = {kind}
    for _, member in _members(kind):
        if (plain := member.removesuffix("[]")) in TYPES:
            found |= _needed(plain)
    return found


def sign(house: House, role: str, contract: str, kind: str, values: Sequence[Any]) -> bytes:
    """Somebody's signature under a struct of a contract."""
    Account.enable_unaudited_hdwallet_features()
    path = f"m/44'/60'/0'/0/{house.places[role]}"
    key = Account.from_mnemonic(PHRASE, account_path=path)
    assert key.address == house[role].address
    data: Mapping[str, Any] = {
        "types": {
            name: [{"name": member, "type": type_} for member, type_ in _members(name)]
            for name in (*_needed(kind), "EIP712Domain")
        },
        "primaryType": kind,
        "domain": {
            "name": contract,
            "version": VERSIONS.get(contract, "1"),
            "chainId": house.chain.id,
            "verifyingContract": house.contracts[contract].address,
        },
        "message": named(kind, values),
    }
    return bytes(key.sign_message(encode_typed_data(full_message=dict(data))).signature)
