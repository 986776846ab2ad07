"""The architectures of `keras.applications`: what is watched is what TensorFlow's graph of the model has.

All 40 take long, so one of each family is compared and some of them are
trained, or all of them with ALL_APPLICATIONS=1 in the environment (`make
test-applications`).
"""

from __future__ import annotations

import gc
import os
import pathlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import metadata, read
from tb_deadrelu_plugin.instrument import discovery
from tb_deadrelu_plugin.keras import DeadReLU

pytestmark = pytest.mark.tensorflow

# Architecture: its smallest input, and how many activations of the ReLU family it has, under their names in records.
ARCHITECTURES: dict[str, tuple[int, dict[str, int]]] = {
    "ConvNeXtBase": (32, {"gelu": 36}),
    "ConvNeXtLarge": (32, {"gelu": 36}),
    "ConvNeXtSmall": (32, {"gelu": 36}),
    "ConvNeXtTiny": (32, {"gelu": 18}),
    "ConvNeXtXLarge": (32, {"gelu": 36}),
    "DenseNet121": (32, {"relu": 121}),
    "DenseNet169": (32, {"relu": 169}),
    "DenseNet201": (32, {"relu": 201}),
    "EfficientNetB0": (32, {"silu": 49}),
    "EfficientNetB1": (32, {"silu": 69}),
    "EfficientNetB2": (32, {"silu": 69}),
    "EfficientNetB3": (32, {"silu": 78}),
    "EfficientNetB4": (32, {"silu": 96}),
    "EfficientNetB5": (32, {"silu": 116}),
    "EfficientNetB6": (32, {"silu": 134}),
    "EfficientNetB7": (32, {"silu": 163}),
    "EfficientNetV2B0": (32, {"silu": 55}),
    "EfficientNetV2B1": (32, {"silu": 67}),
    "EfficientNetV2B2": (32, {"silu": 70}),
    "EfficientNetV2B3": (32, {"silu": 82}),
    "EfficientNetV2L": (32, {"silu": 203}),
    "EfficientNetV2M": (32, {"silu": 147}),
    "EfficientNetV2S": (32, {"silu": 102}),
    "InceptionResNetV2": (75, {"relu": 243}),
    "InceptionV3": (75, {"relu": 94}),
    "MobileNet": (32, {"relu6": 27}),
    "MobileNetV2": (32, {"relu6": 35}),
    "MobileNetV3Large": (32, {"hard_silu": 21, "relu": 19, "relu6": 8}),
    "MobileNetV3Small": (32, {"hard_silu": 19, "relu": 14, "relu6": 9}),
    "NASNetLarge": (32, {"relu": 264}),
    "NASNetMobile": (32, {"relu": 192}),
    "ResNet101": (32, {"relu": 100}),
    "ResNet101V2": (32, {"relu": 100}),
    "ResNet152": (32, {"relu": 151}),
    "ResNet152V2": (32, {"relu": 151}),
    "ResNet50": (32, {"relu": 49}),
    "ResNet50V2": (32, {"relu": 49}),
    "VGG16": (32, {"relu": 15}),
    "VGG19": (32, {"relu": 18}),
    "Xception": (71, {"relu": 35}),
}
ALL = bool(os.environ.get("ALL_APPLICATIONS"))
# The smallest one of each family.
COMPARED = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "Xception",
)
# One of each activation, before and after convolutions and normalizations, as layers and within others.
TRAINED = ("ConvNeXtTiny", "EfficientNetV2B0", "MobileNet", "MobileNetV3Small", "ResNet50V2", "VGG16", "Xception")
# Parts that an activation is made of in the graph: the first that a layer has all of says what it is.
IN_THE_GRAPH = {
    "relu": {"Relu"},
    "hard_silu": {"Relu6", "Mul"},
    "relu6": {"Relu6"},
    "gelu": {"Erfc"},
    "silu": {"Sigmoid", "Mul"},
    "leaky_relu": {"LeakyRelu"},
    "elu": {"Elu"},
    "selu": {"Selu"},
    "softplus": {"Softplus"},
}


@pytest.fixture(autouse=True)
def one_model_at_a_time() -> Iterator[None]:
    yield
    keras.backend.clear_session()
    gc.collect()


def build(name: str, size: int) -> keras.Model:
    return getattr(keras.applications, name)(weights=None, classes=2, input_shape=(size, size, 3))


def graph_activations(model: keras.Model) -> Iterator[tuple[str, str]]:
    """Yields (path, activation) for all layers of a model, as told by the operations in its graph and their names."""
    step = tf.function(lambda x: model(x, training=False), autograph=False)
    graph = step.get_concrete_function(tf.TensorSpec([2, *model.input_shape[1:]])).graph
    types: dict[str, Counter[str]] = {}
    for operation in graph.get_operations():
        scopes = operation.name.split("/")[1:-1]
        types.setdefault(layer_of(model, scopes), Counter())[operation.type] += 1
    for path, counts in types.items():
        for activation, parts in IN_THE_GRAPH.items():
            if parts <= set(counts):
                (first, *_) = sorted(parts - {"Mul"})
                assert counts[first] == 1, path
                yield path, activation
                break


def layer_of(model: keras.Model, scopes: list[str]) -> str:
    """Path of the layer that has put an operation into scopes of its name, or "" if it is the model's own."""
    if not scopes:
        return ""
    # TensorFlow numbers the scopes: "relu_1" may be another layer's name.
    layer = model.get_layer(re.sub(r"_\d+$", "", scopes[0]))
    below = layer_of(layer, scopes[1:]) if isinstance(layer, keras.Model) else ""
    return f"{layer.name}/{below}" if below else layer.name


def test_the_table_has_every_architecture() -> None:
    applications = vars(keras.applications)
    assert set(ARCHITECTURES) == {name for name, value in applications.items() if name[0].isupper() and callable(value)}


@pytest.mark.parametrize("name", ARCHITECTURES if ALL else COMPARED)
def test_what_is_watched_is_what_the_graph_has(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def zeros(initializer: Any, shape: Any, dtype: Any = None, **options: Any) -> tf.Tensor:
        return tf.zeros(shape, dtype or "float32")

    # Random numbers take as long as all the rest.
    monkeypatch.setattr(keras.initializers.VarianceScaling, "__call__", zeros)
    size, expected = ARCHITECTURES[name]
    with pytest.raises(ValueError, match=f"Input size must be at least {size}x{size}"):
        build(name, size - 1)
    model = build(name, size)
    found = discovery.find_targets(model)
    in_graph = list(graph_activations(model))
    assert sorted((target.name, target.activation.name) for target in found.targets) == sorted(in_graph)
    assert Counter(activation for _, activation in in_graph) == expected
    assert found.unreachable == []


@pytest.mark.parametrize("name", ARCHITECTURES if ALL else TRAINED)
def test_a_training_step_records_all(name: str, tmp_path: pathlib.Path) -> None:
    size, expected = ARCHITECTURES[name]
    application = build(name, size)
    model = keras.Sequential([keras.Input([size, size, 3]), keras.layers.Rescaling(0.5), application])
    model.compile(keras.optimizers.SGD(0.01), "mse", run_eagerly=True)
    x = np.random.default_rng(0).uniform(-1, 1, (2, size, size, 3)).astype(np.float32)
    model.fit(x, np.eye(2, dtype=np.float32), callbacks=[DeadReLU(tmp_path, coverage="all")], verbose=0)
    timelines = read(tmp_path)["."]
    alone = [target.name for target in discovery.find_targets(application).targets]
    assert list(timelines) == [f"{application.name}/{path}" for path in alone]
    assert Counter(timeline.info.activation for timeline in timelines.values()) == expected
    for path, timeline in timelines.items():
        layer = application.get_layer(path.rpartition("/")[2])
        units = layer.output.shape[-1]
        assert timeline.samples.tolist() == [2 * int(np.prod(layer.output.shape[1:-1]))], path
        assert timeline.active.shape == (1, units), path
        assert timeline.gradient_norm is not None and np.isfinite(timeline.gradient_norm).all(), path
        assert timeline.info.gradient_at == metadata.PRE_ACTIVATION, path
        assert timeline.info.calls == 1, path
