"""Differences between runs, against loops over records and units."""

from __future__ import annotations

import fractions
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin import layer_statistics, metadata, record
from tb_deadrelu_plugin.serving import difference
from tb_deadrelu_plugin.timeline import Timeline
from tests.event_writing import make_records
from tests.timelines import simple, timeline_of, timelines


def partner(timeline: Timeline, minus: Timeline, r: int) -> int | None:
    """By the words of http_api.md."""
    step = timeline.steps[r]
    for j in range(len(minus.steps)):
        if minus.steps[j] >= step:
            return None if minus.window_start_steps[j] >= step else j
    return None


def exact_fraction(timeline: Timeline, r: int, unit: int) -> fractions.Fraction | None:
    finite, active = int(timeline.finite[r, unit]), int(timeline.active[r, unit])
    if finite == 0:
        return None
    if active == 0 and timeline.seen_active[r, unit]:
        return 1 - fractions.Fraction(1, 2**64)
    return 1 - fractions.Fraction(active, finite)


def expected(timeline: Timeline, minus: Timeline, statistic: str, r: int, unit: int) -> float:
    j = partner(timeline, minus, r)
    if j is None or unit >= minus.units:
        return math.nan
    if statistic == "fraction":
        one, other = exact_fraction(timeline, r, unit), exact_fraction(minus, j, unit)
        return math.nan if one is None or other is None else float(one - other)
    a, b = float(getattr(timeline, statistic)[r, unit]), float(getattr(minus, statistic)[j, unit])
    if math.isnan(a) or math.isnan(b):
        return math.nan
    if statistic == "bias":
        return a - b
    if a == b == 0:
        return 0
    if math.isinf(a) and math.isinf(b):
        return math.nan
    return (math.log10(a) if a else -math.inf) - (math.log10(b) if b else -math.inf)


@given(a=timelines(), b=timelines(), data=st.data())
def test_differences_are_those_of_a_loop(a: Timeline, b: Timeline, data: st.DataObject) -> None:
    both = set(layer_statistics.statistics_of(a)) & set(layer_statistics.statistics_of(b)) - {a.info.fraction}
    for statistic in ["fraction", *both]:
        got = list(difference.rows(a, b, statistic))
        assert len(got) == len(a.steps)
        for r, row in enumerate(got):
            want = [expected(a, b, statistic, r, unit) for unit in range(a.units)]
            np.testing.assert_allclose(row, want, rtol=1e-9, atol=1e-15, err_msg=statistic)
            # What differs by one sample in 10^12 has a sign all the same.
            assert np.array_equal(np.sign(row), np.sign(want), equal_nan=True), statistic
        first = data.draw(st.integers(0, len(a.steps) - 1))
        end = data.draw(st.integers(first + 1, len(a.steps)))
        assert np.array_equal(list(difference.rows(a, b, statistic, (first, end))), got[first:end], equal_nan=True)


@given(a=timelines(), b=timelines())
def test_partners_cover_the_step(a: Timeline, b: Timeline) -> None:
    partners = difference.partners(a, b)
    assert partners.tolist() == [-1 if (j := partner(a, b, r)) is None else j for r in range(len(a.steps))]
    for step, j in zip(a.steps, partners):
        assert j == -1 or b.window_start_steps[j] < step <= b.steps[j]


@given(a=timelines())
def test_a_run_does_not_differ_from_itself(a: Timeline) -> None:
    assert difference.partners(a, a).tolist() == list(range(len(a.steps)))
    for row in difference.rows(a, a, "fraction"):
        assert (np.isnan(row) | (row == 0)).all()


def test_runs_that_are_recorded_at_different_steps() -> None:
    fine, coarse = timeline_of(make_records(9, 4)), timeline_of(make_records(3, 4, step=30, seed=1))
    assert difference.partners(fine, coarse).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert difference.partners(coarse, fine).tolist() == [2, 5, 8]


def test_a_run_that_ended_earlier_or_has_a_gap() -> None:
    whole = simple([[1], [1], [1], [1]])
    one, three = (record.Record(step, step - 10, 2000, 10, np.array([1])) for step in (10, 30))
    assert difference.partners(whole, timeline_of([one, three])).tolist() == [0, -1, 1, -1]


def test_dead_against_almost_dead_is_not_nothing() -> None:
    dead, almost = simple([[0]], samples=10**9), simple([[1]], samples=10**9)
    assert next(difference.rows(dead, almost, "fraction")).tolist() == [pytest.approx(1e-9)]
    seen = timeline_of(
        [record.Record(10, 0, 10, 1, np.array([0]), last_active_step=np.array([5]), screened_samples=90)]
    )
    assert next(difference.rows(seen, dead, "fraction")).tolist() == [-(2.0**-64)]


def test_zero_and_negative_fractions_compare_as_fractions() -> None:
    leaky = metadata.LayerInfo(fraction=metadata.NEGATIVE_FRACTION)
    a, b = timeline_of([record.Record(10, 0, 10, 1, np.array([3]))], leaky), simple([[500]])
    assert next(difference.rows(a, b, "fraction")).tolist() == [pytest.approx(0.7 - 0.75)]
