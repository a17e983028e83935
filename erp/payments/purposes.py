"""What a direct transfer of tokens was for (转账用途), and which accounts that means on both sides. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from erp.ledger import chart


class TransferPurpose(StrEnum):
    """What tokens were sent for, as finance explains it."""

    ADVANCE = "advance"  # 预付: for goods to come
    VALUE_SHARE = "value_share"  # 增值分享
    CAPITAL = "capital"  # 投资: the sender takes a share in the receiver
    PAY = "pay"  # 角色报酬: for work in a role
    ERROR_RETURNED = "error_returned"  # 误转退回: a later transfer brought it back
    BANK = "bank"  # 银行: tokens bought; their bank payment was not in the books yet
    OTHER = "other"  # 其他: accounts that finance names


@dataclass(frozen=True)
class Sides:
    """The accounts that a purpose means. None: finance names it, or there is no such side."""

    sent: str | None  # debited by the sender
    received: str | None  # credited by the receiver


SIDES = {
    TransferPurpose.ADVANCE: Sides(chart.ADVANCES_PAID, chart.ADVANCES_RECEIVED),
    TransferPurpose.VALUE_SHARE: Sides(chart.VALUE_SHARE_EXPENSE, chart.VALUE_SHARE_INCOME),
    TransferPurpose.CAPITAL: Sides(chart.EQUITY_INVESTMENTS, chart.CAPITAL),
    TransferPurpose.PAY: Sides(chart.ROLE_COST, chart.ROLE_INCOME),
    TransferPurpose.ERROR_RETURNED: Sides(chart.SUSPENSE_RECEIVED, chart.SUSPENSE_SENT),
    TransferPurpose.BANK: Sides(None, chart.BANK),
    TransferPurpose.OTHER: Sides(None, None),
}
# what explains tokens that a holder bought with money from elsewhere: there is no sender
OF_PURCHASE = (TransferPurpose.BANK, TransferPurpose.CAPITAL, TransferPurpose.OTHER)
OF_TRANSFER = tuple(purpose for purpose in TransferPurpose if purpose is not TransferPurpose.BANK)
