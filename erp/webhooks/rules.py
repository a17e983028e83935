"""Rules of webhooks: signatures (Standard Webhooks), messages (CloudEvents 1.0), pauses, targets. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from erp.webhooks.errors import TargetRefused

SECRET_PREFIX = "whsec_"  # noqa: S105 - of the standard
SECRET_BYTES = 32
MAX_URL = 1_000  # characters
MAX_TOPICS = 50
MAX_REASON = 300  # characters that are kept of why an attempt failed
# Pauses after the first attempt, the second, and so on: after the last, the message is parked. 26 hours in all.
PAUSES = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 36_000)
MAX_ATTEMPTS = len(PAUSES) + 1
MAX_RETRY_AFTER = 3_600  # seconds of a receiver's own wish
MAX_PAUSE = max(*PAUSES, MAX_RETRY_AFTER)  # seconds for which a message is left alone at most


def spelt(secret: bytes) -> str:
    """A secret as the standard writes it. Raises ValueError when it has not SECRET_BYTES."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes, got {len(secret)}")
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message by one secret, `v1,…`."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message, signed by each secret that stands: during a rotation by both."""
    signed = " ".join(signature(secret, message_id, timestamp, body) for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
        "content-type": "application/cloudevents+json",
        "user-agent": "interlock-webhooks",
    }


def message_id(mark: str, sequence: int) -> str:
    """The id of the message about a document, the same however often it is sent. It does not tell the sequence."""
    return "msg_" + hashlib.sha256(f"{mark}.{sequence}".encode()).hexdigest()[:32]


def event(message_id: str, platform: str, number: str, at: int, data: dict[str, Any]) -> bytes:
    """A CloudEvent that says what changed; what it changed to is read at the API, with the reader's own rights."""
    told = {
        "specversion": "1.0",
        "id": message_id,
        "source": f"/interlock/{platform}",
        "type": "interlock.document",
        "subject": number,
        "time": datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def pause(attempts: int, wish: int | None = None) -> int | None:
    """Seconds until the next attempt after so many, at least the receiver's wish; None: there is none, it is parked."""
    if attempts > len(PAUSES):
        return None
    return max(PAUSES[attempts - 1], min(wish or 0, MAX_RETRY_AFTER))


def checked_url(url: str, *, private: bool) -> str:
    """The URL itself. Raises TargetRefused for what is not sent to; `private`: plain HTTP and private addresses are."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise TargetRefused(url, "it is no URL") from None
    schemes = {"https", "http"} if private else {"https"}
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise TargetRefused(url[:MAX_URL], f"a URL is at most {MAX_URL} ASCII characters")
    if parts.scheme not in schemes or not parts.hostname:
        raise TargetRefused(url, f"write {' or '.join(sorted(schemes))}://host/path")
    try:
        parts.hostname.encode("idna")
    except UnicodeError:
        raise TargetRefused(url, "its host is no name: a part of it is empty or too long") from None
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise TargetRefused(url, "it has a user, a password or a fragment in it")
    return url


def chosen_address(url: str, addresses: Sequence[str], *, private: bool) -> str:
    """The first of a host's addresses, to which the message goes. Raises TargetRefused when one is not public.

    One private among them refuses all: a name that points inwards is not sent to at any of its addresses.
    """
    if not addresses:
        raise TargetRefused(url, "its host has no address")
    for address in addresses:
        known = ip_address(address.partition("%")[0])
        mapped = getattr(known, "ipv4_mapped", None) or known
        if not private and (not mapped.is_global or mapped.is_multicast):
            raise TargetRefused(url, f"{address} is not a public address")
    return addresses[0]
