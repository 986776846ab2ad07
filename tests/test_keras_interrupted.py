"""Ctrl-C within a training step, and generators of random numbers that are not ours."""

from __future__ import annotations

import os
import pathlib
import random
import signal
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
X, Y = training.data((6,), rows=96)


def fit(model: keras.Model, *callbacks: Any, epochs: int = 1) -> None:
    model.fit(X, Y, batch_size=16, epochs=epochs, shuffle=False, verbose=0, callbacks=[*callbacks])


class Interrupting(layers.Layer):
    """Sends this process Ctrl-C while its batch is computed, once."""

    def __init__(self, batch: int) -> None:
        super().__init__()
        self.left = batch

    def call(self, inputs: Any) -> Any:
        if tf.executing_eagerly():
            return self.count_down(inputs)
        return tf.ensure_shape(tf.py_function(self.count_down, [inputs], tf.float32), inputs.shape)

    def count_down(self, inputs: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGINT)
        return inputs

    def compute_output_shape(self, shape: Any) -> Any:
        return shape


@pytest.mark.parametrize("eager", [False, True], ids=["", "eager"])
@pytest.mark.parametrize("coverage", ["all", "sampled"])
def test_ctrl_c_within_a_step(tmp_path: pathlib.Path, eager: bool, coverage: Any) -> None:
    interrupting = Interrupting(4)
    keras.utils.set_random_seed(0)
    hidden = layers.Dense(5, "relu", name="hidden")
    model = keras.Sequential([layers.Input([6]), hidden, interrupting, layers.Dense(2, name="out")])
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False, run_eagerly=eager)
    interrupting.left = 4
    callback = DeadReLU(tmp_path, coverage=coverage)
    with pytest.raises(KeyboardInterrupt):
        fit(model, callback)
    # Nothing of ours is left on the model.
    assert "call" not in vars(hidden) and hidden.activation is keras.activations.relu
    assert "train_step" not in vars(model) and callable(model.train_function)
    done = callback.monitor.batches
    assert done in (3, 4)
    fit(model, callback)
    timeline = read(tmp_path)["."]["hidden"]
    assert len(timeline.steps) == 2 and timeline.samples[1] == 96 and timeline.batches.tolist() == [done, 6]
    # The batch in which it came may have been counted already, as a whole.
    assert timeline.samples[0] in (16 * done, 16 * 4)
    kernel, bias = hidden.get_weights()
    active = X[: timeline.samples[0]] @ kernel + bias > 0
    assert timeline.active[0].tolist() == np.count_nonzero(active, axis=0).tolist()


class Noise(layers.Layer):
    """Takes numbers from TensorFlow's own generator, without a seed of its own."""

    def call(self, inputs: Any) -> Any:
        return inputs + tf.random.normal(tf.shape(inputs))


@pytest.mark.parametrize("options", [{"jit_compile": False}, {"run_eagerly": True}], ids=str)
def test_generators_of_random_numbers_are_left_alone(tmp_path: pathlib.Path, options: dict) -> None:
    """Python's and TensorFlow's, which an operation in the model draws from."""
    ends = []
    for callbacks in ([], [DeadReLU(tmp_path, "batch")]):
        keras.utils.set_random_seed(3)
        model = keras.Sequential(
            [layers.Input([6]), Noise(), layers.Dense(5, "relu"), layers.Dropout(0.5), layers.Dense(2)]
        )
        model.compile(keras.optimizers.SGD(0.1), "mse", **options)
        fit(model, *callbacks, epochs=2)
        drawn = [random.random()]
        # Of a graph the number of operations counts, and eagerly the number of draws.
        drawn += [float(tf.random.normal([]))] if options.get("run_eagerly") else []
        ends.append((drawn, [weights.tobytes() for weights in model.get_weights()]))
    assert ends[0] == ends[1]
