"""Training time with and without the callback, epoch by epoch in turn.

Two models of the same architecture train on the same data in one process. The
watched one is in a long `fit`; after each of its epochs the other trains one
epoch, so each pair of figures is taken within a second of each other, and
building the training step is in neither.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from tb_deadrelu_plugin.keras import DeadReLU
from tests.benchmarks.tables import print_table

PAIRS = 15
BUDGET = 1.15  # All positions are counted: the budget of full coverage.


class _Stopwatch(keras.callbacks.Callback):
    """Times each epoch, what other callbacks before it do at its end included."""

    def __init__(self, after_epoch: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._after_epoch = after_epoch
        self._started = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.seconds.append(time.perf_counter() - self._started)
        if self._after_epoch is not None:
            self._after_epoch()


def _mlp() -> tuple[keras.Model, tuple[int, ...], int]:
    layers = [keras.layers.Dense(1024, activation="relu") for _ in range(3)]
    return keras.Sequential([keras.Input((256,)), *layers, keras.layers.Dense(10)]), (256,), 4096


def _cnn() -> tuple[keras.Model, tuple[int, ...], int]:
    conv = [keras.layers.Conv2D(n, 3, activation="relu") for n in (16, 32)]
    top = [keras.layers.Flatten(), keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10)]
    pool = keras.layers.MaxPooling2D()
    return keras.Sequential([keras.Input((28, 28, 1)), conv[0], pool, conv[1], *top]), (28, 28, 1), 2048


def _gru() -> tuple[keras.Model, tuple[int, ...], int]:
    layers = [keras.layers.GRU(32, activation="relu", return_sequences=True), keras.layers.GRU(16, activation="relu")]
    return keras.Sequential([keras.Input((20, 8)), *layers, keras.layers.Dense(10)]), (20, 8), 2048


def _pairs(make: Callable[[], tuple[keras.Model, tuple[int, ...], int]], jit: bool) -> list[tuple[float, float]]:
    keras.utils.set_random_seed(0)
    models = []
    for _ in range(2):
        model, shape, rows = make()
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(1e-4), loss, jit_compile=jit)
        models.append(model)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(rows, *shape)).astype(np.float32), rng.integers(0, 10, rows)
    fit = {"batch_size": 128, "verbose": 0, "shuffle": False}
    plain = _Stopwatch()
    models[0].fit(x, y, epochs=1, **fit)
    watched = _Stopwatch(after_epoch=lambda: models[0].fit(x, y, epochs=1, callbacks=[plain], **fit) and None)
    with tempfile.TemporaryDirectory() as logs:
        models[1].fit(x, y, epochs=PAIRS + 2, callbacks=[DeadReLU(logs), watched], **fit)
    # The first two epochs of the watched model include its building.
    return list(zip(watched.seconds, plain.seconds))[2:]


def main() -> None:
    """Prints the table."""
    rows = []
    for name, make in (("MLP 3 x 1024", _mlp), ("CNN 16, 32", _cnn), ("GRU 32, 16", _gru)):
        for jit in (False, True):
            pairs = _pairs(make, jit)
            ratios = sorted(watched / plain for watched, plain in pairs)
            plain = statistics.median(plain for _, plain in pairs)
            figures = [f"{1000 * plain:.0f} ms", f"{statistics.median(ratios):.3f}", f"{ratios[0]:.3f}"]
            rows.append([f"{name}, jit {'on' if jit else 'off'}", *figures, f"{ratios[-1]:.3f}", f"{BUDGET:.2f}"])
    title = f"Training time, epoch with DeadReLU / epoch without, {PAIRS} pairs; every position counted"
    print_table(title, ["model", "epoch without", "median ratio", "least", "most", "budget"], rows)
