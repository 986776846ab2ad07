"""Orders of units."""

from __future__ import annotations

import fractions

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin.serving import ordering, routes
from tb_deadrelu_plugin.timeline import Timeline
from tests.timelines import simple, timelines


def test_order_by_death() -> None:
    #                      alive  late  born   early  alive
    timeline = simple([[5, 5, 0, 5, 5], [5, 5, 0, 0, 5], [5, 0, 0, 0, 5], [5, 0, 0, 0, 5]])
    assert ordering.unit_order(timeline, "death").tolist() == [2, 3, 1, 0, 4]
    assert ordering.unit_order(timeline, "index").tolist() == [0, 1, 2, 3, 4]


def test_units_that_tie_are_in_the_order_of_their_index() -> None:
    active = [[unit % 3 for unit in range(100)]]
    for order in ("death", "fraction"):
        units = ordering.unit_order(simple(active, samples=10**6), order).tolist()
        expected = sorted(range(100), key=lambda unit: active[0][unit] > 0 if order == "death" else active[0][unit])
        assert units == expected


def test_order_by_fraction_tells_shares_next_to_one_apart() -> None:
    timeline = simple([[1, 0, 10**9, 2, 1]], samples=10**9)
    assert ordering.unit_order(timeline, "fraction").tolist() == [1, 0, 4, 3, 2]


def test_order_by_gradient_norm_has_missing_values_last() -> None:
    timeline = simple([[1, 1, 1, 1]], gradient=[[2.0, np.nan, 0.0, 1e-40]])
    assert ordering.unit_order(timeline, "gradient_norm").tolist() == [2, 3, 0, 1]


def test_order_by_difference() -> None:
    #                 same  half  all  gone
    a = simple([[100, 2000, 0, 5], [100, 2000, 0, 5]])
    b = simple([[100, 1000, 2000], [100, 1000, 2000]])
    assert ordering.unit_order(a, "difference", minus=b).tolist() == [2, 1, 0, 3]
    assert ordering.unit_order(b, "difference", minus=a).tolist() == [2, 1, 0]
    assert ordering.unit_order(a, "difference", 6, b).tolist() == [2, 1, 0, 3, 4, 5]


def test_order_by_difference_needs_another_layer() -> None:
    with pytest.raises(ValueError, match="the order 'difference' needs a layer to compare with, got none"):
        ordering.unit_order(simple([[1]]), "difference")


@given(a=timelines(), b=timelines(), units=st.integers(1, 8))
def test_order_by_difference_is_by_the_mean_over_records_of_the_other_run(a: Timeline, b: Timeline, units: int) -> None:
    means = []
    for unit in range(units):
        seen = []
        for r, step in enumerate(a.steps):
            after = [j for j in range(len(b.steps)) if b.steps[j] >= step]
            if not after or b.window_start_steps[after[0]] >= step or unit >= min(a.units, b.units):
                continue
            difference = abs(float(a.fraction[r, unit]) - float(b.fraction[after[0], unit]))
            seen += [] if np.isnan(difference) else [difference]
        means.append(np.mean(seen) if seen else -1)
    order = ordering.unit_order(a, "difference", units, b)
    assert sorted(order.tolist()) == list(range(units))
    # Fractions in float32 are within 1e-7, so that what is closer than that may be in either order.
    ordered = np.array(means)[order]
    assert (np.diff(ordered) <= 1e-6).all()


@given(timeline=timelines())
def test_worst_units_first(timeline: Timeline) -> None:
    def badness(unit: int) -> tuple:
        finite = int(timeline.finite[-1, unit])
        active = fractions.Fraction(int(timeline.active[-1, unit]), finite) if finite else 2
        if active == 0 and timeline.seen_active[-1, unit]:
            active = fractions.Fraction(1, 2**64)
        return -timeline.states()[-1, unit], timeline.last_active_step[-1, unit], active, unit

    present = [unit for unit in range(timeline.units) if timeline.present[-1, unit]]
    assert ordering.worst_first(timeline).tolist() == sorted(present, key=badness)


@given(timeline=timelines())
def test_worst_units_of_the_answer(timeline: Timeline) -> None:
    answer = routes.units_json(timeline, 3)
    assert answer["of"] == timeline.widths[-1] and len(answer["units"]) == min(3, answer["of"])
    for row, unit in zip(answer["units"], ordering.worst_first(timeline)):
        history, fraction = timeline.history(int(unit)), timeline.fraction[-1, unit]
        assert (row["unit"], row["born_dead"], row["revivals"]) == (unit, history.born_dead, len(history.revived_at))
        assert row["died_at"] == (history.died_at[-1] if history.died_at else None)
        assert row["fraction"] == (None if np.isnan(fraction) else fraction)
