"""Blocks of one's own: layers that hold others and an activation, however wide it is inside of them."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.instrument import discovery
from tb_deadrelu_plugin.keras import DeadReLU
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
X, Y = training.data((4,))


def fit(model: keras.Model, log_dir: pathlib.Path, x: Any = X, y: Any = Y, **compiled: Any) -> dict[str, Any]:
    """Trains for two epochs without moving the weights, and returns what was recorded."""
    model.compile(**{"optimizer": keras.optimizers.SGD(0.0), "loss": "mse", "jit_compile": False} | compiled)
    callback = DeadReLU(log_dir, coverage="all", on_sick=None)
    model.fit(x, y, batch_size=16, epochs=2, verbose=0, callbacks=[callback])
    (timelines,) = read(log_dir).values()
    return timelines


class Block(layers.Layer):
    """Goes through another width than that of its output; one attribute holds the function."""

    def __init__(self, attribute: str, inner: int, **options: Any) -> None:
        super().__init__(**options)
        self.attribute = attribute
        self.up = layers.Dense(inner, bias_initializer="random_normal")
        self.down = layers.Dense(4)
        setattr(self, attribute, keras.activations.relu)

    def call(self, x: Any) -> Any:
        return self.down(getattr(self, self.attribute)(self.up(x)))


class Kernels(layers.Layer):
    """The same without layers inside."""

    def build(self, shape: Any) -> None:
        self.act = keras.activations.relu
        self.up = self.add_weight(shape=(4, 7), initializer="random_normal")
        self.down = self.add_weight(shape=(7, 4), initializer="random_normal")

    def call(self, x: Any) -> Any:
        return keras.ops.matmul(self.act(keras.ops.matmul(x, self.up)), self.down)


def sequential(block: Any) -> keras.Model:
    return keras.Sequential([keras.Input([4]), block, layers.Dense(2)])


def functional(block: Any) -> keras.Model:
    given = keras.Input([4])
    return keras.Model(given, layers.Dense(2)(block(given)))


@pytest.mark.parametrize("around", [sequential, functional])
@pytest.mark.parametrize(("attribute", "name"), [("act", "block/act"), ("activation", "block")])
@pytest.mark.parametrize("inner", [16, 3])
def test_an_activation_of_another_width_than_the_output(
    tmp_path: pathlib.Path, inner: int, attribute: str, name: str, around: Callable[[Any], keras.Model]
) -> None:
    block = Block(attribute, inner, name="block")
    timelines = fit(around(block), tmp_path)
    assert list(timelines) == [name]
    z = np.asarray(block.up(X))
    assert timelines[name].active.tolist() == [(z > 0).sum(0).tolist()] * 2
    assert timelines[name].samples.tolist() == [len(X)] * 2
    assert timelines[name].gradient_norm.shape == (2, inner)


def test_weights_of_its_own_instead_of_layers(tmp_path: pathlib.Path) -> None:
    block = Kernels(name="block")
    timelines = fit(sequential(block), tmp_path)
    assert timelines["block/act"].active.tolist() == [(X @ block.up.numpy() > 0).sum(0).tolist()] * 2


def test_the_number_of_units_is_known_before_the_call_where_it_is_certain() -> None:
    own, inside = layers.Dense(5, "relu", name="own"), layers.Dense(6, layers.ReLU(), name="inside")
    model = keras.Sequential([keras.Input([4]), own, inside, Block("act", 16, name="block")])
    assert {one.name: one.units for one in discovery.find_targets(model).targets} == {
        "own": 5,
        "inside": 6,
        "block/act": None,
    }


class ReadOnly(layers.Layer):
    """Has its activation as a property that can't be set."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.dense = layers.Dense(6, bias_initializer="random_normal")
        self._function = keras.activations.relu

    @property
    def activation(self) -> Callable[[Any], Any]:
        return self._function

    def call(self, x: Any) -> Any:
        return self.activation(self.dense(x))


class Computed(ReadOnly):
    """Makes its activation anew each time."""

    @property
    def activation(self) -> Callable[[Any], Any]:
        return functools.partial(keras.activations.relu, max_value=6)


def test_a_property_that_cannot_be_set(tmp_path: pathlib.Path) -> None:
    block = ReadOnly(name="block")
    timelines = fit(sequential(block), tmp_path)
    assert list(timelines) == ["block/function"]
    assert timelines["block/function"].active.tolist() == [(np.asarray(block.dense(X)) > 0).sum(0).tolist()] * 2


def test_a_property_that_nothing_holds_is_listed_once(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([keras.Input([4]), Computed(name="block"), layers.Dense(3, "relu", name="after")])
    with pytest.warns(UserWarning, match="can't be watched from outside: '[^,]*Relu6'") as caught:
        assert list(fit(model, tmp_path, y=Y[:, :1].repeat(3, 1))) == ["after"]
    assert len(caught) == 1


def test_one_layer_at_two_widths(tmp_path: pathlib.Path) -> None:
    given, relu = keras.Input([4]), layers.ReLU(name="relu")
    model = keras.Model(given, layers.Dense(2)(relu(layers.Dense(6)(relu(layers.Dense(5)(given))))))
    with pytest.warns(
        UserWarning, match=r"expected 5 units as before, got shape .*, 6\)\. .* x = watch\(x, "
    ) as caught:
        timelines = fit(model, tmp_path)
    assert len(caught) == 1
    assert timelines["relu"].active.shape == (2, 5)


def test_recurrent_layers_over_time_are_not_listed() -> None:
    for inner in (layers.GRU(4, activation="relu"), layers.Bidirectional(layers.GRU(4, activation="relu"))):
        model = keras.Sequential([keras.Input([3, 5, 2]), layers.TimeDistributed(inner, name="td")])
        found = discovery.find_targets(model)
        assert len(found.targets) == (2 if isinstance(inner, layers.Bidirectional) else 1)
        assert found.unreachable == []
