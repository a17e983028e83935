"""How the document log names who told a document: `warehouse:dock-1`, or of a known person `warehouse:dock-1@P-017`.

Before the colon stands the role, behind it the token, behind the at sign the person. Neither a token nor a person has an at
sign in its name. External events are told by the bridge, whose name has no colon.
"""

from __future__ import annotations

PERSON_MARK = "@"


def actor_of(role: str, token: str, person: str | None) -> str:
    """The name of a token in the log; `person` is the code of whom it belongs to, None when that is not known."""
    told = f"{role}:{token}"
    return told if person is None else f"{told}{PERSON_MARK}{person}"


def role_of(actor: str) -> str:
    """The role of an actor: `quality` of `quality:anna`."""
    return actor.partition(":")[0]


def person_of(actor: str) -> str | None:
    """The code of the person behind an actor; None when the log does not say."""
    return actor.partition(PERSON_MARK)[2] or None


def doer_of(actor: str) -> str:
    """Who it was, whichever token was used: the person, or the token where no person is known."""
    person = person_of(actor)
    return actor if person is None else PERSON_MARK + person
