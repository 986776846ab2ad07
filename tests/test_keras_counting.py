"""What counts as a sample, and what does not, in training steps that are more than one pass over rows of numbers."""

from __future__ import annotations

import pathlib
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import Monitor, watch
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
X, Y = training.data((6,), rows=64)


def fit(model: keras.Model, *callbacks: Any, x: Any = X, y: Any = Y, **options: Any) -> None:
    options = {"batch_size": 16, "shuffle": False} | options
    model.fit(x, y, verbose=0, callbacks=[*callbacks], **options)


def active_rows(dense: layers.Dense, x: np.ndarray) -> list[int]:
    """Active samples of each unit, by the weights as they are."""
    kernel, bias = dense.get_weights()
    return np.count_nonzero(x @ kernel + bias > 0, axis=0).tolist()


@pytest.mark.parametrize("coverage", ["all", "sampled"])
def test_sparse_input(tmp_path: pathlib.Path, coverage: Any) -> None:
    x = np.where(X > 0.8, X, 0)
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Input([6], sparse=True), layers.Dense(5, "relu", name="hidden"), layers.Dense(2)])
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    rows = tf.data.Dataset.from_tensor_slices((tf.sparse.from_dense(x), Y)).batch(16)
    fit(model, DeadReLU(tmp_path, coverage=coverage), x=rows, y=None, batch_size=None, shuffle=None)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.samples.tolist() == [64]
    assert timeline.active.tolist() == [active_rows(model.get_layer("hidden"), x)]


@pytest.mark.parametrize("coverage", ["all", "sampled"])
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_batch_that_raises_is_counted_whole_or_not_at_all(tmp_path: pathlib.Path, where: str, coverage: Any) -> None:
    def checked(x: Any) -> Any:
        with tf.control_dependencies([tf.debugging.assert_less(tf.reduce_max(x), 1e6)]):
            return tf.identity(x)

    keras.utils.set_random_seed(0)
    hidden = layers.Dense(5, "relu", bias_initializer=keras.initializers.Constant(1e4), name="hidden")
    check = layers.Lambda(checked)
    model = keras.Sequential([layers.Input([6]), *([check, hidden] if where == "before" else [hidden, check])])
    model.add(layers.Dense(2))
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    x = X.copy()
    x[40] = 1e9 * np.sign(hidden.kernel.numpy()[:, 0])
    callback = DeadReLU(tmp_path, coverage=coverage)
    with pytest.raises(tf.errors.InvalidArgumentError):
        fit(model, callback, x=x)
    assert callback.monitor.batches == 2
    fit(model, callback, x=X[:32], y=Y[:32])
    timeline = read(tmp_path)["."]["hidden"]
    # The optimizer counts an iteration all the same, as it may.
    assert timeline.steps[0] == 2 and timeline.batches.tolist() == [2, 2]
    # What was computed before it raised may count, or not.
    assert timeline.samples[1] == 32 and timeline.samples[0] in ([32] if where == "before" else [32, 48])
    norms = timeline.gradient_norm
    if where == "before":
        assert timeline.active.tolist() == [[32] * 5] * 2
        assert np.all(timeline.zero_fraction == 0)
    np.testing.assert_allclose(norms[0], norms[1], rtol=2e-3)


class Own(keras.Model):
    """A Dense layer of ReLUs and an output, put together by a function; and how it is trained, where that is given."""

    def __init__(self, forward: Callable[..., Any], step: Callable[..., Any] | None = None, target: Any = None) -> None:
        keras.utils.set_random_seed(0)
        super().__init__(name="own")
        self.target = target
        self.hidden, self.out = layers.Dense(5, "relu", name="hidden"), layers.Dense(2, name="out")
        self.forward, self.step = forward, step
        self(X[:2])

    def call(self, x: Any, training: bool | None = None) -> Any:
        return self.forward(self, x)

    def train_step(self, data: Any) -> Any:
        return super().train_step(data) if self.step is None else self.step(self, *data)


def plain(model: Own, x: Any) -> Any:
    return model.out(model.hidden(x))


def trained(model: Own, loss: Any, tape: tf.GradientTape) -> dict[str, Any]:
    model.optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
    return {"loss": loss}


COMPILED = [{"jit_compile": False}, {"jit_compile": True}, {"run_eagerly": True}]


def vectorized(model: Own, x: Any) -> Any:
    h = tf.vectorized_map(lambda row: model.hidden(row[None])[0], x)
    return tf.ensure_shape(h, [None, 5])


@pytest.mark.parametrize("options", COMPILED, ids=str)
@pytest.mark.parametrize("chosen", [None, ["hidden", "out"]], ids=["all", "named"])
def test_within_a_vectorized_map_nothing_is_recorded(tmp_path: pathlib.Path, options: dict, chosen: Any) -> None:
    model = Own(lambda model, x: model.out(vectorized(model, x)))
    model.out.activation = keras.activations.relu
    model.compile(keras.optimizers.SGD(0.0), "mse", **options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(model, DeadReLU(tmp_path, layers=chosen))
    ours = [str(one.message) for one in caught if "recorded" in str(one.message) or "watch" in str(one.message)]
    assert ours == [
        "Nothing is recorded within tf.vectorized_map, which builds its function for one element: 'hidden'. To record "
        "what it computes, watch what it returns: from tb_deadrelu_plugin.tensorflow import watch; "
        'h = watch(tf.vectorized_map(...), "name").'
    ]
    timelines = read(tmp_path)["."]
    assert list(timelines) == ["out"] and timelines["out"].samples.tolist() == [64]


def test_what_a_vectorized_map_returns_can_be_watched(tmp_path: pathlib.Path) -> None:
    def inside(model: Own, x: Any) -> Any:
        return tf.ensure_shape(tf.vectorized_map(lambda row: watch(model.hidden(row[None]), "inside")[0], x), [None, 5])

    model = Own(lambda model, x: model.out(watch(inside(model, x), "outside")))
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    with pytest.warns(UserWarning, match="Nothing is recorded within tf.vectorized_map") as caught:
        fit(model, DeadReLU(tmp_path))
    assert [str(one.message).split(": ")[1].split(". ")[0] for one in caught] == ["'inside'", "'hidden'"]
    timelines = read(tmp_path)["."]
    assert list(timelines) == ["outside"]
    assert timelines["outside"].samples.tolist() == [64]
    assert timelines["outside"].active.tolist() == [active_rows(model.hidden, X)]
    assert timelines["outside"].gradient_norm is not None and timelines["outside"].gradient_norm.all()


def test_a_jacobian_is_no_gradient_of_the_loss(tmp_path: pathlib.Path) -> None:
    def step(model: Own, x: Any, y: Any, with_jacobian: bool) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            predicted = model(x, training=True)
            loss = tf.reduce_mean(tf.square(predicted - y))
        size = tf.norm(tape.batch_jacobian(predicted, x)) if with_jacobian else 0.0
        return trained(model, loss, tape) | {"size": size}

    norms = []
    for with_jacobian in (False, True):
        model = Own(plain, lambda *given, own=with_jacobian: step(*given, own))
        model.compile(keras.optimizers.SGD(0.0), jit_compile=False)
        fit(model, DeadReLU(tmp_path / str(with_jacobian)))
        norms.append(read(tmp_path)[str(with_jacobian)]["hidden"].gradient_norm.tolist())
    assert norms[0] == norms[1]


@pytest.mark.parametrize("options", COMPILED, ids=str)
def test_passes_without_training_are_no_samples(tmp_path: pathlib.Path, options: dict) -> None:
    """Those that give the targets, of the same layers and of a network of its own, and those that look at the input's share."""

    def step(model: Own, x: Any, y: Any) -> Any:
        targets = model(-x, training=False) + model.target(x, training=False)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - tf.stop_gradient(targets)))
        logs = trained(model, loss, tape)
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = 1000 * tf.reduce_sum(model(x, training=False))
        return logs | {"saliency": tf.norm(tape.gradient(total, x))}

    model = Own(plain, step, training.small())
    model.compile(keras.optimizers.SGD(0.0), **options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(model, DeadReLU(tmp_path))
    (warning,) = (str(one.message) for one in caught if "recorded" in str(one.message) or "watch" in str(one.message))
    assert (
        "do not call, or only with training=False, or only within a tf.function of their own: 'small/hidden'."
        in warning
    )
    timelines = read(tmp_path)["."]
    assert list(timelines) == ["hidden"]
    assert timelines["hidden"].info.calls == 1 and timelines["hidden"].samples.tolist() == [64]
    assert timelines["hidden"].active.tolist() == [active_rows(model.hidden, X)]
    targets = model(-X) + model.target(X)
    truths = []
    for rows in range(0, 64, 16):
        x = tf.constant(X[rows : rows + 16])
        with tf.GradientTape() as tape:
            z = x @ model.hidden.kernel + model.hidden.bias
            tape.watch(z)
            loss = tf.reduce_mean(tf.square(model.out(tf.nn.relu(z)) - targets[rows : rows + 16]))
        truths.append(np.square(tape.gradient(loss, z)).sum(0))
    np.testing.assert_allclose(timelines["hidden"].gradient_norm, [np.sqrt(np.mean(truths, 0))], rtol=2e-3)


@pytest.mark.parametrize("options", [{}, {"jit_compile": True}, None], ids=["autograph", "jit", "eager"])
def test_passes_without_training_in_a_loop_of_ones_own(options: dict | None) -> None:
    model = training.small()
    monitor = Monitor(model, coverage="all")

    def step(x: Any) -> None:
        with monitor.observing(), tf.GradientTape() as tape:
            targets = model(-x, training=False)
            loss = tf.reduce_mean(tf.square(model(x) - targets))
        tape.gradient(loss, model.trainable_weights)

    (step if options is None else tf.function(step, **options))(tf.constant(X))
    record = monitor.collect()["hidden"]
    assert record.samples == 64 and record.active.tolist() == active_rows(model.get_layer("hidden"), X)


def test_a_part_in_inference_mode_of_a_model_that_is_trained_counts(tmp_path: pathlib.Path) -> None:
    base = keras.Sequential([layers.Input([6]), layers.Dense(5, "relu", name="hidden")], name="base")
    inputs = keras.Input([6])
    functional = keras.Model(inputs, layers.Dense(2, "relu", name="out")(base(inputs, training=False)))

    class ByDefault(keras.Model):
        """Has a default that Keras hands on, and that is meant for no pass in particular."""

        def __init__(self) -> None:
            super().__init__()
            self.own = training.small()

        def call(self, x: Any, training: bool = False) -> Any:
            return self.own(x, training=training)

        def train_step(self, data: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(self(data[0]) - data[1]))
            return trained(self, loss, tape)

    by_default = ByDefault()
    by_default(X[:2])
    for name, model in (("functional", functional), ("default", by_default)):
        model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
        fit(model, DeadReLU(tmp_path / name))
    samples = {run: {name: t.samples.tolist() for name, t in own.items()} for run, own in read(tmp_path).items()}
    assert samples == {"default": {"small/hidden": [64]}, "functional": {"base/hidden": [64], "out": [64]}}
