"""Checks what somebody typed before a helper of the console uses it: whole numbers where numbers go, ERP numbers for ids.

One wrapper around every helper reads the helper's own signature, so a new helper is checked without being listed here.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any, get_args, get_type_hints

from . import erp_numbers
from .errors import BadArgument

DIGITS = re.compile(r"-?[0-9](_?[0-9])*")
# Keys of nested rows that are switches: `open_tender(..., second_price=True)`, `target(..., follows_index=True)`.
SWITCHES = frozenset({"second_price", "followsIndex"})
# By the parameter's name.
KINDS = {
    "tender_id": erp_numbers.TENDER,
    "order_id": erp_numbers.ORDER,
    "auction_id": erp_numbers.AUCTION,
    "bet_id": erp_numbers.BET,
    "group_id": erp_numbers.GROUP,
    "claim_id": erp_numbers.CLAIM,
    "sale_id": erp_numbers.SALE,
    "redemption_id": erp_numbers.REDEMPTION,
}


def checked(helper: Callable[..., Any]) -> Callable[..., Any]:
    """The helper, called only with whole numbers where its signature says `int`; with no float anywhere.

    Text of digits becomes the number. Where the id of a tender, an order, a bet and the like goes, the ERP's number will do.
    Raises BadArgument.
    """
    signature, hints = inspect.signature(helper), get_type_hints(helper)

    @functools.wraps(helper)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            where = f"ops.{helper.__name__}: {name}"
            if signature.parameters[name].kind is inspect.Parameter.VAR_KEYWORD:
                row = {
                    key: _value(f"{where} {key}", key, hints[name], v) for key, v in value.items()
                }
                bound.arguments[name] = row
            else:
                bound.arguments[name] = _value(where, name, hints[name], value)
        return helper(*bound.args, **bound.kwargs)

    return call


def _value(where: str, name: str, hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        if hint is bool or name in SWITCHES:
            return value
        raise _no_number(where, value)
    if _is_whole(hint):
        return _whole(where, name, value)
    if isinstance(value, Mapping):
        inner = _inner(hint)
        rows = {key: _value(f"{where} {key}", str(key), inner, v) for key, v in value.items()}
        return rows if type(value) is dict else type(value)(rows)
    if isinstance(value, (list, tuple)):
        return type(value)(_value(where, name, _inner(hint), item) for item in value)
    is_float = isinstance(value, Number) and not isinstance(value, int)
    if is_float or _is_whole(_inner(hint)):
        raise _no_number(where, value)
    return value


def _is_whole(hint: Any) -> bool:
    """True of `int` and of `int | None`."""
    return hint is int or set(get_args(hint)) == {int, type(None)}


def _inner(hint: Any) -> Any:
    """What a `Sequence[...]`, `Mapping[..., ...]` or `tuple[...]` holds; Any where it does not say."""
    arguments = get_args(hint)
    return arguments[-1] if arguments else Any


def _whole(where: str, name: str, value: Any) -> int:
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        if DIGITS.fullmatch(value):
            return int(value)
        if name in KINDS and erp_numbers.is_number(value):
            return erp_numbers.id_of(KINDS[name], value)
    raise _no_number(where, value, name in KINDS)


def _no_number(where: str, value: Any, is_id: bool = False) -> BadArgument:
    also = " or the ERP's number (PO-2026-00001)" if is_id else ""
    return BadArgument(
        f"{where} is a whole number{also}, not {value!r}: amounts are minor units (5_000_000 is 50,000.00), "
        "quantities, ids, days and basis points are counted in ones"
    )
