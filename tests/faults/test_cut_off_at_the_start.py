"""A bridge that starts while its connection is cut says to try again, and names no wrong setting."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from tests.faults.starting import told_otherwise


def cut(connection: Any) -> None:
    """No word of the server arrives any more."""
    socket.socket(fileno=os.dup(connection.fileno())).shutdown(socket.SHUT_RDWR)


def test_a_start_whose_connection_is_cut_is_told_as_one_to_try_again(
    tmp_path: Path, postgres_db: str
) -> None:
    assert told_otherwise(tmp_path, postgres_db, cut) == []
