"""Machines come by OAuth2: a client's secret opens nothing but the way to access tokens of some minutes; secrets rotate."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text

from erp.api import oauth
from erp.api.settings import Limits
from erp.api.tables import TokenKind
from erp.api.tokens import create_token, revoke_token, rotate_token
from erp.database import transaction
from erp.kernel.errors import Rejected
from erp.kernel.roles import Role

from .house import START, House
from .test_desk import codes, item

GRANT = {"grant_type": "client_credentials"}


def client_of(
    house: House, name: str = "mrp", expires_at: int | None = None, role: Role = Role.PLANNER
) -> str:
    """The secret of a new client."""
    with transaction(house.engine) as session:
        return create_token(
            session, name=name, role=role, party=None, at=house.clock.now,
            secret=name.encode().ljust(32, b"."), kind=TokenKind.CLIENT, expires_at=expires_at,
        )  # fmt: skip


def asked(
    house: House, secret: str, name: str = "mrp", path: str = "/oauth/token", **form: str
) -> Response:
    body = {"client_id": name, "client_secret": secret, **(form or GRANT)}
    return house.client.post(path, data=body)


def access(house: House, secret: str, name: str = "mrp") -> str:
    answer = asked(house, secret, name)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def me(house: House, token: str) -> Response:
    return house.client.get("/me", headers={"Authorization": f"Bearer {token}"})


def write(house: House, token: str, code: str) -> Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-{code}"}
    return house.client.post("/items", json=item(code), headers=headers)


def test_a_client_gets_an_access_token_that_reads_and_writes_as_its_role(house: House) -> None:
    secret = client_of(house)
    answer = asked(house, secret)
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told == {
        "access_token": told["access_token"], "token_type": "Bearer", "expires_in": 900, "scope": "planner",
    }  # fmt: skip
    assert me(house, told["access_token"]).json()["name"] == "mrp"
    made = write(house, told["access_token"], "A")
    assert made.json()["document"]["actor"] == "planner:mrp"
    assert write(house, access(house, secret), "A").headers["idempotency-replayed"] == "true"
    assert (
        house.client.get(
            "/trial-balance", headers={"Authorization": f"Bearer {told['access_token']}"}
        ).status_code
        == 403
    )


def test_the_secret_of_a_client_opens_nothing_by_itself(house: House) -> None:
    assert me(house, client_of(house)).status_code == 401


def test_a_token_that_is_no_client_gets_no_access_token(house: House) -> None:
    answer = asked(house, house.tokens[Role.PLANNER], "planner-1")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_client_may_say_who_it_is_by_http_basic(house: House) -> None:
    told = base64.b64encode(f"mrp:{client_of(house)}".encode()).decode()
    answer = house.client.post(
        "/oauth/token", data=GRANT, headers={"Authorization": f"Basic {told}"}
    )
    assert answer.status_code == 200, answer.text


def test_an_access_token_ends_by_time_for_reads_and_for_writes(house: House) -> None:
    token = access(house, client_of(house))
    assert write(house, token, "A").status_code == 201
    house.clock.now += 900
    assert me(house, token).status_code == 401
    assert write(house, token, "B").status_code == 401
    assert codes(house) == ["A"]


def test_a_client_ends_an_access_token_of_its_own_and_of_no_other(house: House) -> None:
    secret, other = client_of(house), client_of(house, "other")
    first, second = access(house, secret), access(house, secret)
    assert asked(house, other, "other", "/oauth/revoke", token=first).status_code == 200
    assert me(house, first).status_code == 200
    assert asked(house, secret, path="/oauth/revoke", token=first).status_code == 200
    assert asked(house, secret, path="/oauth/revoke", token="erpat_nothing").status_code == 200
    assert me(house, first).status_code == 401
    assert write(house, first, "A").status_code == 401
    assert me(house, second).status_code == 200


def test_a_revoked_client_leaves_no_access_token_behind(house: House) -> None:
    secret = client_of(house)
    token = access(house, secret)
    with transaction(house.engine) as session:
        revoke_token(session, "mrp", house.clock.now)
    assert me(house, token).status_code == 401
    assert asked(house, secret).status_code == 401


def test_access_tokens_of_one_client_are_bounded_and_time_makes_room(house: House) -> None:
    secret = client_of(house)
    for _ in range(100):
        access(house, secret)
    full = asked(house, secret)
    assert (full.status_code, full.headers["retry-after"]) == (429, "900")
    house.clock.now += 900
    access(house, secret)
    with house.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM api_access")) == 1


@pytest.mark.parametrize(
    ("form", "error", "status"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"scope": "planner"}, "unsupported_grant_type", 400),
        ({**GRANT, "scope": "finance"}, "invalid_scope", 400),
        ({**GRANT, "client_secret": "no"}, "invalid_client", 401),
        ({**GRANT, "client_id": "planner-1"}, "invalid_client", 401),
        ({**GRANT, "client_id": "mrp\0"}, "invalid_client", 401),
    ],
)
def test_a_request_that_is_not_granted_is_told_why_in_the_words_of_the_standard(
    house: House, form: dict[str, str], error: str, status: int
) -> None:
    secret = client_of(house)
    body: dict[str, str] = {"client_id": "mrp", "client_secret": secret} | form
    answer = house.client.post("/oauth/token", data=body)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert ("www-authenticate" in answer.headers) == (status == 401)
    assert secret not in answer.text


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"grant_type": "client_credentials"}},
        {"content": b"grant_type=a&grant_type=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"content": b"&a=1" * 50, "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    ],
)  # fmt: skip
def test_what_is_no_form_is_refused(house: House, sent: dict[str, Any]) -> None:
    assert house.client.post("/oauth/token", **sent).json()["error"] == "invalid_request"


def test_who_guesses_the_secret_of_a_client_has_to_wait_and_the_client_itself_does_not(
    house: House,
) -> None:
    secret = client_of(house)
    most = Limits().address_attempts
    codes = [asked(house, f"guess {n}").status_code for n in range(most - 1)]
    assert codes == [401] * (most - 1)
    access(house, secret)
    assert asked(house, "the last").status_code == 401
    slowed = asked(house, "one more")
    assert (slowed.status_code, slowed.json()["error"]) == (429, "slow_down")
    assert int(slowed.headers["retry-after"]) >= 1


def test_a_secret_that_was_refused_is_not_judged_over_and_over(house: House) -> None:
    codes = [asked(house, "old").status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]


# ---- tokens that expire and are rotated


def test_a_token_with_an_end_opens_nothing_from_then_on(house: House) -> None:
    with transaction(house.engine) as session:
        token = create_token(
            session, name="short", role=Role.PLANNER, party=None, at=START, secret=b"s" * 32, expires_at=START + 60
        )  # fmt: skip
    assert write(house, token, "A").status_code == 201  # and the sender is known from now on
    house.clock.now += 60
    assert write(house, token, "B").status_code == 401
    assert me(house, token).status_code == 401
    assert codes(house) == ["A"]


def test_a_token_that_is_over_before_it_begins_is_not_made(house: House) -> None:
    with pytest.raises(Rejected, match="after now"):
        client_of(house, "late", START)


def rotated(house: House, name: str, overlap: int) -> str:
    with transaction(house.engine) as session:
        return rotate_token(session, name, at=house.clock.now, overlap=overlap, secret=b"r" * 32)


def test_both_secrets_of_a_rotated_token_open_the_same_until_the_overlap_is_over(
    house: House,
) -> None:
    old = house.tokens[Role.PLANNER]
    write(house, old, "A")
    new = rotated(house, "planner-1", 3_600)
    assert me(house, old).json() == me(house, new).json()
    assert write(house, old, "B").status_code == write(house, new, "C").status_code == 201
    house.clock.now += 3_600
    assert me(house, old).status_code == 401
    assert write(house, old, "D").status_code == 401
    assert write(house, new, "E").status_code == 201
    assert codes(house) == ["A", "B", "C", "E"]


def test_a_leaked_secret_is_dead_at_once_for_a_sender_that_is_known_too(house: House) -> None:
    old = house.tokens[Role.PLANNER]
    assert write(house, old, "A").status_code == 201
    new = rotated(house, "planner-1", 0)
    assert write(house, old, "B").status_code == 401
    assert me(house, old).status_code == 401
    assert write(house, new, "C").status_code == 201


def test_what_a_leaked_secret_has_opened_ends_with_it(house: House) -> None:
    secret = client_of(house)
    token = access(house, secret)
    rotated(house, "mrp", 60)
    assert me(house, token).status_code == 200
    new = rotated(house, "mrp", 0)
    assert me(house, token).status_code == 401
    assert asked(house, secret).status_code == 401
    access(house, new)


@pytest.mark.parametrize(
    ("name", "overlap"), [("nobody", 0), ("planner-1", -1), ("planner-1", 10**9)]
)
def test_a_rotation_that_makes_no_sense_is_refused(house: House, name: str, overlap: int) -> None:
    with pytest.raises(Rejected):
        rotated(house, name, overlap)
    assert me(house, house.tokens[Role.PLANNER]).status_code == 200


@pytest.mark.parametrize("how", ["revoked", "rotated"])
def test_a_secret_that_ends_while_it_is_exchanged_leaves_no_access_token(
    house: House, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    secret = client_of(house)

    def made(*_: object) -> str:
        with transaction(house.engine) as session:
            if how == "revoked":
                revoke_token(session, "mrp", house.clock.now)
            else:
                rotate_token(
                    session, "mrp", at=house.clock.now, overlap=0, secret=b"new".ljust(32, b".")
                )
        return "erpat_late.key"

    monkeypatch.setattr(oauth, "access_token", made)
    answer = asked(house, secret)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    with house.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM api_access")).scalar() == 0
