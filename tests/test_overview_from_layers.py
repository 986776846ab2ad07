"""Overviews made of layers' records, against those that are written beside them."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.run_overview import overview, overview_from_layers
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.verdict import UnitState
from tests.event_writing import RELU, make_records
from tests.timelines import drawn_records, timeline_of

LEAKY = metadata.LayerInfo(fraction=metadata.NEGATIVE_FRACTION)


def from_layers(*timelines: Timeline) -> OverviewSeries:
    return overview_from_layers.series("run", [overview_from_layers.layer_rows(timeline) for timeline in timelines])


def written(layers: dict[str, tuple[metadata.LayerInfo, list[record.Record]]]) -> OverviewSeries:
    """The overviews that a writer gives with the same states."""
    stored = []
    for r, first in enumerate(next(iter(layers.values()))[1]):
        rows = []
        for name, (info, records) in layers.items():
            timeline, units = timeline_of(records, info), records[r].units
            states = timeline.states()[r, :units]
            row = overview.layer_overview(name, info, records[r], states)
            # Writers forget nothing, as the records that are drawn do.
            died = timeline.last_active_step[r, :units][states == UnitState.DEAD]
            since, born = min(died[died >= 0].tolist(), default=None), int(np.count_nonzero(died < 0))
            rows.append(dataclasses.replace(row, dead_since=since, born_dead=born))
        one = overview.Overview(first.step, first.window_start_step, first.ordinal, tuple(rows))
        stored.append(Stored(one.step, 1000.0 + one.step, overview.encode(one)))
    return OverviewSeries("run", stored)


def assert_same(got: OverviewSeries, expected: OverviewSeries) -> None:
    assert got.layers == expected.layers and list(got.layers) == list(expected.layers)
    assert got.written == expected.written
    for name, value in vars(expected).items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(got, name), value, name)
            assert getattr(got, name).dtype == value.dtype, name
    for name, value in expected.training.items():
        np.testing.assert_array_equal(got.training[name], value, name)
    for name, value in expected.quantiles.items():
        np.testing.assert_array_equal(got.quantiles[name], value, name)


@given(data=st.data())
def test_it_is_what_a_writer_gives(data: st.DataObject) -> None:
    first = data.draw(drawn_records())
    second = data.draw(drawn_records(min_records=len(first), max_records=len(first)))
    # At the same steps, as writers write them.
    second = [
        dataclasses.replace(
            row,
            step=like.step,
            window_start_step=like.window_start_step,
            last_active_step=np.minimum(row.last_active_step, like.step),
        )
        for row, like in zip(second, first)
    ]
    index = data.draw(st.sampled_from([None, 0, 3]))
    layers = {
        "b": (data.draw(st.sampled_from([RELU, LEAKY])), first),
        "a": (metadata.LayerInfo(layer_type="Conv2D", layer_index=index), second),
    }
    timelines = [timeline_of(records, info, layer=name) for name, (info, records) in layers.items()]
    assert_same(from_layers(*timelines), written(layers))


def test_numbers_of_records_are_kept() -> None:
    series = from_layers(timeline_of(make_records(5, 3), layer="a"), timeline_of(make_records(5, 4), layer="b"))
    assert series.ordinals.tolist() == [0, 1, 2, 3, 4] and series.written == 5


def test_layers_at_different_steps() -> None:
    """Each record has every layer's newest one up to it."""
    a = timeline_of(make_records(4, 3, step=10), layer="a")
    b = timeline_of(make_records(2, 4, step=15, seed=1), layer="b")
    series = from_layers(a, b)
    # 10, 15, 20, 30 and 40, of which as many stay as a has.
    assert series.steps.tolist() == [10, 15, 20, 40] and series.written is None
    assert series.units.tolist() == [[3, 0], [3, 4], [3, 4], [3, 4]]
    dead_a, dead_b = ((timeline.states() == UnitState.DEAD).sum(axis=1).tolist() for timeline in (a, b))
    dead = series.counts[:, :, UnitState.DEAD]
    assert dead[:, 0].tolist() == [dead_a[r] for r in (0, 0, 1, 3)]
    assert dead[:, 1].tolist() == [0, dead_b[0], dead_b[0], dead_b[1]]
    assert series.can_die.tolist() == [[True, False], [True] * 2, [True] * 2, [True] * 2]
    assert series.window_start_steps.tolist() == [0, 0, 10, 30]
    assert series.wall_times.tolist() == [1010.0, 1015.0, 1020.0, 1040.0]


def test_a_newest_step_that_is_there_in_part() -> None:
    a, b = timeline_of(make_records(6, 3), layer="a"), timeline_of(make_records(5, 4), layer="b")
    series = from_layers(a, b)
    assert series.steps.tolist() == [10, 20, 30, 40, 50, 60]
    assert series.units[-1].tolist() == [3, 4]


@given(data=st.data())
def test_records_are_bounded_and_each_has_the_newest_of_every_layer(data: st.DataObject) -> None:
    timelines = []
    for name in "abc"[: data.draw(st.integers(1, 3))]:
        steps = sorted(data.draw(st.sets(st.integers(0, 30), min_size=1, max_size=8)))
        records = [record.Record(step, step - 1, 10, 1, np.array([step + 1])) for step in steps]
        timelines.append(timeline_of(records, layer=name))
    series = from_layers(*timelines)
    all_steps = sorted({int(step) for timeline in timelines for step in timeline.steps})
    assert len(series.steps) == min(len(all_steps), max(len(timeline.steps) for timeline in timelines))
    assert set(series.steps.tolist()) <= set(all_steps) and series.steps[-1] == all_steps[-1]
    for column, name in enumerate(series.layers):
        (timeline,) = (timeline for timeline in timelines if timeline.layer == name)
        for r, step in enumerate(series.steps):
            before = [s for s in timeline.steps if s <= step]
            assert series.units[r, column] == (1 if before else 0)
            share = series.quantiles["fraction"][r, column, 0] != 65535
            assert share == bool(before)
            if before and before[-1] == step:
                expected = overview_from_layers.layer_rows(timeline).rows["fraction"][len(before) - 1]
                assert series.quantiles["fraction"][r, column].tolist() == expected.tolist()


def test_nothing_is_known_of_the_training() -> None:
    series = from_layers(timeline_of(make_records(3, 2)))
    assert "learning_rate" in series.training
    for name, values in series.training.items():
        assert values.shape == (3,) and np.isnan(values).all(), name


def test_nothing() -> None:
    assert len(from_layers().steps) == 0
    damaged = Timeline("run", "dense_1", RELU, [Stored(1, 0.0, b"garbage")])
    series = from_layers(damaged, timeline_of(make_records(2, 3), layer="a"))
    assert list(series.layers) == ["a"] and series.unreadable == 1 and series.written == 2
    assert from_layers(damaged).layers == {}
