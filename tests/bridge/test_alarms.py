"""Alarms are counted, and their rows have a bound, whatever words a node finds."""

from __future__ import annotations

from sqlmodel import col, select

from bridge.store.alarms import ALARM_OTHERS, ALARMS_OF_KIND_MAX
from bridge.store.store import Store
from bridge.store.tables import Alarm


def test_a_node_that_varies_its_words_makes_no_row_of_each(store: Store) -> None:
    with store.unit() as session:
        for number in range(ALARMS_OF_KIND_MAX + 5):
            store.alarm(session, "send", f"no, said for the {number}th time")
        store.alarm(session, "send", "no, said for the 7th time")
        store.alarm(session, "gap", "of another kind")
    with store.view() as session:
        sends = list(session.exec(select(Alarm).where(col(Alarm.kind) == "send")))
        times = {each.message: each.times for each in sends}
        assert len(sends) == ALARMS_OF_KIND_MAX + 1
        assert times[ALARM_OTHERS] == 5, "those behind the bound are counted"
        assert times["no, said for the 7th time"] == 2, "what is known is counted as before"
        assert session.scalar(select(Alarm.times).where(col(Alarm.kind) == "gap")) == 1
