"""A client of the ERP's HTTP API: one connection that stays open, one token."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from typing import Any

TIMEOUT_SECONDS = 120.0
BUSY_PAUSE_SECONDS = 0.02  # before the same request is sent again
BUSY_TRIES_MAX = 500
CREATED, BUSY = 201, 503


class Refused(Exception):
    """The API answered a request of the bench with a problem."""


class Client:
    """Posts bodies and returns answers; sends a request again, under its key, while the database is busy."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._token = token
        self.busy = 0  # how often the API said so

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a write. Raises Refused."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        data = json.dumps(body)
        for _ in range(BUSY_TRIES_MAX):
            self._connection.request("POST", path, data, headers)
            response = self._connection.getresponse()
            text = response.read()
            if response.status != BUSY:
                break
            self.busy += 1
            time.sleep(BUSY_PAUSE_SECONDS)
        if response.status not in {CREATED, http.client.OK}:
            raise Refused(f"POST {path}: {response.status} {text[:500]!r}")
        return dict(json.loads(text))

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()
