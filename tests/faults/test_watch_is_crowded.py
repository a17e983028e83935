"""Attack E9: any program of this machine opens connections to the watch and says little: the ring has no file left."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bridge.operator.watched import watched
from tests.world import BUYER, World

CROWD = 104
MORE = 100  # files that the daemon may open beside those it has; a service has 1,024 in all
CROWDING = """
import socket, sys, threading, time
host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
held = []
def drip():
    while True:
        time.sleep(1)
        for one in list(held):
            try:
                one.sendall(b"v")
            except OSError:
                pass
threading.Thread(target=drip, daemon=True).start()
for _ in range(count):
    try:
        one = socket.create_connection((host, port), 3)
        one.sendall(b"GET /li")
        held.append(one)
    except OSError:
        break
print(len(held), flush=True)
time.sleep(1000)
"""


@contextmanager
def crowded(url: str) -> Iterator[None]:
    host, port = urlsplit(url).hostname, urlsplit(url).port
    child = subprocess.Popen(
        [sys.executable, "-c", CROWDING, str(host), str(port), str(CROWD)], stdout=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(7)  # longer than a client may take to say what it wants
        yield
    finally:
        child.kill()
        child.wait()


def test_the_ring_goes_on_while_the_watch_is_crowded(world: World) -> None:
    world.settle()
    world.reopen(watch_port=0)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    to = world.people["SUPPLIER"].address
    try:
        with watched(world.bridge) as url:
            assert url is not None
            resource.setrlimit(
                resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + MORE, hard)
            )
            with crowded(url):
                assert _can_open(), "no file can be opened any more"
                world.transact(BUYER, "SettlementToken", "transfer", to, 777)
                world.reopen(watch_port=None)  # as after any cut connection: all is opened anew
                world.settle()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert world.documents("token_transfer")


def _can_open() -> bool:
    try:
        os.close(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        return False
    return True
