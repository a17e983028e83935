"""How the console's helpers call contracts: tried first, so that a rule that says no is told by its own name."""

from __future__ import annotations

import importlib
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from eth_utils.crypto import keccak

from bridge.capabilities import CUSTODIANS
from bridge.chain.accounts import owners
from bridge.chain.artifact import artifact
from bridge.chain.client import Client
from bridge.chain.decode import ErrorDecoder
from bridge.chain.deployment import NUMBERS
from bridge.chain.rpc import RpcError, revert_data

from .. import erp_numbers, switches
from ..errors import BadArgument, NotThere, OpsError, Refused, TooEarly
from ..formatting import Who, moment_from, with_moments

GAS_LIMIT = 10_000_000  # gas is free; below the block's limit on every chain
SELECTOR_BYTES = 4
SANDBOX_CHAIN_ID = 31337
SANDBOX_NAMES = (
    "deployer", "registrar", "treasurer", "attester", "guardian", "HEFEI", "S1", "S2", "S3",
    "arbiter", "reporter", "BANK", "SHANGHAI", "N1", "N2", "N3",
)  # fmt: skip
DEPLOYER, REGISTRAR, TREASURER, ATTESTER, GUARDIAN, BUYER = range(6)  # places in accounts
ARBITER, REPORTER, FINANCIER = range(9, 12)
REFERENCE_BYTES = 32
NOTHING = "0x" + "00" * REFERENCE_BYTES
FIRM = "FirmAccount"
CAPABILITIES = {"buyer": 1, "supplier": 2, "node": 8, "financier": 16}
TENDER_STATUSES = ("none", "open", "awarded", "void", "ranking")
AUCTION_STATUSES = ("none", "open", "awarded", "void")
ORDER_STATUSES = ("none", "opened", "funded", "closed", "cancelled")
DELIVERY_STATUSES = ("none", "shipped", "received", "inspected", "settled", "lost")
STATUSES_OF = {
    "Tenders_AlreadySettled": TENDER_STATUSES,
    "Tenders_NotRanking": TENDER_STATUSES,
    "ReverseAuctions_AlreadySettled": AUCTION_STATUSES,
    "PurchaseOrders_WrongStatus": ORDER_STATUSES,
    "PurchaseOrders_WrongDeliveryStatus": DELIVERY_STATUSES,
}
DAY = 86_400
BONDED_SECONDS = 3_600  # the least window of a tender or an auction where a bond is at stake
GRACE_DAYS, SILENCE_DAYS = 30, 7
LATENESS_BPS_PER_DAY, LATENESS_CAP_BPS = 10, 1_000

BROWNIE_QUOTES = re.compile(
    r"(?:Gas estimation failed|reverted during call): '(\w+)(?:: (.*?))?'\."
)

_names: dict[str, Any] = {}


def attach(names: Mapping[str, Any]) -> None:
    """Is called once by the console, with its contracts, accounts and deployment."""
    _names.clear()
    _names.update(names)


def contract(name: str, number: int | None = None) -> Any:
    """Returns a deployed contract by name: its newest edition, or the one to which a number belongs.

    Raises OpsError outside of the console.
    """
    try:
        older = None if number is None else f"{name}_{int(number) // NUMBERS}"
        return _names["contracts"].get(older) or _names["contracts"][name]
    except KeyError:
        raise OpsError("start this from `make console`: no contracts are loaded") from None


def firm_at(address: str) -> Any:
    """Returns a firm's account, a contract of which there are many."""
    return _brownie().Contract.from_abi(FIRM, address, artifact(FIRM).abi, persist=False)


def owner_of(account: Any) -> str | None:
    """Returns whose key acts for a firm's account; None for any other account."""
    address = address_of(account)
    found = owners(Client([_brownie().web3.provider.endpoint_uri]), [address])
    return found.get(address)


def about(name: str, args: Sequence[Any]) -> Any:
    """Returns the edition of a contract to which the number in the first argument belongs, else the newest."""
    return contract(name, args[0] if args and type(args[0]) is int else None)


def editions(name: str) -> list[Any]:
    """Returns a contract in all its editions, oldest first."""
    older = [c for n, c in _names["contracts"].items() if re.fullmatch(rf"{name}_\d+", n)]
    return [*older, contract(name)]


def post(office: str, name: str | None = None) -> int:
    """Returns the number of a post: of the first of an office ("ATTESTER"), or of this name. Raises NotThere."""
    for known, found in _names["deployment"]["posts"].items():
        if found["office"] == office and name in (None, known):
            return int(found["id"])
    raise NotThere(
        f"the deployment file names no post of {office}" + (f" {name!r}" if name else "")
    )


def post_names() -> list[str]:
    """Returns the names of the posts in the deployment file."""
    return list(_names["deployment"]["posts"])


def custodians() -> list[str]:
    """Returns the names of the loaded contracts that hold participants' money."""
    return [name for name in CUSTODIANS if name in _names.get("contracts", {})]


def account(index: int) -> Any:
    """Returns an account of the development chain by its place in `accounts`. Raises NotThere."""
    accounts = _names.get("accounts") or []
    if not 0 <= index < len(accounts):
        raise NotThere(f"there is no accounts[{index}]: load your key with accounts.load(...)")
    return accounts[index]


def address_of(who: Any) -> str:
    """Returns the address of a brownie account, an address, a name of the sandbox (HEFEI), or a party's code in the ERP."""
    text = str.__str__(who) if isinstance(who, str) else str(getattr(who, "address", who))
    if in_sandbox() and text in SANDBOX_NAMES:
        return str(account(SANDBOX_NAMES.index(text)).address)
    if not re.fullmatch(r"0x[0-9a-fA-F]{40}", text):
        if (found := erp_numbers.account_of(text)) is not None:
            return found
        raise BadArgument(f"{text!r} is no account: give accounts[i], an address or a name")
    return text


def sender(chosen: Any, place: int) -> Any:
    """Returns who was named, or the account at this place of the development chain."""
    return account(place) if chosen is None else chosen


def reference() -> str:
    """Returns 32 random bytes as 0x-hex: the commitment of a document in somebody else's books, or a salt."""
    return "0x" + secrets.token_hex(REFERENCE_BYTES)


def signer(who: Any) -> Any:
    """Returns the account that signs for somebody. Raises NotThere when its key is not in this console."""
    wanted = address_of(who).lower()
    for known in _names["accounts"]:
        if known.address.lower() == wanted:
            return known
    raise NotThere(f"no key of {wanted} is loaded: accounts.load(...) or accounts.add(...)")


def is_loaded(who: Any) -> bool:
    """Returns True when the key of an account is in this console."""
    wanted = address_of(who).lower()
    return any(known.address.lower() == wanted for known in _names["accounts"])


def deploy(name: str, *args: Any, sender: Any) -> str:
    """Deploys a contract of which there are many; returns its address. Raises Refused."""
    compiled, key = artifact(name), signer(sender)
    source = _brownie().web3.eth.contract(abi=compiled.abi, bytecode=compiled.bytecode)
    data = source.constructor(*args).data_in_transaction
    receipt = key.transfer(data=data, gas_limit=GAS_LIMIT, allow_revert=True, silent=True)
    if receipt.status != 1:
        raise Refused(f"{name} was not deployed: {receipt.txid}")
    return str(receipt.contract_address)


def capability_bits(text: str) -> int:
    """Returns the bit set of "buyer+node". Raises BadArgument."""
    wanted = text.split("+")
    if not CAPABILITIES.keys() >= set(wanted):
        raise BadArgument(f"capability is one of {', '.join(CAPABILITIES)}, not {text!r}")
    return sum(CAPABILITIES[name] for name in set(wanted))


def in_sandbox() -> bool:
    """Returns True on a development chain, whose accounts have names."""
    return bool(_names) and _names["deployment"]["chainId"] == SANDBOX_CHAIN_ID


def who(address: str) -> Who:
    """Returns an address, with its name where the sandbox gives it one."""
    if in_sandbox():
        for index, name in enumerate(SANDBOX_NAMES):
            if account(index).address.lower() == address.lower():
                return Who(address, f"{name} accounts[{index}]")
    return Who(address)


def start_block() -> int:
    """Returns the block of the first deployed contract."""
    return int(_names["deployment"].get("startBlock", 0))


def chain_id() -> int:
    """Returns the id of the chain."""
    return int(_names["deployment"]["chainId"])


def shelf(name: str) -> str:
    """Returns the name under which secrets of a contract are kept: genesis hash and address, so one for each sandbox."""
    return f"{_names['deployment']['genesisHash']}:{contract(name).address}".lower()


def place(name: str, number: int | None = None) -> tuple[int, str]:
    """Returns chain id and address of a contract, of the edition of a number: what its seals begin with."""
    return chain_id(), str(contract(name, number).address)


def view(name: str, function: str, *args: Any, at: str | None = None) -> Any:
    """Returns the result of a view; a struct as a dict by the names of its members. Raises Refused.

    `at`: address of a firm's account, of which there are many.
    """
    asked = about(name, args) if at is None else firm_at(at)
    method = getattr(asked, function)
    outputs = method.abi["outputs"]
    attempt(asked, method.encode_input(*args), None)
    found = method.call(*args)
    return struct(outputs[0], found) if len(outputs) == 1 else found


def struct(parameter: Mapping[str, Any], value: Any) -> Any:
    """Returns a value of the ABI with its tuples as dicts, in whichever form the library gave them."""
    kind = parameter["type"]
    if kind.startswith("tuple") and kind.endswith("]"):
        inner = {**parameter, "type": kind[: kind.rindex("[")]}
        return [struct(inner, item) for item in value]
    if kind != "tuple":
        return _plain(value)
    parts = parameter["components"]
    if isinstance(value, Mapping):  # web3 gives the structs of events by name
        return {m["name"]: struct(m, value[m["name"]]) for m in parts}
    return {m["name"]: struct(m, v) for m, v in zip(parts, tuple(value), strict=True)}


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    for kind in (int, bytes, str):  # not Wei, HexString or EthAddress: their comparisons convert
        if isinstance(value, kind):
            return kind(value)
    return value


def logs(name: str, event: str, **filters: Any) -> list[dict[str, Any]]:
    """Returns the arguments of all events of a name since the deployment, in all editions, oldest first."""
    found: list[Any] = []
    for deployed in editions(name):
        source = _brownie().web3.eth.contract(address=deployed.address, abi=deployed.abi)
        found += source.events[event].get_logs(from_block=start_block(), argument_filters=filters)
    found.sort(key=lambda log: (log["blockNumber"], log["logIndex"]))
    return [dict(log["args"]) for log in found]


def members(name: str, event: str, argument: str, value: Any) -> Any:
    """Returns a struct that an event carries, as a dict by the names of its members."""
    (described,) = (e for e in contract(name).abi if e["type"] == "event" and e["name"] == event)
    return struct(next(i for i in described["inputs"] if i["name"] == argument), value)


def send(name: str, function: str, *args: Any, sender: Any, at: str | None = None) -> Any:
    """Sends a call and returns brownie's receipt. Raises Refused with the contract's own error; then nothing was sent.

    A firm's account as `sender` makes the call by its owner's key. `at`: address of a firm's account to be called.
    """
    called = about(name, args) if at is None else firm_at(at)
    method = getattr(called, function)
    owner = None if is_loaded(sender) else owner_of(sender)
    key = signer(sender if owner is None else owner)
    if owner is not None:  # through the firm's account
        args = (called.address, method.encode_input(*args))
        called = firm_at(address_of(sender))
        method = called.execute
    data = method.encode_input(*args)
    attempt(called, data, key.address)
    terms = {"from": key, "gas_limit": GAS_LIMIT, "allow_revert": True}
    receipt = method(*args, terms, silent=not switches.is_shown())
    if receipt.status != 1:
        attempt(called, data, key.address)  # names the rule that the chain changed to meanwhile
        raise Refused(f"{name}.{function} was mined and failed: {receipt.txid}")
    return receipt


def attempt(called: Any, data: str, sender: str | None) -> None:
    """Tries a call without sending it. Raises Refused with the contract's own error when it would fail now."""
    call = {"to": called.address, "data": data, "gas": hex(GAS_LIMIT), "gasPrice": "0x0"}
    if sender is not None:
        call["from"] = sender
    try:
        Client([_brownie().web3.provider.endpoint_uri]).call("eth_call", call, "latest")
    except RpcError as error:
        raise Refused(error_text(error.data, error.message)) from None


def error_text(data: bytes, message: str) -> str:
    """Returns revert data as `Tenders_CommitClosed(tenderId=1, ...)`; the node's message when it is no error of ours."""
    name, arguments, _ = ErrorDecoder().decode(data, message)
    if name in STATUSES_OF:
        arguments = re.sub(
            r"status=(\d)", lambda found: f"status={STATUSES_OF[name][int(found[1])]}", arguments
        )
    return f"{name}({with_moments(arguments)})"


def said_no(error: BaseException) -> str | None:
    """Returns one line for an error that a contract or a helper raised; None for every other error."""
    if isinstance(error, OpsError):
        return f"{type(error).__name__}: {error}"
    said = None
    cause: BaseException | None = error
    while cause is not None:  # brownie wraps the node's answer in errors of its own
        data = _revert_data(cause)
        if len(data) >= SELECTOR_BYTES:
            return f"Refused: {error_text(data, str(cause))}"
        said = said or getattr(cause, "revert_msg", None) or _quoted(str(cause))
        cause = cause.__cause__ or cause.__context__
    return f"Refused: {said}" if said else None


def _quoted(message: str) -> str | None:
    """Returns `Tenders_Unknown(1)` from a message of brownie that quotes the error; None when it quotes none."""
    found = BROWNIE_QUOTES.search(message)
    return f"{found[1]}({found[2] or ''})" if found else None


def _revert_data(error: BaseException) -> bytes:
    response = getattr(error, "rpc_response", None) or {}
    payload = response.get("error") or next(iter(error.args), None)
    if isinstance(payload, Mapping):
        return revert_data(payload.get("data"))
    return revert_data(getattr(error, "data", None))


def _brownie() -> Any:
    return importlib.import_module("brownie")  # here, so that help(ops) works without it


def later(seconds: int) -> int:
    """Returns chain time plus so many seconds."""
    return now() + seconds


def not_before(moment: int, what: str) -> None:
    """Raises TooEarly when chain time is before `moment`: even a call that fails shows the node its arguments."""
    time = now()
    if time < moment:
        raise TooEarly(
            f"{what} from {moment_from(moment, time)} on: sent now, it would show the node what is sealed"
        )


def event(receipt: Any, name: str) -> dict[str, Any]:
    """Returns the arguments of the first event of a name in brownie's receipt."""
    return dict(receipt.events[name][0])


def tupled(value: Any) -> Any:
    """Returns a struct as a call takes it: dicts become tuples, at every depth."""
    if isinstance(value, Mapping):
        return tuple(tupled(member) for member in value.values())
    return [tupled(item) for item in value] if isinstance(value, list) else value


def order_terms(promise_days: int, wanted: Mapping[str, Any]) -> tuple[Any, ...]:
    """Returns terms of an order that does not come from the ERP; the bridge attests it, the first arbiter rules it.

    More of them: region (a name, or its hash), schedule_root, tax_bps, tolerance_bps, payment_seconds.
    """
    posts, promised = (post("ATTESTER"), post("ARBITER")), later(promise_days * DAY)
    region = text_ref(wanted["region"]) if wanted.get("region") else NOTHING
    windows = (DAY, GRACE_DAYS * DAY, SILENCE_DAYS * DAY)
    rates = (wanted.get("tax_bps", 0), wanted.get("tolerance_bps", 0))
    late = (LATENESS_BPS_PER_DAY, LATENESS_CAP_BPS)
    root = wanted.get("schedule_root", NOTHING)
    payment = wanted.get("payment_seconds", 0)
    return (*posts, region, root, promised, *windows, *late, *rates, payment)


def holder(post_id: int) -> str:
    """Returns who acts for a post now, by its number. Raises NotThere when it is vacant."""
    found = str(view("Participants", "holderOf", post_id))
    if int(found, 16) == 0:
        raise NotThere(f"nobody holds post {post_id}: the admin fills it")
    return found


def hexed(value: Any) -> str:
    """Returns 32 bytes as hex text with 0x."""
    return "0x" + bytes(value).hex()


def bytes32(text: str) -> bytes:
    """Returns the 32 bytes of hex text with 0x."""
    return bytes.fromhex(text.removeprefix("0x"))


def text_ref(text: Any) -> str:
    """Returns the hash of a text, as its commitment; 0x-hex of 32 bytes as it is; for None 32 random bytes."""
    if text is None:
        return reference()
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", str(text)):
        return str(text)
    return "0x" + keccak(text=str(text)).hex()


def now() -> int:
    """Returns chain time, unix seconds."""
    return int(_brownie().web3.eth.get_block("latest")["timestamp"])


def raw(method: str, params: Sequence[Any] = ()) -> Any:
    """Returns the result of a JSON-RPC request to the node. Raises OpsError when it refuses."""
    try:
        return Client([_brownie().web3.provider.endpoint_uri]).call(method, *params)
    except RpcError as error:
        raise OpsError(str(error)) from None
