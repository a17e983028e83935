"""Attack 9, all honest: the process that holds the keys has died, and for a moment no other can be started."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bridge.chain.directory import Directory
from bridge.chain.holding import Holder
from bridge.chain.permits import Permits
from bridge.errors import SignerUnavailable


def test_keys_whose_process_cannot_be_started_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls of other signers go on: it is no bug of the stage."""

    def none(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    permits = Permits({}, frozenset(), Directory(1, {}))
    monkeypatch.setattr(subprocess, "Popen", none)
    with pytest.raises(SignerUnavailable):
        next(Holder(tmp_path, None, permits).ask([{"key": "0x", "contents": []}]))
