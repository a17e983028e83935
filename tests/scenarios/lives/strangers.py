"""Somebody without membership reads a life over HTTP, by every route that the API has; and is shown nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

from fastapi.testclient import TestClient
from httpx import Response

from erp.api.settings import Settings
from erp.api.tokens import create_token
from erp.app import create_app
from erp.database import transaction
from erp.kernel.roles import Role
from tests.scenarios.lives.cast import LEADERS, NODES, OUTSIDER
from tests.scenarios.lives.life import Life
from tests.world import World

OK = 200
HIDDEN = frozenset({403, 404})
UNREADABLE = 422
PLACEHOLDER = re.compile(r"\{(\w+)\}")
ROWS = ("1.1", "2.2", "2.3", "4.4")
PAGE = 500
# What a route has to be asked for.
ASKED = {"/bets/{bet}/what-if": f"?party={NODES[0]}&attainment_bps=8000"}
# Routes about nothing that a membership opens, and why.
OPEN_TO_ALL = {
    "/needs/{number}": "what users need is everybody's to see who may lead or join a group for it",
}


@cache
def readable() -> tuple[str, ...]:
    """The path of every route of the API that reads."""
    routes = create_app(Settings("sqlite://")).openapi()["paths"]
    return tuple(sorted(path for path, told in routes.items() if "get" in told))


@dataclass(frozen=True)
class Stranger:
    """A token, and whose it is."""

    party: str
    headers: dict[str, str]


class Strangers:
    """Those who try to read, and the API over the books of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = create_app(Settings(world.engine, clock=lambda: world.now))
        self.client = TestClient(self.app)
        self.reads = 0
        self._names = count(1)
        self.paths = readable()
        self.never_there = [
            self._token(Role.NODE, OUTSIDER),
            self._token(Role.SUPPLIER, "SUPPLIER"),
        ]
        self.elsewhere = [self._token(Role.NODE, code) for code in (*NODES, *LEADERS)]

    def _token(self, role: Role, party: str) -> Stranger:
        with transaction(self.world.engine) as session:
            token = create_token(
                session, name=f"stranger-{next(self._names)}", role=role, party=party, at=self.world.now,
                secret=self.world.randomness(32),
            )  # fmt: skip
        return Stranger(party, {"Authorization": f"Bearer {token}"})

    def of(self, life: Life) -> list[Stranger]:
        """One of those who join nothing, and one who lives others beside this one, each in its turn."""
        around = life.around()
        others = [each for each in self.elsewhere if each.party not in around]
        turn = life.group.id
        return [found[turn % len(found)] for found in (self.never_there, others) if found]

    def find(self, life: Life, *, lists: bool = True) -> Iterator[str]:
        """What any of them is shown of a life, in words: nothing. Without `lists` it is asked for by name alone."""
        names = _names_of(life)
        for stranger in self.of(life):
            for template in self.paths:
                for path in _filled(template, life):
                    if not lists and not _is_about_it(template, path):
                        continue
                    yield from self._read(stranger, template, path, names)

    def withheld(self, life: Life) -> Iterator[str]:
        """What not even the leader is shown, in words: then that strangers are shown nothing would say nothing."""
        (leader,) = (each for each in self.elsewhere if each.party == life.leader)
        for template in ("/groups/{group}", "/groups/{group}/cockpit", "/statements/win-win"):
            for path in _filled(template, life):
                status = self.client.get(path, headers=leader.headers).status_code
                if status != OK:
                    yield f"{leader.party} leads {life.code} and is answered {status} at {path}"

    def _read(
        self, stranger: Stranger, template: str, path: str, names: frozenset[str]
    ) -> Iterator[str]:
        self.reads += 1
        answer = self.client.get(path, headers=stranger.headers)
        about_it = _is_about_it(template, path)
        if about_it and template not in OPEN_TO_ALL and not _is_hidden(answer):
            yield f"{stranger.party} reads {path}: {answer.status_code} {answer.text[:200]}"
        if not about_it and (shown := sorted(name for name in names if f'"{name}"' in answer.text)):
            yield f"{stranger.party} reads {path}: it names {shown}"


def _is_hidden(answer: Response) -> bool:
    """True where the thing is not there for who asks: also by the name of a group in a query, which is unknown to it."""
    unknown = answer.status_code == UNREADABLE and answer.json()["type"].endswith(":unknown-group")
    return answer.status_code in HIDDEN or unknown


def _is_about_it(template: str, path: str) -> bool:
    """True for a path that asks for one thing by its name, and no list."""
    return "{" in template or "group=" in path


def _names_of(life: Life) -> frozenset[str]:
    """By which names a group and its bet are known."""
    bets = life.hand.rows("SELECT number FROM bet WHERE group_id = :id", id=life.group.id)
    return frozenset({life.code, *(row["number"] for row in bets)})


def _documents_of(life: Life) -> list[str]:
    """Numbers of documents that tell of a life: one of each type."""
    rows = life.hand.rows(
        "SELECT min(number) AS number FROM document_log WHERE payload LIKE :code OR number = :exact GROUP BY type",
        code=f'%"{life.code}"%', exact=life.code,
    )  # fmt: skip
    return [row["number"] for row in rows]


def _filled(template: str, life: Life) -> Iterator[str]:
    """The paths of a route about a life; of a list the list itself, and what a query asks of the group."""
    held = PLACEHOLDER.findall(template)
    if template.startswith("/statements/"):
        yield from _of_statements(template, life)
    elif "group" in held:
        for name in (life.code, str(life.group.id)):
            yield template.replace("{group}", name).replace("{role}", "1")
    elif "bet" in held:
        for name in _names_of(life) - {life.code}:
            yield template.replace("{bet}", name) + ASKED.get(template, "")
    elif "number" in held:
        yield from (template.replace("{number}", number) for number in _numbers_for(template, life))
    elif not held and template not in ("/healthz", "/me"):
        yield f"{template}?limit={PAGE}"


def _of_statements(template: str, life: Life) -> Iterator[str]:
    during = f"from={life.group.opened_at}&to={life.hand.world.now + 1}"
    for row in ROWS if "{row}" in template else ("",):
        yield f"{template.replace('{row}', row)}?group={life.code}&{during}"


def _numbers_for(template: str, life: Life) -> list[str]:
    """Of a route about numbers those that tell of a life."""
    if template.startswith("/documents"):
        return _documents_of(life)
    proposal = getattr(life.group, "proposal", None)
    return [proposal.number] if proposal and template == "/group-proposals/{number}" else []
