"""The callback's statistics are those of the definitions, on the batches that the model trained on."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU
from tests import training

pytestmark = pytest.mark.tensorflow

SHAPES = {training.mlp: (6,), training.cnn: (8, 8, 2), training.rnn: (5, 3), training.small: (6,)}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> training.KeptRecords:
    return training.KeptRecords(monkeypatch)


def fit(model: keras.Sequential, x: Any, y: Any, *callbacks: Any, epochs: int = 2, **options: Any) -> Any:
    return model.fit(x, y, batch_size=16, epochs=epochs, shuffle=False, verbose=0, callbacks=[*callbacks], **options)


def truths_of(model: keras.Sequential, snapshots: training.Snapshots, x: np.ndarray, y: np.ndarray) -> list:
    """The reference of every batch that was trained on, in order."""
    starts = list(range(0, len(x), 16))
    batches = [starts[i % len(starts)] for i in range(len(snapshots.weights) - 1)]
    return [
        training.truth(model, weights, x[start : start + 16], y[start : start + 16])
        for weights, start in zip(snapshots.weights, batches)
    ]


JIT = {"jit_compile": True}
# Of 40 rows, the last of an epoch's three batches is a part of one. It costs
# a second compilation, which for recurrent layers takes long.
CASES = [
    (training.mlp, "batch", JIT, 40, [1, 2, 3, 4, 5, 6]),
    (training.mlp, 4, {"run_eagerly": True}, 40, [4, 6]),
    (training.mlp, "epoch", {}, 40, [3, 6]),
    (training.cnn, 2, JIT, 40, [2, 4, 6]),
    (training.cnn, "epoch", {}, 40, [3, 6]),
    (training.rnn, 3, JIT, 32, [3, 4]),
    (training.rnn, "batch", {}, 40, [1, 2, 3, 4, 5, 6]),
]


def _case_name(value: Any) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("build", "update_freq", "options", "rows", "steps"), CASES, ids=_case_name)
def test_statistics_are_those_of_the_definitions(
    tmp_path: pathlib.Path,
    kept: training.KeptRecords,
    build: Callable,
    update_freq: Any,
    options: dict,
    rows: int,
    steps: list[int],
) -> None:
    x, y = training.data(SHAPES[build], rows)
    model = build(**options)
    snapshots = training.Snapshots()
    fit(model, x, y, DeadReLU(tmp_path, update_freq), snapshots)
    assert [next(iter(window.values())).step for window in kept.windows] == steps
    training.assert_windows(kept.windows, truths_of(model, snapshots, x, y), snapshots.weights, model)
    timelines = read(tmp_path)["."]
    assert list(timelines) == list(kept.windows[0])
    for timeline in timelines.values():
        training.assert_read(timeline, kept.windows)


def test_what_the_tags_say(tmp_path: pathlib.Path) -> None:
    for build in (training.mlp, training.rnn):
        x, y = training.data(SHAPES[build], rows=8)
        fit(build(run_eagerly=True), x, y, DeadReLU(tmp_path / build.__name__), epochs=1)
    timelines = read(tmp_path)
    infos = {layer: timeline.info for layer, timeline in timelines["mlp"].items()}
    assert [(info.activation, info.fraction, info.layer_type, info.layer_index) for info in infos.values()] == [
        ("relu", "zero_fraction", "Dense", 0),
        ("relu", "zero_fraction", "ReLU", 2),
        ("relu", "zero_fraction", "Activation", 4),
        ("leaky_relu", "negative_fraction", "LeakyReLU", 6),
        ("prelu", "negative_fraction", "PReLU", 8),
    ]
    assert {info.gradient_at for info in infos.values()} == {"pre_activation"}
    assert (infos["dense"].kernel_parameters, infos["dense"].bias_parameters) == (48, 8)
    assert timelines["mlp"]["leaky"].zero_fraction is None and timelines["mlp"]["dense"].negative_fraction is None
    assert timelines["mlp"]["leaky"].dead_units().tolist() == []
    for layer, timeline in timelines["rnn"].items():
        assert timeline.info.gradient_at == "gated_activation", layer
        assert timeline.info.fraction == "zero_fraction", layer


@pytest.mark.parametrize("how", ["validation_data", "validation_split"])
def test_validation_batches_never_count(tmp_path: pathlib.Path, kept: training.KeptRecords, how: str) -> None:
    x, y = training.data((6,))
    model = training.small()
    snapshots = training.Snapshots()
    if how == "validation_data":
        fit(model, x, y, DeadReLU(tmp_path), snapshots, validation_data=training.data((6,), rows=100, seed=1))
    else:
        fit(model, x, y, DeadReLU(tmp_path), snapshots, validation_split=0.25)
        x, y = x[:30], y[:30]
    training.assert_windows(kept.windows, truths_of(model, snapshots, x, y), snapshots.weights, model)
    assert read(tmp_path)["."]["hidden"].samples.tolist() == [len(x), len(x)]


def test_evaluate_and_predict_never_count(tmp_path: pathlib.Path, kept: training.KeptRecords) -> None:
    class Looks(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.model.evaluate(x, y, verbose=0)
            self.model.predict_on_batch(x)
            self.model(x, training=True)

    x, y = training.data((6,))
    model = training.small()
    snapshots = training.Snapshots()
    callback = DeadReLU(tmp_path)
    fit(model, x, y, Looks(), callback, Looks(), snapshots)
    model.evaluate(x, y, verbose=0)
    model.predict(x, verbose=0)
    assert callback.monitor.collect() == {}
    training.assert_windows(kept.windows, truths_of(model, snapshots, x, y), snapshots.weights, model)


def test_second_fit_goes_on_with_steps_and_ordinals(tmp_path: pathlib.Path, kept: training.KeptRecords) -> None:
    x, y = training.data((6,))
    model = training.small()
    first, second = training.Snapshots(), training.Snapshots()
    callback = DeadReLU(tmp_path, 2)
    fit(model, x, y, callback, first, epochs=1)
    model.evaluate(x, y, verbose=0)
    fit(model, x, y, callback, second, epochs=1)
    weights = first.weights[:-1] + second.weights
    truths = truths_of(model, first, x, y) + truths_of(model, second, x, y)
    training.assert_windows(kept.windows, truths, weights, model)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [2, 3, 5, 6]
    assert timeline.ordinals.tolist() == [0, 1, 2, 3]
    training.assert_read(timeline, kept.windows)


def test_new_callback_on_a_trained_model_starts_at_its_step(tmp_path: pathlib.Path, kept: training.KeptRecords) -> None:
    x, y = training.data((6,))
    model = training.small()
    fit(model, x, y)
    snapshots = training.Snapshots()
    fit(model, x, y, DeadReLU(tmp_path), snapshots, epochs=1)
    truths = truths_of(model, snapshots, x, y)
    training.assert_windows(kept.windows, truths, snapshots.weights, model, first_step=6)


def test_several_steps_per_execution(tmp_path: pathlib.Path, kept: training.KeptRecords) -> None:
    x, y = training.data((6,), rows=64)
    model, twin = training.small(steps_per_execution=2), training.small()
    snapshots = training.Snapshots()
    fit(twin, x, y, snapshots)
    fit(model, x, y, DeadReLU(tmp_path))
    assert [next(iter(window.values())).step for window in kept.windows] == [4, 8]
    training.assert_windows(kept.windows, truths_of(twin, snapshots, x, y), snapshots.weights, twin)


def test_units_that_die_are_dated(tmp_path: pathlib.Path) -> None:
    class Kills(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if int(self.model.optimizer.iterations) == 5:
                kernel, bias = self.model.get_layer("hidden").get_weights()
                bias[2] = -1000
                self.model.get_layer("hidden").set_weights([kernel, bias])

    x, y = training.data((6,))
    callback = DeadReLU(tmp_path)
    fit(training.small(), x, y, callback, Kills(), epochs=4)
    assert callback.monitor.dead_units()["hidden"].tolist() == [2]
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.dead_units().tolist() == [2]
    assert timeline.history(2).died_at == (5,)
    assert (timeline.gradient_norm[2:, 2] == 0).all()


def test_float16_gradients_have_the_loss_scale_removed(tmp_path: pathlib.Path, kept: training.KeptRecords) -> None:
    def gradient_norms(policy: str) -> np.ndarray:
        keras.utils.set_random_seed(0)
        wide = keras.Sequential(
            [
                keras.layers.Input([6]),
                keras.layers.Dense(16, "relu", name="hidden", dtype=policy),
                keras.layers.Dense(2, dtype="float32"),
            ]
        )
        optimizer = keras.optimizers.SGD(1e-4)
        if policy != "float32":
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=2.0**10)
        wide.compile(optimizer, "mse", jit_compile=False)
        kept.windows.clear()
        fit(wide, x, y, DeadReLU(tmp_path / policy))
        assert not any(window["hidden"].non_finite_gradients.any() for window in kept.windows)
        return np.array([window["hidden"].gradient_norm for window in kept.windows])

    # So many rows that a few that flip their sign in float16 do not show.
    x, y = training.data((6,), rows=640)
    half, single = gradient_norms("mixed_float16"), gradient_norms("float32")
    assert (single > 0).any()
    np.testing.assert_allclose(half, single, rtol=0.01)
