"""Acts that the reader asked for about a thing and that are not over: its page leads to what is to be signed."""

from __future__ import annotations

from erp.api.routes import signing
from erp.api.routes.signing import ActRequestView
from erp.kernel.roles import PARTNERS
from erp.signing.rules import OPEN
from erp.web.reading import Reading

SHOWN = 32  # as many as a party may have open


def to_sign(reading: Reading, **about: int) -> list[ActRequestView]:
    """The reader's own open acts whose fields say this, `group_id=3`; none for whoever signs for no party."""
    if reading.caller.role not in PARTNERS or reading.caller.party is None:
        return []
    found = reading.read(
        "/act-requests", signing.list_act_requests, reading.context, reading.caller,
        status=list(OPEN), limit=SHOWN,
    )  # fmt: skip
    return [
        each for each in found.items
        if all((each.fields or {}).get(name) == value for name, value in about.items())
    ]  # fmt: skip
