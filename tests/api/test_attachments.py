"""Attachments through the API: who reads them, what is kept of a request, and what is refused."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text

from erp.api.idempotency import fingerprint
from erp.api.routes.attachments import MAX_UPLOAD_BYTES, FileUpload
from erp.api.settings import MAX_BODY_BYTES
from erp.api.tokens import fingerprint_key
from erp.attachments.schemas import MAX_CONTENT_BYTES
from erp.kernel.roles import Role

from .house import House
from .test_problems import problem

LETTER = b"Applicant Zhang, born 1990-05-04, asks for the role of welder. " * 100
ABOUT = "CAP-2026-00001"


@pytest.fixture(autouse=True)
def document(house: House) -> None:
    """A document that something can be attached to."""
    house.told(Role.FINANCE, "/capital-contributions", {"entity": "HEFEI", "amount_minor": 1})


def upload(payload: bytes = LETTER, **changed: Any) -> dict[str, Any]:
    stated = {
        "about": ABOUT,
        "kind": "text",
        "media_type": "text/plain",
        "field_class": "open",
        "personal": True,
        "content": base64.b64encode(payload).decode(),
    }
    return stated | changed


def attach(house: House, key: str | None = None, **changed: Any) -> Response:
    return house.post(Role.FINANCE, "/attachments", upload(**changed), key)


def stored(house: House) -> bytes:
    """All bytes of the database and its write-ahead log."""
    file = Path(str(house.engine.url.database))
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_what_was_attached_is_read_with_its_digest(house: House) -> None:
    made = attach(house, personal=False, name="letter.txt").json()["document"]
    assert made["type"] == "attachment"
    assert made["fields"]["size_bytes"] == len(LETTER)
    listed = house.get(Role.QUALITY, f"/documents/{ABOUT}/attachments").json()
    assert [(one["number"], one["name"]) for one in listed["items"]] == [
        (made["number"], "letter.txt")
    ]
    answer = house.get(Role.AUDITOR, f"/attachments/{made['number']}")
    assert answer.content == LETTER
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["attachment-digest"] == made["fields"]["digest"]
    salt = bytes.fromhex(answer.headers["attachment-salt"])
    assert hashlib.sha256(salt + LETTER).hexdigest() == made["fields"]["digest"]
    plain = base64.b64encode(hashlib.sha256(LETTER).digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{plain}:"
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.headers["content-disposition"].startswith("attachment;")
    others = house.get(Role.QUALITY, f"/attachments/{made['number']}")
    assert others.content == LETTER
    assert "attachment-salt" not in others.headers


@pytest.mark.sqlite("reads the bytes of the file and of its write-ahead log")
def test_erased_bytes_are_in_no_file_and_no_answer(house: House) -> None:
    made = attach(house, key="upload-1").json()["document"]
    again = attach(house, key="upload-1")
    assert again.headers["idempotency-replayed"] == "true"
    assert b"Zhang" in stored(house)
    body = {"attachment": made["number"], "reason": "the applicant withdrew"}
    problem(house.post(Role.FINANCE, "/side-data-erasures", body), 403, "forbidden")
    assert house.post(Role.ADMIN, "/side-data-erasures", body).status_code == 201
    there = stored(house)
    assert b"Zhang" not in there
    assert base64.b64encode(LETTER)[:40] not in there
    assert made["fields"]["digest"].encode() in there
    gone = problem(
        house.get(Role.AUDITOR, f"/attachments/{made['number']}"), 404, "side-data-erased"
    )
    assert gone["erased_by"] == "ERA-2026-00001"
    (listed,) = house.get(Role.AUDITOR, f"/documents/{ABOUT}/attachments").json()["items"]
    assert listed["erased_by"] == "ERA-2026-00001"


def test_what_is_kept_of_a_request_does_not_tell_what_was_erased(house: House) -> None:
    """Whoever guesses a short text finds no hash in the database to try the guess on."""
    good, evil = (base64.b64encode(word).decode() for word in (b"good", b"evil"))
    attach(house, key="upload-1", content=good)
    with house.engine.connect() as connection:
        kept = connection.execute(text("SELECT fingerprint, body FROM api_idempotency")).all()
        hashes = connection.scalars(text("SELECT token_sha256 FROM api_token")).all()
    assert good not in str(kept)
    guess = FileUpload(**upload(b"good"))
    for key in (b"", b"upload-1", *(one.encode() for one in hashes), *map(bytes.fromhex, hashes)):
        assert fingerprint("/attachments", guess, key) not in str(kept)
    senders = fingerprint_key(house.tokens[Role.FINANCE])
    assert fingerprint("/attachments", guess, senders) in str(kept)
    other = attach(house, key="upload-1", content=evil)
    problem(other, 422, "idempotency-key-reused")


@pytest.mark.parametrize("field_class", ["money", "confidential"])
def test_bytes_are_read_by_the_roles_of_their_class(house: House, field_class: str) -> None:
    number = attach(house, field_class=field_class).json()["document"]["number"]
    for role in Role:
        answer = house.get(role, f"/attachments/{number}")
        may = role in {Role.FINANCE, Role.AUDITOR, Role.PLANNER, Role.BUYER}
        assert answer.status_code == (200 if may else 403), role
        if role is Role.WAREHOUSE:
            assert "supplier" not in answer.json()["roles_needed"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"content": "no base64!"}, "content"),
        ({"content": ""}, "content"),
        ({"content": 7}, "content"),
        ({"content": "QUJD\n"}, "content"),
        ({"media_type": "text/html; charset=utf-7"}, "media_type"),
        ({"field_class": "proof"}, "field_class"),
        ({"kind": "secret"}, "kind"),
        ({"digest": "ab" * 32}, "digest"),
    ],
)
def test_a_malformed_upload_is_refused_with_its_field(
    house: House, changed: dict[str, Any], field: str
) -> None:
    told = problem(attach(house, **changed), 422, "validation-failed")
    assert [one["field"] for one in told["errors"]] == [f"body.{field}"]
    assert "QUJD" not in str(told)


def test_an_upload_has_a_bound_of_its_own_and_other_routes_keep_theirs(house: House) -> None:
    largest = house.post(Role.FINANCE, "/attachments", upload(b"x" * MAX_CONTENT_BYTES))
    assert largest.status_code == 201
    number = largest.json()["document"]["number"]
    assert len(house.get(Role.FINANCE, f"/attachments/{number}").content) == MAX_CONTENT_BYTES
    more = house.post(Role.FINANCE, "/attachments", upload(b"x" * (MAX_CONTENT_BYTES + 1)))
    problem(more, 422, "validation-failed")
    beyond = house.post(Role.FINANCE, "/attachments", upload(b"x" * MAX_UPLOAD_BYTES))
    assert problem(beyond, 413, "body-too-large")["max_bytes"] == MAX_UPLOAD_BYTES
    body = {"entity": "HEFEI", "amount_minor": 1, "note": "x" * MAX_BODY_BYTES}
    told = problem(house.post(Role.FINANCE, "/capital-contributions", body), 413, "body-too-large")
    assert told["max_bytes"] == MAX_BODY_BYTES


def test_a_refused_upload_leaves_nothing(house: House) -> None:
    problem(attach(house, about="CAP-2026-99999"), 409, "unknown-document")
    problem(attach(house, name="zhang.txt"), 409, "name-of-personal-data")
    with house.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM side_data")).scalar_one() == 0
    assert b"Zhang" not in stored(house)


def test_tampered_bytes_are_not_given_out(house: House) -> None:
    number = attach(house).json()["document"]["number"]
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE side_data SET content = :other"), {"other": bytes(10)})
    problem(house.get(Role.FINANCE, f"/attachments/{number}"), 409, "side-data-tampered")
    with house.engine.begin() as connection:
        connection.execute(text("DELETE FROM side_data"))
    problem(house.get(Role.FINANCE, f"/attachments/{number}"), 404, "side-data-missing")


def test_of_an_unknown_document_or_attachment_nothing_is_read(house: House) -> None:
    problem(
        house.get(Role.FINANCE, "/documents/CAP-2026-99999/attachments"), 404, "unknown-document"
    )
    problem(house.get(Role.FINANCE, "/attachments/ATT-2026-99999"), 404, "unknown-attachment")
