from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.metadata import LayerInfo
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.verdict import Severity, Thresholds, UnitHistory, UnitState
from tb_deadrelu_plugin.wire import codes
from tests.timelines import timelines

RELU = LayerInfo(gradient_at=metadata.PRE_ACTIVATION, activation="relu")
LEAKY = LayerInfo(fraction=metadata.NEGATIVE_FRACTION, activation="leaky_relu")


def stored(step: int, active, wall_time: float | None = None, **changes) -> Stored:
    """A record of a window of 10 steps of 100 samples, numbered from 0."""
    fields = {
        "step": step,
        "window_start_step": step - 10,
        "samples": 1000,
        "batches": 10,
        "active": np.array(active),
        "ordinal": step // 10 - 1,
        "total_samples": 100 * step,
        **changes,
    }
    return Stored(step, float(step) if wall_time is None else wall_time, record.encode(record.Record(**fields)))


def make_timeline(*items: Stored, info: LayerInfo = RELU, **arguments) -> Timeline:
    return Timeline("run1", "dense_1", info, items, **arguments)


def test_arrays():
    timeline = make_timeline(
        stored(10, [500, 0, 1000], gradient_norm=[1.0, 0.0, 2.0], bias=[0.5, -1.0, 0.0], last_active_step=[10, -1, 10]),
        stored(20, [0, 0, 1000], gradient_norm=[0.0, 0.0, 4.0], bias=[0.5, -2.0, 0.0], last_active_step=[10, -1, 20]),
        description="The *first* layer.",
    )
    assert (timeline.run, timeline.layer, timeline.info) == ("run1", "dense_1", RELU)
    assert timeline.description == "The *first* layer."
    assert timeline.units == 3 and not timeline.width_changed
    assert timeline.steps.tolist() == [10, 20]
    assert timeline.window_start_steps.tolist() == [0, 10]
    assert timeline.wall_times.tolist() == [10.0, 20.0]
    assert timeline.samples.tolist() == [1000, 1000]
    assert timeline.batches.tolist() == [10, 10]
    assert timeline.ordinals.tolist() == [0, 1]
    assert timeline.active.tolist() == [[500, 0, 1000], [0, 0, 1000]]
    assert timeline.finite.tolist() == [[1000] * 3] * 2
    assert timeline.zero_fraction.tolist() == [[0.5, 1.0, 0.0], [1.0, 1.0, 0.0]]
    assert timeline.negative_fraction is None
    np.testing.assert_allclose(timeline.gradient_norm, [[1, 0, 2], [0, 0, 4]], rtol=0.0015)
    np.testing.assert_allclose(timeline.bias, [[0.5, -1, 0], [0.5, -2, 0]], rtol=0.003)
    assert timeline.mean_activation is None
    assert timeline.last_active_step.tolist() == [[10, -1, 10], [10, -1, 20]]
    assert timeline.non_finite_activations.tolist() == [[0] * 3] * 2
    assert timeline.unreadable == 0


def test_dtypes():
    timeline = make_timeline(stored(10, [5, 0], gradient_norm=[1.0, 0.0]))
    for name in (
        "steps", "window_start_steps", "samples", "batches", "ordinals", "widths", "active", "finite",
        "non_finite_activations", "non_finite_gradients", "last_active_step", "samples_since_active",
    ):  # fmt: skip
        assert getattr(timeline, name).dtype == np.int64, name
    assert timeline.wall_times.dtype == np.float64
    assert timeline.zero_fraction.dtype == timeline.gradient_norm.dtype == np.float32
    assert timeline.states().dtype == np.int8
    assert timeline.dead_units().dtype == np.int64


def test_records_are_put_in_the_order_of_their_steps():
    timeline = make_timeline(stored(30, [3]), stored(10, [1]), stored(20, [2]))
    assert timeline.steps.tolist() == [10, 20, 30]
    assert timeline.active[:, 0].tolist() == [1, 2, 3]
    assert timeline.wall_times.tolist() == [10.0, 20.0, 30.0]


def test_of_records_at_one_step_the_last_written_is_kept():
    timeline = make_timeline(
        stored(10, [1], 1.0), stored(20, [2], 2.0), stored(30, [3], 3.0), stored(20, [7], 4.0), stored(30, [8], 5.0)
    )
    assert timeline.steps.tolist() == [10, 20, 30]
    assert timeline.active[:, 0].tolist() == [1, 7, 8]
    assert timeline.wall_times.tolist() == [1.0, 4.0, 5.0]


def test_step_of_the_event_counts():
    """A summary op writes at a step of the user's; the record's own is not known then."""
    data = record.encode(record.Record(record.UNKNOWN, record.UNKNOWN, 1000, 1, np.array([1, 0])))
    timeline = make_timeline(Stored(7, 0.0, data), Stored(9, 0.0, data))
    assert timeline.steps.tolist() == [7, 9]
    assert timeline.window_start_steps.tolist() == [6, 7]
    assert timeline.last_active_step.tolist() == [[7, -1], [9, -1]]
    assert timeline.written is None


def test_no_records():
    timeline = make_timeline()
    assert timeline.units == 0 and timeline.written is None and not timeline.width_changed
    assert timeline.steps.shape == (0,)
    assert timeline.active.shape == timeline.states().shape == timeline.zero_fraction.shape == (0, 0)
    assert timeline.samples_since_active.shape == timeline.last_active_step.shape == (0, 0)
    assert timeline.gradient_norm is None and timeline.bias is None
    assert timeline.dead_units().tolist() == []
    assert timeline.severity() == Severity.OK
    with pytest.raises(IndexError, match="for layer 'dense_1', got 0"):
        timeline.history(0)


def test_unreadable_records_are_counted_and_left_out():
    good = stored(20, [5])
    timeline = make_timeline(
        Stored(10, 0.0, b""), Stored(10, 0.0, good.data[:-1]), good, Stored(30, 0.0, b"\x02" + good.data[1:])
    )
    assert timeline.unreadable == 3
    assert timeline.steps.tolist() == [20]


def test_damaged_record_does_not_hide_a_whole_one_at_its_step():
    timeline = make_timeline(stored(10, [5]), Stored(10, 1.0, b"damaged"))
    assert timeline.unreadable == 1
    assert timeline.active.tolist() == [[5]]


def test_only_unreadable_records():
    timeline = make_timeline(Stored(10, 0.0, b"damaged"))
    assert timeline.unreadable == 1 and timeline.units == 0
    assert timeline.dead_units().tolist() == []


def test_written_is_what_the_ordinals_say():
    assert make_timeline(stored(10, [1]), stored(500, [1])).written == 50
    # Records of a resumed run are numbered anew.
    resumed = [stored(step, [1], ordinal=ordinal) for step, ordinal in ((10, 1), (20, 3), (30, 0), (40, 4), (50, 2))]
    assert make_timeline(*resumed).written == 4 + 5 + 3
    assert make_timeline(*(stored(step, [1], ordinal=0) for step in (10, 20, 30))).written == 3


def test_width_changes():
    timeline = make_timeline(
        stored(10, [500, 0], gradient_norm=[1.0, 0.0], last_active_step=[10, -1]),
        stored(20, [500, 0, 0, 7], last_active_step=[20, -1, -1, 20], samples=10_000, total_samples=10_000),
        stored(30, [4], gradient_norm=[2.0], bias=[1.0]),
    )
    assert timeline.width_changed
    assert timeline.units == 4
    assert timeline.widths.tolist() == [2, 4, 1]
    assert timeline.present.tolist() == [[True, True, False, False], [True] * 4, [True, False, False, False]]
    assert timeline.active.tolist() == [[500, 0, 0, 0], [500, 0, 0, 7], [4, 0, 0, 0]]
    assert timeline.finite.tolist() == [[1000, 1000, 0, 0], [10_000] * 4, [1000, 0, 0, 0]]
    np.testing.assert_array_equal(np.isnan(timeline.zero_fraction), ~timeline.present)
    np.testing.assert_array_equal(
        np.isnan(timeline.gradient_norm), [[False, False, True, True], [True] * 4, [False, True, True, True]]
    )
    states = timeline.states()
    np.testing.assert_array_equal(states == UnitState.ABSENT, ~timeline.present)
    assert states[1, 1] == states[1, 2] == UnitState.DEAD
    assert timeline.dead_units().tolist() == []


def test_severity_is_of_the_last_records_width():
    """1 dead unit of 2, not of the 20 that the layer had before."""
    timeline = make_timeline(stored(10, [500] * 20), stored(20, [0, 500]))
    assert timeline.dead_units().tolist() == [0]
    assert timeline.severity() == Severity.SICK


def test_statistics_that_only_some_records_have():
    timeline = make_timeline(stored(10, [5, 5]), stored(20, [5, 5], mean_activation=[1.0, 2.0]))
    np.testing.assert_allclose(timeline.mean_activation, [[np.nan, np.nan], [1.0, 2.0]], rtol=0.0015)


def test_memory_of_a_resumed_run_is_joined_to_what_was_seen_before():
    timeline = make_timeline(
        stored(10, [5, 0], last_active_step=[10, -1]),
        stored(20, [0, 0], last_active_step=[-1, -1], total_samples=1000),
        stored(30, [0, 3], last_active_step=[-1, 25], total_samples=2000),
    )
    assert timeline.last_active_step.tolist() == [[10, -1], [10, -1], [10, 25]]
    assert timeline.samples_since_active.tolist() == [[0, 1000], [1000, 2000], [2000, 0]]


def test_activity_is_dated_from_the_records_where_the_writer_keeps_no_memory():
    timeline = make_timeline(stored(10, [5, 0]), stored(20, [0, 0]), stored(30, [0, 3]))
    assert timeline.last_active_step.tolist() == [[10, -1], [10, -1], [10, 30]]


def test_states_and_dead_units():
    timeline = make_timeline(
        stored(10, [500, 0, 1000, 5], gradient_norm=[1.0, 0.0, 1.0, 1.0], last_active_step=[10, -1, 10, 10]),
        stored(20, [0, 0, 1000, 0], gradient_norm=[0.0, 0.0, 1.0, 0.0], last_active_step=[11, -1, 20, 19]),
    )
    assert timeline.states().tolist() == [
        [UnitState.HEALTHY, UnitState.DEAD, UnitState.ALWAYS_ON, UnitState.RARE],
        [UnitState.DEAD, UnitState.DEAD, UnitState.ALWAYS_ON, UnitState.DEAD],
    ]
    assert timeline.dead_units().tolist() == [0, 1, 3]
    assert timeline.severity() == Severity.SICK
    assert timeline.severity(watch=0.8, sick=0.9) == Severity.OK
    strict = Thresholds(min_samples=1001)
    assert timeline.dead_units(strict).tolist() == [1]
    assert timeline.states(strict)[1].tolist() == [
        UnitState.SILENT, UnitState.DEAD, UnitState.ALWAYS_ON, UnitState.SILENT,
    ]  # fmt: skip


def test_dead_units_are_those_of_the_last_record():
    assert make_timeline(stored(10, [0, 5]), stored(20, [5, 0])).dead_units().tolist() == [1]


def test_history():
    timeline = make_timeline(
        stored(10, [500, 0], last_active_step=[10, -1]),
        stored(20, [0, 0], last_active_step=[12, -1]),
        stored(30, [5, 0], last_active_step=[24, -1]),
    )
    assert timeline.history(0) == UnitHistory(False, (12,), (30,))
    assert timeline.history(1) == UnitHistory(True, (), ())
    assert timeline.history(0, Thresholds(min_samples=10**6)) == UnitHistory(False, (), ())


@pytest.mark.parametrize("unit", [-1, 2, 100])
def test_history_of_no_such_unit(unit):
    message = f"unit must be in [0, 1] for layer 'dense_1', got {unit}."
    with pytest.raises(IndexError, match=f"^{re.escape(message)}$"):
        make_timeline(stored(10, [1, 2])).history(unit)


def test_negative_fraction_has_its_own_name_and_no_dead_units():
    timeline = make_timeline(stored(10, [0, 250]), info=LEAKY)
    assert timeline.zero_fraction is None
    assert timeline.negative_fraction.tolist() == [[1.0, 0.75]]
    assert timeline.dead_units().tolist() == []
    assert timeline.severity() == Severity.OK


def test_non_finite_samples_are_kept():
    timeline = make_timeline(
        stored(10, [300, 0], non_finite_activations=[400, 1000], non_finite_gradients=[0, 7], gradient_norm=[1.0, 0.0])
    )
    assert timeline.non_finite_activations.tolist() == [[400, 1000]]
    assert timeline.non_finite_gradients.tolist() == [[0, 7]]
    np.testing.assert_array_equal(timeline.zero_fraction, [[0.5, np.nan]])
    assert timeline.states().tolist() == [[UnitState.NON_FINITE] * 2]
    assert timeline.dead_units().tolist() == []


def test_missing_records_leave_the_date_of_death_right():
    """The writer's memory dates it, although all records around it are gone."""
    everything = [stored(10 * i, [500 if i <= 30 else 0], last_active_step=[min(10 * i, 307)]) for i in range(1, 101)]
    full, thin = make_timeline(*everything), make_timeline(everything[0], everything[-1])
    assert full.history(0).died_at == thin.history(0).died_at == (307,)
    assert thin.samples_since_active[-1, 0] == 1000  # the part of the gap after the death can't be told
    assert thin.dead_units().tolist() == full.dead_units().tolist() == [0]


def test_counts_beyond_float64_decide():
    timeline = make_timeline(stored(10, [1, 0], samples=2**53 + 1))
    assert timeline.zero_fraction[0, 0] < 1 and timeline.zero_fraction[0, 1] == 1
    assert timeline.states().tolist() == [[UnitState.RARE, UnitState.DEAD]]


def test_any_iterable_of_records():
    assert Timeline("r", "l", RELU, (stored(10 * i, [1]) for i in range(1, 4))).steps.tolist() == [10, 20, 30]


@given(timelines())
def test_newest_is_the_last_row_of_all(timeline):
    states, evidence = timeline.newest()
    assert states.dtype == np.int8 and evidence.dtype == np.int64
    assert states.tolist() == timeline.states()[-1].tolist()
    assert evidence.tolist() == timeline.samples_since_active[-1].tolist()
    low = Thresholds(min_samples=1)
    assert timeline.newest(low)[0].tolist() == timeline.states(low)[-1].tolist()


def test_newest_of_no_records():
    assert [part.shape for part in make_timeline().newest()] == [(0,), (0,)]


def test_no_repairs():
    timeline = make_timeline(stored(10, [5, 0]))
    assert timeline.revivals is None and timeline.last_revival_step is None
    assert make_timeline().last_revival_step is None


def test_repairs():
    timeline = make_timeline(
        stored(10, [5, 0]),
        stored(20, [5, 0], revivals=[0, 1], last_revival_step=[-1, 20]),
        stored(30, [5, 0], revivals=[0, 1], last_revival_step=[-1, 20]),
        stored(40, [5, 7], revivals=[0, 2], last_revival_step=[-1, 30], last_active_step=[40, 38]),
        stored(50, [5, 7]),
    )
    assert timeline.revivals.tolist() == [[0, 0], [0, 1], [0, 1], [0, 2], [0, 2]]
    assert timeline.last_revival_step.tolist() == [[-1, -1], [-1, 20], [-1, 20], [-1, 30], [-1, 30]]
    assert timeline.revivals.dtype == timeline.last_revival_step.dtype == np.int64
    assert timeline.states()[:, 1].tolist() == [
        UnitState.DEAD, UnitState.SILENT, UnitState.DEAD, UnitState.RARE, UnitState.RARE,
    ]  # fmt: skip
    assert timeline.history(1) == UnitHistory(True, (), (40,), (20, 30))
    assert timeline.history(0) == UnitHistory(False, (), (), ())


def test_repairs_in_missing_records_are_known():
    """They are cumulative, as activity is."""
    kept = [stored(10, [5]), stored(90, [0], revivals=[3], last_revival_step=[70], last_active_step=[12])]
    timeline = make_timeline(*kept)
    assert timeline.revivals.tolist() == [[0], [3]]
    assert timeline.history(0).repaired_at == (70,)


def test_repairs_of_a_layer_whose_width_changes():
    timeline = make_timeline(stored(10, [5], revivals=[1], last_revival_step=[4]), stored(20, [5, 0]))
    assert timeline.revivals.tolist() == [[1, 0], [1, 0]]
    assert timeline.last_revival_step.tolist() == [[4, -1], [4, -1]]


def test_repr():
    assert repr(make_timeline(stored(10, [1, 2]))) == "<Timeline run='run1' layer='dense_1' records=1 units=2>"


def sampled(step, active, last_active, *, samples=100, screened=1000, **changes) -> Stored:
    """A record whose statistics are of part of the samples that were looked at for activity."""
    one = record.Record(
        step,
        step - 10,
        samples,
        1,
        np.array(active),
        last_active_step=np.array(last_active),
        screened_samples=screened,
        total_samples=screened * step // 10,
        **changes,
    )
    return Stored(step, 0.0, record.encode(one))


def test_activity_outside_the_counted_samples():
    """Such a unit is neither dead nor silent, and its fraction is not 1."""
    timeline = Timeline("r", "l", metadata.LayerInfo(), [sampled(10, [50, 0, 0], [9, 3, -1])])
    assert timeline.samples.tolist() == [100] and timeline.screened_samples.tolist() == [1000]
    assert timeline.seen_active.tolist() == [[True, True, False]]
    assert timeline.active.tolist() == [[50, 0, 0]]
    assert timeline.fraction[0, 1] == np.nextafter(np.float32(1), np.float32(0)) and timeline.fraction[0, 2] == 1
    assert timeline.fraction_codes[0, 1:].tolist() == [65533, 65534]
    assert timeline.states().tolist() == [[UnitState.HEALTHY, UnitState.RARE, UnitState.DEAD]]
    assert timeline.samples_since_active.tolist() == [[0, 0, 1000]]


def test_evidence_is_counted_in_screened_samples():
    few = [sampled(10 * r, [0], [-1], samples=10, screened=400) for r in (1, 2, 3)]
    timeline = Timeline("r", "l", metadata.LayerInfo(), few)
    assert timeline.samples_since_active[:, 0].tolist() == [400, 800, 1200]
    assert timeline.states()[:, 0].tolist() == [UnitState.SILENT, UnitState.SILENT, UnitState.DEAD]


def test_where_every_sample_counts_the_counts_alone_decide():
    """A last active step within the window can't be of another sample then."""
    timeline = Timeline("r", "l", metadata.LayerInfo(), [sampled(10, [0], [9], samples=1000)])
    assert timeline.seen_active.tolist() == [[False]] and timeline.fraction_codes.tolist() == [[65534]]


def test_windows_that_are_counted_in_part_and_whole():
    """Of changing width, with non-finite samples and without: codes are those of the fraction."""
    rows = [
        sampled(10, [7, 0, 0], [9, 8, -1]),
        sampled(20, [0, 0], [19, 8], samples=1000),
        sampled(30, [0, 0, 0], [29, 8, 21], non_finite_activations=np.array([0, 0, 100])),
    ]
    timeline = Timeline("r", "l", metadata.LayerInfo(), rows)
    just_below = np.nextafter(np.float32(1), np.float32(0))
    expected = np.array([[0.93, just_below, 1], [1, 1, np.nan], [just_below, 1, np.nan]], np.float32)
    np.testing.assert_allclose(timeline.fraction, expected)
    assert timeline.fraction_codes[2].tolist() == [65533, 65534, codes.NAN_CODE]
    np.testing.assert_allclose(codes.decode_fraction16(timeline.fraction_codes), expected, rtol=1e-3)
    assert ((codes.decode_fraction16(timeline.fraction_codes) == 1) == (expected == 1)).all()
    assert timeline.states()[2].tolist() == [UnitState.RARE, UnitState.DEAD, UnitState.NON_FINITE]


def test_saturated_units():
    one = sampled(10, [50, 50, 0], [9, 9, -1], saturated=np.array([50, 49, 0]))
    without = sampled(20, [50, 50, 0], [19, 19, -1])
    timeline = Timeline("r", "l", metadata.LayerInfo(upper_bound=6.0), [one, without])
    assert timeline.saturated is not None and timeline.saturated.tolist() == [[50, 49, 0], [0, 0, 0]]
    assert timeline.states()[0].tolist() == [UnitState.SATURATED, UnitState.HEALTHY, UnitState.DEAD]
    assert timeline.states()[1].tolist() == [UnitState.HEALTHY, UnitState.HEALTHY, UnitState.DEAD]
    assert Timeline("r", "l", metadata.LayerInfo(), [without]).saturated is None


def test_layer_without_a_gradient_is_judged_without_it():
    stopped = metadata.LayerInfo(gradient_at=metadata.STOPPED)
    frozen = sampled(10, [50, 0], [9, -1])
    timeline = Timeline("r", "l", stopped, [frozen])
    assert timeline.gradient_norm is None
    assert timeline.states().tolist() == [[UnitState.HEALTHY, UnitState.DEAD]]
    # The tag says what was so at first; records from after a thaw have gradients.
    thawed = Timeline("r", "l", stopped, [frozen, sampled(20, [50, 0], [19, -1], gradient_norm=np.zeros(2))])
    assert thawed.states().tolist() == [
        [UnitState.HEALTHY, UnitState.DEAD],
        [UnitState.NO_GRADIENT, UnitState.DEAD],
    ]
