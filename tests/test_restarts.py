"""Which of overlapping records hold."""

from __future__ import annotations

import pytest

from tb_deadrelu_plugin import record, restarts

UNKNOWN = record.UNKNOWN


def held(*records: tuple[int, int]) -> list[tuple[int, int]]:
    """The windows that hold of (start, step), written one second after the other."""
    return [records[i] for i in restarts.standing((*one, float(time)) for time, one in enumerate(records))]


def test_one_training_stands_as_it_is() -> None:
    assert held() == []
    windows = [(0, 10), (10, 20), (25, 30), (30, 31)]
    assert held(*windows) == windows


def test_what_ends_after_a_restart_began_is_overridden() -> None:
    first = [(step - 10, step) for step in range(10, 90, 10)]
    second = [(63, 73), (73, 83), (83, 93)]
    assert held(*first, *second) == [*first[:6], *second]
    # On the grid, from the start, and twice.
    assert held(*first, (60, 70)) == [*first[:6], (60, 70)]
    assert held(*first, (0, 25)) == [(0, 25)]
    assert held(*first, *second[:1], (30, 40), (40, 50)) == [*first[:3], (30, 40), (40, 50)]


@pytest.mark.parametrize("start", [UNKNOWN, 20, 25])
def test_where_the_beginning_is_not_known_only_its_own_step_is_overridden(start: int) -> None:
    assert held((0, 10), (10, 20), (20, 30), (start, 20)) == [(0, 10), (start, 20), (20, 30)]
    assert held((UNKNOWN, 3), (UNKNOWN, 1), (UNKNOWN, 2)) == [(UNKNOWN, 1), (UNKNOWN, 2), (UNKNOWN, 3)]


def test_what_the_clock_says_is_later_is_not_overridden() -> None:
    records = [(20, 30, 9.0), (10, 20, 8.0), (0, 10, 7.0), (5, 15, 7.5), (20, 30, 6.0)]
    assert [records[i] for i in restarts.standing(records)] == [(5, 15, 7.5), (10, 20, 8.0), (20, 30, 6.0)]
