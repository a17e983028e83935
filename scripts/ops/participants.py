"""PEOPLE: who takes part, who holds which office, and the guardian's stop."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from scripts.ops import calls
from scripts.ops.calls import BadArgument, OpsError
from scripts.ops.money import balance
from scripts.shown import View, moment

CAPABILITIES = {"buyer": 1, "supplier": 2}


def people() -> View:
    """The people of the development chain: name, place in accounts, settlement tokens."""
    if not calls.in_sandbox():
        raise OpsError("this is no development chain: its people are in the ERP (GET /parties)")
    found = {}
    for place, name in enumerate(calls.SANDBOX_NAMES):
        address = calls.account(place).address
        found[name] = f"accounts[{place}]  {address}  {balance(address)}"
    return View(found)


def register(account: Any, capability: str = "supplier", registrar: Any = None) -> Any:
    """Make an account a participant: ops.register(accounts[9], "supplier"). Its party must be in the ERP first."""
    if capability not in CAPABILITIES:
        raise BadArgument(f"capability is one of {', '.join(CAPABILITIES)}, not {capability!r}")
    sender = calls.sender(registrar, calls.REGISTRAR)
    bits = CAPABILITIES[capability]
    return calls.send("Participants", "register", calls.address_of(account), bits, sender=sender)


def suspend(account: Any, reason: str, registrar: Any = None) -> Any:
    """Bar a participant from new obligations. Only the reason's hash stands on chain."""
    digest = keccak(text=reason)
    sender = calls.sender(registrar, calls.REGISTRAR)
    return calls.send("Participants", "suspend", calls.address_of(account), digest, sender=sender)


def reinstate(account: Any, registrar: Any = None) -> Any:
    """Lift a suspension."""
    sender = calls.sender(registrar, calls.REGISTRAR)
    return calls.send("Participants", "reinstate", calls.address_of(account), sender=sender)


def pause(guardian: Any = None) -> Any:
    """Stop new obligations everywhere. Reveals, awards, payments and refunds go on."""
    return calls.send(
        "Participants", "pauseObligations", sender=calls.sender(guardian, calls.GUARDIAN)
    )


def resume(guardian: Any = None) -> Any:
    """Allow new obligations again."""
    return calls.send(
        "Participants", "resumeObligations", sender=calls.sender(guardian, calls.GUARDIAN)
    )


def wait(seconds: int) -> str:
    """Chain time passes at once, on a development chain only; the ERP of `make run` follows it. The new chain time."""
    if not calls.in_sandbox():
        raise OpsError("only a development chain's time can be moved")
    if seconds <= 0:
        raise BadArgument(f"time only goes forward: {seconds} s")
    wanted = calls.now() + seconds
    calls.raw("evm_increaseTime", [seconds])
    calls.raw("evm_mine")
    return moment(max(calls.now(), wanted))
