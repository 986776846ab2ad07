"""Models that are put together in unusual ways: they train as ever, and what can be recorded of them is."""

from __future__ import annotations

import gc
import pathlib
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import UnitState, read
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers


def fit(model: keras.Model, x: Any, y: Any, *callbacks: Any, epochs: int = 1) -> Any:
    return model.fit(x, y, epochs=epochs, batch_size=16, shuffle=False, verbose=0, callbacks=[*callbacks])


class Own(keras.layers.Layer):
    """A layer of one's own."""

    def __init__(self, function: Callable[[Any, Any], Any], **held: Any) -> None:
        super().__init__(name="own")
        self.function = function
        for name, value in held.items():
            setattr(self, name, value)

    def call(self, inputs: Any) -> Any:
        return self.function(self, inputs)

    def compute_output_shape(self, shape: Any) -> Any:
        return shape


def around(layer: keras.layers.Layer, **compiled: Any) -> keras.Sequential:
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Input([6]), layers.Dense(5, "relu", name="hidden"), layer, layers.Dense(2)])
    model.compile(**{"optimizer": keras.optimizers.SGD(0.01), "loss": "mse", "jit_compile": False} | compiled)
    return model


def in_a_loop(own: Any, x: Any) -> Any:
    return tf.while_loop(lambda i, h: i < 2, lambda i, h: (i + 1, own.held(h)), [0, x], maximum_iterations=2)[1]


def in_a_branch(own: Any, x: Any) -> Any:
    return tf.cond(tf.reduce_sum(x) > -1e9, lambda: own.held(x), lambda: x)


# What is made of it, what holds the activation, and under which name it is recorded with a gradient or without.
ODD: dict[str, tuple[Callable[[Any, Any], Any], Callable[[], dict[str, Any]], str | None, bool]] = {
    "branch": (in_a_branch, lambda: {"held": layers.Dense(5, "relu", name="d")}, "own/d", False),
    "loop": (in_a_loop, lambda: {"held": layers.ReLU(name="r")}, "own/r", False),
    "activation by name": (lambda own, x: own.act(x=x), lambda: {"act": keras.activations.relu}, "own/act", True),
    "features by name": (lambda own, x: own.act(features=x), lambda: {"act": tf.nn.relu}, "own/act", True),
    "inputs by name": (lambda own, x: own.held(inputs=x), lambda: {"held": layers.ReLU(name="r")}, "own/r", True),
    "a flag called bias": (
        lambda own, x: own.activation(x),
        lambda: {"activation": keras.activations.relu, "bias": True},
        "own",
        True,
    ),
    "integers": (
        lambda own, x: tf.cast(own.act(tf.cast(x * 4, tf.int32)), tf.float32) + x,
        lambda: {"act": keras.activations.relu},
        "own/act",
        False,
    ),
    "one bias for all": (
        lambda own, x: own.activation(x + own.bias),
        lambda: {"activation": keras.activations.relu, "bias": tf.constant([0.5])},
        "own",
        True,
    ),
    "bound of zero": (
        lambda own, x: own.held(x) + x,
        lambda: {"held": layers.ReLU(max_value=0, name="r")},
        "own/r",
        True,
    ),
}


@pytest.mark.parametrize("coverage", ["all", "sampled"])
@pytest.mark.parametrize("kind", ODD)
def test_training_is_what_it_was(tmp_path: pathlib.Path, kind: str, coverage: Any) -> None:
    function, held, name, has_gradient = ODD[kind]
    x, y = training.data((6,), rows=64)
    models = [around(Own(function, **held())) for _ in range(2)]
    models[1].set_weights(models[0].get_weights())
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Gradients do not exist")
        fit(models[0], x, y, epochs=2)
        fit(models[1], x, y, DeadReLU(tmp_path, coverage=coverage), epochs=2)
    for a, b in zip(models[0].get_weights(), models[1].get_weights()):
        assert a.tobytes() == b.tobytes()
    timelines = read(tmp_path)["."]
    assert set(timelines) == {"hidden", name}
    assert timelines[name].samples.tolist() == [64 * (2 if kind == "loop" else 1)] * 2
    assert (timelines[name].gradient_norm is not None) == has_gradient
    assert timelines[name].info.gradient_at != "stopped" or kind == "integers"


@pytest.mark.parametrize("jit", [False, True], ids=["", "jit"])
def test_within_a_function_of_its_own(tmp_path: pathlib.Path, jit: bool) -> None:
    dense = layers.Dense(5, "relu", name="d")
    inner = tf.function(lambda x: dense(x))
    model = around(Own(lambda own, x: inner(x), held=dense), jit_compile=jit)
    x, y = training.data((6,), rows=64)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit(model, x, y, DeadReLU(tmp_path))
    # Keras' own step finds no gradient there either, and says so.
    ours = [str(one.message) for one in caught if "Gradients do not exist" not in str(one.message)]
    assert len(ours) == 1 and "only within a tf.function of their own: 'own/d'." in ours[0]
    assert list(read(tmp_path)["."]) == ["hidden"]


def test_a_function_that_is_called_in_and_out_of_training() -> None:
    model = training.small()
    forward = tf.function(model)
    x, _ = training.data((6,), rows=16)
    monitor = Monitor(model)
    for _ in range(2):
        with monitor.observing():
            forward(x)
        forward(x)
    with pytest.warns(UserWarning, match=r"only within a tf.function of their own: 'hidden'"):
        assert monitor.collect() == {}


def test_models_are_let_go(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=32)
    kept = []
    for run in range(2):
        model = training.rnn() if run else training.mlp()
        data = training.data((5, 3), rows=32) if run else (x, y)
        fit(model, *data, DeadReLU(tmp_path / str(run)))
        kept.append(weakref.ref(model))
        del model
    keras.backend.clear_session()
    gc.collect()
    assert [reference() for reference in kept] == [None, None]


def test_a_layer_that_is_changed_between_trainings(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,), rows=64)
    models = [training.small(), training.small()]
    callback = DeadReLU(tmp_path)
    for model, callbacks in zip(models, ([], [callback])):
        fit(model, x, y, *callbacks)
        model.get_layer("hidden").activation = keras.activations.softplus
        model.compile("sgd", "mse", jit_compile=False)
        fit(model, x, y, *callbacks)
    for a, b in zip(models[0].get_weights(), models[1].get_weights()):
        assert a.tobytes() == b.tobytes()
    model = models[1]
    model.pop()
    model.add(layers.Dense(3, "relu", name="new"))
    model.add(layers.Dense(2))
    model.compile("sgd", "mse", jit_compile=False)
    fit(model, x, y, callback)
    timeline = read(tmp_path)["."]["new"]
    assert timeline.samples.tolist() == [64] and timeline.steps.tolist() == [12]


def test_after_samples_that_are_not_finite_the_script_says_what_the_tab_says(tmp_path: pathlib.Path) -> None:
    model = training.small()
    kernel, bias, *rest = model.get_weights()
    model.set_weights([kernel, bias - 1000, *rest])
    x, _ = training.data((6,), rows=1009)
    x[5] = np.nan
    monitor = Monitor(model, coverage="all")
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        for rows in (x[:999], x[999:]):
            with monitor.observing():
                model(rows)
            assert monitor.write()
    states = read(tmp_path)["."]["hidden"].states()
    assert [set(row.tolist()) for row in states] == [{UnitState.NON_FINITE}, {UnitState.SILENT}]
    assert monitor.dead_units()["hidden"].tolist() == []
