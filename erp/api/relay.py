"""What is handed on to a node: calls that read, of our own contracts, and no secrets; and a party's own transactions.

Pure but for the count of calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from erp.api.errors import NotRelayed, TooMany
from erp.api.witness import AccountSeen, DeploymentSeen, SignedSeen
from erp.kernel.schema import MAX_ID

ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
HASH = re.compile(r"0x[0-9a-fA-F]{64}")
QUANTITY = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,15})")
TAGS = frozenset({"latest", "earliest"})
DATA_MAX = 60_000  # characters of what a call carries
BLOCKS_MAX = 5_000  # of one question for logs
ADDRESSES_MAX = 50
TOPICS_MAX = 4
BURST = 40  # calls of one token at once
PER_SECOND = 10.0  # ... and on the average
SENT_BURST = 5  # transactions of one token at once
SENT_PER_SECOND = 0.5  # ... and on the average
RAW_MAX = 20_000  # characters of a signed transaction
KEPT_MAX = 1_000  # tokens that are counted; at one more, all begin anew
# What checking a proof takes, and finding the list of those whom a tender invites.
OF_PARTNERS = frozenset({"eth_chainId", "eth_call", "eth_getBlockByNumber", "eth_getLogs"})
REGISTRY = "DocumentRegistry"  # the contract that checks proofs
TENDER_OPENED = "0x5c79ebf0986bd9a59c43361d86125c12dbfb5846a5036700ba73293ae9b756c9"
SELECTOR = 10  # characters: 0x and four bytes


class Rate:
    """How many calls each token has left. `monotonic`: seconds that never go back."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        burst: int = BURST,
        per_second: float = PER_SECOND,
        what: str = "ask the chain",
    ) -> None:
        self._monotonic = monotonic
        self._burst, self._per_second, self._what = float(burst), per_second, what
        self._left: dict[int, tuple[float, float]] = {}  # token -> calls left, and when
        self._lock = Lock()  # calls come in threads

    def take(self, token: int) -> None:
        """Takes one call. Raises TooMany."""
        with self._lock:
            now = self._monotonic()
            if token not in self._left and len(self._left) >= KEPT_MAX:
                self._left.clear()
            left, at = self._left.get(token, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_second)
            if left < 1:
                raise TooMany(f"one token may {self._what} {self._per_second:g} times a second")
            self._left[token] = (left - 1, now)


def check_sent(signed: SignedSeen, own: AccountSeen, where: DeploymentSeen) -> None:
    """Raises NotRelayed, which says why, for a transaction that is not sent on.

    What is sent on is of the key that acts for the caller's own account, for this chain, without coins, and calls a
    contract of this deployment: straight, or through the account of the firm.
    """
    if signed.chain_id != where.chain_id:
        raise NotRelayed(
            f"it is for chain {signed.chain_id}, the deployment is on {where.chain_id}"
        )
    if signed.sender != own.key:
        raise NotRelayed(
            f"it is signed by {signed.sender}; {own.key} acts for the account of your party"
        )
    if signed.value:
        raise NotRelayed("it sends coins, which no act of a party does")
    through_firm = own.key != own.account
    if through_firm and signed.to != own.account:
        raise NotRelayed(f"a firm's key calls through its account, {own.account}")
    called = signed.called if through_firm else signed.to
    if called is None:
        raise NotRelayed("it has the account of the firm do something else than call a contract")
    _own(called, where)


def check(
    method: str,
    parameters: Sequence[Any],
    where: DeploymentSeen,
    *,
    partner: bool = False,
    invites: Callable[[int], bool] = lambda _tender: False,
) -> None:
    """Raises NotRelayed, which says why, for a call that is not handed on.

    `partner`: of another firm, whose proofs the house's node checks. What the contracts keep of everybody else it reads at
    a node of its own, if it runs one. `invites`: whether it may bid in a tender, whose opening has the list of the invited.
    """
    if partner and method not in OF_PARTNERS:
        raise NotRelayed(
            f"{method[:60]!r} is not handed on for another firm; {', '.join(sorted(OF_PARTNERS))} are"
        )
    checks = _CHECKS.get(method)
    if checks is None:
        raise NotRelayed(f"{method[:60]!r} is not handed on; {', '.join(sorted(_CHECKS))} are")
    checks(parameters, where)
    if partner and method == "eth_call" and not _to_registry(parameters[0]["to"], where):
        raise NotRelayed(
            f"for another firm calls of {REGISTRY} alone are handed on, to check proofs"
        )
    if partner and method == "eth_getLogs":
        tender = _opened(parameters[0].get("topics", []))
        if tender is None or not invites(tender):
            raise NotRelayed(
                "for another firm the opening of a tender that invites it is handed on, and no other logs"
            )


def _opened(topics: Sequence[Any]) -> int | None:
    """The tender whose opening alone is asked for; None where anything else may be found."""
    if len(topics) < 2 or topics[0] != TENDER_OPENED or topics[1] is None:  # noqa: PLR2004
        return None
    tender = int(topics[1], 16)
    return tender if tender <= MAX_ID else None


def _to_registry(address: str, where: DeploymentSeen) -> bool:
    return any(each.address == address.lower() for each in where.contracts if each.name == REGISTRY)


def _nothing(parameters: Sequence[Any], _where: DeploymentSeen) -> None:
    if parameters:
        raise NotRelayed("this method takes no parameters")


def _call(parameters: Sequence[Any], where: DeploymentSeen) -> None:
    call, block = _two(parameters, "a call and a block")
    if not isinstance(call, Mapping) or set(call) - {"to", "data", "from"}:
        raise NotRelayed("a call has `to` and `data`, may have `from`, and nothing else")
    _own(call.get("to"), where)
    if "from" in call and not _is(ADDRESS, call["from"]):
        raise NotRelayed("`from` is an address")
    data = call.get("data")
    if not isinstance(data, str) or not _is(DATA, data) or len(data) > DATA_MAX:
        raise NotRelayed(f"`data` is hex text of at most {DATA_MAX} characters")
    if data[:SELECTOR].lower() in where.secret_calls:
        raise NotRelayed(
            "this view takes what is to stay secret: whoever runs the node would read it. Compute it yourself"
        )
    _block(block)


def _logs(parameters: Sequence[Any], where: DeploymentSeen) -> None:
    (asked,) = _so_many(parameters, 1, "one filter")
    names = {"address", "fromBlock", "toBlock", "topics"}
    if not isinstance(asked, Mapping) or set(asked) - names:
        raise NotRelayed(f"a filter has {', '.join(sorted(names))} and nothing else")
    addresses = asked.get("address")
    every = addresses if isinstance(addresses, list) else [addresses]
    if not 0 < len(every) <= ADDRESSES_MAX:
        raise NotRelayed(f"logs are of 1 to {ADDRESSES_MAX} contracts")
    for each in every:
        _own(each, where)
    first, last = asked.get("fromBlock"), asked.get("toBlock")
    if not _is(QUANTITY, first) or not _is(QUANTITY, last):
        raise NotRelayed("`fromBlock` and `toBlock` are numbers in hex")
    if not 0 <= int(str(last), 16) - int(str(first), 16) < BLOCKS_MAX:
        raise NotRelayed(f"logs are of 1 to {BLOCKS_MAX} blocks")
    topics = asked.get("topics", [])
    if not isinstance(topics, list) or len(topics) > TOPICS_MAX:
        raise NotRelayed(f"`topics` has at most {TOPICS_MAX} places")
    for each in topics:
        if each is not None and not _is(HASH, each):
            raise NotRelayed("a topic is a hash, or null")


def _header(parameters: Sequence[Any], _where: DeploymentSeen) -> None:
    block, whole = _two(parameters, "a block, and false")
    if whole is not False:
        raise NotRelayed(
            "blocks are read without their transactions: the second parameter is false"
        )
    _block(block)


def _receipt(parameters: Sequence[Any], _where: DeploymentSeen) -> None:
    (transaction,) = _so_many(parameters, 1, "one transaction's hash")
    if not _is(HASH, transaction):
        raise NotRelayed("a transaction's hash is 0x and 64 digits")


_CHECKS: Mapping[str, Callable[[Sequence[Any], DeploymentSeen], None]] = {
    "eth_chainId": _nothing,
    "eth_call": _call,
    "eth_getLogs": _logs,
    "eth_getBlockByNumber": _header,
    "eth_getTransactionReceipt": _receipt,
}


def _so_many(parameters: Sequence[Any], count: int, what: str) -> Sequence[Any]:
    if len(parameters) != count:
        raise NotRelayed(f"this method takes {what}")
    return parameters


def _two(parameters: Sequence[Any], what: str) -> tuple[Any, Any]:
    first, second = _so_many(parameters, 2, what)
    return first, second


def _is(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _own(address: Any, where: DeploymentSeen) -> None:
    if not _is(ADDRESS, address):
        raise NotRelayed("an address is 0x and 40 digits")
    if str(address).lower() not in {each.address for each in where.contracts}:
        raise NotRelayed(f"{address} is none of the contracts of this deployment")


def _block(block: Any) -> None:
    if not (isinstance(block, str) and block in TAGS) and not _is(QUANTITY, block):
        raise NotRelayed("a block is named by `latest`, `earliest` or its number in hex")
