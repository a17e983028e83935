"""What the console says: changed lines after a write, labels in two languages, rooms by name, no fraction to a contract."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scripts.console import changes, erp_numbers, floats, labels, ops
from scripts.console.changes import telling, told
from scripts.console.errors import BadArgument, NotThere
from scripts.console.formatting import Minor, View, moment_from
from scripts.console.ops import calls

OPS = Path(ops.__file__).parent

FOLDER = Path(ops.__file__).parent
ACCOUNT = "0x" + "11" * 20


@pytest.fixture(autouse=True)
def _as_it_begins() -> Iterator[None]:
    yield
    labels.choose("en")
    changes.tell_changes(None)


class Receipt:
    """What Brownie returns of a transaction."""

    txid = "0x" + "ab" * 32

    def __init__(self, *events: Any) -> None:
        self.events = events


# ---- changes ----------------------------------------------------------------------------------


def order(shipped: int, now: int) -> View:
    return View(
        chain_time=now, promised=moment_from(1_780_000_000, now), open_quantity=500 - shipped,
        escrowed_minor=Minor(5_000), deliveries=[View(delivery=1, status="shipped")] if shipped else [],
    )  # fmt: skip


def test_only_what_changed_is_told_and_the_passing_of_time_is_no_change() -> None:
    lines = told("order 1", order(0, 1_779_999_000), order(200, 1_779_999_060))
    assert lines[0] == "order 1"
    assert {" ".join(line.split()) for line in lines[1:]} == {
        "open_quantity 500 → 300",
        "deliveries – → –",
        "deliveries 1 delivery – → 1",
        "deliveries 1 status – → shipped",
    } - {"deliveries – → –"}
    assert told("order 1", order(0, 5), order(0, 65)) == []


def test_after_a_write_its_changes_are_told_and_a_read_tells_nothing() -> None:
    stock = [500]

    def shows(order_id: int) -> View:
        return View(order=order_id, open_quantity=stock[0])

    def ship(order_id: int, quantity: int) -> Receipt:
        stock[0] -= quantity
        return Receipt()

    said: list[str] = []
    changes.tell_changes(said.append)
    telling(ship, {"order": shows})(7, quantity=200)
    assert [" ".join(line.split()) for line in said] == ["order 7", "open_quantity 500 → 300"]
    telling(shows, {"order": shows})(7)
    assert len(said) == 2


def test_a_write_whose_thing_cannot_be_shown_is_sent_all_the_same() -> None:
    def missing(order_id: int) -> View:
        raise NotThere(f"there is no order {order_id}")

    said: list[str] = []
    changes.tell_changes(said.append)
    receipt = telling(lambda order_id: Receipt(), {"order": missing})(1)
    assert isinstance(receipt, Receipt)
    assert said == [f"done: {Receipt.txid}"]


def test_a_program_that_imports_the_helpers_hears_nothing() -> None:
    def fails(order_id: int) -> View:
        raise AssertionError("it was looked at")

    assert isinstance(telling(lambda order_id: Receipt(), {"order": fails})(1), Receipt)


# ---- labels -----------------------------------------------------------------------------------


def keys() -> set[str]:
    """Every key under which a helper shows something."""
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "View":
                found |= {each.arg for each in node.keywords if each.arg}
    return found


def test_every_label_has_its_chinese_and_none_is_left_over() -> None:
    assert len(keys()) > 100
    assert keys() - labels.chinese().keys() == set()
    assert not [text for text in labels.chinese().values() if text.isascii()]


def test_labels_are_chinese_when_asked_for_and_stand_in_one_column() -> None:
    ops.lang("zh")
    lines = repr(View(status="open", amount_minor=Minor(5), bids=3)).splitlines()
    assert lines[0].startswith("状态")
    assert (
        len(
            {
                labels.width(line[: line.index(value)])
                for line, value in zip(lines, ("open", "5 =", "3"), strict=True)
            }
        )
        == 1
    )
    ops.lang("en")
    assert repr(View(status="open")).startswith("status")
    with pytest.raises(BadArgument, match="en and zh"):
        ops.lang("fr")


# ---- rooms ------------------------------------------------------------------------------------


def test_each_room_is_a_namespace_and_none_hands_out_an_unchecked_helper() -> None:
    assert ops.tenders.bid is ops.bid
    assert ops.participants.register is ops.register
    for room in ops.ROOMS:
        name = room.__name__.rpartition(".")[2]
        assert name in dir(ops)
        for helper in room.__all__:
            assert getattr(getattr(ops, name), helper) is getattr(ops, helper)
    with pytest.raises(BadArgument, match="is a whole number"):
        ops.orders.ship(1, 5.5)


def test_tab_offers_rooms_and_helpers_and_nothing_of_how_they_are_made() -> None:
    assert {"tenders", "bid", "next", "lang", "debug"} <= set(dir(ops))
    assert not {"Any", "ROOMS", "annotations", "ModuleType", "checked"} & set(dir(ops))


# ---- fractions --------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [5.5, 5.0, float("nan"), Decimal("5.5"), 5j])
@pytest.mark.parametrize("shape", [lambda v: [v], lambda v: [1, (2, [v])], lambda v: [{"a": v}]])
def test_no_fraction_reaches_a_contract_by_brownies_own_means(value: Any, shape: Any) -> None:
    reached: list[Any] = []
    form = floats.refusing(lambda abi, inputs: reached.append(inputs))
    with pytest.raises(BadArgument, match="ship takes whole numbers"):
        form({"name": "ship"}, shape(value))
    assert reached == []


def test_whole_numbers_switches_and_text_reach_a_contract_as_they_are() -> None:
    reached: list[Any] = []
    floats.refusing(lambda abi, inputs: reached.append(inputs))(
        {"name": "x"}, [5, True, "0x1", b"1"]
    )
    assert reached == [[5, True, "0x1", b"1"]]


# ---- codes ------------------------------------------------------------------------------------


def test_a_partys_code_is_its_account_where_an_erp_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Erp(erp_numbers.Erp):
        def read(self, path: str) -> Any:
            known = [{"code": "ACME", "account": ACCOUNT}] if path == "/parties?code=ACME" else []
            return {"items": known}

    with pytest.raises(BadArgument):
        calls.address_of("ACME")
    erp_numbers.use(Erp("http://erp", "token"))
    try:
        assert calls.address_of("ACME") == ACCOUNT
        with pytest.raises(BadArgument, match="'NOBODY' is no account"):
            calls.address_of("NOBODY")
    finally:
        erp_numbers.use(None)


def test_what_shows_a_thing_only_looks_at_it() -> None:
    """Before and after a write a helper of this name is called: it must not be one that sends something."""
    shown = {}
    for path in OPS.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name in changes.SHOWN_BY.values():
                shown[node.name] = (
                    [each.arg for each in node.args.args],
                    ast.unparse(node.returns or node),
                )
    assert shown == {name: ([key], "View") for key, name in changes.SHOWN_BY.items()}
