"""PEOPLE: who takes part, who holds which office, the guardian's stops, and time. 参与方与角色."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from ..errors import BadArgument, OpsError
from ..formatting import View, moment, moment_from
from . import calls
from .token import balance

__all__ = [
    "add_capability",
    "announce_grant",
    "appoint",
    "dismiss",
    "grants",
    "pause",
    "people",
    "register",
    "reinstate",
    "resume",
    "retire",
    "seal_offices",
    "suspend",
    "unretire",
    "wait",
    "withdraw_grant",
]

OFFICES = (
    *("REGISTRAR", "TREASURER", "ANCHORER", "GUARDIAN"),
    *("SCORER", "AWARDER", "CLAIM_ISSUER", "MARKET"),
)


def people() -> View:
    """The people of the development chain, with their places and tokens: ops.people()."""
    if not calls.in_sandbox():
        raise OpsError("this is no development chain: its people are in the ERP (GET /parties)")
    found = {}
    for place, name in enumerate(calls.SANDBOX_NAMES):
        address = calls.account(place).address
        found[name] = f"accounts[{place}]  {address}  {balance(address)}"
    return View(found)


def register(account: Any, capability: str = "supplier", registrar: Any = None) -> Any:
    """Make an account a participant: ops.register(accounts[16], "supplier"), or "buyer+node".

    Its party must be in the ERP first.
    """
    bits, sender = calls.capability_bits(capability), calls.sender(registrar, calls.REGISTRAR)
    return calls.send("Participants", "register", calls.address_of(account), bits, sender=sender)


def add_capability(account: Any, capability: str, registrar: Any = None) -> Any:
    """A participant may do more, with its account and history: ops.add_capability("N1", "supplier")."""
    bits, of = calls.capability_bits(capability), calls.address_of(account)
    sender = calls.sender(registrar, calls.REGISTRAR)
    return calls.send("Participants", "addCapabilities", of, bits, sender=sender)


def suspend(account: Any, reason: str, registrar: Any = None) -> Any:
    """Bar a participant from new obligations: ops.suspend("S3", "sells what it has not").

    Only the reason's hash stands on chain.
    """
    digest = keccak(text=reason)
    sender = calls.sender(registrar, calls.REGISTRAR)
    return calls.send("Participants", "suspend", calls.address_of(account), digest, sender=sender)


def reinstate(account: Any, registrar: Any = None) -> Any:
    """Lift a suspension: ops.reinstate("S3")."""
    sender = calls.sender(registrar, calls.REGISTRAR)
    return calls.send("Participants", "reinstate", calls.address_of(account), sender=sender)


def appoint(office: str, account: Any, admin: Any = None) -> Any:
    """The default admin gives an office: ops.appoint("ANCHORER", accounts[17]). A sealed one was announced before."""
    role, to = _office(office), calls.address_of(account)
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "grantRole", role, to, sender=sender)


def dismiss(office: str, account: Any, admin: Any = None) -> Any:
    """The default admin takes an office away, at once: ops.dismiss("ANCHORER", "attester")."""
    role, of = _office(office), calls.address_of(account)
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "revokeRole", role, of, sender=sender)


def seal_offices(admin: Any = None) -> Any:
    """From now on and for good, offices with power over money are announced two days ahead: ops.seal_offices()."""
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "sealContractOffices", sender=sender)


def announce_grant(office: str, account: Any, admin: Any = None) -> Any:
    """Announce that a sealed office will be given: ops.announce_grant("TREASURER", accounts[17]). In two days ops.appoint.

    For a contract: ops.announce_grant("SCORER", PurchaseOrders).
    """
    role, to = _office(office), calls.address_of(account)
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "announceGrant", role, to, sender=sender)


def withdraw_grant(office: str, account: Any, admin: Any = None) -> Any:
    """Take an announcement back: ops.withdraw_grant("TREASURER", accounts[17])."""
    role, to = _office(office), calls.address_of(account)
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "withdrawGrant", role, to, sender=sender)


def grants() -> View:
    """Whether the offices are sealed, and which grants are announced: ops.grants()."""
    open_grants = {}
    for log in calls.logs("Participants", "GrantAnnounced"):
        office, account = bytes(log["office"]), str(log["account"])
        grantable = int(calls.view("Participants", "grantableAt", office, account))
        if grantable:
            told = f"{_name(office)}  {calls.who(account)}"
            open_grants[told] = moment_from(grantable, calls.now())
    return View(sealed=bool(calls.view("Participants", "contractOfficesSealed")), **open_grants)


def retire(room: Any, guardian: Any = None) -> Any:
    """Nothing new begins in a contract, what runs there goes on: ops.retire(Tenders_0)."""
    sender = calls.sender(guardian, calls.GUARDIAN)
    return calls.send("Participants", "retire", calls.address_of(room), sender=sender)


def unretire(room: Any, guardian: Any = None) -> Any:
    """Take a retirement back: ops.unretire(Tenders_0)."""
    sender = calls.sender(guardian, calls.GUARDIAN)
    return calls.send("Participants", "unretire", calls.address_of(room), sender=sender)


def _name(role: bytes) -> str:
    return next((name for name in OFFICES if keccak(text=name) == role), "?")


def _office(name: str) -> bytes:
    if name not in OFFICES:
        raise BadArgument(f"an office is one of {', '.join(OFFICES)}, not {name!r}")
    return keccak(text=name)


def pause(guardian: Any = None) -> Any:
    """Stop new obligations everywhere: ops.pause(). Reveals, awards, payments and refunds go on."""
    sender = calls.sender(guardian, calls.GUARDIAN)
    return calls.send("Participants", "pauseObligations", sender=sender)


def resume(guardian: Any = None) -> Any:
    """Allow new obligations again: ops.resume()."""
    sender = calls.sender(guardian, calls.GUARDIAN)
    return calls.send("Participants", "resumeObligations", sender=sender)


def wait(seconds: int) -> str:
    """Chain time passes at once, on a development chain only: ops.wait(120). The ERP of `make run` follows it."""
    if not calls.in_sandbox():
        raise OpsError("only a development chain's time can be moved")
    if seconds <= 0:
        raise BadArgument(f"time only goes forward: {seconds} s")
    wanted = calls.now() + seconds
    calls.raw("evm_increaseTime", [seconds])
    calls.raw("evm_mine")
    return moment(max(calls.now(), wanted))
