"""The runs that most tests of the tab look at."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterator

import numpy as np

from tb_deadrelu_plugin.record import Record
from tb_deadrelu_plugin.run_overview import overview
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tests.event_writing import RELU, make_overviews, make_records, write_overviews, write_records

UNITS = 128
RECORDS = 30
WIDE = 16_384
WIDE_RECORDS = 12
LONELY = 11_222
LONELY_RECORD = 5
LONELY_DIES = 49
"""The last step at which the lonely unit was active."""


def write_runs(logdir: pathlib.Path) -> None:
    """Two runs of two layers: units of `dense` die one by one; of `wide` a single unit dies, in one of the runs."""
    for run, seed in (("first", 1), ("second", 2)):
        write_records(logdir / run, "dense", make_records(RECORDS, UNITS, seed=seed), suffix=".dense")
        info = dataclasses.replace(RELU, layer_index=1)
        write_records(logdir / run, "wide", wide_records(dead=run == "first"), info, suffix=".wide")


def wide_records(dead: bool) -> list[Record]:
    """Records of `WIDE` units, of which `LONELY` dies if asked for."""
    rng = np.random.default_rng(3)
    records = []
    for r, made in enumerate(make_records(WIDE_RECORDS, 1)):
        active = rng.integers(300, 1000, WIDE)
        norms = rng.lognormal(-5, 1, WIDE)
        last_active = np.full(WIDE, made.step - 1)
        if dead and r >= LONELY_RECORD:
            active[LONELY], norms[LONELY], last_active[LONELY] = 0, 0.0, LONELY_DIES
        changes = {"active": active, "gradient_norm": norms, "last_active_step": last_active}
        records.append(dataclasses.replace(made, mean_activation=None, bias=None, **changes))
    return records


CAUSE_UNITS, CAUSE_RECORDS, CAUSE_EVERY = 64, 40, 20
BURST = {unit: 341 + unit % 5 for unit in range(12)}
"""Units of `dense_2` in the run `sick` that die at once, and the steps at which they were last active."""
DRIFT = {12 + i: 200 + 60 * i for i in range(6)}
"""Those whose biases fall until they die."""
REPAIRED, REVIVED = 20, 21
"""One that dies at step 150 and is re-initialised at step 500, and one that dies at 250 and comes back at 600."""


def write_causes(logdir: pathlib.Path) -> dict[str, list[overview.Overview]]:
    """A run of which the reasons are known why units are dead, and one without any; returns their overviews."""
    whole = {unit: [(0, 10_000)] for unit in range(CAUSE_UNITS)}
    ends = {unit: [(0, step)] for unit, step in {**BURST, **DRIFT}.items()}
    again = {REPAIRED: [(0, 150), (501, 10_000)], REVIVED: [(0, 250), (600, 10_000)]}
    runs = {"fine": whole, "sick": {**whole, **ends, **again}}
    written = {}
    for number, (run, active) in enumerate(runs.items()):
        layers = {"dense_1": list(_lived(whole, seed=number)), "dense_2": list(_lived(active, seed=number + 9))}
        for index, (layer, records) in enumerate(layers.items()):
            before = () if index == 0 else ("dense_1",)
            info = dataclasses.replace(RELU, layer_index=index, input_layers=before)
            write_records(logdir / run, layer, records, info, suffix=f".{index}")
        overviews = [dataclasses.replace(one, training=_training(one, run == "sick")) for one in make_overviews(layers)]
        write_overviews(logdir / run, overviews)
        written[run] = overviews
    return written


def _training(one: overview.Overview, sick: bool) -> Training:
    during = sick and one.window_start_step < 345 <= one.step
    return Training(learning_rate=0.4 if sick else 0.01, loss=2.3 if during else 0.31)


def _lived(active: dict[int, list[tuple[int, int]]], *, seed: int) -> Iterator[Record]:
    """Records of units that are active from the one step to the other, both included."""
    rng = np.random.default_rng(seed)
    last = np.full(CAUSE_UNITS, -1)
    for made in make_records(CAUSE_RECORDS, CAUSE_UNITS, samples=640, seed=seed, step=CAUSE_EVERY):
        counts, bias = np.zeros(CAUSE_UNITS, np.int64), rng.normal(0, 0.01, CAUSE_UNITS)
        for unit, spans in active.items():
            for start, end in spans:
                if start <= made.step and end > made.window_start_step:
                    counts[unit] = rng.integers(300, 400)
                    last[unit] = min(end, made.step)
        for unit, died in DRIFT.items():
            if active[unit][0][1] == died:
                bias[unit] = 0.5 - 3 * min(made.step / died, 1)
        repaired = made.step > 500 and len(active[REPAIRED]) > 1
        some = np.arange(CAUSE_UNITS) == REPAIRED
        yield dataclasses.replace(
            made,
            active=counts,
            gradient_norm=np.where(counts > 0, rng.lognormal(-5, 0.3, CAUSE_UNITS), 0.0),
            mean_activation=counts / made.samples * 0.8,
            last_active_step=last.copy(),
            bias=bias.astype(np.float32),
            revivals=some.astype(np.int64) if repaired else None,
            last_revival_step=np.where(some, 500, -1) if repaired else None,
        )
