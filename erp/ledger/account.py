"""What an account is: its place in the chart, its normal side, its statement line, its code under the other standard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from erp.kernel.entry import Ledger


class Side(StrEnum):
    """The side on which an account normally stands."""

    DEBIT = "debit"  # 借
    CREDIT = "credit"  # 贷


class StatementLine(StrEnum):
    """The line of the balance sheet (资产负债表) or income statement (利润表) that an account is shown in."""

    CASH = "cash"  # 货币资金
    NOTES_RECEIVABLE = "notes receivable"  # 应收票据
    RECEIVABLES = "trade receivables"  # 应收账款
    RECEIVABLES_FINANCING = "receivables financing"  # 应收款项融资
    PREPAYMENTS = "prepayments"  # 预付款项
    OTHER_RECEIVABLES = "other receivables"  # 其他应收款
    INVENTORIES = "inventories"  # 存货
    OTHER_CURRENT_ASSETS = "other current assets"  # 其他流动资产
    EQUITY_INVESTMENTS = "long-term equity investments"  # 长期股权投资
    FIXED_ASSETS = "fixed assets"  # 固定资产
    CONSTRUCTION = "construction in progress"  # 在建工程
    INTANGIBLE_ASSETS = "intangible assets"  # 无形资产
    DEVELOPMENT = "development expenditure"  # 开发支出
    LONG_TERM_DEFERRED = "long-term deferred expenses"  # 长期待摊费用
    SHORT_TERM_LOANS = "short-term loans"  # 短期借款
    NOTES_PAYABLE = "notes payable"  # 应付票据
    PAYABLES = "trade payables"  # 应付账款
    ADVANCES = "advances from customers"  # 预收款项
    CONTRACT_LIABILITIES = "contract liabilities"  # 合同负债
    EMPLOYEE_PAY = "employee pay"  # 应付职工薪酬
    TAXES = "taxes payable"  # 应交税费
    OTHER_PAYABLES = "other payables"  # 其他应付款
    OTHER_CURRENT_LIABILITIES = "other current liabilities"  # 其他流动负债
    LONG_TERM_LOANS = "long-term loans"  # 长期借款
    CAPITAL = "paid-in capital"  # 实收资本
    CAPITAL_RESERVE = "capital reserve"  # 资本公积
    SURPLUS_RESERVE = "surplus reserve"  # 盈余公积
    RETAINED_PROFIT = "retained profit"  # 未分配利润
    REVENUE = "operating revenue"  # 营业收入
    COST = "operating cost"  # 营业成本
    TAXES_AND_SURCHARGES = "taxes and surcharges"  # 税金及附加
    SELLING = "selling expenses"  # 销售费用
    ADMINISTRATION = "administrative expenses"  # 管理费用
    RESEARCH = "research and development expenses"  # 研发费用
    FINANCE = "finance expenses"  # 财务费用
    INVESTMENT_INCOME = "investment income"  # 投资收益
    CREDIT_IMPAIRMENT = "credit impairment losses"  # 信用减值损失
    ASSET_IMPAIRMENT = "asset impairment losses"  # 资产减值损失
    OTHER_INCOME = "non-operating income"  # 营业外收入
    OTHER_EXPENSE = "non-operating expenses"  # 营业外支出
    INCOME_TAX = "income tax"  # 所得税费用
    OFF_BALANCE = "off balance"  # 表外: the budget ledger


@dataclass(frozen=True)
class Account:
    """An account of the chart (科目). A guarded one may never stand on its other side (invariant I4).

    `name_zh` is its name under the Accounting Standards for Business Enterprises (企业会计准则), or what the house calls
    its own part of such an account. `small_code` and `small_name`: the account that stands for it under the standard
    for small enterprises (小企业会计准则); empty in the budget ledger. `role` is the name by which posting rules and the
    bridge ask for it: no two accounts share one, and an account with a role has none below it.
    """

    code: str
    ledger: Ledger
    name: str
    name_zh: str
    side: Side
    statement_line: StatementLine
    guarded: bool = False
    small_code: str = ""
    small_name: str = ""
    role: str | None = None
    leaf: bool = True  # false: accounts stand below it, and it takes no postings

    @property
    def parent(self) -> str | None:
        """The code of the account above: 2221.01 of 2221.01.06; None at the top."""
        return self.code.rpartition(".")[0] or None
