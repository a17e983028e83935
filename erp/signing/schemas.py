"""Commands of the signing mailbox (签署箱): a person asks for an act, is shown what to sign, and signs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from erp.kernel.schema import (
    Account,
    Code,
    Command,
    Number,
    PositiveMinor,
    Reference,
    ShortText,
    Text,
)

MAX_PAYLOAD = 65_536  # characters of what is to be signed, and of an answer
DAY = 86_400
MAX_GOOD_SECONDS = 30 * DAY
GoodSeconds = Annotated[int, Field(gt=0, le=MAX_GOOD_SECONDS, strict=True)]
Payload = Annotated[str, Field(min_length=2, max_length=MAX_PAYLOAD)]
Answer = Annotated[str, Field(max_length=MAX_PAYLOAD, pattern=r"^0x([0-9a-f]{2})+$")]


class SigningKind(StrEnum):
    """What a person signs."""

    TRANSACTION = (
        "transaction"  # a transaction of its own account; the answer is the signed transaction
    )
    TYPED_DATA = "typed_data"  # a statement (EIP-712); the answer is the signature


class SigningStep(StrEnum):
    """Which step of an act is signed."""

    APPROVAL = "approval"  # lets a contract draw what the act costs; rides in front where too little is approved
    ACT = "act"


class ActOutcome(StrEnum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"


class RequestAct(Command):
    """A person of a party asks for an act of its own (申请行为). No entries.

    `fields` are those of the act (`erp.signing.acts`). The document is what the person will be asked to sign, in words.
    """

    party: Code
    act: Code
    fields: dict[str, Any]
    good_seconds: GoodSeconds = DAY


class WithdrawAct(Command):
    """The party no longer wants the act (撤回申请). Refused once it was answered. No entries."""

    request: Number
    reason: Text


class OfferSigning(Command):
    """What the party has to sign for an act (待签内容), as text that the ERP does not read. No entries.

    `digest` is a hash of the payload, `showing` counts how often the step was shown: a later one replaces a stale one. An
    approval (授权) names the contract that draws and what the act draws, minor units. `refs` are the commitments of
    documents that the payload names, by their numbers.
    """

    request: Number
    showing: Annotated[int, Field(gt=0, le=1_000, strict=True)]
    step: SigningStep = SigningStep.ACT
    spender: Account | None = None
    spender_name: ShortText | None = None
    draws_minor: PositiveMinor | None = None
    kind: SigningKind
    payload: Payload
    digest: Reference
    refs: dict[Number, Reference]


class AnswerSigning(Command):
    """The party signed (签署): a signature, or a signed transaction, in hexadecimal. Once for a request, in its time."""

    signing_request: Number
    answer: Answer


class EndAct(Command):
    """What became of an act (行为结果): done, refused by a rule with the reason, or too late. No entries.

    Said once more where blocks left the chain and it ended otherwise: what was done is not, or the reverse.
    """

    request: Number
    outcome: ActOutcome
    reason: Annotated[str, Field(max_length=1_000)]
    at_reference: Reference | None  # of the transaction that did it


class StateReason(Command):
    """A party states a reason (陈述理由) that an act of its names by this document's commitment. No entries."""

    party: Code
    about: Number
    text: Text


class StateRuling(Command):
    """An arbiter states a ruling (裁定书) that its act names by this document's commitment. No entries."""

    party: Code
    about: Number
    text: Text
