"""POSTS: who reports and who rules, by numbers that last while keys change. 岗位."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from ..errors import BadArgument, NotThere
from ..formatting import View, moment_from
from . import calls

__all__ = [
    "announce_post",
    "create_post",
    "offer_post",
    "post",
    "posts",
    "take_post",
    "vacate_post",
]

OFFICES = ("ATTESTER", "REPORTER", "ARBITER")
NOBODY = "0x" + "00" * 20
VACANT = "nobody"


def posts() -> View:
    """All posts with their offices and holders: ops.posts()."""
    return View({str(number): _told(number) for number in _refs()})


def post(number: Any) -> View:
    """One post, by number or name: its holder, to whom it is offered, who is announced: ops.post(1)."""
    post_id = _number(number)
    record = calls.view("Participants", "post", post_id)
    takeable = record["takeableAt"]
    return View(
        number=post_id,
        office=next(name for name in OFFICES if keccak(text=name) == bytes(record["office"])),
        name=_names().get(_refs()[post_id]),
        holder=_who(record["holder"]) or VACANT,
        offered_to=_who(record["heir"]),
        announced=_who(record["replacement"]),
        takeable=moment_from(takeable, calls.now()) if takeable else None,
    )


def create_post(office: str, holder: Any, name: str, admin: Any = None) -> int:
    """The default admin creates a post: ops.create_post("REPORTER", accounts[16], "reporter of platform B"). Its number.

    Write it into the deployment file, under `posts`: on chain stands the hash of its name.
    """
    if office not in OFFICES:
        raise BadArgument(f"a post's office is one of {', '.join(OFFICES)}, not {office!r}")
    first, digest = calls.address_of(holder), keccak(text=name)
    role, sender = keccak(text=office), calls.sender(admin, calls.DEPLOYER)
    receipt = calls.send("Participants", "createPost", role, first, digest, sender=sender)
    return int(calls.event(receipt, "PostCreated")["postId"])


def offer_post(number: Any, heir: Any, holder: Any = None) -> Any:
    """A holder hands over, first step: ops.offer_post(1, accounts[16]). Heir None takes the offer back.

    The heir takes it by ops.take_post; until then the holder acts.
    """
    post_id, to = _number(number), NOBODY if heir is None else calls.address_of(heir)
    sender = _holder(post_id) if holder is None else holder
    return calls.send("Participants", "offerPost", post_id, to, sender=sender)


def take_post(number: Any, heir: Any) -> Any:
    """The heir, or who was announced two days ago, takes a post: ops.take_post("attester of HEFEI", accounts[16])."""
    return calls.send("Participants", "takePost", _number(number), sender=heir)


def vacate_post(number: Any, admin: Any = None) -> Any:
    """A post's key was stolen: nobody acts for it from now on: ops.vacate_post(1). Then ops.announce_post."""
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "vacatePost", _number(number), sender=sender)


def announce_post(number: Any, replacement: Any, admin: Any = None) -> Any:
    """Announce who may take a post in two days, for two weeks: ops.announce_post(1, accounts[17]). None takes it back."""
    post_id, to = _number(number), NOBODY if replacement is None else calls.address_of(replacement)
    sender = calls.sender(admin, calls.DEPLOYER)
    return calls.send("Participants", "announceReplacement", post_id, to, sender=sender)


def _told(post_id: int) -> str:
    found = post(post_id)
    return "  ".join(str(found[key]) for key in ("office", "holder", "name") if found[key])


def _refs() -> dict[int, bytes]:
    """The posts of the chain, with the hashes of their names."""
    created = calls.logs("Participants", "PostCreated")
    return {int(log["postId"]): bytes(log["nameRef"]) for log in created}


def _names() -> dict[bytes, str]:
    """The names of the deployment file, by their hashes."""
    return {keccak(text=name): name for name in calls.post_names()}


def _number(wanted: Any) -> int:
    """Returns the number of a post that was named by its number or its name. Raises NotThere."""
    refs = _refs()
    digits = str(wanted).isdigit()
    found = [
        n
        for n, ref in refs.items()
        if (n == int(wanted) if digits else ref == keccak(text=str(wanted)))
    ]
    if not found:
        raise NotThere(f"there is no post {wanted!r}: ops.posts() lists all")
    return found[0]


def _holder(post_id: int) -> str:
    holder = str(calls.view("Participants", "holderOf", post_id))
    if holder == NOBODY:
        raise NotThere(f"nobody holds post {post_id}")
    return holder


def _who(address: str) -> Any:
    return None if address == NOBODY else calls.who(address)
