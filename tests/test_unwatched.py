"""Activations that no layer has: watched by hand, and listed once where they are not."""

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
X, Y = training.data((4,))
GRAPH, EAGER = {"jit_compile": False}, {"run_eagerly": True}


class Model(keras.Model):
    """Computes what it is given between two layers, with an activation of a layer's own after it if asked."""

    def __init__(self, function: Callable[[Any], Any], activation: str | None = None) -> None:
        super().__init__(name="m")
        self.functions = (function,)  # An attribute by itself would be found.
        self.first = layers.Dense(5, bias_initializer="random_normal")
        self.second = layers.Dense(3, activation)
        self.out = layers.Dense(2)

    def call(self, x: Any) -> Any:
        return self.out(self.second(self.functions[0](self.first(x))))


def fit(model: keras.Model, log_dir: pathlib.Path, loss: Any = "mse", **compiled: Any) -> tuple[DeadReLU, list[str]]:
    """Returns the callback and all warnings."""
    model.compile(keras.optimizers.SGD(0.0), loss, **compiled)
    callback = DeadReLU(log_dir, coverage="all", on_sick=None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, Y, batch_size=16, epochs=2, shuffle=False, verbose=0, callbacks=[callback])
    return callback, [str(one.message) for one in caught if issubclass(one.category, UserWarning)]


@pytest.mark.parametrize("is_called_before", [False, True])
@pytest.mark.parametrize("options", [GRAPH, EAGER], ids=str)
def test_a_model_all_of_whose_activations_are_watched_by_hand(
    tmp_path: pathlib.Path, options: dict, is_called_before: bool
) -> None:
    model = Model(lambda x: watch(tf.nn.relu(x), "mine"))
    if is_called_before:
        model(X)
    _, warned = fit(model, tmp_path, **options)
    assert warned == []
    (timelines,) = read(tmp_path).values()
    z = X @ model.first.kernel.numpy() + model.first.bias.numpy()
    assert timelines["mine"].active.tolist() == [(z > 0).sum(0).tolist()] * 2
    assert timelines["mine"].samples.tolist() == [len(X)] * 2


@pytest.mark.parametrize("activation", [None, "relu"])
@pytest.mark.parametrize("options", [GRAPH, EAGER], ids=str)
def test_what_is_not_watched_is_listed_once(tmp_path: pathlib.Path, options: dict, activation: str | None) -> None:
    callback, warned = fit(Model(tf.nn.relu, activation), tmp_path, **options)
    assert list(callback.monitor.layers) == (["second"] if activation else [])
    assert len(warned) == 1
    assert np.char.find(warned[0], "can't be watched from outside: 'm") > 0
    assert warned[0].count("Relu'") == 1


def branch(x: Any) -> Any:
    return tf.cond(tf.reduce_sum(x) > -1e9, lambda: tf.nn.relu(x), lambda: x)


@pytest.mark.parametrize(
    ("function", "name", "options"),
    [
        (branch, "Relu", GRAPH),
        (branch, "Relu", EAGER),
        (keras.activations.gelu, "Gelu", GRAPH),
        (lambda x: keras.activations.gelu(x, approximate=True), "Gelu", GRAPH),
        (lambda x: keras.activations.gelu(x, approximate=True), "Gelu", EAGER),
        (keras.ops.silu, "silu", GRAPH),
        (keras.ops.silu, "silu", EAGER),
        (keras.ops.softplus, "Softplus", GRAPH),
    ],
    ids=["branch", "branch-eager", "gelu", "approximate", "approximate-eager", "silu", "silu-eager", "softplus"],
)
def test_activations_of_several_operations_and_in_branches(
    tmp_path: pathlib.Path, function: Callable[[Any], Any], name: str, options: dict
) -> None:
    _, warned = fit(Model(function), tmp_path / "1", **options)
    (text,) = warned
    assert text.startswith("Model 'm' has activations that can't be watched from outside: 'm")
    assert text.partition(". To")[0].endswith(f"/{name}'")
    assert text.count("', '") == 0
    _, warned = fit(Model(lambda x: watch(function(x), "mine")), tmp_path / "2", **options)
    assert warned == []


@pytest.mark.parametrize(
    ("activation", "options"),
    [("gelu", GRAPH), ("gelu", EAGER), ("silu", GRAPH), ("softplus", EAGER), ("elu", GRAPH)],
    ids=str,
)
def test_what_layers_have_is_not_listed(tmp_path: pathlib.Path, activation: str, options: dict) -> None:
    def gated(x: Any) -> Any:
        # Products with the sigmoid of something else, and what losses are made of, are no activations.
        return x * tf.sigmoid(x + 1) * tf.tanh(x)

    model = Model(gated, activation)
    callback, warned = fit(model, tmp_path, loss="log_cosh", **options)
    assert warned == []
    assert list(callback.monitor.layers) == ["second"]


def test_a_branch_of_which_a_layer_is_watched(tmp_path: pathlib.Path) -> None:
    relu = layers.ReLU()
    model = Model(lambda x: tf.cond(tf.reduce_sum(x) > -1e9, lambda: model.relu(x), lambda: tf.nn.elu(x)))
    model.relu = relu
    callback, warned = fit(model, tmp_path, **GRAPH)
    assert list(callback.monitor.layers) == ["relu"]
    assert len(warned) == 1 and warned[0].count("Elu'") == 1 and "Relu'" not in warned[0]


def test_only_what_is_watched_by_hand_is_not_listed(tmp_path: pathlib.Path) -> None:
    def function(x: Any) -> Any:
        return watch(tf.nn.dropout(tf.nn.relu(tf.nn.elu(x)), 0.1), "mine")

    for options in (GRAPH, EAGER):
        _, warned = fit(Model(function), tmp_path / str(options), **options)
        assert len(warned) == 1 and warned[0].count("Elu'") == 1 and "Relu'" not in warned[0]


@pytest.mark.parametrize("options", [GRAPH, EAGER], ids=str)
def test_a_model_without_any(tmp_path: pathlib.Path, options: dict) -> None:
    callback, warned = fit(Model(tf.tanh), tmp_path, **options)
    (text,) = warned
    assert text.startswith("Nothing is watched in model 'm': none of its layers has an activation of the ReLU family. ")
    assert text.endswith('import watch; x = watch(x, "name").')
    assert callback.monitor.dead_share is None


def test_a_model_that_can_have_none_is_refused() -> None:
    model = keras.Sequential([keras.Input([4]), layers.Dense(3, "tanh"), layers.Dense(2)])
    with pytest.raises(ValueError, match="^Nothing to watch in model"):
        Monitor(model)
    Monitor(keras.Sequential([keras.Input([4]), layers.Lambda(lambda x: x)]))
