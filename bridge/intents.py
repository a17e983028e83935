"""What the bridge itself keeps track of: events with their states (INBOX), intents with theirs (OUTBOX)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Signers of the house by office; any other signer is a participant's account in the house's custody.
ATTESTER = "attester"  # reports what happened to goods
ANCHORER = "anchorer"  # anchors documents, in the stream that it owns
REPORTER = "reporter"  # reports what groups earned and bets reached
KEEPER = "keeper"  # has no office and no money: makes the calls that anybody may make once their time has come
OFFICES = (ATTESTER, ANCHORER, REPORTER, KEEPER)
PUT_OFF_SECONDS_MAX = 60.0  # how long a call waits that the node could not try
CALLS_MAX = 128  # calls that one document may ask for

EXCLUDED = "excluded"  # in the note of a call: accounts that it leaves out, each with the reason


class InboxStatus(StrEnum):
    """States of an event. Only final events are stored, so there is no state before FINAL."""

    FINAL = "final"  # stored with its proof
    POSTED = "posted"  # final -> posted, in the same transaction as the ERP document; that was voided -> final
    IGNORED = "ignored"  # final -> ignored: the event moves nothing that is not booked elsewhere
    QUARANTINED = "quarantined"  # final -> quarantined: a rule said no; an operator -> final
    WAITING = "waiting"  # final -> waiting, with the event of its aggregate that is parked; back -> final with it
    RESOLVED = (
        "resolved"  # quarantined -> resolved: a person dealt with it; the audit still shows it
    )


class ReorganisationStatus(StrEnum):
    """States of a reorganisation of the chain."""

    FOUND = "found"  # its events are orphans, its calls in line again; ingest reads no further
    REVERSED = "reversed"  # found -> reversed: the ERP has voided what came of them


class OutboxStatus(StrEnum):
    """States of a row of OUTBOX, with the transitions that lead to each."""

    PENDING = "pending"  # written with the report cursor
    # by people:
    ASKED = "asked"  # written with the report cursor; answered with a nonce used meanwhile -> asked
    HELD = "held"  # asked -> held: an approval of tokens is signed first; once it is mined -> asked
    OFFERED = "offered"  # asked -> offered: the person was shown what to sign
    ANSWERED = "answered"  # offered -> answered: its answer stands in the log
    SIGNED = "signed"  # answered -> signed: a statement that waits for the other party's signature under the same
    # by the bridge, and by people once they answered:
    SUBMITTED = (
        "submitted"  # pending -> submitted: an attempt with nonce and signed bytes is stored
    )
    CONFIRMED = "confirmed"  # submitted -> confirmed: final receipt, status 1; its block left the chain -> submitted
    REVERTED = "reverted"  # submitted -> reverted: final receipt, status 0; an operator -> pending
    REFUSED = "refused"  # pending -> refused: its static call, or the bridge's own check, said no; an operator -> pending
    GIVEN_UP = "given_up"  # reverted | refused -> given_up: a person decided that it is never sent
    # asked | held | offered | signed -> moot: too late, or taken back; answered | signed -> moot: another row has it
    # pending -> moot: the chain already is in the wanted state; pending | refused | reverted -> moot: its document was
    # taken back by a later one; where that is voided -> pending | asked
    # open | refused | reverted -> moot: its document was voided
    MOOT = "moot"


MAILBOX_STATUSES = (
    OutboxStatus.ASKED,
    OutboxStatus.HELD,
    OutboxStatus.OFFERED,
    OutboxStatus.ANSWERED,
    OutboxStatus.SIGNED,
)
OPEN_STATUSES = (OutboxStatus.PENDING, OutboxStatus.SUBMITTED, *MAILBOX_STATUSES)
STUCK_STATUSES = (OutboxStatus.REVERTED, OutboxStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class Call:
    """A contract call that a document asks for."""

    key: str  # business key, unique: "goods_receipt:GR-2026-00001"
    aggregate: str  # calls of one aggregate go out one after the other
    signer: str  # one of OFFICES, or a participant's account
    contract: str
    function: str
    args: tuple[Any, ...]
    not_before: int = 0  # unix seconds of chain time
    # A number of the edition that it goes to, where no argument is one.
    edition_of: int | None = None
    by_person: bool = False  # signed by a person through the mailbox, never by the bridge
    is_told: bool = False  # a person is told how it ends: an act, or what is brought for one
    good_until: int = 0  # of an act of a person: it is signed by then, unix seconds
    after_sequence: int = 0  # not sent before this row of the document log is anchored; 0: whenever
    note: dict[str, Any] = field(default_factory=dict)  # what the operator may want to know
