"""A process of its own that opens the keystores and signs: `python -m bridge.chain.holder`, started by `holding.py`.

A standard keystore takes 256 MB while it opens; that memory is this process's, and is given back. The keys stay here: the
daemon sends the bytes to sign and gets the signature. What each key may sign is checked here as well, by the lists that the
daemon sent at the start, so that a daemon that went wrong later gets nothing else signed. It ends when its input does.

One JSON object a line: first folder, password file and permits in, addresses or an error out; then for each key and list of
contents in, as many signatures or an error out. The password is in the file alone, never in an argument or in the
environment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import IO, Any

from bridge.chain.keys import open_folder
from bridge.chain.permits import from_json
from bridge.chain.signer import Guarded
from bridge.errors import BridgeError


def serve(asked: IO[str], answered: IO[str]) -> None:
    """Opens the keystores that the first line names, then signs what each further line asks, until there are no more."""
    try:
        first = json.loads(asked.readline())
        permits = from_json(first["permits"])
        password_file = first["password_file"]
        opened = open_folder(
            Path(first["keystores"]), Path(password_file) if password_file is not None else None
        )
    except BridgeError as error:
        _tell(answered, _as_json(error))
        return
    signers = {address: Guarded(signer, permits) for address, signer in opened.items()}
    _tell(answered, {"addresses": list(signers)})
    for line in asked:
        _tell(answered, _signed(signers, json.loads(line)))


def _signed(signers: dict[str, Guarded], request: dict[str, Any]) -> dict[str, Any]:
    try:
        made = signers[request["key"]].sign_all([bytes.fromhex(c) for c in request["contents"]])
    except BridgeError as error:
        return _as_json(error)
    return {"signatures": [[each.r, each.s, each.parity] for each in made]}


def _as_json(error: BridgeError) -> dict[str, str]:
    return {"error": type(error).__name__, "why": str(error)}


def _tell(answered: IO[str], answer: dict[str, Any]) -> None:
    answered.write(json.dumps(answer) + "\n")
    answered.flush()


if __name__ == "__main__":
    for number in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # sent to all of a group: the daemon signs to the end of its pass
        signal.signal(number, signal.SIG_IGN)
    try:
        serve(sys.stdin, sys.stdout)
    except (
        BrokenPipeError
    ):  # the daemon died while the keystores were opened: nobody is there to be told
        os._exit(0)
