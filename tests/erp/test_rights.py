"""Who may do what: role x object x action, written down apart from the table that says so."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from erp.kernel.roles import Role
from erp.rights.table import LATER, TABLE, Action, Circle, Object, Spell, Thing, may

LEFT = 500  # when the former member left


@dataclass(frozen=True)
class Asker:
    role: Role
    parties: frozenset[str] | None


def one(role: Role, *parties: str) -> Asker:
    return Asker(role, frozenset(parties))


CIRCLE = Circle(
    name="GRP-2026-00001",
    leader="LEAD",
    spells=(
        Spell("LEAD", 100, None),
        Spell("OVEN", 100, None),
        Spell("GONE", 100, LEFT),
    ),
    stood=frozenset({"OVEN", "GONE", "LOSER"}),
)
OPEN = replace(CIRCLE, open_to_nodes=True)
BET = Circle(name="BET-2026-00001", parties=frozenset({"LEAD", "OVEN", "GONE"}))

ASKERS = {
    "house": Asker(Role.BUYER, None),
    "auditor": one(Role.AUDITOR, "TREASURY"),
    "leader": one(Role.NODE, "LEAD"),
    "member": one(Role.NODE, "OVEN"),
    "clerk": one(Role.BUYER, "OVEN"),
    "finance": one(Role.FINANCE, "OVEN"),
    "former": one(Role.NODE, "GONE"),
    "loser": one(Role.NODE, "LOSER"),
    "node": one(Role.NODE, "N9"),
    "supplier": one(Role.SUPPLIER, "S9"),
}
PARTY_OF = {
    "leader": "LEAD", "member": "OVEN", "clerk": "OVEN", "finance": "OVEN", "former": "GONE",
    "loser": "LOSER", "node": "N9", "supplier": "S9",
}  # fmt: skip
READERS = "house auditor leader member clerk finance former loser node supplier"
# (thing, action, whose it is, since when, is a role open to grabs) -> who may, of READERS
EXPECTED: dict[tuple[Thing, Action, str, int, bool], str] = {
    (Thing.TERMS, Action.READ, "other", LATER, False): "house auditor leader member clerk finance former loser",
    (Thing.TERMS, Action.READ, "other", LATER, True): "house auditor leader member clerk finance former loser node",
    (Thing.PLAN, Action.READ, "other", LATER, True): "auditor",
    (Thing.PLAN, Action.READ, "own", LATER, True): "auditor leader member clerk finance former loser node supplier",
    (Thing.OPENED_PLAN, Action.READ, "other", LATER, False): "auditor leader",
    (Thing.OPENED_PLAN, Action.READ, "own", LATER, False): "auditor leader member clerk finance former loser node supplier",
    (Thing.PROGRESS, Action.READ, "other", LATER, False): "house auditor leader member clerk",
    (Thing.PROGRESS, Action.READ, "other", LATER, True): "house auditor leader member clerk",
    (Thing.PROGRESS, Action.READ, "other", LEFT + 1, False): "house auditor leader member clerk",
    (Thing.PROGRESS, Action.READ, "other", LEFT, False): "house auditor leader member clerk former",
    (Thing.PROGRESS, Action.READ, "own", LATER, False): "house auditor leader member clerk finance former loser",
    (Thing.ORDERS, Action.READ, "other", LATER, False): "house auditor leader member clerk finance",
    (Thing.ORDERS, Action.READ, "own", LATER, False): READERS,
    (Thing.ORDERS, Action.RAISE, "other", LATER, False): "house leader",
    (Thing.ORDERS, Action.RAISE, "own", LATER, False): "house leader member clerk",
    (Thing.ORDERS, Action.RAISE, "own", LATER, True): "house leader member clerk",
    (Thing.STATEMENT, Action.READ, "other", LATER, False): "house auditor leader",
    (Thing.STATEMENT, Action.READ, "own", LATER, False): "house auditor leader member clerk finance former loser",
    (Thing.STATEMENT, Action.READ, "nobody", LATER, False): "house auditor leader member clerk",
    (Thing.REVIEWS, Action.READ, "other", LATER, False): "house auditor leader",
    (Thing.REVIEWS, Action.READ, "own", LATER, False): "house auditor leader member clerk former loser",
}  # fmt: skip


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: "-".join(map(str, case)))
@pytest.mark.parametrize("asker", ASKERS)
def test_who_may_do_what_with_a_group(
    asker: str, case: tuple[Thing, Action, str, int, bool]
) -> None:
    thing, action, whose, since, is_open = case
    owner = {"own": {PARTY_OF.get(asker, "X")}, "other": {"X"}, "nobody": set()}[whose]
    about = Object(thing, OPEN if is_open else CIRCLE, frozenset(owner), since)
    refusal = may(ASKERS[asker], action, about)
    assert (refusal is None) == (asker in EXPECTED[case].split())
    if refusal is not None:
        assert CIRCLE.name in str(refusal)
        assert refusal.facts()["action"] == action


@pytest.mark.parametrize("asker", ASKERS)
def test_a_bet_is_read_by_its_parties_for_ever_and_by_no_other_firm(asker: str) -> None:
    allowed = {"house", "auditor", "leader", "member", "clerk", "finance", "former"}
    assert (may(ASKERS[asker], Action.READ, Object(Thing.BET, BET)) is None) == (asker in allowed)
    assert (may(ASKERS[asker], Action.RAISE, Object(Thing.BET, BET)) is None) == (asker == "house")


def test_every_row_of_the_table_is_tested() -> None:
    assert {(thing, action) for thing, action, *_ in EXPECTED} | {(Thing.BET, Action.READ)} == set(
        TABLE
    )


def test_nothing_is_anybodys_where_the_group_is_in_no_books() -> None:
    about = Object(Thing.ORDERS, Circle("G1"), frozenset({"BUYER"}))
    assert may(one(Role.NODE, "OVEN"), Action.READ, about) is not None
    assert may(one(Role.NODE, "BUYER"), Action.READ, about) is None
    assert may(one(Role.BUYER, "BUYER"), Action.RAISE, about) is not None


def test_who_speaks_for_several_parties_has_the_rights_of_each() -> None:
    both = one(Role.BUYER, "GONE", "OVEN")
    progress = Object(Thing.PROGRESS, CIRCLE, frozenset({"X"}))
    assert may(both, Action.READ, progress) is None
    assert may(one(Role.BUYER, "GONE", "N9"), Action.READ, progress) is not None
