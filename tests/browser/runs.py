"""The runs that most tests of the tab look at."""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np

from tb_deadrelu_plugin.record import Record
from tests.event_writing import RELU, make_records, write_records

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
