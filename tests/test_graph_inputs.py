"""Which watched layers come before a layer, in graphs of every kind; compared with what was built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin.instrument import discovery, graph_inputs

pytestmark = pytest.mark.tensorflow

layers = keras.layers


def inputs_of(model: keras.Model, selection: Any = None) -> dict[str, tuple[str, ...] | None]:
    targets = discovery.find_targets(model, selection).targets
    return graph_inputs.of_model(model, targets).input_layers


def entries_of(model: keras.Model) -> list[str] | None:
    entries = graph_inputs.of_model(model, discovery.find_targets(model).targets).entries
    return None if entries is None else [entry.layer.name for entry in entries]


def dense(name: str, units: int = 4) -> layers.Dense:
    return layers.Dense(units, "relu", name=name)


@keras.saving.register_keras_serializable()
class Residual(layers.Layer):
    """Its input goes past its activation."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.activation = keras.activations.relu

    def call(self, x: Any) -> Any:
        return x + self.activation(x)


class Block(layers.Layer):
    """Watched layers inside."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.inner = layers.Dense(4, "relu")

    def call(self, x: Any) -> Any:
        return x + self.inner(x)


def test_sequential() -> None:
    model = keras.Sequential(
        [layers.Input([4]), dense("a"), layers.Dropout(0.5), layers.Dense(4), layers.ReLU(name="b"), dense("c")]
    )
    assert inputs_of(model) == {"a": (), "b": ("a",), "c": ("b",)}


def test_layers_that_are_not_watched_are_passed() -> None:
    model = keras.Sequential([layers.Input([4]), dense("a"), dense("b"), dense("c")])
    assert inputs_of(model, ["a", "c"]) == {"a": (), "c": ("a",)}


def test_branches_come_in_network_order() -> None:
    x = keras.Input([4])
    a, b = dense("a")(x), dense("b")(x)
    model = keras.Model(x, dense("c")(layers.Concatenate()([b, a])))
    got = inputs_of(model)
    assert got["a"] == got["b"] == () and got["c"] == tuple(name for name in got if name != "c")


def test_input_that_comes_past_a_layer() -> None:
    x = keras.Input([4])
    model = keras.Model(x, dense("b")(layers.Add()([x, dense("a")(x)])))
    assert inputs_of(model) == {"a": (), "b": None}


def test_residual_of_watched_layers() -> None:
    x = keras.Input([4])
    a = dense("a")(x)
    model = keras.Model(x, dense("c")(a + dense("b")(a)))
    assert inputs_of(model) == {"a": (), "b": ("a",), "c": ("a", "b")}


def test_nested_models() -> None:
    inner = keras.Sequential([layers.Input([4]), dense("a"), dense("b")], name="inner")
    x = keras.Input([4])
    model = keras.Model(x, dense("last")(inner(dense("first")(x))))
    expected = {"first": (), "inner/a": ("first",), "inner/b": ("inner/a",), "last": ("inner/b",)}
    assert inputs_of(model) == expected


def test_shared_layers_are_given_all_that_any_call_is_given() -> None:
    x, shared = keras.Input([4]), dense("shared")
    a, b = dense("a")(x), dense("b")(x)
    model = keras.Model(x, layers.Add()([shared(a), shared(b)]))
    assert inputs_of(model) == {"a": (), "b": (), "shared": ("a", "b")}


def test_layer_that_feeds_itself() -> None:
    x, relu = keras.Input([4]), layers.ReLU(name="relu")
    model = keras.Model(x, relu(layers.Dense(4)(relu(layers.Dense(4)(x)))))
    assert inputs_of(model) == {"relu": None}


def test_recurrent_layers() -> None:
    cells = [layers.SimpleRNNCell(3, "relu"), layers.GRUCell(4, "relu")]
    model = keras.Sequential(
        [
            layers.Input([5, 2]),
            layers.RNN(cells, return_sequences=True, name="stack"),
            layers.Bidirectional(layers.LSTM(3, "relu", return_sequences=True), name="both"),
            layers.TimeDistributed(layers.Dense(3, "relu"), name="each"),
        ]
    )
    assert inputs_of(model) == {
        "stack/cell_0": (),
        "stack/cell_1": ("stack/cell_0",),
        "both/forward_lstm": ("stack/cell_1",),
        "both/backward_lstm": ("stack/cell_1",),
        "each": ("both/forward_lstm", "both/backward_lstm"),
    }


@pytest.mark.parametrize("layer", [Residual, Block])
def test_what_comes_out_of_a_users_layer_is_not_known(layer: Callable[..., Any]) -> None:
    x = keras.Input([4])
    model = keras.Model(x, dense("b")(layer(name="own")(dense("a")(x))))
    got = inputs_of(model)
    assert got.pop("a") == () and got.pop("b") is None
    assert list(got.values()) == ([("a",)] if layer is Residual else [None])


class Subclassed(keras.Model):
    """Without a graph, but for a part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.part = keras.Sequential([layers.Input([4]), dense("a"), dense("b")])
        self.head = dense("head")

    def call(self, x: Any) -> Any:
        return self.head(self.part(x))


def test_subclassed_model() -> None:
    model = Subclassed()
    model(keras.ops.ones([1, 4]))
    assert list(inputs_of(model).values()) == [None, ("part/a",), None]
    assert entries_of(model) is None


def test_graph_with_a_call_of_its_own() -> None:
    class Doubled(keras.Sequential):
        def call(self, x: Any, **options: Any) -> Any:
            return super().call(2 * x, **options)

    model = Doubled([layers.Input([4]), dense("a"), dense("b")])
    assert inputs_of(model) == {"a": None, "b": None}
    assert entries_of(model) is None


def test_entries_are_what_first_has_weights() -> None:
    image, code, words = keras.Input([8, 8, 3]), keras.Input([4]), keras.Input([5])
    seen = layers.Rescaling(1 / 255)(layers.RandomFlip()(image))
    first = layers.Conv2D(2, 3, activation="relu", name="conv")(layers.BatchNormalization()(seen))
    again = layers.Conv2D(2, 3, activation="relu", name="conv_2")(first)
    text = layers.LSTM(4, name="lstm")(layers.Embedding(10, 3, name="embedding")(words))
    parts = [layers.Flatten()(again), dense("code")(code), text]
    model = keras.Model([image, code, words], layers.Dense(2, name="out")(layers.Concatenate()(parts)))
    assert entries_of(model) == ["code", "conv"] or entries_of(model) == ["conv", "code"]


def test_entries_in_nested_and_shared_layers() -> None:
    inner = keras.Sequential([layers.Input([4]), dense("a")], name="inner")
    x, other, shared = keras.Input([4]), keras.Input([4]), dense("shared")
    once = shared(other)
    model = keras.Model([x, other], layers.Concatenate()([inner(x), dense("same")(x), shared(once)]))
    # `same` is given the tensor that `a` is given, and `shared` what it gave itself.
    assert entries_of(model) in (["a"], ["same"])
