"""Two accounts of one fact, compared: what an external event says, and what the books say."""

from __future__ import annotations

from erp.kernel.errors import Disagrees


def agree(what: str, key: int | str, **pairs: tuple[int | str, int | str]) -> None:
    """Compares each named pair (said, recorded). Raises Disagrees on the first field whose two values differ.

    `what` and `key` name the thing in the message: agree("Order", "PO-2026-00001", quantity=(90, 100)).
    """
    for field, (said, recorded) in pairs.items():
        if said != recorded:
            raise Disagrees(what, key, field, said, recorded)
