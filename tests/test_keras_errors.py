"""Bad input to the callback, and what goes wrong while it watches."""

from __future__ import annotations

import pathlib
import re
import warnings
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import UnitState, read
from tb_deadrelu_plugin.keras import DeadReLU, check_units
from tests import training

pytestmark = pytest.mark.tensorflow

X, Y = training.data((6,))


def fit(model: keras.Model, *callbacks: Any, epochs: int = 2, **options: Any) -> Any:
    return model.fit(X, Y, batch_size=16, epochs=epochs, shuffle=False, verbose=0, callbacks=[*callbacks], **options)


@pytest.mark.parametrize("update_freq", ["epochs", "", 0, -1, 1.5, True, None])
def test_update_freq(update_freq: Any) -> None:
    expected = f'update_freq must be "epoch", "batch" or a positive integer number of batches, got {update_freq!r}.'
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        DeadReLU("logs", update_freq)


@pytest.mark.parametrize("threshold", [-0.1, float("nan"), float("inf")])
def test_threshold(threshold: float) -> None:
    expected = f"threshold must be finite and at least 0, got {threshold}."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        DeadReLU("logs", threshold=threshold)


def test_layer_that_does_not_exist(tmp_path: pathlib.Path) -> None:
    expected = "No layer 'hiden', 'dense_7' in model 'small'; its layers are: 'hidden', 'out'."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        fit(training.small(), DeadReLU(tmp_path, layers=["hiden", "out", "dense_7"]))
    with pytest.raises(ValueError, match="^No layer 'hiden' in model"):
        fit(training.small(), DeadReLU(tmp_path, layers="hiden"))


def test_layer_without_an_activation(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([keras.layers.Input([6]), keras.layers.Dropout(0.5, name="drop"), keras.layers.Dense(2)])
    model.compile("sgd", "mse", jit_compile=False)
    expected = (
        "Layer 'drop' (Dropout) has no activation to watch: expected a layer with an `activation`, or an activation "
        "layer such as ReLU."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        fit(model, DeadReLU(tmp_path, layers=["drop"]))


def test_nothing_to_watch(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([keras.layers.Input([6]), keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)], name="m")
    model.compile("sgd", "mse", jit_compile=False)
    with pytest.raises(ValueError) as info:
        fit(model, DeadReLU(tmp_path))
    assert str(info.value) == (
        "Nothing to watch in model 'm': none of its 2 layers has an activation of the ReLU family (celu, elu, gelu, "
        "hard_shrink, hard_silu, hard_swish, leaky_relu, mish, prelu, relu, relu6, selu, silu, soft_shrink, softplus, sparse_plus, "
        "squareplus, swish, threshold), given as activation=... or as a layer of its own. "
        "Functions are known by their name, so that lambdas are not. "
        "To watch other layers, name them: layers=[...]."
    )


def test_directory_that_can_not_be_written(tmp_path: pathlib.Path) -> None:
    # Below a regular file nobody can make a directory, not even root.
    (tmp_path / "file").write_text("")
    model = training.small()
    model.get_layer("hidden").set_weights([np.zeros([6, 5]), np.array([-1, -1, 1, 1, 1])])
    callback = DeadReLU(tmp_path / "file" / "run1", "batch")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = fit(model, callback)
    (warning,) = (one for one in caught if "Dead ReLU" in str(one.message))
    assert warning.category is RuntimeWarning
    expected = f"Dead ReLU records can't be written to {str(tmp_path / 'file' / 'run1')!r}; training goes on without"
    assert str(warning.message).startswith(expected)
    assert len(history.history["loss"]) == 2
    assert callback.monitor.dead_units()["hidden"].tolist() == [0, 1]


@pytest.mark.parametrize("error", [OSError("no space left"), tf.errors.PermissionDeniedError(None, None, "no rights")])
def test_writer_that_fails_in_the_middle(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    write, count = tf.summary.experimental.write_raw_pb, 0

    def failing(*args: Any) -> Any:
        nonlocal count
        count += 1
        if count > 2:
            raise error
        return write(*args)

    monkeypatch.setattr(tf.summary.experimental, "write_raw_pb", failing)
    model, twin = training.small(), training.small()
    callback = DeadReLU(tmp_path, "batch")
    with pytest.warns(RuntimeWarning, match="training goes on without them: no (space left|rights)") as caught:
        fit(model, callback)
    assert len(caught) == 1
    fit(twin)
    assert all(map(np.array_equal, model.get_weights(), twin.get_weights()))
    assert callback.monitor.step == 6 and callback.monitor.collect() == {}

    monkeypatch.undo()
    # The next training tries again.
    fit(model, callback, epochs=1)
    assert read(tmp_path)["."]["hidden"].steps.tolist() == [1, 2, 7, 8, 9]


def test_not_finite_activations_and_gradients(tmp_path: pathlib.Path) -> None:
    x, y = X.copy(), Y.copy()
    x[3, 0] = np.nan
    y[20] = np.inf
    model = training.small(run_eagerly=True)
    callback = DeadReLU(tmp_path, "batch")
    model.fit(x, y, batch_size=16, shuffle=False, verbose=0, callbacks=[callback])
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.non_finite_activations[0].tolist() == [1] * 5
    # What is active on that row of the first batch is known; what is NaN is neither.
    hidden = training.small().get_layer("hidden")
    known = np.delete(x[:16], 3, axis=0)
    assert timeline.active[0].tolist() == np.count_nonzero(hidden(known).numpy(), axis=0).tolist()
    assert timeline.non_finite_gradients[0].tolist() == [1] * 5
    # The loss was NaN, so are the weights from then on.
    assert timeline.non_finite_activations[1:].tolist() == [[16] * 5, [8] * 5]
    assert not timeline.active[1:].any()
    assert (timeline.states() == UnitState.NON_FINITE).all()
    assert timeline.dead_units().tolist() == [] == callback.monitor.dead_units()["hidden"].tolist()


def test_not_finite_loss_alone(tmp_path: pathlib.Path) -> None:
    y = Y.copy()
    y[0] = np.nan
    model = training.small()
    model.fit(X, y, batch_size=40, shuffle=False, verbose=0, callbacks=[DeadReLU(tmp_path)])
    timeline = read(tmp_path)["."]["hidden"]
    assert not timeline.non_finite_activations.any() and timeline.active.any()
    # Only the row with the bad target has a gradient of NaN.
    assert timeline.non_finite_gradients.tolist() == [[1] * 5]
    assert np.isfinite(timeline.gradient_norm).all()


def test_layer_whose_units_are_not_known(tmp_path: pathlib.Path) -> None:
    class Shapeless(keras.layers.Layer):
        """Calls its activation on a tensor whose last size is known only in the graph."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.activation = keras.activations.relu

        def call(self, inputs: Any) -> Any:
            if isinstance(inputs, keras.KerasTensor):
                return inputs
            size = tf.shape(inputs)[1] + tf.cast(0 * inputs[0, 0], tf.int32)
            return tf.ensure_shape(self.activation(tf.reshape(inputs, tf.stack([-1, size]))), inputs.shape)

    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.layers.Input([6]),
            keras.layers.Dense(4, "relu", name="hidden"),
            Shapeless(name="odd"),
            keras.layers.Dense(2),
        ]
    )
    model.compile("sgd", "mse", jit_compile=False)
    expected = "A call of layer 'odd' is not recorded: the number of units must be known when the step is built, got shape (None, None)."
    with pytest.warns(UserWarning, match=re.escape(expected)):
        fit(model, DeadReLU(tmp_path))
    assert list(read(tmp_path)["."]) == ["hidden"]


def test_activation_of_one_dimension_is_not_recorded(tmp_path: pathlib.Path) -> None:
    class Scalar(keras.layers.Layer):
        """Calls its activation on one number per row."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.activation = keras.activations.relu

        def call(self, inputs: Any) -> Any:
            return inputs * self.activation(inputs[:, 0])[:, None]

    model = keras.Sequential(
        [keras.layers.Input([6]), Scalar(name="scalar"), keras.layers.Dense(2, "relu", name="out")]
    )
    model.compile("sgd", "mse", jit_compile=False)
    with pytest.warns(
        UserWarning, match="A call of layer 'scalar' is not recorded: activations must have at least 2 dimensions"
    ):
        fit(model, DeadReLU(tmp_path))
    assert list(read(tmp_path)["."]) == ["out"]


def test_no_gradient_reaches_the_layer(tmp_path: pathlib.Path) -> None:
    keras.utils.set_random_seed(0)
    inputs = keras.Input([6])
    cut = keras.layers.Dense(4, "relu", name="cut")(inputs)
    stopped = keras.layers.Lambda(tf.stop_gradient, output_shape=(4,))(cut)
    model = keras.Model(inputs, keras.layers.Dense(2)(stopped))
    model.compile("sgd", "mse", jit_compile=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit(model, DeadReLU(tmp_path))
    timeline = read(tmp_path)["."]["cut"]
    assert timeline.active.any()
    assert timeline.gradient_norm is None and timeline.info.gradient_at is None


@pytest.mark.parametrize("x", [np.zeros([0, 6], np.float32), [np.zeros([3, 6]), np.zeros([2, 6])]])
def test_check_units_needs_rows(x: Any) -> None:
    with pytest.raises(ValueError, match="x must hold arrays of one and the same number of rows, at least 1, got"):
        check_units(training.small(), x)
