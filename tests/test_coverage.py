"""What the default coverage leaves out: never a dead unit, and of the statistics no more than chance takes."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin import UnitState, read
from tb_deadrelu_plugin.commands import demo
from tb_deadrelu_plugin.instrument import schedule
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import Monitor
from tb_deadrelu_plugin.timeline import Timeline
from tests import training

pytestmark = pytest.mark.tensorflow

ROWS, BATCH = 4096, 16
Timelines = dict[str, Timeline]


def planted(seed: int = 0, **compiled: Any) -> keras.Sequential:
    """Units that are active on no row, one in 4096, one in 512, one in 64, about half, and all of `rare_rows`."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.layers.Input([8]),
            keras.layers.Dense(12, "relu", name="planted"),
            keras.layers.Dense(96, "relu", name="learns"),
            keras.layers.Dense(2, name="out"),
        ]
    )
    kernel = np.zeros([8, 12], np.float32)
    kernel[:6, :6] = np.eye(6)
    kernel[6:, 6:] = np.random.default_rng(seed).normal(size=(2, 6))
    bias = np.array([0, 0, 0, 0, 0, 5, 0, 0, 0, -1000, -1000, 0], np.float32)
    model.get_layer("planted").set_weights([kernel, bias])
    model.get_layer("planted").trainable = False
    model.compile(**{"optimizer": keras.optimizers.SGD(0.01), "loss": "mse", "jit_compile": False} | compiled)
    return model


def rare_rows(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows whose first columns are positive never, once, in 8 rows, in 64, in half, and the rest noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, 8)).astype(np.float32)
    for column, positive in enumerate((0, 1, 8, 64, ROWS // 2)):
        x[:, column] = -1
        x[rng.choice(ROWS, positive, replace=False), column] = 1
    x[:, 5] = np.abs(x[:, 5])
    return x, rng.normal(size=(ROWS, 2)).astype(np.float32)


def fit_both(tmp_path: pathlib.Path, make: Any, x: Any, y: Any, epochs: int, **options: Any) -> list[Timelines]:
    """Trains the same model twice, with full and with default coverage; returns what was recorded of each."""
    weights = []
    for coverage in ("all", "sampled"):
        model = make()
        callback = DeadReLU(tmp_path / coverage, coverage=coverage)
        model.fit(x, y, epochs=epochs, shuffle=False, verbose=0, callbacks=[callback], **options)
        weights.append(model.get_weights())
    for a, b in zip(*weights):
        assert a.tobytes() == b.tobytes()
    return [read(tmp_path / coverage)["."] for coverage in ("all", "sampled")]


@pytest.mark.parametrize("jit", [False, True], ids=["", "jit"])
def test_planted_units(tmp_path: pathlib.Path, jit: bool) -> None:
    x, y = rare_rows()
    full, sampled = fit_both(tmp_path, lambda: planted(jit_compile=jit), x, y, 3, batch_size=BATCH)
    every, part = full["planted"], sampled["planted"]
    assert every.samples.tolist() == [ROWS] * 3 and part.samples.tolist() == [ROWS // 16] * 3
    # One unit is never active; so all batches are searched.
    assert part.screened_samples.tolist() == every.screened_samples.tolist() == [ROWS] * 3
    assert part.epoch_samples.tolist() == [ROWS] * 3
    for timeline in (every, part):
        assert [row.tolist() for row in (timeline.states() == UnitState.DEAD)] == [
            [unit in (0, 9, 10) for unit in range(12)]
        ] * 3
        assert timeline.dead_units().tolist() == [0, 9, 10]
    # Active once in 4096 rows: seen, and told apart from dead.
    for unit in (1, 2):
        assert ((part.states()[:, unit] == UnitState.RARE) & (part.zero_fraction[:, unit] < 1)).all()
        assert (part.last_active_step[:, unit] > part.window_start_steps).all()
    np.testing.assert_array_equal(part.last_active_step[:, 1], every.last_active_step[:, 1])
    assert every.zero_fraction[:, 5].tolist() == part.zero_fraction[:, 5].tolist() == [0, 0, 0]
    for name in ("planted", "learns"):
        assert_same_dead_units(full[name], sampled[name])


@pytest.mark.parametrize("options", [{}, {"jit_compile": True}, {"steps_per_execution": 4}], ids=str)
def test_planted_channels(tmp_path: pathlib.Path, options: dict[str, Any]) -> None:
    """Where a layer's channels have all been seen, its batches are passed over; where one has not, none is."""

    def make() -> keras.Sequential:
        keras.utils.set_random_seed(0)
        eye, bias = np.eye(8, dtype=np.float32)[None, None], np.zeros(8, np.float32)
        planted = keras.layers.Conv2D(8, 1, activation="relu", name="planted", trainable=False)
        lively = keras.layers.Conv2D(8, 1, activation="relu", name="lively")
        model = keras.Sequential([keras.layers.Input([2, 1, 8]), planted, lively, keras.layers.Flatten()])
        model.add(keras.layers.Dense(2))
        planted.set_weights([eye, bias])
        lively.set_weights([np.abs(np.random.default_rng(0).normal(size=(1, 1, 8, 8))).astype(np.float32), bias + 1])
        model.compile(**{"optimizer": keras.optimizers.SGD(1e-3), "loss": "mse", "jit_compile": False} | options)
        return model

    x, y = rare_rows()
    x = np.stack([np.where(np.arange(8) < 5, -1, x), x], axis=1)[:, :, None].astype(np.float32)
    full, sampled = fit_both(tmp_path, make, x, y, 2, batch_size=BATCH)
    every, part = full["planted"], sampled["planted"]
    assert part.samples.tolist() == [2 * ROWS // 16] * 2
    assert part.screened_samples.tolist() == [2 * ROWS] * 2
    assert part.dead_units().tolist() == every.dead_units().tolist() == [0]
    # Once in 4096 rows, and in 8 of them.
    np.testing.assert_array_equal(part.last_active_step[:, :2], every.last_active_step[:, :2])
    for name in ("planted", "lively"):
        assert_same_dead_units(full[name], sampled[name])
    assert (sampled["lively"].zero_fraction == 0).all()


def test_the_demo_with_an_epoch_to_a_record(tmp_path: pathlib.Path) -> None:
    digits = demo.load_digits()
    run = demo.RUNS[1]

    def make() -> keras.Model:
        keras.utils.set_random_seed(0)
        model = demo.build_network(run.activation)
        optimizer = keras.optimizers.SGD(run.learning_rate, momentum=0.9, global_clipnorm=1.0)
        model.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
        return model

    full, sampled = fit_both(tmp_path, make, digits.x, digits.y, 6, batch_size=8)
    assert sum(len(timeline.dead_units()) for timeline in full.values()) > 10
    for name in full:
        assert_same_dead_units(full[name], sampled[name])
        assert (sampled[name].samples < full[name].samples / 10).all()


def assert_same_dead_units(every: Timeline, part: Timeline) -> None:
    """In every record, a first one after one epoch included; and last active in the same epoch."""
    assert part.steps.tolist() == every.steps.tolist()
    assert ((part.states() == UnitState.DEAD) == (every.states() == UnitState.DEAD)).all()
    assert (part.seen_active == every.seen_active).all()
    assert (part.last_active_step <= every.last_active_step).all()
    assert ((part.last_active_step > every.window_start_steps[:, None]) == every.seen_active).all()


def test_fractions_are_within_chance_of_those_of_all_batches(tmp_path: pathlib.Path) -> None:
    """Three standard errors, from the spread of the batches that were not all looked at."""
    x, y = rare_rows()
    keep = []
    for coverage, update_freq in (("all", "batch"), ("sampled", "epoch")):
        model = planted()
        callback = DeadReLU(tmp_path / coverage, update_freq, coverage=coverage)
        model.fit(x, y, batch_size=BATCH, epochs=3, shuffle=False, verbose=0, callbacks=[callback])
        keep.append(read(tmp_path / coverage)["."])
    by_batch, sampled = keep
    errors = []
    for name in ("planted", "learns"):
        part = sampled[name]
        batches = 1 - by_batch[name].active.reshape(3, -1, part.units) / BATCH
        population = batches.shape[1]
        truth, spread = batches.mean(1), batches.std(1, ddof=1)
        error = spread * np.sqrt((1 - part.batches[:, None] / population) / part.batches[:, None])
        difference = np.abs(part.zero_fraction - truth)
        assert (difference[spread == 0] < 1e-6).all()
        errors.append((difference / np.where(spread == 0, 1, error))[spread > 0])
    errors = np.concatenate(errors)
    assert len(errors) > 100
    assert np.mean(errors <= 3) >= 0.99 and 0.5 < np.sqrt(np.mean(errors**2)) < 1.3, np.sort(errors)[-5:]


def test_norms_and_means_are_near_those_of_all_batches(tmp_path: pathlib.Path) -> None:
    x, y = rare_rows()
    full, sampled = fit_both(tmp_path, planted, x, y, 2, batch_size=BATCH)
    for name in ("gradient_norm", "mean_activation"):
        every, part = getattr(full["learns"], name), getattr(sampled["learns"], name)
        often = full["learns"].zero_fraction < 0.9
        ratio = part[often] / every[often]
        assert often.sum() > 20 and 0.9 < np.median(ratio) < 1.1 and ((ratio > 0.5) & (ratio < 2)).mean() > 0.9


@pytest.mark.parametrize("steps_per_execution", [1, 4])
def test_what_is_watched_and_what_is_left_to_the_model(tmp_path: pathlib.Path, steps_per_execution: int) -> None:
    """Without inactive units, one batch of 16 and a few at the window's start are watched at all."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Input([8]), keras.layers.Dense(4, "relu"), keras.layers.Dense(2)])
    model.compile("sgd", "mse", jit_compile=False, steps_per_execution=steps_per_execution)
    x, y = rare_rows()
    callback = DeadReLU(tmp_path)
    model.fit(x, y, batch_size=BATCH, epochs=2, verbose=0, callbacks=[callback])
    (timeline,) = read(tmp_path)["."].values()
    assert timeline.batches.tolist() == [16, 16] and timeline.samples.tolist() == [256, 256]
    assert timeline.epoch_samples.tolist() == [ROWS, ROWS]
    if steps_per_execution == 1:
        assert (timeline.screened_samples < 25 * BATCH).all() and (timeline.screened_samples > 16 * BATCH).all()
    assert timeline.steps.tolist() == [256, 512] and (timeline.seen_active).all()
    assert (timeline.total_samples == np.cumsum(timeline.screened_samples)).all()


@pytest.mark.parametrize("jit", [False, True], ids=["", "jit"])
def test_a_custom_loop_observes_the_planned_batches(jit: bool) -> None:
    """All of them where XLA compiles the step: it would have to choose by a branch."""
    import tensorflow as tf

    model = planted()
    x, _ = rare_rows()
    monitor = Monitor(model)

    @tf.function(jit_compile=jit)
    def forward(batch: tf.Tensor) -> None:
        with monitor.observing():
            model(batch, training=True)

    expected, start = None, 0
    for _ in range(3):
        for i in range(0, ROWS, BATCH):
            forward(x[i : i + BATCH])
        got = monitor.collect()["planted"]
        plan = schedule.observed_batches(start, expected)[: ROWS // BATCH] | jit
        start, expected = start + ROWS // BATCH, ROWS // BATCH
        assert got.batches == plan.sum() and got.screened_samples == ROWS
        by_batch = x.reshape(-1, BATCH, 8)
        assert got.active[:5].tolist() == (by_batch[plan][..., :5] > 0).sum((0, 1)).tolist()
        assert got.seen_active.tolist()[:5] == [False, True, True, True, True]
    assert monitor.dead_units()["planted"].tolist() == [0, 9, 10]


def test_global_random_state_is_left_alone(tmp_path: pathlib.Path) -> None:
    x, y = rare_rows()
    states = []
    for callbacks in ([], [DeadReLU(tmp_path)]):
        model = planted()
        np.random.seed(5)  # noqa: NPY002
        model.fit(x[:512], y[:512], batch_size=BATCH, shuffle=True, verbose=0, callbacks=callbacks)
        states.append((np.random.random(), *map(np.ndarray.tobytes, model.get_weights())))  # noqa: NPY002
    assert states[0] == states[1]


@pytest.mark.parametrize("wrong", ["half", 0.5, None])
def test_coverage_that_is_none(tmp_path: pathlib.Path, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r'^coverage must be "sampled" or "all", got '):
        DeadReLU(tmp_path, coverage=wrong)
    with pytest.raises(ValueError, match=r"^max_records must be at least 16, got 15\.$"):
        Monitor(training.small(), max_records=15)
