"""Ways of training: mixed precision, frozen parts, masks, steps of the model's own, single batches, saving on the way."""

from __future__ import annotations

import copy
import pathlib
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import UnitState, metadata, read
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers


def fit(model: keras.Model, x: Any, y: Any, *callbacks: Any, epochs: int = 1, **options: Any) -> Any:
    options = {"batch_size": 16, "shuffle": False, "verbose": 0} | options
    return model.fit(x, y, epochs=epochs, callbacks=[*callbacks], **options)


def small_batches(rows: int = 64) -> tuple[np.ndarray, np.ndarray]:
    return training.data((6,), rows=rows)


# Mixed precision


def two_layers(dtype: str, optimizer: keras.optimizers.Optimizer, **compiled: Any) -> keras.Sequential:
    keras.utils.set_random_seed(3)
    hidden = [layers.Dense(units, "relu", name=f"hidden_{units}", dtype=dtype) for units in (16, 12)]
    model = keras.Sequential([layers.Input([6]), *hidden, layers.Dense(2, name="out", dtype="float32")])
    model.compile(optimizer, "mse", **{"jit_compile": False} | compiled)
    return model


@pytest.mark.parametrize("jit", [False, True], ids=["", "jit"])
@pytest.mark.parametrize("learning_rate", [0.0, 1e-4])
def test_steps_that_overflow_are_passed_over(tmp_path: pathlib.Path, learning_rate: float, jit: bool) -> None:
    """A scale that is too large at first: the optimizer skips steps until it is small enough, and so do the norms."""
    x, y = small_batches(1024)
    x = np.round(8 * x) / 8  # In float16 too, so that no unit changes its sign for the inputs' sake.
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(learning_rate), initial_scale=2.0**24)
    half = two_layers("mixed_float16", optimizer, jit_compile=jit)
    single = two_layers("float32", keras.optimizers.SGD(learning_rate))
    for weight, other in zip(half.weights, single.weights):
        rounded = np.asarray(weight).astype(np.float16).astype(np.float32)
        weight.assign(rounded)
        other.assign(rounded)
    scales = []
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: scales.append(float(np.asarray(optimizer.dynamic_scale)))
    )
    for model, run, callbacks in ((half, "half", [note]), (single, "single", [])):
        fit(model, x, y, DeadReLU(tmp_path / run, coverage="all"), *callbacks, epochs=2, batch_size=64)
    assert scales[0] < 2.0**24 and scales[-1] == scales[-16], "the first steps must have been skipped, the last not"
    halves, singles = read(tmp_path / "half")["."], read(tmp_path / "single")["."]
    for name in halves:
        assert not halves[name].non_finite_gradients.any() and not halves[name].non_finite_activations.any()
        assert not (halves[name].states() == UnitState.NON_FINITE).any()
        # Of the first epoch's 16 batches the norms leave out those that were skipped.
        for epoch, tolerance in ((0, 0.2), (1, 0.01)):
            ours, expected = halves[name].gradient_norm[epoch], singles[name].gradient_norm[epoch]
            np.testing.assert_allclose(ours[expected > 1e-3], expected[expected > 1e-3], rtol=tolerance)
            assert ((ours == 0) == (expected == 0)).all()


def test_overflow_without_dynamic_scaling_is_not_hidden(tmp_path: pathlib.Path) -> None:
    x, y = small_batches()
    model = training.small(optimizer=keras.optimizers.SGD(0.0, loss_scale_factor=2.0), loss=lambda y, p: p * np.inf)
    fit(model, x, y, DeadReLU(tmp_path))
    assert (read(tmp_path)["."]["hidden"].states()[-1] == UnitState.NON_FINITE).any()


# Frozen parts


@pytest.mark.parametrize("jit", [False, True], ids=["", "jit"])
def test_frozen_layers_are_said_to_be(tmp_path: pathlib.Path, jit: bool) -> None:
    model = training.mlp(jit_compile=jit)
    for name in ("dense", "before_relu"):
        model.get_layer(name).trainable = False
    model.compile("sgd", "mse", jit_compile=jit)
    x, y = small_batches()
    fit(model, x, y, DeadReLU(tmp_path))
    timelines = read(tmp_path)["."]
    for name in ("dense", "relu_layer"):
        assert timelines[name].info.gradient_at == metadata.STOPPED and timelines[name].gradient_norm is None
        assert not (timelines[name].states() == UnitState.NO_GRADIENT).any()
    # Behind trainable weights there are gradients again, and in frozen layers behind them too.
    assert timelines["activation_layer"].info.gradient_at == metadata.PRE_ACTIVATION
    assert (timelines["activation_layer"].gradient_norm > 0).any()


def test_behind_a_stopped_gradient(tmp_path: pathlib.Path) -> None:
    keras.utils.set_random_seed(0)
    inputs = keras.Input([6])
    stopped = layers.Dense(5, "relu", name="stopped")(inputs)
    going = layers.Dense(4, "relu", name="going")(keras.ops.stop_gradient(stopped))
    model = keras.Model(inputs, layers.Dense(2)(going))
    model.compile("sgd", "mse", jit_compile=False)
    with pytest.warns(UserWarning, match="Gradients do not exist for variables"):
        fit(model, *small_batches(), DeadReLU(tmp_path))
    timelines = read(tmp_path)["."]
    assert timelines["stopped"].info.gradient_at == metadata.STOPPED
    assert timelines["going"].info.gradient_at == metadata.PRE_ACTIVATION


def test_thawed_layers_have_gradients_from_then_on(tmp_path: pathlib.Path) -> None:
    model = training.small()
    x, y = small_batches()
    callback = DeadReLU(tmp_path)
    model.trainable = True
    model.get_layer("hidden").trainable = False
    model.compile("sgd", "mse", jit_compile=False)
    fit(model, x, y, callback)
    model.get_layer("hidden").trainable = True
    model.compile("sgd", "mse", jit_compile=False)
    fit(model, x, y, callback)
    timeline = read(tmp_path)["."]["hidden"]
    assert np.isnan(timeline.gradient_norm[0]).all() and np.isfinite(timeline.gradient_norm[1]).all()


@pytest.mark.parametrize("jit", [False, True], ids=["", "jit"])
def test_layers_frozen_later_are_said_to_be_from_then_on(tmp_path: pathlib.Path, jit: bool) -> None:
    model = training.mlp(jit_compile=jit)
    x, y = small_batches()
    callback = DeadReLU(tmp_path)
    fit(model, x, y, callback)
    assert callback.monitor.layers["dense"].gradient_at == metadata.PRE_ACTIVATION
    model.get_layer("dense").trainable = False
    model.compile("sgd", "mse", jit_compile=jit)
    fit(model, x, y, callback)
    assert callback.monitor.layers["dense"].gradient_at == metadata.STOPPED
    assert callback.monitor.layers["relu_layer"].gradient_at == metadata.PRE_ACTIVATION
    timelines = read(tmp_path)["."]
    frozen, other = timelines["dense"], timelines["relu_layer"]
    assert frozen.gradient_norm[0].any() and np.isnan(frozen.gradient_norm[1]).all()
    assert frozen.info.gradient_at == metadata.STOPPED and other.info.gradient_at == metadata.PRE_ACTIVATION
    assert not (frozen.states() == UnitState.NO_GRADIENT).any()
    assert other.gradient_norm.any(axis=1).all()


# Masks


def masked_model(first: keras.layers.Layer, *more: keras.layers.Layer) -> keras.Sequential:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Input([5, 3]), layers.Masking(), first, *more])
    model.compile("sgd", "mse", jit_compile=False)
    return model


@pytest.mark.parametrize("coverage", ["all", "sampled"])
def test_padded_time_steps_are_no_samples(tmp_path: pathlib.Path, coverage: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32, 5, 3)).astype(np.float32)
    lengths = rng.integers(1, 6, 32)
    for row, length in zip(x, lengths):
        row[length:] = 0
    dense = layers.Dense(4, "relu", bias_initializer="ones", name="dense")
    model = masked_model(dense, layers.ReLU(name="relu"), layers.GRU(3, activation="relu", name="gru"), layers.Dense(2))
    kernel, bias = dense.get_weights()
    # Active where the padding's zeros are, and nowhere else.
    kernel[:, 0], bias[0] = 0, 1
    dense.set_weights([kernel, bias])
    fit(model, x, np.zeros((32, 2)), DeadReLU(tmp_path, coverage=coverage))
    timelines = read(tmp_path)["."]
    assert {name: timeline.samples.tolist() for name, timeline in timelines.items()} == {
        name: [lengths.sum()] for name in ("dense", "relu", "gru")
    }
    before = np.maximum(x[:16] @ kernel + bias, 0)[np.arange(5) < lengths[:16, None]]
    if coverage == "all":
        assert timelines["dense"].active[0, 0] == lengths.sum()
        assert (timelines["dense"].active[0] >= (before > 0).sum(0)).all()


def test_gradients_of_padded_time_steps_are_left_out(tmp_path: pathlib.Path) -> None:
    x = np.random.default_rng(0).normal(size=(16, 5, 3)).astype(np.float32)
    x[:, 3:] = 0
    cut = layers.Lambda(lambda h: h[:, :, :2])
    cut.supports_masking = True
    model = masked_model(layers.Dense(4, "relu", bias_initializer="ones", name="dense"), cut)
    kernel, bias = model.get_layer("dense").get_weights()
    y = np.zeros((16, 5, 2), np.float32)

    class WithoutMask(keras.losses.Loss):
        """The loss sees the padding, and its gradient reaches it."""

        def call(self, y_true: Any, y_pred: Any) -> Any:
            return tf.reduce_mean(tf.square(y_pred - y_true), axis=-1)

    model.compile("sgd", WithoutMask(), jit_compile=False)
    fit(model, x, y, DeadReLU(tmp_path))
    timeline = read(tmp_path)["."]["dense"]
    assert timeline.samples.tolist() == [16 * 3]
    z = x @ kernel + bias
    with tf.GradientTape() as tape:
        at = tf.constant(z)
        tape.watch(at)
        loss = tf.reduce_mean(tf.square(tf.nn.relu(at)[:, :, :2]))
    gradient = tape.gradient(loss, at).numpy()[:, :3]
    ours = timeline.gradient_norm[0][:2]
    expected = np.sqrt(np.square(gradient).sum((0, 1)))[:2]
    # Keras may leave padded steps out of the mean too: then all norms are larger by one factor.
    np.testing.assert_allclose(ours / ours[0], expected / expected[0], rtol=3e-3)


def test_a_mask_that_does_not_fit_is_none(tmp_path: pathlib.Path) -> None:
    x = np.ones((8, 5, 3), np.float32)
    with pytest.warns(UserWarning, match="does not support masking"):
        model = masked_model(
            layers.Conv1D(4, 3, activation="relu", name="conv"), layers.GlobalMaxPooling1D(), layers.Dense(2)
        )
        fit(model, x, np.zeros((8, 2)), DeadReLU(tmp_path))
    assert read(tmp_path)["."]["conv"].samples.tolist() == [8 * 3]


# Steps of the model's own, and batches one by one


class OwnStep(keras.Model):
    """A model with a training step of its own, in which the network runs twice."""

    def __init__(self) -> None:
        super().__init__(name="own")
        self.hidden = layers.Dense(5, "relu", name="hidden")
        self.out = layers.Dense(2, name="out")

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(x))

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x, training=True) - y)) + tf.reduce_mean(self(-x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}


@pytest.mark.parametrize("how", ["graph", "jit", "eager"])
def test_a_training_step_of_the_models_own(tmp_path: pathlib.Path, how: str) -> None:
    keras.utils.set_random_seed(0)
    model = OwnStep()
    model.compile(keras.optimizers.SGD(0.0), jit_compile=how == "jit", run_eagerly=how == "eager")
    x, y = small_batches()
    fit(model, x, y, DeadReLU(tmp_path), epochs=2)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.samples.tolist() == [128, 128] and timeline.info.calls == 2
    z = np.concatenate([x, -x]) @ np.asarray(model.hidden.kernel) + np.asarray(model.hidden.bias)
    assert timeline.active.tolist() == [(z > 0).sum(0).tolist()] * 2


def test_batches_one_by_one(tmp_path: pathlib.Path) -> None:
    """`train_on_batch`, with callbacks driven as `fit` does."""
    x, y = small_batches()
    models = [training.small(), training.small()]
    for model in models:
        callbacks = keras.callbacks.CallbackList(
            [DeadReLU(tmp_path, 2)] if model is models[0] else [], model=model, epochs=2, steps=4
        )
        callbacks.on_train_begin()
        for epoch in range(2):
            callbacks.on_epoch_begin(epoch)
            for batch in range(4):
                callbacks.on_train_batch_begin(batch)
                model.train_on_batch(x[16 * batch :][:16], y[16 * batch :][:16])
                callbacks.on_train_batch_end(batch)
            callbacks.on_epoch_end(epoch)
        callbacks.on_train_end()
    for a, b in zip(models[0].get_weights(), models[1].get_weights()):
        assert a.tobytes() == b.tobytes()
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [2, 4, 6, 8] and timeline.samples.tolist() == [32] * 4


@pytest.mark.parametrize("steps_per_execution", [1, 3])
@pytest.mark.parametrize("coverage", ["all", "sampled"])
def test_data_of_unknown_length(tmp_path: pathlib.Path, steps_per_execution: int, coverage: Any) -> None:
    """Where data runs out, TensorFlow computes what does not depend on it: none of that may count."""
    x, y = small_batches(72)
    dataset = tf.data.Dataset.from_generator(
        lambda: ((x[i : i + 16], y[i : i + 16]) for i in range(0, 72, 16)),
        output_signature=(tf.TensorSpec([None, 6]), tf.TensorSpec([None, 2])),
    )
    model = training.small(steps_per_execution=steps_per_execution, optimizer=keras.optimizers.SGD(0.0))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Your input ran out of data")
        model.fit(dataset, epochs=3, verbose=0, shuffle=False, callbacks=[DeadReLU(tmp_path, coverage=coverage)])
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.samples.tolist() == [72] * 3 and timeline.batches.tolist() == [5] * 3
    assert timeline.steps.tolist() == [5, 10, 15] and timeline.epoch_samples.tolist() == [72] * 3
    z = x @ model.get_layer("hidden").get_weights()[0] + model.get_layer("hidden").get_weights()[1]
    assert timeline.active.tolist() == [(z > 0).sum(0).tolist()] * 3


def test_sample_weights_change_gradients_and_not_samples(tmp_path: pathlib.Path) -> None:
    x, y = small_batches()
    norms = []
    for run, weight in (("one", np.ones(64)), ("half", np.full(64, 0.5))):
        model = training.small(
            optimizer=keras.optimizers.SGD(0.0), loss=keras.losses.MeanSquaredError(reduction="sum_over_batch_size")
        )
        fit(model, x, y, DeadReLU(tmp_path / run), sample_weight=weight)
        timeline = read(tmp_path / run)["."]["hidden"]
        assert timeline.samples.tolist() == [64]
        norms.append(timeline.gradient_norm[0])
    np.testing.assert_allclose(norms[1], norms[0] / 2, rtol=3e-3)


def test_a_resumed_run_goes_on(tmp_path: pathlib.Path) -> None:
    """A run that is resumed from a saved model, optimizer included: steps go on, and nothing is there twice."""
    x, y = small_batches()
    model = training.small(optimizer=keras.optimizers.Adam(1e-3))
    fit(model, x, y, DeadReLU(tmp_path / "run"), epochs=2)
    model.save(tmp_path / "saved.keras")
    again = keras.models.load_model(tmp_path / "saved.keras")
    fit(again, x, y, DeadReLU(tmp_path / "run"), epochs=4, initial_epoch=2)
    timeline = read(tmp_path / "run")["."]["hidden"]
    assert timeline.steps.tolist() == [4, 8, 12, 16] and timeline.window_start_steps.tolist() == [0, 4, 8, 12]
    assert timeline.samples.tolist() == [64] * 4


# Saving, cloning and pickling on the way


def saved(model: keras.Model, path: pathlib.Path) -> keras.Model:
    model.save(path / "on_the_way.keras")
    return keras.models.load_model(path / "on_the_way.keras")


COPIES: dict[str, Callable[[keras.Model, pathlib.Path], keras.Model]] = {
    "save": saved,
    "clone": lambda model, path: keras.models.clone_model(model),
    "pickle": lambda model, path: pickle.loads(pickle.dumps(model)),
    "deepcopy": lambda model, path: copy.deepcopy(model),
    "config": lambda model, path: keras.Sequential.from_config(model.get_config()),
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("when", ["in the step", "between armed and step"])
def test_copies_made_while_watched_know_nothing_of_it(tmp_path: pathlib.Path, how: str, when: str) -> None:
    copies = []

    class Copying(keras.Sequential):
        """Copies a plain model of its layers in the midst of a training step."""

        def train_step(self, data: Any) -> Any:
            if when == "in the step" and not copies:
                copies.append(COPIES[how](twin, tmp_path))
            return super().train_step(data)

    keras.utils.set_random_seed(0)
    model = Copying([layers.Input([6]), layers.Dense(5, "relu"), layers.ReLU(), layers.LeakyReLU(), layers.Dense(2)])
    model.compile("sgd", "mse", run_eagerly=True)
    twin = keras.Sequential([layers.Input([6]), *model.layers])

    def copy_once(batch: int, logs: Any) -> None:
        if when != "in the step" and not copies:
            copies.append(COPIES[how](twin, tmp_path))

    before = keras.callbacks.LambdaCallback(on_train_batch_begin=copy_once)
    fit(model, *small_batches(), DeadReLU(tmp_path / "run"), before)
    (other,) = copies
    other(np.ones((2, 6)))
    for layer in other.layers:
        assert "call" not in vars(layer)
        if isinstance(layer, layers.Dense):
            assert layer.activation in (keras.activations.relu, keras.activations.linear)
    assert [type(layer) for layer in other.layers] == [type(layer) for layer in model.layers]
    fit_again = Monitor(other)
    with fit_again.observing():
        other(np.ones((2, 6)))
    assert all(one.samples == 2 for one in fit_again.collect().values())


# Eager and graph loops


@pytest.mark.parametrize("how", ["eager", "graph", "jit"])
@pytest.mark.parametrize("coverage", ["all", "sampled"])
def test_a_loop_of_ones_own(tmp_path: pathlib.Path, how: str, coverage: Any) -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([layers.Input([6]), layers.Dense(5, "relu", name="hidden"), layers.Dense(2)])
    plain = keras.models.clone_model(model)
    plain.set_weights(model.get_weights())
    x, y = small_batches(160)
    monitor = Monitor(model, coverage=coverage)

    def make(network: keras.Model, watched: bool) -> Callable[..., None]:
        optimizer = keras.optimizers.Adam(1e-2)
        optimizer.build(network.trainable_weights)

        def step(x: tf.Tensor, y: tf.Tensor) -> None:
            with monitor.observing() if watched else tf.name_scope("plain"), tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(network(x, training=True) - y))
            optimizer.apply(tape.gradient(loss, network.trainable_weights), network.trainable_weights)

        return step if how == "eager" else tf.function(step, jit_compile=how == "jit")

    steps = [make(model, True), make(plain, False)]
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        for number in range(1, 41):
            batch = slice(4 * (number - 1), 4 * number)
            for step in steps:
                step(x[batch], y[batch])
            if number % 20 == 0:
                assert monitor.write(number)
    for a, b in zip(model.get_weights(), plain.get_weights()):
        assert a.tobytes() == b.tobytes()
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [20, 40] and timeline.screened_samples.tolist() == [80, 80]
    assert timeline.samples[0] == (80 if coverage == "all" else 4 * timeline.batches[0])
    assert (timeline.gradient_norm > 0).any() and timeline.info.gradient_at == metadata.PRE_ACTIVATION
