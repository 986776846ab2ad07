"""The parameters of watched and other layers, as they are written, add up to the model's."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
from tensorboard.backend.event_processing import event_file_loader

from tb_deadrelu_plugin import metadata, read
from tb_deadrelu_plugin.keras import DeadReLU, layer_table
from tb_deadrelu_plugin.metadata import LayerInfo, OtherLayer, RunInfo
from tb_deadrelu_plugin.run_overview import overview

pytestmark = pytest.mark.tensorflow

layers = keras.layers

SIZES = [1602, 1024, 8, 4, 3, 4, 8, 1024, 1602]
PARAMETERS = [1641472, 8200, 36, 15, 16, 40, 9216, 1642050]


def trained(
    directory: pathlib.Path, model: keras.Model, shape: Sequence[int], **options: Any
) -> tuple[dict[str, LayerInfo], RunInfo]:
    """Trains one step; returns what was written of the layers and of the model."""
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).random((4, *shape), np.float32)
    model.fit(x, np.zeros((4, 1), np.float32), batch_size=4, verbose=0, callbacks=[DeadReLU(directory, **options)])
    infos = {name: timeline.info for name, timeline in read(directory)["."].items()}
    found = set()
    for path in directory.glob("*tfevents*"):
        for event in event_file_loader.EventFileLoader(str(path)).Load():
            for value in event.summary.value:
                if value.tag == overview.TAG:
                    found.add(metadata.parse_overview_metadata(value.metadata.plugin_data.content))
    (run_info,) = found
    return infos, run_info


def parameters(layer: LayerInfo | OtherLayer) -> int:
    return layer.kernel_parameters + layer.bias_parameters + layer.other_parameters


def assert_adds_up(infos: dict[str, LayerInfo], run_info: RunInfo, model: keras.Model) -> None:
    total = sum(map(parameters, [*infos.values(), *run_info.other_layers]))
    assert total == run_info.model_parameters == model.count_params()
    assert sum(row.parameters for row in layer_table(model)) == model.count_params()


def in_order(infos: dict[str, LayerInfo], run_info: RunInfo) -> list[LayerInfo | OtherLayer]:
    rows: list[Any] = [*infos.values(), *run_info.other_layers]
    return sorted(rows, key=lambda row: row.layer_index)


@pytest.mark.parametrize("as_layers", [False, True])
def test_autoencoder(tmp_path: pathlib.Path, as_layers: bool) -> None:
    model = keras.Sequential([layers.Input([1602])])
    for number, size in enumerate(SIZES[1:-1]):
        model.add(layers.Dense(size, None if as_layers else "leaky_relu", name=f"dense_{number}"))
        if as_layers:
            model.add(layers.LeakyReLU())
    model.add(layers.Dense(1602, "sigmoid", name="output"))
    infos, run_info = trained(tmp_path, model, [1602])
    assert_adds_up(infos, run_info, model)
    assert run_info.model_parameters == 3301045
    dense = [row for row in in_order(infos, run_info) if row.layer_type == "Dense"]
    assert list(map(parameters, dense)) == PARAMETERS
    assert [row.kernel_parameters for row in dense] == [a * b for a, b in itertools.pairwise(SIZES)]
    assert [row.bias_parameters for row in dense] == SIZES[1:]
    output = OtherLayer("output", "Dense", "sigmoid", 1602, 1024 * 1602, 1602, 0, 14 if as_layers else 7)
    assert run_info.other_layers[-1] == output
    assert len(run_info.other_layers) == (8 if as_layers else 1) and len(infos) == 7


def test_batch_normalization_and_slopes(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential(
        [
            layers.Input([8, 8, 2]),
            layers.Conv2D(4, 3, use_bias=False, name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.ReLU(name="relu"),
            layers.Conv2D(3, 3, name="second"),
            layers.PReLU(shared_axes=[1, 2], name="prelu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, name="output"),
        ]
    )
    infos, run_info = trained(tmp_path, model, [8, 8, 2])
    assert_adds_up(infos, run_info, model)
    assert {name: parameters(info) for name, info in infos.items()} == {"relu": 0, "prelu": 3}
    assert infos["prelu"].other_parameters == 3
    assert run_info.other_layers == (
        OtherLayer("conv", "Conv2D", "linear", 4, 72, 0, 0, 0),
        OtherLayer("norm", "BatchNormalization", "", 4, 0, 0, 16, 1),
        OtherLayer("second", "Conv2D", "linear", 3, 108, 3, 0, 3),
        OtherLayer("output", "Dense", "linear", 2, 6, 2, 0, 6),
    )


def test_nested_and_shared(tmp_path: pathlib.Path) -> None:
    shared = layers.Dense(5, "relu", name="shared")
    linear = layers.Dense(5, name="linear")
    inner = keras.Sequential([layers.Input([5]), shared, linear, layers.BatchNormalization(name="norm")], name="inner")
    x = keras.Input([5])
    y = inner(shared(x)) + linear(x)
    model = keras.Model(x, layers.Dense(1, "sigmoid", name="output")(y))
    infos, run_info = trained(tmp_path, model, [5])
    assert_adds_up(infos, run_info, model)
    assert list(infos) == ["shared"]
    assert [layer.name for layer in run_info.other_layers] == ["inner/linear", "inner/norm", "output"]
    assert list(map(parameters, run_info.other_layers)) == [30, 20, 6]
    indices = [infos["shared"].layer_index, *(layer.layer_index for layer in run_info.other_layers)]
    assert indices == sorted(set(indices))


class Gated(layers.Layer):
    """Two activations of one layer, weights of its own, and layers of which one is watched."""

    def __init__(self) -> None:
        super().__init__(name="gated")
        self.first = keras.activations.relu
        self.second = keras.activations.relu
        self.hidden = layers.Dense(3, "relu")
        self.out = layers.Dense(3)

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=[3], name="scale")

    def call(self, x: Any) -> Any:
        h = self.hidden(x) * self.scale
        return self.out(self.first(h) + self.second(-h))


class Lazy(keras.Model):
    """Built when it is first called; it has a weight of its own."""

    def __init__(self) -> None:
        super().__init__(name="lazy")
        self.hidden = layers.Dense(6, "relu")
        self.gated = Gated()
        self.attention = layers.MultiHeadAttention(2, 3)
        self.output_layer = layers.Dense(1, "tanh")

    def build(self, shape: Any) -> None:
        self.gain = self.add_weight(shape=[], name="gain")
        self.built = True

    def call(self, x: Any) -> Any:
        h = self.gated(self.hidden(x))[:, None]
        return self.output_layer(self.attention(h, h)[:, 0]) * self.gain


def test_built_late_with_several_activations_in_one_layer(tmp_path: pathlib.Path) -> None:
    model = Lazy()
    infos, run_info = trained(tmp_path, model, [4])
    assert_adds_up(infos, run_info, model)
    assert {name: parameters(info) for name, info in infos.items()} == {
        "hidden": 30,
        "gated/first": 3,
        "gated/second": 0,
        "gated/hidden": 21,
    }
    assert [(layer.name, parameters(layer)) for layer in run_info.other_layers] == [
        ("gated/out", 12),
        ("attention", 3 * (3 * 6 + 6) + 6 * 3 + 3),
        ("output_layer", 4),
        ("lazy", 1),
    ]


def recurrent() -> keras.Model:
    cells = [layers.GRUCell(3, activation="relu"), layers.LSTMCell(2)]
    return keras.Sequential(
        [
            layers.Input([5, 2]),
            layers.Bidirectional(layers.GRU(4, activation="relu", return_sequences=True)),
            layers.TimeDistributed(layers.Dense(3, "relu")),
            layers.TimeDistributed(layers.Dense(3)),
            layers.RNN(cells),
            layers.Dense(1),
        ]
    )


def wrapped() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input([6, 6, 2]),
            layers.SpectralNormalization(layers.Conv2D(3, 3, activation="relu")),
            layers.SeparableConv2D(4, 3, activation=layers.PReLU()),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


@pytest.mark.parametrize(("make", "shape"), [(recurrent, [5, 2]), (wrapped, [6, 6, 2])])
def test_wrappers_and_cells(tmp_path: pathlib.Path, make: Callable[[], keras.Model], shape: list[int]) -> None:
    model = make()
    infos, run_info = trained(tmp_path, model, shape)
    assert_adds_up(infos, run_info, model)
    assert len(infos) >= 2 and all(map(parameters, infos.values()))


def test_layers_that_are_not_chosen_are_other_layers(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential(
        [layers.Input([4]), layers.Dense(3, "relu", name="a"), layers.Dense(2, "relu", name="b"), layers.Dense(1)]
    )
    infos, run_info = trained(tmp_path, model, [4], layers=["b"])
    assert_adds_up(infos, run_info, model)
    assert list(infos) == ["b"] and run_info.other_layers[0] == OtherLayer("a", "Dense", "relu", 3, 12, 3, 0, 0)


class Skips(keras.Model):
    """Has a layer that it never calls."""

    def __init__(self) -> None:
        super().__init__(name="skips")
        self.used = layers.Dense(3, "relu")
        self.skipped = layers.Dense(5, "relu", trainable=False)
        self.skipped.build([None, 4])

    def call(self, x: Any) -> Any:
        return self.used(x)


def test_layers_that_are_never_called_are_other_layers(tmp_path: pathlib.Path) -> None:
    model = Skips()
    model(np.zeros([1, 4], np.float32))
    with pytest.warns(UserWarning, match="Nothing is recorded of layers of model 'skips'"):
        infos, run_info = trained(tmp_path, model, [4])
    assert_adds_up(infos, run_info, model)
    assert list(infos) == ["used"] and run_info.other_layers == (
        OtherLayer("skipped", "Dense", "relu", 0, 20, 5, 0, 1),
    )
