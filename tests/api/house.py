"""A house to test in.

A real database file, a clock, one token per role, and external events told by the test.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine

from erp.api.settings import Limits, Settings
from erp.api.tokens import TOKEN_PREFIX, create_token, spelt
from erp.app import create_app
from erp.database import transaction, upgrade
from erp.kernel.log.model import Document
from erp.kernel.roles import PARTNERS, Role
from erp.kernel.schema import Command
from erp.parties.schemas import PartyKind, RegisterParty
from erp.rooms import execute

START = 1_780_000_000  # 2026-05-28
BUYER = "0x" + "b1" * 20
SUPPLIER = "0x" + "51" * 20
RIVAL = "0x" + "52" * 20
PARTIES = (
    RegisterParty(
        code="TREASURY",
        name="Treasury",
        kind=PartyKind.TREASURY,
        account="0x" + "7e" * 20,
    ),
    RegisterParty(code="HEFEI", name="Hefei plant", kind=PartyKind.INTERNAL, account=BUYER),
    RegisterParty(code="ACME", name="Acme Steel", kind=PartyKind.EXTERNAL, account=SUPPLIER),
    RegisterParty(code="RIVAL", name="Rival Steel", kind=PartyKind.EXTERNAL, account=RIVAL),
)


# Whoever tests asks more in a second than people do; tests/api/test_load.py has the rates.
UNHURRIED = Limits(stranger_rate=100_000, address_rate=100_000, token_rate=100_000)


@dataclass
class Clock:
    """Time that a test moves."""

    now: int = START

    def __call__(self) -> int:
        return self.now


@dataclass
class House:
    """The application, its database, and a token for each role."""

    engine: Engine
    clock: Clock = field(default_factory=Clock)
    tokens: dict[Role, str] = field(default_factory=dict)
    second: str = ""  # the token of finance's second clerk
    app: FastAPI = field(init=False)
    client: TestClient = field(init=False)
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        salts = itertools.count(1)
        self.app = create_app(
            Settings(
                self.engine,
                self.clock,
                lambda size: next(salts).to_bytes(size, "big"),
                limits=UNHURRIED,
            )
        )
        self.client = TestClient(self.app, raise_server_exceptions=False)

    def settle(self, *commands: Command) -> list[Document]:
        """Books commands as external events, as the bridge would: all in one transaction."""
        with transaction(self.engine) as session:
            return [
                execute(
                    session,
                    command,
                    at=self.clock.now,
                    salt=next(self.keys).to_bytes(32, "little"),
                    origin=f"event-{next(self.keys)}",
                    actor="bridge",
                )
                for command in commands
            ]

    def get(self, role: Role, path: str, **query: Any) -> Response:
        """A read with the token of a role."""
        return self.client.get(path, params=query, headers=self.headers(role))

    def post(self, role: Role, path: str, body: Any, key: str | None = None) -> Response:
        """A write with the token of a role, under a new key unless one is given."""
        headers = self.headers(role) | {"Idempotency-Key": key or f"key-{next(self.keys)}"}
        return self.client.post(path, json=body, headers=headers)

    def confirmed(self, answer: Response) -> dict[str, Any]:
        """What a write made; of a proposal, what followed once finance's second clerk confirmed it."""
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        if made.get("document", {}).get("type") != "proposal":
            return made
        confirmation = self.confirm(made["document"]["number"])
        assert confirmation.status_code == 201, confirmation.text
        document, *follow_ups = confirmation.json()["follow_ups"]
        return {"document": document, "follow_ups": follow_ups}

    def told(self, role: Role, path: str, body: Any) -> Response:
        """The answer to a write by one, or of its confirmation by a second where two are needed."""
        answer = self.post(role, path, body)
        made = answer.json().get("document") if answer.status_code == 201 else None
        if made is None or made["type"] != "proposal":
            return answer
        return self.confirm(made["number"])

    def confirm(self, proposal: str) -> Response:
        """The confirmation of a proposal by finance's second clerk."""
        headers = {"Authorization": f"Bearer {self.second}"}
        return self.client.post(
            "/confirmations",
            json={"proposal": proposal},
            headers=headers | {"Idempotency-Key": f"key-{next(self.keys)}"},
        )

    def token(
        self, name: str, role: Role, party: str | None = None, person: str | None = None
    ) -> str:
        """A new token."""
        with transaction(self.engine) as session:
            return create_token(
                session,
                name=name,
                role=role,
                party=party,
                person=person,
                at=self.clock.now,
                secret=_secret_of(name),
            )

    def headers(self, role: Role) -> dict[str, str]:
        """The token of a role."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}


def furnished(engine: Engine) -> House:
    """A house with three parties and a token for each role; the supplier's speaks for ACME."""
    house = House(engine)
    house.settle(*PARTIES)
    for role in Role:
        party = "ACME" if role in PARTNERS else None
        house.tokens[role] = house.token(f"{role}-1", role, party)
    house.second = house.token("finance-2", Role.FINANCE)
    return house


def furnish(engine: Engine) -> None:
    """Makes an empty database that of a furnished house, to be copied for each test."""
    upgrade(engine)
    furnished(engine)


def house_in(copy: Engine) -> House:
    """The house whose database is a copy of one that `furnish` made."""
    house = House(copy)
    house.tokens = {role: _token_of(f"{role}-1") for role in Role}
    house.second = _token_of("finance-2")
    house.keys = itertools.count(
        1 + 2 * len(PARTIES)
    )  # behind the salts and origins of the parties
    return house


def _token_of(name: str) -> str:
    return spelt(TOKEN_PREFIX, _secret_of(name))


def _secret_of(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
