"""Learning rate, loss and range of the input that `fit` records, against the batches that it trained on."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import reader
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
ROWS, BATCH = 44, 8  # The last batch of an epoch has four rows.


class BatchLosses(keras.callbacks.Callback):
    """Every batch's own loss, from Keras' sum and count after each batch, and the rate that comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.sums: list[tuple[float, float]] = []
        self.rates: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._before = np.zeros(2)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        rows = min(BATCH, ROWS - batch * BATCH)
        now = np.array([float(logs["loss"]) * (self._before[1] + rows), self._before[1] + rows])
        self.sums.append(tuple(now - self._before))
        self._before = now
        self.rates.append(float(np.asarray(self.model.optimizer.learning_rate)))

    def mean(self, first: int, last: int) -> float:
        """Mean over rows of the batches after `first` up to and with `last`, from 1."""
        totals, counts = zip(*self.sums[first:last])
        return sum(totals) / sum(counts)


def recorded(directory: pathlib.Path) -> list[tuple[int, int, Training]]:
    """Window start, step and numbers of each record, as they were read back."""
    found = [(one.window_start_step, one.step, one.training) for one in reader.read_overview(directory)["."]]
    assert all(numbers is not None for _, _, numbers in found)
    return found  # type: ignore[return-value]


def fit(model: keras.Model, x: Any, y: Any, *callbacks: Any, epochs: int = 3, **options: Any) -> Any:
    options = {"batch_size": BATCH, "shuffle": False, "verbose": 0} | options
    return model.fit(x, y, epochs=epochs, callbacks=list(callbacks), **options)


def assert_input(got: Training, *given: np.ndarray) -> None:
    """Compares with the definition, on all entries at once."""
    entries = np.concatenate([np.asarray(one, np.float64).ravel() for one in given])
    features = np.concatenate([np.ptp(one.reshape(len(one), -1), axis=0) == 0 for one in given])
    expected = [entries.min(), entries.max(), entries.mean(), entries.std(), features.mean()]
    actual = [got.input_min, got.input_max, got.input_mean, got.input_deviation, got.input_constant]
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)
    assert got.input_rows == min(len(one) for one in given)


def assert_no_input(got: Training) -> None:
    assert np.isnan([got.input_min, got.input_max, got.input_mean, got.input_deviation, got.input_constant]).all()


@pytest.mark.parametrize(
    ("update_freq", "compiled"),
    [(4, {}), ("epoch", {"run_eagerly": True}), ("batch", {"jit_compile": True})],
    ids=str,
)
def test_every_window(tmp_path: pathlib.Path, update_freq: Any, compiled: dict) -> None:
    x, y = training.data((6,), rows=ROWS)
    x[:, 2] = 7
    losses = BatchLosses()
    # Validation uses the metric that the loss comes from.
    held_out = training.data((6,), rows=ROWS, seed=1)
    fit(
        training.small(**compiled),
        x,
        y,
        losses,
        DeadReLU(tmp_path, update_freq, coverage="all", on_sick=None),
        validation_data=held_out,
        epochs=2,
    )
    windows = recorded(tmp_path)
    assert [step for _, step, _ in windows][-1] == len(losses.sums) == 12
    batches = [x[start : start + BATCH] for start in range(0, ROWS, BATCH)] * 2
    for start, step, got in windows:
        np.testing.assert_allclose(got.loss, losses.mean(start, step), rtol=1e-4)
        assert_input(got, np.concatenate(batches[start:step]))
        assert got.learning_rate == pytest.approx(0.05)


def test_windows_over_several_epochs(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=ROWS)
    losses = BatchLosses()
    fit(training.small(run_eagerly=True), x, y, losses, DeadReLU(tmp_path, 8, on_sick=None), validation_data=(x, y))
    windows = recorded(tmp_path)
    assert [(start, step) for start, step, _ in windows] == [(0, 8), (8, 16), (16, 18)]
    for start, step, got in windows:
        np.testing.assert_allclose(got.loss, losses.mean(start, step), rtol=1e-4)


def test_merged_windows(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=ROWS)
    losses = BatchLosses()
    callback = DeadReLU(tmp_path, "batch", max_records=16, on_sick=None)
    fit(training.small(run_eagerly=True), x, y, losses, callback, epochs=4)
    windows = recorded(tmp_path)
    assert [(start, step) for start, step, _ in windows] == [(at, at + 2) for at in range(0, 24, 2)]
    for start, step, got in windows:
        np.testing.assert_allclose(got.loss, losses.mean(start, step), rtol=1e-4)


def test_input_numbers_are_of_the_observed_batches(tmp_path: pathlib.Path) -> None:
    batches = 40
    x = np.repeat(2.0 ** np.arange(batches), BATCH)[:, None].astype(np.float32)
    model = keras.Sequential([layers.Dense(3, "relu", trainable=False), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    callback = DeadReLU(tmp_path, on_sick=None)
    fit(model, x, x, callback, epochs=1)
    [(_, _, got)] = recorded(tmp_path)
    assert callback.monitor is not None and callback.monitor.newest is not None
    observed = next(iter(callback.monitor.newest.layers.values())).record.batches
    assert 0 < observed < batches
    # Each batch is a power of two of its own.
    total = round(got.input_mean * observed)
    assert bin(total).count("1") == observed
    assert 2.0 ** (total.bit_length() - 1) == got.input_max
    assert float(total & -total) == got.input_min


@pytest.mark.parametrize("kind", ["schedule", "plateau", "accumulation", "scaled"])
def test_learning_rate_is_that_at_the_end_of_the_window(tmp_path: pathlib.Path, kind: str) -> None:
    x, y = training.data((6,), rows=ROWS)
    rate: Any = 0.5
    if kind in ("schedule", "accumulation"):
        rate = keras.optimizers.schedules.ExponentialDecay(0.5, 1, 0.5)
    optimizer: Any = keras.optimizers.SGD(rate, gradient_accumulation_steps=2 if kind == "accumulation" else None)
    if kind == "scaled":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    losses = BatchLosses()
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=0, min_delta=1e9)
    # What is reduced at the end of an epoch counts from the next one on.
    others = [plateau] if kind == "plateau" else []
    model = training.small(optimizer=optimizer, run_eagerly=True)
    fit(model, x, y, DeadReLU(tmp_path, 3, on_sick=None), losses, *others)
    windows = recorded(tmp_path)
    got = [one.learning_rate for _, _, one in windows]
    assert got == pytest.approx(losses.rates[2::3], rel=1e-6)
    assert len(got) == 6 and (len(set(got)) > 1 or kind == "scaled")


def test_several_steps_per_execution(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=40)
    plain, many = (tmp_path / name for name in ("plain", "many"))
    for directory, steps in ((plain, 1), (many, 2)):
        model = training.small(steps_per_execution=steps)
        fit(model, x, y, DeadReLU(directory, coverage="all", on_sick=None), epochs=2)
    for (*when, got), (*expected_when, expected) in zip(recorded(many), recorded(plain), strict=True):
        assert when == expected_when
        for name in ("loss", "learning_rate", "input_mean", "input_min", "input_max", "input_constant"):
            np.testing.assert_allclose(getattr(got, name), getattr(expected, name), rtol=1e-6)


def with_rescaling() -> keras.Model:
    return keras.Sequential(
        [layers.Input([4]), layers.Rescaling(1 / 255, -0.5), layers.Dense(3, "relu"), layers.Dense(2)]
    )


def without_rescaling() -> keras.Model:
    return keras.Sequential([layers.Input([4]), layers.Dense(3, "relu"), layers.Dense(2)])


class Subclassed(keras.Model):
    """What it does to its input is in its code alone."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = layers.Dense(3, "relu")
        self.out = layers.Dense(2)

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(keras.ops.cast(x, "float32") / 255.0 - 0.5))


@pytest.mark.parametrize(
    ("build", "scale"),
    [(with_rescaling, 255.0), (without_rescaling, 1.0), (Subclassed, 255.0)],
    ids=["rescaled", "plain", "subclassed"],
)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_pixels_count_as_the_first_layer_is_given_them(
    tmp_path: pathlib.Path, build: Callable[[], keras.Model], scale: float, dtype: Any
) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, [16, 4]).astype(dtype)
    model = build()
    model.compile("sgd", "mse", run_eagerly=True)
    fit(model, x, np.zeros([16, 2], np.float32), DeadReLU(tmp_path, coverage="all", on_sick=None), epochs=1)
    [(_, _, got)] = recorded(tmp_path)
    assert_input(got, x / scale - (0.5 if scale > 1 else 0.0))


def test_inputs_of_many_kinds(tmp_path: pathlib.Path) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(3, 2, [16, 4]).astype(np.float32), rng.normal(size=[16, 5, 2]).astype(np.float32)
    words = rng.integers(0, 1000, [16, 3])
    given = {
        "a": keras.Input([4], name="a"),
        "words": keras.Input([3], name="words"),
        "b": keras.Input([5, 2], name="b"),
    }
    parts = [
        layers.Dense(3, "relu")(given["a"]),
        layers.Flatten()(layers.Embedding(1000, 2)(given["words"])),
        layers.GRU(3, "relu", recurrent_initializer="glorot_uniform")(given["b"]),
    ]
    model = keras.Model(given, layers.Dense(2)(layers.Concatenate()(parts)))
    model.compile("sgd", "mse", jit_compile=False)
    a[:, 1] = 2
    b[:, 3, 1] = -1
    fit(
        model,
        {"a": a, "b": b, "words": words},
        np.zeros([16, 2], np.float32),
        DeadReLU(tmp_path, coverage="all", on_sick=None),
        epochs=1,
    )
    [(_, _, got)] = recorded(tmp_path)
    assert_input(got, a, b)
    assert got.input_constant == pytest.approx(2 / 14)


def test_indices_have_no_range(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential(
        [layers.Input([3]), layers.Embedding(50, 4), layers.Flatten(), layers.Dense(3, "relu"), layers.Dense(2)]
    )
    model.compile("sgd", "mse", run_eagerly=True)
    x = np.arange(48).reshape(16, 3)
    fit(model, x, np.zeros([16, 2], np.float32), DeadReLU(tmp_path, on_sick=None), epochs=1)
    [(_, _, got)] = recorded(tmp_path)
    assert_no_input(got)
    assert got.loss > 0


def test_a_layer_that_normalizes_is_looked_behind(tmp_path: pathlib.Path) -> None:
    x, y = training.data((4,), rows=16)
    norm = layers.Normalization()
    norm.adapt(1000 + 50 * x)
    model = keras.Sequential([layers.Input([4]), norm, layers.Dense(3, "relu"), layers.Dense(2)])
    model.compile("sgd", "mse", run_eagerly=True)
    fit(model, 1000 + 50 * x, y, DeadReLU(tmp_path, coverage="all", on_sick=None), epochs=1)
    [(_, _, got)] = recorded(tmp_path)
    assert_input(got, (x - x.mean(0)) / x.std(0))


def test_wide_inputs_are_not_looked_at_feature_by_feature(tmp_path: pathlib.Path) -> None:
    x, y = training.data((40, 40, 3), rows=16)
    model = keras.Sequential(
        [layers.Input([40, 40, 3]), layers.Conv2D(2, 3, activation="relu"), layers.Flatten(), layers.Dense(2)]
    )
    model.compile("sgd", "mse", run_eagerly=True)
    fit(model, x, y, DeadReLU(tmp_path, coverage="all", on_sick=None), epochs=1)
    [(_, _, got)] = recorded(tmp_path)
    assert np.isnan(got.input_constant)
    np.testing.assert_allclose(
        [got.input_min, got.input_max, got.input_mean, got.input_deviation],
        [x.min(), x.max(), x.mean(), x.std()],
        rtol=1e-4,
        atol=1e-6,
    )


def test_not_finite_input(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=16)
    x[3, 2] = np.nan
    model = training.small(run_eagerly=True)
    fit(model, x, y, DeadReLU(tmp_path, coverage="all", on_sick=None), epochs=1)
    [(_, _, got)] = recorded(tmp_path)
    assert np.isnan([got.input_mean, got.input_deviation, got.loss]).all()


def test_loss_of_a_training_step_of_ones_own_is_not_known(tmp_path: pathlib.Path) -> None:
    class Own(keras.Sequential):
        def train_step(self, data: Any) -> dict[str, Any]:
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
            self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
            return {"loss": loss}

    x, y = training.data((6,), rows=16)
    model = Own([layers.Input([6]), layers.Dense(5, "relu"), layers.Dense(2)])
    model.compile("sgd", "mse", run_eagerly=True)
    fit(model, x, y, DeadReLU(tmp_path, on_sick=None), epochs=1)
    [(_, _, got)] = recorded(tmp_path)
    assert np.isnan(got.loss) and got.learning_rate == pytest.approx(0.01)


def test_layers_before_a_layer_are_in_its_tag(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=16)
    model = keras.Sequential(
        [layers.Input([6]), layers.Dense(5, "relu", name="a"), layers.Dense(4, "relu", name="b"), layers.Dense(2)]
    )
    model.compile("sgd", "mse", run_eagerly=True)
    fit(model, x, y, DeadReLU(tmp_path, on_sick=None), epochs=1)
    timelines = reader.read(tmp_path)["."]
    assert {name: one.info.input_layers for name, one in timelines.items()} == {"a": (), "b": ("a",)}


def test_loops_of_ones_own_say_what_they_know(tmp_path: pathlib.Path) -> None:
    x, _ = training.data((6,), rows=40)
    model = training.small()
    monitor = Monitor(model, coverage="all")
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        for number, start in enumerate(range(0, 40, 8), 1):
            with monitor.observing():
                model(x[start : start + 8], training=True)
            if number == 2:
                assert monitor.write(number, loss=tf.constant(0.5), learning_rate=np.float32(0.25))
        assert monitor.write()
    (_, _, first), (_, _, second) = recorded(tmp_path)
    assert (first.loss, first.learning_rate) == (0.5, 0.25)
    assert np.isnan([second.loss, second.learning_rate]).all()
    assert_input(first, x[:16])
    assert_input(second, x[16:])


def test_no_batch_waits_for_the_loss(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tb_deadrelu_plugin.instrument.loss import WindowLoss

    reads = []
    read = WindowLoss._read
    monkeypatch.setattr(WindowLoss, "_read", lambda self: reads.append(1) or read(self))
    x, y = training.data((6,), rows=160)
    fit(training.small(), x, y, DeadReLU(tmp_path, on_sick=None), epochs=2)
    # As an epoch begins and as it ends.
    assert len(reads) == 4
