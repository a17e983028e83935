"""Signers whose keys are in a process of their own (`holder.py`): asked over a pipe, started anew when it has died."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from bridge.chain.keys import SIGNED_AT_ONCE
from bridge.chain.permits import Permits, as_json
from bridge.chain.unsigned import Signature, completed
from bridge.errors import (
    BadConfiguration,
    BridgeError,
    ForbiddenCall,
    SignerRefused,
    SignerUnavailable,
    WrongKey,
)

OPEN_SECONDS = 120.0  # until all keystores are open: a second each on an idle machine
SIGN_SECONDS = (
    5.0  # until all signatures of a request are there: some milliseconds on an idle machine
)
END_SECONDS = 5.0  # until it has ended by itself
GIVEN_AT_ONCE = 256  # contents that are asked for together, in several requests
LINE_BYTES_MAX = 1_000_000  # of one answer
READ_BYTES = 65_536
ERRORS: dict[str, type[BridgeError]] = {
    cls.__name__: cls for cls in (BadConfiguration, ForbiddenCall, WrongKey)
}


class Holder:
    """The process that holds the keys of a folder of keystores. It ends with this one, however this one ends."""

    def __init__(
        self,
        keystores: Path,
        password_file: Path | None,
        permits: Permits,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._begin = {
            "keystores": str(keystores),
            "password_file": None if password_file is None else str(password_file),
            "permits": as_json(permits),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""  # of the next answer

    def open(self) -> dict[str, HeldSigner]:
        """Starts it and returns a signer for each key. Raises WrongKey, BadConfiguration, SignerUnavailable."""
        return {address: HeldSigner(self, address) for address in self._start()}

    @property
    def pid(self) -> int | None:
        """Of the process that holds the keys, None when there is none."""
        return None if self._process is None else self._process.pid

    def ask(self, requests: Sequence[dict[str, Any]]) -> Generator[dict[str, Any]]:
        """Its answers to requests, in order; it has the next one before the answer is looked at.

        Raises SignerUnavailable when it dies or is too slow, and the errors that it tells.
        """
        if self._process is None or self._process.poll() is not None:
            self._start()
        asked, until = self._process, self._monotonic() + SIGN_SECONDS
        given = answered = 0
        try:
            for count in range(1, len(requests) + 1):
                for request in requests[given : count + 1]:
                    self._give(request, until)
                    given += 1
                answer = self._answer(until)
                answered += 1
                yield _checked(answer)
        finally:  # whoever asks next gets the answers to what it asks
            with suppress(SignerUnavailable):  # a new process has nothing to answer
                while self._process is asked and answered < given:
                    self._answer(until)
                    answered += 1

    def close(self) -> None:
        """Ends the process."""
        process, self._process, self._read = self._process, None, b""
        if process is None:
            return
        if process.stdin is not None:
            with suppress(OSError):  # it has ended already
                process.stdin.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _start(self) -> list[str]:
        self.close()
        try:
            self._process = subprocess.Popen(
                # -P: not of the folder that one happens to be in
                [sys.executable, "-P", "-m", "bridge.chain.holder"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
        except OSError as error:
            raise SignerUnavailable(f"no process can be started for the keys: {error}") from error
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        until = self._monotonic() + OPEN_SECONDS
        self._give(self._begin, until)
        return [str(address) for address in _checked(self._answer(until))["addresses"]]

    def _give(self, request: dict[str, Any], until: float) -> None:
        with self._alive():
            process = self._process
            if process is None or process.stdin is None:
                raise OSError("it was not started")
            left_to_write = memoryview(json.dumps(request).encode() + b"\n")
            while left_to_write:
                left = until - self._monotonic()
                if left <= 0 or not select.select([], [process.stdin], [], left)[1]:
                    raise OSError("it does not listen")
                left_to_write = left_to_write[os.write(process.stdin.fileno(), left_to_write) :]

    def _answer(self, until: float) -> dict[str, Any]:
        with self._alive():
            process = self._process
            if process is None or process.stdout is None:
                raise OSError("it was not started")
            line, self._read = self._read, b""
            while b"\n" not in line:
                left = until - self._monotonic()
                if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
                    raise OSError("it did not answer in time")
                part = process.stdout.read(READ_BYTES)
                if not part:
                    raise OSError("it has ended")
                line += part
                if len(line) > LINE_BYTES_MAX:
                    raise OSError("its answer has no end")
            line, _, self._read = line.partition(b"\n")
            answer: dict[str, Any] = json.loads(line)
            return answer

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Raises SignerUnavailable, and ends the process, where it is not spoken with to the end."""
        try:
            yield
        except (OSError, ValueError) as error:
            self._kill()
            raise SignerUnavailable(f"the process that holds the keys has died: {error}") from error

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        self.close()


class HeldSigner:
    """A key in the process that holds the keys."""

    at_once = GIVEN_AT_ONCE

    def __init__(self, holder: Holder, address: str) -> None:
        self._holder = holder
        self.address = address

    def sign_all(self, contents: Sequence[bytes]) -> list[Signature]:
        """Has the keccak-256 of each content signed: all or none. Raises SignerUnavailable, SignerRefused, ForbiddenCall."""
        parts = [
            contents[start : start + SIGNED_AT_ONCE]
            for start in range(0, len(contents), SIGNED_AT_ONCE)
        ]
        asked = [
            {"key": self.address, "contents": [content.hex() for content in part]} for part in parts
        ]
        with closing(self._holder.ask(asked)) as answers:
            return [
                completed(content, r, s, self.address, parity)
                for part, answer in zip(parts, answers, strict=True)
                for content, (r, s, parity) in zip(
                    part, _signatures(answer, len(part)), strict=True
                )
            ]


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, unless it is one of the errors that it tells, which is raised."""
    if "error" in answer:
        raise ERRORS.get(answer["error"], SignerUnavailable)(answer["why"])
    return answer


def _signatures(answer: dict[str, Any], count: int) -> list[list[int]]:
    """r, s and parity of each signature in an answer. Raises SignerRefused when it has not so many, or other things."""
    made = answer.get("signatures")
    if isinstance(made, list) and len(made) == count and all(_is_signature(each) for each in made):
        return made
    raise SignerRefused(
        f"the process that holds the keys answers with what is no {count} signatures"
    )


def _is_signature(told: Any) -> bool:
    return isinstance(told, list) and [type(part) for part in told] == [int, int, int]
