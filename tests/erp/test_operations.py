"""One command makes one document in one transaction: origins, numbers, salts, refusals, writers that queue."""

from __future__ import annotations

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from erp.database import open_engine, transaction
from erp.kernel.errors import Conflict, DuplicateOrigin, Rejected, Retryable
from erp.kernel.log.model import canonical
from erp.kernel.log.queries import by_number, changes, find, last_sequence, select_documents
from erp.kernel.rows import Rows
from erp.ledger.queries import balance
from erp.parties.errors import UnknownAccount
from erp.payments.schemas import RecordTokenIssue
from erp.procurement.schemas import RaiseRequisition
from erp.rooms import COMMANDS, OPERATIONS, command_of, execute
from tests.databases import shorten_waits
from tests.erp.world import REF, START, World, account

YEAR = 365 * 86_400


def issued(amount: int, holder: str = "buyer") -> RecordTokenIssue:
    return RecordTokenIssue(account=account(holder), amount_minor=amount, bank_ref=REF)


def test_same_origin_and_command_is_one_document(world: World) -> None:
    tokens = held(world)
    first = world.do(issued(5), origin="event-1")
    before = len(world.log())
    assert world.do(issued(5), origin="event-1") == first
    assert len(world.log()) == before
    with transaction(world.engine) as session:
        assert find(session, "event-1") == first
    assert held(world) == tokens + 5


def held(world: World) -> int:
    """The buyer's tokens."""
    with transaction(world.engine) as session:
        return balance(Rows.of(session), "buyer", "1012.01")


def test_same_origin_other_command_is_a_conflict(world: World) -> None:
    first = world.do(issued(5), origin="event-1")
    with pytest.raises(DuplicateOrigin) as refusal:
        world.do(issued(6), origin="event-1")
    assert (refusal.value.key, refusal.value.number) == ("event-1", first.number)
    assert isinstance(refusal.value, Conflict)
    with pytest.raises(DuplicateOrigin):
        world.do(RaiseRequisition(item="bolt"), origin="event-1")


def test_requisition_told_again_with_defaults_is_the_same(world: World) -> None:
    first = world.do(RaiseRequisition(item="bolt"), origin="click-1")
    assert world.do(RaiseRequisition(item="bolt"), origin="click-1").number == first.number
    with pytest.raises(DuplicateOrigin):
        world.do(RaiseRequisition(item="bolt", quantity=7), origin="click-1")


def test_refused_command_leaves_nothing_even_when_the_transaction_goes_on(world: World) -> None:
    before = world.log()
    with transaction(world.engine) as session:
        with pytest.raises(UnknownAccount, match=account("nobody")):
            world.tell(session, issued(1, "nobody"))
        kept = world.tell(session, issued(1))
    assert world.log() == [*before, kept]
    assert kept.sequence == before[-1].sequence + 1
    assert kept.number == "TKI-2026-00004"


def test_numbers_have_no_gap_and_start_anew_each_year(world: World) -> None:
    numbers = [world.do(issued(1)).number for _ in range(3)]
    world.wait(YEAR)
    numbers.append(world.do(issued(1)).number)
    assert numbers == ["TKI-2026-00004", "TKI-2026-00005", "TKI-2026-00006", "TKI-2027-00001"]
    assert [document.sequence for document in world.log()] == list(range(1, len(world.log()) + 1))


def test_following_document_names_its_cause_and_derives_its_salt(world: World) -> None:
    policy = world.do(world.policy(reorder_point=1), salt=b"\x07" * 32)
    requisition = world.last("requisition")
    assert requisition.caused_by == policy.sequence
    assert (
        requisition.salt == hmac.new(b"\x07" * 32, (1).to_bytes(4, "big"), hashlib.sha256).digest()
    )
    assert (requisition.at, requisition.actor, requisition.origin) == (
        policy.at,
        policy.actor,
        None,
    )


def test_payload_is_canonical_and_rebuilds_its_command(world: World) -> None:
    world.funded()
    with world.engine.connect() as connection:
        rows = connection.execute(text("SELECT payload FROM document_log")).scalars().all()
    for row in rows:
        assert canonical(json.loads(row)) == row
        assert "." not in "".join(part for part in row.split('"')[::2])  # no float outside strings
    for document in world.log():
        assert type(command_of(document)).__name__ == document.command


def test_documents_are_found_by_type_order_number_and_cursor(world: World) -> None:
    number = world.funded()
    with transaction(world.engine) as session:
        assert [d.type for d in select_documents(session, order=number, limit=9)] == [
            "purchase_order",
            "award",
            "escrow_deposit",
        ]
        found = by_number(session, number)
        assert found is not None
        assert found.fields["order"] == number
        end = last_sequence(session)
        assert [d.sequence for d in changes(session, end - 2, 10)] == [end - 1, end]
        assert len(select_documents(session, types=["bid", "tender"], limit=10)) == 2


def test_salt_must_have_32_bytes(world: World) -> None:
    with pytest.raises(ValueError, match="31 bytes"), transaction(world.engine) as session:
        execute(session, issued(1), at=START, salt=b"x" * 31, actor="test")


def test_every_command_has_one_operation_with_its_own_type_and_series() -> None:
    count = len(OPERATIONS)
    assert len(COMMANDS) == count
    assert len({operation.doc_type for operation in OPERATIONS.values()}) == count
    assert len({operation.series for operation in OPERATIONS.values()}) == count


def hammer(world: World, writers: int, each: int) -> None:
    def write(writer: int) -> None:
        for index in range(each):
            world.do(issued(1), origin=f"{writer}-{index}", salt=bytes(32))

    before = len(world.log())
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    sequences = [document.sequence for document in world.log()]
    assert sequences == list(range(1, before + writers * each + 1))


def test_writers_queue_instead_of_failing(world: World) -> None:
    hammer(world, writers=4, each=10)


def test_two_writers_with_one_origin_make_one_document(world: World) -> None:
    def write(_index: int) -> int:
        return world.do(issued(1), origin="once", salt=bytes(32)).sequence

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(write, range(8)))) == 1


def test_refusals_carry_code_facts_and_message(world: World) -> None:
    with pytest.raises(Rejected) as refusal:
        world.do(issued(1, "nobody"))
    assert refusal.value.code == "unknown-account"
    assert refusal.value.facts() == {"key": account("nobody")}
    assert "Register the party" in str(refusal.value)


def test_busy_database_is_retryable_and_nothing_is_posted(world: World) -> None:
    impatient = open_engine(world.engine.url.render_as_string(hide_password=False))
    shorten_waits(impatient)
    with transaction(world.engine) as session:
        world.tell(session, issued(1))
        with pytest.raises(Retryable, match="busy"):
            World(impatient).do(issued(2))
    impatient.dispose()
    assert [d.fields["amount_minor"] for d in world.log() if d.type == "token_issue"][3:] == [1]
