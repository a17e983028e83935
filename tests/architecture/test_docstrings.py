"""Docstrings are not cut in two: what is one sentence and an orphan behind a blank line is joined, or said in full."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bridge", "erp")
LINE_MAX = 120  # what prose may take, quotes and indentation included
QUOTES = 6
ORPHAN_WORDS = 4
# A second paragraph may be short where its first word says what it is.
SAYS_WHAT_IT_IS = ("Raises ", "Returns ", "Yields ", "Errors: ", "Example: ", "Units: ")


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Each docstring of a module with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found = ast.get_docstring(node)
            if found:
                yield node.body[0].lineno, found


def what_is_cut(text: str, indent: int) -> str | None:
    """Why a docstring looks cut in two, or None. Only those of two paragraphs, each one line, are judged."""
    paragraphs = [part.strip() for part in re.split(r"\n[ \t]*\n", text.strip())]
    if len(paragraphs) != 2 or any("\n" in part for part in paragraphs):
        return None
    head, tail = paragraphs
    if tail.startswith("Example: "):  # shown on a line of its own by --help
        return None
    if len(head) + 1 + len(tail) + indent + QUOTES <= LINE_MAX:
        return "both halves fit on one line"
    first = tail.split()[0]
    if first[0] == "(" or (first.islower() and first.isalpha()):
        return f"the second half begins inside a sentence: {tail}"
    if len(tail.split()) <= ORPHAN_WORDS and not tail.startswith(SAYS_WHAT_IT_IS):
        return f"an orphan: {tail}"
    return None


def cut_docstrings(source: str) -> list[tuple[int, str]]:
    """Lines of a module whose docstring looks cut in two, and why."""
    lines = source.splitlines()
    found = []
    for number, text in docstrings(source):
        line = lines[number - 1]
        why = what_is_cut(text, len(line) - len(line.lstrip()))
        if why is not None:
            found.append((number, why))
    return found


def test_no_docstring_is_cut_in_two() -> None:
    cut = [
        f"{path.relative_to(ROOT)}:{line}: {why}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line, why in cut_docstrings(path.read_text(encoding="utf-8"))
    ]
    assert cut == []


@pytest.mark.parametrize(
    ("docstring", "is_cut"),
    [
        ("The last page.\n\nThere is no more.", True),
        ("Rounded down.\n\n(audit invariant 5).", True),
        (f"Checks every item {'and its policy ' * 6}.\n\nNever twice, nor late.", True),
        (
            f"Checks every item {'and its policy ' * 6}.\n\nwithout waiting for a move of stock.",
            True,
        ),
        ("Checks every item. Nothing is written.", False),
        (f"Checks every item {'and its policy ' * 6}.\n\nRaises UnknownItem.", False),
        (f"Checks every item {'and its policy ' * 6}.\n\nIt is told when nothing moved.", False),
        ("Makes a token.\n\nExample: `interlock erp token create`", False),
        (
            f"How much of an item {'there is ' * 10}.\n\non_order counts what open orders have not brought yet.",
            False,
        ),
        ("Makes a token.\n\nTwo lines\nof prose.", False),
    ],
)
def test_a_cut_docstring_is_told_from_one_with_two_paragraphs(docstring: str, is_cut: bool) -> None:
    body = textwrap.indent(f'"""{docstring}"""', "    ")
    assert bool(cut_docstrings(f"def f():\n{body}\n")) is is_cut
