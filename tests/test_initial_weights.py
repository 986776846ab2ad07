"""Whether weights are those of the initializers."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="models are built")

import keras
import tensorflow as tf
from keras import layers

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import discovery, initial_weights
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import Monitor

pytestmark = pytest.mark.tensorflow


def of_model(model: keras.Model) -> dict[str, str | None]:
    return initial_weights.of_targets(model, discovery.find_targets(model, None).targets)


def small(**options) -> keras.Sequential:
    return keras.Sequential([keras.Input((6,)), layers.Dense(8, "relu", name="one", **options), layers.Dense(1)])


@pytest.mark.parametrize(
    "initializer", ["glorot_uniform", "he_normal", "truncated_normal", "orthogonal", keras.initializers.HeNormal(3)]
)
def test_as_drawn_and_moved(initializer) -> None:
    model = small(kernel_initializer=initializer)
    assert of_model(model) == {"one": metadata.INITIAL}
    kernel = model.get_layer("one").kernel
    value = np.array(kernel)
    value[2, 3] += 1e-3
    kernel.assign(value)
    assert of_model(model) == {"one": metadata.CHANGED}


def test_a_bias_alone_tells() -> None:
    model = small()
    model.get_layer("one").bias.assign(np.full(8, 1e-4))
    assert of_model(model) == {"one": metadata.CHANGED}


def test_loaded_weights(tmp_path: pathlib.Path) -> None:
    first, second = small(), small()
    first.save_weights(tmp_path / "some.weights.h5")
    second.load_weights(tmp_path / "some.weights.h5")
    assert of_model(second) == {"one": metadata.CHANGED}


def test_what_can_not_be_asked_is_not_known() -> None:
    generator = keras.random.SeedGenerator(1)
    model = small(kernel_initializer=keras.initializers.HeNormal(generator))
    state = np.array(generator.state.value)
    assert of_model(model) == {"one": None}
    np.testing.assert_array_equal(np.array(generator.state.value), state)
    calls = []

    def own(shape, dtype=None):
        calls.append(shape)
        return keras.ops.ones(shape, dtype)

    model = small(kernel_initializer=own)
    assert len(calls) == 1 and of_model(model) == {"one": None} and len(calls) == 1
    # A bias of the user's own says nothing, the kernel does.
    assert of_model(small(bias_initializer=own)) == {"one": metadata.INITIAL}


def test_large_weights_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initial_weights, "MOST_ENTRIES", 40)
    assert of_model(small()) == {"one": None}


def test_an_activation_after_a_normalization_goes_by_the_other_layers() -> None:
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU(name="act")]
    )
    assert of_model(model) == {"act": metadata.INITIAL}
    model.layers[0].bias.assign(np.ones(4))
    assert of_model(model) == {"act": metadata.CHANGED}


def test_no_random_state_is_used() -> None:
    draws = []
    for looked in (False, True):
        keras.utils.set_random_seed(7)
        model = small()
        if looked:
            of_model(model)
        draws.append([np.array(keras.random.normal((3,))), np.array(tf.random.normal((2,)))])
    for first, second in zip(draws[0], draws[1]):
        np.testing.assert_array_equal(first, second)


X, Y = np.ones((16, 6), np.float32), np.ones((16, 1), np.float32)


def test_before_the_first_step_of_fit(tmp_path: pathlib.Path) -> None:
    """Weights that another callback loads as training begins are those that it begins with."""

    class Loads(keras.callbacks.Callback):
        def on_train_begin(self, logs=None) -> None:
            self.model.get_layer("one").bias.assign(np.ones(8))

    for callbacks, expected in (([], metadata.INITIAL), ([Loads()], metadata.CHANGED)):
        model = small()
        model.compile("sgd", "mse")
        watching = DeadReLU(tmp_path / expected, on_sick=None)
        model.fit(X, Y, verbose=0, callbacks=[watching, *callbacks])
        assert watching.monitor.layers["one"].first_weights == expected
        model.fit(X, Y, verbose=0, callbacks=[watching])
        assert watching.monitor.layers["one"].first_weights == expected


@pytest.mark.parametrize("compiled", [False, True])
def test_before_the_first_step_of_a_loop(compiled: bool) -> None:
    model = small()
    monitor = Monitor(model)

    def step() -> None:
        with monitor.observing(), tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(X) - Y))
        for variable, gradient in zip(model.trainable_weights, tape.gradient(loss, model.trainable_weights)):
            variable.assign_sub(0.1 * gradient)

    step = tf.function(step) if compiled else step
    step()
    step()
    assert monitor.layers["one"].first_weights == metadata.INITIAL
    monitor.collect()
    assert monitor.layers["one"].first_weights == metadata.INITIAL
    assert of_model(model) == {"one": metadata.CHANGED}
