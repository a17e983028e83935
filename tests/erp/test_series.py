"""Lines of a group: what stood at the end of each span in which something happened, with the papers of that span."""

from __future__ import annotations

from erp.boards.series import DAY, moments


def test_each_line_stands_where_it_was_until_something_of_it_happens() -> None:
    made = [(3 * DAY, 500, "SI-1"), (DAY, 200, "SI-0"), (3 * DAY + 9, -50, "GI-1")]
    first, second, third = moments(made, [(DAY + 5, 1, "PO-1")], [(4 * DAY, 1, "GR-1")], DAY)
    assert [each.since // DAY for each in (first, second, third)] == [1, 3, 4]
    assert [each.value_minor.value for each in (first, second, third)] == [200, 650, 650]
    assert [each.orders.value for each in (first, second, third)] == [1, 1, 1]
    assert [each.late.value for each in (first, second, third)] == [0, 0, 1]
    assert second.value_minor.documents == ("SI-1", "GI-1")
    assert (third.value_minor.documents, third.late.documents) == ((), ("GR-1",))


def test_longer_spans_put_several_days_together() -> None:
    made = [(day * DAY, 10, f"SI-{day}") for day in range(6)]
    found = list(moments(made, [], [], 3 * DAY))
    assert [(each.since, each.value_minor.value) for each in found] == [(0, 30), (3 * DAY, 60)]
    assert list(moments([], [], [], DAY)) == []
