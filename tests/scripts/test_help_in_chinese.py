"""Help speaks the language of whoever types: each paragraph of each command's help has its Chinese, in one catalogue."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.cells import cell_len
from typer._click.core import Context

from bridge.operator.reasons import Lang
from scripts.interlock import app
from scripts.shell import helping
from scripts.shell.language import asked

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"[A-Z]{3}-\d{4}-\d{5}")  # of a document, as an example of one
TYPED = re.compile(r"`[^`]+`|--[a-z-]+")
CLOSING = "，。；：、！？）》”"


def helped(command: Any) -> Iterator[str]:
    """Every text of the help of a command and of all below it."""
    for holder in (command, *command.get_params(Context(command))):
        for name in ("help", "short_help", "epilog", "rich_help_panel"):
            if isinstance(getattr(holder, name, None), str):
                yield getattr(holder, name)
    for each in getattr(command, "commands", {}).values():
        yield from helped(each)


def is_typed(paragraph: str) -> bool:
    """Whether a paragraph is what people type, and nothing else."""
    said = " ".join(paragraph.split())
    patterns = (helping.CODE, helping.EXAMPLE, NUMBER)
    return (paragraph.startswith("    ") and "(" not in paragraph) or any(
        pattern.fullmatch(said) for pattern in patterns
    )


PARAGRAPHS = {
    " ".join(each.split()): each
    for text in helped(typer.main.get_command(app))
    for each in helping.paragraphs(text)
    if each
}


def test_every_commands_help_has_its_chinese() -> None:
    assert len(PARAGRAPHS) > 300
    english = {said for said, text in PARAGRAPHS.items() if not is_typed(text)}
    assert sorted(english - helping.chinese().keys()) == []


def test_no_chinese_is_left_of_help_that_is_gone() -> None:
    assert sorted(helping.chinese().keys() - PARAGRAPHS.keys()) == []


def test_what_is_typed_stands_in_both_languages_alike() -> None:
    for english, zh in helping.chinese().items():
        assert sorted(set(TYPED.findall(english))) == sorted(set(TYPED.findall(zh))), english


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("--lang zh order", Lang.ZH),
        ("-c own.toml --lang=en order", Lang.EN),
        ("--lang fr order", None),
        ("--lang", None),
        ("bridge quarantine list --lang zh", None),  # is that command's own
        ("order --lang zh", None),
    ],
)
def test_the_language_is_the_one_that_was_typed_before_the_command(
    words: str, found: Lang | None
) -> None:
    assert asked(words.split()) is found


def test_lines_of_chinese_are_full_and_none_begins_with_what_closes_a_clause() -> None:
    text = helping.in_chinese("\n\n".join(helping.chinese()))
    for paragraph in text.replace("\n\n", "\n").splitlines():
        places = [0, *helping.divide(paragraph, 40), len(paragraph)]
        lines = [paragraph[a:b] for a, b in pairwise(places)]
        assert "".join(lines) == paragraph
        assert [line for line in lines if cell_len(line) > 40] == []
        assert [line for line in lines[1:] if line[0] in CLOSING] == []


def run(*words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.interlock", *words], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment},
    )  # fmt: skip
    return done.stdout


def test_help_is_shown_in_the_language_of_whoever_types() -> None:
    by_environment = run("stock", "--help", LC_ALL="zh_CN.UTF-8")
    assert "用法：interlock stock" in by_environment
    assert "按主体和物料显示在手与在途数量。" in by_environment
    assert "显示本说明，然后退出。" in by_environment
    assert "Show" not in by_environment
    assert run("--lang", "zh", "stock", "--help", LC_ALL="C.UTF-8") == by_environment
    assert "Show what is on hand" in run("--lang=en", "stock", "--help", LC_ALL="zh_CN.UTF-8")
