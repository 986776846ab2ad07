"""Models and data that the benchmarks train."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

import keras
import numpy as np
from keras import layers

CLASSES = 10


@dataclasses.dataclass(frozen=True)
class Workload:
    """A model to train, and the epochs to train it in.

    Attributes:
      name: For people.
      make: Makes the model.
      batch_size, batches: Rows in a batch, and batches in an epoch.
      rounds: Epochs of each variant that count.
      with_dead_units: Whether it is also trained with a third of its units dead.
    """

    name: str
    make: Callable[[], keras.Model]
    batch_size: int
    batches: int
    rounds: int
    with_dead_units: bool = False

    def compiled(self, jit: bool) -> keras.Model:
        """Makes the model anew, the same each time but for its layers' names."""
        keras.utils.set_random_seed(0)
        model = self.make()
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(1e-4), loss, jit_compile=jit)
        return model

    def data(self, model: keras.Model) -> tuple[np.ndarray, np.ndarray]:
        """Returns inputs and labels of one epoch."""
        rng = np.random.default_rng(0)
        rows = self.batch_size * self.batches
        return rng.normal(size=(rows, *model.input_shape[1:])).astype(np.float32), rng.integers(0, CLASSES, rows)


def dense_network(inputs: int, units: tuple[int, ...]) -> keras.Model:
    """Dense layers with ReLU."""
    hidden = [layers.Dense(n, activation="relu") for n in units]
    return keras.Sequential([keras.Input((inputs,)), *hidden, layers.Dense(CLASSES)])


def _conv_network() -> keras.Model:
    conv = [layers.Conv2D(n, 3, activation="relu") for n in (16, 32)]
    top = [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(CLASSES)]
    return keras.Sequential([keras.Input((28, 28, 1)), conv[0], layers.MaxPooling2D(), conv[1], *top])


def _gru_network() -> keras.Model:
    first = layers.GRU(32, activation="relu", return_sequences=True)
    second = layers.GRU(16, activation="relu")
    return keras.Sequential([keras.Input((20, 8)), first, second, layers.Dense(CLASSES)])


def _residual_network(width: int = 16) -> keras.Model:
    """The layers of ResNet-50 (He et al. 2015), with a quarter of its width: 49 of them end in ReLU.

    In full width, one epoch of these few small batches takes 17 seconds on two cores.
    """

    def convolved(x: keras.KerasTensor, filters: int, kernel: int, strides: int = 1) -> keras.KerasTensor:
        x = layers.Conv2D(filters, kernel, strides, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    inputs = keras.Input((32, 32, 3))
    x = layers.MaxPooling2D(3, 2, padding="same")(layers.ReLU()(convolved(inputs, width, 7, 2)))
    for stage, blocks in enumerate((3, 4, 6, 3)):
        filters = width * 2**stage
        for block in range(blocks):
            strides = 2 if stage > 0 and block == 0 else 1
            shortcut = convolved(x, 4 * filters, 1, strides) if block == 0 else x
            x = layers.ReLU()(convolved(x, filters, 1, strides))
            x = layers.ReLU()(convolved(x, filters, 3))
            x = layers.ReLU()(layers.Add()([shortcut, convolved(x, 4 * filters, 1)]))
    return keras.Model(inputs, layers.Dense(CLASSES)(layers.GlobalAveragePooling2D()(x)))


WORKLOADS = [
    Workload(
        "MLP, 3 x 512", functools.partial(dense_network, 256, (512,) * 3), 128, 128, rounds=16, with_dead_units=True
    ),
    Workload("CNN, 16 and 32 channels", _conv_network, 32, 128, rounds=16, with_dead_units=True),
    Workload("GRU, 32 and 16 units", _gru_network, 64, 128, rounds=16),
    Workload("ResNet-50, a quarter as wide", _residual_network, 8, 64, rounds=2),
]
