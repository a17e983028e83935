"""RLP read: nested lists of bytes, from a node that is not trusted. Writing it is in `trie.py`."""

from __future__ import annotations

from bridge.chain.trie import LIST, SHORT, STRING

DEEPEST = 4  # lists within lists; extra data of a header needs two

Item = bytes | list["Item"]


class NotRlp(ValueError):
    """The bytes are not the canonical RLP of one item."""


def decode(data: bytes) -> Item:
    """The one item that the bytes are. Raises NotRlp, also where a shorter writing of the same exists."""
    item, end = _item(data, 0, len(data), DEEPEST)
    if end != len(data):
        raise NotRlp("bytes follow the item")
    return item


def _item(data: bytes, at: int, limit: int, depth: int) -> tuple[Item, int]:
    if at >= limit:
        raise NotRlp("an item is missing")
    first = data[at]
    if first < STRING:
        return data[at : at + 1], at + 1
    kind = LIST if first >= LIST else STRING
    start, end = _span(data, at, limit, first - kind)
    if kind == STRING:
        if end - start == 1 and data[start] < STRING:
            raise NotRlp("a byte has a length before it")
        return data[start:end], end
    if depth == 0:
        raise NotRlp("lists are nested too deep")
    items: list[Item] = []
    while start < end:
        item, start = _item(data, start, end, depth - 1)
        items.append(item)
    return items, end


def _span(data: bytes, at: int, limit: int, size: int) -> tuple[int, int]:
    """Where the content of the item at a place begins and ends; `size`: what its first byte says."""
    start = at + 1
    if size > SHORT:
        counted = size - SHORT
        written = data[start : start + counted]
        size = int.from_bytes(written, "big")
        if len(written) != counted or written[0] == 0 or size <= SHORT:
            raise NotRlp("a length is not canonical")
        start += counted
    if start + size > limit:
        raise NotRlp("an item is longer than what holds it")
    return start, start + size
