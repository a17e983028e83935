"""A wire between one browser and the server that keeps all that passes, both ways: also what workers and streams say."""

from __future__ import annotations

import contextlib
import re
import socket
import threading

ACCEPTED = re.compile(rb"(?im)^(accept-encoding:)[^\r\n]*")
CHUNK = 65_536


class Relay:
    """Listens on a free loopback port and passes all on, never compressed, so that it can be searched."""

    def __init__(self, port: int) -> None:
        self.said = bytearray()  # by the browser
        self.heard = bytearray()  # by the browser
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def close(self) -> None:
        """Nobody comes any more."""
        for each in (self._door, *self._open):
            with contextlib.suppress(OSError):  # the other end was first
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:  # closed
                return
            self._open += [near, far]
            threading.Thread(target=self._pass, args=(near, far, self.said), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, self.heard), daemon=True).start()

    def _pass(self, source: socket.socket, to: socket.socket, kept: bytearray) -> None:
        with contextlib.suppress(OSError):  # either end has gone
            while told := source.recv(CHUNK):
                if kept is self.said:
                    told = ACCEPTED.sub(lambda found: found[1].ljust(len(found[0])), told)
                kept += told
                to.sendall(told)
        for each in (source, to):
            with contextlib.suppress(OSError):  # it is closed already
                each.shutdown(socket.SHUT_RDWR)
