"""What an address of a page asks for that cannot be read, said in the reader's language."""

from __future__ import annotations

from erp.api.errors import UnreadableQuery

NO_MONTH = "“{typed}” is no month: write one like 2026-05"
NO_DAY = "“{typed}” is no day: write it like 2026-09-01"
NO_AMOUNT = "“{typed}” is no amount: write it like 1,250.00"
NO_ATTAINMENT = "The attainment is a percentage from 0 to 200, like 80 or 112.5."
# Of places and statuses that links name, and people do not type.
NO_ADDRESS = "The address of this page names something that cannot be read. Go on from a link."
SAYS = (NO_MONTH, NO_DAY, NO_AMOUNT, NO_ATTAINMENT, NO_ADDRESS)


class UnreadableTyping(UnreadableQuery):
    """What a person typed into a page is none of what was asked for; `said` is a text of `SAYS`."""

    def __init__(self, said: str, typed: str = "") -> None:
        super().__init__(said.format(typed=typed))
        self.said = said
        self.typed = typed
