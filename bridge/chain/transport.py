"""How a JSON-RPC body travels to a node and its answer back: over HTTP, on connections that stay open."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import requests
import urllib3
from urllib3.exceptions import HTTPError

TIMEOUT_SECONDS = 30
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
HEADERS = {"Content-Type": "application/json"}
BAD_STATUS = 400  # and above: an HTTP error, whatever the body says

Post = Callable[[bytes], bytes]
TROUBLES = (requests.RequestException, HTTPError, ValueError, OSError)


def post_to(url: str) -> Post:
    """A function that posts a body to this URL and returns the answer's. It raises one of TROUBLES.

    A node on this machine is asked directly: proxies and certificates, which `requests` looks after for all others, take
    as long as the question itself.
    """
    parts = urlsplit(url)
    direct = parts.scheme == "http" and parts.hostname in LOOPBACK and parts.username is None
    return _directly(url) if direct else _by_requests(url)


def _directly(url: str) -> Post:
    pool = urllib3.connection_from_url(url, timeout=TIMEOUT_SECONDS)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def post(body: bytes) -> bytes:
        response = pool.urlopen("POST", target, body, HEADERS, retries=False)
        if response.status >= BAD_STATUS:
            raise OSError(f"HTTP status {response.status}")
        return response.data

    return post


def _by_requests(url: str) -> Post:
    session = requests.Session()

    def post(body: bytes) -> bytes:
        response = session.post(url, data=body, headers=HEADERS, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        return response.content

    return post
