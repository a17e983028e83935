"""No number with a fraction reaches a contract: Brownie itself would cut it off and send the rest.

The helpers check their own arguments (`arguments`). This is for whoever calls a contract by Brownie's own means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any

from .errors import BadArgument

Format = Callable[[Any, Any], Any]  # of Brownie: ABI of a function, arguments -> what is encoded


def refusing(form: Format) -> Format:
    """Brownie's `format_input`, which refuses every float and fraction among the arguments. Raises BadArgument."""

    def checked(abi: Any, inputs: Any) -> Any:
        check(str(dict(abi).get("name", "constructor")), inputs)
        return form(abi, inputs)

    return checked


def check(function: str, value: Any) -> None:
    """Raises BadArgument when a value is a number but no whole one, or holds such a one."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (list, tuple)):
        for each in value:
            check(function, each)
    elif isinstance(value, Number) and not isinstance(value, int):
        raise BadArgument(
            f"{function} takes whole numbers, not {value!r}: amounts are minor units, and nothing is rounded"
        )


def install(contracts: Any) -> None:
    """Makes Brownie refuse them in every call and every deployment. `contracts` is `brownie.network.contract`."""
    contracts.format_input = refusing(contracts.format_input)
