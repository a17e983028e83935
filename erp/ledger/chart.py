"""The chart of accounts (会计科目表) as the code asks for it: by code, and by the role that a posting rule names."""

from __future__ import annotations

from erp.ledger.account import Account, Side
from erp.ledger.seed import SEED

__all__ = ["BY_CODE", "BY_ROLE", "CHART", "Account", "Side"]

CHART: tuple[Account, ...] = SEED
BY_CODE: dict[str, Account] = {account.code: account for account in CHART}
BY_ROLE: dict[str, str] = {account.role: account.code for account in CHART if account.role}

BANK = BY_ROLE["bank"]
WALLET = BY_ROLE["wallet"]
ESCROW = BY_ROLE["escrow"]
STAKES = BY_ROLE["stakes"]
RECEIVABLES = BY_ROLE["receivables"]
UNBILLED = BY_ROLE["unbilled"]
SUSPENSE_SENT = BY_ROLE["suspense_sent"]
STOCK = BY_ROLE["stock"]
FINISHED_GOODS = BY_ROLE["finished_goods"]
GOODS_DESPATCHED = BY_ROLE["goods_despatched"]
UNSETTLED_PROPERTY = BY_ROLE["unsettled_property"]
PAYABLES = BY_ROLE["payables"]
GOODS_RECEIVED = BY_ROLE["goods_received"]
CERTIFIED_INPUT_TAX = BY_ROLE["certified_input_tax"]
OUTPUT_TAX = BY_ROLE["output_tax"]
INPUT_TAX_REVERSED = BY_ROLE["input_tax_reversed"]
INPUT_TAX = BY_ROLE["input_tax"]
OUTPUT_TAX_TO_CORRECT = BY_ROLE["output_tax_to_correct"]
TOKENS_ISSUED = BY_ROLE["tokens_issued"]
ADVANCES_PAID = BY_ROLE["advances_paid"]
ADVANCES_RECEIVED = BY_ROLE["advances_received"]
EQUITY_INVESTMENTS = BY_ROLE["equity_investments"]
SUSPENSE_RECEIVED = BY_ROLE["suspense_received"]
CAPITAL = BY_ROLE["capital"]
OPENING = BY_ROLE["opening"]
PRODUCTION_COST = BY_ROLE["production_cost"]
PRODUCTION_OVERHEADS = BY_ROLE["production_overheads"]
RESEARCH = BY_ROLE["research"]
REVENUE = BY_ROLE["revenue"]
VALUE_SHARE_INCOME = BY_ROLE["value_share_income"]
ROLE_INCOME = BY_ROLE["role_income"]
FORFEITS = BY_ROLE["forfeits"]
COST_OF_SALES = BY_ROLE["cost_of_sales"]
SELLING_MATERIALS = BY_ROLE["selling_materials"]
VALUE_SHARE_EXPENSE = BY_ROLE["value_share_expense"]
ROLE_COST = BY_ROLE["role_cost"]
ADMINISTRATION_MATERIALS = BY_ROLE["administration_materials"]
BET_PENALTY = BY_ROLE["bet_penalty"]
SCRAP = BY_ROLE["scrap"]
CAPACITY_FUNDS = BY_ROLE["capacity_funds"]
PREPAID_CAPACITY = BY_ROLE["prepaid_capacity"]
CONTRACT_LIABILITIES = BY_ROLE["contract_liabilities"]
CAPACITY_REVENUE = BY_ROLE["capacity_revenue"]
EXPIRED_CAPACITY = BY_ROLE["expired_capacity"]
TOKEN_GAIN = BY_ROLE["token_gain"]
APPROVED = BY_ROLE["approved"]
ENCUMBERED = BY_ROLE["encumbered"]
PRE_ENCUMBERED = BY_ROLE["pre_encumbered"]
AVAILABLE = BY_ROLE["available"]
EXPENDED = BY_ROLE["expended"]
