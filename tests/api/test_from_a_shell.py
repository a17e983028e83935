"""The ERP from a shell: who is signed in, what is read, what is told, and how each refusal ends."""

from __future__ import annotations

import csv
import inspect
import io
import json
import re
import stat
from pathlib import Path

import httpx
import pytest

from erp.api.routes import my_work
from erp.boards import steps
from erp.exits import Exit
from erp.kernel.roles import Role
from scripts.reads.api import exit_of, refused
from scripts.reads.output import text_of
from scripts.reads.waiting import CALLED
from scripts.shell.telling import CommandError

from .house import House
from .shell import Shell, shell_of
from .test_purchase_reads import scored
from .test_story import ordered, paid, stocked

ISSUE = ["goods-issues", "entity=HEFEI", "item=STEEL", "quantity=1", "purpose=production"]


@pytest.fixture
def shell(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return shell_of(house, tmp_path, monkeypatch)


def refusal(result: object) -> CommandError:
    """What a command was refused with."""
    error = getattr(result, "exception", None)
    assert isinstance(error, CommandError), result
    return error


def test_a_token_is_kept_where_only_its_owner_reads_and_never_printed(shell: Shell) -> None:
    done = shell.sign_in(Role.BUYER)
    assert done.exit_code == 0, done.output
    assert shell.house.tokens[Role.BUYER] not in done.output
    assert stat.S_IMODE(shell.file.stat().st_mode) == 0o600
    shell.file.chmod(0o644)
    error = refusal(shell.type("order"))
    assert (error.told.exit, error.told.hint) == (Exit.USAGE, f"chmod 600 {shell.file}")


def test_a_token_that_opens_nothing_is_not_kept(shell: Shell) -> None:
    done = shell.type("login", "--api", shell.api, standard_input="erp_invented\n")
    assert refusal(done).told.code.endswith("(401)")
    assert not shell.file.exists()


def test_who_is_not_signed_in_is_told_how(shell: Shell) -> None:
    error = refusal(shell.type("stock"))
    assert (error.told.exit, error.told.code) == (Exit.USAGE, "not-signed-in")
    assert error.told.hint.startswith("interlock login --api")


def test_several_people_sign_in_from_one_shell(shell: Shell) -> None:
    shell.sign_in(Role.BUYER)
    shell.sign_in(Role.WAREHOUSE)
    asked = [shell.type("api", "GET", "me", *more) for more in ([], ["--as", "buyer"])]
    assert [json.loads(each.stdout)["role"] for each in asked] == ["warehouse", "buyer"]


def test_a_clerk_tells_the_erp_from_the_shell_under_a_key_of_its_own(shell: Shell) -> None:
    stocked(shell.house)
    shell.sign_in(Role.WAREHOUSE)
    told = [
        shell.type("api", "POST", *ISSUE, *more) for more in ([], ["--key", "k"], ["--key", "k"])
    ]
    numbers = [json.loads(each.stdout)["document"]["number"] for each in told]
    assert [each.exit_code for each in told] == [0, 0, 0]
    assert numbers[1] == numbers[2] != numbers[0]


def test_what_a_rule_refuses_ends_with_one_and_its_facts(shell: Shell) -> None:
    stocked(shell.house)
    shell.sign_in(Role.WAREHOUSE)
    words = [word.replace("quantity=1", "quantity=1_000_000") for word in ISSUE]
    told = refusal(shell.type("api", "POST", *words)).told
    assert told.exit == Exit.REFUSED
    assert "1000000 cannot leave" in told.what
    assert "on_hand" in told.what
    assert told.code.endswith("(409)")


@pytest.mark.parametrize("quantity", ["5.5", "5e1", "1_0_", "five"])
def test_a_quantity_that_is_no_whole_number_is_refused_never_rounded(
    shell: Shell, quantity: str
) -> None:
    stocked(shell.house)
    shell.sign_in(Role.WAREHOUSE)
    words = [word.replace("quantity=1", f"quantity={quantity}") for word in ISSUE]
    told = refusal(shell.type("api", "POST", *words)).told
    assert (told.exit, told.code) == (Exit.USAGE, "validation-failed (422)")
    assert "quantity" in told.what


def test_a_role_that_may_not_is_told_to_sign_in_as_another(shell: Shell) -> None:
    shell.sign_in(Role.SUPPLIER)
    told = refusal(shell.type("budget")).told
    assert (told.exit, told.code.endswith("(403)")) == (Exit.USAGE, True)
    assert "--as NAME" in told.hint


@pytest.mark.parametrize(
    ("status", "code"),
    [(200, 0), (201, 0), (400, 2), (401, 2), (403, 2), (404, 1), (409, 1), (422, 2), (429, 3), (500, 1), (503, 3)],
)  # fmt: skip
def test_each_status_of_the_api_has_one_exit_code(status: int, code: int) -> None:
    assert exit_of(status) == code


def test_an_api_that_is_away_ends_with_three(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.sign_in(Role.BUYER)

    def away(*_: object, **__: object) -> httpx.Response:
        raise httpx.ConnectError("refused")

    monkeypatch.setattr(shell.house.client, "request", away)
    told = refusal(shell.type("order")).told
    assert (told.exit, told.code) == (Exit.BUSY, "no-answer")
    assert told.what.startswith("http://erp.test does not answer")


def test_a_refusal_without_a_problem_detail_still_says_something() -> None:
    told = refused(httpx.Response(502, text="<html>")).told
    assert (told.what, told.code, told.exit) == ("Bad Gateway", "refused (502)", Exit.BUSY)


def test_every_format_says_the_same_and_fields_are_picked(shell: Shell) -> None:
    stocked(shell.house)
    shell.sign_in(Role.BUYER)
    whole = json.loads(shell.type("stock", "--json").stdout)
    assert whole[0]["item"] == "STEEL"
    picked = json.loads(shell.type("stock", "--json", "item,on_hand").stdout)
    assert picked == [{"item": "STEEL", "on_hand": whole[0]["on_hand"]}]
    lines = shell.type("stock", "--jsonl", "item,on_hand").stdout.splitlines()
    assert [json.loads(line) for line in lines] == picked
    rows = list(csv.reader(io.StringIO(shell.type("stock", "--csv", "item,on_hand").stdout)))
    assert rows == [["item", "on_hand"], ["STEEL", str(whole[0]["on_hand"])]]
    told = refusal(shell.type("stock", "--json", "colour")).told
    assert "there are: entity, item" in told.what
    printed = shell.type("stock").stdout
    assert "STEEL" in printed
    assert "\x1b" not in printed


def test_a_number_after_a_format_is_the_thing_and_no_field(shell: Shell) -> None:
    stocked(shell.house)
    shell.sign_in(Role.BUYER)
    (first, *_) = json.loads(shell.type("doc", "--json").stdout)
    assert json.loads(shell.type("doc", "--json", first["number"]).stdout) == first
    assert json.loads(shell.type("doc", str(first["sequence"]), "--json").stdout) == first
    told = refusal(shell.type("doc", "999999")).told
    assert told.exit == Exit.REFUSED


def test_a_cell_that_a_spreadsheet_would_run_is_quoted(shell: Shell) -> None:
    stocked(shell.house)
    item = {"code": "=1+1", "name": "=cmd()", "unit": "piece"}
    shell.house.post(Role.PLANNER, "/items", item)
    shell.sign_in(Role.BUYER)
    told = shell.type("api", "GET", "items", "--csv", "name").stdout
    assert "=cmd()" not in [line.strip('"') for line in told.splitlines()]


def test_trial_balance_and_lines_are_the_ledger(shell: Shell) -> None:
    stocked(shell.house)
    shell.sign_in(Role.FINANCE)
    balance = json.loads(shell.type("ledger", "tb", "--json").stdout)
    debits = sum(line["debit_minor"] for line in balance)
    assert debits == sum(line["credit_minor"] for line in balance) > 0
    lines = json.loads(shell.type("ledger", "lines", "--json").stdout)
    assert {"at", "document", "entity", "account", "debit_minor", "credit_minor"} <= lines[0].keys()
    assert sum(line["debit_minor"] for line in lines) == debits
    only = json.loads(shell.type("ledger", "lines", "--account", "1403", "--json").stdout)
    assert only
    assert {line["account"] for line in only} == {"1403"}
    assert json.loads(shell.type("ledger", "lines", "--period", "1999-01", "--json").stdout) == []


def test_the_lines_of_one_order_with_one_party_are_those_that_the_api_picks_out(
    shell: Shell,
) -> None:
    stocked(shell.house)
    paid(shell.house)
    shell.sign_in(Role.FINANCE)
    order = ("--order", "PO-2026-00001", "--json")
    lines = json.loads(shell.type("ledger", "lines", *order).stdout)
    every = json.loads(shell.type("ledger", "lines", "--json").stdout)
    assert lines == [line for line in every if line["order_number"] == "PO-2026-00001"]
    assert 0 < len(lines) < len(every)
    assert json.loads(shell.type("ledger", "lines", "--party", "ACME", *order).stdout) == lines
    assert json.loads(shell.type("ledger", "lines", "--party", "RIVAL", *order).stdout) == []


def test_work_shows_each_what_waits_for_it_and_what_time_alone_will_do(shell: Shell) -> None:
    stocked(shell.house)
    ordered(shell.house)
    shell.sign_in(Role.WAREHOUSE)
    told = shell.house.get(Role.WAREHOUSE, "/work").json()
    rows = json.loads(shell.type("work", "--json").stdout)
    assert [row["about"] for row in rows if row["kind"] == "task"] == ["PO-2026-00001 / 1"]
    edges = [(row["what"], row["until"]) for row in rows if row["kind"] == "time"]
    assert edges == [(edge["name"], edge["at"]) for edge in told["edges"]] != []
    printed = shell.type("work").stdout
    assert "receive  PO-2026-00001 / 1" in printed
    assert told["edges"][0]["then"] in printed
    assert printed.index("What waits for you") < printed.index("What time alone will do next")
    shell.sign_in(Role.PLANNER)
    assert "nothing waits for you" in shell.type("work").stdout


def test_every_task_of_the_api_has_a_name_in_the_shell() -> None:
    assert CALLED.keys() == {*my_work.AT_ORDERS, *(each.what for each in my_work.WAITING)}
    told = set(re.findall(r'"([a-z]+)", (?:Role|BRIDGE|ARBITER)', inspect.getsource(steps)))
    assert told >= my_work.AT_ORDERS


def test_the_credit_of_one_party_is_its_history_and_anothers_is_not_shown(shell: Shell) -> None:
    stocked(shell.house)
    paid(shell.house)
    scored(shell.house)
    shell.sign_in(Role.SUPPLIER)
    told = json.loads(shell.type("credit", "ACME", "--json").stdout)
    assert told == shell.house.get(Role.SUPPLIER, "/parties/ACME/credit").json()
    assert told["steps"]
    assert told["steps"][0]["document"] in shell.type("credit", "ACME").stdout
    assert refusal(shell.type("credit", "RIVAL")).told.code.endswith("(404)")
    assert refusal(shell.type("credit", "../me")).told.code.endswith("(404)")
    shell.sign_in(Role.BUYER)
    every = json.loads(shell.type("credit", "--json", "code").stdout)
    assert {"code": "RIVAL"} in every


def test_a_search_finds_what_the_role_may_read(shell: Shell) -> None:
    stocked(shell.house)
    ordered(shell.house)
    shell.sign_in(Role.BUYER)
    hits = json.loads(shell.type("search", "PO-2026", "--json").stdout)
    assert ("order", "PO-2026-00001") in {(hit["kind"], hit["key"]) for hit in hits}
    assert "PO-2026-00001" in shell.type("search", "PO-2026").stdout
    assert refusal(shell.type("search", "x")).told.exit == Exit.USAGE
    shell.house.tokens[Role.SUPPLIER] = shell.house.token("rival-1", Role.SUPPLIER, "RIVAL")
    shell.sign_in(Role.SUPPLIER)
    assert json.loads(shell.type("search", "PO-2026", "--json").stdout) == []


def test_a_dry_run_of_a_confirmation_shows_the_entries_that_would_follow(shell: Shell) -> None:
    body = {"entity": "HEFEI", "amount_minor": 123_456}
    made = shell.house.post(Role.FINANCE, "/capital-contributions", body).json()["document"]
    shell.house.tokens[Role.FINANCE] = shell.house.second
    shell.sign_in(Role.FINANCE)
    words = ["api", "POST", "confirmations", f"proposal={made['number']}", "--dry-run"]
    told = shell.type(*words).stdout
    assert "Entries" in told
    assert "1,234.56" in told
    real = json.loads(shell.type(*words[:-1]).stdout)["follow_ups"][0]
    for line in real["entries"][0]["lines"]:
        assert f"{real['number']}  HEFEI" in told
        assert f"  {line['account']}  " in told


def test_who_finds_more_than_is_shown_is_told_beside_the_answer(shell: Shell) -> None:
    for number in range(12):
        item = {"code": f"BOLT-{number}", "name": f"bolt {number}", "unit": "piece"}
        shell.house.post(Role.PLANNER, "/items", item)
    shell.sign_in(Role.BUYER)
    done = shell.type("search", "bolt", "--jsonl")
    assert len(done.stdout.splitlines()) == 10
    assert "there is more" in done.stderr


def test_a_dry_run_shows_documents_and_entries_and_nothing_was_written(shell: Shell) -> None:
    stocked(shell.house)
    shell.sign_in(Role.WAREHOUSE)
    done = shell.type("api", "POST", *ISSUE, "--dry-run", "--key", "later")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("nothing was written; this would be made:")
    assert "goods_issue GI-2026-00001" in done.stdout
    assert "its entries are not shown to your role" in done.stdout
    assert shell.house.get(Role.AUDITOR, "/documents", type="goods_issue").json()["items"] == []
    whole = json.loads(shell.type("api", "POST", *ISSUE, "--dry-run", "--json").stdout)
    assert whole["document"]["type"] == "goods_issue"
    words = [word.replace("quantity=1", "quantity=1_000_000") for word in ISSUE]
    assert refusal(shell.type("api", "POST", *words, "--dry-run")).told.exit == Exit.REFUSED
    told = shell.type("api", "POST", *ISSUE, "--key", "later")  # the key is free
    assert json.loads(told.stdout)["document"]["number"] == "GI-2026-00001"
    read = refusal(shell.type("api", "GET", "orders", "--dry-run")).told
    assert (read.exit, read.code) == (Exit.USAGE, "no-dry-run")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("amount_minor", -123_456, "-1,234.56"),
        ("at", 1_780_000_000, "2026-05-28 20:26:40 UTC"),
        ("quantity", 5_000, "5,000"),
        ("note", None, "–"),
    ],
)
def test_people_read_money_and_moments_as_they_write_them(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, text: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert text_of(name, value) == text
