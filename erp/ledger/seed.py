"""The accounts that every set of books begins with, in order of their codes. More are added below them by `AddAccount`.

Top accounts carry the codes and names of the Accounting Standards for Business Enterprises (企业会计准则), and beside
them code and name under the standard for small enterprises (小企业会计准则). An account below takes what it does not say
from the one above; its code under the other standard ends as its own does.
"""

from __future__ import annotations

from dataclasses import replace

from erp.kernel.entry import Ledger
from erp.ledger.account import Account, Side, StatementLine

_DR, _CR = Side.DEBIT, Side.CREDIT
_Line = StatementLine
_seeded: dict[str, Account] = {}


def _top(
    code: str,
    name: str,
    name_zh: str,
    side: Side,
    line: StatementLine,
    small: tuple[str, str],
    *,
    guarded: bool = False,
    role: str | None = None,
) -> None:
    """An account of the general ledger at the top; `small`: code and name under the other standard."""
    _seeded[code] = Account(code, Ledger.GENERAL, name, name_zh, side, line, guarded, *small, role)


def _below(
    code: str,
    name: str,
    name_zh: str,
    *,
    side: Side | None = None,
    line: StatementLine | None = None,
    guarded: bool = False,
    role: str | None = None,
) -> None:
    """An account below the one whose code it extends."""
    above, _, own = code.rpartition(".")
    parent = _seeded[above] = replace(_seeded[above], leaf=False)
    _seeded[code] = Account(
        code,
        parent.ledger,
        name,
        name_zh,
        side or parent.side,
        line or parent.statement_line,
        guarded,
        f"{parent.small_code}.{own}",
        name_zh,
        role,
    )


def _budget(code: str, name: str, name_zh: str, side: Side, role: str) -> None:
    """An account of the budget ledger."""
    _seeded[code] = Account(
        code, Ledger.BUDGET, name, name_zh, side, _Line.OFF_BALANCE, guarded=True, role=role
    )


# ---- assets 资产 --------------------------------------------------------------------------------

_top("1001", "Cash on hand", "库存现金", _DR, _Line.CASH, ("1001", "库存现金"))
_top("1002", "Bank", "银行存款", _DR, _Line.CASH, ("1002", "银行存款"), guarded=True, role="bank")
_top("1012", "Other monetary funds", "其他货币资金", _DR, _Line.CASH, ("1012", "其他货币资金"))
_below("1012.01", "Settlement tokens in wallet", "结算币钱包", guarded=True, role="wallet")
_below(
    "1012.02",
    "Tokens in escrow, purchase orders",
    "结算币托管—采购订单",
    guarded=True,
    role="escrow",
)
_below("1012.03", "Bonds, sealed tenders", "密封竞价保证金", guarded=True, role="stakes")
_below("1012.04", "Bonds, open auctions", "公开竞价保证金", guarded=True, role="auction_bonds")
_below("1012.05", "Guarantees pledged", "履约保证金托管", guarded=True, role="guarantees")
_below("1012.06", "Cover of claims issued", "应付凭证备付金", guarded=True, role="claim_cover")
_below("1012.07", "Stakes and pools of bets", "对赌质押与增值池", guarded=True, role="bet_stakes")
_below(
    "1012.08",
    "Stakes, pay and budgets of groups",
    "链群押金与预算",
    guarded=True,
    role="group_funds",
)
_below(
    "1012.09", "Money in the capacity market", "产能交易托管", guarded=True, role="capacity_funds"
)
_top("1121", "Notes receivable", "应收票据", _DR, _Line.NOTES_RECEIVABLE, ("1121", "应收票据"))
_top("1122", "Trade receivables", "应收账款", _DR, _Line.RECEIVABLES, ("1122", "应收账款"))
_below("1122.01", "Trade receivables, billed", "应收账款—已开票", role="receivables")
_below("1122.02", "Trade receivables, unbilled", "应收账款—未开票", role="unbilled")
_top("1123", "Prepayments", "预付账款", _DR, _Line.PREPAYMENTS, ("1123", "预付账款"))
_below("1123.01", "Prepayments to suppliers", "预付供应商款", role="advances_paid")
_below("1123.02", "Prepaid capacity tokens", "预付产能通证", guarded=True, role="prepaid_capacity")
_top(
    "1124",
    "Claims held (tokenised receivables)",
    "应收款项融资",
    _DR,
    _Line.RECEIVABLES_FINANCING,
    ("1122", "应收账款"),  # no paper of the law on negotiable instruments (票据法): never 应收票据
    guarded=True,
    role="claims_held",
)
_top(
    "1221", "Other receivables", "其他应收款", _DR, _Line.OTHER_RECEIVABLES, ("1221", "其他应收款")
)
_below("1221.01", "Claims on suppliers", "应收供应商赔款", role="supplier_claims")
_below("1221.02", "Value-share receivable", "应收增值分享", role="value_share_receivable")
_below("1221.03", "Advances to staff", "备用金")
_below("1221.09", "Suspense: tokens sent, unexplained", "待查明转出", role="suspense_sent")
_top(
    "1231",
    "Provision for bad debts",
    "坏账准备",
    _CR,
    _Line.RECEIVABLES,
    ("1122", "应收账款"),
    role="bad_debt_provision",
)
_top("1402", "Goods in transit", "在途物资", _DR, _Line.INVENTORIES, ("1402", "在途物资"))
_top(
    "1403",
    "Raw materials",
    "原材料",
    _DR,
    _Line.INVENTORIES,
    ("1403", "原材料"),
    guarded=True,
    role="stock",
)
_top(
    "1405",
    "Finished goods",
    "库存商品",
    _DR,
    _Line.INVENTORIES,
    ("1405", "库存商品"),
    guarded=True,
    role="finished_goods",
)
_top(
    "1406",
    "Goods on their way to customers",
    "发出商品",
    _DR,
    _Line.INVENTORIES,
    ("1405", "库存商品"),
    guarded=True,
    role="goods_despatched",
)
_top(
    "1411",
    "Packaging and low-value items",
    "周转材料",
    _DR,
    _Line.INVENTORIES,
    ("1411", "周转材料"),
)
_top(
    "1511",
    "Long-term equity investments",
    "长期股权投资",
    _DR,
    _Line.EQUITY_INVESTMENTS,
    ("1511", "长期股权投资"),
    role="equity_investments",
)
_top("1601", "Fixed assets", "固定资产", _DR, _Line.FIXED_ASSETS, ("1601", "固定资产"))
_top("1602", "Accumulated depreciation", "累计折旧", _CR, _Line.FIXED_ASSETS, ("1602", "累计折旧"))
_top("1604", "Construction in progress", "在建工程", _DR, _Line.CONSTRUCTION, ("1604", "在建工程"))
_top("1701", "Intangible assets", "无形资产", _DR, _Line.INTANGIBLE_ASSETS, ("1701", "无形资产"))
_top(
    "1702",
    "Accumulated amortisation",
    "累计摊销",
    _CR,
    _Line.INTANGIBLE_ASSETS,
    ("1702", "累计摊销"),
)
_top(
    "1801",
    "Long-term deferred expenses",
    "长期待摊费用",
    _DR,
    _Line.LONG_TERM_DEFERRED,
    ("1801", "长期待摊费用"),
)
_top(
    "1901",
    "Property loss and gain to be settled",
    "待处理财产损溢",
    _DR,
    _Line.OTHER_CURRENT_ASSETS,
    ("1901", "待处理财产损溢"),
    role="unsettled_property",
)

# ---- liabilities 负债 ---------------------------------------------------------------------------

_top("2001", "Short-term loans", "短期借款", _CR, _Line.SHORT_TERM_LOANS, ("2001", "短期借款"))
_top("2201", "Notes payable", "应付票据", _CR, _Line.NOTES_PAYABLE, ("2201", "应付票据"))
_top("2202", "Trade payables", "应付账款", _CR, _Line.PAYABLES, ("2202", "应付账款"))
_below("2202.01", "Trade payables, invoiced", "应付账款—已开票", guarded=True, role="payables")
_below(
    "2202.02",
    "Goods received, not invoiced (GR/IR)",
    "应付账款—暂估",
    guarded=True,
    role="goods_received",
)
_below(
    "2202.03",
    "Payables deferred, claims issued",
    "应付账款—链上凭证",
    guarded=True,
    role="claims_issued",
)
_top(
    "2203",
    "Advances from customers",
    "预收账款",
    _CR,
    _Line.ADVANCES,
    ("2203", "预收账款"),
    role="advances_received",
)
_top(
    "2205",
    "Contract liabilities",
    "合同负债",
    _CR,
    _Line.CONTRACT_LIABILITIES,
    ("2203", "预收账款"),
    guarded=True,
    role="contract_liabilities",
)
_top(
    "2211",
    "Employee pay",
    "应付职工薪酬",
    _CR,
    _Line.EMPLOYEE_PAY,
    ("2211", "应付职工薪酬"),
    role="employee_pay",
)
_top("2221", "Taxes payable", "应交税费", _CR, _Line.TAXES, ("2221", "应交税费"))
_below("2221.01", "VAT payable", "应交增值税")
_below("2221.01.01", "Input VAT", "进项税额", side=_DR, role="certified_input_tax")
_below(
    "2221.01.03", "VAT transferred out as unpaid", "转出未交增值税", side=_DR, role="tax_settled"
)
_below("2221.01.06", "Output VAT", "销项税额", role="output_tax")
_below("2221.01.08", "Input VAT transferred out", "进项税额转出", role="input_tax_reversed")
_below("2221.02", "Unpaid VAT", "未交增值税", role="tax_due")
_below(
    "2221.05",
    "Input VAT to be certified",
    "待认证进项税额",
    side=_DR,
    line=_Line.OTHER_CURRENT_ASSETS,
    role="input_tax",
)
_below(
    "2221.06",
    "Output VAT deferred",
    "待转销项税额",
    line=_Line.OTHER_CURRENT_LIABILITIES,
    role="deferred_output_tax",
)
_below("2221.07", "Corporate income tax", "应交所得税")
_below("2221.08", "Surcharges on VAT", "应交附加税费")
_below(
    "2221.09",
    "Output VAT waiting for a red letter",
    "待红字冲减销项税额",
    side=_DR,
    line=_Line.OTHER_CURRENT_ASSETS,
    role="output_tax_to_correct",
)
_top("2241", "Other payables", "其他应付款", _CR, _Line.OTHER_PAYABLES, ("2241", "其他应付款"))
_below(
    "2241.01", "Deposits behind settlement tokens", "结算币存款", guarded=True, role="tokens_issued"
)
_below("2241.02", "Value-share payable", "应付增值分享", role="value_share_payable")
_below("2241.09", "Suspense: tokens received, unexplained", "待查明转入", role="suspense_received")
_top("2501", "Long-term loans", "长期借款", _CR, _Line.LONG_TERM_LOANS, ("2501", "长期借款"))

# ---- equity 所有者权益 --------------------------------------------------------------------------

_top(
    "4001", "Paid-in capital", "实收资本", _CR, _Line.CAPITAL, ("3001", "实收资本"), role="capital"
)
_top("4002", "Capital reserve", "资本公积", _CR, _Line.CAPITAL_RESERVE, ("3002", "资本公积"))
_top("4101", "Surplus reserve", "盈余公积", _CR, _Line.SURPLUS_RESERVE, ("3101", "盈余公积"))
_top("4103", "Profit of the year", "本年利润", _CR, _Line.RETAINED_PROFIT, ("3103", "本年利润"))
_top("4104", "Distribution of profit", "利润分配", _CR, _Line.RETAINED_PROFIT, ("3104", "利润分配"))
_below("4104.01", "Opening balances", "期初余额", role="opening")
_below("4104.02", "Undistributed profit", "未分配利润")

# ---- cost 成本 ----------------------------------------------------------------------------------

_top(
    "5001",
    "Production cost",
    "生产成本",
    _DR,
    _Line.INVENTORIES,
    ("4001", "生产成本"),
    role="production_cost",
)
_top(
    "5101",
    "Production overheads",
    "制造费用",
    _DR,
    _Line.INVENTORIES,
    ("4101", "制造费用"),
    role="production_overheads",
)
_top(
    "5301",
    "Research and development",
    "研发支出",
    _DR,
    _Line.DEVELOPMENT,
    ("4301", "研发支出"),
    role="research",
)

# ---- profit and loss 损益 -----------------------------------------------------------------------

_top(
    "6001", "Revenue", "主营业务收入", _CR, _Line.REVENUE, ("5001", "主营业务收入"), role="revenue"
)
_top("6051", "Other revenue", "其他业务收入", _CR, _Line.REVENUE, ("5051", "其他业务收入"))
_below("6051.01", "Capacity revenue", "产能收入", role="capacity_revenue")
_below("6051.02", "Value-share income", "增值分享收入", role="value_share_income")
_below("6051.03", "Income from roles", "链群角色收入", role="role_income")
_below(
    "6051.04", "Ecosystem service revenue (outside users)", "生态服务收入", role="ecosystem_revenue"
)
_top("6111", "Investment income", "投资收益", _CR, _Line.INVESTMENT_INCOME, ("5111", "投资收益"))
_below("6111.01", "Token dealing gain", "通证买卖收益", role="token_gain")
_below("6111.02", "Discount income", "贴现收益", role="discount_income")
_top("6301", "Non-operating income", "营业外收入", _CR, _Line.OTHER_INCOME, ("5301", "营业外收入"))
_below("6301.01", "Bet reward", "对赌奖励", role="bet_reward")
_below("6301.02", "Forfeited bonds and guarantees", "保证金罚没收入", role="forfeits")
_top(
    "6401",
    "Cost of goods sold",
    "主营业务成本",
    _DR,
    _Line.COST,
    ("5401", "主营业务成本"),
    role="cost_of_sales",
)
_top("6402", "Other operating cost", "其他业务成本", _DR, _Line.COST, ("5402", "其他业务成本"))
_top(
    "6403",
    "Taxes and surcharges",
    "税金及附加",
    _DR,
    _Line.TAXES_AND_SURCHARGES,
    ("5403", "税金及附加"),
)
_top("6601", "Selling expenses", "销售费用", _DR, _Line.SELLING, ("5601", "销售费用"))
_below("6601.01", "Distribution cost", "销售费用—运输", role="distribution_cost")
_below("6601.02", "Selling, materials used", "销售费用—物料消耗", role="selling_materials")
_top("6602", "Administrative expenses", "管理费用", _DR, _Line.ADMINISTRATION, ("5602", "管理费用"))
_below("6602.01", "Value-share expense", "增值分享费用", role="value_share_expense")
_below("6602.02", "Review-linked pay", "评价挂钩薪酬", role="review_pay")
_below("6602.03", "Cost of roles", "链群角色费用", role="role_cost")
_below(
    "6602.04",
    "Administration, materials used",
    "管理费用—物料消耗",
    role="administration_materials",
)
_below("6602.05", "Research and development, expensed", "管理费用—研究费用", line=_Line.RESEARCH)
_top("6603", "Finance expenses", "财务费用", _DR, _Line.FINANCE, ("5603", "财务费用"))
_below("6603.01", "Discount expense", "贴现利息", role="discount_expense")
_below("6603.02", "Bank charges", "银行手续费")
_top(
    "6701", "Asset impairment", "资产减值损失", _DR, _Line.ASSET_IMPAIRMENT, ("5711", "营业外支出")
)
_top(
    "6702",
    "Credit impairment",
    "信用减值损失",
    _DR,
    _Line.CREDIT_IMPAIRMENT,
    ("5711", "营业外支出"),
    role="credit_impairment",
)
_top(
    "6711", "Non-operating expenses", "营业外支出", _DR, _Line.OTHER_EXPENSE, ("5711", "营业外支出")
)
_below("6711.01", "Bet and bond penalty", "对赌及保证金损失", role="bet_penalty")
_below("6711.02", "Guarantee loss", "履约保证金损失", role="guarantee_loss")
_below("6711.03", "Capacity expired unused", "过期产能损失", role="expired_capacity")
_below("6711.04", "Scrap", "报废损失", role="scrap")
_top("6801", "Income tax", "所得税费用", _DR, _Line.INCOME_TAX, ("5801", "所得税费用"))
_top(
    "6901",
    "Adjustments of prior years",
    "以前年度损益调整",
    _CR,
    _Line.RETAINED_PROFIT,
    ("3104", "利润分配"),
)

# ---- budget ledger 预算账 -----------------------------------------------------------------------

_budget("9000", "Budget approved", "预算批复", _DR, "approved")
_budget("9001", "Budget encumbered", "预算占用", _CR, "encumbered")
_budget("9002", "Budget pre-encumbered", "预算预占", _CR, "pre_encumbered")
_budget("9003", "Budget available", "预算可用", _CR, "available")
_budget("9004", "Budget expended", "预算已用", _CR, "expended")

SEED: tuple[Account, ...] = tuple(_seeded.values())
