"""The calls that people sign for their acts, as the page makes them anew: read off the bridge's own tables.

What an act brings along is named, not told: `$fields.order_id`, `$published.terms_ref`, `$papers.pledge`, `$account`;
`{"@": contract, "of": …}` is the address of the edition that has a number. Acts whose arguments are computed from
papers have none here: the page computes them (`erp/web/js/papers.js`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

from bridge.capabilities.act import Act
from bridge.capabilities.acts import BETS, FUNCTIONS, NO_DATA, TRANSACTIONS
from bridge.capabilities.drawings import DRAWINGS
from bridge.capabilities.model import CallContext
from bridge.capabilities.statements import BESIDE_STATEMENTS
from bridge.chain.artifact import artifact
from bridge.chain.deployment import NUMBERS
from bridge.chain.gateway import CALL_GAS_LIMIT
from bridge.ports.port import Document
from erp.signing.acts import ACTS

COMPUTED = frozenset({"open_group", "grab_role", "open_plan", "propose_bet", "propose_bet_change"})
APPROVE = ("SettlementToken", "approve")
CALLED: tuple[Act, ...] = (*TRANSACTIONS, *BESIDE_STATEMENTS)
NAMES = ("type", "name", "components")  # of an argument: what its encoding needs


class Named(dict[str, Any]):
    """Facts that are named by where they stand, however deep."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def __missing__(self, name: str) -> str:
        return f"{self._path}.{name}"

    def __getattr__(self, name: str) -> str:
        return f"{self._path}.{name}"

    def get(self, name: str, _default: Any = None) -> Any:
        """The name of the fact."""
        return self[name]

    def __bool__(self) -> bool:
        return True


def calls() -> str:
    """The table as text, in one order."""
    acts = {act.what: _call(act) for act in CALLED}
    every = {(act.contract, act.function) for act in CALLED} | {APPROVE}
    told = {
        "numbers": NUMBERS,
        "gas": CALL_GAS_LIMIT,
        "acts": acts,
        "functions": {f"{contract}.{name}": _function(contract, name) for contract, name in every},
        "draws": {
            name: {"contract": drawing.contract, "number": drawing.number and f"$fields.{drawing.number}"}
            for name, drawing in DRAWINGS.items()
        },
        "says": {
            name: {"en": act.english, "zh": act.chinese} for name, act in ACTS.items() if act.shows is None
        },
    }  # fmt: skip
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _call(act: Act) -> dict[str, Any]:
    return {
        "contract": act.contract,
        "function": act.function,
        "number": act.number,
        "args": None if act.what in COMPUTED else list(_arguments(act)),
    }


def _arguments(act: Act) -> Iterator[Any]:
    found = FUNCTIONS.get(act.what)
    if found is not None:
        yield from (_argument(name) for name in found[2].split())
        return
    fields = Named("$fields") | {name: f"$fields.{name}" for name in ACTS[act.what].fields}
    document = cast(
        "Document",
        SimpleNamespace(
            fields={"fields": fields, "papers": Named("$papers"), "account": "$account"}
        ),
    )
    context = cast(
        "CallContext", SimpleNamespace(published=Named("$published"), papers=None, address=_address)
    )
    yield from act.args(document, context)


def _argument(name: str) -> Any:
    if name == BETS:
        return _address("BetContracts", "$fields.bet_id")
    return NO_DATA if name == "-" else f"$fields.{name}"


def _address(contract: str, number: str) -> dict[str, str]:
    return {"@": contract, "of": number}


def _function(contract: str, name: str) -> dict[str, Any]:
    (entry,) = (
        e for e in artifact(contract).abi if (e["type"], e.get("name")) == ("function", name)
    )
    inputs = [_parameter(each) for each in entry["inputs"]]
    return {
        "type": "function",
        "name": name,
        "stateMutability": "nonpayable",
        "outputs": [],
        "inputs": inputs,
    }


def _parameter(told: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: told[name] for name in NAMES if name in told}
    if "components" in found:
        found["components"] = [_parameter(each) for each in found["components"]]
    return found
