"""POSTS: who reports and who rules, by numbers that last while keys change. 岗位."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from ..errors import BadArgument, NotThere
from ..formatting import View, moment_from
from . import calls

__all__ = [
    "create_post",
    "offer_post",
    "post",
    "posts",
    "replace_holder",
    "take_post",
    "vacate_post",
]

OFFICES = ("ATTESTER", "REPORTER", "ARBITER")
NOBODY = "0x" + "00" * 20
VACANT = "nobody"


def posts() -> View:
    """All posts with their offices and holders: ops.posts()."""
    return View({str(created["postId"]): _told(int(created["postId"])) for created in _created()})


def post(post_id: int) -> View:
    """One post: who holds it, to whom it is offered, who is announced and from when on: ops.post(1)."""
    record = calls.view("Participants", "post", post_id)
    if not any(record["office"]):
        raise NotThere(f"there is no post {post_id}: ops.posts() lists all")
    takeable = record["takeableAt"]
    return View(
        office=_office_of(record["office"]),
        name=_name(post_id),
        holder=_who(record["holder"]),
        offered_to=_who(record["heir"]),
        announced=_who(record["replacement"]),
        takeable=moment_from(takeable, calls.now()) if takeable else None,
    )


def create_post(office: str, holder: Any, name: str, admin: Any = None) -> Any:
    """The default admin creates a post: ops.create_post("REPORTER", accounts[16], "reporter of platform B")."""
    if office not in OFFICES:
        raise BadArgument(f"a post's office is one of {', '.join(OFFICES)}, not {office!r}")
    first, digest = calls.address_of(holder), keccak(text=name)
    return calls.send(
        *("Participants", "createPost", keccak(text=office), first, digest),
        sender=calls.sender(admin, calls.DEPLOYER),
    )


def offer_post(post_id: int, heir: Any, holder: Any = None) -> Any:
    """A holder hands over, first step: ops.offer_post(1, accounts[16]). Heir None takes the offer back.

    The heir takes it by ops.take_post; until then the holder acts.
    """
    to = NOBODY if heir is None else calls.address_of(heir)
    sender = _holder(post_id) if holder is None else holder
    return calls.send("Participants", "offerPost", post_id, to, sender=sender)


def take_post(post_id: int, heir: Any) -> Any:
    """The heir, or who was announced two days ago, takes a post: ops.take_post(1, accounts[16])."""
    return calls.send("Participants", "takePost", post_id, sender=heir)


def vacate_post(post_id: int, admin: Any = None) -> Any:
    """A post's key was stolen: nobody acts for it from now on: ops.vacate_post(1). Then ops.replace_holder."""
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "vacatePost", post_id, sender=sender)


def replace_holder(post_id: int, replacement: Any, admin: Any = None) -> Any:
    """Announce who may take a post in two days, for two weeks: ops.replace_holder(1, accounts[17]). None takes it back."""
    to = NOBODY if replacement is None else calls.address_of(replacement)
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "announceReplacement", post_id, to, sender=sender)


def _created() -> list[dict[str, Any]]:
    return calls.logs("Participants", "PostCreated")


def _told(post_id: int) -> str:
    found = post(post_id)
    name = f"  {found['name']}" if found["name"] else ""
    return f"{found['office']}  {found['holder']}{name}"


def _holder(post_id: int) -> str:
    holder = str(calls.view("Participants", "holderOf", post_id))
    if holder == NOBODY:
        raise NotThere(f"nobody holds post {post_id}")
    return holder


def _name(post_id: int) -> str | None:
    """The name of the deployment file, which holds names; the chain holds their hashes."""
    return calls.post_name(post_id)


def _office_of(role: bytes) -> str:
    return next((name for name in OFFICES if keccak(text=name) == bytes(role)), "?")


def _who(address: str) -> Any:
    return None if address == NOBODY else calls.who(address)
