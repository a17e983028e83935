"""Errors of the bridge, in three kinds: Retryable is waited out, Rejected parks one aggregate, Halt ends the daemon.

    BridgeError
    ├── Retryable            the world is not ready: keep the row, back off, try again
    │   ├── NodeUnavailable      no answer, or a transport error
    │   ├── NodeIncomplete       the node's answer does not prove itself: ask another node
    │   │   └── NodesDisagree        as many nodes have one block as have another: nobody is believed until they agree
    │   ├── SignerUnavailable    whoever holds a key does not answer
    │   ├── PortBusy             the ERP is busy: serialization, lock
    │   ├── StoreBusy            the bridge's database is locked by another writer, or takes no connection now
    │   ├── NotReadYet           a document asks for an event that the INBOX does not hold yet
    │   └── NotCommittedYet      an event names what may be a document that has no commitment yet
    ├── Rejected             a rule said no: park the aggregate, go on with the others
    │   ├── PortRefused          the ERP refused the instruction
    │   │   └── ToldOtherwise    it was told something else of this origin before
    │   ├── NotBookedYet         an event changed an order in a way that the ERP has no document for
    │   ├── UnknownReference     an event names a document that this ERP never committed to
    │   ├── NamesVoided          an event names a document that was voided, and was not told again
    │   ├── UnreadableEvent      a row of the INBOX no longer holds the event that was stored
    │   ├── NoSupplierQualifies  nobody on the list of candidates may bid
    │   ├── TooManyCalls         a document asks for more calls than one may
    │   ├── DoesNotFit           a value that a person asked for is longer than the contract's argument
    │   ├── CallRefused          the contract refused the call in its static call
    │   ├── ForbiddenCall        a key was asked to sign what its list does not have
    │   ├── SignerRefused        whoever holds a key says no, or what it gave is no signature of that key
    │   └── Unforeseen           a bug met this one event or document
    └── Halt                 nothing may go on until a person has looked
        ├── WrongChain           the node serves another chain than the deployment says
        ├── WrongDeployment      the database belongs to another deployment
        ├── WrongKey             a key is missing, does not open, or does not hold its office or post
        ├── DeepReorg            the chain left more behind than can be taken back, or the ERP cannot void it
        ├── AlreadyRunning       another daemon holds this database
        └── BadConfiguration     a setting is missing or makes no sense

Everything else is a bug. Of one event or document it parks that row, with an alarm that says where; anywhere else its stage
pauses, with an alarm, and the other stages go on.
"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Any

TRACE_MAX = 30  # calls of a trace that are kept, the innermost
PARTS_OF_FILE = 3  # of its path, with its name


class BridgeError(Exception):
    """Root of all errors that the bridge knows by name."""


class Retryable(BridgeError):
    """The same thing may succeed later unchanged; the daemon waits and tries again."""


class NodeUnavailable(Retryable):
    """The chain node does not answer."""


class NodeIncomplete(Retryable):
    """The chain node's answer does not prove itself."""


class NodesDisagree(NodeIncomplete):
    """As many chain nodes have one block as have another."""


class SignerUnavailable(Retryable):
    """Whoever holds a key does not answer: calls of that key wait."""


class PortBusy(Retryable):
    """The ERP's database is locked or away; nothing was written."""


class StoreBusy(Retryable):
    """The bridge's database is locked by another writer, or takes no connection now."""


class NotReadYet(Retryable):
    """A document asks for an event that the INBOX does not hold yet: ingest has to come first."""


class NotCommittedYet(Retryable):
    """An event names what may be a document of the ERP that has no commitment yet: report has to read it first."""


class Rejected(BridgeError):
    """A rule of ERP or contract refused; the event or intent is parked with its aggregate, all others go on."""


class PortRefused(Rejected):
    """The ERP refused an instruction: the one at `index` (from 0) of those that it was told together."""

    def __init__(self, reason: str, index: int) -> None:
        super().__init__(reason)
        self.index = index


class ToldOtherwise(PortRefused):
    """The ERP was told something else of this origin before, and keeps to that."""


class UnknownReference(Rejected):
    """An event names a document that this ERP never committed to."""


class NamesVoided(Rejected):
    """An event names a document that was voided since the chain left what it stood on, and nobody told it again."""


class UnreadableEvent(Rejected):
    """A row of the INBOX no longer holds the event that was proved and stored: somebody changed it."""


class NotBookedYet(Rejected):
    """An event changed an order in a way that the ERP has no document for yet."""


class NoSupplierQualifies(Rejected):
    """Nobody on the list of candidates may bid."""


class TooManyCalls(Rejected):
    """A document asks for more calls than one document may."""


class NotAsApproved(Rejected):
    """An act does not say what the paper says that it rests on, or that paper was not approved."""


class ForbiddenCall(Rejected):
    """A key was asked to sign what its list does not have. Says which key, which call, and what the list has."""


class SignerRefused(Rejected):
    """Whoever holds a key says no, or what it gave is no signature of that key: calls of that key wait for a person."""


class DoesNotFit(Rejected):
    """A value that a person asked for is longer than the argument of the contract's function."""


class Unforeseen(Rejected):
    """A bug, met by one event or document, which is parked with it. Says in which file and line; `trace`: on which way."""

    def __init__(self, bug: BaseException) -> None:
        frames = traceback.extract_tb(bug.__traceback__)
        place = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        super().__init__(f"{type(bug).__name__}{place}: {bug}")
        self.trace = "\n".join(map(_step_of, frames[-TRACE_MAX:]))


def _step_of(frame: traceback.FrameSummary) -> str:
    """One call of a trace, its file without the folders of this machine."""
    file = "/".join(PurePath(frame.filename).parts[-PARTS_OF_FILE:])
    return f"{file}:{frame.lineno} {frame.name}: {frame.line}"


class CallRefused(Rejected):
    """The contract refused the call. `error` is the custom error's name, `details` its decoded arguments as text."""

    def __init__(self, error: str, details: str, values: tuple[Any, ...] = ()) -> None:
        super().__init__(f"{error}({details})" if details else error)
        self.error = error
        self.details = details
        self.values = values  # the decoded arguments


def reason_of(error: Rejected) -> str:
    """What a parked row says: the rule by its name, what it said, and below that the trace of a bug.

    A refusal by a contract bears the name of the contract's own error.
    """
    if isinstance(error, CallRefused):
        return str(error)
    said = f"{type(error).__name__}: {error}"
    return f"{said}\n{error.trace}" if isinstance(error, Unforeseen) and error.trace else said


def first_line(reason: str) -> str:
    """A reason without its trace."""
    return reason.partition("\n")[0]


class Halt(BridgeError):
    """The daemon must stop: a person has to look before anything goes on. Exit code 2."""


class WrongChain(Halt):
    """The node serves another chain than the deployment says."""


class WrongDeployment(Halt):
    """The database belongs to another deployment."""


class WrongKey(Halt):
    """A key is missing, does not open, or does not hold its office."""


class DeepReorg(Halt):
    """A block that was final has left the chain, and what came of it cannot be taken back."""


class AlreadyRunning(Halt):
    """Another daemon holds this database."""


class BadProof(Halt):
    """A file is no proof of a document: it says what is wrong, and where."""


class BadConfiguration(Halt):
    """A setting is missing or makes no sense."""
