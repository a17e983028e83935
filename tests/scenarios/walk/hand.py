"""What every step of the walk has: dice, eyes on the books, and hands that act on the contracts or in the ERP and count."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeVar

from sqlalchemy import RowMapping, text

from bridge.errors import CallRefused
from bridge.ports.port import Document, DocumentQuery
from erp.database import snapshot
from erp.kernel.errors import Rejected
from erp.kernel.schema import Command
from tests.world import World

Result = TypeVar("Result")

AT_ONCE = 3  # rows that one step deals with at most
NEWEST = 8  # rows of which a step picks one
LAST = 40  # operations that a failure shows
BUGS = frozenset({"Panic", "Reverted"})  # answers of a contract that no rule of it gives


class Hand:
    """Acts, and keeps count of what was done and of what the rules refused."""

    def __init__(self, world: World, dice: Random) -> None:
        self.world, self.dice = world, dice
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.last: deque[str] = deque(maxlen=LAST)
        self.names = 0

    @property
    def operations(self) -> int:
        """What people did or tried so far, on the contracts and in the ERP."""
        return sum(self.done.values()) + sum(self.refused.values())

    # ---- dice ---------------------------------------------------------------------------------

    def number(self, low: int, high: int) -> int:
        """Any number between two, both included."""
        return self.dice.randint(low, high)

    def rarely(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.dice.randrange(one_in) == 0

    def ref(self) -> bytes:
        """The commitment of a document in somebody else's books."""
        return self.dice.randbytes(32)

    def new_name(self, what: str) -> str:
        """A name that was not there before."""
        self.names += 1
        return f"{what}-{self.names}"

    # ---- eyes ---------------------------------------------------------------------------------

    def rows(self, statement: str, **values: Any) -> list[RowMapping]:
        """Rows of the ERP as it stands."""
        with snapshot(self.world.engine) as session:
            return list(session.execute(text(statement), values).mappings().all())

    def pick(self, statement: str, **values: Any) -> RowMapping | None:
        """One of the first rows of a statement."""
        found = self.rows(f"{statement} LIMIT {NEWEST}", **values)
        return self.dice.choice(found) if found else None

    def some(self, statement: str, **values: Any) -> list[RowMapping]:
        """Up to three of the first rows of a statement."""
        found = self.rows(f"{statement} LIMIT {NEWEST}", **values)
        return self.dice.sample(found, min(len(found), self.number(1, AT_ONCE)))

    def document(self, number: str) -> Document:
        """A document by its number."""
        (found,) = self.world.bridge.port.documents(DocumentQuery(number=number, limit=1))
        return found

    def address(self, code: str) -> str:
        """The account of somebody."""
        return self.world.people[code].address

    # ---- hands --------------------------------------------------------------------------------

    def act(self, who: str, contract: str, function: str, *args: Any) -> dict[str, Any] | None:
        """Somebody calls a contract; the receipt, or None when a rule of the contract refused."""
        return self.attempt(
            f"{contract}.{function}",
            f"{who} {args!r}",
            lambda: self.world.transact(who, contract, function, *args),
        )

    def tell(self, command: Command, actor: str | None = None) -> Document | None:
        """A clerk tells the ERP; the document, or None when a rule of the ERP refused."""
        name = type(command).__name__
        return self.attempt(name, repr(command), lambda: self.world.erp(command, actor))

    def attempt(self, name: str, said: str, deed: Callable[[], Result]) -> Result | None:
        """One operation, counted: done, or refused by a rule. Anything else than a rule's answer is raised."""
        self.last.append(f"{self.operations + 1} {name} {said}")
        try:
            result = deed()
        except (CallRefused, Rejected) as refusal:
            why = getattr(refusal, "error", "") or type(refusal).__name__
            if why in BUGS:
                raise AssertionError(f"{name} is refused by no rule: {refusal}") from refusal
            self.last[-1] += f"\n    → {type(refusal).__name__} {refusal}"
            self.refused[f"{name}: {why}"] += 1
            return None
        self.done[name] += 1
        return result

    def told(self) -> Mapping[str, int]:
        """How often each operation was done."""
        return dict(self.done)
