"""How long training stands still for a record, and for each batch without one."""

from __future__ import annotations

import statistics
import tempfile
import time
from typing import Any

import keras
import numpy as np
from keras import layers

from tb_deadrelu_plugin.keras import DeadReLU
from tests.benchmarks import turns
from tests.benchmarks.tables import Table

BATCHES = 32


class _Timed(DeadReLU):
    """Notes how long it takes, in seconds."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.per_batch: list[float] = []
        self.per_record: list[float] = []
        super().on_train_begin(logs)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        started = time.perf_counter()
        super().on_train_batch_begin(batch, logs)
        self.per_batch.append(time.perf_counter() - started)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        started = time.perf_counter()
        super().on_epoch_end(epoch, logs)
        self.per_record.append(time.perf_counter() - started)


def _stalls(number: int, units: int, epochs: int) -> tuple[float, float]:
    """Returns the median seconds per record and per batch without one, of layers side by side on few inputs."""
    inputs = keras.Input((4,))
    outputs = [layers.Dense(units, activation="relu")(inputs) for _ in range(number)]
    model = keras.Model(inputs, layers.Dense(1)(layers.Concatenate()(outputs)))
    model.compile("sgd", "mse", jit_compile=False)
    x = np.random.default_rng(0).normal(size=(32 * BATCHES, 4)).astype(np.float32)
    with tempfile.TemporaryDirectory() as logs:
        callback = _Timed(logs)
        model.fit(x, x[:, :1], 32, epochs + turns.BUILDING, verbose=0, callbacks=[callback])
    per_record = callback.per_record[turns.BUILDING :]
    per_batch = callback.per_batch[turns.BUILDING * BATCHES :]
    return statistics.median(per_record), statistics.median(per_batch)


def tables(quick: bool) -> list[Table]:
    """Times the callback's methods."""
    rows = []
    for number in (3, 50):
        per_record, per_batch = turns.in_own_process(_stalls, number, 1024, 5 if quick else 30)
        rows.append([f"{number} layers of 1024 units", f"{1000 * per_record:.1f} ms", f"{1e6 * per_batch:.0f} µs"])
    title = (
        "Stalls: what the callback takes at the end of an epoch, to write its record, and before a batch without one"
    )
    return [Table(title, ["model", "per record", "per batch"], rows)]
