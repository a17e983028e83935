"""The audit goes on from its notebook: it finds what an audit of everything finds, at once or when its turn comes."""

# ruff: noqa: S608 - the names of tables and columns are this file's own

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bridge.audit import AuditReport, part, reading
from bridge.audit import audit as auditing
from erp.parties.schemas import SuspendParty
from tests.faults.administrator import forge, matched, paid, shipped
from tests.faults.planting import plant
from tests.faults.rooms import FILLED_BY, PLAYS
from tests.faults.test_planted_faults import FAULTS, PLAYED, Fault
from tests.faults.test_tamper import named, unlock
from tests.world import World

Found = dict[int, set[str]]


def found(report: AuditReport) -> Found:
    """What a report says of each invariant."""
    return {i.id: {f"{d.kind} {d.row}: {d.detail}" for d in i.differences} for i in report.invariants}  # fmt: skip


def same(report: AuditReport, play: str) -> Found:
    """What a report says, less the rebuilt books of plays that book with smaller limits than ours while they run."""
    return {n: told for n, told in found(report).items() if n != 5 or play not in SMALLER}


SMALLER = {"capacity", "groups"}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """Where the auditor keeps the notebook."""
    return tmp_path / "notebook"


def go_on(world: World, notebook: Path) -> AuditReport:
    """An audit of what is new, noted in the bridge's database as the command does."""
    report = world.bridge.audit.run(folder=notebook)
    world.bridge.audit.note(report)
    return report


def begin(world: World, notebook: Path) -> None:
    """The first audit reads everything, and leaves its notebook."""
    first = go_on(world, notebook)
    assert (first.since, first.why) == (None, "there is no notebook yet")
    assert go_on(world, notebook).since is not None


@pytest.fixture
def smallest_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is one thing with what belongs to it: nothing else is there by chance."""
    monkeypatch.setattr(part, "PART", 1)


def at_once(world: World) -> AuditReport:
    """An audit of everything in one part, in which nothing can be missing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(part, "PART", 1_000_000)
        return world.audit()


# ---- what is found is the same ------------------------------------------------------------------


@pytest.mark.usefixtures("smallest_parts")
@pytest.mark.parametrize("play", sorted(PLAYED | set(FILLED_BY.values())))
def test_audits_in_steps_find_what_one_audit_of_everything_finds(
    world: World, monkeypatch: pytest.MonkeyPatch, notebook: Path, play: str
) -> None:
    """An audit after each pass of the ring in which documents came."""
    seen = set[int]()
    settle = world.bridge.daemon.until_quiet

    def watched() -> int:
        passes = settle()
        if len(seen) < 25:  # of a play
            report = go_on(world, notebook)
            seen.add(report.block)
            assert same(report, play) == same(at_once(world), play)
        return passes

    monkeypatch.setattr(world.bridge.daemon, "until_quiet", watched)
    PLAYS[play](world)
    world.settle()
    assert seen
    last, whole = go_on(world, notebook), at_once(world)
    assert same(last, play) == same(whole, play)
    assert last.remarks == whole.remarks


@pytest.mark.usefixtures("smallest_parts")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_planted_fault_is_found_at_once_and_again_until_it_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch, notebook: Path, fault: Fault
) -> None:
    begin(world, notebook)
    plant(monkeypatch, fault.command, fault.spoil)
    PLAYS[fault.play](world)
    world.settle()
    for _ in range(2):
        report = go_on(world, notebook)
        assert fault.named in "\n".join(found(report)[fault.invariant])
        assert found(report) == found(at_once(world))


# ---- old rows -----------------------------------------------------------------------------------


def turns(world: World, notebook: Path, most: int = 60) -> tuple[int, AuditReport]:
    """How many audits it takes until one is red, and that one."""
    for count in range(1, most + 1):
        report = go_on(world, notebook)
        if not report.holds:
            return count, report
    raise AssertionError(f"{most} audits found nothing")


@pytest.fixture
def small_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns as if there were very much that is old."""
    monkeypatch.setattr(auditing, "TURN_ROWS", 40)
    monkeypatch.setattr(reading, "TURN_BLOCKS", 7)
    monkeypatch.setattr(reading, "TURN_EVENTS", 4)
    monkeypatch.setattr(reading, "TURN_DOCUMENTS", 3)


def edit_inspection(world: World) -> str:
    """The newest inspection says another quantity."""
    unlock(world)
    world.sql(
        "UPDATE document_log SET payload = replace(payload, :old, :new) WHERE type = 'inspection'",
        old='"accepted":100',
        new='"accepted":99',
    )
    return world.last("inspection").number


@pytest.mark.usefixtures("small_turns")
def test_an_old_document_that_was_edited_is_found_within_its_turn(
    world: World, notebook: Path
) -> None:
    paid(world)
    begin(world, notebook)
    number = edit_inspection(world)
    count, report = turns(world, notebook)
    assert count > 1
    assert report.since is None
    assert "noted" in report.why
    assert number in named(report)
    again = go_on(world, notebook)
    assert (again.since, found(again)) == (None, found(report))


@pytest.mark.usefixtures("small_turns")
@pytest.mark.parametrize("table", ["purchase_order", "delivery", "party"])
def test_an_old_row_of_the_books_that_was_edited_is_found_within_its_turn(
    world: World, notebook: Path, table: str
) -> None:
    paid(world)
    begin(world, notebook)
    unlock(world)
    column = {"delivery": "paid_minor", "party": "name"}.get(table, "amount_minor")
    value = f"'x' || {column}" if column == "name" else f"{column} + 1"
    world.sql(f"UPDATE {table} SET {column} = {value} WHERE rowid = 1")
    _, report = turns(world, notebook)
    assert f"{table} " in named(report)
    assert found(report) == found(world.audit())


@pytest.mark.usefixtures("small_turns")
def test_an_old_journal_line_that_was_edited_is_found_within_its_turn_and_with_it_its_sum(
    world: World, notebook: Path
) -> None:
    paid(world)
    begin(world, notebook)
    unlock(world)
    world.sql("UPDATE journal_line SET debit_minor = debit_minor + 1 WHERE rowid = 1")
    _, report = turns(world, notebook)
    assert report.since is None
    assert "journal_line " in named(report)
    assert "trial balance GL" in named(report)


@pytest.mark.usefixtures("small_turns")
@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE ledger_balance SET balance_minor = balance_minor + 1 WHERE rowid = 1",
        "DELETE FROM ledger_balance WHERE rowid = 1",
        "UPDATE ledger_turnover SET debit_low = debit_low + 1 WHERE rowid = 1",
        "DELETE FROM ledger_turnover WHERE rowid = 1",
    ],
)
def test_a_kept_sum_of_old_lines_that_was_edited_is_found_at_once(
    world: World, notebook: Path, edit: str
) -> None:
    paid(world)
    begin(world, notebook)
    unlock(world)
    world.sql(edit)
    report = go_on(world, notebook)
    assert report.since is None
    assert edit.partition("ledger_")[2].split()[0] in named(report)


@pytest.mark.usefixtures("small_turns")
def test_a_new_entry_that_does_not_balance_is_found_by_its_sum_at_once(
    world: World, notebook: Path
) -> None:
    begin(world, notebook)
    port = world.bridge.port
    before = port.last_sequence()
    paid(world)
    unlock(world)
    newest = "(SELECT max(entry) FROM journal_line)"
    world.sql(f"UPDATE journal_line SET debit_minor = debit_minor + 1 WHERE entry = {newest} AND position = 1")  # fmt: skip
    assert port.trial_balances(before)["GL total"] == 1
    assert not any(port.trial_balances(port.last_sequence()).values())
    assert "trial balance GL" in named(go_on(world, notebook))


@pytest.mark.usefixtures("small_turns")
def test_a_line_that_was_added_to_a_new_entry_is_named_by_each_audit_until_it_is_gone(
    world: World, notebook: Path
) -> None:
    """No document wrote that line, so that its sum alone finds it at once: the next audit must not take it for old."""
    begin(world, notebook)
    paid(world)
    unlock(world)
    others = "entity, account, 1, 0, platform, chain_group, node, counterparty, order_number"
    first = "entry = (SELECT max(entry) FROM journal_line) AND position = 1"
    world.sql(f"INSERT INTO journal_line SELECT entry, 99, {others} FROM journal_line WHERE {first}")  # fmt: skip
    for _ in range(3):
        assert "trial balance GL" in named(go_on(world, notebook))
    world.sql("DELETE FROM journal_line WHERE position = 99")
    assert go_on(world, notebook).holds


def test_an_audit_of_everything_finds_an_old_edit_at_once_and_leaves_no_notebook(
    world: World, notebook: Path
) -> None:
    paid(world)
    begin(world, notebook)
    number = edit_inspection(world)
    report = world.bridge.audit.run(folder=notebook, whole=True)
    world.bridge.audit.note(report)
    assert number in named(report)
    assert report.mark == ""
    assert go_on(world, notebook).why == "there is no notebook yet"


def test_what_is_old_is_read_again_from_a_block_on_when_asked(
    world: World, notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(world)
    monkeypatch.setattr(reading, "TURN_DOCUMENTS", 1)
    monkeypatch.setattr(auditing, "TURN_ROWS", 1)
    begin(world, notebook)
    number = edit_inspection(world)
    assert go_on(world, notebook).holds
    report = world.bridge.audit.run(folder=notebook, since=1)
    assert number in named(report)


# ---- the notebook itself ------------------------------------------------------------------------


def edit(notebook: Path, file: str, statement: str) -> None:
    """Somebody changes the notebook."""
    with sqlite3.connect(notebook / file) as connection:
        changed = connection.execute(statement).rowcount
    connection.close()
    assert changed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE folded SET state = replace(state, '\"sequence\": ', '\"sequence\": 1')",
        "UPDATE folded SET state = '[]'",
        "DELETE FROM folded",
    ],
)
def test_a_notebook_whose_state_was_edited_is_not_gone_on_with(
    world: World, notebook: Path, statement: str
) -> None:
    begin(world, notebook)
    edit(notebook, "notebook.db", statement)
    report = go_on(world, notebook)
    assert report.since is None
    assert "notebook" in report.why
    assert go_on(world, notebook).since is not None


def test_a_fault_that_is_struck_off_the_notebook_is_found_all_the_same(
    world: World, notebook: Path
) -> None:
    number = matched(world)
    world.sql("UPDATE bridge_outbox SET not_before = 4000000000000 WHERE document_number = :n", n=number)  # fmt: skip
    world.settle()
    assert number in named(go_on(world, notebook))
    assert number in named(go_on(world, notebook))
    edit(notebook, "notebook.db", "UPDATE item SET open = 0")
    report = go_on(world, notebook)
    assert "is not the one that the last audit left" in report.why
    assert number in named(report)


@pytest.mark.usefixtures("small_turns")
def test_a_notebook_edited_together_with_the_log_is_found_by_the_chain_or_by_the_log(
    world: World, notebook: Path
) -> None:
    """An event is struck off the notebook: its blocks, read again in turn, say otherwise."""
    paid(world)
    begin(world, notebook)
    edit(notebook, "notebook.db", "DELETE FROM bridge_inbox WHERE event = 'PaymentReleased'")
    for _ in range(60):
        report = go_on(world, notebook)
        if report.since is None:
            break
    assert "have other events than were noted" in report.why
    assert report.holds


def test_an_administrator_who_edits_the_mark_makes_everything_be_read(
    world: World, notebook: Path
) -> None:
    begin(world, notebook)
    world.sql("DELETE FROM bridge_audit")
    assert "is not the one" in go_on(world, notebook).why
    assert go_on(world, notebook).since is not None
    world.sql("UPDATE bridge_audit SET mark = 'x'")
    assert "is not the one" in go_on(world, notebook).why


def test_an_administrator_who_hides_a_fault_in_rebuilt_books_of_the_notebook_too_is_found_by_all(
    world: World, notebook: Path
) -> None:
    """He has both: what he edits alike in both is found by an audit of everything alone."""
    paid(world)
    begin(world, notebook)
    world.sql("UPDATE party SET name = 'x' WHERE code = 'RIVAL'")
    edit(notebook, "books.db", "UPDATE party SET name = 'x' WHERE code = 'RIVAL'")
    assert go_on(world, notebook).holds
    report = world.bridge.audit.run(folder=notebook, whole=True)
    assert "party" in named(report)


def test_a_block_that_left_the_chain_and_another_code_make_everything_be_read(
    world: World, notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(world, notebook)
    monkeypatch.setattr(auditing, "edition", lambda: "another")
    assert "another version" in go_on(world, notebook).why
    assert go_on(world, notebook).since is not None


@pytest.mark.usefixtures("small_turns")
def test_a_forged_document_is_found_at_once_and_again(world: World, notebook: Path) -> None:
    paid(world)
    begin(world, notebook)
    account = world.people["RIVAL"].address
    number = forge(world, SuspendParty(account=account, reason_ref="0x" + "00" * 32))
    world.settle()
    for _ in range(2):
        report = go_on(world, notebook)
        assert report.since is not None
        assert f"document {number}: a " in named(report)
        assert found(report) == found(world.audit())


@pytest.mark.usefixtures("small_turns")
def test_an_old_call_that_is_struck_off_the_outbox_is_found_within_its_turn(
    world: World, notebook: Path
) -> None:
    paid(world)
    begin(world, notebook)
    lost = "SELECT id FROM bridge_outbox WHERE function = 'receiveDelivery'"
    world.sql(f"DELETE FROM bridge_attempt WHERE outbox_id IN ({lost})")
    world.sql("DELETE FROM bridge_outbox WHERE function = 'receiveDelivery'")
    _, report = turns(world, notebook)
    assert found(report)[7]
    assert found(go_on(world, notebook)) == found(world.audit())


def test_a_lost_call_is_found_at_once(world: World, notebook: Path) -> None:
    order, delivery = shipped(world)
    begin(world, notebook)
    world.receive(order, delivery, 100)
    world.settle()
    lost = "SELECT id FROM bridge_outbox WHERE function = 'receiveDelivery'"
    world.sql(f"DELETE FROM bridge_attempt WHERE outbox_id IN ({lost})")
    world.sql("DELETE FROM bridge_outbox WHERE function = 'receiveDelivery'")
    report = go_on(world, notebook)
    assert found(report)[7]
    assert found(report) == found(world.audit())


def test_a_call_that_counted_as_mined_and_then_waits_for_a_person_makes_the_next_audit_red(
    world: World, notebook: Path
) -> None:
    """A node swore to its receipt; ingest read that block, and found no event of it."""
    paid(world)
    (row,) = world.sql(
        "SELECT id, document_number FROM bridge_outbox WHERE key LIKE 'requisition:%'"
    )
    world.sql("UPDATE bridge_attempt SET witnessed = false, block_number = 999 WHERE outbox_id = :i", i=row[0])  # fmt: skip
    begin(world, notebook)
    assert named(go_on(world, notebook)) == ""
    world.sql("UPDATE bridge_attempt SET lost = true WHERE outbox_id = :i", i=row[0])
    world.sql("UPDATE bridge_outbox SET status = 'refused', reason = 'No(1)' WHERE id = :i", i=row[0])  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "TURN_DOCUMENTS", 0)  # its turn is far away
        assert row[1] in named(go_on(world, notebook))
