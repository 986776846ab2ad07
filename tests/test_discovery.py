"""Discovery on models whose activations are known by hand, and one training step that records exactly these."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable
from typing import Any

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import Thresholds, UnitState, metadata, read
from tb_deadrelu_plugin.instrument import discovery, walk
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import watch

pytestmark = pytest.mark.tensorflow

layers = keras.layers
Case = tuple[keras.Model, tuple[int, ...], list[str]]
ROWS = 6


def paths(model: keras.Model, selection: discovery.Selection = None) -> list[str]:
    return [target.name for target in discovery.find_targets(model, selection).targets]


def fit(model: keras.Model, directory: pathlib.Path, x: np.ndarray, **options: Any) -> dict[str, Any]:
    y = np.ones((len(x), *model(x[:1]).shape[1:]), np.float32)
    model.compile("sgd", "mse", jit_compile=False)
    callback = DeadReLU(directory, **({"coverage": "all"} | options))
    model.fit(x, y, batch_size=len(x), shuffle=False, verbose=0, callbacks=[callback])
    return dict(read(directory)["."])


def inputs(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(ROWS, *shape)).astype(np.float32)


class Chain(keras.Model):
    """Calls the layers that an attribute holds, one after the other."""

    def call(self, x: Any) -> Any:
        for layer in self.chain():
            x = layer(x)
        return x


def nested() -> Case:
    block = keras.Sequential(
        [keras.Input([4]), layers.Dense(5, name="dense"), layers.ReLU(name="relu")], name="block_2"
    )
    inner = keras.Input([4])
    x = layers.Dense(4, "relu", name="first")(inner)
    encoder = keras.Model(inner, block(x), name="encoder")
    outer = keras.Input([4])
    model = keras.Model(outer, layers.Dense(2, name="head")(encoder(outer)))
    return model, (4,), ["encoder/first", "encoder/block_2/relu"]


def shared() -> Case:
    layer = layers.Dense(4, "relu", name="shared")
    x = inner = keras.Input([4])
    for _ in range(3):
        x = layer(x)
    return keras.Model(inner, x), (4,), ["shared"] * 3


def attributes() -> Case:
    class Model(Chain):
        def __init__(self) -> None:
            super().__init__()
            self.hidden = layers.Dense(5, "relu")
            self._private = layers.Dense(4)
            self._act = layers.LeakyReLU()
            self.named = layers.Dense(3, "relu", name="by_me")

        def chain(self) -> list[Any]:
            return [self.hidden, self._private, self._act, self.named]

    return Model(), (4,), ["hidden", "act", "by_me"]


def lists_and_dicts() -> Case:
    class Model(Chain):
        def __init__(self) -> None:
            super().__init__()
            self.stack = [layers.Dense(5, "relu"), layers.Dense(4, "relu")]
            self.deep = [[layers.Dense(3, "relu")], (layers.ReLU(),)]
            self.heads = {"a": layers.Dense(3, "relu"), "b": [layers.Dense(2, "relu", name="last")]}
            self.net = keras.Sequential([layers.Dense(3, "relu"), layers.Dense(2, "relu")])

        def chain(self) -> list[Any]:
            return [*self.stack, self.deep[0][0], self.deep[1][0], self.heads["a"], self.heads["b"][0], self.net]

    expected = ["stack_0", "stack_1", "deep_0_0", "deep_1_0", "heads_a", "last", "net/dense", "net/dense_1"]
    return Model(), (4,), expected


class Block(layers.Layer):
    """Makes its layers as late as it can, and has activations that are functions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.activation = keras.activations.get("relu")
        self.act = functools.partial(keras.activations.relu, max_value=0.5)
        self.gate = tf.nn.leaky_relu

    def build(self, shape: Any) -> None:
        self.project = layers.Dense(shape[-1])
        self.project.build(shape)
        self.widen = layers.Dense(shape[-1], "relu")
        self.widen.build(shape)

    def call(self, x: Any) -> Any:
        return self.gate(self.widen(self.act(self.activation(self.project(x)))))


def composites() -> Case:
    x = inner = keras.Input([4])
    for name in ("one", "two"):
        x = Block(name=name)(x)
    calls = ["one", "one/act", "one/widen", "one/gate", "two", "two/act", "two/widen", "two/gate"]
    return keras.Model(inner, x), (4,), calls


def models_as_blocks() -> Case:
    class Inner(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.conv = layers.Dense(4)
            self.act = keras.activations.relu

        def call(self, x: Any) -> Any:
            return self.act(self.conv(x)) + x

    class Outer(Inner):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = [Inner(), Inner()]
            self.activation = keras.ops.leaky_relu

        def call(self, x: Any) -> Any:
            for block in self.blocks:
                x = block(x)
            return self.activation(self.act(self.conv(x)))

    return Outer(), (4,), ["blocks_0/act", "blocks_1/act", "act", "activation"]


def activation_layer_in_a_layer() -> Case:
    model = keras.Sequential(
        [
            keras.Input([4]),
            layers.Dense(5, activation=layers.LeakyReLU(), name="leaky"),
            layers.Dense(5, activation=layers.ReLU(6.0), name="six"),
        ]
    )
    return model, (4,), ["leaky", "six"]


def convolutions() -> Case:
    model = keras.Sequential(
        [
            keras.Input([8, 8, 2]),
            layers.SeparableConv2D(3, 3, activation="relu", name="separable_2d"),
            layers.DepthwiseConv2D(2, depth_multiplier=2, activation="relu", name="depthwise_2d"),
            layers.Conv2DTranspose(3, 2, strides=2, activation="relu", name="transpose_2d"),
            layers.Conv2D(4, 3, use_bias=False, name="conv"),
            layers.BatchNormalization(),
            layers.Activation("relu", name="after_normalization"),
            layers.Reshape([64, 4]),
            layers.SeparableConv1D(3, 3, activation="relu", name="separable_1d"),
            layers.DepthwiseConv1D(3, activation="relu", name="depthwise_1d"),
            layers.Conv1DTranspose(2, 3, activation="relu", name="transpose_1d"),
            layers.Reshape([31, 2, 1, 2]),
            layers.Conv3DTranspose(2, 2, activation="relu", name="transpose_3d"),
            layers.EinsumDense("abcdx,xy->aby", [None, 3], activation="relu", name="einsum"),
        ]
    )
    kinds = ["separable_2d", "depthwise_2d", "transpose_2d", "after_normalization", "separable_1d", "depthwise_1d"]
    return model, (8, 8, 2), [*kinds, "transpose_1d", "transpose_3d", "einsum"]


def operations() -> Case:
    x = inner = keras.Input([4])
    x = keras.ops.relu(layers.Dense(5, name="a")(x))
    x = keras.ops.leaky_relu(layers.Dense(5, name="b")(x))
    x = keras.ops.relu6(layers.Dense(5, name="c")(x))
    x = keras.activations.relu(layers.Dense(5, name="d")(x), max_value=6)
    model = keras.Model(inner, x)
    return model, (4,), [one.name for one in model.operations if "lu" in one.name]


def over_time() -> Case:
    inner = keras.Sequential([layers.Dense(3, "relu", name="inner"), layers.ReLU(name="relu")], name="composite")
    model = keras.Sequential(
        [
            keras.Input([5, 4]),
            layers.TimeDistributed(layers.Dense(4, "relu"), name="single"),
            layers.TimeDistributed(inner, name="several"),
            layers.TimeDistributed(layers.ReLU(), name="only"),
        ]
    )
    each = ["several/composite/inner", "several/composite/relu"]
    return model, (5, 4), ["single"] * 5 + each * 5 + ["only"] * 5


CASES = [
    nested,
    shared,
    attributes,
    lists_and_dicts,
    composites,
    models_as_blocks,
    activation_layer_in_a_layer,
    convolutions,
    operations,
    over_time,
]


@pytest.mark.parametrize("case", CASES)
def test_a_training_step_records_what_was_planted(
    case: Callable[[], Case], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, shape, calls = case()
    x = inputs(shape)
    model(x, training=True)  # Builds the model.
    raw: list[np.ndarray] = []
    for name in ("relu", "relu6", "leaky_relu"):
        function = getattr(tf.nn, name)

        def noted(*args: Any, function: Any = function, **kwargs: Any) -> tf.Tensor:
            raw.append(function(*args, **kwargs).numpy())
            return tf.constant(raw[-1])

        monkeypatch.setattr(tf.nn, name, noted)
        for layer in model._flatten_layers():
            for attribute, value in vars(layer).items():
                if value is function:
                    monkeypatch.setitem(vars(layer), attribute, noted)
    model(x, training=True)
    monkeypatch.undo()
    assert len(raw) == len(calls)
    assert sorted(paths(model)) == sorted(set(calls))

    timelines = fit(model, tmp_path, x)
    assert sorted(timelines) == sorted(set(calls))
    for path, timeline in timelines.items():
        own = [a.reshape(-1, a.shape[-1]) for a, called in zip(raw, calls) if called == path]
        assert timeline.samples.tolist() == [sum(map(len, own))], path
        assert timeline.active.tolist() == [sum((a > 0).sum(0) for a in own).tolist()], path
        assert timeline.gradient_norm is not None, path
        steps = 5 if path.startswith("several/") else 1
        assert timeline.info.calls == (3 if path == "shared" else steps), path


# Operations have no names but those that Keras gives.
@pytest.mark.parametrize("case", [case for case in CASES if case is not operations])
def test_the_same_model_built_twice_has_the_same_paths(case: Callable[[], Case]) -> None:
    first, second = case(), case()
    for model, shape, calls in (first, second):
        model(inputs(shape))
        assert sorted(paths(model)) == sorted(set(calls))
    assert paths(first[0]) == paths(second[0])


def test_the_gradient_over_time_is_exact(tmp_path: pathlib.Path) -> None:
    x = inputs((5, 4))
    target = np.ones((ROWS, 5, 3), np.float32)
    for steps in (5, None):
        dense = layers.Dense(3, "relu", name="dense")
        model = keras.Sequential([keras.Input([steps, 4]), layers.TimeDistributed(dense, name="td")])
        kernel, bias = (w.astype(np.float64) for w in dense.get_weights())
        timeline = fit(model, tmp_path / str(steps), x)["td"]
        z = x @ kernel + bias
        gradient = np.where(z > 0, 2 * (np.maximum(z, 0) - target) / target.size, 0)
        norm = np.sqrt(np.square(gradient).sum((0, 1)))
        np.testing.assert_allclose(timeline.gradient_norm[0], norm, rtol=2e-3)
        assert timeline.samples.tolist() == [ROWS * 5]
        assert timeline.active.tolist() == [(z > 0).sum((0, 1)).tolist()]
        assert timeline.info.gradient_at == metadata.GATED_ACTIVATION


def test_several_layers_over_a_time_that_is_not_known(tmp_path: pathlib.Path) -> None:
    inner = keras.Sequential([keras.Input([4]), layers.Dense(3, "relu", name="dense")], name="inner")
    model = keras.Sequential(
        [keras.Input([None, 4]), layers.TimeDistributed(inner, name="td"), layers.Dense(2, "relu", name="out")]
    )
    assert discovery.find_targets(model).unreachable == ["td"]
    with pytest.warns(UserWarning, match="can't be watched from outside: 'td'"):
        timelines = fit(model, tmp_path, inputs((5, 4)))
    assert list(timelines) == ["out"]


def test_recurrent_layers(tmp_path: pathlib.Path) -> None:
    stacked = layers.StackedRNNCells([layers.GRUCell(4, activation="relu"), layers.SimpleRNNCell(3, activation="relu")])
    model = keras.Sequential(
        [
            keras.Input([5, 4]),
            layers.Bidirectional(layers.GRU(3, activation="relu", return_sequences=True), name="bidirectional"),
            layers.RNN(layers.LSTMCell(4, activation="relu"), return_sequences=True, name="lstm"),
            layers.RNN(stacked, return_sequences=True, name="stacked"),
            layers.LSTM(3, return_sequences=True, name="tanh"),
        ]
    )
    units = {
        "bidirectional/forward_gru": 3,
        "bidirectional/backward_gru": 3,
        "lstm": 4,
        "stacked/cell_0": 4,
        "stacked/cell_1": 3,
    }
    assert discovery.find_targets(model).unreachable == []
    timelines = fit(model, tmp_path, inputs((5, 4)))
    assert list(timelines) == list(units)
    for path, timeline in timelines.items():
        assert timeline.samples.tolist() == [ROWS * 5], path
        assert timeline.active.shape == (1, units[path]), path
        assert timeline.info.gradient_at == metadata.GATED_ACTIVATION, path


class Cell(layers.Layer):
    """A recurrent cell of one's own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.state_size = self.output_size = 3
        self.dense = layers.Dense(3)
        self.act = keras.activations.relu

    def build(self, shape: Any) -> None:
        self.dense.build([None, 7])

    def call(self, x: Any, states: Any) -> Any:
        h = self.act(self.dense(keras.ops.concatenate([x, states[0]], axis=-1)))
        return h, [h]


def test_cells_of_ones_own_are_listed(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([keras.Input([5, 4]), layers.RNN(Cell(), name="own"), layers.Dense(2, "relu", name="out")])
    found = discovery.find_targets(model)
    assert ([target.name for target in found.targets], found.unreachable) == (["out"], ["own"])
    with pytest.warns(UserWarning, match="can't be watched from outside: 'own'"):
        assert list(fit(model, tmp_path, inputs((5, 4)))) == ["out"]


@pytest.mark.parametrize("six", [lambda: layers.ReLU(6.0, name="six"), lambda: layers.Activation("relu6", name="six")])
def test_a_unit_at_the_upper_bound_is_saturated(six: Callable[[], Any], tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([keras.Input([4]), layers.Dense(3, name="dense"), six()])
    kernel, _ = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel, np.array([100, -100, 0], np.float32)])
    timeline = fit(model, tmp_path, np.repeat(inputs((4,)), 200, axis=0))["six"]
    assert timeline.info.upper_bound == 6.0
    states = timeline.states(Thresholds(min_samples=100))[0]
    assert states.tolist()[:2] == [UnitState.SATURATED, UnitState.DEAD]
    assert states[2] not in (UnitState.SATURATED, UnitState.DEAD)


def test_activations_in_a_models_own_call(tmp_path: pathlib.Path) -> None:
    class Model(keras.Model):
        def __init__(self, watched: bool) -> None:
            super().__init__()
            self.watched = watched
            self.dense = layers.Dense(3)
            self.out = layers.Dense(2, "relu")

        def call(self, x: Any) -> Any:
            x = keras.ops.relu(self.dense(x))
            return self.out(watch(x, "by_hand") if self.watched else x)

    x = inputs((4,))
    with pytest.warns(UserWarning, match=r"can't be watched from outside: '[^',]*Relu'\. .*import watch") as caught:
        assert list(fit(Model(False), tmp_path / "without", x)) == ["out"]
    assert len(caught) == 1
    model = Model(True)
    a = np.maximum(model.dense(x).numpy(), 0)
    timelines = fit(model, tmp_path / "with", x)
    assert sorted(timelines) == ["by_hand", "out"]
    assert timelines["by_hand"].active.tolist() == [(a > 0).sum(0).tolist()]


def test_channels_first() -> None:
    def conv(name: str, activation: Any = None) -> Any:
        return layers.Conv2D(4, 3, data_format="channels_first", padding="same", activation=activation, name=name)

    inner = keras.Input([4, 8, 8])
    x = layers.Concatenate(axis=1)([conv("one")(inner), conv("two")(inner)])
    x = layers.ReLU(name="after_concatenate")(layers.BatchNormalization(axis=1)(x))
    x = keras.ops.relu(conv("three")(x))
    x = keras.Sequential([keras.Input([4, 8, 8]), conv("four")], name="nested")(x)
    x = layers.ReLU(name="after_model")(x)
    x = layers.SpectralNormalization(conv("five"))(x)
    x = layers.ReLU(name="after_wrapper")(x)
    x = layers.ReLU(name="after_pooling")(layers.GlobalAveragePooling2D(data_format="channels_first")(x))
    x = layers.Dense(2, "relu", name="dense")(x)
    model = keras.Model(inner, x)
    axes = {target.name: target.unit_axis for target in discovery.find_targets(model).targets}
    (operation,) = set(axes) - {"after_concatenate", "after_model", "after_wrapper", "after_pooling", "dense"}
    assert axes.pop(operation) == 1
    # Behind the pooling, axis 1 is the last one.
    assert axes == {"after_concatenate": 1, "after_model": 1, "after_wrapper": 1, "after_pooling": 1, "dense": -1}
    over_time = [layers.TimeDistributed(layers.Activation("relu")), layers.TimeDistributed(conv("conv", "relu"))]
    model = keras.Sequential([keras.Input([5, 4, 8, 8]), *over_time])
    assert [target.unit_axis for target in discovery.find_targets(model).targets] == [-1, 2]


def selectable() -> keras.Model:
    model, _, _ = nested()
    return model


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (None, ["encoder/first", "encoder/block_2/relu"]),
        ("head", ["head"]),
        ("encoder/first", ["encoder/first"]),
        (["encoder/block_2/relu", "head"], ["encoder/block_2/relu", "head"]),
        ("encoder/block_2", ["encoder/block_2/relu"]),
        ("encoder", ["encoder/first", "encoder/block_2/relu"]),
        ("encoder/*", ["encoder/first", "encoder/block_2/dense", "encoder/block_2/relu"]),
        ("*/relu", ["encoder/block_2/relu"]),
        ("hea[cd]", ["head"]),
        (lambda path, layer: isinstance(layer, layers.ReLU), ["encoder/block_2/relu"]),
        (lambda path, layer: path.startswith("h"), ["head"]),
    ],
)
def test_layers_are_chosen(selection: discovery.Selection, expected: list[str]) -> None:
    assert paths(selectable(), selection) == expected


def test_what_cannot_be_chosen() -> None:
    model = selectable()
    with pytest.raises(
        ValueError, match=r"^No layer 'a', 'b/\*' in model '.*'; its layers are: 'encoder/first', .*'head'\.$"
    ):
        paths(model, ["a", "head", "b/*"])
    with pytest.raises(ValueError, match=r"^Nothing to watch: layers must have at least one name.*got \(\)\.$"):
        paths(model, ())
    with pytest.raises(ValueError, match=r"the function given as layers returned False for all of: 'encoder/first', "):
        paths(model, lambda path, layer: False)
    plain = keras.Sequential([keras.Input([4]), layers.Dropout(0.5, name="drop"), layers.Dense(2, name="out")])
    with pytest.raises(
        ValueError, match=r"^Layer 'drop' \(Dropout\) has no activation to watch: expected a layer with"
    ):
        paths(plain, "drop")
    with pytest.raises(ValueError, match=r"none of its 2 layers has an activation of the ReLU family \(celu, elu, "):
        paths(plain)
    with pytest.raises(ValueError, match=r"^Model 'empty' has no layers yet; build it first: call it once on a batch"):
        paths(keras.Sequential(name="empty"))


def test_names_that_look_like_patterns() -> None:
    model = keras.Sequential([keras.Input([4]), layers.Dense(3, "relu", name="a[0]"), layers.Dense(2, name="a0")])
    assert paths(model, "a[0]") == ["a[0]", "a0"]
    assert paths(model, ["a0"]) == ["a0"]


def test_layers_of_one_name(tmp_path: pathlib.Path) -> None:
    class Model(Chain):
        def __init__(self) -> None:
            super().__init__()
            self.a = layers.Dense(3, "relu", name="same")
            self.b = layers.Dense(4, "relu", name="same")
            self.c = layers.Dense(5, "relu")
            self._c = layers.Dense(6, "relu")

        def chain(self) -> list[Any]:
            return [self.a, self.b, self.c, self._c]

    timelines = fit(Model(), tmp_path, inputs((4,)))
    assert {path: one.active.shape[1] for path, one in timelines.items()} == {"same": 3, "same_1": 4, "c": 5, "c_1": 6}


NAMES = st.sampled_from(["a", "a_0", "a_1", "act", "dense", "re_lu"])
HELD = st.sampled_from(["layer", "list", "dict", "function"])
# Kind, name, and the parts with the attributes that hold them, and how.
TREES = st.recursive(
    st.tuples(st.sampled_from(["relu", "dense"]), st.none() | NAMES, st.just([])),
    lambda parts: st.tuples(
        st.sampled_from(["layer", "model", "sequential"]),
        st.none() | NAMES,
        st.lists(st.tuples(NAMES, HELD, parts), min_size=1, max_size=4),
    ),
    max_leaves=12,
)


def grow(tree: Any) -> layers.Layer:
    kind, name, parts = tree
    if kind == "relu":
        return layers.ReLU(name=name)
    if kind == "dense":
        return layers.Dense(2, "relu", name=name)
    grown = [(attribute, held, grow(part)) for attribute, held, part in parts]
    if kind == "sequential":
        return keras.Sequential(list({part.name: part for _, _, part in grown}.values()), name=name)
    parent = (layers.Layer if kind == "layer" else keras.Model)(name=name)
    for attribute, held, part in grown:
        values = {"layer": part, "list": [part], "dict": {"0": part}, "function": keras.activations.relu}
        setattr(parent, attribute, values[held])
    return parent


@hypothesis.given(TREES)
@hypothesis.settings(max_examples=60)
def test_paths_are_unique(tree: Any) -> None:
    class Model(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.a = grow(tree)
            self.act = keras.activations.relu
            self.dense = layers.Dense(2, "relu")

    model = Model()
    found = paths(model)
    assert len(set(found)) == len(found)
    nodes = walk.operation_paths(model)
    assert len({path for path, _ in nodes}) == len(nodes) == len({id(layer) for _, layer in nodes})
    assert paths(Model()) == found
