"""Words about the signing mailbox: acts that people ask for, what they are asked to sign, and what became of it (签署箱)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from bridge.ports.vocabulary.accounts import Account, Number, Ref


class OfferSigning(TypedDict):
    """The bridge puts before a party what it has to sign for an act. Told by the bridge itself, not for an event."""

    request: Number
    showing: int  # of this step, from 1: a later one takes the place of a stale one
    step: Literal[
        "act", "approval"
    ]  # an approval of tokens rides in front of an act that draws them
    spender: Account | None  # of an approval: the contract that draws
    spender_name: str | None
    draws_minor: int | None  # of an approval: what the act draws
    kind: Literal["transaction", "typed_data"]
    payload: str  # JSON, canonical
    digest: Ref  # keccak of the payload
    refs: dict[Number, Ref]  # commitments of the documents that the payload names


class EndAct(TypedDict):
    """The bridge says what became of an act. Told by the bridge itself, not for an event."""

    request: Number
    outcome: Literal["done", "refused", "expired"]
    reason: str
    at_reference: Ref | None  # hash of the transaction that did it


# ---- documents that the bridge reads ----------------------------------------------------------------


class ActRequest(TypedDict):
    """A person asks for an act of its own. Becomes a signing request, and no call that the bridge signs."""

    party: str  # the ERP's code of it
    account: Account
    act: str
    fields: dict[str, Any]  # as the act's own
    papers: (
        dict[str, Any] | None
    )  # what it rests on: numbers of documents, and what they say; None: nothing
    good_until: int


class ActWithdrawal(TypedDict):
    """The party no longer wants its act."""

    request: Number


class Signature(TypedDict):
    """A person's answer: a signed transaction, which is sent on, or a signature, which the keeper brings to the chain."""

    signing_request: Number
    request: Number
    act: str
    account: Account
    step: str
    kind: str
    answer: str  # hexadecimal
    fields: dict[str, Any]  # of the act
    papers: dict[str, Any] | None  # that the act rests on
    good_until: int
    # of a statement that two parties sign: the other's act, and its signature under the same; None while it has not signed
    other_request: Number | None
    other_answer: str | None


DOCUMENT_TYPES: Mapping[type, str] = {
    OfferSigning: "signing_request",
    EndAct: "act_outcome",
}
DOCUMENTS: Mapping[str, type] = {
    "act_request": ActRequest,
    "act_withdrawal": ActWithdrawal,
    "signature": Signature,
}
