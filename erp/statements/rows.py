"""The rows of the win-win statement (共赢增值表), and the one row in which each income and cost account stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from erp.ledger import chart


class Counted(StrEnum):
    """What the figures of a row count."""

    HEADING = "heading"  # none
    USERS = "users"
    PARTIES = "parties"
    MINOR = "minor units"
    BPS = "basis points"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its code says where it stands; `accounts` are those whose lines it sums, and accounts below them."""

    code: str
    name: str
    name_zh: str
    unit: Counted = Counted.MINOR
    accounts: tuple[str, ...] = ()
    note: str | None = None
    note_zh: str | None = None

    @property
    def level(self) -> int:
        """0 for the five parts, then one more for each point of the code."""
        return self.code.count(".")


_H, _U, _P = Counted.HEADING, Counted.USERS, Counted.PARTIES
SERVICES = "4.2.1"  # cost of sales of services; that of goods stands in GOODS
GOODS = "4.1.1"
KEPT = "4.1.4"
ROLE_PAY, VALUE_SHARE, REWARDS, OWN_BUSINESS = "2.3.1", "2.3.2", "2.3.3", "2.3.4"

ROWS: tuple[Row, ...] = (
    Row("1", "User resources", "用户资源", _H),
    Row("1.1", "Transacting users", "交易用户", _U),
    Row(
        "1.2", "Interacting users", "交互用户", _U,
        note="by reviews alone: use of devices is not recorded here",
        note_zh="仅按评价统计：设备使用尚未记录",
    ),
    Row("1.3", "Users who came back", "复购用户", _U),
    Row(
        "1.3.1", "Lifetime users", "终身用户", _U,
        note="three purchases in the last twelve months: use of devices is not recorded here",
        note_zh="近十二个月购买三次以上：设备使用尚未记录",
    ),
    Row("1.4", "What users say, mean", "用户评分（均值）", Counted.BPS),
    Row("2", "Sharing of value", "增值分享", _H),
    Row("2.1", "Resource parties", "资源方", _P),
    Row("2.1.1", "active among them", "其中活跃", _P),
    Row("2.2", "Ecosystem platform value, total", "生态平台价值总量"),
    Row("2.3", "Shared with nodes and partners", "资源方与小微分享"),
    Row(ROLE_PAY, "role pay", "角色报酬"),
    Row(VALUE_SHARE, "value shares", "增值分享"),
    Row(REWARDS, "rewards less penalties", "对赌奖励减损失"),
    Row(OWN_BUSINESS, "business of their own", "自营损益"),
    Row(
        "2.4", "Shared with users", "用户分享",
        note="rewards to users are not built", note_zh="用户奖励尚未建设",
    ),
    Row("2.5", "Left to the leader, as platform and capital", "平台与资本分享（链群主）"),
    Row("3", "Revenue", "收入", _H),
    Row("3.1", "Traditional revenue", "传统收入", accounts=("6001",)),
    Row("3.2", "Ecosystem revenue", "生态收入"),
    Row("3.2.1", "services to users", "生态服务", accounts=("6051", "6051.04")),
    Row("3.2.2", "machine-minutes", "产能", accounts=("6051.01",)),
    Row("3.2.3", "shares, role pay and rewards", "分享、角色报酬与奖励", accounts=("6051.02", "6051.03", "6301.01")),
    Row("3.2.4", "dealing, discounts, forfeits", "买卖、贴现与罚没", accounts=("6111", "6301")),
    Row("3.3", "Revenue, total", "收入合计"),
    Row("3.3.1", "per transacting user", "单用户收入"),
    Row("4", "Cost", "成本", _H),
    Row("4.1", "Traditional cost", "传统成本"),
    Row(GOODS, "goods sold", "商品成本", accounts=("6401", "6402")),
    Row("4.1.2", "selling", "销售费用", accounts=("6601",)),
    Row(
        "4.1.3", "administration, research, surcharges, impairment", "管理、研发、税金及附加、减值",
        accounts=("6403", "6602", "6701"),
    ),
    Row(
        KEPT, "less: work of members that members keep", "减：成员间产品结存",
        note="stock, work and prepayments from other members, at the price between them: margin on what is not sold on "
        "stays in the value",
        note_zh="来自其他成员的存货、在制与预付，按内部价格：未对外售出部分的毛利仍计入价值",
    ),
    Row("4.2", "Ecosystem cost", "生态成本"),
    Row(SERVICES, "services", "服务成本"),
    Row("4.2.2", "shares and role pay", "分享与角色费用", accounts=("6602.01", "6602.03")),
    Row("4.2.3", "finance and credit", "财务与信用", accounts=("6603", "6702")),
    Row("4.2.4", "losses", "损失", accounts=("6711",)),
    Row("4.3", "People by reviews", "评价挂钩人员成本", accounts=("6602.02",)),
    Row("4.4", "Cost, total", "成本合计"),
    Row("4.4.1", "per transacting user", "单用户成本"),
    Row("5", "Marginal return", "边际收益", _H),
    Row("5.1", "Return per user", "单用户边际收益"),
    Row("5.2", "Return of the users gained", "新增用户边际收益"),
    Row("5.3", "Trend of the return per user", "单用户边际收益趋势"),
)  # fmt: skip
BY_CODE: Mapping[str, Row] = {row.code: row for row in ROWS}

# Rows that are sums of others, each part with its sign; in this order, since a sum may be part of a later one.
SUMS: Mapping[str, Mapping[str, int]] = {
    "3.2": {"3.2.1": 1, "3.2.2": 1, "3.2.3": 1, "3.2.4": 1},
    "3.3": {"3.1": 1, "3.2": 1},
    "4.1": {GOODS: 1, "4.1.2": 1, "4.1.3": 1, KEPT: 1},
    "4.2": {SERVICES: 1, "4.2.2": 1, "4.2.3": 1, "4.2.4": 1},
    "4.4": {"4.1": 1, "4.2": 1, "4.3": 1},
    "2.2": {"3.3": 1, "4.4": -1},
}
# Result accounts that stand in no row, and why.
NOT_SHOWN: Mapping[str, str] = {
    "6801": "income tax: what is shared is the value before it",
    "6901": "corrects earlier years: it is no value of the period",
}
PARTS: Mapping[str, tuple[str, ...]] = {  # what of a node's result is which part of 2.3
    ROLE_PAY: (chart.ROLE_INCOME,),
    VALUE_SHARE: (chart.VALUE_SHARE_INCOME,),
    REWARDS: (chart.BET_REWARD, chart.BET_PENALTY),
}
# Money, and what is owed between two parties alike on both sides. What one keeps of the other's business stands elsewhere.
MONEY_AND_DEBTS = ("1001", "1002", "1012", "1122", "2202.01", "2202.02", "2221", "2241.01")
RESULT = "6"  # first figure of the codes of income and cost

_ROW_OF: Mapping[str, str] = {account: row.code for row in ROWS for account in row.accounts}


def is_result(account: str) -> bool:
    """True for an account of income or cost."""
    return account.startswith(RESULT)


def is_income(row: str) -> bool:
    """True for a row of revenue, which grows with credits; cost grows with debits."""
    return row.startswith("3")


def row_of(account: str, *, of_service: bool = False) -> str | None:
    """The one row in which lines of an account stand; None for what no row shows.

    An added account stands where the one above it does. Cost of sales is the one account that stands in two rows, by what
    was sold; a line is in one of them.
    """
    code = _nearest(account, _ROW_OF)
    if code is None or _nearest(account, NOT_SHOWN) is not None:
        return None
    return SERVICES if of_service and account == chart.COST_OF_SALES else _ROW_OF[code]


def is_kept(account: str) -> bool:
    """True for what one member keeps of another's business: stock, work, prepayments, claims; no money and no debt."""
    return not is_result(account) and _nearest(account, MONEY_AND_DEBTS) is None


def _nearest(account: str, among: Mapping[str, str] | tuple[str, ...]) -> str | None:
    """The account itself or the nearest one above it that is among these; None when there is none."""
    code = account
    while code:
        if code in among:
            return code
        code = code.rpartition(".")[0]
    return None
