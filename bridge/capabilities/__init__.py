"""What the bridge does about each event and each document, composed from the capabilities, one file a noun.

`HANDLERS` (event -> what becomes of it) and `CALLS` (document type -> what it asks of the chain) are the whole behaviour of
the bridge; `interlock bridge map` prints them. Two capabilities that claim the same thing, an event that nobody mentions, or
a field that does not exist raise Collision when this module is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bridge.capabilities.auctions import AUCTIONS
from bridge.capabilities.bets import BETS
from bridge.capabilities.capacity import CAPACITY
from bridge.capabilities.checks import (
    Collision,
    check_calls,
    check_events,
    check_money,
    check_rules,
)
from bridge.capabilities.credit import CREDIT
from bridge.capabilities.direct import DIRECT
from bridge.capabilities.documents import DOCUMENTS
from bridge.capabilities.forcemajeure import FORCE_MAJEURE
from bridge.capabilities.groups import GROUPS
from bridge.capabilities.guarantees import GUARANTEES
from bridge.capabilities.model import (
    Asks,
    Booked,
    Capability,
    Contract,
    Fate,
    Money,
    Rule,
    aggregate_in,
)
from bridge.capabilities.orders import ORDERS
from bridge.capabilities.participants import PARTICIPANTS
from bridge.capabilities.ratings import RATINGS
from bridge.capabilities.receivables import RECEIVABLES
from bridge.capabilities.reviews import REVIEWS
from bridge.capabilities.signing import ACT_CAPABILITY
from bridge.capabilities.sourcing import SOURCING
from bridge.capabilities.tenders import TENDERS
from bridge.capabilities.token import TOKEN
from bridge.capabilities.work import WORK
from bridge.events.generated import EMITTED
from bridge.intents import ANCHORER, OFFICES
from bridge.ports.vocabulary import AccountRole, document_type
from bridge.ports.vocabulary.reorganisations import RecordChainReorganisation
from bridge.ports.vocabulary.signing import EndAct, OfferSigning

CAPABILITIES: tuple[Capability, ...] = (
    PARTICIPANTS,
    CREDIT,
    TOKEN,
    FORCE_MAJEURE,
    ORDERS,
    SOURCING,
    TENDERS,
    DOCUMENTS,
    AUCTIONS,
    DIRECT,
    GUARANTEES,
    RECEIVABLES,
    BETS,
    GROUPS,
    REVIEWS,
    WORK,
    RATINGS,
    CAPACITY,
    ACT_CAPABILITY,
)

K = TypeVar("K")
T = TypeVar("T")


def _joined(what: str, part: Callable[[Capability], Mapping[K, T]]) -> dict[K, T]:
    """One dict of all capabilities' parts. Raises Collision when two have the same key."""
    joined: dict[K, T] = {}
    for capability in CAPABILITIES:
        for key, value in part(capability).items():
            if key in joined:
                raise Collision(f"{what} {key} stands twice, once in {capability.noun}")
            joined[key] = value
    return joined


def _several(asks: Asks | tuple[Asks, ...]) -> tuple[Asks, ...]:
    return asks if isinstance(asks, tuple) else (asks,)


# Contract name -> what the bridge knows of it.
CONTRACTS: Mapping[str, Contract] = _joined("contract", lambda c: {x.name: x for x in c.contracts})
check_events(CONTRACTS)

# Event name -> what becomes of it. Events that are not here are not read.
HANDLERS: Mapping[str, Fate] = _joined(
    "event", lambda c: {name: fate for x in c.contracts for name, fate in x.events.items()}
)
# Contract -> its events that are read; only these contracts are.
FOLLOWED: Mapping[str, frozenset[str]] = {
    name: frozenset(contract.events)
    for name, contract in CONTRACTS.items()
    if contract.unfollowed is None
}
# Deployed and used from the console, but not read yet: contract and why. Tokens that move between a participant and one of
# these wait in suspense, and the contract keeps books of its own as a party does.
UNFOLLOWED: Mapping[str, str] = {
    name: contract.unfollowed
    for name, contract in CONTRACTS.items()
    if contract.unfollowed is not None
}
# Contract and event -> why the event is not read.
SILENT: Mapping[tuple[str, str], str] = {
    (name, event): contract.silent.get(event) or f"not followed: {contract.unfollowed}"
    for name, contract in CONTRACTS.items()
    for event in EMITTED[name]
    if event not in contract.events
}
# Contracts that hold participants' money: registered as custodians, approved by whoever pays in.
CUSTODIANS: tuple[str, ...] = tuple(n for n, contract in CONTRACTS.items() if contract.holds_money)
# Contract -> role of the ledger accounts that mirror the money it holds.
CUSTODY: Mapping[str, AccountRole] = {
    name: contract.custody for name, contract in CONTRACTS.items() if contract.custody is not None
}

# Document type -> what it asks of the chain. A type that is not here asks nothing; it is anchored all the same.
CALLS: Mapping[str, tuple[Asks, ...]] = _joined(
    "document type",
    lambda c: {kind: _several(asks) for kind, asks in c.calls.items()},
)
# Document type -> what of it has no name beside the others: what the chain must be told, if anything must.
MAIN: Mapping[str, Asks] = {
    kind: asks for kind, several in CALLS.items() for asks in several if not asks.what
}
# Document type -> what documents of that type take back: types and calls, each with the field that names one.
TAKES_BACK: Mapping[str, tuple[tuple[str, Asks, str], ...]] = {
    back: tuple(
        (kind, asks, taken.names)
        for kind, several in CALLS.items()
        for asks in several
        for taken in asks.taken_back
        if taken.document == back
    )
    for back in {
        taken.document
        for several in CALLS.values()
        for asks in several
        for taken in asks.taken_back
    }
}
# Beginning of the key -> calls that the bridge makes for itself.
OWN_CALLS: Mapping[str, Rule] = _joined("own call", lambda c: c.own_calls)
check_calls(CALLS, OWN_CALLS)
# Contract and function -> what is known of a call to it.
ASKED: tuple[Asks, ...] = tuple(asks for several in CALLS.values() for asks in several)
RULES: Mapping[tuple[str, str], Rule] = check_rules((*ASKED, *OWN_CALLS.values()))


def rule_of(key: str) -> Rule | None:
    """The rule of a call by its key, `match:MAT-2026-00001`: what a refusal means to whoever asked."""
    return asked_by(key) or OWN_CALLS.get(key.partition(":")[0])


def asked_by(key: str) -> Asks | None:
    """What a document asks under a key: `match:MAT-2026-00001`, `bet_settlement:BST-2026-00001:payout:7`; None: nothing."""
    kind, _, rest = key.partition(":")
    part = rest.partition(":")[2].partition(":")[0]
    found = {asks.what: asks for asks in CALLS.get(kind, ())}
    return found.get("" if part.isdigit() else part)


# Who of the house signs which calls, by contract and function: a stolen key of one office signs no other's.
ALLOWED: Mapping[str, frozenset[tuple[str, str]]] = {
    office: frozenset(
        (asks.contract, asks.function)
        for asks in ASKED
        if asks.signer == office and not asks.by_person
    )
    | frozenset((rule.contract, rule.function) for rule in OWN_CALLS.values() if office == ANCHORER)
    for office in OFFICES
}
# What accounts in the house's custody sign.
ALLOWED_TO_ACCOUNTS: frozenset[tuple[str, str]] = frozenset(
    (asks.contract, asks.function)
    for asks in ASKED
    if asks.signer not in OFFICES and not asks.by_person
)


# Contract and function of the calls that wait while the audit disputes their aggregate.
HELD_BY_AUDIT: frozenset[tuple[str, str]] = frozenset(
    place for place, rule in RULES.items() if rule.held_by_audit
)

# Contract and function -> place of the argument that says whose edition the call goes to; None: it opens something new.
NUMBERED: Mapping[tuple[str, str], int | tuple[int, str] | None] = {
    place: rule.number for place, rule in RULES.items()
}

# Contracts that a call of the bridge has draw tokens of its signer.
DRAWN_BY: tuple[str, ...] = tuple(dict.fromkeys(asks.contract for asks in ASKED if asks.draws))

# Operations that events make. Nobody else may: the audit asks each document that these make for its event.
TOLD_OPERATIONS: frozenset[str] = frozenset(
    fate.operation for fate in HANDLERS.values() if isinstance(fate, Booked)
)
TOLD_TYPES: frozenset[str] = frozenset(map(document_type, TOLD_OPERATIONS))  # of their documents

ACT_REQUEST = "act_request"  # type of the documents by which people ask for acts
# Operations that the bridge tells of itself: about acts of people, and about calls that are refused for good. Each with the
# field of its documents that names what they are about, and the type of that.
OFFER, END = OfferSigning.__name__, EndAct.__name__
OWN_OPERATIONS: Mapping[str, tuple[str, str]] = {
    OFFER: ("request", ACT_REQUEST),
    END: ("request", ACT_REQUEST),
    **{
        over.operation.__name__: (over.names, kind)
        for kind, several in CALLS.items()
        for asks in several
        for over in asks.over_on.values()
    },
}
# Type of their documents -> the same.
OWN_TYPES: Mapping[str, tuple[str, str]] = {
    document_type(name): about for name, about in OWN_OPERATIONS.items()
}
# Type of the documents that say of an act that its person was shown it, or that it has ended -> their field that names it.
ACTS_TOLD: Mapping[str, str] = {
    kind: field for kind, (field, about) in OWN_TYPES.items() if about == ACT_REQUEST
}
# Told of the chain itself, when blocks have left it; the audit looks for no event of it.
REORGANISE = RecordChainReorganisation.__name__
REORGANISATION = document_type(REORGANISE)
ANSWER = "signature"  # type of the documents by which people answer
ACT_TYPES: tuple[str, ...] = (ACT_REQUEST, ANSWER)  # whose calls are acts of people

# What invariant 2 of the audit adds up and compares.
MONEY: tuple[Money, ...] = tuple(
    money
    for c in CAPABILITIES
    if c.money is not None
    for money in (c.money if isinstance(c.money, tuple) else (c.money,))
)
check_money(MONEY)


def held_aggregate(values: Mapping[str, Any]) -> str | None:
    """The aggregate whose payment waits while an event or document with these fields is disputed; None where none does.

    Of several, that of the first capability.
    """
    found = (aggregate_in(asks.aggregate, values) for asks in ASKED if asks.held_by_audit)
    return next((aggregate for aggregate in found if aggregate is not None), None)
