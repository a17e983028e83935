"""The form in which a capability says what the bridge does about it: events into documents, documents into calls, money.

Everything here is pure data and functions of what they are given: no database, no node, no clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bridge.errors import NotBookedYet, TooManyCalls, UnknownReference
from bridge.events.base import Event, Logged
from bridge.intents import ATTESTER, CALLS_MAX, OFFICES, Call
from bridge.ports.port import Document
from bridge.ports.vocabulary import AccountRole

ZERO_REF = "0x" + "00" * 32
ZERO_ACCOUNT = "0x" + "00" * 20

# ---- events: what becomes of each ------------------------------------------------------------------

Booking = (
    tuple[str, dict[str, Any]] | None
)  # operation of the ERP and its fields; None: nothing is booked


@dataclass(frozen=True, slots=True)
class EventContext:
    """What a handler may ask beside its event: the followed contracts, documents behind references, its neighbours."""

    names: Mapping[
        str, str
    ]  # address of each edition of each followed contract -> the contract's name
    # Document number behind a reference, None when it is no document of ours. For references that others may write. Raises
    # NotCommittedYet while that is open.
    find_number: Callable[[str], str | None]
    # The log just before another in the same transaction, None unless it is of a followed contract and read.
    before: Callable[[Logged], Logged | None]

    @property
    def custodians(self) -> Collection[str]:
        """Addresses of the contracts that are followed."""
        return self.names.keys()

    def number_of(self, ref: str) -> str:
        """Document number behind a reference that only this bridge writes. Raises UnknownReference."""
        number = self.find_number(ref)
        if number is None:
            raise UnknownReference(f"no document of this ERP has the commitment {ref}")
        return number


class Handler(Protocol):
    """Turns an event into the operation that books it. Raises NotBookedYet, UnknownReference."""

    def __call__(self, logged: Logged, context: EventContext) -> Booking:
        """The operation with its fields, or None when nothing is to be booked."""


# Where a field of an operation comes from: the event's field of that name, or a function of event and context.
Source = str | Callable[[Logged, EventContext], Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that others may name, by its commitment in a field of the event: its number, or None."""

    ref: str

    def __call__(self, logged: Logged, context: EventContext) -> str | None:
        """The number of the document; None when it is none of ours."""
        return context.find_number(getattr(logged.event, self.ref))


@dataclass(frozen=True, slots=True)
class Booked:
    """The event becomes one document of the ERP."""

    operation: str
    sources: Mapping[str, Source]  # of every field of the operation
    when: Callable[[Logged, EventContext], bool] | None = None  # books nothing otherwise
    otherwise: str = ""  # why not

    def __call__(self, logged: Logged, context: EventContext) -> Booking:
        """The operation, its fields filled from the event."""
        if self.when is not None and not self.when(logged, context):
            return None
        return self.operation, {
            name: getattr(logged.event, source)
            if isinstance(source, str)
            else source(logged, context)
            for name, source in self.sources.items()
        }


@dataclass(frozen=True, slots=True)
class Parked:
    """The ERP has no document for the event: its aggregate waits for a person, since booking on would be wrong."""

    what: str

    def __call__(self, logged: Logged, context: EventContext) -> Booking:
        """Raises NotBookedYet with the reason."""
        raise NotBookedYet(f"{self.what}: the ERP has no document for it yet")


@dataclass(frozen=True, slots=True)
class Noted:
    """The event is stored with its proof for the audit, and books nothing."""

    reason: str

    def __call__(self, logged: Logged, context: EventContext) -> Booking:
        """Returns None: nothing is booked."""
        return None


Fate = Booked | Parked | Noted


def books(
    operation: type,
    /,
    *,
    when: Callable[[Logged, EventContext], bool] | None = None,
    otherwise: str = "",
    **sources: Source,
) -> Booked:
    """Booked by an operation of `bridge.ports.vocabulary`.

    Its fields are the event's fields of the same names, save those named here: `amount_minor="amount"` takes the event's
    `amount`, a function computes.
    """
    names = operation.__annotations__
    if unknown := sources.keys() - names.keys():
        raise TypeError(f"{operation.__name__} has no field {', '.join(sorted(unknown))}")
    taken = {name: sources.get(name, name) for name in names}
    return Booked(operation.__name__, taken, when, otherwise)


def parks(what: str) -> Parked:
    """Parks the aggregate with this reason."""
    return Parked(what)


def notes(reason: str) -> Noted:
    """Stored for the audit, and nothing else."""
    return Noted(reason)


def number_of(name: str) -> Source:
    """The number of the document whose commitment stands in this field of the event."""
    return lambda logged, context: context.number_of(getattr(logged.event, name))


def find_number(name: str) -> Source:
    """The number of the document whose commitment stands in this field of the event; None when it is none of ours.

    The audit remarks what is none of ours.
    """
    return Paper(name)


def block_time(logged: Logged, context: EventContext) -> int:
    """Time of the event's block, unix seconds."""
    return logged.block_time


# ---- calls: what each document asks of the chain ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class SupplierRecord:
    """Whether a candidate may act as a supplier, and its credit score in basis points, as the chain says."""

    account: str
    active: bool
    score_bps: int


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts that the bridge names in what it opens, by their numbers in Participants; 0: not known."""

    attester: int  # its own
    arbiter: int  # who rules


class Place(Protocol):
    """Where the contracts stand: what seals name, so that nobody copies them elsewhere."""

    @property
    def chain_id(self) -> int:
        """Of the chain."""

    def address(self, contract: str, number: int | None = None) -> str:
        """The address of the contract whose edition gave a number. Raises BadConfiguration."""


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a call may need beside its document: the posts to name, suppliers' records, and a published event."""

    posts: Posts
    records: Mapping[str, SupplierRecord] = field(default_factory=dict)  # by account, see Screening
    published: Event | None = None  # the proved event that `Asks.published` names
    item: Any = None  # of `Asks.each`, which this call is for
    refs: Mapping[str, str] = field(default_factory=dict)  # number -> commitment, see `refers_to`
    # Number -> document, of the same; None where they cannot be read: on a person's own machine.
    papers: Mapping[str, Document] | None = None
    place: Place | None = None  # None: where no call says which edition it is about

    def address(self, contract: str, number: int | None) -> str:
        """The address of the edition of a contract that has a number. Raises BadConfiguration when there is none."""
        if self.place is None:
            raise TypeError(f"no deployment was given to find {contract} of {number} in")
        return self.place.address(contract, number)


Read = tuple[str, str, Sequence[Any]]  # contract, view, arguments
Views = Callable[[Sequence[Read]], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Screening:
    """Chain records of accounts that must be known before a call can be made."""

    accounts: Callable[[Document], Sequence[str]]
    reads: Callable[[str], Sequence[Read]]  # views to ask of an account
    record: Callable[
        [str, Sequence[tuple[Any, ...]]], SupplierRecord
    ]  # of an account, from their answers
    chosen: Callable[
        [Sequence[Any]], Sequence[str]
    ]  # accounts that passed, from a call's arguments

    def today(self, document: Document, views: Views) -> dict[str, SupplierRecord]:
        """What the chain says now. Raises what `views` raises."""
        accounts = self.accounts(document)
        asked = [list(self.reads(account)) for account in accounts]
        answers = iter(views([read for reads in asked for read in reads]) if accounts else ())
        return {
            account: self.record(account, [next(answers) for _ in reads])
            for account, reads in zip(accounts, asked, strict=True)
        }

    def as_asked(
        self, document: Document, args: Sequence[Any], full_bps: int
    ) -> dict[str, SupplierRecord]:
        """Records under which exactly those pass whom a stored call names; the chain checks them again."""
        chosen = self.chosen(args)
        return {a: SupplierRecord(a, a in chosen, full_bps) for a in self.accounts(document)}


class ChainReader(Protocol):
    """What a probe may ask of the chain."""

    def emitted(self, contract: str, event: str, indexed: Sequence[int | str]) -> bool:
        """True when the contract emitted this event with these first indexed values."""

    def record(self, contract: str, function: str, args: Sequence[Any]) -> dict[str, Any]:
        """The struct that a view returns, by the names of its members."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """Done when the contract emitted an event with these indexed values, made of the call's arguments."""

    event: type[Event]
    indexed: Callable[[Sequence[Any]], Sequence[int | str]]

    def holds(self, reader: ChainReader, contract: str, args: Sequence[Any]) -> bool:
        """Asks the chain."""
        return reader.emitted(contract, self.event.__name__, self.indexed(args))


@dataclass(frozen=True, slots=True)
class Shown:
    """Done when a view of the contract says so."""

    function: str
    args: Callable[[Sequence[Any]], Sequence[Any]]  # of the view, from the call's arguments
    says: Callable[[Mapping[str, Any], Sequence[Any]], bool]  # struct and the call's arguments

    def holds(self, reader: ChainReader, contract: str, args: Sequence[Any]) -> bool:
        """Asks the chain."""
        return self.says(reader.record(contract, self.function, self.args(args)), args)


@dataclass(frozen=True, slots=True)
class Reported:
    """The audit must find the document on chain: an event that names its commitment."""

    event: type[Event]
    ref: str  # the event's field with the commitment
    # An event of these classes with the same values in `same` stands for the document, which need not be reported then.
    overtaken_by: tuple[type[Event], ...] = ()
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A later document takes back what a document asks, or ends what it is about, as long as nothing was signed."""

    document: str  # its type
    names: str  # its field with the number of the document that asks, or with those of several


def numbers_in(document: Document, names: str) -> tuple[str, ...]:
    """The numbers that a field of a document has: one, several, or none."""
    value = document.fields[names]
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True, slots=True)
class Over:
    """A refusal for good: the ERP is told, and the document that this makes takes back what was asked."""

    operation: type  # of `bridge.ports.vocabulary`: its fields are those of the document that asks
    names: str  # but this one, which has that document's number
    # Place of the error's argument with the chain time from which it is so; None: it names none, and is so when it is read.
    since: int | None = None

    def fields(self, document: Document) -> dict[str, Any]:
        """Of the operation, about a document."""
        return {
            name: document.number if name == self.names else document.fields[name]
            for name in self.operation.__annotations__
        }


@dataclass(frozen=True, slots=True)
class Ended:
    """A later document ends what another one allowed that the document rests on, as long as nothing was signed."""

    document: str  # its type
    names: str  # its field with the number of that other one
    of: Callable[
        [Document], str | None
    ]  # the number of that other one, from the document that asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A contract function that the bridge calls, and how the chain shows what became of it."""

    contract: str
    function: str
    # Place of the argument with the number of what the call is about: the call goes to the edition whose number it is.
    # A place and a name: the number is that member of a struct. None: it opens something new, in the newest edition.
    # Lasting contracts have one edition.
    number: int | tuple[int, str] | None = 0
    moot_on: frozenset[str] = (
        frozenset()
    )  # errors that mean: the chain already is in the wanted state
    lasts: bool = False  # once the chain is in the wanted state it stays so: a call that it takes later was refused falsely
    # Error that means "not yet" -> place of its argument with the chain time from which the call is tried again. Ends move:
    # by a bid, a dispute, a ruling.
    later_by: Mapping[str, int] = field(default_factory=dict)
    done: tuple[Emitted | Shown, ...] = ()  # asked after any other refusal; one that holds: moot
    leaves_event: bool = True  # False: its event is silent, so its receipt cannot be witnessed
    draws: bool = False  # takes tokens of its signer, who must have approved the contract
    held_by_audit: bool = False  # waits while the audit disputes its aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks(Rule):
    """What a document of one type asks of the chain: one call, or one for each of several items.

    A type may have several, told apart by `what`; one of them may be without.
    """

    args: Callable[[Document, CallContext], tuple[Any, ...]]  # raises NoSupplierQualifies
    aggregate: (
        str  # of the intents; {number}, {place}, {each} and the document's fields may stand in it
    )
    what: str = ""  # beside another call of the same type: the keys are type:number:what
    # One call for each of these, at most CALLS_MAX; it stands in the context as `item`. The keys end in its place, from 1.
    each: Callable[[Document], Sequence[Any]] | None = None
    signer: str = ATTESTER  # one of OFFICES, or the document's field with the signing account
    # The chain time before which it is not sent: the document's field, or computed of it.
    due: str | Callable[[Document], int] | None = None
    # A number of the edition that the call goes to, where no argument is one and `number` is None.
    edition_of: Callable[[Document, CallContext], int] | None = None
    after_anchor: bool = False  # not sent before the document itself is anchored
    by_person: bool = False  # signed by a person, never by the bridge: through the signing mailbox
    is_told: bool = False  # a person is told how it ends
    when: Callable[[Document], bool] | None = None  # the document asks for nothing otherwise
    note: Callable[[Document, CallContext], dict[str, Any]] | None = None  # for the operator
    screening: Screening | None = None
    published: type[Event] | None = None  # an event of the document's aggregate, from the INBOX
    # Which of several such events it is; None: the first.
    picks: Callable[[Event, Document], bool] | None = None
    # Numbers of other documents whose commitments the call names.
    refers_to: Callable[[Document], Sequence[str]] | None = None
    reported: Reported | None = None
    over_on: Mapping[str, Over] = field(default_factory=dict)  # error -> what the ERP is told
    taken_back: tuple[TakenBack, ...] = ()
    ended_by: Ended | None = None

    def calls(self, document: Document, context: CallContext) -> tuple[Call, ...]:
        """The calls, none when the document asks for nothing. Raises NoSupplierQualifies, TooManyCalls."""
        if not self.is_asked(document):
            return ()
        if self.each is None:
            return (self._call(document, context, None),)
        items = self.each(document)
        if len(items) > CALLS_MAX:
            raise TooManyCalls(
                f"{document.number} asks for {len(items)} calls of {self.function}, at most {CALLS_MAX} are made"
            )
        return tuple(
            self._call(document, replace(context, item=item), place)
            for place, item in enumerate(items, start=1)
        )

    def key_of(self, document_number: str, kind: str) -> str:
        """The key of its call, or what the keys of its calls begin with."""
        return f"{kind}:{document_number}" + (f":{self.what}" if self.what else "")

    def _call(self, document: Document, context: CallContext, place: int | None) -> Call:
        fields = document.fields
        key = self.key_of(document.number, document.type)
        return Call(
            key=key if place is None else f"{key}:{place}",
            aggregate=self.aggregate.format(
                number=document.number, place=place, each=context.item, **fields
            ),
            signer=self.signer if self.signer in OFFICES else fields[self.signer],
            contract=self.contract,
            function=self.function,
            args=self.args(document, context),
            edition_of=None if self.edition_of is None else self.edition_of(document, context),
            not_before=self.due_of(document),
            after_sequence=document.sequence if self.after_anchor else 0,
            by_person=self.by_person,
            is_told=self.is_told,
            good_until=document.fields["good_until"] if self.by_person else 0,
            note=self.note(document, context) if self.note is not None else {},
        )

    def due_of(self, document: Document) -> int:
        """The chain time before which its call is not sent, unix seconds; 0: it is sent at once."""
        if self.due is None:
            return 0
        return int(document.fields[self.due] if isinstance(self.due, str) else self.due(document))

    def is_asked(self, document: Document) -> bool:
        """False when this document asks for nothing."""
        return self.when is None or self.when(document)

    def published_in(self, document: Document) -> tuple[type[Event], str] | None:
        """Class and aggregate of the event whose values the call brings along."""
        if self.published is None:
            return None
        return self.published, self.published.AGGREGATE.format(**document.fields)

    def is_meant(self, document: Document) -> Callable[[Event], bool] | None:
        """Says of an event of that class and aggregate whether it is the one; None: the first is."""
        picks = self.picks
        return None if picks is None else lambda event: picks(event, document)


# ---- money: what invariant 2 of the audit adds up for each order, bond, deposit … ------------------


@dataclass(frozen=True, slots=True)
class Entries:
    """The journal entries of a document, by the roles of their accounts."""

    document: Document
    roles: Mapping[str, AccountRole]  # account code -> role

    def debit(self, role: AccountRole) -> int:
        """Debits of all accounts of a role, minor units."""
        return self._sum(role, "debit")

    def credit(self, role: AccountRole) -> int:
        """Credits of all accounts of a role, minor units."""
        return self._sum(role, "credit")

    def _sum(self, role: AccountRole, side: str) -> int:
        return sum(
            int(line[side]) for line in self._lines() if self.roles.get(line["account"]) is role
        )

    def _lines(self) -> Iterator[dict[str, Any]]:
        for entry in self.document.entries:
            yield from entry["lines"]


Amounts = Mapping[str, int]  # name of an amount -> minor units


@dataclass(frozen=True, slots=True)
class Equation:
    """Two sums that must be equal for each aggregate: amounts that are added, less amounts that are taken off."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    told: str  # how a difference is told; {left} and {right} are the sums, minor units
    less: tuple[str, ...] = ()  # taken off the left side

    def sides(self, amounts: Amounts) -> tuple[int, int]:
        """Both sums, minor units."""
        left = sum(amounts[name] for name in self.left) - sum(amounts[name] for name in self.less)
        return left, sum(amounts[name] for name in self.right)


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts of each aggregate of one kind, as chain and ledger say them, and what must be equal."""

    rule: str  # in words, for the report of the audit
    aggregate: str  # "order:{order_id}": documents and events with these fields belong to one
    told: Mapping[type[Event], Mapping[str, str]]  # event -> amount -> the event's field
    kept: Mapping[str, Callable[[Entries], Amounts]]  # document type -> its amounts
    equations: tuple[Equation, ...]


def aggregate_in(template: str, values: Mapping[str, Any]) -> str | None:
    """The aggregate to which fields belong, `order:7` of `order:{order_id}`; None where they lack one that it names."""
    if any(values.get(name) is None for name in re.findall(r"{(\w+)}", template)):
        return None
    return template.format(**values)


# ---- the capability --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract: what becomes of each of its events, and in which accounts the ERP keeps the money it holds."""

    name: str
    events: Mapping[str, Fate] = field(default_factory=dict)  # read, proved and stored
    silent: Mapping[str, str] = field(default_factory=dict)  # not read; why
    unfollowed: str | None = None  # why none of its events is read yet
    holds_money: bool = (
        False  # of participants: registered as custodian, approved by whoever pays in
    )
    custody: AccountRole | None = None  # role of the accounts that mirror what it holds


@dataclass(frozen=True, slots=True)
class Capability:
    """All that the bridge knows of one noun: contracts with their events, calls, and its money."""

    noun: str
    contracts: tuple[Contract, ...]
    # document type -> what it asks
    calls: Mapping[str, Asks | tuple[Asks, ...]] = field(default_factory=dict)
    own_calls: Mapping[str, Rule] = field(default_factory=dict)  # kind of the bridge's own calls
    money: Money | tuple[Money, ...] | None = (
        None  # several, where amounts belong to things of several kinds
    )
