"""A window of proved events as plain values, and back: what goes between two processes. Pure."""

from __future__ import annotations

from typing import Any

from bridge.chain.scan import Window
from bridge.chain.wire import Header
from bridge.events.base import Logged, values_of
from bridge.events.generated import EVENTS


def plain(window: Window) -> tuple[Any, ...]:
    """The window as tuples of texts, numbers and bytes."""
    last = window.last
    header = (
        *(last.hash, last.parent_hash, last.number, last.timestamp, last.gas_limit),
        *(last.receipts_root, last.bloom, last.transactions, last.fields),
    )
    events = [
        (
            *(each.name, tuple(values_of(each.event).values()), each.contract, each.block_number),
            *(each.block_hash, each.block_time, each.tx_hash, each.tx_index, each.log_index),
            each.chain_id,
        )
        for each in window.events
    ]
    return events, header, window.blocks


def window_of(told: tuple[Any, ...]) -> Window:
    """The window that such tuples tell."""
    events, header, blocks = told
    return Window(
        [Logged(EVENTS[name](*values), *place) for name, values, *place in events],
        Header(*header),
        blocks,
    )
