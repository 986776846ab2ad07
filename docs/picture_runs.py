"""Runs that nobody trains for a picture: many layers, and records that something is wrong with."""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np

from tb_deadrelu_plugin.record import Record
from tests.event_writing import (
    RELU,
    make_overviews,
    make_records,
    write_newer_version,
    write_overviews,
    write_records,
)

RECORDS = 40
UNITS = 48
BLOCKS = 12
RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3")


def write_many(logdir: pathlib.Path) -> None:
    """Six runs of 37 layers, of which more die the higher the learning rate and the deeper the layer."""
    names = ["stem/conv"] + [f"block_{b + 1}/conv_{c}" for b in range(BLOCKS) for c in (1, 2, 3)]
    for number, rate in enumerate(RATES):
        rng = np.random.default_rng(number)
        layers = {}
        for depth, name in enumerate(names):
            dead = UNITS * 0.9 * (number / len(RATES)) ** 3 * depth / len(names)
            dies_at = np.where(rng.permutation(UNITS) < dead, rng.integers(2, RECORDS, UNITS), RECORDS)
            layers[name] = list(dying(dies_at, seed=depth))
        _write(logdir / f"sweep/lr={rate}", layers)
        write_overviews(logdir / f"sweep/lr={rate}", make_overviews(layers))


def write_odd(logdir: pathlib.Path) -> None:
    """A run with NaN, one whose layer's width changes, and one with a layer of a later version."""
    dies_at = np.arange(UNITS) * 3 + 5
    whole = list(dying(dies_at, seed=1))
    _write(logdir / "nan", {"dense": [_with_nan(record) if r > 25 else record for r, record in enumerate(whole)]})
    wider = list(dying(np.arange(UNITS + 16) * 3 + 5, seed=2))
    _write(logdir / "width_changed", {"dense": whole[:20] + wider[20:]})
    _write(logdir / "later_version", {"dense": whole})
    write_newer_version(logdir / "later_version", "dense_of_a_later_version")


def dying(dies_at: np.ndarray, *, seed: int) -> list[Record]:
    """Records of units that are dead from a record on."""
    units = len(dies_at)
    rng = np.random.default_rng(seed)
    usual = rng.uniform(0.05, 0.9, units)
    records = []
    last_active = np.full(units, -1, np.int64)
    for r, made in enumerate(make_records(RECORDS, units, seed=seed)):
        # They fade before they die.
        rate = usual * np.clip((dies_at - r) / 8, 0, 1) * rng.uniform(0.8, 1.1, units)
        active = (rate * made.samples).astype(np.int64)
        last_active = np.where(active > 0, made.step - 1, last_active)
        norms = np.where(active > 0, np.sqrt(rate) * rng.lognormal(-5, 0.4, units), 0.0)
        means = rate * rng.uniform(0.8, 1.2, units)
        changes = {"active": active, "last_active_step": last_active, "gradient_norm": norms, "mean_activation": means}
        records.append(dataclasses.replace(made, **changes))
    return records


def _with_nan(record: Record) -> Record:
    some = np.arange(len(record.active)) % 5 == 0
    return dataclasses.replace(
        record,
        gradient_norm=np.where(some, np.nan, record.gradient_norm),
        non_finite_activations=np.where(some, 3, 0),
    )


def _write(directory: pathlib.Path, layers: dict[str, list[Record]]) -> None:
    for index, (name, records) in enumerate(layers.items()):
        info = dataclasses.replace(RELU, layer_type="Conv2D" if "conv" in name else "Dense", layer_index=index)
        write_records(directory, name, records, info, suffix=f".{index}")
