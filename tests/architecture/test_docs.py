"""The documents tell the truth where a machine can check it: links, commands, tests, decisions, known issues."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from typer.main import get_command

from erp.api.routes import ACCESS
from erp.rooms import OPERATIONS
from scripts.interlock import app

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
COMMENT = re.compile(r"#.*")
MAKE = re.compile(r"(?:^|[`\s(])make ((?!.*\bsure\b)[a-z]+)")
INTERLOCK = re.compile(r"(?:^|[`\s(|$])interlock ((?:[a-z][a-z|]*)(?: [a-z]+)?)")
OPTION = re.compile(r"(--[a-z][a-z-]+)")
NAME = r"((?:test|testFuzz|invariant|holds|check)_\w+)"
TEST = re.compile(rf"`{NAME}`")
DEFINED = re.compile(rf"(?:def|function) {NAME}")


@cache
def documents() -> tuple[Path, ...]:
    """Every Markdown file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(ROOT / name for name in listed.split("\0") if name))


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def code_of(document: Path) -> list[str]:
    """What stands as code: fenced and indented lines without their comments, and code within a line."""
    text = text_of(document)
    fences = "\n".join(FENCE.findall(text))
    rest = FENCE.sub("", text)
    indented = [line for line in rest.splitlines() if line.startswith("    ")]
    lines = [COMMENT.sub("", line) for line in [*fences.splitlines(), *indented]]
    return [*lines, *(code for line in rest.splitlines() for code in CODE.findall(line))]


def anchors(document: Path) -> set[str]:
    """What a link may name behind `#`: headings as the forge makes them."""
    plain = (
        re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text_of(document))
    )
    return {heading.replace(" ", "-") for heading in plain}


@cache
def root_command() -> Any:
    """`interlock`, as the shell knows it."""
    return get_command(app)


def find_command(words: list[str]) -> Any:
    """The command that the words name, or None; words after a command are its arguments."""
    found = root_command()
    for word in words:
        if not hasattr(found, "commands"):
            break
        found = found.commands.get(word)
        if found is None:
            return None
    return found


def defined_tests() -> set[str]:
    sources = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests" / "forge").rglob("*.sol")]
    return {name for path in sources for name in DEFINED.findall(text_of(path))}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


def test_every_relative_link_leads_somewhere() -> None:
    lost = []
    for document in documents():
        for target in LINK.findall(FENCE.sub("", text_of(document))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = unquote(target).partition("#")
            place = document if not path else (document.parent / path).resolve()
            known = place.is_relative_to(ROOT) and place.exists()
            if not known or (anchor and anchor not in anchors(place)):
                lost.append(f"{named(document)}: {target}")
    assert lost == []


def test_every_named_make_target_exists() -> None:
    targets = make_targets()
    unknown = [
        f"{named(document)}: make {target}"
        for document in documents()
        for code in code_of(document)
        for target in MAKE.findall(code)
        if target not in targets
    ]
    assert unknown == []


def named_commands(code: str) -> list[list[str]]:
    """The commands that a piece of code names: `interlock bridge run|once` names two."""
    groups = [words.split(" ") for words in INTERLOCK.findall(code)]
    return [
        list(words) for group in groups for words in product(*(word.split("|") for word in group))
    ]


def test_every_named_command_exists() -> None:
    unknown = [
        f"{named(document)}: interlock {' '.join(words)}"
        for document in documents()
        for code in code_of(document)
        for words in named_commands(code)
        if find_command(words) is None
    ]
    assert unknown == []


def test_every_named_option_exists() -> None:
    unknown = []
    for document in documents():
        for code in code_of(document):
            match = re.match(r"\s*interlock ((?:[a-z]+ ?)+)(?= --)", code)
            found = find_command(match.group(1).split()) if match else None
            if match is None or found is None:
                continue
            offered = {
                option
                for parameter in found.params
                for option in (*parameter.opts, *parameter.secondary_opts)
            }
            wrong = set(OPTION.findall(code)) - offered - {"--help"}
            unknown += [f"{named(document)}: {code.strip()}: {option}" for option in sorted(wrong)]
    assert unknown == []


def test_every_named_test_exists() -> None:
    defined = defined_tests()
    unknown = [
        f"{named(document)}: {name}"
        for document in documents()
        for name in TEST.findall(text_of(document))
        if name not in defined
        and not any(name.endswith("_") and known.startswith(name) for known in defined)
    ]
    assert unknown == []


def test_the_decisions_are_numbered_without_gap_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
    assert re.findall(r"\(([0-9]{4}-[^)]+)\)", text_of(folder / "README.md")) == pages
    for name in pages:
        assert HEADING.findall(text_of(folder / name))[1:] == ["Context", "Choice", "Consequences"]


def numbered(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^(\d+)\. \*\*", text, re.MULTILINE)]


def test_known_issues_share_one_numbering_with_those_of_the_contracts() -> None:
    of_contracts = numbered(
        text_of(ROOT / "contracts" / "README.md").partition("## Known issues")[2]
    )
    assert of_contracts == sorted(of_contracts)
    for name, heading in (("README.md", "## Known issues"), ("README.zh.md", "## 已知问题")):
        own = numbered(text_of(ROOT / name).partition(heading)[2])
        assert own == sorted(own), name
        every = sorted([*of_contracts, *own])
        assert every == list(range(1, len(of_contracts) + len(own) + 1)), name
        for document in documents():
            for number in re.findall(r"[Kk]nown issue (\d+)", text_of(document)):
                assert int(number) <= len(of_contracts) + len(own), named(document)


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = text_of(ROOT / "README.md"), text_of(ROOT / "README.zh.md")
    for pattern in (r"^#", r"^\d+\. ", r"^\|", r"^    (?:make|\$|>>>)", r"`test_\w+`"):
        of_english, of_chinese = (
            len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)
        )
        assert of_english == of_chinese, pattern


def test_every_operation_and_route_of_the_erp_is_described() -> None:
    page = text_of(ROOT / "docs" / "erp.md")
    missing = [
        op.doc_type for op in OPERATIONS.values() if f"`{op.doc_type}` {op.series}" not in page
    ]
    missing += [command.__name__ for command in OPERATIONS if f"`{command.__name__}`" not in page]
    missing += [path for method, path in ACCESS if method == "POST" and f"`{path}`" not in page]
    assert missing == []
