"""Where the ring stands: what the operator sees, and what a driver waits for. Reads the bridge's tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from bridge.errors import first_line
from bridge.intents import EXCLUDED
from bridge.operator.reasons import Refusals, read, unknown
from bridge.store import reorganising
from bridge.store.lock import is_daemon_alive
from bridge.store.names import numbers_of
from bridge.store.overview import SHOWN_MAX, calls_under_way, events_to_book, overview
from bridge.store.quarantine import newest_acts
from bridge.store.store import Store
from bridge.store.tables import Cursor, Inbox, Outbox

UP = "up"
ACTS_SHOWN = 10  # of operators, the newest
SILENT_SECONDS = 300  # longer than a pass in which every stage waits in vain for its node


def liveness(store: Store, url: str, head: int | None, now: float) -> dict[str, Any]:
    """Whether daemon and node are there: `up` is True when both are, else one of them says DOWN and why.

    `url` is the node's, `head` its newest block or None when it did not answer, `now` unix seconds.
    """
    with store.view() as session:
        silent = now - store.cursor(session).walked_at
    if not is_daemon_alive(store.engine):
        daemon = "DOWN: no process walks the ring; start it with `interlock bridge run`"
    elif silent > SILENT_SECONDS:
        daemon = f"DOWN: its process is there, and began its last pass {silent:.0f} s ago"
    else:
        daemon = UP
    node = UP if head is not None else f"DOWN: {url} does not answer"
    return {"up": daemon == node == UP, "daemon": daemon, "node": node}


def status(
    store: Store,
    head: int | None,
    newest_document: int,
    refusals: Refusals = unknown,
    depth: int = 0,
) -> dict[str, Any]:
    """Cursors, lag, counts by state, and every row that waits for a person, with its reason in both languages.

    `refusals` gives the Chinese of what the ERP refused. `depth`: blocks that must follow before one counts; those that wait
    for that are no lag.

    `excluded` are candidates of requisitions whom the bridge did not invite. They wait for nobody.
    `reorganisations` are the newest times that the chain left blocks behind, with the documents that fell with them.
    `waiting` are the calls whose time comes next, `not_before` in unix seconds of the chain, whose time is `block_time`.
    `number` is the document by which the row's order or tender began, or None.
    """
    with store.view() as session:
        cursor = store.cursor(session)
        found = overview(session, cursor.block_time)
        parked = [row.aggregate for row in found.quarantined]
        parked += [row.aggregate for row in found.stuck]
        parked += [row.aggregate for row in found.holds]
        parked += [row.aggregate for row in found.waiting]
        number = numbers_of(session, parked)
        return {
            "head": head,
            "block": cursor.block_number,
            "block_time": cursor.block_time,
            "lag_blocks": None if head is None else max(head - depth - cursor.block_number, 0),
            "documents": newest_document,
            "last_pass_at": cursor.walked_at,
            "lag_documents": newest_document - cursor.document_sequence,
            "unanchored": found.unanchored,
            "inbox": dict(found.inbox),
            "outbox": dict(found.outbox),
            "waiting_for_time": found.waiting_for_time,
            "waiting": [
                {
                    "call": f"{r.contract}.{r.function}",
                    "aggregate": r.aggregate,
                    "number": number.get(r.aggregate),
                    "not_before": r.not_before,
                }
                for r in found.waiting
            ],
            "quarantined": [
                {
                    "position": r.position,
                    "event": r.event,
                    "aggregate": r.aggregate,
                    "number": number.get(r.aggregate),
                    **_reasons(r, refusals),
                }
                for r in found.quarantined
            ],
            "stuck": [
                {
                    "key": r.key,
                    "status": r.status,
                    "aggregate": r.aggregate,
                    "number": number.get(r.aggregate),
                    **_reasons(r, refusals),
                }
                for r in found.stuck
            ],
            "excluded": _excluded(found.excluding),
            "reorganisations": [
                {
                    "id": r.id,
                    "found_at": r.found_at,
                    "status": r.status,
                    "common_block": r.common_block,
                    "left_block": r.left_block,
                    "left_hash": r.left_hash,
                    "new_hash": r.new_hash,
                    "document": r.document_number,
                    "fallen": json.loads(r.fallen),
                }
                for r in reorganising.newest(session)
            ],
            "holds": [
                {
                    "aggregate": r.aggregate,
                    "number": number.get(r.aggregate),
                    "reason": r.reason,
                }
                for r in found.holds
            ],
            "operator_acts": [
                {"at": r.at, "who": r.who, "act": r.act, "key": r.key, "why": r.why}
                for r in newest_acts(session, ACTS_SHOWN)
            ],
            "alarms": [
                {"kind": r.kind, "message": r.message, "times": r.times, "last_at": r.last_at}
                for r in found.alarms
            ],
        }


def _reasons(row: Inbox | Outbox, refusals: Refusals) -> dict[str, str]:
    """Why a row is parked, without the trace of a bug, which `interlock bridge quarantine show` tells."""
    reason = row.reason or ""
    return {"reason": first_line(reason), "reason_zh": read(reason, refusals).zh}


def _excluded(rows: Sequence[Outbox]) -> list[dict[str, Any]]:
    """Accounts that were not invited and why, with the number of the requisition; the newest SHOWN_MAX of them."""
    every = (
        {"number": row.document_number, "account": account, "reason": reason}
        for row in rows
        for account, reason in json.loads(row.note).get(EXCLUDED, {}).items()
    )
    return list(islice(every, SHOWN_MAX))


def is_quiet(store: Store, final: int, newest_document: int) -> bool:
    """True when nothing moves until somebody acts or time passes: all read, all booked, all confirmed that is due.

    `final`: the newest block whose events count: the head, less the blocks that must follow.
    What waits for an anchor goes on by itself, and so does a call that was put off.
    """
    with store.view() as session:
        cursor = session.get(Cursor, 1)
        if (
            cursor is None
            or cursor.block_number < final
            or cursor.document_sequence < newest_document
        ):
            return False
        busy = events_to_book(session) or calls_under_way(session)
        return not busy and not store.goes_on(session, cursor.block_time)
