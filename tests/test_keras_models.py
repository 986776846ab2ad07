"""Models and trainings out of the ordinary: the callback counts right, or says so, and training goes on."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import Thresholds, UnitState, metadata, read
from tb_deadrelu_plugin.instrument.accumulator import Sums
from tb_deadrelu_plugin.instrument.activations import Activation
from tb_deadrelu_plugin.instrument.clock import Clock
from tb_deadrelu_plugin.instrument.probes import Probe
from tb_deadrelu_plugin.instrument.watched import WatchedLayer, Window
from tb_deadrelu_plugin.keras import DeadReLU, check_units, layer_table
from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers


def fit(model: keras.Model, x: Any, y: Any, *callbacks: Any, **options: Any) -> Any:
    return model.fit(
        x, y, **({"epochs": 2, "batch_size": 16, "verbose": 0, "shuffle": False} | options), callbacks=[*callbacks]
    )


def compiled(model: keras.Model, **options: Any) -> keras.Model:
    model.compile(**({"optimizer": "sgd", "loss": "mse", "jit_compile": False} | options))
    return model


class AtEpoch(keras.callbacks.Callback):
    """Does something as the second epoch begins."""

    def __init__(self, act: Callable[[keras.Model], None]) -> None:
        super().__init__()
        self._act = act

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if epoch == 1:
            self._act(self.model)


def freeze(model: keras.Model) -> None:
    model.layers[0].trainable = False
    model.make_train_function(force=True)


def compile_anew(model: keras.Model) -> None:
    compiled(model, optimizer=keras.optimizers.SGD(0.5))
    model.make_train_function()


@pytest.mark.parametrize("act", [freeze, compile_anew])
def test_a_train_function_that_is_made_anew_in_training(
    tmp_path: pathlib.Path, act: Callable[[keras.Model], None]
) -> None:
    x, y = training.data((6,))
    plain, watched = training.small(), training.small()
    fit(plain, x, y, AtEpoch(act), epochs=3)
    fit(watched, x, y, AtEpoch(act), DeadReLU(tmp_path), epochs=3)
    for a, b in zip(plain.get_weights(), watched.get_weights()):
        assert a.tobytes() == b.tobytes()
    assert read(tmp_path)["."]["hidden"].samples.tolist() == [len(x)] * 3


def test_the_step_is_built_once_for_many_fits(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    built = []

    class Counting(keras.Sequential):
        def train_step(self, data: Any) -> Any:
            built.append(data)
            return super().train_step(data)

    model = compiled(Counting([layers.Input([6]), layers.Dense(5, "relu"), layers.Dense(2)]))
    callback = DeadReLU(tmp_path)
    fit(model, x[:32], y[:32], callback, epochs=1)
    after_the_first = len(built)
    for _ in range(3):
        fit(model, x[:32], y[:32], callback, epochs=1)
    assert len(built) == after_the_first > 0


def test_recurrent_convolutions_are_passed_over(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential(
        [layers.Input([3, 6, 2]), layers.ConvLSTM1D(3, 2, activation="relu"), layers.Flatten(), layers.Dense(2, "relu")]
    )
    with pytest.warns(UserWarning, match=f"can't be watched from outside: '{model.layers[0].name}'"):
        fit(compiled(model), np.ones((8, 3, 6, 2)), np.ones((8, 2)), DeadReLU(tmp_path))
    assert list(read(tmp_path)["."]) == [model.layers[-1].name]
    with pytest.raises(ValueError, match=r"\(ConvLSTM1D\) has no activation to watch"):
        Monitor(model, layers=[model.layers[0].name])


def test_a_function_that_changes_the_width(tmp_path: pathlib.Path) -> None:
    def relu(x: tf.Tensor) -> tf.Tensor:
        return tf.concat([tf.nn.relu(x), tf.nn.relu(-x)], axis=-1)

    model = keras.Sequential([layers.Input([6]), layers.Dense(2, "relu"), layers.Dense(3, activation=relu)])
    x, y = training.data((6,), outputs=6)
    with pytest.warns(UserWarning, match=r"is not recorded: expected 3 units as before, got shape"):
        fit(compiled(model), x, y, DeadReLU(tmp_path))
    assert list(read(tmp_path)["."]) == [model.layers[0].name]


def test_a_cell_that_is_not_as_expected(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = keras.Sequential([layers.Input([4, 3]), layers.GRU(3, activation="relu"), layers.Dense(2, "relu")])
    plain, watched = compiled(keras.models.clone_model(model)), compiled(keras.models.clone_model(model))
    watched.set_weights(plain.get_weights())
    x, y = training.data((4, 3))
    fit(plain, x, y)

    def fails(*arguments: Any) -> Any:
        raise AttributeError("no such thing")

    monkeypatch.setattr("tb_deadrelu_plugin.instrument.recurrent._tap", fails)
    with pytest.warns(UserWarning, match="is not recorded: no such thing"):
        fit(watched, x, y, DeadReLU(tmp_path))
    for a, b in zip(plain.get_weights(), watched.get_weights()):
        assert a.tobytes() == b.tobytes()


def test_steps_are_those_of_a_restored_optimizer(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=32)

    def interrupted(model: keras.Model) -> None:
        raise KeyboardInterrupt

    for epoch_end in (interrupted, lambda model: None):
        model = training.small()
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup", delete_checkpoint=False)
        try:
            fit(model, x, y, DeadReLU(tmp_path / "run"), backup, AtEpoch(epoch_end), epochs=3)
        except KeyboardInterrupt:
            pass
    timeline = read(tmp_path / "run")["."]["hidden"]
    assert timeline.steps.tolist() == [2, 4, 6]
    assert timeline.window_start_steps.tolist() == [0, 2, 4]
    assert int(np.asarray(model.optimizer.iterations)) == 6


def test_steps_between_two_fits_are_counted(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=32)
    model, callback = training.small(), DeadReLU(tmp_path)
    fit(model, x, y, callback, epochs=1)
    for _ in range(5):
        model.train_on_batch(x, y)
    fit(model, x, y, callback, epochs=1)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [2, 9]
    assert timeline.window_start_steps.tolist() == [0, 7]
    assert timeline.last_active_step[1].max() == 9


def test_steps_are_iterations_where_gradients_are_accumulated(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=64)
    optimizer = keras.optimizers.SGD(0.01, gradient_accumulation_steps=2)
    model = training.small(optimizer=optimizer)
    fit(model, x, y, DeadReLU(tmp_path, "batch"))
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [1, 2, 3, 4]
    assert timeline.batches.tolist() == [2, 2, 2, 2]
    assert timeline.samples.sum() == 2 * len(x)


@pytest.mark.parametrize("update_freq", ["batch", 3, "epoch"])
def test_no_step_is_beyond_the_optimizers_iterations(tmp_path: pathlib.Path, update_freq: Any) -> None:
    """Seven batches, of which an iteration takes four, or three of the second training's first."""
    x, y = training.data((6,), rows=7 * 16)
    model = training.small(optimizer=keras.optimizers.SGD(0.0, gradient_accumulation_steps=4))
    callback = DeadReLU(tmp_path, update_freq, coverage="all")
    steps, batches = [], []
    for _ in range(3):
        fit(model, x, y, callback, epochs=1)
        timeline = read(tmp_path)["."]["hidden"]
        steps.append(int(timeline.steps[-1]))
        batches.append(int(timeline.batches.sum()))
        assert steps[-1] == int(model.optimizer.iterations)
    assert steps == [1, 3, 5] and timeline.steps.tolist() == sorted({*range(1, 6)} & {*timeline.steps.tolist()})
    # What is left of an iteration goes to the next record.
    assert batches == ([7, 14, 21] if update_freq == "epoch" else batches)
    assert timeline.window_start_steps.tolist() == [0, *timeline.steps[:-1].tolist()]


def test_an_iteration_that_is_not_over_is_recorded_where_nothing_else_is(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=32)
    model = training.small(optimizer=keras.optimizers.SGD(0.0, gradient_accumulation_steps=4))
    callback = DeadReLU(tmp_path, coverage="all")
    fit(model, x, y, callback, epochs=1)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [1] and timeline.samples.tolist() == [32]


def test_a_window_that_was_broken_off_is_written(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=32)
    model, callback = training.small(), DeadReLU(tmp_path)

    class Breaks(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(model, x, y, callback, Breaks())
    fit(model, x, y, callback, epochs=1)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [1, 3]
    assert timeline.samples.tolist() == [16, 32]
    assert timeline.epoch_samples.tolist() == [-1, 32]


def test_what_is_left_of_a_window_counts_without_a_writer_too(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    x, y = training.data((6,), rows=48)
    callback = DeadReLU(tmp_path / "file" / "run", 2)
    with pytest.warns(RuntimeWarning, match="can't be written to"):
        fit(training.small(), x, y, callback, epochs=1)
    assert callback.monitor is not None and callback.monitor.window_start_step == 3


@pytest.mark.parametrize("activation", [layers.ReLU, lambda: layers.Activation("relu")])
def test_channels_first_before_an_activation_layer(activation: Callable[[], keras.layers.Layer]) -> None:
    # Counted by hand on a model that is not run: convolutions with channels first do not run on every CPU.
    model = keras.Sequential(
        [
            layers.Input([3, 8, 8]),
            layers.Conv2D(4, 3, data_format="channels_first", name="conv"),
            layers.BatchNormalization(axis=1),
            activation(),
        ]
    )
    from tb_deadrelu_plugin.instrument import discovery

    (target,) = discovery.find_targets(model).targets
    assert target.unit_axis == 1
    assert [row.units for row in layer_table(model)] == [4, 4, 4]


def test_a_layer_in_two_nested_models_is_one_layer(tmp_path: pathlib.Path) -> None:
    shared = layers.Dense(4, "relu", name="shared")
    nested = []
    for name in "ab":
        inner = keras.Input([6])
        nested.append(keras.Model(inner, shared(inner), name=name))
    outer = keras.Input([6])
    model = compiled(keras.Model(outer, layers.Dense(1)(nested[0](outer) + nested[1](outer))))
    x, _ = training.data((6,), rows=32)
    fit(model, x, np.ones((32, 1)), DeadReLU(tmp_path), epochs=1)
    ((name, timeline),) = read(tmp_path)["."].items()
    assert name == "a/shared"
    assert timeline.samples.tolist() == [2 * 32]
    assert sum(row.parameters for row in layer_table(model)) == model.count_params()


def test_a_convolution_beyond_two_to_the_31_samples(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([layers.Input([8, 8, 1]), layers.Conv2D(3, 3, activation="relu", name="conv")])
    compiled(keras.Sequential([model, layers.Flatten(), layers.Dense(1)]))
    monitor = Monitor(model)
    x = np.random.default_rng(0).normal(size=(64, 8, 8, 1)).astype(np.float32)

    @tf.function(autograph=False)
    def step(batch: tf.Tensor) -> tf.Tensor:
        with monitor.observing():
            return model(batch, training=True)

    a = step(x).numpy()
    already = 2**31 - 1000
    accumulator = monitor._layers["conv"].probe.accumulator
    assert accumulator is not None
    accumulator.add({"samples": tf.constant(already, tf.int64), "active": tf.fill([3], tf.constant(already, tf.int64))})
    a = np.concatenate([a, step(x[::-1]).numpy()])
    record = monitor.collect()["conv"]
    samples = 2 * 64 * 6 * 6
    assert record.samples == already + samples > 2**31
    assert record.active.tolist() == (already + np.count_nonzero(a, axis=(0, 1, 2))).tolist()


def test_monitor_refuses_a_step_that_goes_back_and_keeps_the_window(tmp_path: pathlib.Path) -> None:
    model = training.small()
    x, _ = training.data((6,))
    monitor = Monitor(model)
    writer = tf.summary.create_file_writer(str(tmp_path))

    def observe() -> None:
        with monitor.observing():
            model(x, training=True)

    observe()
    assert not monitor.write(7)  # No writer: nothing is written, and nothing is lost.
    with writer.as_default():
        assert monitor.write(7)
        observe()
        with pytest.raises(ValueError, match=r"^step must be after that of the record before, 7, got 5\.$"):
            monitor.write(5)
        assert monitor.write(8)
    writer.close()
    assert read(tmp_path)["."]["hidden"].samples.tolist() == [len(x)] * 2


def test_no_layers_are_nothing_to_watch() -> None:
    with pytest.raises(ValueError, match=r"^Nothing to watch: layers must have at least one name, .* got \[\]\.$"):
        check_units(training.small(), np.ones((2, 6)), layers=[])


def test_a_record_due_at_the_end_of_an_epoch_is_there_for_callbacks(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=64)
    callback = DeadReLU(tmp_path, 2)
    seen = []
    after = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(callback.monitor and callback.monitor.window_start_step)
    )
    fit(training.small(), x, y, callback, after)
    assert seen == [4, 8]


def test_a_single_active_sample_ends_the_silence() -> None:
    layer = WatchedLayer(
        metadata.LayerInfo(gradient_at=None), Probe("hidden", Activation("relu"), 0.0, -1, Clock(True), lambda: None)
    )
    zeros = np.zeros(1, np.int64)
    for step, (samples, active) in enumerate(((900, 0), (50, 1), (900, 0)), 1):
        sums = Sums(
            samples, samples, zeros + active, zeros, zeros + 0.5 * active, zeros * 1.0, zeros, 0, zeros + min(step, 2)
        )
        layer.record(sums, Window(step - 1, step, step - 1, step, 1, step - 1), False)
    assert layer.states(Thresholds()).tolist() == [UnitState.SILENT]
    assert layer.states(Thresholds(min_samples=900)).tolist() == [UnitState.DEAD]
