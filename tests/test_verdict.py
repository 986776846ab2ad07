from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tb_deadrelu_plugin import verdict
from tb_deadrelu_plugin.verdict import Records, Severity, Thresholds, UnitHistory, UnitState

DEFAULT = Thresholds()


def make_records(active, **changes) -> Records:
    """Records of a run that begins with the first: contiguous windows of ten steps of 1000 samples."""
    active = np.asarray(active, np.int64)
    count = len(active)
    steps = 10 * np.arange(1, count + 1)
    samples = np.broadcast_to(np.asarray(changes.pop("samples", 1000), np.int64), count)
    screened = np.broadcast_to(np.asarray(changes.pop("screened_samples", samples), np.int64), count)
    last = np.maximum.accumulate(np.where(active > 0, steps[:, None], -1), axis=0)
    fields = {
        "steps": steps,
        "window_start_steps": steps - 10,
        "samples": samples,
        "screened_samples": screened,
        "total_samples": np.cumsum(screened),
        "epoch_samples": np.full(count, -1),
        "present": np.ones(active.shape, bool),
        "active": active,
        "seen_active": active > 0,
        "non_finite_activations": np.zeros(active.shape, np.int64),
        "non_finite_gradients": np.zeros(active.shape, np.int64),
        "last_active_step": last,
        "gradient_norm": None,
        "mean_activation": None,
    }
    for name, value in changes.items():
        fields[name] = np.asarray(value) if isinstance(value, list) else value
    return Records(**fields)


def states(records: Records, thresholds: Thresholds = DEFAULT) -> list[list[UnitState]]:
    return [[UnitState(state) for state in row] for row in verdict.unit_states(records, thresholds).tolist()]


def one_record(*, samples=1000, gradient=None, mean=None, active, **changes) -> Records:
    """One record; each argument is a list over units."""
    if gradient is not None:
        changes["gradient_norm"] = np.array([gradient], np.float32)
    if mean is not None:
        changes["mean_activation"] = np.array([mean], np.float32)
    return make_records([active], samples=samples, **changes)


def test_every_state_by_construction():
    records = one_record(
        #       healthy always dormant rare  no_gradient dead  non-finite
        active=[500, 1000, 500, 5, 500, 0, 500],
        gradient=[0.1, 0.1, 0.1, 0.1, 0.0, 0.0, 0.1],
        mean=[1.0, 1.0, 0.001, 1.0, 1.0, 0.0, 1.0],
        non_finite_activations=[[0, 0, 0, 0, 0, 0, 1]],
    )
    assert states(records) == [
        [
            UnitState.HEALTHY,
            UnitState.ALWAYS_ON,
            UnitState.DORMANT,
            UnitState.RARE,
            UnitState.NO_GRADIENT,
            UnitState.DEAD,
            UnitState.NON_FINITE,
        ]
    ]
    assert states(one_record(active=[0, 1], samples=999))[0][0] == UnitState.SILENT


def test_dtype_and_shape():
    result = verdict.unit_states(make_records(np.ones((3, 4))))
    assert result.dtype == np.int8 and result.shape == (3, 4)
    assert verdict.samples_since_active(make_records(np.ones((3, 4)))).dtype == np.int64


def test_no_records():
    assert verdict.unit_states(make_records(np.zeros((0, 4)))).shape == (0, 4)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Each line undoes the state above it and leaves all that is below to fit.
        ({"present": [[False, True]], "non_finite_activations": [[3, 0]], "active": [0, 9]}, UnitState.ABSENT),
        ({"non_finite_activations": [[3, 0]], "active": [0, 9]}, UnitState.NON_FINITE),
        ({"non_finite_gradients": [[3, 0]], "active": [0, 9]}, UnitState.NON_FINITE),
        ({"active": [0, 9]}, UnitState.DEAD),
        ({"active": [0, 9], "samples": 999}, UnitState.SILENT),
        ({"active": [1, 9]}, UnitState.NO_GRADIENT),
        ({"active": [1, 9], "gradient": [1.0, 1.0]}, UnitState.RARE),
        ({"active": [500, 9], "gradient": [1.0, 1.0]}, UnitState.DORMANT),
        ({"active": [1000, 9], "gradient": [1.0, 1.0]}, UnitState.DORMANT),
        ({"active": [1000, 9], "gradient": [1.0, 1.0], "mean": [1.0, 1.0]}, UnitState.ALWAYS_ON),
        ({"active": [999, 9], "gradient": [1.0, 1.0], "mean": [1.0, 1.0]}, UnitState.HEALTHY),
    ],
)
def test_first_state_that_fits_wins(changes, expected):
    arguments = {"gradient": [0.0, 1.0], "mean": [0.0, 1.0], **changes}
    assert states(one_record(**arguments))[0][0] == expected


@pytest.mark.parametrize(("samples", "expected"), [(999, UnitState.SILENT), (1000, UnitState.DEAD)])
def test_samples_at_the_cut(samples, expected):
    assert states(one_record(active=[0], samples=samples)) == [[expected]]


@pytest.mark.parametrize(("active", "expected"), [(9, UnitState.RARE), (10, UnitState.HEALTHY)])
def test_rare_at_the_cut(active, expected):
    assert states(one_record(active=[active])) == [[expected]]


def test_saturated_where_every_active_sample_is_at_the_bound():
    bounded = {"saturated": [[500, 499, 0, 0, 3, 500, 500]]}
    #           all  all but one  none  dead  few  without a gradient  not finite
    records = one_record(
        active=[500, 500, 500, 0, 3, 500, 500],
        gradient=[0.0, 0.1, 0.1, 0.0, 0.0, 1e-9, 0.0],
        non_finite_activations=[[0, 0, 0, 0, 0, 0, 1]],
        **bounded,
    )
    H, S = UnitState.HEALTHY, UnitState.SATURATED
    assert states(records) == [[S, H, H, UnitState.DEAD, S, S, UnitState.NON_FINITE]]
    without = dataclasses.replace(records, saturated=None)
    assert states(without)[0][0] == states(without)[0][5] == UnitState.NO_GRADIENT
    always = one_record(active=[1000, 1000], saturated=[[1000, 999]])
    assert states(always) == [[S, UnitState.ALWAYS_ON]]
    assert states(dataclasses.replace(records, can_die=False))[0][0] == S


def seen_outside(**changes) -> Records:
    """Two units without an active sample among 100 counted ones; the first was active in another of the window."""
    fields = {"samples": 100, "screened_samples": 5000, "seen_active": [[True, False]], "last_active_step": [[4, -1]]}
    return one_record(active=[0, 0], **{**fields, **changes})


def test_activity_outside_the_counted_samples_is_rare():
    assert states(seen_outside()) == [[UnitState.RARE, UnitState.DEAD]]
    assert verdict.samples_since_active(seen_outside()).tolist() == [[0, 5000]]
    few = seen_outside(screened_samples=999)
    assert states(few) == [[UnitState.RARE, UnitState.SILENT]]


def test_gradient_and_mean_of_samples_without_activity_say_nothing_of_the_others():
    """They are 0 by nature: the unit is rare all the same, neither dormant nor without a gradient."""
    records = seen_outside(gradient=[0.0, 0.0], mean=[0.0, 0.0], saturated=[[0, 0]])
    assert states(records) == [[UnitState.RARE, UnitState.DEAD]]


def test_rare_counts_finite_samples_only():
    """9 of 1000 is rare; with 200 of them not finite the unit is `non_finite`, whatever else."""
    records = one_record(active=[9, 9], non_finite_activations=[[0, 200]])
    assert states(records) == [[UnitState.RARE, UnitState.NON_FINITE]]


@pytest.mark.parametrize(
    ("norm", "expected"), [(0.99e-8, UnitState.NO_GRADIENT), (1.01e-8, UnitState.HEALTHY), (np.nan, UnitState.HEALTHY)]
)
def test_no_gradient_at_the_cut(norm, expected):
    assert states(one_record(active=[500], gradient=[norm])) == [[expected]]


@pytest.mark.parametrize(("mean", "expected"), [(0.5, UnitState.DORMANT), (0.5625, UnitState.HEALTHY)])
def test_dormant_at_the_cut(mean, expected):
    """With numbers whose mean and score float32 has exactly."""
    records = one_record(active=[500, 500], mean=[mean, 2 - mean])
    assert states(records, dataclasses.replace(DEFAULT, dormant=0.5))[0] == [expected, UnitState.HEALTHY]


@pytest.mark.parametrize(("mean", "expected"), [(0.0249, UnitState.DORMANT), (0.0251, UnitState.HEALTHY)])
def test_default_cut_of_dormancy(mean, expected):
    records = one_record(active=[500, 500], mean=[mean, 2 - mean])
    assert states(records)[0] == [expected, UnitState.HEALTHY]


def test_thresholds_are_used():
    records = one_record(active=[0, 50, 500], samples=100_000, gradient=[0.0, 1e-3, 1e-3], mean=[0.0, 1.0, 1.0])
    assert states(records) == [[UnitState.DEAD, UnitState.RARE, UnitState.RARE]]
    assert states(records, Thresholds(min_samples=100_001)) == [[UnitState.SILENT, UnitState.RARE, UnitState.RARE]]
    assert states(records, Thresholds(rare=0.001, dormant=1.0)) == [[UnitState.DEAD, UnitState.RARE, UnitState.HEALTHY]]
    assert states(records, Thresholds(no_gradient=0.01)) == [
        [UnitState.DEAD, UnitState.NO_GRADIENT, UnitState.NO_GRADIENT]
    ]


@pytest.mark.parametrize("name", ["min_samples", "no_gradient", "rare", "dormant"])
@pytest.mark.parametrize("value", [-1, float("nan")])
def test_bad_thresholds_are_refused(name, value):
    with pytest.raises(ValueError, match=f"^{re.escape(f'{name} must be at least 0, got {value}.')}$"):
        Thresholds(**{name: value})


def test_silent_unit_with_a_gradient_is_not_dead():
    records = one_record(active=[0, 500], gradient=[1e-20, 1.0])
    assert states(records)[0][0] == UnitState.RARE


@pytest.mark.parametrize("norm", [0.0, np.nan])
def test_dead_without_a_recorded_gradient(norm):
    assert states(one_record(active=[0], gradient=[norm])) == [[UnitState.DEAD]]
    assert states(one_record(active=[0])) == [[UnitState.DEAD]]


def test_one_active_sample_in_a_billion_is_not_dead():
    records = one_record(active=[0, 1], samples=10**9)
    assert states(records) == [[UnitState.DEAD, UnitState.RARE]]


def test_negative_fraction_is_never_dead_silent_or_rare():
    records = one_record(
        active=[0, 5, 500, 1000, 0],
        gradient=[1.0, 1.0, 1.0, 1.0, 0.0],
        samples=1000,
        can_die=False,
    )
    assert states(records) == [
        [UnitState.HEALTHY, UnitState.HEALTHY, UnitState.HEALTHY, UnitState.ALWAYS_ON, UnitState.NO_GRADIENT]
    ]


@given(st.data())
def test_negative_fraction_is_never_dead_whatever_is_recorded(data):
    count, units = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    integers = st.lists(st.integers(0, 3), min_size=units, max_size=units)
    matrix = st.lists(integers, min_size=count, max_size=count).map(np.array)
    records = make_records(
        data.draw(matrix),
        samples=data.draw(st.integers(3, 5000)),
        gradient_norm=data.draw(st.none() | matrix.map(np.float32)),
        mean_activation=data.draw(st.none() | matrix.map(np.float32)),
        can_die=False,
    )
    got = verdict.unit_states(records, Thresholds(min_samples=0))
    assert not np.isin(got, [UnitState.DEAD, UnitState.SILENT, UnitState.RARE]).any()


def test_no_sample_is_neither_dead_nor_always_on():
    """A layer that no batch of the window went through."""
    records = one_record(active=[0], samples=0)
    assert states(records) == [[UnitState.SILENT]]
    assert states(dataclasses.replace(records, can_die=False)) == [[UnitState.HEALTHY]]


def test_evidence_adds_up_over_records():
    records = make_records([[0, 5], [0, 0], [0, 0], [3, 0]], samples=400)
    assert verdict.samples_since_active(records).tolist() == [[400, 0], [800, 400], [1200, 800], [0, 1200]]
    assert states(records) == [
        [UnitState.SILENT, UnitState.HEALTHY],
        [UnitState.SILENT, UnitState.SILENT],
        [UnitState.DEAD, UnitState.SILENT],
        [UnitState.RARE, UnitState.DEAD],
    ]


@pytest.mark.parametrize(
    ("epoch", "expected"), [(300, UnitState.DEAD), (301, UnitState.SILENT), (-1, UnitState.SILENT)]
)
def test_whole_epoch_is_enough_where_it_is_shorter(epoch, expected):
    assert states(one_record(active=[0], samples=300, epoch_samples=[epoch])) == [[expected]]


def test_long_epoch_asks_for_no_more_than_min_samples():
    assert states(one_record(active=[0], samples=1000, epoch_samples=[10**6])) == [[UnitState.DEAD]]


def test_evidence_bridges_missing_records():
    """What was seen in records that are gone counts, as the writer's memory says that nothing was active."""
    records = make_records([[5], [0], [0], [0]], samples=400)
    kept = drop(records, [0, 3])
    assert verdict.samples_since_active(kept).tolist() == [[0], [1200]]


def test_samples_that_the_writer_remembers_bridge_missing_records():
    """The unit was active in a record that is gone: nothing but the writer knows what it has screened after that."""
    records = make_records([[5], [7], [0], [0], [0]], samples=400)
    silent = np.array([[0], [0], [400], [800], [1200]])
    kept = drop(dataclasses.replace(records, silent_samples=silent), [0, 4])
    assert verdict.samples_since_active(kept).tolist() == [[0], [1200]]
    assert states(kept)[1] == [UnitState.DEAD]
    assert verdict.samples_since_active(drop(records, [0, 4])).tolist() == [[0], [400]]


def test_missing_first_record_of_a_unit_never_active():
    kept = drop(make_records([[0], [0], [0]], samples=400), [2])
    assert verdict.samples_since_active(kept).tolist() == [[1200]]


def test_activity_in_a_missing_record_ends_the_evidence():
    records = make_records([[0], [0], [7], [0]], samples=400)
    kept = drop(records, [1, 3])
    assert verdict.samples_since_active(records)[:, 0].tolist() == [400, 800, 0, 400]
    assert verdict.samples_since_active(kept)[:, 0].tolist() == [800, 400]


def test_resumed_run_adds_to_what_was_seen_before():
    """The writer's totals begin anew; contiguous windows show that nothing is missing."""
    records = make_records([[0], [0], [0]], samples=400, total_samples=[400, 800, 400])
    assert verdict.samples_since_active(records)[:, 0].tolist() == [400, 800, 1200]


@pytest.mark.parametrize("total", [300, 900, 5300])
def test_missing_records_around_a_resumption_do_not_count(total):
    """The end of the first part is missing, and with it any activity that nobody remembers."""
    records = make_records(
        [[0], [0]],
        samples=300,
        steps=[10, 40],
        window_start_steps=[0, 30],
        total_samples=[5000, total],
        last_active_step=[[-1], [-1]],
    )
    assert verdict.samples_since_active(records)[1, 0] <= total


def test_unknown_totals_count_what_is_there():
    records = make_records([[0], [0]], samples=600, total_samples=[-1, -1])
    assert verdict.samples_since_active(records)[:, 0].tolist() == [600, 1200]


def test_absent_units_gather_no_evidence():
    """A layer that grows: what was seen before its new unit was there says nothing of it."""
    records = make_records([[5, 0], [5, 0]], samples=[5000, 10], present=[[True, False], [True, True]])
    assert verdict.samples_since_active(records).tolist() == [[0, 0], [0, 10]]
    assert states(records)[1][1] == UnitState.SILENT


def test_another_width_is_another_layer():
    records = make_records([[0, 5], [0, 0]], samples=[5000, 10], present=[[True, True], [True, False]])
    assert verdict.samples_since_active(records).tolist() == [[5000, 0], [10, 0]]
    assert states(records) == [[UnitState.DEAD, UnitState.RARE], [UnitState.SILENT, UnitState.ABSENT]]


def test_non_finite_samples_are_no_evidence():
    """They count neither as active nor as dead, and what they hid is not known."""
    records = make_records([[0], [0], [0]], samples=[600, 600, 600], non_finite_activations=[[0], [1], [0]])
    assert verdict.samples_since_active(records)[:, 0].tolist() == [600, 0, 600]
    assert states(records) == [[UnitState.SILENT], [UnitState.NON_FINITE], [UnitState.SILENT]]


def drop(records: Records, keep: list[int]) -> Records:
    """The records as they are left when TensorBoard drops all but those of these positions."""
    changes = {
        field.name: getattr(records, field.name)[keep]
        for field in dataclasses.fields(records)
        if isinstance(getattr(records, field.name), np.ndarray)
    }
    return dataclasses.replace(records, **changes)


@dataclasses.dataclass
class Simulated:
    """Records of a run whose whole activity is known."""

    records: Records
    truth: np.ndarray
    """int64 [records, units], samples since the unit was last active or repaired, from the activity itself."""
    restarts: list[int]


@st.composite
def simulations(draw, repairs: bool = False) -> Simulated:
    """Runs of single steps, recorded in windows, now and then resumed with an empty memory.

    With `repairs`, units are re-initialised between steps, or at a window's end before or after its record is made.

    Statistics are of all steps or of part of them; in the others a unit is watched until it was seen in the window.
    """
    units = draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    windows = draw(st.lists(st.integers(1, 4), min_size=1, max_size=12))
    restarts = sorted(draw(st.sets(st.integers(1, 11), max_size=2)))
    batch = draw(st.sampled_from([1, 100, 400]))
    chance = draw(st.sampled_from([0.02, 0.1, 0.4]))
    counted_share = draw(st.sampled_from([1.0, 0.5, 0.1]))
    repair_chance = draw(st.sampled_from([0.05, 0.3])) if repairs else 0.0
    flags = {"epoch_samples": draw(st.sampled_from([-1, 500, 5000]))}

    names = ("steps", "window_start_steps", "samples", "screened_samples", "total_samples")
    rows: dict[str, list] = {name: [] for name in names}
    active_rows, seen_rows, last_rows, truth_rows, repair_rows, silent_rows = [], [], [], [], [], []
    remembers = draw(st.booleans())
    silent = np.zeros(units, np.int64)
    step, total = 0, 0
    since = np.zeros(units, np.int64)
    last, repaired = np.full(units, -1), np.full(units, -1)

    def repair_some() -> None:
        chosen = rng.random(units) < repair_chance
        since[chosen], repaired[chosen] = 0, step

    for index, width in enumerate(windows):
        if index in restarts:
            total, last, repaired, silent = 0, np.full(units, -1), np.full(units, -1), np.zeros(units, np.int64)
        repair_some()
        silent = np.where(repaired == step, 0, silent)
        start, samples, active, seen = step, 0, np.zeros(units, np.int64), np.zeros(units, bool)
        always = int(rng.integers(width))
        for position in range(width):
            step += 1
            counted = position == always or rng.random() < counted_share
            fired = np.where(rng.random(units) < chance, rng.integers(1, batch + 1, units), 0)
            # Samples within a batch have no order: activity ends the evidence of all of it.
            since = np.where(fired > 0, 0, since + batch)
            if counted:
                samples += batch
                active += fired
            last = np.where((fired > 0) & (~seen | counted), step, last)
            seen |= fired > 0
            repair_some()
        screened = width * batch
        total += screened
        rows["steps"].append(step)
        rows["screened_samples"].append(screened)
        rows["window_start_steps"].append(start)
        rows["samples"].append(samples)
        rows["total_samples"].append(total)
        active_rows.append(active)
        seen_rows.append(seen)
        last_rows.append(last)
        repair_rows.append(repaired.copy())
        # As the writer has it: windows as a whole, and none in which the unit was active or re-initialised.
        silent = np.where(seen | (repaired > start), 0, silent + screened)
        silent_rows.append(silent)
        truth_rows.append(since.copy())
    count = len(windows)
    records = Records(
        **{name: np.array(values, np.int64) for name, values in rows.items()},
        epoch_samples=np.full(count, flags["epoch_samples"]),
        present=np.ones((count, units), bool),
        active=np.array(active_rows),
        seen_active=np.array(seen_rows),
        non_finite_activations=np.zeros((count, units), np.int64),
        non_finite_gradients=np.zeros((count, units), np.int64),
        last_active_step=np.array(last_rows),
        gradient_norm=None,
        mean_activation=None,
        last_revival_step=np.array(repair_rows) if repairs else None,
        silent_samples=np.array(silent_rows) if remembers else None,
    )
    return Simulated(records, np.array(truth_rows), restarts)


def remembered(records: Records) -> Records:
    """As `Timeline` gives it: a resumed run starts its memory anew, what was seen before still holds."""
    changes = {"last_active_step": np.maximum.accumulate(records.last_active_step, axis=0)}
    if records.last_revival_step is not None:
        changes["last_revival_step"] = np.maximum.accumulate(records.last_revival_step, axis=0)
    return dataclasses.replace(records, **changes)


@settings(max_examples=800)
@given(simulations() | simulations(repairs=True), st.data())
def test_evidence_never_exceeds_the_truth(simulated, data):
    """Neither with all records nor with any of them missing; a unit is dead only if no sample at all was active."""
    count = len(simulated.truth)
    keep = sorted(data.draw(st.sets(st.integers(0, count - 1))) | {count - 1})
    full = remembered(simulated.records)
    kept = remembered(drop(simulated.records, keep))
    assert np.all(verdict.samples_since_active(full) <= simulated.truth)
    assert np.all(verdict.samples_since_active(kept) <= simulated.truth[keep])
    dead = verdict.unit_states(kept) == UnitState.DEAD
    epoch = simulated.records.epoch_samples[0]
    required = min(1000, epoch) if epoch > 0 else 1000
    assert np.all(simulated.truth[keep][dead] >= required)


@settings(max_examples=200)
@given(simulations(), st.data())
def test_no_death_is_lost_with_missing_records(simulated, data):
    """In a run that was not resumed the evidence is the truth as soon as one kept record dates it."""
    count = len(simulated.truth)
    keep = sorted(data.draw(st.sets(st.integers(0, count - 1))) | {count - 1})
    records = simulated.records
    if simulated.restarts and simulated.restarts[0] < count:
        return
    kept = drop(records, keep)
    evidence = verdict.samples_since_active(kept)
    never = kept.last_active_step < 0
    np.testing.assert_array_equal(evidence[never], simulated.truth[keep][never])
    for r in range(1, len(keep)):
        # Active in the record before, and at no time after it.
        dated = (kept.last_active_step[r] == kept.steps[r - 1]) & ~kept.seen_active[r]
        np.testing.assert_array_equal(evidence[r][dated], simulated.truth[keep[r]][dated])


def repaired(active, repair_steps, **changes) -> verdict.Records:
    """`make_records` with the step of each unit's last repair, [records][units]."""
    return make_records(active, last_revival_step=np.array(repair_steps, np.int64), **changes)


@pytest.mark.parametrize(
    ("repair_steps", "evidence"),
    [
        ([-1, -1, -1, -1], [400, 800, 1200, 1600]),
        # At a window's end, before its record was made: only what follows counts.
        ([-1, 20, 20, 20], [400, 0, 400, 800]),
        # The same after its record was made: the next one is the first to tell.
        ([-1, -1, 20, 20], [400, 800, 400, 800]),
        # Within a window: its samples are not told apart.
        ([-1, 15, 15, 15], [400, 0, 400, 800]),
        ([-1, 15, 25, 25], [400, 0, 0, 400]),
        ([7, 7, 7, 7], [0, 400, 800, 1200]),
    ],
)
def test_evidence_begins_anew_at_a_repair(repair_steps, evidence):
    records = repaired([[0]] * 4, [[step] for step in repair_steps], samples=400)
    assert verdict.samples_since_active(records)[:, 0].tolist() == evidence


def test_repair_of_one_unit_leaves_the_others():
    records = repaired([[0, 0], [0, 0]], [[-1, -1], [15, -1]])
    assert verdict.samples_since_active(records).tolist() == [[1000, 1000], [0, 2000]]
    assert states(records) == [[UnitState.DEAD, UnitState.DEAD], [UnitState.SILENT, UnitState.DEAD]]


@pytest.mark.parametrize(("keep", "evidence"), [([3], [400]), ([0, 3], [400, 400]), ([1, 3], [0, 800])])
def test_repair_in_a_missing_record(keep, evidence):
    """Of what followed it, no more counts than what surely did: the window, where it began after the repair."""
    records = repaired([[0]] * 4, [[-1], [15], [15], [15]], samples=400)
    assert verdict.samples_since_active(drop(records, keep))[:, 0].tolist() == evidence


@given(simulations(repairs=True))
def test_evidence_is_of_the_whole_windows_since_the_repair(simulated):
    records = simulated.records
    if simulated.restarts and simulated.restarts[0] < len(records.steps):
        return
    evidence = verdict.samples_since_active(records)
    for r, unit in np.ndindex(evidence.shape):
        since = 0
        for window in range(r + 1):
            last, start = records.last_revival_step[window, unit], records.window_start_steps[window]
            if records.seen_active[window, unit] or last > start:
                since = 0
            else:
                since = (0 if last == start else since) + records.screened_samples[window]
        assert evidence[r, unit] == since


@given(simulations() | simulations(repairs=True), st.data())
def test_newest_states_are_the_last_row(simulated, data):
    records = remembered(simulated.records)
    spoilt = data.draw(st.sampled_from([0, 0, 1]))
    records = dataclasses.replace(records, non_finite_activations=records.non_finite_activations + spoilt)
    newest, evidence = verdict.newest_states(records, Thresholds(min_samples=300))
    assert newest.tolist() == verdict.unit_states(records, Thresholds(min_samples=300))[-1].tolist()
    silent = ~records.seen_active[-1]
    assert evidence[silent].tolist() == verdict.samples_since_active(records)[-1, silent].tolist()
    assert not evidence[~silent].any()


def history(state_names: list[UnitState], last_active: list[int], steps: list[int] | None = None) -> UnitHistory:
    steps = steps or [10 * (i + 1) for i in range(len(state_names))]
    return verdict.unit_history(np.array(steps), np.array(state_names, np.int8), np.array(last_active))


H, S, D = UnitState.HEALTHY, UnitState.SILENT, UnitState.DEAD


@pytest.mark.parametrize(
    ("state_names", "last_active", "expected"),
    [
        ([H, H], [10, 20], UnitHistory(False, (), ())),
        ([S, S], [-1, -1], UnitHistory(False, (), ())),
        ([D, D], [-1, -1], UnitHistory(True, (), ())),
        ([S, D, D], [-1, -1, -1], UnitHistory(True, (), ())),
        ([H, S, D], [7, 7, 7], UnitHistory(False, (7,), ())),
        ([H, D, H], [8, 8, 29], UnitHistory(False, (8,), (30,))),
        ([D, H, D], [-1, 18, 18], UnitHistory(True, (18,), (20,))),
        ([H, D, H, D, H], [8, 8, 29, 29, 50], UnitHistory(False, (8, 29), (30, 50))),
        # The revival lies between two records and is known from the memory alone.
        ([D, D], [3, 14], UnitHistory(False, (3, 14), (14,))),
        ([D, S], [3, 14], UnitHistory(False, (3,), (20,))),
        # NaN in between is no revival.
        ([D, UnitState.NON_FINITE, D], [3, 3, 3], UnitHistory(False, (3,), ())),
    ],
)
def test_history(state_names, last_active, expected):
    assert history(state_names, last_active) == expected


def test_history_has_repairs():
    got = verdict.unit_history(
        np.array([10, 20, 30, 40]), np.array([H, D, S, H]), np.array([10, 10, 10, 40]), np.array([-1, -1, 20, 35])
    )
    assert got == UnitHistory(False, (10,), (40,), (20, 35))
    # A unit that does not come to life again died once.
    steps, states_of = np.array([10, 20, 30]), np.array([D, S, D])
    never = verdict.unit_history(steps, states_of, np.array([-1, -1, -1]), np.array([-1, 15, 15]))
    assert never == UnitHistory(True, (), (), (15,))


@given(simulations())
def test_history_is_that_of_the_activity(simulated):
    records = remembered(simulated.records)
    result = verdict.unit_states(records, Thresholds(min_samples=1))
    for unit in range(result.shape[1]):
        got = verdict.unit_history(records.steps, result[:, unit], records.last_active_step[:, unit])
        dead_at_end = result[-1, unit] == UnitState.DEAD
        assert len(got.revived_at) == len(got.died_at) + got.born_dead - dead_at_end
        assert got.born_dead == (not records.seen_active[0, unit])
        assert list(got.died_at) == sorted(set(got.died_at))
        for step in got.died_at:
            assert step in records.last_active_step[:, unit]


@pytest.mark.parametrize(
    ("dead", "units", "expected"),
    [
        (0, 1, Severity.OK),
        (0, 100, Severity.OK),
        (9, 100, Severity.OK),
        (10, 100, Severity.WATCH),
        (1, 10, Severity.WATCH),
        (1, 3, Severity.WATCH),
        (49, 100, Severity.WATCH),
        (50, 100, Severity.SICK),
        (2, 4, Severity.SICK),
        (100, 100, Severity.SICK),
    ],
)
def test_layer_severity(dead, units, expected):
    assert verdict.layer_severity(dead, units) == expected


def test_layer_severity_with_other_cuts():
    assert verdict.layer_severity(1, 100, watch=0.01, sick=0.02) == Severity.WATCH
    assert verdict.layer_severity(2, 100, watch=0.01, sick=0.02) == Severity.SICK


@pytest.mark.parametrize(("dead", "units"), [(0, 0), (-1, 3), (4, 3)])
def test_layer_severity_refuses_impossible_counts(dead, units):
    message = f"expected 0 <= dead <= units and units >= 1, got dead={dead}, units={units}."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        verdict.layer_severity(dead, units)


def test_numbers_of_the_states_are_fixed():
    """They are in the HTTP API."""
    assert {state.name: int(state) for state in UnitState} == {
        "ABSENT": -1,
        "HEALTHY": 0,
        "ALWAYS_ON": 1,
        "DORMANT": 2,
        "RARE": 3,
        "NO_GRADIENT": 4,
        "SATURATED": 5,
        "SILENT": 6,
        "NON_FINITE": 7,
        "DEAD": 8,
    }
