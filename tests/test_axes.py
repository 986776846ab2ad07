"""On which axis units are where no graph tells, in models with channels_first."""

from __future__ import annotations

import pathlib
import warnings
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.instrument.axes import AxisOfUnits
from tb_deadrelu_plugin.keras import DeadReLU
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
X, Y = training.data((3, 8, 8), rows=16)


def conv(filters: int, data_format: str = "channels_first", **options: Any) -> keras.layers.Layer:
    return layers.Conv2D(filters, 3, data_format=data_format, **options)


class Model(keras.Model):
    """Nobody but its own code says what is called on what."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = conv(5)
        self.norm = layers.BatchNormalization(axis=1)
        self.relu = layers.ReLU()
        self.with_activation = conv(4, activation="relu")
        self.flatten = layers.Flatten()
        self.dense = layers.Dense(6, "relu")
        self.out = layers.Dense(2)

    def call(self, x: Any, training: bool = False) -> Any:
        x = self.with_activation(self.relu(self.norm(self.conv(x), training=training)))
        return self.out(self.dense(self.flatten(x)))


class WithDense(Model):
    """Has a layer along the last axis, too."""

    def __init__(self) -> None:
        super().__init__()
        self.along_the_last = layers.Dense(7)

    def call(self, x: Any, training: bool = False) -> Any:
        return super().call(x, training) + keras.ops.sum(self.along_the_last(x)) * 0


@pytest.mark.parametrize("is_called_before", [False, True])
@pytest.mark.parametrize("options", [{"jit_compile": False}, {"run_eagerly": True}], ids=str)
def test_channels_first_in_a_models_own_call(tmp_path: pathlib.Path, options: dict, is_called_before: bool) -> None:
    model = Model()
    if is_called_before:
        model(X)
    model.compile(keras.optimizers.SGD(0.0), "mse", **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, Y, batch_size=16, verbose=0, shuffle=False, callbacks=[DeadReLU(tmp_path, on_sick=None)])
    (timelines,) = read(tmp_path).values()
    a = np.maximum(np.asarray(model.norm(model.conv(X), training=True)), 0)
    second = np.asarray(model.with_activation(a))
    dense = np.asarray(model.dense(model.flatten(second)))
    assert timelines["relu"].samples.tolist() == [16 * 6 * 6]
    assert timelines["relu"].active.tolist() == [(a > 0).sum((0, 2, 3)).tolist()]
    assert timelines["with_activation"].active.tolist() == [(second > 0).sum((0, 2, 3)).tolist()]
    assert timelines["dense"].active.tolist() == [(dense > 0).sum(0).tolist()]


def axis_in(model: keras.Model, *shape: int | None) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return AxisOfUnits("relu", model)((None, *shape))


def test_other_layers_tell() -> None:
    model = Model()
    model(X)
    assert axis_in(model, 5, 6, 6) == axis_in(model, 4, None, None) == 1
    assert axis_in(model, 6) == -1
    model = WithDense()
    model(X)
    assert axis_in(model, 8, 8, 7) == -1
    last = keras.Sequential([keras.Input([8, 8, 3]), conv(5, "channels_last"), layers.ReLU()])
    assert axis_in(last, 5, 6, 6) == axis_in(last, 6, 6, 5) == -1


@pytest.mark.parametrize(("shape", "axis"), [((9, 7, 8), -1), ((5, 7, 7), -1)])
def test_what_is_not_certain_is_warned_of_once(shape: tuple[int, ...], axis: int) -> None:
    model = WithDense()
    model(X)
    asked = AxisOfUnits("block/relu", model)
    with pytest.warns(UserWarning, match=r"^It is not certain where the units of layer 'block/relu' .*axis -1\. "):
        assert asked((None, *shape)) == axis
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asked((None, *shape)) == axis
    only_first = keras.Sequential([keras.Input([3, 8, 8]), conv(5)])
    with pytest.warns(UserWarning, match=r'axis 1\. .*layer.data_format = "channels_first"'):
        assert AxisOfUnits("relu", only_first)((None, 9, 7, 7)) == 1


def test_a_layer_that_is_told(tmp_path: pathlib.Path) -> None:
    model = Model()
    model.extra = layers.ReLU()
    model.extra.data_format = "channels_first"
    model.norm = keras.Sequential([model.extra, model.norm])
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    model.fit(X, Y, batch_size=16, verbose=0, callbacks=[DeadReLU(tmp_path, on_sick=None)])
    (timelines,) = read(tmp_path).values()
    assert timelines["extra"].active.tolist() == [(np.asarray(model.conv(X)) > 0).sum((0, 2, 3)).tolist()]
