"""Which weights take a layer's units as their input, against gradients with one unit active at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin.instrument import discovery
from tb_deadrelu_plugin.instrument.successors import Successors, Surroundings

pytestmark = pytest.mark.tensorflow

layers = keras.layers
UNITS = 3


def hidden(**options: Any) -> keras.layers.Layer:
    return layers.Dense(UNITS, activation="relu", name="hidden", **options)


def convolution(**options: Any) -> keras.layers.Layer:
    return layers.Conv2D(UNITS, 3, activation="relu", name="hidden", **options)


def sequential(shape: tuple[int | None, ...], *parts: Any) -> keras.Model:
    return keras.Sequential([keras.Input(shape), *parts])


def last(**options: Any) -> keras.layers.Layer:
    return layers.Dense(4, name="after", **options)


def fork() -> keras.Model:
    x = keras.Input((5,))
    h = hidden()(x)
    return keras.Model(x, [layers.Dense(2, name="after")(h), layers.Dense(3, name="after_2")(layers.Dropout(0.5)(h))])


def concatenation() -> keras.Model:
    x = keras.Input((6, 6, 1))
    h = convolution()(x)
    other = layers.Conv2D(2, 3, activation="relu", name="other")(x)
    both = layers.Concatenate()([other, h, other, h])
    return keras.Model(x, layers.Conv2D(4, 2, name="after")(layers.AveragePooling2D(2)(both)))


def nested() -> keras.Model:
    inner = keras.Sequential([keras.Input((UNITS,)), layers.Activation("tanh"), last()])
    x = keras.Input((5,))
    outer = keras.Sequential([keras.Input((5,)), hidden()])
    return keras.Model(x, inner(outer(x)))


def siamese() -> keras.Model:
    tower = keras.Sequential([keras.Input((5,)), hidden(), last()])
    x = keras.Input((10,))
    return keras.Model(x, layers.Add()([tower(x[:, :5]), tower(x[:, 5:])]))


def separate_activation() -> keras.Model:
    parts = [layers.Dense(UNITS), layers.BatchNormalization(), layers.Dropout(0.1), layers.ReLU(name="hidden")]
    return sequential((5,), *parts, last())


CERTAIN: dict[str, Callable[[], keras.Model]] = {
    "dense": lambda: sequential((5,), hidden(), last()),
    "dense on sequences": lambda: sequential((4, 5), hidden(), layers.Dropout(0.1), last()),
    "flatten of sequences": lambda: sequential((4, 5), hidden(), layers.Flatten(), last()),
    "convolution": lambda: sequential((8, 8, 2), convolution(), layers.Conv2D(4, 3, padding="same", name="after")),
    "groups": lambda: sequential(
        (8, 8, 2), layers.Conv2D(6, 3, activation="relu", name="hidden"), layers.Conv2D(4, 2, groups=2, name="after")
    ),
    "transposed": lambda: sequential(
        (6, 6, 2),
        layers.Conv2DTranspose(UNITS, 3, activation="relu", name="hidden"),
        layers.Conv2DTranspose(4, 2, name="after"),
    ),
    "depthwise": lambda: sequential(
        (8, 8, 2), convolution(), layers.DepthwiseConv2D(3, depth_multiplier=2, name="after")
    ),
    "separable": lambda: sequential((8, 8, 2), convolution(), layers.SeparableConv2D(4, 3, name="after")),
    "one dimension": lambda: sequential(
        (9, 2),
        layers.Conv1D(UNITS, 2, activation="relu", name="hidden"),
        layers.MaxPooling1D(),
        layers.Conv1D(4, 2, name="after"),
    ),
    "flatten": lambda: sequential((6, 6, 1), convolution(), layers.MaxPooling2D(), layers.Flatten(), last()),
    "reshape": lambda: sequential((6, 6, 1), convolution(), layers.Reshape((16, UNITS)), layers.Flatten(), last()),
    "permute": lambda: sequential((6, 5, 1), convolution(), layers.Permute((3, 2, 1)), layers.Flatten(), last()),
    "global pooling": lambda: sequential((6, 6, 1), convolution(), layers.GlobalAveragePooling2D(), last()),
    "global pooling that keeps axes": lambda: sequential(
        (6, 6, 1), convolution(), layers.GlobalMaxPooling2D(keepdims=True), layers.Flatten(), last()
    ),
    "padding, cropping, upsampling": lambda: sequential(
        (6, 6, 1),
        convolution(),
        layers.ZeroPadding2D(),
        layers.UpSampling2D(),
        layers.Cropping2D(1),
        layers.Conv2D(4, 2, name="after"),
    ),
    "repeated": lambda: sequential((5,), hidden(), layers.RepeatVector(3), last()),
    "activations": lambda: sequential(
        (5,), hidden(), layers.LeakyReLU(), layers.PReLU(), layers.ELU(), layers.Activation("silu"), last()
    ),
    "batch normalization": lambda: sequential((5,), hidden(), layers.BatchNormalization(), last()),
    "gru": lambda: sequential((4, 5), hidden(), layers.GRU(2, name="after")),
    "lstm": lambda: sequential((4, 5), hidden(), layers.LSTM(2, name="after")),
    "every time step": lambda: sequential(
        (4, 5),
        layers.TimeDistributed(layers.Dense(UNITS, activation="relu"), name="hidden"),
        layers.TimeDistributed(last()),
    ),
    "fork": fork,
    "concatenation": concatenation,
    "nested": nested,
    "siamese": siamese,
    "separate activation": separate_activation,
}


def target_of(model: keras.Model, name: str = "hidden") -> discovery.Target:
    (target,) = [one for one in discovery.find_targets(model).targets if one.name.split("/")[-1] == name]
    return target


def around(model: keras.Model, name: str = "hidden", calls: int = 0) -> Surroundings:
    return Successors(model).around(target_of(model, name), calls)


def consumers(model: keras.Model) -> list[Any]:
    return [one for one in model._flatten_layers() if one.name.startswith("after") and one.weights]


def kernel(layer: Any) -> Any:
    for name in ("depthwise_kernel", "kernel"):
        if hasattr(layer, name):
            return getattr(layer, name)
    return layer.cell.kernel


def only_active(model: keras.Model, biases: list[Any], own: Any, unit: int) -> None:
    """Makes one unit of the network active, and all others dead."""
    for bias in biases:
        bias.assign(np.full(bias.shape, -1e3))
    own.assign(np.where(np.arange(own.shape[0]) == unit, 1.0, -1e3))


@pytest.mark.parametrize("name", CERTAIN)
def test_outgoing_weights_are_those_with_a_gradient_when_one_unit_is_active(name: str) -> None:
    keras.utils.set_random_seed(0)
    model = CERTAIN[name]()
    found = around(model)
    assert found.uncertain is None and found.refused is None
    rng = np.random.default_rng(0)
    x = tf.constant(0.1 * rng.normal(size=(8, *model.input_shape[1:])), tf.float32)
    own = found.incoming[1].variable
    others = [one.bias for one in model._flatten_layers() if one.name == "other"]
    kernels = [kernel(one) for one in consumers(model)]
    masks = {id(one.weights.variable): one.weights for one in found.outgoing}
    assert sorted(masks) == sorted(map(id, kernels))
    units = own.shape[0]
    seen = [np.zeros(one.shape, int) for one in kernels]
    for unit in range(units):
        only_active(model, others, own, unit)
        with tf.GradientTape() as tape:
            outputs = tf.nest.flatten(model(x))
            total = tf.add_n(
                [tf.reduce_sum(one * tf.constant(rng.normal(size=one.shape), one.dtype)) for one in outputs]
            )
        gradients = tape.gradient(total, [one.value for one in kernels])
        for number, (one, gradient) in enumerate(zip(kernels, gradients, strict=True)):
            mask = masks[id(one)].of(np.array([unit]))
            np.testing.assert_array_equal(mask, gradient.numpy() != 0)
            seen[number] += mask
    for one in seen:
        # Each entry is one unit's at most; all are, unless they are another branch's.
        assert one.max() == 1 and (one.min() == 1 or name == "concatenation")


def test_channels_first() -> None:
    options = {"data_format": "channels_first"}
    for flatten, rows in ((layers.Flatten(**options), [1, 4, 7, 10]), (layers.Flatten(), [4, 5, 6, 7])):
        model = sequential((1, 4, 4), convolution(**options), flatten, last())
        (one,) = around(model).outgoing
        assert np.flatnonzero(one.weights.of(np.array([1]))[:, 0]).tolist() == rows
    model = sequential((1, 4, 4), convolution(**options), layers.GlobalMaxPooling2D(**options), last())
    assert around(model).outgoing[0].weights.owner.ravel().tolist() == [0, 1, 2]


def test_incoming_weights_are_those_of_the_unit() -> None:
    """One unit's value depends on its part of the incoming weights, and on nothing else of them."""
    keras.utils.set_random_seed(0)
    parts = {
        "dense": hidden(),
        "convolution": convolution(),
        "transposed": layers.Conv2DTranspose(UNITS, 3, activation="relu", name="hidden"),
        "depthwise": layers.DepthwiseConv2D(3, depth_multiplier=2, activation="relu", name="hidden"),
        "separable": layers.SeparableConv2D(UNITS, 3, activation="relu", name="hidden"),
    }
    for name, part in parts.items():
        model = sequential((6, 6, 2), part, layers.Conv2D(1, 1, name="after"))
        found = around(model)
        assert len(found.incoming) == 2, name
        part.bias.assign(np.full(part.bias.shape, 100.0))
        x = tf.constant(np.random.default_rng(0).normal(size=(2, 6, 6, 2)), tf.float32)
        for unit in range(part.bias.shape[0]):
            with tf.GradientTape() as tape:
                value = tf.reduce_sum(part(x)[..., unit] ** 2)
            gradients = tape.gradient(value, [one.variable.value for one in found.incoming])
            for one, gradient in zip(found.incoming, gradients, strict=True):
                np.testing.assert_array_equal(one.of(np.array([unit])), gradient.numpy() != 0, err_msg=name)


def test_batch_normalization_before_and_after_the_activation() -> None:
    model = sequential(
        (5,),
        layers.Dense(UNITS),
        layers.BatchNormalization(name="before"),
        layers.ReLU(name="hidden"),
        layers.BatchNormalization(name="behind"),
        last(),
    )
    found = around(model)
    names = [one.variable.path.split("/", 1)[1] for one in found.incoming[2:]]
    assert names == ["before/gamma", "before/beta", "before/moving_mean", "before/moving_variance"]
    assert [one.variable.path.split("/", 1)[1] for one in found.after][:2] == ["behind/gamma", "behind/beta"]
    assert found.source is model.layers[0]
    # What is frozen stays as it is.
    model.get_layer("before").trainable = False
    assert len(around(model).incoming) == 2


def shared_consumer() -> keras.Model:
    x = keras.Input((UNITS,))
    after = last()
    return keras.Model(x, layers.Add()([after(hidden()(x)), after(x)]))


def residual() -> keras.Model:
    x = keras.Input((UNITS,))
    return keras.Model(x, last()(layers.Add(name="sum")([hidden()(x), x])))


def residual_operation() -> keras.Model:
    x = keras.Input((UNITS,))
    return keras.Model(x, last()(hidden()(x) + x))


class Subclassed(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = hidden()
        self.after = last()

    def call(self, x: Any) -> Any:
        return self.after(self.hidden(x))


class Blocks(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.block = keras.Sequential(
            [
                hidden(),
                layers.Dense(2, activation="relu", name="middle"),
                layers.Dense(2, activation="relu", name="end"),
            ]
        )
        self.after = last()

    def call(self, x: Any) -> Any:
        return self.after(self.block(x))


class Tied(keras.layers.Layer):
    """Uses another layer's kernel."""

    def __init__(self, other: Any) -> None:
        super().__init__(name="tied")
        self.other = other

    def call(self, x: Any) -> Any:
        return keras.ops.matmul(x, keras.ops.transpose(self.other.kernel))


class DenseOfOnesOwn(layers.Dense):
    def call(self, x: Any, training: bool | None = None) -> Any:
        return super().call(x)[..., ::-1]


def tied() -> keras.Model:
    x = keras.Input((5,))
    after = last()
    return keras.Model(x, Tied(after)(after(hidden()(x))))


def built(model: keras.Model) -> keras.Model:
    model(np.zeros((1, 5), np.float32))
    return model


def frozen_consumer() -> keras.Model:
    model = sequential((5,), hidden(), last())
    model.get_layer("after").trainable = False
    return model


UNCERTAIN: dict[str, tuple[Callable[[], keras.Model], str]] = {
    "output": (lambda: sequential((5,), hidden()), "its units are the model's output"),
    "residual": (residual, "'sum' (Add) merges its units with others"),
    "operation": (residual_operation, "'add_N' (Add) merges its units with others"),
    "shared consumer": (shared_consumer, "'after' (Dense) is shared: it is called on other inputs too"),
    "tied": (tied, "the weights of 'after' (Dense) are shared with another layer"),
    "frozen": (frozen_consumer, "'after' (Dense) is frozen"),
    "subclassed": (lambda: built(Subclassed()), "what takes its units is up to the `call` of what holds it"),
    "layer normalization": (
        lambda: sequential((5,), hidden(), layers.LayerNormalization(name="norm"), last()),
        "what 'norm' (LayerNormalization) makes of its units is not known",
    ),
    "sigmoid": (
        lambda: sequential((5,), hidden(), layers.Activation("sigmoid", name="gate"), last()),
        "what 'gate' (Activation) makes of its units is not known",
    ),
    "attention": (
        lambda: sequential((4, 5), hidden(), layers.Bidirectional(layers.GRU(2), name="both")),
        "what 'both' (Bidirectional) makes of its units is not known",
    ),
    "class of one's own": (
        lambda: sequential((5,), hidden(), DenseOfOnesOwn(2, name="own")),
        "what 'own' (DenseOfOnesOwn) makes of its units is not known",
    ),
    "other axis": (
        lambda: sequential((4, 5), hidden(), layers.Permute((2, 1)), last()),
        "'after' (Dense) takes its units along another axis",
    ),
    "shape not known": (
        lambda: sequential((None, None, 1), convolution(), layers.Reshape((-1, UNITS), name="flat"), last()),
        "the shape of what 'flat' (Reshape) gets is not known",
    ),
    "spread": (
        lambda: sequential(
            (5,), layers.Dense(4, activation="relu", name="hidden"), layers.Reshape((2, 2), name="square"), last()
        ),
        "'square' (Reshape) spreads its units over several axes",
    ),
}


@pytest.mark.parametrize("name", UNCERTAIN)
def test_uncertain(name: str) -> None:
    make, message = UNCERTAIN[name]
    found = around(make())
    # Keras numbers operations.
    assert re.sub(r"add(_\d+)?' ", "add_N' ", str(found.uncertain)) == message
    assert found.incoming and not found.outgoing and not found.after and found.refused is None


def frozen() -> keras.Model:
    model = sequential((5,), hidden(), last())
    model.get_layer("hidden").trainable = False
    return model


def after_sum() -> keras.Model:
    x = keras.Input((UNITS,))
    return keras.Model(x, last()(layers.ReLU(name="hidden")(layers.Add(name="sum")([layers.Dense(UNITS)(x), x]))))


def pre_activation_used_twice() -> keras.Model:
    x = keras.Input((5,))
    z = layers.Dense(UNITS)(x)
    return keras.Model(x, [last()(layers.ReLU(name="hidden")(z)), layers.Dense(2)(z)])


def one_relu_for_all() -> keras.Model:
    relu = layers.ReLU(name="hidden")
    return sequential_functional(relu)


def sequential_functional(relu: Any) -> keras.Model:
    x = keras.Input((5,))
    h = relu(layers.Dense(UNITS)(x))
    return keras.Model(x, last()(relu(layers.Dense(UNITS)(h))))


class SubclassedReLU(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.dense = layers.Dense(UNITS)
        self.hidden = layers.ReLU(name="hidden")

    def call(self, x: Any) -> Any:
        return self.hidden(self.dense(x))


REFUSED: dict[str, tuple[Callable[[], keras.Model], str]] = {
    "frozen": (frozen, "'hidden' (Dense) is frozen"),
    "recurrent": (
        lambda: sequential((4, 5), layers.GRU(2, activation="relu", name="hidden"), last()),
        "recurrent units feed themselves, so that their weights can't be told apart",
    ),
    "sum": (after_sum, "its units come from 'sum' (Add), and no weights are theirs alone"),
    "used twice": (pre_activation_used_twice, "what comes before its activation is used elsewhere too"),
    "shared activation": (
        one_relu_for_all,
        "'hidden' (ReLU) is shared: it is called on the units of several layers",
    ),
    "subclassed": (
        lambda: built(SubclassedReLU()),
        "what comes before 'hidden' (ReLU) is up to the `call` of what holds it",
    ),
    "input": (lambda: sequential((5,), layers.ReLU(name="hidden"), last()), "its units are the model's input"),
    "two activations": (
        lambda: sequential((5,), layers.Dense(2, activation="tanh", name="first"), layers.ReLU(name="hidden"), last()),
        "'first' (Dense) before it has an activation of its own",
    ),
    "layer of one's own": (
        lambda: sequential((5,), DenseOfOnesOwn(2, activation="relu", name="hidden"), last()),
        "which weights compute the units of 'hidden' (DenseOfOnesOwn) is not known",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    make, message = REFUSED[name]
    model = make()
    names = [one.name for one in discovery.find_targets(model).targets]
    assert any(one.split("/")[-1] == "hidden" for one in names)
    found = around(model)
    assert found.refused == message
    assert not found.incoming and not found.outgoing and not found.after


def test_models_of_ones_own_that_hold_sequential_ones() -> None:
    model = built(Blocks())
    names = {name: around(model, name) for name in ("hidden", "middle", "end")}
    assert names["hidden"].uncertain is None and names["middle"].uncertain is None
    assert re.fullmatch(
        r"its units leave 'sequential.*' \(Sequential\), and what takes them then is up to the `call` of what holds that",
        str(names["end"].uncertain),
    )


def test_calls_that_the_graph_does_not_have() -> None:
    model = sequential((5,), hidden(), last())
    assert around(model, calls=1).uncertain is None
    assert around(model, calls=2).uncertain == "a training step calls it 2 times, the model's graph 1 times"


def test_functional_models_with_a_call_of_their_own_are_not_known() -> None:
    class Own(keras.Model):
        def call(self, x: Any, training: bool | None = None) -> Any:
            return super().call(x)

    x = keras.Input((5,))
    model = Own(x, last()(hidden()(x)))
    assert around(model).uncertain == "what takes its units is up to the `call` of what holds it"
