"""Serves what others see of a running bridge, where its settings name a port."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from bridge.binding import check_chain
from bridge.bootstrap import Bridge
from bridge.chain.client import Client
from bridge.chain.finality import finality_depth
from bridge.errors import BadConfiguration, NodeIncomplete, NodeUnavailable, WrongChain
from bridge.watch.sample import take
from bridge.watch.server import Watch, serving


@contextmanager
def watched(bridge: Bridge) -> Iterator[str | None]:
    """The URL while the block runs, None where no port is set. Raises BadConfiguration when the port is taken."""
    port = bridge.config.watch_port
    if port is None:
        yield None
        return
    deployment = bridge.deployment
    # Its own connection: the daemon's is used by another thread.
    client = Client(bridge.config.rpc_urls(deployment.rpc_url))
    with suppress(NodeUnavailable, NodeIncomplete, WrongChain):  # it will say so
        check_chain(client, deployment)
    depth = finality_depth(deployment, bridge.config.finality)
    look = partial(take, bridge.store, bridge.port, client)
    oldest = bridge.config.audit_age_seconds
    watch = Watch(look, bridge.daemon.stages, depth, time.monotonic, oldest)
    try:
        with serving(watch, port) as url:
            yield url
    except OSError as error:
        raise BadConfiguration(f"cannot serve on port {port}: {error}") from error
