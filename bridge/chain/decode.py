"""Logs into event classes, and revert data into names: the ABI side of `bridge/events`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from bridge.chain import words
from bridge.chain.artifact import artifact, names
from bridge.chain.wire import Log
from bridge.events.base import Event, snake
from bridge.events.generated import EVENTS

_PANIC_SELECTOR = keccak(b"Panic(uint256)")[:4]
_ERROR_SELECTOR = keccak(b"Error(string)")[:4]


def abi_type(parameter: dict[str, Any]) -> str:
    """Canonical type of an ABI parameter, tuples spelled out."""
    kind = str(parameter["type"])
    if kind.startswith("tuple"):
        inner = ",".join(abi_type(component) for component in parameter["components"])
        return f"({inner}){kind[len('tuple') :]}"
    return kind


def signature(entry: dict[str, Any]) -> str:
    """`Transfer(address,address,uint256)` of a function, event or error."""
    return f"{entry['name']}({','.join(abi_type(p) for p in entry['inputs'])})"


def plain(value: Any) -> Any:
    """A decoded value as the rest of the bridge wants it: hex text for bytes, tuples for lists."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
    return value


def _event(contract: str, name: str) -> dict[str, Any]:
    return next(
        entry
        for entry in artifact(contract).abi
        if entry["type"] == "event" and entry["name"] == name
    )


def event_topic(contract: str, name: str) -> str:
    """First topic of an event's logs."""
    return "0x" + keccak(signature(_event(contract, name)).encode()).hex()


def event_values(contract: str, name: str, log: Log) -> dict[str, Any]:
    """The values of a log that are not indexed, by the names of the ABI; tuples as objects, bytes as hex text."""
    others = [p for p in _event(contract, name)["inputs"] if not p["indexed"]]
    data = decode([abi_type(p) for p in others], log.data)
    return {p["name"]: struct_value(p, value) for p, value in zip(others, data, strict=True)}


def struct_value(parameter: dict[str, Any], value: Any) -> Any:
    """A decoded value with its tuples as objects by the names of the ABI."""
    if parameter["type"] != "tuple":
        return plain(value)
    members = parameter["components"]
    return {m["name"]: struct_value(m, v) for m, v in zip(members, value, strict=True)}


def _members(parameter: dict[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    if parameter["type"] == "tuple":
        for component, member in zip(parameter["components"], value, strict=True):
            yield from _members(component, member)
    else:
        yield snake(parameter["name"]), plain(value)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the logs of one event are read. `readers` are None where an input is dynamic."""

    cls: type[Event]
    inputs: list[dict[str, Any]]
    indexed: list[tuple[str, words.Read]] | None  # field and reader, one a topic
    others: list[tuple[str, words.Read]] | None  # one a word of the data

    def event(self, log: Log) -> Event:
        """The event of a log of this layout. Raises eth-abi's errors where it is none."""
        if self.indexed is None or self.others is None:
            return self._by_eth_abi(log)
        try:
            values = self._plain(log)
        except words.NotPlain:
            return self._by_eth_abi(log)
        return self.cls(**values)

    def _plain(self, log: Log) -> dict[str, Any]:
        indexed, others, topics = self.indexed or (), self.others or (), log.topics[1:]
        if len(topics) != len(indexed):
            raise words.NotPlain
        read = words.read([read for _, read in others], log.data)
        values: dict[str, Any] = {}
        for (name, _), value in zip(others, read, strict=True):
            values.setdefault(name, value)
        for (name, one), topic in zip(indexed, topics, strict=True):
            values[name] = one(topic)  # an indexed id repeated inside a tuple is the same id
        return values

    def _by_eth_abi(self, log: Log) -> Event:
        indexed = [p for p in self.inputs if p["indexed"]]
        others = [p for p in self.inputs if not p["indexed"]]
        values: dict[str, Any] = {}
        for parameter, topic in zip(indexed, log.topics[1:], strict=True):
            (value,) = decode([abi_type(parameter)], topic)
            values.update(_members(parameter, value))
        data = decode([abi_type(p) for p in others], log.data)
        for parameter, value in zip(others, data, strict=True):
            for name, member in _members(parameter, value):
                values.setdefault(name, member)
        return self.cls(**values)


def _readers(
    parameters: Iterable[dict[str, Any]],
) -> list[tuple[str, words.Read]] | None:
    """Field and reader of each word of these parameters, structs member by member; None when one is dynamic."""
    found: list[tuple[str, words.Read]] = []
    for parameter in parameters:
        if parameter["type"] == "tuple":
            members = _readers(parameter["components"])
            if members is None:
                return None
            found += members
            continue
        read = words.reader(parameter["type"])
        if read is None:
            return None
        found.append((snake(parameter["name"]), read))
    return found


def _layout(entry: dict[str, Any]) -> _Layout:
    inputs = entry["inputs"]
    indexed = _readers(p for p in inputs if p["indexed"])
    others = _readers(p for p in inputs if not p["indexed"])
    return _Layout(EVENTS[entry["name"]], inputs, indexed, others)


def _layouts(contract: str, events: Collection[str]) -> dict[bytes, _Layout]:
    return {
        keccak(signature(entry).encode()): _layout(entry)
        for entry in artifact(contract).abi
        if entry["type"] == "event" and entry["name"] in events
    }


class EventDecoder:
    """Decodes the logs of some contracts: of each the events that are given by name."""

    def __init__(self, followed: Mapping[str, Collection[str]]) -> None:
        self._by_contract = {name: _layouts(name, events) for name, events in followed.items()}

    def decode(self, contract: str, log: Log) -> Event | None:
        """The event of a log, or None when the contract or the event is not one of those."""
        layout = self._by_contract.get(contract, {}).get(log.topics[0])
        return None if layout is None else layout.event(log)


def without_nul(text: str) -> str:
    """Text from outside that every database keeps: PostgreSQL takes no NUL."""
    return text.replace("\0", "\ufffd")


class _NotOurs(Exception):
    """Revert data that is of no error of a contract that is shipped."""


class ErrorDecoder:
    """Names the custom error in revert data, of every contract that is shipped: followed or not."""

    def __init__(self) -> None:
        self._errors: dict[bytes, dict[str, Any]] = {}
        for name in names():
            for entry in artifact(name).abi:
                if entry["type"] == "error":
                    self._errors[keccak(signature(entry).encode())[:4]] = entry

    def decode(self, data: bytes, message: str = "") -> tuple[str, str, tuple[Any, ...]]:
        """Error name, its arguments as text and as values; what the node said when the data names nothing known.

        A node, or a firm's account that is a contract, may give any bytes: those that are no error of ours name none.
        """
        try:
            name, details, values = self._named(data)
        except (DecodingError, UnicodeDecodeError, OverflowError, _NotOurs):
            name, details, values = "Reverted", message or "0x" + data.hex(), ()
        return name, without_nul(details), values

    def _named(self, data: bytes) -> tuple[str, str, tuple[Any, ...]]:
        """Raises _NotOurs, and what eth-abi raises."""
        selector, body = data[:4], data[4:]
        if selector in self._errors:
            entry = self._errors[selector]
            values = decode([abi_type(p) for p in entry["inputs"]], body)
            pairs = (
                f"{p['name'] or index}={plain(value)}"
                for index, (p, value) in enumerate(zip(entry["inputs"], values, strict=True))
            )
            return str(entry["name"]), ", ".join(pairs), tuple(values)
        if selector == _ERROR_SELECTOR:
            return "Error", str(decode(["string"], body)[0]), ()
        if selector == _PANIC_SELECTOR:
            return "Panic", hex(decode(["uint256"], body)[0]), ()
        raise _NotOurs
