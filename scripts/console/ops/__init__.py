"""What a contract operator does from `make console`. Try: ops.tenders(), ops.tender(1), ops.order(1), ops.score("S1").

Amounts are minor units (分): 5_000_000 is 50,000.00. Who is meant is a brownie account, an address or, on the chain of
`make run`, a name:
    deployer accounts[0]   registrar accounts[1]   treasurer accounts[2]   attester accounts[3] (the bridge)
    guardian accounts[4]   HEFEI accounts[5] (the buyer)   S1 accounts[6]   S2 accounts[7]   S3 accounts[8]
    arbiter accounts[9]   reporter accounts[10]   BANK accounts[11]   SHANGHAI, N1, N2, N3 accounts[12] to accounts[15]
Where a tender or an order is meant, its number in the ERP will do as well as its id: ops.order("PO-2026-00001").
Terms, plans and ratings that a call must bring along are found or kept by the helper; what must be signed (EIP-712) is
signed with the key that is loaded here. What waits on nobody else is anybody's: the deployer sends it then.
What sends a transaction returns brownie's receipt, and the console tells what it changed. When a rule says no, nothing
is sent and the contract's own error is told, as in `Tenders_CommitClosed(tenderId=1, timestamp=..., commitEnd=...)`. To
send a call yourself, by brownie's own means: Tenders.award(1, {"from": accounts[0]}).

A purchase, by hand, after stock fell below its threshold and the bridge opened tender 1:
    ops.bid(1, "S1", 5_000_000)    ops.bid(1, "S2", 5_100_000)
    ops.wait(120)                  (or wait two minutes: the commit window ends)
    ops.reveal(1, "S1")            ops.reveal(1, "S2")
    ops.wait(120)                  (the reveal window ends; the bridge awards and funds by itself)
    ops.order(1)                   (its last line says whose turn it is)
    ops.ship(1, 500)               (then receipt, inspection and invoice in the ERP: `make run` printed how)
    ops.order(1)                   closed: paid in the transaction that accepted the goods
    ops.score("S1")                the promise that was kept

Each room is a namespace too: ops.tenders.bid is ops.bid. ops.next("S1") tells whose turn it is, ops.lang("zh") labels what
is shown in Chinese, ops.debug() shows traces and Brownie's gas lines.

The helpers, room by room; help(ops.bid) tells more of one.
"""

from __future__ import annotations

from types import ModuleType

from ..arguments import checked
from ..changes import telling
from ..rooms import namespaces
from . import (
    auctions,
    bets,
    capacity,
    credit,
    desk,
    direct,
    documents,
    firms,
    forcemajeure,
    groups,
    guarantees,
    orders,
    papers,
    participants,
    posts,
    ratings,
    receivables,
    tenders,
    token,
)

ROOMS: tuple[ModuleType, ...] = (
    participants,
    posts,
    firms,
    token,
    credit,
    tenders,
    auctions,
    direct,
    orders,
    guarantees,
    receivables,
    bets,
    groups,
    ratings,
    capacity,
    forcemajeure,
    documents,
    papers,
    desk,
)


def _section(room: ModuleType) -> str:
    """A room as `help(ops)` tells it: what it is, and the first line of each of its helpers."""
    helpers = [helper for name, helper in vars(room).items() if name in room.__all__]
    lines = ["    " + str(helper.__doc__).strip().splitlines()[0] for helper in helpers]
    return "\n".join([str(room.__doc__).strip(), "", *lines])


# A helper may bear the name of its room: from here on `ops.orders` is the function.
_made = {name: getattr(room, name) for room in ROOMS for name in room.__all__}
_helpers = {name: checked(telling(helper, _made)) for name, helper in _made.items()}
if len(_helpers) != sum(len(room.__all__) for room in ROOMS):
    raise ImportError("two rooms of the console name a helper alike")
globals().update(namespaces(ROOMS, _helpers))
globals().update(_helpers)
__all__ = sorted(_helpers)  # noqa: PLE0605 - read from the rooms, so that nothing is listed twice
__doc__ = "\n\n".join([str(__doc__).strip(), *(_section(room) for room in ROOMS), ""])


def __dir__() -> list[str]:
    """What Tab offers: rooms and helpers, and nothing of how they are made."""
    return sorted({*__all__, *(room.__name__.rpartition(".")[2] for room in ROOMS)})
