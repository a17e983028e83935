"""Commands about performance."""

from __future__ import annotations

from erp.kernel.schema import Code, Command, Number, Quantity


class ReportPerformance(Command):
    """Measures a party's period of a bet from the documents of the books, and has the reporter report it (业绩报告).

    Refused before the period is over, after the time for reports, a second time, and where a metric is pledged that the
    books do not measure. No entries.
    """

    bet: Number
    party: Code
    period: Quantity


class ReportIndex(Command):
    """Counts the demand for the things of a bet's group before a period's index day, and has it reported (需求指数报告).

    Refused before that day, after its end, a second time, and for a bet without an index. No entries.
    """

    bet: Number
    period: Quantity


class ReportValue(Command):
    """Measures what the members of a bet's group added above the approved base, and has it reported (增值报告).

    Refused before the last period is over, after the time for reports, a second time, and without an approved base. No
    entries.
    """

    bet: Number


class CloseReport(Command):
    """A report of a bet came too late for the contract, or its bet had ended (迟到报告). No entries."""

    report: Number
