"""Bytes on disk per unit and record, from a real training."""

from __future__ import annotations

import pathlib
import tempfile

import keras
import numpy as np

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU
from tests.benchmarks.tables import Table

BUDGET = 8
EPOCHS = 20


def _bytes_per_entry(units: int, rows: int = 4096) -> tuple[float, float]:
    """Returns bytes per unit and record of a Dense layer: of the whole event file, and at the margin."""
    sizes = []
    for width in (units, 2 * units):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [keras.Input((64,)), keras.layers.Dense(width, activation="relu"), keras.layers.Dense(1)]
        )
        model.compile(keras.optimizers.Adam(1e-2), "mse")
        rng = np.random.default_rng(0)
        x = rng.normal(size=(rows, 64)).astype(np.float32)
        with tempfile.TemporaryDirectory() as logs:
            callback = DeadReLU(logs)
            model.fit(x, np.sin(x.sum(1)), epochs=EPOCHS, batch_size=256, verbose=0, callbacks=[callback])
            (timeline,) = read(logs)["."].values()
            assert timeline.bias is not None and len(timeline.steps) == EPOCHS
            sizes.append(sum(path.stat().st_size for path in pathlib.Path(logs).rglob("*tfevents*")))
    return sizes[0] / (units * EPOCHS), (sizes[1] - sizes[0]) / (units * EPOCHS)


def tables(quick: bool) -> list[Table]:
    """Writes event files of layers of several widths."""
    rows = []
    for units in (64, 256) if quick else (64, 256, 1024, 4096):
        whole, margin = _bytes_per_entry(units)
        rows.append([str(units), f"{whole:.2f}", f"{margin:.2f}", f"{BUDGET}"])
    title = "Bytes per unit and record: counts, gradient norm, mean activation, last active step, bias"
    return [Table(title, ["units", "whole event file", "per further unit", "budget"], rows)]
