"""Turns the validation errors of pydantic into field names and messages for the caller."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from erp.api import words
from erp.api.nearest import nearest
from erp.rooms import COMMANDS

MAX_FAULTS = 50
MONEY_SUFFIX = "_minor"
MONEY = "money is a whole number of minor units: 10.50 is sent as 1050"
JSON_NAMES = {str: "a string", float: "a float", bool: "a boolean", type(None): "null"}
JSON_NAMES |= {dict: "an object", list: "a list", bytes: "no JSON (send application/json)"}
WHOLE_NUMBER_TYPES = frozenset({"int_type", "int_from_float", "int_parsing"})
TAG_TYPES = frozenset({"union_tag_invalid", "union_tag_not_found"})
CHOICE_TYPES = frozenset({"enum", "literal_error"})
CHOICE = re.compile(r"'([^']*)'")
OBJECT_TYPES = frozenset({"model_attributes_type", "model_type", "dict_type"})


def describe_faults(
    errors: Sequence[Mapping[str, Any]], language: str = words.ENGLISH
) -> Iterator[tuple[str, str]]:
    """Field path and message of each error of pydantic, at most MAX_FAULTS."""
    for error in errors[:MAX_FAULTS]:
        path = _path(error)
        chinese = words.fault_in_chinese(error) if language == words.CHINESE else None
        yield path, chinese or _message(path, error)
    if len(errors) > MAX_FAULTS:
        yield "body", f"and {len(errors) - MAX_FAULTS} more"


def _path(error: Mapping[str, Any]) -> str:
    """Where the fault is, as the sender wrote it: without the name that tells the forms of commands apart."""
    parts = error["loc"][:1] if error["type"] == "json_invalid" else error["loc"]
    names = [str(part) for part in parts if part not in COMMANDS]
    if error["type"] in TAG_TYPES:
        names.append("command")
    return ".".join(names) or "body"


def _message(path: str, error: Mapping[str, Any]) -> str:
    """What is wrong with one field; never its value."""
    kind = str(error["type"])
    got = JSON_NAMES.get(type(error.get("input")), "something else")
    is_money = path.endswith(MONEY_SUFFIX)
    if kind in WHOLE_NUMBER_TYPES:
        return f"{MONEY}; got {got}" if is_money else f"a whole number is needed; got {got}"
    if kind in OBJECT_TYPES:
        return f"a JSON object is needed; got {got}"
    if kind == "union_tag_not_found":
        return "field required"
    if kind == "union_tag_invalid":
        tags = str(error["ctx"]["expected_tags"])
        meant = _meant(str(error["ctx"]["tag"]), tags)
        return f"no such command; those that people tell are {tags}{meant}"
    if kind == "json_invalid":
        return f"not valid JSON: {error.get('ctx', {}).get('error', 'unreadable')}"
    text = str(error["msg"]).removeprefix("Input ").removeprefix("Value error, ")
    text = text.replace(" after validation, not ", "; got ")
    if kind in CHOICE_TYPES and isinstance(error.get("input"), str):
        text += _meant(error["input"], str(error["ctx"]["expected"]))
    return text[0].lower() + text[1:] if text else kind


def _meant(told: str, expected: str) -> str:
    """The name among those that pydantic expected that what was told resembles: `; did you mean 'OPEN'?`."""
    near = nearest(told, CHOICE.findall(expected))
    return "" if near is None else f"; did you mean {near!r}?"
