"""Commands speak the language of whoever types: each text that they say has its Chinese, in one catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from bridge.operator.reasons import Lang
from bridge.operator.saying import chinese, language, say
from scripts.interlock import BOARDS
from scripts.plays.stage.exits import LOOK
from scripts.reads.api import ADVICE as OF_API
from scripts.reads.happening import NO_TOPIC
from scripts.reads.waiting import CALLED
from scripts.shell.telling import ADVICE

ROOT = Path(__file__).resolve().parents[2]
# Words that are said by their name: what a status, a side or a wait is called.
BY_NAME = {*ADVICE, *ADVICE.values(), *OF_API.values(), *CALLED.values(), NO_TOPIC, LOOK}


def said() -> Iterator[str]:
    """Every text that stands in a call of `say`."""
    for folder in ("bridge", "scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (
                    isinstance(node, ast.Call) and ast.unparse(node.func) == "say" and node.args
                ):
                    continue
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def facts(text: str) -> set[str]:
    return {fact for _, fact, _, _ in Formatter().parse(text) if fact}


def test_every_text_that_a_command_says_has_its_chinese() -> None:
    assert BOARDS
    wanted = {*said(), *BY_NAME}
    assert len(wanted) > 50
    assert sorted(wanted - chinese().keys()) == []


def test_a_text_and_its_chinese_tell_the_same_facts() -> None:
    assert [text for text, zh in chinese().items() if facts(text) != facts(zh)] == []


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, Lang.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, Lang.EN),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_TW"}, Lang.ZH),
        ({"LANG": ""}, Lang.EN),
        ({}, Lang.EN),
    ],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], spoken: Lang) -> None:
    assert language(environment) is spoken


def test_a_text_without_chinese_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert say("{number} has no other name", number=7) == "7 has no other name"
