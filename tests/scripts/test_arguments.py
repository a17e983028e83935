"""No helper of the console takes 5.5 for 5: whole numbers go where numbers go, by every helper's own signature."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import pytest

from scripts.console import erp_numbers, ops
from scripts.console.arguments import KINDS, checked
from scripts.console.errors import BadArgument, NotThere, OpsError
from scripts.console.formatting import Minor, View

ACCOUNT = "0x" + "11" * 20
NO_NUMBERS = (5.5, 5.0, float("nan"), True, False, Decimal(5), 5j, "five", "5.0", "", " 5", b"5")


def numbers() -> Iterator[tuple[str, str]]:
    """Every helper with each of its parameters that is a number."""
    for name in ops.__all__:
        helper = getattr(ops, name)
        for parameter, hint in get_type_hints(helper).items():
            if parameter != "return" and (hint is int or int in get_args(hint)):
                yield name, parameter


def others(name: str, but: str) -> dict[str, Any]:
    """Arguments that a helper cannot do without, of the right kind."""
    helper = getattr(ops, name)
    hints = get_type_hints(helper)
    return {
        parameter.name: 1 if hints[parameter.name] is int else ACCOUNT
        for parameter in inspect.signature(helper).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        and parameter.name != but
    }


@pytest.mark.parametrize(("name", "parameter"), list(numbers()))
def test_what_is_no_whole_number_is_refused_by_every_helper(name: str, parameter: str) -> None:
    hint = get_type_hints(getattr(ops, name))[parameter]
    takes_many = hint is not int and type(None) not in get_args(hint)
    for value in NO_NUMBERS if takes_many else (*NO_NUMBERS, [5]):
        given = others(name, parameter)
        at = {"review_seconds": value} if parameter == "more" else {parameter: value}
        with pytest.raises(BadArgument, match=f"ops.{name}: {parameter}.* is a whole number"):
            getattr(ops, name)(**given, **at)


def test_there_are_many_such_parameters_and_all_ids_are_among_them() -> None:
    found = list(numbers())
    assert len(found) > 150
    assert ("ship", "quantity") in found
    assert {p for _, p in found} >= {*KINDS, "group_id", "bet_id", "claim_id", "amount", "seconds"}


def takes(number: int, many: list[int] | None = None, who: Any = None) -> Any:
    return number, many, who


def test_a_helper_is_handed_what_was_meant() -> None:
    helper = checked(takes)
    assert helper(5) == (5, None, None)
    assert helper("5_000_000")[0] == 5_000_000
    amount = helper(Minor(7))[0]
    assert (amount, type(amount)) == (7, Minor)
    assert helper(1, who={"a": [1, "x", ACCOUNT, None]})[2] == {"a": [1, "x", ACCOUNT, None]}
    assert type(helper(1, who=View(a=1))[2]) is View
    assert helper.__doc__ == takes.__doc__
    assert inspect.signature(helper) == inspect.signature(takes)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ops.rate(1, "N2", {"N1": 8_000, "N3": 0.5}),
        lambda: ops.report_performance(1, "HEFEI", 1, [0, 1.0]),
        lambda: ops.open_lots([{"quantity": 9, "ceiling": 500.0}]),
        lambda: ops.open_lots([{"quantity": True, "ceiling": 500}]),
        lambda: ops.open_tender(9, 500, day_value=1.5),
        lambda: ops.pledge(ACCOUNT, 1, [{"base": 1.5}]),
        lambda: ops.propose_bet(ACCOUNT, [], 1, index=(1.0, 0, 0, 0)),
        lambda: ops.open_group(ACCOUNT, [{"pay": 1.5}], 1),
        lambda: ops.score(5.5),
    ],
)
def test_a_number_inside_a_list_or_a_row_is_looked_at_too(call: Any) -> None:
    with pytest.raises(BadArgument, match="is a whole number"):
        call()


def test_a_switch_is_no_number() -> None:
    assert ops.target(base=1, floor=0, follows_index=True)["followsIndex"] is True
    with pytest.raises(OpsError, match=r"no contracts are loaded|is no account"):
        ops.open_tender(1, 2, second_price=True)


class Log(erp_numbers.Erp):
    """An ERP with one tender and one order, told page by page."""

    items = (
        {"sequence": 4, "type": "tender", "number": "TND-2026-00001", "fields": {"tender_id": 3}},
        {"sequence": 9, "type": "purchase_order", "number": "PO-2026-00001", "fields": {"order_id": 2}},
    )  # fmt: skip

    def _get(self, path: str) -> Any:
        after = int(path.partition("after=")[2].partition("&")[0])
        return {"items": [item for item in self.items if item["sequence"] > after]}


@pytest.fixture
def erp() -> Iterator[None]:
    erp_numbers.use(Log("http://erp", "token"))
    yield
    erp_numbers.use(None)


def of_order(order_id: int) -> int:
    return order_id


def of_tender(tender_id: int) -> int:
    return tender_id


def test_a_number_of_the_erp_is_an_id_where_an_id_goes(erp: None) -> None:
    assert checked(of_order)("PO-2026-00001") == 2
    assert checked(of_tender)("TND-2026-00001") == 3
    assert erp_numbers.number_of(erp_numbers.ORDER, 2) == "PO-2026-00001"
    assert erp_numbers.number_of(erp_numbers.ORDER, 7) is None
    with pytest.raises(NotThere, match=r"the ERP at http://erp has no tender PO-2026-00001"):
        checked(of_tender)("PO-2026-00001")
    with pytest.raises(BadArgument, match="quantity is a whole number, not 'PO-2026-00001'"):
        ops.ship(1, "PO-2026-00001")


def test_without_an_erp_a_number_is_told_to_be_unknown() -> None:
    with pytest.raises(NotThere, match="no ERP is known here"):
        checked(of_order)("PO-2026-00001")
    assert erp_numbers.number_of(erp_numbers.ORDER, 2) is None
    assert erp_numbers.head(erp_numbers.ORDER, 2) == ""


def test_a_silent_erp_hides_no_order_but_resolves_no_number() -> None:
    erp_numbers.use(erp_numbers.Erp("http://127.0.0.1:9", "token"))
    try:
        assert erp_numbers.number_of(erp_numbers.ORDER, 2) is None
        with pytest.raises(OpsError, match="does not answer"):
            checked(of_order)("PO-2026-00001")
    finally:
        erp_numbers.use(None)
