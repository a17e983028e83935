"""The roles that a token of the API can carry."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The office a token speaks for. Duties are separated: no role both receives goods and approves money."""

    PLANNER = "planner"  # 计划员: items, sourcing policies, requisitions
    BUYER = "buyer"  # 采购员: requisitions, orders
    WAREHOUSE = "warehouse"  # 仓管员: receipts, issues
    QUALITY = "quality"  # 质检员: inspections
    FINANCE = "finance"  # 财务: capital, budgets, invoices, periods, reversals
    SUPPLIER = "supplier"  # 供应商: its own orders and invoices, and acts of its own
    SALES = "sales"  # 市场: customers and their orders, needs that orders show
    SERVICE = "service"  # 客服: what users say, return and need
    NODE = "node"  # 小微: acts of its own, as node, leader, financier or arbiter
    HR = "hr"  # 人事: persons and their employments
    AUDITOR = "auditor"  # 审计员: reads everything, salts included; writes nothing
    OPERATOR = "operator"  # 运维: looks after ring and audit, and starts an audit; writes nothing
    ADMIN = "admin"  # 管理员: parties and items; tokens are made on the command line


PARTNERS = frozenset(
    {Role.SUPPLIER, Role.NODE}
)  # whose tokens speak for one party, and see what is its own
