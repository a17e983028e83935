"""What the operator types and reads: `interlock bridge …` and `interlock audit` on a world."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bridge.operator.status import SILENT_SECONDS, liveness
from bridge.store.lock import is_daemon_alive, sole_daemon
from erp.exits import Exit
from scripts.interlock import app, main
from tests.world import World

DEAD_NODE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the audits of these tests leave what they read."""
    folder = tmp_path / "notebook"
    monkeypatch.setenv("INTERLOCK_NOTEBOOK", str(folder))
    return folder


def options(world: World, **changed: Any) -> list[str]:
    """The settings of a world as they are typed."""
    config = world.config
    typed = {
        "--db": config.db,
        "--deployment": config.deployment,
        "--keystores": config.keystores,
        "--password-file": config.password_file,
        "--rpc": world.node.url,
    } | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return [str(part) for pair in typed.items() for part in pair]


def typed(*words: str) -> Result:
    """What a command prints, off a terminal, and its exit code."""
    return CliRunner().invoke(app, list(words))


def status(world: World, **changed: Any) -> tuple[int, dict[str, Any]]:
    """Exit code and values of `interlock bridge status --json`."""
    done = typed("bridge", "status", "--json", *options(world, **changed))
    return done.exit_code, json.loads(done.stdout)


def park(world: World, quantity: int = 100) -> Any:
    """An order whose despatch is quarantined; the order."""
    order = world.tender({"SUPPLIER": 1_000_003})
    world.sql("UPDATE purchase_order SET status = 'OPENED' WHERE number = :n", n=order.number)
    world.despatch("SUPPLIER", order, quantity)
    world.settle()
    return order


# ---- options ----------------------------------------------------------------------------------


def without_clock(told: str) -> list[Any]:
    """What `check --json` found, save the clocks' difference, which grows while one looks."""
    return [finding for finding in json.loads(told) if finding["name"] != "clock"]


def test_settings_stand_before_or_after_the_command_and_the_later_holds(world: World) -> None:
    after = typed("bridge", "check", "--json", *options(world))
    assert json.loads(after.stdout)[0]["ok"] is True
    before = typed("bridge", *options(world), "check", "--json")
    assert without_clock(before.stdout) == without_clock(after.stdout)
    wrong = typed("bridge", *options(world, db="sqlite:////nowhere.db"), "check", "--json")
    assert json.loads(wrong.stdout)[0]["ok"] is False
    mended = typed(
        "bridge", *options(world, db="sqlite:////nowhere.db"), "check", "--json", "--db", world.db
    )
    assert without_clock(mended.stdout) == without_clock(after.stdout)


def test_a_database_that_is_not_there_says_what_to_type(world: World, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    told = str(typed("bridge", "status", *options(world, db=url)).exception)
    assert "--db" in told
    assert f"interlock erp migrate --db {url}" in told


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE alembic_version_erp SET version_num = 'ffff'",
        "UPDATE alembic_version_bridge SET version_num = 'ffff'",
    ],
)
@pytest.mark.parametrize("command", ["bridge run", "bridge once", "bridge status", "audit"])
def test_a_database_of_another_version_is_told_without_a_trace(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    edit: str,
    command: str,
) -> None:
    world.sql(edit)
    monkeypatch.setattr(sys, "argv", ["interlock", *command.split(), *options(world)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == Exit.USAGE
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert told.endswith("code: WrongDeployment\n")
    assert "was made by another version of interlock" in told
    assert "name a new database with --db" in told


# ---- status -----------------------------------------------------------------------------------


def test_status_is_up_while_a_daemon_holds_the_database_and_the_node_answers(world: World) -> None:
    world.bridge.daemon.once()
    with sole_daemon(world.bridge.store.engine):
        code, found = status(world)
    assert (code, found["up"], found["daemon"], found["node"]) == (0, True, "up", "up")


def test_status_of_a_dead_daemon_says_down_and_fails(world: World) -> None:
    world.bridge.daemon.once()
    code, found = status(world)
    assert (code, found["up"], found["node"]) == (1, False, "up")
    assert found["daemon"].startswith("DOWN")
    assert "interlock bridge run" in found["daemon"]
    first = typed("bridge", "status", *options(world)).stdout.splitlines()[0]
    assert first.startswith("DOWN: no process walks the ring")
    assert "last pass" in first


def test_status_of_a_dead_node_says_down_fails_and_still_tells_what_waits(world: World) -> None:
    order = park(world)
    with sole_daemon(world.bridge.store.engine):
        code, found = status(world, rpc=DEAD_NODE)
    assert (code, found["up"], found["head"]) == (3, False, None)
    assert found["node"] == f"DOWN: {DEAD_NODE} does not answer"
    (parked,) = found["quarantined"]
    assert (parked["aggregate"], parked["number"]) == ("order:1", order.number)


def test_daemon_and_node_both_dead_are_said_in_the_first_line(world: World) -> None:
    world.bridge.daemon.once()
    done = typed("bridge", "status", *options(world, rpc=DEAD_NODE))
    first = done.stdout.splitlines()[0]
    assert done.exit_code == 1
    assert first.startswith(f"DOWN: {DEAD_NODE} does not answer · no process walks the ring")


def test_a_call_that_waits_for_its_time_is_named_with_how_long(world: World) -> None:
    world.issue()
    world.settle()
    (waiting, *_) = status(world)[1]["waiting"]
    assert waiting["call"].startswith("Tenders.")
    printed = typed("bridge", "status", *options(world)).stdout
    assert re.search(rf"^  \w[\w ]* of {waiting['number']}, in \d+ \w+", printed, re.MULTILINE)
    assert "lag_blocks" not in printed


def test_a_daemon_that_hangs_is_down_too(world: World) -> None:
    store = world.bridge.store
    world.bridge.daemon.once()
    with store.view() as session:
        walked = store.cursor(session).walked_at
    with sole_daemon(store.engine):
        late = liveness(store, "node", 1, walked + SILENT_SECONDS + 1)
        assert late["daemon"].startswith("DOWN: its process is there")
        assert liveness(store, "node", 1, walked + SILENT_SECONDS)["up"] is True


def test_looking_whether_a_daemon_lives_does_not_keep_one_from_starting(world: World) -> None:
    engine = world.bridge.store.engine
    assert not is_daemon_alive(engine)
    with sole_daemon(engine):
        assert is_daemon_alive(engine)
        assert is_daemon_alive(engine)
    assert not is_daemon_alive(engine)
    with sole_daemon(engine):
        pass


# ---- numbers ----------------------------------------------------------------------------------


def test_what_is_stuck_is_named_by_the_number_of_its_order(world: World) -> None:
    order = park(world)
    (parked,) = world.status()["quarantined"]
    why = ("--why", "settled by letter")
    done = typed("bridge", "quarantine", "retry", order.number, *why, *options(world))
    assert done.stdout == f"{parked['position']} is final\n"
    world.settle()
    done = typed("bridge", "quarantine", "resolve", order.number, *why, *options(world))
    assert done.stdout == f"{parked['position']} is resolved\n"


def test_a_number_means_the_call_of_its_document_before_anything_else(world: World) -> None:
    order = park(world)
    for number, key in ((order.number, "one"), ("PR-X", "two")):
        world.sql(
            "UPDATE bridge_outbox SET status = 'refused', key = :k, document_number = :n WHERE id = "
            "(SELECT max(id) FROM bridge_outbox WHERE status <> 'refused')",
            k=f"purchase_order:{key}",
            n=number,
        )
    done = typed("bridge", "quarantine", "resolve", order.number, "--why", "x", *options(world))
    assert done.stdout == "purchase_order:one is given_up\n"


def test_a_number_that_means_nothing_or_too_much_is_told(world: World) -> None:
    order = park(world)
    retry = ("bridge", "quarantine", "retry")
    told = typed(*retry, "PO-1999-00001", "--why", "x", *options(world)).exception
    assert "nothing parked has the key 'PO-1999-00001'" in str(told)
    world.sql("UPDATE bridge_inbox SET status = 'quarantined' WHERE event = 'OrderFunded'")
    told = typed(*retry, order.number, "--why", "x", *options(world)).exception
    assert f"several rows of {order.number} are parked, name one of: 0" in str(told)


# ---- quarantine -------------------------------------------------------------------------------


def quarantine(world: World, *words: str) -> Result:
    """`interlock bridge quarantine …` on this world."""
    return typed("bridge", "quarantine", *words, *options(world))


def strangers(world: World, count: int) -> None:
    """So many accounts that the ERP does not know are enrolled on chain."""
    for number in range(count):
        account = f"0x{0x5E5E + number:040x}"
        world.transact("registrar", "Participants", "register", account, 2)
    world.settle()


def test_the_list_puts_alike_things_together_with_their_reason_in_both_languages(
    world: World,
) -> None:
    order = park(world)
    strangers(world, 3)
    found = json.loads(quarantine(world, "list", "--json").stdout)
    first, second = found["groups"]
    assert (first["what"], first["cause"]) == (
        "Participants.ParticipantRegistered",
        "UnknownAccount",
    )
    assert (first["count"], first["waiting_behind"]) == (3, 0)
    assert first["reason"]["en"].startswith("UnknownAccount: No party has the settlement account")
    assert first["reason"]["zh"].startswith("没有参与方使用结算账户 0x")
    assert (second["count"], second["oldest"]["number"]) == (1, order.number)
    printed = quarantine(world, "list").stdout
    assert first["reason"]["en"] in printed
    assert first["reason"]["zh"] in printed
    assert first["reason"]["en"] not in quarantine(world, "list", "--lang", "zh").stdout
    assert first["reason"]["zh"] not in quarantine(world, "list", "--lang", "en").stdout
    assert "neither zh nor en" in str(quarantine(world, "list", "--lang", "fr").exception)


def test_show_tells_fields_reason_what_waits_and_what_to_do_without_a_node(world: World) -> None:
    order = park(world, 40)
    world.despatch("SUPPLIER", order, 60)
    world.settle()
    words = ("show", order.number, "--json", *options(world, rpc=DEAD_NODE))
    found = json.loads(typed("bridge", "quarantine", *words).stdout)
    assert (found["what"], found["status"]) == ("PurchaseOrders.DeliveryShipped", "quarantined")
    assert (found["fields"]["order_id"], found["fields"]["quantity"]) == (1, 40)
    assert (found["cause"], found["alike"], found["waiting_behind"]) == ("WrongStatus", 1, 1)
    assert found["first_behind"][0].endswith("DeliveryShipped")
    assert f"quarantine retry {found['key']} --why" in found["advice"]["en"]
    assert f"quarantine retry {found['key']} --why" in found["advice"]["zh"]
    printed = quarantine(world, "show", order.number).stdout
    for said in (found["reason"]["zh"], found["advice"]["zh"], "1 wait:", order.number):
        assert said in printed


def test_a_bug_shows_its_whole_trace_and_a_call_its_arguments_by_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> None:
        raise KeyError("member")

    world.issue()
    with monkeypatch.context() as patch:
        patch.setattr("bridge.ring.report.named_by", bug)
        world.bridge.report.run()
    (stuck,) = world.status()["stuck"]
    assert "\n" not in stuck["reason"]
    found = json.loads(quarantine(world, "show", stuck["key"], "--json").stdout)
    assert found["cause"].startswith("Unforeseen: KeyError in test_operator.py:")
    assert "ring/report.py" in found["trace"]
    assert found["trace"].splitlines()[-1].endswith('raise KeyError("member")')
    assert found["reason"]["zh"].startswith("程序错误：KeyError")
    assert found["trace"] in quarantine(world, "show", stuck["key"]).stdout
    assert quarantine(world, "retry", stuck["key"], "--why", "updated").exit_code == 0
    world.sql("UPDATE bridge_outbox SET status = 'refused', reason = 'Tenders_TermsMismatch()'")
    found = json.loads(quarantine(world, "show", stuck["key"], "--json").stdout)
    assert "terms" in found["fields"]
    assert found["reason"]["zh"] == "竞价采购：条款不符"


def test_more_than_one_is_touched_only_with_a_yes_and_the_number_is_told(world: World) -> None:
    strangers(world, 3)
    key = world.status()["quarantined"][1]["position"]
    alike = ("resolve", key, "--all-like", "--why", "partners of another ERP", "--who", "li")
    refused = quarantine(world, *alike)
    assert "3 × Participants.ParticipantRegistered" in str(refused.exception)
    assert "say --yes" in str(refused.exception)
    assert len(world.status()["quarantined"]) == 3
    assert quarantine(world, *alike, "--yes").stdout == "3 of 3 are dealt with\n"
    assert world.status()["quarantined"] == []
    acts = world.status()["operator_acts"]
    assert [(act["who"], act["act"], act["why"]) for act in acts] == [
        ("li", "resolved", "partners of another ERP")
    ] * 3
    listed = json.loads(quarantine(world, "list", "--json").stdout)
    assert listed["groups"] == []
    assert {act["reason_before"].partition(": ")[0] for act in listed["acts"]} == {"PortRefused"}
    shown = json.loads(quarantine(world, "show", key, "--json").stdout)
    assert (shown["status"], shown["waits_for_a_person"]) == ("resolved", False)
    assert [act["who"] for act in shown["acts"]] == ["li"]
    said = quarantine(world, "list").stdout
    assert "nothing is parked" in said
    assert "partners of another ERP" in said
    told = typed("audit", *options(world)).stdout
    assert told.count("resolved by li at ") == 3


def test_who_acts_is_the_user_of_the_machine_unless_somebody_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers(world, 1)
    key = world.status()["quarantined"][0]["position"]
    monkeypatch.setenv("LOGNAME", "wang")
    assert quarantine(world, "retry", key, "--why", "look again").exit_code == 0
    world.settle()
    assert "--why" in quarantine(world, "retry", key).output
    assert "say it with --why" in str(quarantine(world, "retry", key, "--why", " ").exception)
    (act,) = world.status()["operator_acts"]
    assert (act["who"], act["act"], act["key"]) == ("wang", "retried", key)


def test_what_stays_parked_is_named_and_the_exit_code_says_so(world: World) -> None:
    """A call that its document cannot ask for yet is not put back, and no act of it is written down."""
    park(world)
    world.sql("UPDATE bridge_outbox SET status = 'refused' WHERE key LIKE 'anchor:%'")
    ((key,),) = world.sql("SELECT min(key) FROM bridge_outbox WHERE key LIKE 'anchor:%'")
    done = quarantine(world, "resolve", key, "--why", "it can never go through")
    assert done.exit_code == 1
    assert f"{key} stays parked: BadConfiguration: {key} is the bridge's own" in done.output
    assert world.status()["operator_acts"] == []
    shown = json.loads(quarantine(world, "show", key, "--json").stdout)
    assert "cannot be given up" in shown["advice"]["en"]
    assert "不能放弃" in shown["advice"]["zh"]


# ---- audit ------------------------------------------------------------------------------------


def test_an_audit_only_looks_unless_told_to_hold(world: World) -> None:
    order = world.tender({"SUPPLIER": 1_000_003})
    world.sql("UPDATE purchase_order SET amount_minor = amount_minor + 1")
    assert typed("audit", *options(world)).exit_code == 1
    assert world.status()["holds"] == []
    assert typed("audit", "--hold", *options(world)).exit_code == 1
    (hold,) = world.status()["holds"]
    assert (hold["aggregate"], hold["number"]) == ("order:1", order.number)
    world.sql("UPDATE purchase_order SET amount_minor = amount_minor - 1")
    assert typed("audit", *options(world)).exit_code == 0
    assert len(world.status()["holds"]) == 1
    assert typed("audit", "--hold", *options(world)).exit_code == 0
    assert world.status()["holds"] == []


def test_an_audit_goes_on_from_the_last_one_unless_everything_is_asked_for(
    world: World, notebook: Path
) -> None:
    def audited(*words: str) -> dict[str, Any]:
        done = typed("audit", "--json", *words, *options(world))
        assert done.exit_code == 0, done.output
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    first, second = audited(), audited()
    assert (first["since"], first["why"]) == (None, "there is no notebook yet")
    assert (second["since"], second["why"]) == (first["block"], "")
    assert audited("--since", "3")["since"] == 3
    assert audited("--since", "2006-01-01")["since"] is not None
    assert audited("--full")["since"] is None
    assert audited()["since"] == first["block"]
    assert sorted(file.name for file in notebook.iterdir()) == ["books.db", "notebook.db"]
    assert {file.stat().st_mode & 0o777 for file in notebook.iterdir()} == {0o600}
    assert "after block" in typed("audit", *options(world)).stdout
    said = typed("audit", "--since", "yesterday", *options(world)).exception
    assert "neither a block nor a day" in str(said)
    assert world.sql("SELECT count(*) FROM bridge_audit") == [(7,)]


# ---- print ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("bridge", "check"),
        ("bridge", "status"),
        ("bridge", "quarantine", "list"),
        ("audit",),
        ("bridge", "map"),
    ],
)
def test_off_a_terminal_nothing_is_cut_boxed_or_coloured(
    world: World, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    given = (
        ()
        if "map" in words
        else options(world, rpc=DEAD_NODE if "status" in words else world.node.url)
    )
    printed = typed(*words, *given).stdout
    assert printed
    assert not re.search("[\x1b…│┃━─]", printed)
    if "check" in words:
        for (deployed,) in world.deployment.contracts.values():
            assert deployed.address in printed


def test_the_map_is_told_in_three_forms() -> None:
    found = json.loads(typed("bridge", "map", "--json").stdout)
    assert {"events", "calls"} <= found.keys()
    assert typed("bridge", "map", "--markdown").stdout.startswith("| contract | event |")
    assert "PurchaseOrderOpened" in typed("bridge", "map").stdout
