"""What the room of webhooks refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from erp.kernel.errors import Conflict, NotFound, Rejected


class UnknownSubscription(NotFound):
    code = "unknown-subscription"
    template = "No webhook is named {key!r}; `webhook list` shows all of them."


class SubscriptionExists(Conflict):
    code = "subscription-exists"
    template = "A webhook named {key!r} was made before; names are never reused."


@dataclass(eq=False)
class SubscriptionRefused(Rejected):
    """A subscription that cannot be as it is asked for."""

    why: str
    code: ClassVar[str] = "subscription-refused"
    template: ClassVar[str] = "{why}"


@dataclass(eq=False)
class TargetRefused(Rejected):
    """An address to which this process does not send."""

    url: str
    why: str
    code: ClassVar[str] = "target-refused"
    template: ClassVar[str] = "{url} is not sent to: {why}."
