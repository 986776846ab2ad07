"""Training gives the same weights, bit for bit, with and without the callback."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin.keras import DeadReLU
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers


def mlp() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input([6]),
            layers.Dense(16, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(16),
            layers.LeakyReLU(),
            layers.Dense(2),
        ]
    )


def cnn() -> keras.Model:
    return keras.Sequential(
        [
            layers.Input([8, 8, 2]),
            layers.Conv2D(6, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.Conv2D(4, 3, use_bias=False),
            layers.ReLU(),
            layers.SpatialDropout2D(0.3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )


def preprocessed() -> keras.Model:
    """The input is looked at behind what the model does to it; and half of a layer is dead, of which is warned."""
    dead = keras.initializers.Constant(np.repeat([0.0, -1e3], 4))
    return keras.Sequential(
        [
            layers.Input([6]),
            layers.Rescaling(0.37, -0.11),
            layers.GaussianNoise(0.1),
            layers.BatchNormalization(),
            layers.Dense(8, "relu", bias_initializer=dead),
            layers.Dense(2),
        ]
    )


def gru() -> keras.Model:
    plain = {"activation": "relu", "recurrent_initializer": "glorot_uniform"}
    return keras.Sequential(
        [
            layers.Input([5, 3]),
            layers.GRU(6, return_sequences=True, dropout=0.2, **plain),
            layers.GRU(4, recurrent_dropout=0.2, **plain),
            layers.Dropout(0.3),
            layers.Dense(2),
        ]
    )


SHAPES: dict[Callable, tuple[int, ...]] = {mlp: (6,), cnn: (8, 8, 2), gru: (5, 3), preprocessed: (6,)}
SGD = {"class_name": "SGD", "config": {"learning_rate": 0.05, "momentum": 0.9}}
ADAM = {"class_name": "Adam", "config": {"learning_rate": 0.01}}


def trained(build: Callable[[], keras.Model], optimizer: dict, options: dict, callbacks: list[Any]) -> tuple:
    """Everything that training has made of a model: its weights, the optimizer's, the loss of every epoch."""
    # 32 rows: a part of a batch would be compiled a second time.
    x, y = training.data(SHAPES[build], rows=32)
    keras.utils.set_random_seed(1)
    model = build()
    model.compile(keras.optimizers.deserialize(optimizer), "mse", metrics=["mae"], **options)
    history = model.fit(
        x, y, batch_size=16, epochs=3, verbose=0, validation_data=(x[:16], y[:16]), callbacks=callbacks
    ).history
    # What the callback adds to the logs.
    history.pop("dead_share", None)
    variables = [*model.variables, *model.optimizer.variables]
    return [np.asarray(variable).tobytes() for variable in variables], history


@pytest.mark.parametrize(
    ("build", "optimizer", "jit_compile", "update_freq"),
    [
        (mlp, SGD, True, "batch"),
        (mlp, ADAM, False, "epoch"),
        (cnn, ADAM, True, "epoch"),
        (cnn, SGD, False, "batch"),
        (gru, SGD, True, "epoch"),
        (gru, ADAM, False, "batch"),
        (preprocessed, ADAM, True, "batch"),
        (preprocessed, SGD, False, 2),
    ],
    ids=lambda value: getattr(value, "__name__", value["class_name"] if isinstance(value, dict) else str(value)),
)
def test_weights_are_bit_identical(
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture,
    build: Callable,
    optimizer: dict,
    jit_compile: bool,
    update_freq: str,
) -> None:
    options = {"jit_compile": jit_compile}
    callback = DeadReLU(tmp_path, update_freq)
    watched = trained(build, optimizer, options, [callback])
    assert watched == trained(build, optimizer, options, [])
    assert callback.monitor.step == 6
    assert ("4 of 8 units dead" in capsys.readouterr().out) == (build is preprocessed)
    assert not np.isnan(callback.monitor.newest.training.input_max)


def test_weights_are_bit_identical_when_run_eagerly(tmp_path: pathlib.Path) -> None:
    options = {"run_eagerly": True}
    assert trained(mlp, ADAM, options, [DeadReLU(tmp_path, 2)]) == trained(mlp, ADAM, options, [])


def first_layers() -> keras.Model:
    """Convolutions without a gradient to their inputs, which XLA fuses into the sums of their biases' gradients."""
    return keras.Sequential(
        [
            layers.Input([2, 1, 8]),
            layers.Conv2D(8, 1, activation="relu", trainable=False),
            layers.Conv2D(8, 1, activation="relu"),
            layers.BatchNormalization(),
            layers.Conv2D(8, 1, activation="gelu"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


# Every pair of two of them.
@pytest.mark.parametrize(
    ("coverage", "options", "dead"),
    [
        ("sampled", {}, 0),
        ("sampled", {"steps_per_execution": 4}, 5),
        ("all", {}, 5),
        ("all", {"steps_per_execution": 4}, 0),
    ],
    ids=str,
)
def test_xla_adds_up_in_the_same_order(tmp_path: pathlib.Path, coverage: Any, options: dict, dead: int) -> None:
    """How it fuses what is watched must not change how it fuses the training: a sum's order shows in its last bit."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2048, 2, 1, 8)).astype(np.float32), rng.normal(size=(2048, 2)).astype(np.float32)

    def weights(callbacks: list[Any]) -> list[bytes]:
        keras.utils.set_random_seed(1)
        model = first_layers()
        for layer in (model.layers[0], model.layers[1]):
            layer.bias.assign(np.repeat([-1e3, 0.0], [dead, 8 - dead]))
        model.compile(keras.optimizers.SGD(0.01), "mse", jit_compile=True, **options)
        model.fit(x, y, batch_size=16, epochs=1, verbose=0, callbacks=callbacks)
        return [np.asarray(one).tobytes() for one in model.weights]

    callback = DeadReLU(tmp_path, 32, coverage=coverage, on_sick=None)
    assert weights([callback]) == weights([])
    assert [len(units) for units in callback.monitor.dead_units().values()] == [dead, dead, 0]
