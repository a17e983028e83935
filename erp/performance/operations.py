"""The operations of performance."""

from __future__ import annotations

from erp.bets.schemas import RecordBetMeasure, RecordBetSettlement
from erp.kernel.field_class import classed
from erp.kernel.operation import FollowUps, Operation, Operations, Told
from erp.kernel.roles import Role
from erp.performance import figures, lateness, schemas, service

BET = "bet bet_id chain_group "
REPORT = BET + "subject period from until "
REPORTERS = frozenset({Role.FINANCE, Role.PLANNER})

OPERATIONS: Operations = {
    schemas.ReportPerformance: Operation(
        "performance_report",
        "BRP",
        service.report_performance,
        Told.BY_PEOPLE,
        REPORTERS,
        outward=True,
        fields=classed(
            REPORT + "evidence values party account kept_bps attainment_bps pledge",
            money="stake_minor",
        ),
    ),
    schemas.ReportIndex: Operation(
        "index_report",
        "BXR",
        figures.report_index,
        Told.BY_PEOPLE,
        REPORTERS,
        outward=True,
        fields=classed(REPORT + "evidence values baseline factor_bps"),
    ),
    schemas.ReportValue: Operation(
        "value_report",
        "BVP",
        figures.report_value,
        Told.BY_PEOPLE,
        REPORTERS,
        outward=True,
        fields=classed(REPORT, money="values pool_minor evidence"),
    ),
    schemas.CloseReport: Operation(
        "report_lateness",
        "BRL",
        lateness.close_report,
        Told.BY_FOLLOW_UP,
        fields=classed(BET + "report"),
    ),
}

FOLLOW_UPS: FollowUps = {
    RecordBetMeasure: lateness.after_measure,
    RecordBetSettlement: lateness.after_settlement,
}
