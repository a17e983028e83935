"""The documents tell the truth where a machine can check it: links, paths, commands, tests, decisions, known issues."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from typer.main import get_command

from bridge.capabilities import CONTRACTS, FOLLOWED, UNFOLLOWED
from bridge.capabilities.model import Booked
from bridge.events.generated import EMITTED
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
INTERLOCK = re.compile(
    r"(?:^|[`\s(|$])interlock ((?!is up)(?:[a-z][a-z|]*)(?: [a-z]+(?:-[a-z]+)*)?)"
)
# Each word ends at one blank alone: with `(?:[a-z]+ ?)+` a text without options took time exponential in its letters.
OPTED = re.compile(r"\s*interlock ((?!is up)[a-z]+(?: [a-z]+)* ?)(?= --)")
OPTION = re.compile(r"(--[a-z][a-z-]+)")
NAME = r"((?:test|testFuzz|invariant|holds|check)_\w+)"
TEST = re.compile(rf"`{NAME}`")
DEFINED = re.compile(rf"(?:def|function) {NAME}")


@cache
def listed(pattern: str) -> tuple[Path, ...]:
    """Files of one kind that are, or are about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", pattern]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(ROOT / name for name in names.split("\0") if (ROOT / name).is_file()))


def documents() -> tuple[Path, ...]:
    """Every Markdown file that is, or is about to be, in the repository."""
    return listed("*.md")


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
            match = OPTED.match(code)
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


def test_options_are_looked_for_behind_a_command_and_a_long_text_without_any_ends() -> None:
    found = {
        "interlock bridge run --once": "bridge run",
        "    interlock up  --port 1": "up ",
        "interlock is up --here": None,
        "interlock order PO-1 --json": None,
        "interlock erp  serve --port 1": None,
        "interlock " + "a" * 50_000 + "!": None,
    }
    matches = {code: OPTED.match(code) for code in found}
    assert {code: match and match.group(1) for code, match in matches.items()} == found


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


def test_the_decisions_are_numbered_without_gap_and_listed_with_a_status() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = {int(path.name[:4]): path.name for path in folder.glob("[0-9]*.md")}
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text_of(folder / "README.md").splitlines()
        if re.match(r"\| \d+ \|", line)
    ]
    listed = {int(number): (title, status) for number, title, status in rows}
    assert len(listed) == len(rows)
    assert sorted(listed) == list(range(1, len(rows) + 1))
    for number, (title, status) in listed.items():
        assert status, number
        moved = "toolchain.md#" in status
        assert moved != (number in pages), number
        assert moved or title.endswith(f"({pages[number]})"), number
    assert set(pages) <= set(listed)
    for number, name in pages.items():
        headings = HEADING.findall(text_of(folder / name))
        assert headings[0].startswith(f"{number}. "), name
        assert headings[1:] == ["Context", "Choice", "Consequences"], name


KNOWN_ISSUES = ROOT / "docs" / "known-issues.md"


def issues_by_part() -> dict[str, list[int]]:
    """Numbers of the known issues by the anchor of the part they stand in, in the order of the page."""
    parts: dict[str, list[int]] = {}
    for part in re.split(r"^## ", text_of(KNOWN_ISSUES), flags=re.MULTILINE)[1:]:
        anchor = part.partition("\n")[0].lower().replace(",", "").replace(" ", "-")
        parts[anchor] = [int(n) for n in re.findall(r"^(\d+)\. \*", part, re.MULTILINE)]
    return parts


def ranges(numbers: list[int]) -> str:
    """Rising numbers as the page's table names them: `12 to 30, 103 to 110`."""
    starts = [number for number in numbers if number - 1 not in numbers]
    ends = [number for number in numbers if number + 1 not in numbers]
    return ", ".join(f"{first} to {last}" for first, last in zip(starts, ends, strict=True))


def test_known_issues_have_one_numbering() -> None:
    parts = issues_by_part()
    every = sorted(number for numbers in parts.values() for number in numbers)
    assert every == list(range(1, len(every) + 1))
    assert all(numbers == sorted(numbers) for numbers in parts.values())
    rows = re.findall(r"\]\(#([^)]+)\) \| (\d+ to \d+(?:, \d+ to \d+)*) \|", text_of(KNOWN_ISSUES))
    assert dict(rows) == {anchor: ranges(numbers) for anchor, numbers in parts.items()}
    for document in documents():
        text = text_of(document)
        if document != KNOWN_ISSUES:
            assert not re.search(r"^\d+\. \*\*.*\bCause: ", text, re.MULTILINE), named(document)
        for number in re.findall(r"[Kk]nown issue (\d+)", text):
            assert int(number) <= len(every), named(document)
        for number, anchor in re.findall(r"\b(\d+)\]\([^)]*known-issues\.md#([^)]+)\)", text):
            assert int(number) in parts[anchor], f"{named(document)}: {number}"


def test_both_readmes_name_five_known_issues_and_how_many_there_are() -> None:
    total = sum(map(len, issues_by_part().values()))
    for name, heading in (("README.md", "## Known issues"), ("README.zh.md", "## 已知问题")):
        part = text_of(ROOT / name).partition(heading)[2].partition("\n## ")[0]
        assert len(re.findall(r"^- ", part, re.MULTILINE)) == 5, name
        assert f" {total} " in part, name


DIGITS = "零一二三四五六七八九"
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WORDS += ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen")
WORDS += ("nineteen", "twenty", *(f"twenty-{word}" for word in WORDS[1:10]))
# Every contract that signs typed data declares it, by OpenZeppelin's EIP712; none of ours emits it.
DECLARED_ONLY = {"EIP712DomainChanged"}


def in_chinese(number: int) -> str:
    """A number below a hundred as it is written in the Chinese README."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def test_the_pages_count_the_contracts_that_are_followed_and_booked() -> None:
    booked = {
        name
        for name, contract in CONTRACTS.items()
        if any(isinstance(fate, Booked) for fate in contract.events.values())
    }
    nothing = {name for name in UNFOLLOWED if not set(EMITTED[name]) - DECLARED_ONLY}
    assert booked < FOLLOWED.keys()
    counts = (len(FOLLOWED), len(booked), len(UNFOLLOWED))
    followed, books, others = (WORDS[count] for count in counts)
    told = f"follows {followed} and books {books}; the other {others} have nothing to book."
    for name in ("README.md", "docs/architecture.md"):
        page = " ".join(text_of(ROOT / name).split())
        assert f"he bridge {told}" in page, name
        assert f"{WORDS[len(EMITTED)]} contracts" in page.lower(), name
    followed, books, others = map(in_chinese, counts)
    told = f"桥跟踪其中{followed}个，为{books}个入账；其余{others}个没有可入账的内容。"
    page = text_of(ROOT / "README.zh.md")
    assert told.replace("二个", "两个") in page
    assert f"{in_chinese(len(EMITTED))}个合约" in page
    # architecture.md says of these why
    assert FOLLOWED.keys() - booked == {"DocumentRegistry"}
    assert UNFOLLOWED.keys() - nothing == {"FirmAccount"}
    assert all(name.endswith(("Rules", "Lens")) for name in nothing)


README_LINES_MAX = 120
STATUS_WITHIN_LINES = 5


def test_both_readmes_are_short_and_say_their_status_first() -> None:
    for name, word in (("README.md", "Status"), ("README.zh.md", "现状")):
        lines = text_of(ROOT / name).splitlines()
        assert len(lines) <= README_LINES_MAX, name
        assert any(f"**{word}" in line for line in lines[:STATUS_WITHIN_LINES]), name


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = text_of(ROOT / "README.md"), text_of(ROOT / "README.zh.md")
    for pattern in (r"^#+ ", r"^\|", r"^- ", r"^\*\*`make"):
        of_english, of_chinese = (
            len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)
        )
        assert of_english == of_chinese, pattern

    def shown(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.startswith("    ")]

    def targets(text: str) -> list[str]:
        found = [target.replace(".zh.", ".") for target in LINK.findall(text)]
        return sorted(target for target in found if not target.startswith("#"))

    assert shown(english) == shown(chinese)
    assert targets(english) == targets(chinese)


PATH = re.compile(r"^(?:bridge|contracts|deployments|docs|erp|scripts|tests|\.ci)/[\w./<>*{},-]*$")
# These say what was: names in them are those of their time.
HISTORY = ("CHANGELOG.md", "docs/reviews/")
# Made by what runs, not carried.
MADE = ("deployments/",)


def readings(path: str) -> list[str]:
    """The paths that `a/{b,c}/<d>.md` stands for; `<d>` is any name."""
    path = re.sub(r"<[^>]*>", "*", path)
    match = re.search(r"{([^}]*)}", path)
    if match is None:
        return [path]
    head, tail = path[: match.start()], path[match.end() :]
    return [r for choice in match.group(1).split(",") for r in readings(head + choice + tail)]


def places(path: str) -> list[Path]:
    """What a path in a document means: itself, or whatever its placeholders allow."""
    if "*" in path:
        return sorted(ROOT.glob(path.rstrip("/")))
    return [ROOT / path] if (ROOT / path).exists() else []


def test_every_named_path_exists() -> None:
    lost = [
        f"{named(document)}: {reading}"
        for document in documents()
        if not named(document).startswith(HISTORY)
        for code in CODE.findall(FENCE.sub("", text_of(document)))
        if PATH.match(code) and not code.startswith(MADE)
        for reading in readings(code)
        if not places(reading)
    ]
    assert lost == []


NAMED_IN_PROSE = re.compile(
    r"(?<![\w./-])(?:bridge|contracts|deployments|docs|erp|scripts|tests)/[\w./<>*{},-]*[\w*}>/]"
)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def comments_of(source: Path, text: str) -> list[str]:
    """The comments of a Solidity or Python file, and the docstrings of Python."""
    if source.suffix == ".sol":
        return re.findall(r"//[^\n]*|/\*[\s\S]*?\*/", text)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, DOCUMENTED)]
    return [*comments, *(ast.get_docstring(node) or "" for node in nodes)]


def lost_paths(source: Path, text: str) -> list[str]:
    """Paths that the comments of a file name and that do not exist."""
    return [
        path
        for comment in comments_of(source, text)
        for path in NAMED_IN_PROSE.findall(comment)
        if not path.startswith(MADE) and not any(places(r) for r in readings(path))
    ]


def test_every_path_named_in_a_comment_exists() -> None:
    sources = [*listed("*.sol"), *listed("*.py")]
    assert len(sources) > 100
    lost = [f"{named(s)}: {path}" for s in sources for path in lost_paths(s, text_of(s))]
    assert lost == []


def test_a_path_that_is_gone_is_found_in_comments_and_docstrings() -> None:
    gone = "erp/" + "gone.py"
    assert lost_paths(Path("a.sol"), f"/// As in `{gone}`.\nuint a;") == [gone]
    assert lost_paths(Path("a.sol"), f"/* {gone}, erp/kernel */") == [gone]
    assert lost_paths(Path("a.py"), f'"""See {gone}."""\nx = 1  # erp/kernel/amounts.py') == [gone]
    assert lost_paths(Path("a.py"), f"x = 1  # `{gone}`\nplanted = '{gone}'") == [gone]


# Words that gave way to others; see docs/decisions/0043-one-noun-everywhere.md.
REPLACED = re.compile(
    r"settlement side|settled_elsewhere|\bvouch|Surroundings|UNFOLLOWED|--no-hold"
)


def test_no_page_uses_a_word_that_was_replaced() -> None:
    found = [
        f"{named(document)}: {word}"
        for document in documents()
        if not named(document).startswith((*HISTORY, "docs/decisions/"))
        for word in REPLACED.findall(text_of(document))
    ]
    assert found == []


def test_whoever_wants_to_change_something_finds_it_where_the_index_says() -> None:
    page = text_of(ROOT / "docs" / "architecture.md")
    table = page.partition("## Where to change what")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    lost = []
    for row in rows:
        codes = CODE.findall(row)
        files = [
            file
            for code in codes
            if PATH.match(code)
            for reading in readings(code)
            for file in places(reading)
        ]
        text = "\n".join(text_of(file) for file in files if file.is_file())
        lost += [
            f"{row[:60]}…: {code}"
            for code in codes
            if re.fullmatch(r"_?[A-Za-z]\w+", code) and not re.search(rf"\b{code}\b", text)
        ]
        assert files or "nothing in code" in row, row
    assert lost == []


def test_every_operation_and_route_of_the_erp_is_described() -> None:
    page = text_of(ROOT / "docs" / "erp.md")
    missing = [
        op.doc_type for op in OPERATIONS.values() if f"`{op.doc_type}` {op.series}" not in page
    ]
    missing += [command.__name__ for command in OPERATIONS if f"`{command.__name__}`" not in page]
    missing += [path for method, path in ACCESS if method == "POST" and f"`{path}`" not in page]
    assert missing == []


def test_each_folder_of_tests_has_its_measured_duration() -> None:
    page = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")
    measured = set(re.findall(r"^\| `(\w+)/` \| \d+ \| \d+ \|$", page, re.MULTILINE))
    folders = {file.relative_to(ROOT / "tests").parts[0] for file in ROOT.glob("tests/*/test_*.py")}
    assert measured == folders
