"""What the programs of pages say stands in both languages, and what they sign is named in both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

SOURCES = files("erp.web").joinpath("js")
SAID = re.compile(r'"((?:[^"\\]|\\.)*)"')
CALL = re.compile(r"\b(?:say|step)\(([^()]*(?:\([^()]*\))*[^()]*)\)", re.DOTALL)
FACT = re.compile(r"\{(\w+)\}")


def source(name: str) -> str:
    return SOURCES.joinpath(name).read_text(encoding="utf-8")


def chinese() -> dict[str, str]:
    table = re.search(r"const CHINESE = \{(.*?)\n\};", source("texts.js"), re.DOTALL)
    assert table is not None
    said = dict(re.findall(r'^ +"?([^"\n]+?)"?: "([^"]+)",$', table[1], re.MULTILINE))
    return said | json.loads(source("members.json"))


def programs() -> str:
    names = [each.name for each in SOURCES.iterdir() if each.name.endswith(".js")]
    return "\n".join(source(name) for name in names if name != "texts.js")


def test_every_text_of_a_program_has_its_chinese_and_none_is_there_for_nothing() -> None:
    known, code = chinese(), programs()
    said = {text for call in CALL.findall(code) for text in SAID.findall(call)}
    words = {text for text in said if re.search(r"[A-Z].* |^[a-z']+ (?:root|of|anchor)", text)}
    assert sorted(words - known.keys()) == []
    assert sorted(text for text in known.keys() - members() if f'"{text}"' not in code) == []


def members() -> set[str]:
    """What stands in typed data and in calls that people sign."""
    acts = json.loads(source("statements.json"))["acts"]
    typed = {
        member["name"]
        for act in acts.values()
        for name, every in act["types"].items()
        if name != "EIP712Domain"
        for member in every
    }
    called = json.loads(source("calls.json"))["functions"].values()
    return typed | {name for each in called for name in _names(each["inputs"])}


def _names(inputs: list[dict[str, Any]]) -> Iterator[str]:
    for each in inputs:
        yield each["name"]
        yield from _names(each.get("components", []))


def test_every_member_that_is_signed_has_a_name_in_chinese() -> None:
    assert sorted(members() - chinese().keys()) == []


def test_no_name_in_chinese_is_there_for_nothing() -> None:
    assert sorted(json.loads(source("members.json")).keys() - members()) == []


def test_facts_of_a_text_stand_in_both_languages() -> None:
    for english, text in chinese().items():
        assert sorted(FACT.findall(english)) == sorted(FACT.findall(text)), english
