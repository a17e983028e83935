"""How the statement is worded in Chinese and English, and how its figures are written. Pure."""

from __future__ import annotations

import time
from enum import StrEnum

from erp.statements.model import ELIMINATIONS, TOTAL, ScopeKind, ShownCell, WinWin
from erp.statements.rows import Counted, Row

NONE = "–"
DECIMALS = 100  # minor units of one


class Language(StrEnum):
    """In which words."""

    ZH = "zh"
    EN = "en"


WORDS: dict[str, tuple[str, str]] = {  # Chinese, English
    "title": ("共赢增值表", "Win-win value-added statement"),
    "group": ("链群", "Chain group"),
    "node": ("小微", "Node"),
    "platform": ("平台", "Platform"),
    "period": ("期间", "Period"),
    "before": ("上期", "Before"),
    "change": ("比上期", "Change"),
    "unit": ("单位：元", "Counted: yuan"),
    "row": ("项目", "Row"),
    TOTAL: ("合计", "Total"),
    ELIMINATIONS: ("抵销", "Eliminations"),
    "leader": ("链群主", "leader"),
    "as_of": ("截至单据序号", "Up to document sequence"),
    "read": ("读取时间", "Read at"),
    "checks": ("核对", "Checks"),
    "holds": ("相符", "agrees"),
    "fails": ("不符", "DOES NOT AGREE"),
    "errors": ("错误", "Errors"),
    "trend": ("近六期趋势", "The last six periods"),
    "users": ("交易用户", "Users"),
    "revenue": ("收入", "Revenue"),
    "cost": ("成本", "Cost"),
    "value": ("价值总量", "Value"),
    "per_user": ("单用户边际收益", "Return per user"),
    "notes": ("说明", "Notes"),
    "lines": ("分录明细", "Lines"),
    "column": ("栏", "Column"),
    "entry": ("凭证", "Entry"),
    "position": ("行", "Position"),
    "document": ("单据", "Document"),
    "at": ("时间", "Time"),
    "entity": ("主体", "Entity"),
    "account": ("科目", "Account"),
    "counterparty": ("往来方", "Counterparty"),
    "customer": ("用户", "User"),
    "amount": ("金额", "Amount"),
    "waterfall": ("收入 → 成本 → 价值 → 分享", "Revenue → cost → value → who has it"),
    "fractions": (
        "单用户数为一个分数，最后一步向下取整到分",
        "A figure per user is one fraction, rounded down to the fen at the end",
    ),
    "before_tax": (
        "金额不含所得税和以前年度损益调整",
        "Figures are before income tax and adjustments of earlier years",
    ),
    "others": (
        "总账中另有非成员账簿损益与不列示科目（元）",
        "The ledger has besides: results in books of non-members, and on accounts that no row shows (yuan)",
    ),
    "cut": ("明细已截断", "Further lines are left out"),
}  # fmt: skip


def word(key: str, language: Language) -> str:
    """A word of the page."""
    zh, en = WORDS[key]
    return zh if language is Language.ZH else en


def money(minor: int) -> str:
    """Minor units with two decimals."""
    whole, rest = divmod(abs(minor), DECIMALS)
    return f"{'-' if minor < 0 else ''}{whole:,}.{rest:02d}"


def figure(row: Row, value: int | None) -> str:
    """A value as its row counts it."""
    if value is None:
        return NONE
    if row.unit is Counted.MINOR:
        return money(value)
    return f"{value / DECIMALS:.2f} %" if row.unit is Counted.BPS else f"{value:,}"


def label(row: Row, language: Language) -> str:
    """A row's number and name."""
    return f"{row.code} {row.name_zh if language is Language.ZH else row.name}"


def note(row: Row, language: Language) -> str | None:
    """What a row says of itself; None for nothing."""
    return row.note_zh if language is Language.ZH else row.note


def heads(statement: WinWin, language: Language) -> list[tuple[str, str]]:
    """The columns that the reader sees, with their headings: the total, the nodes, what is eliminated."""
    totals = any(column == TOTAL for _, column in statement.cells)
    found = [(TOTAL, word(TOTAL, language))] if totals else []
    for node in statement.columns:
        leads = f" ({word('leader', language)})" if node == statement.leader else ""
        found.append((node, f"{node}{leads}"))
    if totals and statement.scope.kind is not ScopeKind.NODE:
        found.append((ELIMINATIONS, word(ELIMINATIONS, language)))
    return found


def main_column(statement: WinWin) -> str:
    """The column that is compared with the period before: the total, else the reader's own."""
    totals = any(column == TOTAL for _, column in statement.cells)
    return TOTAL if totals or not statement.columns else statement.columns[0]


def compared(row: Row, shown: ShownCell | None) -> tuple[str, str]:
    """The figure of the period before, and by how much it changed."""
    if shown is None or row.unit is Counted.HEADING:
        return "", ""
    change = figure(row, shown.change)
    return figure(row, shown.before), f"+{change}" if (shown.change or 0) > 0 else change


def in_cell(statement: WinWin, row: Row, column: str) -> str:
    """A cell as it is printed; empty where the column has no such figure."""
    shown = statement.cell(row.code, column)
    return "" if shown is None else figure(row, shown.cell.value)


def subject(statement: WinWin, language: Language) -> str:
    """What the statement is about."""
    return f"{word(statement.scope.kind.value, language)} {statement.name}"


def instant(seconds: int) -> str:
    """A time in UTC."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
