"""What must hold of all capabilities together. Checked when they are composed: a mistake stops the program at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bridge.capabilities.model import Asks, Booked, Contract, Money, Rule
from bridge.events.base import Event
from bridge.events.generated import EMITTED, EVENTS
from bridge.intents import OFFICES
from bridge.ports.vocabulary import DOCUMENTS


class Collision(Exception):
    """Two capabilities claim the same thing, or one names what does not exist; the text says where."""


def check_events(contracts: Mapping[str, Contract]) -> None:
    """Every contract is known, and every event of a followed one is read or silent, never both."""
    if wrong := contracts.keys() ^ EMITTED.keys():
        raise Collision(f"no capability, or no artifact, has {', '.join(sorted(wrong))}")
    roles = [c.custody for c in contracts.values() if c.custody is not None]
    if len(set(roles)) != len(roles):
        raise Collision("two contracts keep their money in accounts of one role")
    for contract in contracts.values():
        _check_contract(contract)


def _check_contract(contract: Contract) -> None:
    emitted = set(EMITTED[contract.name])
    read, silent = set(contract.events), set(contract.silent)
    if contract.unfollowed is not None and (read or silent or contract.custody):
        raise Collision(f"{contract.name} is not followed, and yet something is said of its events")
    if both := read & silent:
        raise Collision(f"{contract.name}: {', '.join(sorted(both))} is read and silent")
    if contract.unfollowed is None and (wrong := emitted ^ (read | silent)):
        raise Collision(f"{contract.name}: {', '.join(sorted(wrong))} is missing, or no such event")
    for name, fate in contract.events.items():
        if isinstance(fate, Booked):
            wanted = {source for source in fate.sources.values() if isinstance(source, str)}
            if unknown := wanted - _fields(EVENTS[name]):
                raise Collision(f"{name} has no field {', '.join(sorted(unknown))}")


def _fields(cls: type[Event]) -> set[str]:
    return set(cls.__dataclass_fields__)


def check_calls(calls: Mapping[str, tuple[Asks, ...]], own_calls: Mapping[str, Rule]) -> None:
    """Document types are in the vocabulary with the fields that signer, time and aggregate name; own kinds are none."""
    if both := calls.keys() & own_calls.keys():
        raise Collision(f"{', '.join(sorted(both))} is a document type and a call of the bridge")
    for kind, several in calls.items():
        if kind not in DOCUMENTS:
            raise Collision(f"the vocabulary has no document type {kind}")
        names = [asks.what for asks in several]
        if len(set(names)) != len(names) or any(":" in name or name.isdigit() for name in names):
            raise Collision(f"two calls of a {kind} cannot be told apart")
        if any(asks.what and asks.reported is not None for asks in several):
            raise Collision(f"a {kind} is reported by its call without a name")
        for asks in several:
            _check_fields(kind, asks)


def _check_fields(kind: str, asks: Asks) -> None:
    named = set(re.findall(r"{(\w+)}", asks.aggregate)) - {"number"}
    if ("place" in named or "{each" in asks.aggregate) and asks.each is None:
        raise Collision(f"a {kind} asks for one call, which has no place")
    named -= {"place", "each"}
    named |= {asks.due} if isinstance(asks.due, str) else set()
    named |= {asks.signer} if asks.signer not in OFFICES else set()
    if asks.published is not None and "act" not in DOCUMENTS[kind].__annotations__:
        # what is about an act of a person has the act's fields
        named |= set(re.findall(r"{(\w+)}", asks.published.AGGREGATE))
    for back in asks.taken_back:
        if back.names not in DOCUMENTS[back.document].__annotations__:
            raise Collision(f"a {back.document} has no field {back.names}")
    for over in asks.over_on.values():
        taken = over.operation.__annotations__.keys() - {over.names}
        if unknown := taken - DOCUMENTS[kind].__annotations__.keys():
            raise Collision(f"a {kind} has no field {', '.join(sorted(unknown))}")
    ended = asks.ended_by
    if ended is not None and ended.names not in DOCUMENTS[ended.document].__annotations__:
        raise Collision(f"a {ended.document} has no field {ended.names}")
    if unknown := named - DOCUMENTS[kind].__annotations__.keys():
        raise Collision(f"a {kind} has no field {', '.join(sorted(unknown))}")


def check_rules(rules: Sequence[Rule]) -> dict[tuple[str, str], Rule]:
    """Rules by contract and function: where a call goes and what holds it must not depend on who asks.

    What a refusal means may: see `rule_of`.
    """
    found: dict[tuple[str, str], Rule] = {}
    for rule in rules:
        known = found.setdefault((rule.contract, rule.function), rule)
        for name in ("number", "leaves_event", "held_by_audit"):
            if getattr(known, name) != getattr(rule, name):
                raise Collision(f"two calls to {rule.contract}.{rule.function} differ in {name}")
    return found


def check_money(every: Iterable[Money]) -> None:
    """What is added up has the fields that tell its amounts and its aggregate."""
    for money in every:
        named = set(re.findall(r"{(\w+)}", money.aggregate))
        for event, amounts in money.told.items():
            if unknown := (named | set(amounts.values())) - _fields(event):
                raise Collision(f"{event.__name__} has no field {', '.join(sorted(unknown))}")
        for kind in money.kept:
            if kind not in DOCUMENTS:
                raise Collision(f"the vocabulary has no document type {kind}")
            if unknown := named - DOCUMENTS[kind].__annotations__.keys():
                raise Collision(f"a {kind} has no field {', '.join(sorted(unknown))}")
