"""Words about the work of groups: what roles have earned, which the ERP counts and the reporter tells the chain (进度)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from bridge.ports.vocabulary.accounts import Number


class RoleProgress(TypedDict):
    """Made by ReportProgress. Becomes GroupPay.reportProgress."""

    group_id: int
    role_id: int
    round: int
    earned_bps: int  # of the role's pay, in all


class ProgressLateness(TypedDict):
    """Made by CloseProgress. Takes back what a report of progress asks."""

    progress: Number


DOCUMENT_TYPES: Mapping[type, str] = {}  # no event makes one
DOCUMENTS: Mapping[str, type] = {
    "role_progress": RoleProgress,
    "progress_lateness": ProgressLateness,
}
