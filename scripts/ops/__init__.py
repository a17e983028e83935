"""What a contract operator does from `make console`. Try: ops.tenders(), ops.tender(1), ops.order(1), ops.score("S1").

Amounts are minor units (分): 5_000_000 is 50,000.00. Who is meant is a brownie account, an address or, on the chain of
`make run`, a name:
    deployer accounts[0]   registrar accounts[1]   treasurer accounts[2]   attester accounts[3] (the bridge)
    guardian accounts[4]   HEFEI accounts[5] (the buyer)   S1 accounts[6]   S2 accounts[7]   S3 accounts[8]
What sends a transaction returns brownie's receipt. When a rule says no, nothing is sent and the contract's own error is
told, as in `Tenders_CommitClosed(tenderId=1, timestamp=..., commitEnd=...)`. To send a call yourself, by brownie's own
means: Tenders.award(1, {"from": accounts[0]}).

A purchase, by hand, after stock fell below its threshold and the bridge opened tender 1:
    ops.bid(1, "S1", 5_000_000)    ops.bid(1, "S2", 5_100_000)
    ops.wait(120)                  (or wait two minutes: the commit window ends)
    ops.reveal(1, "S1")            ops.reveal(1, "S2")
    ops.wait(120)                  (the reveal window ends; the bridge awards and funds by itself)
    ops.order(1)                   (its last line says whose turn it is)
    ops.ship(1, 500)               (then receipt, inspection and invoice in the ERP: `make run` printed how)
    ops.order(1)                   closed: paid in the transaction that accepted the goods
    ops.score("S1")                the promise that was kept
"""

from __future__ import annotations

from typing import Any

from scripts.ops import crediting, money, ordering, participants, tendering
from scripts.ops.calls import attach
from scripts.ops.crediting import score
from scripts.ops.money import approve, balance, issue
from scripts.ops.ordering import cancel, claim, close, delivery, fund, order, orders, ship
from scripts.ops.participants import pause, people, register, reinstate, resume, suspend, wait
from scripts.ops.tendering import (
    award,
    bid,
    forfeit,
    invited,
    open_tender,
    reveal,
    tender,
    tenders,
)

__all__ = [
    "approve", "attach", "award", "balance", "bid", "cancel", "claim", "close", "delivery", "forfeit", "fund",
    "invited", "issue", "open_tender", "order", "orders", "pause", "people", "register", "reinstate", "resume",
    "reveal", "score", "ship", "suspend", "tender", "tenders", "wait",
]  # fmt: skip

ROOMS = (participants, money, crediting, tendering, ordering)


def _section(room: Any) -> str:
    """A room as `help(ops)` tells it: what it is, and the first line of each of its helpers."""
    lines = [str(room.__doc__).strip(), ""]
    for name in (n for n in vars(room) if n in __all__):
        helper = getattr(room, name)
        if helper.__module__ == room.__name__:
            lines.append("    " + str(helper.__doc__).strip().splitlines()[0])
    return "\n".join(lines)


__doc__ = "\n\n".join([str(__doc__).rstrip(), *(_section(room) for room in ROOMS), ""])
