"""The chart of accounts (会计科目表): Chinese standard codes, names in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from erp.kernel.entry import Ledger


class Side(StrEnum):
    """The side on which an account normally stands."""

    DEBIT = "debit"  # 借
    CREDIT = "credit"  # 贷


@dataclass(frozen=True)
class ChartAccount:
    """An account. A guarded one may never stand on its other side (invariant I4)."""

    code: str
    ledger: Ledger
    name: str
    name_zh: str
    side: Side
    guarded: bool = False


_GL, _BUD, _DR, _CR = Ledger.GENERAL, Ledger.BUDGET, Side.DEBIT, Side.CREDIT

BANK = "1002"
WALLET = "1012.01"
ESCROW = "1012.02"
STAKES = "1012.03"
RECEIVABLES = "1122"
SUSPENSE_SENT = "1221.09"
STOCK = "1403"
PRICE_VARIANCE = "1404"
PAYABLES = "2202.01"
GOODS_RECEIVED = "2202.02"
INPUT_TAX = "2221.01"
OUTPUT_TAX = "2221.02"
SUSPENSE_RECEIVED = "2241.09"
CAPITAL = "4001"
PRODUCTION_COST = "5001"
REVENUE = "6001"
BET_PENALTY = "6711.01"
APPROVED = "9000"
ENCUMBERED = "9001"
PRE_ENCUMBERED = "9002"
AVAILABLE = "9003"
EXPENDED = "9004"

CHART: tuple[ChartAccount, ...] = (
    ChartAccount(BANK, _GL, "Bank", "银行存款", _DR),
    ChartAccount(WALLET, _GL, "Settlement tokens in wallet", "结算币钱包", _DR, guarded=True),
    ChartAccount(ESCROW, _GL, "Settlement tokens in escrow", "结算币托管", _DR, guarded=True),
    ChartAccount(STAKES, _GL, "Settlement tokens staked", "结算币质押", _DR, guarded=True),
    ChartAccount(RECEIVABLES, _GL, "Trade receivables", "应收账款", _DR),
    ChartAccount("1123.02", _GL, "Prepaid capacity tokens", "预付产能通证", _DR, guarded=True),
    ChartAccount("1221.01", _GL, "Claims on suppliers", "应收供应商赔款", _DR),
    ChartAccount("1221.02", _GL, "Value-share receivable", "应收增值分享", _DR),
    ChartAccount(SUSPENSE_SENT, _GL, "Suspense: tokens sent, unexplained", "待查明转出", _DR),
    ChartAccount(STOCK, _GL, "Raw materials", "原材料", _DR, guarded=True),
    ChartAccount(PRICE_VARIANCE, _GL, "Purchase price variance", "材料成本差异", _DR),
    ChartAccount("1405", _GL, "Finished goods", "库存商品", _DR, guarded=True),
    ChartAccount(PAYABLES, _GL, "Trade payables", "应付账款", _CR, guarded=True),
    ChartAccount(
        GOODS_RECEIVED, _GL, "Goods received, not invoiced (GR/IR)", "应付暂估", _CR, guarded=True
    ),
    ChartAccount("2205", _GL, "Contract liabilities", "合同负债", _CR, guarded=True),
    ChartAccount("2211", _GL, "Employee pay", "应付职工薪酬", _CR),
    ChartAccount(INPUT_TAX, _GL, "Input VAT", "应交增值税(进项税额)", _DR),
    ChartAccount(OUTPUT_TAX, _GL, "Output VAT", "应交增值税(销项税额)", _CR),
    ChartAccount("2241.02", _GL, "Value-share payable", "应付增值分享", _CR),
    ChartAccount(
        SUSPENSE_RECEIVED, _GL, "Suspense: tokens received, unexplained", "待查明转入", _CR
    ),
    ChartAccount(CAPITAL, _GL, "Paid-in capital", "实收资本", _CR),
    ChartAccount(PRODUCTION_COST, _GL, "Production cost", "生产成本", _DR),
    ChartAccount(REVENUE, _GL, "Revenue", "主营业务收入", _CR),
    ChartAccount("6051.01", _GL, "Capacity revenue", "产能收入", _CR),
    ChartAccount("6051.02", _GL, "Value-share income", "增值分享收入", _CR),
    ChartAccount("6111", _GL, "Token dealing gain", "投资收益", _CR),
    ChartAccount("6301.01", _GL, "Bet reward", "对赌奖励", _CR),
    ChartAccount("6401", _GL, "Cost of goods sold", "主营业务成本", _DR),
    ChartAccount("6602.01", _GL, "Value-share expense", "增值分享费用", _DR),
    ChartAccount("6602.02", _GL, "Review-linked pay", "评价挂钩薪酬", _DR),
    ChartAccount("6711", _GL, "Non-operating expense", "营业外支出", _DR),
    ChartAccount(BET_PENALTY, _GL, "Bet and bond penalty", "对赌及保证金损失", _DR),
    ChartAccount(APPROVED, _BUD, "Budget approved", "预算批复", _DR, guarded=True),
    ChartAccount(ENCUMBERED, _BUD, "Budget encumbered", "预算占用", _CR, guarded=True),
    ChartAccount(PRE_ENCUMBERED, _BUD, "Budget pre-encumbered", "预算预占", _CR, guarded=True),
    ChartAccount(AVAILABLE, _BUD, "Budget available", "预算可用", _CR, guarded=True),
    ChartAccount(EXPENDED, _BUD, "Budget expended", "预算已用", _CR, guarded=True),
)

BY_CODE: dict[str, ChartAccount] = {account.code: account for account in CHART}
