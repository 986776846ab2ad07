"""Models that make their layers, or build them, only as they are first called: in `fit` itself."""

from __future__ import annotations

import dataclasses
import pathlib
import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU, ReviveDeadUnits
from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
X, Y = training.data((6,), rows=48)
GRAPH, XLA, EAGER = {"jit_compile": False}, {"jit_compile": True}, {"run_eagerly": True}


def dense(units: int, name: str | None = None) -> keras.layers.Layer:
    return layers.Dense(units, "relu", bias_initializer="random_normal", name=name)


class Lazy(layers.Layer):
    """Makes its layer as it is built, and a function."""

    def build(self, shape: Any) -> None:
        self.act = keras.activations.relu
        self.inner = dense(7)
        self.inner.build(shape)
        self.last = layers.Dense(6)

    def call(self, x: Any) -> Any:
        return self.act(self.last(self.inner(x)) - 0.1)


class Outer(layers.Layer):
    """Makes a layer that makes layers."""

    def build(self, shape: Any) -> None:
        self.block = Lazy()

    def call(self, x: Any) -> Any:
        return self.block(x)


class InBuild(keras.Model):
    def build(self, shape: Any) -> None:
        self.hidden = dense(5)
        self.out = layers.Dense(2)
        self.hidden.build(shape)
        self.out.build((None, 5))
        self.built = True

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(x))


class Subclassed(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.outer = Outer()
        self.norm = layers.BatchNormalization()
        self.drop = layers.Dropout(0.3)
        self.hidden = dense(3)
        self.out = layers.Dense(2)

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(self.drop(self.norm(self.outer(x)))))


class OwnStep(keras.Model):
    """Nobody ever calls the model itself."""

    def __init__(self) -> None:
        super().__init__()
        self.net = keras.Sequential([Lazy(name="lazy"), layers.Dense(2)])

    def train_step(self, data: Any) -> Any:
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.net(x, training=True) - y))
        variables = self.net.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}


def without_input() -> keras.Model:
    return keras.Sequential([dense(5, "a"), dense(4, "b"), layers.Dense(2)])


def blocks_without_input() -> keras.Model:
    return keras.Sequential([Lazy(name="lazy"), layers.Dropout(0.2), dense(4, "b"), layers.Dense(2)])


def active(model: keras.Model, path: str) -> np.ndarray:
    """Active samples of each unit, computed with the model's layers one by one."""
    model = getattr(model, "net", model)
    held = {layer.name: layer for layer in model.layers}
    if path == "a":
        z = held["a"].kernel, held["a"].bias, X
        return (z[2] @ z[0].numpy() + z[1].numpy() > 0).sum(0)
    lazy = model.outer.block if isinstance(model, Subclassed) else held.get("lazy")
    if path == "hidden" and lazy is None:
        return (X @ model.hidden.kernel.numpy() + model.hidden.bias.numpy() > 0).sum(0)
    inner = np.maximum(X @ lazy.inner.kernel.numpy() + lazy.inner.bias.numpy(), 0)
    return ((inner if path.endswith("inner") else np.asarray(lazy.last(inner)) - 0.1) > 0).sum(0)


# What is found, and that of it which does not come after something random.
CASES: dict[str, tuple[Callable[[], keras.Model], list[str], list[str]]] = {
    "without_input": (without_input, ["a", "b"], ["a"]),
    "blocks_without_input": (blocks_without_input, ["lazy/act", "lazy/inner", "b"], ["lazy/act", "lazy/inner"]),
    "in_build": (InBuild, ["hidden"], ["hidden"]),
    "subclassed": (
        Subclassed,
        ["outer/block/act", "outer/block/inner", "hidden"],
        ["outer/block/act", "outer/block/inner"],
    ),
    "own_step": (OwnStep, ["net/lazy/act", "net/lazy/inner"], ["net/lazy/act", "net/lazy/inner"]),
}


def fit(model: keras.Model, *callbacks: Any, epochs: int = 2, rate: float = 0.0, **compiled: Any) -> Any:
    model.compile(keras.optimizers.SGD(rate), "mse", **compiled)
    return model.fit(X, Y, batch_size=16, epochs=epochs, shuffle=False, verbose=0, callbacks=[*callbacks])


@pytest.mark.parametrize(
    ("case", "options"),
    [
        *((case, GRAPH) for case in CASES),
        ("subclassed", EAGER),
        ("own_step", EAGER),
        ("subclassed", XLA),
        ("own_step", XLA),
    ],
    ids=str,
)
def test_all_is_recorded_from_the_first_step_on(tmp_path: pathlib.Path, case: str, options: dict) -> None:
    make, names, certain = CASES[case]
    keras.utils.set_random_seed(0)
    model = make()
    assert not model.built
    callback = DeadReLU(tmp_path, coverage="all", on_sick=None)
    fit(model, callback, **options)
    (timelines,) = read(tmp_path).values()
    assert list(callback.monitor.layers) == names
    assert sorted(timelines) == sorted(names)
    for name, timeline in timelines.items():
        assert timeline.samples.tolist() == [len(X)] * 2, name
        assert timeline.gradient_norm is not None, name
        assert (timeline.bias is None) == name.endswith("act"), name
    for name in certain:
        assert timelines[name].active.tolist() == [active(model, name).tolist()] * 2, name
    assert "call" not in {name for layer in model._flatten_layers() for name in vars(layer)}


@pytest.mark.parametrize(
    ("case", "options"),
    [("blocks_without_input", XLA), ("subclassed", GRAPH), ("subclassed", XLA), ("in_build", GRAPH)],
    ids=str,
)
def test_training_is_what_it_was(tmp_path: pathlib.Path, case: str, options: dict) -> None:
    def trained(*callbacks: Any) -> tuple:
        keras.utils.set_random_seed(3)
        model = CASES[case][0]()
        losses = fit(model, *callbacks, rate=0.1, epochs=3, **options).history["loss"]
        # What comes next of each global generator.
        state = random.random(), float(np.random.rand()), np.asarray(tf.random.uniform([2])).tolist()  # noqa: NPY002
        return [np.asarray(one).tobytes() for one in model.variables], losses, state

    assert trained(DeadReLU(tmp_path, 2, on_sick=None)) == trained()


def test_what_is_said_of_layers_is_that_of_a_built_model(tmp_path: pathlib.Path) -> None:
    late = without_input()
    built = keras.Sequential([keras.Input([6]), *without_input().layers])
    infos = []
    for number, model in enumerate((late, built)):
        callback = DeadReLU(tmp_path / str(number), on_sick=None)
        fit(model, callback, epochs=1, jit_compile=False)
        infos.append(callback.monitor.layers)
        assert callback.monitor.watched.run_info().model_parameters == model.count_params()
    # With which weights it began is not known of what is made by the first step.
    of_built = {name: dataclasses.replace(info, first_weights=None) for name, info in infos[1].items()}
    assert infos[0] == of_built
    assert [info.input_layers for info in infos[0].values()] == [(), ("a",)]


def test_a_second_fit_goes_on(tmp_path: pathlib.Path) -> None:
    model = Subclassed()
    callback = DeadReLU(tmp_path, on_sick=None)
    fit(model, callback, epochs=1, jit_compile=False)
    monitor = callback.monitor
    fit(model, callback, epochs=1, jit_compile=False)
    assert callback.monitor is monitor
    (timelines,) = read(tmp_path).values()
    assert [one.ordinals.tolist() for one in timelines.values()] == [[0, 1]] * 3


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("outer/*", ["outer/block/act", "outer/block/inner", "outer/block/last"]),
        (lambda path, layer: "inner" in path, ["outer/block/inner"]),
    ],
)
def test_layers_are_chosen_among_those_to_come(tmp_path: pathlib.Path, layers: Any, expected: list[str]) -> None:
    callback = DeadReLU(tmp_path, layers=layers, on_sick=None)
    fit(Subclassed(), callback, epochs=1, jit_compile=False)
    assert list(callback.monitor.layers) == expected


def test_a_name_that_no_layer_has_in_the_end(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match=r"No layer 'inner' in model '.*'; its layers are: 'outer', 'outer/block', "):
        fit(Subclassed(), DeadReLU(tmp_path, layers="inner"), jit_compile=False)


def test_the_dead_of_a_late_layer_are_revived(tmp_path: pathlib.Path) -> None:
    keras.utils.set_random_seed(0)
    dead = layers.Dense(5, "relu", name="a", bias_initializer=keras.initializers.Constant([-1e3, 0, 0, 0, 0]))
    revive = ReviveDeadUnits(max_share=1.0, seed=0)
    fit(keras.Sequential([dead, layers.Dense(2)]), DeadReLU(tmp_path, on_sick=None), revive, jit_compile=False)
    assert [one.units for one in revive.rounds] == [(0,)]


@pytest.mark.parametrize("compiled", [True, False])
def test_loops_of_ones_own(compiled: bool) -> None:
    model, monitor = Subclassed(), None
    monitor = Monitor(model, coverage="all")

    def step(x: tf.Tensor, y: tf.Tensor) -> None:
        with monitor.observing(), tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        tape.gradient(loss, model.trainable_variables)

    run = tf.function(step) if compiled else step
    for rows in np.split(np.arange(len(X)), 3):
        run(tf.constant(X[rows]), tf.constant(Y[rows]))
    records = monitor.collect(3)
    assert list(records) == ["outer/block/act", "outer/block/inner", "hidden"]
    assert records["outer/block/inner"].samples == len(X)
    assert records["outer/block/inner"].active.tolist() == active(model, "outer/block/inner").tolist()


def test_a_layer_that_comes_in_a_later_step() -> None:
    class Model(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.early, self.late = Outer(), Outer()

        def train(self, part: Any, x: Any) -> None:
            with monitor.observing():
                part(x)

    model = Model()
    monitor = Monitor(model, coverage="all")
    model.train(model.early, X)
    first = monitor.collect(1)
    assert sorted(first) == ["early/block/act", "early/block/inner"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.train(model.late, X[:5])
    second = monitor.collect(2)
    assert {name: one.samples for name, one in second.items()} == {"late/block/act": 5, "late/block/inner": 5}
    assert list(monitor.layers) == [f"{part}/block/{one}" for part in ("early", "late") for one in ("act", "inner")]
