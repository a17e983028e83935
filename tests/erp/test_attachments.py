"""Side data beside the log: kept with its digest, erasable where it is personal, and the books replay without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from erp import replay
from erp.attachments import queries, rules
from erp.attachments.errors import (
    DigestTaken,
    EvidenceIsKept,
    NameOfPersonalData,
    SideDataErased,
    SideDataMissing,
    SideDataTampered,
    TooManyAttachments,
    UnknownAttachment,
)
from erp.attachments.schemas import EraseSideData
from erp.attachments.service import content_of
from erp.comparison import Difference
from erp.database import empty_write_ahead_log, snapshot, transaction
from erp.kernel.errors import Rejected
from erp.kernel.log.errors import UnknownDocument
from erp.kernel.log.model import Document
from erp.kernel.rows import Rows
from erp.payments.schemas import ContributeCapital
from tests.erp.world import World

LETTER = b"Applicant Zhang, born 1990-05-04, asks for the role of welder. " * 400


@pytest.fixture
def document(world: World) -> str:
    """The number of a document that something can be attached to."""
    return world.do(ContributeCapital(entity="buyer", amount_minor=1)).number


def erase(world: World, attachment: Document) -> Document:
    return world.do(EraseSideData(attachment=attachment.number, reason="the applicant withdrew"))


def read(world: World, attachment: Document) -> bytes:
    with snapshot(world.engine) as session:
        return content_of(session, queries.attachment(Rows.of(session), attachment.number))[0]


def differences(engine: Engine) -> list[Difference]:
    with snapshot(engine) as session:
        return replay.differences(session)


def tamper(engine: Engine, statement: str, value: object = None) -> None:
    with engine.begin() as connection:
        assert connection.execute(text(statement), {"value": value}).rowcount > 0


def files_of(engine: Engine) -> bytes:
    """All bytes of a SQLite database, its write-ahead log and what else stands beside it."""
    file = Path(str(engine.url.database))
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


# ---- what the log keeps


def test_the_log_keeps_digest_and_size_and_none_of_the_bytes(world: World, document: str) -> None:
    made = world.attach(document, LETTER, name="application.pdf")
    assert read(world, made) == LETTER
    assert made.fields["size_bytes"] == len(LETTER)
    assert made.fields["about_type"] == "capital"
    assert made.entries == []
    with world.engine.connect() as connection:
        log = str(connection.execute(text("SELECT * FROM document_log")).all())
    assert "Zhang" not in log
    assert made.fields["digest"] in log


def test_an_attachment_of_a_document_of_an_order_is_found_with_the_order(world: World) -> None:
    order = world.funded()
    receipt = world.receive(order, world.despatch(40).fields["quantity"])
    assert world.attach(receipt.number).fields["order"] == order
    assert world.attach(world.last("requisition").number).fields["order"] is None


def test_equal_bytes_have_unequal_digests_and_a_digest_needs_a_salt_of_its_length(
    world: World, document: str
) -> None:
    first, second = world.attach(document), world.attach(document)
    assert first.fields["digest"] != second.fields["digest"]
    with pytest.raises(ValueError, match="salt has 5 bytes"):
        rules.digest_of(b"short", b"bytes")


# ---- erasing


@pytest.mark.sqlite("reads the bytes of the file and of its write-ahead log")
def test_erased_bytes_are_in_no_file_of_the_database(world: World, document: str) -> None:
    made = world.attach(document, LETTER, personal=True)
    with world.engine.connect() as connection:
        salt = connection.execute(text("SELECT salt FROM side_data")).scalar_one()
    assert b"Zhang" in files_of(world.engine)
    erase(world, made)
    assert empty_write_ahead_log(world.engine)
    there = files_of(world.engine)
    assert made.fields["digest"].encode() in there
    assert b"Zhang" not in there
    assert salt not in there
    with pytest.raises(SideDataErased, match="ERA-2026-00001"):
        read(world, made)


@pytest.mark.sqlite("reads the bytes of the file and of its write-ahead log")
def test_the_write_ahead_log_is_not_waited_for_and_the_next_call_empties_it(
    world: World, document: str
) -> None:
    made = world.attach(document, LETTER, personal=True)
    with snapshot(world.engine) as reader:
        assert queries.count_about(Rows.of(reader), document) == 1
        erase(world, made)
        assert not empty_write_ahead_log(world.engine)
    assert empty_write_ahead_log(world.engine)
    assert b"Zhang" not in files_of(world.engine)


def test_the_books_replay_without_erased_bytes(world: World, document: str) -> None:
    kept, erased = world.attach(document, LETTER), world.attach(document, LETTER, personal=True)
    erase(world, erased)
    assert differences(world.engine) == []
    assert read(world, kept) == LETTER
    with snapshot(replay.rebuild(world.log())) as rebuilt:
        assert queries.attachment(Rows.of(rebuilt), erased.number).erased_by == "ERA-2026-00001"
        assert queries.digests(rebuilt) == []


def test_evidence_of_the_books_is_not_erased_and_nothing_is_erased_twice(
    world: World, document: str
) -> None:
    evidence, letter = world.attach(document), world.attach(document, LETTER, personal=True)
    with pytest.raises(EvidenceIsKept, match="30 years"):
        erase(world, evidence)
    assert read(world, evidence) == b"some bytes"
    erase(world, letter)
    with pytest.raises(SideDataErased):
        erase(world, letter)


# ---- refusals


def test_what_cannot_be_attached_is_refused_and_its_bytes_are_not_kept(
    world: World, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = world.attach(document)
    refused: list[tuple[type[Rejected], dict[str, object]]] = [
        (UnknownDocument, {"about": "CAP-2026-99999"}),
        (NameOfPersonalData, {"personal": True, "name": "Zhang.pdf"}),
        (DigestTaken, {"digest": first.fields["digest"]}),
    ]
    for error, changed in refused:
        with pytest.raises(error):
            world.attach(**{"about": document, **changed})  # type: ignore[arg-type]
    monkeypatch.setattr(rules, "MAX_ATTACHMENTS", 1)
    with pytest.raises(TooManyAttachments):
        world.attach(document)
    with transaction(world.engine) as session:
        assert queries.digests(session) == [first.fields["digest"]]
        with pytest.raises(UnknownAttachment):
            queries.attachment(Rows.of(session), "ATT-2026-99999")


# ---- what an administrator of the database changes


def test_other_bytes_are_refused_and_named_by_the_audit(world: World, document: str) -> None:
    made = world.attach(document)
    contents: list[object] = [b"other byte"]
    if world.engine.dialect.name == "sqlite":  # whose columns take anything
        contents += ["some bytes", 7]
    for content in contents:
        tamper(world.engine, "UPDATE side_data SET content = :value", content)
        with pytest.raises(SideDataTampered, match=made.fields["digest"]):
            read(world, made)
        (found,) = differences(world.engine)
        assert (found.table, found.key) == ("side_data", f"number {made.number}")
        assert found.live == "other bytes"


def test_another_salt_is_refused(world: World, document: str) -> None:
    made = world.attach(document)
    for salt in (b"short", bytes(32)):
        tamper(world.engine, "UPDATE side_data SET salt = :value", salt)
        with pytest.raises(SideDataTampered):
            read(world, made)
        assert [one.live for one in differences(world.engine)] == ["other bytes"]


def test_bytes_that_nobody_erased_are_missed(world: World, document: str) -> None:
    made = world.attach(document)
    tamper(world.engine, "DELETE FROM side_data")
    with pytest.raises(SideDataMissing):
        read(world, made)
    assert [one.live for one in differences(world.engine)] == ["missing"]


def test_bytes_put_back_after_they_were_erased_are_named(world: World, document: str) -> None:
    made = world.attach(document, LETTER, personal=True)
    erase(world, made)
    with transaction(world.engine) as session:
        queries.insert_side_data(session, made.fields["digest"], b"s" * 32, LETTER)
    (found,) = differences(world.engine)
    assert (found.live, found.rebuilt) == ("there", "erased by ERA-2026-00001")


def test_bytes_of_no_attachment_are_named(world: World) -> None:
    with transaction(world.engine) as session:
        queries.insert_side_data(session, "ab" * 32, b"s" * 32, LETTER)
    (found,) = differences(world.engine)
    assert (found.key, found.rebuilt) == ("digest " + "ab" * 32, "of no attachment")
