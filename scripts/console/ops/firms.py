"""FIRMS: accounts that are contracts, so that the address stays while keys move. 企业账户.

Wherever a helper asks for an account, a firm's address will do: ops.bid(1, "0x...", 5_000_000) goes out through the firm
when its owner's key is loaded here, and what is signed for it is signed by that key in the firm's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import BadArgument, NotThere
from ..formatting import View, moment_from
from . import calls
from .token import balance

__all__ = [
    "firm",
    "firm_call",
    "firm_calls",
    "hand_over_firm",
    "open_firm",
    "recover_firm",
    "take_firm",
    "take_recovered_firm",
    "veto_recovery",
]

NOBODY = "0x" + "00" * 20


def open_firm(owner: Any, capability: str = "supplier", registrar: Any = None) -> str:
    """Create a firm's account, owned by a key, and register it: ops.open_firm(accounts[16], "supplier"). Its address.

    Its party must be in the ERP first, or the bridge waits for it.
    """
    bits, key = calls.capability_bits(capability), calls.address_of(owner)
    sender = calls.sender(registrar, calls.REGISTRAR)
    opened = calls.deploy(calls.FIRM, calls.contract("Participants").address, key, sender=sender)
    calls.send("Participants", "register", opened, bits, sender=sender)
    return opened


def firm(account: Any) -> View:
    """A firm's account: its owner, its tokens, who is to follow and from when on: ops.firm("0x...")."""
    address = _firm(account)
    found = {
        name: calls.view("FirmAccount", name, at=address)
        for name in ("owner", "heir", "recovery", "vetoedAt")
    }
    recovery = found["recovery"]
    announced = recovery["successor"] != NOBODY
    takeable = moment_from(recovery["takeableAt"], calls.now()) if announced else None
    return View(
        owner=calls.who(found["owner"]),
        balance_minor=balance(address),
        offered_to=calls.who(found["heir"]) if found["heir"] != NOBODY else None,
        announced=calls.who(recovery["successor"]) if announced else None,
        takeable=takeable,
        owner_may_veto=bool(recovery["vetoable"]) if announced else None,
    )


def firm_call(account: Any, contract: str, function: str, *args: Any) -> Any:
    """A firm calls a contract: ops.firm_call("0x...", "SettlementToken", "transfer", "0x...", 1_000)."""
    address = _firm(account)
    target, data = _call(contract, function, *args)
    return calls.send("FirmAccount", "execute", target, data, sender=_owner(address), at=address)


def firm_calls(account: Any, batch: Sequence[Sequence[Any]]) -> Any:
    """A firm makes up to 16 calls, all or none: ops.firm_calls("0x...", [("SettlementToken", "transfer", "0x...", 5)])."""
    address = _firm(account)
    wanted = [_call(*call) for call in batch]
    return calls.send("FirmAccount", "executeBatch", wanted, sender=_owner(address), at=address)


def hand_over_firm(account: Any, heir: Any) -> Any:
    """The owner hands the account over, first step: ops.hand_over_firm("0x...", accounts[16]). None takes it back."""
    address = _firm(account)
    to = NOBODY if heir is None else calls.address_of(heir)
    return calls.send("FirmAccount", "offerOwnership", to, sender=_owner(address), at=address)


def take_firm(account: Any, heir: Any) -> Any:
    """The heir takes the account: ops.take_firm("0x...", accounts[16])."""
    return calls.send("FirmAccount", "takeOwnership", sender=heir, at=_firm(account))


def recover_firm(account: Any, successor: Any, registrar: Any = None) -> Any:
    """A registrar announces who may take the account of a firm that lost its key: ops.recover_firm("0x...", accounts[16]).

    In 14 days, unless the owner vetoes; in 60 days and without veto when it did before. None takes it back.
    """
    to = NOBODY if successor is None else calls.address_of(successor)
    sender = calls.sender(registrar, calls.REGISTRAR)
    return calls.send("FirmAccount", "announceRecovery", to, sender=sender, at=_firm(account))


def veto_recovery(account: Any) -> Any:
    """The owner refuses a recovery that it did not ask for: ops.veto_recovery("0x..."). Announced again, it is contested."""
    address = _firm(account)
    return calls.send("FirmAccount", "vetoRecovery", sender=_owner(address), at=address)


def take_recovered_firm(account: Any, successor: Any) -> Any:
    """The successor takes the account when its time has come: ops.take_recovered_firm("0x...", accounts[16])."""
    return calls.send("FirmAccount", "takeRecovery", sender=successor, at=_firm(account))


def _call(contract: str, function: str, *args: Any) -> tuple[str, str]:
    """Returns target and data of a call. Raises BadArgument."""
    called = calls.contract(contract)
    if not hasattr(called, function):
        raise BadArgument(f"{contract} has no function {function!r}")
    return str(called.address), str(getattr(called, function).encode_input(*args))


def _firm(account: Any) -> str:
    address = calls.address_of(account)
    if calls.owner_of(address) is None:
        raise NotThere(f"{address} is no firm's account: ops.open_firm(...) creates one")
    return address


def _owner(address: str) -> str:
    return str(calls.owner_of(address))
