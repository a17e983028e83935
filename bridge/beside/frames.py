"""Messages between the daemon and the process beside it: a length of four bytes, and a value in Python's own `marshal`.

Both are the same Python and the same program; neither reads what anybody else wrote.
"""

from __future__ import annotations

import marshal
from typing import IO, Any

LENGTH = 4  # bytes
BYTES_MAX = 256_000_000  # of one message


def packed(value: Any) -> bytes:
    """A message. Raises ValueError for what marshal does not carry, and for one that is too long."""
    body = marshal.dumps(value)
    if len(body) > BYTES_MAX:
        raise ValueError(f"a message of {len(body)} bytes: at most {BYTES_MAX}")
    return len(body).to_bytes(LENGTH, "big") + body


def length_of(head: bytes) -> int:
    """How many bytes follow. Raises ValueError when that is too many."""
    length = int.from_bytes(head, "big")
    if length > BYTES_MAX:
        raise ValueError(f"a message of {length} bytes: at most {BYTES_MAX}")
    return length


def unpacked(body: bytes) -> Any:
    """The value of a message. Raises ValueError, EOFError, TypeError when it is none."""
    return marshal.loads(body)  # noqa: S302 - of a process that this one started


def read(stream: IO[bytes]) -> Any:
    """The next message of a stream. Raises EOFError at its end."""
    return unpacked(_exactly(stream, length_of(_exactly(stream, LENGTH))))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise EOFError
    return found
