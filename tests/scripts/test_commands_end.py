"""How commands end: one table of exit codes, and three lines that say what was wrong, what to try, and its name."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from erp.exits import Exit
from tests.scripts.test_help import EVERY

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 240
ASKED = """
import contextlib, io, json, os, sys
from scripts import interlock
for words in json.load(sys.stdin):
    sys.argv = ["interlock", *words]
    told, said = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(said):
            interlock.main()
    except SystemExit as end:
        print(json.dumps([end.code, said.getvalue(), told.getvalue()]))
    except BaseException as error:
        print(json.dumps([repr(error), said.getvalue(), told.getvalue()]))
"""
GROUPS = {words[:n] for words in EVERY for n in range(len(words))}
COMMANDS = [words for words in EVERY if words not in GROUPS]
# What a command must be given beside its name, to come as far as its settings.
GIVEN = {
    ("audit",): [],
    ("bridge", "once"): [],
    ("bridge", "run"): [],
    ("bridge", "status"): [],
    ("bridge", "quarantine", "list"): [],
    ("bridge", "quarantine", "show"): ["X"],
    ("bridge", "quarantine", "retry"): ["X", "--why", "y"],
    ("bridge", "quarantine", "resolve"): ["X", "--why", "y"],
    ("prove",): ["PAY-1"],
    ("explain",): ["PAY-1"],
    ("rebuild",): [],
    ("order", "show"): ["1"],
    ("group", "show"): ["1"],
    ("bet", "show"): ["1"],
    ("group", "grab-page"): ["1", "1"],
    ("bet", "terms"): ["BTP-1"],
    ("bet", "what-if"): ["1", "HEFEI", "1"],
    ("metrics", "recompute"): ["BRP-1"],
    ("statement", "win-win"): [],
    ("erp", "serve"): [],
    ("erp", "migrate"): [],
    ("erp", "prune"): [],
    ("erp", "export"): ["hledger"],
    ("erp", "token", "create"): ["--role", "admin", "--name", "a"],
    ("erp", "token", "list"): [],
    ("erp", "token", "revoke"): ["a"],
}  # fmt: skip


def run(words: list[list[str]], folder: Path, **environment: str) -> list[Any]:
    """Exit code, standard output and standard error of each command line, in a folder and process of their own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INTERLOCK_")}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=folder, input=json.dumps(words), capture_output=True, text=True,
        env={**clean, "LC_ALL": "C", "PYTHONPATH": str(ROOT), **environment}, check=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def heads(told: str) -> list[str]:
    """What each line begins with."""
    return [line.partition(": ")[0] for line in told.splitlines()]


def test_every_command_refuses_a_wrong_option_with_two_and_three_lines(tmp_path: Path) -> None:
    found = run([[*words, "--no-such-option"] for words in COMMANDS], tmp_path)
    for words, (code, said, told) in zip(COMMANDS, found, strict=True):
        assert (code, said, heads(told)) == (Exit.USAGE, "", ["error", "try", "code"]), words
        assert f"try: interlock {' '.join(words)} --help" in told


def test_every_command_without_its_settings_ends_with_two_and_says_what_to_type(
    tmp_path: Path,
) -> None:
    found = run([[*words, *more] for words, more in GIVEN.items()], tmp_path)
    for words, (code, said, told) in zip(GIVEN, found, strict=True):
        assert (code, said, heads(told)) == (Exit.USAGE, "", ["error", "try", "code"]), (
            words,
            told,
        )
        assert re.search(r"^try: .*(interlock -c FILE |INTERLOCK_DB=)", told, re.MULTILINE), told


def test_every_read_without_a_login_ends_with_two_and_says_how_to_sign_in(tmp_path: Path) -> None:
    reads = [["order"], ["tender"], ["doc"], ["stock"], ["credit"], ["budget"], ["work"], ["watch"]]
    reads += [
        ["ledger", "tb"],
        ["ledger", "lines"],
        ["api", "GET", "me"],
        ["order", "PO-1", "--json"],
    ]
    for code, said, told in run(reads, tmp_path, INTERLOCK_LOGIN=str(tmp_path / "none.json")):
        assert (code, said, heads(told)) == (Exit.USAGE, "", ["error", "try", "code"]), told
        assert "try: interlock login " in told


def test_the_page_of_operations_has_each_exit_code_once() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.partition("| exit code | of every `interlock` command |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| (\d) \|", table, re.MULTILINE) == [str(int(code)) for code in Exit]


def test_an_error_is_told_in_chinese_where_the_environment_is(tmp_path: Path) -> None:
    ((code, _, told),) = run([["bridge", "status"]], tmp_path, LC_ALL="zh_CN.UTF-8")
    assert code == Exit.USAGE
    assert [line[:3] for line in told.splitlines()] == ["错误：", "请试：", "代码："]
    assert "设置" in told.splitlines()[0]


def test_the_settings_file_is_named_once_before_the_command_or_found_above(tmp_path: Path) -> None:
    home, below = tmp_path / "home", tmp_path / "home" / "a" / "b"
    below.mkdir(parents=True)
    file = home / "interlock.toml"
    file.write_text('db = "sqlite:///books.db"\nkeystores = "office"\nstream = "north"\n')
    books = f"sqlite:///{home}/books.db"
    for folder, words, variables in (
        (below, [], {}),
        (tmp_path, ["-c", str(file)], {}),
        (tmp_path, [], {"INTERLOCK_CONFIG": str(file)}),
    ):
        lines = [[*words, "config", "--json"], [*words, "erp", "token", "list"]]
        (_, said, _), (code, _, told) = run(lines, folder, **variables)
        found = {each["name"]: each for each in json.loads(said)["settings"]}
        assert found["db"] == {"name": "db", "value": books, "whence": str(file)}
        assert found["keystores"]["value"] == str(home / "office")
        assert found["finality"]["whence"] == "default"
        assert (code, f"there is no database at {books}" in told) == (Exit.USAGE, True), told


def test_each_setting_names_where_it_was_said_and_hides_passwords(tmp_path: Path) -> None:
    (tmp_path / "interlock.toml").write_text('stream = "file"\npost = "file"\n')
    secret = "postgresql+psycopg://erp:wonderful@host/books"
    words = ["config", "--json", "--post", "typed"]
    ((_, said, _),) = run([words], tmp_path, INTERLOCK_DB=secret, INTERLOCK_POST="environment")
    found = {each["name"]: (each["value"], each["whence"]) for each in json.loads(said)["settings"]}
    assert found["stream"] == ("file", "interlock.toml")
    assert found["post"] == ("typed", "--post")
    assert found["db"] == ("postgresql+psycopg://erp:…@host/books", "INTERLOCK_DB")
    assert "wonderful" not in said


def test_the_version_names_the_contracts_that_it_speaks_to(tmp_path: Path) -> None:
    ((code, said, _),) = run([["--version"]], tmp_path)
    assert code == Exit.DONE
    assert re.fullmatch(r"interlock \d+\.\d+\.\d+, contracts [0-9a-f]{16}\n", said)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_settings_file_of_another_user_above_is_not_followed(tmp_path: Path) -> None:
    below = tmp_path / "a"
    below.mkdir()
    (tmp_path / "interlock.toml").write_text('stream = "planted"\n')
    os.chown(tmp_path / "interlock.toml", 65_534, 65_534)
    ((code, _, told),) = run([["config"]], below)
    assert code == Exit.USAGE
    assert "belongs to another user" in told
